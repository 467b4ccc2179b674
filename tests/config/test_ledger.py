"""Where the ledger is kept: what the file and the environment say, and who wins."""

from __future__ import annotations

from pathlib import Path

import pytest

from ccr.config import ConfigError, load
from ccr.config.ledger import Database, Ledger, chosen

POSTGRES = "postgresql://u:secret@db.example/ccr"


def test_the_usual_file_is_taken_where_nothing_is_said() -> None:
    assert chosen(Database(), Ledger(), {}) == (None, ())


@pytest.mark.parametrize("url", [POSTGRES, "postgres://db/x", "postgresql+psycopg://db/x", "sqlite:///a.db"])
def test_the_environment_names_a_database(url: str) -> None:
    assert chosen(Database(), Ledger(), {"DATABASE_URL": url}).url == url


def test_what_the_file_says_wins_over_any_programs_variable() -> None:
    env = {"DATABASE_URL": "postgres://other-program/db"}
    assert chosen(Database(url=POSTGRES), Ledger(), env).url == POSTGRES
    assert chosen(Database(), Ledger(path="mine.db"), env).url is None


def test_our_own_variable_wins_over_the_file() -> None:
    env = {"CCR_DATABASE_URL": "sqlite:///a.db"}
    assert chosen(Database(url=POSTGRES), Ledger(path="b.db"), env).url == "sqlite:///a.db"


def test_another_programs_database_is_passed_over_with_a_word() -> None:
    found = chosen(Database(), Ledger(), {"DATABASE_URL": "mysql://boss:secret@db/shop"})
    assert found.url is None
    (warning,) = found.warnings
    assert "'mysql'" in str(warning)
    assert "secret" not in str(warning)


def test_the_url_shows_in_no_text() -> None:
    assert "secret" not in repr(Database(url=POSTGRES))


def test_a_key_that_is_nearly_right_is_told(tmp_path: Path) -> None:
    file = tmp_path / "config.json"
    file.write_text('{"Ledger": {"retentiondays": 7}}')
    assert "Ledger.retentiondays" in " ".join(load(file, {}).warnings)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('{"Ledger": {"maxMB": 0}}', "Ledger.maxMB: should be greater than 0, not 0."),
        ('{"Ledger": {"retentionDays": "long"}}', 'Ledger.retentionDays: should be a number, not "long".'),
        ('{"Ledger": 7}', "Ledger: should be an object"),
        ('{"Database": {"url": "mysql://u:secret@db/x"}}', "Database.url: should begin with postgresql://"),
    ],
)
def test_mistakes_are_told(tmp_path: Path, text: str, said: str) -> None:
    file = tmp_path / "config.json"
    file.write_text(text)
    with pytest.raises(ConfigError) as told:
        load(file, {})
    assert said in str(told.value)
    assert "secret" not in str(told.value)
