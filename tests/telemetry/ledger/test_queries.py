"""One set of questions, the same answers from SQLite and PostgreSQL, exact to the token and the cent."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Callable
from typing import Any

import msgspec
import pytest

from ccr.telemetry.ledger.database import Database, NothingYet, PostgreSQL, SQLite, Unusable
from ccr.telemetry.ledger.filters import Filter
from ccr.telemetry.ledger.groups import NAMES
from ccr.telemetry.ledger.queries import Queries
from ccr.telemetry.ledger.writer import Writer
from ccr.telemetry.record import Record
from tests.telemetry.ledger.records import ALL, FULL, NOON, record

Fill = Callable[..., Queries]
HOUR = 3600


@pytest.fixture
def fill(database: Database) -> Fill:
    """Puts records into the ledger and gives what answers questions about it."""

    def filled(*records: Record) -> Queries:
        writer = Writer(database, ALL)
        assert writer.write(records) == []
        writer.close()
        return Queries(database)

    return filled


def many(count: int = 400) -> list[Record]:
    """Mixed requests: several providers, sessions and outcomes, some figures unknown."""
    dice = random.Random(7)  # noqa: S311

    def maybe(value: Any) -> Any:
        return None if dice.random() < 0.2 else value

    return [
        record(
            number,
            at=NOON + dice.randrange(72 * HOUR) + dice.random(),
            parent=dice.choice(["", "", "", "req_00000001"]),
            session=dice.choice(["", "s1", "s2", "S2", "ß"]),
            project=dice.choice(["", "/a", "/b"]),
            agent=dice.choice(["", "Explore"]),
            client=dice.choice(["", "anna", "Bert", "ärger"]),
            provider=dice.choice(["lab", "Lab", "openrouter", ""]),
            model=dice.choice(["m1", "m2"]),
            error=dice.choice(["", "", "", "left", "Overloaded", "Broken"]),
            status=dice.choice([200, 429, 502]),
            attempts=dice.choice([0, 1, 2]),
            first_ms=maybe(dice.random() * 50),
            took_ms=dice.random() * 100,
            input=maybe(dice.randrange(100_000)),
            output=maybe(dice.randrange(10_000)),
            cache_read=maybe(dice.randrange(10_000)),
            cost=maybe(dice.random() / 100),
            cache=dice.choice(["", "hit", "miss"]),
        )
        for number in range(count)
    ]


def known(values: list[float | None]) -> list[float]:
    return [value for value in values if value is not None]


def test_an_empty_ledger_has_nothing(fill: Fill) -> None:
    queries = fill()
    total = queries.total()
    assert (total.requests, total.input_tokens, total.cost, total.took_ms) == (0, 0, 0, None)
    assert (queries.groups(["day"]), queries.sessions(), queries.page().records) == ([], [], [])
    assert queries.request("req_1") is None


def test_totals_are_exact(fill: Fill) -> None:
    records = many()
    total = fill(*records).total()
    assert total.requests == len(records)
    assert total.rounds == sum(one.parent != "" for one in records)
    assert total.errors == sum(one.error in {"Overloaded", "Broken"} for one in records)
    assert total.left == sum(one.error == "left" for one in records)
    assert total.input_tokens == sum(one.input or 0 for one in records)
    assert total.output_tokens == sum(one.output or 0 for one in records)
    assert total.cost == sum(round(cost * 1e12) for cost in known([one.cost for one in records])) / 1e12
    assert total.cache_hits == sum(one.cache == "hit" for one in records)
    firsts = known([one.first_ms for one in records])
    assert total.first_ms == pytest.approx(sum(firsts) / len(firsts), rel=1e-4)


def test_a_third_of_a_cent_is_summed_without_a_remainder(fill: Fill) -> None:
    total = fill(*(record(number, cost=0.1) for number in range(10))).total()
    assert total.cost == 1.0


def test_unknown_is_never_zero(fill: Fill) -> None:
    unknown = {"input": None, "output": None, "cost": None}
    total = fill(record(1, **unknown), record(2, **unknown)).total()
    assert (total.input_tokens, total.output_tokens, total.cost) == (None, None, None)
    assert (total.unmetered, total.unpriced) == (2, 2)


def test_what_was_never_answered_cost_nothing(fill: Fill) -> None:
    refused = {"input": None, "output": None, "cost": None, "error": "Overloaded", "status": 529}
    total = fill(record(1, **refused)).total()
    assert (total.input_tokens, total.cost, total.unmetered, total.unpriced) == (0, 0, 0, 0)


@pytest.mark.parametrize(
    ("more", "unknown"),
    [({}, 1), ({"first_ms": 5.0}, 1), ({"attempts": 0}, 0)],
    ids=["before its answer began", "midway", "before anybody was asked"],
)
def test_what_was_left_took_nobody_knows_how_much(fill: Fill, more: dict[str, Any], unknown: int) -> None:
    left = {"input": None, "output": None, "cost": None, "error": "left", "status": 499}
    total = fill(record(1, **left | more)).total()
    assert (total.unmetered, total.unpriced) == (unknown, unknown)


def test_what_is_unknown_is_told_beside_what_is_known(fill: Fill) -> None:
    total = fill(record(1, cost=0.25), record(2, cost=None)).total()
    assert (total.cost, total.unpriced) == (0.25, 1)


def test_speed_is_of_the_time_in_which_content_came(fill: Fill) -> None:
    total = fill(
        record(1, stream=True, output=100, first_ms=500.0, took_ms=1500.0),
        record(2, stream=True, output=300, first_ms=0.0, took_ms=1000.0),
        record(3, stream=True, output=7, first_ms=None, took_ms=10.0),
        record(4, output=1000, first_ms=1000.0, took_ms=1000.1),  # JSON comes all at once
    ).total()
    assert total.tokens_per_second == 200.0


def test_rounds_that_came_after_an_answer_do_not_make_it_slow(fill: Fill) -> None:
    total = fill(record(1, stream=True, output=100, first_ms=500.0, took_ms=60_000.0, flow_ms=500.0)).total()
    assert total.tokens_per_second == 200.0


@pytest.mark.parametrize("by", NAMES)
def test_groups_sum_up_to_the_total(fill: Fill, by: str) -> None:
    queries = fill(*many())
    total, groups = queries.total(), queries.groups([by], limit=100_000)
    for name in ("requests", "errors", "input_tokens", "output_tokens", "unpriced", "bytes_in"):
        assert sum(getattr(group.figures, name) or 0 for group in groups) == getattr(total, name)
    assert len({group.of[by] for group in groups}) == len(groups)


def test_days_begin_where_the_user_is(fill: Fill) -> None:
    queries = fill(
        record(1, at=NOON - 9 * HOUR), record(2, at=NOON + 14.5 * HOUR), record(3, at=NOON + 15 * HOUR)
    )
    assert [(group.of["day"], group.figures.requests) for group in queries.groups(["day"])] == [
        ("2025-10-09T00:00:00+00:00", 2),
        ("2025-10-10T00:00:00+00:00", 1),
    ]
    assert [(g.of["day"], g.figures.requests) for g in queries.groups(["day"], offset=120)] == [
        ("2025-10-09T00:00:00+02:00", 1),
        ("2025-10-10T00:00:00+02:00", 2),
    ]


def test_groups_come_in_the_same_order_everywhere(fill: Fill) -> None:
    """Most tokens first; what is equal by its name, byte by byte: no database's own alphabet."""
    names = ["b", "B", "ä", "a", "Z", "_"]
    queries = fill(
        *(record(number, provider=name) for number, name in enumerate(names)),
        record(99, provider="much", input=5000),
    )
    found = [group.of["provider"] for group in queries.groups(["provider"])]
    assert found == ["much", *sorted(names, key=str.encode)]


def test_two_groups_at_once(fill: Fill) -> None:
    queries = fill(record(1), record(2, provider="b"), record(3, at=NOON + 86_400))
    found = [(group.of["day"][:10], group.of["model"]) for group in queries.groups(["day", "model"])]
    assert found == [("2025-10-09", "b,m1"), ("2025-10-09", "lab,m1"), ("2025-10-10", "lab,m1")]


def test_what_is_no_group_is_told_with_the_nearest(fill: Fill) -> None:
    with pytest.raises(ValueError, match="did you mean provider"):
        fill().groups(["providers"])


@pytest.mark.parametrize(
    ("where", "holds"),
    [
        (Filter(provider="lab"), lambda r: r.provider == "lab"),
        (Filter(session="S2"), lambda r: r.session == "S2"),
        (Filter(client="ärger", model="m1"), lambda r: r.client == "ärger" and r.model == "m1"),
        (Filter(since=NOON + HOUR, until=NOON + 9 * HOUR), lambda r: NOON + HOUR <= r.at < NOON + 9 * HOUR),
        (Filter(status="error"), lambda r: r.error not in {"", "left"}),
        (Filter(status="ok"), lambda r: r.error == ""),
        (Filter(status="left"), lambda r: r.error == "left"),
        (Filter(status="4xx"), lambda r: r.status == 429),
        (Filter(status="502"), lambda r: r.status == 502),
        (Filter(error="Broken"), lambda r: r.error == "Broken"),
        (Filter(parent=""), lambda r: r.parent == ""),
    ],
)
def test_filters_take_what_they_say(fill: Fill, where: Filter, holds: Callable[[Record], bool]) -> None:
    records = many()
    queries = fill(*records)
    expected = {one.id for one in records if holds(one)}
    assert expected
    assert {one.id for one in queries.every(where)} == expected
    assert queries.total(where).requests == len(expected)


def test_what_no_row_can_hold_is_told(fill: Fill) -> None:
    queries = fill(record(1))
    with pytest.raises(ValueError, match="too large"):
        queries.total(Filter(status="9" * 30))
    with pytest.raises(ValueError, match="too large"):
        queries.page(after=f"{'9' * 30}-x")


def test_what_is_no_status_is_told(fill: Fill) -> None:
    with pytest.raises(ValueError, match="no status"):
        fill().total(Filter(status="bad"))


def test_pages_hold_every_request_once_the_newest_first(fill: Fill) -> None:
    """Also where many came in the same microsecond."""
    records = [record(number, at=NOON + number // 7) for number in range(100)]
    queries = fill(*records)
    found: list[str] = []
    page = queries.page(limit=9)
    while True:
        found += [one.id for one in page.records]
        if page.after is None:
            break
        page = queries.page(limit=9, after=page.after)
    assert found == [one.id for one in sorted(records, key=lambda one: (one.at, one.id), reverse=True)]


def test_a_page_that_nobody_gave_is_refused(fill: Fill) -> None:
    with pytest.raises(ValueError, match="no place"):
        fill().page(after="; DROP TABLE ccr_requests")


def test_one_request_comes_with_its_trace(fill: Fill) -> None:
    queries = fill(FULL)
    assert queries.request(FULL.id) == FULL
    (brief,) = queries.page().records
    assert brief == msgspec.structs.replace(FULL, trace={})


def test_an_id_is_found_by_its_end(fill: Fill) -> None:
    queries = fill(record(1, id="req_ab12"), record(2, id="req_cd12"), record(3, id="req_%_"))
    assert queries.ending("12") == ["req_cd12", "req_ab12"]
    assert queries.ending("b12") == ["req_ab12"]
    assert queries.ending("%_") == ["req_%_"]
    assert queries.ending("nothing") == []


def test_sessions_tell_what_each_provider_did(fill: Fill) -> None:
    records = many()
    queries = fill(*records)
    expected: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for one in records:
        expected[one.session][one.provider] += one.input or 0
    found = {session.id: session for session in queries.sessions()}
    assert set(found) == {"s1", "s2", "S2", "ß"}
    for name, session in found.items():
        assert {provider: each.input_tokens for provider, each in session.providers.items()} == expected[name]
        assert session.total.input_tokens == sum(expected[name].values())
        assert session.last == max(round(one.at, 6) for one in records if one.session == name)
    assert [one.last for one in found.values()] == sorted((one.last for one in found.values()), reverse=True)
    assert [one.id for one in queries.sessions(limit=2, skip=1)] == list(found)[1:3]
    assert queries.session("s1") == found["s1"]
    assert queries.session("nobody") is None


def test_the_trend_sets_each_window_beside_the_one_before(fill: Fill) -> None:
    ages = [1, 299, 301, 599, 601, HOUR + 1, 23 * HOUR, 25 * HOUR, 8 * 24 * HOUR]
    records = [record(n, at=NOON - age, error="Broken") for n, age in enumerate(ages)]
    queries = fill(*records, record(100, at=NOON - 2), record(101, at=NOON - 400, error="left"))
    assert [(one.name, one.errors, one.requests, one.before) for one in queries.trend(NOON)] == [
        ("5m", 2, 3, 2),
        ("1h", 5, 7, 1),
        ("24h", 7, 9, 1),
        ("7d", 8, 10, 1),
    ]


def test_a_session_is_forgotten(fill: Fill) -> None:
    queries = fill(record(1, session="a"), record(2, session="a"), record(3, session="b"))
    assert queries.forget("a") == 2
    assert [session.id for session in queries.sessions()] == ["b"]
    assert queries.forget("a") == 0


def test_what_cannot_be_read_is_told_in_words(tmp_path: Any) -> None:
    with pytest.raises(NothingYet):
        Queries(SQLite(tmp_path / "none.db")).total()
    (tmp_path / "bad.db").write_bytes(b"this is no database " * 500)
    with pytest.raises(Unusable, match="not a database"):
        Queries(SQLite(tmp_path / "bad.db")).total()
    with pytest.raises(Unusable) as told:
        Queries(PostgreSQL("postgres://me:geheim@127.0.0.1:9/ccr")).total()
    assert "geheim" not in str(told.value)
