"""The file on the desk: a change is checked, shown in words, confirmed, written, and read anew."""

from __future__ import annotations

import contextlib
import os
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from ccr.cli.commands.config.shared import not_written
from ccr.cli.models import leftovers, saving, trying
from ccr.cli.models.entries import Refused, entry
from ccr.cli.models.saving import Plan
from ccr.cli.models.screens import asking
from ccr.cli.models.screens.asking import Line
from ccr.cli.setup.trying import words
from ccr.cli.terminal import paint, say
from ccr.config.problems import ConfigError
from ccr.config.saving import document as documents

if TYPE_CHECKING:
    from pathlib import Path

    from ccr.config.saving.document import Document

Variables = Mapping[str, str]

BACK = Line("Back", "back")


@dataclass
class Desk:
    """Mutable: ``document`` is the file as read last, ``news`` what is to be told on the next screen."""

    document: Document
    news: list[str] = field(default_factory=list)
    at: Any = None
    """What was chosen last among all there is."""

    @property
    def path(self) -> Path:
        return self.document.path

    @property
    def value(self) -> dict[str, Any]:
        return self.document.value

    def entry(self, name: str) -> dict[str, Any]:
        return entry(self.value, name)

    def variables(self) -> Variables:
        """What ``$VAR`` may name: the environment over the ``.env`` beside the file."""
        from ccr.config import source

        return {**source.beside(self.path), **os.environ}

    def tell(self, text: str) -> None:
        self.news.append(text)

    def wrong(self, text: str) -> None:
        self.tell(f"{paint('✗', fg='red')} {text}")

    def told(self) -> str:
        """The news, once."""
        shown = "\n".join(self.news)
        self.news.clear()
        return shown

    def stay(
        self,
        head: Callable[[], str],
        question: str,
        lines: Callable[[], Sequence[Line]],
        do: Callable[[Any], object],
    ) -> None:
        """A list again and again, until the user goes back. What ``do`` asks is left to come back here."""
        chosen = None
        while chosen != BACK.value:
            asking.clear()
            say(head())
            if news := self.told():
                say(news)
            try:
                chosen = asking.pick(question, [*lines(), BACK], chosen)
            except asking.Back:
                return
            with contextlib.suppress(asking.Back):
                do(chosen)

    def change(
        self,
        change: Callable[[Document], Document],
        variables: Variables | None = None,
        *,
        removing: bool = False,
    ) -> bool:
        """Whether the change has been written, which takes a yes of the user's.

        ``removing``: keys that nothing uses any more may go with it.
        """
        try:
            plan = Plan(self.document, change(self.document), variables or {})
        except Refused as refused:
            self.wrong(str(refused))
            return False
        if not plan.words:
            self.tell("Nothing to do: the configuration says so already.")
            return False
        try:
            plan = self._without_leftovers(plan) if removing else plan
            return self._confirmed(plan) and self._written(plan)
        except asking.Back:
            self.tell("Nothing was written.")
            return False

    def put(
        self,
        change: Callable[[dict[str, Any]], dict[str, Any]],
        variables: Variables | None = None,
        *,
        removing: bool = False,
    ) -> bool:
        """The same for a change of the value."""
        return self.change(lambda old: old.become(change(old.value)), variables, removing=removing)

    def _without_leftovers(self, plan: Plan) -> Plan:
        plan = leftovers.found(plan)
        if not plan.unused:
            return plan
        asking.clear()
        return leftovers.forgotten(plan) if asking.confirm(leftovers.question(plan), default=False) else plan

    def is_readable(self) -> bool:
        """Whether the file still is what one can work on."""
        try:
            self.read()
        except ConfigError:
            return False
        return self.path.exists() or self.document.data is None

    def read(self) -> None:
        """Reads the file anew."""
        self.document = documents.read(self.path)

    def models(
        self, name: str, document: Document | None = None, variables: Variables | None = None
    ) -> list[str]:
        """The models a provider says it has; none, and the reason is told, when it does not."""
        asking.clear()
        say(f"Asking {name} for its models …")
        try:
            return trying.listed(document or self.document, name, variables)
        except Refused as refused:
            self.wrong(str(refused))
        except KeyboardInterrupt:
            self.tell("Broken off.")
        return []

    def test(self, target: str) -> None:
        """Asks a model for a word, and tells how it went."""
        asking.clear()
        say(f"Asking {target} for a word …")
        name, _, model = target.partition(",")
        try:
            self.tell(words(trying.tried(self.document, name, model)))
        except Refused as refused:
            self.wrong(str(refused))
        except KeyboardInterrupt:
            self.tell("Broken off.")

    def _confirmed(self, plan: Plan) -> bool:
        asking.clear()
        verdict = saving.judged(plan)
        say(paint("This will be written:", bold=True))
        for line in plan.words:
            say(f"  {line}")
        for problem in (*verdict.fresh, *verdict.warnings):
            say(f"{paint('!', fg='yellow')} {problem}")
        if verdict.fresh:
            question = "With this the router could not use the file. Write it all the same?"
            return self._yes(question, default=False)
        return self._yes("Write it?", default=True)

    def _yes(self, question: str, *, default: bool) -> bool:
        if asking.confirm(question, default=default):
            return True
        self.tell("Nothing was written.")
        return False

    def _written(self, plan: Plan) -> bool:
        since = time.time()
        try:
            backup = saving.write(plan)
        except (documents.Changed, ConfigError) as error:
            self.wrong(str(error))
            self.read()
            return False
        except OSError as error:
            self.wrong(not_written(self.path, error))
            self.read()
            return False
        kept = f" Before it was .backups/{backup.name}." if backup else ""
        self.tell(f"{paint('✓', fg='green')} Saved.{kept}")
        if service := saving.taken(self.path, since):
            self.tell(service)
        self.read()
        return True
