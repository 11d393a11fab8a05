"""What leaves: the store contract, its stores, the worker and the pure retry policy."""
