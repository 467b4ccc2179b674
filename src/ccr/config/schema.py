"""The shape of the file, for the validator and for editors (JSON Schema). Keys it does not name are kept."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import (
    AfterValidator,
    AliasChoices,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    NonNegativeInt,
    PositiveInt,
    WithJsonSchema,
    model_validator,
)

from ccr.config.network import ProxyOf
from ccr.config.protocol import protocol_named
from ccr.config.routes.shapes import KINDS, STRATEGIES
from ccr.config.shapes import agents as helpers
from ccr.config.shapes import ledger as books
from ccr.config.shapes import limits as rates
from ccr.config.shapes import logging as logs
from ccr.config.shapes import network, process, state
from ccr.config.shapes import resilience as failures
from ccr.config.shapes.prices import Price

Auth = Literal["bearer", "x-api-key", "x-goog-api-key", "api-key", "google", "aws", "none"]


def _texts(value: Any) -> Any:
    """Header and query values may be written as numbers or true and false."""
    if not isinstance(value, dict):
        return value
    return {key: _text(item) for key, item in value.items()}


def _text(value: Any) -> Any:
    if isinstance(value, bool):
        return str(value).lower()
    return str(value) if isinstance(value, int | float) else value


def _keys(value: Any) -> Any:
    if not isinstance(value, str | list | dict):
        raise ValueError("should be a key in quotes, or a list of keys")  # noqa: TRY004 - what the validator collects
    entries = value if isinstance(value, list) else [value]
    return [entry if isinstance(entry, dict) else {"key": entry} for entry in entries]


def _models(value: Any) -> Any:
    """Names alone, objects with a name, or an object by name: all become the last."""
    if isinstance(value, str):
        return {name.strip(): {} for name in value.split(",") if name.strip()}
    if not isinstance(value, list):
        return value
    return {_name(entry, n): entry if isinstance(entry, dict) else {} for n, entry in enumerate(value)}


def _name(entry: Any, n: int) -> str:
    if isinstance(entry, dict):
        entry = entry.get("name") or entry.get("id")
    if not isinstance(entry, str):
        raise ValueError(f'models[{n}] should be the name of a model, in quotes, or an object with a "name"')  # noqa: TRY004
    return entry


Texts = Annotated[dict[str, str], BeforeValidator(_texts)]
Tokens = Annotated[int, Field(gt=0)]


class Open(BaseModel):
    """An object whose unknown keys are kept."""

    model_config = ConfigDict(extra="allow", frozen=True, protected_namespaces=(), defer_build=True)


class Key(Open):
    """A key with what the key pool may know of it."""

    key: str = Field(validation_alias=AliasChoices("key", "api_key", "apiKey"))
    enabled: bool = True
    label: str | None = Field(None, validation_alias=AliasChoices("label", "name", "id"))
    weight: Annotated[float, Field(gt=0)] | None = None
    priority: int | None = None
    rpm: Annotated[float, Field(gt=0)] | None = Field(
        None, validation_alias=AliasChoices("rpm", "requestsPerMinute", "requests_per_minute")
    )
    tpm: Annotated[float, Field(gt=0)] | None = Field(
        None, validation_alias=AliasChoices("tpm", "tokensPerMinute", "tokens_per_minute")
    )

    limits: rates.Limits | None = None

    def beside(self) -> dict[str, Any]:
        """What is said of the key, by the usual names."""
        return self.model_dump(exclude={"key", "enabled"}, exclude_none=True)


class Model(Open):
    """What is known of a model."""

    context_window: Tokens | None = Field(
        None, validation_alias=AliasChoices("contextWindow", "context_window", "maxContextTokens")
    )
    max_output: Tokens | None = Field(
        None, validation_alias=AliasChoices("maxOutputTokens", "max_output_tokens", "maxOutput", "max_output")
    )
    dialect: dict[str, Any] = {}
    price: Price | None = Field(None, validation_alias=AliasChoices("price", "pricing", "cost"))
    limits: rates.Limits | None = None


def _nameable(name: str) -> str:
    """Clients write ``name,model``, with or without spaces around each."""
    if "," in name or name != name.strip():
        raise ValueError(
            "should have no comma in it and no space around it: models are asked for as name,model"
        )
    return name


class Provider(Open, failures.Parts):
    """One entry of ``Providers``. ``transformer`` is read by ``uses``, ``dialect`` by ``layers``."""

    name: Annotated[str, Field(min_length=1), AfterValidator(_nameable)]
    api_base_url: str | None = Field(
        None, validation_alias=AliasChoices("api_base_url", "baseUrl", "api_base", "base_url", "apiBaseUrl")
    )
    api_key: Annotated[list[Key], BeforeValidator(_keys)] | None = Field(
        None, validation_alias=AliasChoices("api_key", "apiKey", "api_keys", "apiKeys", "credentials")
    )
    models: Annotated[dict[str, Model], BeforeValidator(_models)] = {}
    model_metadata: dict[str, Model] = Field(
        {}, validation_alias=AliasChoices("modelMetadata", "model_metadata")
    )
    protocol: str | None = None
    transformer: Any = None
    dialect: dict[str, Any] = {}
    headers: Texts = Field({}, validation_alias=AliasChoices("headers", "extraHeaders", "extra_headers"))
    query: Texts = Field({}, validation_alias=AliasChoices("query", "extraQuery", "extra_query"))
    body: dict[str, Any] = Field({}, validation_alias=AliasChoices("extraBody", "extra_body"))
    auth: Auth | None = None
    limits: rates.Limits | None = None
    enabled: bool = True
    proxy: ProxyOf = None
    tls: network.Tls | None = None
    context_window: Tokens | None = Field(
        None, validation_alias=AliasChoices("contextWindow", "context_window")
    )
    max_output: Tokens | None = Field(
        None, validation_alias=AliasChoices("maxOutputTokens", "max_output_tokens")
    )
    price: Price | None = Field(None, validation_alias=AliasChoices("price", "pricing", "cost"))

    @model_validator(mode="before")
    @classmethod
    def type_as_protocol(cls, entry: Any) -> Any:
        """Version 3 of the original calls the protocol ``type``, a word that others may use otherwise."""
        if isinstance(entry, dict) and "protocol" not in entry and protocol_named(str(entry.get("type"))):
            return {**entry, "protocol": entry["type"]}
        return entry


TARGET = {"type": "string", "description": "provider,model"}
MEMBER = {
    "type": "object",
    "properties": {"target": TARGET, "weight": {"type": "number"}, "cost": {"type": "number"}},
    "required": ["target"],
}
MEMBERS = {"type": "array", "items": {"anyOf": [TARGET, MEMBER]}}
GROUP = {
    "type": "object",
    "properties": {
        "targets": {"anyOf": [TARGET, MEMBERS]},
        "strategy": {"enum": list(STRATEGIES)},
        "fallback": {"type": "array", "items": TARGET},
    },
}
ROUTE = {"anyOf": [TARGET, MEMBERS, GROUP, {"type": "null"}]}

Route = Annotated[Any, WithJsonSchema(ROUTE)]
"""What it may be is checked by ``routes``, whose messages say more."""


class Rules(Open):
    """Which model answers what: ``provider,model``, or a group of them. An empty text is no rule."""

    default: Route = None
    background: Route = None
    think: Route = None
    longContext: Route = None  # noqa: N815 - the file's own spelling
    longContextThreshold: NonNegativeInt | None = None  # noqa: N815
    webSearch: Route = None  # noqa: N815
    image: Route = None
    compaction: Route = None
    safeguard: Route = None
    agents: Annotated[Any, WithJsonSchema({"type": "object", "additionalProperties": ROUTE})] = None
    rules: Annotated[Any, WithJsonSchema({"type": "array", "items": {"type": "object"}})] = None
    fallback: Annotated[Any, WithJsonSchema({"type": "object"})] = None
    clients: Annotated[Any, WithJsonSchema({"type": "object"})] = None
    backgroundKinds: Annotated[Any, WithJsonSchema({"items": {"enum": list(KINDS)}})] = None  # noqa: N815
    backgroundModels: Annotated[Any, WithJsonSchema({"items": {"type": "string"}})] = None  # noqa: N815
    stickySeconds: Annotated[Any, WithJsonSchema({"type": "number", "minimum": 0})] = None  # noqa: N815


class Client(Open):
    """Who may come in, by a key of its own. ``Router.clients`` may route it otherwise than the rest."""

    key: Annotated[str, Field(min_length=1)]
    name: str = Field("", validation_alias=AliasChoices("name", "label", "id"))
    limits: rates.Limits | None = None

    @model_validator(mode="after")
    def _known_by_name(self) -> Client:
        if rates.of(self.limits) and not self.name:
            raise ValueError('has limits and needs a "name" under which they are counted')
        return self


def _clients(value: Any) -> Any:
    entries = value if isinstance(value, list) else [value]
    return [{"key": entry} if isinstance(entry, str) else entry for entry in entries]


class Plugin(Open):
    """A transformer of the user's own."""

    path: Annotated[str, Field(min_length=1)]
    options: dict[str, Any] = {}


class File(Open, process.Keys):
    """The whole file. Entries of ``Providers`` are validated each by itself: one mistake hides no other."""

    HOST: str = "127.0.0.1"
    PORT: Annotated[int, Field(ge=1, le=65535)] = 3456
    APIKEY: str | None = None
    APIKEYS: Annotated[list[Client], BeforeValidator(_clients)] = []
    API_TIMEOUT_MS: PositiveInt = 600_000
    PROXY_URL: str | None = Field(
        None, validation_alias=AliasChoices("HTTPS_PROXY", "https_proxy", "httpsProxy", "PROXY_URL")
    )
    NO_PROXY: network.Hosts | None = Field(None, validation_alias=AliasChoices("NO_PROXY", "no_proxy"))
    TLS: network.Tls | None = Field(None, validation_alias=AliasChoices("TLS", "tls"))
    LOG: bool = True
    LOG_LEVEL: logs.LogLevel = "info"
    LOG_FILE: str | None = None
    Logging: Annotated[logs.Section, BeforeValidator(logs.without_nulls)] = logs.Section()
    MAX_BODY_MB: Annotated[float, Field(gt=0)] = 100
    BACKUPS: Annotated[int, Field(ge=1, le=10_000)] = 20
    CLAUDE_PATH: str | None = None
    NON_INTERACTIVE_MODE: bool = False
    CUSTOM_ROUTER_PATH: str | None = None
    CUSTOM_ROUTER_TIMEOUT_MS: PositiveInt = 5_000
    REWRITE_SYSTEM_PROMPT: str | None = None
    Providers: list[dict[str, Any]] = Field([], validation_alias=AliasChoices("Providers", "providers"))
    Router: Rules = Rules()
    fallback: dict[str, list[str] | str] = {}
    transformers: list[Plugin] = []
    agents: list[helpers.Entry] = []
    forceUseImageAgent: bool = False  # noqa: N815
    Prices: dict[str, Price] = Field({}, validation_alias=AliasChoices("Prices", "prices"))
    WebSearch: Annotated[helpers.WebSearch | None, BeforeValidator(helpers.without_nulls)] = None
    Ledger: Annotated[books.Ledger, BeforeValidator(helpers.without_nulls)] = books.Ledger()
    Database: Annotated[books.Database, BeforeValidator(helpers.without_nulls)] = books.Database()
    Safeguards: Annotated[helpers.Safeguards, BeforeValidator(helpers.without_nulls)] = helpers.Safeguards()
    Limits: rates.Global = Field(rates.Global(), validation_alias=AliasChoices("Limits", "limits"))
    Redis: Annotated[state.Redis | None, BeforeValidator(state.given)] = Field(
        None, validation_alias=AliasChoices("Redis", "redis")
    )
    Resilience: failures.Resilience = Field(
        failures.Resilience(), validation_alias=AliasChoices("Resilience", "resilience")
    )


def json_schema() -> dict[str, Any]:
    """A JSON Schema of the file, for editors and the dashboard."""
    schema, provider = File.model_json_schema(), Provider.model_json_schema()
    schema["$defs"] |= provider.pop("$defs") | {"Provider": provider}
    schema["properties"]["Providers"]["items"] = {"$ref": "#/$defs/Provider"}
    return schema
