"""Where an operator's servers are: DNS SRV of the address's domain (RFC 2782, 6186, 8314).

Answers of the DNS are not authenticated: what protects is that the server found must show a certificate of the
network's own authorities for the name that the answer gave.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from typing import TYPE_CHECKING

import msgspec

from caducee.errors import ConnectFailed, ProtocolViolation, Timeout
from caducee_mss.errors import SERVICE
from caducee_mss.transport.server import MailServer, Security

if TYPE_CHECKING:
    from dns.asyncresolver import Resolver
    from dns.rdtypes.IN.SRV import SRV


class SrvLabel(msgspec.Struct, frozen=True):
    """A label that may be asked for, and how TLS begins with the servers found under it."""

    label: str
    security: Security


# Which labels the network uses is not public (assumed): those of the RFCs, STARTTLS first as its documents describe.
SUBMISSION_LABELS = (
    SrvLabel("_submission._tcp", Security.STARTTLS),
    SrvLabel("_submissions._tcp", Security.IMPLICIT),
)
IMAP_LABELS = (
    SrvLabel("_imap._tcp", Security.STARTTLS),
    SrvLabel("_imaps._tcp", Security.IMPLICIT),
)


async def discover(
    domain: str, *, labels: Sequence[SrvLabel], resolver: Resolver | None = None, within: float = 10.0
) -> tuple[MailServer, ...]:
    """Return the servers of a domain in the order in which they are to be tried, never none.

    A later label is asked for only when the ones before have no answer.

    Raises:
        ConnectFailed: the domain announces no server, or says that it has none.
        Timeout: no name server answers.
        ProtocolViolation: the domain or the answer is not one.
    """
    from dns.exception import DNSException

    try:
        for label in labels:
            records = await _ask(f"{label.label}.{domain}", resolver, within)
            if servers := tuple(_server(record, label.security) for record in _in_order(records)):
                return servers
    except DNSException as error:
        raise ProtocolViolation(
            SERVICE, f"the address's domain cannot be asked about ({type(error).__name__})"
        ) from None
    raise ConnectFailed(SERVICE, "the address's domain announces no mail server")


async def _ask(name: str, resolver: Resolver | None, within: float) -> list[SRV]:
    import dns.asyncbackend
    import dns.asyncresolver
    import dns.resolver

    # Named each time: the one found first is otherwise used for the life of the process.
    backend = dns.asyncbackend.get_backend(dns.asyncbackend.sniff())
    asked = resolver or dns.asyncresolver.get_default_resolver()
    try:
        answer = await asked.resolve(name, "SRV", search=False, lifetime=within, backend=backend)
    except (dns.resolver.NXDOMAIN, dns.resolver.NoAnswer):
        return []
    except (dns.resolver.LifetimeTimeout, dns.resolver.NoNameservers):
        raise Timeout(SERVICE, "no name server answers") from None
    # A target of "." says: no such service here (RFC 2782).
    return [record for record in answer if record.target.to_text() != "."]


def _in_order(records: Sequence[SRV]) -> list[SRV]:
    """Sort by priority; within one, draw by weight."""
    drawn: list[SRV] = []
    rest = sorted(records, key=lambda record: record.priority)
    while rest:
        same = [record for record in rest if record.priority == rest[0].priority]
        # A weight of 0 still has its small chance.
        chosen = random.choices(same, [record.weight or 0.1 for record in same])[0]  # noqa: S311 - no secret
        rest.remove(chosen)
        drawn.append(chosen)
    return drawn


def _server(record: SRV, security: Security) -> MailServer:
    return MailServer(record.target.to_text(omit_final_dot=True).lower(), record.port, security)
