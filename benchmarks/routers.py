"""How each router is installed, configured and started; one explicit ordered table at the end.

Routers that are not of this project are installed into a cache folder outside the repository by their package
managers, at fixed versions. What cannot be had is left out, with the reason.
"""

import json
import shutil
import subprocess
import sys
import venv
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from benchmarks.bodies import TOKEN

REPOSITORY = Path(__file__).resolve().parent.parent
CCR_2 = "@musistudio/claude-code-router@2.0.0"
LITELLM = "litellm[proxy]==1.106.2"
MODEL = "bench-model"


class LeftOut(Exception):
    """This router cannot be measured here; the message is the reason."""


@dataclass(frozen=True)
class Place:
    """Where one router lives during a run: a home, its port, the provider's, the cache, ccr's command."""

    home: Path
    port: int
    upstream: int
    cache: Path
    ccr: Path

    def url(self, path: str) -> str:
        return f"http://127.0.0.1:{self.upstream}{path}"

    def write(self, name: str, text: str) -> str:
        file = self.home / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
        return str(file)


@dataclass(frozen=True)
class Launch:
    """A router ready to start, and what to ask it for; a `slow` one gets streams it can keep up with."""

    argv: list[str]
    model: str = MODEL
    models: tuple[str, ...] = ()
    ready: str = "/health"
    path: str = "/v1/messages"
    env: dict[str, str] = field(default_factory=dict)
    slow: bool = False


@dataclass(frozen=True)
class Router:
    """A name, how its rows are to be read, and how it is prepared in a place (raises LeftOut)."""

    name: str
    about: str
    prepare: Callable[[Place], Launch]


def ccr(provider: str) -> Callable[[Place], Launch]:
    """This router, asked for a provider of the given protocol's name."""

    def prepare(place: Place) -> Launch:
        if not place.ccr.exists():
            raise LeftOut(
                f"{place.ccr} does not exist; run ./scripts/run once or name the command with --ccr"
            )
        providers = [
            _provider("chat", place.url("/v1/chat/completions"), protocol="openai-chat"),
            _provider("anthropic", place.url("/v1/messages"), protocol="anthropic"),
        ]
        config = place.write("config.json", _config(place, providers))
        env = {"CCR_CONFIG_PATH": config, "HOME": str(place.home)}
        both = f"chat,{MODEL}", f"anthropic,{MODEL}"
        return Launch([str(place.ccr), "start"], model=f"{provider},{MODEL}", models=both, env=env)

    return prepare


def plain_proxy(place: Place) -> Launch:
    options = "--host 127.0.0.1 --loop uvloop --http httptools --no-access-log --log-level warning --port"
    argv = [sys.executable, "-m", "uvicorn", "benchmarks.plain_proxy:app", *options.split(), str(place.port)]
    return Launch(argv, env={"UPSTREAM": place.url("/v1/chat/completions")})


def nginx(place: Place) -> Launch:
    program = shutil.which(
        "nginx", path="/usr/sbin:/usr/local/sbin:/opt/homebrew/bin:/usr/local/bin:/usr/bin:/bin"
    )
    if program is None:
        raise LeftOut("nginx is not installed; install it with the system's package manager")
    folders = " ".join(
        f"{kind}_temp_path {place.home}/{kind};" for kind in ("fastcgi", "uwsgi", "scgi", "proxy")
    )
    config = place.write("nginx.conf", NGINX % (place.home, place.home, folders, place.upstream, place.port))
    return Launch([program, "-p", str(place.home), "-c", config, "-e", "stderr"])


NGINX = """
daemon off; worker_processes 1; pid %s/nginx.pid; error_log stderr error;
events { worker_connections 8192; }
http {
    access_log off; client_body_temp_path %s/body; %s
    upstream provider { server 127.0.0.1:%d; keepalive 2048; keepalive_requests 1000000; }
    server {
        listen 127.0.0.1:%d backlog=4096; keepalive_requests 1000000;
        client_max_body_size 0; client_body_buffer_size 2m;
        location /health { return 200; }
        location / {
            proxy_pass http://provider; proxy_http_version 1.1; proxy_set_header Connection "";
            proxy_buffering off;
        }
    }
}
"""


def ccr_2(place: Place) -> Launch:
    folder = place.cache / "claude-code-router-2.0.0"
    program = folder / "node_modules" / ".bin" / "ccr"
    if not program.exists():
        _install("npm", "npm", "install", "--no-audit", "--no-fund", "--prefix", str(folder), CCR_2)
    place.write(
        ".claude-code-router/config.json",
        _config(place, [_provider("chat", place.url("/v1/chat/completions"))]),
    )
    env = {"HOME": str(place.home), "NODE_ENV": "production"}
    return Launch([str(program), "start"], model=f"chat,{MODEL}", env=env, slow=True)


def litellm(place: Place) -> Launch:
    folder = place.cache / "litellm"
    program = folder / "bin" / "litellm"
    if not program.exists():
        venv.create(folder, with_pip=True)
        _install("pip", str(folder / "bin" / "python"), "-m", "pip", "install", "--quiet", LITELLM)
    model = {"model": f"openai/{MODEL}", "api_base": place.url("/v1"), "api_key": "sk-bench"}
    settings = {
        "telemetry": False,
        "drop_params": True,
        "use_chat_completions_url_for_anthropic_messages": True,
    }
    config = {"model_list": [{"model_name": MODEL, "litellm_params": model}], "litellm_settings": settings}
    options = ["--config", place.write("config.yaml", json.dumps(config)), "--host", "127.0.0.1"]
    # Its price list is otherwise fetched from the network at start.
    env = {"LITELLM_LOCAL_MODEL_COST_MAP": "True", "LITELLM_LOG": "ERROR", "LITELLM_MASTER_KEY": TOKEN}
    argv = [str(program), *options, "--port", str(place.port), "--telemetry", "False"]
    return Launch(argv, ready="/health/liveliness", env={**env, "HOME": str(place.home)}, slow=True)


def _provider(name: str, url: str, **more: str) -> dict[str, Any]:
    return {"name": name, "api_base_url": url, "api_key": "sk-bench", "models": [MODEL], **more}


def _config(place: Place, providers: list[dict[str, Any]]) -> str:
    default = {"default": f"{providers[0]['name']},{MODEL}"}
    return json.dumps(
        {"HOST": "127.0.0.1", "PORT": place.port, "LOG": False, "Providers": providers, "Router": default}
    )


def _install(tool: str, *argv: str) -> None:
    """Runs a package manager; LeftOut quotes the end of what it said."""
    if shutil.which(argv[0]) is None:
        raise LeftOut(f"{tool} is not installed")
    print(f"installing with {tool} ...", file=sys.stderr, flush=True)
    done = subprocess.run(argv, capture_output=True, text=True, check=False, timeout=600)
    if done.returncode:
        raise LeftOut(f"{tool} could not install it: {(done.stderr or done.stdout).strip()[-200:]}")


ROUTERS = (
    Router("nginx", "copies bytes, Anthropic upstream: the floor", nginx),
    Router("plain-proxy", "translates to OpenAI Chat and does nothing else: the yardstick", plain_proxy),
    Router("ccr-chat", "this router over an OpenAI Chat provider", ccr("chat")),
    Router("ccr-anthropic", "this router over an Anthropic provider", ccr("anthropic")),
    Router("ccr-2.0.0", f"{CCR_2} over an OpenAI Chat provider", ccr_2),
    Router("litellm", f"{LITELLM} over an OpenAI Chat provider", litellm),
)
