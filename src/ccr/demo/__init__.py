"""The demo provider: a small offline upstream that speaks OpenAI Chat Completions over loopback.

conversation    what was asked, read from a request
tools           which tool to call, and with which arguments
answer          what is said: thinking, text, a call
chat            the same in OpenAI's words, whole or as chunks
app             HTTP
host            its own thread on a free port
settings        the configuration that routes everything to it

Everything but ``app`` and ``host`` is pure, and the same request always gets the same answer.
"""
