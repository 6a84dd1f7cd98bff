"""Slack's part of the traffic: every call of the bot, and every envelope to it."""

from __future__ import annotations

from bot.playground.state import State
from bot.playground.traffic import Traffic
from bot.playground.values import Happened, Json
from bot.playground.watching import Subscription
from bot.playground.workspace import Workspace


async def follow(workspace: Workspace, subscription: Subscription, traffic: Traffic) -> None:
    """Record what the subscription tells of, until it ends."""
    async for happened in subscription:
        match happened.kind:
            case "call":
                _call(workspace, traffic, happened.data["call"])
            case "delivered":
                _delivered(traffic, happened.data["delivered"])
            case "listening" | "socket":
                _remark(traffic, happened)


def _call(workspace: Workspace, traffic: Traffic, call: Json) -> None:
    answer, status = call["answer"], call["status"]
    error = str(answer.get("error") or "")
    good = status == 200 and answer.get("ok") is not False and call["fault"] != "lose_answer"
    outcome = "ok" if good else error or (str(status) if status != 200 else "no answer")
    traffic.record(
        "slack", f"{call['method']}{_about(workspace, call['arguments'])}", outcome=outcome, good=good,
        asked=call["arguments"], answered={"status": status, "body": answer}, took=call["took"], fault=call["fault"],
        at=call["at"],
    )  # fmt: skip


def _about(workspace: Workspace, arguments: Json) -> str:
    """Where it goes or whom it is about, by name."""
    named = (arguments.get(name) for name in ("channel", "channel_id", "user_id", "user", "users"))
    where = next((one for one in named if one and isinstance(one, str)), "")
    return f" → {_place(workspace.room.state, where)}" if where else ""


def _place(state: State, where: str) -> str:
    if where in state.people:
        return f"@{state.people[where].name}"
    channel = state.channels.get(where)
    if channel is None or not channel.is_im:
        return f"#{channel.name}" if channel else where
    return ", ".join(f"@{state.people[one].name}" for one in channel.members if not state.people[one].is_bot)


def _delivered(traffic: Traffic, delivered: Json) -> None:
    acked, reason = delivered["acked"], delivered["reason"]
    again = f" (attempt {delivered['attempt'] + 1})" if delivered["attempt"] else ""
    traffic.record(
        "envelope", f"{named(delivered['kind'], delivered['payload'])}{again}",
        outcome="acknowledged" if acked else f"not acknowledged: {reason}", good=acked, asked=delivered["payload"],
        answered=delivered["answer"], took=delivered["took"], at=delivered["at"],
    )  # fmt: skip


def named(kind: str, payload: Json) -> str:
    """What an envelope is about, in a few words."""
    if kind == "slash_commands":
        return f"slash command {payload.get('command', '')} {payload.get('text', '')}".strip()
    if kind == "events_api":
        event = payload.get("event") or {}
        return f"event {event.get('type', '')}"
    sort = str(payload.get("type", ""))
    if sort == "block_actions":
        return f"action {', '.join(str(one.get('action_id', '')) for one in payload.get('actions') or ())}"
    callback = payload.get("callback_id") or (payload.get("view") or {}).get("callback_id") or ""
    return f"{sort} {callback}".strip()


def _remark(traffic: Traffic, happened: Happened) -> None:
    if happened.kind == "socket":
        what, count = happened.data["what"], happened.data["connections"]
        outcome = f"{count} open"
        traffic.record("slack", f"socket {what}", outcome=outcome, good=what == "connected", at=happened.at)
    else:
        up = happened.data["url"] is not None
        outcome = "up" if up else "down"
        traffic.record("slack", "Slack answers again" if up else "Slack goes down", outcome=outcome, good=up,
                       at=happened.at)  # fmt: skip
