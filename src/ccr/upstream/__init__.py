"""Floor 6, the only code that calls a provider.

``client`` posts bytes · ``attempt`` is one try of one target · ``failover`` tries targets until one answers.
"""
