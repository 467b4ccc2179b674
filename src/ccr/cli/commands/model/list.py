"""`ccr model list`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from ccr.cli.commands.config.shared import config_option, json_option
from ccr.cli.models.commanding import as_text, document_of, granted
from ccr.cli.terminal import FAILED, OK, paint, say, warn

if TYPE_CHECKING:
    from ccr.config.saving.document import Document


@click.command("list")
@click.option("--provider", metavar="NAME", help="Only the models of this provider.")
@click.option("--remote", is_flag=True, help="Ask the providers which models they have.")
@json_option
@config_option
def command(*, provider: str | None, remote: bool, as_json: bool, config: str | None) -> int:
    """List the models as provider,model, and the rules that name each.

    With --remote the providers are asked for all that they have; those of the configuration are marked.
    Ends with 1 when a provider could not be asked.

    \b
    Examples:
      ccr model list
      ccr model list --provider openrouter --remote
      ccr model list --json | jq -r '.models[].target'
    """
    from ccr.cli.models.entries import entry, names

    document = document_of(config)
    wanted = names(document.value)
    if provider:
        wanted = [granted(lambda: entry(document.value, provider))["name"]]
    failures: dict[str, str] = {}
    rows = [row for name in wanted for row in _rows(document, name, failures, remote=remote)]
    if as_json:
        say(as_text({"models": rows, "errors": failures}))
    else:
        _tell(rows, failures, remote=remote)
    return FAILED if failures else OK


def _rows(document: Document, name: str, failures: dict[str, str], *, remote: bool) -> list[dict[str, Any]]:
    from ccr.cli.models import references, trying
    from ccr.cli.models.entries import Refused, entry, models_of

    configured = models_of(entry(document.value, name))
    found: list[str] = []
    if remote:
        try:
            found = trying.listed(document, name)
        except Refused as refused:
            failures[name] = str(refused)
    return [
        {
            "target": f"{name},{model}",
            "provider": name,
            "model": model,
            "configured": model in configured,
            "used_by": [one.path for one in references.of(document.value, name, model)],
            **({"offered": model in found} if remote and name not in failures else {}),
        }
        for model in dict.fromkeys((*configured, *found))
    ]


def _tell(rows: list[dict[str, Any]], failures: dict[str, str], *, remote: bool) -> None:
    width = max((len(row["target"]) for row in rows), default=0)
    for row in rows:
        mark = ("* " if row["configured"] else "  ") if remote else ""
        used = ", ".join(row["used_by"])
        say(
            f"{mark}{row['target']:<{width}}  {paint(used, dim=True)}".rstrip()
            if used
            else mark + row["target"]
        )
    for why in failures.values():
        warn(why)
    if not rows and not failures:
        say("There are no models. `ccr provider add` adds a provider, `ccr model` does it by keyboard.")
