"""What was chosen becomes a configuration; what was there stays."""

from __future__ import annotations

from ccr.cli.setup.proposal import Choice, Proposal


def proposal() -> Proposal:
    made = Proposal([Choice("lab", "http://127.0.0.1:9/v1", "LAB_KEY", ["m", "n-mini"])])
    made.propose_routes("lab,m")
    return made


def test_a_new_one_names_variables_and_the_schema() -> None:
    assert proposal().config({}) == {
        "$schema": "./config.schema.json",
        "Providers": [
            {
                "name": "lab",
                "api_base_url": "http://127.0.0.1:9/v1",
                "api_key": "$LAB_KEY",
                "models": ["m", "n-mini"],
            }
        ],
        "Router": {"default": "lab,m", "background": "lab,n-mini"},
    }


def test_beside_what_there_is_only_what_was_chosen_is_new() -> None:
    before = {
        "providers": [{"name": "old"}, {"name": "Lab", "models": ["gone"]}],
        "Router": {"default": "old,x", "image": "old,y"},
        "PORT": 1,
    }
    made = proposal().config(before)
    assert [one["name"] for one in made["providers"]] == ["old", "lab"]
    assert made["Router"] == {"default": "lab,m", "image": "old,y", "background": "lab,n-mini"}
    assert made["PORT"] == 1
    assert "Providers" not in made


def test_a_key_of_the_routers_own_is_kept_apart() -> None:
    made = proposal()
    made.lock()
    assert made.config({})["APIKEY"] == "$CCR_APIKEY"
    assert len(made.variables["CCR_APIKEY"]) > 30
