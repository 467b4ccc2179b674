"""All that counts, together."""

from __future__ import annotations

import logging
import tempfile
from pathlib import Path

import pytest

from ccr.errors import Unauthorized
from ccr.routing.explain import trace
from ccr.server.metrics import page
from ccr.telemetry import service as module
from ccr.telemetry.prices import Prices
from ccr.telemetry.service import Telemetry
from tests.telemetry.accounts import a_try, an_exchange, settings


@pytest.fixture(autouse=True)
def _nothing_outside(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    for name in (*module.EXPORTED, "CCR_WORKER"):
        monkeypatch.delenv(name, raising=False)


async def test_a_request_is_on_the_page_and_its_speed_in_the_file(tmp_path: Path) -> None:
    known = settings(path=tmp_path / "config.json")
    telemetry = Telemetry(known)
    watch = telemetry.watch(known, Prices(known), trace, lambda _: "main")
    watch.ended(an_exchange(a_try()))
    telemetry.refused(Unauthorized("no"), "req_1")
    answer = await page(telemetry, "text/plain")
    text = bytes(answer.body).decode()
    assert (
        'ccr_requests_total{model="claude-sonnet-4-5",outcome="ok",provider="claude",route="default"} 1.0'
        in text
    )
    assert 'ccr_errors_total{error="Unauthorized",provider="",status="401"} 1.0' in text
    assert answer.headers["content-type"].startswith("text/plain")
    assert telemetry.speeds.of("s1") is not None
    assert (tmp_path / "claude-code-router" / "session-s1.json").exists()
    telemetry.close()


def test_opentelemetry_that_is_asked_for_and_not_there_is_said(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:9")
    monkeypatch.setitem(__import__("sys").modules, "ccr.telemetry.tracing", None)
    with caplog.at_level(logging.WARNING, "ccr.telemetry"):
        telemetry = Telemetry(settings())
    assert "ccrouter[otel]" in caplog.text
    assert len(telemetry.meter.sinks) == 2


def test_opentelemetry_can_be_switched_off(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:9")
    monkeypatch.setenv("OTEL_SDK_DISABLED", "true")
    assert len(Telemetry(settings()).meter.sinks) == 2
