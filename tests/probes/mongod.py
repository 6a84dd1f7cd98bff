"""A MongoDB on loopback: its vendor's mock speaks the wire protocol; what it answers, and who may ask, is said here.

Answers to commands are recorded shapes, or are made by a function of the command. Logins are by SCRAM-SHA-256."""

from __future__ import annotations

import asyncio
import base64
import contextlib
import hashlib
import hmac
import secrets
import socket
from collections import defaultdict
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from typing import Any

import bson
from mockupdb import MockupDB, Request

Answer = Mapping[str, Any] | Callable[[Mapping[str, Any]], Mapping[str, Any]] | None

HELLO = {
    "isWritablePrimary": True, "ismaster": True, "helloOk": True, "maxBsonObjectSize": 16777216,
    "maxMessageSizeBytes": 48000000, "maxWriteBatchSize": 100000, "logicalSessionTimeoutMinutes": 30,
    "minWireVersion": 0, "maxWireVersion": 21, "readOnly": False, "ok": 1.0,
}  # fmt: skip


class Mongod:
    """Answers commands by their names; a command that has no answer is unknown, one whose answer is None hangs."""

    def __init__(self, answers: Mapping[str, Answer], accounts: Mapping[str, str], hello: Mapping[str, Any]) -> None:
        self._answers, self._accounts, self._hello = dict(answers), accounts, {**HELLO, **hello}
        self._logins: dict[int, dict[str, Any]] = defaultdict(lambda: {"in": not self._accounts})
        self.asked: list[dict[str, Any]] = []

    def respond(self, request: Request) -> bool:
        """One command of one connection, in the mock's thread."""
        answer = self._answer(dict(request.doc), self._logins[request.client_port])
        if answer is not None:
            with contextlib.suppress(ConnectionError):  # who asked has hung up
                request.replies(dict(answer))
        return True

    def _answer(self, command: dict[str, Any], login: dict[str, Any]) -> Mapping[str, Any] | None:
        name = next(iter(command))
        if name.lower() in ("hello", "ismaster"):
            wanted = "saslSupportedMechs" in command
            return {**self._hello, **({"saslSupportedMechs": ["SCRAM-SHA-256"]} if wanted else {})}
        if name in ("saslStart", "saslContinue"):
            return self._scram(command, login)
        if name == "endSessions":
            return {"ok": 1.0}
        self.asked.append(command)
        if not login["in"]:
            return failure(13, f"Command {name} requires authentication")
        if name not in self._answers:
            return failure(59, f"no such command: '{name}'")
        answer = self._answers[name]
        return answer(command) if callable(answer) else answer

    def _scram(self, command: dict[str, Any], login: dict[str, Any]) -> Mapping[str, Any]:
        """RFC 5802 with SHA-256, as the server does it."""
        said = bytes(command["payload"]).decode()
        if command.get("saslStart"):
            first = said.removeprefix("n,,")
            fields = dict(one.split("=", 1) for one in first.split(","))
            salt, nonce = secrets.token_bytes(28), fields["r"] + secrets.token_hex(8)
            challenge = f"r={nonce},s={base64.b64encode(salt).decode()},i=15000"
            login |= {"first": first, "challenge": challenge, "salt": salt, "user": fields["n"]}
            return {"conversationId": 1, "done": False, "payload": challenge.encode(), "ok": 1.0}
        if not said:
            login["in"] = True
            return {"conversationId": 1, "done": True, "payload": b"", "ok": 1.0}
        without_proof, _, proof = said.rpartition(",p=")
        password = self._accounts.get(login["user"], secrets.token_hex())
        salted = hashlib.pbkdf2_hmac("sha256", password.encode(), login["salt"], 15000)
        stored = hashlib.sha256(_mac(salted, b"Client Key")).digest()
        message = f"{login['first']},{login['challenge']},{without_proof}".encode()
        key = bytes(a ^ b for a, b in zip(base64.b64decode(proof), _mac(stored, message), strict=True))
        if hashlib.sha256(key).digest() != stored:
            return failure(18, "Authentication failed.")
        verified = base64.b64encode(_mac(_mac(salted, b"Server Key"), message)).decode()
        login["in"] = True
        return {"conversationId": 1, "done": True, "payload": f"v={verified}".encode(), "ok": 1.0}


def _mac(key: bytes, message: bytes) -> bytes:
    return hmac.digest(key, message, "sha256")


def failure(code: int, message: str) -> dict[str, Any]:
    """How MongoDB says that something went wrong."""
    return {"ok": 0.0, "errmsg": message, "code": code, "codeName": "Error"}


def batch(*documents: Mapping[str, Any]) -> dict[str, Any]:
    """The first batch of a cursor that has no second one."""
    return {"cursor": {"firstBatch": [dict(one) for one in documents], "id": bson.Int64(0), "ns": "d.c"}, "ok": 1.0}


class _Mock(MockupDB):
    """The vendor's mock, which is stopped at once."""

    def stop(self) -> None:
        # The thread that takes connections looks once a second whether it is to end; one more connection wakes it.
        self._stopped = True
        with contextlib.suppress(OSError), socket.create_connection(self.address):
            pass
        super().stop()


@asynccontextmanager
async def mongod(
    answers: Mapping[str, Answer], *, accounts: Mapping[str, str] | None = None, hello: Mapping[str, Any] | None = None
) -> AsyncIterator[tuple[str, Mongod]]:
    """Its address, and itself."""
    said = Mongod(
        {"ping": {"ok": 1.0}, "buildInfo": {"version": "7.0.14", "ok": 1.0}, **answers}, accounts or {}, hello or {}
    )
    mock = _Mock()
    mock.autoresponds(said.respond)
    port = mock.run()
    try:
        yield f"127.0.0.1:{port}", said
    finally:
        await asyncio.to_thread(mock.stop)
