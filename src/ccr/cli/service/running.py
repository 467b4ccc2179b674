"""The service in this process: holds the lock of its port, keeps its record, serves."""

from __future__ import annotations

import os
import secrets
import time
from contextlib import ExitStack
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from ccr.cli import welcome
from ccr.cli.apart import read
from ccr.cli.options import Options, settled
from ccr.cli.service import binding, records
from ccr.cli.service.finding import look
from ccr.cli.service.home import Home
from ccr.cli.service.locks import Lock
from ccr.cli.service.records import Record
from ccr.cli.terminal import USAGE, fail, say

if TYPE_CHECKING:
    from ccr.config import Settings

INSTANCE = "CCR_INSTANCE"
"""The variable by which whoever starts a service names it; the server shows the name in its health."""

AUTO = "CCR_STARTED_FOR_CLAUDE"
"""Set for a service that is to stop when its last user leaves."""


@dataclass(frozen=True)
class Service:
    """What is to run: with the demo provider only when ``demo`` says so."""

    settings: Settings
    options: Options
    demo: bool

    def record(self) -> Record:
        os.environ[INSTANCE] = instance = os.environ.get(INSTANCE) or secrets.token_hex(16)
        return Record(
            pid=os.getpid(),
            host=self.settings.host,
            port=self.settings.port,
            instance=instance,
            config=str(self.settings.path),
            started=time.time(),
            options=settled(self.options, os.environ).arguments(),
            log=self.options.log_file,
            demo=self.demo,
            drain=self.settings.process.drain,
            auto=bool(os.environ.pop(AUTO, "")),
        )

    def run(self) -> int:
        """Serve until a signal. Gives the exit code; ends the command when the address cannot be had."""
        home = Home.of(os.environ)
        with ExitStack() as stack:
            lock = Lock(home.lock(self.settings.port))
            if not lock.take(patience=0.5):
                fail(binding.occupied(look(home, self.settings.host, self.settings.port)))
            stack.callback(lock.release)
            record = self.record()
            records.write(home, record)
            stack.callback(records.remove, home, record)
            return self._serve(home, record, stack)

    def _serve(self, home: Home, record: Record, stack: ExitStack) -> int:
        from ccr.config import ConfigError
        from ccr.server.run import Start, serve

        def ready() -> None:
            for line in welcome.lines(self.settings, self.options, demo=self.demo):
                say(line)

        def taken(settings: Settings) -> None:
            """The demo provider answers while the configuration has none."""
            kept = records.read(home, record.port) or record  # others may have made it stay
            records.write(home, replace(kept, demo=is_demo(settings), drain=settings.process.drain))

        demo = Demo(stack) if self.demo else None
        start = Start(
            settings=demo.over(self.settings) if demo else self.settings,
            ready=ready,
            reload=lambda: demo.over(read(self.options)) if demo else read(self.options),
            taken=taken,
            log_file=self.options.log_file,
            verbose=self.options.verbose,
        )
        try:
            return serve(start)
        except ConfigError as error:
            fail(str(error), USAGE)
        except OSError as error:
            fail(binding.explain(error, self.settings.host, self.settings.port))


class Demo:
    """The demo provider, in this process until ``stack`` is closed."""

    def __init__(self, stack: ExitStack) -> None:
        from ccr.demo.host import start_demo

        self._url = stack.enter_context(start_demo()).url

    def over(self, settings: Settings) -> Settings:
        """The settings, with the demo provider where they name none. It lives in one process only."""
        from ccr.demo.settings import demo_settings

        if settings.providers:
            return settings
        return replace(demo_settings(settings, self._url), process=replace(settings.process, workers=1))


def is_demo(settings: Settings) -> bool:
    from ccr.demo.settings import NAME

    return [provider.name for provider in settings.providers] == [NAME] and not settings.written
