from __future__ import annotations

from typing import Any

import msgspec
import pluggy
import pytest

from caducee.contracts.delivery import Failure, Verdict, VerdictKind
from caducee.contracts.plugin import Need
from caducee.contracts.state import StateSpec
from caducee.hooks import Facts, HookSpecs, Route, UntilTold
from caducee.model.destination import Destination
from caducee.model.document import CONSULTATION_REPORT, Document, PdfBody
from caducee.model.environment import Environment
from caducee.model.identity import Sex, Traits
from caducee.model.patient import Patient
from caducee_dmp import DMP, Dmp, plugin
from caducee_dmp.config import DmpConfig
from caducee_dmp.destination import Step
from caducee_dmp.prerequisites import PREREQUISITES
from caducee_dmp.record.api import KEEPER, SHARED_RECORD


class Elsewhere(Destination, frozen=True):
    kind = "elsewhere"


@pytest.fixture
def hooks() -> Any:
    manager = pluggy.PluginManager("caducee")
    manager.add_hookspecs(HookSpecs)
    manager.register(plugin)
    manager.check_pending()
    return manager.hook


def document(title: str = "Lettre") -> Document:
    traits = Traits(birth_name="NESSI-TEST", given_names=("JEANNE",), sex=Sex.FEMALE, birth_date="1975-03-12")
    return Document(
        local_id="1",
        patient=Patient(local_id="P1", traits=traits),
        author="roux",
        type=CONSULTATION_REPORT,
        title=title,
        body=PdfBody(b"%PDF"),
        created="20261125083000+0100",
        service_start="20261125083000+0100",
    )


class Registered:
    def __init__(self) -> None:
        self.calls: list[object] = []

    def config(self, config: type[msgspec.Struct]) -> None:
        self.calls.append(config)

    def state(self, spec: object) -> None:
        self.calls.append(spec)

    def requires(self, *prerequisites: object) -> None:
        self.calls.append(prerequisites)

    def needs(self, *needs: object) -> None:
        self.calls.append(needs)

    def service(self, key: object, factory: object) -> None:
        self.calls.append((key, factory))

    def destination(self, destination: object, factory: object, *, at_once: int = 1) -> None:
        self.calls.append((destination, factory))


def test_configuration_service_and_destination_are_registered(hooks: Any) -> None:
    registrar = Registered()
    hooks.caducee_register(registrar=registrar)
    assert registrar.calls == [
        DmpConfig,
        StateSpec(),
        PREREQUISITES,
        (Need.SIGNATURE, Need.AUTHENTICATION, Need.OPPOSITIONS),
        (DMP, plugin.serve),
        (SHARED_RECORD, plugin.follow),
        (KEEPER, plugin.keep),
        (Dmp, plugin.deliver),
    ]


FACTS = Facts(destinations=(Elsewhere(), Dmp()), environment=Environment.SANDBOX)


HIDES = UntilTold(hidden=Dmp(Step.HIDDEN), shown=Dmp(Step.SHOW))


def test_only_the_dmp_is_served_for_a_qualified_identity_that_has_been_told(hooks: Any) -> None:
    assert hooks.caducee_route(document=document(), facts=FACTS) == [
        [Route(destination=Dmp(), needs_qualified_ins=True, waits_for_announcement=True, until_told=HIDES)]
    ]


def test_a_document_without_title_is_said_at_the_desk(hooks: Any) -> None:
    (findings,) = hooks.caducee_validate(document=document(" "), destination=Dmp(), facts=FACTS)
    assert [finding.field for finding in findings] == ["title"]
    assert hooks.caducee_validate(document=document(" "), destination=Elsewhere(), facts=FACTS) == [[]]
    assert hooks.caducee_validate(document=document(), destination=Dmp(), facts=FACTS) == [[]]


def test_failures_of_other_destinations_are_not_judged(hooks: Any) -> None:
    failure = Failure(code="dmp.no_dmp", retry="never", during="prepare")
    assert hooks.caducee_classify(kind="elsewhere", failure=failure) is None
    assert hooks.caducee_classify(kind="dmp", failure=failure) == Verdict(VerdictKind.NOT_APPLICABLE, "no_dmp")


def test_codes_are_explained(hooks: Any) -> None:
    assert hooks.caducee_explain(code="dmp.closed") is not None
    assert hooks.caducee_explain(code="other") is None


GIVEN = {
    "url": "https://dmp.example/services",
    "lps": {"id": "01.00", "name": "LGC", "version": "1.0", "homologation": "N", "oid": "1.2.250.1.999.1.1"},
}


def test_the_configuration_needs_an_address_and_the_software() -> None:
    config = msgspec.convert(GIVEN, DmpConfig)
    assert config.dsg.digest == "sha1"
    assert config.vihf.mode_attribute == "Authentification_mode"
    assert [config.processing(e) for e in Environment] == ["D", "D", "P"]


@pytest.mark.parametrize(
    "wrong",
    [{"urll": "x"}, {"url": "http://dmp.example"}, {"dsg": {"digest": "md5"}}, {"vihf": {"mode": "x"}}, {"lps": {}}],
)
def test_a_configuration_with_a_typo_is_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert({**GIVEN, **wrong}, DmpConfig)
