"""Each provider is reached on its own way: its proxy, its certificates; no secret is in any words."""

from __future__ import annotations

import asyncio
import base64
import os
from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from ccr.config.network import DIRECT, Network, Trust, Way
from ccr.errors import Draining, Unreachable, UpstreamError
from ccr.upstream.client import Client, Timeouts
from ccr.upstream.ways import Ways, explained
from tests.upstream.network import Authority, Proxy, http_proxy, ok, serving, socks5_proxy

PATIENT = Timeouts()


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("authority"))


async def body_of(client: Client, url: str, way: Way | None = None) -> bytes:
    response = await client.post(url, {}, b"{}", PATIENT, way)
    try:
        return b"".join([data async for data in response.chunks()])
    finally:
        response.close()


@pytest.mark.parametrize("user", ["", "me:p%40ss@"])
async def test_an_http_proxy_is_asked_for_the_whole_url_and_shown_its_password(user: str) -> None:
    async with AsyncExitStack() as stack:
        proxy = Proxy(await stack.enter_async_context(serving(ok)))
        port = await stack.enter_async_context(serving(http_proxy(proxy)))
        client = await stack.enter_async_context(Client())
        assert await body_of(client, "http://far.invalid/v1", Way(f"http://{user}127.0.0.1:{port}")) == b"ok"
    assert proxy.asked == ["http://far.invalid/v1"]
    assert proxy.said == ([base64.b64encode(b"me:p@ss").decode()] if user else [])


async def test_tls_goes_through_an_http_proxy_by_connect(authority: Authority) -> None:
    async with AsyncExitStack() as stack:
        proxy = Proxy(await stack.enter_async_context(serving(ok, ssl=authority.server("far.invalid"))))
        port = await stack.enter_async_context(serving(http_proxy(proxy)))
        client = await stack.enter_async_context(Client())
        way = Way(f"http://127.0.0.1:{port}", Trust(ca=(authority.ca,)))
        assert await body_of(client, "https://far.invalid/v1", way) == b"ok"
    assert proxy.asked == ["far.invalid:443"]


@pytest.mark.parametrize(
    ("scheme", "user"), [("socks5", ""), ("socks5h", ""), ("socks5", "me:secret@"), ("socks5h", "me:secret@")]
)
async def test_a_socks_proxy_looks_names_up_itself(scheme: str, user: str, authority: Authority) -> None:
    async with AsyncExitStack() as stack:
        proxy = Proxy(await stack.enter_async_context(serving(ok, ssl=authority.server("far.invalid"))))
        port = await stack.enter_async_context(serving(socks5_proxy(proxy)))
        client = await stack.enter_async_context(Client())
        way = Way(f"{scheme}://{user}127.0.0.1:{port}", Trust(ca=(authority.ca,)))
        assert await body_of(client, "https://far.invalid/v1", way) == b"ok"
    assert proxy.asked == ["far.invalid:443"]
    assert proxy.said == (["me:secret"] if user else [])


async def test_what_has_no_way_of_its_own_goes_as_the_network_says() -> None:
    async with AsyncExitStack() as stack:
        proxy = Proxy(await stack.enter_async_context(serving(ok)))
        port = await stack.enter_async_context(serving(http_proxy(proxy)))
        client = await stack.enter_async_context(Client(Network(http=f"http://127.0.0.1:{port}")))
        assert await body_of(client, "http://far.invalid/") == b"ok"
        assert await body_of(client, f"http://127.0.0.1:{proxy.port}/") == b"ok"
    assert proxy.asked == ["http://far.invalid/"]


async def test_a_certificate_that_nobody_vouches_for_is_said_with_the_cure(authority: Authority) -> None:
    async with serving(ok, ssl=authority.server("localhost")) as port, Client() as client:
        with pytest.raises(Unreachable, match=r"not trusted: .*NODE_EXTRA_CA_CERTS"):
            await body_of(client, f"https://localhost:{port}/secret-path")
        trusted = Way(trust=Trust(ca=(authority.ca,)))
        assert await body_of(client, f"https://localhost:{port}/", trusted) == b"ok"
        blind = Way(trust=Trust(verify=False))
        assert await body_of(client, f"https://localhost:{port}/", blind) == b"ok"


async def test_a_client_certificate_is_shown_to_who_asks_for_one(authority: Authority) -> None:
    async with serving(ok, ssl=authority.server("localhost", asks=True)) as port, Client() as client:
        url = f"https://localhost:{port}/"
        with pytest.raises(UpstreamError):
            await body_of(client, url, Way(trust=Trust(ca=(authority.ca,))))
        shown = Trust((authority.ca,), *authority.issue("client"))
        assert await body_of(client, url, Way(trust=shown)) == b"ok"


async def test_a_session_is_made_once_for_a_way() -> None:
    ways = Ways()
    one, other = ways.go(DIRECT), ways.go(Way("http://127.0.0.1:9"))
    assert ways.go(Way()) is one
    assert ways.go(Way("http://127.0.0.1:9")) is other
    assert one.session is not other.session
    await ways.close()
    assert one.session.closed
    assert other.session.closed


@pytest.mark.parametrize("scheme", ["http", "socks5"])
async def test_a_proxy_that_is_not_there_or_refuses_is_told_without_its_password(scheme: str) -> None:
    async def refuses(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 407 Proxy Authentication Required\r\ncontent-length: 0\r\n\r\n")
        await writer.drain()

    async with Client() as client:
        with pytest.raises(Unreachable, match="proxy cannot be") as gone:
            await body_of(client, "https://far.invalid/", Way(f"{scheme}://me:secret@127.0.0.1:9"))
        async with serving(refuses) as port:
            with pytest.raises(Unreachable, match="proxy") as refused:
                await body_of(client, "https://far.invalid/", Way(f"{scheme}://me:secret@127.0.0.1:{port}"))
    assert "secret" not in gone.value.message + refused.value.message


async def test_a_certificate_that_has_gone_since_is_told(tmp_path: Path) -> None:
    async with Client() as client:
        with pytest.raises(Unreachable, match="certificates cannot be used: No such file"):
            await body_of(client, "https://far.invalid/", Way(trust=Trust(ca=(tmp_path / "gone.pem",))))


def test_a_way_shows_no_password() -> None:
    assert "secret" not in repr(Way("http://me:secret@proxy")) + repr(Network("http://me:secret@proxy"))


def test_no_descriptors_left_is_our_own_overload_and_not_the_providers() -> None:
    found = explained(OSError(24, os.strerror(24)))
    assert isinstance(found, Draining)
    assert found.headers["retry-after"]
    assert explained(OSError(2, "x")) is None
