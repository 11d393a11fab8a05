//! A PKCS#11 module that behaves as the module of a CPS card does: two RSA-2048 keys under the names of the real card,
//! its mechanisms only, a PIN of four digits with three tries, readers that come and go.
//!
//! It remembers nothing: readers, cards, tries and counters are files of the folder named by `CADUCEE_VCPS_DIR`, in the
//! format that the README gives, read again at each call. Keys are throw-away keys of a test.

mod der;
#[allow(non_snake_case, reason = "names of PKCS#11")]
mod entry;
mod folder;
mod mechanism;
mod module;
mod object;
mod operation;
mod trouble;

/// The answer of one PKCS#11 function: done, or the code that the caller gets.
type Outcome<T = ()> = Result<T, cryptoki_sys::CK_RV>;
