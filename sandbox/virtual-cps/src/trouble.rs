//! A driver that goes wrong on command: it crashes, or never comes back.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::Outcome;
use crate::folder::Folder;
use crate::mechanism::Key;

/// What `trouble.json` says.
#[derive(Deserialize, Serialize)]
pub struct Trouble {
    kind: Kind,
    at: Place,
    times: u64,
    /// The key that is being used, when only one of them is meant.
    #[serde(default)]
    key: Option<Key>,
}

#[derive(Clone, Copy, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
enum Kind {
    Crash,
    Hang,
}

/// Where it happens.
#[derive(Clone, Copy, Deserialize, PartialEq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Place {
    /// `C_GetSlotList`.
    Look,
    /// `C_Login`, before the card saw the PIN.
    Login,
    /// `C_Sign`, before the card was asked.
    Sign,
    /// `C_Sign`, after the card has signed.
    Signed,
}

impl Folder {
    /// Go wrong here, when it was asked for.
    pub fn stumble(&self, place: Place, key: Option<Key>) -> Outcome {
        let Some(mut trouble) = self.trouble()? else { return Ok(()) };
        let meant = trouble.key.is_none() || trouble.key == key;
        if trouble.at != place || trouble.times == 0 || !meant {
            return Ok(());
        }
        trouble.times -= 1;
        self.keep_trouble(&trouble)?;
        match trouble.kind {
            Kind::Crash => std::process::abort(),
            Kind::Hang => loop {
                std::thread::sleep(Duration::from_secs(1));
            },
        }
    }
}
