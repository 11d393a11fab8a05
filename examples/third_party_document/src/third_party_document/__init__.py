"""Measurements of a child, as a document of CDA R2. The model is invented: it shows how a type is added."""

from __future__ import annotations

from third_party_document.growth import BODY_HEIGHT, BODY_WEIGHT, Growth, Measurement, render, words
from third_party_document.rules import check

__all__ = ["BODY_HEIGHT", "BODY_WEIGHT", "Growth", "Measurement", "check", "render", "words"]
