"""Keys in the environment and servers on this machine are found, and nothing else."""

from __future__ import annotations

import pytest

from ccr.cli.setup import finding
from ccr.config.presets import presets
from tests.cli.commands.config.lab import lab


def test_keys_of_known_providers_are_found_by_their_variables() -> None:
    found = finding.keys(
        {"OPENROUTER_API_KEY": "k", "DEEPSEEK_API_KEY": "k", "MY_API_KEY": "k", "GROQ_API_KEY": ""}
    )
    assert [(one.name, one.variable) for one in found] == [
        ("deepseek", "DEEPSEEK_API_KEY"),
        ("openrouter", "OPENROUTER_API_KEY"),
    ]


def test_of_several_places_with_one_key_the_first_is_offered() -> None:
    assert [one.name for one in finding.keys({"MOONSHOT_API_KEY": "k"})] == ["moonshot"]


def test_the_key_of_a_client_that_uses_a_router_is_not_anthropics() -> None:
    env = {"ANTHROPIC_API_KEY": "k", "ANTHROPIC_BASE_URL": "http://127.0.0.1:3456"}
    assert finding.keys(env) == []
    assert [one.name for one in finding.keys({"ANTHROPIC_API_KEY": "k"})] == ["anthropic"]


def test_a_server_is_found_where_its_variable_says() -> None:
    with lab() as server:
        found = {one.name: one for one in finding.servers({"OLLAMA_HOST": f"http://{server.address}/"})}
    assert found["ollama"].url == server.url
    assert found["ollama"].models == tuple(server.models)


def test_what_is_no_model_server_is_none() -> None:
    with lab() as server:
        server.key = "needed"
        assert "ollama" not in {one.name for one in finding.servers({"OLLAMA_HOST": server.address})}


@pytest.mark.parametrize(
    ("told", "address"),
    [
        ("", "localhost:11434"),
        ("0.0.0.0", "localhost:11434"),  # noqa: S104
        ("box", "box:11434"),
        ("http://box:9/", "box:9"),
        (":9", "localhost:9"),
    ],
)
def test_the_variable_of_ollama_is_read_as_ollama_reads_it(told: str, address: str) -> None:
    preset = presets().provider["ollama"]
    assert finding._address("ollama", preset, {"OLLAMA_HOST": told}) == address
