"""What ``{{name}}`` stands for: each worked out when a theme asks for it, and only then."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from functools import cached_property

from ccr.cli.statusline import answers, branch, formats, given, transcript

LONGEST = 120
"""Letters of a value that are shown."""

WARNINGS = 2
"""Warnings that are told; of more only their number."""


class Facts:
    """All that can be known, from what Claude Code said and what lies on the disk."""

    def __init__(
        self, said: object, raw: Mapping[str, object], config: str, state: str, env: Mapping[str, str]
    ):
        """``raw``: the configuration; ``config``: its folder; ``state``: the service's state file."""
        self.said, self.raw, self.config, self._state, self._env = said, raw, config, state, env
        self.session = given.text(said, "session_id")

    @cached_property
    def folder(self) -> str:
        """Where Claude Code works."""
        said = given.text(self.said, "workspace", "current_dir") or given.text(self.said, "cwd")
        return said or (_here() if self.said is None else "")

    @cached_property
    def transcript(self) -> transcript.Said:
        return transcript.last(given.text(self.said, "transcript_path"))

    @cached_property
    def ledger(self) -> answers.Session:
        return answers.session(answers.ledger(self.config, self.raw, self._env), self.session)

    @cached_property
    def speed(self) -> answers.Speed:
        return answers.speed(os.path.join(_temporary(self._env), "claude-code-router"), self.session)  # noqa: PTH118

    @cached_property
    def rests(self) -> list[answers.Rest]:
        return answers.rests(self._state)

    @cached_property
    def project(self) -> str:
        """The model of ``Router.default``: the project's own (where the original looks for it), else ours."""
        route = given.text(self.raw, "Router", "default")
        if self.folder:
            import json

            try:
                path = os.path.join(self.folder, ".claude-code-router", "config.json")  # noqa: PTH118
                with open(path, "rb") as file:  # noqa: PTH123
                    route = given.text(json.loads(file.read(given.LARGEST)), "Router", "default") or route
            except (OSError, ValueError, RecursionError):
                pass
        return route.partition(",")[2].strip()


def _temporary(env: Mapping[str, str]) -> str:
    """``tempfile.gettempdir`` where it need not search, which takes 4 ms less."""
    if found := next((env[name] for name in ("TMPDIR", "TEMP", "TMP") if env.get(name)), ""):
        return found
    if os.name == "posix":
        return "/tmp"  # noqa: S108  # read only, and only files of ours
    import tempfile

    return tempfile.gettempdir()


def _here() -> str:
    try:
        return os.getcwd()  # noqa: PTH109
    except OSError:
        return ""


def _folder_name(facts: Facts) -> str:
    path = facts.folder.replace("\\", "/").rstrip("/")
    return path.rpartition("/")[2] or facts.folder


def _model(facts: Facts) -> str:
    shown = given.text(facts.said, "model", "display_name") or given.text(facts.said, "model", "id")
    return facts.transcript.model or facts.project or shown


def _input(facts: Facts) -> float | None:
    found = facts.transcript.input
    return _current(facts, "input_tokens") if found is None else found


def _output(facts: Facts) -> float | None:
    found = facts.transcript.output
    return _current(facts, "output_tokens") if found is None else found


def _current(facts: Facts, name: str) -> float | None:
    return given.number(facts.said, "context_window", "current_usage", name)


def _context(facts: Facts) -> str:
    names = ("input_tokens", "cache_creation_input_tokens", "cache_read_input_tokens")
    parts = [_current(facts, name) for name in names]
    if all(part is None for part in parts):
        return formats.whole(given.number(facts.said, "context_window", "used_percentage"))
    size = given.number(facts.said, "context_window", "context_window_size")
    return formats.percent(sum(part or 0 for part in parts), size)


def _window(name: str) -> Callable[[Facts], str]:
    return lambda facts: formats.thousands(given.number(facts.said, "context_window", name))


def _lines(name: str) -> Callable[[Facts], str]:
    return lambda facts: formats.whole(given.number(facts.said, "cost", name))


def _net_lines(facts: Facts) -> str:
    added, removed = (
        given.number(facts.said, "cost", f"total_lines_{name}") for name in ("added", "removed")
    )
    return "" if added is None and removed is None else formats.whole((added or 0) - (removed or 0))


def _cost(facts: Facts) -> str:
    return formats.money(given.number(facts.said, "cost", "total_cost_usd"))


def _session_cost(facts: Facts) -> str:
    if facts.ledger.requests is None:
        return _cost(facts)
    return formats.money(facts.ledger.cost, partly=facts.ledger.partly) or "$?"


def _answering(facts: Facts) -> tuple[str, str]:
    """Provider and model."""
    found = facts.ledger if facts.ledger.provider else facts.speed
    return found.provider, found.model


def _warnings(facts: Facts) -> str:
    """What rests: that of the provider who answers first."""
    own = _answering(facts)[0]
    told = [_warning(rest) for rest in sorted(facts.rests, key=lambda rest: rest.provider != own)]
    told = list(dict.fromkeys(told))
    more = [f"+{len(told) - WARNINGS}"] if len(told) > WARNINGS else []
    return ", ".join([*told[:WARNINGS], *more])


def _warning(rest: answers.Rest) -> str:
    who = f"{rest.provider},{rest.model}" if rest.model else rest.provider
    return f"{f'a key of {who}' if rest.is_key else who} rests {_span(rest.seconds)}" + (
        f" ({rest.status})" if rest.status else ""
    )


def _span(seconds: float) -> str:
    for unit, size in (("d", 86_400), ("h", 3_600), ("m", 60)):
        if seconds >= size:
            return f"{seconds // size:.0f}{unit}"
    return f"{max(1, round(seconds))}s"


VARIABLES: dict[str, Callable[[Facts], str]] = {
    # the original's
    "workDirName": _folder_name,
    "gitBranch": lambda facts: branch.branch_of(facts.folder) if facts.folder else "",
    "model": _model,
    "inputTokens": lambda facts: formats.tokens(_input(facts)),
    "outputTokens": lambda facts: formats.tokens(_output(facts)),
    "tokenSpeed": lambda facts: formats.whole(facts.speed.tokens),
    "timeToFirstToken": lambda facts: formats.whole(facts.speed.first),
    "isStreaming": lambda facts: "streaming" if facts.speed.fresh else "",
    "streamingIndicator": lambda facts: "[Streaming]" if facts.speed.fresh else "",
    "contextPercent": _context,
    "contextWindowSize": _window("context_window_size"),
    "totalInputTokens": _window("total_input_tokens"),
    "totalOutputTokens": _window("total_output_tokens"),
    "cost": _cost,
    "duration": lambda facts: formats.duration(given.number(facts.said, "cost", "total_duration_ms")),
    "linesAdded": _lines("total_lines_added"),
    "linesRemoved": _lines("total_lines_removed"),
    "netLines": _net_lines,
    "version": lambda facts: given.text(facts.said, "version"),
    "sessionId": lambda facts: facts.session[:8],
    # ours
    "answering": lambda facts: ",".join(filter(None, _answering(facts))),
    "answeringProvider": lambda facts: _answering(facts)[0],
    "answeringModel": lambda facts: _answering(facts)[1],
    "route": lambda facts: facts.ledger.route,
    "routeReason": lambda facts: facts.ledger.reason,
    "sessionCost": _session_cost,
    "sessionRequests": lambda facts: formats.whole(facts.ledger.requests),
    "cacheShare": lambda facts: formats.percent(facts.ledger.cache_share, 1),
    "warnings": _warnings,
    "sessionName": lambda facts: given.text(facts.said, "session_name"),
    "effort": lambda facts: given.text(facts.said, "effort", "level"),
    "outputStyle": lambda facts: given.text(facts.said, "output_style", "name"),
}


class Variables(Mapping[str, str]):
    """Values by name, safe to print. One that cannot be worked out is "", and so is an unknown one."""

    def __init__(self, facts: Facts) -> None:
        self._facts = facts
        self._known: dict[str, str] = {}

    def __getitem__(self, name: str) -> str:
        if name not in self._known:
            self._known[name] = self._value(name)
        return self._known[name]

    def __iter__(self) -> Iterator[str]:
        return iter(VARIABLES)

    def __len__(self) -> int:
        return len(VARIABLES)

    def _value(self, name: str) -> str:
        try:
            return plain(VARIABLES[name](self._facts))
        except Exception:  # noqa: BLE001  # whatever is wrong with one value, the others are shown
            return ""


def plain(text: str) -> str:
    """Text of somebody else's: nothing in it that a terminal would obey."""
    shown = "".join(letter for letter in text[: 10 * LONGEST] if letter.isprintable())
    return shown if len(shown) <= LONGEST else f"{shown[: LONGEST - 1]}…"
