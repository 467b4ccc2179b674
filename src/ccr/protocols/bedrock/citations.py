"""Citations in Anthropic's form."""

from __future__ import annotations

from typing import Any

from ccr.protocols.shared.usage import count

_KINDS = {
    "documentChar": ("char_location", "document", "char_index"),
    "documentPage": ("page_location", "document", "page_number"),
    "documentChunk": ("content_block_location", "document", "block_index"),
    "searchResultLocation": ("search_result_location", "search_result", "block_index"),
}


def citation_of(value: Any) -> dict[str, Any] | None:
    """One citation; None for what Anthropic has no form for."""
    if not isinstance(value, dict) or not isinstance(location := value.get("location"), dict):
        return None
    for key, (kind, what, unit) in _KINDS.items():
        if isinstance(place := location.get(key), dict):
            named = {"source": value.get("source")} if what == "search_result" else {}
            title = "title" if what == "search_result" else "document_title"
            return {
                "type": kind,
                "cited_text": _text(value.get("sourceContent")),
                f"{what}_index": count(place.get(f"{_index(what)}Index")),
                title: value.get("title"),
                f"start_{unit}": count(place.get("start")),
                f"end_{unit}": count(place.get("end")),
                **named,
            }
    return None


def _index(what: str) -> str:
    return "searchResult" if what == "search_result" else what


def _text(content: Any) -> str:
    parts = content if isinstance(content, list) else []
    return "".join(str(part.get("text") or "") for part in parts if isinstance(part, dict))
