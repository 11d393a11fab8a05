"""The JSON Schema of everything that goes over the lines."""

from __future__ import annotations

from typing import Any

import msgspec

from caducee.serve.messages import Answer, Ask, Event, Failure, Hello, Reply, Request, ServeError
from caducee.serve.verbs import VERBS

_READ = (Request, Reply)
_WRITTEN = (Hello, Answer, Event, Ask)


def schema() -> dict[str, Any]:
    """Return it: the lines that are read and written, each verb's parameters and result, the errors of the lines.

    What ``use`` takes and gives is in the annotations of the plugin's service.
    """
    types = (*_READ, *_WRITTEN, Failure, *VERBS.values(), *(params.result for params in VERBS.values()))
    found, components = msgspec.json.schema_components(types, ref_template="#/$defs/{name}")
    refs = iter(found)
    read, written = ([next(refs) for _ in lines] for lines in (_READ, _WRITTEN))
    error = next(refs)
    params = [next(refs) for _ in VERBS]
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "caducee serve",
        "read": {"anyOf": read},
        "written": {"anyOf": written},
        "error": error,
        "codes": {kind.code: kind.sentence for kind in ServeError.__subclasses__()},
        "verbs": {
            verb: {"params": taken, "result": given} for verb, taken, given in zip(VERBS, params, refs, strict=True)
        },
        "$defs": components,
    }
