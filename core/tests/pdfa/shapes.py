"""Files that test what a PDF can be: one page of text, changed in one respect each. Everything is invented."""

from __future__ import annotations

import io
from collections.abc import Callable

import pikepdf
import pypdfium2
import typst
from pikepdf import Array, Dictionary, Name, Stream
from PIL import Image

CYAN = Dictionary(FunctionType=2, Domain=[0, 1], C0=[0, 0, 0, 0], C1=[1, 0, 0, 0], N=1)


def plain(pages: int = 1, *, standard: str = "1.7") -> bytes:
    page = '= Page {}\nBonjour #text(font: "DejaVu Sans Mono")[docteur]\n'
    source = "#pagebreak()\n".join(page.format(number) for number in range(pages))
    made: bytes = typst.compile(source.encode(), format="pdf", ignore_system_fonts=True, pdf_standards=[standard])
    return made


def changed(change: Callable[[pikepdf.Pdf], object], source: bytes | None = None, **how: object) -> bytes:
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(source or plain())) as pdf:
        change(pdf)
        pdf.save(out, **how)
    return out.getvalue()


def seen(pdf: bytes, page: int = 0, scale: float = 1) -> Image.Image:
    document = pypdfium2.PdfDocument(pdf)
    try:
        document.init_forms()
        return document[page].render(scale=scale, may_draw_forms=True).to_pil().convert("RGB")
    finally:
        document.close()


def commands(text: bytes) -> Callable[[pikepdf.Pdf], object]:
    return lambda pdf: pdf.pages[0].contents_add(text)


def resource(kind: str, name: str, value: Callable[[pikepdf.Pdf], object], text: bytes = b"") -> Callable[..., object]:
    def change(pdf: pikepdf.Pdf) -> None:
        resources = pdf.pages[0].Resources
        if kind not in resources:
            resources[kind] = Dictionary()
        resources[kind][name] = value(pdf)
        pdf.pages[0].contents_add(text)

    return change


def drawing(**keys: object) -> Callable[..., object]:
    form = {"Type": Name.XObject, "Subtype": Name.Form, "BBox": [0, 0, 60, 60], "Resources": Dictionary(), **keys}
    return resource("/XObject", "/X", lambda pdf: pdf.make_stream(b"1 0 0 rg 0 0 60 60 re f", **form), b"/X Do")


def image(**keys: object) -> Callable[..., object]:
    form = {
        "Type": Name.XObject,
        "Subtype": Name.Image,
        "Width": 16,
        "Height": 16,
        "BitsPerComponent": 8,
        "ColorSpace": Name.DeviceRGB,
        **keys,
    }
    draw = b"q 90 0 0 90 100 100 cm /I Do Q"
    return resource("/XObject", "/I", lambda pdf: pdf.make_stream(bytes(range(256)) * 3, **form), draw)


def state(**keys: object) -> Callable[..., object]:
    return resource("/ExtGState", "/G", lambda pdf: Dictionary(Type=Name.ExtGState, **keys), b"/G gs")


def annotation(**keys: object) -> Callable[[pikepdf.Pdf], None]:
    def change(pdf: pikepdf.Pdf) -> None:
        one = Dictionary(Type=Name.Annot, Rect=[100, 100, 200, 200], **keys)
        pdf.pages[0].Annots = Array([pdf.make_indirect(one)])

    return change


def stamp(pdf: pikepdf.Pdf) -> None:
    look = pdf.make_stream(b"1 0 0 rg 0 0 100 100 re f", Type=Name.XObject, Subtype=Name.Form, BBox=[0, 0, 100, 100])
    annotation(Subtype=Name.Stamp, F=4, AP=Dictionary(N=look))(pdf)


def field(pdf: pikepdf.Pdf) -> None:
    annotation(Subtype=Name.Widget, FT=Name.Tx, T="nom", V="REMPLI", DA="/Helv 30 Tf 0 g", F=4)(pdf)
    helvetica = Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica)
    fields = Array([pdf.pages[0].Annots[0]])
    fonts = Dictionary(Font=Dictionary(Helv=helvetica))
    pdf.Root.AcroForm = Dictionary(Fields=fields, NeedAppearances=True, DR=fonts)


def signed(pdf: pikepdf.Pdf) -> None:
    annotation(Subtype=Name.Widget, FT=Name.Sig, T="s", F=132, V=Dictionary(Type=Name.Sig))(pdf)
    pdf.Root.AcroForm = Dictionary(Fields=Array([pdf.pages[0].Annots[0]]), SigFlags=3)


def layered(pdf: pikepdf.Pdf) -> None:
    layer = pdf.make_indirect(Dictionary(Type=Name.OCG, Name="a"))
    pdf.Root.OCProperties = Dictionary(OCGs=[layer], D=Dictionary(OFF=[layer]))
    resource("/Properties", "/L", lambda _: layer, b"/OC /L BDC 1 0 0 rg 0 0 300 300 re f EMC")(pdf)


def core_font(text: bytes) -> Callable[..., object]:
    def font(pdf: pikepdf.Pdf) -> object:
        return pdf.make_indirect(Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica))

    return resource("/Font", "/Core", font, text)


def glyphs_in_press_colours(pdf: pikepdf.Pdf) -> object:
    font = Dictionary(
        Type=Name.Font,
        Subtype=Name.Type3,
        FontBBox=[0, 0, 1000, 1000],
        FontMatrix=[0.001, 0, 0, 0.001, 0, 0],
        FirstChar=97,
        LastChar=97,
        Widths=[1000],
        Encoding=Dictionary(Type=Name.Encoding, Differences=[97, Name.a]),
        Resources=Dictionary(),
        CharProcs=Dictionary(a=pdf.make_stream(b"1000 0 d0 0 1 1 0 k 0 0 800 800 re f")),
    )
    return resource("/Font", "/T", lambda _: pdf.make_indirect(font), b"BT /T 24 Tf 100 300 Td (aaa) Tj ET")(pdf)


def pattern(pdf: pikepdf.Pdf) -> Stream:
    return pdf.make_stream(
        b"0 1 1 0 k 0 0 5 5 re f",
        Type=Name.Pattern,
        PatternType=1,
        PaintType=1,
        TilingType=1,
        BBox=[0, 0, 10, 10],
        XStep=10,
        YStep=10,
        Resources=Dictionary(),
    )


def attached(pdf: pikepdf.Pdf) -> None:
    pdf.attachments["annexe.txt"] = pikepdf.AttachedFileSpec(pdf, b"x", filename="annexe.txt")


def script(pdf: pikepdf.Pdf) -> None:
    action = Dictionary(S=Name.JavaScript, JS="1")
    pdf.Root.OpenAction = action
    pdf.pages[0].AA = Dictionary(O=action)
    with pdf.open_outline() as outline:
        outline.root.append(pikepdf.OutlineItem("Signet", action=Dictionary(S=Name.JavaScript, JS="1")))


def no_widths(pdf: pikepdf.Pdf) -> None:
    for one in pdf.objects:
        if isinstance(one, Dictionary) and "/W" in one:
            one.W = Array([0, 9000, 123])


SHADING = Dictionary(ShadingType=2, ColorSpace=Name.DeviceCMYK, Coords=[0, 0, 500, 500], Function=CYAN)
FILLED = b" 100 100 90 90 re f"

#: What keeps text from being kept, and the code of the rule.
UNFIT: dict[str, tuple[Callable[..., object], str]] = {
    "core font": (core_font(b"BT /Core 12 Tf 50 50 Td (Bonjour) Tj ET"), "pdfa.font.missing"),
    "font without widths": (no_widths, "pdfa.font.widths"),
    "opacity": (state(ca=0.5), "pdfa.transparency"),
    "blending": (state(BM=Array([Name.Multiply, Name.Normal])), "pdfa.transparency"),
    "image mask": (image(SMask=Dictionary()), "pdfa.transparency"),
    "press colours": (commands(b"1 0 0 0 k" + FILLED), "pdfa.colour"),
    "press colours of a pattern": (resource("/Pattern", "/P", pattern, b"/Pattern cs /P scn" + FILLED), "pdfa.colour"),
    "press colours of a shading": (resource("/Shading", "/H", lambda _: SHADING, b"/H sh"), "pdfa.colour"),
    "press colours of glyphs": (glyphs_in_press_colours, "pdfa.colour"),
    "press colours of an image": (
        image(ColorSpace=Array([Name.Indexed, Name.DeviceCMYK, 63, bytes(256)])),
        "pdfa.colour",
    ),
    "press colours of an inline image": (
        commands(b"q 50 0 0 50 9 9 cm BI /W 1 /H 1 /BPC 8 /CS /CMYK ID \x00\xff\x00\x00 EI Q"),
        "pdfa.colour",
    ),
    "spot colour": (
        resource(
            "/ColorSpace",
            "/S",
            lambda _: Array([Name.Separation, Name("/Or"), Name.DeviceCMYK, CYAN]),
            b"/S cs 1 scn" + FILLED,
        ),
        "pdfa.colour",
    ),
    "false profile": (
        resource(
            "/ColorSpace",
            "/S",
            lambda pdf: Array([Name.ICCBased, pdf.make_stream(b"none", N=3)]),
            b"/S cs 1 0 0 scn" + FILLED,
        ),
        "pdfa.profile",
    ),
    "smoothed inline image": (
        commands(b"q 50 0 0 50 9 9 cm BI /W 1 /H 1 /BPC 8 /CS /RGB /I true ID \x00\xff\x00 EI Q"),
        "pdfa.image",
    ),
    "embedded postscript": (drawing(Subtype2=Name.PS, PS=Dictionary()), "pdfa.drawing"),
    "unknown command": (commands(b"BX 1 2 foo EX"), "pdfa.operator"),
    "unknown intent": (commands(b"/Foo ri"), "pdfa.state"),
    "transfer function": (state(TR=Dictionary(FunctionType=2, Domain=[0, 1], N=2)), "pdfa.state"),
    "deeply saved states": (commands(b"q " * 40 + b"Q " * 40), "pdfa.limits"),
    "huge number": (commands(b"q 0 0 99999.5 99999 re W n Q"), "pdfa.limits"),
    "huge array": (lambda pdf: pdf.Root.__setitem__("/X", Array([0] * 9000)), "pdfa.limits"),
    "huge name": (lambda pdf: pdf.Root.__setitem__("/" + "x" * 200, 1), "pdfa.limits"),
    "layers": (layered, "pdfa.layers"),
    "hidden annotation": (annotation(Subtype=Name.Stamp, F=2), "pdfa.annotation"),
    "form": (field, "pdfa.form"),
}

#: What is taken away, the text being kept.
REPAIRED: dict[str, Callable[..., object]] = {
    "unused core font": core_font(b"BT /Core 12 Tf ET"),
    "invisible text of a scanner": core_font(b"BT 3 Tr /Core 12 Tf 9 9 Td (ocr) Tj ET"),
    "scripts": script,
    "attachment": attached,
    "smoothed image": image(Interpolate=True),
    "image with a false intent": image(Intent=Name.Foo),
    "image with alternates": image(Alternates=Array([])),
    "opaque group": drawing(Group=Dictionary(S=Name.Transparency)),
    "opaque state": state(ca=1, CA=1, BM=Name.Normal, SMask=Name("/None"), TR=Name.Identity),
    "program started by a link": annotation(Subtype=Name.Link, A=Dictionary(S=Name.Launch, F="x.exe")),
    "script after a link": annotation(
        Subtype=Name.Link,
        A=Dictionary(S=Name.URI, URI="https://exemple.invalid/", Next=Dictionary(S=Name.JavaScript, JS="1")),
    ),
    "form without fields": lambda pdf: pdf.Root.__setitem__("/AcroForm", Dictionary(Fields=Array([]))),
    "turned page": lambda pdf: pdf.pages[0].obj.__setitem__("/Rotate", 90),
    "cropped page": lambda pdf: pdf.pages[0].obj.__setitem__("/CropBox", Array([50, 400, 500, 800])),
    "title": lambda pdf: pdf.docinfo.__setitem__("/Title", "Compte rendu <&> \x07"),
}
