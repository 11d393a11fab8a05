//! Any names and contents as parts and entries: a package holds what was given, or is refused.

#![no_main]

use caducee_package::{mtom, zip};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|given: (String, Vec<(String, String, Vec<u8>)>)| {
    let (boundary, items) = given;
    let parts: Vec<_> =
        items.iter().map(|(id, media_type, content)| mtom::Part { id, media_type, content }).collect();
    if let Ok(written) = mtom::write(&boundary, &parts) {
        let mark = format!("--{boundary}");
        assert!(parts.is_empty() || written.starts_with(mark.as_bytes()));
        assert!(written.ends_with(format!("{mark}--\r\n").as_bytes()));
    }
    let entries: Vec<_> = items.iter().map(|(name, _, content)| zip::Entry { name, content }).collect();
    if let Ok(written) = zip::write(&entries) {
        assert!(written.len() >= items.iter().map(|(name, _, content)| 2 * name.len() + content.len()).sum());
    }
});
