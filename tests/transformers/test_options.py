"""Options are checked against what the class says of itself, and each mistake is told with its cure."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import msgspec
import pytest

from ccr.config.problems import ConfigError
from ccr.transformers.contract import Transformer
from ccr.transformers.options import make

if TYPE_CHECKING:
    from somewhere import Unknown  # type: ignore[import-not-found]


class Sample(Transformer):
    def __init__(
        self,
        *,
        most: Annotated[int, msgspec.Meta(ge=1)],
        mode: Literal["soft", "hard"] = "soft",
        only: list[str] | None = None,
        folder: Path | None = None,
    ) -> None:
        if most == 13:
            raise ValueError("13 brings bad luck")
        if most == 14:
            raise KeyError("a bug")
        self.given: tuple[Any, ...] = (most, mode, only, folder)


class Open(Transformer):
    def __init__(self, strict: bool = False, **parameters: Any) -> None:
        self.given = strict, parameters


class Without(Transformer): ...


class Unresolved(Transformer):
    def __init__(self, *, value: Unknown = None) -> None:
        self.given = value


def problem(cls: type[Transformer], **options: Any) -> str:
    with pytest.raises(ConfigError) as caught:
        make(cls, options, "here")
    (found,) = caught.value.problems
    assert found.path == "here"
    return f"{found.message} {found.cure}".strip()


@pytest.mark.parametrize("most", [4096, "4096"])
def test_options_arrive_as_the_class_takes_them(most: Any) -> None:
    """Text is read as a number where one is wanted: variables of the environment are text."""
    made = make(Sample, {"most": most, "mode": "hard", "only": ["a"]}, "here")
    assert isinstance(made, Sample)
    assert made.given == (4096, "hard", ["a"], None)


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({}, '"sample" needs the option "most". Write ["sample", {"most": …}].'),
        ({"most": 1, "mots": 2}, '"sample" has no option "mots". Did you mean "most"?'),
        ({"most": 1, "x": 2}, '"sample" has no option "x". Its options are: most, mode, only, folder.'),
        ({"most": "many"}, '"sample": the option "most" is wrong: Expected `int`, got `str`.'),
        ({"most": 0}, '"sample": the option "most" is wrong: Expected `int` >= 1.'),
        (
            {"most": 1, "only": "a"},
            '"sample": the option "only" is wrong: Expected `array | null`, got `str`.',
        ),
        ({"most": 1, "mode": "x"}, '"sample": the option "mode" is wrong: Invalid enum value \'x\'.'),
        ({"most": 13}, '"sample" refuses its options: 13 brings bad luck'),
        ({"most": 14}, "\"sample\" refuses its options: KeyError: 'a bug'"),
    ],
)
def test_each_mistake_is_told(options: dict[str, Any], words: str) -> None:
    assert problem(Sample, **options) == words


def test_a_class_without_options_says_so() -> None:
    assert problem(Without, x=1) == '"without" has no option "x". It takes none.'


def test_all_mistakes_are_told_at_once() -> None:
    with pytest.raises(ConfigError) as caught:
        make(Sample, {"mode": "x", "other": 1}, "here")
    assert len(caught.value.problems) == 3


def test_a_class_may_take_whatever_it_is_given() -> None:
    made = make(Open, {"strict": "true", "provider": {"only": ["a"]}}, "here")
    assert isinstance(made, Open)
    assert made.given == (True, {"provider": {"only": ["a"]}})


def test_a_type_that_cannot_be_read_is_no_hindrance() -> None:
    made = make(Unresolved, {"value": 3}, "here")
    assert isinstance(made, Unresolved)
    assert made.given == 3
