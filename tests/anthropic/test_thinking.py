"""Signatures of ours: recognisable, and readable by their issuer alone."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from ccr.anthropic.thinking import PREFIX, is_ours, issued, issuer, sign, state_of

ME, YOU = issuer("openai_chat", "a", "m"), issuer("openai_chat", "b", "m")


@given(st.recursive(st.text() | st.integers(0, 9), lambda s: st.lists(s) | st.dictionaries(st.text(), s)))
def test_state_comes_back_to_its_issuer_alone(state: object) -> None:
    signature = sign(ME, state)
    assert is_ours(signature)
    assert issued(signature, ME)
    assert not issued(signature, YOU)
    assert state_of(signature, ME) == state
    assert state_of(signature, YOU) is None


def test_a_signature_without_state_has_none() -> None:
    assert state_of(sign(ME), ME) is None
    assert is_ours(sign(ME))


def test_what_is_not_ours_is_nobodys() -> None:
    for foreign in ("", "EqQBCgIYAg", None, 7):
        assert not is_ours(foreign)
        assert state_of(foreign, ME) is None


@given(st.text())
def test_a_spoiled_signature_has_no_state(junk: str) -> None:
    assert state_of(f"{PREFIX}{ME}.{junk}!", ME) is None
