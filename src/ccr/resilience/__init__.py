"""Decisions about failures and limits: which key, whether and when a provider is asked. They do no I/O.

What replicas share is given to them as ``Facts`` and ``Buckets``; the loop that acts is ``upstream/failover.py``.
"""
