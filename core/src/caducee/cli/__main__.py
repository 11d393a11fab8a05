"""``python -m caducee.cli``."""

from __future__ import annotations

import sys

from caducee.cli import main

sys.exit(main())
