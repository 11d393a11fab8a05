"""Each code that a public text names is known: what follows, and a French sentence."""

from __future__ import annotations

import pytest

from caducee_dmp.errors import explain, known_codes

NAMED = (
    "DMPFound",
    "DMPClosed",
    "DMPPatientAccessAlreadyExists",
    "DMPPatientAccessOTPAlreadyExists",
    "DMPIdentityCertificationFailure",
    "DMPInvalidCertificate",
    "DMPAccessDeniedByRightsService",
    "XDSDocumentUniqueIdError",
    "XDSPatientIdDoesNotMatch",
    "XDSUnknownPatientId",
    "XDSMissingDocument",
    "XDSMissingDocumentMetadata",
    "XDSRegistryError",
    "XDSRepositoryError",
    "XDSRegistryMetadataError",
    "XDSRepositoryMetadataError",
    "XDSRegistryDuplicateUniqueIdInMessage",
    "XDSRepositoryDuplicateUniqueIdInMessage",
    "XDSDuplicateUniqueIdInRegistry",
    "XDSNonIdenticalHash",
    "XDSNonIdenticalSize",
    "XDSRegistryBusy",
    "XDSRepositoryBusy",
    "XDSRegistryNotAvailable",
    "XDSRegistryOutOfResources",
    "XDSRepositoryOutOfResources",
    "XDSTooManyResults",
    "XDSExtraMetadataNotSaved",
    "XDSUnknownStoredQuery",
    "XDSStoredQueryMissingParam",
    "XDSStoredQueryParamNumber",
    "XDSRegistryDeprecatedDocumentError",
    "XDSUnknownRepositoryId",
    "XDSMetadataUpdateError",
    "XDSMetadataUpdateOperationError",
    "XDSMetadataVersionError",
    "InvalidDocumentContent",
)
AGAIN = {
    "XDSRegistryBusy",
    "XDSRepositoryBusy",
    "XDSRegistryNotAvailable",
    "XDSRegistryOutOfResources",
    "XDSRepositoryOutOfResources",
    "DMPServiceUnavailable",
}


@pytest.mark.parametrize("code", NAMED)
def test_a_named_code_is_explained_in_french(code: str) -> None:
    found = explain(code)
    assert found is not None
    assert found.sentence.endswith(".")
    assert found.remedy


def test_only_a_service_that_is_busy_or_away_is_asked_again() -> None:
    assert {code for code, known in known_codes().items() if known.then == "retry"} == AGAIN


def test_every_code_says_what_follows() -> None:
    assert {known.then for known in known_codes().values()} == {"retry", "reject", "operator"}


def test_a_code_that_nobody_named_is_left_to_the_service_own_words() -> None:
    assert explain("DMPSomethingNew") is None
