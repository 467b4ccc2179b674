"""A decoder goes with its last reference: a cycle would keep its whole request until the collector comes."""

from __future__ import annotations

import gc
import weakref

import pytest

from ccr.config.provider import Provider
from ccr.exchange import Call, Target
from ccr.protocols import PROTOCOLS, protocol


@pytest.mark.parametrize("name", PROTOCOLS)
def test_nothing_holds_a_decoder_that_nobody_needs(name: str) -> None:
    tool = {"name": "t", "input_schema": {"type": "object"}}
    body = {"messages": [{"role": "user", "content": "x"}], "tools": [tool]}
    call = Call(Target(Provider("p", "http://x", name), "m"), body, stream=True)  # type: ignore[arg-type]
    gc.disable()
    try:
        decoder = protocol(name).decoder(call)
        decoder.feed(b"")
        there = weakref.ref(decoder)
        del decoder
        assert there() is None
    finally:
        gc.enable()
