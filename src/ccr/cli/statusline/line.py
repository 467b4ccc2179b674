"""From standard input to standard output, whatever comes in: a status line never shows an error."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

from ccr.cli.statusline import drawing, given, themes
from ccr.cli.statusline.colours import Depth, depth
from ccr.cli.statusline.drawing import Piece
from ccr.cli.statusline.themes import SCRIPT, Theme
from ccr.cli.statusline.variables import Facts, Variables
from ccr.config import source
from ccr.config.peek import Peek, peek

NOTHING = "ccr"
"""What is shown where nothing is known."""


def draw(preset: str) -> int:
    """Read what Claude Code says, and print the line. Gives 0."""
    try:
        shown = line(given.read(getattr(sys.stdin, "buffer", None)), preset, os.environ)
    except Exception:  # noqa: BLE001  # users see this line all day: it never shows what went wrong
        shown = NOTHING
    try:
        sys.stdout.buffer.write(f"{shown}\n".encode("utf-8", "replace"))
        sys.stdout.flush()
    except (OSError, ValueError):  # the reader has left
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    return 0


def line(said: object, preset: str, env: Mapping[str, str]) -> str:
    """The line. ``preset``: whose theme wins over that of the configuration; "" for none."""
    found = peek(env)
    folder = found.path.parent
    own, own_folder = _preset(folder, preset, env)
    settings = given.at(found.raw, "StatusLine")
    theme = themes.chosen(settings, own, env)
    state = folder / "services" / f"{found.port}.state.json"
    facts = Facts(said, found.raw, str(folder), str(state), found_env(found, env))
    is_own = given.at(own, given.text(own, "currentStyle") or "default", "modules") is not None
    pieces = _pieces(theme, Variables(facts), str(own_folder if is_own else folder), depth(env))
    if theme.powerline:
        return drawing.powerline(pieces, depth(env), simple=theme.simple) or NOTHING
    return drawing.plain(pieces, depth(env)) or NOTHING


def found_env(found: Peek, env: Mapping[str, str]) -> Mapping[str, str]:
    """The environment over the ``.env`` beside the configuration."""
    return {**source.beside(found.path), **env}


def _preset(folder: Path, name: str, env: Mapping[str, str]) -> tuple[object, Path]:
    """The status line of a preset, and the preset's folder."""
    path = folder / "presets" / name / "manifest.json"
    if not name or any(part in name for part in ("..", "/", "\\", "\0")) or not path.is_file():
        return None, folder
    from ccr.config import manifest

    try:
        config = manifest.configuration(source.read(path, env).written)
    except Exception:  # noqa: BLE001  # a preset with mistakes has no status line
        return None, folder
    return config.get("StatusLine"), path.parent


def _pieces(theme: Theme, variables: Variables, folder: str, depth: Depth) -> list[Piece]:
    """The modules that have something to say."""
    said = _scripts(theme, variables, folder, coloured=depth is not Depth.NONE)
    pieces = []
    for module in theme.modules:
        text = next(said) if module.type == SCRIPT else themes.filled(module.text, variables)
        if text:
            pieces.append(Piece(text, module.icon, module.color, module.background))
    return pieces


def _scripts(theme: Theme, variables: Variables, folder: str, *, coloured: bool) -> Iterator[str]:
    """What the scripts say, in their order."""
    own = [module for module in theme.modules if module.type == SCRIPT]
    if not own:
        return iter(())
    from ccr.cli.statusline import scripts

    said = scripts.run(own, variables, folder)
    return iter(said if coloured else map(scripts.colourless, said))
