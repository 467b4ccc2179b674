"""One request and all that happens to it, where it goes (``Target``, ``Plan``), one try of it (``Call``)."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, NamedTuple

from ccr.anthropic import thinking
from ccr.anthropic.ids import new_request
from ccr.anthropic.request import Body, session_of_user, tool_ids
from ccr.anthropic.tokens import Digest
from ccr.anthropic.turns import conversation_of
from ccr.config.dialect import Dialect
from ccr.config.provider import Provider
from ccr.errors import RouterError
from ccr.wire import json


@dataclass(frozen=True)
class Target:
    """A model at a provider."""

    provider: Provider
    model: str
    ceiling: int | None = None
    """The most output tokens this request may have there, where the window has room for no more."""

    def __str__(self) -> str:
        return self.shown

    @cached_property
    def shown(self) -> str:
        """``provider,model``."""
        return f"{self.provider.name},{self.model}"

    @cached_property
    def dialect(self) -> Dialect:
        return self.provider.dialect_of(self.model)

    @cached_property
    def issuer(self) -> str:
        """The mark on reasoning that this target gave: it alone gets its state back."""
        return thinking.issuer(self.provider.protocol, self.provider.name, self.model)

    @cached_property
    def signer(self) -> str:
        """Who signs Anthropic's own thinking: one provider takes its signatures back at any of its models."""
        return thinking.issuer(self.provider.protocol, self.provider.name, "")


class Verdict(NamedTuple):
    """A rule or a target, and what was decided about it, in words."""

    of: str
    said: str


@dataclass(frozen=True, slots=True)
class Plan:
    """Which targets to try, in order, the rule that chose them, and why not others."""

    targets: tuple[Target, ...]
    """Empty where nothing can serve the request: ``refusal`` says why."""

    rule: str
    """What stands in ``x-ccr-route``: ``explicit``, ``default``, ``rules.night``, …"""

    asked: tuple[Verdict, ...] = ()
    """The rules that were asked, in order; the last one chose."""

    rejected: tuple[Verdict, ...] = ()
    """Targets of the route that were passed over."""

    layers: tuple[str, ...] = ()
    """What was laid over the configuration's own routes: files of a project or session, a client's routes."""

    sticky: str = ""
    """Under what the answering target is kept, where several are equal."""

    sticky_seconds: float = 0.0
    refusal: RouterError | None = None


@dataclass(slots=True)
class Try:
    """One call of a provider, and how it went."""

    target: Target
    key: str = ""
    """The label of the key that was shown; never the key."""

    started: float = field(default_factory=time.perf_counter)
    content: float = 0.0
    """When its first content came, on the clock of ``started``; 0: it never did."""

    ended: float = 0.0
    """When its stream was closed, or it failed; 0: it runs."""

    status: int = 0
    """What the provider answered: 200, or that of its error, ours where it gave none."""

    error: str = ""
    """The class of the error, such as ``Overloaded``; "": none."""

    message: str = ""
    whole: bool = False
    """The answer came to its end."""

    received: int = 0
    """Bytes of the answer."""

    usage: Mapping[str, Any] = field(default_factory=dict)
    """What the upstream said so far that this call took, as Anthropic words it."""

    def failed(self, error: RouterError) -> None:
        """It gave no answer, or none that is whole."""
        self.ended = time.perf_counter()
        self.status, self.error, self.message = error.status, type(error).__name__, error.message


@dataclass(slots=True)
class Exchange:
    """What came from the client, and what became of it. One per request, owned by ``server``."""

    raw: bytes
    """The body as it came, decompressed."""

    body: Body
    """The same, parsed. Read-only: whoever edits takes ``fresh()``."""

    headers: Mapping[str, str]
    """The client's headers, names in lower case."""

    stream: bool
    session: str | None = None
    client: str = ""
    """Whose key was shown, where clients have keys of their own."""

    id: str = field(default_factory=new_request)
    started: float = field(default_factory=time.perf_counter)
    plan: Plan | None = None
    target: Target | None = None
    """The target that answers."""

    failed: list[Verdict] = field(default_factory=list)
    """Targets that were tried in vain, each with the status and the message."""

    tries: list[Try] = field(default_factory=list)
    """Every call made for it, in order; several may run at once."""

    answering: Try | None = None
    """The one whose answer the client gets."""

    error: RouterError | None = None
    """Why there was no answer, where there was none."""

    parent: str = ""
    """The client's request, where this one was made on its behalf."""

    cache: str = ""
    """``joined``: the answer is another request's; "": it is its own."""

    left: bool = field(default=False, init=False)
    """The client went away before it had all of the answer."""

    ended: float = field(default=0.0, init=False)
    """When the client had its answer, was told why not, or had gone (``started``'s clock); 0: not yet."""

    continued: tuple[str, ...] = field(default=(), init=False)
    """The targets that went on where the answer broke off; each was asked by a request of its own."""

    holders: int = field(default=0, init=False)
    """How many still have to do with it: who serves it, who calls for it, who goes on with its answer."""

    upstream_seconds: float = 0.0
    """Time spent waiting for the upstream, until its first byte."""

    degraded: list[str] = field(default_factory=list)
    """What the chosen target could not be given as asked, in words."""

    kind: str = ""
    """What it is for (``routing.kinds``), where somebody has asked."""

    digest: Digest | None = None
    """The request as the token counter reads it, where somebody has counted."""

    usage: Mapping[str, Any] = field(default_factory=dict)
    """What the upstream said the answer took, as Anthropic words it, once it has ended."""

    edited: bool = False
    """The body no longer says what ``raw`` says."""

    adapt: Callable[[Body, Target], Body] | None = None
    """What agents make of the body for a target, before its transformers; None: nothing."""

    _conversation: str | None = None

    @property
    def conversation(self) -> str:
        """What tells this conversation from others of its session, such as subagents."""
        if self._conversation is None:
            self._conversation = conversation_of(self.session, self.body)
        return self._conversation

    def body_for(self, target: Target) -> Body:
        """What agents let this target be sent: the very body where they change nothing."""
        return self.body if self.adapt is None else self.adapt(self.body, target)

    def let_go(self) -> bool:
        """One of its holders is done. True: it was the last, and all is over."""
        self.holders -= 1
        return not self.holders

    def fresh(self, body: Body | None = None) -> Body:
        """A body of one's own to edit (decoding again is cheaper than copying; architecture §1)."""
        body = self.body if body is None else body
        untouched = body is self.body and not self.edited
        copy: Body = json.decode(self.raw if untouched else json.encode(body))
        return copy


def session_of(body: Body, headers: Mapping[str, str]) -> str | None:
    """The client's session: Claude Code's header, ``metadata.user_id``, or ``x-session-id``."""
    if session := headers.get("x-claude-code-session-id"):
        return session
    metadata = body.get("metadata")
    found = session_of_user(metadata.get("user_id")) if isinstance(metadata, dict) else None
    return found or headers.get("x-session-id")


@dataclass(slots=True)
class Call:
    """One attempt: what is asked, and of whom. All that a protocol gets to see."""

    target: Target
    body: Body
    """The Anthropic request after transformers; ``model`` still says what the client said. Read-only."""

    stream: bool
    raw: bytes | None = None
    """The bytes ``body`` came from, while nobody has edited it: what a relay forwards."""

    headers: Mapping[str, str] = field(default_factory=dict)
    """The client's headers, names in lower case."""

    key: str = ""
    session: str | None = None
    notes: list[str] = field(default_factory=list)
    """What the protocol could not carry as asked: each a short text for the log and ``x-ccr-degraded``."""

    def taken_ids(self) -> set[str]:
        """The ids of calls that the conversation has seen: no new call may have one of them."""
        return tool_ids(self.body)
