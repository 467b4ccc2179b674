"""A Messages request as a generateContent request (CONTRACT §7)."""

from __future__ import annotations

from ccr.errors import BadRequest
from ccr.exchange import Call
from ccr.protocols.contract import Payload
from ccr.protocols.gemini.history import History
from ccr.protocols.gemini.params import generation_config
from ccr.protocols.gemini.toolset import tool_params
from ccr.protocols.shared.system import system_blocks


def encode(call: Call) -> Payload:
    """The whole request. ``call.body`` is not changed; what could not be carried is said in ``call.notes``.

    What grows comes last: an earlier request's bytes are the beginning of a later one's.
    """
    history = History(call)
    history.read()
    if not history.contents:
        raise BadRequest("messages: there is nothing to answer: each of them is empty.")
    out: Payload = {}
    if system := [*({"text": block["text"]} for block in system_blocks(call.body)), *history.system]:
        out["systemInstruction"] = {"parts": system}
    out |= tool_params(call)
    if config := generation_config(call):
        out["generationConfig"] = config
    out["contents"] = history.contents
    return out
