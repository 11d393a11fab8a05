"""Data of the domain: frozen structs, no input or output."""
