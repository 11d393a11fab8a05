"""What every PDF/A-1b file has beside its pages: its claim, what its colours mean, nothing that runs."""

from __future__ import annotations

import io
import re
from typing import Any
from xml.sax.saxutils import escape

from caducee.pdfa.colour import srgb_profile
from caducee.pdfa.needs import need

_XMP = """<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description rdf:about="" xmlns:pdfaid="http://www.aiim.org/pdfa/ns/id/">
<pdfaid:part>1</pdfaid:part><pdfaid:conformance>B</pdfaid:conformance></rdf:Description>{title}
</rdf:RDF></x:xmpmeta>
<?xpacket end="w"?>"""
_TITLE = """
<rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title><rdf:Alt>
<rdf:li xml:lang="x-default">{title}</rdf:li></rdf:Alt></dc:title></rdf:Description>"""
_DROPPED = (
    "/AA",
    "/AF",
    "/OpenAction",
    "/AcroForm",
    "/PieceInfo",
    "/OutputIntents",
    "/Version",
    "/Extensions",
    "/Collection",
    "/Perms",
    "/Requirements",
)
_FORBIDDEN = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def finished(pdf: Any, title: str) -> bytes:
    """Return the file: PDF 1.4, no object streams, no dates, an identifier made of the content.

    Its title is the one given.
    """
    pikepdf = need("pikepdf")
    root = pdf.Root
    for name in _DROPPED:
        if name in root:
            del root[name]
    _keep_destinations(root)
    title = _FORBIDDEN.sub("", title).strip()
    words = _XMP.format(title=_TITLE.format(title=escape(title)) if title else "").encode()
    root.Metadata = pikepdf.Stream(pdf, words, Type=pikepdf.Name.Metadata, Subtype=pikepdf.Name.XML)
    profile = pikepdf.Stream(pdf, srgb_profile(), N=3, Alternate=pikepdf.Name.DeviceRGB)
    intent = pikepdf.Dictionary(
        Type=pikepdf.Name.OutputIntent,
        S=pikepdf.Name.GTS_PDFA1,
        OutputConditionIdentifier="sRGB IEC61966-2.1",
        Info="sRGB IEC61966-2.1",
        DestOutputProfile=pdf.make_indirect(profile),
    )
    root.OutputIntents = pikepdf.Array([pdf.make_indirect(intent)])
    if "/Info" in pdf.trailer:
        del pdf.trailer["/Info"]
    out = io.BytesIO()
    pdf.save(
        out,
        force_version="1.4",
        object_stream_mode=pikepdf.ObjectStreamMode.disable,
        stream_decode_level=pikepdf.StreamDecodeLevel.generalized,
        compress_streams=True,
        deterministic_id=True,
        encryption=False,
    )
    return out.getvalue()


def _keep_destinations(root: Any) -> None:
    """Of the names of a document only those of places in it are kept, which links go to."""
    names = root.get("/Names")
    for name in list(names.keys()) if names is not None else ():
        if name != "/Dests":
            del names[name]


def title_of(pdf: Any) -> str:
    """Return the title that a document has; empty where it has none."""
    return str(pdf.trailer.get("/Info", {}).get("/Title", ""))
