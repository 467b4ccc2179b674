"""A model server on this machine: OpenAI's language, a list of models, one word for an answer."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass
class Lab:
    """``key``: what clients must show, "" for nothing. ``seen``: paths that were asked for."""

    url: str = ""
    models: list[str] = field(default_factory=lambda: ["qwen3-coder", "qwen3-mini", "nomic-embed-text"])
    key: str = ""
    seen: list[str] = field(default_factory=list)

    @property
    def address(self) -> str:
        return self.url.removeprefix("http://").removesuffix("/v1")


@contextmanager
def lab() -> Iterator[Lab]:
    """Runs it on a port of its own."""
    state = Lab()
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(state))
    state.url = f"http://127.0.0.1:{server.server_port}/v1"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield state
    finally:
        server.shutdown()
        thread.join(20)
        server.server_close()


def _handler(state: Lab) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._answer({"data": [{"id": model} for model in state.models]})

        def do_POST(self) -> None:
            self.rfile.read(int(self.headers.get("content-length", 0)))
            choice = {
                "index": 0,
                "message": {"role": "assistant", "content": "hello"},
                "finish_reason": "stop",
            }
            self._answer({"id": "x", "model": "m", "choices": [choice], "usage": {"prompt_tokens": 1}})

        def _answer(self, value: Any) -> None:
            state.seen.append(self.path)
            if state.key and self.headers.get("authorization") != f"Bearer {state.key}":
                return self._send(401, {"error": {"message": "Incorrect API key provided"}})
            return self._send(200, value)

        def _send(self, status: int, value: Any) -> None:
            body = json.dumps(value).encode()
            self.send_response(status)
            self.send_header("content-type", "application/json")
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: Any) -> None: ...

    return Handler
