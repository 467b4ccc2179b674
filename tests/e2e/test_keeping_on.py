"""Races, answers that others go on with, answers that several share: what client and ledger see of them."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import aiohttp

from tests.e2e.conftest import Start
from tests.e2e.upstream import FakeUpstream, chat_chunk, chat_json, json_answer, sse, stream

BODY: dict[str, Any] = {"model": "lab,m1", "max_tokens": 50, "messages": [{"role": "user", "content": "Hi"}]}
SAID = "A ship sailed over the wide grey sea to the far islands in the north."


def words(text: str, *, end: str | None = "stop") -> list[bytes]:
    """A stream of its words; ``end`` None: it breaks off."""
    chunks = [chat_chunk({"content": word}) for word in text.split(" ") for word in (f"{word} ",)]
    usage = {"choices": [], "usage": {"prompt_tokens": 10, "completion_tokens": 4}}
    return sse(*chunks, *([chat_chunk({}, end), usage] if end else []), done=end is not None)


async def text_of(answer: aiohttp.ClientResponse) -> tuple[str, list[str]]:
    """The text of a stream, and the names of its events."""
    said, names = "", []
    for block in (await answer.read()).decode().split("\n\n"):
        if data := block.partition("data: ")[2]:
            event = json.loads(data)
            names.append(event["type"])
            said += event.get("delta", {}).get("text", "")
    return said, names


async def test_a_text_that_breaks_off_is_written_on(
    start: Start, upstream: FakeUpstream, http: aiohttp.ClientSession
) -> None:
    half = len(SAID.split()) // 2
    first, second = " ".join(SAID.split()[:half]), " ".join(SAID.split()[half:])
    upstream.reply(stream(words(first, end=None), cut=True), stream(words(second)))
    url = await start(
        provider={"dialect": {"prefill": True}},
        Router={"default": "lab,m1", "fallback": {"default": ["lab,m2"]}},
        Resilience={"continue": True},
    )
    body = {key: value for key, value in BODY.items() if key != "model"}
    async with http.post(f"{url}/v1/messages", json={**body, "stream": True}) as answer:
        said, names = await text_of(answer)
    assert said.split() == SAID.split()
    assert names.count("message_start") == names.count("message_stop") == 1
    assert "error" not in names
    again = upstream.requests[1].json
    assert again["model"] == "m2"
    assert again["messages"][-1] == {"role": "assistant", "content": first}
    asked, further = await told(http, url)
    assert (asked["status"], asked["error"]) == (200, "")
    assert asked["message"] == "It broke off, and lab,m2 went on."
    assert (further["status"], further["error"], further["model"]) == (200, "", "m2")
    assert (asked["input"], further["input"], further["output"]) == (None, 10, 4), "each call's own"
    async with http.get(f"{url}/api/requests/{asked['id']}") as answer:
        story = await answer.json()
    assert [(one["status"], one["error"]) for one in story["trace"]["tries"]] == [(502, "Broken")]
    assert [one["id"] for one in story["rounds"]] == [further["id"]]
    async with http.get(f"{url}/api/usage") as answer:
        usage = await answer.json()
    assert (usage["totalRequests"], usage["totalRounds"], usage["totalErrors"]) == (2, 1, 0)
    assert (usage["totalInputTokens"], usage["totalUnmetered"]) == (10, 1)
    assert await errors(http, url) == 0


async def test_a_text_that_nobody_ends_failed_as_the_client_was_told(
    start: Start, upstream: FakeUpstream, http: aiohttp.ClientSession
) -> None:
    """Who goes on breaks off as well, and then there is nobody left: the row says what the client heard."""
    torn = stream(words("One two ", end=None), cut=True)
    upstream.reply(torn, torn, json_answer({"error": {"message": "busy"}}, 503))
    url = await start(
        provider={"dialect": {"prefill": True}, "retry": {"attempts": 0}},
        Router={"default": "lab,m1", "fallback": {"default": ["lab,m2"]}},
        Resilience={"continue": True, "breaker": False},
    )
    body = {key: value for key, value in BODY.items() if key != "model"}
    async with http.post(f"{url}/v1/messages", json={**body, "stream": True}) as answer:
        data = (await answer.read()).decode()
    (failure,) = [
        json.loads(line[6:]) for line in data.splitlines() if line.startswith('data: {"type":"error"')
    ]
    asked, *further = await told(http, url)
    assert (asked["status"], asked["message"]) == (502, failure["error"]["message"])
    assert [one["parent"] for one in further] == [asked["id"]] * len(further)
    assert all(one["error"] for one in further)


async def told(http: aiohttp.ClientSession, url: str) -> list[dict[str, Any]]:
    """All rows, the oldest first."""
    async with http.get(f"{url}/api/requests") as answer:
        rows: list[dict[str, Any]] = (await answer.json())["requests"]
    return rows[::-1]


async def errors(http: aiohttp.ClientSession, url: str) -> int:
    async with http.get(f"{url}/api/errors") as answer:
        total: int = (await answer.json())["total"]
    return total


async def test_a_late_target_is_raced_and_the_loser_is_closed(
    start: Start, upstream: FakeUpstream, http: aiohttp.ClientSession
) -> None:
    never = asyncio.Event()
    good = json_answer(chat_json("fine"))
    upstream.reply(*[good] * 4, stream(words("late"), gates=[never]), json_answer(chat_json("soon")))
    url = await start(
        Router={"default": "lab,m1", "fallback": {"default": ["lab,m2"]}},
        Resilience={"hedge": {"enabled": True, "minSamples": 3, "minMs": 1, "maxShare": 1}},
    )
    for said in ["fine"] * 4 + ["soon"]:
        async with http.post(f"{url}/v1/messages", json={**BODY, "model": "default"}) as answer:
            assert (await answer.json())["content"][0]["text"] == said
    late, soon = upstream.requests[4:]
    assert (late.json["model"], soon.json["model"]) == ("m1", "m2")
    await asyncio.wait_for(late.closed.wait(), 20)


async def test_identical_requests_at_once_are_one_call_and_two_rows(
    start: Start, upstream: FakeUpstream, http: aiohttp.ClientSession
) -> None:
    ready = asyncio.Event()
    upstream.reply(stream(words("One answer"), gates=[ready]))
    url = await start()
    both = await two_at_once(http, url, upstream)
    ready.set()
    assert [said.split() for said in await asyncio.gather(*both)] == [["One", "answer"]] * 2
    assert len(upstream.requests) == 1
    async with http.get(f"{url}/api/requests") as answer:
        rows = (await answer.json())["requests"]
    assert sorted(row["cache"] for row in rows) == ["", "joined"]
    assert [row["model"] for row in rows] == ["m1", "m1"]


async def test_an_answer_that_a_stop_sequence_ends_was_not_left(
    start: Start, upstream: FakeUpstream, http: aiohttp.ClientSession
) -> None:
    upstream.reply(stream(words("one stop two")))
    url = await start()
    body = {**BODY, "stream": True, "stop_sequences": ["stop"]}
    async with http.post(f"{url}/v1/messages", json=body) as answer:
        assert b"message_stop" in await answer.read()
    async with http.get(f"{url}/api/requests") as answer:
        (row,) = (await answer.json())["requests"]
    assert (row["status"], row["error"]) == (200, "")


async def test_a_client_that_leaves_a_shared_answer_is_told_apart_from_those_that_stay(
    start: Start, upstream: FakeUpstream, http: aiohttp.ClientSession
) -> None:
    ready = asyncio.Event()
    upstream.reply(stream(words("One answer"), gates=[ready]))
    url = await start()
    first, second = await two_at_once(http, url, upstream)
    second.cancel()
    while len(await active(http, url)) > 1:
        pass
    ready.set()
    await first
    async with http.get(f"{url}/api/requests") as answer:
        rows = (await answer.json())["requests"]
    assert {row["cache"]: row["error"] for row in rows} == {"": "", "joined": "left"}


async def test_who_began_a_shared_answer_and_left_is_told_to_have_left(
    start: Start, upstream: FakeUpstream, http: aiohttp.ClientSession
) -> None:
    """Its row has what the call took; the one that stayed has joined, and took nothing."""
    ready = asyncio.Event()
    upstream.reply(stream(words("One answer"), gates=[ready]))
    url = await start()
    first, second = await two_at_once(http, url, upstream)
    first.cancel()
    while not any(one["state"] == "left" for one in await active(http, url)):
        pass
    ready.set()
    assert (await second).split() == ["One", "answer"]
    rows = {row["cache"]: row for row in await told(http, url)}
    assert {name: (row["status"], row["error"]) for name, row in rows.items()} == {
        "": (499, "left"),
        "joined": (200, ""),
    }
    assert (rows[""]["input"], rows["joined"]["input"]) == (10, None)
    async with http.get(f"{url}/api/usage") as answer:
        usage = await answer.json()
    assert (usage["totalInputTokens"], usage["totalLeft"], usage["totalUnmetered"]) == (10, 1, 0)


async def two_at_once(
    http: aiohttp.ClientSession, url: str, upstream: FakeUpstream
) -> tuple[asyncio.Task[str], asyncio.Task[str]]:
    """Clients that wait for one answer: who began it, and who joined. They give its text."""

    async def ask() -> str:
        async with http.post(f"{url}/v1/messages", json={**BODY, "stream": True}) as answer:
            return (await text_of(answer))[0]

    first = asyncio.create_task(ask())
    await upstream.arrived.wait()
    second = asyncio.create_task(ask())
    while len(await active(http, url)) < 2:
        pass
    return first, second


async def active(http: aiohttp.ClientSession, url: str) -> list[Any]:
    async with http.get(f"{url}/api/requests/active") as answer:
        found: list[Any] = await answer.json()
        return found
