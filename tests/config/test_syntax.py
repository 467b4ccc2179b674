from __future__ import annotations

import json
import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ccr.config import syntax


@pytest.mark.parametrize(
    "text",
    [
        '{"a": [1, "b"]}',
        '{\n  // a comment\n  "a": [1, "b"], /* another\n one */\n}',
        '{"a": [1, "b",],}',
        "{a: [1, 'b'],}",
        "{'a': [+1, \"b\"]}",
        "{a: [0x1, 'b']}",
        '{"a": [1, "\\u0062"] // end without a newline\n}',
    ],
)
def test_json5_is_read(text: str) -> None:
    assert syntax.parse(text) == {"a": [1, "b"]}


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ('{"u": "https://a/b", // no\n}', {"u": "https://a/b"}),
        ('{"u": "/* kept */",}', {"u": "/* kept */"}),
        ('{"u": ",]", "v": ", }",}', {"u": ",]", "v": ", }"}),
        ('{"u": "a \\" // b",}', {"u": 'a " // b'}),
        ("{u: 'http://a', v: '\"//\"',}", {"u": "http://a", "v": '"//"'}),
    ],
)
def test_comments_and_commas_inside_strings_stay(text: str, value: Any) -> None:
    assert syntax.parse(text) == value


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=15,
)


@given(JSON)
def test_comments_and_trailing_commas_change_nothing(value: Any) -> None:
    text = json.dumps(value, indent=1)
    commas = re.sub(r"(\n\s*[\]}])", r",\1", text)
    comments = "\n".join(f'{line} // it\'s "so", or {{not}}]' for line in commas.splitlines())
    assert syntax.parse(f"/* , */ {comments}\n// end") == value


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "It is empty. The least that works is: {}"),
        (
            '{\n  "a": 1\n  "b": 2\n}',
            "Syntax error in line 3, column 3: unexpected '\"'; "
            "a comma or a colon is probably missing before it.\n"
            '  "b": 2\n  ^\n' + syntax._TOLD,
        ),
        (
            '{"a": [1, 2',
            "Syntax error in line 1, column 12: the text ends before everything is closed: "
            'look for a missing quote or bracket.\n{"a": [1, 2\n           ^\n' + syntax._TOLD,
        ),
        (
            '{"a": True}',
            "Syntax error in line 1, column 7: unexpected 'T'.\n{\"a\": True}\n      ^\n" + syntax._TOLD,
        ),
    ],
)
def test_mistakes_are_shown_where_they_are(text: str, message: str) -> None:
    with pytest.raises(syntax.SyntaxMistake) as caught:
        syntax.parse(text)
    assert str(caught.value) == message


@pytest.mark.parametrize(
    "text",
    [
        '{"name": "a" "api_key": "hunter2-hunter2"}',
        '{"api_key": "hunter2 and more\n}',
        "{api_key: hunter2}}",
        '{"api_key" "hunter2"}',
        '{"api_key": [\n"x", "hunter2" "b"]}',
        '{"APIKEYS": {"ada": "x", "bob": "hunter2" "y"}}',
        '{"headers": {"Authorization": "Bearer hunter2" "x"}}',
        '{"PROXY_URL": "http://ada:hunter2@proxy" "x"}',
        '{"api_base_url": "http://a/?key=hunter2" "x"}',
        '["hunter2-with-digits-1234" "x"]',
    ],
)
def test_no_key_is_shown_with_a_mistake(text: str) -> None:
    with pytest.raises(syntax.SyntaxMistake) as caught:
        syntax.parse(text)
    assert "hunter2" not in str(caught.value)


def test_what_is_no_key_is_shown_with_a_mistake() -> None:
    line = '{"api_key": "$KEY", "models": ["qwen3-coder", "x/sonnet-4.5" "y"], "max_tokens": 8192}'
    with pytest.raises(syntax.SyntaxMistake) as caught:
        syntax.parse(line)
    assert line[2:] in str(caught.value)


def test_deep_nesting_is_a_mistake_and_no_crash() -> None:
    with pytest.raises(syntax.SyntaxMistake):
        syntax.parse("[" * 100_000)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_encodings_that_editors_write(encoding: str) -> None:
    assert syntax.decode('{"a": "é"}'.encode(encoding)) == '{"a": "é"}'


def test_other_encodings_are_told() -> None:
    with pytest.raises(syntax.SyntaxMistake, match="not UTF-8 text"):
        syntax.decode('{"a": "é"}'.encode("latin-1"))


@given(st.text(alphabet="{}[]\":,'/* \n1atrue\\", max_size=40))
def test_no_text_gets_anything_but_a_value_or_a_mistake(text: str) -> None:
    try:
        syntax.parse(text)
    except syntax.SyntaxMistake as mistake:
        assert str(mistake)  # noqa: PT017 - it must say something
