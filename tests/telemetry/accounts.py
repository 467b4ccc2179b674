"""Exchanges that are over, and what makes rows of them, for the tests of this folder."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

from ccr.config.provider import Provider
from ccr.config.settings import Settings
from ccr.exchange import Exchange, Plan, Target, Try, Verdict
from ccr.routing.explain import trace
from ccr.telemetry.account import Books, record_of
from ccr.telemetry.prices import Prices
from ccr.telemetry.record import Record

ANTHROPIC = Provider("claude", "https://api.anthropic.com/v1/messages", "anthropic", preset="anthropic")
OPENAI = Provider("openai", "https://api.openai.com/v1/responses", "openai_responses", preset="openai")
LOCAL = Provider("ollama", "http://127.0.0.1:11434/api/chat", "ollama", preset="ollama", local=True)
USAGE = {"input_tokens": 1000, "output_tokens": 100, "cache_read_input_tokens": 5000}


def settings(*providers: Provider, path: Path = Path("config.json"), **more: Any) -> Settings:
    return Settings(path=path, providers=providers or (ANTHROPIC, OPENAI, LOCAL), **more)


def books(known: Settings | None = None, **more: Any) -> Books:
    known = known or settings(router={"default": "claude,claude-sonnet-4-5"})
    return Books(known, Prices(known), trace, **more)


def a_try(
    provider: Provider = ANTHROPIC,
    model: str = "claude-sonnet-4-5",
    usage: dict[str, Any] | None = None,
    **more: Any,
) -> Try:
    """A call that went well and took ``USAGE``, unless told otherwise."""
    now = time.perf_counter()
    told = {"status": 200, "whole": True, "received": 1234} | more
    usage = USAGE if usage is None else usage
    return Try(Target(provider, model), "key 1", now - 1.0, now - 0.6, now, usage=usage, **told)


def an_exchange(*tries: Try, answering: Try | None = None, **more: Any) -> Exchange:
    """An exchange that went to these calls; the last one answers, unless it failed."""
    targets = tuple(tried.target for tried in tries)
    plan = Plan(targets, "default", asked=(Verdict("default", "nothing else fits"),))
    about: dict[str, Any] = {"headers": {}, "stream": True, "session": "s1", "plan": plan} | more
    exchange = Exchange(b'{"model": "claude-sonnet-4-5"}', {"model": "claude-sonnet-4-5"}, **about)
    exchange.started = time.perf_counter() - 1.1
    exchange.tries = list(tries)
    exchange.answering = answering or (tries[-1] if tries and not tries[-1].error else None)
    return exchange


def a_record(*tries: Try, about: Books | None = None, **more: Any) -> Record:
    """The row of such an exchange."""
    return record_of((about or books()).note(an_exchange(*(tries or (a_try(),)), **more)))
