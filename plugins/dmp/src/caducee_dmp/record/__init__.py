"""A patient's shared record, followed at the practice: its index, its synchronisation, what is kept of it."""
