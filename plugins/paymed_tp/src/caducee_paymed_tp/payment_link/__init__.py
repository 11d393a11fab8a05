"""A link by which a patient pays what they owe: signed, expiring, and silent about care."""
