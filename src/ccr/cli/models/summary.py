"""What there is, in a few words: providers, known providers, transformers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from ccr.cli.models.entries import models_of
from ccr.cli.models.providers import written_as
from ccr.cli.models.uses import models_with_uses, uses_of
from ccr.config.presets import Preset, presets
from ccr.config.protocol import protocol_named
from ccr.config.saving.secrets import mask

if TYPE_CHECKING:
    from ccr.config.saving.document import Document
    from ccr.transformers.catalogue import Known


def facts(entry: Mapping[str, Any]) -> dict[str, Any]:
    """A provider for people and programs, its keys masked."""
    known = preset_of(entry)
    preset = presets().provider[known] if known else None
    written = str(entry.get("protocol") or "")
    protocol = protocol_named(written) or written or (preset.protocol if preset else "")
    url = entry.get(written_as(entry, "api_base_url"))
    return {
        "name": entry["name"],
        "title": preset.title if preset else str(url or "unknown"),
        "preset": known,
        "protocol": protocol,
        "api_base_url": mask(url) if url else (preset.base_url.get(protocol, "") if preset else ""),
        "api_key": key_of(entry),
        "models": models_of(entry),
        "enabled": entry.get("enabled") is not False,
        "transformers": uses(entry),
    }


def preset_of(entry: Mapping[str, Any]) -> str | None:
    """The known provider that an entry is, by its address, else by its name."""
    url = entry.get(written_as(entry, "api_base_url"))
    by_url = presets().at(url) if isinstance(url, str) and url else None
    return by_url or presets().named(str(entry.get("name")))


def key_of(entry: Mapping[str, Any]) -> str:
    """Its keys in a line, masked; "" where it has none."""
    found = mask({"api_key": entry.get(written_as(entry, "api_key"))})["api_key"]
    listed = found if isinstance(found, list) else [found]
    texts = [one.get(written_as(one, "key"), "") if isinstance(one, dict) else one for one in listed]
    return ", ".join(str(text) for text in texts if text)


def uses(entry: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The transformers it uses, with whom they are for."""
    places: list[str | None] = [None, *models_with_uses(entry)]
    return [
        {"of": f"{entry['name']},{model}" if model else entry["name"], "name": name, "options": mask(options)}
        for model in places
        for name, options in uses_of(entry, model)
    ]


def presets_like(search: str) -> dict[str, Preset]:
    """Known providers with this in their name, title or another name of theirs."""
    plain = search.lower()
    return {
        name: preset
        for name, preset in presets().provider.items()
        if any(plain in text.lower() for text in (name, preset.title, *preset.aliases))
    }


def transformers(document: Document) -> list[Known]:
    """All that may be used, those of the user's own among them."""
    from ccr.cli.models.saving import examined
    from ccr.transformers.catalogue import known

    own = {key: item for key, item in document.value.items() if key == "transformers"}
    settings = (
        examined(replace(document, value=own)).settings or examined(replace(document, value={})).settings
    )
    assert settings is not None
    return known(settings)
