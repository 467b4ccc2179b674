"""What a service writes down about itself."""

from __future__ import annotations

import dataclasses

import pytest

from ccr.cli.service import records
from ccr.cli.service.home import Home
from ccr.cli.service.records import Record

RECORD = Record(12, "127.0.0.1", 4000, "token", "/c.json", 1.5, options=["--port", "4000"], auto=True)


def test_a_record_comes_back_as_it_was_written(tmp_path: object) -> None:
    home = Home.of({"HOME": str(tmp_path)})
    records.write(home, RECORD)
    assert records.read(home, 4000) == RECORD
    assert records.ports(home) == [4000]
    assert home.pid_file.read_text() == "12"


def test_records_are_for_their_user_only(tmp_path: object) -> None:
    home = Home.of({"HOME": str(tmp_path)})
    records.write(home, RECORD)
    assert home.record(4000).stat().st_mode & 0o777 == 0o600
    assert home.services.stat().st_mode & 0o777 == 0o700
    assert [path.name for path in home.services.iterdir()] == ["4000.json"]


def test_a_record_is_removed_by_its_own_service_only(tmp_path: object) -> None:
    home = Home.of({"HOME": str(tmp_path)})
    newer = dataclasses.replace(RECORD, pid=13, instance="newer")
    records.write(home, newer)
    records.remove(home, RECORD)
    assert records.read(home, 4000) == newer
    assert home.pid_file.read_text() == "13"
    records.remove(home, newer)
    assert records.read(home, 4000) is None
    assert not home.pid_file.exists()


@pytest.mark.parametrize("text", ["", "{", "[]", '{"pid": 1}', '{"new": 1}'])
def test_a_record_that_makes_no_sense_is_none(tmp_path: object, text: str) -> None:
    home = Home.of({"HOME": str(tmp_path)})
    records.write(home, RECORD)
    home.record(4000).write_text(text)
    assert records.read(home, 4000) is None


@pytest.mark.parametrize(
    ("host", "url"),
    [
        ("127.0.0.1", "http://127.0.0.1:1"),
        ("0.0.0.0", "http://127.0.0.1:1"),  # noqa: S104
        ("::", "http://127.0.0.1:1"),
        ("::1", "http://[::1]:1"),
        ("box.lan", "http://box.lan:1"),
    ],
)
def test_a_service_is_called_by_an_address_that_can_be_called(host: str, url: str) -> None:
    assert records.url(host, 1) == url
