"""The admin API is fuzzed from its own document: no 500, no secret told, nothing outside touched."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from contextlib import AsyncExitStack
from functools import partial
from pathlib import Path
from typing import Any, Self
from urllib.parse import quote

import pytest
import requests
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis.core.result import Ok

from ccr.config import load
from ccr.config.saving import edit
from ccr.config.syntax import parse
from ccr.server.app import App
from tests.cli.commands.config.lab import lab
from tests.config.saving.texts import VALUES, places
from tests.e2e.router import gateway_of, serving
from tests.server.admin.admin import SECRETS, config, written

EXAMPLES = 12
"""Requests for each operation: a bounded look, which grows with time."""

LEFT_OUT = {
    "/api/restart": "it would end the tests' own process",
    "/api/live": "a stream that does not end",
}
CANARY = "a canary that sits outside of all folders"
AWAY = [
    "../outside.txt",
    "..%2foutside.txt",
    "/etc/passwd",
    "..\\outside.txt",
    "....//outside.txt",
    "\x00",
    "~",
]


class Service:
    """A router in a thread of its own, in a folder beside which stands what it must not touch."""

    def __init__(self, folder: Path, provider: str) -> None:
        self.folder = folder / "home"
        self.folder.mkdir()
        self.outside = folder / "outside.txt"
        self.outside.write_text(CANARY)
        self.path = self.folder / "config.json"
        self.original = written(config(provider))
        self.path.write_text(self.original)
        preset = self.folder / "presets" / "team" / "manifest.json"
        preset.parent.mkdir(parents=True)
        preset.write_text(f'{{schema: [{{id: "key"}}], userValues: {{key: "{SECRETS[0]}"}}}}')
        self._app = App(gateway_of(self.path))
        self._app.allow_reload(partial(load, self.path, {}))
        self.url = ""
        self._ready = threading.Event()
        self._loop = asyncio.new_event_loop()
        self._stop = asyncio.Event()
        self._thread = threading.Thread(target=self._loop.run_until_complete, args=(self._serve(),))

    def __enter__(self) -> Self:
        self._thread.start()
        assert self._ready.wait(20)
        return self

    def __exit__(self, *_: object) -> None:
        self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join(30)
        self._loop.close()

    async def _serve(self) -> None:
        async with AsyncExitStack() as stack:
            self.url = await stack.enter_async_context(serving(self._app))
            self._ready.set()
            await self._stop.wait()

    def reset(self) -> None:
        """The configuration as it was, whatever the requests have made of it."""
        self.path.write_text(self.original)
        asyncio.run_coroutine_threadsafe(self._app.reload(), self._loop).result(20)


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    with lab() as provider, Service(tmp_path_factory.mktemp("fuzz"), provider.url) as made:
        yield made


def checked(service: Service, answer: requests.Response) -> None:
    """What must hold of every answer."""
    told = f"{answer.request.method} {answer.request.url} {answer.request.body!r:.300}: {answer.text[:500]}"
    assert answer.status_code != 500, told
    assert "Traceback" not in answer.text, told
    for secret in (*SECRETS, CANARY, "root:x:0"):
        assert secret not in answer.text, told
    assert service.outside.read_text() == CANARY


def operations(service: Service) -> list[Any]:
    schema = schemathesis.openapi.from_url(f"{service.url}/api/openapi.json")
    found: list[Any] = [result.ok() for result in schema.get_all_operations() if isinstance(result, Ok)]
    return [one for one in found if not any(one.path.startswith(left) for left in LEFT_OUT)]


def test_whatever_the_document_allows_is_answered(service: Service) -> None:
    known = operations(service)
    assert len(known) >= 20
    for operation in known:

        @settings(
            max_examples=EXAMPLES,
            deadline=None,
            database=None,
            phases=[Phase.explicit, Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        @given(case=operation.as_strategy())
        def fuzz(case: Any) -> None:
            checked(service, requests.request(**case.as_transport_kwargs(base_url=service.url), timeout=30))

        fuzz()
        service.reset()


def test_names_that_lead_away_lead_nowhere(service: Service) -> None:
    for operation in operations(service):
        for name in AWAY if "{" in operation.path or operation.query else ():
            path = operation.path
            for parameter in operation.path_parameters:
                path = path.replace(f"{{{parameter.name}}}", quote(name, safe=""))
            query = {parameter.name: name for parameter in operation.query}
            checked(
                service, requests.request(operation.method, f"{service.url}{path}", params=query, timeout=30)
            )
    service.reset()


@settings(max_examples=30, deadline=None, suppress_health_check=list(HealthCheck))
@given(body=st.binary(max_size=200), kind=st.sampled_from(["application/json", "text/plain", "", "\xff"]))
def test_bodies_that_are_no_json_are_refused(service: Service, body: bytes, kind: str) -> None:
    for path in ("/api/config", "/api/providers/test", "/api/presets/install"):
        checked(
            service,
            requests.post(
                f"{service.url}{path}",
                data=body,
                headers={"content-type": kind.encode("latin-1")},
                timeout=30,
            ),
        )
    service.reset()


@settings(max_examples=40, deadline=None, database=None, suppress_health_check=list(HealthCheck))
@given(data=st.data(), value=VALUES)
def test_configurations_with_anything_anywhere_are_taken_or_refused(
    service: Service, data: st.DataObject, value: Any
) -> None:
    sent = parse(edit.put(service.original, data.draw(places(parse(service.original), grow=True)), value))
    for path in ("/api/config/validate", "/api/config"):
        answer = requests.post(f"{service.url}{path}", json=sent, timeout=30)
        checked(service, answer)
    service.reset()
