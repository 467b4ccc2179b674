"""Signatures, checked as AWS checks them; credentials found where AWS's tools find them."""

from __future__ import annotations

import asyncio
import builtins
import sys
from pathlib import Path
from typing import Any

import pytest

from ccr.config.provider import Provider
from ccr.errors import KeyRefused
from ccr.upstream.credentials.aws import Signer
from tests.upstream.credentials.sigv4 import is_signed, scope

BASE = "https://bedrock-runtime.eu-west-1.amazonaws.com"
PATH = "/model/arn:aws:bedrock:x%2Fy:0/converse-stream"
KEYS = {"access_key_id": "AKID", "secret_access_key": "secret"}
HEADERS = {"content-type": "application/json", "accept": "x"}


@pytest.fixture(autouse=True)
def no_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever runs the tests has no role of its own."""
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")


def signer(**options: Any) -> Signer:
    return Signer(Provider("clouds", BASE, "bedrock", auth="aws", options=options))


async def signed(made: Signer, url: str = BASE + PATH, body: bytes = b'{"a":"\xc3\xbc"}') -> dict[str, str]:
    """The headers as they arrive."""
    headers = {name.lower(): value for name, value in (await made.sign(url, HEADERS, body)).items()}
    return {**HEADERS, "host": url.split("/")[2], **headers}


async def test_requests_are_signed_as_aws_wants() -> None:
    headers = await signed(signer(**KEYS))
    assert is_signed(PATH, headers, b'{"a":"\xc3\xbc"}', "secret")
    assert not is_signed(PATH, headers, b"another body", "secret")
    told = scope(headers)
    assert (told["key"], told["region"], told["service"]) == ("AKID", "eu-west-1", "bedrock")
    assert told["signed"] == "content-type;host;x-amz-date"


@pytest.mark.parametrize(
    "options",
    [
        {"aws_access_key_id": "AKID", "aws_secret_access_key": "secret", "aws_session_token": "T"},
        {"accessKeyId": "AKID", "secretAccessKey": "secret", "sessionToken": "T"},
        {"awsAccessKeyId": "AKID", "awsSecretAccessKey": "secret", "awsSessionToken": "T"},
    ],
)
async def test_keys_in_the_options_go_by_several_names(options: dict[str, Any]) -> None:
    headers = await signed(signer(**options))
    assert headers["x-amz-security-token"] == "T"
    assert "x-amz-security-token" in scope(headers)["signed"]
    assert is_signed(PATH, headers, b'{"a":"\xc3\xbc"}', "secret")


async def test_keys_of_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "ENV")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "of-env")
    headers = await signed(signer())
    assert scope(headers)["key"] == "ENV"
    assert is_signed(PATH, headers, b'{"a":"\xc3\xbc"}', "of-env")


async def test_keys_of_a_profile(own_home: Path) -> None:
    folder = own_home / ".aws"
    folder.mkdir()
    (folder / "credentials").write_text("[work]\naws_access_key_id = WORK\naws_secret_access_key = s\n")
    (folder / "config").write_text("[profile work]\nregion = ap-south-1\n")
    headers = await signed(signer(profile="work"), "https://gateway.example/model/m/converse")
    told = scope(headers)
    assert (told["key"], told["region"]) == ("WORK", "ap-south-1")


@pytest.mark.parametrize(
    ("url", "region", "found"),
    [
        (BASE, "us-west-2", "eu-west-1"),
        ("https://bedrock-runtime-fips.us-gov-west-1.amazonaws.com", None, "us-gov-west-1"),
        ("https://vpce-1.bedrock-runtime.eu-central-1.vpce.amazonaws.com", None, "eu-central-1"),
        ("https://gateway.example", "us-west-2", "us-west-2"),
        ("https://gateway.example", None, "us-east-1"),
    ],
)
async def test_regions(url: str, region: str | None, found: str) -> None:
    made = signer(**KEYS, **({"region": region} if region else {}))
    assert scope(await signed(made, f"{url}/model/m/converse"))["region"] == found


async def test_nothing_to_sign_with_is_told_with_the_cure() -> None:
    with pytest.raises(KeyRefused, match=r"clouds: no AWS credentials were found.*AWS_ACCESS_KEY_ID"):
        await signed(signer())
    with pytest.raises(KeyRefused, match=r"profile \(nowhere\)"):
        await signed(signer(profile="nowhere"))


async def test_the_missing_library_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    without(monkeypatch, "botocore")
    with pytest.raises(KeyRefused, match=r"pip install 'ccrouter\[bedrock\]'"):
        await signed(signer(**KEYS))


async def test_credentials_are_looked_for_once_by_many_requests(monkeypatch: pytest.MonkeyPatch) -> None:
    made = signer(**KEYS)
    looked: list[Any] = []
    find = made._found

    def found() -> Any:
        looked.append(find())
        return looked[-1]

    monkeypatch.setattr(made, "_found", found)
    await asyncio.gather(*(signed(made) for _ in range(5)))
    assert len(looked) == 1


async def test_credentials_that_expire_are_refreshed() -> None:
    class Expiring:
        def __init__(self) -> None:
            self.refreshed = 0
            self.needed = True

        def refresh_needed(self) -> bool:
            return self.needed

        def get_frozen_credentials(self) -> Any:
            from botocore.credentials import ReadOnlyCredentials

            self.refreshed += self.needed
            self.needed = False
            return ReadOnlyCredentials(f"KEY{self.refreshed}", "s", "t", None)

    made = signer(**KEYS)
    await signed(made)
    expiring = made._credentials = Expiring()
    assert scope(await signed(made))["key"] == "KEY1"
    assert scope(await signed(made))["key"] == "KEY1"
    expiring.needed = True
    assert scope(await signed(made))["key"] == "KEY2"


def without(monkeypatch: pytest.MonkeyPatch, package: str) -> None:
    """An installation that lacks a package."""
    real = builtins.__import__

    def fake(name: str, *args: Any, **more: Any) -> Any:
        if name.partition(".")[0] == package:
            raise ImportError(name)
        return real(name, *args, **more)

    for name in [name for name in sys.modules if name.partition(".")[0] == package]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setattr(builtins, "__import__", fake)
