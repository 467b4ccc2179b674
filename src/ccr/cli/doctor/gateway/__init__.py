"""The client's gateway contract (what Claude Code sends, needs and does), asked of any gateway.

probe       how it is asked: Claude Code's headers, small requests
answers     what came, and what is wrong with it; pure
streaming   streams, tool calls, what newer clients put into bodies
plain       answers without a stream, errors, keys, the other endpoints
table       all of it, in order
"""
