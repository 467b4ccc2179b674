"""Decisions about failures and limits: which key, whether a provider is asked, how long to wait. They do no I/O.

What replicas share is given to them as ``Facts``; the loop that acts is ``upstream/failover.py``.
"""
