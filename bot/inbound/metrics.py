"""Metrics: what Prometheus may know of Tocsin."""

from __future__ import annotations

from datetime import datetime

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

from bot.engine.errand import Errand, Outcome
from bot.inbound.metrics_of_lives import Lives


class Metrics:
    """One registry per running bot."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.lives = Lives()
        self.registry.register(self.lives)
        self.alerts = Counter(
            "tocsin_alerts", "Alerts taken in, by what became of them.", ["endpoint", "fate"], registry=self.registry
        )
        self.refused = Counter(
            "tocsin_posts_refused", "Webhook posts refused, by status.", ["endpoint", "status"], registry=self.registry
        )
        self.sent = Counter(
            "tocsin_messages", "Messages by way and outcome.", ["way", "outcome"], registry=self.registry
        )
        self.delay = Histogram(
            "tocsin_page_delay_seconds",
            "From the decision to page to the other side's yes.",
            ["way"],
            buckets=(0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300),
            registry=self.registry,
        )
        self.open = Gauge("tocsin_incidents_open", "Open incidents.", ["system"], registry=self.registry)
        self.waiting = Gauge(
            "tocsin_outbox_waiting", "Messages that have not left yet.", ["to"], registry=self.registry
        )
        self.oldest = Gauge(
            "tocsin_outbox_oldest_seconds",
            "Age of the oldest message that has not left yet; to: people, or channels.",
            ["to"],
            registry=self.registry,
        )
        self.late = Gauge("tocsin_escalations_late", "Escalations that were due over 30 s ago.", registry=self.registry)
        self.reaching_nobody = Gauge(
            "tocsin_incidents_reaching_nobody",
            "Incidents that nobody has, and of which no page of the current round has reached anybody.",
            registry=self.registry,
        )
        self.slack_failing = Gauge(
            "tocsin_slack_failing_seconds", "How long Slack has been failing; 0: it answers.", registry=self.registry
        )
        self.slack_sockets = Gauge(
            "tocsin_slack_sockets", "Socket Mode connections that are up.", registry=self.registry
        )
        self.heartbeat_failing = Gauge(
            "tocsin_heartbeat_failing",
            "1 when the address of the heartbeat did not take the last one.",
            registry=self.registry,
        )
        self.store_up = Gauge("tocsin_store_up", "1 when the database answers.", registry=self.registry)
        self.healthy = Gauge(
            "tocsin_healthy",
            "0 withholds the heartbeat: the database is away, an escalation or a page is late, or an incident reaches "
            "nobody.",
            registry=self.registry,
        )

    def observe(self, errand: Errand, outcome: Outcome, now: datetime) -> None:
        """Count what became of a message."""
        way = str(errand.row.payload.get("way", "slack"))
        failure = outcome.failure
        word = "retried" if failure is not None else "dropped"
        word = "sent" if outcome.sent else "failed" if failure is not None and failure.permanent else word
        self.sent.labels(way, word).inc()
        if outcome.sent is not None and errand.row.kind == "page":
            self.delay.labels(way).observe(max(0.0, (now - errand.row.made_at).total_seconds()))

    def text(self) -> bytes:
        """The exposition in Prometheus' text format."""
        return generate_latest(self.registry)
