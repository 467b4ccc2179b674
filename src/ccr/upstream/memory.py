"""What finished answers teach: the thinking of their turns, and how many tokens a conversation truly has."""

from __future__ import annotations

from dataclasses import dataclass, field

from ccr.anthropic.tokens import TokenCounter
from ccr.anthropic.turns import Turn, Turns
from ccr.exchange import Exchange, Target


@dataclass(frozen=True, slots=True)
class Memory:
    """What one process remembers of the conversations that pass."""

    counter: TokenCounter
    turns: Turns = field(default_factory=Turns)

    def learn(self, exchange: Exchange, target: Target, turn: Turn, *, native: bool) -> None:
        """Takes in a finished answer. Tokens are learned only where routing asked for them."""
        issuer = target.signer if native else target.issuer
        self.turns.keep(exchange.conversation, issuer, turn, native=native)
        exchange.usage = turn.usage
        if exchange.digest is not None and turn.usage:
            self.counter.learn(exchange.digest, str(exchange.body.get("model") or ""), turn.usage)
