"""Finding: the playbook, the step and the error entry that a question is about, whatever words it uses.

This is the room's door: a `Finder` is made of `Material`, and answers with `Found`; an `Explainer` of error entries."""

from bot.core.finding.explainer import Explained, Explainer
from bot.core.finding.finder import Finder, Found
from bot.core.finding.sheet import Material

__all__ = ["Explained", "Explainer", "Finder", "Found", "Material"]
