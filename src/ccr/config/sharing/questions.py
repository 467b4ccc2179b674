"""What a preset asks whoever installs it (``schema``), and what answers are good for. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ccr.config.mappings import holds
from ccr.config.problems import Problem

TYPES = ("password", "input", "select", "multiselect", "confirm", "editor", "number")
_REFERENCE = re.compile(r"\$[A-Z_][A-Z0-9_]*|\$\{[A-Za-z_][^}]*\}")
_FIELD = re.compile(r"[#{]\{\s*(\w+)\s*\}\}?")
_YES = {"true": True, "yes": True, "y": True, "1": True, "false": False, "no": False, "n": False, "0": False}
LONGEST = 100_000
"""Letters of an answer; a pattern is tried on the first thousand only."""


@dataclass(frozen=True, slots=True)
class Option:
    """One of the answers to choose from."""

    value: Any
    label: str


@dataclass(frozen=True, slots=True)
class Question:
    """One entry of ``schema``."""

    id: str
    type: str
    text: str
    """How it is put to people."""

    placeholder: str
    options: Any
    when: Any
    default: Any
    required: bool
    validator: str
    least: float | None
    most: float | None


def questions(manifest: Mapping[str, Any]) -> list[Question]:
    """All of them, in their order; entries without an id are none."""
    schema = manifest.get("schema")
    entries = schema if isinstance(schema, list) else []
    return [_question(one) for one in entries if isinstance(one, dict) and one.get("id")]


def secret_ids(manifest: Mapping[str, Any]) -> frozenset[str]:
    """The questions whose answers are not shown."""
    return frozenset(one.id for one in questions(manifest) if one.type == "password")


def is_asked(question: Question, values: Mapping[str, Any]) -> bool:
    """Whether its conditions hold."""
    return holds(question.when, values)


def options(question: Question, config: Mapping[str, Any], values: Mapping[str, Any]) -> list[Option]:
    """What there is to choose from. ``config`` is the user's: it may be one of its providers or models."""
    given = question.options
    if isinstance(given, dict):
        kind = given.get("type")
        if kind == "providers":
            return [Option(name, name) for name in _providers(config)]
        if kind == "models":
            return _models(config, str(given.get("providerField") or ""), values)
        given = given.get("options")
    entries = given if isinstance(given, list) else []
    return [_option(one) for one in entries if not (isinstance(one, dict) and one.get("disabled"))]


def answered(
    manifest: Mapping[str, Any], given: Mapping[str, Any], config: Mapping[str, Any]
) -> tuple[dict[str, Any], list[Problem]]:
    """``userValues`` with these answers, and what is wrong with them: ``path`` is a question's id.

    An answer that is not given is the one there was, else the default. Texts become what is asked for.
    """
    asked = questions(manifest)
    before = manifest.get("userValues")
    known: dict[str, Any] = dict(before) if isinstance(before, dict) else {}
    values = {one.id: one.default for one in asked if one.default not in (None, "")} | known
    problems = [_unknown(name, asked) for name in given if not _may_be(name, asked)]
    kept = {name: value for name, value in given.items() if "." in name or "[" in name}
    for one in asked:
        if is_asked(one, values):
            found, problem = _one(one, given, config, values)
            problems += [problem] if problem else []
            values[one.id] = kept[one.id] = found
    return known | {name: value for name, value in kept.items() if value not in (None, "")}, problems


def checked(question: Question, value: Any, choices: Sequence[Option]) -> tuple[Any, str]:
    """The answer as what is asked for, and what is wrong with it, "" when nothing is."""
    value = _converted(question, value)
    if value in (None, "", []):
        return None, "needs an answer." if question.required else ""
    if question.type in ("select", "multiselect") and choices:
        return _chosen(question, value, choices)
    if question.type == "number":
        return value, _number_fault(question, value)
    if question.type == "confirm":
        return value, "" if isinstance(value, bool) else "is yes or no."
    return value, _text_fault(question, value)


def _one(
    question: Question, given: Mapping[str, Any], config: Mapping[str, Any], values: Mapping[str, Any]
) -> tuple[Any, Problem | None]:
    value = given.get(question.id, values.get(question.id))
    found, fault = checked(question, value, options(question, config, values))
    return found, Problem(question.id, f"({question.text}) {fault}") if fault else None


def _question(entry: Mapping[str, Any]) -> Question:
    name, kind = str(entry["id"]), entry.get("type")
    return Question(
        id=name,
        type=kind if kind in TYPES else "password",
        text=str(entry.get("prompt") or entry.get("label") or name),
        placeholder=str(entry.get("placeholder") or ""),
        options=entry.get("options"),
        when=entry.get("when"),
        default=entry.get("defaultValue"),
        required=entry.get("required") is not False,
        validator=str(entry.get("validator") or ""),
        least=_bound(entry.get("min")),
        most=_bound(entry.get("max")),
    )


def _may_be(name: str, asked: Sequence[Question]) -> bool:
    """A question's id, or a place of the configuration."""
    return "." in name or "[" in name or any(one.id == name for one in asked)


def _unknown(name: str, asked: Sequence[Question]) -> Problem:
    known = ", ".join(one.id for one in asked) or "nothing"
    return Problem(name, "is not asked for.", f"The preset asks for {known}.")


def _converted(question: Question, value: Any) -> Any:
    """Texts of a command line as the values that are meant."""
    if not isinstance(value, str):
        return value
    if question.type == "number":
        return _number(value)
    if question.type == "confirm":
        return _YES.get(value.strip().lower(), value)
    if question.type == "multiselect":
        return [part.strip() for part in value.split(",") if part.strip()]
    return value


def _number(text: str) -> Any:
    try:
        return int(text)
    except ValueError:
        try:
            return float(text)
        except ValueError:
            return text


def _number_fault(question: Question, value: Any) -> str:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return "is no number."
    if question.least is not None and value < question.least:
        return f"must be at least {question.least:g}."
    return f"may be at most {question.most:g}." if question.most is not None and value > question.most else ""


def _text_fault(question: Question, value: Any) -> str:
    """A variable is taken as it is: its value is not known here."""
    if not isinstance(value, str) or len(value) > LONGEST:
        return "must be a text." if not isinstance(value, str) else "is too long."
    if not question.validator or _REFERENCE.fullmatch(value):
        return ""
    try:
        fits = re.search(question.validator, value[:1000]) is not None
    except re.error:
        return ""
    return "" if fits else f"must fit the pattern {question.validator}."


def _chosen(question: Question, value: Any, choices: Sequence[Option]) -> tuple[Any, str]:
    """What was chosen, by value or by label; a list where several may be."""
    by_text = {str(one.label): one.value for one in choices} | {str(one.value): one.value for one in choices}
    wanted = value if question.type == "multiselect" and isinstance(value, list) else [value]
    wrong = [str(one) for one in wanted if str(one) not in by_text]
    if wrong:
        known = ", ".join(str(one.value) for one in choices)
        return value, f"cannot be {', '.join(wrong)}: choose from {known}."
    found = [by_text[str(one)] for one in wanted]
    return found if question.type == "multiselect" else found[0], ""


def _option(entry: Any) -> Option:
    if not isinstance(entry, dict):
        return Option(entry, str(entry))
    label = str(entry.get("label") or entry.get("value"))
    said = entry.get("description")
    return Option(entry.get("value"), f"{label} ({said})" if said else label)


def _entries(config: Mapping[str, Any]) -> list[dict[str, Any]]:
    found = config.get("Providers", config.get("providers"))
    return [one for one in found if isinstance(one, dict)] if isinstance(found, list) else []


def _providers(config: Mapping[str, Any]) -> list[str]:
    return [str(one["name"]) for one in _entries(config) if one.get("name")]


def _models(config: Mapping[str, Any], field: str, values: Mapping[str, Any]) -> list[Option]:
    """Those of the provider that another answer names, else of all."""
    match = _FIELD.fullmatch(field)
    wanted = values.get(match[1]) if match else None
    found = [
        str(model.get("name") or model.get("id")) if isinstance(model, dict) else str(model)
        for one in _entries(config)
        if wanted in (None, "", one.get("name"))
        for model in (one.get("models") or ())
    ]
    return [Option(name, name) for name in dict.fromkeys(found)]


def _bound(value: Any) -> float | None:
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None
