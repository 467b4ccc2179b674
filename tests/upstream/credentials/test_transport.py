"""The way to the network that google-auth is given."""

from __future__ import annotations

import asyncio

import pytest
from google.auth.exceptions import TransportError

from ccr.config.network import Way
from ccr.upstream.credentials.transport import Transport
from tests.e2e.upstream import FakeUpstream, json_answer


async def test_bodies_and_headers_go_and_come(upstream: FakeUpstream) -> None:
    upstream.reply(json_answer({"a": 1}, x_one="1"))
    answer = await asyncio.to_thread(Transport(), f"{upstream.url}/t", "POST", "b=2", {"x-two": "2"})
    assert (answer.status, answer.data, answer.headers["x-one"]) == (200, b'{"a": 1}', "1")
    (seen,) = upstream.requests
    assert (seen.method, seen.body, seen.headers["x-two"]) == ("POST", b"b=2", "2")


async def test_a_refusal_is_an_answer(upstream: FakeUpstream) -> None:
    upstream.reply(json_answer({"error": "no"}, status=403))
    answer = await asyncio.to_thread(Transport(), f"{upstream.url}/t")
    assert (answer.status, answer.data) == (403, b'{"error": "no"}')


async def test_no_answer_is_google_s_error() -> None:
    with pytest.raises(TransportError, match="cannot be reached"):
        await asyncio.to_thread(Transport(), "http://127.0.0.1:9/t")


async def test_the_machine_s_own_server_is_never_asked_through_a_proxy(upstream: FakeUpstream) -> None:
    upstream.reply(json_answer({}))
    answer = await asyncio.to_thread(Transport(Way("http://127.0.0.1:9")).direct, f"{upstream.url}/t", {})
    assert answer.status == 200
