"""What the words of a configuration are measured by."""

from __future__ import annotations

from ccr.config.routes.shapes import BACKGROUND_KINDS, KINDS, SCENARIOS, Routes


def test_side_requests_are_background_but_never_a_conversation() -> None:
    assert set(KINDS) - BACKGROUND_KINDS == {"main", "subagent", "workflow", "compaction", "websearch"}


def test_an_empty_router_has_no_routes() -> None:
    assert (Routes().scenarios, Routes().rules, Routes().threshold) == ({}, (), 60_000)
    assert SCENARIOS[0] == "default"
