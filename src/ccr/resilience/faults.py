"""Whose fault a failure is: a bad key does not speak against the model, and a bad request against nobody."""

from __future__ import annotations

import re
from enum import StrEnum

from ccr.errors import KeyRefused, RouterError, UpstreamError


class Fault(StrEnum):
    KEY = "key"
    """It is refused, or its credit is used up: another key may do."""

    LIMIT = "limit"
    """It is over its limit for now: another key may do, or the same one later."""

    MODEL = "model"
    """The provider does not have it, or has too little of it, whatever the key."""

    PROVIDER = "provider"
    """It cannot be reached, fails, hangs, or breaks off."""

    REQUEST = "request"
    """Asked anywhere it would fail; or the failure is our own."""


_NO_CREDIT = re.compile(
    r"credit balance is too low|insufficient[ _](?:balance|credits?|funds|quota)|billing[ _]hard[ _]limit"
    r"|out of credits|add (?:more )?credits|requires more credits",
    re.IGNORECASE,
)
_CONTENT = re.compile(r"usage guidelines|content (?:policy|filter)|moderation|flagged|safety", re.IGNORECASE)
_OF_MODEL = re.compile(r"rate-limited upstream|request too large|overloaded", re.IGNORECASE)
_BUSY = re.compile(r"model|overload|capacity|throttl", re.IGNORECASE)


def fault_of(error: RouterError) -> Fault:
    """Whose fault it is, by status and, where one stands for several things, by the provider's words."""
    if not isinstance(error, UpstreamError):
        return Fault.REQUEST
    status, said = error.status, error.message
    if status == 401:
        return Fault.KEY
    if status == 402 or (status in (400, 403, 429) and _NO_CREDIT.search(f"{error.code} {said}")):
        return Fault.KEY
    if isinstance(error, KeyRefused):
        return Fault.REQUEST if _CONTENT.search(said) else Fault.KEY
    if status == 429:
        return Fault.MODEL if _OF_MODEL.search(f"{error.code} {said}") else Fault.LIMIT
    if status in (404, 529):
        return Fault.MODEL
    if status == 503:
        return Fault.MODEL if _BUSY.search(said) else Fault.PROVIDER
    return Fault.PROVIDER if error.retryable else Fault.REQUEST


def holds_for_whole_key(error: UpstreamError) -> bool:
    """Whether what was refused is the key as such, and not the key for one model.

    Limits and permissions are given by model; Anthropic's subscriptions have one limit for all of them.
    """
    if error.status == 429 and "anthropic-ratelimit-unified-reset" in error.headers:
        return True
    return error.status in (401, 402) or (fault_of(error) is Fault.KEY and error.status != 403)
