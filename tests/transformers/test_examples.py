"""The examples do what they say, loaded as a user would load them."""

from __future__ import annotations

import importlib.util
import subprocess
import sys
from pathlib import Path

import pytest

from ccr.anthropic.events import Batches, Event
from ccr.anthropic.request import Body
from ccr.config.provider import Provider, Use
from ccr.config.settings import Plugin, Settings
from ccr.transformers.chain import Chain
from ccr.transformers.load import Registry, names
from tests.conftest import ROOT
from tests.grammar import check
from tests.transformers.streams import call, cut, stream, text

EXAMPLES = ROOT / "examples" / "transformers"


def chain(*use: Use, plugins: tuple[Plugin, ...] = ()) -> Chain:
    provider = Provider("some-provider", "http://127.0.0.1:1", "openai_chat", use=use)
    settings = Settings(EXAMPLES / "config.json", providers=(provider,), transformers=plugins)
    return Registry(settings).chain(provider, "some-model")


def test_the_file_adds_its_rules_to_the_system_prompt() -> None:
    plugin = Plugin(EXAMPLES / "house_rules.py", {"rules": "Be kind."})
    own = {"rules": "Sois gentil.", "heading": "Règles"}
    body: Body = {"system": "You are a helper."}
    edited = chain(Use("houserules"), Use("HouseRules", own), plugins=(plugin,)).request(body)
    assert edited["system"] == [
        text("You are a helper."),
        text("# House rules\nBe kind."),
        text("# Règles\nSois gentil."),
    ]


@pytest.fixture(scope="session")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The package, built without network by the tool that builds the project itself."""
    if importlib.util.find_spec("hatchling") is None:
        pytest.skip("hatchling, which builds the example, is not installed")
    folder = tmp_path_factory.mktemp("wheel")
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    subprocess.run(build, cwd=EXAMPLES / "package", check=True, capture_output=True, timeout=50)
    (built,) = folder.glob("*.whl")
    return built


@pytest.fixture
def installed(wheel: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As if it were: Python imports from wheels, and finds their entry points."""
    monkeypatch.syspath_prepend(str(wheel))
    monkeypatch.delitem(sys.modules, "ccr_signature", raising=False)


async def signed(use: Use, events: list[Event]) -> list[Event]:
    async def batches() -> Batches:
        for event in cut(events, [3]):
            yield [event]

    return [event async for batch in chain(use).events(batches()) for event in batch]


@pytest.mark.usefixtures("installed")
async def test_the_package_signs_an_answer() -> None:
    assert "signature" in names({})
    answer = check(await signed(Use("signature"), stream(text("Hello."))))
    assert answer["content"] == [text("Hello.\n\n— some-provider, some-model")]


@pytest.mark.usefixtures("installed")
async def test_the_package_leaves_a_turn_that_goes_on_alone() -> None:
    events = stream(text("Let me see."), call(path="x"))
    answer = check(await signed(Use("signature", {"form": "by {model}"}), events))
    assert answer["content"] == [text("Let me see."), call(path="x")]


def test_without_the_package_there_is_no_such_name() -> None:
    assert "signature" not in names({})
