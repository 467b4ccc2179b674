"""A configuration becomes chains, or one error with everything that is wrong about its transformers."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from ccr.config import load
from ccr.config.problems import ConfigError
from ccr.config.provider import Provider, Use
from ccr.config.settings import Plugin, Settings
from ccr.transformers.builtin import BUILTIN
from ccr.transformers.chain import Chain
from ccr.transformers.load import Registry, names

PLUGIN = """
from ccr.transformers.contract import Transformer

class Stamp(Transformer):
    def __init__(self, *, word: str = "none", other: int = 0):
        self.word = word

    def payload(self, payload):
        return {**payload, "word": payload.get("word", "") + self.word}
"""


RELATIVE = "A relative path is meant from the folder of the configuration."
FLAGS = 'Flags go into the provider\'s "dialect", parameters of requests to "customparams".'


def provider(*use: Use, **model_use: tuple[Use, ...]) -> Provider:
    return Provider("p", "http://127.0.0.1:1", "openai_chat", use=use, model_use=model_use)


def settings(*providers: Provider, plugins: tuple[Plugin, ...] = ()) -> Settings:
    return Settings(Path("config.json"), providers=providers, transformers=plugins)


def use(name: str, **options: Any) -> Use:
    return Use(name, options, "here")


def stamp(word: str) -> Use:
    return use("stamp", word=word)


def problems(*providers: Provider, plugins: tuple[Plugin, ...] = ()) -> list[str]:
    with pytest.raises(ConfigError) as caught:
        Registry(settings(*providers, plugins=plugins))
    return [f"{problem.path}: {problem.message} {problem.cure}".strip() for problem in caught.value.problems]


@pytest.fixture
def plugin(tmp_path: Path) -> Path:
    path = tmp_path / "stamp.py"
    path.write_text(PLUGIN)
    return path


# Chains


def test_the_providers_come_before_the_models(plugin: Path) -> None:
    one = provider(stamp("a"), stamp("b"), m=(stamp("c"),))
    registry = Registry(settings(one, plugins=(Plugin(plugin),)))
    assert registry.chain(one, "m").payload({}) == {"word": "abc"}
    assert registry.chain(one, "other").payload({}) == {"word": "ab"}


def test_a_chain_is_made_once_for_a_provider_and_model() -> None:
    one = provider(use("maxtoken", max_tokens=9))
    registry = Registry(settings(one))
    assert registry.chain(one, "m") is registry.chain(one, "m")
    assert registry.chain(one, "m") is not registry.chain(one, "n")


def test_chains_for_made_up_models_do_not_pile_up() -> None:
    one = provider()
    registry = Registry(settings(one))
    for number in range(2100):
        registry.chain(one, f"model-{number}")
    assert len(registry._chains) <= 1000


def test_each_instance_knows_its_target(plugin: Path) -> None:
    plugin.write_text(PLUGIN.replace("self.word}", 'str(self.target) + " "}'))
    one = provider(stamp(""), stamp(""))
    registry = Registry(settings(one, plugins=(Plugin(plugin),)))
    assert registry.chain(one, "m").payload({}) == {"word": "p,m p,m "}


@pytest.mark.parametrize("name", ["MAXTOKEN", "maxToken"])
def test_upper_and_lower_case_are_alike(name: str) -> None:
    one = provider(use(name, max_tokens=9))
    assert Registry(settings(one)).chain(one, "m").request({"max_tokens": 99}) == {"max_tokens": 9}


@pytest.mark.parametrize("name", [name for name, cls in BUILTIN.items() if cls is None])
def test_a_name_that_stands_for_data_changes_nothing_here(name: str) -> None:
    one = provider(use(name))
    chain = Registry(settings(one)).chain(one, "m")
    assert (chain.edits_request, chain.edits_payload, chain.edits_events) == (False, False, False)


@pytest.mark.parametrize("name", [name for name, cls in BUILTIN.items() if cls is not None])
def test_every_built_in_one_can_be_made_with_empty_options(name: str) -> None:
    """The original's array form failed for half of them."""
    one = provider(use(name, **({"max_tokens": 9} if name == "maxtoken" else {})))
    assert isinstance(Registry(settings(one)).chain(one, "m"), Chain)


# The user's own


def test_options_of_the_file_are_for_all_its_uses_and_those_of_a_use_win(plugin: Path) -> None:
    one = provider(use("stamp"), stamp("b"))
    registry = Registry(settings(one, plugins=(Plugin(plugin, {"word": "a"}),)))
    assert registry.chain(one, "m").payload({}) == {"word": "ab"}


def test_a_file_may_replace_a_built_in_one(plugin: Path) -> None:
    plugin.write_text(
        PLUGIN.replace("class Stamp(Transformer):", 'class S(Transformer):\n    name = "DeepSeek"')
    )
    one = provider(use("deepseek", word="mine"))
    registry = Registry(settings(one, plugins=(Plugin(plugin),)))
    assert registry.chain(one, "m").payload({}) == {"word": "mine"}


def test_a_changed_file_is_read_anew_by_the_next_registry(plugin: Path) -> None:
    """And the one before goes on with what it had."""
    one = provider(use("stamp"))
    with_file = settings(one, plugins=(Plugin(plugin),))
    before = Registry(with_file)
    plugin.write_text(PLUGIN.replace('"none"', '"anew"'))
    after = Registry(with_file)
    assert before.chain(one, "m").payload({}) == {"word": "none"}
    assert after.chain(one, "m").payload({}) == {"word": "anew"}


# Mistakes


def test_all_mistakes_are_told_at_once(tmp_path: Path, plugin: Path) -> None:
    one = provider(
        use("maxtokn"),
        use("maxtoken", max_token=9),
        use("deepseek", effort=1),
        m=(use("sampling", top_p="x"),),
    )
    plugins = (Plugin(tmp_path / "gone.py"), Plugin(plugin, {"wrod": "a"}), Plugin(plugin))
    assert problems(one, plugins=plugins) == [
        f"transformers[0].path: {tmp_path / 'gone.py'} cannot be read: No such file or directory. {RELATIVE}",
        'transformers[1].options.wrod: no transformer in stamp.py has this option. Did you mean "word"?',
        'transformers[2].path: a file before it has a transformer "stamp" already.',
        'here: there is no transformer "maxtokn". Did you mean "maxtoken"?',
        'here: "maxtoken" needs the option "max_tokens". Write ["maxtoken", {"max_tokens": …}].',
        'here: "maxtoken" has no option "max_token". Did you mean "max_tokens"?',
        f'here: "deepseek" takes no options: it is a name for a protocol or a dialect. {FLAGS}',
        'here: "sampling": the option "top_p" is wrong: Expected `float | null`, got `str`.',
    ]


# Names for the configuration


def test_names_are_the_built_in_ones_and_those_of_the_users_files(plugin: Path) -> None:
    found = names({"transformers": [{"path": plugin.name}, {"path": str(plugin)}]}, plugin.parent)
    assert {*BUILTIN, "stamp"} <= set(found)


@pytest.mark.parametrize(
    "entries", [None, "x", [3], [{}], [{"path": 3}], [{"path": "gone.py"}], [{"path": ""}]]
)
def test_what_cannot_be_loaded_gives_no_names_and_no_failure(entries: Any, tmp_path: Path) -> None:
    assert set(names({"transformers": entries}, tmp_path)) >= set(BUILTIN)


def test_without_a_folder_paths_are_meant_from_the_configuration_of_the_environment(
    plugin: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CCR_CONFIG_PATH", str(plugin.with_name("config.json")))
    assert "stamp" in names({"transformers": [{"path": "stamp.py"}]})


def test_a_whole_configuration_from_file_to_chain(plugin: Path) -> None:
    config = plugin.with_name("config.json")
    config.write_text(
        '{Providers: [{name: "p", api_base_url: "http://127.0.0.1:1/v1", models: ["m"],'
        ' transformer: {use: [["STAMP", {word: "a"}]], m: {use: ["stamp"]}}}],'
        ' transformers: [{path: "stamp.py", options: {word: "b"}}]}'
    )
    found = load(config, {}, transformer_names=lambda raw: names(raw, config.parent))
    assert Registry(found).chain(found.providers[0], "m").payload({})["word"] == "ab"
