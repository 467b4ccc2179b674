"""Which tool calls may run without asking anybody: the user's rules, and what is plainly harmless.

A rule is ``Tool`` or ``Tool(what)``, both with ``*``: ``mcp__github__*``, ``Bash(npm test*)``. ``what`` is
held against the command, path or address of the call. A rule with a space in it is a command alone.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any, Literal

Policy = Literal["ask-model", "allow", "deny", "unsupported"]
Verdict = Literal["allow", "deny"]

HARMLESS = frozenset(
    {
        *("Read", "Glob", "Grep", "LS", "NotebookRead", "LSP", "ToolSearch"),
        *("TodoRead", "TodoWrite", "TaskCreate", "TaskGet", "TaskList", "TaskUpdate", "TaskOutput"),
        *("AskUserQuestion", "EnterPlanMode", "ExitPlanMode", "BashOutput", "StructuredOutput", "Skill"),
        *("ListMcpResourcesTool", "SubagentHandback"),
    }
)
"""Tools of Claude Code that change nothing, or nothing but its own lists; it does not check them itself."""

EDITS = frozenset({"Edit", "MultiEdit", "Write", "NotebookEdit"})
PROTECTED = re.compile(r"(^|/)(\.git|\.claude|\.vscode|\.idea|\.husky|\.ssh|\.mcp\.json|\.env[^/]*)(/|$)")
"""Places in a project from which something is run, or where permissions or secrets are kept."""

_SHELLS = ("Bash", "PowerShell")
_PLAIN = re.compile(r"(ls|pwd|echo|cat|head|tail|wc|grep|which|git status)( |$)")
_OPERATORS = re.compile(r"[;&|<>`\n\r$]")
_PARTS = re.compile(r"&&|\|\||[;&|\n\r()`{}]|\$\(")
_SUBJECTS = ("command", "file_path", "notebook_path", "path", "url", "query", "pattern", "prompt")


@dataclass(frozen=True, slots=True)
class Call:
    """A tool call that waits for its verdict."""

    name: str
    input: Mapping[str, Any]

    @property
    def subject(self) -> str:
        """What the call is about: its command, path or address."""
        return next((str(self.input[key]) for key in _SUBJECTS if self.input.get(key)), "")

    @property
    def is_shell(self) -> bool:
        return self.name in _SHELLS


@dataclass(frozen=True, slots=True)
class Rules:
    """The user's own: ``deny`` is looked at first."""

    allow: tuple[str, ...] = ()
    deny: tuple[str, ...] = ()

    def verdict(self, call: Call) -> tuple[Verdict, str] | None:
        """What the rules say, and the rule that says it; None when none does."""
        if rule := next((r for r in self.deny if denies(r, call)), None):
            return "deny", rule
        if rule := next((r for r in self.allow if allows(r, call)), None):
            return "allow", rule
        return None


def denies(rule: str, call: Call) -> bool:
    """Whether a rule names the call; of a compound command, any of its parts."""
    subjects: Iterable[str] = (call.subject,)
    if call.is_shell:
        subjects = (call.subject, *(part.strip() for part in _PARTS.split(call.subject)))
    return any(_names(rule, call.name, subject, call.is_shell) for subject in subjects)


def allows(rule: str, call: Call) -> bool:
    """Whether a rule names the call. ``*`` inside ``Bash(…)`` never reaches over a second command."""
    _, what = _split(rule, is_shell=call.is_shell)
    if call.is_shell and what not in ("", "*") and _OPERATORS.search(call.subject):
        return call.subject == what
    return _names(rule, call.name, call.subject, call.is_shell)


def is_harmless(call: Call, context: Mapping[str, Any]) -> bool:
    """Reads only, or edits a plain file of the project (``context``: the client's ``classifier_context``)."""
    if call.is_shell:
        command = call.subject.strip()
        return _PLAIN.match(command) is not None and not _OPERATORS.search(command)
    return call.name in HARMLESS or (call.name in EDITS and _is_inside(call.subject, context))


def _names(rule: str, name: str, subject: str, is_shell: bool) -> bool:
    tool, what = _split(rule, is_shell=is_shell)
    return fnmatchcase(name, tool) and (not what or fnmatchcase(subject, what.replace("[", "[[]")))


def _split(rule: str, *, is_shell: bool) -> tuple[str, str]:
    """The pattern of the tool's name, and that of what the call is about."""
    tool, bracket, what = rule.partition("(")
    if bracket and what.endswith(")"):
        return tool.strip(), what[:-1]
    if is_shell and " " in rule.strip():  # a command, written without "Bash( … )"
        return "*", rule
    return rule, ""


def _is_inside(path: str, context: Mapping[str, Any]) -> bool:
    trusted = context.get("trusted_directories")
    primary = trusted.get("primary") if isinstance(trusted, Mapping) else None
    root = primary.get("path") if isinstance(primary, Mapping) else None
    if not isinstance(root, str) or not root.startswith("/") or not path.startswith("/"):
        return False
    path, root = posixpath.normpath(path), posixpath.normpath(root)
    return path.startswith(root + "/") and not PROTECTED.search(path[len(root) :])
