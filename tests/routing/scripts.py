"""Custom routers for tests: files written, asked, and changed without waiting for the clock."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ccr.anthropic.tokens import TokenCounter
from ccr.config.provider import Provider
from ccr.config.settings import Settings
from ccr.exchange import Exchange
from ccr.routing.custom import CustomRouter, custom_router
from ccr.routing.custom_contract import Request
from ccr.routing.facts import Facts
from ccr.routing.models import Models

CONFIG: Mapping[str, Any] = {"Router": {"default": "lab,m1"}, "Providers": [{"name": "lab"}]}
MODELS = Models([Provider("lab", "http://127.0.0.1:1", "openai_chat", models=("m1", "m2"))])


class Clock:
    """Time stands still until ``tick``."""

    now = 100.0

    def __call__(self) -> float:
        return self.now

    def tick(self, seconds: float = 1.0) -> None:
        self.now += seconds


def exchange(body: Mapping[str, Any] | None = None, **headers: str) -> Exchange:
    whole: Any = {"model": "claude", "max_tokens": 5, "messages": [{"role": "user", "content": "hi"}]}
    whole |= body or {}
    raw = json.dumps(whole, separators=(",", ":"), ensure_ascii=False).encode()
    return Exchange(raw=raw, body=whole, headers=headers, stream=False, session="s-1")


def request(body: Mapping[str, Any] | None = None) -> Request:
    return Request(exchange(body), 7)


def write(folder: Path, name: str, text: str) -> Path:
    file = folder / name
    file.write_text(text)
    return file


def made(file: Path, **settings: Any) -> CustomRouter:
    found = custom_router(
        Settings(file.parent / "config.json", custom_router_path=file, raw=CONFIG, **settings)
    )
    assert found is not None
    return found


async def ask(router: CustomRouter, asked: Exchange | None = None) -> tuple[str | None, list[str]]:
    """What it names, and what the trace says of it."""
    facts = Facts(asked or exchange(), TokenCounter())
    return await router.ask(facts, None, MODELS), facts.remarks  # type: ignore[arg-type]  # not read
