"""What was given on the command line, and the configuration that it leads to."""

from __future__ import annotations

import os
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ccr.config import Settings


@dataclass(frozen=True, slots=True)
class Options:
    """What was given on the command line; None: not given."""

    host: str | None = None
    port: int | None = None
    config: str | None = None
    log_file: str | None = None
    verbose: bool = False
    workers: int | None = None

    def arguments(self) -> list[str]:
        """The same as arguments of `ccr start`, true in any folder."""
        pairs = {
            "--host": self.host,
            "--port": self.port,
            "--config": self.config,
            "--log-file": self.log_file,
            "--workers": self.workers,
        }
        words = [word for name, value in pairs.items() if value is not None for word in (name, str(value))]
        return [*words, "--verbose"] if self.verbose else words


def read(options: Options) -> Settings:
    """The configuration as it is now, with what was given on the command line. Raises ``ConfigError``."""
    from functools import partial

    from ccr.config import source
    from ccr.config.loading import load as load_settings
    from ccr.transformers.load import names

    env = environment(options)
    known = partial(names, folder=source.locate(options.config, env).parent)
    settings = load_settings(options.config, env, transformer_names=known)
    if options.workers is None:
        return settings
    return replace(settings, process=replace(settings.process, workers=options.workers))


def environment(options: Options) -> dict[str, str]:
    """The environment as the configuration is to see it: what was given on the command line wins."""
    given = {"CCR_HOST": options.host, "CCR_PORT": options.port}
    return os.environ | {name: str(value) for name, value in given.items() if value is not None}
