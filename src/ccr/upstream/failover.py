"""Tries the targets of a plan, their keys and the same one again, until one answers."""

from __future__ import annotations

import asyncio
import time
import typing
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from functools import partial

from ccr.anthropic.events import Batches
from ccr.anthropic.ids import unique
from ccr.config.provider import Provider
from ccr.errors import BadRequest, NoRoute, ProxyFault, RouterError, UpstreamError
from ccr.exchange import Exchange, Plan, Target, Try
from ccr.resilience.access import Access, Leave, arranged
from ccr.resilience.bench import Facts
from ccr.resilience.budget import Budget
from ccr.resilience.hedging import Hedging
from ccr.resilience.limiter import Limiter, OverLimit
from ccr.resilience.limits import Scope
from ccr.resilience.retry import Decision, Situation, Step, decide
from ccr.upstream.attempt import Answer, Attempt, Ended
from ccr.upstream.hedge import raced
from ccr.upstream.prefill import allows_prefill, prefilled
from ccr.upstream.reservation import Reservation
from ccr.upstream.resume import Continued
from ccr.upstream.trip import Trip

FAILURES = (UpstreamError, BadRequest, ProxyFault, OverLimit)
"""What may go better elsewhere."""

Targets = Sequence[Target]


class Outcomes(typing.Protocol):
    """Who is told how targets do."""

    def answered(self, exchange: Exchange, target: Target, seconds: float) -> None:
        """The answer has begun well after so long."""

    def failed(self, exchange: Exchange, target: Target, error: UpstreamError) -> None:
        """There is no answer."""


class Watcher(typing.Protocol):
    """Who is told when all is over: ``Meter``."""

    def ended(self, exchange: Exchange) -> None:
        """The answer has been read to its end, has broken or was left, or there is none: said once."""


@dataclass(slots=True)
class Upstream:
    """Sends exchanges where their plans say."""

    attempt_at: Callable[[Target], Attempt]
    patience: Callable[[Target], float]
    """Seconds that a target is waited for."""

    facts: Facts
    limiter: Limiter
    outcomes: Outcomes
    hedging: Hedging
    watcher: Watcher | None = None
    _access: dict[str, Access] = field(default_factory=dict)
    _budgets: dict[str, Budget] = field(default_factory=dict)

    async def send(self, exchange: Exchange, *, resumes: bool = True) -> Answer:
        """The first answer that begins well. Raises the failure that is most worth telling when none does.

        ``resumes``: if it breaks off, another may go on with it, where the configuration wants that.
        """
        plan = exchange.plan
        assert plan is not None
        exchange.holders += 1
        trip = Trip(exchange, plan.refusal, Reservation(self.limiter, exchange))
        try:
            if self.limiter.limits:
                await trip.reserved.of_request()
            if (answer := await self._first(trip, plan)) is not None:
                return self._begun(trip, answer, resumes=resumes)
        except BaseException as error:  # the client has left, or is over its limit
            if isinstance(error, RouterError):
                exchange.error = error
            self._over(trip)
            raise
        exchange.target = plan.targets[0] if plan.targets else None
        exchange.error = trip.error or NoRoute("The route has no targets.")
        self._over(trip)
        raise exchange.error

    def let_go(self, exchange: Exchange) -> None:
        """One who had to do with an exchange is done; the last one tells the watcher."""
        if exchange.let_go() and self.watcher is not None:
            self.watcher.ended(exchange)

    def access(self, provider: Provider) -> Access:
        """Who may be asked there, and as whom."""
        found = self._access.get(provider.name)
        if found is None:
            found = self._access[provider.name] = Access(provider, self.facts)
            self._budgets[provider.name] = Budget(provider.resilience.retry)
        return found

    async def _first(self, trip: Trip, plan: Plan) -> Answer | None:
        targets: Targets = plan.targets
        if len(targets) > 1:
            targets = arranged(targets, lambda target: self.access(target.provider).ready(target.model))
            targets, answer = await self._raced(trip, targets)
            if answer is not None:
                return answer
        for left, target in zip(range(len(targets) - 1, -1, -1), targets, strict=True):
            trip.exchange.target = target
            trip.keys.clear()
            step, answer = await self._at(trip, target, others=left > 0)
            if answer is not None or step is Step.GIVE_UP:
                return answer
        return None

    async def _raced(self, trip: Trip, targets: Targets) -> tuple[Targets, Answer | None]:
        """The answer of a race between the first two, where hedging is on; else the targets left to ask."""
        first = targets[0]
        late = self.hedging.late(str(first), first.provider.resilience.hedge)
        if late is None:
            return targets, None
        begun: list[Target] = []

        async def start(target: Target) -> Answer:
            begun.append(target)
            own = trip if target is first else replace(trip, keys=set())
            leave = self._enter(own, target, self.access(target.provider), others=True)
            return await self._ask(own, target, leave, others=target is first or len(targets) > 2)

        try:
            starters = [partial(start, target) for target in targets[:2]]
            return (), await raced(starters, late, self.hedging.take)
        except FAILURES as error:
            left = targets[len(begun) :]
            decision = self._next(trip, first, self.access(first.provider), error, others=bool(left))
            named = isinstance(error, UpstreamError) and bool(error.reset)
        if decision.step in (Step.GIVE_UP, Step.NEXT_TARGET):
            return (left if decision.step is Step.NEXT_TARGET else ()), None
        await self._wait(trip, decision.wait, named=named)
        return (first, *left), None

    async def _at(self, trip: Trip, target: Target, *, others: bool) -> tuple[Step, Answer | None]:
        """Asks one target: each of its keys that may do, and again as long as that may help."""
        access = self.access(target.provider)
        self._budgets[target.provider.name].request()
        trip.patient = False
        while True:
            try:
                leave = self._enter(trip, target, access, others=others)
                return Step.GIVE_UP, await self._ask(trip, target, leave, others=others)
            except FAILURES as error:
                decision = self._next(trip, target, access, error, others=others)
                named = isinstance(error, UpstreamError) and bool(error.reset)
            if decision.step is Step.AGAIN:
                await self._wait(trip, decision.wait, named=named)
            elif decision.step is not Step.NEXT_KEY:
                return decision.step, None

    async def _wait(self, trip: Trip, seconds: float, *, named: bool) -> None:
        """Before the same target is asked again. ``named``: the provider said how long."""
        trip.keys.clear()
        if seconds:
            trip.retries += 1
            trip.waited += 0.0 if named else seconds
            await asyncio.sleep(seconds)

    def _enter(self, trip: Trip, target: Target, access: Access, *, others: bool) -> Leave:
        """Leave to ask. Raises what the client is told where all keys rest, or the target does."""
        leave = access.enter(trip.exchange.session, target.model, trip.keys, anyway=not others)
        if leave is None:
            raise access.refusal(target.model)
        return leave

    async def _ask(self, trip: Trip, target: Target, leave: Leave, *, others: bool) -> Answer:
        """One call. Raises why there is no answer, after all who must know have been told."""
        exchange, tried = trip.exchange, Try(target, leave.label)
        reserved = Reservation(self.limiter, exchange)
        try:
            if self.limiter.limits:
                scope = Scope.of_try(target.provider.name, target.model, leave.label)
                await reserved.of_try(scope, patient=trip.patient)
            exchange.tries.append(tried)
            answer = await self.attempt_at(target).send(
                exchange,
                tried,
                leave.key,
                others=others,
                last=False if others else lambda: self._is_last(trip, target),
                ended=self._closed(trip, leave, reserved),
            )
        except UpstreamError as error:
            tried.failed(error)
            trip.keys.add(leave.index)
            leave.failed(error)
            reserved.failed()
            self.outcomes.failed(exchange, target, error)
            raise
        except RouterError as error:
            tried.failed(error)
            trip.keys.add(leave.index)
            leave.left()
            reserved.release()
            raise
        except BaseException:  # the client has left
            leave.left()
            reserved.settle(tried.usage)
            raise
        leave.answered(tried.content - tried.started)
        return answer

    def _begun(self, trip: Trip, answer: Answer, *, resumes: bool) -> Answer:
        """The answer that the client gets."""
        exchange, tried = trip.exchange, answer.tried
        seconds = tried.content - tried.started
        exchange.target, exchange.degraded, exchange.answering = tried.target, answer.notes, tried
        if tried.target.provider.resilience.hedge.enabled:
            self.hedging.latency.took(str(tried.target), seconds)
        self.outcomes.answered(exchange, tried.target, seconds)
        if resumes and exchange.stream and tried.target.provider.resilience.continuing.enabled:
            answer.batches = self._continued(exchange, answer)
        if tried.ended:  # it came whole, or had nothing to say
            self._over(trip)
        return answer

    def _continued(self, exchange: Exchange, answer: Answer) -> Continued:
        """The answer with what others write on: the exchange is over when they are, too."""
        broke = [answer.tried.target]
        exchange.holders += 1

        def over(error: UpstreamError | None, whole: bool) -> None:
            if exchange.continued:  # else its own call says it all
                exchange.error = exchange.error or error
                exchange.left = exchange.left or not (whole or error)
            self.let_go(exchange)

        return Continued(answer.batches, lambda text: self._again(exchange, text, broke), over=over)

    async def _again(self, exchange: Exchange, text: str, broke: list[Target]) -> Batches:
        """Asks another target to go on with a text that broke off; those that broke off before come last."""
        plan = exchange.plan
        assert plan is not None
        others = sorted((t for t in plan.targets if allows_prefill(t)), key=broke.count)
        further = replace(
            exchange,
            raw=b"",
            body=prefilled(exchange.body, text),
            edited=True,
            id=f"{exchange.id}_c{unique()[:4]}",
            parent=exchange.id,
            plan=replace(plan, targets=tuple(others)),
            failed=[],
            tries=[],
            answering=None,
            error=None,
            degraded=[],
            digest=None,
            usage={},
            started=time.perf_counter(),
            upstream_seconds=0.0,
        )
        answer = await self.send(further, resumes=False)
        broke.append(answer.target)
        exchange.continued = (*exchange.continued, str(answer.target))
        return answer.batches

    def _next(
        self, trip: Trip, target: Target, access: Access, error: RouterError, *, others: bool
    ) -> Decision:
        """What to do after a failure at this target."""
        key_left = access.ready(target.model, trip.keys)
        if isinstance(error, OverLimit) and not trip.patient:
            return self._over_limit(trip, key_left=key_left, others=others)
        trip.failure(target, error)
        retry = target.provider.resilience.retry
        now = Situation(
            error,
            key_left=key_left,
            target_left=others,
            failed=trip.failed,
            retries=trip.retries,
            waited=trip.waited,
            seconds_left=self.patience(target) - (time.perf_counter() - trip.exchange.started),
        )
        return decide(now, retry, self._budgets[target.provider.name])

    def _over_limit(self, trip: Trip, *, key_left: bool, others: bool) -> Decision:
        """Another key may have room, or another target; else it waits for its turn here."""
        if key_left:
            return Decision(Step.NEXT_KEY)
        if others:
            return Decision(Step.NEXT_TARGET)
        trip.patient = True
        return Decision(Step.AGAIN)

    def _is_last(self, trip: Trip, target: Target) -> bool:
        """Whether an empty answer is told as it is: it was paid for, and is asked for again once at most."""
        retry = target.provider.resilience.retry
        again = retry.enabled and trip.retries < min(retry.attempts, 1)
        return not again or not self._budgets[target.provider.name].has()

    def _closed(self, trip: Trip, leave: Leave, reserved: Reservation) -> Ended:
        """What is to happen when the stream of a try has been closed, however it ended."""

        def closed(tried: Try, error: UpstreamError | None) -> None:
            reserved.settle(tried.usage)
            if tried is trip.exchange.answering:
                if error is not None:
                    leave.access.breaker.broke(tried.target.model, error)
                self._over(trip)

        return closed

    def _over(self, trip: Trip) -> None:
        if (answering := trip.exchange.answering) is not None:
            trip.reserved.settle(answering.usage)
        else:
            trip.reserved.failed()
        self.let_go(trip.exchange)
