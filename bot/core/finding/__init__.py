"""Finding: the playbook and the step that a question is about, whatever words it uses.

This is the room's door: a `Finder` is made of `Material`, and answers with `Found`."""

from bot.core.finding.finder import Finder, Found
from bot.core.finding.sheet import Material

__all__ = ["Finder", "Found", "Material"]
