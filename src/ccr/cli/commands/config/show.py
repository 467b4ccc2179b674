"""`ccr config show`."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import click

from ccr.cli.commands.config.shared import config_option, examined, existing, json_option_that, opened, told
from ccr.cli.terminal import USAGE, fail, say

if TYPE_CHECKING:
    from ccr.config.saving.document import Document


@click.command("show")
@json_option_that("As JSON, without comments.")
@click.option(
    "--resolved", is_flag=True, help="As the router takes it: variables, presets and defaults filled in."
)
@config_option
def command(*, as_json: bool, resolved: bool, config: str | None) -> None:
    """Show the configuration as it is written, with keys masked; $VARIABLES stay as they are written.

    \b
    Examples:
      ccr config show
      ccr config show --resolved
      ccr config show --json | jq .Router
    """
    from ccr.config.saving.showing import masked_text

    document = opened(existing(config))
    if resolved:
        say(json.dumps(_resolved(document), indent=2, ensure_ascii=False))
    elif as_json:
        say(json.dumps(_masked(document.value), indent=2, ensure_ascii=False))
    else:
        say(masked_text(document.text, document.value).rstrip("\n"))


def _masked(value: Any) -> Any:
    from ccr.config.saving.secrets import mask

    return mask(value)


def _resolved(document: Document) -> dict[str, Any]:
    from ccr.config.saving.resolved import resolved

    report = examined(document)
    if report.settings is None:
        fail(told(document.path, report.problems), USAGE)
    return resolved(report.settings)
