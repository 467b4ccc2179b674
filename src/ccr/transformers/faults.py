"""Failures of transformers: in words for the client, with all details in the log.

The words leave out what the exception says, since it may quote the conversation.
"""

from __future__ import annotations

import logging
from pathlib import Path
from types import TracebackType

from ccr.errors import ProxyFault
from ccr.transformers.contract import Transformer

log = logging.getLogger(__name__)


def fault(transformer: Transformer, hook: str, error: Exception) -> ProxyFault:
    """What an exception that a hook raised becomes; to be called where it is caught."""
    caught_here = error.__traceback__
    trace = caught_here.tb_next if caught_here is not None else None
    log.error("transformer %s failed in %s()", transformer.name, hook, exc_info=(type(error), error, trace))
    what = f"{type(error).__name__}{_place(trace)}"
    return ProxyFault(f'The transformer "{transformer.name}" failed in {hook}(): {what}. The log tells more.')


def misfit(transformer: Transformer, hook: str, value: object, wanted: str) -> ProxyFault:
    """A hook gave something that it must not give."""
    if hasattr(value, "__await__") and hasattr(value, "close"):
        value.close()  # an `async def` where a plain one belongs: nobody will ever await it
    given = "nothing" if value is None else f"a {type(value).__name__}"
    text = f'The transformer "{transformer.name}" gave {given} in {hook}(), which must give {wanted}.'
    log.error(text)
    return ProxyFault(text)


def _place(trace: TracebackType | None) -> str:
    """The last line of the transformer's own file that was reached."""
    if trace is None:
        return ""
    file, line = trace.tb_frame.f_code.co_filename, trace.tb_lineno
    while (trace := trace.tb_next) is not None:
        if trace.tb_frame.f_code.co_filename == file:
            line = trace.tb_lineno
    return f" ({Path(file).name}, line {line})"
