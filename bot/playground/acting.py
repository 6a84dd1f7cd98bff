"""What people do: write, run commands, react, press, fill in modals, open Home."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from bot.playground import events, modals, posting, pressing, sharing, submitting
from bot.playground.delivery import Ack
from bot.playground.errors import ApiError
from bot.playground.markup import composed, escaped
from bot.playground.methods.furniture import react
from bot.playground.posting import Draft
from bot.playground.room import Room
from bot.playground.shapes import message_json, view_json
from bot.playground.values import Channel, File, Json, Message, Person, Seen, View


class Acting:
    """The doing half of `Workspace`. People are named by name or id, channels by name or id."""

    room: Room

    async def say(self, user: str, channel: str, text: str, thread_ts: str | None = None) -> Message:
        """Post as a person. `@name` and `#channel` become mentions as in Slack's client; `channel` may be `@tocsin`
        (or the bot's id): the direct messages with the bot. Naming the bot sends app_mention."""
        person, where = self._inside(user, channel)
        words = composed(text, self.room.state.people.values(), self.room.state.channels.values())
        return posting.post(self.room, Draft(text=words), where, person.id, thread_ts=thread_ts or "")

    async def upload(
        self, user: str, channel: str, files: Iterable[tuple[str, bytes]], text: str = "", thread_ts: str | None = None
    ) -> Message:
        """Share files (name and bytes) as a person, with words if there are any, as the client does. Raises ApiError
        for an empty one."""
        person, where = self._inside(user, channel)
        shared = [
            File(
                id=self.room.state.mint("F"), name=name or "file", length=len(content), content=content, user=person.id,
                created=int(self.room.state.now()),
            )
            for name, content in files
        ]  # fmt: skip
        if not shared or not all(one.length for one in shared):
            raise ApiError("no_file_data")
        words = composed(text, self.room.state.people.values(), self.room.state.channels.values())
        return sharing.share(self.room, shared, where, person.id, text=words, thread_ts=thread_ts or "")

    async def edit(self, user: str, message: Message, text: str) -> Message:
        """A person edits a message of theirs; the message as it then is. The same words again are no edit. Raises
        ApiError `cant_update_message` and `message_not_found`."""
        person, now = self.room.state.person(user), posting.current(self.room, message)
        if now is None or now.subtype == "tombstone":
            raise ApiError("message_not_found")
        if now.user != person.id:
            raise ApiError("cant_update_message")
        words = composed(text, self.room.state.people.values(), self.room.state.channels.values())
        if escaped(words) == now.text:
            return now
        return posting.edit(self.room, now, Draft(text=words))

    async def slash(self, user: str, channel: str, command: str, text: str = "", thread_ts: str | None = None) -> Seen:
        """Run a slash command, and what the person saw at once. What the app sends later by its response_url is found
        with `ephemerals` or `messages`."""
        person, where = self._inside(user, channel)
        if refusal := self._slash_refusal(person, command, thread_ts):
            return self._seen(person, Seen(acked=False, text=refusal))
        ack = await self.room.delivery.ask("slash_commands", self._command(person, where, command, text))
        if not ack.ok:
            return self._seen(person, Seen(acked=False, text=f'{command} failed with the error "dispatch_failed"'))
        return self._seen(person, self._answered(person, where, ack))

    async def click(
        self, user: str, message: Message | View, action_id: str, value: str | None = None, *, selected: Any = None,
        block_id: str | None = None,
    ) -> Seen:  # fmt: skip
        """Press a button or choose from a menu, of a message, modal or Home tab; an old `Message` is pressed as it
        looked then. `value` or `block_id` tells apart what shares an action_id; `selected` is an option's value or
        text, a user id, a date ... or a list of them."""
        person = self.room.state.person(user)
        self._must_see(person, message)
        pressed = pressing.find(message, action_id, value=value, block_id=block_id)
        payload = pressing.press(self.room, person, message, pressed, value if selected is None else selected)
        ack = await self.room.delivery.ask("interactive", payload)
        trouble = "" if ack.ok else "This app did not answer in time."
        return self._seen(person, Seen(acked=ack.ok, text=trouble))

    async def suggest(self, user: str, message: Message | View, action_id: str, typed: str) -> list[Json]:
        """The options that the app offers in an external select for what is typed; groups are flattened."""
        person = self.room.state.person(user)
        pressed = pressing.find(message, action_id)
        payload = pressing.suggestion(self.room, person, message, pressed, typed)
        ack = await self.room.delivery.ask("interactive", payload)
        answer = ack.answer if isinstance(ack.answer, Mapping) else {}
        groups = [one.get("options") or [] for one in answer.get("option_groups") or ()]
        return [*(answer.get("options") or ()), *(one for options in groups for one in options)]

    async def submit(self, user: str, view: View | None = None, values: Mapping[str, Any] | None = None) -> Json | None:
        """Fill in and send the visible modal (or this one, as it looked then).

        `values` are keyed by action_id, block_id or both (`{block: {action: value}}`). Answers None when the modal
        was taken, else what is wrong by block_id; under the empty key stands Slack's own complaint when the app did
        not acknowledge or acknowledged with what Slack does not take.
        """
        person = self.room.state.person(user)
        return await submitting.submit(self.room, person, view or self._top(person), values or {})

    async def close_view(self, user: str) -> None:
        """Close the visible modal; the app hears of it if it asked to."""
        person = self.room.state.person(user)
        await submitting.close(self.room, person, self._top(person))

    async def react(self, user: str, message: Message, name: str, *, remove: bool = False) -> Message:
        """Add or take away a reaction; the message as it then is."""
        person, now = self.room.state.person(user), posting.current(self.room, message)
        if now is None or now.viewer:
            raise ApiError("message_not_found")
        return react(self.room, now, person.id, name, add=not remove)

    async def shortcut(self, user: str, callback_id: str, message: Message | None = None) -> Seen:
        """A global shortcut, or a message's when one is given."""
        person = self.room.state.person(user)
        kind = "shortcut" if message is None else "message_action"
        payload = self.room.common(kind, person) | {
            "callback_id": callback_id,
            "action_ts": self.room.state.stamp(),
            "trigger_id": self.room.new_trigger(person.id),
        }
        if message is not None:
            self._must_see(person, message)
            channel = self.room.state.channels[message.channel]
            payload |= {
                "message_ts": message.ts,
                "message": message_json(self.room, message),
                "channel": {"id": channel.id, "name": self.room.shown_name(channel)},
                "response_url": self.room.new_hook(person.id, channel.id, original=message.ts),
            }
        ack = await self.room.delivery.ask("interactive", payload)
        return self._seen(person, Seen(acked=ack.ok, text="" if ack.ok else "This app did not answer in time."))

    async def open_home(self, user: str, tab: str = "home") -> None:
        """Look at the bot's Home tab (or its messages): app_home_opened."""
        person = self.room.state.person(user)
        event: Json = {"type": "app_home_opened", "user": person.id, "tab": tab}
        event["channel"] = self.room.direct_channel(person.id).id
        known = self.room.state.homes.get(person.id)
        if known and tab == "home":
            event["view"] = view_json(self.room, self.room.state.views[known])
        events.tell(self.room, "app_home_opened", event)

    async def join(self, user: str, channel: str) -> None:
        """A person joins a public channel."""
        person, where = self.room.state.person(user), self.room.state.channel(channel)
        joined = self.room.put_channel(replace(where, members=where.members | {person.id}))
        events.joined(self.room, joined, person.id)

    async def delete(self, user: str, message: Message) -> None:
        """A person deletes a message of theirs (or of the bot, as an admin may)."""
        self.room.state.person(user)
        now = posting.current(self.room, message)
        if now is not None:
            posting.remove(self.room, now)

    # --- inside

    def _inside(self, user: str, channel: str) -> tuple[Person, Channel]:
        person, bot = self.room.state.person(user), self.room.settings
        if channel in (bot.bot_user, f"@{bot.bot_name}"):
            return person, self.room.direct_channel(person.id)
        where = self.room.state.channel(channel)
        if person.id not in where.members:
            raise LookupError(f"{person.name} is not in #{where.name}")
        if where.is_archived:
            raise ApiError("is_archived")
        return person, where

    def _must_see(self, person: Person, seen: Message | View) -> None:
        """Raises LookupError where this person has nothing to press."""
        if isinstance(seen, View):
            if seen.user != person.id or not modals.is_open(self.room, seen):
                raise LookupError(f"{person.name} does not have that view open")
        elif seen.viewer not in ("", person.id) or person.id not in self.room.state.channels[seen.channel].members:
            raise LookupError(f"{person.name} does not see that message")

    def _top(self, person: Person) -> View:
        view = self.room.state.top(person.id)
        if view is None:
            raise LookupError(f"{person.name} has no modal open")
        return view

    def _slash_refusal(self, person: Person, command: str, thread_ts: str | None) -> str:
        commands = self.room.settings.commands
        if thread_ts is not None:
            return f"{command} is not supported in threads. Sorry!"
        # People of another company do not have the app's commands, even in a shared channel.
        if person.is_stranger or (commands is not None and command not in commands):
            return f"{command} is not a valid command."
        return ""

    def _command(self, person: Person, channel: Channel, command: str, text: str) -> Json:
        room, settings = self.room, self.room.settings
        words = escaped(text)
        if settings.should_escape:
            words = composed(words, room.state.people.values(), room.state.channels.values(), named=True)
        return {
            "token": settings.verification_token, "team_id": settings.team_id, "team_domain": settings.team_domain,
            "channel_id": channel.id, "channel_name": room.shown_name(channel), "user_id": person.id,
            "user_name": person.name, "command": command, "text": words, "api_app_id": settings.app_id,
            "is_enterprise_install": "false", "trigger_id": room.new_trigger(person.id),
            "response_url": room.new_hook(person.id, channel.id),
        }  # fmt: skip

    def _answered(self, person: Person, channel: Channel, ack: Ack) -> Seen:
        """The message that an acknowledgement may carry, for the person alone unless it says in_channel."""
        answer = {"text": ack.answer} if isinstance(ack.answer, str) else ack.answer
        if not isinstance(answer, Mapping) or not any(answer.get(name) for name in ("text", "blocks", "attachments")):
            return Seen(acked=True)
        draft = Draft.of(answer)
        try:
            posting.check(draft)
        except ApiError as error:
            return Seen(acked=True, text=f"Slack does not take this answer: {error.answer()}")
        if answer.get("response_type") == "in_channel":
            message = posting.post(self.room, draft, channel, self.room.settings.bot_user, by_app=True)
        else:
            message = posting.whisper(self.room, draft, channel, person.id)
        return Seen(acked=True, text=message.readable(), message=message)

    def _seen(self, person: Person, seen: Seen) -> Seen:
        self.room.state.announce("seen", user=person.id, seen=seen)
        return seen
