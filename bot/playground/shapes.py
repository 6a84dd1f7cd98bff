"""How people, channels, messages, views and files look in Slack's JSON."""

from __future__ import annotations

import mimetypes
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from bot.playground.room import Room
from bot.playground.values import Channel, File, Json, Message, Person, View

SLACKBOT = "USLACKBOT"
"""Who says that a message was deleted."""


def person_json(room: Room, person: Person) -> Json:
    zone = ZoneInfo(person.tz)
    local = datetime.fromtimestamp(room.state.now(), UTC).astimezone(zone)
    offset = local.utcoffset()
    profile: Json = {
        "real_name": person.real_name,
        "display_name": person.name,
        "team": person.team_id,
        "image_48": f"{room.url}/avatar/{person.id}.png",
    }
    if "users:read.email" in room.settings.scopes and not person.is_bot:
        profile["email"] = person.email
    if person.is_bot:
        profile |= {"bot_id": room.settings.bot_id, "api_app_id": room.settings.app_id}
    shaped: Json = {
        "id": person.id,
        "team_id": person.team_id,
        "name": person.name,
        "real_name": person.real_name,
        "deleted": person.deleted,
        "is_bot": person.is_bot,
        "is_app_user": False,
        "updated": 0,
        "profile": profile,
    }
    if not person.deleted:
        shaped |= {
            "tz": person.tz,
            "tz_label": local.tzname() or person.tz,
            "tz_offset": int(offset.total_seconds()) if offset else 0,
            "is_admin": False,
            "is_owner": False,
            "is_restricted": person.is_restricted,
            "is_ultra_restricted": person.is_ultra_restricted,
        }
    if person.is_stranger:
        shaped["is_stranger"] = True
    return shaped


def channel_json(room: Room, channel: Channel) -> Json:
    if channel.is_im:
        other = next(iter(channel.members - {room.settings.bot_user}), room.settings.bot_user)
        return {"id": channel.id, "created": channel.created, "is_im": True, "user": other, "is_archived": False}
    return {
        "id": channel.id,
        "name": channel.name,
        "name_normalized": channel.name,
        "is_channel": not channel.is_private,
        "is_group": channel.is_private,
        "is_im": False,
        "is_mpim": False,
        "is_private": channel.is_private,
        "is_archived": channel.is_archived,
        "is_general": False,
        "is_shared": channel.is_shared,
        "is_ext_shared": channel.is_shared,
        "is_org_shared": False,
        "is_member": room.settings.bot_user in channel.members,
        "creator": channel.creator,
        "created": channel.created,
        "topic": {"value": channel.topic, "creator": channel.creator, "last_set": channel.created},
        "purpose": {"value": channel.purpose, "creator": channel.creator, "last_set": channel.created},
        "num_members": len(channel.members),
    }


def message_json(room: Room, message: Message, *, metadata: bool = True) -> Json:
    """The message as answers and events carry it; history leaves metadata out unless asked."""
    shaped: Json = {"type": "message", "user": message.user, "text": message.text, "ts": message.ts}
    person = room.state.people[message.user]
    shaped["team"] = person.team_id
    if message.subtype:
        shaped["subtype"] = message.subtype
    if message.subtype == "tombstone":
        shaped |= {"user": SLACKBOT, "hidden": True}
    if message.by_app:
        shaped |= {"bot_id": room.settings.bot_id, "app_id": room.settings.app_id}
        shaped["bot_profile"] = {"id": room.settings.bot_id, "app_id": room.settings.app_id, "name": person.name}
    if message.thread_ts:
        shaped["thread_ts"] = message.thread_ts
        shaped |= _thread_json(room, message)
    if message.blocks:
        shaped["blocks"] = list(message.blocks)
    if message.attachments:
        shaped["attachments"] = list(message.attachments)
    if message.files:
        shaped["files"] = [file_json(room, room.state.files[one]) for one in message.files if one in room.state.files]
        shaped |= {"upload": False, "display_as_bot": False}
    if message.reactions:
        shaped["reactions"] = [
            {"name": name, "users": list(users), "count": len(users)} for name, users in message.reactions.items()
        ]
    if message.edited:
        shaped["edited"] = {"user": message.user, "ts": message.edited}
    if message.viewer:
        shaped["is_ephemeral"] = True
    if message.metadata is not None and metadata:
        shaped["metadata"] = message.metadata
    return shaped


def _thread_json(room: Room, message: Message) -> Json:
    if message.is_reply:
        parent = room.state.message(message.channel, message.thread_ts)
        return {"parent_user_id": parent.user} if parent else {}
    replies = room.state.replies(message.channel, message.ts)
    who = list(dict.fromkeys(one.user for one in replies))
    return {
        "reply_count": len(replies),
        "reply_users": who,
        "reply_users_count": len(who),
        "latest_reply": replies[-1].ts if replies else message.ts,
    }


def view_json(room: Room, view: View) -> Json:
    given = view.content
    return {
        "id": view.id,
        "team_id": room.settings.team_id,
        "app_id": room.settings.app_id,
        "app_installed_team_id": room.settings.team_id,
        "bot_id": room.settings.bot_id,
        "type": given["type"],
        "title": given.get("title"),
        "submit": given.get("submit"),
        "close": given.get("close"),
        "blocks": list(view.all_blocks),
        "callback_id": given.get("callback_id", ""),
        "external_id": given.get("external_id", ""),
        "private_metadata": given.get("private_metadata", ""),
        "clear_on_close": bool(given.get("clear_on_close")),
        "notify_on_close": bool(given.get("notify_on_close")),
        "state": {"values": view.values},
        "hash": view.hash,
        "root_view_id": view.root,
        "previous_view_id": view.previous or None,
    }


def file_json(room: Room, file: File) -> Json:
    mimetype, filetype, pretty = _sort_of(file)
    where = [room.state.channels[one] for one, _ in file.shares if one in room.state.channels]
    return {
        "id": file.id,
        "created": file.created,
        "timestamp": file.created,
        "name": file.name,
        "title": file.title or file.name,
        "mimetype": mimetype,
        "filetype": filetype,
        "pretty_type": pretty,
        "user": file.user,
        "user_team": room.settings.team_id,
        "editable": False,
        "size": file.length,
        "mode": "hosted",
        "is_external": False,
        "external_type": "",
        "is_public": any(not one.is_private for one in where),
        "public_url_shared": False,
        "display_as_bot": False,
        "username": "",
        "alt_txt": file.alt_text,
        "url_private": f"{room.url}/files-pri/{file.id}/{file.name}",
        "url_private_download": f"{room.url}/files-pri/{file.id}/{file.name}?download=1",
        "permalink": f"{room.url}/files/{file.id}",
        "has_rich_preview": False,
        "file_access": "visible",
        "channels": sorted({one.id for one in where if not one.is_private}),
        "groups": sorted({one.id for one in where if one.is_private and not one.is_im}),
        "ims": sorted({one.id for one in where if one.is_im}),
    }


def shares_json(room: Room, file: File) -> Json:
    """Where a file was shown: `public` and `private`, each by channel."""
    shares: Json = {}
    for channel, ts in file.shares:
        private = room.state.channels[channel].is_private if channel in room.state.channels else True
        there = shares.setdefault("private" if private else "public", {}).setdefault(channel, [])
        there.append({"ts": ts, "share_user_id": file.user, "team_id": room.settings.team_id})
    return shares


def _sort_of(file: File) -> tuple[str, str, str]:
    """Slack's three words for what a file is, told from its name."""
    mimetype = mimetypes.guess_type(file.name)[0]
    ending = file.name.rpartition(".")[2].lower() if "." in file.name else ""
    if ending in ("", "txt", "log") and mimetype in (None, "text/plain"):
        return "text/plain", "text", "Plain Text"
    return (mimetype, ending, ending.upper()) if mimetype else ("application/octet-stream", "binary", "Binary")
