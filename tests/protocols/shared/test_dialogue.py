"""The ids under which a provider gets its calls back."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from ccr.anthropic.ids import client_id
from ccr.protocols.shared.dialogue import own_ids


def calls(*ids: str) -> list[dict[str, str]]:
    return [{"type": "tool_use", "id": call_id} for call_id in ids]


def test_a_wrapped_id_is_the_providers_own_again() -> None:
    wrapped, nameless = client_id("functions.Read:0", ()), client_id("", ())
    assert own_ids(calls(wrapped, "toolu_1", nameless)) == {
        wrapped: "functions.Read:0",
        "toolu_1": "toolu_1",
        nameless: nameless,
    }


@given(st.lists(st.sampled_from(["call_0", "functions.Read:0", "", "toolu_1"]), max_size=5))
def test_no_two_calls_of_a_turn_get_the_same_id(given_ids: list[str]) -> None:
    taken: set[str] = set()
    for given_id in given_ids:
        taken.add(client_id(given_id, taken))
    own = own_ids(calls(*sorted(taken)))
    assert set(own) == taken
    assert len(set(own.values())) == len(taken)
