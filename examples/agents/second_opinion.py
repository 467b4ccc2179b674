"""An agent in one file: models get a tool, ``second_opinion``, that asks another model of yours.

In the configuration:

    "agents": [{"path": "second_opinion.py", "options": {"model": "openrouter,anthropic/claude-opus-5-5"}}]

The client neither sees the tool nor its calls, only the better answer.
"""

from __future__ import annotations

from ccr.agents.ask import Ask
from ccr.agents.contract import Agent, Result, Task, ToolCall
from ccr.anthropic.request import Body, text_of, tools
from ccr.exchange import Exchange, Target

TOOL = {
    "name": "second_opinion",
    "description": "Asks a colleague who knows nothing of this conversation. Put all that matters into it.",
    "input_schema": {
        "type": "object",
        "properties": {"question": {"type": "string"}},
        "required": ["question"],
    },
}


class SecondOpinion(Agent):
    """Its options are the arguments of ``__init__``, checked by their types."""

    def __init__(self, *, model: str, most_tokens: int = 2_000) -> None:
        self.model = model
        self.most_tokens = most_tokens

    async def prepare(self, exchange: Exchange) -> Task | None:
        """Takes part in the main conversation, not in the client's side requests: those offer no tools."""
        return Asking(self) if tools(exchange.body) else None


class Asking(Task):
    """What the agent does about one request."""

    def __init__(self, agent: SecondOpinion) -> None:
        self.agent = agent

    def tools(self, target: Target) -> frozenset[str]:
        """The calls to answer here. Whoever is to be asked is not offered to ask itself."""
        return frozenset() if str(target) == self.agent.model else frozenset((str(TOOL["name"]),))

    def request(self, body: Body, target: Target) -> Body:
        """A new body, never an edited one; the tool goes behind the others, so prompt caches hold."""
        return {**body, "tools": [*body["tools"], TOOL]} if self.tools(target) else body

    async def run(self, call: ToolCall, ask: Ask) -> Result:
        """What goes wrong in here becomes an error that the model reads."""
        question = {"role": "user", "content": str(call.input["question"])}
        message = await ask(
            {"model": self.agent.model, "max_tokens": self.agent.most_tokens, "messages": [question]}
        )
        return Result(text_of(message["content"]))
