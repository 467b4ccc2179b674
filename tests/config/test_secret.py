from __future__ import annotations

import pytest

from ccr.config.secret import is_secret


@pytest.mark.parametrize(
    "name",
    ["api_key", "apiKey", "X-Team-Token", "PGPASSWORD", "Cookie", "Authorization", "client_secret", "key"],
)
def test_names_of_secrets(name: str) -> None:
    assert is_secret(name)


@pytest.mark.parametrize(
    "name", ["max_tokens", "tokenizer", "api_key_file", "label", "client_id", "X-Name", "authority", "model"]
)
def test_names_of_other_things(name: str) -> None:
    assert not is_secret(name)
