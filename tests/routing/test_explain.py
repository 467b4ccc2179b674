"""A decision, told to programs and to people."""

from __future__ import annotations

from pathlib import Path

from ccr.routing.explain import lines, summary
from tests.routing.support import exchange, provider, router, text_of_tokens

LONG = [{"role": "user", "content": text_of_tokens(5_000)}]


async def test_to_programs(tmp_path: Path) -> None:
    models = {
        **provider("lab"),
        "models": [{"name": "s", "contextWindow": 900}, {"name": "l", "contextWindow": 40_000}],
    }
    made = router(tmp_path, {"default": "lab,s", "think": "lab,t"}, models, fallback={"default": ["lab,l"]})
    told = await made.explain(exchange(messages=LONG, max_tokens=32_000))
    assert (told["rule"], told["target"], told["error"], told["layers"]) == ("default", "lab,l", None, [])
    assert told["targets"][0]["max_tokens"] < 32_000
    assert told["rejected"][0]["target"] == "lab,s"
    assert told["asked"][3] == {"rule": "think", "verdict": "no"}
    assert told["facts"]["kind"] == "main"
    assert told["facts"]["tokens"] > 5_000


async def test_to_people(tmp_path: Path) -> None:
    made = router(
        tmp_path, {"default": "lab,a", "agents": {"Explore": "lab,e"}}, fallback={"agents": ["lab,f"]}
    )
    told = await made.explain(exchange({"x-claude-code-agent-type": "Explore"}))
    assert summary(told) == "lab,e  (agents.Explore)"
    assert list(lines(told)) == [
        "lab,e  (agents.Explore)",
        "",
        "Rules, in the order they were asked:",
        "  header    no",
        "  subagent  no",
        "  agents    the agent Explore",
        "",
        "Targets, in the order they are tried:",
        "  lab,e",
        "  lab,f",
        "",
        "Seen in the request:",
        "  model     claude-x",
        "  kind      main",
        "  agent     Explore",
        f"  tokens    {told['facts']['tokens']}",
        "  thinking  False",
        "  image     False",
        "  search    False",
    ]


async def test_what_cannot_be_served(tmp_path: Path) -> None:
    told = await router(tmp_path, {"default": "lab,a"}).explain(exchange(model="bal,m"))
    assert (told["target"], told["rule"]) == (None, "explicit")
    assert summary(told).startswith("nothing can serve it (explicit): Provider 'bal'")
