"""users.*, usergroups.*, team.info, bots.info, auth.test: who there is."""

from __future__ import annotations

from bot.playground.arguments import Args, pages
from bot.playground.errors import ApiError
from bot.playground.methods import Method
from bot.playground.room import Room
from bot.playground.shapes import person_json
from bot.playground.values import Json, Person


def auth_test(room: Room, args: Args) -> Json:
    settings = room.settings
    return {
        "ok": True, "url": f"{room.url}/", "team": settings.team_name, "user": settings.bot_name,
        "team_id": settings.team_id, "user_id": settings.bot_user, "bot_id": settings.bot_id,
        "is_enterprise_install": False,
    }  # fmt: skip


def api_test(room: Room, args: Args) -> Json:
    if error := args.text("error"):
        raise ApiError(error, args=args.given)
    return {"ok": True, "args": args.given}


def open_connection(room: Room, args: Args) -> Json:
    address = room.url.replace("http:", "ws:", 1)
    return {"ok": True, "url": f"{address}/link/?ticket={room.sockets.ticket()}&app_id={room.settings.app_id}"}


def team_info(room: Room, args: Args) -> Json:
    settings = room.settings
    team = {"id": settings.team_id, "name": settings.team_name, "domain": settings.team_domain, "email_domain": ""}
    return {"ok": True, "team": {**team, "url": f"{room.url}/"}}


def bots_info(room: Room, args: Args) -> Json:
    settings = room.settings
    if args.text("bot", settings.bot_id) != settings.bot_id:
        raise ApiError("bot_not_found")
    bot = {"id": settings.bot_id, "app_id": settings.app_id, "user_id": settings.bot_user, "name": settings.bot_name}
    return {"ok": True, "bot": {**bot, "deleted": False, "updated": 0, "icons": {}}}


def emoji_list(room: Room, args: Args) -> Json:
    return {"ok": True, "emoji": {}, "cache_ts": room.state.stamp()}


def _person(room: Room, args: Args) -> Person:
    person = room.state.people.get(args.need("user", "user_not_found"))
    if person is None:
        raise ApiError("user_not_found")
    return person


def info(room: Room, args: Args) -> Json:
    return {"ok": True, "user": person_json(room, _person(room, args))}


def profile(room: Room, args: Args) -> Json:
    return {"ok": True, "profile": person_json(room, _person(room, args))["profile"]}


def presence(room: Room, args: Args) -> Json:
    _person(room, args)
    return {"ok": True, "presence": "active"}


def everybody(room: Room, args: Args) -> Json:
    page, metadata = pages(list(room.state.people.values()), args)
    members = [person_json(room, one) for one in page]
    return {"ok": True, "members": members, "cache_ts": int(room.state.now()), "response_metadata": metadata}


def by_email(room: Room, args: Args) -> Json:
    email = args.need("email", "users_not_found").lower()
    for one in room.state.people.values():
        if one.email.lower() == email and not one.deleted and not one.is_bot:
            return {"ok": True, "user": person_json(room, one)}
    raise ApiError("users_not_found")


def groups(room: Room, args: Args) -> Json:
    disabled, users = args.flag("include_disabled"), args.flag("include_users")
    shown = [one for one in room.state.usergroups.values() if disabled or not one["date_delete"]]
    return {"ok": True, "usergroups": [one if users else _without_users(one) for one in shown]}


def _without_users(group: Json) -> Json:
    return {name: value for name, value in group.items() if name != "users"}


def _group(room: Room, args: Args) -> Json:
    group = room.state.usergroups.get(args.need("usergroup", "no_such_subteam"))
    if group is None:
        raise ApiError("no_such_subteam")
    return group


def _keep(room: Room, group: Json) -> Json:
    room.state.usergroups[group["id"]] = group
    room.state.announce("usergroup", usergroup=group)
    return {"ok": True, "usergroup": group}


def create_group(room: Room, args: Args) -> Json:
    name, handle = args.need("name"), args.text("handle") or args.need("name").lower().replace(" ", "-")
    if any(handle == one["handle"] for one in room.state.usergroups.values()):
        raise ApiError("handle_already_exists")
    return _keep(room, {
        "id": room.state.mint("S"), "team_id": room.settings.team_id, "is_usergroup": True, "name": name,
        "handle": handle, "description": args.text("description"), "date_create": int(room.state.now()),
        "date_delete": 0, "users": [], "user_count": 0,
    })  # fmt: skip


def update_group(room: Room, args: Args) -> Json:
    changes = {name: args.text(name) for name in ("name", "handle", "description") if name in args}
    return _keep(room, {**_group(room, args), **changes})


def enable_group(room: Room, args: Args) -> Json:
    return _keep(room, {**_group(room, args), "date_delete": 0})


def disable_group(room: Room, args: Args) -> Json:
    return _keep(room, {**_group(room, args), "date_delete": int(room.state.now())})


def group_users(room: Room, args: Args) -> Json:
    return {"ok": True, "users": _group(room, args)["users"]}


def update_group_users(room: Room, args: Args) -> Json:
    """Replaces them all; there must be one, and neither guests, outsiders nor bots may be among them."""
    group, users = _group(room, args), args.words("users")
    if not users:
        raise ApiError("no_users_provided")
    for user in users:
        person = room.state.people.get(user)
        if person is None or person.is_bot or person.is_restricted or person.is_stranger or person.deleted:
            raise ApiError("invalid_users")
    return _keep(room, {**group, "users": users, "user_count": len(users)})


_GROUPS = ("usergroups:write",)
METHODS = {
    "api.test": Method(run=api_test, tier=0, token="none"),  # noqa: S106 - a kind of token
    "auth.test": Method(run=auth_test, tier=0),
    "apps.connections.open": Method(run=open_connection, token="app"),  # noqa: S106
    "team.info": Method(run=team_info, scopes=("team:read",)),
    "bots.info": Method(run=bots_info, scopes=("users:read",)),
    "emoji.list": Method(run=emoji_list, scopes=("emoji:read",), tier=2),
    "users.info": Method(run=info, scopes=("users:read",), tier=4),
    "users.profile.get": Method(run=profile, scopes=("users.profile:read", "users:read"), tier=4),
    "users.getPresence": Method(run=presence, scopes=("users:read",)),
    "users.list": Method(run=everybody, scopes=("users:read",), tier=2),
    "users.lookupByEmail": Method(run=by_email, scopes=("users:read.email",)),
    "usergroups.list": Method(run=groups, scopes=("usergroups:read",), tier=2),
    "usergroups.create": Method(run=create_group, scopes=_GROUPS, tier=2),
    "usergroups.update": Method(run=update_group, scopes=_GROUPS, tier=2),
    "usergroups.enable": Method(run=enable_group, scopes=_GROUPS, tier=2),
    "usergroups.disable": Method(run=disable_group, scopes=_GROUPS, tier=2),
    "usergroups.users.list": Method(run=group_users, scopes=("usergroups:read",), tier=2),
    "usergroups.users.update": Method(run=update_group_users, scopes=_GROUPS, tier=2),
}
