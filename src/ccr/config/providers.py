"""Entries of ``Providers`` to providers: completed by preset, transformer names, URL and environment."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from ccr.config import draft, flags, keys, layers, options, schema, urls, uses
from ccr.config.address import is_private, split
from ccr.config.draft import Draft
from ccr.config.facts import ModelTable
from ccr.config.presets import Presets
from ccr.config.problems import Problem, did_you_mean
from ccr.config.protocol import PROTOCOLS, protocol_named, protocol_of_url
from ccr.config.provider import Auth, Provider, Use
from ccr.config.shapes import limits


class Made(NamedTuple):
    """A provider, or why there is none."""

    provider: Provider | None
    used: uses.Uses
    problems: list[Problem]
    warnings: list[Problem]


def make(entry: schema.Provider, path: str, presets: Presets, env: Mapping[str, str]) -> Made:
    """The provider of one entry, which stands at ``path``, and everything that is wrong with it."""
    begun, problems = draft.begin(entry, path, presets)
    protocol, wrong_protocol = _protocol(begun)
    opts = options.of(begun, env)
    url, wrong_url = urls.base_url(begun, protocol, opts)
    auth = entry.auth or (begun.preset.auth_for(protocol) if begun.preset else None)
    found = keys.read(begun, _is_local(begun, url), auth, env)
    problems += [*wrong_protocol, *wrong_url, *found.problems, *flags.problems(begun)]
    if problems:
        return Made(None, begun.used, problems, found.warnings)
    provider = Provider(
        name=entry.name,
        base_url=url,
        protocol=protocol,
        keys=tuple(key for key, _ in found.keys),
        key_options=tuple(beside for _, beside in found.keys),
        models=tuple(entry.models),
        auth=_shown(auth, entry, found),
        limits=limits.of(entry.limits),
        dialect=layers.dialect(*flags.common(begun, protocol), entry.dialect),
        use=(*(begun.used.use or _of_preset(begun, protocol)), *_extra_body(begun)),
        model_use=begun.used.by_model,
        headers=entry.headers,
        query=_query(entry, opts, url),
        facts=ModelTable(tuple(entry.models), flags.source(begun, protocol)),
        options=opts,
        preset=begun.preset_id,
        local=_is_local(begun, url),
    )
    return Made(provider, begun.used, [], [*found.warnings, *_other_languages(begun, protocol)])


def _protocol(begun: Draft) -> tuple[str, list[Problem]]:
    """As written; else as the transformers' names say, the URL, the preset; else Chat Completions."""
    entry = begun.entry
    named = next((row.protocol for row in begun.rows if row.protocol), None)
    if entry.protocol:
        found = protocol_named(entry.protocol) or begun.rows[0].protocol
        cure = did_you_mean(entry.protocol, PROTOCOLS, f"There are: {', '.join(PROTOCOLS)}.")
        problem = Problem(begun.at("protocol"), f'there is no protocol "{entry.protocol}".', cure)
        return (found, []) if found else (named or "openai_chat", [problem])
    url = entry.api_base_url or ""
    by_preset = urls.protocol_at(begun.preset, url) if begun.preset else "openai_chat"
    return named or protocol_of_url(url) or by_preset, []


def _other_languages(begun: Draft, protocol: str) -> list[Problem]:
    """A provider speaks one language: transformers that are names for another do nothing."""
    spoken = ((use, begun.presets.row(use.name).protocol) for use in begun.used.all())
    return [
        Problem(
            use.path,
            f'"{use.name}" stands for {other.replace("_", "-")}, but the provider speaks'
            f" {protocol.replace('_', '-')}: it says nothing here.",
            "Give these models a provider of their own.",
        )
        for use, other in spoken
        if other not in (None, protocol)
    ]


def _is_local(begun: Draft, url: str) -> bool:
    return is_private(split(url).hostname or "") or bool(begun.preset and begun.preset.local)


def _shown(auth: Auth | None, entry: schema.Provider, found: keys.Found) -> Auth | None:
    """A key given where requests would be signed otherwise (Bedrock's) is shown as it is."""
    return "bearer" if auth == "aws" and found.keys and not entry.auth else auth


def _query(entry: schema.Provider, opts: Mapping[str, Any], url: str) -> dict[str, str]:
    """Azure's version may be written as ``api_version``."""
    version = opts.get("api_version") or opts.get("apiVersion")
    if not isinstance(version, str) or "api-version=" in url:
        return dict(entry.query)
    return {"api-version": version, **entry.query}


def _of_preset(begun: Draft, protocol: str) -> tuple[Use, ...]:
    """The preset's transformers, for entries without any that speak its first protocol."""
    preset = begun.preset
    if preset is None or begun.entry.transformer is not None or protocol != preset.protocol:
        return ()
    return tuple(Use(name, {}, begun.at("transformer")) for name in preset.use)


def _extra_body(begun: Draft) -> tuple[Use, ...]:
    """``extraBody`` is what the transformer ``customparams`` does."""
    return (Use("customparams", begun.entry.body, begun.at("extraBody")),) if begun.entry.body else ()
