"""What becomes of an exchange that is over."""

from __future__ import annotations

import gc
import json
import time
import weakref
from dataclasses import replace
from typing import Any

import pytest

from ccr.errors import Broken, Draining, NoRoute, Overloaded
from ccr.exchange import Exchange, Plan, Try, Verdict
from ccr.routing.explain import trace
from ccr.telemetry.account import LONGEST, record_of
from ccr.telemetry.ending import LEFT, LEFT_STATUS
from ccr.telemetry.record import Record
from ccr.telemetry.redact import HIDDEN, Redactor
from tests.telemetry.accounts import (
    ANTHROPIC,
    LOCAL,
    OPENAI,
    USAGE,
    a_record,
    a_try,
    an_exchange,
    books,
    settings,
)

COST = (1000 * 3 + 100 * 15 + 5000 * 0.3) / 1e6
"""Of ``USAGE`` at Sonnet 4.5."""

BUSY: dict[str, Any] = {
    "status": 529,
    "error": "Overloaded",
    "message": "busy",
    "whole": False,
    "received": 0,
}


def test_a_row_says_who_asked_what_answered_and_how_long_it_took() -> None:
    row = a_record(stream=True, client="ann", headers={"x-claude-code-agent-type": "Explore"})
    assert (row.session, row.client, row.agent, row.asked) == ("s1", "ann", "Explore", "claude-sonnet-4-5")
    assert (row.route, row.reason) == ("default", "nothing else fits")
    assert (row.provider, row.model, row.key) == ("claude", "claude-sonnet-4-5", "key 1")
    assert (row.status, row.error, row.attempts, row.stream) == (200, "", 1, True)
    assert row.first_ms == pytest.approx(500, abs=200)
    assert row.first_ms is not None
    assert row.took_ms >= row.first_ms
    assert (row.input, row.output, row.cache_read, row.reasoning) == (1000, 100, 5000, None)
    assert row.cost == pytest.approx(COST)
    assert row.bytes_out == 1234


def test_calls_that_failed_cost_too() -> None:
    broken = a_try(OPENAI, "gpt-5", {"input_tokens": 10, "output_tokens": 4}, **BUSY | {"status": 200})
    row = a_record(broken, a_try())
    assert (row.attempts, row.input, row.output) == (2, 1010, 104)
    assert row.cost == pytest.approx(COST + (10 * 1.25 + 4 * 10) / 1e6)


def test_a_call_that_was_refused_costs_nothing_and_hides_no_price() -> None:
    row = a_record(a_try(OPENAI, "who-knows", {}, **BUSY), a_try())
    assert row.cost == pytest.approx(COST)


def test_unknown_is_never_zero() -> None:
    nothing_said = a_record(a_try(usage={}))
    assert (nothing_said.input, nothing_said.output, nothing_said.cost) == (None, None, None)
    no_price = a_record(a_try(OPENAI, "who-knows"))
    assert (no_price.input, no_price.cost) == (1000, None)
    one_of_two = a_record(a_try(OPENAI, "who-knows", {"input_tokens": 1}), a_try())
    assert (one_of_two.input, one_of_two.cost) == (1001, None)


def test_what_the_provider_says_that_it_charged_is_the_cost() -> None:
    row = a_record(a_try(OPENAI, "who-knows", USAGE | {"charged": 0.25}))
    assert row.cost == 0.25


def test_the_cost_at_the_default_model_stands_beside() -> None:
    cheap = a_record(a_try(LOCAL, "qwen3"))
    assert cheap.cost == 0.0
    assert cheap.default_cost == pytest.approx(COST)
    same = a_record(a_try(usage=USAGE | {"charged": 0.25}))
    assert same.default_cost == same.cost == 0.25
    assert a_record(about=books(settings())).default_cost is None, "nothing to compare"


def test_an_advisor_costs_what_its_own_model_costs() -> None:
    usage = {
        "input_tokens": 10,
        "output_tokens": 0,
        "iterations": [
            {"input_tokens": 10, "output_tokens": 0},
            {"model": "claude-fable-5", "input_tokens": 10, "output_tokens": 0},
        ],
    }
    assert a_record(a_try(usage=usage)).cost == pytest.approx((10 * 3 + 10 * 10) / 1e6)


def test_a_client_that_left_is_told_apart_from_an_error() -> None:
    midway = a_record(a_try(whole=False))
    assert (midway.status, midway.error, midway.input) == (LEFT_STATUS, LEFT, 1000)
    before = an_exchange(a_try(usage={}, whole=False, status=0))
    before.answering = None
    row = record_of(books().note(before))
    assert (row.status, row.error, row.first_ms) == (LEFT_STATUS, LEFT, None)


def test_an_error_is_the_one_the_client_was_told() -> None:
    first = a_try(**BUSY)
    second = a_try(OPENAI, "gpt-5", **BUSY | {"error": "Broken", "status": 502})
    asked = an_exchange(first, second)
    asked.answering, asked.error = None, Overloaded("busy", status=529)
    row = record_of(books().note(asked))
    assert (row.status, row.error, row.message) == (529, "Overloaded", "busy")
    assert (row.provider, row.bytes_out) == ("claude", 0), "whose error it is"
    asked.error = Overloaded("all rest", status=529)
    assert record_of(books().note(asked)).provider == "openai", "who was asked last"


def test_a_shared_answer_ends_for_each_client_as_it_was_told() -> None:
    """What became of the call is in the row of whoever asked; others may have left, or heard an error."""
    got = a_record_of(cache="joined")
    assert (got.status, got.error) == (200, "")
    asked = an_exchange(cache="joined")
    asked.left = True
    gone = record_of(books().note(asked))
    assert (gone.status, gone.error, gone.cache) == (499, LEFT, "joined")
    broke = a_record_of(cache="joined", error=Broken("It broke."))
    assert (broke.status, broke.error, broke.message) == (502, "Broken", "It broke.")


def test_an_answer_that_the_router_cut_off_was_not_left_by_its_client() -> None:
    for calls in ([a_try(whole=False)], []):
        record = a_record_of(*calls, error=Draining("The router is shutting down."))
        assert (record.status, record.error) == (529, "Draining")


def test_an_answer_that_goes_on_for_others_ended_for_its_client_when_that_one_left() -> None:
    """What it took is in its row all the same: nobody else asked for it."""
    asked = an_exchange(a_try())
    asked.left, asked.ended = True, asked.started + 0.3
    row = record_of(books().note(asked))
    assert (row.status, row.error, row.input) == (499, LEFT, 1000)
    assert row.took_ms == pytest.approx(300, abs=1)
    assert row.first_ms is None, "its first content came later"
    assert row.at == pytest.approx(time.time() - 1.1, abs=1)


def a_record_of(*calls: Try, **more: Any) -> Record:
    return record_of(books().note(an_exchange(*calls, **more)))


def test_an_answer_that_broke_midway_is_an_error() -> None:
    broken = a_try(whole=False, error="Broken", message="cut off", status=502)
    row = a_record(broken, answering=broken)
    assert (row.status, row.error, row.message) == (502, "Broken", "cut off")


def test_a_route_that_leads_nowhere_is_an_error_without_calls() -> None:
    plan = Plan((), "explicit", refusal=NoRoute("There is no such model."))
    nowhere = an_exchange(plan=plan)
    nowhere.error = plan.refusal
    row = record_of(books().note(nowhere))
    assert (row.status, row.error, row.message) == (404, "NoRoute", "There is no such model.")
    assert (row.attempts, row.provider, row.cost) == (0, "", None)


def test_the_trace_tells_the_route_and_every_call() -> None:
    row = a_record(a_try(OPENAI, "gpt-5", {}, **BUSY), a_try())
    assert row.trace["rule"] == "default"
    first, second = row.trace["tries"]
    assert (first["target"], first["status"], first["error"]) == ("openai,gpt-5", 529, "Overloaded")
    assert second["usage"]["input_tokens"] == 1000
    assert second["took_ms"] > second["first_ms"] > 0


def test_each_row_has_the_trace_of_its_own_plan() -> None:
    about, tried = books(), a_try()
    yes, no = Verdict("default", "yes"), Verdict("rules.night", "no")
    plans = [
        Plan((tried.target,), "default", asked=(yes,)),
        Plan((tried.target,), "default", asked=(no, yes)),
        Plan((replace(tried.target, ceiling=9),), "default", asked=(yes,)),
        Plan((), "default", asked=(yes,), refusal=NoRoute("nowhere")),
    ]
    for plan in plans * 2:
        row = record_of(about.note(an_exchange(tried, plan=plan)))
        assert row.trace == {**trace(plan), "tries": row.trace["tries"]}
        assert row.trace["tries"][0]["key"] == "key 1"


def test_secrets_in_messages_are_hidden() -> None:
    about = books(redact=lambda text: text.replace("sk-canary", "[hidden]"))
    row = a_record(a_try(**BUSY | {"message": "wrong key sk-canary"}), about=about)
    assert "sk-canary" not in repr(row)


@pytest.mark.parametrize(
    ("sent", "kept"),
    [("00-" + "ab" * 16 + "-" + "cd" * 8 + "-01", True), ("00-zz-1-01", False), ("x" * 99_999, False)],
)
def test_only_a_proper_traceparent_is_kept(sent: str, kept: bool) -> None:
    row = a_record(headers={"traceparent": sent})
    assert ("traceparent" in row.trace) is kept


class Kept(dict[str, Any]):
    """A body whose end can be seen."""


def test_secrets_are_hidden_in_whatever_a_client_calls_things() -> None:
    """Sessions, agents and models have names of the client's own, and so has a route that leads nowhere."""
    hidden = Redactor(["sk-canary"])
    plan = Plan((), "explicit", (Verdict("explicit", "no sk-canary"),), refusal=NoRoute("no sk-canary"))
    agent = {"x-claude-code-agent-type": "sk-canary"}
    exchange = an_exchange(plan=plan, session="sk-canary", headers=agent, error=plan.refusal)
    exchange.body = {"model": "sk-canary"}
    record = record_of(books(redact=hidden, name=hidden.name).note(exchange))
    assert record.session == record.agent == record.asked == HIDDEN
    assert "sk-canary" not in repr(record) + json.dumps(dict(record.trace))


def test_a_note_does_not_keep_the_body_alive() -> None:
    exchange = an_exchange(a_try())
    body = exchange.body = Kept(model="m")  # type: ignore[assignment]
    gone = weakref.ref(body)
    note = books().note(exchange)
    del exchange, body
    gc.collect()
    assert gone() is None
    assert record_of(note).asked == "m"


def test_a_model_that_is_no_text_is_no_name() -> None:
    exchange = Exchange(b"{}", {"model": 5}, headers={}, stream=False)  # type: ignore[typeddict-item]
    assert record_of(books().note(exchange)).asked == ""
    assert ANTHROPIC.name == "claude"


def test_names_that_clients_make_up_are_kept_short() -> None:
    row = a_record(session="s" * 9_999, headers={"x-claude-code-agent-type": "a" * 9_999})
    assert (len(row.session), len(row.agent)) == (LONGEST, LONGEST)
