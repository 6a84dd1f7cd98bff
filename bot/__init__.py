"""Tocsin: a Slack chat-ops bot for incident response at trading desks."""
