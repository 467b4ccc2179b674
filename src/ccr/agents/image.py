"""Eyes for models that have none.

Where ``Router.image`` is set, a request whose newest message shows an image goes there as a whole (routing
rule ``image``). Later the images are still in the conversation, and a model that cannot see answers: it gets
``[Image #n]`` in their place and a tool, ``analyzeImage``, whose calls the model of ``Router.image`` answers.
``forceUseImageAgent`` has it so from the first: no request is sent to the vision model as a whole.
"""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from collections.abc import Collection, Mapping
from typing import Any

from ccr.agents.ask import Ask
from ccr.agents.contract import Agent, Result, Task, ToolCall
from ccr.agents.pictures import described, has_images, images_of
from ccr.anthropic.request import Block, Body, blocks, text_of
from ccr.exchange import Exchange, Target
from ccr.wire import json

TOOL = "analyzeImage"
ROUTE = "image"
MOST_REMEMBERED = 256
LIMIT = 4096
"""Tokens that an analysis may have."""

DEFINITION: Mapping[str, Any] = {
    "name": TOOL,
    "description": "Has images of this conversation looked at, which you cannot see yourself, and tells what "
    "is on them. Ask for all that you need at once; a further look is possible.",
    "input_schema": {
        "type": "object",
        "properties": {
            "imageId": {
                "type": "array",
                "items": {"type": "string"},
                "description": 'Numbers of the images: ["1"] for [Image #1].',
            },
            "task": {"type": "string", "description": "What to find out, with all context that matters."},
            "regions": {
                "type": "array",
                "description": "Parts of the image to look at; without them, the whole.",
                "items": {
                    "type": "object",
                    "properties": {
                        "name": {"type": "string"},
                        "x": {"type": "number"},
                        "y": {"type": "number"},
                        "w": {"type": "number"},
                        "h": {"type": "number"},
                        "units": {"type": "string", "enum": ["px", "pct"]},
                    },
                    "required": ["x", "y", "w", "h", "units"],
                },
            },
        },
        "required": ["imageId", "task"],
    },
}

HINT = f"""You cannot see images. Where one is in this conversation, [Image #n] stands in its place; n is \
its number. When an answer depends on what an image shows, call {TOOL} with its number and what you want to \
know, and rely on what it tells you. Never guess what is on an image."""

LOOK = """You look at images for an assistant that cannot see them. Do its task from what the images show. \
Give text, code, numbers and error messages exactly as they stand there. Say what is unclear or not to be \
seen; invent nothing."""


class ImageAgent(Agent):
    """``route``: the models of ``Router.image`` as written; ``forced``: ``forceUseImageAgent``."""

    name = "image"

    def __init__(self, route: Collection[str], *, forced: bool = False) -> None:
        self._route = frozenset(_plain(model) for model in route)
        self._forced = forced
        self._known: OrderedDict[bytes, str] = OrderedDict()
        """What was told about images before, by session, images and task."""

    async def prepare(self, exchange: Exchange) -> Task | None:
        if not has_images(exchange.body):
            return None
        sees = _plain(str(exchange.body.get("model") or "")) in self._route
        if self._forced and sees:
            return None
        task = _Looking(self, images_of(exchange.body), exchange.session or exchange.id, forced=self._forced)
        if self._forced:  # before routing, which would send the whole request to the vision model
            exchange.body, exchange.edited = described(exchange.body), True
        return task

    def sees(self, target: Target) -> bool:
        """Whether a target is to be shown images itself."""
        return target.dialect.images or _plain(str(target)) in self._route

    def recall(self, key: bytes) -> str | None:
        if key in self._known:
            self._known.move_to_end(key)
        return self._known.get(key)

    def learn(self, key: bytes, text: str) -> None:
        self._known[key] = text
        while len(self._known) > MOST_REMEMBERED:
            self._known.popitem(last=False)


class _Looking(Task):
    def __init__(self, agent: ImageAgent, images: list[Block], session: str, *, forced: bool) -> None:
        self._agent = agent
        self._images = images
        self._session = session
        self._forced = forced

    def tools(self, target: Target) -> frozenset[str]:
        return frozenset() if not self._forced and self._agent.sees(target) else frozenset((TOOL,))

    def request(self, body: Body, target: Target) -> Body:
        if not self.tools(target):
            return body
        body = {**(body if self._forced else described(body))}
        body["system"] = [*blocks(body.get("system")), {"type": "text", "text": HINT}]
        body["tools"] = [*(body.get("tools") or []), dict(DEFINITION)]
        return body

    async def run(self, call: ToolCall, ask: Ask) -> Result:
        chosen, wrong = self._chosen(call.input.get("imageId"))
        if wrong or not chosen:
            there = f"There are images 1 to {len(self._images)}."
            return Result(f"{wrong or 'imageId names no image.'} {there}", is_error=True)
        question = _question(call.input)
        key = self._key(chosen, question)
        if (known := self._agent.recall(key)) is not None:
            return Result(known)
        message = await ask(self._body(chosen, question), route=ROUTE)
        if not (text := text_of(message.get("content")).strip()):
            return Result("The vision model said nothing about the image.", is_error=True)
        self._agent.learn(key, text)
        return Result(text)

    def _chosen(self, ids: object) -> tuple[list[int], str]:
        """Numbers of images, and what is wrong with the ids."""
        listed = ids if isinstance(ids, list) else [ids]
        chosen: list[int] = []
        for given in listed:
            digits = "".join(c for c in str(given) if c.isdigit())
            if not digits or not 1 <= int(digits) <= len(self._images):
                return [], f"There is no image {given!r}."
            chosen.append(int(digits))
        return list(dict.fromkeys(chosen)), ""

    def _body(self, chosen: list[int], question: str) -> Body:
        content: list[Block] = []
        for number in chosen:
            image = {key: value for key, value in self._images[number - 1].items() if key != "cache_control"}
            content += {"type": "text", "text": f"[Image #{number}]"}, image
        content.append({"type": "text", "text": question})
        return {"max_tokens": LIMIT, "system": LOOK, "messages": [{"role": "user", "content": content}]}

    def _key(self, chosen: list[int], question: str) -> bytes:
        told = [self._session, question, *(self._images[number - 1].get("source") for number in chosen)]
        return hashlib.blake2b(json.encode(told), digest_size=16).digest()


def _question(given: Mapping[str, Any]) -> str:
    """The task, and whatever else the call says (regions) as JSON."""
    task = str(given.get("task") or "Describe what is to be seen.")
    more = {key: value for key, value in given.items() if key not in ("imageId", "task") and value}
    return f"{task}\n{json.encode(more).decode()}" if more else task


def _plain(model: str) -> str:
    """``provider,model`` however it is written."""
    provider, mark, name = model.partition("," if "," in model else "/")
    return f"{provider.strip()}{',' if mark else ''}{name.strip()}".lower()
