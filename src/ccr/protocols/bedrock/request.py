"""A Messages request as a Converse request. The model stands in the URL."""

from __future__ import annotations

from ccr.errors import BadRequest
from ccr.exchange import Call
from ccr.protocols.bedrock.history import History
from ccr.protocols.bedrock.params import inference_config, model_fields, output_config
from ccr.protocols.bedrock.parts import limit_marks, marks
from ccr.protocols.bedrock.toolset import tool_config
from ccr.protocols.contract import Payload


def encode(call: Call) -> Payload:
    """The whole request; ``call.body`` is not changed. ``call.notes`` says what could not be carried."""
    history = History(call)
    history.read()
    if not history.messages:
        raise BadRequest("messages: there is nothing to answer: each of them is empty.")
    tools = tool_config(call, history.called)
    limit_marks(history.messages, len(marks(history.system)) + len(marks(tools.get("tools", []))))
    return {
        "messages": history.messages,
        **({"system": history.system} if history.system else {}),
        **inference_config(call),
        **({"toolConfig": tools} if tools else {}),
        **model_fields(call, history.messages),
        **output_config(call),
    }
