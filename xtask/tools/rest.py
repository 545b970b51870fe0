"""Fuzzes the REST API of a running server by its own description, with schemathesis.

usage: rest.py SCHEMATHESIS SERVER CONFIG

Registers a business, gives it something of everything, and makes a key that may do everything; schemathesis then
checks that no answer is a fault, undocumented, or other than described. Only the standard library is used here.
"""

import json
import os
import pathlib
import subprocess
import sys
import tempfile
import urllib.request
import uuid


def call(server, method, path, body=None, token=None, kind="application/json"):
    request = urllib.request.Request(server + path, data=body, method=method)
    request.add_header("Content-Type", kind)
    if token:
        request.add_header("Authorization", f"Bearer {token}")
    # Straight to the server, whatever proxy the machine has.
    with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(request, timeout=60) as answer:
        return answer.read()


def rest(server, method, path, body=None, token=None):
    answer = call(server, method, "/api/v1" + path, json.dumps(body).encode() if body else None, token)
    return json.loads(answer)


def postcard(*values):
    """Strings and ids as Postcard has them: a length and the bytes; all are short or below 16,384 bytes."""
    parts = []
    for value in values:
        data = value.bytes if isinstance(value, uuid.UUID) else value.encode()
        length = bytes([len(data)]) if len(data) < 128 else bytes([len(data) % 128 + 128, len(data) // 128])
        parts.append(length + data)
    return b"".join(parts)


def visit(server, widget):
    """A visitor says hello, so that there are a contact and a conversation."""
    kind = "application/x-postcard"
    session = call(server, "POST", "/api/widget/visit", postcard(uuid.UUID(widget)), kind=kind)
    length = session[0] if session[0] < 128 else session[0] - 128 + session[1] * 128
    start = 1 if session[0] < 128 else 2
    token = session[start : start + length].decode()
    sent = postcard(uuid.uuid4(), "Is anybody there?", "https://shop.example/", "Shop", "en")
    call(server, "POST", "/api/widget/send", sent, token, kind)


def prepare(server):
    name = uuid.uuid4().hex[:12]
    owner = {"business": name, "name": "Olga Owner", "email": f"{name}@example.com", "password": uuid.uuid4().hex}
    token = rest(server, "POST", "/auth/register", owner)["access_token"]
    everything = rest(server, "GET", "/auth/me", token=token)["permissions"] + ["chat"]
    key = rest(server, "POST", "/api-keys", {"name": "Fuzzing", "scopes": everything, "days": 1}, token)["key"]
    rest(server, "POST", "/sources", {"title": "Delivery", "content": "We deliver within two days."}, key)
    widget = rest(server, "GET", "/widgets", token=key)["data"][0]["id"]
    for _ in range(3):
        visit(server, widget)
    conversation = rest(server, "GET", "/conversations", token=key)["data"][0]["id"]
    # A person answers, so that the AI is silent.
    rest(server, "POST", f"/conversations/{conversation}/messages", {"content": "Yes."}, key)
    return {"{key}": key, "{token}": token, "{conversation}": conversation}


def main():
    schemathesis, server, config = sys.argv[1:]
    settings = pathlib.Path(config).read_text()
    # In a file, not on the command line, where everybody on the machine could read them.
    for place, value in prepare(server).items():
        settings = settings.replace(place, value)
    with tempfile.NamedTemporaryFile("w", suffix=".toml") as file:
        file.write(settings)
        file.flush()
        environment = os.environ | {"NO_COLOR": "1", "NO_PROXY": "*"}
        run = subprocess.run(
            [schemathesis, "--config-file", file.name, "run", f"{server}/api/v1/openapi.json"], env=environment
        )
    sys.exit(run.returncode)


main()
