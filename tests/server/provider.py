"""A provider in threads, for tests whose service is a process: it streams while it is let."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from tests.e2e.upstream import chat_text


class Provider:
    """Streams ``one``, and ``two`` with the end once ``go`` is set."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.go = threading.Event()
        self.asked = 0


@contextmanager
def provider() -> Iterator[Provider]:
    first, *rest = chat_text("one", "two")

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            json.loads(self.rfile.read(int(self.headers["content-length"])))
            made.asked += 1
            self.send_response(200)
            self.send_header("content-type", "text/event-stream")
            self.send_header("transfer-encoding", "chunked")
            self.end_headers()
            try:
                self._chunk(first + rest[0])
                made.go.wait(30)
                self._chunk(b"".join(rest[1:]))
                self.wfile.write(b"0\r\n\r\n")
            except OSError:  # the router has left
                self.close_connection = True

        def _chunk(self, data: bytes) -> None:
            self.wfile.write(b"%x\r\n%s\r\n" % (len(data), data))
            self.wfile.flush()

        def log_message(self, *_: object) -> None: ...

    class Server(ThreadingHTTPServer):
        request_queue_size = 512
        daemon_threads = True

    server = Server(("127.0.0.1", 0), Handler)
    made = Provider(f"http://127.0.0.1:{server.server_port}")
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield made
    finally:
        made.go.set()
        server.shutdown()
        thread.join(20)
        server.server_close()
