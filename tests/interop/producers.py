"""Files as practices have them: by eleven producers, each in many shapes. Everything is invented."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from pathlib import Path

import img2pdf
import matplotlib as mpl
import pikepdf
import pypdf
import pypdfium2
import typst
from fpdf import FPDF
from matplotlib.figure import Figure
from PIL import Image, ImageDraw
from reportlab.lib.colors import CMYKColor, Color
from reportlab.lib.pagesizes import A4, A5, landscape
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas
from weasyprint import HTML

DEJAVU = Path(mpl.get_data_path()) / "fonts/ttf/DejaVuSans.ttf"
WORDS = "Élève : « ça a coûté 3 € l'été », œuvre n° {}"


def files() -> Iterator[tuple[str, bytes]]:
    """Yield a name and a file, again and again with other words; producers come in turn."""
    number = 0
    while True:
        for name, make in MAKERS.items():
            yield f"{name} {number}", make(number)
        number += 1


def by_reportlab(number: int, *, embedded: bool = True, kind: str = "") -> bytes:
    out = io.BytesIO()
    size = landscape(A5) if kind == "landscape" else A4
    canvas = Canvas(out, pagesize=size, invariant=True, pageCompression=number % 2)
    if embedded:
        pdfmetrics.registerFont(TTFont("Embedded", DEJAVU))
    for page in range(1 + number % 3):
        canvas.setFont("Embedded" if embedded else "Helvetica", 14)
        if kind == "cmyk":
            canvas.setFillColor(CMYKColor(0.9, 0.2, 0, 0.1))
        if kind == "transparent":
            canvas.setFillColor(Color(0.1, 0.3, 0.5, alpha=0.4))
        canvas.drawString(60, size[1] - 80, WORDS.format(page + number) if embedded else f"Ordonnance {page}")
        canvas.rect(60, 60, 200, 90, fill=1)
        if kind == "form":
            canvas.acroForm.textfield(name=f"f{page}", value="rempli", x=60, y=300, width=200, height=24)
        if kind == "link":
            canvas.linkURL("https://exemple.invalid/", (60, 60, 260, 150))
        if kind == "image":
            canvas.drawInlineImage(photograph(number), 60, 200, 200, 150)
        if kind == "alpha":
            path = io.BytesIO()
            stamp().save(path, "PNG")
            from reportlab.lib.utils import ImageReader

            canvas.drawImage(ImageReader(path), 60, 200, 120, 120, mask="auto")
        if kind == "rotated":
            canvas.setPageRotation(90 * (1 + number % 3))
        canvas.showPage()
    canvas.save()
    return out.getvalue()


def by_fpdf2(number: int, *, embedded: bool = True) -> bytes:
    pdf = FPDF(orientation="L" if number % 2 else "P")
    if embedded:
        pdf.add_font("Embedded", fname=str(DEJAVU))
    for page in range(1 + number % 2):
        pdf.add_page()
        pdf.set_font("Embedded" if embedded else "Helvetica", size=14)
        pdf.multi_cell(0, 8, WORDS.format(page) if embedded else f"Compte rendu {number}\n" * 5)
        pdf.image(photograph(number), w=60)
    return bytes(pdf.output())


def by_typst(number: int, *, standard: str = "1.7") -> bytes:
    words = WORDS.format(number)
    source = f'#set text(lang: "fr")\n= Titre\n{words}\n#table(columns: 2)[a][b][c][d]\n#pagebreak()\n$x^2$ #lorem(80)'
    made: bytes = typst.compile(source.encode(), format="pdf", ignore_system_fonts=True, pdf_standards=[standard])
    return made


def by_weasyprint(number: int, *, transparent: bool = False) -> bytes:
    style = "opacity: .5" if transparent else "color: #135"
    page = (
        f"<h1>Courrier {number}</h1><p style='{style}'>{WORDS.format(number)}</p><table border=1><tr><td>a<td>b</table>"
    )
    made: bytes = HTML(string=page).write_pdf()
    return made


def by_matplotlib(number: int, *, font_type: int = 42) -> bytes:
    figure = Figure(figsize=(5, 4))
    axes = figure.subplots()
    axes.plot([1, 2, 3 + number % 4], label="Température")
    axes.set_title(WORDS.format(number))
    axes.legend(framealpha=1 if number % 2 else 0.8)
    out = io.BytesIO()
    with mpl.rc_context({"pdf.fonttype": font_type}):
        figure.savefig(out, format="pdf", metadata={"CreationDate": None})
    return out.getvalue()


def by_pillow(number: int) -> bytes:
    out = io.BytesIO()
    photograph(number).save(out, "PDF", save_all=True, append_images=[photograph(number + 1)], resolution=150)
    return out.getvalue()


def by_img2pdf(number: int) -> bytes:
    picture = io.BytesIO()
    photograph(number).convert("CMYK" if number % 3 == 0 else "RGB").save(picture, "JPEG")
    made: bytes = img2pdf.convert(picture.getvalue())
    return made


def by_pdfium(number: int) -> bytes:
    out = io.BytesIO()
    document = pypdfium2.PdfDocument.new()
    source = pypdfium2.PdfDocument(by_reportlab(number))
    document.import_pages(source)
    document.new_page(400, 300)
    document.save(out)
    source.close()
    document.close()
    return out.getvalue()


def by_qpdf(number: int, **how: object) -> bytes:
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(by_reportlab(number))) as pdf:
        pdf.save(out, **how)
    return out.getvalue()


def by_pypdf(number: int) -> bytes:
    writer = pypdf.PdfWriter()
    writer.append(io.BytesIO(by_reportlab(number)))
    writer.add_metadata({"/Title": "Titre", "/Author": "Exemple"})
    writer.add_attachment("annexe.txt", b"texte")
    writer.pages[0].rotate(90 * (number % 4))
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def scanned(number: int, *, kind: str) -> bytes:
    out = io.BytesIO()
    page = Image.new("L", (1240, 1754), "white")
    ImageDraw.Draw(page).text((100, 100), f"Page {number}", fill="black", font_size=60)
    if kind == "fax":
        page.convert("1").save(
            out, "TIFF", compression="group4", dpi=(200, 200), save_all=True, append_images=[page.convert("1")]
        )
    elif kind == "tiff":
        page.convert("CMYK").save(out, "TIFF", dpi=(150, 150))
    elif kind == "jpeg":
        exif = Image.Exif()
        exif[0x0112] = 1 + number % 8
        photograph(number).save(out, "JPEG", exif=exif, progressive=bool(number % 2))
    elif kind == "grey":
        page.save(out, "JPEG", dpi=(150, 150))
    elif kind == "palette":
        photograph(number).quantize(16).save(out, "PNG")
    else:
        stamp().save(out, "PNG")
    return out.getvalue()


def photograph(number: int) -> Image.Image:
    """A gradient with words, so that what is upside down shows."""
    image = Image.linear_gradient("L").resize((640, 480)).convert("RGB")
    ImageDraw.Draw(image).text((40, 30), f"HAUT {number}", fill=(200, 20, 20), font_size=60)
    return image


def stamp() -> Image.Image:
    image = Image.new("RGBA", (200, 200), (0, 0, 0, 0))
    ImageDraw.Draw(image).ellipse((10, 10, 190, 190), outline=(200, 0, 0, 128), width=12)
    return image


MAKERS: dict[str, Callable[[int], bytes]] = {
    "reportlab": by_reportlab,
    "reportlab core font": lambda n: by_reportlab(n, embedded=False),
    "fpdf2": by_fpdf2,
    "fpdf2 core font": lambda n: by_fpdf2(n, embedded=False),
    "typst": by_typst,
    "typst pdfa-1b": lambda n: by_typst(n, standard="a-1b"),
    "typst pdfa-2b": lambda n: by_typst(n, standard="a-2b"),
    "weasyprint": by_weasyprint,
    "weasyprint transparent": lambda n: by_weasyprint(n, transparent=True),
    "matplotlib": by_matplotlib,
    "matplotlib type 3": lambda n: by_matplotlib(n, font_type=3),
    "pillow": by_pillow,
    "img2pdf": by_img2pdf,
    "pdfium": by_pdfium,
    "qpdf linearized": lambda n: by_qpdf(n, linearize=True),
    "qpdf object streams": lambda n: by_qpdf(n, object_stream_mode=pikepdf.ObjectStreamMode.generate),
    "qpdf encrypted": lambda n: by_qpdf(n, encryption=pikepdf.Encryption(user="", owner="secret")),
    "pypdf": by_pypdf,
    **{
        f"reportlab {kind}": lambda n, kind=kind: by_reportlab(n, kind=kind)  # type: ignore[misc]
        for kind in ("cmyk", "transparent", "form", "link", "image", "alpha", "rotated", "landscape")
    },
    **{
        f"image {kind}": lambda n, kind=kind: scanned(n, kind=kind)  # type: ignore[misc]
        for kind in ("fax", "tiff", "jpeg", "grey", "palette", "stamp")
    },
}
