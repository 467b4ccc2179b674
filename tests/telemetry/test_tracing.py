"""Spans and metrics, seen by exporters in memory."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

pytest.importorskip("opentelemetry.sdk", reason="the extra otel is not installed")

from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.metrics.export import InMemoryMetricReader
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.trace import SpanKind, StatusCode

from ccr.telemetry.record import Record
from ccr.telemetry.tracing import Tracing, exporting
from tests.telemetry.accounts import OPENAI, a_record, a_try

TRACE, SPAN = "ab" * 16, "cd" * 8
BUSY: dict[str, Any] = {"usage": {}, "status": 529, "error": "Overloaded", "message": "busy", "whole": False}


class Seen:
    def __init__(self) -> None:
        self.spans, self.reader = InMemorySpanExporter(), InMemoryMetricReader()
        tracers = TracerProvider(shutdown_on_exit=False)
        tracers.add_span_processor(SimpleSpanProcessor(self.spans))
        self.tracing = Tracing(tracers, MeterProvider([self.reader], shutdown_on_exit=False))

    def of(self, record: Record) -> tuple[ReadableSpan, ...]:
        """The spans of a row: those of its calls, then its own."""
        self.tracing.take([record], ())
        return self.spans.get_finished_spans()


@pytest.fixture
def seen() -> Iterator[Seen]:
    found = Seen()
    yield found
    found.tracing.close()


def test_a_request_is_a_span_and_each_call_one_below_it(seen: Seen) -> None:
    *calls, request = seen.of(a_record(a_try(OPENAI, "gpt-5", **BUSY), a_try()))
    assert [call.name for call in calls] == ["chat gpt-5", "chat claude-sonnet-4-5"]
    assert (request.name, request.kind) == ("POST /v1/messages", SpanKind.SERVER)
    assert request.context is not None
    for call in calls:
        assert call.kind is SpanKind.CLIENT
        assert call.parent is not None
        assert call.parent.span_id == request.context.span_id


def test_spans_have_the_times_of_what_they_tell(seen: Seen) -> None:
    row = a_record()
    call, request = seen.of(row)
    assert request.start_time == pytest.approx(row.at * 1e9, abs=1e6)
    assert (request.end_time or 0) - (request.start_time or 0) == pytest.approx(row.took_ms * 1e6, abs=1e3)
    assert (request.start_time or 0) <= (call.start_time or 0) <= (call.end_time or 0)


def test_calls_say_what_the_conventions_ask_for(seen: Seen) -> None:
    usage = {
        "input_tokens": 10,
        "output_tokens": 7,
        "cache_read_input_tokens": 100,
        "output_tokens_details": {"thinking_tokens": 5},
    }
    call, _ = seen.of(a_record(a_try(usage=usage)))
    said = dict(call.attributes or {})
    assert said["gen_ai.operation.name"] == "chat"
    assert said["gen_ai.request.model"] == "claude-sonnet-4-5"
    assert said["gen_ai.usage.input_tokens"] == 110, "the whole prompt"
    assert said["gen_ai.usage.output_tokens"] == 7
    assert said["gen_ai.usage.cache_read.input_tokens"] == 100
    assert said["gen_ai.usage.reasoning.output_tokens"] == 5


def test_a_failed_call_is_an_error_and_the_request_that_was_saved_is_none(seen: Seen) -> None:
    failed, _, request = seen.of(a_record(a_try(OPENAI, "gpt-5", **BUSY), a_try()))
    assert (failed.status.status_code, failed.status.description) == (StatusCode.ERROR, "busy")
    assert (failed.attributes or {})["error.type"] == "Overloaded"
    assert request.status.status_code is StatusCode.UNSET


def test_a_clients_trace_is_continued(seen: Seen) -> None:
    _, request = seen.of(a_record(headers={"traceparent": f"00-{TRACE}-{SPAN}-01"}))
    assert request.context is not None
    assert f"{request.context.trace_id:032x}" == TRACE
    assert request.parent is not None
    assert f"{request.parent.span_id:016x}" == SPAN


def test_a_trace_that_its_client_does_not_sample_is_not_sent(seen: Seen) -> None:
    assert seen.of(a_record(headers={"traceparent": f"00-{TRACE}-{SPAN}-00"})) == ()


def test_tokens_and_durations_are_measured(seen: Seen) -> None:
    seen.of(a_record())
    data = seen.reader.get_metrics_data()
    assert data is not None
    [scope] = data.resource_metrics[0].scope_metrics
    found = {metric.name: metric.data.data_points for metric in scope.metrics}
    assert set(found) == {
        "gen_ai.client.token.usage",
        "gen_ai.client.operation.duration",
        "gen_ai.client.operation.time_to_first_chunk",
    }
    sums = {point.attributes["gen_ai.token.type"]: point.sum for point in found["gen_ai.client.token.usage"]}  # type: ignore[index,union-attr]
    assert sums == {"input": 6000, "output": 100}


class Collector(BaseHTTPRequestHandler):
    """Takes what is exported."""

    paths: list[str]

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["content-length"]))
        self.paths.append(self.path)
        self.send_response(200)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Nothing is shown."""


def test_they_are_sent_where_the_variables_of_the_sdk_say(monkeypatch: pytest.MonkeyPatch) -> None:
    paths: list[str] = []
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("Own", (Collector,), {"paths": paths}))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", f"http://127.0.0.1:{server.server_port}")
    tracing = exporting()
    tracing.take([a_record()], ())
    tracing.close()
    server.shutdown()
    server.server_close()
    assert set(paths) == {"/v1/traces", "/v1/metrics"}
