"""The files of the document types."""
