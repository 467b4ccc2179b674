"""Why an address cannot be had, and what to do about it."""

from __future__ import annotations

import errno
import socket

from ccr.cli.service import health
from ccr.cli.service.finding import Finding, State, who

CURE = "Choose another port with --port, CCR_PORT or PORT in the configuration"


def explain(error: OSError, host: str, port: int) -> str:
    """The words for an error of binding ``host``:``port``."""
    if isinstance(error, socket.gaierror) or error.errno == errno.EADDRNOTAVAIL:
        return f"This machine has no address '{host}'. Check --host, CCR_HOST or HOST in the configuration."
    if error.errno == errno.EADDRINUSE:
        answer = health.ask(host, port)
        state = State.FOREIGN if answer.kind == "router" else State.TAKEN
        return occupied(Finding(port, state, answer=answer))
    if error.errno in (errno.EACCES, errno.EPERM):
        return f"The system does not let us have port {port}: it is reserved. {CURE}."
    return f"Cannot listen on {host}:{port}: {error.strerror or error}."


def occupied(finding: Finding) -> str:
    """The words for a port that is in use: by our own service, somebody else's, or another program."""
    if finding.state in (State.RUNNING, State.BUSY):
        return f"{running(finding)} Use it as it is, end it with `ccr stop`, or choose another --port."
    return f"Port {finding.port} is in use by {who(finding)}. {CURE}, or end the other one."


def running(finding: Finding) -> str:
    """A sentence about our own service."""
    record = finding.record
    if record is None:
        return f"A service is just starting on port {finding.port}."
    state = "already runs" if finding.state is State.RUNNING else "is starting, stopping or stuck"
    return f"The service {state} at {record.url} (process {record.pid}, configuration {record.config})."
