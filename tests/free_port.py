"""A port for a program that has to be told one: nobody has it, and nobody is given it by asking for any."""

from __future__ import annotations

import random
import socket

HOST = "127.0.0.1"
# Those that the system gives away begin at 32768 on Linux and at 49152 elsewhere: everybody's servers and connections
# are there, and one of them would take the port before the program has come up.
_RANGE = range(20_000, 32_000)


def free_port() -> int:
    """A port of the loopback interface on which nobody listens, now nor soon."""
    for port in random.sample(_RANGE, 100):
        with socket.socket() as probe:
            try:
                probe.bind((HOST, port))
            except OSError:
                continue
            return port
    raise AssertionError("no port is free")
