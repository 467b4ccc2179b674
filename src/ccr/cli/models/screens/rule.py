"""The screen of one scenario: what answers it, and what when that fails."""

from __future__ import annotations

from typing import Any

from ccr.cli.models import routes
from ccr.cli.models.screens import asking, models
from ccr.cli.models.screens.asking import Back, Line
from ccr.cli.models.screens.desk import Desk
from ccr.cli.terminal import paint, say


def line(value: dict[str, Any], scenario: str) -> str:
    """The scenario in a line of a list."""
    rule = routes.rule(value, scenario)
    target = " | ".join(rule.targets) or "—"
    chain = f"  (else {len(rule.fallback)} more)" if rule.targets and rule.fallback else ""
    long = f"  above {routes.threshold(value)} tokens" if scenario == "longContext" and rule.targets else ""
    return f"{scenario:<12}{target}{long}{chain}"


def run(desk: Desk, scenario: str) -> None:
    """Until the user goes back."""
    desk.stay(
        lambda: f"{paint(scenario, bold=True)}: {routes.MEANINGS[scenario]}",
        "What shall be changed?",
        lambda: _lines(desk, scenario),
        lambda chosen: _do(desk, scenario, chosen),
    )


def _lines(desk: Desk, scenario: str) -> list[Line]:
    rule = routes.rule(desk.value, scenario)
    whose = "" if rule.own or scenario == "default" else " (that of default)"
    long = [Line(f"From how many tokens on  {routes.threshold(desk.value)}", "threshold")]
    tried = [Line(f"Test {rule.targets[0]}", "test")] if rule.targets else []
    gone = [Line("Take the rule out", "unset")] if rule.targets else []
    return [
        Line(f"Model     {' | '.join(rule.targets) or '— (default answers)'}", "target"),
        Line(f"Fallback  {', '.join(rule.fallback) or '—'}{whose if rule.fallback else ''}", "fallback"),
        *(long if scenario == "longContext" else []),
        *tried,
        *gone,
    ]


def _do(desk: Desk, scenario: str, chosen: str) -> None:
    match chosen:
        case "target":
            target = models.any_target(desk, "Which model shall answer?")
            desk.put(lambda value: routes.with_route(value, scenario, [target]))
        case "fallback":
            _fallback(desk, scenario)
        case "threshold":
            tokens = asking.write(
                "From how many tokens on is a context long?", str(routes.threshold(desk.value))
            )
            if tokens.isdecimal() and int(tokens):
                desk.put(lambda value: routes.with_threshold(value, int(tokens)))
            else:
                desk.wrong(f"'{tokens}' is no number of tokens.")
        case "test":
            desk.test(_known(desk, routes.rule(desk.value, scenario).targets[0]))
        case "unset":
            desk.put(lambda value: routes.without_route(value, scenario))


def _known(desk: Desk, target: str) -> str:
    from ccr.cli.models.references import resolved

    return ",".join(resolved(desk.value, target) or (target, ""))


def _fallback(desk: Desk, scenario: str) -> None:
    """A chain, put together before it is written."""
    found = routes.rule(desk.value, scenario)
    chain = list(found.fallback) if found.own else []
    while True:
        asking.clear()
        say(f"{paint(f'Fallback of {scenario}', bold=True)}: tried in this order when the answer fails")
        listed = [Line(f"{number + 1}. {target}", number) for number, target in enumerate(chain)]
        chosen = asking.pick(
            "A model is moved or taken out by choosing it.",
            [*listed, Line("+ add a model", "add"), Line("Done: write it", "done")],
            at="done" if chain else "add",
        )
        if chosen == "done":
            break
        _step(desk, chain, chosen)
    desk.put(lambda value: routes.with_fallback(value, scenario, chain))


def _step(desk: Desk, chain: list[str], chosen: Any) -> None:
    try:
        if chosen == "add":
            target = models.any_target(desk, "Which model?")
            if target not in chain:
                chain.append(target)
            return
        ways = [Line("Earlier", -1), Line("Later", 1), Line("Take it out", 0)]
        way = asking.pick(chain[chosen], ways)
        target = chain.pop(chosen)
        if way:
            chain.insert(max(chosen + way, 0), target)
    except Back:
        return
