"""What Slack's refusals and silences mean for a message: try again or not, and what a person has to mend."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

import aiohttp
from slack_sdk.errors import SlackApiError, SlackClientError

from bot.core.errors import DeliveryFailed
from bot.outbound.http import retry_after

_LIMITED = frozenset({"ratelimited", "rate_limited", "accesslimited"})
# After these the call may have been carried out in part.
_HALFWAY = frozenset({"internal_error", "fatal_error"})
_TEMPORARY = _LIMITED | _HALFWAY | {
    "request_timeout", "service_unavailable", "team_added_to_org", "external_channel_migrating",
}  # fmt: skip
_UNUSABLE = frozenset({
    "not_authed", "invalid_auth", "account_inactive", "token_revoked", "token_expired", "no_permission",
    "org_login_required", "ekm_access_denied", "access_denied", "team_access_not_granted",
})  # fmt: skip
"""Slack answers, but lets this bot do nothing."""
_GONE = frozenset({"message_not_found", "thread_not_found", "cant_update_message", "edit_window_closed", "is_inactive"})
"""The message cannot be edited any more; a new one can be posted."""
_UNFIT = frozenset({
    "invalid_blocks", "invalid_blocks_format", "invalid_arguments", "msg_blocks_too_long", "msg_too_long", "no_text",
    "metadata_too_large", "file_uploads_disabled",
})  # fmt: skip
"""Slack will never take this very message."""
_REINSTALL = "install the app again and set SLACK_BOT_TOKEN to the new token"
_ADVICE = {
    "channel_not_found": "{where} not found: invite the bot or mend `channel` in the pack",
    "not_in_channel": "the bot is not in {where}: invite it",
    "is_archived": "{where} is archived: unarchive it or set another `channel` in the pack",
    "restricted_action": "the workspace lets only some people post in {where}: let the bot post there",
    "not_authed": "there is no token: set SLACK_BOT_TOKEN",
    "invalid_auth": f"the token is not valid: {_REINSTALL}",
    "account_inactive": f"the bot's account is switched off: {_REINSTALL}",
    "token_revoked": f"the token was revoked: {_REINSTALL}",
    "token_expired": f"the token has expired: {_REINSTALL}",
    "missing_scope": "the app lacks the scope {needed}: add it and install the app again",
    "invalid_blocks": "Slack finds the blocks invalid{details}",
    "invalid_blocks_format": "Slack finds the blocks invalid{details}",
    "invalid_arguments": "Slack finds the arguments invalid{details}",
    "msg_blocks_too_long": "the message is too long for Slack",
    "msg_too_long": "the message is too long for Slack",
    "no_text": "the message is empty",
    "metadata_too_large": "the message's metadata is too long for Slack",
    "user_not_found": "there is no user {where}: mend `slack` of the contact",
    "users_not_found": "nobody in the workspace has the address {where}",
    "user_not_visible": "the bot cannot see the user {where}: mend `slack` of the contact",
    "user_disabled": "the user {where} is deactivated: mend `slack` of the contact",
    "cannot_dm_bot": "{where} is a bot and reads no direct messages: mend `slack` of the contact",
    "message_not_found": "the message to change is gone from {where}: post a new one",
    "thread_not_found": "the thread is gone from {where}: post a new card",
    "cant_update_message": "the message in {where} is not the bot's own: post a new one",
    "edit_window_closed": "the workspace allows no more edits of the message in {where}: post a new one",
    "is_inactive": "the message in {where} is frozen: post a new one",
    "file_uploads_disabled": "the workspace does not allow files",
    "ekm_access_denied": "the workspace's administrators have suspended the bot's access",
}


class SlackFailed(DeliveryFailed):
    """Slack did not do it."""

    def __init__(
        self,
        message: str,
        *,
        code: str = "",
        away: bool = False,
        permanent: bool = False,
        after: timedelta | None = None,
        maybe_sent: bool = False,
    ) -> None:
        super().__init__(message, permanent=permanent, after=after, maybe_sent=maybe_sent)
        self.code = code
        """Slack's name of the error, e.g. `message_not_found`; empty where Slack said nothing."""
        self.gone = code in _GONE
        """The message to change is gone: post a new one."""
        self.unfit = code in _UNFIT
        """This very message will never be taken, whatever is mended around it."""
        self.away = away
        """Slack is of no use now: it is silent, failing, or refuses this bot altogether."""


def failed(error: Exception, *, method: str, where: str, acts: bool, now: datetime) -> SlackFailed:
    """The failure that an exception of slack_sdk or aiohttp means. `acts`: the method changes something in Slack."""
    if isinstance(error, SlackApiError):
        return _answered(error, method=method, where=where, acts=acts, now=now)
    if isinstance(error, aiohttp.InvalidURL):
        return SlackFailed("SLACK_API_URL is not a usable address", permanent=True, away=True)
    kind = type(error).__name__
    if isinstance(error, aiohttp.ClientConnectorError | aiohttp.ConnectionTimeoutError):
        return SlackFailed(f"Slack cannot be reached ({kind})", away=True)
    if isinstance(error, TimeoutError):
        return SlackFailed(f"Slack did not answer {method} in time ({kind})", away=True, maybe_sent=acts)
    if isinstance(error, aiohttp.ClientError | ConnectionError):
        return SlackFailed(f"Slack hung up during {method} ({kind})", away=True, maybe_sent=acts)
    if isinstance(error, SlackClientError):
        return SlackFailed(f"Slack did not take {method} ({kind})", away=True, maybe_sent=acts)
    # slack_sdk stumbles over an answer of status 200 that is no JSON object.
    return SlackFailed(f"Slack answered {method} with something that is not JSON", away=True, maybe_sent=acts)


def _answered(error: SlackApiError, *, method: str, where: str, acts: bool, now: datetime) -> SlackFailed:
    # slack_sdk puts its own response here, or aiohttp's when the body was no JSON; a body that was empty is None.
    response: Any = error.response
    status = int(getattr(response, "status_code", None) or getattr(response, "status", None) or 0)
    headers = getattr(response, "headers", None) or {}
    data = getattr(response, "data", None)
    answer: Mapping[str, Any] = data if isinstance(data, dict) else {}
    code = str(answer.get("error") or "")
    if status == 429 or code in _LIMITED:
        wait = retry_after(headers, now)
        return SlackFailed(f"Slack asks for a pause in {method}", code=code or "ratelimited", after=wait)
    if status >= 500 or code in _TEMPORARY:
        maybe = acts and (status >= 500 or code in _HALFWAY)
        said = code or f"status {status}"
        wait = retry_after(headers, now)
        return SlackFailed(f"Slack failed at {method} ({said})", code=code, away=True, after=wait, maybe_sent=maybe)
    if not code:
        said = f"Slack answered {method} with status {status} and no reason"
        return SlackFailed(said, away=True, permanent=status != 200, maybe_sent=acts and status == 200)
    return SlackFailed(_words(code, method, where, answer), code=code, permanent=True, away=code in _UNUSABLE)


def _words(code: str, method: str, where: str, answer: Mapping[str, Any]) -> str:
    details = answer.get("errors") or (answer.get("response_metadata") or {}).get("messages") or []
    texts = "; ".join(str(detail) for detail in details)[:300] if isinstance(details, list) else ""
    advice = _ADVICE.get(code)
    if advice is None:
        return f"Slack refused {method}: {code}"
    said = advice.format(where=where or "it", needed=answer.get("needed", "?"), details=f": {texts}" if texts else "")
    return f"{said} (Slack: {code})"
