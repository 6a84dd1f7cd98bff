"""Modals: acceptable in every state, and read back as they were filled in."""

from dataclasses import replace
from typing import Any

import pytest

from bot.core.alert import Severity
from bot.core.slack_limits import problems
from bot.views import modals
from bot.views.modals import (
    declare_modal,
    handover_modal,
    merge_modal,
    note_modal,
    read_values,
    resolve_modal,
    severity_modal,
)
from tests.views.kit import HOSTILE, hostile, incident, inert, mrkdwn_texts, states

META = '{"n":12}'
SYSTEMS = [("hft", "High frequency trading"), ("tmt", "")]


def sound(view: Any) -> None:
    assert problems(view, "modal") == []
    assert view["private_metadata"] == META
    for text in mrkdwn_texts(view["blocks"]):
        inert(text)
    for block in view["blocks"]:
        if block["type"] == "input":
            assert block["block_id"] == block["element"]["action_id"]


@pytest.mark.parametrize("severity", list(Severity))
@pytest.mark.parametrize("evil", [False, True])
def test_modals_of_an_incident_are_accepted(severity: Severity, evil: bool) -> None:
    for _, one, ladders in states():
        shown = replace(hostile(one, ladders)[0] if evil else one, severity=severity)
        sound(resolve_modal(shown, metadata=META, why=HOSTILE if evil else ""))
        sound(handover_modal(shown, metadata=META))
        sound(severity_modal(shown, metadata=META))
        sound(note_modal(shown, metadata=META, text=HOSTILE if evil else ""))
        sound(merge_modal(shown, [], metadata=META))
        sound(merge_modal(shown, [replace(shown, number=n) for n in range(200)], metadata=META))


TYPES = {"hft": {"trading": "Anything", "security": "Somebody inside"}, "tmt": {"only": "One is no choice"}}

CASES = [
    declare_modal(SYSTEMS, metadata=META),
    declare_modal(SYSTEMS, metadata=META, types=TYPES),
    declare_modal(
        [(f"s{n}", HOSTILE) for n in range(200)],
        metadata=META,
        types={f"s{n}": {f"type_{t}": HOSTILE for t in range(120)} for n in range(200)},
        meanings=dict.fromkeys(Severity, HOSTILE),
    ),
    declare_modal(SYSTEMS, metadata=META, system="tmt", severity=Severity.LOW, text="x", component="y"),
    declare_modal(SYSTEMS, metadata=META, system="not there", text=HOSTILE, component=HOSTILE),
    declare_modal([(f"s{n}", HOSTILE) for n in range(200)], metadata=META),
    declare_modal([], metadata=META),
]


@pytest.mark.parametrize("view", CASES)
def test_declare_is_accepted(view: Any) -> None:
    sound(view)
    assert view["callback_id"] == "incident.declare"


def field(view: Any, name: str) -> Any:
    return next(block for block in view["blocks"] if block["block_id"] == name)["element"]


def test_declare_knows_what_the_command_said() -> None:
    view = declare_modal(SYSTEMS, metadata=META, system="tmt", severity=Severity.LOW, text="feed is stale")
    assert field(view, modals.SYSTEM)["initial_option"]["value"] == "tmt"
    assert field(view, modals.SEVERITY)["initial_option"]["value"] == "low"
    assert [option["value"] for option in field(view, modals.SEVERITY)["options"]] == [
        "critical",
        "high",
        "medium",
        "low",
    ]
    assert field(view, modals.TEXT)["initial_value"] == "feed is stale"
    assert "initial_option" not in field(declare_modal(SYSTEMS, metadata=META), modals.SYSTEM)


def test_each_severity_says_what_it_means() -> None:
    view = severity_modal(incident(), metadata=META, meanings={Severity.CRITICAL: "Money is being lost"})
    first, *others = field(view, modals.SEVERITY)["options"]
    assert first["description"]["text"] == "Money is being lost"
    assert not any("description" in option for option in others)
    assert "optional" not in next(block for block in view["blocks"] if block["block_id"] == modals.WHY)


def test_the_types_of_the_chosen_system_can_be_chosen() -> None:
    view = declare_modal(SYSTEMS, metadata=META, system="hft", types=TYPES)
    (group,) = field(view, modals.TYPE)["option_groups"]
    assert group["label"]["text"] == "High frequency trading"
    told = [(one["value"], one["text"]["text"], one["description"]["text"]) for one in group["options"]]
    assert told == [("hft/trading", "Trading", "Anything"), ("hft/security", "Security", "Somebody inside")]


def test_where_there_is_one_type_nobody_is_asked() -> None:
    view = declare_modal(SYSTEMS, metadata=META, system="tmt", types=TYPES)
    assert modals.TYPE not in [block["block_id"] for block in view["blocks"]]


def test_the_only_system_is_chosen_already() -> None:
    assert field(declare_modal(SYSTEMS[:1], metadata=META), modals.SYSTEM)["initial_option"]["value"] == "hft"


WARNINGS = [
    (0, ""),
    (1, "⚠️ *Its alert still fires.*"),
    (2000, "⚠️ *2,000 of its alerts still fire.*"),
]


@pytest.mark.parametrize(("firing", "warning"), WARNINGS)
def test_resolve_warns_while_alerts_fire(firing: int, warning: str) -> None:
    shown = "\n".join(mrkdwn_texts(resolve_modal(incident(firing=firing), metadata=META)["blocks"]))
    assert (warning in shown) if warning else ("⚠️" not in shown)


TITLES = [
    (declare_modal, "Declare Incident", "Declare"),
    (resolve_modal, "Resolve INC-12", "Resolve"),
    (handover_modal, "Hand Over INC-12", "Ask Them"),
    (severity_modal, "Severity INC-12", "Change"),
    (note_modal, "Note INC-12", "Add Note"),
]


@pytest.mark.parametrize(("build", "title", "submit"), TITLES)
def test_titles_and_verbs(build: Any, title: str, submit: str) -> None:
    view = build(SYSTEMS if build is declare_modal else incident(), metadata=META)
    assert (view["title"]["text"], view["submit"]["text"]) == (title, submit)


def test_merge_without_others_has_nothing_to_send() -> None:
    view = merge_modal(incident(), [], metadata=META)
    assert "submit" not in view
    assert "No other incident of hft is open." in "\n".join(mrkdwn_texts(view["blocks"]))


VALUES = [
    ({"type": "plain_text_input", "value": " the feed \n"}, "the feed"),
    ({"type": "plain_text_input", "value": None}, ""),
    ({"type": "static_select", "selected_option": {"text": {}, "value": "hft"}}, "hft"),
    ({"type": "static_select", "selected_option": None}, ""),
    ({"type": "users_select", "selected_user": "U0ANN"}, "U0ANN"),
    ({"type": "users_select", "selected_user": None}, ""),
    ({"type": "multi_users_select", "selected_users": ["U1", "U2"]}, "U1,U2"),
    ({"type": "checkboxes", "selected_options": [{"value": "a"}, {"value": "b"}]}, "a,b"),
    ({"type": "conversations_select", "selected_conversation": "C1"}, "C1"),
    ({"type": "tomorrow"}, ""),
]


@pytest.mark.parametrize(("element", "expected"), VALUES)
def test_read_values(element: dict[str, Any], expected: str) -> None:
    assert read_values({"block": {"text": element}}) == {"text": expected}


def test_read_values_of_a_whole_modal() -> None:
    state = {
        "system": {"system": {"type": "static_select", "selected_option": {"value": "hft"}}},
        "text": {"text": {"type": "plain_text_input", "value": "stale"}},
    }
    assert read_values(state) == {"system": "hft", "text": "stale"}
    assert read_values({}) == {}
