"""The API code of a run at a server that speaks chat completions.

Where the server is and its key are read from OPENAI_BASE_URL and OPENAI_API_KEY: a page is also for
people who may not know them. Images are files beside the program; the answer comes whole.
"""

import shlex
from collections.abc import Mapping
from typing import Any

from playground.exports.snippets.wavespeed import Snippet, as_json, as_python

LEFT_OUT = ("stream", "stream_options")


def chat_snippets(body: Mapping[str, Any], files: Mapping[str, tuple[str, str]]) -> list[Snippet]:
    """Return the programs. files: name and content type of each picture `sha256:<hex>`."""
    asked = {name: value for name, value in body.items() if name not in LEFT_OUT}
    beside = ", ".join(name for name, _ in files.values()) or "none"
    python = _PYTHON.replace("@FILES@", as_python({at: list(one) for at, one in files.items()}))
    script = _JAVASCRIPT.replace("@FILES@", as_json({at: list(one) for at, one in files.items()}))
    curl = _CURL.replace("@FILES@", "".join(_line(at, *one) for at, one in files.items()))
    return [
        Snippet("curl", "curl", "bash", _filled(curl, beside, shlex.quote(as_json(asked)))),
        Snippet("python", "Python", "python", _filled(python, beside, as_python(asked))),
        Snippet("javascript", "JavaScript", "javascript", _filled(script, beside, as_json(asked))),
    ]


def _filled(program: str, beside: str, body: str) -> str:
    # The body last: it may say anything, also @BESIDE@.
    return program.replace("@BESIDE@", beside).replace("@BODY@", body)


def _line(at: str, name: str, kind: str) -> str:
    data = f"data:{kind};base64,$(base64 < {shlex.quote(name)} | tr -d '\\n')"
    return f'body=${{body//{at}/"{data}"}}\n'


_CURL = """\
#!/usr/bin/env bash
# Needs bash and curl. Prints the whole reply. Images beside it: @BESIDE@
set -eu

body=@BODY@
@FILES@
curl --silent --show-error --fail-with-body --max-time 1800 \\
  --header "Authorization: Bearer ${OPENAI_API_KEY:-none}" \\
  --header "Content-Type: application/json" \\
  --data-binary @- "$OPENAI_BASE_URL/chat/completions" <<< "$body"
"""

_PYTHON = """\
# Needs requests: pip install requests. Images beside it: @BESIDE@
import base64
import os
import pathlib
import sys

import requests

URL = f"{os.environ['OPENAI_BASE_URL']}/chat/completions"
HEADERS = {"Authorization": f"Bearer {os.environ.get('OPENAI_API_KEY', 'none')}"}
FILES = @FILES@
BODY = @BODY@


def filled(value):
    if isinstance(value, dict):
        return {name: filled(one) for name, one in value.items()}
    if isinstance(value, list):
        return [filled(one) for one in value]
    if not isinstance(value, str) or value not in FILES:
        return value
    name, kind = FILES[value]
    data = base64.b64encode(pathlib.Path(name).read_bytes()).decode()
    return f"data:{kind};base64,{data}"


response = requests.post(URL, json=filled(BODY), headers=HEADERS, timeout=1800)
if not response.ok:
    sys.exit(f"{response.status_code}: {response.text}")
print(response.json()["choices"][0]["message"]["content"])
"""

_JAVASCRIPT = """\
// Needs Node.js 20 or newer. Save it as run.mjs, then: node run.mjs. Images beside it: @BESIDE@
import { readFileSync } from "node:fs";

const url = `${process.env.OPENAI_BASE_URL}/chat/completions`;
const headers = {
  Authorization: `Bearer ${process.env.OPENAI_API_KEY ?? "none"}`,
  "Content-Type": "application/json",
};
const files = @FILES@;
const body = @BODY@;

function filled(name, value) {
  if (typeof value !== "string" || !Object.hasOwn(files, value)) return value;
  const [path, kind] = files[value];
  return `data:${kind};base64,${readFileSync(path).toString("base64")}`;
}

const response = await fetch(url, {
  method: "POST",
  headers,
  body: JSON.stringify(body, filled),
});
const text = await response.text();
if (!response.ok) throw new Error(`${response.status}: ${text}`);
console.log(JSON.parse(text).choices[0].message.content);
"""
