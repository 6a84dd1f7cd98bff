"""The JSON Schemas of the packs' files, by which editors complete and check them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import GenerateJsonSchema

from bot.packs.check_models import ChecksFile
from bot.packs.checklists import ChecklistsFile
from bot.packs.endpoints import EndpointsFile
from bot.packs.error_entries import ErrorsFile
from bot.packs.models import SystemFile
from bot.packs.playbook_models import PlaybookFile
from bot.packs.shapes import write_span

_DIALECT = "https://json-schema.org/draft/2020-12/schema"


class _Generator(GenerateJsonSchema):
    """Shows the usual values as one writes them."""

    def encode_default(self, dft: Any) -> Any:
        return write_span(dft) if isinstance(dft, timedelta) else super().encode_default(dft)


def schemas() -> Mapping[str, dict[str, Any]]:
    """The schema of each kind of file, by its name without `.yaml`."""
    models: dict[str, type[BaseModel]] = {
        "system": SystemFile,
        "checks": ChecksFile,
        "playbook": PlaybookFile,
        "errors": ErrorsFile,
        "checklists": ChecklistsFile,
        "endpoints": EndpointsFile,
    }
    return {
        name: {
            "$schema": _DIALECT,
            **model.model_json_schema(schema_generator=_Generator),
            "title": f"Tocsin: {name}.yaml",
        }
        for name, model in models.items()
    }


def write_schemas(folder: Path) -> None:
    """Write them as `<name>.schema.json` into a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, schema in schemas().items():
        text = json.dumps(schema, indent=2, ensure_ascii=False) + "\n"
        (folder / f"{name}.schema.json").write_text(text, encoding="utf-8")
