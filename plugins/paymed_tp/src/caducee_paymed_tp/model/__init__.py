"""The terms of third-party payment, as frozen structs. Amounts are integer cents, everywhere."""
