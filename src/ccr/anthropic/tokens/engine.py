"""tiktoken's engine with our own copy of the ``o200k_base`` ranks. Importing this module loads it.

That takes 0.3 s and 90 MB, so ``Tokenizer`` imports it when it first counts; the import system makes sure
that many threads, and many gateways in one process, load it once. tiktoken's own loader would download.
"""

from __future__ import annotations

import base64
import gzip
import hashlib
from importlib import resources
from typing import Final

from tiktoken import Encoding

_SHA256 = "446a9538cb6c348e3516120d7c08b09f57c36495e2acfffe59a5bf8b0cfb1a2d"

_LETTERS = r"[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]", r"[\p{Ll}\p{Lm}\p{Lo}\p{M}]"
_ENDING = r"(?i:'s|'t|'re|'ve|'m|'ll|'d)?"
_PATTERN = "|".join(
    (
        rf"[^\r\n\p{{L}}\p{{N}}]?{_LETTERS[0]}*{_LETTERS[1]}+{_ENDING}",
        rf"[^\r\n\p{{L}}\p{{N}}]?{_LETTERS[0]}+{_LETTERS[1]}*{_ENDING}",
        r"\p{N}{1,3}",
        r" ?[^\s\p{L}\p{N}]+[\r\n/]*",
        r"\s*[\r\n]+",
        r"\s+(?!\S)",
        r"\s+",
    )
)


def ranks(packed: bytes) -> dict[bytes, int]:
    """The token ranks in a gzipped rank file. Raises ``ValueError`` when they are not o200k_base's."""
    plain = gzip.decompress(packed)
    if hashlib.sha256(plain).hexdigest() != _SHA256:
        raise ValueError("the packaged token ranks are damaged; install ccrouter again")
    return {base64.b64decode(token): int(rank) for token, rank in map(bytes.split, plain.splitlines())}


def _load() -> Encoding:
    packed = resources.files("ccr.anthropic.tokens").joinpath("o200k_base.tiktoken.gz").read_bytes()
    return Encoding("o200k_base", pat_str=_PATTERN, mergeable_ranks=ranks(packed), special_tokens={})


ENGINE: Final = _load()
