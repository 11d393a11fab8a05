"""For authors of plugins and of practice software: a kernel to test with, a clock to move, canaries for leaks."""

from __future__ import annotations

from caducee.testing.canaries import Canaries
from caducee.testing.clock import MovingClock
from caducee.testing.kernel import config_for, kernel_for

__all__ = ["Canaries", "MovingClock", "config_for", "kernel_for"]
