"""Reading and writing the files of third-party payment: B2, NOEMIE PS, CAMT, CFONB 120, OFX, bank CSV."""
