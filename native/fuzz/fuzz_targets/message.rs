//! Any bytes as the message of a document: rendered as well-formed XML, or refused.

#![no_main]

use std::sync::LazyLock;

use caducee_template::{Program, Shapes, Source, compile};
use libfuzzer_sys::fuzz_target;

/// `U` (tag "u", a text) and `V` (tag 1, an integer); `M`: a union, null flavours, a list, bytes, a narrative, a text.
const SHAPES: &[u8] = b"\x93\x93\xa1U\x91\x92\xa1a\xa3str\xa1u\x93\xa1V\x91\x92\xa1b\xa3int\x01\
    \x92\xa1M\x96\x92\xa1a\xa5@U|@V\x92\xa1b\xa4str!\x92\xa1c\xa7[[str]]\x92\xa1d\xa5bytes\x92\xa1e\xa9narrative\x92\xa1f\xa4str?";
const TEMPLATE: &[u8] = b"<t:document xmlns:t=\"urn:caducee:template:1\" model=\"M\" as=\"m\"><a f=\"{m.f?|oid}\">\
    <t:choice of=\"m.a\"><t:when is=\"U\" as=\"u\">{u.a}</t:when><t:when is=\"V\" as=\"v\"><b n=\"{v.b}\"/></t:when></t:choice>\
    <t:if known=\"m.b\">{m.b|decimal}</t:if><t:if null=\"m.b\"><n f=\"{m.b}\"/></t:if>\
    <t:for each=\"l in m.c\"><t:for each=\"x in l\" index=\"n\"><i n=\"{n}\">{x}</i></t:for></t:for>\
    <d>{m.d}</d><text><t:narrative of=\"m.e\"/></text></a></t:document>";

static PROGRAM: LazyLock<Program> = LazyLock::new(|| {
    compile(Source { name: "f", text: TEMPLATE }, Shapes::read(SHAPES).unwrap(), &[]).unwrap()
});

fuzz_target!(|message: &[u8]| {
    for fragment in [false, true] {
        if let Ok(rendered) = PROGRAM.render(message, fragment) {
            let document = rendered.into_bytes();
            let text = std::str::from_utf8(&document).unwrap();
            assert!(roxmltree::Document::parse(text).is_ok(), "not well-formed");
            let _ = caducee_digest::digests(&document);
        }
    }
});
