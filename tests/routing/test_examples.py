"""The examples of custom routers do what they say, and so does the original's, unchanged."""

from __future__ import annotations

import re
import shutil
from pathlib import Path
from typing import Any

import pytest

from ccr.anthropic.tokens import TokenCounter
from ccr.config.provider import Provider
from ccr.config.settings import Settings
from ccr.exchange import Exchange
from ccr.routing.custom import custom_router
from ccr.routing.facts import Facts
from ccr.routing.models import Models
from tests.conftest import ROOT
from tests.routing.scripts import exchange, write

EXAMPLES = ROOT / "examples" / "routing"
MODELS = Models(
    [
        Provider("openrouter", "http://127.0.0.1:1", "openai_chat"),
        Provider("ollama", "http://127.0.0.1:1", "openai_chat"),
        Provider("gemini", "http://127.0.0.1:1", "gemini"),
    ]
)
needs_node = pytest.mark.skipif(not shutil.which("node"), reason="there is no Node.js (node) on the PATH")


async def named(file: Path, asked: Exchange, config: dict[str, Any] | None = None) -> str | None:
    """The model that a file names for a request; nothing may go wrong in it."""
    settings = Settings(file.parent / "config.json", custom_router_path=file, raw=config or {"Router": {}})
    router = custom_router(settings)
    assert router is not None
    try:
        facts = Facts(asked, TokenCounter())
        model = await router.ask(facts, None, MODELS)  # type: ignore[arg-type]  # not read
        assert facts.remarks == []
        return model
    finally:
        await router.close()


def saying(text: str, **more: Any) -> Exchange:
    return exchange({"messages": [{"role": "user", "content": [{"type": "text", "text": text}]}], **more})


@needs_node
async def test_the_javascript_example() -> None:
    file = EXAMPLES / "custom-router.js"
    config = {"Router": {"longContext": "openrouter,long"}}
    assert (
        await named(file, saying("Please explain this code."), config)
        == "openrouter,anthropic/claude-opus-4.5"
    )
    assert await named(file, saying("Hello"), config) is None
    assert await named(file, saying("wort " * 200_000), config) == "openrouter,long"


@pytest.mark.parametrize(
    ("hours", "tools", "model"),
    [
        ({"from": 0, "to": 24}, [{"name": "Read"}], "ollama,small"),
        ({"from": 0, "to": 0}, [{"name": "Read"}], "ollama,small"),
        ({"from": 25, "to": 26}, [{"name": "Read"}], None),
        ({"from": 25, "to": 26}, [], "ollama,small"),
    ],
)
async def test_the_python_example(hours: dict[str, int], tools: list[Any], model: str | None) -> None:
    config = {"quietHours": {**hours, "model": "ollama,small"}}
    assert await named(EXAMPLES / "quiet_hours.py", saying("Hello", tools=tools), config) == model


@pytest.mark.parametrize("language", ["python", pytest.param("javascript", marks=needs_node)])
async def test_the_documentations_examples(language: str, tmp_path: Path) -> None:
    text = (ROOT / "docs" / "custom-router.md").read_text()
    (code,) = re.findall(rf"```{language}\n(.*?)```", text, re.DOTALL)
    file = write(tmp_path, {"python": "r.py", "javascript": "r.js"}[language], code)
    assert await named(file, saying("Hello")) is None
    assert await named(file, saying("wort " * 200_000)) == "gemini,gemini-2.5-pro"


@needs_node
async def test_the_originals_own_example_works_unchanged(shared: Path, tmp_path: Path) -> None:
    documents = [path.read_text() for path in sorted((shared / "seeds").glob("*.txt"))]
    found = [code for text in documents for code in re.findall(r"```javascript\n(.*?)```", text, re.DOTALL)]
    examples = [code for code in found if "module.exports = async function router" in code]
    assert examples, "the documents this project was asked from show a custom router"
    for number, code in enumerate(examples):
        file = write(tmp_path, f"router-{number}.js", code)
        plain = exchange({"messages": [{"role": "user", "content": "please explain this code"}]})
        assert await named(file, plain) == "openrouter,anthropic/claude-3.5-sonnet"
        assert await named(file, saying("Hello")) is None
        assert await named(file, exchange({"messages": []})) is None
