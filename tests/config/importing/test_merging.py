"""What there is already wins over what is taken over."""

from __future__ import annotations

from ccr.config.importing.merging import merged, same_names

OURS = {"providers": [{"name": "A", "models": ["m"]}], "Router": {"default": "A,m", "think": ""}, "PORT": 1}
THEIRS = {
    "Providers": [{"name": "a", "models": []}, {"name": "b"}],
    "Router": {"default": "b,x", "think": "b,y"},
    "PORT": 2,
    "HOST": "::1",
}


def test_both_as_one() -> None:
    assert merged(OURS, THEIRS) == {
        "providers": [{"name": "A", "models": ["m"]}, {"name": "b"}],
        "Router": {"default": "A,m", "think": "b,y"},
        "PORT": 1,
        "HOST": "::1",
    }
    assert same_names(OURS, THEIRS) == ["a"]


def test_nothing_of_ours_is_theirs() -> None:
    assert merged({}, THEIRS) == THEIRS
