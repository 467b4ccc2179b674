"""What a service that serves has never imported: each would be megabytes, and most never need it."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

from tests.cli.machine import Machine, until
from tests.server.processes import Client, configure
from tests.server.provider import Provider

FOREIGN = (
    *("pydantic", "pydantic_core", "fastapi", "sqlalchemy", "rich", "questionary", "redis", "json5"),
    *("opentelemetry", "prometheus_client", "botocore", "google", "json_repair", "importlib.metadata"),
)


def test_a_service_with_providers_takes_configurations_and_answers_without_them(
    machine: Machine, tmp_path: Path, slow: Provider
) -> None:
    configure(machine, slow.url)
    slow.go.set()
    told = tmp_path / "imports"
    with told.open("w") as err:
        child = subprocess.Popen(
            [sys.executable, "-X", "importtime", "-m", "ccr", "start"],
            env=machine.env,
            stdout=subprocess.DEVNULL,
            stderr=err,
        )
    try:
        until(lambda: machine.health() is not None or child.poll() is not None)
        configure(machine, slow.url, "new")
        until(lambda: "at" in (machine.health() or {}).get("reload", {}))
        Client(machine.port).ask().until(b"message_stop")
    finally:
        child.kill()
        child.wait()
    found = set(re.findall(r"\| +([\w.]+)$", told.read_text(), re.MULTILINE))
    assert {"ccr.gateway", "uvicorn", "aiohttp"} <= found
    assert not found.intersection(FOREIGN)
