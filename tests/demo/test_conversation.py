"""Reading a Chat Completions request."""

from __future__ import annotations

from ccr.demo.conversation import said


def test_reminders_of_the_client_are_not_what_the_user_said() -> None:
    parts = [
        {"type": "text", "text": "<system-reminder>run\n</system-reminder>"},
        {"type": "text", "text": "Hi"},
    ]
    assert said([{"role": "user", "content": parts}]) == "Hi"
