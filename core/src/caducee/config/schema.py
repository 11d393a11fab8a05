"""The JSON Schema of the configuration, with the tables of the enabled plugins."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import msgspec

from caducee.config.model import Tables


def config_schema(plugins: Mapping[str, type[msgspec.Struct]]) -> dict[str, Any]:
    """Return the JSON Schema (2020-12) of ``caducee.toml``; each plugin's struct is its table's schema."""
    (root, *own), components = msgspec.json.schema_components(
        (Tables, *plugins.values()), schema_hook=_path, ref_template="#/$defs/{name}"
    )
    properties = components["Tables"]["properties"]
    properties["plugins"]["properties"] = dict(zip(plugins, own, strict=True))
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **root, "$defs": components}


def _path(kind: type) -> dict[str, Any]:
    if kind is Path:
        return {"type": "string", "minLength": 1, "description": "A path, relative to this file."}
    raise NotImplementedError(kind)
