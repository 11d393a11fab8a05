"""The simulated INSi service: search by identity traits, organisation mode."""
