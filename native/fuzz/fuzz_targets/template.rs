//! Any bytes as a template: compiled or refused with a line; what compiles renders well-formed XML or refuses.

#![no_main]

use caducee_template::{Error, Shapes, Source, compile};
use libfuzzer_sys::fuzz_target;

/// `[["M", [["a", "str"], ["b", "str?"], ["c", "[str]"], ["d", "bytes"]]]]`
const SHAPES: &[u8] = b"\x91\x92\xa1M\x94\x92\xa1a\xa3str\x92\xa1b\xa4str?\x92\xa1c\xa5[str]\x92\xa1d\xa5bytes";
/// `["x<", nil, ["1", "&"], b"%PDF"]`
const MESSAGE: &[u8] = b"\x94\xa2x<\xc0\x92\xa11\xa1&\xc4\x04%PDF";

fuzz_target!(|body: &[u8]| {
    let whole = [
        b"<t:document xmlns:t=\"urn:caducee:template:1\" model=\"M\" as=\"m\">".as_slice(),
        body,
        b"</t:document>".as_slice(),
    ]
    .concat();
    for text in [body, &whole] {
        let Ok(shapes) = Shapes::read(SHAPES) else { unreachable!() };
        match compile(Source { name: "f", text }, shapes, &[]) {
            Ok(program) => {
                if let Ok(rendered) = program.render(MESSAGE, false) {
                    let length = rendered.len();
                    let document = rendered.into_bytes();
                    assert_eq!(document.len(), length);
                    let text = std::str::from_utf8(&document).unwrap();
                    assert!(roxmltree::Document::parse(text).is_ok(), "not well-formed");
                }
            }
            Err(Error::Template { line, .. }) => assert!(line > 0),
            Err(other) => panic!("{other}"),
        }
    }
});
