"""Options of transformers and agents, checked against the annotations of ``__init__`` before one is made."""

from __future__ import annotations

import inspect
import typing
from collections.abc import Iterator, Mapping
from typing import Any, ClassVar, TypeVar

import msgspec

from ccr.config.problems import ConfigError, Problem, did_you_mean


class Named(typing.Protocol):
    """What configurations make by name: transformers, and agents alike."""

    name: ClassVar[str]


T = TypeVar("T", bound=Named)


def make(cls: type[T], options: Mapping[str, Any], path: str) -> T:
    """An instance with these options, which stand at ``path``. Raises ``ConfigError``."""
    shape = Shape(cls)
    values: dict[str, Any] = {}
    problems = list(shape.missing(options, path))
    for name, value in options.items():
        try:
            values[name] = shape.value(name, value)
        except ValueError as error:
            problems.append(Problem(path, *error.args))
    if problems:
        raise ConfigError(problems)
    try:
        return cls(**values)
    except Exception as error:  # noqa: BLE001 - anybody's code
        reason = str(error) if isinstance(error, ValueError) else f"{type(error).__name__}: {error}"
        raise ConfigError([Problem(path, f'"{cls.name}" refuses its options: {reason}')]) from None


class Shape:
    """Which options a class takes, of which types."""

    def __init__(self, cls: type[Named]) -> None:
        self._name = cls.name
        parameters = inspect.signature(cls).parameters.values()
        self._open = any(p.kind is p.VAR_KEYWORD for p in parameters)
        self._named = {p.name: p for p in parameters if p.kind in (p.KEYWORD_ONLY, p.POSITIONAL_OR_KEYWORD)}
        self._types = _annotations(cls)

    @property
    def options(self) -> list[str]:
        """Those that have names of their own."""
        return list(self._named)

    def takes(self, option: str) -> bool:
        return self._open or option in self._named

    def missing(self, options: Mapping[str, Any], path: str) -> Iterator[Problem]:
        """A problem for each option that has to be given and is not."""
        for name, parameter in self._named.items():
            if parameter.default is parameter.empty and name not in options:
                cure = f'Write ["{self._name}", {{"{name}": …}}].'
                yield Problem(path, f'"{self._name}" needs the option "{name}".', cure)

    def value(self, name: str, value: Any) -> Any:
        """An option's value as the class takes it. Raises ``ValueError(what is wrong, the cure)``."""
        if not self.takes(name):
            cure = did_you_mean(name, self._named, self._known())
            raise ValueError(f'"{self._name}" has no option "{name}".', cure)
        kind = self._types.get(name, Any) if name in self._named else Any
        try:
            return msgspec.convert(value, kind, strict=False)
        except msgspec.ValidationError as error:
            wrong = str(error).partition(" - at")[0]
            raise ValueError(f'"{self._name}": the option "{name}" is wrong: {wrong}.', "") from None
        except TypeError:  # a type that only the class itself understands
            return value

    def _known(self) -> str:
        return f"Its options are: {', '.join(self._named)}." if self._named else "It takes none."


def _annotations(cls: type[Named]) -> dict[str, Any]:
    try:
        return typing.get_type_hints(cls.__init__, include_extras=True)
    except Exception:  # noqa: BLE001 - names may exist for type checkers only
        return {}
