"""A transformer in one file: every request gets the rules of the house at the end of its system prompt.

In the configuration, beside ``Providers``:

    "transformers": [{"path": "house_rules.py", "options": {"rules": "Answer in British English."}}]

and where it is to be used: ``"transformer": {"use": ["houserules"]}``, or with rules of its own:
``["houserules", {"rules": "Answer in French.", "heading": "Regel"}]``.
"""

from __future__ import annotations

from ccr.anthropic.request import Body, blocks
from ccr.transformers.contract import Transformer


class HouseRules(Transformer):
    """Known as ``houserules``. Its options are the arguments of ``__init__``, checked by their types."""

    def __init__(self, *, rules: str, heading: str = "House rules") -> None:
        if not rules.strip():
            raise ValueError("the rules are empty.")
        self._text = f"# {heading}\n{rules}"

    def request(self, body: Body) -> Body:
        """The same text at every turn, at the end of the system prompt: so prompt caches hold."""
        body["system"] = [*blocks(body.get("system")), {"type": "text", "text": self._text}]
        return body
