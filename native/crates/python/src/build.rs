//! `build_info()`.

use std::collections::BTreeMap;

use pyo3::prelude::pyfunction;

/// Version, target, profile, and the features of the processor that the digests and RSA can use.
#[pyfunction]
pub(crate) fn build_info() -> BTreeMap<&'static str, String> {
    BTreeMap::from([
        ("version", env!("CARGO_PKG_VERSION").to_owned()),
        ("target", format!("{}-{}", std::env::consts::ARCH, std::env::consts::OS)),
        ("profile", if cfg!(debug_assertions) { "debug" } else { "release" }.to_owned()),
        ("cpu", cpu().join(" ")),
    ])
}

#[cfg(target_arch = "x86_64")]
fn cpu() -> Vec<&'static str> {
    let features = [
        ("sha_ni", std::arch::is_x86_feature_detected!("sha")),
        ("avx2", std::arch::is_x86_feature_detected!("avx2")),
        ("adx", std::arch::is_x86_feature_detected!("adx")),
        ("avx512ifma", std::arch::is_x86_feature_detected!("avx512ifma")),
    ];
    features.into_iter().filter(|(_, here)| *here).map(|(name, _)| name).collect()
}

#[cfg(target_arch = "aarch64")]
fn cpu() -> Vec<&'static str> {
    let features = [
        ("neon", std::arch::is_aarch64_feature_detected!("neon")),
        ("sha2", std::arch::is_aarch64_feature_detected!("sha2")),
    ];
    features.into_iter().filter(|(_, here)| *here).map(|(name, _)| name).collect()
}

#[cfg(not(any(target_arch = "x86_64", target_arch = "aarch64")))]
fn cpu() -> Vec<&'static str> {
    Vec::new()
}
