"""``REWRITE_SYSTEM_PROMPT``: a file of the user's own in the place of the client's instructions.

What the client says of the environment, from the last ``<env>`` on, stays behind it. Clients that tell it
elsewhere (2.1 and later, in a message) have no ``<env>`` in their prompt and are left alone.
"""

from __future__ import annotations

from pathlib import Path

from ccr.agents.contract import Agent, Task
from ccr.config.problems import ConfigError, Problem
from ccr.exchange import Exchange

KEY = "REWRITE_SYSTEM_PROMPT"
_ENV = "<env>"


class PromptAgent(Agent):
    """Edits the prompt of each request that has one to edit."""

    name = "prompt"

    def __init__(self, text: str) -> None:
        self._text = text

    async def prepare(self, exchange: Exchange) -> Task | None:
        """Never a task: the body is edited before routing, and that is all."""
        system = exchange.body.get("system")
        if not isinstance(system, list):
            return None
        for place, block in enumerate(system[1:], 1):
            text = block.get("text") if isinstance(block, dict) else None
            if isinstance(text, str) and _ENV in text:
                edited = {**block, "text": self._text + _ENV + text.rpartition(_ENV)[2]}
                exchange.body = {**exchange.body, "system": [*system[:place], edited, *system[place + 1 :]]}
                exchange.edited = True
                break
        return None


def read_prompt(path: Path) -> str:
    """The file's text. Raises ``ConfigError``."""
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "it is not UTF-8 text"
        problem = Problem(
            KEY, f'the file "{path}" cannot be read: {reason}.', "Give the path of a text file."
        )
        raise ConfigError([problem], path) from None
