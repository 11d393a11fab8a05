"""A template of the documents, turned into the jinja2 template that says the same: fragments in place, auto-escape.

Written once by a program instead of by hand, so that the peer of a document with many optional parts has all of them.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Iterator, Mapping, Sequence
from importlib.resources import files
from xml.sax.saxutils import escape

import jinja2
from lxml import etree

_OURS = "{urn:caducee:template:1}"
_V3 = "{urn:hl7-org:v3}"
_FIELD = re.compile(r"\{([\w.]+)\}")
_BINARY = ("code_image", "content")
_TRUTH = ".value"  # of a flag: any other value stands in a typed attribute
_TYPED = {
    "ii": '{{% if {0}.extension %}} extension="{{{{ {0}.extension }}}}"{{% endif %}} root="{{{{ {0}.root }}}}"',
    "cd": ' code="{{{{ {0}.code }}}}" codeSystem="{{{{ {0}.system }}}}"'
    '{{% if {0}.display %}} displayName="{{{{ {0}.display }}}}"{{% endif %}}',
    "ts": ' value="{{{{ {0} }}}}"',
    "tel": '{{% if {0}.use %}} use="{{{{ {0}.use }}}}"{{% endif %}} value="{{{{ {0}.value }}}}"',
    "pq": '{{% if {0}.unit %}} unit="{{{{ {0}.unit }}}}"{{% endif %}} value="{{{{ {0}.value }}}}"',
}

Source = tuple[str, str]


def translated(document: Source, preludes: Sequence[Source]) -> jinja2.Template:
    """Return the jinja2 template of a document with its fragments; it takes the model as ``d``."""
    fragments = {one.get("name", ""): one for source in preludes for one in _root(source).iter(f"{_OURS}def")}
    environment = jinja2.Environment(autoescape=True)
    environment.filters["b64"] = lambda content: base64.b64encode(content).decode()
    environment.filters["kind"] = lambda value: type(value).__name__
    return environment.from_string(_Translation(fragments).element(next(iter(_root(document))), top=True))


def _root(source: Source) -> etree._Element:
    package, path = source
    parser = etree.XMLParser(remove_comments=True)
    return etree.fromstring(files(package).joinpath(path).read_bytes(), parser)


class _Translation:
    def __init__(self, fragments: Mapping[str, etree._Element]) -> None:
        self._fragments = fragments

    def element(self, element: etree._Element, *, top: bool = False) -> str:
        prefixes = {uri: prefix for prefix, uri in element.nsmap.items()}
        tag = _qualified(element.tag, prefixes)
        spaces = "".join(_declared(element)) if top else ""
        attributes = "".join(_attribute(str(name), str(value), prefixes) for name, value in element.attrib.items())
        return f"<{tag}{spaces}{attributes}>{self._inside(element)}</{tag}>"

    def _inside(self, element: etree._Element) -> str:
        return _text(element.text) + "".join(self._node(child) + _text(child.tail) for child in element)

    def _node(self, element: etree._Element) -> str:
        if not element.tag.startswith(_OURS):
            return self.element(element)
        match element.tag.removeprefix(_OURS):
            case "use":
                fragment = self._fragments[element.get("def", "")]
                return self._named(fragment, fragment.get("of", ""), element.get("of", ""))
            case "for":
                variable, _, path = element.get("each", "").partition(" in ")
                return f"{{% for {variable} in {path} %}}{self._inside(element)}{{% endfor %}}"
            case "if":
                condition = element.get("has") or f"not {element.get('lacks')}"
                return f"{{% if {condition} %}}{self._inside(element)}{{% endif %}}"
            case "choice":
                return "".join(self._when(one, element.get("of", "")) for one in element)
            case other:
                raise ValueError(f"t:{other} has no translation")

    def _named(self, element: etree._Element, variable: str, path: str) -> str:
        inside = self._inside(element)
        return inside if variable == path else f"{{% with {variable} = {path} %}}{inside}{{% endwith %}}"

    def _when(self, element: etree._Element, of: str) -> str:
        body = self._named(element, element.get("as", ""), of)
        return f"{{% if {of}|kind == '{element.get('is')}' %}}{body}{{% endif %}}"


def _declared(element: etree._Element) -> Iterator[str]:
    for prefix, uri in element.nsmap.items():
        if f"{{{uri}}}" != _OURS:
            yield f' xmlns{":" + prefix if prefix else ""}="{uri}"'


def _attribute(name: str, value: str, prefixes: dict[str, str | None]) -> str:
    if name.startswith(_OURS):
        return _TYPED[name.removeprefix(_OURS)].format(value)
    return f' {_qualified(name, prefixes)}="{_filled(value)}"'


def _qualified(name: str, prefixes: dict[str, str | None]) -> str:
    uri, _, local = name.rpartition("}")
    prefix = prefixes.get(uri[1:]) if uri and not name.startswith(_V3) else None
    return f"{prefix}:{local}" if prefix else local


def _text(text: str | None) -> str:
    return _filled(text) if text and text.strip() else ""


def _filled(text: str) -> str:
    parts = _FIELD.split(text)
    said = [escape(part, {'"': "&quot;"}) if at % 2 == 0 else _value(part) for at, part in enumerate(parts)]
    return "".join(said)


def _value(path: str) -> str:
    if path.endswith(_TRUTH):
        return f"{{{{ 'true' if {path} else 'false' }}}}"
    return f"{{{{ {path}{'|b64' if path.endswith(_BINARY) else ''} }}}}"
