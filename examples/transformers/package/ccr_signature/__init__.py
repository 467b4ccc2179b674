"""A transformer in a package: each answer says which model gave it.

After ``pip install .`` it is used by its name: ``"transformer": {"use": ["signature"]}``, or
``["signature", {"form": "Answered by {model}."}]``.
"""

from __future__ import annotations

from collections.abc import AsyncIterator

from ccr.anthropic.events import BlockStart, Event, MessageDelta, understood
from ccr.transformers.blocks import Blocks
from ccr.transformers.contract import Events, Transformer


class Signature(Transformer):
    """Adds a line to the last text of a turn; a turn that ends in tool calls is not over and gets none."""

    name = "signature"

    def __init__(self, *, form: str = "— {provider}, {model}") -> None:
        self._form = form

    async def events(self, events: Events) -> AsyncIterator[Event]:
        blocks = Blocks()
        text_begun = False
        async for event in events:
            match understood(event):
                case BlockStart(_, {"type": "text"}):
                    text_begun = True
                case MessageDelta({"stop_reason": "end_turn"}, _) if text_begun:
                    for added in blocks.text(f"\n\n{self._line()}"):
                        yield added
            for relayed in blocks.relay(event):
                yield relayed

    def _line(self) -> str:
        return self._form.format(provider=self.target.provider.name, model=self.target.model)
