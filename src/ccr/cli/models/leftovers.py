"""Variables of the ``.env`` that nothing refers to any more once a provider or a model is gone."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ccr.cli.models.entries import entries
from ccr.cli.models.providers import written_as
from ccr.cli.models.summary import preset_of
from ccr.config import source
from ccr.config.presets import presets

if TYPE_CHECKING:
    from ccr.cli.models.saving import Plan
    from ccr.config.saving.document import Document

LARGEST = 1 << 20
"""Bytes of a file that is looked into; what is larger was not written by hand."""

_REFERENCE = re.compile(r"\$\{?([A-Za-z_][A-Za-z0-9_]*)")


def found(plan: Plan) -> Plan:
    """The plan with those that stay behind."""
    return replace(plan, unused=tuple(unused(plan.old, plan.new)))


def forgotten(plan: Plan) -> Plan:
    """The plan with those taken out."""
    return replace(plan, forgotten=plan.unused, unused=())


def said(plan: Plan) -> str:
    names = plan.unused
    what = f"{', '.join(names)} in {plan.new.path.with_name('.env')}"
    return f"{what} {'is' if len(names) == 1 else 'are'} used by nothing any more."


def question(plan: Plan) -> str:
    return f"{said(plan)} Take {'it' if len(plan.unused) == 1 else 'them'} out of there, too?"


def unused(old: Document, new: Document) -> list[str]:
    """Those that ``old`` refers to, but neither ``new`` nor any other file that may use the same ``.env``."""
    gone = _named(old.value) - _named(new.value)
    found = [name for name in source.beside(old.path) if name in gone and not _mentions(new.text, name)]
    if not found:
        return []
    try:
        others = list(_texts_beside(old.path))
    except OSError:  # what cannot be read may use them
        return []
    return [name for name in found if not any(_mentions(text, name) for text in others)]


def _named(value: Mapping[str, Any]) -> set[str]:
    """What is referred to by name, and the keys that providers known by name take without being told."""
    return set(_referred(value)) | {
        name
        for entry in entries(value)
        if not entry.get(written_as(entry, "api_key")) and (known := preset_of(entry))
        for name in presets().provider[known].key
    }


def _referred(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield from _REFERENCE.findall(value)
    elif isinstance(value, dict | list):
        for item in value.values() if isinstance(value, dict) else value:
            yield from _referred(item)


def _texts_beside(path: Path) -> Iterator[str]:
    """Other configurations, presets, routers, transformers: all there is but copies and logs."""
    folders = [path.parent, *(folder for folder in (path.parent / "presets").rglob("*") if folder.is_dir())]
    for folder in folders:
        for file in folder.iterdir():
            if file.is_file() and file.name not in (".env", path.name) and file.stat().st_size <= LARGEST:
                yield file.read_text(encoding="utf-8", errors="replace")


def _mentions(text: str, name: str) -> bool:
    return re.search(rf"(?<!\w){re.escape(name)}(?!\w)", text) is not None
