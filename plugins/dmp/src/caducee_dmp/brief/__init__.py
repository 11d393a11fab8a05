"""What a doctor reads of a record before a first visit: as data, and as one page."""
