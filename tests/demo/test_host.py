"""The demo provider in its own thread."""

from __future__ import annotations

import threading

import openai
import pytest
from openai import OpenAI

from ccr.demo.host import start_demo


def test_it_takes_requests_from_the_start_and_none_after_its_end() -> None:
    before = threading.enumerate()
    with start_demo(pace=0) as demo, OpenAI(base_url=demo.url, api_key="none", max_retries=0) as client:
        assert [model.id for model in client.models.list()] == ["demo-1"]
    with (
        OpenAI(base_url=demo.url, api_key="none", max_retries=0) as client,
        pytest.raises(openai.APIConnectionError),
    ):
        client.models.list()
    assert threading.enumerate() == before


def test_several_have_ports_of_their_own() -> None:
    with start_demo() as one, start_demo() as two:
        assert one.url != two.url
