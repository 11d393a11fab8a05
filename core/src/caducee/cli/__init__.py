"""The ``caducee`` command. It imports no plugin and no sandbox by itself; each command is a module of its own."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence

Command = Callable[[Sequence[str]], int]
GROUP = "caducee.commands"
OWN = {
    "doctor": "says what is wrong with the configuration, the plugins, the card and the outbox",
    "plugins": "lists the plugins: installed, allowed, refused and why",
    "plugin": "new NAME: writes a plugin that passes the contract suite",
    "outbox": "list | show | retry | overdue: what leaves, and what waits",
    "inbox": "list | again: what services gave, and what was set aside",
    "document": "build | check | read: makes, checks and shows clinical documents (CDA)",
    "obligations": "due | list: what must have gone and has not; the dated table it is read from",
    "indicators": "the figures of the practice up to a day, their events, and their page",
    "information": "list | print: what patients are told about their data, dated",
    "terminology": "list | import: the value sets of documents, and those of one's own",
    "audit": "verify | export: checks the chain of the audit trail, writes it out",
    "serve": "JSON lines on stdin and stdout, for hosts in any language",
    "schema": "config | serve | document | prescription: prints the JSON Schema of caducee.toml, serve, documents",
}
USAGE_ERROR = 2


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; return its exit code. Errors of Caducée are said in French, with what to do."""
    arguments = list(sys.argv[1:] if argv is None else argv)
    if not arguments or arguments[0] in ("-h", "--help"):
        print(_overview())
        return 0 if arguments else USAGE_ERROR
    command = _own(arguments[0]) if arguments[0] in OWN else _foreign(arguments[0])
    if command is None:
        print(f"caducee: no such command: {arguments[0]}\n\n{_overview()}", file=sys.stderr)
        return USAGE_ERROR
    return _guarded(command, arguments[1:])


def _guarded(command: Command, arguments: Sequence[str]) -> int:
    from caducee.errors import CaduceeError

    try:
        return command(arguments)
    except CaduceeError as error:
        from caducee.cli.printing import print_error

        print_error(error)
        return 1
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        sys.stderr.close()
        return 1


def _own(name: str) -> Command:
    from importlib import import_module

    command: Command = import_module(f"caducee.cli.{name}").main
    return command


def _foreign(name: str) -> Command | None:
    from importlib.metadata import entry_points

    found = next(iter(entry_points(group=GROUP, name=name)), None)
    if found is None:
        return None
    try:
        command: Command = found.load()
    except ImportError as error:
        missing = error.name or str(error)
        package = found.dist.name if found.dist else found.value
        raise SystemExit(
            f"caducee: « {name} » ({package}) ne peut pas démarrer : {missing} n'est pas installé.\n"
            f"Installez {package} avec ses dépendances, puis relancez."
        ) from error
    return command


def _overview() -> str:
    from importlib.metadata import entry_points

    others = {entry.name: f"from {entry.dist.name}" if entry.dist else "" for entry in entry_points(group=GROUP)}
    lines = [f"  {name:<11} {text}" for name, text in {**OWN, **others}.items()]
    return "\n".join(["usage: caducee COMMAND …", "", *lines, "", "caducee COMMAND --help says more."])
