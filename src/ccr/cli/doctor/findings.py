"""What a check says: for people and as JSON."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Literal, NamedTuple

from ccr.cli.terminal import paint

State = Literal["ok", "warning", "failure", "skipped"]
MARKS: dict[State, tuple[str, str]] = {
    "ok": ("✓", "green"),
    "warning": ("!", "yellow"),
    "failure": ("✗", "red"),
    "skipped": ("-", "bright_black"),
}


class Finding(NamedTuple):
    """``name`` is what was looked at; ``cure`` says what to do, "" where nothing is to be done."""

    state: State
    name: str
    message: str
    cure: str = ""


def ok(name: str, message: str) -> Finding:
    return Finding("ok", name, message)


def warning(name: str, message: str, cure: str = "") -> Finding:
    return Finding("warning", name, message, cure)


def failure(name: str, message: str, cure: str = "") -> Finding:
    return Finding("failure", name, message, cure)


def skipped(name: str, message: str, cure: str = "") -> Finding:
    return Finding("skipped", name, message, cure)


def lines(area: str, findings: Sequence[Finding]) -> list[str]:
    """An area's findings for people."""
    told = [line for finding in findings for line in _line(finding)]
    return [paint(area, bold=True), *told]


def _line(finding: Finding) -> list[str]:
    mark, colour = MARKS[finding.state]
    first = f"  {paint(mark, fg=colour)} {finding.name}: {finding.message}".replace("\n", "\n      ")
    cure = f"      → {finding.cure}".replace("\n", "\n        ")
    return [first, cure] if finding.cure else [first]


def facts(area: str, findings: Iterable[Finding]) -> list[dict[str, Any]]:
    """The same for programs."""
    return [{"area": area, **finding._asdict()} for finding in findings]


def summary(findings: Sequence[Finding]) -> str:
    """One line over all."""
    wrong = sum(finding.state == "failure" for finding in findings)
    doubts = sum(finding.state == "warning" for finding in findings)
    if not wrong and not doubts:
        return paint("All is well.", fg="green")
    words = [_count(wrong, "thing is wrong", "things are wrong"), _count(doubts, "doubt", "doubts")]
    return f"{' · '.join(word for word in words if word)}. The cures stand behind the arrows."


def _count(number: int, one: str, many: str) -> str:
    return f"{number} {one if number == 1 else many}" if number else ""
