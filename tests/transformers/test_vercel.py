"""``vercel``: the options stand in the request as they were written."""

from __future__ import annotations

from ccr.transformers.vercel import Vercel


def test_options_are_put_into_the_request_and_win() -> None:
    edited = Vercel(order=["a"], temperature=0).payload({"model": "m", "temperature": 1})
    assert edited == {"model": "m", "temperature": 0, "order": ["a"]}


def test_it_goes_by_its_own_name() -> None:
    assert Vercel.name == "vercel"
