"""Secrets are told by the names they stand under and by their looks."""

from __future__ import annotations

import pytest

from ccr.config.saving.spotting import (
    DOTS,
    blotted,
    hidden,
    holds,
    is_reference,
    is_secret,
    mask_name,
    mask_text,
    mask_words,
    masked,
    unfilled,
)


@pytest.mark.parametrize(
    "name",
    ["api_key", "APIKEY", "apiKeys", "APIKEYs", "key2", "X-Team-Token", "PGPASSWORD", "cookies", "x-auth"],
)
def test_names_below_which_all_is_secret(name: str) -> None:
    assert holds(name)
    assert is_secret(name)


@pytest.mark.parametrize(
    "name", ["keyPool", "tokens", "monkey", "max_token", "prompt_cache_key", "tokenizer", "author", "", "1"]
)
def test_names_below_which_not_all_is_secret(name: str) -> None:
    assert not holds(name)


def test_texts_under_a_name_that_sounds_like_a_key_are_secret_but_where_it_says_how_or_where() -> None:
    assert is_secret("key_of_bob")
    assert not any(map(is_secret, ("key_file", "token_url", "keyStrategy", "max_tokens", "tokenizer")))


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("", ""),
        ("$KEY", "$KEY"),
        ("Bearer ${Key}", "Bearer ${Key}"),
        ("$secret", DOTS + DOTS),
        ("short", DOTS + DOTS),
        ("a-long-secret-of-mine", f"{DOTS}mine"),
        ("${KEY:-short}", f"${{KEY:-{DOTS}{DOTS}}}"),
    ],
)
def test_a_secret_is_hidden_and_a_variable_is_not(text: str, shown: str) -> None:
    assert hidden(text) == shown
    assert is_reference(text) == (text == shown != "")


def test_ways_of_showing_a_key_are_none() -> None:
    assert masked("bearer", "auth") == "bearer"
    assert masked("hunter2", "auth") == DOTS + DOTS


def test_headers_are_told_by_their_names_where_headers_stand() -> None:
    assert masked("x-api-key: hunter2", "headers") == f"x-api-key: {DOTS}{DOTS}"
    assert masked("X-Title: ccr", "headers") == "X-Title: ccr"
    assert masked("APIKEY: is missing.", "warnings") == "APIKEY: is missing."


def test_names_are_masked_where_they_look_like_keys() -> None:
    assert mask_name("sk-0123456789abcdef", secret=False) == f"{DOTS}cdef"
    assert mask_name("a-client-of-the-year-2026", secret=False) == "a-client-of-the-year-2026"
    assert mask_name("a-client-of-the-year-2026", secret=True) == f"{DOTS}2026"


def test_words_lose_keys_and_passwords_only() -> None:
    told = mask_words('no URL ("http://ada:byron@host") and sk-0123456789abcdef, Bearer abcdefgh12345678')
    assert told == f'no URL ("http://ada:{DOTS}{DOTS}@host") and {DOTS}cdef, Bearer {DOTS}5678'
    assert mask_words("postgres://ada@host:5432/db") == "postgres://ada@host:5432/db"


@pytest.mark.parametrize(
    "comment", ["// api_key: hunter2-hunter", '// "token": "hunter-x"', "// old password = hunter2hunter"]
)
def test_comments_lose_what_they_say_a_key_is(comment: str) -> None:
    assert "hunter" not in mask_text(comment)


def test_comments_keep_words() -> None:
    assert mask_text("// the key: ask the team; PORT: 4000") == "// the key: ask the team; PORT: 4000"


def test_a_text_that_cannot_be_parsed_is_blotted_as_long_as_it_was() -> None:
    text = '{"APIKEY": {"a": "one two"}, "PORT": 4000, api_key: [[5, $KEY'
    assert blotted(text) == '{"APIKEY": {"a": "••• •••"}, "PORT": 4000, api_key: [[•, $KEY'


def test_messages_name_variables_instead_of_their_values() -> None:
    assert unfilled("no URL: hunter2", {"a": "$KEY"}, {"KEY": "hunter2"}) == "no URL: $KEY"
