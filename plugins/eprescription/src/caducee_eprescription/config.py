"""``[plugins.eprescription]``."""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec

Seconds = Annotated[float, msgspec.Meta(gt=0)]


class EPrescriptionConfig(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Where the national base is, and how long the desk waits.

    ``profile`` is how it is spoken to: the real service is under agreement and not public, so there is only the
    simulated one (HTTPS, mutual TLS by the prescriber's certificate, JSON). ``decide_within`` is the longest that
    ``issue`` waits for the base before the paper goes without a code. ``follow_every`` is how often a followed
    prescription is asked for, ``watch_every`` and ``watch_for`` how often and how long a prescription that stayed local
    is looked for at the base. ``template`` is the vendor's own page (typst) in place of ours,
    ``letterhead`` a picture (JPEG, PNG or TIFF) at the top of ours.
    ``products`` is the file that ``caducee rx products`` made. ``checks``
    names what other products check (drug safety), by entry point. Times in seconds.
    """

    url: Annotated[str, msgspec.Meta(pattern=r"^https://\S+$")]
    profile: Literal["simulated"] = "simulated"
    decide_within: Seconds = 5.0
    follow_every: Seconds = 60.0
    watch_every: Seconds = 60.0
    watch_for: Seconds = 86_400.0
    connect_timeout: Seconds = 2.0
    answer_timeout: Seconds = 10.0
    products: str = ""
    template: str = ""
    letterhead: str = ""
    checks: tuple[str, ...] = ()
