"""Claude Code Router: lets Claude Code talk to any model provider.

The floors, each importing only from those above it in this list:

wire            bytes: server-sent events, JSON
errors          every way a request can fail
anthropic       the language we think in: requests, events, messages
config          what the user decided
exchange        one request and all that happens to it
protocols       upstream languages; pure
transformers    small named adaptations of a dialect; pure
upstream        the only code that calls a provider
gateway         builds every part from the configuration; answers
server, demo    HTTP for Claude Code; the embedded offline provider
cli             the command `ccr`
"""

__version__ = "0.1.0"
