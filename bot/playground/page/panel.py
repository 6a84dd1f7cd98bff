"""What a panel of the drawer must offer: the trading system, the mailbox and phone, and the inspector each are one."""

from collections.abc import Callable, Sequence
from typing import Protocol

from starlette.routing import BaseRoute


class Panel(Protocol):
    """One tab of the drawer on the right, drawn by the server.

    Its forms carry `data-post` and post to routes of the panel's own, `/panel/<key>/...`; the page's script sends
    them by fetch and takes no notice of what comes back but its status and, for an error, its plain text. What
    changed is drawn anew by the stream of events, never by loading the page again.
    """

    key: str
    """Short and fit for ids and paths, like `mailbox`."""

    title: str
    """What the tab says, like `Mailbox and phone`."""

    routes: Sequence[BaseRoute]
    """Served beside the page's own, each under `/panel/<key>/`; the page refuses strangers before they are reached."""

    def html(self, viewer: str) -> str:
        """The whole content as `viewer` (a handle, like `ann`) sees it, everything from outside escaped.

        An element that keeps its `id` from one drawing to the next keeps its focus, typed text, scroll and openness.
        """
        ...

    def badge(self, viewer: str) -> str:
        """A short count beside the title, or '' for none."""
        ...

    unread: bool
    """Whether `badge` counts what the viewer has not seen: then `/panel/<key>/seen` is posted while they look."""

    def watch(self, changed: Callable[[], None]) -> None:
        """Call `changed` from the event loop whenever `html` or `badge` would differ now; often is fine."""
        ...
