"""Writes ``docs/reference/hooks.md`` from the hook specifications; with ``--check`` says whether it is up to date."""

from __future__ import annotations

import inspect
import sys
from pathlib import Path

from caducee.hooks import API_VERSION, HOOK_DEADLINE, HookSpecs, spoken

PAGE = Path(__file__).parent.parent / "docs/reference/hooks.md"

HEAD = """# Hooks

Generated from `caducee.hooks` by `tools/hook_reference.py`; a test holds this page to the specifications.

Plugin API version {version}. Versions that load: {spoken}. A plugin says the one it was written for
(`CADUCEE_API = {version}`); one that does not say was written for version 1. Any other is refused with a sentence.

Every hook is a plain synchronous function marked with `@hookimpl`. It is pure and quick: it registers async factories
or answers from its arguments, and awaits nothing.

| what happens | what follows |
|---|---|
| it is a coroutine function, a generator, or not marked | the plugin is refused when it is loaded, and told why |
| it returns an awaitable | the call counts as failed |
| it raises, or answers something else than below | {fails} |
| it takes longer than {deadline} ms | as if it had raised; it is not called again before that call has returned |

`caducee_register` alone has {load} seconds and no second chance: a plugin whose registration fails is refused. A
destination that was asked for and could not be routed or checked for one of these reasons is kept as
`blocked(operator)`: never dropped, never sent unchecked.

`caducee plugins trace` calls each hook once on a specimen and shows plugin, hook, time and outcome.
"""

FAILS = "the plugin is named and degraded, its answer is left out, the others go on"


def page() -> str:
    """Return the page."""
    from caducee.plugins.loading import LOAD_DEADLINE

    head = HEAD.format(
        version=API_VERSION,
        spoken=", ".join(map(str, spoken())),
        fails=FAILS,
        deadline=round(HOOK_DEADLINE * 1000),
        load=round(LOAD_DEADLINE),
    )
    hooks = [function for name, function in vars(HookSpecs).items() if name.startswith("caducee_")]
    return head + "".join(f"\n{_section(hook)}" for hook in hooks)


def _section(hook: object) -> str:
    signature = inspect.signature(hook)  # type: ignore[arg-type]
    arguments = [f"`{p.name}: {p.annotation}`" for p in signature.parameters.values() if p.name != "self"]
    first = bool(getattr(hook, "caducee_spec")["firstresult"])  # noqa: B009 - the mark that pluggy leaves
    lines = [
        f"## {hook.__name__}",  # type: ignore[attr-defined]
        "",
        inspect.getdoc(hook) or "",
        "",
        f"- arguments: {', '.join(arguments)}",
        f"- answers: `{signature.return_annotation}`",
        f"- who is asked: {'each plugin alone, one answer' if first else 'every plugin, all answers'}",
        "",
    ]
    return "\n".join(lines)


def main() -> int:
    """Write the page, or compare it."""
    if "--check" not in sys.argv:
        PAGE.write_text(page(), encoding="utf-8")
        return 0
    if PAGE.exists() and PAGE.read_text(encoding="utf-8") == page():
        return 0
    print("docs/reference/hooks.md is not what the specifications say: run tools/hook_reference.py", file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main())
