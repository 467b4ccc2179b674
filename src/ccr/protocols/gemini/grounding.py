"""What a Google search found, as Anthropic's blocks: for clients that asked for ``web_search`` only."""

from __future__ import annotations

from typing import Any

import msgspec

from ccr.anthropic.ids import unique
from ccr.anthropic.request import Body
from ccr.anthropic.writer import BlockWriter
from ccr.protocols.gemini import wire
from ccr.protocols.shared import tools
from ccr.protocols.shared.websearch import citation, query_of, usage_of, write_search


class Grounding:
    """Collects the newest metadata; ``write`` tells it at the end of the answer."""

    def __init__(self, writer: BlockWriter, body: Body) -> None:
        self._writer = writer
        self._body = body
        self._wanted = tools.asks_web_search(body)
        self._found: dict[str, Any] = {}

    def add(self, metadata: msgspec.Raw) -> None:
        """The metadata of a candidate. Later ones say more, or nothing of some keys."""
        if self._wanted and metadata:
            value = wire.value(metadata)
            self._found |= {k: v for k, v in value.items() if v} if isinstance(value, dict) else {}

    def write(self) -> dict[str, Any]:
        """Citations of the text, then the search. Gives what the usage has to say of it."""
        pages = [_page(chunk) for chunk in _objects(self._found.get("groundingChunks"))]
        queries = [q for q in self._found.get("webSearchQueries") or () if isinstance(q, str)]
        if not queries and not any(pages):
            return {}
        for support in _objects(self._found.get("groundingSupports")):
            self._cite(support, pages)
        found = dict(page for page in pages if page)
        query = "; ".join(filter(str.strip, queries)) or query_of(self._body)
        write_search(self._writer, f"srvtoolu_{unique()}", query, found)
        return usage_of(max(1, len(queries)))

    def _cite(self, support: dict[str, Any], pages: list[tuple[str, str] | None]) -> None:
        segment = support.get("segment")
        text = str(segment.get("text") or "") if isinstance(segment, dict) else ""
        for place in support.get("groundingChunkIndices") or ():
            page = pages[place] if isinstance(place, int) and 0 <= place < len(pages) else None
            if page:
                self._writer.citation(citation(*page, text))


def _page(chunk: dict[str, Any]) -> tuple[str, str] | None:
    """The address and title of a chunk; of what is no page of the web, nothing."""
    web = chunk.get("web")
    url = web.get("uri") if isinstance(web, dict) else None
    return (url, str(web.get("title") or url)) if isinstance(url, str) and isinstance(web, dict) else None


def _objects(value: object) -> list[dict[str, Any]]:
    return [v if isinstance(v, dict) else {} for v in value] if isinstance(value, list) else []
