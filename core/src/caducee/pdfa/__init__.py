"""The files that a practice really has, turned into PDF/A-1b: PDF of any producer, JPEG, PNG, TIFF, scanned pages."""

from __future__ import annotations

from caducee.pdfa.conversion import to_pdfa
from caducee.pdfa.errors import FileEncrypted, FileTooLarge, FileUnreadable
from caducee.pdfa.result import How, PdfaFile

__all__ = ["FileEncrypted", "FileTooLarge", "FileUnreadable", "How", "PdfaFile", "to_pdfa"]
