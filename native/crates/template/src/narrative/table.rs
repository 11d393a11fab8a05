//! The narrative block of CDA R2 as a table: which element holds which, and with which attributes (HL7 CDA R2, 4.3.5).

use crate::format::is_name;

/// An element of the narrative block.
pub(crate) struct Element {
    /// Its name.
    pub(crate) name: &'static str,
    /// May it hold text?
    pub(crate) mixed: bool,
    /// The elements that it may hold.
    pub(crate) children: &'static [&'static str],
    /// The attributes that it may have beside [`EVERYWHERE`].
    attributes: &'static [&'static str],
    /// The attribute that it must have.
    pub(crate) required: Option<&'static str>,
}

const EVERYWHERE: &[&str] = &["ID", "language", "styleCode"];
const ALIGNED: &[&str] = &["align", "char", "charoff", "valign"];
const COLUMN: &[&str] = &["span", "width", "align", "char", "charoff", "valign"];
const CELL: &[&str] = &["abbr", "axis", "headers", "scope", "rowspan", "colspan", "align", "char", "charoff", "valign"];
const TABLE: &[&str] = &["summary", "width", "border", "frame", "rules", "cellspacing", "cellpadding"];

const INLINE: &[&str] = &["content", "linkHtml", "sub", "sup", "br", "footnote", "footnoteRef", "renderMultiMedia"];
const CAPTIONED: &[&str] =
    &["caption", "content", "linkHtml", "sub", "sup", "br", "footnote", "footnoteRef", "renderMultiMedia"];
const ITEM: &[&str] = &[
    "caption",
    "content",
    "linkHtml",
    "sub",
    "sup",
    "br",
    "footnote",
    "footnoteRef",
    "renderMultiMedia",
    "paragraph",
    "list",
    "table",
];
const TD: &[&str] =
    &["content", "linkHtml", "sub", "sup", "br", "footnote", "footnoteRef", "renderMultiMedia", "paragraph", "list"];
const FOOTNOTE: &[&str] =
    &["content", "linkHtml", "sub", "sup", "br", "renderMultiMedia", "paragraph", "list", "table"];

const fn element(
    name: &'static str,
    mixed: bool,
    children: &'static [&'static str],
    attributes: &'static [&'static str],
) -> Element {
    Element { name, mixed, children, attributes, required: None }
}

/// What stands around the slot: the `text` of a section.
pub(crate) const TEXT: Element = element(
    "text",
    true,
    &[
        "content",
        "linkHtml",
        "sub",
        "sup",
        "br",
        "footnote",
        "footnoteRef",
        "renderMultiMedia",
        "paragraph",
        "list",
        "table",
    ],
    &[],
);

const ELEMENTS: &[Element] = &[
    element("td", true, TD, CELL),
    element("tr", false, &["th", "td"], ALIGNED),
    element("th", true, INLINE, CELL),
    element("content", true, INLINE, &["revised"]),
    element("item", true, ITEM, &[]),
    element("paragraph", true, CAPTIONED, &[]),
    element("list", false, &["caption", "item"], &["listType"]),
    element("table", false, &["caption", "col", "colgroup", "thead", "tfoot", "tbody"], TABLE),
    element("thead", false, &["tr"], ALIGNED),
    element("tbody", false, &["tr"], ALIGNED),
    element("tfoot", false, &["tr"], ALIGNED),
    element("caption", true, &["linkHtml", "sub", "sup", "footnote", "footnoteRef"], &[]),
    element("br", false, &[], &[]),
    element("sub", true, &[], &[]),
    element("sup", true, &[], &[]),
    element("linkHtml", true, &["footnote", "footnoteRef"], &["name", "href", "rel", "rev", "title"]),
    element("footnote", true, FOOTNOTE, &[]),
    Element { name: "footnoteRef", mixed: false, children: &[], attributes: &["IDREF"], required: Some("IDREF") },
    Element {
        name: "renderMultiMedia",
        mixed: false,
        children: &["caption"],
        attributes: &["referencedObject"],
        required: Some("referencedObject"),
    },
    element("col", false, &[], COLUMN),
    element("colgroup", false, &["col"], COLUMN),
];

impl Element {
    /// The element of that name.
    pub(crate) fn named(name: &str) -> Option<&'static Self> {
        ELEMENTS.iter().find(|element| element.name == name)
    }

    /// May it have that attribute? `br`, `sub` and `sup` have none at all.
    pub(crate) fn has(&self, attribute: &str) -> bool {
        let bare = matches!(self.name, "br" | "sub" | "sup");
        !bare && (EVERYWHERE.contains(&attribute) || self.attributes.contains(&attribute))
    }
}

/// Is it a value of that attribute? Those that the schema leaves open hold any text.
pub(crate) fn fits(attribute: &str, value: &str) -> bool {
    match attribute {
        "ID" | "IDREF" => is_name(value.as_bytes()),
        "referencedObject" | "headers" => !value.is_empty() && value.split(' ').all(|name| is_name(name.as_bytes())),
        "language" => is_token(value),
        "styleCode" => !value.is_empty() && value.split(' ').all(is_token),
        "align" => matches!(value, "left" | "center" | "right" | "justify" | "char"),
        "valign" => matches!(value, "top" | "middle" | "bottom" | "baseline"),
        "listType" => matches!(value, "ordered" | "unordered"),
        "scope" => matches!(value, "row" | "col" | "rowgroup" | "colgroup"),
        "revised" => matches!(value, "insert" | "delete"),
        "rules" => matches!(value, "none" | "groups" | "rows" | "cols" | "all"),
        "frame" => {
            matches!(value, "void" | "above" | "below" | "hsides" | "lhs" | "rhs" | "vsides" | "box" | "border")
        }
        _ => true,
    }
}

/// An `NMTOKEN` of XML, in ASCII.
fn is_token(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_-.:".contains(&byte))
}
