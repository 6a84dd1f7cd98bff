"""Reads what a panel drew as a browser would: its text, its forms, and what the tags are."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser


@dataclass(kw_only=True)
class Form:
    """One form, with its button."""

    action: str
    posts: bool
    """Whether the page's script sends it."""
    fields: dict[str, str] = field(default_factory=dict)
    label: str = ""
    """All text in it."""


class Drawn(HTMLParser):
    """The text, the forms and the tags of a panel."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.html = html
        self.forms: list[Form] = []
        self.tags: list[tuple[str, dict[str, str]]] = []
        self._pieces: list[str] = []
        self._form: Form | None = None
        self.feed(html)

    @property
    def text(self) -> str:
        """As it is read, in one line."""
        return " ".join("".join(self._pieces).split())

    def all(self, tag: str, **attributes: str) -> list[dict[str, str]]:
        """The attributes of every such tag."""
        return [has for name, has in self.tags if name == tag and attributes.items() <= has.items()]

    def form(self, label: str, **fields: str) -> Form:
        """The first form with this text and these fields."""
        fit = [
            one for one in self.forms if label in " ".join(one.label.split()) and fields.items() <= one.fields.items()
        ]
        assert fit, f"no form says {label!r} with {fields}; there are {[one.label.strip() for one in self.forms]}"
        return fit[0]

    def offers(self, label: str) -> bool:
        """Whether a form says that."""
        return any(label in " ".join(one.label.split()) for one in self.forms)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        has = {name: value or "" for name, value in attrs}
        self.tags.append((tag, has))
        if tag == "form":
            self._form = Form(action=has.get("action", ""), posts="data-post" in has)
            self.forms.append(self._form)
        elif self._form is not None and has.get("name") and (has.get("type") != "radio" or "checked" in has):
            self._form.fields[has["name"]] = has.get("value", "")

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._form = None

    def handle_data(self, data: str) -> None:
        self._pieces.append(data)
        if self._form is not None:
            self._form.label += data
