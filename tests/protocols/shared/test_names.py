"""Names that providers take, and the client's own again."""

from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from ccr.protocols.shared.names import client_names, upstream_name


@given(st.text(min_size=1, max_size=150))
def test_every_name_becomes_one_that_is_taken_the_same_each_time(name: str) -> None:
    short = upstream_name(name)
    assert re.fullmatch(r"[a-zA-Z0-9_-]{1,64}", short)
    assert upstream_name(name) == upstream_name(short) == short


def test_long_names_that_begin_alike_stay_apart_and_come_back() -> None:
    long = ["mcp__" + "n" * 70 + end for end in "ab"]
    body = {"tools": [{"name": name} for name in [*long, "Read"]]}
    assert {upstream_name(name): name for name in long} == dict(client_names(body))  # type: ignore[arg-type]
    assert not client_names({"tools": [{"name": "Read"}, {}]})
