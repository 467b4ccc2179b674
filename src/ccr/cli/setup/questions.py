"""A preset's questions, put in the terminal one after the other."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ccr.cli.setup import asking
from ccr.cli.terminal import note
from ccr.config.sharing.questions import Option, Question, checked, is_asked, options, questions

NONE = "none of these"


def asked(manifest: Mapping[str, Any], given: Mapping[str, Any], config: Mapping[str, Any]) -> dict[str, Any]:
    """The answers of whoever sits there, each asked for until it is good; what was given is not asked."""
    before = manifest.get("userValues")
    answers: dict[str, Any] = dict(given)
    all_of_them = questions(manifest)
    values = {one.id: one.default for one in all_of_them if one.default not in (None, "")}
    values |= dict(before) if isinstance(before, dict) else {}
    values |= answers
    for one in all_of_them:
        if one.id not in answers and is_asked(one, values):
            answers[one.id] = values[one.id] = _answer(one, options(one, config, values), values.get(one.id))
    return answers


def _answer(question: Question, choices: list[Option], usual: Any) -> Any:
    while True:
        value, fault = checked(question, _put(question, choices, usual), choices)
        if not fault:
            return value
        note(f"  It {fault}")


def _put(question: Question, choices: list[Option], usual: Any) -> Any:
    """One question, in the form that its type wants."""
    text = f"{question.text}{f' ({question.placeholder})' if question.placeholder else ''}:"
    if question.type == "confirm":
        return asking.confirm(text, default=usual is True)
    if question.type == "multiselect" and choices:
        chosen = usual if isinstance(usual, list) else []
        return asking.pick_some(text, [(one.label, one.value, one.value in chosen) for one in choices])
    if question.type == "select" and choices:
        return _picked(text, question, choices, usual)
    shown = "" if usual is None else str(usual)
    if question.type == "password":
        return asking.secret(f"{text[:-1]}{_kept(shown)}:") or usual
    return asking.write(text, shown)


def _picked(text: str, question: Question, choices: list[Option], usual: Any) -> Any:
    entries = [(one.label, one.value) for one in choices]
    if not question.required:
        entries.append((NONE, None))
    known = usual if any(value == usual for _, value in entries) else None
    return asking.pick(text, entries, known)


def _kept(usual: str) -> str:
    """What Enter means: a variable is told, a secret is not."""
    if not usual:
        return ""
    return f" [{usual}]" if usual.startswith("$") else " [Enter keeps it]"
