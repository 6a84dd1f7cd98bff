"""Playbook: the troubleshooting tree of one problem, and the decisions of a walk through it."""

from bot.core.playbook.value import (
    Answer,
    Branch,
    Kind,
    Offer,
    Parameter,
    Playbook,
    Playbooks,
    Step,
)

__all__ = ["Answer", "Branch", "Kind", "Offer", "Parameter", "Playbook", "Playbooks", "Step"]
