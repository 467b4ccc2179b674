"""`ccr doctor`: is all well between Claude Code and the models, and what is the cure where it is not?

findings        what a check says
world           what all checks start from
versions        Python, ccr, Claude Code
configuration   every mistake and doubt
service         the port, the service there, its parts
claude          settings of Claude Code that win over ours
network         proxies, certificates, the clock
providers       each provider and each model that routes lead to
route           a tool call, streamed, through the real route
machine         disk and permissions
checks          the table of them, run beside one another
gateway/        the client's contract, asked of any gateway
"""
