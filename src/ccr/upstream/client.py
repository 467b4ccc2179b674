"""Posts bytes to providers. All of aiohttp is in this file; above it its errors are ours."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from types import TracebackType
from typing import Any, Self

import aiohttp
import yarl

from ccr.config.network import Network, Way
from ccr.errors import Broken, Unreachable, UpstreamError
from ccr.upstream.silence import Watch
from ccr.upstream.ways import Ways, explained

LARGEST_ERROR = 1 << 20
"""Bytes of an error body that are read."""


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
        content = response.content
        # What has come as a whole with its head, as small answers do, cannot fall silent.
        self._watch = None if content.is_eof() else Watch(content, timeouts.idle, timeouts.total, deadline)

    def reading(self) -> Reading:
        """What reads the next piece of the body, b"" at its end. A connection that fails is ``Broken``."""
        return Reading(self._response.content.readany, self._timeouts)

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
        if self._watch is not None:
            self._watch.stop()
        if self._response.content.at_eof():
            self._response.release()
        elif whole:
            self._linger(self._response)
        else:
            self._response.close()


class Client:
    """One pool of connections to all providers. Close it with ``close`` or ``async with``."""

    def __init__(self, network: Network | None = None) -> None:
        self._network = network or Network()
        self._ways = Ways()
        self._lingering: set[asyncio.Task[None]] = set()

    async def post(
        self, url: str, headers: Mapping[str, str], data: bytes, timeouts: Timeouts, way: Way | None = None
    ) -> Response:
        """Posts and waits for the head of the answer. Raises ``Unreachable`` when none comes.

        ``way``: how the provider is reached; None: as the network says of the URL.
        """
        return await self.request("POST", url, headers, data, timeouts, way)

    async def request(
        self,
        method: str,
        url: str,
        headers: Mapping[str, str],
        data: bytes | None,
        timeouts: Timeouts,
        way: Way | None = None,
    ) -> Response:
        """The same for any method."""
        loop = asyncio.get_running_loop()
        deadline = loop.time() + timeouts.total
        with translated(timeouts, url):
            session, proxy = self._ways.go(self._network.way(url) if way is None else way)
            async with asyncio.timeout(timeouts.first_byte):
                response = await session.request(
                    method,
                    _parsed(url),
                    data=data,
                    headers=headers,
                    allow_redirects=False,
                    proxy=proxy,
                    timeout=_limits(timeouts.connect),
                )
        return Response(response, timeouts, deadline, self._linger)

    async def close(self) -> None:
        for task in tuple(self._lingering):
            task.cancel()
        await self._ways.close()

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


class translated:  # noqa: N801 - it reads as what it does
    """Turns aiohttp's and the system's errors into ours, of what is done ``with`` it."""

    __slots__ = ("_timeouts", "_url")

    def __init__(self, timeouts: Timeouts, url: str = "") -> None:
        self._timeouts = timeouts
        self._url = url

    def __enter__(self) -> None: ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if not isinstance(error, Exception):
            return
        ours = explained(error) or _ours(error, self._timeouts, self._url)
        if ours is not None:
            error.__traceback__ = None  # aiohttp keeps it with the stream, and its frames hold all of this
            raise ours from None


class Reading(translated):
    """The same, of the body of an answer; gives what reads it."""

    __slots__ = ("_read",)

    def __init__(self, read: Callable[[], Awaitable[bytes]], timeouts: Timeouts) -> None:
        super().__init__(timeouts)
        self._read = read

    def __enter__(self) -> Callable[[], Awaitable[bytes]]:  # type: ignore[override]
        return self._read


def _ours(error: Exception, timeouts: Timeouts, url: str) -> UpstreamError | None:
    at = f" at {_address(url)}" if url else ""
    match error:
        case aiohttp.InvalidURL():
            return Unreachable(f"The provider's api_base_url is no valid URL{at}.", status=500)
        case aiohttp.ConnectionTimeoutError():
            message = f"No connection to the provider{at} within {timeouts.connect:g} s."
            return Unreachable(message, status=504)
        case aiohttp.SocketTimeoutError():
            return Broken(f"The provider was silent for {timeouts.idle:g} s.", status=504)
        case TimeoutError():
            message = f"No answer from the provider{at} within {timeouts.first_byte:g} s."
            return Unreachable(message, status=504)
        case aiohttp.ClientProxyConnectionError():
            return Unreachable(f"The proxy cannot be reached: {_reason(error.os_error)}")
        case aiohttp.ClientConnectorError():
            return Unreachable(f"The provider{at} cannot be reached: {_reason(error.os_error)}")
        case ValueError():
            return Unreachable(
                "The request to the provider cannot be sent: "
                "its api_key or a header holds a line break or such.",
                status=500,
            )
        case aiohttp.ClientError() | OSError():
            kind = Unreachable if url else Broken
            return kind(f"The connection to the provider{at} broke: {_cause(error)}")
    return None


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
