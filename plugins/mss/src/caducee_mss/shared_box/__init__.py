"""A box worked by several people: who has what in hand, on one store and across desks."""
