"""The ``transformer`` object of a provider: which, with which options, for all models or for one."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any, NamedTuple

from ccr.config.problems import Problem, did_you_mean
from ccr.config.provider import Use
from ccr.config.variables import child

_FORM = '{"use": ["name", ["name", {"option": …}]], "some-model": {"use": [...]}}'


class Uses(NamedTuple):
    """What was read. ``use`` is for all models, ``by_model`` comes after it."""

    use: tuple[Use, ...] = ()
    by_model: Mapping[str, tuple[Use, ...]] = {}
    problems: tuple[Problem, ...] = ()

    def all(self) -> list[Use]:
        return [*self.use, *(use for uses in self.by_model.values() for use in uses)]


def read(value: Any, path: str) -> Uses:
    """The object as the original has it; a name or a list alone is taken as its ``use``."""
    if isinstance(value, str | list):
        value = {"use": value}
    if not isinstance(value, Mapping):
        return Uses(
            problems=() if value is None else (Problem(path, "should be an object.", f"Write {_FORM}."),)
        )
    problems: list[Problem] = []
    use = _list(value.get("use"), child(path, "use"), problems)
    by_model = {
        model: _list(_inner(part), child(child(path, model), "use"), problems)
        for model, part in value.items()
        if model != "use"
    }
    return Uses(use, by_model, tuple(problems))


def unknown(uses: Uses, names: Collection[str]) -> list[Problem]:
    """A problem for each transformer that does not exist. Case does not matter."""
    known = {name.lower() for name in names}
    return [
        Problem(
            use.path,
            f'there is no transformer "{use.name}".',
            did_you_mean(use.name, names, f"There are: {', '.join(sorted(names))}."),
        )
        for use in uses.all()
        if use.name.lower() not in known
    ]


def _inner(part: Any) -> Any:
    return part.get("use") if isinstance(part, Mapping) else part


def _list(value: Any, path: str, problems: list[Problem]) -> tuple[Use, ...]:
    if isinstance(value, str):
        value = [value]
    if not isinstance(value, list):
        if value is not None:
            problems.append(Problem(path, "should be a list.", f"Write {_FORM}."))
        return ()
    found = (_use(item, child(path, n), problems) for n, item in enumerate(value))
    return tuple(use for use in found if use is not None)


def _use(item: Any, path: str, problems: list[Problem]) -> Use | None:
    match item:
        case str() as name if name:
            return Use(name, {}, path)
        case [str() as name] if name:
            return Use(name, {}, path)
        case [str() as name, dict() as options] if name:
            return Use(name, options, path)
    problems.append(Problem(path, 'should be "name" or ["name", {options}].'))
    return None
