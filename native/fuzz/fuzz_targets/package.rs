//! Any names and contents as entries: an archive holds what was given, or is refused.

#![no_main]

use caducee_package::zip;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|items: Vec<(String, Vec<u8>)>| {
    let entries: Vec<_> = items.iter().map(|(name, content)| zip::Entry { name, content }).collect();
    if let Ok(written) = zip::write(&entries) {
        assert!(written.len() >= items.iter().map(|(name, content)| 2 * name.len() + content.len()).sum());
    }
});
