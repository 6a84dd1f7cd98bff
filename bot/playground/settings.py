"""How one playground is set up: identities, tokens, scopes, subscriptions and time limits."""

from __future__ import annotations

from dataclasses import dataclass

SCOPES = frozenset((
    "app_mentions:read", "bookmarks:read", "bookmarks:write", "canvases:write", "channels:history", "channels:join",
    "channels:manage", "channels:read", "chat:write", "chat:write.public", "commands", "emoji:read", "files:read",
    "files:write", "groups:history", "groups:read", "groups:write", "im:history", "im:read", "im:write", "mpim:read",
    "pins:read", "pins:write", "reactions:read", "reactions:write", "team:read", "usergroups:read",
    "usergroups:write", "users:read", "users:read.email",
))  # fmt: skip
"""What the app was granted unless the test says otherwise."""

EVENTS = frozenset((
    "app_home_opened", "app_mention", "channel_archive", "channel_rename", "member_joined_channel", "message.im",
    "pin_added", "reaction_added", "reaction_removed",
))  # fmt: skip
"""What the app subscribed to; message.channels and message.groups only on request, since few apps take them."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Settings:
    """Fixed for the life of a workspace."""

    team_id: str = "TPLAY0001"
    team_name: str = "Playground"
    team_domain: str = "playground"
    outside_team_id: str = "TELSE0001"
    app_id: str = "ATOCSIN01"
    bot_id: str = "BTOCSIN01"
    bot_user: str = "UBOT00001"
    bot_name: str = "tocsin"
    bot_tokens: frozenset[str] = frozenset(("xoxb-playground",))
    app_tokens: frozenset[str] = frozenset(("xapp-playground",))
    verification_token: str = "playground-verification"  # noqa: S105 - old style, in every payload, checked by nobody
    signing_secret: str = "playground-signing-secret"  # noqa: S105
    scopes: frozenset[str] = SCOPES
    events: frozenset[str] = EVENTS
    commands: frozenset[str] | None = None
    """Registered slash commands with their slash; None takes any."""
    should_escape: bool = True
    """`@bob` in a slash command arrives as `<@U…|bob>`."""
    ack_timeout: float = 3.0
    trigger_seconds: float = 3.0
    retry_delays: tuple[float, ...] = (0.0, 60.0, 300.0)
    """Seconds before each redelivery of an event that was not acknowledged."""
    hook_uses: int = 5
    hook_seconds: float = 1800.0
    max_sockets: int = 10
    remembered: int | None = None
    """How many API calls, deliveries, triggers, response_urls, files and messages for one person alone are remembered
    each, and files of 64 MB in all; None: everything, as tests want it."""
    remembered_messages: int | None = None
    """How many messages of one channel, replies included, are remembered; None: all."""
    hello_seconds: int = 3600
    """approximate_connection_time as told in `hello`; nothing is disconnected by itself."""

    @property
    def secrets(self) -> tuple[str, ...]:
        """What must not be shown anywhere."""
        return (*self.bot_tokens, *self.app_tokens, self.verification_token, self.signing_secret)
