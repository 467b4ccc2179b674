"""Custom routers in Python: what they may be, what goes wrong with them, and their reloading."""

from __future__ import annotations

import logging
import threading
from pathlib import Path

import pytest

from ccr.config.watched import Watched
from ccr.routing.custom_contract import Failed
from ccr.routing.custom_python import PythonScript
from tests.routing.scripts import CONFIG, Clock, request, write


def script(file: Path, clock: Clock | None = None) -> PythonScript:
    made = PythonScript(file, CONFIG, "CUSTOM_ROUTER_PATH")
    if clock is not None:
        made._file = Watched(file, clock)
    made.load()
    return made


@pytest.mark.parametrize("form", ["def", "async def"])
async def test_it_gets_the_request_and_the_configuration(form: str, tmp_path: Path) -> None:
    text = f"""
{form} route(request, config):
    assert request.token_count == 7 and request["session_id"] == "s-1"
    assert request.body["messages"][0]["content"] == "hi"
    return config["Router"]["default"]
"""
    assert await script(write(tmp_path, "r.py", text)).ask(request()) == "lab,m1"


async def test_a_function_may_give_something_to_wait_for(tmp_path: Path) -> None:
    text = "async def later(r):\n    r.body['x'] = 1\n    return 'a'\nroute = lambda r, c: later(r)\n"
    asked = request()
    assert await script(write(tmp_path, "r.py", text)).ask(asked) == "a"
    assert asked.edited is not None


async def test_sync_functions_run_off_the_event_loop(tmp_path: Path) -> None:
    text = "import threading\ndef route(request, config):\n    return threading.current_thread().name\n"
    assert await script(write(tmp_path, "r.py", text)).ask(request()) != threading.current_thread().name


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("def route(request, config:\n  pass", "r.py is no valid Python (line 1)"),
        ("x = 1\nx.y\n", "r.py fails in line 2: AttributeError"),
        ("def router(request, config): ...", "r.py defines no function route(request, config)"),
        ("\n\ndef route(request): ...", "r.py, line 3: route takes two arguments"),
        ("raise SystemExit(3)", "r.py fails in line 1: SystemExit: 3"),
    ],
)
def test_a_broken_file_is_told_with_its_line(text: str, said: str, tmp_path: Path) -> None:
    with pytest.raises(Failed, match=r"^CUSTOM_ROUTER_PATH: ") as caught:
        script(write(tmp_path, "r.py", text))
    assert said in str(caught.value)


def test_a_missing_file_is_told_with_the_cure(tmp_path: Path) -> None:
    with pytest.raises(Failed, match=r"cannot be read: No such file(.|\n)*relative path"):
        script(tmp_path / "none.py")


@pytest.mark.parametrize("form", ["def", "async def"])
@pytest.mark.parametrize("wrong", ["1 / 0", "raise SystemExit(1)", "raise TimeoutError"])
async def test_what_it_raises_is_told_with_its_line(form: str, wrong: str, tmp_path: Path) -> None:
    found = script(write(tmp_path, "r.py", f"{form} route(request, config):\n    {wrong}\n"))
    with pytest.raises(Failed, match=r"r\.py fails in line 2: "):
        await found.ask(request())


async def test_a_changed_file_is_loaded_anew(tmp_path: Path) -> None:
    clock, file = Clock(), write(tmp_path, "r.py", "def route(r, c): return 'one'")
    found = script(file, clock)
    assert await found.ask(request()) == "one"
    write(tmp_path, "r.py", "def route(r, c): return 'number two'")
    assert await found.ask(request()) == "one"
    clock.tick()
    assert await found.ask(request()) == "number two"


async def test_a_change_that_breaks_it_leaves_the_version_before(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    clock, file = Clock(), write(tmp_path, "r.py", "def route(r, c): return 'one'")
    found = script(file, clock)
    write(tmp_path, "r.py", "def route(r, c: return 'two'")
    clock.tick()
    with caplog.at_level(logging.WARNING, "ccr.route"):
        assert await found.ask(request()) == "one"
    assert "no valid Python (line 1)" in caplog.text
    assert "The version before it stays in use." in caplog.text


async def test_a_file_that_was_broken_is_used_when_it_is_mended(tmp_path: Path) -> None:
    clock, file = Clock(), write(tmp_path, "r.py", "def route(")
    found = PythonScript(file, CONFIG, "CUSTOM_ROUTER_PATH")
    found._file = Watched(file, clock)
    with pytest.raises(Failed):
        found.load()
    with pytest.raises(Failed, match="no valid Python"):
        await found.ask(request())
    write(tmp_path, "r.py", "def route(r, c): return 'mended'")
    clock.tick()
    assert await found.ask(request()) == "mended"


async def test_a_change_that_never_comes_to_an_end_keeps_no_process_from_ending(tmp_path: Path) -> None:
    clock, file = Clock(), write(tmp_path, "r.py", "def route(r, c): return 'one'")
    found = script(file, clock)
    write(
        tmp_path,
        "r.py",
        "import threading\ndef route(r, c, daemon=threading.current_thread().daemon): return daemon",
    )
    clock.tick()
    assert await found.ask(request()) is True
