"""What a vendor would write today with well-known tools, each in its best form."""
