"""Black-box benchmarks of routers for Claude Code: nothing here imports ccr, it is started and spoken to.

bodies        requests as Claude Code sends them, of any size
frames        the answers of a provider, as OpenAI Chat and Anthropic frames
upstream      the fake provider, a process of its own
plain_proxy   the yardstick: a one-pass translating proxy and nothing else
connection    the client's side of one HTTP/1.1 connection, timed
load          the load generator, a process of its own
machine       what the operating system knows of a process tree: CPU time, memory, descriptors
routers       how each router is installed, configured and started
cells         what is measured, and under which load
compare       all routers through all cells, interleaved in rounds
report        medians, ratios, tables, targets
soak          clients that leave at random points
"""
