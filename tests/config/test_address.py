from __future__ import annotations

import pytest

from ccr.config.address import bound_host, is_loopback, is_private, split


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "127.9.9.9", "localhost", "LOCALHOST", "a.localhost", "::1", "[::1]"]
)
def test_loopback(host: str) -> None:
    assert is_loopback(host)
    assert is_private(host)
    assert bound_host(host, None) == host.strip("[]")


@pytest.mark.parametrize(
    "host", ["10.0.0.1", "192.168.1.1", "172.16.0.1", "169.254.1.1", "fd00::1", "gpu", "a.local"]
)
def test_the_user_s_own_network(host: str) -> None:
    assert is_private(host)
    assert not is_loopback(host)


@pytest.mark.parametrize("host", ["1.1.1.1", "example.com", "127.0.0.1.example.com", "", "128.0.0.1"])
def test_everywhere_else(host: str) -> None:
    assert not is_private(host)
    assert not is_loopback(host)
    assert bound_host(host, None) == "127.0.0.1"
    assert bound_host(host, "key") == host


def test_what_is_no_url_has_no_parts() -> None:
    assert split("http://[::1").hostname is None
