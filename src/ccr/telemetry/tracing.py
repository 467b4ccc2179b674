"""Spans and metrics by OpenTelemetry's conventions for generative AI, made of rows in the meter's thread.

One span a request, one below it for each call of a provider. Where they go is told by the SDK's own variables
(``OTEL_EXPORTER_OTLP_ENDPOINT``, …); a request that came with a ``traceparent`` is a part of that trace.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from opentelemetry.context import Context
from opentelemetry.metrics import MeterProvider
from opentelemetry.trace import Span, SpanKind, Status, StatusCode, TracerProvider, set_span_in_context
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

from ccr import __version__
from ccr.telemetry.meter import Refusal
from ccr.telemetry.record import Record

log = logging.getLogger("ccr.telemetry")

NAME = "claude-code-router"
NANO = 1_000_000_000
TOKENS = tuple(4.0**power for power in range(14))
SECONDS = (0.01, 0.02, 0.04, 0.08, 0.16, 0.32, 0.64, 1.28, 2.56, 5.12, 10.24, 20.48, 40.96, 81.92)
"""Bounds as the conventions advise (semantic conventions, gen-ai metrics)."""

KNOWN_AS: Mapping[str, str] = {
    "azure": "azure.ai.openai",
    "bedrock": "aws.bedrock",
    "gemini": "gcp.gemini",
    "mistral": "mistral_ai",
    "vertex": "gcp.vertex_ai",
    "xai": "x_ai",
}
"""``gen_ai.provider.name`` of providers that the conventions call otherwise."""


class Tracing:
    """A sink of the meter."""

    def __init__(self, tracers: TracerProvider, meters: MeterProvider) -> None:
        self._providers = (tracers, meters)
        self._tracer = tracers.get_tracer(NAME, __version__)
        meter = meters.get_meter(NAME, __version__)
        self._tokens = meter.create_histogram(
            "gen_ai.client.token.usage",
            "{token}",
            "Number of input and output tokens used.",
            explicit_bucket_boundaries_advisory=TOKENS,
        )
        self._seconds = meter.create_histogram(
            "gen_ai.client.operation.duration",
            "s",
            "GenAI operation duration.",
            explicit_bucket_boundaries_advisory=SECONDS,
        )
        self._first = meter.create_histogram(
            "gen_ai.client.operation.time_to_first_chunk",
            "s",
            "Time to receive the first chunk.",
            explicit_bucket_boundaries_advisory=SECONDS,
        )

    def take(self, records: Sequence[Record], refusals: Sequence[Refusal]) -> None:  # noqa: ARG002
        """Tells a batch."""
        for record in records:
            self._span(record)
            self._measure(record)

    def close(self) -> None:
        """Sends what is left."""
        for provider in self._providers:
            if (shutdown := getattr(provider, "shutdown", None)) is not None:
                shutdown()

    def _span(self, record: Record) -> None:
        start = _nano(record.at)
        span = self._tracer.start_span(
            "POST /v1/messages", _parent(record), SpanKind.SERVER, dict(request(record)), start_time=start
        )
        within = set_span_in_context(span)
        for tried in record.trace.get("tries", ()):
            self._try(record, tried, within)
        _end(span, record.error, record.message, start + int(record.took_ms * NANO / 1000))

    def _try(self, record: Record, tried: Mapping[str, Any], within: Context) -> None:
        start = _nano(record.at + tried["started_ms"] / 1000)
        about = dict(call(record, tried))
        name = f"chat {about['gen_ai.request.model']}"
        span = self._tracer.start_span(name, within, SpanKind.CLIENT, about, start_time=start)
        end = start + int(tried["took_ms"] * NANO / 1000)
        _end(span, tried.get("error", ""), tried.get("message", ""), end)

    def _measure(self, record: Record) -> None:
        if not record.provider:
            return
        about = dict(_of(record.provider, record.model))
        failed = {"error.type": record.error} if record.error else {}
        self._seconds.record(record.took_ms / 1000, about | failed)
        if record.first_ms is not None:
            self._first.record(record.first_ms / 1000, about | failed)
        if record.input is not None:
            self._tokens.record(_prompt(record), about | {"gen_ai.token.type": "input"})
        if record.output is not None:
            self._tokens.record(record.output, about | {"gen_ai.token.type": "output"})


def request(record: Record) -> Iterator[tuple[str, str | int | float | bool]]:
    """What the span of a request says."""
    yield from (("http.request.method", "POST"), ("http.route", "/v1/messages"))
    yield "http.response.status_code", record.status
    yield "gen_ai.request.stream", record.stream
    yield from (("ccr.request.id", record.id), ("ccr.route", record.route), ("ccr.attempts", record.attempts))
    if record.session:
        yield "gen_ai.conversation.id", record.session
    if record.agent:
        yield "gen_ai.agent.name", record.agent
    if record.cost is not None:
        yield "ccr.cost", record.cost
    if record.cache:
        yield "ccr.cache", record.cache


def call(record: Record, tried: Mapping[str, Any]) -> Iterator[tuple[str, str | int | float | bool]]:
    """What the span of a provider's call says."""
    provider, _, model = tried["target"].partition(",")
    yield from _of(provider, model)
    yield "gen_ai.request.stream", record.stream
    yield "http.response.status_code", tried["status"]
    if "first_ms" in tried:
        yield "gen_ai.response.time_to_first_chunk", tried["first_ms"] / 1000
    if usage := tried.get("usage"):
        yield from _used(usage)
    if error := tried.get("error"):
        yield "error.type", error


def _used(usage: Mapping[str, Any]) -> Iterator[tuple[str, int]]:
    """The conventions' input is the whole prompt, cached or not."""
    read = _count(usage, "cache_read_input_tokens")
    written = _count(usage, "cache_creation_input_tokens")
    yield "gen_ai.usage.input_tokens", _count(usage, "input_tokens") + read + written
    yield "gen_ai.usage.output_tokens", _count(usage, "output_tokens")
    yield "gen_ai.usage.cache_read.input_tokens", read
    yield "gen_ai.usage.cache_creation.input_tokens", written
    details = usage.get("output_tokens_details")
    if isinstance(details, Mapping):
        yield "gen_ai.usage.reasoning.output_tokens", _count(details, "thinking_tokens")


def _of(provider: str, model: str) -> Iterator[tuple[str, str]]:
    yield "gen_ai.operation.name", "chat"
    yield "gen_ai.provider.name", KNOWN_AS.get(provider.lower(), provider)
    yield "gen_ai.request.model", model


def _prompt(record: Record) -> int:
    parts = (record.input, record.cache_read, record.cache_write_5m, record.cache_write_1h)
    return sum(part or 0 for part in parts)


def _parent(record: Record) -> Context | None:
    traceparent = record.trace.get("traceparent")
    return TraceContextTextMapPropagator().extract({"traceparent": traceparent}) if traceparent else None


def _end(span: Span, error: str, message: str, at: int) -> None:
    if error:
        span.set_attribute("error.type", error)
        span.set_status(Status(StatusCode.ERROR, message))
    span.end(at)


def _nano(seconds: float) -> int:
    return int(seconds * NANO)


def _count(usage: Mapping[str, Any], name: str) -> int:
    value = usage.get(name)
    return value if isinstance(value, int) else 0


def exporting() -> Tracing:
    """Sends spans and metrics where the SDK's variables say. Raises ``ImportError`` without the SDK."""
    from opentelemetry.exporter.otlp.proto.http.metric_exporter import OTLPMetricExporter
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
    from opentelemetry.sdk.metrics import MeterProvider as Meters
    from opentelemetry.sdk.metrics.export import PeriodicExportingMetricReader
    from opentelemetry.sdk.resources import Resource
    from opentelemetry.sdk.trace import TracerProvider as Tracers
    from opentelemetry.sdk.trace.export import BatchSpanProcessor

    about = Resource({"service.name": NAME, "service.version": __version__}).merge(Resource.create())
    tracers = Tracers(resource=about, shutdown_on_exit=False)
    tracers.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
    reader = PeriodicExportingMetricReader(OTLPMetricExporter())
    return Tracing(tracers, Meters([reader], resource=about, shutdown_on_exit=False))
