"""What engines answer, odd things among it. How they are asked is told in test_search."""

from __future__ import annotations

from typing import Any

import pytest

from ccr.agents.backends import ENGINES, Page, Query


@pytest.mark.parametrize(
    ("configured", "url"),
    [
        ("", "https://api.search.brave.com/res/v1/web/search"),
        ("http://proxy.example:81/", "http://proxy.example:81/res/v1/web/search"),
        ("http://proxy.example/res/v1/web/search", "http://proxy.example/res/v1/web/search"),
    ],
)
def test_an_engine_is_at_its_own_address_or_at_the_configured_one(configured: str, url: str) -> None:
    assert ENGINES["brave"].url(configured) == url


@pytest.mark.parametrize(
    ("query", "said"),
    [
        (Query("bees"), "bees"),
        (Query("bees", allowed=["a.example"]), "bees site:a.example"),
        (Query("bees", allowed=["a.example", "b.example"]), "bees (site:a.example OR site:b.example)"),
        (Query("bees", blocked=["a.example", "b.example"]), "bees -site:a.example -site:b.example"),
    ],
)
def test_domains_as_search_operators(query: Query, said: str) -> None:
    assert query.with_sites == said


@pytest.mark.parametrize(
    ("answer", "pages"),
    [
        ({}, []),
        ({"results": None}, []),
        ({"results": "x"}, []),
        ({"results": ["x", {}, {"url": ""}, {"url": 7}]}, []),
        ({"results": [{"url": "u", "title": None, "content": 5}]}, [Page("u", "u")]),
        (
            {"results": [{"url": "u", "title": "t", "content": "c", "published_date": "d"}]},
            [Page("u", "t", "c", "d")],
        ),
    ],
)
def test_odd_answers_have_no_pages(answer: Any, pages: list[Page]) -> None:
    assert ENGINES["tavily"].pages(answer) == pages


def test_a_deep_list_may_be_missing_anywhere() -> None:
    answers: tuple[dict[str, Any], ...] = ({}, {"web": None}, {"web": []}, {"web": {}})
    for answer in answers:
        assert ENGINES["brave"].pages(answer) == []


def test_the_users_country_is_passed_on() -> None:
    query = Query("bees", country="de")
    assert b'"gl":"de"' in ENGINES["serper"].ask("u", "k", query).body
    assert b'"userLocation":"DE"' in ENGINES["exa"].ask("u", "k", query).body
    assert "country=DE" in ENGINES["brave"].ask("https://u", "k", query).url


def test_no_key_is_printed() -> None:
    assert "secret" not in repr(ENGINES["exa"].ask("u", "secret", Query("bees")))
