"""No secret gets through, and what is none stays as it is."""

from __future__ import annotations

import base64
import json
from pathlib import Path

import pytest

from ccr.config import load
from ccr.telemetry.redact import HIDDEN, Redactor

CONFIG = {
    "APIKEY": "router-canary-1",
    "APIKEYS": [{"key": "client-canary-2", "name": "ann"}],
    "PROXY_URL": "http://me:proxy%2Dcanary3@127.0.0.1:7890",
    "WebSearch": {"backend": "tavily", "api_key": "search-canary-4"},
    "Providers": [
        {
            "name": "lab",
            "api_base_url": "https://lab.test/v1/chat/completions",
            "api_key": ["$FIRST", {"key": "second-canary-6", "label": "spare-label"}],
            "models": ["m"],
            "headers": {"X-Team-Token": "header-canary-7", "X-Name": "harmless-name"},
            "query": {"subscription-key": "query-canary-8"},
        },
        {
            "name": "here",
            "api_base_url": "http://127.0.0.1:1/v1",
            "api_key": "ollama",
            "models": ["n"],
            "auth": "bearer",
        },
    ],
    "Own": {"deep": [{"client_secret": 'quoted"canary-9'}]},
    "Logging": {
        "network": [
            {"url": "https://u:net-canary-a@logs.test/x", "headers": {"Authorization": "Bearer log-canary-b"}}
        ]
    },
}
ENV = {
    "FIRST": "first-canary-5",
    "MY_API_KEY": "environment-canary-c",
    "DATABASE_URL": "postgresql://u:db-canary-d@h/x",
}
SECRETS = (
    *("router-canary-1", "client-canary-2", "proxy-canary3", "proxy%2Dcanary3", "search-canary-4"),
    *("first-canary-5", "second-canary-6", "header-canary-7", "query-canary-8", 'quoted"canary-9'),
    *("net-canary-a", "log-canary-b", "environment-canary-c", "db-canary-d"),
)


@pytest.fixture
def redact(tmp_path: Path) -> Redactor:
    (tmp_path / "config.json").write_text(json.dumps(CONFIG))
    return Redactor.of(load(tmp_path / "config.json", ENV), ENV)


@pytest.mark.parametrize("secret", SECRETS)
def test_what_the_configuration_knows_is_hidden_wherever_it_stands(secret: str, redact: Redactor) -> None:
    for text in (secret, f"x{secret}y", json.dumps({"a": f"it is {secret}!"}), f"/?q={secret}"):
        assert secret not in redact(text)
        assert json.dumps(secret)[1:-1] not in redact(text)
        assert secret.encode() not in redact.data(text.encode())


@pytest.mark.parametrize(
    "text",
    [
        "Authorization: Bearer canary-canary",
        "authorization: Basic Y2FuYXJ5OmNhbmFyeQ== canary-canary".replace(" canary-canary", ""),
        '{"x-api-key":"canary-canary"}',
        '{\\"x-api-key\\": \\"canary-canary\\"}',
        "{'api_key': 'canary-canary'}",
        "Cookie: session=canary-canary",
        "http://user:canary-canary@host/x",
        "https://host/v1?alt=sse&key=canary-canary",
        "https://host/v1?access_token=canary-canary&x=1",
        "Incorrect API key provided: sk-proj-canary-canary-canary",
        "password=canary-canary",
        "AIzaSyCanary-canary-canary",
        "bearer canary-canary is wrong",
    ],
)
def test_what_looks_like_a_secret_is_hidden(text: str) -> None:
    told = Redactor()(text)
    assert HIDDEN in told
    assert "anary" not in told
    assert "Y2Fu" not in told


@pytest.mark.parametrize(
    "text",
    [
        "The key pool has no key for lab; monkey business, keyboard, token count 5, max_tokens: 4096",
        '{"reqId":"req_01abc","inputTokens":512,"outputTokens":100000,"key":"spare-label"}',
        "https://lab.test/v1/chat/completions?api-version=2024-10-21",
        "ollama, x-api-key and bearer; harmless-name here lab,m basic auth task-force sketch",
    ],
)
def test_what_is_no_secret_stays(text: str, redact: Redactor) -> None:
    assert redact(text) == text


def test_a_line_of_json_stays_json() -> None:
    line = json.dumps({"msg": "authorization: Bearer abcdefghij", "x-api-key": "abcdefghij", "next": 1})
    assert json.loads(Redactor()(line))["next"] == 1


def test_a_body_is_shown_short_and_without_images(redact: Redactor) -> None:
    image = base64.b64encode(bytes(range(256)) * 40).decode()
    raw = json.dumps({"image": image, "text": "hello first-canary-5 " + "long " * 100}).encode()
    told = redact.body(raw, 120)
    assert "hello" in told
    assert "canary" not in told
    assert image[:100] not in told
    assert len(told) < 170
    assert redact.body(b'{"a": 1}', 100) == '{"a": 1}'
    assert image[:300] not in redact.body(image.encode(), 50)
