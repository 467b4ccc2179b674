"""What a service says when it is ready."""

from __future__ import annotations

from pathlib import Path

from ccr.cli import welcome
from ccr.cli.options import Options
from ccr.config.provider import Provider
from ccr.config.settings import Settings

SETTINGS = Settings(path=Path("/x/config.json"), port=4000)
PROVIDER = Provider("p", "http://p", "openai_chat")


def test_a_newcomer_learns_where_the_configuration_goes() -> None:
    text = "\n".join(welcome.lines(SETTINGS, Options(), demo=True))
    assert "demo" in text
    assert "/x/config.json does not exist so far" in text
    assert "ccr config init" in text
    assert "http://127.0.0.1:4000/v1/messages" in text
    assert "ccr code" in text


def test_a_configuration_that_the_demo_does_not_read_is_not_called_missing(tmp_path: Path) -> None:
    (tmp_path / "c.json").write_text("{}")
    text = "\n".join(welcome.lines(Settings(path=tmp_path / "c.json"), Options(), demo=True))
    assert "is not read" in text
    assert "so far" not in text


def test_with_providers_nothing_is_said_of_the_demo() -> None:
    settings = Settings(path=Path("/x/config.json"), found=True, providers=(PROVIDER,))
    assert "demo" not in "\n".join(welcome.lines(settings, Options(), demo=False))


def test_the_key_is_never_shown() -> None:
    settings = Settings(path=Path("/x/config.json"), apikey="sk-secret")
    assert "sk-secret" not in "\n".join(welcome.lines(settings, Options(), demo=True))
    assert "$ANTHROPIC_AUTH_TOKEN" in welcome.curl(settings, "http://x")


def test_other_commands_are_called_for_the_same_service() -> None:
    options = Options(port=4000, config="/my files/c.json")
    assert welcome.call(options, "code") == "CCR_CONFIG_PATH='/my files/c.json' CCR_PORT=4000 ccr code"
    assert welcome.activation(Options()) == 'eval "$(ccr activate)"'
