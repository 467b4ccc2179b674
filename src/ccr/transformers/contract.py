"""What a transformer is: an adaptation of one dialect. Override what you need.

On the way out the provider's transformers come before the model's; on the way back they unwind inside out.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any, ClassVar

from ccr.anthropic.events import Event
from ccr.anthropic.request import Body
from ccr.exchange import Target

Payload = dict[str, Any]
Events = AsyncIterator[Event]


class Transformer:
    """One instance per place in the configuration and model; its options are its keyword arguments.

    They are checked against the annotations of ``__init__`` when the configuration is read; a ``ValueError``
    says what else is wrong with them. An instance serves many requests at once and keeps nothing of them.

    What naming a transformer says about the provider's dialect or protocol stands as data in
    ``config/presets.toml`` under ``[transformer.<name>]``; here is only what flags cannot say.
    """

    name: ClassVar[str]
    """What configurations call it, in any case; without it, the name of the class in lower case."""

    target: Target
    """The provider and model this instance serves. Set before the first request, not yet in ``__init__``."""

    def __init_subclass__(cls) -> None:
        if "name" not in cls.__dict__:
            cls.name = cls.__name__.lower()

    def request(self, body: Body) -> Body:
        """What Claude Code said (Anthropic). May be edited in place; that or a new body is given back."""
        return body

    def payload(self, payload: Payload) -> Payload:
        """What we are about to send (the upstream's words). Its top level may be edited in place.

        What lies deeper may belong to the request that the next try starts from: put a changed copy there.
        """
        return payload

    def events(self, events: Events) -> Events:
        """What comes back (Anthropic). An async generator: its local variables are its state.

        An event that it does not understand (``Opaque``) is passed on at once, as it is.
        """
        return events
