"""The demo provider over HTTP, as the official OpenAI client sees it."""

from __future__ import annotations

import openai
import pytest
from openai import OpenAI


def test_it_has_one_model(client: OpenAI) -> None:
    assert [model.id for model in client.models.list()] == ["demo-1"]


def test_bad_requests_get_errors_of_openai_s_shape(client: OpenAI) -> None:
    with pytest.raises(openai.NotFoundError) as unknown:
        client.chat.completions.create(model="gpt-x", messages=[{"role": "user", "content": "Hi"}])
    assert unknown.value.code == "model_not_found"
    with pytest.raises(openai.BadRequestError) as empty:
        client.chat.completions.create(model="demo-1", messages=[])
    assert (empty.value.param, empty.value.type) == ("messages", "invalid_request_error")
    with pytest.raises(openai.NotFoundError, match="Invalid URL"):
        client.responses.create(model="demo-1", input="Hi")
