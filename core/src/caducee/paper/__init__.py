"""Pages: PDF/A and their pictures."""
