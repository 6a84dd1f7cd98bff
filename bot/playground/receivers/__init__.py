"""Receivers: local servers of the real protocols by which pages leave: SMTP, and the HTTP shapes of Twilio and
PagerDuty."""

from bot.playground.receivers.receivers import SECRETS, Receivers
from bot.playground.receivers.values import Received

__all__ = ["SECRETS", "Received", "Receivers"]
