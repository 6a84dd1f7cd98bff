"""Text is cut so that it is seen, and nothing in it breaks."""

from __future__ import annotations

import pytest

from bot.core.slack_cut import cut

CUTS = [
    # nothing to cut
    ("short", 100, "short"),
    # the whole length is told, with thousands set apart
    ("x" * 12_345, 100, "x" * 67 + "… (cut: 12,345 characters in all)"),
    # below a hundred characters the marker is the ellipsis alone
    ("x" * 200, 24, "x" * 23 + "…"),
    # an entity is never halved
    ("x" * 20 + "&amp;" * 9, 24, "x" * 20 + "…"),
    # nor is a link
    ("go <https://example.com/a|there> now", 24, "go…"),
    # a lone < (the author forgot to escape it) is no link
    ("a < b and then quite a lot more", 24, "a < b and then quite a…"),
    # an open fence is closed
    ("```" + "y" * 60, 24, "```" + "y" * 15 + "\n```\n…"),
    # a fence just opened is taken away
    ("x" * 14 + "\n```\nabc\n" + "z" * 60, 24, "x" * 14 + "…"),
    # a fence is never halved
    ("x" * 17 + "```" + "z" * 60, 24, "x" * 17 + "…"),
]


@pytest.mark.parametrize(("text", "most", "expected"), CUTS)
def test_cut(text: str, most: int, expected: str) -> None:
    result = cut(text, most, markup=True)
    assert result == expected
    assert len(result) <= most
