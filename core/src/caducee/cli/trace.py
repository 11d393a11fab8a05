"""``caducee plugins trace``: each hook of each plugin is called once, on a specimen, and timed. Nothing is sent."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

import anyio

from caducee.cli.printing import print_json, print_table
from caducee.clock import SystemClock
from caducee.config import Config, Secrets
from caducee.contracts.delivery import Failure
from caducee.hooks import Facts
from caducee.keys import ConfiguredCredentials
from caducee.model.codes import Code
from caducee.model.destination import Destination
from caducee.model.document import Document, PdfBody
from caducee.model.identity import Sex, Traits
from caducee.model.patient import Patient
from caducee.outbox.stores.sqlite import open_store
from caducee.plugins import HookCall, PluginHost, load_plugins
from caducee.practitioners import resolve_practitioners
from caducee.wire.http import HttpClient

_SPECIMEN = Document(
    local_id="SPECIMEN",
    patient=Patient(
        local_id="SPECIMEN",
        traits=Traits(birth_name="SPECIMEN", given_names=("SPECIMEN",), sex=Sex.FEMALE, birth_date="1970-01-01"),
    ),
    author="specimen",
    type=Code("11488-4", "2.16.840.1.113883.6.1", "Consultation"),
    title="SPECIMEN",
    body=PdfBody(b"%PDF-1.4"),
    created="20260101000000+0100",
    service_start="20260101000000+0100",
)


class _Specimen(Destination, frozen=True):
    """A destination that nobody serves."""

    kind = "specimen"


def trace(config: Config, *, as_json: bool) -> int:
    """Call every hook once and print the calls; 1 when one went wrong."""
    calls = anyio.run(_calls, config)
    if as_json:
        print_json(calls)
    else:
        rows = [(call.plugin, call.hook, f"{call.milliseconds:.1f} ms", call.outcome) for call in calls]
        print_table(("PLUGIN", "HOOK", "TIME", "OUTCOME"), rows)
    return int(any(call.outcome not in ("ok", "none") for call in calls))


async def _calls(config: Config) -> list[HookCall]:
    """A store of its own, thrown away: the practice's is not touched."""
    calls: list[HookCall] = []
    clock = SystemClock()
    with TemporaryDirectory() as folder:
        async with open_store(Path(folder), tenant="specimen", key=bytes(32), clock=clock) as store:
            credentials = ConfiguredCredentials(
                config, resolve_practitioners(config), secrets=Secrets(None), clock=clock
            )
            host = PluginHost(
                config=config,
                loading=await load_plugins(config, trace=calls.append),
                clock=clock,
                credentials=credentials,
                store=store,
                http=HttpClient,
                trace=calls.append,
            )
            await host.prepare()
            facts = Facts(destinations=(_Specimen(),), environment=config.kernel.environment)
            await host.route(_SPECIMEN, facts)
            await host.validate(_SPECIMEN, _Specimen(), facts)
            for kind in host.kinds:
                await host.classify(kind, Failure(code="specimen", retry="never", during="send"))
            await host.explain("specimen")
    return calls
