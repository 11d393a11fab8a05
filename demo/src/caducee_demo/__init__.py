"""The chapters of the Caducée demo."""
