"""A configuration that another process reads."""

from __future__ import annotations

import faulthandler
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from ccr.cli import apart
from ccr.cli.reading import Options
from ccr.cli.reading import read as read_here
from ccr.config import ConfigError

PROVIDER = {
    "name": "a",
    "api_base_url": "https://openrouter.ai/api/v1/chat/completions",
    "api_key": ["sk-one", {"key": "sk-two", "rpm": 3, "limits": {"concurrency": 2}}],
    "models": {"m": {"price": {"input": 1, "long": {"above": 9, "output": 2}}}, "openai/gpt-5": {}},
    "transformer": {"use": ["openrouter", ["maxtoken", {"max_tokens": 5}]]},
    "limits": {"rpm": 9},
    "retry": {"attempts": 7},
}
WHOLE = {
    "APIKEYS": [{"key": "k", "name": "ann", "limits": {"rpd": 5}}],
    "Providers": [PROVIDER],
    "Router": {"default": "a,m", "rules": [{"match": {"model": "x*"}, "target": "a,m"}]},
    "fallback": {"default": ["a,openai/gpt-5"]},
    "Prices": {"a,*": {"input": 3}},
    "WebSearch": {"backend": "brave", "api_key": "b"},
    "Redis": "redis://:secret@r:1/2",
    "Logging": {"network": [{"url": "tcp://127.0.0.1:9", "headers": {"x": "y"}}]},
    "LOG_LEVL": "info",
}


@pytest.fixture(params=["forked", "launched"], autouse=True)
def way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    if request.param == "forked":
        faulthandler.cancel_dump_traceback_later()  # a thread: tests/conftest.py
        if not apart.may_fork():
            pytest.skip("this process has threads, or its system bears no fork")
    monkeypatch.setattr(apart, "may_fork", lambda: request.param == "forked")


@pytest.fixture
def options(tmp_path: Path) -> Options:
    file = tmp_path / "config.json"
    file.write_text(json.dumps(WHOLE))
    return Options(config=str(file), port=4321, workers=2)


def test_the_settings_are_those_that_this_process_would_read(options: Options) -> None:
    far, here = apart.read(options), read_here(options)
    assert far == here
    assert far.warnings
    assert far.routes.scenarios == here.routes.scenarios
    for model in ("m", "openai/gpt-5", "deepseek/deepseek-r1"):
        assert far.providers[0].facts_of(model) == here.providers[0].facts_of(model)


def test_mistakes_are_told_as_here(options: Options) -> None:
    Path(str(options.config)).write_text('{"PORT": "x", "Providers": [{"name": "a"}]}')
    with pytest.raises(ConfigError) as here:
        read_here(options)
    with pytest.raises(ConfigError) as far:
        apart.read(options)
    assert (far.value.problems, far.value.file) == (here.value.problems, here.value.file)


def test_a_users_own_file_may_print_and_fail(options: Options) -> None:
    own = Path(str(options.config)).with_name("own.py")
    own.write_text("import os\nprint('here I am', flush=True)\nos.write(1, b'and here')\nraise OSError")
    Path(str(options.config)).write_text(
        json.dumps({"Providers": [PROVIDER], "transformers": [{"path": str(own)}]})
    )
    assert apart.read(options).transformers[0].path == own


def test_something_else_is_done_meanwhile(options: Options) -> None:
    done: list[str] = []
    apart.read(options, lambda: done.append("x"))
    assert done == ["x"]


@pytest.mark.parametrize("program", ["/nowhere/python", "/bin/false"])
def test_where_there_can_be_no_other_process_this_one_reads(
    options: Options, monkeypatch: pytest.MonkeyPatch, program: str
) -> None:
    monkeypatch.setattr(apart, "may_fork", lambda: False)
    monkeypatch.setattr(sys, "executable", program)
    assert apart.read(options).port == 4321


def test_where_the_other_process_dies_this_one_reads(
    options: Options, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It ends itself by force, but only where it is not this one."""
    own = Path(str(options.config)).with_name("own.py")
    own.write_text(f"import os\nos.getpid() == {os.getpid()} or os._exit(3)")
    Path(str(options.config)).write_text(
        json.dumps({"PORT": 4321, "Providers": [PROVIDER], "transformers": [{"path": str(own)}]})
    )
    monkeypatch.delenv("CCR_PORT", raising=False)
    assert apart.read(options).port == 4321


def test_who_takes_the_settings_imports_neither_validator_nor_parser(options: Options) -> None:
    script = (
        "import sys; from ccr.cli import apart; from ccr.cli.options import Options;"
        "settings = apart.read(Options(config=sys.argv[1]));"
        "settings.routes; settings.providers[0].facts_of('m');"
        "print([name for name in ('pydantic', 'pydantic_core', 'json5', 'difflib') if name in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, str(options.config)], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"


FORGETFUL = """
import signal, sys
from ccr.cli.apart import read
from ccr.cli.reading import Options
signal.signal(signal.SIGCHLD, signal.SIG_IGN)
print(read(Options(config=sys.argv[1], port=4321)).port)
"""


def test_it_is_read_where_nobody_is_told_of_children_that_end(options: Options) -> None:
    """Whoever starts us may have set that, and we inherit it."""
    done = subprocess.run(
        [sys.executable, "-c", FORGETFUL, str(options.config)], capture_output=True, check=True, timeout=40
    )
    assert done.stdout == b"4321\n"


def test_one_that_is_never_read_to_its_end_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "endless.py").write_text("while True: pass")
    (tmp_path / "config.json").write_text(json.dumps({"transformers": [{"path": "endless.py"}]}))
    monkeypatch.setattr(apart, "PATIENCE", 0.5)
    answer = apart._launched(Options(config=str(tmp_path / "config.json")))
    with pytest.raises(ConfigError, match="does not come to its end"):
        answer()
