"""Bodies: the requests of the benchmarks, Alertmanager's webhooks as bytes that are ready for the socket."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count

TOKEN = "bench-token-bench-token-bench-token"

ALERTS = b"/alerts/alertmanager"
FLOOR = b"/floor"

_HEAD = (
    b"POST %b HTTP/1.1\r\nHost: 127.0.0.1\r\nUser-Agent: Alertmanager/0.28\r\nContent-Type: application/json\r\n"
    b"Authorization: Bearer " + TOKEN.encode() + b"\r\nContent-Length: %d\r\n\r\n"
)
_FRAME = (
    b'{"receiver":"tocsin","status":"firing","alerts":[%b],"groupLabels":{"alertname":"%b"},'
    b'"commonLabels":{"alertname":"%b","severity":"critical","system":"%b"},"commonAnnotations":{},'
    b'"externalURL":"http://alertmanager.example.com:9093","version":"4","groupKey":"{}:{alertname=\\"%b\\"}",'
    b'"truncatedAlerts":0}'
)
_ALERT = (
    b'{"status":"firing","labels":{"alertname":"%b","component":"gateway","instance":"gw-%d:8080","job":"gateways",'
    b'"severity":"critical","system":"%b","venue":"XNAS"},"annotations":{"summary":"Orders are late on gateway gw-%d",'
    b'"description":"The 99th percentile of the time from order to acknowledgement has been over 50 ms for a minute; '
    b'orders are still accepted.","value":"62.5"},"startsAt":"2026-11-21T03:00:00.000Z",'
    b'"endsAt":"0001-01-01T00:00:00Z","generatorURL":"http://prometheus.example.com:9090/graph?g0.expr=gateway_latency",'
    b'"fingerprint":"%016x"}'
)
_numbers = count(1)


def joining(per_request: int, path: bytes = ALERTS) -> Iterator[bytes]:
    """Requests whose alerts are all different and all belong to one incident: a storm into one card."""
    while True:
        yield _request(path, b"GatewayLatency", b"bench", per_request)


def opening(per_request: int, path: bytes = ALERTS, system: bytes = b"bench") -> Iterator[bytes]:
    """Requests of which each alert opens an incident of its own."""
    while True:
        yield _request(path, b"OneEach", system, per_request)


def _request(path: bytes, name: bytes, system: bytes, many: int) -> bytes:
    numbers = [next(_numbers) for _ in range(many)]
    alerts = b",".join([_ALERT % (name, number, system, number, number) for number in numbers])
    body = _FRAME % (alerts, name, name, system, name)
    return _HEAD % (path, len(body)) + body
