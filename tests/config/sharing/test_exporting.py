"""A configuration given on: no secret goes along, each becomes a question of its own."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from ccr.config.manifest import configuration
from ccr.config.sharing.exporting import shared

SECRETS = (
    "first-secret-of-lab",
    "second-secret-of-lab",
    "secret-of-cloud",
    "Bearer in-a-header",
    "pass-in-url",
)


def config() -> dict[str, Any]:
    return {
        "PORT": 4000,
        "APIKEY": "of-the-service",
        "PROXY_URL": "http://proxy:1",
        "Providers": [
            {"name": "lab", "api_key": [SECRETS[0], SECRETS[1]], "models": ["m"]},
            {"name": "cloud", "api_key": SECRETS[2], "headers": {"authorization": SECRETS[3]}},
            {"name": "kept", "api_key": "$KEPT_KEY", "api_base_url": f"https://me:{SECRETS[4]}@host/v1"},
            {"name": "cloud", "api_key": "another-secret-of-cloud"},
        ],
        "Router": {"default": "lab,m", "longContextThreshold": 60000},
    }


def test_no_secret_and_nothing_of_the_service_goes_along(tmp_path: Path) -> None:
    made = shared(config(), tmp_path, {"name": "team"})
    text = json.dumps(made.manifest)
    assert not [secret for secret in (*SECRETS, "another-secret") if secret in text]
    assert not {"PORT", "APIKEY", "PROXY_URL"} & set(made.manifest)
    assert made.manifest["Providers"][2]["api_key"] == "$KEPT_KEY"
    assert made.manifest["Router"] == config()["Router"]


def test_secrets_get_names_of_their_own_and_answers_bring_them_back(tmp_path: Path) -> None:
    made = shared(config(), tmp_path, {"name": "team"})
    ids = [one["id"] for one in made.manifest["schema"]]
    assert ids == [
        "lab_api_key",
        "lab_api_key_2",
        "cloud_api_key",
        "cloud_authorization",
        "kept_api_base_url",
        "cloud_api_key_2",
    ]
    answers = {name: f"answer {name}" for name in ids}
    filled = configuration({**made.manifest, "userValues": answers})
    assert filled["Providers"][0]["api_key"] == ["answer lab_api_key", "answer lab_api_key_2"]
    assert filled["Providers"][3]["api_key"] == "answer cloud_api_key_2"


def test_secrets_of_a_wrong_shape_become_questions_too(tmp_path: Path) -> None:
    entry = {"name": "lab", "api_key": {"key": {"x": "hunter-1"}}, "headers": ["x-api-key: hunter-2"]}
    wrong = {"Providers": [entry, {"name": "b", "api_key": 4040}], "Router": {"clients": {"a": "hunter-3"}}}
    made = shared(wrong, tmp_path, {"name": "team"})
    assert not [secret for secret in ("hunter", "4040") if secret in json.dumps(made.manifest)]
    assert len(made.manifest["schema"]) == 4


def test_without_answers_the_questions_stand_for_variables(tmp_path: Path) -> None:
    made = shared(config(), tmp_path, {"name": "team"})
    assert configuration(made.manifest)["Providers"][1]["api_key"] == "$CLOUD_API_KEY"


def test_secrets_stay_only_when_asked(tmp_path: Path) -> None:
    made = shared(config(), tmp_path, {"name": "team"}, with_secrets=True)
    assert made.manifest["Providers"] == config()["Providers"]
    assert "schema" not in made.manifest


def test_files_go_along_but_those_with_keys_or_of_another_machine(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "r.js").write_text("module.exports = () => null")
    (tmp_path / "a" / "r.js").write_text("// another")
    (tmp_path / "leaky.py").write_text('API_KEY = "sk-abcdefghijklmnopqrst"')
    found = shared(
        {
            "CUSTOM_ROUTER_PATH": "r.js",
            "transformers": [
                {"path": str(tmp_path / "a" / "r.js")},
                {"path": "leaky.py"},
                {"path": "/gone.js"},
            ],
            "StatusLine": {"default": {"modules": [{"type": "script", "scriptPath": "./r.js"}]}},
        },
        tmp_path,
        {},
    )
    assert found.manifest["CUSTOM_ROUTER_PATH"] == "files/2-r.js"
    assert [one["path"] for one in found.manifest["transformers"]] == ["files/r.js", "leaky.py", "/gone.js"]
    assert found.manifest["StatusLine"]["default"]["modules"][0]["scriptPath"] == "files/2-r.js"
    assert set(found.files) == {"files/r.js", "files/2-r.js"}
    assert len(found.remarks) == 2
