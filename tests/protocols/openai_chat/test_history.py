"""The conversation: order, ids, empty turns, system messages."""

from __future__ import annotations

from typing import Any

from tests.protocols.openai_chat.support import encoded, messages

USER = {"role": "user", "content": "Hi."}


def calling(*ids: str) -> dict[str, Any]:
    return {
        "role": "assistant",
        "content": [{"type": "tool_use", "id": i, "name": "Read", "input": {}} for i in ids],
    }


def results(*ids: str) -> dict[str, Any]:
    return {
        "role": "user",
        "content": [{"type": "tool_result", "tool_use_id": i, "content": f"of {i}"} for i in ids],
    }


def ids_of(said: list[dict[str, Any]]) -> list[list[str]]:
    called = [call["id"] for one in said for call in one.get("tool_calls") or ()]
    return [called, [one["tool_call_id"] for one in said if one["role"] == "tool"]]


def test_system_blocks_are_one_text_and_the_billing_line_goes() -> None:
    system = [
        {"type": "text", "text": t} for t in ("x-anthropic-billing-header: cc_version=1;", "One.", "Two.")
    ]
    assert encoded({"system": system})["messages"][0] == {"role": "system", "content": "One.\n\nTwo."}
    assert encoded({"system": system[0]["text"]}) == encoded()


def test_system_messages_stay_where_they_are_and_empty_ones_go() -> None:
    said = messages(USER, {"role": "system", "content": []}, {"role": "system", "content": "Be brief."})
    assert said == [USER, {"role": "system", "content": "Be brief."}]
    assert messages(USER, {"role": "system", "content": "Be brief."}, late_system="user")[1] == {
        "role": "user",
        "content": "<system-reminder>\nBe brief.\n</system-reminder>",
    }


def test_nothing_comes_between_a_call_and_its_result() -> None:
    late = {"role": "system", "content": "Too early."}
    said = messages(USER, calling("toolu_1"), late, results("toolu_1"), USER)
    assert [one["role"] for one in said] == ["user", "assistant", "tool", "system", "user"]


def test_calls_without_a_result_get_one_and_results_without_a_call_are_words() -> None:
    said = messages(USER, calling("toolu_1", "toolu_2"), results("toolu_2", "toolu_2"), USER)
    assert [one["role"] for one in said] == ["user", "assistant", "tool", "tool", "user", "user"]
    assert "missing" in said[3]["content"]
    assert "of toolu_2" in said[4]["content"]


def test_two_calls_of_one_id_are_told_apart() -> None:
    called, answered = ids_of(messages(USER, calling("toolu_1", "toolu_1"), results("toolu_1")))
    assert sorted(called) == sorted(answered)
    assert len(set(called)) == 2


def test_a_provider_gets_its_own_id_back_where_it_can_be_sent() -> None:
    wrapped = ("ccr_00000000_Y2FsbF8w", "ccr_11111111_Y2FsbF8w")  # both were call_0
    called, answered = ids_of(messages(USER, calling(*wrapped), results(*wrapped)))
    assert called == answered == ["call_0", "ccr_11111111_Y2FsbF8w"]


def test_kimi_s_ids_are_for_kimi_alone() -> None:
    wrapped = "ccr_00000000_ZnVuY3Rpb25zLmFkZDow"
    assert ids_of(messages(USER, calling(wrapped), model="moonshotai/Kimi-K2"))[0] == ["functions.add:0"]
    called, answered = ids_of(messages(USER, calling(wrapped), results(wrapped)))
    assert called == answered
    assert called[0].startswith("ccr_")


def test_ids_of_nine_letters() -> None:
    called, answered = ids_of(messages(USER, calling("toolu_1"), results("toolu_1"), tool_ids="nine"))
    assert called == answered
    assert len(called[0]) == 9
    assert called[0].isalnum()


def test_long_ids_are_shortened_alike() -> None:
    long = "toolu_" + "a" * 80
    called, answered = ids_of(messages(USER, calling(long), results(long)))
    assert called == answered
    assert len(called[0]) <= 40


def test_a_last_turn_of_the_assistant_may_be_marked_as_a_prefix() -> None:
    start = {"role": "assistant", "content": '{"name":'}
    assert messages(USER, start)[-1] == start
    assert messages(USER, start, prefix=True)[-1] == {**start, "prefix": True}


def test_text_blocks_in_a_row_are_one_text_and_others_are_set_apart() -> None:
    texts = [{"type": "text", "text": t} for t in ("The capital", " is Paris.")]
    apart = {"type": "server_tool_use", "id": "srvtoolu_1", "name": "web_search", "input": {}}
    said = messages(
        USER, {"role": "assistant", "content": [*texts, apart, {"type": "text", "text": "So."}]}, USER
    )
    assert said[1]["content"] == "The capital is Paris.\n\nSo."


def test_odd_content_is_no_crash() -> None:
    odd = [None, 3, {"type": "text"}, {"type": "text", "text": 4}, {"no": "type"}, "a string"]
    assert messages({"role": "user", "content": odd}) == [{"role": "user", "content": "a string"}]
    assert messages(USER, {"role": "assistant", "content": None}, {"role": "user"}) == [USER]
