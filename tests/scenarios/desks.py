"""The desks of the stories: what each of the five packs leaves to be set, and who is reached by it."""

from __future__ import annotations

from collections.abc import Iterable

ANN, BOB, GUS = "UANN00001", "UBOB00001", "UGUS00001"
"""People of the local Slack: Ann is on duty at Operations, Bob at Engineering, Gus is a guest."""

OPERATIONS, ENGINEERING, ARCHITECTURE, HOTLINE = "+15550100", "+15550101", "+15550102", "+15550199"
PAGERDUTY_KEY = "0123456789abcdef0123456789abcdef"

_SAPPHIRE = (
    "devops_lead",
    "platform_engineer",
    "tech_lead",
    "senior_developer",
    "trading_lead",
    "quant_developer",
    "security_team",
    "data_engineer",
    "dba",
    "incident_response",
)
_FOUR = ("on_call", "backup", "lead", "emergency")
_IN_SLACK = ("on_call", "backup")


def number(system: str, contact: str) -> str:
    """The telephone of a contact of sapphire, pyrt or botcore."""
    first, contacts = {"sapphire": (300, _SAPPHIRE), "pyrt": (400, _FOUR), "botcore": (500, _FOUR)}[system]
    return f"+15550{first + contacts.index(contact)}"


def mailbox(system: str, contact: str) -> str:
    """Their mailbox."""
    return f"{contact.replace('_', '.')}@{system}.example"


def _set(system: str, contact: str, *, slack: bool) -> Iterable[tuple[str, str]]:
    prefix = f"TOCSIN_VAR_{system}_{contact}".upper()
    yield f"{prefix}_PHONE", number(system, contact)
    yield f"{prefix}_MAIL", mailbox(system, contact)
    if slack:
        yield f"{prefix}_SLACK", f"U{system[:3].upper()}{contact.replace('_', '').upper()[:12]}"


def variables() -> dict[str, str]:
    """All variables of all five packs that have no default; tmt's guide names everybody, so it has none."""
    named = {
        "TOCSIN_VAR_HFT_OPERATIONS_SLACK": ANN,
        "TOCSIN_VAR_HFT_ENGINEERING_SLACK": BOB,
        "TOCSIN_VAR_HFT_ARCHITECTURE_PHONE": ARCHITECTURE,
        "TOCSIN_VAR_HFT_EMERGENCY_PAGERDUTY": PAGERDUTY_KEY,
        "TOCSIN_VAR_HFT_EMERGENCY_HOTLINE": HOTLINE,
        "TOCSIN_VAR_TMT_BROKER_HOST": "broker.example",
        "TOCSIN_VAR_SAPPHIRE_PROJECT_ID": "sapphire-1",
    }
    for contact in _SAPPHIRE:
        named |= dict(_set("sapphire", contact, slack=True))
    for system in ("pyrt", "botcore"):
        for contact in _FOUR:
            named |= dict(_set(system, contact, slack=contact in _IN_SLACK))
    return named
