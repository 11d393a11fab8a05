"""What importing costs."""

from __future__ import annotations

import subprocess
import sys

HEAVY = {"asyncio", "httpx", "lxml", "cryptography", "sqlite3", "importlib.metadata", "pluggy", "anyio", "logging"}


def loaded_after(code: str) -> set[str]:
    script = f"{code}\nimport sys\nprint('\\n'.join(sys.modules))"
    done = subprocess.run([sys.executable, "-c", script], check=True, capture_output=True, text=True)
    return set(done.stdout.splitlines())


def test_importing_the_package_loads_nothing_heavy() -> None:
    bare = loaded_after("pass")
    assert (loaded_after("import caducee; dir(caducee)") - bare) & HEAVY == set()


def test_the_kernel_loads_no_plugin_no_xml_no_http_no_cryptography() -> None:
    loaded = loaded_after("import caducee.kernel, caducee.plugins, caducee.config")
    assert {name.partition(".")[0] for name in loaded} & {
        "lxml",
        "httpx",
        "cryptography",
        "caducee_insi",
        "caducee_dmp",
        "caducee_native",
        "caducee_sandbox",
    } == set()


def test_every_public_name_is_where_it_is_said_to_be() -> None:
    import caducee

    assert sorted(caducee.__all__) == sorted(caducee._MODULE_OF)
    assert dir(caducee) == sorted(caducee.__all__)
    for name in caducee.__all__:
        assert getattr(caducee, name) is not None
