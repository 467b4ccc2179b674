"""The tree of a text stands over the values that the parser finds."""

from __future__ import annotations

from typing import Any

from hypothesis import given

from ccr.config import syntax
from ccr.config.saving.rewrite import same
from ccr.config.saving.tree import Node, tree
from tests.config.saving.texts import objects


def value_of(node: Node, text: str) -> Any:
    if node.kind == "object":
        return {entry.key: value_of(entry.value, text) for entry in node.entries}
    if node.kind == "list":
        return [value_of(entry.value, text) for entry in node.entries]
    return syntax.parse(text[node.start : node.end])


@given(objects())
def test_each_node_spans_its_value(text: str) -> None:
    assert same(value_of(tree(text), text), syntax.parse(text))


@given(objects())
def test_commas_stand_where_the_tree_says(text: str) -> None:
    nodes = [tree(text)]
    for node in nodes:
        nodes += [entry.value for entry in node.entries]
        assert all(text[entry.comma] == "," for entry in node.entries if entry.comma is not None)


def test_keys_may_be_written_in_any_way_json5_knows() -> None:
    node = tree("{'a': 1, \"b\\u0063\": 2, $c_1: 3, \\u0064: 4}")
    assert [entry.key for entry in node.entries] == ["a", "bc", "$c_1", "d"]
