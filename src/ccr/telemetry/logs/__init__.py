"""Logs: lines are made and written by a thread of their own, in batches, never by a request."""

from ccr.telemetry.logs.setup import NO_LOG_FILE, configure

__all__ = ["NO_LOG_FILE", "configure"]
