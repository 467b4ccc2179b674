"""How fast a session is answered."""

from __future__ import annotations

from fastapi import APIRouter
from pydantic import BaseModel, Field

from ccr.errors import NoRoute
from ccr.server.admin.api import Service


class Told(BaseModel):
    """Of the answer that the session got last."""

    sessionId: str  # noqa: N815 - as the original's file has it
    tokensPerSecond: int  # noqa: N815
    timeToFirstToken: int = Field(description="Milliseconds")  # noqa: N815
    timestamp: int = Field(description="When it ended, milliseconds since 1970")
    outputTokens: int  # noqa: N815
    model: str = Field(description="provider,model")


def routes(service: Service) -> APIRouter:
    router = APIRouter(tags=["usage"])

    @router.get("/api/speed/{session}")
    def speed(session: str) -> Told:
        """Tokens a second and the time to the first token, of the session's last answer."""
        telemetry = service.services.telemetry
        if telemetry is not None:
            telemetry.meter.flush()
            if (found := telemetry.speeds.of(session)) is not None:
                return Told(
                    sessionId=found.session_id,
                    tokensPerSecond=found.tokens_per_second,
                    timeToFirstToken=found.time_to_first_token,
                    timestamp=found.timestamp,
                    outputTokens=found.output_tokens,
                    model=found.model,
                )
        raise NoRoute(f"Nothing is known of a session {session[:100]}: it has got no answer of late.")

    return router
