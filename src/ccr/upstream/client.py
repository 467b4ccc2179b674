"""Posts bytes to providers. All of aiohttp is in this file; above it its errors are ours."""

from __future__ import annotations

import asyncio
import ipaddress
import os
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self
from urllib.request import proxy_bypass

import aiohttp
import yarl

from ccr.errors import Broken, Unreachable
from ccr.upstream.silence import Watch

if TYPE_CHECKING:
    from collections.abc import Iterator

LARGEST_ERROR = 1 << 20
"""Bytes of an error body that are read."""


LONGEST_HEADER = 1 << 16
"""Bytes of a header line that are taken: policies and cookies of gateways are longer than aiohttp's 8190."""

LINGER = 1.0
"""Seconds that a complete answer's connection is given to come to its end."""


@dataclass(frozen=True, slots=True)
class Timeouts:
    """Seconds. ``first_byte`` is from the request to the head of the answer, ``idle`` between two reads."""

    connect: float = 15.0
    first_byte: float = 600.0
    idle: float = 300.0
    total: float = 3600.0

    @classmethod
    def of(cls, timeout_ms: int, configured: Mapping[str, Any]) -> Timeouts:
        """API_TIMEOUT_MS bounds each wait; ``Timeouts`` in the configuration sets them one by one."""
        limit, usual = timeout_ms / 1000, cls()
        base = {
            "connect": min(usual.connect, limit),
            "first_byte": limit,
            "idle": min(usual.idle, limit),
            "total": max(usual.total, limit),
        }
        return cls(**(base | {k: float(v) for k, v in configured.items() if k in base}))


class Response:
    """An answer whose head has come. Whoever holds it closes it."""

    def __init__(
        self,
        response: aiohttp.ClientResponse,
        timeouts: Timeouts,
        deadline: float,
        linger: Callable[[aiohttp.ClientResponse], None],
    ) -> None:
        self.status = response.status
        self.headers = {k.lower(): v for k, v in response.headers.items()}
        self._response = response
        self._timeouts = timeouts
        self._linger = linger
        self._watch = Watch(response.content, timeouts.idle, timeouts.total, deadline)

    @contextmanager
    def reading(self) -> Iterator[Callable[[], Awaitable[bytes]]]:
        """What reads the next piece of the body, b"" at its end. A connection that fails is ``Broken``."""
        with translated(self._timeouts):
            yield self._response.content.readany

    async def chunks(self) -> AsyncIterator[bytes]:
        """The body as it arrives. Raises ``Broken`` when the connection fails or falls silent."""
        with self.reading() as read:
            while data := await read():
                yield data

    async def read(self, largest: int = LARGEST_ERROR) -> bytes:
        """The body, cut at ``largest`` bytes."""
        with translated(self._timeouts):
            return await self._response.content.read(largest)

    def close(self, *, whole: bool = False) -> None:
        """Gives the connection back when the body is at its end, else closes it at once.

        ``whole``: the answer is complete, so its end, which often comes a little later, is waited for
        in the background, that the connection can serve again.
        """
        self._watch.stop()
        if self._response.content.at_eof():
            self._response.release()
        elif whole:
            self._linger(self._response)
        else:
            self._response.close()


class Client:
    """One pool of connections to all providers. Close it with ``close`` or ``async with``."""

    def __init__(self, proxy: str | None = None) -> None:
        self._proxy = proxy
        self._session: aiohttp.ClientSession | None = None
        self._lingering: set[asyncio.Task[None]] = set()

    async def post(self, url: str, headers: Mapping[str, str], data: bytes, timeouts: Timeouts) -> Response:
        """Posts and waits for the head of the answer. Raises ``Unreachable`` when none comes."""
        return await self.request("POST", url, headers, data, timeouts)

    async def request(
        self, method: str, url: str, headers: Mapping[str, str], data: bytes | None, timeouts: Timeouts
    ) -> Response:
        """The same for any method."""
        loop = asyncio.get_running_loop()
        deadline = loop.time() + timeouts.total
        with translated(timeouts, url):
            async with asyncio.timeout(timeouts.first_byte):
                response = await self._open().request(
                    method,
                    _parsed(url),
                    data=data,
                    headers=headers,
                    allow_redirects=False,
                    proxy=self._proxy if self._proxy and not _direct(url) else None,
                    timeout=_limits(timeouts.connect),
                )
        return Response(response, timeouts, deadline, self._linger)

    async def close(self) -> None:
        for task in tuple(self._lingering):
            task.cancel()
        if self._session is not None:
            await self._session.close()
            self._session = None

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    def _linger(self, response: aiohttp.ClientResponse) -> None:
        task = asyncio.get_running_loop().create_task(drained(response))
        self._lingering.add(task)
        task.add_done_callback(self._lingering.discard)

    def _open(self) -> aiohttp.ClientSession:
        if self._session is None:
            # 64 KiB is aiohttp's default read buffer; no limit on connections: each client holds one.
            connector = aiohttp.TCPConnector(limit=0, keepalive_timeout=60, ttl_dns_cache=60)
            self._session = aiohttp.ClientSession(
                connector=connector,
                cookie_jar=aiohttp.DummyCookieJar(),
                skip_auto_headers=("User-Agent",),
                trust_env=False,
                max_line_size=LONGEST_HEADER,
                max_field_size=LONGEST_HEADER,
            )
        return self._session


async def drained(response: aiohttp.ClientResponse) -> None:
    """Reads to the end of a body that has nothing more to say, for ``LINGER`` seconds at most."""
    try:
        async with asyncio.timeout(LINGER):
            while await response.content.readany():
                pass
    except (aiohttp.ClientError, OSError):
        pass
    finally:
        if response.content.at_eof():
            response.release()
        else:
            response.close()


@lru_cache(maxsize=256)
def _parsed(url: str) -> yarl.URL:
    return yarl.URL(url, encoded=True)


@lru_cache(maxsize=16)
def _limits(connect: float) -> aiohttp.ClientTimeout:
    return aiohttp.ClientTimeout(total=None, connect=None, sock_connect=connect, sock_read=None)


@contextmanager
def translated(timeouts: Timeouts, url: str = "") -> Iterator[None]:
    """Turns aiohttp's and the system's errors into ours."""
    at = f" at {_address(url)}" if url else ""
    try:
        yield
    except aiohttp.InvalidURL:
        raise Unreachable(f"The provider's api_base_url is no valid URL{at}.", status=500) from None
    except aiohttp.ConnectionTimeoutError:
        raise Unreachable(
            f"No connection to the provider{at} within {timeouts.connect:g} s.", status=504
        ) from None
    except aiohttp.SocketTimeoutError:
        raise Broken(f"The provider was silent for {timeouts.idle:g} s.", status=504) from None
    except TimeoutError:
        raise Unreachable(
            f"No answer from the provider{at} within {timeouts.first_byte:g} s.", status=504
        ) from None
    except aiohttp.ClientProxyConnectionError as error:
        raise Unreachable(f"The proxy cannot be reached: {_reason(error.os_error)}", status=502) from None
    except aiohttp.ClientConnectorError as error:
        raise Unreachable(
            f"The provider{at} cannot be reached: {_reason(error.os_error)}", status=502
        ) from None
    except ValueError:
        raise Unreachable(
            "The request to the provider cannot be sent: its api_key or a header holds a line break or such.",
            status=500,
        ) from None
    except (aiohttp.ClientError, OSError) as error:
        raise (Unreachable if url else Broken)(
            f"The connection to the provider{at} broke: {_cause(error)}", status=502
        ) from None


@lru_cache(maxsize=256)
def _direct(url: str) -> bool:
    """Whether a host is reached without the proxy: this machine, and what NO_PROXY names."""
    host = _parsed(url).host or ""
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        local = ipaddress.ip_address(host).is_loopback
    except ValueError:
        local = False
    return local or bool(proxy_bypass(host))


def _cause(error: Exception) -> str:
    """Words for a broken connection: some of aiohttp's own show the whole URL, in which a key may stand."""
    if isinstance(error, aiohttp.ClientResponseError):
        return f"its answer is not valid HTTP. {error.message.partition(chr(10))[0].rstrip(':')}"
    if isinstance(error, aiohttp.ClientPayloadError):
        packed = "content-encoding" in str(error)
        return "its answer cannot be unpacked." if packed else "its answer ended before it was complete."
    return str(error) or type(error).__name__


def _reason(error: OSError) -> str:
    """Words for a failed connect: asyncio's own text names the address twice; look-ups number below 0."""
    if error.errno is not None and error.errno > 0:
        return os.strerror(error.errno)
    return error.strerror or str(error) or type(error).__name__


def _address(url: str) -> str:
    parsed = _parsed(url)
    return f"{parsed.scheme}://{parsed.host}{f':{parsed.explicit_port}' if parsed.explicit_port else ''}"
