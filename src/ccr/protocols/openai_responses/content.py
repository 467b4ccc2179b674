"""Content blocks as input parts: ``input_text``, ``input_image``, ``input_file``."""

from __future__ import annotations

from typing import Any

from ccr.anthropic.request import Block, blocks
from ccr.exchange import Call
from ccr.protocols.shared import content

Part = dict[str, Any]

NOTHING = "(no output)"
ATTACHED = "(attached below)"
FAILED = "Error: the tool failed."


def parts(said: list[Block], call: Call) -> list[Part]:
    """What a user or the system says; results of calls that nobody made are told in words."""
    found: list[Part] = []
    for block in said:
        if block.get("type") == "text":  # the shape of nearly every block
            found += [_text(block["text"])] if isinstance(block.get("text"), str) and block["text"] else []
        else:
            found += _parts(block, call)
    return found


def output(result: Block, call: Call) -> tuple[str | list[Part], list[Part]]:
    """What a tool gave, and the images and files of it that follow in the user's message.

    The first is a string, or parts where the provider takes media inside. A failure says so (CONTRACT §7).
    """
    found = parts(blocks(result.get("content")), call)
    if result.get("is_error"):
        found.insert(0, _text(FAILED))
    media = [part for part in found if part["type"] != "input_text"]
    if media and call.target.dialect.images_in_tools:
        return found, []
    text = "\n".join(part["text"] for part in found if part["type"] == "input_text")
    return text or (ATTACHED if media else NOTHING), media


def attached(media: dict[str, list[Part]]) -> list[Part]:
    """Media of results, by call; of several results each says whose it is."""
    labelled = len(media) > 1
    return [
        part
        for call_id, found in media.items()
        for part in ([_text(f"[Of the result of {call_id}:]")] if labelled else []) + found
    ]


def _parts(block: Block, call: Call) -> list[Part]:
    if block.get("type") != "tool_result":
        return [_part(piece, call) for piece in content.plain_block(block)]
    lost = _text(f"[Result of a tool call that is not here any more: {block.get('tool_use_id')}]")
    return [lost, *parts(blocks(block.get("content")), call)]


def _part(piece: Block, call: Call) -> Part:
    dialect = call.target.dialect
    match piece["type"]:
        case "text":
            return _text(piece["text"])
        case "image" if dialect.images:
            url = content.data_url(piece["source"], "image/png")
            return {"type": "input_image", "detail": "auto", "image_url": url}
        case "document" if dialect.files:
            return _file(piece)
        case "image":
            return _missing("An image was here", "does not take images", call)
        case _:
            return _missing(
                f"A PDF document ({content.name_of(piece)}) was here", "does not take PDF files", call
            )


def _text(text: str) -> Part:
    return {"type": "input_text", "text": text}


def _missing(what: str, why: str, call: Call) -> Part:
    if why not in call.notes:
        call.notes.append(why)
    return _text(content.note(what, why)["text"])


def _file(document: Block) -> Part:
    source = document["source"]
    if source["type"] == "url":
        return {"type": "input_file", "file_url": str(source.get("url"))}
    data = content.data_url(source, "application/pdf")
    return {"type": "input_file", "filename": content.name_of(document), "file_data": data}
