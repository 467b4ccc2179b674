"""`ccr ui`."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import click

from ccr.cli import options as opts
from ccr.cli.options import PORT, Options
from ccr.cli.terminal import OK, fail, note, say

if TYPE_CHECKING:
    from ccr.config import Settings

PATH = "/ui/"
API = "/api/docs"

EPILOG = """\b
Examples:
  ccr ui
  ccr ui --no-open                     only say where it is"""


@click.command("ui", epilog=EPILOG)
@click.option("--port", type=PORT, help="The port of the service.")
@click.option("--no-open", is_flag=True, help="Open no browser, only print the address.")
def command(*, port: int | None, no_open: bool) -> int:
    """Open the dashboard in a browser; the service is started when none is running."""
    options = Options(port=port)
    settings = opts.load(options, quiet=True)
    address = _ensured(settings, options)
    if not _is_there(address + PATH, settings.apikey):
        say("This version has no dashboard yet.")
        say(f"All it will show is there as an API, described at {address}{API}")
        say("In the terminal: `ccr status`, `ccr config`, `ccr usage`, `ccr requests`.")
        return OK
    say(f"The dashboard is at {address}{PATH}")
    if not no_open:
        _open(address + PATH)
    return OK


def _ensured(settings: Settings, options: Options) -> str:
    """The address of the service, which runs then."""
    from ccr.cli.service import binding, ports, records, starting
    from ccr.cli.service.finding import State, look
    from ccr.cli.service.home import Home

    home = Home.of(os.environ)
    with starting.gate(home, settings.port, settings.process.drain):
        finding = look(home, settings.host, settings.port)
        if finding.state is State.RUNNING and finding.record is not None:
            return finding.record.url
        if finding.state is State.FREE:
            record = starting.start(home, settings.host, settings.port, options)
            note(f"The service is started in the background (process {record.pid}); `ccr stop` ends it.")
            return record.url
    if finding.state is not State.FOREIGN or ports.another_user(settings.port) is not None:
        fail(binding.occupied(finding))
    return records.url(settings.host, settings.port)


def _is_there(url: str, apikey: str | None) -> bool:
    """Whether a page answers there."""
    import urllib.error
    import urllib.request

    request = urllib.request.Request(url)  # noqa: S310  # our own service
    if apikey:
        request.add_header("authorization", f"Bearer {apikey}")
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(request, timeout=10) as answer:
            return "html" in str(answer.headers.get("content-type", ""))
    except OSError:
        return False


def _open(url: str) -> None:
    import webbrowser

    try:
        opened = webbrowser.open(url)
    except (OSError, webbrowser.Error):
        opened = False
    if not opened:
        note("No browser can be opened here: open the address in yours.")
