"""Errors are Anthropic's."""

from __future__ import annotations

import json

import pytest

from ccr.errors import Broken, KeyRefused, Overloaded, Rejected, RouterError, UpstreamError, class_of, type_of


@pytest.mark.parametrize(
    ("status", "type_", "kind"),
    [
        (400, "invalid_request_error", Rejected),
        (401, "authentication_error", KeyRefused),
        (402, "billing_error", Rejected),
        (403, "permission_error", KeyRefused),
        (404, "not_found_error", Rejected),
        (413, "request_too_large", Rejected),
        (418, "invalid_request_error", Rejected),
        (422, "invalid_request_error", Rejected),
        (429, "rate_limit_error", Overloaded),
        (500, "api_error", Broken),
        (502, "api_error", Broken),
        (503, "overloaded_error", Overloaded),
        (529, "overloaded_error", Overloaded),
    ],
)
def test_a_status_has_its_type_and_class(status: int, type_: str, kind: type[UpstreamError]) -> None:
    assert type_of(status) == type_
    assert class_of(status) is kind


def test_the_body_is_anthropics() -> None:
    body = json.loads(RouterError('say "hi"', details={"a": 1}).body("req_1"))
    assert body == {
        "type": "error",
        "error": {"type": "api_error", "message": 'say "hi"', "details": {"a": 1}},
        "request_id": "req_1",
    }


def test_an_anthropic_upstreams_own_body_goes_out_as_it_is() -> None:
    assert Broken("x", raw=b"{ as it came }").body("req_1") == b"{ as it came }"
