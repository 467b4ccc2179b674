"""Every configuration that the documents of the original and its forks show passes `ccr config validate`."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from ccr.config import syntax
from ccr.config.saving import document, schema
from ccr.server.examine import examine
from tests.config.test_examples import completed

ENV = {"OPENROUTER_API_KEY": "k", "HOME": "/home/ada"}

NO_CONFIGURATION = ("success", "sessionId", "messages", "model", "message")
"""Keys of examples that show something else: requests and answers."""

BROKEN = {
    "001_c867829bd0c0dc04.txt:json 2": "four requests, one below the other, with comments between",
    "004_c6ff8bc481ea4fc2.txt:json 1": "it leaves things out: three dots stand where they were",
}
"""Examples that are no JSON5 as they stand, and what they are."""

MADE_UP = {
    "transformers[0].path": "the file of the example is not on this machine",
    "CUSTOM_ROUTER_PATH": "the same",
}
"""Places where examples name files that are nowhere."""


@pytest.fixture(scope="module")
def editor() -> jsonschema.Draft202012Validator:
    """What an editor shows mistakes by."""
    return jsonschema.Draft202012Validator(schema.document())


def blocks(path: Path) -> list[tuple[str, str]]:
    """Blocks of JSON in a document, with a name for each."""
    found = re.findall(r"```(?:json5?|jsonc)\n(.*?)```", path.read_text("utf-8"), re.DOTALL)
    return [(f"{path.name}:json {number}", text) for number, text in enumerate(found, 1)]


def configurations(shared: Path) -> list[tuple[str, dict[str, Any]]]:
    """Those that parse, whole or in braces, and show a configuration."""
    files = [*sorted((shared / "seeds").glob("*.txt")), shared / "reference" / "original-ccr.md"]
    found = []
    for name, text in (block for file in files for block in blocks(file)):
        value = parsed(text)
        if value is None:
            assert name in BROKEN, f"{name} cannot be parsed: {text[:200]}"
        elif not any(key in value for key in NO_CONFIGURATION):
            found.append((name, value))
    return found


def parsed(text: str) -> dict[str, Any] | None:
    for candidate in (text, f"{{{text}}}"):
        try:
            value = syntax.parse(candidate)
        except syntax.SyntaxMistake:
            continue
        if isinstance(value, dict):
            return value
    return None


def test_each_passes_and_fits_the_schema(
    shared: Path, tmp_path: Path, editor: jsonschema.Draft202012Validator
) -> None:
    found = configurations(shared)
    assert len(found) >= 12
    path = tmp_path / "config.json"
    for name, example in found:
        whole = completed(example)
        path.write_text(json.dumps(whole))
        report = examine(document.read(path), ENV)
        wrong = [problem for problem in report.problems if problem.path not in MADE_UP]
        assert not wrong, f"{name}: {wrong}"
        editor.validate(whole)


PUBLISHED = [
    ("openrouter", "https://openrouter.ai/api/v1/chat/completions", ["openrouter"]),
    ("deepseek", "https://api.deepseek.com/chat/completions", ["deepseek"]),
    ("ollama", "http://localhost:11434/v1/chat/completions", []),
    ("gemini", "https://generativelanguage.googleapis.com/v1beta/models/", ["gemini"]),
    ("volcengine", "https://ark.cn-beijing.volces.com/api/v3/chat/completions", ["deepseek"]),
    (
        "modelscope",
        "https://api-inference.modelscope.cn/v1/chat/completions",
        [["maxtoken", {"max_tokens": 65536}], "enhancetool"],
    ),
    (
        "dashscope",
        "https://dashscope.aliyuncs.com/compatible-mode/v1/chat/completions",
        [["maxtoken", {"max_tokens": 65536}], "enhancetool"],
    ),
    ("aihubmix", "https://aihubmix.com/v1/chat/completions", []),
    (
        "siliconflow",
        "https://api.siliconflow.cn/v1/chat/completions",
        [["maxtoken", {"max_tokens": 16384}]],
    ),
    (
        "groq",
        "https://api.groq.com/openai/v1/chat/completions",
        [["maxtoken", {"max_tokens": 16384}], "groq"],
    ),
    ("kimi", "https://api.moonshot.cn/v1/chat/completions", []),
    ("glm", "https://open.bigmodel.cn/api/anthropic/v1/messages", ["Anthropic"]),
    ("zai", "https://api.z.ai/api/anthropic/v1/messages", ["Anthropic"]),
]
"""Name, URL and transformers of the providers that the original shows."""


@pytest.mark.parametrize(("name", "url", "use"), PUBLISHED, ids=lambda value: str(value)[:12])
def test_the_originals_providers_pass(
    name: str, url: str, use: list[Any], tmp_path: Path, editor: jsonschema.Draft202012Validator
) -> None:
    entry = {"name": name, "api_base_url": url, "api_key": "k", "models": ["m"], "transformer": {"use": use}}
    config = {"Providers": [entry], "Router": {"default": f"{name},m"}}
    path = tmp_path / "config.json"
    path.write_text(json.dumps(config))
    report = examine(document.read(path), ENV)
    assert report.problems == report.warnings == ()
    editor.validate(config)
