"""Where the ledger is kept: what the file and the environment say, and who wins."""

from __future__ import annotations

import pytest

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
