"""A configuration as a preset to give on: without secrets, without what belongs to one machine. Pure but for
looking which files there are."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

from ccr.config.saving.secrets import mask, names
from ccr.config.saving.spotting import mask_text

CARRIED = (
    "Providers",
    "providers",
    "Router",
    "fallback",
    "transformers",
    "agents",
    "CUSTOM_ROUTER_PATH",
    "CUSTOM_ROUTER_TIMEOUT_MS",
    "REWRITE_SYSTEM_PROMPT",
    "StatusLine",
    "API_TIMEOUT_MS",
    "NON_INTERACTIVE_MODE",
    "forceUseImageAgent",
    "WebSearch",
    "Safeguards",
    "Prices",
    "prices",
    "Resilience",
    "resilience",
    "noServer",
    "provider",
    "claudeCodeSettings",
)
"""Keys that say how requests are answered; the rest is of this machine and its service."""

FILES = ("CUSTOM_ROUTER_PATH", "REWRITE_SYSTEM_PROMPT", "scriptPath")
FOLDER = "files"
LARGEST = 1 << 20
"""Bytes of a file that goes along."""

_NOT_PLAIN = re.compile(r"[^A-Za-z0-9]+")


class Shared(NamedTuple):
    """``files`` by their place in the preset; ``remarks`` are for whoever exports."""

    manifest: dict[str, Any]
    files: dict[str, Path]
    remarks: list[str]


def shared(
    config: Mapping[str, Any], folder: Path, about: Mapping[str, Any], *, with_secrets: bool = False
) -> Shared:
    """The preset. ``config`` is as it is written, ``folder`` where its paths are meant from."""
    export = _Export(folder, with_secrets)
    body = {
        key: export.value(config[key], mask(config[key], key), key, key)
        for key in CARRIED
        if config.get(key) not in (None, "")
    }
    manifest = {**about, **body}
    if export.schema:
        manifest["schema"] = export.schema
    return Shared(manifest, export.files, export.remarks)


class _Export:
    """Mutable state: the questions that stand for secrets, and the files met so far."""

    def __init__(self, folder: Path, with_secrets: bool) -> None:
        self.folder = folder
        self.with_secrets = with_secrets
        self.schema: list[dict[str, Any]] = []
        self.files: dict[str, Path] = {}
        self.remarks: list[str] = []

    def value(self, value: Any, masked: Any, key: str, owner: str, parent: str = "") -> Any:
        """``masked`` is what is shown of it, ``owner`` the nearest thing with a name: whose secret it is."""
        if isinstance(value, dict):
            return self._object(value, masked, owner, key)
        if isinstance(value, list):
            return [
                self.value(item, told, key, owner, parent) for item, told in zip(value, masked, strict=True)
            ]
        if isinstance(value, str) and (
            key in FILES or (key == "path" and parent in ("transformers", "agents"))
        ):
            return self._file(value)
        return value if self.with_secrets or value == masked else self._asked(key, owner)

    def _object(self, value: dict[str, Any], masked: dict[str, Any], owner: str, key: str) -> dict[str, Any]:
        name = masked.get("name")
        whose = name if isinstance(name, str) and name else owner
        return {
            (one if self.with_secrets else told): self.value(value[one], masked[told], told, whose, key)
            for one, told in names(value, masked).items()
        }

    def _asked(self, key: str, owner: str) -> str:
        """A question in the place of a secret, with a name of its own."""
        base = _NOT_PLAIN.sub("_", f"{owner}_{key}").strip("_").lower()
        base = f"_{base}" if base[:1].isdigit() else base
        taken = {one["id"] for one in self.schema}
        number = next(n for n in range(1, len(taken) + 2) if _numbered(base, n) not in taken)
        name = _numbered(base, number)
        label = f"{key} of {owner}" + (f" ({number})" if number > 1 else "")
        default = f"${name.upper()}"
        self.schema.append({"id": name, "type": "password", "label": label, "defaultValue": default})
        return f"#{{{name}}}"

    def _file(self, text: str) -> str:
        """The place of the file in the preset, where it can go along."""
        path = self.folder / Path(text).expanduser()
        if "$" in text or not path.is_file():
            self.remarks.append(f"{text} is of this machine, and does not go along.")
            return text
        if path.stat().st_size > LARGEST or not (self.with_secrets or _is_clean(path)):
            self.remarks.append(f"{text} does not go along: it is large, or a key seems to stand in it.")
            return text
        known = next((place for place, other in self.files.items() if other == path), None)
        place = known or self._place(path.name)
        self.files[place] = path
        return place

    def _place(self, name: str) -> str:
        number = next(n for n in range(1, len(self.files) + 2) if self._numbered(name, n) not in self.files)
        return self._numbered(name, number)

    @staticmethod
    def _numbered(name: str, number: int) -> str:
        return f"{FOLDER}/{name}" if number == 1 else f"{FOLDER}/{number}-{name}"


def _numbered(base: str, number: int) -> str:
    return base if number == 1 else f"{base}_{number}"


def _is_clean(path: Path) -> bool:
    text = path.read_text(encoding="utf-8", errors="replace")
    return mask_text(text) == text
