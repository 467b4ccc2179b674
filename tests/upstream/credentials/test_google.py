"""Access tokens from a token endpoint and a metadata server, both on loopback."""

from __future__ import annotations

import asyncio
import builtins
import json
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from ccr.config.network import Way
from ccr.config.provider import Provider
from ccr.errors import KeyRefused, Unreachable
from ccr.upstream.credentials.google import METADATA_PATH, Tokens, loaded
from tests.e2e.upstream import FakeUpstream, answer, json_answer

NOWHERE = "127.0.0.1:9"


@pytest.fixture(scope="module")
def private_key() -> str:
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    encoding, form = serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8
    return key.private_bytes(encoding, form, serialization.NoEncryption()).decode()


@pytest.fixture(autouse=True)
def no_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever runs the tests has no account of its own."""
    monkeypatch.setenv("GCE_METADATA_HOST", NOWHERE)
    monkeypatch.delenv("CLOUDSDK_CONFIG", raising=False)


@pytest.fixture
async def google(upstream: FakeUpstream) -> FakeUpstream:
    """A token endpoint that numbers its tokens."""
    upstream.reply(*(token(n) for n in range(1, 5)))
    return upstream


def token(number: int, expires_in: int = 3600) -> Any:
    return json_answer({"access_token": f"ya29.{number}", "expires_in": expires_in, "token_type": "Bearer"})


def tokens(**options: Any) -> Tokens:
    return Tokens(Provider("vertex", "https://a.example", "gemini", auth="google", options=options))


def account(google: FakeUpstream, key: str) -> dict[str, Any]:
    """A service account's key file."""
    return {
        "type": "service_account",
        "project_id": "p",
        "private_key_id": "k",
        "private_key": key,
        "client_email": "robot@p.iam.gserviceaccount.com",
        "token_uri": f"{google.url}/token",
    }


async def test_a_service_account_signs_for_its_token(google: FakeUpstream, private_key: str) -> None:
    assert await tokens(service_account=account(google, private_key)).token() == "ya29.1"
    (seen,) = google.requests
    asked = parse_qs(seen.body.decode())
    assert seen.path == "/token"
    assert asked["grant_type"] == ["urn:ietf:params:oauth:grant-type:jwt-bearer"]
    assert asked["assertion"][0].count(".") == 2


async def test_a_token_is_kept_until_shortly_before_its_end(google: FakeUpstream, private_key: str) -> None:
    made = tokens(service_account=account(google, private_key))
    assert [await made.token() for _ in range(3)] == ["ya29.1"] * 3
    made._token = made._token._replace(ends=made._token.ends - 3600 + 200)
    assert await made.token() == "ya29.2"
    assert len(google.requests) == 2


async def test_many_requests_at_once_fetch_one_token(google: FakeUpstream, private_key: str) -> None:
    made = tokens(service_account=account(google, private_key))
    assert await asyncio.gather(*(made.token() for _ in range(9))) == ["ya29.1"] * 9
    assert len(google.requests) == 1


async def test_a_token_that_is_still_good_bridges_a_failure(google: FakeUpstream, private_key: str) -> None:
    made = tokens(service_account=account(google, private_key))
    await made.token()
    google.reply(json_answer({"error": "unauthorized_client"}, status=401))
    made._token = made._token._replace(ends=made._token.ends - 3600 + 200)
    assert await made.token() == "ya29.1"
    made._token = made._token._replace(ends=0)
    with pytest.raises(KeyRefused, match="unauthorized_client"):
        await made.token()


@pytest.mark.parametrize("form", ["object", "path", "text", "environment", "parts", "gcloud"])
async def test_credentials_in_every_place(
    form: str,
    google: FakeUpstream,
    private_key: str,
    tmp_path: Path,
    own_home: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    key = account(google, private_key)
    path = tmp_path / "key.json"
    path.write_text(json.dumps(key))
    options: dict[str, Any] = {}
    match form:
        case "object":
            options = {"service_account": key}
        case "path":
            options = {"service_account": str(path)}
        case "text":
            options = {"service_account": json.dumps(key)}
        case "environment":
            monkeypatch.setenv("GOOGLE_APPLICATION_CREDENTIALS", str(path))
        case "parts":
            escaped = private_key.replace("\n", "\\n")
            options = {n: key[n] for n in ("client_email", "token_uri")} | {"private_key": escaped}
        case "gcloud":
            monkeypatch.setenv("CLOUDSDK_CONFIG", str(own_home / "sdk"))
            (own_home / "sdk").mkdir()
            (own_home / "sdk" / "application_default_credentials.json").write_text(json.dumps(key))
    assert await tokens(**options).token() == "ya29.1"


def test_other_kinds_of_credentials_are_known() -> None:
    user = {"type": "authorized_user", "client_id": "c", "client_secret": "s", "refresh_token": "r"}
    found = loaded(user)
    assert (found.refresh_token, found.client_id) == ("r", "c")
    pool = {
        "type": "external_account",
        "audience": "//iam.googleapis.com/projects/1/locations/global/workloadIdentityPools/p/providers/q",
        "subject_token_type": "urn:ietf:params:oauth:token-type:jwt",
        "token_url": "https://sts.googleapis.com/v1/token",
        "credential_source": {"file": "/var/run/token"},
    }
    assert loaded(pool).info["audience"] == pool["audience"]
    url = (
        "https://iamcredentials.googleapis.com/v1/projects/-/serviceAccounts/robot@p.iam.gserviceaccount.com"
    )
    stand_in = {"type": "impersonated_service_account", "source_credentials": user}
    robot = loaded({**stand_in, "service_account_impersonation_url": f"{url}:generateAccessToken"})
    assert robot.service_account_email == "robot@p.iam.gserviceaccount.com"


async def test_the_machine_s_own_account(google: FakeUpstream, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GCE_METADATA_HOST", google.url.removeprefix("http://"))
    monkeypatch.setenv("http_proxy", f"http://{NOWHERE}")
    made = tokens()
    assert [await made.token(), await made.token()] == ["ya29.1", "ya29.1"]
    (seen,) = google.requests
    assert (seen.method, seen.path) == ("GET", METADATA_PATH)
    assert seen.headers["metadata-flavor"] == "Google"


@pytest.mark.parametrize("reply", [json_answer({}, status=404), answer(200, b"not JSON"), json_answer(["x"])])
async def test_what_is_no_metadata_server_gives_no_token(
    reply: Any, google: FakeUpstream, monkeypatch: pytest.MonkeyPatch
) -> None:
    google.reply(reply)
    monkeypatch.setenv("GCE_METADATA_HOST", google.url.removeprefix("http://"))
    with pytest.raises(KeyRefused, match="no Google credentials were found"):
        await tokens().token()


async def test_no_credentials_anywhere_are_told_with_the_cure() -> None:
    with pytest.raises(KeyRefused, match=r"vertex: no Google credentials were found.*gcloud auth") as told:
        await tokens().token()
    assert told.value.status == 401


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"service_account": "/nowhere/key.json"}, "key.json"),
        ({"service_account": "{not json"}, "no JSON object"),
        ({"service_account": "[1]"}, r"\[1\]"),
        ({"service_account": {"type": "unknown"}}, "unknown"),
        ({"client_email": "a@b", "private_key": "no key"}, "vertex: "),
    ],
)
async def test_credentials_that_are_none_are_told_without_secrets(given: dict[str, Any], said: str) -> None:
    with pytest.raises(KeyRefused, match=said) as told:
        await tokens(**given).token()
    assert "no key" not in told.value.message


async def test_a_token_endpoint_that_cannot_be_reached(google: FakeUpstream, private_key: str) -> None:
    key = account(google, private_key) | {"token_uri": f"http://{NOWHERE}/token"}
    with pytest.raises(Unreachable, match="cannot be reached"):
        await tokens(service_account=key).token()


async def test_the_missing_library_is_named(
    google: FakeUpstream, private_key: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = builtins.__import__

    def fake(name: str, *args: Any, **more: Any) -> Any:
        if name.startswith("google"):
            raise ImportError(name)
        return real(name, *args, **more)

    monkeypatch.setattr(builtins, "__import__", fake)
    with pytest.raises(KeyRefused, match=r"pip install 'ccrouter\[vertex\]'"):
        await tokens(service_account=account(google, private_key)).token()


async def test_the_proxy_is_used_for_tokens(google: FakeUpstream, private_key: str) -> None:
    made = Tokens(
        Provider(
            "vertex",
            "",
            "gemini",
            options={
                "service_account": account(google, private_key) | {"token_uri": "http://tokens.example/x"}
            },
            way=Way(google.url),
        )
    )
    assert await made.token() == "ya29.1"
    assert google.requests[0].headers["host"] == "tokens.example"
