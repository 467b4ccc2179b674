"""What both of Bedrock's ways share."""

from __future__ import annotations

import pytest

from ccr.errors import Broken, Overloaded, Rejected
from ccr.protocols.shared.aws import exception, of_model
from ccr.wire.sse import SSE
from tests.protocols.support import a_call


@pytest.mark.parametrize(
    ("base", "url"),
    [
        ("https://a.example", "https://a.example/model/m%2Fx:0/invoke"),
        ("https://a.example/gateway/", "https://a.example/gateway/model/m%2Fx:0/invoke"),
        ("https://a.example/model", "https://a.example/model/m%2Fx:0/invoke"),
        ("https://a.example/model/other/converse?x=1", "https://a.example/model/m%2Fx:0/invoke?x=1"),
    ],
)
def test_the_model_stands_in_the_address(base: str, url: str) -> None:
    assert of_model(base, "m/x:0", "invoke") == url


@pytest.mark.parametrize(
    ("name", "data", "kind", "said"),
    [
        ("throttlingException", b'{"message":"Slow down."}', Overloaded, "Slow down."),
        ("validationException", b"{}", Rejected, "The stream ended in validationException."),
        ("newException", b"no JSON", Broken, "The stream ended in newException."),
        ("error", b'{"message":"Ouch."}', Broken, "Ouch."),
    ],
)
def test_exceptions_become_our_errors(name: str, data: bytes, kind: type[Exception], said: str) -> None:
    error = exception(SSE(name, data), a_call("bedrock"))
    assert isinstance(error, kind)
    assert error.message == said
