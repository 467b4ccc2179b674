"""One Node.js: what it is given and gives back, whatever the user's code prints, throws or leaves open."""

from __future__ import annotations

import asyncio
import logging
import os
import shutil
import signal
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import suppress
from pathlib import Path

import pytest

from ccr.routing.custom_contract import Failed
from ccr.routing.node_process import Line, NodeProcess
from tests.routing.scripts import CONFIG, write

NODE = shutil.which("node") or ""
pytestmark = pytest.mark.skipif(not NODE, reason="there is no Node.js (node) on the PATH")

Start = Callable[..., Awaitable[NodeProcess]]
HEAD = {"headers": {"x-a": "b"}, "tokenCount": 7, "sessionId": "s-1", "method": "POST", "url": "/v1/messages"}
BODY = b'{"model":"claude","messages":[]}'


@pytest.fixture
async def start(tmp_path: Path) -> AsyncIterator[Start]:
    started: list[NodeProcess] = []

    async def start(text: str, name: str = "r.js", patience: float = 20) -> NodeProcess:
        file = write(tmp_path, name, text)
        started.append(await NodeProcess.start(NODE, file, CONFIG, patience))
        return started[-1]

    yield start
    for process in started:
        await process.close()


def body(line: Line) -> bytes:
    return bytes(line.body)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("r.js", "module.exports = async function router(req, config, context) {{ {} }}"),
        ("r.cjs", "exports.default = (req, config, context) => {{ {} }}"),
        ("r.mjs", "export default async function router(req, config, context) {{ {} }}"),
    ],
)
async def test_it_is_a_module_of_any_kind_and_gets_all_there_is(name: str, text: str, start: Start) -> None:
    code = """
      const { body, headers, tokenCount, sessionId, url, method, log } = req;
      const given = [body.model, headers["x-a"], tokenCount, sessionId, url, method];
      if (`${given}` !== "claude,b,7,s-1,/v1/messages,POST") throw new Error(given);
      if (![context.event.on, log.child().warn].every((f) => typeof f === "function")) throw new Error();
      return config.Router.default;"""
    found = await (await start(text.format(code), name)).ask(HEAD, BODY)
    assert (found.model, body(found)) == ("lab,m1", b"")


@pytest.mark.parametrize("nothing", ["null", "undefined", "''", "false", "0"])
async def test_nothing_is_nothing_as_in_the_original(nothing: str, start: Start) -> None:
    assert (await (await start(f"module.exports = () => {nothing}")).ask(HEAD, BODY)).model is None


async def test_a_changed_body_comes_back(start: Start) -> None:
    process = await start("module.exports = (req) => { req.body.model = 'a,b'; req.body.x = '\\u2028é' }")
    assert body(await process.ask(HEAD, BODY)) == '{"model":"a,b","messages":[],"x":"\u2028é"}'.encode()


async def test_a_body_written_in_another_way_is_no_change(start: Start) -> None:
    process = await start("module.exports = () => null")
    assert body(await process.ask(HEAD, b'{ "model":"\\u0063laude", "n":1.0 }')) == b""


async def test_requires_of_its_own_are_found_beside_it(start: Start, tmp_path: Path) -> None:
    write(tmp_path, "helper.js", "exports.model = 'a,helped'")
    process = await start("const h = require('./helper'); module.exports = () => h.model")
    assert (await process.ask(HEAD, BODY)).model == "a,helped"


async def test_what_the_code_prints_comes_into_the_log_and_not_between_answers(
    start: Start, caplog: pytest.LogCaptureFixture
) -> None:
    process = await start("""
        module.exports = (req) => {
          console.log("printed"); process.stdout.write("no end");
          require("fs").writeSync(1, '{"id": 1, "mo');
          req.log.warn({ why: 5 }, "weighed %s", "x");
          return "a,b";
        }""")
    with caplog.at_level(logging.DEBUG, "ccr.route"):
        assert [(await process.ask(HEAD, BODY)).model for _ in range(3)] == ["a,b"] * 3
        await process.close()
    assert "r.js: printed" in caplog.text
    assert "r.js: weighed x { why: 5 }" in [
        r.getMessage() for r in caplog.records if r.levelname == "WARNING"
    ]


async def test_answers_find_their_questions_in_any_order(start: Start) -> None:
    process = await start("""
        const waiting = [];
        module.exports = (req) => new Promise((done) => {
          waiting.push(() => done(`a,${req.body.n}`));
          if (waiting.length === 20) waiting.reverse().forEach((go) => go());
        })""")
    asked = [process.ask(HEAD, b'{"n":%d}' % n) for n in range(20)]
    assert [line.model for line in await asyncio.gather(*asked)] == [f"a,{n}" for n in range(20)]


async def test_whoever_is_cancelled_while_a_large_body_goes_out_disturbs_nobody(start: Start) -> None:
    process = await start("module.exports = (req) => `a,${req.body.n}`")
    for n in range(20):
        large = b'{"n":%d,"x":"%s"}' % (n, b"x" * 300_000)
        asking = asyncio.ensure_future(process.ask(HEAD, large))
        await asyncio.sleep(0)
        asking.cancel()
    assert (await process.ask(HEAD, b'{"n":99}')).model == "a,99"
    assert not process._open


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("\nthrow new RangeError('far')", "RangeError: far (line 2)"),
        ("return 5", 'TypeError: it returned 5, not "provider,model"'),
        ("return Promise.reject('so')", "so"),
    ],
)
async def test_what_it_throws_is_told(code: str, said: str, start: Start) -> None:
    process = await start(f"module.exports = () => {{ {code} }}")
    with pytest.raises(Failed) as caught:
        await process.ask(HEAD, BODY)
    assert str(caught.value) == f"r.js failed: {said}"
    assert process.ended is None


async def test_what_is_thrown_outside_of_a_request_is_logged_and_survived(
    start: Start, caplog: pytest.LogCaptureFixture
) -> None:
    process = await start("""
        module.exports = (req) => new Promise((done) => {
          setImmediate(() => { setImmediate(() => done("a,b")); throw new Error("aside") });
          Promise.reject(new Error("unseen"));
        })""")
    assert (await process.ask(HEAD, BODY)).model == "a,b"
    assert "outside of a request: Error: aside (line 3)" in caplog.text
    assert "outside of a request: Error: unseen (line 4)" in caplog.text


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("r.js", "const a = 1;\nconst b = ;", "SyntaxError: Unexpected token ';' (line 2)"),
        ("r.mjs", "const a = 1;\nexport default ;", "SyntaxError: Unexpected token ';' (line 2)"),
        ("r.js", "\n\nundefinedName()", "ReferenceError: undefinedName is not defined (line 3)"),
        ("r.js", "module.exports = {}", "it exports no function: write module.exports = async function"),
        ("r.js", "require('./none')", "Error: Cannot find module './none'"),
        ("r.mjs", "export const x = 1", "it exports no function"),
        ("r.js", "process.exit(3)", "Node.js, which runs r.js, ended (exit code 3)"),
    ],
)
async def test_a_file_that_cannot_be_loaded_is_told_with_its_line(
    name: str, text: str, said: str, start: Start
) -> None:
    with pytest.raises(Failed) as caught:
        await start(text, name)
    assert said in str(caught.value)


async def test_a_file_that_does_not_finish_loading_is_told(start: Start) -> None:
    with pytest.raises(Failed, match=r"r.js is not loaded after 0\.2 s"):
        await start("for (;;) {}", patience=0.2)


async def test_open_questions_fail_when_it_ends(start: Start, caplog: pytest.LogCaptureFixture) -> None:
    process = await start("module.exports = (req) => req.body.n ? process.exit(4) : new Promise(() => {})")
    waiting = asyncio.ensure_future(process.ask(HEAD, BODY))
    for asking in (process.ask(HEAD, b'{"n":1}'), waiting, process.ask(HEAD, BODY)):
        with pytest.raises(Failed, match=r"Node\.js, which runs r\.js, ended \(exit code 4\)"):
            await asking
    assert "exit code 4" in caplog.text


HOLDER = """
    const { spawn } = require("node:child_process");
    const held = spawn("sleep", ["600"], { stdio: "inherit", detached: true });
    module.exports = (req) => req.body.n ? process.exit(4) : `a,${held.pid}`;"""


@pytest.fixture
async def holder(start: Start) -> AsyncIterator[NodeProcess]:
    """A process that has started another one, which has its pipes, too."""
    process = await start(HOLDER)
    held = (await process.ask(HEAD, BODY)).model
    assert held is not None
    yield process
    with suppress(ProcessLookupError):
        os.kill(int(held.removeprefix("a,")), signal.SIGKILL)


async def test_its_end_is_noticed_whoever_has_its_pipes(holder: NodeProcess) -> None:
    with pytest.raises(Failed, match=r"ended \(exit code 4\)"):
        await asyncio.wait_for(holder.ask(HEAD, b'{"n":1}'), 20)
    assert holder.ended


async def test_closing_it_waits_for_nobody_who_has_its_pipes(holder: NodeProcess) -> None:
    await asyncio.wait_for(holder.close(), 20)


async def test_one_that_is_retired_answers_what_it_was_asked(start: Start) -> None:
    process = await start("module.exports = () => new Promise((done) => setTimeout(() => done('a,b'), 50))")
    asking = asyncio.ensure_future(process.ask(HEAD, BODY))
    await asyncio.sleep(0)
    await process.close(patience=20)
    assert (await asking).model == "a,b"


async def test_signals_that_are_meant_for_the_service_do_not_end_it(start: Start) -> None:
    process = await start("module.exports = () => 'a,b'")
    process._process.send_signal(signal.SIGINT)
    process._process.send_signal(signal.SIGTERM)
    assert (await process.ask(HEAD, BODY)).model == "a,b"


async def test_one_that_is_stuck_is_ended_by_force(start: Start) -> None:
    process = await start("module.exports = () => { for (;;) {} }")
    asking = asyncio.ensure_future(process.ask(HEAD, BODY))
    await asyncio.sleep(0)
    await process.close(patience=0.05)
    with pytest.raises(Failed):
        await asking


async def test_a_node_that_is_none_is_told(tmp_path: Path) -> None:
    with pytest.raises(Failed, match="cannot be started: No such file"):
        await NodeProcess.start(str(tmp_path / "node"), tmp_path / "r.js", {}, 1)
