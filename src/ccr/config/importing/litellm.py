"""LiteLLM's ``config.yaml``: ``model_list`` becomes providers, its fallbacks ours."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ccr.config.importing.found import Found, Unreadable
from ccr.config.presets import presets

_PRESETS: Mapping[str, str] = {
    "vertex_ai": "vertex",
    "ollama_chat": "ollama",
    "together_ai": "together",
    "fireworks_ai": "fireworks",
    "hosted_vllm": "vllm",
    "lm_studio": "lmstudio",
    "openai_like": "",
    "custom_openai": "",
    "text-completion-openai": "openai",
}
"""LiteLLM's names for providers that have another here; "": any address that speaks Chat Completions."""

_SETTINGS = ("litellm_settings", "router_settings")


def read(path: Path) -> Found:
    """Raises ``Unreadable``."""
    config = _loaded(path)
    models = [one for one in config.get("model_list") or [] if isinstance(one, dict)]
    if not models:
        raise Unreadable(f"{path} has no model_list.")
    found, targets = Found(), dict[str, str]()
    for entry in models:
        _add(found, entry, targets)
    found.config["Router"] = {"default": next(iter(targets.values()))}
    _fallbacks(found, config, targets)
    if key := _section(config, "general_settings").get("master_key"):
        found.config["APIKEY"] = found.kept_apart(_variable(key), "ccr router")
    renamed = [f"{name} → {target}" for name, target in targets.items() if not target.endswith(f",{name}")]
    if renamed:
        found.notes.append(f"LiteLLM's own names of models are not known here: {'; '.join(renamed)}.")
    return found


def _loaded(path: Path) -> dict[str, Any]:
    try:
        import yaml
    except ModuleNotFoundError:
        raise Unreadable("Reading YAML needs an extra: pip install 'ccrouter[import]'.") from None
    try:
        value = yaml.safe_load(path.read_text("utf-8"))
    except yaml.MarkedYAMLError as error:  # its own text quotes the line, and a key may stand there
        mark = error.problem_mark
        where = f" in line {mark.line + 1}, column {mark.column + 1}" if mark else ""
        raise Unreadable(f"{path} cannot be read as YAML: {error.problem}{where}.") from None
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise Unreadable(f"{path} cannot be read as YAML: {error}") from None
    if not isinstance(value, dict):
        raise Unreadable(f"{path} is no configuration of LiteLLM.")
    return value


def _add(found: Found, entry: Mapping[str, Any], targets: dict[str, str]) -> None:
    given = _section(entry, "litellm_params")
    kind, slash, model = str(given.get("model") or entry.get("model_name") or "").partition("/")
    if not slash:
        kind, model = "openai", kind
    preset = presets().named(_PRESETS.get(kind, kind)) or ""
    made = {
        "name": preset or kind,
        "api_base_url": _variable(given.get("api_base") or given.get("base_url")),
        "api_key": found.kept_apart(_variable(given.get("api_key")), preset or kind),
        "models": [model],
        "headers": given.get("extra_headers"),
    }
    if not preset and not made["api_base_url"]:
        found.notes.append(
            f"'{entry.get('model_name')}': there is no provider '{kind}' here, and it has no address."
        )
        return
    targets.setdefault(str(entry.get("model_name")), f"{_merged(found, made)},{model}")


def _merged(found: Found, made: dict[str, Any]) -> str:
    """Adds the model to the provider that has the same address and key, else the provider."""
    for one in found.config.get("Providers", []):
        alike = all((one.get(key) or "") == (made[key] or "") for key in ("api_base_url", "api_key"))
        if alike and one["name"].startswith(made["name"]):
            one["models"] = list(dict.fromkeys([*one["models"], *made["models"]]))
            return str(one["name"])
    return found.add(made)


def _fallbacks(found: Found, config: Mapping[str, Any], targets: Mapping[str, str]) -> None:
    """Those of the first model are those of the default route."""
    default = next(iter(targets), "")
    for section in _SETTINGS:
        for entry in _section(config, section).get("fallbacks") or []:
            names = entry.get(default) or entry.get("*") if isinstance(entry, dict) else None
            known = [targets[name] for name in names or [] if name in targets]
            if known:
                found.config.setdefault("fallback", {})["default"] = known
                return


def _variable(value: Any) -> str:
    """``os.environ/NAME`` is ``$NAME`` here."""
    text = value.strip() if isinstance(value, str) else ""
    return f"${{{text.removeprefix('os.environ/')}}}" if text.startswith("os.environ/") else text


def _section(config: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    value = config.get(name)
    return value if isinstance(value, dict) else {}
