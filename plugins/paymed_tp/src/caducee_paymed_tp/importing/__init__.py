"""What files say, turned into events of the ledger. The same file twice changes nothing."""
