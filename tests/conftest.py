"""What every test stands on: nothing of the user's own, and the shared material where it exists."""

from __future__ import annotations

import faulthandler
import os
import signal
from collections.abc import Generator, Iterator
from pathlib import Path

import pytest
from _pytest.faulthandler import fault_handler_stderr_fd_key
from hypothesis import HealthCheck, settings

# How long an example takes says more about the machine than about us.
settings.register_profile("ccr", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("ccr")

pytest_plugins = ["tests.redis_server", "tests.postgres_server"]

ROOT = Path(__file__).resolve().parent.parent

FOREIGN = ("CCR_", "ANTHROPIC_", "CLAUDE_", "OPENAI_", "GEMINI_", "GOOGLE_", "AWS_")
PROXIES = ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY", "PROXY_URL")
SERVICE = ("CONFIG_PATH", "SERVICE_PORT", "REDIS_URL", "DATABASE_URL")


def pytest_configure() -> None:
    """Whoever runs the tests may ignore signals, as shells let what they run in the background do.

    Children inherit that, and some of them are to be interrupted.
    """
    for name in ("SIGINT", "SIGQUIT"):
        number = getattr(signal, name, None)
        if number is not None and signal.getsignal(number) == signal.SIG_IGN:
            signal.signal(number, signal.default_int_handler if name == "SIGINT" else signal.SIG_DFL)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--all-splits",
        action="store_true",
        help="feed every recorded stream in every splitting, not only in one (slow)",
    )
    parser.addoption(
        "--chaos-full",
        action="store_true",
        help="run tests/chaos in its full size: more ways to break, ten thousand requests (minutes)",
    )


STUBBORN = 30
"""Seconds that a test gets to end after its time-out, before its process is ended for it."""


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, object, object]:
    """Ends the process of a test that does not end when its time is up, and says where it hangs.

    The time-out itself is an exception, which a loop that is being closed, or whoever waits for a thread,
    may outlast; a run that never ends says nothing at all.
    """
    marker = item.get_closest_marker("timeout")
    patience = marker.args[0] if marker else float(item.config.getini("timeout"))
    errors = item.config.stash.get(fault_handler_stderr_fd_key, 2)  # the real one, not what is captured
    faulthandler.dump_traceback_later(patience + STUBBORN, exit=True, file=errors)
    try:
        return (yield)
    finally:
        faulthandler.cancel_dump_traceback_later()


def is_foreign(name: str) -> bool:
    """Whether a variable of this name could steer the router or a client from outside the tests."""
    upper = name.upper()
    return upper in (*PROXIES, *SERVICE) or upper.startswith(FOREIGN)


@pytest.fixture(autouse=True)
def own_home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Tests see an empty home and no configuration, key or proxy of the user's."""
    home = tmp_path_factory.mktemp("home")
    with pytest.MonkeyPatch.context() as patch:
        for name in filter(is_foreign, list(os.environ)):
            patch.delenv(name)
        patch.setenv("HOME", str(home))
        patch.setenv("USERPROFILE", str(home))
        yield home


@pytest.fixture(scope="session")
def all_splits(request: pytest.FixtureRequest) -> bool:
    """Whether ``--all-splits`` was asked for."""
    return bool(request.config.getoption("--all-splits"))


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of specifications and recordings beside the repository; without it the test is skipped."""
    folder = ROOT.parent / "shared"
    if not (folder / "conformance").is_dir():
        pytest.skip("the shared specifications (../shared) are not here")
    return folder
