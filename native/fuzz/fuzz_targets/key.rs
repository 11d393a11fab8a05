//! Any bytes as a PKCS#8 key.

#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|der: &[u8]| {
    let _ = caducee_keys::RsaKey::from_pkcs8(der);
});
