"""Tool ids: valid, unique, and back to the provider's own."""

from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from ccr.anthropic.ids import client_id, short_id, upstream_id

VALID = re.compile(r"[a-zA-Z0-9_-]{1,64}")


@given(st.text(max_size=80))
def test_a_client_id_is_valid_and_leads_back(upstream: str) -> None:
    client = client_id(upstream, ())
    assert VALID.fullmatch(client)
    if len(upstream.encode("utf-8", "replace")) <= 32 and upstream.isprintable():
        assert upstream_id(client) == upstream


@given(st.text("abc_0", min_size=1, max_size=8))
def test_a_repeated_id_becomes_another_that_leads_back_too(upstream: str) -> None:
    again = client_id(upstream, {upstream})
    assert again != upstream
    assert upstream_id(again) == upstream


def test_a_good_id_stays() -> None:
    assert client_id("toolu_01AbC-x", ()) == "toolu_01AbC-x"
    assert upstream_id("toolu_01AbC-x") == "toolu_01AbC-x"


def test_no_id_becomes_one() -> None:
    assert VALID.fullmatch(client_id(None, ()))
    assert upstream_id(client_id("", ())) == ""


def test_a_provider_cannot_forge_a_wrapped_id() -> None:
    forged = "ccr_00000000_" + "YQ"
    assert upstream_id(client_id(forged, ())) == forged


@given(st.text(min_size=1, max_size=200))
def test_a_short_id_is_valid_short_and_always_the_same(client: str) -> None:
    assert VALID.fullmatch(short_id(client))
    assert len(short_id(client, 40)) <= 40
    assert short_id(client) == short_id(client)
