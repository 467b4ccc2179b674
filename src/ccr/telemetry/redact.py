"""Takes secrets out of what is written or told: those the configuration knows, and what looks like one."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, get_args
from urllib.parse import quote, unquote, urlsplit

from ccr.config import Settings
from ccr.config.provider import Auth
from ccr.config.secret import is_secret

HIDDEN = "[hidden]"

SHORTEST = 6
"""Letters. Shorter texts stand in too many words to be found."""

NAMES = 4_000
"""Short texts that are remembered."""

LOOKED_AT = 4_000_000
"""Bytes of a body that are read at most to show its beginning."""

_NAME = (
    r"(?:(?:api|access|private|auth|secret)[-_]?(?:key|token|secret)|(?:client|app)[-_]secret|authorization"
    r"|passw(?:or)?d|cookie|bearer[-_]token)"
)
_VALUE = r"(?:(?:bearer|basic|token|digest)\s+)?[^\s\"'\\,;&}\])]{6,}"
_PATTERNS = re.compile(
    rf"(?P<named>{_NAME}\\?[\"']?\s*[:=]\s*\\?[\"']?)(?!\[hidden\]){_VALUE}"
    r"|(?P<scheme>\b(?:bearer|basic)\s+)[A-Za-z0-9._~+/=-]{8,}"
    r"|(?P<user>://[^/@\s:\"']*:)[^/@\s\"']+(?=@)"
    r"|(?P<parameter>[?&](?:api_?key|key|access_token|token|sig|secret)=)[^&\s\"'#\\]+"
    r"|(?<![\w-])(?:sk-|pk-|rk-|gsk_|csk-|xai-|pplx-|tvly-|nvapi-|fw_|hf_|r8_|ghp_|gho_|glpat-|ya29\.)[\w.-]{12,}"
    r"|(?<![\w-])(?:AKIA|AIza|eyJ)[\w.-]{12,}",
    re.IGNORECASE,
)
_HINTS = (
    *("api", "auth", "secret", "passw", "cookie", "token", "bearer", "basic ", "://", "key=", "sig="),
    *("_key", "-key", "accesskey", "privatekey", "sk-", "pk-", "rk-", "xai-", "pplx-", "tvly-", "glpat-"),
    *("gsk_", "fw_", "hf_", "r8_", "ghp_", "gho_", "ya29.", "akia", "aiza", "eyj"),
)
"""One of these stands in every text that a pattern fits: most lines have none and are let by."""

_IMAGE = re.compile(r"(?:data:[\w.+/-]+;base64,)?[A-Za-z0-9+/]{256,}={0,2}")
"""Images, documents and other data in base64."""


class Redactor:
    """Knows the secrets of one configuration. Safe to use in several threads."""

    def __init__(self, secrets: Iterable[str] = ()) -> None:
        self._known: tuple[str, ...] = ()
        self._add(secrets)

    @classmethod
    def of(cls, settings: Settings, env: Mapping[str, str] | None = None) -> Redactor:
        """For all that is secret in the configuration and in the process's environment."""
        return cls({*_configured(settings), *_of_environment(os.environ if env is None else env)})

    def learn(self, settings: Settings) -> None:
        """There are other secrets as well; those of before are not forgotten."""
        self._add(_configured(settings))

    def _add(self, secrets: Iterable[str]) -> None:
        known = {form for secret in secrets if len(secret) >= SHORTEST for form in _forms(secret)}
        self._known = tuple(sorted(known.union(self._known), key=len, reverse=True))
        self._names: dict[str, str] = {}

    def __call__(self, text: str) -> str:
        """The text without secrets."""
        for secret in self._known:
            if secret in text:
                text = text.replace(secret, HIDDEN)
        if not _hinted(text):
            return text
        return "".join(
            [_searched(line) if _hinted(line) else line for line in text.splitlines(keepends=True)]
        )

    def name(self, text: str) -> str:
        """The same for a short text that comes again and again: looked at once."""
        names = self._names
        if (found := names.get(text)) is None:
            if len(names) >= NAMES:
                names.clear()
            found = names[text] = self(text)
        return found

    def data(self, data: bytes) -> bytes:
        """Bytes of UTF-8 without the secrets that are known; what only looks like one stays."""
        for secret in self._known:
            if (form := secret.encode("utf-8", "surrogatepass")) in data:
                data = data.replace(form, HIDDEN.encode())
        return data

    def body(self, raw: bytes, most: int) -> str:
        """A body to be shown: without secrets and without data in base64, at most so many letters."""
        text = self(_IMAGE.sub(_size_of, raw[:LOOKED_AT].decode("utf-8", "replace")))
        rest = len(raw) - len(text[:most].encode("utf-8", "replace"))
        return text if len(text) <= most else f"{text[:most]}… (about {rest} bytes more)"


def _hinted(text: str) -> bool:
    lower = text.lower()
    return any(hint in lower for hint in _HINTS)


def _searched(text: str) -> str:
    return _PATTERNS.sub(_hidden, text)


def _hidden(match: re.Match[str]) -> str:
    kept = next((part for part in match.groups() if part is not None), "")
    return f"{kept}{HIDDEN}"


def _size_of(match: re.Match[str]) -> str:
    return f"[{len(match[0])} characters of base64]"


def _forms(secret: str) -> Iterator[str]:
    """The ways in which a text is written: plain, in JSON, in an address."""
    yield secret
    yield json.dumps(secret)[1:-1]
    yield json.dumps(secret, ensure_ascii=False)[1:-1]
    yield quote(secret, safe="")


def _configured(settings: Settings) -> set[str]:
    found = {*settings.clients, *_in_tree(settings.raw, "")}
    for provider in settings.providers:
        found.update(provider.keys)
        beside = [*provider.headers.items(), *provider.query.items()]
        found.update(value for name, value in beside if is_secret(name))
    # The dummy keys that local servers ask for are words, such as the server's name.
    dummies = {
        key for provider in settings.providers if provider.local for key in provider.keys if len(key) < 16
    }
    return (found - dummies - set(get_args(Auth))) | {settings.apikey or ""}


def _in_tree(value: Any, name: str) -> Iterator[str]:
    """Texts below keys whose names say that they are secret, and passwords in addresses."""
    if isinstance(value, Mapping):
        for key, item in value.items():
            yield from _in_tree(item, str(key))
    elif isinstance(value, list | tuple):
        for item in value:
            yield from _in_tree(item, name)
    elif isinstance(value, str):
        if is_secret(name):
            yield value.removeprefix("Bearer ").removeprefix("Basic ")
        elif "://" in value:
            yield from _in_url(value)


def _in_url(url: str) -> Iterator[str]:
    try:
        password = urlsplit(url).password
    except ValueError:
        return
    if password:
        yield password
        yield unquote(password)


def _of_environment(env: Mapping[str, str]) -> Iterator[str]:
    for name, value in env.items():
        if "://" in value:
            yield from _in_url(value)
        elif is_secret(name) and len(value) >= 8 and not value.startswith("/"):
            yield value
