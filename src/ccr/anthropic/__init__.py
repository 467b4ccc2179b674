"""Floor 2, the language we think in: Anthropic Messages.

``request`` reads what clients send · ``events`` is what answers are made of · ``writer`` builds valid event
streams from fragments · ``message`` turns events into one message and back · ``ids`` keeps tool ids
valid and unique · ``thinking`` says whose a thinking block is · ``tokens`` counts.
"""
