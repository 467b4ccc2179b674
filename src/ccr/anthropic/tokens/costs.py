"""What the parts of a request cost a family of models."""

from __future__ import annotations

import json
import re
from typing import Any, NamedTuple

from ccr.anthropic import request
from ccr.anthropic.request import Block, Body, Message
from ccr.anthropic.tokens import digests as keys
from ccr.anthropic.tokens import documents, families, images
from ccr.anthropic.tokens.digests import Digest, Tool
from ccr.anthropic.tokens.families import Family
from ccr.anthropic.tokens.memo import Memo
from ccr.anthropic.tokens.tokenizer import Tokenizer

UNKNOWN_IMAGE = 364
"""An image whose size nobody told us, by URL or file id: as if it had 512 by 512 pixels."""

CHARACTERS_PER_TOKEN = 3
"""Of a PDF's text and of what is sealed (thinking, search results): we cannot read them."""

_SEALED = re.compile(r'"encrypted_\w+":"([^"]*)"')


class Cost(NamedTuple):
    """Tokens of a message: of what always counts, and of its thinking, which counts for a while."""

    steady: float
    thinking: float = 0


class Costs:
    """Counts for one family; what was counted is kept in the tokenizer and, for whole parts, in ``memo``."""

    def __init__(self, tokenizer: Tokenizer, memo: Memo[Cost], family: Family) -> None:
        self._tokenizer = tokenizer
        self._memo = memo
        self._family = family

    def head(self, digest: Digest) -> float:
        """All that stands before the messages, with the hidden tool prompt."""
        key = (self._family.name, digest.head)
        found = self._memo.get(key)
        if found is None:
            found = Cost(self._head(digest))
            self._memo.put(key, found)
        return found.steady

    def message(self, digest: Digest, at: int) -> Cost:
        key = (self._family.name, digest.keys[at])
        found = self._memo.get(key)
        if found is None:
            found = self._message(digest.messages[at], digest.deferred)
            self._memo.put(key, found)
        return found

    def _head(self, digest: Digest) -> float:
        body = digest.body
        system = sum(self._block(block, {}) for block in keys.system_blocks(body))
        thinking = families.THINKING_ON if keys.thinking_enabled(body) else 0
        schema = keys.output_schema(body)
        output = families.OUTPUT_SCHEMA + self._json(schema) if schema else 0
        return families.BASE + system + self._tools(digest) + thinking + output

    def _tools(self, digest: Digest) -> float:
        if not digest.tools:
            return 0
        family = self._family
        prompt = family.forced_prompt if _forced(digest.body) else family.auto_prompt
        prompt += family.deferred_prompt if digest.deferred else 0
        return prompt + sum(map(self._tool, digest.tools)) + families.PER_TOOL * (len(digest.tools) - 1)

    def _tool(self, tool: Tool) -> float:
        kind = str(tool.get("type"))
        hidden = next((size for start, size in families.PROVIDED_TOOLS if kind.startswith(start)), 0)
        return self._json(keys.definition(tool)) + hidden * self._family.tools

    def _json(self, value: object) -> float:
        """With spaces after commas and colons, as Anthropic must write it: so counted, usage is met."""
        count = self._tokenizer.look(json.dumps(value, ensure_ascii=False))
        return min(count.tokens * self._family.tools, count.size)

    def _message(self, message: Message, deferred: dict[str, Tool]) -> Cost:
        steady, thinking = float(families.PER_MESSAGE), 0.0
        blocks = request.blocks(message.get("content"))
        for block in blocks:
            if block.get("type") in keys.THINKING:
                thinking += self._thinking(block)
            else:
                steady += self._block(block, deferred)
        calls = sum(block.get("type") == "tool_use" for block in blocks)
        steady += families.PER_PARALLEL_CALL * max(calls - 1, 0)
        return Cost(steady + (families.CITATIONS if any(map(_cited, blocks)) else 0), thinking)

    def _block(self, block: Block, deferred: dict[str, Tool]) -> float:
        """One block that is not thinking. What we do not know counts as its JSON."""
        match block.get("type"):
            case "text" if isinstance(text := block.get("text"), str):
                return self._text(text)
            case "tool_use":
                return self._text(str(block.get("name", ""))) + self._input(block.get("input"))
            case "tool_result":
                return self._family.pair + self._blocks(block.get("content"), deferred)
            case "image":
                return self._image(_source(block))
            case "document":
                return self._labels(block) + self._document(block, deferred)
            case "tool_addition":
                return self._blocks([block.get("tool")], deferred)
            case "tool_reference" if loaded := deferred.get(str(block.get("tool_name"))):
                return self._tool(loaded)
        return self._unknown(keys.plain(block).decode())

    def _unknown(self, block: str) -> float:
        sealed = sum(map(len, _SEALED.findall(block)))
        return self._text(_SEALED.sub("", block)) + sealed / CHARACTERS_PER_TOKEN

    def _blocks(self, content: object, deferred: dict[str, Tool]) -> float:
        return sum(self._block(block, deferred) for block in request.blocks(content))

    def _text(self, text: str) -> float:
        count = self._tokenizer.look(text)
        family = self._family
        return min((count.tokens - count.wide) * family.text + count.wide * family.wide, count.size)

    def _input(self, value: object) -> float:
        """A call's input, each value as it is: Claude is shown tagged parameters, not escaped JSON."""
        if not isinstance(value, dict):
            return self._text(_plain_text(value))
        shown = sum(self._text(str(name)) + self._text(_plain_text(each)) for name, each in value.items())
        return shown + families.PER_PARAMETER * len(value)

    def _thinking(self, block: Block) -> float:
        """By its text, else by the length of what is sealed: base64 of it, with some 175 bytes of seal."""
        if isinstance(text := block.get("thinking"), str) and text:
            return self._text(text)
        sealed = block.get("signature") or block.get("data")
        size = len(sealed) if isinstance(sealed, str) else 0
        return max(0.0, size * 0.75 - 175) / CHARACTERS_PER_TOKEN

    def _image(self, source: dict[str, Any]) -> float:
        size = images.size_of(data) if isinstance(data := source.get("data"), str) else None
        if size is None:
            return UNKNOWN_IMAGE
        return images.tokens_of(size, self._family.image_edge, self._family.image_limit)

    def _labels(self, document: Block) -> float:
        labels = (document.get("title"), document.get("context"))
        return sum(self._text(label) for label in labels if isinstance(label, str))

    def _document(self, block: Block, deferred: dict[str, Tool]) -> float:
        source = _source(block)
        data, content = source.get("data"), source.get("content")
        if content is not None:
            return families.TEXT_DOCUMENT + self._blocks(content, deferred)
        if not isinstance(data, str):
            return families.PDF_PAGE
        if source.get("type") == "text":
            return families.TEXT_DOCUMENT + self._text(data)
        pages, characters = documents.pages_of(data)
        text = characters / CHARACTERS_PER_TOKEN
        return pages * families.PDF_PAGE + text * (2 if _cited(block) else 1)


def _plain_text(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _source(block: Block) -> dict[str, Any]:
    source = block.get("source")
    return source if isinstance(source, dict) else {}


def _cited(block: Block) -> bool:
    citations = block.get("citations")
    if block.get("type") == "tool_result":
        return any(map(_cited, request.blocks(block.get("content"))))
    return isinstance(citations, dict) and bool(citations.get("enabled"))


def _forced(body: Body) -> bool:
    choice = body.get("tool_choice")
    return isinstance(choice, dict) and choice.get("type") in ("any", "tool")
