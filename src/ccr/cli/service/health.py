"""Who answers at an address: one ``GET /health``, no guesses."""

from __future__ import annotations

import http.client
import json
from typing import Any, Literal, NamedTuple

from ccr.config.address import reachable

SERVICE = "claude-code-router"


class Answer(NamedTuple):
    """Nobody listens · somebody says nothing · another program · a router, with what it says of itself."""

    kind: Literal["closed", "silent", "other", "router"]
    health: dict[str, Any] = {}  # noqa: RUF012  # a tuple's default, never written to
    software: str = ""
    """What another program calls itself."""

    @property
    def instance(self) -> str | None:
        return self.health.get("instance")


def ask(host: str, port: int, timeout: float = 2.0) -> Answer:
    """Who answers there, within so many seconds."""
    connection = http.client.HTTPConnection(reachable(host).strip("[]"), port, timeout=timeout)
    try:
        connection.request("GET", "/health", headers={"Connection": "close"})
        response = connection.getresponse()
        return _read(response.read(65536), response.headers.get("Server", "").strip())
    except ConnectionRefusedError:
        return Answer("closed")
    except TimeoutError:
        return Answer("silent")
    except http.client.HTTPException:
        return Answer("other")
    except OSError:
        return Answer("closed")
    finally:
        connection.close()


def _read(body: bytes, software: str) -> Answer:
    try:
        health = json.loads(body)
    except ValueError:
        health = None
    if isinstance(health, dict) and health.get("service") == SERVICE:
        return Answer("router", health)
    return Answer("other", software=software)
