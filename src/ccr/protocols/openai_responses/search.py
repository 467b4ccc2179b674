"""Web searches that the provider made: the calls, what they found, what the text cites."""

from __future__ import annotations

import re
from typing import Any

from ccr.anthropic.ids import unique
from ccr.anthropic.writer import BlockWriter
from ccr.protocols.openai_responses import wire
from ccr.protocols.shared.websearch import citation, usage_of, write_search

Item = dict[str, Any]


class Searches:
    """Told only to clients that asked for ``web_search``: others can neither show nor replay these blocks."""

    def __init__(self, writer: BlockWriter, wanted: bool) -> None:
        self.count = 0
        self._writer = writer
        self._wanted = wanted
        self._open: list[str] = []
        """Queries whose sources the provider did not list: the citations stand for them."""
        self._cited: dict[str, str] = {}
        """Title by URL."""

    def call(self, item: Item) -> None:
        """A ``web_search_call`` item; opening a page that was found is no search."""
        action = wire.fields(item.get("action"))
        if not self._wanted or action.get("type", "search") != "search":
            return
        self.count += 1
        query = wire.text(action.get("query")) or "; ".join(
            filter(None, map(wire.text, _listed(action.get("queries"))))
        )
        if found := _found(action):
            self._write(item.get("id"), query, found)
        else:
            self._open.append(query)

    def cite(self, annotation: Item) -> None:
        """An annotation of the text that was last written. The same one may come twice."""
        url = wire.text(annotation.get("url"))
        if not self._wanted or annotation.get("type") != "url_citation" or not url or url in self._cited:
            return
        self._cited[url] = title = str(annotation.get("title") or url)
        self._writer.citation(citation(url, title))

    def finish(self) -> dict[str, Any]:
        """Writes what is still open. Gives what the usage has to say of it."""
        if self._open:
            self._write(None, "; ".join(filter(None, self._open)), self._cited)
        return usage_of(self.count)

    def _write(self, item_id: object, query: str, found: dict[str, str]) -> None:
        own = re.sub(r"\W", "", wire.text(item_id)) or unique()
        write_search(self._writer, f"srvtoolu_{own}", query, found)


def _listed(found: object) -> list[Any]:
    return found if isinstance(found, list) else []


def _found(action: Item) -> dict[str, str]:
    """Title by URL of the sources that an action lists."""
    sources = [
        (wire.text(s.get("url")), wire.text(s.get("title"))) for s in wire.objects(action.get("sources"))
    ]
    return {url: title or url for url, title in sources if url}
