"""The way to the network that google-auth is given."""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack
from pathlib import Path

import pytest
from google.auth.exceptions import TransportError

from ccr.config.network import Trust, Way
from ccr.upstream.credentials.transport import Transport
from tests.e2e.upstream import FakeUpstream, json_answer
from tests.upstream.network import Authority, Proxy, ok, serving, socks5_proxy


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


async def test_tokens_come_through_a_socks_proxy_and_own_certificates(tmp_path: Path) -> None:
    authority = Authority(tmp_path)
    async with AsyncExitStack() as stack:
        proxy = Proxy(await stack.enter_async_context(serving(ok, ssl=authority.server("tokens.invalid"))))
        port = await stack.enter_async_context(serving(socks5_proxy(proxy)))
        way = Way(f"socks5h://127.0.0.1:{port}", Trust(ca=(authority.ca,)))
        answer = await asyncio.to_thread(Transport(way), "https://tokens.invalid/t", "POST", "b")
    assert answer.data == b"ok"
    assert proxy.asked == ["tokens.invalid:443"]


async def test_a_socks_proxy_that_is_not_there_is_told() -> None:
    with pytest.raises(TransportError, match="proxy cannot be used"):
        await asyncio.to_thread(Transport(Way("socks5://127.0.0.1:9")), "https://tokens.invalid/t")
