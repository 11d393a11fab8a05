"""Documents as CDA R2: document types, header, rules and reading."""
