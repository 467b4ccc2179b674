"""The subagent tag: ``<CCR-SUBAGENT-MODEL>provider,model</CCR-SUBAGENT-MODEL>``.

It stands at the start of a system block (an agent's file) or of a text block of the first user message
(an agent's prompt, after reminders). The parent's own request holds it too, inside a call's input: no tag.
"""

from __future__ import annotations

from collections.abc import Iterator

from ccr.anthropic.request import Block, Body

OPEN, CLOSE = "<CCR-SUBAGENT-MODEL>", "</CCR-SUBAGENT-MODEL>"

PLACEHOLDERS = ("provider,model", "provider/model", "provider_name,model_name")
"""What stands in instructions on how to write a tag."""


def tagged_model(body: Body) -> str | None:
    """The model that the first tag names, or None."""
    for text in _texts(body):
        if (start := _start(text)) >= 0 and (end := text.find(CLOSE, start)) > 0:
            model = text[start + len(OPEN) : end].strip()
            return model if model and model not in PLACEHOLDERS else None
    return None


def without_tags(body: Body) -> Body:
    """The body with its tags taken out, everything else as it was. The given body stays as it is."""
    edited: Body = {**body, "system": _untagged(body.get("system", []))} if "system" in body else {**body}  # type: ignore[typeddict-item]
    said = edited.get("messages") or []
    place = next((n for n, m in enumerate(said) if isinstance(m, dict) and m.get("role") == "user"), None)
    if place is not None:
        first = {**said[place], "content": _untagged(said[place].get("content"))}
        edited["messages"] = [*said[:place], first, *said[place + 1 :]]
    return edited


def _texts(body: Body) -> Iterator[str]:
    yield from _texts_of(body.get("system"))
    for message in body.get("messages") or ():
        if isinstance(message, dict) and message.get("role") == "user":
            yield from _texts_of(message.get("content"))
            return


def _texts_of(content: object) -> Iterator[str]:
    if isinstance(content, str):
        yield content
    elif isinstance(content, list):
        for block in content:
            if isinstance(block, dict) and isinstance(text := block.get("text"), str):
                yield text


def _untagged(content: object) -> object:
    if isinstance(content, str):
        return _cut(content)
    return [_untagged_block(b) for b in content] if isinstance(content, list) else content


def _untagged_block(block: Block) -> Block:
    text = block.get("text") if isinstance(block, dict) else None
    return {**block, "text": _cut(text)} if isinstance(text, str) and _start(text) >= 0 else block


def _cut(text: str) -> str:
    start = _start(text)
    end = text.find(CLOSE, start) if start >= 0 else -1
    return text[end + len(CLOSE) :] if end > 0 else text


def _start(text: str) -> int:
    """Where the tag begins: at the start, but for white space; -1 where there is none."""
    if text.startswith(OPEN):
        return 0
    if text[:1].isspace() and (found := text.find(OPEN, 0, len(OPEN) + 100)) > 0 and text[:found].isspace():
        return found
    return -1
