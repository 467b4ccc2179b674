"""A Node.js is kept alive: started by the first request, again after a crash, anew for a changed file."""

from __future__ import annotations

import logging
import os
import shutil
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

from ccr.routing.custom_contract import Failed
from ccr.routing.node import NodeScript
from tests.routing.scripts import CONFIG, Clock, ask, exchange, made, request, write

pytestmark = pytest.mark.skipif(not shutil.which("node"), reason="there is no Node.js (node) on the PATH")

Make = Callable[[str], NodeScript]


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def script(tmp_path: Path, clock: Clock) -> AsyncIterator[Make]:
    scripts: list[NodeScript] = []

    def make(text: str) -> NodeScript:
        file = write(tmp_path, "r.js", text)
        scripts.append(NodeScript(file, CONFIG, "CUSTOM_ROUTER_PATH", clock=clock))
        return scripts[-1]

    yield make
    for one in scripts:
        await one.close()


def alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


async def test_the_first_request_starts_it_and_the_next_finds_it(script: Make) -> None:
    found = script("let n = 0; module.exports = () => `${process.pid},${++n}`")
    assert found._process is None
    answers = [str(await found.ask(request())).split(",") for _ in range(3)]
    assert [n for _, n in answers] == ["1", "2", "3"]
    assert len({pid for pid, _ in answers}) == 1
    await found.close()
    assert not alive(int(answers[0][0]))


async def test_requests_that_come_while_it_starts_wait_for_the_same(script: Make) -> None:
    import asyncio

    found = script("module.exports = () => String(process.pid)")
    assert len(set(await asyncio.gather(*(found.ask(request()) for _ in range(5))))) == 1


async def test_a_changed_file_is_run_anew(script: Make, clock: Clock) -> None:
    found = script("module.exports = () => 'one'")
    assert await found.ask(request()) == "one"
    script("module.exports = () => 'number two'")
    assert await found.ask(request()) == "one"
    clock.tick()
    assert await found.ask(request()) == "number two"


async def test_a_change_that_breaks_it_leaves_the_version_before(
    script: Make, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    found = script("module.exports = () => 'one'")
    assert await found.ask(request()) == "one"
    script("module.exports = ( => 'two'")
    clock.tick()
    assert await found.ask(request()) == "one"
    assert "SyntaxError" in caplog.text
    assert "The version before it stays in use." in caplog.text


async def test_after_a_crash_it_is_started_again_and_not_too_often(script: Make, clock: Clock) -> None:
    found = script("module.exports = () => process.exit(1)")
    for _ in range(2):
        with pytest.raises(Failed, match="ended"):
            await found.ask(request())
    with pytest.raises(Failed, match="ended"):
        await found.ask(request())
    assert found._process is None, "in the first second nothing is started"
    script("module.exports = () => 'well'")
    clock.tick()
    assert await found.ask(request()) == "well"
    assert found._failures == 0


async def test_a_broken_file_is_tried_again_after_a_while(script: Make) -> None:
    found = script("module.exports = 5")
    for _ in range(2):
        with pytest.raises(Failed, match="exports no function"):
            await found.ask(request())
    assert found._failures == 2
    with pytest.raises(Failed, match="exports no function"):
        await found.ask(request())
    assert found._failures == 2


async def test_one_that_is_stuck_is_replaced(script: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    import asyncio

    monkeypatch.setattr("ccr.routing.node.PONG", 0.05)
    found = script("module.exports = (req) => { while (req.body.n) {} return 'free' }")
    assert await found.ask(request()) == "free"
    stuck = asyncio.ensure_future(found.ask(request({"n": 1})))
    await asyncio.sleep(0)
    found.overdue()
    assert found._probing is not None
    await found._probing  # which may have been asked before the loop was entered
    found.overdue()
    with pytest.raises(Failed, match=r"kept Node\.js busy without an end"):
        await stuck
    assert await found.ask(request()) == "free"


async def test_one_that_merely_waits_is_left_alone(script: Make) -> None:
    import asyncio

    found = script("module.exports = (req) => req.body.n ? new Promise(() => {}) : String(process.pid)")
    pid = await found.ask(request())
    waiting = asyncio.ensure_future(found.ask(request({"n": 1})))
    await asyncio.sleep(0)
    found.overdue()
    assert found._probing is not None
    await found._probing
    assert await found.ask(request()) == pid
    waiting.cancel()


async def test_without_node_the_message_names_the_cure(tmp_path: Path) -> None:
    file = write(tmp_path, "r.js", "")
    found = NodeScript(file, CONFIG, "CUSTOM_ROUTER_PATH", find=lambda _: None)
    with pytest.raises(
        Failed, match=r"r\.js needs Node\.js, and there is no 'node' on the PATH\. Install it"
    ):
        found.load()
    with pytest.raises(Failed, match=r"needs Node\.js"):
        await found.ask(request())


@pytest.mark.parametrize(("name", "line"), [("r.js", 3), ("r.mjs", 3), ("r.cjs", 3)])
def test_wrong_syntax_is_told_at_the_start_with_its_line(tmp_path: Path, name: str, line: int) -> None:
    file = write(tmp_path, name, "// one\nconst a = 1;\nconst b = ;\n")
    said = rf"^CUSTOM_ROUTER_PATH: {name} is no valid JavaScript: SyntaxError: .* \(line {line}\)\.$"
    with pytest.raises(Failed, match=said):
        NodeScript(file, CONFIG, "CUSTOM_ROUTER_PATH").load()


def test_what_is_right_is_not_run_at_the_start(tmp_path: Path) -> None:
    for name, text in (("r.js", "module.exports = () => null"), ("r.mjs", "export default () => null")):
        NodeScript(write(tmp_path, name, text + "; process.exit(1)"), CONFIG, "CUSTOM_ROUTER_PATH").load()


def test_a_missing_file_is_told_without_starting_anything(tmp_path: Path) -> None:
    with pytest.raises(Failed, match="there is no file"):
        NodeScript(tmp_path / "none.js", CONFIG, "CUSTOM_ROUTER_PATH").load()


async def test_a_pretty_printed_body_is_one_line_to_it(script: Make) -> None:
    asked = exchange()
    asked.raw = asked.raw.replace(b",", b",\n ")
    from ccr.routing.custom_contract import Request

    found = script("module.exports = (req) => req.body.messages[0].content")
    whole = Request(asked, 1)
    assert await found.ask(whole) == "hi"
    assert whole.edited is None


async def test_as_a_rule_it_names_a_model_or_says_why_not(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    text = (
        "module.exports = async (req) => { if (req.body.model) return 'lab,m2'; throw new Error('no model') }"
    )
    router = made(write(tmp_path, "r.mjs", text.replace("module.exports =", "export default")))
    try:
        assert await ask(router) == ("lab,m2", [])
        with caplog.at_level(logging.WARNING, "ccr.route"):
            assert await ask(router, exchange({"model": ""})) == (
                None,
                ["r.mjs failed: Error: no model (line 1)"],
            )
        assert "no model" in caplog.text
    finally:
        await router.close()


async def test_as_a_rule_it_is_given_up_after_the_limit(tmp_path: Path) -> None:
    router = made(
        write(tmp_path, "r.js", "module.exports = () => new Promise(() => {})"), custom_router_timeout_ms=300
    )
    try:
        assert await ask(router) == (None, ["r.js gave no answer within 0.3 s."])
    finally:
        await router.close()
