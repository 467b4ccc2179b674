"""Entries of ``Providers`` to providers: completed by preset, transformer names, URL and environment."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from ccr.config import keys, layers, schema, urls, uses
from ccr.config.address import is_private, split
from ccr.config.layers import ModelTable
from ccr.config.presets import Preset, Presets, TransformerRow
from ccr.config.problems import Problem, did_you_mean
from ccr.config.protocol import PROTOCOLS, plain, protocol_named, protocol_of_url
from ccr.config.provider import ModelFacts, Provider, Use
from ccr.config.variables import Unset, child


class Around(NamedTuple):
    """What an entry is completed from."""

    presets: Presets
    env: Mapping[str, str]
    unset: tuple[Unset, ...] = ()


class Made(NamedTuple):
    """A provider, or why there is none."""

    provider: Provider | None
    used: uses.Uses
    problems: list[Problem]
    warnings: list[Problem]


def make(entry: schema.Provider, path: str, around: Around) -> Made:
    """The provider of one entry, which stands at ``path``, and everything that is wrong with it."""
    problems: list[Problem] = []
    warnings: list[Problem] = []
    used, rows = _transformers(entry, path, around.presets, problems)
    preset_id = _preset(entry, rows, around.presets)
    preset = around.presets.provider.get(preset_id) if preset_id else None
    if entry.transformer is None and preset and preset.use:
        used = uses.read(list(preset.use), child(path, "transformer"))
        rows = [*rows, *(around.presets.row(use.name) for use in used.use)]
    protocol = _protocol(entry, rows, preset, path, problems)
    options = _options(entry, preset, around.env)
    url = urls.base_url(entry, preset, protocol, options, path, around.presets, problems)
    local = is_private(split(url).hostname or "") or bool(preset and preset.local)
    auth = entry.auth or (preset.auth_for(protocol) if preset else None)
    found = keys.read(entry, preset, keys.Place(path, url, local, auth), around.env, problems, warnings)
    flags = _Flags(entry, path, preset, [row.dialect for row in rows], used, around.presets)
    problems += flags.problems()
    if problems:
        return Made(None, used, problems, warnings)
    provider = Provider(
        name=entry.name,
        base_url=url,
        protocol=protocol,
        keys=tuple(key for key, _ in found),
        key_options=tuple(more for _, more in found),
        models=tuple(entry.models),
        auth=auth,
        dialect=layers.dialect(*flags.common, entry.dialect),
        use=(*used.use, *_extra_body(entry, path)),
        model_use=used.by_model,
        headers=entry.headers,
        query=_query(entry, options, url),
        facts=ModelTable(tuple(entry.models), flags.facts),
        options=options,
        preset=preset_id,
        local=local,
    )
    return Made(provider, used, problems, warnings)


def _transformers(
    entry: schema.Provider, path: str, presets: Presets, problems: list[Problem]
) -> tuple[uses.Uses, list[TransformerRow]]:
    """What ``transformer`` says, and what its names mean; ``vertex-gemini`` may also be given as the protocol."""
    used = uses.read(entry.transformer, child(path, "transformer"))
    problems += used.problems
    names = [use.name for use in used.use]
    if entry.protocol and not protocol_named(entry.protocol):
        names.insert(0, entry.protocol.replace("_", "-"))
    return used, [presets.row(name) for name in names]


def _preset(entry: schema.Provider, rows: list[TransformerRow], presets: Presets) -> str | None:
    """By the address, since that is where requests go; else by a transformer's name, else by the provider's."""
    by_url = presets.at(entry.api_base_url) if entry.api_base_url else None
    return by_url or next((row.preset for row in rows if row.preset), None) or presets.named(entry.name)


def _protocol(
    entry: schema.Provider,
    rows: list[TransformerRow],
    preset: Preset | None,
    path: str,
    problems: list[Problem],
) -> str:
    named = next((row.protocol for row in rows if row.protocol), None)
    if entry.protocol:
        if found := protocol_named(entry.protocol) or (named if _is_row(entry.protocol, rows) else None):
            return found
        cure = did_you_mean(entry.protocol, PROTOCOLS, f"There are: {', '.join(PROTOCOLS)}.")
        problems.append(Problem(child(path, "protocol"), f'there is no protocol "{entry.protocol}".', cure))
    url = entry.api_base_url or ""
    return (
        named or protocol_of_url(url) or (urls.protocol_at(preset, url) if preset else None) or "openai_chat"
    )


def _is_row(protocol: str, rows: list[TransformerRow]) -> bool:
    return bool(rows) and rows[0].protocol is not None and plain(protocol).startswith("vertex")


def _options(entry: schema.Provider, preset: Preset | None, env: Mapping[str, str]) -> dict[str, Any]:
    """Keys of the entry that have no meaning here, and what the preset knows where to find."""
    options: dict[str, Any] = {}
    for name, row in (preset.options if preset else {}).items():
        value = next((env[variable] for variable in row.env if env.get(variable)), row.default)
        if value is not None:
            options[name] = value
    return options | (entry.model_extra or {})


def _query(entry: schema.Provider, options: Mapping[str, Any], url: str) -> dict[str, str]:
    """Azure's version may be written as ``api_version``."""
    version = options.get("api_version") or options.get("apiVersion")
    if not isinstance(version, str) or "api-version=" in url:
        return dict(entry.query)
    return {"api-version": version, **entry.query}


def _extra_body(entry: schema.Provider, path: str) -> tuple[Use, ...]:
    """``extraBody`` is what the transformer ``customparams`` does."""
    return (Use("customparams", entry.body, child(path, "extraBody")),) if entry.body else ()


class _Flags:
    """The layers of one provider's dialect, and the facts of its models."""

    def __init__(
        self,
        entry: schema.Provider,
        path: str,
        preset: Preset | None,
        named: list[dict[str, Any]],
        used: uses.Uses,
        presets: Presets,
    ) -> None:
        self.entry = entry
        self.path = path
        self.preset = preset
        self.named = named
        self.used = used
        self.presets = presets
        self.common = [preset.dialect if preset else {}, *named]

    def problems(self) -> list[Problem]:
        """What is wrong with the flags the user wrote."""
        found = layers.check(self.entry.dialect, child(self.path, "dialect"))
        for model, facts in [*self.entry.models.items(), *self.entry.model_metadata.items()]:
            found += layers.check(facts.dialect, child(child(child(self.path, "models"), model), "dialect"))
        return found

    def facts(self, model: str) -> ModelFacts:
        """What is known of a model: its family, the preset, the transformers, the user; the last to speak wins."""
        family = self.presets.models.find(model)
        row = self.preset.table.find(model) if self.preset else family
        own = [
            facts for facts in (self.entry.model_metadata.get(model), self.entry.models.get(model)) if facts
        ]
        rows = (self.presets.row(use.name).dialect for use in self.used.by_model.get(model, ()))
        common, named = self.common[:1], self.named
        flags = [family.dialect, *common, row.dialect, *named, *rows, self.entry.dialect]
        windows = [family.context_window, row.context_window, self.entry.context_window]
        outputs = [family.max_output, row.max_output, self.entry.max_output]
        return ModelFacts(
            context_window=_last([*windows, *(facts.context_window for facts in own)]),
            max_output=_last([*outputs, *(facts.max_output for facts in own)]),
            dialect=layers.dialect(*flags, *(facts.dialect for facts in own)),
        )


def _last(values: list[int | None]) -> int | None:
    """The last that is known."""
    return next((value for value in reversed(values) if value is not None), None)
