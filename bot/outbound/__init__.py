"""Clients of the outside: Slack's Web API and the one httpx client."""
