"""Where requests go, and how the key is shown."""

from __future__ import annotations

import pytest

from ccr.config.provider import Auth
from ccr.protocols.gemini import PROTOCOL
from tests.protocols.gemini.support import a_call

GOOGLE = "https://generativelanguage.googleapis.com"
VERTEX = {"project": "p-1", "location": "europe-west4"}
AT = "/projects/p-1/locations/europe-west4/publishers/google/models/gemini-2.5-flash:generateContent"


@pytest.mark.parametrize(
    "base",
    [
        GOOGLE,
        f"{GOOGLE}/",
        f"{GOOGLE}/v1beta",
        f"{GOOGLE}/v1beta/",
        f"{GOOGLE}/v1beta/models",
        f"{GOOGLE}/v1beta/models/",
        f"{GOOGLE}/v1beta/models/gemini-1.5-pro:generateContent",
        f"{GOOGLE}/v1beta/models/gemini-1.5-pro:streamGenerateContent?alt=sse",
        f"{GOOGLE}/v1beta/models/{{model}}:generateContent",
    ],
)
def test_every_form_of_a_base_leads_to_the_same_place(base: str) -> None:
    whole = f"{GOOGLE}/v1beta/models/gemini-2.5-flash"
    assert PROTOCOL.endpoint(a_call(base=base)) == f"{whole}:generateContent"
    streaming = PROTOCOL.endpoint(a_call({"stream": True}, base=base))
    assert streaming == f"{whole}:streamGenerateContent?alt=sse"


def test_other_versions_and_prefixes_are_kept() -> None:
    assert PROTOCOL.endpoint(a_call(base="https://gw.example/google/v1")).startswith(
        "https://gw.example/google/v1/models/gemini"
    )
    assert PROTOCOL.endpoint(a_call(base="https://gw.example/google")).startswith(
        "https://gw.example/google/v1beta/models/gemini"
    )


@pytest.mark.parametrize(
    ("base", "whole"),
    [
        ("https://europe-west4-aiplatform.googleapis.com", f"/v1{AT}"),
        ("https://europe-west4-aiplatform.googleapis.com/v1beta1", f"/v1beta1{AT}"),
        ("https://x.example/v1/projects/p-1/locations/europe-west4", f"/v1{AT}"),
        ("https://x.example/v1/projects/p-1/locations/europe-west4/publishers/google/models/", f"/v1{AT}"),
    ],
)
def test_vertex_has_project_and_location_in_the_path(base: str, whole: str) -> None:
    assert PROTOCOL.endpoint(a_call(base=base, options=VERTEX)).endswith(whole)


def test_the_global_location_has_a_host_without_a_location() -> None:
    options = {"project": "p-1", "location": "global"}
    url = PROTOCOL.endpoint(a_call(base="https://global-aiplatform.googleapis.com", options=options))
    assert url.startswith("https://aiplatform.googleapis.com/v1/projects/p-1/locations/global/publishers/")


def test_parameters_are_kept_and_the_bases_own_win() -> None:
    call = a_call({"stream": True}, base=f"{GOOGLE}/v1beta?a=1", query={"a": "2", "b": "3"})
    assert PROTOCOL.endpoint(call).endswith(":streamGenerateContent?a=1&b=3&alt=sse")


def test_a_models_name_is_quoted() -> None:
    assert "/models/my%20model%3Ax:generateContent" in PROTOCOL.endpoint(a_call(model="models/my model:x"))


@pytest.mark.parametrize(
    ("auth", "shown"),
    [
        (None, {"x-goog-api-key": "AIza-example"}),
        ("google", {"authorization": "Bearer AIza-example"}),
        ("bearer", {"authorization": "Bearer AIza-example"}),
        ("none", {}),
    ],
)
def test_the_key_is_shown_in_one_way(auth: Auth | None, shown: dict[str, str]) -> None:
    headers = PROTOCOL.headers(a_call(auth=auth))
    assert {k: v for k, v in headers.items() if k in ("x-goog-api-key", "authorization")} == shown
