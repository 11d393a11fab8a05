"""What leaves: who may be written to, the mail written, its delivery, and what becomes of one that fails."""
