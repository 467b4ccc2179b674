"""The section ``Logging`` and its variables mean what they say; each mistake is told with its place."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from ccr.config.logs import Console, Logs, Network, folder_of, size, span
from ccr.config.peek import peek
from ccr.config.shapes.logging import VARIABLES, Section
from tests.config.conftest import Mistakes, Read

SEED = {
    "level": "debug",
    "enableFileRotation": False,
    "retentionDays": 3,
    "logDirectory": "./elsewhere",
    "enableBackwardCompatibility": False,
    "maxFileSize": "1M",
    "rotationInterval": "12h",
    "compressLogs": False,
    "consoleOutput": True,
    "requestTracking": {"enabled": True, "includeDetails": True},
    "performance": {"bufferSize": 100, "flushInterval": 1000, "maxSessionAge": 60000},
    "errorHandling": {
        "enableStatistics": False,
        "enableTrendAnalysis": False,
        "maxHistorySize": 5,
        "maxRetries": 1,
    },
}


def test_every_key_of_the_seed(read: Read) -> None:
    settings = read({"Logging": SEED})
    logs = settings.logs
    assert settings.warnings == ()
    assert (settings.log_level, logs.folder, logs.legacy) == ("debug", Path("elsewhere"), False)
    rotation = logs.rotation
    assert (rotation.enabled, rotation.days, rotation.size, rotation.seconds) == (False, 3, 1_000_000, 43_200)
    assert not rotation.compress
    assert logs.console == Console(level="debug")
    assert (logs.tracking.enabled, logs.tracking.bodies) == (True, True)
    assert (logs.pace.lines, logs.pace.seconds, logs.pace.stream_seconds) == (100, 1.0, 60.0)
    faults = logs.faults
    assert (faults.statistics, faults.trend, faults.history, faults.retries) == (False, False, 5, 1)


def test_without_it_there_are_the_defaults(read: Read) -> None:
    assert read({}).logs == Logs()
    assert read({"Logging": {"level": "", "performance": {"bufferSize": None}}}).logs == Logs()


def test_bodies_are_told_only_where_asked_for(read: Read) -> None:
    assert not read({}).logs.tracking.bodies
    off = {"enabled": False, "includeDetails": True}
    assert not read({"Logging": {"requestTracking": off}}).logs.tracking.bodies


@pytest.mark.parametrize(
    ("written", "console"),
    [
        (False, Console(enabled=False, level="info")),
        ("json", Console(level="info", format="json")),
        ({"level": "warning", "color": "never"}, Console(level="warn", color="never")),
    ],
)
def test_the_console(written: Any, console: Console, read: Read) -> None:
    assert read({"Logging": {"consoleOutput": written}}).logs.console == console


def test_network_outputs(read: Read) -> None:
    written = [
        "tcp://127.0.0.1:5170",
        {"url": "https://logs.test/in", "level": "warn", "headers": {"a": "b"}},
    ]
    found = read({"Logging": {"network": written}}).logs.network
    assert found == (
        Network("tcp://127.0.0.1:5170"),
        Network("https://logs.test/in", "warn", {"a": "b"}),
    )
    assert read({"Logging": {"networkOutput": "udp://[::1]:9"}}).logs.network == (Network("udp://[::1]:9"),)


@pytest.mark.parametrize(
    ("section", "told"),
    [
        ({"maxFileSize": "much"}, 'Logging.maxFileSize: should be a size such as "50M" or "1G".'),
        ({"maxFileSize": 5}, "Logging.maxFileSize: should be 1000 bytes or more."),
        (
            {"rotationInterval": "1 fortnight"},
            'Logging.rotationInterval: should be a time such as "30m", "12h" or "1d".',
        ),
        ({"rotationInterval": "1s"}, 'Logging.rotationInterval: should be a minute or more, such as "1d".'),
        (
            {"level": "loud"},
            "Logging.level: should be 'fatal', 'error', 'warn', 'info', 'debug' or 'trace', not \"loud\".",
        ),
        ({"retentionDays": 0}, "Logging.retentionDays: should be greater than 0, not 0."),
        ({"network": "tcp://here"}, 'needs a port, such as "tcp://here:5170".'),
        ({"network": ["ftp://here:1"]}, 'should be an address such as "tcp://127.0.0.1:5170"'),
        (
            {"requestTracking": {"enabled": "perhaps"}},
            "Logging.requestTracking.enabled: should be true or false",
        ),
        (
            {"performance": {"bufferSize": -1}},
            "Logging.performance.bufferSize: should be greater than 0, not -1.",
        ),
        ("all", 'Logging: should be an object: { … }, not "all".'),
    ],
)
def test_mistakes_are_told_with_their_place(section: Any, told: str, mistakes: Mistakes) -> None:
    assert told in mistakes({"Logging": section})


def test_slips_are_warned_of(read: Read) -> None:
    section = {"retentiondays": 3, "performance": {"buffersize": 5}}
    assert read({"Logging": section}).warnings == (
        'Logging.retentiondays: is not known. Did you mean "retentionDays"?',
        'Logging.performance.buffersize: is not known. Did you mean "bufferSize"?',
    )


def test_variables_win_over_the_file(read: Read) -> None:
    env = {
        "LOG_LEVEL": "WARN",
        "LOG_MAX_FILE_SIZE": "5M",
        "LOG_CONSOLE_OUTPUT": "true",
        "LOG_COMPRESS_LOGS": "false",
        "LOG_REQUEST_TRACKING_INCLUDE_DETAILS": "true",
        "LOG_PERFORMANCE_FLUSH_INTERVAL": "10000",
        "LOG_NETWORK_OUTPUT": "udp://127.0.0.1:9",
    }
    settings = read({"Logging": SEED}, env)
    logs = settings.logs
    assert (settings.log_level, logs.rotation.size, logs.rotation.days) == ("warn", 5_000_000, 3)
    assert (logs.console.level, logs.rotation.compress, logs.tracking.bodies) == ("warn", False, True)
    assert (logs.pace.seconds, logs.pace.lines) == (10.0, 100)
    assert logs.network == (Network("udp://127.0.0.1:9", "warn"),)


def test_every_variable_names_a_key_there_is() -> None:
    for path in VARIABLES.values():
        fields: Any = Section.model_fields
        if len(path) == 2:
            fields = fields[path[0]].annotation.model_fields
        assert path[-1] in fields or path == ("networkOutput",)


def test_a_variable_that_means_another_program_does_not_keep_us_from_starting(read: Read) -> None:
    settings = read({"LOG_LEVEL": "error"}, {"LOG_LEVEL": "verbose"})
    assert settings.log_level == "error"
    assert len(settings.warnings) == 1
    assert settings.warnings[0].startswith("LOG_LEVEL: should be ")
    assert settings.warnings[0].endswith("The variable is not used.")


def test_the_routers_own_variable_wins_over_all(read: Read) -> None:
    env = {"CCR_LOG_LEVEL": "trace", "LOG_LEVEL": "warn"}
    assert read({"Logging": {"level": "error"}, "LOG_LEVEL": "info"}, env).log_level == "trace"
    assert read({"Logging": {"level": "error"}, "LOG_LEVEL": "info"}).log_level == "error"
    assert read({"LOG_LEVEL": "fatal"}).log_level == "fatal"


def test_the_folder_is_found_in_a_configuration_with_mistakes(tmp_path: Path) -> None:
    file = tmp_path / "config.json"
    file.write_text('{"PORT": "x", "Logging": {"logDirectory": "here", "level": 5}}')
    assert folder_of(peek({}, file).raw, file, {}) == tmp_path / "here"
    assert folder_of({"Logging": "x"}, file, {}) == tmp_path / "logs"
    assert folder_of({}, file, {"LOG_DIRECTORY": str(tmp_path / "other")}) == tmp_path / "other"


def test_sizes_and_spans() -> None:
    assert [size(text) for text in ("10", "50M", "1.5 GB", "2KiB")] == [10, 50_000_000, 1_500_000_000, 2_000]
    assert [span(text) for text in ("10m", "1d", "0.5h", "250ms")] == [600, 86_400, 1_800, 0.25]
