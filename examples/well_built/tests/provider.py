"""A provider on this machine that answers what a test tells it to."""

from __future__ import annotations

import json
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


class Provider(ThreadingHTTPServer):
    """Speaks the protocol of OpenAI; `replies` are given in order, `requests` are the bodies it got."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.replies: list[tuple[int, dict[str, Any]]] = []
        self.requests: list[dict[str, Any]] = []

    @property
    def url(self) -> str:
        """Return the base URL for clients."""
        return f"http://127.0.0.1:{self.server_port}/v1"

    def answers(self, value: dict[str, Any] | None, *, finish: str = "stop", refusal: str | None = None) -> None:
        """Reply with this object as the text of a message, or with a refusal."""
        message = {"role": "assistant", "content": None if value is None else json.dumps(value), "refusal": refusal}
        choice = {"index": 0, "finish_reason": finish, "message": message, "logprobs": None}
        usage = {"prompt_tokens": 20, "completion_tokens": 10, "total_tokens": 30}
        body = {"id": "1", "object": "chat.completion", "created": 1, "model": "m", "choices": [choice], "usage": usage}
        self.replies.append((200, body))

    def embeds(self, vector: list[float]) -> None:
        """Reply with this vector."""
        data = [{"object": "embedding", "index": 0, "embedding": vector}]
        usage = {"prompt_tokens": 5, "total_tokens": 5}
        self.replies.append((200, {"object": "list", "model": "m", "data": data, "usage": usage}))

    def fails(self, status: int) -> None:
        """Reply with an error; the client may try again at once."""
        self.replies.append((status, {"error": {"message": "no", "type": "server_error", "code": None, "param": None}}))


class _Handler(BaseHTTPRequestHandler):
    server: Provider

    def do_POST(self) -> None:
        length = int(self.headers["Content-Length"])
        self.server.requests.append(json.loads(self.rfile.read(length)))
        status, body = self.server.replies.pop(0)
        text = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(text)))
        self.send_header("Retry-After-Ms", "1")
        self.end_headers()
        self.wfile.write(text)

    def log_message(self, format: str, *args: object) -> None:
        """Keep the output of the tests to the tests."""
