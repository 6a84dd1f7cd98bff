"""Metrics: what Prometheus may know of Tocsin."""

from __future__ import annotations

from datetime import datetime

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

from bot.engine.deliver import Errand, Outcome


class Metrics:
    """One registry per running bot."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        own = {"registry": self.registry}
        self.alerts = Counter("tocsin_alerts", "Alerts taken in, by what became of them.", ["endpoint", "fate"], **own)
        self.refused = Counter(
            "tocsin_posts_refused", "Webhook posts refused, by status.", ["endpoint", "status"], **own
        )
        self.sent = Counter("tocsin_messages", "Messages by way and outcome.", ["way", "outcome"], **own)
        self.delay = Histogram(
            "tocsin_page_delay_seconds",
            "From the decision to page to the other side's yes.",
            ["way"],
            buckets=(0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300),
            **own,
        )
        self.open = Gauge("tocsin_incidents_open", "Open incidents.", ["system"], **own)
        self.waiting = Gauge("tocsin_outbox_waiting", "Messages that have not left yet.", **own)
        self.oldest = Gauge("tocsin_outbox_oldest_seconds", "Age of the oldest message that has not left yet.", **own)
        self.late = Gauge("tocsin_escalations_late", "Escalations that were due over 30 s ago.", **own)
        self.slack_failing = Gauge(
            "tocsin_slack_failing_seconds", "How long Slack has been failing; 0: it answers.", **own
        )
        self.slack_sockets = Gauge("tocsin_slack_sockets", "Socket Mode connections that are up.", **own)
        self.store_up = Gauge("tocsin_store_up", "1 when the database answers.", **own)
        self.healthy = Gauge("tocsin_healthy", "1 when no due work is late; the heartbeat stops otherwise.", **own)

    def observe(self, errand: Errand, outcome: Outcome, now: datetime) -> None:
        """Count what became of a message."""
        way = str(errand.row.payload.get("way", "slack"))
        failure = outcome.failure
        word = "sent" if outcome.sent else "failed" if failure is not None and failure.permanent else "retried"
        self.sent.labels(way, word).inc()
        if outcome.sent is not None and errand.row.kind == "page":
            self.delay.labels(way).observe(max(0.0, (now - errand.row.made_at).total_seconds()))

    def text(self) -> bytes:
        """The exposition in Prometheus' text format."""
        return generate_latest(self.registry)
