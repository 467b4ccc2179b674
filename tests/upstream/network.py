"""Small proxies and a TLS server for tests, each on loopback."""

from __future__ import annotations

import asyncio
import datetime as dt
import ipaddress
import ssl
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

Handler = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Coroutine[Any, Any, None]]
REPLY = b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok"
CONNECTED = b"HTTP/1.1 200 Connection established\r\n\r\n"


@dataclass
class Proxy:
    """A proxy that connects everything to one port of this machine, whatever was asked for."""

    port: int
    asked: list[str] = field(default_factory=list)
    """Hosts with ports, as they were asked for; a name is told as a name."""

    said: list[str] = field(default_factory=list)
    """Credentials that were shown."""


@asynccontextmanager
async def serving(handler: Handler, **options: Any) -> AsyncIterator[int]:
    """A server of ``handler``; gives its port."""
    tasks: set[asyncio.Task[Any]] = set()

    async def served(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        tasks.add(task)
        try:
            await handler(reader, writer)
        except (ConnectionError, asyncio.IncompleteReadError, ssl.SSLError):
            pass
        finally:
            writer.transport.abort()

    server = await asyncio.start_server(served, "127.0.0.1", 0, **options)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def ok(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Answers every request with ``ok``."""
    while True:
        head = await reader.readuntil(b"\r\n\r\n")
        length = next(
            (int(x.split(b":")[1]) for x in head.lower().split(b"\r\n") if b"content-length" in x), 0
        )
        await reader.readexactly(length)
        writer.write(REPLY)
        await writer.drain()


def http_proxy(proxy: Proxy) -> Handler:
    """CONNECT, and plain requests by their whole URL."""

    async def handler(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        method, target = head.split(" ")[:2]
        proxy.said += [x.split(" ")[-1] for x in head.split("\r\n") if x.lower().startswith("proxy-auth")]
        proxy.asked.append(target)
        there = await asyncio.open_connection("127.0.0.1", proxy.port)
        if method == "CONNECT":
            writer.write(CONNECTED)
        else:
            there[1].write(head.encode())
        await piped((reader, writer), there)

    return handler


def socks5_proxy(proxy: Proxy) -> Handler:
    """SOCKS 5 (RFC 1928) with names and addresses, and with a password (RFC 1929) where one is offered."""

    async def handler(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        _, count = await reader.readexactly(2)
        method = 2 if 2 in await reader.readexactly(count) else 0
        writer.write(bytes([5, method]))
        if method == 2:
            await reader.readexactly(1)
            pair = [(await reader.readexactly((await reader.readexactly(1))[0])).decode() for _ in range(2)]
            proxy.said.append(":".join(pair))
            writer.write(b"\x01\x00")
        kind = (await reader.readexactly(4))[3]
        host = await address(reader, kind)
        proxy.asked.append(f"{host}:{int.from_bytes(await reader.readexactly(2))}")
        writer.write(b"\x05\x00\x00\x01" + bytes(6))
        await piped((reader, writer), await asyncio.open_connection("127.0.0.1", proxy.port))

    return handler


async def address(reader: asyncio.StreamReader, kind: int) -> str:
    if kind == 3:
        return (await reader.readexactly((await reader.readexactly(1))[0])).decode()
    return str(ipaddress.ip_address(await reader.readexactly(4 if kind == 1 else 16)))


Pair = tuple[asyncio.StreamReader, asyncio.StreamWriter]


async def piped(here: Pair, there: Pair) -> None:
    async def copy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while data := await reader.read(65536):
            writer.write(data)
            await writer.drain()
        writer.close()

    copies = {asyncio.ensure_future(copy(here[0], there[1])), asyncio.ensure_future(copy(there[0], here[1]))}
    try:
        await asyncio.wait(copies, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in copies:
            task.cancel()
        await asyncio.gather(*copies, return_exceptions=True)
        there[1].transport.abort()


@dataclass
class Authority:
    """A throwaway authority and what it has signed: PEM files in a folder."""

    folder: Path
    key: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))

    def __post_init__(self) -> None:
        self.name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Throwaway CA")])
        self.folder.mkdir(exist_ok=True)
        self.ca = self._write("ca.pem", self._signed(self.name, self.key, authority=True))

    def issue(self, name: str) -> tuple[Path, Path]:
        """A certificate for a host (or a client) of that name, and its key."""
        key = ec.generate_private_key(ec.SECP256R1())
        signed = self._signed(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)]), key, host=name)
        private = key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        return self._write(f"{name}.pem", signed), self._write(f"{name}.key", private)

    def _signed(
        self, subject: x509.Name, key: ec.EllipticCurvePrivateKey, host: str = "", *, authority: bool = False
    ) -> bytes:
        now = dt.datetime.now(dt.UTC)
        made = (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(self.name)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - dt.timedelta(hours=1))
            .not_valid_after(now + dt.timedelta(days=1))
            .add_extension(x509.BasicConstraints(ca=authority, path_length=None), critical=True)
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
            .add_extension(
                x509.AuthorityKeyIdentifier.from_issuer_public_key(self.key.public_key()), critical=False
            )
        )
        if host:
            made = made.add_extension(x509.SubjectAlternativeName([x509.DNSName(host)]), critical=False)
        return made.sign(self.key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)

    def _write(self, name: str, data: bytes) -> Path:
        path = self.folder / name
        path.write_bytes(data)
        return path

    def server(self, name: str, *, asks: bool = False) -> ssl.SSLContext:
        """What a server of that name serves with; with ``asks`` it wants a certificate of its clients."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(*self.issue(name))
        if asks:
            context.verify_mode = ssl.CERT_REQUIRED
            context.load_verify_locations(self.ca)
        return context
