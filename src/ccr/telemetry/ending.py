"""How a request ended for whoever asked: with all of the answer, with an error, or gone before."""

from __future__ import annotations

import typing
from typing import NamedTuple

from ccr.errors import RouterError
from ccr.exchange import Try

LEFT = "left"
LEFT_STATUS = 499
"""As web servers log a client that closed the connection."""


class Over(typing.Protocol):
    """What is asked of an exchange, or of the note that was taken of it."""

    @property
    def answering(self) -> Try | None: ...

    @property
    def error(self) -> RouterError | None: ...

    @property
    def left(self) -> bool: ...

    @property
    def continued(self) -> tuple[str, ...]: ...

    @property
    def cache(self) -> str: ...


class Ending(NamedTuple):
    """``error``: its class; ``left`` where the client had gone; "": it ended well."""

    status: int
    error: str = ""
    message: str = ""


WELL = Ending(200)
GONE = Ending(LEFT_STATUS, LEFT)


def ending(of: Over) -> Ending:
    """What the client was told, whatever became of the calls; where nobody said that, what they tell."""
    if of.left:
        return GONE
    if (error := of.error) is not None:
        return Ending(error.status, type(error).__name__, error.message)
    if of.continued:
        return Ending(200, "", f"It broke off, and {', '.join(of.continued)} went on.")
    if (told := of.answering) is None:
        return WELL if of.cache else GONE
    if told.error:
        return Ending(told.status, told.error, told.message)
    return Ending(told.status) if told.whole else GONE
