"""Holds a document against its model and says in words, with the line, where it does not fit."""

from __future__ import annotations

import copy
import types
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Annotated, Any, TypeVar, Union, get_args, get_origin

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from bot.packs.problems import Problems, meant
from bot.packs.reading import Document, Steps

Model = TypeVar("Model", bound=BaseModel)

_KINDS = {
    "string": "text",
    "int": "a whole number",
    "float": "a number",
    "bool": "true or false",
    "dict": "a mapping (name: value)",
    "model": "a mapping (name: value)",
    "tuple": "a list ([a, b])",
    "list": "a list ([a, b])",
}
_LIMITS = {
    "too_short": "it is empty",
    "string_too_short": "it is empty",
    "string_too_long": "it is too long",
}


def fit(document: Document, model: type[Model], problems: Problems) -> Model | None:
    """The document as a model; None when it does not fit, with every reason among the problems. Keys that the model
    does not know are problems, but the rest is still read."""
    try:
        return model.model_validate(document.data)
    except ValidationError as failure:
        unknown = [error for error in failure.errors() if error["type"] == "extra_forbidden"]
        for error in failure.errors():
            _tell(error, document, model, problems)
        if len(unknown) < failure.error_count():
            return None
    known = copy.deepcopy(document.data)
    for error in unknown:
        *above, key = error["loc"]
        target: Any = known
        for step in above:
            target = target[step]
        target.pop(key, None)
    return model.model_validate(known)


def fit_each(
    document: Document, model: type[Model], problems: Problems, of: str
) -> tuple[Model | None, frozenset[str]]:
    """The same of a file that is mostly a mapping of entries: an entry that does not fit is left out, so that the rest
    is looked at in the same pass. With the names of those left out."""
    left_out: set[str] = set()
    data = document.data
    try:
        model.model_validate(data)
    except ValidationError as failure:
        errors = [error for error in failure.errors() if len(error["loc"]) > 1 and error["loc"][0] == of]
        left_out = {str(error["loc"][1]) for error in errors if error["type"] != "extra_forbidden"}
        for error in errors:
            if str(error["loc"][1]) in left_out:
                _tell(error, document, model, problems)
    if not left_out:
        return fit(document, model, problems), frozenset()
    kept = {name: entry for name, entry in data[of].items() if str(name) not in left_out}
    return fit(replace(document, data={**data, of: kept}), model, problems), frozenset(left_out)


def _tell(error: ErrorDetails, document: Document, model: type[BaseModel], problems: Problems) -> None:
    steps: Steps = error["loc"]
    if steps and steps[-1] == "[key]":
        name = str(steps[-2])
        remedy = "use small letters, digits and _, beginning with a letter"
        if error["type"] == "literal_error":
            remedy = _in_words(error, "")[1]
        problems.error(document.place(*steps[:-1]), f"{name!r} is no good name in {_where(steps[:-2])}", remedy)
        return
    place, kind = document.place(*steps), error["type"]
    if kind == "extra_forbidden":
        names, key = _names_at(model, steps[:-1]), str(steps[-1])
        remedy = _secret_remedy(steps) or meant(key, names)
        problems.error(place, f"{key!r} is not known in {_where(steps[:-1])}", remedy)
        return
    help_ = _help_of(model, steps)
    if kind == "missing":
        problems.error(place, f"{steps[-1]!r} is missing in {_where(steps[:-1])}", f"write {steps[-1]}: {help_}")
        return
    said, remedy = _in_words(error, help_)
    problems.error(place, f"{_where(steps)}: {said}", remedy)


def _secret_remedy(steps: Steps) -> str:
    if len(steps) == 3 and steps[0] == "variables" and steps[2] == "secret":
        return "delete it: a pack's variables are never secret"
    return ""


def _in_words(error: ErrorDetails, help_: str) -> tuple[str, str]:
    kind, context = error["type"], error.get("ctx", {})
    value = repr(error["input"]) if isinstance(error["input"], str | int | float | bool) else "this"
    if kind == "value_error":
        said, _, remedy = str(context.get("error", error["msg"])).partition(": ")
        return said, remedy or f"write {help_}"
    if kind == "literal_error":
        expected = str(context.get("expected", "")).replace("'", "").replace(" or ", ", ").split(", ")
        named = [word for word in expected if word]
        none = "; or leave it out" if len(named) < len(expected) else ""
        return f"{value} is not one of its words", meant(str(error["input"]), named) + none
    if kind in _LIMITS:
        return _LIMITS[kind], f"write {help_}"
    for name, words in _KINDS.items():
        if kind in (f"{name}_type", f"{name}_parsing", f"{name}_attributes_type"):
            nothing = error["input"] is None
            quote = name == "string" and isinstance(error["input"], int | float | bool)
            said = "there is nothing here" if nothing else f"{value} is not {words}"
            return said, f'put it in quotes: "{error["input"]}"' if quote else f"write {words}: {help_}"
    if kind == "string_pattern_mismatch":
        return f"{value} has not the right form", f"write {help_} (form: {context.get('pattern')})"
    return f"{value}: {error['msg']}", f"write {help_}"


def _where(steps: Steps) -> str:
    if not steps:
        return "the file"
    text = ""
    for step in steps:
        text += f"[{step + 1}]" if isinstance(step, int) else f".{step}"
    return text.removeprefix(".")


def _names_at(model: type[BaseModel], steps: Sequence[str | int]) -> Sequence[str]:
    found = _at(model, steps)
    return list(found.model_fields) if isinstance(found, type) and issubclass(found, BaseModel) else []


def _help_of(model: type[BaseModel], steps: Steps) -> str:
    """What the nearest field above says of itself."""
    for end in range(len(steps), 0, -1):
        above = _at(model, steps[: end - 1])
        step = steps[end - 1]
        if isinstance(above, type) and issubclass(above, BaseModel) and step in above.model_fields:
            words = above.model_fields[str(step)].description or ""
            return _first_sentence(words)
    return "the right value"


def _first_sentence(words: str) -> str:
    flat = " ".join(words.split())
    head = flat.split(". ")[0].rstrip(".")
    return head[:1].lower() + head[1:]


def _at(annotation: Any, steps: Sequence[str | int]) -> Any:
    """The type that stands at the end of these steps."""
    bare = _bare(annotation)
    if not steps:
        return bare
    step, rest = steps[0], steps[1:]
    if isinstance(bare, type) and issubclass(bare, BaseModel):
        field = bare.model_fields.get(str(step))
        return _at(field.annotation, rest) if field else None
    origin, inner = get_origin(bare), get_args(bare)
    if origin in (dict, Mapping) and inner:
        return _at(inner[1], rest)
    if origin in (tuple, list) and inner:
        return _at(inner[0], rest)
    return None


def _bare(annotation: Any) -> Any:
    """Without Annotated, and without "or nothing"."""
    while get_origin(annotation) is Annotated:
        annotation = get_args(annotation)[0]
    if get_origin(annotation) in (Union, types.UnionType):
        choices = [choice for choice in get_args(annotation) if choice is not type(None)]
        return _bare(choices[0]) if len(choices) == 1 else annotation
    return annotation
