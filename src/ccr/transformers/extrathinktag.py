"""``extrathinktag``: models that write ``<think>…</think>`` before their answer."""

from __future__ import annotations

from ccr.anthropic import thinking
from ccr.transformers.blocks import rewritten
from ccr.transformers.contract import Events, Transformer
from ccr.transformers.tags import TagsToThinking


class ExtraThinkTag(Transformer):
    """What stands between the tags at the start of a text becomes thinking."""

    name = "extrathinktag"

    def __init__(self, *, tag: str = "think") -> None:
        self._tag = tag

    def events(self, events: Events) -> Events:
        return rewritten(events, TagsToThinking(self._tag, thinking.sign(self.target.issuer)))
