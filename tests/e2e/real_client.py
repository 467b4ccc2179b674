"""Runs the real Claude Code client's scenarios through the router, one protocol after the other.

What is run is told by `scripts/e2e`; the driver and its scripted upstream are in ../shared/client.
"""

from __future__ import annotations

import json
import socket
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
DRIVER = ROOT.parent / "shared" / "client" / "drive_claude.py"
TOKEN = "lab-client-token-0123456789"
CLIENT = Path.home() / ".cache" / "ccr-e2e" / "claude"
PATHS = {
    "anthropic": "/v1/messages",
    "openai-chat": "/v1/chat/completions",
    "openai-responses": "/v1/responses",
    "gemini": "/v1beta",
}

NOT_OVER = {"gemini": ("stream_dropped", "stream_eof", "stream_error_event", "partial_stream")}
"""Scenarios that the driver's own upstream cannot play: its Gemini streams cut text into pieces four times as
long, so a stream that is to break before its fifth event has ended by then, and a slow one takes 0.1 s."""


def main(arguments: list[str]) -> int:
    """Exit code 0 when every scenario passed over every protocol."""
    if not DRIVER.is_file():
        sys.stderr.write(
            "scripts/e2e: the driver of the real client (../shared/client) is not here; nothing was run.\n"
        )
        return 2
    cut = arguments.index("--") if "--" in arguments else len(arguments)
    protocols, options = arguments[:cut] or list(PATHS), arguments[cut + 1 :]
    failed = [protocol for protocol in protocols if run(protocol, options)]
    sys.stdout.write(f"failed over: {', '.join(failed)}\n" if failed else "every protocol passed\n")
    return 1 if failed else 0


def run(protocol: str, options: list[str]) -> int:
    """The scenarios over one protocol; gives the driver's exit code."""
    with tempfile.TemporaryDirectory(prefix="ccr-e2e-") as folder:
        port, fake = free_port(), free_port()
        config = Path(folder) / "config.json"
        config.write_text(json.dumps(configuration(protocol, port, fake)))
        sys.stdout.write(f"== {protocol}\n")
        sys.stdout.flush()
        command = [
            sys.executable,
            str(DRIVER),
            "--base-url",
            f"http://127.0.0.1:{port}",
            "--fake-port",
            str(fake),
        ]
        command += ["--router-cmd", f"exec {sys.executable} -m ccr start --config {config}"]
        command += [
            "--install-dir",
            str(CLIENT),
            "--work",
            str(Path(folder, "lab")),
            "--spec",
            "lab,model-x",
            "--jobs",
            "2",
        ]
        command += [part for name in NOT_OVER.get(protocol, ()) for part in ("--skip", name)]
        return subprocess.run([*command, *options], cwd=ROOT, check=False).returncode


def configuration(protocol: str, port: int, fake: int) -> dict[str, object]:
    """One provider at the driver's upstream, with a key of its own."""
    provider = {
        "name": "lab",
        "protocol": protocol,
        "api_base_url": f"http://127.0.0.1:{fake}{PATHS[protocol]}",
        "api_key": "lab-provider-key",
        "models": ["lab-default", "model-x"],
    }
    return {
        "PORT": port,
        "APIKEY": TOKEN,
        "LOG": False,
        "Providers": [provider],
        "Router": {"default": "lab,lab-default"},
    }


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
        return port


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
