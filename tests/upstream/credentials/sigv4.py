"""AWS's side of a signature, by the published algorithm: what a request should have been signed with."""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Mapping
from urllib.parse import quote

_AUTHORIZATION = re.compile(
    r"AWS4-HMAC-SHA256 Credential=(?P<key>[^/]+)/(?P<date>\d{8})/(?P<region>[^/]+)/(?P<service>[^/]+)"
    r"/aws4_request, SignedHeaders=(?P<signed>[^,]+), Signature=(?P<signature>[0-9a-f]{64})"
)


def scope(headers: Mapping[str, str]) -> dict[str, str]:
    """The parts of an ``Authorization`` header."""
    found = _AUTHORIZATION.fullmatch(headers["authorization"])
    assert found is not None, headers["authorization"]
    return found.groupdict()


def is_signed(path: str, headers: Mapping[str, str], body: bytes, secret: str) -> bool:
    """Whether the signature of a POST is the one that AWS would compute."""
    told = scope(headers)
    names = told["signed"].split(";")
    canonical = "\n".join(
        [
            "POST",
            quote(path, safe="/~"),  # all services but S3 encode the path a second time
            "",
            *(f"{name}:{headers[name].strip()}" for name in names),
            "",
            told["signed"],
            hashlib.sha256(body).hexdigest(),
        ]
    )
    place = f"{told['date']}/{told['region']}/{told['service']}/aws4_request"
    digest = hashlib.sha256(canonical.encode()).hexdigest()
    text = f"AWS4-HMAC-SHA256\n{headers['x-amz-date']}\n{place}\n{digest}"
    key = f"AWS4{secret}".encode()
    for part in (told["date"], told["region"], told["service"], "aws4_request"):
        key = hmac.digest(key, part.encode(), "sha256")
    return hmac.compare_digest(hmac.digest(key, text.encode(), "sha256").hex(), told["signature"])
