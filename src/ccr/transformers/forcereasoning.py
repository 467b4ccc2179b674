"""``forcereasoning``: models without reasoning of their own are asked to write it down before they answer."""

from __future__ import annotations

from typing import Any

from ccr.anthropic import thinking
from ccr.anthropic.request import Block, Body, blocks, messages
from ccr.transformers.blocks import rewritten
from ccr.transformers.contract import Events, Transformer
from ccr.transformers.tags import TagsToThinking

TAG = "reasoning_content"

PROMPT = f"""Think before you answer. Begin every reply with your reasoning, step by step, between \
<{TAG}> and </{TAG}>; after the closing tag comes the answer itself or the tool calls. \
Write these tags once, at the very start, and nowhere else."""


class ForceReasoning(Transformer):
    """Asks for reasoning between tags; gives it to the client as thinking, and to the model as it wrote it.

    The request for it stands in the system prompt, the same at every turn, so that prompt caches hold.
    """

    name = "forcereasoning"

    def request(self, body: Body) -> Body:
        if _structured(body):
            return body
        for message in messages(body):
            if message.get("role") == "assistant":
                message["content"] = self._told(message.get("content"))
        body["system"] = [*blocks(body.get("system")), {"type": "text", "text": PROMPT}]
        return body

    def events(self, events: Events) -> Events:
        return rewritten(events, TagsToThinking(TAG, thinking.sign(self.target.issuer)))

    def _told(self, content: object) -> Any:
        """A turn with its reasoning between tags again; that of other models is the encoder's business."""
        if not isinstance(content, list):
            return content
        return [self._tagged(block) if isinstance(block, dict) else block for block in content]

    def _tagged(self, block: Block) -> Block:
        if block.get("type") != "thinking" or not thinking.issued(block.get("signature"), self.target.issuer):
            return block
        return {"type": "text", "text": f"<{TAG}>{block.get('thinking', '')}</{TAG}>"}


def _structured(body: Body) -> bool:
    """The answer must be JSON alone."""
    config = body.get("output_config")
    return bool(body.get("output_format") or (isinstance(config, dict) and config.get("format")))
