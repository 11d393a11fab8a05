"""The files that a practice really has, turned into PDF/A-1b: PDF of any producer, JPEG, PNG, TIFF, scanned pages."""

from __future__ import annotations

from caducee.pdfa.check import check_pdfa
from caducee.pdfa.conversion import to_pdfa
from caducee.pdfa.errors import FileEncrypted, FileTooLarge, FileUnreadable, FormNotDrawn
from caducee.pdfa.result import How, PdfaFile

__all__ = [
    "FileEncrypted",
    "FileTooLarge",
    "FileUnreadable",
    "FormNotDrawn",
    "How",
    "PdfaFile",
    "check_pdfa",
    "to_pdfa",
]
