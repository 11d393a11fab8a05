"""The words of a body: plain as they are, HTML as text and as nothing else."""

from __future__ import annotations

import html
import re

_MOST = 2_000_000
_TOKEN = re.compile(r"<!--|<[!?/]?([A-Za-z][A-Za-z0-9]{0,30})|<[!?/]", re.ASCII)
_HIDDEN = frozenset({"script", "style", "head", "title", "template", "noscript", "svg", "math", "object", "iframe"})
_LINES = frozenset({"br", "p", "div", "tr", "li", "h1", "h2", "h3", "h4", "h5", "h6", "table", "ul", "ol", "hr",
                    "blockquote", "pre", "section", "article", "header", "footer"})  # fmt: skip
_CELLS = frozenset({"td", "th"})


def text_of_html(page: str) -> str:
    """Return what a person would read of a page. Nothing of it is kept as markup, nothing is fetched."""
    made: list[str] = []
    at, page = 0, page[:_MOST]
    lowered = page.lower()
    while (found := _TOKEN.search(page, at)) is not None:
        made.append(page[at : found.start()])
        at, said = _after(page, lowered, found)
        made.append(said)
    made.append(page[at:])
    lines = html.unescape("".join(made)).replace("\xa0", " ").split("\x1e")
    return _tidy("\n".join(" ".join(line.split()) for line in lines))


def tidy_text(text: str) -> str:
    """Return a plain text with one form of line ends and no control character."""
    return _tidy(
        re.sub(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]", "", text[:_MOST].replace("\r\n", "\n")).replace("\r", "\n")
    )


def _after(page: str, lowered: str, found: re.Match[str]) -> tuple[int, str]:
    """Return where the text goes on after a tag, and what stands for it."""
    if found[0] == "<!--":
        return _end(page, "-->", found.end()), ""
    name = (found[1] or "").lower()
    end = _end(page, ">", found.end())
    if name in _HIDDEN and found[0][1] != "/":
        closing = lowered.find(f"</{name}", end)
        return (len(page) if closing < 0 else _end(page, ">", closing)), ""
    if name in _LINES:
        return end, "\x1e"
    return end, " " if name in _CELLS else ""


def _end(page: str, mark: str, start: int) -> int:
    at = page.find(mark, start)
    return len(page) if at < 0 else at + len(mark)


def _tidy(text: str) -> str:
    lines = [line.rstrip() for line in text.split("\n")]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip("\n")
