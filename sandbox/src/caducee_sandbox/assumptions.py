"""What the sandbox does that no public text confirms. ``caducee sandbox assumptions`` lists it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Assumption:
    """One assumed behaviour: where it applies, what is assumed, and why it could not be known."""

    id: str
    where: str
    assumed: str
    because: str


def _all(*rows: tuple[str, str, str, str]) -> tuple[Assumption, ...]:
    return tuple(Assumption(id=i, where=w, assumed=a, because=b) for i, w, a, b in rows)


NO_TEXT = "No public text says it; the official guide is given under contract."

ASSUMPTIONS = _all(
    (
        "insi-oid",
        "INSi answers",
        "Every identity has the test OID 1.2.250.1.213.1.4.10.",
        "The qualification service gives .8 and .9 to its fictitious people; here nobody can be taken for real.",
    ),
    ("insi-action", "INSi", "An unknown action or body gives siram_40/desir_1020.", NO_TEXT),
    (
        "insi-cn",
        "INSi",
        "desir_560 (certificate not admitted) has the class siram_100.",
        "Only its detail code is known.",
    ),
    (
        "insi-doors",
        "INSi",
        "Three ports: certificate, signed assertion, unsigned one of a log-in with or without Bearer; else desir_561.",
        "One URL for each transport is known; how a log-in travels, and the code of a bad assertion, are not.",
    ),
    (
        "insi-burst",
        "INSi",
        "The forty-first different person within a minute gives siram_100/insi_90.",
        "Bulk retrieval is forbidden; how the service sees it is not public.",
    ),
    (
        "insi-card",
        "INSi, WS_INS1",
        "An individual number decides alone; else holder, birth date as on the card, and rank. insi_30 to 32 refuse.",
        "How the service matches is not public; the codes are invented.",
    ),
    (
        "insi-unit",
        "INSi, WS_INS3",
        "The whole operation: 00 when matricule and traits are those of one person, 01 otherwise.",
        "Only names inside its request and the namespace of its answer are known.",
    ),
    (
        "insi-lots",
        "INSi, WS_INS4 and WS_INS5",
        "Lots are JSON under /lots/NAME, ready at the second fetch; now and then 429 asks to come back after 1 s.",
        "Nothing of the wire form is public.",
    ),
    (
        "adri",
        "ADRi",
        "The answer is Droits of urn:caducee:assumed:adri; adri_10 to 12 refuse, FASIBEN when the person is not known.",
        "The request is known, the answer is not.",
    ),
    (
        "apcv",
        "Appli carte Vitale",
        "The phone shows ESSAI: and a matricule; the answer holds INS and traits; apcv_10 and 11 refuse.",
        "The requests are known, what a phone shows and the patient's data in the answer are not.",
    ),
    ("insi-context", "INSi", "A context or header that is wrong gives siram_100/desir_500.", NO_TEXT),
    (
        "insi-fields",
        "INSi",
        "insi_20, 21, 22, 25 and 26 refuse the body, name, given name, date and place.",
        "Only insi_24 (sex) and insi_102 are known; the other numbers are invented.",
    ),
    (
        "insi-match",
        "INSi",
        "Name, sex and date must be equal, the asked given names must begin the stored list, "
        "and the place counts only when sent.",
        "It fits every published case; the rule itself is not public.",
    ),
    ("insi-software", "INSi", "The only authorised software number is NUMAUTOSIMU1.", "Invented for the sandbox."),
    ("dmp-order", "DMP, VIHF", "The order of the checks and the fault that each gives.", NO_TEXT),
    (
        "dmp-http",
        "DMP",
        "A SOAP fault has the HTTP status 500.",
        "The SOAP binding gives 400 for Sender; what the DMP does is unknown.",
    ),
    (
        "dmp-vihf-codes",
        "DMP, VIHF",
        "A wrong VIHF gives the subcode DMPInvalidVIHF.",
        "Only texts of such faults are known.",
    ),
    (
        "dmp-addressing",
        "DMP",
        "A missing addressing header gives the subcode MessageAddressingHeaderRequired.",
        "Only its text was seen.",
    ),
    ("dmp-schema", "DMP", "A message that its schema refuses gives the subcode DMPInvalidMessage.", NO_TEXT),
    ("dmp-action", "DMP", "An action that its path does not serve gives the subcode ActionNotSupported.", NO_TEXT),
    (
        "dmp-set-refusals",
        "DMP, TD2.1",
        "XDSRepositoryMetadataError for metadata that break a rule or contradict the CDA, "
        "XDSUnknownPatientId for an unknown patient or a closed record, InvalidDocumentContent for a document or set "
        "signature that is wrong, XDSNonIdenticalHash and XDSNonIdenticalSize for the parts.",
        "These are IHE codes; which of them the DMP uses is unknown.",
    ),
    (
        "dmp-set-signer",
        "DMP, TD2.1",
        "A set signed by a certificate other than the author's SIGN one gives DMPInvalidCertificate.",
        "Seen for a VIHF only.",
    ),
    (
        "dmp-set-sha256",
        "DMP, TD2.1",
        "The set signature may use RSA-SHA256 and SHA-256 digests beside SHA-1.",
        "Every public example uses SHA-1.",
    ),
    (
        "dmp-cda",
        "DMP, TD2.1",
        "Each attribute derived from the CDA header must be equal to it.",
        "Probable; the list is not public.",
    ),
    (
        "dmp-utc",
        "DMP, TD2.1",
        "An hour in metadata is UTC; a CDA time without offset is taken as UTC.",
        "The rule for a missing offset is not public.",
    ),
    (
        "dmp-feed-answer",
        "DMP, TD2.1",
        "The answer is plain SOAP, not multipart.",
        "Multipart answers were reported for TD3.2 only.",
    ),
    ("dmp-realm", "DMP", "Only matricules of the test realm exist.", "A choice of the sandbox."),
    (
        "dmp-consent",
        "DMP, TD3.1 and TD3.2",
        "Consultation without the patient's authorisation gives DMPAccessDeniedByRightsService.",
        "The rule is known, its code for this case is not.",
    ),
    (
        "dmp-rights",
        "DMP",
        "A right that the sheets do not give is refused with DMPAccessDeniedByRightsService, before anything else.",
        "The sheets are informative; which answer each refusal gives is not public.",
    ),
    (
        "dmp-own",
        "DMP, TD3.3",
        "The author of a document may change it without the patient's authorisation to consult.",
        "A public text says it of deleting in the feeding profile only.",
    ),
    (
        "dmp-update-codes",
        "DMP, TD3.3",
        "XDSMetadataUpdateError for what may not change, XDSMetadataUpdateOperationError for an impossible status, "
        "XDSMetadataVersionError for another PreviousVersion than the present one.",
        "These are IHE codes; which of them the DMP uses is unknown.",
    ),
    (
        "dmp-show-only",
        "DMP, TD3.3b",
        "Visibility is given and never taken back: only MASQUE_PS may be added to a document that is there.",
        "The transaction is named for making visible.",
    ),
    (
        "dmp-versions",
        "DMP, TD3.1",
        "A former version of metadata is Deprecated, found by its entryUUID only; a change of status keeps the "
        "entryUUID.",
        "Stated for versions in general, not for each query.",
    ),
    (
        "dmp-batch",
        "DMP, TD3.1",
        "More than 20 identifiers in one query give XDSTooManyResults; an answer has no limit unless a lever sets one.",
        "20 is a recommendation of a draft; the limits of the DMP are not public.",
    ),
    (
        "dmp-reason",
        "DMP, VIHF",
        "The reason of bris_de_glace is an attribute Mode_Acces_Raison, and missing it gives DMPInvalidVIHF.",
        "The name is probable; no message that carries it was seen.",
    ),
    (
        "dmp-secret",
        "DMP, VIHF",
        "The confidentiality-code attribute is accepted in any form and changes nothing.",
        "The form of the secret connection is not public.",
    ),
    (
        "dmp-air",
        "DMP, VIHF",
        "INDIRECTE_RENFORCEE is checked as INDIRECTE is; AuthnContextDecl is not looked at.",
        "What is checked is not public.",
    ),
    (
        "dmp-folders",
        "DMP, TD2.1",
        "A set may open folders, which are kept and given back with their set.",
        "No public text shows the DMP taking a folder.",
    ),
    (
        "dmp-employee",
        "DMP, TD2.2",
        "An employee's card (CPE) is a person with one role, SECRETARIAT_MEDICAL, whose identifier has a slash.",
        "The identifier of such cards is described for the set's author only.",
    ),
    (
        "dmp-notices",
        "DMP, patients",
        "The patient is told of documents added, read, changed, of authorisations, and of emergency accesses with "
        "their reason; a lever shows it.",
        "Mon espace santé tells patients; its messages are not public.",
    ),
    (
        "dmp-implied",
        "DMP, TD0.4 and TD1.6",
        "Professionals whom a record of the sandbox lets in from the start are not listed until they declare it.",
        "A choice of the sandbox.",
    ),
    (
        "dmp-search",
        "DMP, TD0.5",
        "A name fits whatever its case, accents and hyphens; the match is 100 % when every trait was given, else 80 %.",
        "How the DMP compares is not public.",
    ),
    (
        "dmp-quirks",
        "DMP",
        "Levers disguise answers (prefixes, multipart, character set) and narrow what is accepted; clock_skew refuses "
        "every assertion.",
        "Each was met in the field; none is said of the DMP at a date.",
    ),
    (
        "dmp-hours",
        "DMP, VIHF",
        "Conditions are held to the clock of the sandbox. Once a lever has moved it, an IssueInstant more than 60 s "
        "away is refused as DMPInvalidVIHF; before, its date is not looked at.",
        "How far clocks may differ, and the code of such a refusal, are not public.",
    ),
    (
        "clock",
        "All services",
        "Every answer of a judged exchange says its date; the lever moves the clock of all services together.",
        "HTTP asks it of servers that have a clock.",
    ),
    (
        "dmp-masked",
        "DMP, TD3.1",
        "A document masked to professionals is listed to its author only.",
        "The server decides; its rule is summarised in an information sheet only.",
    ),
    (
        "dmp-closed",
        "DMP, TD0.2",
        "Terminated and unknown records are told as statusCode terminated and queryResponseCode NF, both with AA.",
        "The full answers are not public.",
    ),
    (
        "dmp-unsigned",
        "DMP, VIHF",
        "In DIRECTE an unsigned VIHF is accepted.",
        "The official samples are unsigned; an obligation may exist in the guide.",
    ),
    (
        "dmp-seal",
        "DMP, VIHF",
        "In INDIRECTE the seal's subject is that of the TLS certificate.",
        "Stated by a public example of the ANS, not by the guide.",
    ),
    ("dmp-limits", "DMP", "No limit of size or rate, except 100 MB for one request.", NO_TEXT),
    (
        "mail-interface",
        "Mail",
        "An operator is an SMTP submission server and an IMAP server, with STARTTLS and with implicit TLS.",
        "The reference document of mail clients is known second-hand only.",
    ),
    (
        "mail-application",
        "Mail, application box",
        "The software certificate is enough to submit; IMAP wants SASL EXTERNAL. No other certificate opens a box.",
        "The SASL step depends on the operator.",
    ),
    (
        "mail-refused-token",
        "Mail, log-in",
        "A refused token gets a JSON challenge, then 535 or NO after an empty line, or a closed connection.",
        "Seen at one operator; the payload is that of a common server.",
    ),
    (
        "mail-rules",
        "Mail, submission",
        "A message that breaks a rule of headers, subject, patient or archive is refused with 554 5.7.1.",
        "The rules are known; whether operators enforce each of them is not.",
    ),
    (
        "mail-domains",
        "Mail, submission",
        "A recipient outside the trust list is refused at RCPT with 550 5.7.1.",
        "The code that operators use is not public.",
    ),
    (
        "mail-patients",
        "Mail, patients",
        "A patient has a mailbox when the DMP record is active; closed and unknown ones come back as a failed report.",
        "The texts of the returns of Mon espace santé are not public; the status codes are ours.",
    ),
    (
        "mail-patient-answers",
        "Mail, patients",
        "A patient answers a professional's mail only, to Reply-To when there is one, and not after X-MSS-MES: FIN.",
        "Described for users, not specified for clients.",
    ),
    (
        "mail-domain-names",
        "Mail",
        "Addresses are below test.mssante.fr.",
        "No test domain of patients is public; these exist in the sandbox only.",
    ),
    (
        "psc-approval",
        "Pro Santé Connect",
        "Whoever has the control address approves a log-in, in place of the e-CPS or the card.",
        "The real approval happens on a telephone or in CPS-Gestion.",
    ),
    (
        "psc-redirect",
        "Pro Santé Connect",
        "Any loopback port of 127.0.0.1 is accepted as redirect address.",
        "RFC 8252 asks for it; whether the real provider registers one address or any port is unknown.",
    ),
    (
        "psc-rotation",
        "Pro Santé Connect",
        "Each refresh gives another refresh token, and one that is used twice ends the session.",
        "Usual for such providers and the harsher case; the real setting is unknown.",
    ),
    (
        "psc-structure",
        "Pro Santé Connect",
        "identifiantTechniqueDeLaStructure and SubjectOrganizationID are the Struct_IdNat of the structure.",
        "The fields are known from samples, what they hold for a practice without FINESS is not.",
    ),
    (
        "psc-lives",
        "Pro Santé Connect",
        "Access tokens live 120 s, refresh tokens 1800 s, sessions 4 h.",
        "Public texts give these and others.",
    ),
    (
        "psc-opaque",
        "Pro Santé Connect",
        "Access tokens are opaque.",
        "The real ones are signed tokens; no client may read them.",
    ),
    (
        "tp-interface",
        "Third-party payment",
        "The concentrator takes lots and gives receipts, returns and statements as JSON of the sandbox's own.",
        "No concentrator has a public interface; B2 and NOEMIE are read and written apart.",
    ),
    (
        "tp-habits",
        "Third-party payment",
        "Delays, chances of reject, grouped wires, labels repeated by the bank, retentions: invented.",
        "What payers really do is known from users only.",
    ),
    (
        "tp-codes",
        "Third-party payment",
        "Reject codes 9001-001 to 9005-001 and the receipt code E12.",
        "The code tables are given under contract; these have their form and mean nothing elsewhere.",
    ),
    (
        "tp-advance",
        "Third-party payment",
        "The concentrator pays at D+1 or D+6, receives the payer's wire in the practice's place, and takes refused "
        "advances back from its next wire.",
        "The offer is known from the press; how it is booked is not.",
    ),
    (
        "tp-link",
        "Payment link",
        "The provider signs its messages with HMAC-SHA-256 and keeps 0.40 EUR of 25.",
        "A provider of ours; real ones have their own.",
    ),
    (
        "card-pin-files",
        "Virtual card",
        "The card's keys are files of the state folder.",
        "The module is a simulation; a real key never leaves the card.",
    ),
    (
        "erx-all",
        "Base of prescriptions",
        "Addresses, JSON, refusals and their codes, who may see what: the whole service is invented.",
        "Its specifications are given under agreement by the GIE SESAM-Vitale.",
    ),
    (
        "erx-number",
        "Base of prescriptions",
        "Numbers have the prefix 99, which no real one has, and a remainder by 1021 as their check.",
        "The rule SEL-SFG-023 is not public.",
    ),
    (
        "erx-caller",
        "Base of prescriptions",
        "The professional is known by the certificate of the card, in TLS; only professions 10, 40 and 50 prescribe.",
        NO_TEXT,
    ),
    (
        "erx-products",
        "Base of prescriptions",
        "A CIS has 8 digits, a CIP 13; 60000000 stands for a product that the base does not know.",
        "What the base compares products with is not public.",
    ),
    (
        "erx-status",
        "Base of prescriptions",
        "Existence and status are told to the author whatever the patient says; executions are not when opposed.",
        NO_TEXT,
    ),
    (
        "erx-pharmacy",
        "Pharmacist's page",
        "Plain HTTP on loopback, without a log-in; one invented pharmacy.",
        "It stands for the software of a pharmacy, which has its own approval.",
    ),
    (
        "erx-deliveries",
        "Pharmacist's page",
        "Each line is delivered once, and once more for each renewal; a partial delivery leaves it open. A "
        "substitution that the prescriber excluded is refused, and so is what another delivery overtook.",
        NO_TEXT,
    ),
    (
        "annuaire-name",
        "Directory",
        "Practitioner takes the criterion name, which searches each of its words.",
        "Public lists of the criteria break off; this one was not seen.",
    ),
    (
        "annuaire-refusals",
        "Directory",
        "No key gives 401, a wrong one 403, an unknown criterion 400 with code not-supported and a text that names it.",
        "The statuses are listed; which belongs to which, and the codes, were seen for one criterion only.",
    ),
    (
        "annuaire-quota",
        "Directory",
        "The eighteenth call within a second gives 429 with Retry-After: 1.",
        "The quota of 17 a second is public, the answer beyond it is not.",
    ),
    (
        "annuaire-cursor",
        "Directory",
        "A next link is whole, on the same server, and carries the criteria beside an opaque _page_token.",
        "Drafts show the parameter; the form of the links is not told.",
    ),
    (
        "annuaire-name-extension",
        "Directory",
        "A name that a person's resource lacks stands in an extension as-ext-name of the place of practice.",
        "Published reports say that it is in an extension of the role; the form here is one of those seen.",
    ),
    (
        "annuaire-codes",
        "Directory",
        "Profession is a qualification in TRE_G15, specialty a code of the place in TRE_R38.",
        "The profiles were not read; clients look in both places.",
    ),
    (
        "annuaire-extraction",
        "Extraction file",
        "The box types, « O » for documents without paper, and postal code with city in the line before it.",
        "Three independent readers agree on the columns; nobody says the values.",
    ),
)
