"""Decisions about failures and limits: which key, whether and when a provider is asked. They do no I/O.

They are given what replicas share (``Facts``, ``Buckets``); the loop that acts is ``upstream/failover.py``.
"""
