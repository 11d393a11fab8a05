"""What the package offers, at no cost before it is used."""

from __future__ import annotations

import subprocess
import sys

import caducee.keys


def test_every_name_is_there():
    assert {getattr(caducee.keys, name).__name__ for name in caducee.keys.__all__} >= {"Card", "ConfiguredCredentials"}


def test_an_unknown_name_is_not_there():
    assert not hasattr(caducee.keys, "Lock")


def test_importing_it_loads_no_library():
    program = "import sys, caducee.keys; sys.exit(bool({'anyio', 'cryptography', 'pkcs11', 'ssl'} & set(sys.modules)))"
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0
