"""Who may come in, without a socket."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from starlette.types import Message

from ccr.anthropic.parsing import Parser
from ccr.config.settings import Settings
from ccr.errors import BadRequest, Forbidden, Unauthorized, Unfinished
from ccr.server import admission
from ccr.server.admission import check_access, is_local, parse

OPEN = Settings(path=Path("config.json"))
KEYED = Settings(path=Path("config.json"), apikey="sésame")


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "127.9.9.9", "::1", "app.localhost"])
def test_loopback_has_many_names(host: str) -> None:
    assert is_local(host)


@pytest.mark.parametrize("host", ["", "evil.com", "localhost.evil.com", "10.0.0.1", "127.0.0.1.evil.com"])
def test_other_names_are_not_this_machine(host: str) -> None:
    assert not is_local(host)


@pytest.mark.parametrize("host", ["localhost:3456", "127.0.0.1", "[::1]:3456"])
def test_without_a_key_local_hosts_come_in(host: str) -> None:
    check_access(OPEN, {"host": host, "origin": "http://localhost:5173"})


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"host": "router.example:3456"},
        {"host": "localhost@evil.example"},
        {"host": "[::1"},
        {"host": "[localhost]"},
        {"host": "evil.example://localhost"},
        {"host": "localhost", "origin": "null"},
        {"host": "localhost", "origin": "http://["},
        {"host": "localhost", "origin": "http://evil.example"},
    ],
)
def test_without_a_key_others_stay_out(headers: dict[str, str]) -> None:
    with pytest.raises(Forbidden):
        check_access(OPEN, headers)


@pytest.mark.parametrize(
    "headers",
    [
        {"x-api-key": "sésame"},
        {"authorization": "Bearer sésame"},
        {"authorization": "bearer sésame"},
        {"authorization": "sésame"},
    ],
)
def test_the_key_opens_whatever_the_host(headers: dict[str, str]) -> None:
    check_access(KEYED, {"host": "router.example", **headers})


@pytest.mark.parametrize(
    "headers", [{}, {"x-api-key": ""}, {"x-api-key": "sesame"}, {"authorization": "Basic sésame"}]
)
def test_anything_else_does_not(headers: dict[str, str]) -> None:
    with pytest.raises(Unauthorized):
        check_access(KEYED, headers)


def test_a_body_with_lone_surrogates_is_not_what_its_bytes_say() -> None:
    assert parse(b'{"messages":[]}', Parser()) == ({"messages": []}, True)
    assert parse(rb'{"messages":["\ud800"]}', Parser()) == ({"messages": ["\ufffd"]}, False)


async def test_a_body_that_stops_coming_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(admission, "SILENCE", 0.0)

    async def receive() -> Message:
        never: asyncio.Future[Message] = asyncio.get_running_loop().create_future()
        return await never

    with pytest.raises(Unfinished, match="did not come") as told:
        await admission.read_body(receive, {"content-length": "9"}, 100)
    assert (told.value.status, told.value.headers) == (408, {"connection": "close"})


def test_null_is_no_thread() -> None:
    parse(b'{"messages":[],"thread":null}', Parser())
    with pytest.raises(BadRequest):
        parse(b'{"messages":[],"thread":{"type":"create"}}', Parser())


@pytest.mark.parametrize("stops", [b'"END"', b"5", b'{"a":1}'])
def test_stop_sequences_are_a_list_or_nothing(stops: bytes) -> None:
    with pytest.raises(BadRequest, match="stop_sequences"):
        parse(b'{"messages":[],"stop_sequences":%s}' % stops, Parser())
    parse(b'{"messages":[],"stop_sequences":null}', Parser())
