from __future__ import annotations

import pytest
from jsonschema import Draft202012Validator, ValidationError

from ccr.config import schema


def test_editors_get_a_schema_of_file_and_provider() -> None:
    made = schema.json_schema()
    assert {"PORT", "Providers", "Router", "APIKEY"} <= made["properties"].keys()
    assert {"name", "api_base_url", "transformer"} <= made["$defs"]["Provider"]["properties"].keys()
    assert made["additionalProperties"] is True
    validator = Draft202012Validator(made)
    validator.validate({"Providers": [{"name": "x", "models": {"m": {"contextWindow": 1}}}], "mine": 1})
    with pytest.raises(ValidationError):
        validator.validate({"Providers": [{"name": 1}]})
