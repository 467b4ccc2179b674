"""The grid: its cases, how they are run, and what is held against each."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from email.utils import parsedate_to_datetime
from math import inf
from pathlib import Path
from typing import Any, Literal

import aiohttp

from tests.chaos.faults import Fault, Outcome, faults
from tests.chaos.judge import Got, got, is_beginning
from tests.chaos.lab import RETRY, Running, Stage, provider, refusing, running, stage
from tests.chaos.scripts import TOOL, Script
from tests.e2e.upstream import Reply, Seen, json_answer, stream

AT_ONCE = 12
WARM = "warming-up"
PATIENCE = 30.0
"""Seconds after which a client has waited too long."""

Where = Literal["first target", "all targets", "first key"]


@dataclass(frozen=True)
class Case:
    id: str
    fault: Fault
    where: Where
    streams: bool
    protocol: str

    @property
    def first(self) -> Script:
        return Script(f"{self.id}a", self.protocol)

    @property
    def second(self) -> Script:
        return Script(f"{self.id}b", self.protocol)

    @property
    def body(self) -> dict[str, Any]:
        said = {"role": "user", "content": f"Case {self.id}"}
        return {
            "model": self.id,
            "max_tokens": 50,
            "messages": [said],
            "tools": [TOOL],
            "stream": self.streams,
        }

    def __str__(self) -> str:
        how = "streamed" if self.streams else "not streamed"
        return f"{self.id} ({self.protocol}, {self.fault.name}, {self.where}, {how})"


@dataclass
class Score:
    """What became of cases."""

    ran: int = 0
    failed: list[str] = field(default_factory=list)
    outcomes: Counter[str] = field(default_factory=Counter)

    @property
    def held(self) -> int:
        return self.ran - len(self.failed)


def cases(protocol: str, *, full: bool) -> Iterator[Case]:
    number = 0
    for fault in faults(protocol, full=full):
        places: tuple[Where, ...] = ("first target", "all targets")
        for where in (*places, "first key") if fault.of_key else places:
            for streams in (True, False):
                number += 1
                yield Case(f"{protocol[0]}{number}", fault, where, streams, protocol)


def good(script: Script, *, streams: bool) -> Reply:
    return stream(script.frames()) if streams else json_answer(script.message())


Judge = Callable[["Case", Got, int, int], tuple[Outcome, list[str]]]
"""Given what a client got, and how often both targets were asked, says how it ended and what is wrong."""


@dataclass
class Grid:
    """A router that has a route for each case."""

    router: Running
    stage: Stage

    async def play(self, chosen: Iterable[Case], judge: Judge | None = None) -> Score:
        score, few = Score(), asyncio.Semaphore(AT_ONCE)
        async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0)) as http:

            async def one(case: Case) -> None:
                async with few:
                    answer = await self._ask(http, case)
                self.note(score, case, answer, judge or judged)

            await asyncio.gather(*map(one, chosen))
        return score

    async def warm(self, chosen: Iterable[Case]) -> None:
        """Has each first target answer once, so that its usual time is known."""
        async with aiohttp.ClientSession() as http:
            for case in chosen:
                said = [{"role": "user", "content": WARM}]
                named = case.body | {"model": f"{case.id}a,m", "messages": said}
                async with http.post(f"{self.router.url}/v1/messages", json=named) as response:
                    assert response.status == 200, await response.text()
                self.stage.seen[case.id + "a"].clear()

    def note(self, score: Score, case: Case, answer: Got, judge: Judge) -> None:
        first, second = (len(self.stage.seen[case.id + one]) for one in "ab")
        outcome, wrong = judge(case, answer, first, second)
        score.ran += 1
        score.outcomes[outcome] += 1
        if wrong := [*answer.wrong, *wrong]:
            score.failed.append(f"{case}: {'; '.join(wrong)}")

    async def _ask(self, http: aiohttp.ClientSession, case: Case) -> Got:
        url = f"{self.router.url}/v1/messages"
        try:
            async with asyncio.timeout(PATIENCE), http.post(url, json=case.body) as response:
                return got(response.status, response.headers, await response.read())
        except (TimeoutError, aiohttp.ClientError) as error:
            return Got(0, {}, b"", wrong=[f"the client sees {error!r}"])


@asynccontextmanager
async def grid(
    folder: Path, chosen: Sequence[Case], hedge: Mapping[str, Any] | None = None, **config: Any
) -> AsyncIterator[Grid]:
    async with stage() as played, refusing() as nowhere:
        entries = [entry for case in chosen for entry in _entries(case, played, nowhere)]
        whole = {
            "Providers": entries,
            "Router": {"default": f"{entries[0]['name']},m", "rules": [_rule(case) for case in chosen]},
            "Resilience": {"retry": RETRY, "hedge": hedge or False},
            **config,
        }
        async with running(folder, whole) as router:
            yield Grid(router, played)


def _rule(case: Case) -> dict[str, Any]:
    return {
        "name": case.id,
        "match": {"model": case.id},
        "target": [f"{case.id}a,m"],
        "fallback": [f"{case.id}b,m"],
    }


def _entries(case: Case, played: Stage, nowhere: str) -> Iterator[dict[str, Any]]:
    """The providers of a case; the stage learns what they answer."""
    for script in (case.first, case.second):
        ill = script == case.first or case.where == "all targets"
        bad, well = case.fault.reply(script, case.streams), good(script, streams=case.streams)
        more = dict(case.fault.provider) if ill else {}
        if case.where == "first key" and ill:
            more |= {"api_key": ["bad", "good"], "key_strategy": "priority"}
        played.parts[script.who] = _played(bad, well) if ill else well
        url = nowhere if ill and case.fault.refuses else played.url
        yield provider(url, script.who, case.protocol, **more)


def _played(bad: Reply, well: Reply) -> Reply:
    """What fails, but for another key, and while it is warmed up."""

    async def reply(writer: asyncio.StreamWriter, seen: Seen) -> None:
        shown = seen.headers.get("x-api-key") or seen.headers.get("authorization", "")
        is_well = shown.endswith("good") or WARM.encode() in seen.body
        await (well if is_well else bad)(writer, seen)

    return reply


def judged(case: Case, answer: Got, first: int, second: int) -> tuple[Outcome, list[str]]:
    """What came of a case, by the answer and the calls of both targets, and what is wrong with that."""
    if case.where == "first key":
        wrong = _times("the provider", first, (2,)) + _times("the fallback", second, (0,))
        return "whole", _whole(answer, case.first) + wrong
    outcome = _outcome(answer)
    if case.fault.refuses:
        first, went_on = 1, True
    else:
        went_on = second > 0
    # On a busy machine a time-out may pass before the request has arrived.
    wrong = _times("the first target", first, (0, 1) if case.fault.provider else (1,))
    allowed = case.fault.outcomes(streams=case.streams, lone=False)
    if not went_on:
        wrong += ["the second target was not asked"] if outcome == "fails" else []
        return outcome, wrong + _fits(case, answer, case.first, outcome, allowed)
    wrong += [] if "fails" in allowed else ["the second target was asked"]
    if case.where == "first target":
        return "fails", wrong + _whole(answer, case.second) + _times("the second target", second, (1,))
    allowed = case.fault.outcomes(streams=case.streams, lone=True)
    outcome = _outcome(answer)
    return outcome, wrong + _fits(case, answer, case.second, outcome, allowed) + _again(case, outcome, second)


def _again(case: Case, outcome: Outcome, second: int) -> list[str]:
    due = tuple(1 + times for times in case.fault.again)
    if case.fault.refuses:
        return []
    return _times("the second target", second, due if outcome == "fails" else range(1, max(due) + 1))


def _outcome(answer: Got) -> Outcome:
    if answer.error is None:
        return "whole" if answer.blocks else "empty"
    if answer.streamed:
        return "breaks"
    return "refused" if answer.status in (400, 413, 422) else "fails"


def _fits(
    case: Case, answer: Got, script: Script, outcome: Outcome, allowed: frozenset[Outcome]
) -> list[str]:
    wrong = [] if outcome in allowed else [f"it {outcome}: {answer.status} {answer.error}"]
    if outcome == "whole":
        wrong += _whole(answer, script)
    elif outcome == "breaks":
        endless = case.fault.name == "words without end"
        if not is_beginning(answer.blocks, script, endless=endless):
            wrong.append(f"not what {script.who} said: {answer.blocks}")
    elif outcome in ("fails", "refused"):
        wrong += _refused(case.fault, answer)
    return wrong


def _refused(fault: Fault, answer: Got) -> list[str]:
    wrong = []
    if answer.status not in fault.statuses:
        wrong.append(f"status {answer.status}: {answer.error}")
    if fault.after is not None and not fault.after - 30 <= _seconds(answer) <= fault.after + 1:
        wrong.append(f"retry-after: {answer.headers.get('retry-after')}")
    return wrong


def _seconds(answer: Got) -> float:
    """What the client is told to wait; -inf: nothing."""
    said = answer.headers.get("retry-after", "")
    if said.endswith("GMT"):
        return parsedate_to_datetime(said).timestamp() - time.time()
    return float(said) if said.isdigit() else -inf


def _whole(answer: Got, script: Script) -> list[str]:
    if answer.status == 200 and answer.error is None and answer.blocks == script.content:
        return []
    return [f"not the answer of {script.who}: {answer.status} {answer.error} {answer.blocks}"]


def _times(whom: str, times: int, due: Iterable[int]) -> list[str]:
    due = tuple(due)
    return [] if times in due else [f"{whom} was asked {times} times, not {due}"]


def judged_raced(case: Case, answer: Got, first: int, second: int) -> tuple[Outcome, list[str]]:
    """The same where the second target may be asked because the first one is late, and either may win."""
    outcome, endless = _outcome(answer), case.fault.name == "words without end"
    most = range(2 + max(case.fault.again) + (case.where == "first key"))
    wrong = _times("the first target", first, most) + _times("the second target", second, most)
    alone = case.fault.outcomes(streams=case.streams, lone=case.where == "all targets")
    if outcome in ("fails", "empty") and (case.where != "all targets" or outcome not in alone):
        wrong.append(f"{answer.status} {answer.error}")
    if outcome in ("fails", "refused"):
        wrong += _refused(case.fault, answer)
    elif outcome == "whole" and answer.blocks not in (case.first.content, case.second.content):
        wrong.append(f"not what one of them said: {answer.blocks}")
    elif not any(is_beginning(answer.blocks, one, endless=endless) for one in (case.first, case.second)):
        wrong.append(f"not what one of them began to say: {answer.blocks}")
    return outcome, wrong
