"""The JSON Schema of everything that goes over the lines."""

from __future__ import annotations

from typing import Any

import msgspec

from caducee.serve.loop import FOLLOW, Follow
from caducee.serve.messages import Answer, Ask, Event, Hello, Reply, Request
from caducee.serve.verbs import VERBS


def schema() -> dict[str, Any]:
    """Return it: the lines that are read and written, and the parameters of each verb."""
    params = {**VERBS, FOLLOW: Follow}
    messages = (Request, Reply, Hello, Answer, Event, Ask)
    found, components = msgspec.json.schema_components((*messages, *params.values()), ref_template="#/$defs/{name}")
    by_name = dict(zip((*(m.__name__ for m in messages), *params), found, strict=True))
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "caducee serve",
        "read": {"anyOf": [by_name["Request"], by_name["Reply"]]},
        "written": {"anyOf": [by_name[name] for name in ("Hello", "Answer", "Event", "Ask")]},
        "verbs": {verb: by_name[verb] for verb in params},
        "$defs": components,
    }
