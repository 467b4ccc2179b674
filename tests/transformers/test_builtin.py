"""The table of names is complete, each name means something, and the documentation says the same."""

from __future__ import annotations

import re

import pytest

from ccr.config.presets import presets
from ccr.transformers.builtin import BUILTIN
from ccr.transformers.options import Shape
from tests.conftest import ROOT

ORIGINAL = [
    "Anthropic",
    "gemini",
    "vertex-gemini",
    "vertex-claude",
    "deepseek",
    "tooluse",
    "openrouter",
    "OpenAI",
    "maxtoken",
    "groq",
    "cleancache",
    "enhancetool",
    "reasoning",
    "sampling",
    "maxcompletiontokens",
    "cerebras",
    "streamoptions",
    "customparams",
    "vercel",
    "openai-responses",
    "forcereasoning",
    "extrathinktag",
    "vertex-openai",
    "gemini-cli",
    "qwen-cli",
    "chutes-glm",
    "rovo-cli",
]

DOCS = ROOT / "docs" / "transformers.md"
ROW = re.compile(r"^\| `([^`]+)` \| (adaptation|protocol|dialect) \|\s*(.*?)\s*\| (.+) \|$", re.MULTILINE)


def described() -> dict[str, tuple[str, str]]:
    return {name: (kind, options) for name, kind, options, _ in ROW.findall(DOCS.read_text("utf-8"))}


def kind_of(name: str) -> str:
    if BUILTIN[name] is not None:
        return "adaptation"
    return "protocol" if presets().row(name).protocol else "dialect"


def options_of(name: str) -> str:
    cls = BUILTIN[name]
    if cls is None:
        return ""
    shape = Shape(cls)
    return "any" if shape.takes("whatever you like") else ", ".join(f"`{option}`" for option in shape.options)


@pytest.mark.parametrize("name", ORIGINAL)
def test_every_name_of_the_original_is_there(name: str) -> None:
    assert name in BUILTIN


@pytest.mark.parametrize("name", BUILTIN)
def test_a_name_without_a_class_stands_for_data(name: str) -> None:
    row = presets().row(name)
    assert BUILTIN[name] is not None or row.protocol or row.dialect


@pytest.mark.parametrize("name", [name for name, cls in BUILTIN.items() if cls is not None])
def test_a_class_goes_by_the_name_it_stands_under(name: str) -> None:
    cls = BUILTIN[name]
    assert cls is not None
    assert cls.name == name


def test_every_name_that_says_something_is_there() -> None:
    assert {name.lower() for name in BUILTIN} >= set(presets().transformer)


def test_the_documentation_says_what_each_is() -> None:
    assert described() == {name: (kind_of(name), options_of(name)) for name in BUILTIN}


def test_the_documentation_shows_the_example_as_it_is() -> None:
    (shown,) = re.findall(r"```python\n(.*?)```", DOCS.read_text("utf-8"), re.DOTALL)
    assert shown in (ROOT / "examples" / "transformers" / "house_rules.py").read_text("utf-8")
