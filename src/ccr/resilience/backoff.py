"""How long to wait before the same target is asked again."""

from __future__ import annotations

import math
import random
from collections.abc import Callable

from ccr.config.resilience import Retry
from ccr.errors import Unreachable, UpstreamError
from ccr.resilience.faults import Fault

HUNG = (408, 504)
"""A provider that kept us waiting is not asked again at once: the client has waited long enough."""

LATER = 0.1
"""By up to this share one comes later than a provider says, so that not all come at the same moment."""

_FACTORS = {Fault.LIMIT: 2.0, Fault.MODEL: 2.0, Fault.PROVIDER: 1.0}
"""Of the first delay, by fault: a limit takes longer to pass than a broken connection."""


def wait_before(
    error: UpstreamError, fault: Fault, tries: int, retry: Retry, chance: Callable[[], float] = random.random
) -> float | None:
    """Seconds until the ``tries``-th further try, or None where it is not worth one.

    What the provider names is kept, up to a bound. Else the wait is drawn from below a bound that doubles
    (full jitter); ``chance`` gives a figure from 0 to 1.
    """
    factor = _FACTORS.get(fault)
    if factor is None or not is_passing(error):
        return None
    if error.reset:
        named = error.reset * (1 + LATER * chance())
        return named if error.reset <= retry.retry_after_seconds else None
    longest = min(retry.max_delay_ms, retry.first_delay_ms * factor * math.ldexp(1, min(tries, 30)))
    return chance() * longest / 1000


def is_passing(error: UpstreamError) -> bool:
    """Whether the same call may do better soon."""
    if error.headers.get("x-should-retry") == "false" or error.status in (*HUNG, 404):
        return False
    return not (isinstance(error, Unreachable) and error.status == 500)  # a wrong URL or key stays wrong
