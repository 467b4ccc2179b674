"""From a route to targets: no target twice, fallbacks that cannot be, and what is told when nothing fits."""

from __future__ import annotations

from pathlib import Path

import pytest

from ccr.config.provider import Provider
from ccr.config.routes.shapes import Member, Route, Routes
from ccr.errors import BadRequest, NoRoute
from ccr.exchange import Target
from ccr.routing.candidates import Chain, fallbacks, fill, largest, too_long
from ccr.routing.models import Models
from ccr.routing.windows import Short, Windows
from tests.routing.support import facts, settings

ROUTE = Route((Member("lab,a"),))


@pytest.fixture
def chain(tmp_path: Path) -> Chain:
    return Chain(facts(), Models(settings(tmp_path, {}).providers), Windows())


async def test_no_target_is_tried_twice(chain: Chain) -> None:
    routes = Routes(fallback={"think": ("LAB/a", "lab,b", "lab, b")})
    await fill(chain, ROUTE, "think", "", routes, ["lab,a"])
    assert [str(target) for target in chain.targets] == ["lab,a", "lab,b"]


async def test_a_fallback_that_cannot_be_is_passed_over_but_not_the_route_itself(chain: Chain) -> None:
    routes = Routes(fallback={"default": ("bal,x", "nowhere", "lab,b")})
    await fill(chain, ROUTE, "default", "", routes, ["lab,a"])
    assert [str(target) for target in chain.targets] == ["lab,a", "lab,b"]
    assert [of for of, _ in chain.rejected] == ["bal,x", "nowhere"]
    with pytest.raises(NoRoute, match="The route 'think' names 'nowhere'"):
        await fill(chain, ROUTE, "think", "", routes, ["nowhere"])


@pytest.mark.parametrize(
    ("own", "rule", "expected"),
    [
        (None, "think", ("lab,t",)),
        (None, "image", ()),
        (None, "explicit", ("lab,d",)),
        (("lab,o",), "think", ("lab,o",)),
        ((), "think", ()),
    ],
)
def test_whose_fallbacks(own: tuple[str, ...] | None, rule: str, expected: tuple[str, ...]) -> None:
    routes = Routes(fallback={"default": ("lab,d",), "think": ("lab,t",), "image": ()})
    assert fallbacks(Route(ROUTE.members, fallback=own), rule, routes) == expected


def test_the_largest_window_is_told() -> None:
    error = too_long([Short(300, 100), Short(310, 200), Short(305, 150)])
    assert (error.status, error.message) == (400, "prompt is too long: 310 tokens > 200 maximum")


def test_a_target_whose_window_is_only_supposed_is_asked_all_the_same() -> None:
    small, large = (Target(Provider("p", "http://x", "openai_chat"), name) for name in ("s", "l"))
    assert largest([Short(300, 100, small), Short(300, 200, large), Short(300, 250)]) is large
    with pytest.raises(BadRequest, match="prompt is too long"):
        largest([Short(300, 100), Short(300, 200)])
