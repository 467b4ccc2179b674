"""Another order of entries: comments go with the entry they belong to, and nothing else changes."""

from __future__ import annotations

from itertools import permutations
from pathlib import Path

import pytest

from ccr.cli.models import order
from ccr.cli.models.entries import Refused
from ccr.config import syntax
from ccr.config.saving.document import of

PLACE = ("list",)

TEXTS = {
    "one line": '{ "list": ["a", "b", "c"] }',
    "lines": '{\n  "list": [\n    "a",\n    "b",\n    "c",\n  ],\n}',
    "remarks": '{\n  "list": [\n    "a", // of a\n    "b", /* of b */\n    "c" // of c\n  ]\n}',
    "heads": '{\n  "list": [\n    // of a\n    "a",\n    "b",\n    /* of\n       c */\n    "c"\n  ]\n}',
    "awkward": '{ "list": ["a", "b", "c" // of c\n] }',
    "between": '{ list: ["a" /* x */, "b" // y\n, "c"] }',
}


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
@pytest.mark.parametrize("wanted", list(permutations(range(3))))
def test_any_order_is_what_the_file_says_afterwards(text: str, wanted: tuple[int, ...]) -> None:
    document = of(Path("f"), text.encode())
    made = order.reorder(document, PLACE, wanted)
    assert syntax.parse(made.text)["list"] == made.value["list"] == ["abc"[n] for n in wanted]


def test_comments_go_with_their_entries() -> None:
    assert order.reordered(TEXTS["remarks"], PLACE, [2, 0, 1]) == (
        '{\n  "list": [\n    "c", // of c\n    "a", // of a\n    "b" /* of b */\n  ]\n}'
    )
    assert order.reordered(TEXTS["heads"], PLACE, [1, 2, 0]) == (
        '{\n  "list": [\n    "b",\n    /* of\n       c */\n    "c",\n    // of a\n    "a"\n  ]\n}'
    )


def test_members_of_an_object_have_an_order_too() -> None:
    document = of(Path("f"), b'{ "list": { "a": 1, /* b */ "b": 2 } }')
    made = order.reorder(document, PLACE, [1, 0])
    assert list(syntax.parse(made.text)["list"]) == ["b", "a"]
    assert "/* b */" in made.text


@pytest.mark.parametrize(
    ("to", "wanted"),
    [
        ("up", [1, 0, 2]),
        ("down", [0, 2, 1]),
        ("first", [1, 0, 2]),
        ("last", [0, 2, 1]),
        ("1", [1, 0, 2]),
        ("2", [0, 1, 2]),
    ],
)
def test_places_are_named_or_counted_from_one(to: str, wanted: list[int]) -> None:
    assert order.moved(["a", "b", "c"], "b", to) == wanted


def test_ends_stay_ends_and_other_places_are_refused() -> None:
    assert order.moved(["a", "b"], "a", "up") == [0, 1]
    assert order.moved(["a", "b"], "b", "down") == [0, 1]
    for wrong in ("0", "3", "top"):
        with pytest.raises(Refused, match="from 1 to 2"):
            order.moved(["a", "b"], "a", wrong)
