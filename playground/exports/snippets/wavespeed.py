"""The API code of a run: programs that repeat its request, made from the body that was sent.

Each one runs as it stands, takes the key from WAVESPEED_API_KEY, submits once, waits for the end
and prints the answer or the error. Nothing of the server's own configuration but base_url is in it.
"""

import json
import re
import shlex
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from playground.providers.wavespeed.provider import BASE_URL

# What cannot be seen or would reorder the line is written as an escape; lone surrogates because
# they cannot be encoded. All are legal escapes in JSON and JavaScript.
_INVISIBLE = re.compile(
    "[\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff\ufeff]"
)


@dataclass(frozen=True)
class Snippet:
    """One program. name: curl, python or javascript; language: what `highlight` calls it."""

    name: str
    label: str
    language: str
    code: str


PUBLIC_API = BASE_URL  # for strangers, whatever this playground is set up with


def snippets(body: Mapping[str, Any], base_url: str) -> list[Snippet]:
    """Return the programs for a request body. Its fields, their order and values are kept."""
    api = f"{base_url.rstrip('/')}/api/v3"
    return [
        Snippet("curl", "curl", "bash", _curl(body, api)),
        Snippet("python", "Python", "python", _python(body, api)),
        Snippet("javascript", "JavaScript", "javascript", _javascript(body, api)),
    ]


def _curl(body: Mapping[str, Any], api: str) -> str:
    return _filled(_CURL, shlex.quote(api), shlex.quote(as_json(body)))


def _python(body: Mapping[str, Any], api: str) -> str:
    return _filled(_PYTHON, repr(api), as_python(body))


def _javascript(body: Mapping[str, Any], api: str) -> str:
    return _filled(_JAVASCRIPT, as_json(api), as_json(body))


def _filled(program: str, api: str, body: str) -> str:
    # The body last: it may say anything, also @API@.
    return program.replace("@API@", api).replace("@BODY@", body)


def as_json(value: Any) -> str:
    """Return a value as JSON, and so as JavaScript, without characters that cannot be seen."""
    text = json.dumps(value, ensure_ascii=False, allow_nan=False, indent=2)
    return _INVISIBLE.sub(lambda match: f"\\u{ord(match[0]):04x}", text)


def as_python(value: Any, indent: str = "") -> str:
    """Return a value from JSON as Python source, one item a line, as pprint would cut up texts."""
    inner = indent + "    "
    if isinstance(value, dict) and value:
        items = [f"{key!r}: {as_python(item, inner)}" for key, item in value.items()]
        return "{" + _lines(items, indent) + "}"
    if isinstance(value, list) and value:
        return "[" + _lines([as_python(item, inner) for item in value], indent) + "]"
    return repr(value)


def _lines(items: list[str], indent: str) -> str:
    return "\n" + "".join(f"{indent}    {item},\n" for item in items) + indent


_CURL = """\
#!/usr/bin/env bash
# Needs bash and curl. Prints the whole reply: the answer is in "outputs", what failed in "error".
set -eu

api=@API@
body=@BODY@

call() {
  reply=$(curl --silent --show-error --fail-with-body --max-time 60 \\
    --header "Authorization: Bearer $WAVESPEED_API_KEY" "$@") || { echo "$reply" >&2; exit 1; }
}

field() {
  printf '%s' "$reply" | grep -o "\\"$1\\": *\\"[^\\"]*\\"" | head -n 1 | cut -d '"' -f 4
}

call "$api/wavespeed-ai/any-llm/vision" --header "Content-Type: application/json" \\
  --data-binary @- <<< "$body"
id=$(field id)

while true; do
  case "$(field status)" in
    completed) printf '%s\\n' "$reply"; exit 0 ;;
    failed | cancelled | timeout | deleted | "") printf '%s\\n' "$reply" >&2; exit 1 ;;
  esac
  sleep 1
  call "$api/predictions/$id/result"
done
"""

_PYTHON = """\
# Needs requests: pip install requests
import os
import sys
import time

import requests

API = @API@
HEADERS = {"Authorization": f"Bearer {os.environ['WAVESPEED_API_KEY']}"}
ENDED = {"completed", "failed", "cancelled", "timeout", "deleted"}
BODY = @BODY@


def prediction(response):
    reply = response.json() if response.ok else {"code": response.status_code}
    if reply["code"] != 200:
        sys.exit(f"{reply['code']}: {reply.get('message') or response.text}")
    return reply["data"]


url = f"{API}/wavespeed-ai/any-llm/vision"
task = prediction(requests.post(url, json=BODY, headers=HEADERS, timeout=60))
while task["status"] not in ENDED:
    time.sleep(1)
    url = f"{API}/predictions/{task['id']}/result"
    task = prediction(requests.get(url, headers=HEADERS, timeout=60))

if task["status"] != "completed":
    sys.exit(f"{task['status']}: {task.get('error')}")
print("\\n".join(task["outputs"]))
"""

_JAVASCRIPT = """\
// Needs Node.js 20 or newer. Save it as run.mjs, then: node run.mjs
const api = @API@;
const headers = {
  Authorization: `Bearer ${process.env.WAVESPEED_API_KEY}`,
  "Content-Type": "application/json",
};
const ended = ["completed", "failed", "cancelled", "timeout", "deleted"];
const body = @BODY@;

async function prediction(url, options) {
  const response = await fetch(url, { headers, signal: AbortSignal.timeout(60_000), ...options });
  const text = await response.text();
  const reply = response.ok ? JSON.parse(text) : { code: response.status };
  if (reply.code !== 200) throw new Error(`${reply.code}: ${reply.message ?? text}`);
  return reply.data;
}

let task = await prediction(`${api}/wavespeed-ai/any-llm/vision`, {
  method: "POST",
  body: JSON.stringify(body),
});
while (!ended.includes(task.status)) {
  await new Promise((resolve) => setTimeout(resolve, 1000));
  task = await prediction(`${api}/predictions/${task.id}/result`);
}

if (task.status !== "completed") throw new Error(`${task.status}: ${task.error}`);
console.log(task.outputs.join("\\n"));
"""
