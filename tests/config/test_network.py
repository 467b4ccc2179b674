"""Proxies and certificates: for all, for one provider, from file and environment; mistakes with cures."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from ccr.config import Settings
from ccr.config.network import DIRECT, Network, Way, completed, is_direct, of_environment
from tests.config.conftest import Mistakes, Read
from tests.upstream.network import Authority

FAR: dict[str, Any] = {"name": "far", "api_base_url": "https://llm.example.com/v1", "api_key": "k"}


def way(settings: Settings) -> Way:
    return settings.providers[0].way


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("authority"))


def test_without_a_word_providers_are_reached_directly(read: Read) -> None:
    assert way(read({"Providers": [FAR]})) is DIRECT


@pytest.mark.parametrize("name", ["PROXY_URL", "HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"])
def test_the_environments_proxy_is_used_in_either_case(name: str, read: Read) -> None:
    assert way(read({"Providers": [FAR]}, {name: "http://proxy:1"})) == Way("http://proxy:1")


@pytest.mark.parametrize(
    ("env", "url", "proxy"),
    [
        ({"HTTP_PROXY": "http://a:1", "HTTPS_PROXY": "http://b:1"}, "http://far.example/", "http://a:1"),
        ({"HTTP_PROXY": "http://a:1", "HTTPS_PROXY": "http://b:1"}, "https://far.example/", "http://b:1"),
        ({"https_proxy": "http://a:1", "HTTPS_PROXY": "http://b:1"}, "https://far.example/", "http://a:1"),
        ({"ALL_PROXY": "socks://a:1"}, "https://far.example/", "socks5://a:1"),
        ({"HTTP_PROXY": "a:1"}, "http://far.example/", "http://a:1"),
        ({"HTTPS_PROXY": "http://a:1", "no_proxy": ".example"}, "https://far.example/", None),
        ({"HTTP_PROXY": "http://a:1"}, "https://far.example/", None),
        ({"PROXY_URL": "http://a:1"}, "http://127.0.0.1:9/", None),
        ({"PROXY_URL": "http://a:1"}, "http://localhost:9/", None),
    ],
)
def test_which_proxy_is_for_a_url(env: dict[str, str], url: str, proxy: str | None) -> None:
    network, wrong = of_environment(env)
    assert (network.way(url).proxy, wrong) == (proxy, [])


def test_the_file_wins_over_the_environment(read: Read) -> None:
    config = {"PROXY_URL": "http://file:1", "NO_PROXY": "other.example", "Providers": [FAR]}
    env = {"HTTPS_PROXY": "http://env:1", "NO_PROXY": "llm.example.com"}
    assert way(read(config, env)) == Way("http://file:1")


def test_a_provider_has_a_proxy_of_its_own_or_none(read: Read) -> None:
    config = {"PROXY_URL": "http://usual:1", "NO_PROXY": ["llm.example.com"]}
    for proxy, expected in (("socks5h://me:p@own:2", Way("socks5h://me:p@own:2")), (None, DIRECT)):
        assert way(read({**config, "Providers": [{**FAR, "proxy": proxy}]})) == expected
    assert way(read({"PROXY_URL": "http://usual:1", "Providers": [{**FAR, "proxy": False}]})) is DIRECT


def test_this_machine_is_reached_directly_but_for_a_proxy_that_is_its_own(read: Read) -> None:
    near = {**FAR, "api_base_url": "http://127.0.0.1:9/v1"}
    assert way(read({"PROXY_URL": "http://usual:1", "Providers": [near]})) is DIRECT
    assert way(read({"Providers": [{**near, "proxy": "http://own:1"}]})) == Way("http://own:1")


@pytest.mark.parametrize(
    ("entry", "host", "direct"),
    [
        ("*", "any.example", True),
        ("example.com", "example.com", True),
        ("example.com", "api.example.com", True),
        (".example.com", "api.example.com", True),
        ("*.example.com", "api.example.com", True),
        ("Example.COM", "api.example.com", True),
        ("example.com", "notexample.com", False),
        ("example.com:443", "example.com", True),
        ("example.com:8080", "example.com", False),
        ("10.0.0.0/8", "10.1.2.3", True),
        ("10.0.0.0/8", "11.1.2.3", False),
        ("192.168.1.5", "192.168.1.5", True),
        ("fd00::/8", "fd00::1", True),
        ("[fd00::1]:443", "fd00::1", True),
        ("", "example.com", False),
        (".", "example.com", False),
    ],
)
def test_what_no_proxy_names(entry: str, host: str, direct: bool) -> None:
    assert is_direct(host, 443, [entry]) is direct


@pytest.mark.parametrize("url", ["ftp://x:1", "http://", "http://x:port", "socks9://x"])
def test_what_is_no_proxy(url: str) -> None:
    assert completed(url) is None


def test_a_wrong_variable_is_passed_over_and_told_without_its_password(read: Read) -> None:
    settings = read({"Providers": [FAR]}, {"HTTPS_PROXY": "ftp://me:secret@proxy:1"})
    assert way(settings) is DIRECT
    assert settings.warnings == ('HTTPS_PROXY of the environment is no URL of a proxy ("ftp://proxy:1").',)


def test_a_wrong_proxy_of_a_provider_is_a_mistake_with_its_place(mistakes: Mistakes) -> None:
    assert mistakes({"Providers": [{**FAR, "proxy": "me:secret@proxy:1"}]}) == (
        '- Providers[0].proxy: is no URL of a proxy ("proxy:1").\n'
        "      It should look like http://127.0.0.1:7890 or socks5://127.0.0.1:1080, or be false for none."
    )


def test_a_mistake_in_the_proxy_for_all_shows_no_password(mistakes: Mistakes) -> None:
    for url in ("me:secret@proxy:1", "https://me:secret@api.deepseek.com/v1"):
        assert "secret" not in mistakes({"PROXY_URL": url, "Providers": [FAR]})


def test_a_socks_proxy_needs_its_library(mistakes: Mistakes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ccr.config.reach.find_spec", lambda _: None)
    for config, place in (
        ({"PROXY_URL": "socks5://p:1", "Providers": [FAR]}, "PROXY_URL"),
        ({"Providers": [{**FAR, "proxy": "socks5://p:1"}]}, "Providers[0].proxy"),
    ):
        assert mistakes(config) == (
            f"- {place}: is a SOCKS proxy, for which a library is missing.\n"
            "      Install it: pip install 'ccrouter[socks]'"
        )


def test_certificates_of_the_environment_are_trusted_too(read: Read, authority: Authority) -> None:
    settings = read({"Providers": [FAR]}, {"NODE_EXTRA_CA_CERTS": str(authority.ca)})
    trust = way(settings).trust
    assert trust is not None
    assert trust.ca == (authority.ca,)


def test_certificates_of_the_environment_that_are_not_there_are_told(read: Read) -> None:
    settings = read({"Providers": [FAR]}, {"SSL_CERT_FILE": "/nowhere/ca.pem"})
    assert way(settings) is DIRECT
    assert (
        "SSL_CERT_FILE of the environment is passed over: /nowhere/ca.pem cannot be read"
        in settings.warnings[0]
    )


def test_a_provider_adds_to_what_holds_for_all(read: Read, authority: Authority, tmp_path: Path) -> None:
    own = tmp_path / "own.pem"
    own.write_bytes(authority.ca.read_bytes())
    cert, key = authority.issue("client")
    entry = {**FAR, "tls": {"ca": "own.pem", "verify": False}}
    usual = {"ca": str(authority.ca), "cert": str(cert), "key": str(key)}
    settings = read({"TLS": usual, "Providers": [entry, {**FAR, "name": "b"}]})
    first, second = (provider.way.trust for provider in settings.providers)
    assert first is not None
    assert second is not None
    assert (first.ca, first.cert, first.key, first.verify) == ((authority.ca, own), cert, key, False)
    assert (second.ca, second.cert, second.verify) == ((authority.ca,), cert, True)


def tls_mistakes(authority: Authority) -> list[tuple[dict[str, Any], str]]:
    cert, _ = authority.issue("one")
    _, other = authority.issue("two")
    return [
        ({"ca": "gone.pem"}, "Providers[0].tls.ca: .*gone.pem cannot be read: No such file"),
        ({"ca": "config.json"}, "Providers[0].tls.ca: .*config.json holds no certificate"),
        ({"cert": "gone.pem"}, "Providers[0].tls.cert: .*gone.pem cannot be read"),
        ({"cert": str(cert), "key": "gone.key"}, "Providers[0].tls.key: .*gone.key cannot be read"),
        ({"cert": str(cert), "key": str(other)}, "Providers[0].tls.cert: .*do not belong together"),
        ({"cert": str(cert)}, "Providers[0].tls.cert: cannot be used"),
        ({"key": str(other)}, 'Providers[0].tls.key: says nothing without "cert"'),
    ]


def test_what_is_wrong_with_certificates_is_told_with_its_place(
    mistakes: Mistakes, authority: Authority
) -> None:
    import re

    for tls, words in tls_mistakes(authority):
        found = mistakes({"Providers": [{**FAR, "tls": tls}]})
        assert re.search(words.replace("[0]", r"\[0\]"), found), (tls, found)


def test_a_key_with_a_password_is_told_and_nobody_is_asked_for_it(
    mistakes: Mistakes, authority: Authority, tmp_path: Path
) -> None:
    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    cert, _ = authority.issue("one")
    locked = tmp_path / "locked.key"
    locked.write_bytes(
        ec.generate_private_key(ec.SECP256R1()).private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.BestAvailableEncryption(b"secret"),
        )
    )
    assert "tls.cert" in mistakes({"Providers": [{**FAR, "tls": {"cert": str(cert), "key": str(locked)}}]})


def test_no_password_is_shown() -> None:
    network = Network("http://me:secret@proxy", "http://me:secret@proxy")
    assert "secret" not in repr(network) + repr(network.way("https://far.example"))


def test_the_process_is_bounded_as_the_file_says(read: Read, mistakes: Mistakes) -> None:
    settings = read({"WORKERS": 3, "DRAIN_SECONDS": 5, "MAX_IN_FLIGHT": 7, "MAX_BODIES_MB": 1})
    process = settings.process
    assert (process.workers, process.drain, process.in_flight, process.body_bytes) == (3, 5.0, 7, 1 << 20)
    assert mistakes({"WORKERS": 0}).startswith("- WORKERS: should be greater than or equal to 1, not 0.")
