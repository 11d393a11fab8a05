"""The caducee command."""
