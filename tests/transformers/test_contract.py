"""A transformer is known by its name, and does nothing that it does not override."""

from __future__ import annotations

from ccr.transformers.contract import Transformer
from tests.transformers.streams import run, stream, text


class Plain(Transformer): ...


class Named(Transformer):
    name = "other-name"


class Heir(Named): ...


def test_without_a_name_a_class_goes_by_its_own_in_lower_case() -> None:
    """Also where it builds on another: it is not to be taken for that one."""
    assert (Plain.name, Named.name, Heir.name) == ("plain", "other-name", "heir")


def test_what_is_not_overridden_changes_nothing() -> None:
    body, payload = {"model": "m"}, {"model": "m"}
    assert Plain().payload(payload) is payload
    assert Plain().request({"model": "m"}) == body
    assert run(Plain(), stream(text("hello"))) == stream(text("hello"))
