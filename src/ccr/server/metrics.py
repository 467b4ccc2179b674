"""``GET /metrics``, in the words of Prometheus or of OpenMetrics, as the scraper likes."""

from __future__ import annotations

import asyncio

from starlette.responses import Response

from ccr.telemetry.service import Telemetry


async def page(telemetry: Telemetry, accept: str) -> Response:
    """Everything up to now. Off the event loop: rendering takes milliseconds, the first import more."""
    return await asyncio.to_thread(_page, telemetry, accept)


def _page(telemetry: Telemetry, accept: str) -> Response:
    from ccr.telemetry.exposition import rendered

    telemetry.meter.flush()
    body, media_type = rendered(telemetry.figures.total(), accept)
    return Response(body, headers={"content-type": media_type})
