//! The folder that stands for the desk: who is in which reader, what each card is and what it did.

use std::fs::{self, File};
use std::path::{Path, PathBuf};

use cryptoki_sys::{CK_RV, CKR_SESSION_HANDLE_INVALID, CKR_TOKEN_NOT_PRESENT};
use cryptoki_sys::{CK_SLOT_ID, CKR_DEVICE_ERROR, CKR_DEVICE_REMOVED, CKR_GENERAL_ERROR, CKR_USER_NOT_LOGGED_IN};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::Outcome;
use crate::trouble::Trouble;

const VARIABLE: &str = "CADUCEE_VCPS_DIR";
const TRIES: u32 = 3;

/// What `readers.json` says.
#[derive(Default, Deserialize)]
pub struct Desk {
    pub readers: Vec<Reader>,
    #[serde(default)]
    removal: String,
    #[serde(default)]
    reset: String,
}

/// One reader and the card in it.
#[derive(Deserialize)]
pub struct Reader {
    pub slot: CK_SLOT_ID,
    pub name: String,
    pub card: Option<String>,
    pub insertion: u64,
    /// How often the card in it was reset since it was put in.
    #[serde(default)]
    pub resets: u64,
}

/// What `card.json` says.
#[derive(Deserialize)]
pub struct Card {
    pub serial: String,
    pub label: String,
    pub model: String,
    pub generation: u32,
    #[serde(default)]
    pub delay_ms: u64,
    pin_salt: String,
    pin_sha256: String,
    #[serde(default)]
    pub always_authenticate: bool,
}

#[derive(Deserialize, Serialize)]
struct State {
    tries_left: u32,
}

/// What `counters.json` says.
#[derive(Default, Deserialize, Serialize)]
pub struct Counters {
    pub login: u64,
    pub login_refused: u64,
    pub sign: u64,
}

impl Desk {
    /// The code that the first call on a session gets once its card is gone.
    pub fn removal_code(&self) -> CK_RV {
        match self.removal.as_str() {
            "session_handle_invalid" => CKR_SESSION_HANDLE_INVALID,
            "token_not_present" => CKR_TOKEN_NOT_PRESENT,
            _ => CKR_DEVICE_REMOVED,
        }
    }

    /// The code that a session gets once its card was reset: the card has forgotten the PIN.
    pub fn reset_code(&self) -> CK_RV {
        match self.reset.as_str() {
            "device_error" => CKR_DEVICE_ERROR,
            _ => CKR_USER_NOT_LOGGED_IN,
        }
    }

    /// The reader where this very insertion of the card still is.
    pub fn reader_of(&self, serial: &str, insertion: u64) -> Option<&Reader> {
        self.readers.iter().find(|r| r.insertion == insertion && r.card.as_deref() == Some(serial))
    }
}

impl Card {
    fn pin_is(&self, pin: &[u8]) -> Outcome<bool> {
        let salt = unhex(&self.pin_salt).ok_or(CKR_DEVICE_ERROR)?;
        let expected = unhex(&self.pin_sha256).ok_or(CKR_DEVICE_ERROR)?;
        let found = Sha256::new().chain_update(&salt).chain_update(pin).finalize();
        Ok(found.as_slice() == expected.as_slice())
    }
}

/// The folder itself.
#[derive(Clone)]
pub struct Folder(PathBuf);

impl Folder {
    pub fn from_environment() -> Outcome<Folder> {
        let path = std::env::var_os(VARIABLE).ok_or(CKR_GENERAL_ERROR)?;
        Ok(Folder(PathBuf::from(path)))
    }

    pub fn desk(&self) -> Outcome<Desk> {
        Ok(read(&self.0.join("readers.json"))?.unwrap_or_default())
    }

    /// What is to go wrong, if anything; see [`crate::trouble`].
    pub fn trouble(&self) -> Outcome<Option<Trouble>> {
        read(&self.0.join("trouble.json"))
    }

    pub fn keep_trouble(&self, trouble: &Trouble) -> Outcome {
        write(&self.0.join("trouble.json"), trouble)
    }

    pub fn card(&self, serial: &str) -> Outcome<Card> {
        read(&self.card_file(serial, "card.json"))?.ok_or(CKR_DEVICE_ERROR)
    }

    /// The bytes of one file of a card: a key or a certificate.
    pub fn card_bytes(&self, serial: &str, name: &str) -> Outcome<Vec<u8>> {
        fs::read(self.card_file(serial, name)).map_err(|_| CKR_DEVICE_ERROR)
    }

    pub fn tries_left(&self, serial: &str) -> Outcome<u32> {
        let state: Option<State> = read(&self.card_file(serial, "state.json"))?;
        Ok(state.map_or(TRIES, |s| s.tries_left))
    }

    /// Compare a PIN as the card does, with its tries and counters. `None` when the card is blocked.
    pub fn present_pin(&self, card: &Card, pin: &[u8]) -> Outcome<Option<bool>> {
        let _lock = self.lock(&card.serial)?;
        let left = self.tries_left(&card.serial)?;
        if left == 0 {
            return Ok(None);
        }
        let right = card.pin_is(pin)?;
        let tries_left = if right { TRIES } else { left - 1 };
        write(&self.card_file(&card.serial, "state.json"), &State { tries_left })?;
        self.count(&card.serial, |c| {
            c.login += 1;
            c.login_refused += u64::from(!right);
        })?;
        Ok(Some(right))
    }

    /// Count one signature.
    pub fn count_signature(&self, serial: &str) -> Outcome {
        let _lock = self.lock(serial)?;
        self.count(serial, |c| c.sign += 1)
    }

    fn count(&self, serial: &str, change: impl FnOnce(&mut Counters)) -> Outcome {
        let path = self.card_file(serial, "counters.json");
        let mut counters: Counters = read(&path)?.unwrap_or_default();
        change(&mut counters);
        write(&path, &counters)
    }

    /// Two processes may use one card: tries and counters change under this lock, released when it is dropped.
    fn lock(&self, serial: &str) -> Outcome<File> {
        let file = File::create(self.card_file(serial, "lock")).map_err(|_| CKR_DEVICE_ERROR)?;
        file.lock().map_err(|_| CKR_DEVICE_ERROR)?;
        Ok(file)
    }

    fn card_file(&self, serial: &str, name: &str) -> PathBuf {
        self.0.join("cards").join(serial).join(name)
    }
}

fn read<T: DeserializeOwned>(path: &Path) -> Outcome<Option<T>> {
    match fs::read(path) {
        Ok(bytes) => serde_json::from_slice(&bytes).map(Some).map_err(|_| CKR_DEVICE_ERROR),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(_) => Err(CKR_DEVICE_ERROR),
    }
}

fn write<T: Serialize>(path: &Path, content: &T) -> Outcome {
    let bytes = serde_json::to_vec(content).map_err(|_| CKR_DEVICE_ERROR)?;
    let beside = path.with_extension("new");
    fs::write(&beside, bytes).and_then(|()| fs::rename(&beside, path)).map_err(|_| CKR_DEVICE_ERROR)
}

fn unhex(text: &str) -> Option<Vec<u8>> {
    if !text.is_ascii() || !text.len().is_multiple_of(2) {
        return None;
    }
    (0..text.len()).step_by(2).map(|at| u8::from_str_radix(&text[at..at + 2], 16).ok()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hexadecimal_is_read_or_refused() {
        assert_eq!(unhex("00ff"), Some(vec![0, 255]));
        assert_eq!(unhex("0"), None);
        assert_eq!(unhex("zz"), None);
        assert_eq!(unhex("é0"), None);
    }

    #[test]
    fn a_missing_file_is_nothing_and_a_broken_one_an_error() {
        let directory = std::env::temp_dir().join(format!("vcps-{}", std::process::id()));
        fs::create_dir_all(&directory).unwrap();
        let path = directory.join("readers.json");
        assert!(matches!(read::<Desk>(&path), Ok(None)));
        fs::write(&path, b"{").unwrap();
        assert!(read::<Desk>(&path).is_err());
        fs::remove_dir_all(&directory).unwrap();
    }
}
