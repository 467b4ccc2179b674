"""`GET /metrics` of a running service, also of one with several workers."""

from __future__ import annotations

import os
import re
import signal
import sys
import tempfile
import urllib.request
from pathlib import Path

import pytest

from tests.cli.machine import Machine, until
from tests.e2e.upstream import chat_text, fake_upstream, stream
from tests.server.admin.admin import admin, config, written
from tests.server.processes import Client, configure, service
from tests.server.provider import Provider

ASK = {"model": "lab,m", "max_tokens": 9, "stream": True, "messages": [{"role": "user", "content": "Hi"}]}


async def test_what_was_asked_is_on_the_page_in_the_form_that_is_asked_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    async with fake_upstream() as upstream:
        upstream.reply(stream(chat_text("Hello")))
        text = written(config(f"{upstream.url}/v1/chat/completions"))
        async with admin(tmp_path, text) as router:
            async with router.http.post(f"{router.url}/v1/messages", json=ASK) as answer:
                await answer.read()
            async with router.http.post(f"{router.url}/v1/messages", data=b"{") as answer:
                assert answer.status == 400
            async with router.http.get(f"{router.url}/metrics") as answer:
                assert answer.content_type == "text/plain"
                page = await answer.text()
            accept = {"accept": "application/openmetrics-text"}
            async with router.http.get(f"{router.url}/metrics", headers=accept) as answer:
                assert answer.content_type == "application/openmetrics-text"
                assert (await answer.text()).endswith("# EOF\n")
    assert 'ccr_tokens_total{kind="input",model="m",provider="lab"} 12.0' in page
    assert 'ccr_requests_total{model="m",outcome="ok",provider="lab",route="explicit"} 1.0' in page
    assert "ccr_in_flight 0.0" in page
    assert 'ccr_queue_depth{queue="limits"} 0.0' in page
    assert 'ccr_errors_total{error="BadRequest",provider="",status="400"} 1.0' in page


def scraped(machine: Machine, name: str) -> float:
    """The sum of a metric's series, on the page of whichever worker answers; 0 where none does."""
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{machine.port}/metrics", timeout=20) as answer:
            page = answer.read().decode()
    except OSError:
        return 0
    return sum(float(value) for value in re.findall(rf"^{name}(?:{{.*}})? (\S+)$", page, re.MULTILINE))


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no way to share an address")
def test_each_worker_tells_what_all_have_counted_dead_ones_too(machine: Machine, slow: Provider) -> None:
    slow.go.set()
    configure(machine, slow.url, WORKERS=2)
    with service(machine):
        until(lambda: scraped(machine, "ccr_workers") == 2)
        for _ in range(20):
            Client(machine.port).ask().until(b"message_stop")
        until(lambda: {scraped(machine, "ccr_requests_total") for _ in range(10)} == {20})
        started = scraped(machine, "ccr_start_time_seconds")
        os.kill((machine.health() or {})["pid"], signal.SIGKILL)
        until(lambda: scraped(machine, "ccr_start_time_seconds") > started)
        until(lambda: {scraped(machine, "ccr_requests_total") for _ in range(10)} == {20})
        assert not list(machine.home.rglob("*.new"))
