"""The port, the service there, and the parts it depends on."""

from __future__ import annotations

from typing import Any

from ccr.cli.doctor.findings import Finding, failure, ok, warning
from ccr.cli.doctor.world import World
from ccr.cli.service.binding import CURE
from ccr.cli.service.finding import State, who


def check(world: World) -> list[Finding]:
    found = world.service
    name = f"port {found.port}"
    match found.state:
        case State.RUNNING:
            return [ok(name, f"the service runs at {world.address}."), *_running(world)]
        case State.FREE if found.stale is not None:
            told = f"is free; process {found.stale.pid}, which had it, ended without a word."
            return [warning(name, told, f"Look into {world.home.logs}; `ccr start --daemon` starts it anew.")]
        case State.FREE:
            return [ok(name, "is free; `ccr code` starts the service when it is needed.")]
        case State.BUSY:
            told = "the service there does not answer: it is starting, stopping or stuck."
            return [failure(name, told, "`ccr stop --force` ends it.")]
        case State.FOREIGN:
            return [warning(name, f"is in use by {who(found)}: `ccr code` uses that one.", CURE)]
        case State.TAKEN:
            return [failure(name, f"is in use by {who(found)}.", f"{CURE}, or end the other program.")]


def _running(world: World) -> list[Finding]:
    record, health = world.service.record, world.service.answer.health
    found: list[Finding] = []
    if record is not None and record.config != str(world.path):
        told = f"it uses {record.config}, not {world.path}."
        found.append(warning("its configuration", told, "`ccr restart --config FILE`, or CCR_CONFIG_PATH"))
    if record is not None and record.demo and world.settings and world.settings.providers:
        found.append(warning("the demo", "answers, not your providers.", "`ccr restart`"))
    parts = (_reload(health), _ledger(health), _state(health), _load(health))
    return [*found, *(finding for finding in parts if finding is not None)]


def _reload(health: dict[str, Any]) -> Finding | None:
    told: dict[str, Any] = health.get("reload") or {}
    if "why" in told:
        said = f"has changed and is not used: {told['why']}"
        return failure("its configuration", said, "Mend the file: it is read again when it changes.")
    if waiting := told.get("restart_for"):
        return warning(
            "its configuration", f"{', '.join(waiting)} count from the next start.", "`ccr restart`"
        )
    return None


def _ledger(health: dict[str, Any]) -> Finding | None:
    told: dict[str, Any] = health.get("ledger") or {}
    if not told or told.get("state") in ("ok", "off"):
        return ok("the ledger", f"is {told['state']}.") if told else None
    lost = (told.get("lost") or {}).get("requests", 0)
    message = f"is {told.get('state')}: {told.get('problem') or 'no reason is told'} ({lost} requests lost)."
    return failure(
        "the ledger", message, f"Look at {told.get('database')}: its disk, its rights, its server."
    )


def _state(health: dict[str, Any]) -> Finding | None:
    told: dict[str, Any] = health.get("state") or {}
    if told.get("kind") != "redis":
        return None
    if not told.get("shared"):
        why = told.get("error") or "is away"
        return failure("Redis", f"{why}: each replica counts for itself.", "Start it, or mend Redis.url.")
    return ok("Redis", "is there.")


def _load(health: dict[str, Any]) -> Finding | None:
    told: dict[str, Any] = health.get("load") or {}
    refused = told.get("refused") or 0
    if not refused:
        return None
    return warning(
        "the service", f"has refused {refused} requests: too many at once.", "docs/operations.md: load"
    )
