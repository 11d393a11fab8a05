"""What an installed Caducée must do, in an environment that holds nothing else: import, render, play the whole demo."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import msgspec

import caducee
import caducee_native
from caducee.rendering import Template


class Note(msgspec.Struct, array_like=True, frozen=True):
    """The least document."""

    text: str


def main() -> int:
    """Return 0 when everything works from the installed files."""
    here = Path.cwd()
    for module in (caducee, caducee_native):
        assert module.__file__ is not None
        assert not Path(module.__file__).is_relative_to(here / "core"), "not the installed one"
    source = b'<t:document xmlns:t="urn:caducee:template:1" model="Note" as="n"><N>{n.text}</N></t:document>'
    document, sha1, sha256 = Template.compile("note.xml", source, Note).seal(Note("é & <"))
    assert (document, len(sha1), len(sha256)) == ("<N>é &amp; &lt;</N>".encode(), 20, 32)
    subprocess.run([sys.executable, "-m", "caducee.cli", "demo", "--output", here / "demo"], check=True)
    print(f"caducee works as installed: {caducee_native.build_info()}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
