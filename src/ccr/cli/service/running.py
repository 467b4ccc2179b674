"""The service in this process: holds the lock of its port, keeps its record, serves."""

from __future__ import annotations

import os
import secrets
import time
from contextlib import ExitStack
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ccr.cli import welcome
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
            return self._serve(self._with_demo(stack))

    def _with_demo(self, stack: ExitStack) -> Settings:
        if not self.demo:
            return self.settings
        from ccr.demo.host import start_demo
        from ccr.demo.settings import demo_settings

        return demo_settings(self.settings, stack.enter_context(start_demo()).url)

    def _serve(self, settings: Settings) -> int:
        from ccr.config import ConfigError
        from ccr.server.run import serve

        def ready() -> None:
            for line in welcome.lines(self.settings, self.options, demo=self.demo):
                say(line)

        try:
            return serve(settings, ready=ready, log_file=self.options.log_file, verbose=self.options.verbose)
        except ConfigError as error:
            fail(str(error), USAGE)
        except OSError as error:
            fail(binding.explain(error, settings.host, settings.port))
