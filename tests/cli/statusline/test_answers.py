"""What the router has written down is read as it wrote it: the ledger, the speed file, the state file."""

from __future__ import annotations

import asyncio
import json
import time
from pathlib import Path
from typing import Any

import pytest

from ccr.cli.statusline import answers
from ccr.cli.statusline.answers import Rest, Session, Speed
from ccr.resilience.bench import Bench, Length, Pass
from ccr.resilience.bench import Rest as Kept
from ccr.state.memory import Memory
from ccr.telemetry.ledger.database import SQLite
from ccr.telemetry.record import Record
from ccr.telemetry.speed import Speeds
from tests.cli.commands.books import write


def record(number: int, **given: Any) -> Record:
    usual = {
        "id": f"req_{number}",
        "at": 1_700_000_000.0 + number,
        "session": "s",
        "status": 200,
        "agent": "main",
    }
    return Record(**{**usual, "provider": "p", "model": f"m{number}", **given})


def ledger(path: Path, *records: Record) -> str:
    """A ledger as the service writes it."""
    write(SQLite(path), *records)
    return str(path)


def test_a_session_s_cost_is_that_of_all_its_requests(tmp_path: Path) -> None:
    path = ledger(
        tmp_path / "ccr.db",
        record(1, cost=0.5, input=100, cache_read=300, output=5),
        record(2, cost=0.25, input=0, cache_read=100, output=5, parent="req_1"),
        record(3, cost=9.0, session="another"),
    )
    found = answers.session(path, "s")
    assert (found.requests, found.cost, found.partly) == (2, 0.75, False)
    assert found.cache_share == 400 / 500


def test_a_cost_that_is_not_known_is_not_zero(tmp_path: Path) -> None:
    path = ledger(tmp_path / "ccr.db", record(1, cost=0.5, output=1), record(2, output=5))
    assert (answers.session(path, "s").cost, answers.session(path, "s").partly) == (0.5, True)
    other = ledger(tmp_path / "other.db", record(1, output=5))
    assert answers.session(other, "s").cost is None


def test_who_answers_is_who_answered_the_conversation_last(tmp_path: Path) -> None:
    path = ledger(
        tmp_path / "ccr.db",
        record(1, route="default", reason="the default"),
        record(2, agent="title"),
        record(3, error="Overloaded"),
        record(4, parent="req_1"),
    )
    found = answers.session(path, "s")
    assert (found.provider, found.model, found.route, found.reason) == ("p", "m1", "default", "the default")


def test_a_session_of_subagents_only_is_answered_by_theirs(tmp_path: Path) -> None:
    path = ledger(tmp_path / "ccr.db", record(1, agent="subagent"))
    assert answers.session(path, "s").model == "m1"


def test_a_ledger_that_cannot_be_read_says_nothing(tmp_path: Path) -> None:
    (tmp_path / "text.db").write_text("no database " * 500)
    (tmp_path / "empty.db").touch()
    for name in ("text.db", "empty.db", "gone.db", ""):
        assert answers.session(str(tmp_path / name), "s") == Session()
    assert answers.session(ledger(tmp_path / "ccr.db", record(1)), "unknown") == Session()


def test_a_ledger_is_never_made_nor_changed(tmp_path: Path) -> None:
    answers.session(str(tmp_path / "ccr.db"), "s")
    assert not (tmp_path / "ccr.db").exists()


def test_a_ledger_in_a_folder_with_strange_letters_is_read(tmp_path: Path) -> None:
    folder = tmp_path / "a b?c#d%20é"
    folder.mkdir()
    assert answers.session(ledger(folder / "ccr.db", record(1)), "s").requests == 1


@pytest.mark.parametrize(
    ("raw", "env", "path"),
    [
        ({}, {}, "/c/ccr.db"),
        ({"Ledger": {"path": "x.db"}}, {"DATABASE_URL": "postgresql://h/d"}, "/c/x.db"),
        ({"Ledger": {"enabled": False}}, {}, ""),
        ({}, {"DATABASE_URL": "postgresql://h/d"}, ""),
        ({}, {"DATABASE_URL": "mysql://h/d"}, "/c/ccr.db"),
        ({"Database": {"url": "sqlite:////a/b%20c.db"}}, {}, "/a/b c.db"),
        ({"Database": {"url": "sqlite:///b.db?x=1"}}, {}, "/c/b.db"),
        ({"Database": {"url": "postgres://h/d"}}, {"CCR_DATABASE_URL": "sqlite:////a.db"}, "/a.db"),
        ({"Ledger": 7, "Database": []}, {}, "/c/ccr.db"),
    ],
)
def test_the_ledger_is_where_the_configuration_says(
    raw: dict[str, Any], env: dict[str, str], path: str
) -> None:
    assert answers.ledger("/c", raw, env) == path


def test_the_speed_is_what_the_service_measured(tmp_path: Path) -> None:
    Speeds(tmp_path).take([record(1, at=time.time() - 1, output=100, first_ms=200.0, took_ms=1_200.0)], ())
    assert answers.speed(str(tmp_path), "s") == Speed(100, 200, fresh=True, provider="p", model="m1")


def test_an_old_speed_is_not_fresh(tmp_path: Path) -> None:
    Speeds(tmp_path).take([record(1, output=100, first_ms=200.0, took_ms=1_200.0)], ())
    assert not answers.speed(str(tmp_path), "s").fresh


@pytest.mark.parametrize("id", ["", "../s", "a/b", "unknown", "x" * 5_000])
def test_a_session_without_a_speed_has_none(id: str, tmp_path: Path) -> None:
    assert answers.speed(str(tmp_path), id) == Speed()


async def rested(path: Path, *names: str) -> None:
    """A state file as the service writes it, with these names resting for a minute."""
    state = Memory(path)
    await state.start()
    for name in names:
        because = Kept(0.0, 0.0, status=429, reason="busy")
        Bench(state, time.time, 60.0).ill(Pass(), [name], Length(60.0, 60.0), because)
    await state.close()


def test_what_rests_is_what_the_service_keeps_from_asking(tmp_path: Path) -> None:
    key = f"key:deepseek:{'0' * 16}"
    names = ("breaker:openrouter", "breaker:a,b/c:free", key, f"{key}:v3:free", "at:deepseek:x")
    asyncio.run(rested(tmp_path / "1.state.json", *names))
    found = {rest._replace(seconds=0) for rest in answers.rests(str(tmp_path / "1.state.json"))}
    assert found == {
        Rest("openrouter", "", 0, 429, is_key=False),
        Rest("a", "b/c:free", 0, 429, is_key=False),
        Rest("deepseek", "", 0, 429, is_key=True),
        Rest("deepseek", "v3:free", 0, 429, is_key=True),
    }


@pytest.mark.parametrize(
    "text",
    ["", "null", "[]", '{"facts": 7}', '{"facts": {"breaker:p": {"value": "%%"}}}']
    + [json.dumps({"facts": {"breaker:p": {"value": value}}}) for value in ("bnVsbA==", "W10=", "e30=", 7)],
)
def test_a_state_file_that_says_nothing_warns_of_nothing(text: str, tmp_path: Path) -> None:
    (tmp_path / "s.json").write_text(text)
    assert answers.rests(str(tmp_path / "s.json")) == []
    assert answers.rests(str(tmp_path / "gone")) == []
