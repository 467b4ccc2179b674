"""Content blocks as input parts."""

from __future__ import annotations

from typing import Any

import pytest

from ccr.config.dialect import Dialect
from ccr.protocols.openai_responses import content
from tests.protocols.openai_responses.support import a_call

PDF = {"type": "base64", "media_type": "application/pdf", "data": "JVBERi0="}
PNG = {"type": "base64", "media_type": "image/png", "data": "iVBORw0="}


def output(said: Any, **more: Any) -> Any:
    text, media = content.output(
        {"type": "tool_result", "tool_use_id": "a", "content": said, **more}, a_call()
    )
    assert media == []
    return text


def test_text_alone_is_one_string() -> None:
    assert output("one") == output([{"type": "text", "text": "one"}]) == "one"
    assert output([{"type": "text", "text": "one"}, {"type": "text", "text": "two"}]) == "one\ntwo"


@pytest.mark.parametrize("nothing", [None, "", [], [{"type": "text", "text": ""}]])
def test_an_empty_result_is_told_in_words(nothing: object) -> None:
    assert output(nothing) == content.NOTHING


def test_a_failure_says_so() -> None:
    assert "error" in output("exit code 1", is_error=True).lower()
    assert "error" not in output("exit code 0", is_error=False).lower()


LOOK = {
    "type": "tool_result",
    "content": [{"type": "text", "text": "Look:"}, {"type": "image", "source": PNG}],
}


def test_media_of_a_result_follow_in_the_message_of_the_user() -> None:
    text, media = content.output(LOOK, a_call())
    assert text == "Look:"
    assert [part["type"] for part in media] == ["input_image"]


def test_a_result_of_media_alone_says_where_they_are() -> None:
    alone = {"type": "tool_result", "content": [{"type": "document", "source": PDF}]}
    assert content.output(alone, a_call())[0] == content.ATTACHED


def test_media_stay_inside_where_the_provider_takes_them_there() -> None:
    inside, media = content.output(LOOK, a_call(dialect=Dialect(images_in_tools=True)))
    assert [part["type"] for part in inside] == ["input_text", "input_image"]  # type: ignore[index]
    assert media == []


def test_media_of_several_results_say_whose_they_are() -> None:
    image = [{"type": "input_image", "image_url": "u"}]
    assert content.attached({"a": image}) == image
    assert [part.get("text") for part in content.attached({"a": image, "b": image})] == [
        "[Of the result of a:]",
        None,
        "[Of the result of b:]",
        None,
    ]


def test_a_loaded_tool_is_told_in_words() -> None:
    assert output([{"type": "tool_reference", "tool_name": "WebSearch"}]) == "Tool WebSearch is loaded."


def test_unknown_blocks_are_left_out() -> None:
    assert content.parts([{"type": "of_tomorrow", "text": "?"}], a_call()) == []


@pytest.mark.parametrize(
    ("block", "dialect"),
    [
        ({"type": "image", "source": PNG}, Dialect(images=False)),
        ({"type": "document", "source": PDF, "title": "r.pdf"}, Dialect(files=False)),
    ],
)
def test_what_a_provider_does_not_take_is_told_in_words_and_noted_once(
    block: dict[str, Any], dialect: Dialect
) -> None:
    call = a_call(dialect=dialect)
    made = content.parts([block, block], call)
    assert [part["type"] for part in made] == ["input_text", "input_text"]
    assert len(call.notes) == 1
