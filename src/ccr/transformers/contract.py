"""What a transformer is: an adaptation of one dialect. Override what you need.

On the way out the provider's transformers come before the model's; on the way back they unwind inside out.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any, ClassVar

from ccr.anthropic.events import Event
from ccr.anthropic.request import Body

Payload = dict[str, Any]
Events = AsyncIterator[Event]


class Transformer:
    """One instance per place in the configuration; the options written there are its keyword arguments.

    What naming a transformer says about the provider's dialect or protocol stands as data in
    ``config/presets.toml`` under ``[transformer.<name>]``; here is only what flags cannot say.
    """

    name: ClassVar[str]

    def request(self, body: Body) -> Body:
        """What Claude Code said (Anthropic). May be edited in place; the edited or a new body is given back."""
        return body

    def payload(self, payload: Payload) -> Payload:
        """What we are about to send (the upstream's words)."""
        return payload

    def events(self, events: Events) -> Events:
        """What comes back (Anthropic). An async generator: its local variables are its state."""
        return events
