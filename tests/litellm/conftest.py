"""LiteLLM's own proxy with mock responses: a server that this project did not write."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import time
import urllib.error
import urllib.request
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from playground.providers.endpoint import Server

if TYPE_CHECKING:
    from collections.abc import Iterator

PROXY = Path(".venv-litellm/bin/litellm")
KEY = "sk-only-for-tests"
ANSWER = "A receipt from Karlssons Bageri: **429.57 SEK** in all."
ENDLESS = "many words " * 200_000  # far more than is sent before somebody cancels
MODELS = {"mock/vision": ANSWER, "mock/busy": "litellm.RateLimitError", "mock/endless": ENDLESS}


def config() -> str:
    """The proxy's configuration; JSON is YAML."""
    entries = [
        {
            "model_name": name,
            "litellm_params": {"model": "openai/mock", "api_key": "none", "mock_response": words},
            "model_info": {
                "supports_vision": name == "mock/vision",
                "input_cost_per_token": 0.000002,
                "output_cost_per_token": 0.000008,
            },
        }
        for name, words in MODELS.items()
    ]
    settings = {"num_retries": 0}
    return json.dumps(
        {
            "model_list": entries,
            "router_settings": settings,
            "general_settings": {"master_key": KEY},
        }
    )


@pytest.fixture(scope="session")
def proxy(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("litellm")
    (folder / "config.yaml").write_text(config())
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [PROXY.absolute(), "--config", "config.yaml", "--host", "127.0.0.1"]
    quiet = {"LITELLM_LOCAL_MODEL_COST_MAP": "True", "NO_DOCS": "True"}
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(
            [*command, "--port", str(port), "--telemetry", "False"],
            cwd=folder,
            env=os.environ | quiet,
            stdout=log,
            stderr=log,
        )
        try:
            _wait(f"http://127.0.0.1:{port}/health/liveliness", process)
            yield Server("lite", f"http://127.0.0.1:{port}/v1", "LiteLLM", KEY)
        finally:
            process.kill()  # it would first say all of the endless answer
            process.wait()


def _wait(address: str, process: subprocess.Popen[bytes]) -> None:
    for _ in range(600):
        assert process.poll() is None, "LiteLLM's proxy ended"
        try:
            with urllib.request.urlopen(address, timeout=2):  # noqa: S310 - our own address
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.2)
    raise AssertionError("LiteLLM's proxy did not answer within two minutes")
