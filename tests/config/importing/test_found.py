"""Keys are kept apart under names of their own."""

from __future__ import annotations

from ccr.config.importing.found import Found


def test_a_key_becomes_a_variable_unless_it_is_one() -> None:
    found = Found()
    assert found.kept_apart("secret-1", "open router") == "$OPEN_ROUTER_API_KEY"
    assert found.kept_apart("secret-1", "another") == "$OPEN_ROUTER_API_KEY"
    assert found.kept_apart("secret-2", "open-router") == "$OPEN_ROUTER_API_KEY_2"
    assert found.kept_apart("secret-3", "302.ai") == "$_302_AI_API_KEY"
    assert found.kept_apart("${SECRET}", "x") == "${SECRET}"
    assert found.kept_apart("${SECRET:-none}", "x") == "${SECRET:-none}"
    assert found.kept_apart(None, "x") == ""
    assert set(found.variables) == {"OPEN_ROUTER_API_KEY", "OPEN_ROUTER_API_KEY_2", "_302_AI_API_KEY"}


def test_providers_get_names_that_can_be_asked_for() -> None:
    found = Found()
    assert [found.add({"name": name, "x": ""}) for name in ("a, b", "a b", "", None)] == [
        "a b",
        "a b-2",
        "provider",
        "provider-2",
    ]
    assert found.config["Providers"][0] == {"name": "a b"}
