"""How a gateway is asked: as Claude Code does, with requests that cost next to nothing."""

from __future__ import annotations

import os
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ccr.config.network import of_environment
from ccr.upstream.client import Client, Timeouts
from ccr.wire import json

PATIENCE = Timeouts(connect=5.0, first_byte=30.0, idle=30.0, total=60.0)
DISCOVERY = Timeouts(connect=3.0, first_byte=3.0, idle=3.0, total=3.0)
"""The client waits no longer for the list of models."""

MODEL = "claude-opus-5-5"
"""The client's default."""

BETAS = "claude-code-20250219,interleaved-thinking-2025-05-14,context-management-2025-06-27,effort-2025-11-24"
LARGEST = 4 << 20
SESSION = "00000000-0000-4000-8000-000000000000"
Body = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Got:
    """An answer. ``moments``: seconds after the request at which pieces of it came."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    moments: tuple[float, ...] = ()

    @property
    def json(self) -> Any:
        """Its JSON; None when it is none."""
        try:
            return json.decode(self.body)
        except json.JSONError:
            return None


class Probe:
    """A gateway at ``url``, asked with ``key``."""

    def __init__(self, client: Client, url: str, key: str, model: str) -> None:
        self._client = client
        self.url = url.rstrip("/").removesuffix("/v1")
        self.key = key
        self.model = model or MODEL

    def message(self, text: str, **more: Any) -> Body:
        """A small request."""
        told = {"role": "user", "content": text}
        return {"model": self.model, "max_tokens": 256, "messages": [told], **more}

    async def post(self, path: str, body: Any, **headers: str) -> Got:
        """Raises ``RouterError`` when there is no answer."""
        return await self.ask("POST", path, json.encode(body), {"content-type": "application/json"} | headers)

    async def ask(
        self,
        method: str,
        path: str,
        data: bytes | None = None,
        headers: Mapping[str, str] | None = None,
        patience: Timeouts = PATIENCE,
    ) -> Got:
        """One request; the answer as it came, piece by piece."""
        sent = self._headers() | dict(headers or {})
        began, moments, pieces = time.perf_counter(), list[float](), list[bytes]()
        response = await self._client.request(method, self.url + path, sent, data, patience)
        try:
            async for piece in response.chunks():
                moments.append(time.perf_counter() - began)
                pieces.append(piece)
                if sum(map(len, pieces)) > LARGEST:
                    break
        finally:
            response.close()
        return Got(response.status, response.headers, b"".join(pieces), tuple(moments))

    def _headers(self) -> dict[str, str]:
        key = {"authorization": f"Bearer {self.key}"} if self.key else {}
        return key | {
            "accept": "application/json",
            "user-agent": "claude-cli/2.1.329 (external, ccr-doctor)",
            "anthropic-version": "2023-06-01",
            "anthropic-beta": BETAS,
            "x-app": "cli",
            "x-claude-code-session-id": SESSION,
        }


def client() -> Client:
    """Over the proxies of the environment."""
    return Client(of_environment(os.environ)[0])
