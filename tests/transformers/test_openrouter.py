"""``openrouter``: the options stand in the request as they were written."""

from __future__ import annotations

from ccr.transformers.openrouter import OpenRouter


def test_options_are_put_into_the_request_and_win() -> None:
    transformer = OpenRouter(provider={"only": ["moonshotai/fp8"]}, temperature=0)
    edited = transformer.payload({"model": "m", "temperature": 1})
    assert edited == {"model": "m", "temperature": 0, "provider": {"only": ["moonshotai/fp8"]}}


def test_without_options_nothing_changes() -> None:
    assert OpenRouter().payload({"model": "m"}) == {"model": "m"}


def test_no_request_can_change_the_options() -> None:
    transformer = OpenRouter(provider={"only": ["a"]})
    transformer.payload({})["provider"]["only"].append("b")
    assert transformer.payload({}) == {"provider": {"only": ["a"]}}
