"""All XML that Caducée writes: template files compiled against the struct they render."""

from __future__ import annotations

from caducee.rendering.datatypes import CD, II, PQ, TEL
from caducee.rendering.narrative import Narrative, element, narrative
from caducee.rendering.null_flavors import NullFlavor
from caducee.rendering.refusals import TemplateError
from caducee.rendering.signing import SigningTemplates
from caducee.rendering.template import Template

__all__ = [
    "CD",
    "II",
    "PQ",
    "TEL",
    "Narrative",
    "NullFlavor",
    "SigningTemplates",
    "Template",
    "TemplateError",
    "element",
    "narrative",
]
