"""What the plain commands have in common: their options, and how a change is made and told."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

import click

from ccr.cli.commands.config.shared import (
    config_option,
    existing,
    json_option,
    opened,
    path_of,
    told,
    writing,
)
from ccr.cli.terminal import OK, USAGE, Failure, fail, note, say, warn

if TYPE_CHECKING:
    from ccr.cli.models.saving import Plan, Verdict
    from ccr.config.problems import Problem
    from ccr.config.saving.document import Document

Callback = TypeVar("Callback", bound=Callable[..., Any])
T = TypeVar("T")

FORCE = "Save it although it has new mistakes."
FORCE_REMOVAL = "Take it out of the rules that name it, too."


@dataclass(frozen=True)
class How:
    """The options of a command that changes something."""

    config: str | None = None
    as_json: bool = False
    dry_run: bool = False
    force: bool = False
    unused_keys: str | None = None
    """What becomes of variables that nothing refers to any more: "ask", "forget", "keep"; None: no matter."""


def changing(callback: Callback, *, force: str = FORCE) -> Callback:
    """The options that every change has."""
    dry_run = click.option("--dry-run", is_flag=True, help="Only say what would be written.")
    forced = click.option("--force", is_flag=True, help=force)
    return json_option(dry_run(forced(config_option(callback))))


def removing(callback: Callback) -> Callback:
    """The options of what takes something out."""
    forget = _unused_keys("--forget-keys", "forget", "Take keys that nothing uses any more out of .env, too.")
    keep = _unused_keys("--keep-keys", "keep", "Leave them there, and do not ask.")
    return forget(keep(changing(callback, force=FORCE_REMOVAL)))


def _unused_keys(option: str, choice: str, does: str) -> Callable[[Callback], Callback]:
    return click.option(option, "unused_keys", flag_value=choice, default="ask", help=does)


def document_of(config: str | None) -> Document:
    """The file, which must be there."""
    return opened(existing(config))


def change(
    how: How, change: Callable[[Document], Document], variables: Mapping[str, str] | None = None
) -> int:
    """Makes a change, checks the whole, writes it and says so. Gives the exit code."""
    from ccr.cli.models.saving import Plan, judged

    old = opened(path_of(how.config))
    plan = _settled(how, Plan(old, granted(lambda: change(old)), variables or {}))
    if not (words := plan.words):
        return _ended(how, plan, "Nothing to do: the configuration says so already.")
    verdict = judged(plan)
    if verdict.fresh and not how.force:
        return _refused(how, plan, verdict)
    if how.dry_run:
        return _ended(how, plan, "\n".join(words), verdict)
    return _written(how, plan, verdict)


def _settled(how: How, plan: Plan) -> Plan:
    """With what becomes of variables that nothing refers to any more."""
    from ccr.cli.models import leftovers
    from ccr.cli.setup import asking

    if how.unused_keys is None or not (plan := leftovers.found(plan)).unused:
        return plan
    may_ask = how.unused_keys == "ask" and not (how.as_json or how.dry_run) and asking.possible()
    if how.unused_keys == "forget" or (may_ask and asking.confirm(leftovers.question(plan), default=False)):
        return leftovers.forgotten(plan)
    return plan


def granted(make: Callable[[], T], *, code: int = USAGE) -> T:
    """What ``make`` gives; ends the command with the reason when it is refused."""
    from ccr.cli.models.entries import Refused
    from ccr.config.problems import ConfigError

    try:
        return make()
    except (Refused, ConfigError) as error:
        fail(str(error), code)


def as_text(value: Any) -> str:
    return json.dumps(value, indent=2, ensure_ascii=False)


def _refused(how: How, plan: Plan, verdict: Verdict) -> int:
    if how.as_json:
        say(as_text(_facts(plan, verdict)))
    raise Failure(
        f"{told(plan.new.path, verdict.fresh)}\nNothing was changed; --force saves it all the same.",
        USAGE,
        told=how.as_json,
    )


def _ended(how: How, plan: Plan, words: str, verdict: Verdict | None = None) -> int:
    say(as_text(_facts(plan, verdict)) if how.as_json else words)
    return OK


def _written(how: How, plan: Plan, verdict: Verdict) -> int:
    from ccr.cli.models import leftovers, saving

    since = time.time()
    with writing(plan.new.path):
        backup = saving.write(plan)
    service = saving.taken(plan.new.path, since)
    if how.as_json:
        kept = str(backup.path) if backup else None
        say(as_text(_facts(plan, verdict) | {"written": True, "backup": kept, "service": service}))
        return OK
    for line in plan.words:
        say(line)
    note(f"{plan.new.path} is saved." + (f" Before it was {backup.path}." if backup else ""))
    _remarks(verdict)
    if plan.unused and how.unused_keys == "ask":
        note(f"{leftovers.said(plan)} --forget-keys takes such keys out together with what used them.")
    if service:
        note(service)
    return OK


def _remarks(verdict: Verdict) -> None:
    for problem in (*verdict.fresh, *verdict.stale, *verdict.warnings):
        warn(str(problem))


def _facts(plan: Plan, verdict: Verdict | None) -> dict[str, Any]:
    return {
        "file": str(plan.new.path),
        "written": False,
        "changes": plan.words,
        "forgotten": list(plan.forgotten),
        "unused": list(plan.unused),
        "problems": _listed((*verdict.fresh, *verdict.stale)) if verdict else [],
        "warnings": _listed(verdict.warnings) if verdict else [],
    }


def _listed(problems: tuple[Problem, ...]) -> list[dict[str, str]]:
    return [{"path": one.path, "message": one.message, "cure": one.cure} for one in problems]
