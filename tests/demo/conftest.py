"""The demo provider, running, and the official OpenAI client on it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from openai import OpenAI

from ccr.demo.host import start_demo


@pytest.fixture(scope="package")
def client() -> Iterator[OpenAI]:
    with start_demo(pace=0) as demo, OpenAI(base_url=demo.url, api_key="none", max_retries=0) as client:
        yield client
