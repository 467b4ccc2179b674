"""The subagent tag: ``<CCR-SUBAGENT-MODEL>provider,model</CCR-SUBAGENT-MODEL>``.

It stands at the start of a system block (an agent's file) or of a text block of the first user message
(an agent's prompt, after reminders). The parent's own request holds it too, inside a call's input: no tag.
"""

from __future__ import annotations

from ccr.anthropic.conversations import Messages
from ccr.anthropic.request import Block, Body

OPEN, CLOSE = "<CCR-SUBAGENT-MODEL>", "</CCR-SUBAGENT-MODEL>"

PLACEHOLDERS = ("provider,model", "provider/model", "provider_name,model_name")
"""What stands in instructions on how to write a tag."""


def tagged_model(body: Body) -> str | None:
    """The model that the first tag names, or None; looked for once in a conversation that goes on."""
    said, system = body.get("messages"), body.get("system")
    if type(said) is not Messages or not any(map(_is_user, said[: said.known])):
        return _tagged(body)
    found: tuple[object, str | None] | None = said.made.get("tag")
    if found is None or found[0] is not system:
        found = said.made["tag"] = system, _tagged(body)
    return found[1]


def _tagged(body: Body) -> str | None:
    for text in _texts(body):
        if (found := _tag(text)) is not None:
            return found[0]
    return None


def _is_user(message: object) -> bool:
    return isinstance(message, dict) and message.get("role") == "user"


def without_tags(body: Body) -> Body:
    """The body with its tags taken out, everything else as it was. The given body stays as it is."""
    edited: Body = {**body, "system": _untagged(body.get("system", []))} if "system" in body else {**body}  # type: ignore[typeddict-item]
    said = edited.get("messages") or []
    place = next((n for n, m in enumerate(said) if isinstance(m, dict) and m.get("role") == "user"), None)
    if place is not None:
        first = {**said[place], "content": _untagged(said[place].get("content"))}
        edited["messages"] = [*said[:place], first, *said[place + 1 :]]
    return edited


def _texts(body: Body) -> list[str]:
    """The texts in which a tag may stand, and which may begin with one."""
    texts = _texts_of(body.get("system"))
    for message in body.get("messages") or ():
        if _is_user(message):
            texts += _texts_of(message.get("content"))
            break
    return [text for text in texts if text.startswith(OPEN) or text[:1].isspace()]


def _texts_of(content: object) -> list[str]:
    if isinstance(content, str):
        return [content]
    if not isinstance(content, list):
        return []
    return [b["text"] for b in content if isinstance(b, dict) and isinstance(b.get("text"), str)]


def _untagged(content: object) -> object:
    if isinstance(content, str):
        return _cut(content)
    return (
        [b for b in map(_untagged_block, content) if b is not None] if isinstance(content, list) else content
    )


def _untagged_block(block: Block) -> Block | None:
    """None where nothing but a tag was in it: Anthropic refuses empty texts."""
    text = block.get("text") if isinstance(block, dict) else None
    if not isinstance(text, str) or (cut := _cut(text)) == text:
        return block
    return {**block, "text": cut} if cut.strip() else None


def _cut(text: str) -> str:
    return text if (found := _tag(text)) is None else text[found[1] :]


def _tag(text: str) -> tuple[str, int] | None:
    """The model that a text's tag names, and where the tag ends."""
    start = _start(text)
    end = text.find(CLOSE, start) if start >= 0 else -1
    if end < 0:
        return None
    model = text[start + len(OPEN) : end].strip()
    return (model, end + len(CLOSE)) if model and model not in PLACEHOLDERS else None


def _start(text: str) -> int:
    """Where the tag begins: at the start, but for white space; -1 where there is none."""
    if text.startswith(OPEN):
        return 0
    if text[:1].isspace() and (found := text.find(OPEN, 0, len(OPEN) + 100)) > 0 and text[:found].isspace():
        return found
    return -1
