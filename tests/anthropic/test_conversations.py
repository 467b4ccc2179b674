"""A request of a conversation that grows says what JSON says, however little of it is read."""

from __future__ import annotations

import json as json_
from collections.abc import Callable
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ccr.anthropic.conversations import KEPT, SEEN, WORTH_IT, Conversations, Messages, folded
from ccr.anthropic.parsing import Parser
from ccr.wire import json

values = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text(),
    lambda leaf: st.lists(leaf, max_size=3) | st.dictionaries(st.text(), leaf, max_size=3),
)
said = st.fixed_dictionaries(
    {"role": st.sampled_from(["user", "assistant", "system"]), "content": st.text() | st.lists(values)},
    optional={"cache_control": st.just({"type": "ephemeral"})},
)
LONG = {"role": "user", "content": "x" * WORTH_IT}


def body(messages: list[Any], **more: Any) -> bytes:
    return msgspec.json.encode({"model": "m", "messages": messages, "system": "s" * WORTH_IT, **more})


def spaced(raw: bytes) -> bytes:
    """The same as Python's and people's tools write it."""
    return json_.dumps(json.decode(raw), indent=1).encode()


def loose(raw: bytes) -> bytes:
    return raw.replace(b",", b" ,\n").replace(b":", b" : ")


def said_by(raw: bytes) -> Any:
    return list(json.decode(raw).items())


@given(st.lists(st.lists(said, min_size=1, max_size=4), max_size=6), st.dictionaries(st.text(), values))
def test_it_says_what_json_says_at_every_turn(turns: list[list[Any]], more: dict[str, Any]) -> None:
    parser, messages = Parser(), list[Any]()
    for turn in turns:
        messages = [*messages, *turn]
        raw = msgspec.json.encode({"model": "m", "messages": messages, **more, "system": "s" * WORTH_IT})
        for way in (raw, spaced(raw)):
            found, exact = parser.parse(way)
            assert (list(found.items()), exact) == (said_by(way), True)


@given(st.lists(st.tuples(st.integers(0, 3), st.lists(said, max_size=3), st.booleans()), max_size=12))
def test_conversations_that_fork_and_take_turns_stay_apart(steps: list[tuple[int, list[Any], bool]]) -> None:
    parser = Parser()
    talks: list[list[Any]] = [[], [LONG], [LONG, {"role": "user", "content": "a"}], []]
    for talk, more, again in steps:
        talks[talk] = talks[talk][:1] + more if again else talks[talk] + more
        raw = body(talks[talk], max_tokens=talk // 2)
        assert list(parser.parse(raw)[0].items()) == said_by(raw)


@pytest.mark.parametrize(
    "raw",
    [
        b'{"model":"m","messages":[1,2],"system":"%s","messages":[3,4]}',
        b'{"messages":[9],"model":"m","messages":[1,2],"system":"%s"}',
        b'{"model":"m","messages":[1,2],"system":"%s","mess\\u0061ges":[3,4]}',
        b'{"model":"m","x":{"messages":[1,2]},"messages":[1,2],"system":"%s"}',
        b'{"model":"m","messages":[1, 2],"system":"%s"}',
        b'{"model":"m","messages": [1,2],"system":"%s"}',
        b'{"model":"m","messages":[1,2] , "system":"%s"}\n',
        b'{"model":"m","system":"%s","messages":[1,2]}',
        b'{"model":"m","system":"%s","messages":[]}',
        b'{"a\\"messages":[1,2],"messages":[1,2],"system":"%s"}',
    ],
)
def test_odd_spellings_are_read_as_json_reads_them(raw: bytes) -> None:
    parser, text = Parser(), raw.replace(b"%s", b"s" * WORTH_IT)
    others = (b"[1,2]", b"[1,2,3]", b"[1,5,3]", b"[1,2,3,4]", b"[]", b"[1,]", b"[1,2", b'[1,2],"system":[3]')
    for more in others:
        for old in (b"[1,2]", b"[3,4]"):
            changed = text.replace(old, more, 1)
            try:
                expected = said_by(changed)
            except json.JSONError:
                with pytest.raises(json.JSONError):
                    parser.parse(changed)
            else:
                assert list(parser.parse(changed)[0].items()) == expected


@pytest.mark.parametrize(
    "written", [bytes, spaced, lambda raw: raw.replace(b",", b" ,\n").replace(b":", b" : ")]
)
def test_only_what_is_new_is_read(written: Callable[[bytes], bytes]) -> None:
    known = Conversations()
    said = [[LONG, *({"role": "user", "content": str(n)} for n in range(turn))] for turn in (1, 2, 3)]
    raws = [written(body(each)) for each in said]
    first = json.decode(raws[0])
    known.learn(raws[0], msgspec.json.decode(raws[0], type=dict[str, msgspec.Raw])["messages"], first)
    second, third = known.read(raws[1]), known.read(raws[2])
    assert second is not None
    assert third is not None
    assert first["messages"][0] is second["messages"][0] is third["messages"][0]
    assert second["messages"][1] is third["messages"][1]
    assert first["system"] is third["system"]


def test_marked_messages_are_read_anew_for_they_lose_their_mark() -> None:
    known, mark = Conversations(), {"cache_control": {"type": "ephemeral"}}
    marked = json.decode(body([LONG, {"role": "user", "content": "a", **mark}]))
    known.learn(msgspec.json.encode(marked), msgspec.Raw(msgspec.json.encode(marked["messages"])), marked)
    again = body([LONG, {"role": "user", "content": "a"}, {"role": "user", "content": "b", **mark}])
    assert known.read(again) == json.decode(again)


def test_so_many_conversations_are_kept_and_so_many_bytes() -> None:
    few, small = Conversations(), Conversations(most=3 * WORTH_IT)
    for n in range(3 * KEPT):
        raw = body([{**LONG, "n": n}, LONG])
        found = json.decode(raw)
        for known in (few, small):
            known.learn(raw, msgspec.Raw(msgspec.json.encode(found["messages"])), found)
    assert len(few._known) == KEPT
    assert len(small._known) == 1


def test_one_that_is_larger_than_all_may_be_is_not_kept() -> None:
    known = Conversations(most=WORTH_IT)
    raw = body([LONG, LONG])
    found = json.decode(raw)
    known.learn(raw, msgspec.Raw(msgspec.json.encode(found["messages"])), found)
    assert not known._known


@given(st.lists(st.tuples(st.lists(st.integers(), max_size=4), st.booleans())))
def test_what_comes_of_all_messages_is_the_same_however_few_are_looked_at(
    turns: list[tuple[list[int], bool]],
) -> None:
    made: dict[Any, Any] = {}
    said: list[int] = []
    seen: list[int] = []

    def step(state: tuple[int, ...], message: int) -> tuple[int, ...]:
        seen.append(message)
        return (*state, message)

    for more, late in turns:
        known, said = len(said), said + more
        seen.clear()
        shared = Messages(said, len(said) - late if more else known, made)
        nothing: tuple[int, ...] = ()
        assert folded(shared, "all", nothing, step) == folded([*said], "all", nothing, step) == (*said,)


def test_messages_that_are_shared_are_looked_at_once() -> None:
    seen: list[int] = []
    made: dict[Any, Any] = {}
    for end in (1, 2, 3, 2, 3):
        messages = Messages([*range(end)], end - 1, made)
        assert folded(messages, "sum", 0, lambda state, m: seen.append(m) or state + m) == sum(range(end))  # type: ignore[func-returns-value]
    assert seen == [0, 0, 1, 1, 2, 0, 1, 2]


def test_what_comes_but_once_is_not_remembered() -> None:
    parser = Parser()
    for n in range(3 * SEEN):
        parser.parse(body([{"role": "user", "content": str(n)}, LONG, LONG]))
    assert not parser._conversations._known
    assert len(parser._conversations._seen) == SEEN
    for _ in range(2):
        parser.parse(body([{"role": "user", "content": "again"}, LONG, LONG]))
    assert len(parser._conversations._known) == 1
