"""The plan: what is tried in which order, what was passed over, and what is remembered."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from ccr.anthropic.tokens import TokenCounter
from ccr.config import load
from ccr.errors import NoRoute, Overloaded, Rejected
from ccr.routing.router import CACHED, CACHED_LONG, Router
from tests.config.test_examples import ENV, README, completed, examples
from tests.routing.support import exchange, names, provider, router, text_of_tokens

GROUP = ["lab,a", "lab,b"]


async def test_fallbacks_follow_the_target(tmp_path: Path) -> None:
    routes = {"default": "lab,a", "think": "lab,t", "image": "lab,i"}
    chains = {"default": ["lab,b", "lab,a", "LAB,c"], "think": ["lab,u"], "image": []}
    made = router(tmp_path, routes, fallback=chains)
    plan = await made.choose(exchange())
    assert (plan.rule, names(plan)) == ("default", ["lab,a", "lab,b", "lab,c"])
    assert names(await made.choose(exchange(thinking={"type": "adaptive"}))) == ["lab,t", "lab,u"]
    assert names(await made.choose(exchange(model="lab,x"))) == ["lab,x", "lab,b", "lab,a", "lab,c"]


async def test_a_fallback_inside_router_or_beside_a_target_is_the_nearer_one(tmp_path: Path) -> None:
    routes: dict[str, Any] = {
        "default": {"targets": "lab,a", "fallback": ["lab,own"]},
        "think": "lab,t",
        "fallback": {"think": ["lab,inside"]},
    }
    made = router(tmp_path, routes, fallback={"default": ["lab,b"], "think": ["lab,u"]})
    assert names(await made.choose(exchange())) == ["lab,a", "lab,own"]
    assert names(await made.choose(exchange(thinking={"type": "adaptive"}))) == ["lab,t", "lab,inside"]


async def test_a_tag_is_taken_off_whichever_rule_decides(tmp_path: Path) -> None:
    tag = "<CCR-SUBAGENT-MODEL>lab,s</CCR-SUBAGENT-MODEL>Do it."
    asked = exchange({"x-ccr-model": "lab,h"}, system=tag)
    plan = await router(tmp_path, {"default": "lab,a"}).choose(asked)
    assert (names(plan), asked.body["system"], asked.edited) == (["lab,h"], "Do it.", True)


@pytest.mark.parametrize(
    ("model", "told"),
    [
        ("labb,m", "Provider 'labb' of model 'labb,m' is not configured. Did you mean 'lab'?"),
        ("<CCR-SUBAGENT-MODEL>nowhere</CCR-SUBAGENT-MODEL>", "names 'nowhere', which is no model of ours"),
    ],
)
async def test_what_is_not_configured_is_told_and_the_trace_kept(
    model: str, told: str, tmp_path: Path
) -> None:
    asked = exchange(system=model) if model.startswith("<") else exchange(model=model)
    plan = await router(tmp_path, {"default": "lab,a"}).choose(asked)
    assert isinstance(plan.refusal, NoRoute)
    assert told in plan.refusal.message
    assert plan.targets == ()
    assert plan.asked[-1].of == plan.rule


@pytest.mark.parametrize("model", ["lab,m[1m]", "lab,m[1M]", "lab/m[200k]", "anthropic.lab,m"])
async def test_marks_of_clients_never_reach_the_provider(model: str, tmp_path: Path) -> None:
    assert names(await router(tmp_path, {}, provider("lab", "m")).choose(exchange(model=model))) == ["lab,m"]


async def test_suffixes_that_belong_to_a_model_stay(tmp_path: Path) -> None:
    asked = exchange(model="lab,anthropic/claude-sonnet-4:online")
    assert names(await router(tmp_path, {}).choose(asked)) == ["lab,anthropic/claude-sonnet-4:online"]


# windows

SMALL = {"name": "s", "contextWindow": 1000}
LARGE = {"name": "l", "contextWindow": 50_000}
LONG = [{"role": "user", "content": text_of_tokens(2000)}]


def lab(*models: Any) -> dict[str, Any]:
    return {**provider("lab"), "models": list(models)}


async def test_a_target_that_is_too_small_is_passed_over_for_the_next(tmp_path: Path) -> None:
    made = router(tmp_path, {"default": "lab,s"}, lab(SMALL, LARGE), fallback={"default": ["lab,l"]})
    plan = await made.choose(exchange(messages=LONG))
    assert names(plan) == ["lab,l"]
    (rejected,) = plan.rejected
    assert rejected.of == "lab,s"
    assert rejected.said.endswith("tokens do not fit, at most 900 do")
    assert names(await made.choose(exchange())) == ["lab,s", "lab,l"]


async def test_where_nothing_of_a_scenario_fits_longer_routes_may(tmp_path: Path) -> None:
    routes = {"default": "lab,l", "background": "lab,s", "longContext": "lab,s"}
    made = router(tmp_path, routes, lab(SMALL, LARGE))
    plan = await made.choose(exchange(model="claude-haiku", messages=LONG))
    assert (plan.rule, names(plan)) == ("background", ["lab,l"])


async def test_an_explicit_model_is_never_exchanged_for_another_scenario(tmp_path: Path) -> None:
    plan = await router(tmp_path, {"default": "lab,l"}, lab(SMALL, LARGE)).choose(
        exchange(model="lab,s", messages=LONG)
    )
    assert plan.refusal is not None
    assert plan.refusal.status == 400
    assert plan.refusal.message.startswith("prompt is too long: ")
    assert plan.refusal.message.endswith(" tokens > 900 maximum")


async def test_an_answer_that_has_no_room_gets_a_lower_ceiling(tmp_path: Path) -> None:
    made = router(tmp_path, {"default": "lab,l"}, lab(LARGE))
    (target,) = (await made.choose(exchange(max_tokens=49_000, messages=LONG))).targets
    assert target.ceiling is not None
    assert 40_000 < target.ceiling < 48_000
    assert (await made.choose(exchange(max_tokens=40_000))).targets[0].ceiling is None


async def test_a_window_is_learned_from_a_refusal(tmp_path: Path) -> None:
    made = router(tmp_path, {"default": "lab,m"}, fallback={"default": ["lab,n"]})
    asked = exchange(messages=LONG)
    asked.plan = await made.choose(asked)
    error = Rejected("prompt is too long: 3000 tokens > 1000 maximum (too many)", status=400)
    made.failed(asked, asked.plan.targets[0], error)
    assert names(await made.choose(exchange(messages=LONG))) == ["lab,n"]


# groups

HELLO, OTHER = [{"role": "user", "content": "Hello"}], [{"role": "user", "content": "Other"}]


async def answer(made: Router, by: str, messages: Any = HELLO) -> None:
    """One request that ``by`` answers."""
    asked = exchange({"x-session-id": "s"}, messages=messages)
    asked.plan = await made.choose(asked)
    (target,) = [target for target in asked.plan.targets if str(target) == by]
    made.answered(asked, target, 0.1)


async def order(made: Router, messages: Any = HELLO) -> list[str]:
    return names(await made.choose(exchange({"x-session-id": "s"}, messages=messages)))


async def test_a_conversation_stays_with_whoever_answered_it(tmp_path: Path) -> None:
    made = router(tmp_path, {"default": GROUP})
    assert await order(made) == GROUP
    await answer(made, "lab,b")
    assert await order(made) == ["lab,b", "lab,a"]
    assert await order(made, OTHER) == GROUP


async def test_a_group_may_be_written_in_any_spelling(tmp_path: Path) -> None:
    made = router(tmp_path, {"default": ["lab/a", "LAB, b"]})
    assert await order(made) == GROUP
    await answer(made, "lab,b")
    assert await order(made) == ["lab,b", "lab,a"]


async def test_failures_make_a_member_slow(tmp_path: Path) -> None:
    made = router(tmp_path, {"default": {"targets": GROUP, "strategy": "least-latency"}})
    asked = exchange()
    asked.plan = await made.choose(asked)
    made.failed(asked, asked.plan.targets[0], Overloaded("later", status=429))
    assert await order(made, OTHER) == ["lab,b", "lab,a"]


async def test_a_group_is_kept_as_long_as_prompt_caches_live(tmp_path: Path) -> None:
    made = router(tmp_path, {"default": GROUP})
    marked = [{"type": "text", "text": "x", "cache_control": {"type": "ephemeral", "ttl": "1h"}}]
    assert (await made.choose(exchange())).sticky_seconds == CACHED
    assert (await made.choose(exchange(system=marked))).sticky_seconds == CACHED_LONG
    configured = router(tmp_path, {"default": GROUP, "stickySeconds": 7})
    assert (await configured.choose(exchange(system=marked))).sticky_seconds == 7


async def test_one_target_is_not_remembered(tmp_path: Path) -> None:
    assert (await router(tmp_path, {"default": "lab,a"}).choose(exchange())).sticky == ""


# examples

SEARCH = [{"type": "web_search_20250305", "name": "web_search"}]
LONGER = [{"role": "user", "content": text_of_tokens(30_000)}]
CASES: list[tuple[dict[str, Any], str]] = [
    ({}, "default"),
    ({"model": "claude-3-5-haiku-20241022"}, "background"),
    ({"thinking": {"type": "enabled", "budget_tokens": 1024}}, "think"),
    ({"messages": LONGER}, "longContext"),
    ({"tools": SEARCH}, "webSearch"),
]


@pytest.mark.parametrize(("changes", "scenario"), CASES)
async def test_the_readme_s_configuration_routes_as_it_says(
    changes: dict[str, Any], scenario: str, tmp_path: Path
) -> None:
    path = tmp_path / "config.json"
    path.write_text(README)
    settings = load(path, ENV)
    plan = await Router(settings, TokenCounter()).choose(exchange(**changes))
    assert (plan.rule, names(plan)[0]) == (scenario, settings.router[scenario])


async def test_every_example_of_the_seed_documents_routes_as_it_says(shared: Path, tmp_path: Path) -> None:
    """Each route that an example sets is reached by the request it is for."""
    path, reached = tmp_path / "config.json", 0
    for place, example in examples(shared / "seeds"):
        if not isinstance(example, dict) or "Router" not in example:
            continue
        path.write_text(json.dumps(completed(example)))
        settings = load(path, ENV)
        made = Router(settings, TokenCounter())
        for changes, scenario in CASES:
            plan = await made.choose(exchange(**changes))
            assert names(plan)[:1] == [settings.router[scenario]], (place, scenario)
            reached += 1
        asked = exchange(model=f"{settings.providers[0].name},some/model:online")
        assert names(await made.choose(asked))[:1] == [f"{settings.providers[0].name},some/model:online"]
    assert reached >= 15


async def test_a_decision_can_be_told(tmp_path: Path) -> None:
    told = await router(tmp_path, {"default": "lab,a", "think": "lab,t"}).explain(exchange())
    assert (told["rule"], told["target"]) == ("default", "lab,a")
    assert {"rule": "think", "verdict": "no"} in told["asked"]
    assert told["facts"]["tokens"] > 0
