"""A PDF's pages and characters, as far as its bytes say."""

from __future__ import annotations

import base64
import zlib

from hypothesis import given
from hypothesis import strategies as st

from ccr.anthropic.tokens.documents import pages_of


def pdf(*contents: bytes, compress: bool = True) -> str:
    """A file with a page for each content stream."""
    parts = [b"%PDF-1.4\n<< /Type /Pages /Count 9 >>"]
    for content in contents:
        data = zlib.compress(content) if compress else content
        parts.append(b"<< /Type /Page >> << /Filter /FlateDecode >> stream\r\n" + data + b"\nendstream")
    return base64.b64encode(b"\n".join(parts)).decode()


def test_pages_and_shown_characters_are_counted() -> None:
    page = b"BT (Hello \\(you\\)) Tj [(Wor) -20 (ld)] TJ <00480049> Tj ET"
    assert pages_of(pdf(page, page)) == (2, 2 * (len("Hello \\(you\\)") + 5 + 2))


def test_pages_within_compressed_objects_are_found() -> None:
    objects = zlib.compress(b"<< /Type /Page >> << /Type/Page >>")
    raw = b"%PDF-1.5\nstream\n" + objects + b"\nendstream"
    assert pages_of(base64.b64encode(raw).decode()).pages == 2


def test_a_small_file_cannot_become_a_big_one() -> None:
    bomb = zlib.compress(b"(" + b"a" * (1 << 26) + b") Tj BT")
    raw = b"%PDF\nstream\n" + bomb + b"endstream"
    assert pages_of(base64.b64encode(raw).decode()).characters < 1 << 25


@given(st.text(max_size=40) | st.binary(max_size=200).map(lambda raw: base64.b64encode(raw).decode()))
def test_what_is_no_pdf_has_one_page(data: str) -> None:
    assert pages_of(data).pages == 1
