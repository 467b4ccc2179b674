"""The black-box kit beside this repository finds nothing to fault (skipped where it is absent)."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

MINUTES = 60
LONGEST, LONGEST_OF_ALL = 8 * MINUTES, 25 * MINUTES
"""Seconds that the kit may take, in one splitting and in all."""


@pytest.mark.timeout(LONGEST_OF_ALL + MINUTES)
def test_every_recording_passes_in_every_direction(shared: Path, all_splits: bool) -> None:
    """In one splitting; ``--all-splits`` cuts the streams in every way the kit knows."""
    command = [sys.executable, "-m", "conformance", "--recordings", "recordings", "--show", "20"]
    command += ["--start", f"{sys.executable} -m ccr start"]
    for api in ("openai-chat", "openai-responses", "gemini-generate", "anthropic-messages", *OPTIONAL):
        command += ["--api", api]
    if not all_splits:
        command += ["--split", "whole"]
    env = os.environ | {"PYTHONDONTWRITEBYTECODE": "1"}
    patience = LONGEST_OF_ALL if all_splits else LONGEST
    try:
        ran = subprocess.run(
            command, cwd=shared, env=env, capture_output=True, text=True, check=False, timeout=patience
        )
    except subprocess.TimeoutExpired as late:
        pytest.fail(f"The kit has not come to its end after {patience} s. It said: {late.output!r}"[:8000])
    assert ran.returncode == 0, ran.stdout[-8000:] + ran.stderr[-2000:]


OPTIONAL = ("bedrock-converse", "cohere-chat", "ollama-chat")
"""Groups that the kit judges only when they are named."""
