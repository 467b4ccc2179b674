"""What must hold between the parts of a configuration."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from ccr.config.address import LOOPBACK, split
from ccr.config.network import completed, hidden
from ccr.config.presets import presets
from ccr.config.problems import Problem, did_you_mean, nearest
from ccr.config.provider import Provider
from ccr.config.variables import Unset, child

if TYPE_CHECKING:
    from pydantic import BaseModel

#: in the original's order
PROXY_NAMES = ("HTTPS_PROXY", "https_proxy", "httpsProxy", "PROXY_URL")
#: places where nothing works without a value
_NEEDED = re.compile(
    r"(apikey|port|host)\Z|providers\[\d+\]\."
    r"(name|protocol|type|api_?keys?|credentials|api_?base(_?url)?|base_?url)\b|websearch\.(url|api_?key)\b",
    re.IGNORECASE,
)


OLDEST = ("OPENAI_API_KEY", "OPENAI_BASE_URL", "OPENAI_MODEL")
"""Keys of the file before version 1.0.10 of the original, which knew one provider only."""

_API_KEY = frozenset({"api_key", "apiKey", "api_keys", "apiKeys", "credentials"})

Place = tuple[str, str]
"""A target with the place where it stands."""


class Everyone(NamedTuple):
    """The providers there are, and the names of all entries, those with mistakes among them."""

    providers: tuple[Provider, ...]
    names: list[str]


def without_empty(entry: Mapping[str, Any], keep: Collection[str] = ()) -> dict[str, Any]:
    """Without keys that say nothing: the original's interface leaves ``""`` and null behind."""
    return {key: value for key, value in entry.items() if key in keep or value not in ("", None)}


def without_wrong(entry: Mapping[str, Any], problems: Iterable[Problem], path: str) -> dict[str, Any]:
    """Without the keys in which a problem lies; ``path`` is where the entry stands.

    A wrong key of the provider's is no missing one: another stands in for it.
    """
    wrong = {re.split(r"[.\[]", problem.path[len(path) + 1 :])[0] for problem in problems}
    kept = {key: value for key, value in entry.items() if key not in wrong}
    return {**kept, "api_key": "-"} if _API_KEY.intersection(wrong) else kept


def unset(variables: Iterable[Unset]) -> tuple[list[Problem], list[Problem]]:
    """Problems where a variable without a value makes the place useless, warnings elsewhere."""
    needed: list[Problem] = []
    rest: list[Problem] = []
    for path, name in variables:
        message = f"the environment variable {name} is not set."
        if _NEEDED.match(path):
            cure = f"Set it, here or in a file .env beside this one, or write a default: ${{{name}:-…}}."
            needed.append(Problem(path, message, cure))
        else:
            rest.append(Problem(path, f"{message} The text stays as it is."))
    return needed, rest


def misspelt(entry: Mapping[str, Any], model: type[BaseModel], path: str) -> list[Problem]:
    """A warning for each unknown key that is nearly a known one. Others are the user's business."""
    return slips(entry, _keys(model), path)


def modern(raw: dict[str, Any]) -> dict[str, Any]:
    """The file, its oldest form (before version 1.0.10 of the original) as a provider and a route."""
    if raw.get("Providers") or raw.get("providers") or not all(raw.get(name) for name in OLDEST):
        return raw
    key, url, model = (raw[name] for name in OLDEST)
    rules = raw.get("Router") or {}
    entry = {"name": "openai", "api_base_url": url, "api_key": key, "models": [model]}
    made = {"default": f"openai,{model}", **rules} if isinstance(rules, dict) else rules
    return {**raw, "Providers": [entry], "Router": made}


def slips(entry: Mapping[str, Any], known: Sequence[str], path: str) -> list[Problem]:
    """The same with the known names at hand."""
    unknown = [key for key in entry if key not in known]
    found = ((key, nearest(key, [name for name in known if name not in entry], 0.8)) for key in unknown)
    return [Problem(child(path, key), f'is not known. Did you mean "{name}"?') for key, name in found if name]


def duplicates(entries: Sequence[Any], key: str) -> list[Problem]:
    """A problem for each provider whose name another has before it."""
    first: dict[str, int] = {}
    problems = []
    for n, entry in enumerate(entries):
        name = entry.get("name") if isinstance(entry, dict) else None
        if isinstance(name, str) and first.setdefault(name, n) != n:
            where = child(child(key, n), "name")
            problems.append(Problem(where, f'"{name}" is already the name of {child(key, first[name])}.'))
    return problems


def router(value: Any) -> dict[str, Any]:
    """``Router`` without rules that are empty."""
    return without_empty(value) if isinstance(value, Mapping) else {}


def fallback(value: Any) -> dict[str, tuple[str, ...]]:
    """``fallback``, each entry a tuple."""
    entries = value if isinstance(value, Mapping) else {}
    return {
        rule: tuple(
            item for item in ([targets] if isinstance(targets, str) else targets) if isinstance(item, str)
        )
        for rule, targets in entries.items()
        if isinstance(targets, str | list)
    }


def targets(places: Iterable[Place], everyone: Everyone) -> list[Problem]:
    """A problem for each rule whose target cannot be served by any provider."""
    checked = (_target(place, text, everyone) for place, text in places)
    return [problem for problem in checked if problem is not None]


def unlisted(places: Iterable[Place], providers: Iterable[Provider]) -> list[Problem]:
    """A warning for each rule whose model its provider does not list; it is asked all the same."""
    by_name = {provider.name.lower(): provider for provider in providers}
    found = []
    for place, text in places:
        name, _, model = text.partition(",")
        provider = by_name.get(name.strip().lower())
        if provider and provider.models and model.strip() and model.strip() not in provider.models:
            cure = did_you_mean(model.strip(), provider.models)
            found.append(
                Problem(place, f'"{model.strip()}" is not among the models of {provider.name}.', cure)
            )
    return found


def fallback_places(fallback: Mapping[str, tuple[str, ...]]) -> list[Place]:
    return [
        (child(child("fallback", rule), n), text)
        for rule, texts in fallback.items()
        for n, text in enumerate(texts)
    ]


def not_bound(host: str) -> Problem:
    cure = "Set APIKEY, a key of your choice that clients must show, to let others in."
    return Problem("HOST", f"{host} would let everyone use your keys; {LOOPBACK} is bound instead.", cure)


def proxy(raw: Mapping[str, Any], url: str | None) -> list[Problem]:
    """What is wrong with the proxy's URL."""
    if not url:
        return []
    place = proxy_place(raw, url)
    if "://" not in url or completed(url) != url:
        cure = "It should look like http://127.0.0.1:7890, or be left out."
        return [Problem(place, f'is no URL with http://, https:// or socks5:// ("{hidden(url)}").', cure)]
    if split(url).path.strip("/") or presets().at(url):
        cure = 'It belongs into "api_base_url" of the provider; most people need no PROXY_URL.'
        return [Problem(place, f'is the address of a provider, not of a proxy ("{hidden(url)}").', cure)]
    return []


def proxy_place(raw: Mapping[str, Any], url: str | None) -> str:
    """Which of its names the proxy stands under."""
    return next((name for name in PROXY_NAMES if raw.get(name) == url), "PROXY_URL")


def in_order(problems: Iterable[Problem], raw: Mapping[str, Any]) -> list[Problem]:
    """In the order of the file, and the first of each place only: the others mostly follow from it."""
    first: dict[str, Problem] = {}
    for problem in problems:
        first.setdefault(problem.path, problem)
    keys = list(raw)

    def position(problem: Problem) -> tuple[int, int]:
        head, _, rest = problem.path.replace(".", "[").partition("[")
        entry = rest.partition("]")[0]
        return keys.index(head) if head in keys else -1, int(entry) if entry.isdigit() else 0

    return sorted(first.values(), key=position)


def _keys(model: type[BaseModel]) -> list[str]:
    """Every name a key may have, the usual one first."""
    from pydantic import AliasChoices

    known: list[str] = []
    for name, field in model.model_fields.items():
        alias = field.validation_alias
        choices = alias.choices if isinstance(alias, AliasChoices) else [alias, name]
        known += [choice for choice in choices if isinstance(choice, str)]
    return known


def _target(place: str, text: str, everyone: Everyone) -> Problem | None:
    """``provider,model``, ``provider/model``, or a model that just one provider lists."""
    names = {name.lower() for name in everyone.names}
    name, comma, model = text.partition(",")
    if comma:
        if name.strip().lower() not in names:
            return Problem(
                place, f'there is no provider "{name.strip()}".', _known(name.strip(), everyone.names)
            )
        return (
            None if model.strip() else Problem(place, f'"{text}" names no model.', 'Write "provider,model".')
        )
    offers = [one.name for one in everyone.providers if text in one.models]
    name, _, model = text.partition("/")
    if len(offers) == 1 or (model and name.lower() in names):
        return None
    if name.lower() in names:
        return Problem(place, f'"{text}" names no model.', 'Write "provider,model".')
    if offers:
        cure = f'Write "{offers[0]},{text}", or another of: {", ".join(offers[1:])}.'
        return Problem(place, f'"{text}" is a model of several providers.', cure)
    return Problem(
        place, f'"{text}" names no provider.', f'Write "provider,model". {_known(text, everyone.names)}'
    )


def _known(name: str, names: list[str]) -> str:
    listed = f"Providers are: {', '.join(names)}." if names else "No providers are configured."
    return did_you_mean(name, names, listed)
