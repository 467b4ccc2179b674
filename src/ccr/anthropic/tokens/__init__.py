"""Counting tokens: how many input tokens a request has for a model, known as cheaply as possible.

``bounds`` needs no tokenizer and settles most questions · ``digest`` reads a request into keys by content ·
``anchors`` keep what upstreams truly counted · ``estimate`` adds up what ``costs`` says of each part for a
model's ``families`` · ``tokenizer`` counts text, remembering it in a ``memo``; its ``engine`` is loaded when
first needed · ``images`` and ``documents`` look into attachments.

Everything here is synchronous. Reading and bounds take tenths of a millisecond; ``estimate`` may take
tens of milliseconds and belongs off the event loop (the engine releases the GIL).
"""

from __future__ import annotations

from ccr.anthropic.tokens.counter import TokenCounter
from ccr.anthropic.tokens.digests import Digest, digest
from ccr.anthropic.tokens.limits import UNBOUNDED, Bounds, bounds

__all__ = ["UNBOUNDED", "Bounds", "Digest", "TokenCounter", "bounds", "digest"]
