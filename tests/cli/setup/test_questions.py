"""What is asked in the terminal; that it is asked well: tests/cli/commands/preset."""

from __future__ import annotations

from typing import Any

from ccr.cli.setup.questions import asked


def test_what_was_given_is_not_asked() -> None:
    manifest: dict[str, Any] = {
        "schema": [{"id": "a"}, {"id": "b", "when": {"field": "a", "value": "other"}}],
    }
    assert asked(manifest, {"a": "given"}, {}) == {"a": "given"}
