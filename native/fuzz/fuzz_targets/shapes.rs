//! Any bytes as the description of structs.

#![no_main]

use caducee_template::{Shapes, Source, compile};
use libfuzzer_sys::fuzz_target;

const TEMPLATE: &[u8] = b"<t:document xmlns:t=\"urn:caducee:template:1\" model=\"M\" as=\"m\"><a>{m.a}</a></t:document>";

fuzz_target!(|message: &[u8]| {
    if let Ok(shapes) = Shapes::read(message) {
        let _ = compile(Source { name: "f", text: TEMPLATE }, shapes, &[]);
    }
});
