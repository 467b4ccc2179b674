"""Web pages that a provider found, as Anthropic's blocks: for clients that asked for ``web_search``."""

from __future__ import annotations

from typing import Any

from ccr.anthropic.ids import unique
from ccr.anthropic.request import Body
from ccr.anthropic.writer import BlockWriter
from ccr.protocols.shared.websearch import citation, query_of, usage_of, write_search


class Pages:
    """Collects them. The search is told before the text if it is known by then, else behind it."""

    def __init__(self, writer: BlockWriter, body: Body) -> None:
        self._writer = writer
        self._body = body
        self._found: dict[str, str] = {}
        """Title by URL."""
        self._cited: dict[str, dict[str, Any]] = {}
        """Citations by URL, which wait for the end of the text."""
        self._begun = False
        self._written = False

    def annotated(self, annotations: Any) -> None:
        """Citations as OpenAI and OpenRouter put them beside the text. The same one may come twice."""
        for annotation in annotations if isinstance(annotations, list) else ():
            cited = annotation.get("url_citation") if isinstance(annotation, dict) else None
            if isinstance(cited, dict):
                self._cite(cited.get("url"), cited.get("title"), cited.get("content"))

    def listed(self, results: Any, citations: Any) -> None:
        """Perplexity's lists, which it repeats in every chunk: what it found, and the addresses it cites."""
        for result in results if isinstance(results, list) else ():
            if isinstance(result, dict):
                self._page(result.get("url"), result.get("title"))
        for url in citations if isinstance(citations, list) else ():
            self._cite(url, None, None)

    def before_text(self) -> None:
        """Text is about to come."""
        if not self._begun:
            self._begun = True
            self.write()

    def cite(self) -> None:
        """The text is whole: its citations."""
        cited, self._cited = self._cited, {}
        for each in cited.values():
            self._writer.citation(each)

    def write(self) -> None:
        """The search, once."""
        if self._found and not self._written:
            self._written = True
            write_search(self._writer, f"srvtoolu_{unique()}", query_of(self._body), self._found)

    def usage(self) -> dict[str, Any]:
        """What the usage has to say of it."""
        return usage_of(int(self._written))

    def _page(self, url: Any, title: Any) -> str:
        """The page's title, where it has an address."""
        if not isinstance(url, str) or not url:
            return ""
        return self._found.setdefault(url, title if isinstance(title, str) and title else url)

    def _cite(self, url: Any, title: Any, text: Any) -> None:
        if (known := self._page(url, title)) and url not in self._cited:
            self._cited[url] = citation(url, known, text if isinstance(text, str) else "")
