"""Who pays: the register of insurers, the practice's agreements with them, the card, and who knows the rights."""
