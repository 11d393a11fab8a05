//! The state of the module inside one process: sessions, and who is logged in. Nothing here outlives the process.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Mutex, PoisonError};

use cryptoki_sys::{CK_OBJECT_HANDLE, CK_SESSION_HANDLE, CK_SLOT_ID, CKR_CRYPTOKI_ALREADY_INITIALIZED};
use cryptoki_sys::{CKR_CRYPTOKI_NOT_INITIALIZED, CKR_PIN_INCORRECT, CKR_PIN_LEN_RANGE, CKR_PIN_LOCKED};
use cryptoki_sys::{CKR_SESSION_HANDLE_INVALID, CKR_SLOT_ID_INVALID, CKR_TOKEN_NOT_PRESENT};
use cryptoki_sys::{CKR_USER_ALREADY_LOGGED_IN, CKR_USER_NOT_LOGGED_IN};

use crate::Outcome;
use crate::folder::{Card, Folder, Reader};
use crate::mechanism::Hash;
use crate::operation::Signing;
use crate::trouble::Place;

const PIN_LENGTH: usize = 4;

/// One insertion of one card: a session belongs to it and dies with it.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Insertion {
    pub serial: String,
    pub number: u64,
}

pub struct Session {
    pub insertion: Insertion,
    pub read_write: bool,
    pub search: Option<Vec<CK_OBJECT_HANDLE>>,
    pub signing: Option<Signing>,
    pub digesting: Option<(Hash, Vec<u8>)>,
}

pub struct Module {
    pub folder: Folder,
    process: u32,
    sessions: BTreeMap<CK_SESSION_HANDLE, Session>,
    /// Cards that took their PIN, with how often they had been reset by then.
    logged_in: HashMap<Insertion, u64>,
    last_handle: CK_SESSION_HANDLE,
    /// What was in each slot when a change was last told.
    told: BTreeMap<CK_SLOT_ID, u64>,
}

static MODULE: Mutex<Option<Module>> = Mutex::new(None);

/// Start the module in this process. A process made by fork starts it anew.
pub fn initialize() -> Outcome {
    let mut held = MODULE.lock().unwrap_or_else(PoisonError::into_inner);
    if held.as_ref().is_some_and(Module::is_ours) {
        return Err(CKR_CRYPTOKI_ALREADY_INITIALIZED);
    }
    let folder = Folder::from_environment()?;
    *held = Some(Module {
        told: insertions(&folder)?,
        folder,
        process: std::process::id(),
        sessions: BTreeMap::new(),
        logged_in: HashMap::new(),
        last_handle: 0,
    });
    Ok(())
}

/// Forget everything.
pub fn finalize() -> Outcome {
    let mut held = MODULE.lock().unwrap_or_else(PoisonError::into_inner);
    match held.take() {
        Some(module) if module.is_ours() => Ok(()),
        _ => Err(CKR_CRYPTOKI_NOT_INITIALIZED),
    }
}

/// Run one call; calls wait for each other, as they do in front of a card.
pub fn with<T>(call: impl FnOnce(&mut Module) -> Outcome<T>) -> Outcome<T> {
    let mut held = MODULE.lock().unwrap_or_else(PoisonError::into_inner);
    match held.as_mut() {
        Some(module) if module.is_ours() => call(module),
        _ => Err(CKR_CRYPTOKI_NOT_INITIALIZED),
    }
}

fn insertions(folder: &Folder) -> Outcome<BTreeMap<CK_SLOT_ID, u64>> {
    Ok(folder.desk()?.readers.iter().map(|reader| (reader.slot, reader.insertion)).collect())
}

impl Module {
    fn is_ours(&self) -> bool {
        self.process == std::process::id()
    }

    /// A slot where a card came or went since it was last told; each change is told once.
    pub fn slot_event(&mut self) -> Outcome<Option<CK_SLOT_ID>> {
        let now = insertions(&self.folder)?;
        let slots = now.keys().chain(self.told.keys());
        let changed = slots.copied().find(|slot| now.get(slot) != self.told.get(slot));
        if let Some(slot) = changed {
            match now.get(&slot) {
                Some(number) => self.told.insert(slot, *number),
                None => self.told.remove(&slot),
            };
        }
        Ok(changed)
    }

    /// The card in a slot, with the reader that holds it.
    pub fn card_in(&self, slot: CK_SLOT_ID) -> Outcome<(Card, Insertion)> {
        let reader = self.reader(slot)?;
        let serial = reader.card.ok_or(CKR_TOKEN_NOT_PRESENT)?;
        let insertion = Insertion { serial, number: reader.insertion };
        Ok((self.folder.card(&insertion.serial)?, insertion))
    }

    pub fn reader(&self, slot: CK_SLOT_ID) -> Outcome<Reader> {
        let desk = self.folder.desk()?;
        desk.readers.into_iter().find(|r| r.slot == slot).ok_or(CKR_SLOT_ID_INVALID)
    }

    pub fn open(&mut self, slot: CK_SLOT_ID, read_write: bool) -> Outcome<CK_SESSION_HANDLE> {
        let (_, insertion) = self.card_in(slot)?;
        self.last_handle += 1;
        let session = Session { insertion, read_write, search: None, signing: None, digesting: None };
        self.sessions.insert(self.last_handle, session);
        Ok(self.last_handle)
    }

    pub fn close(&mut self, handle: CK_SESSION_HANDLE) -> Outcome {
        let closed = self.sessions.remove(&handle).ok_or(CKR_SESSION_HANDLE_INVALID)?;
        self.forget_login_without_session(&closed.insertion);
        Ok(())
    }

    pub fn close_all(&mut self, slot: CK_SLOT_ID) -> Outcome {
        let (_, insertion) = self.card_in(slot)?;
        self.drop_insertion(&insertion);
        Ok(())
    }

    /// The session of a handle, as long as its card has not left. The first call after that gets the code of a removal,
    /// and the sessions of that card are gone.
    pub fn session(&mut self, handle: CK_SESSION_HANDLE) -> Outcome<&mut Session> {
        let insertion = self.insertion_of(handle)?;
        let desk = self.folder.desk()?;
        if desk.reader_of(&insertion.serial, insertion.number).is_none() {
            self.drop_insertion(&insertion);
            return Err(desk.removal_code());
        }
        self.sessions.get_mut(&handle).ok_or(CKR_SESSION_HANDLE_INVALID)
    }

    /// The slot where the card of a session is now.
    pub fn slot_of(&mut self, handle: CK_SESSION_HANDLE) -> Outcome<CK_SLOT_ID> {
        let insertion = self.session(handle)?.insertion.clone();
        let desk = self.folder.desk()?;
        desk.reader_of(&insertion.serial, insertion.number).map(|r| r.slot).ok_or(desk.removal_code())
    }

    pub fn card_of(&mut self, handle: CK_SESSION_HANDLE) -> Outcome<Card> {
        let serial = self.session(handle)?.insertion.serial.clone();
        self.folder.card(&serial)
    }

    pub fn is_logged_in(&mut self, handle: CK_SESSION_HANDLE) -> Outcome<bool> {
        let insertion = self.session(handle)?.insertion.clone();
        let resets = self.resets_of(&insertion)?;
        Ok(self.logged_in.get(&insertion) == Some(&resets))
    }

    /// Refuse a session whose card forgot the PIN that it had taken, or never had one.
    pub fn must_be_logged_in(&mut self, handle: CK_SESSION_HANDLE) -> Outcome {
        if self.is_logged_in(handle)? {
            return Ok(());
        }
        let insertion = self.session(handle)?.insertion.clone();
        let forgot = self.logged_in.contains_key(&insertion);
        Err(if forgot { self.folder.desk()?.reset_code() } else { CKR_USER_NOT_LOGGED_IN })
    }

    fn resets_of(&self, insertion: &Insertion) -> Outcome<u64> {
        let desk = self.folder.desk()?;
        Ok(desk.reader_of(&insertion.serial, insertion.number).map_or(0, |reader| reader.resets))
    }

    pub fn sessions_of(&self, insertion: &Insertion) -> usize {
        self.sessions.values().filter(|s| &s.insertion == insertion).count()
    }

    pub fn log_in(&mut self, handle: CK_SESSION_HANDLE, pin: &[u8]) -> Outcome {
        if self.is_logged_in(handle)? {
            return Err(CKR_USER_ALREADY_LOGGED_IN);
        }
        self.present_pin(handle, pin)?;
        let insertion = self.session(handle)?.insertion.clone();
        let resets = self.resets_of(&insertion)?;
        self.logged_in.insert(insertion, resets);
        Ok(())
    }

    /// Show a PIN to the card of a session.
    pub fn present_pin(&mut self, handle: CK_SESSION_HANDLE, pin: &[u8]) -> Outcome {
        let card = self.card_of(handle)?;
        self.folder.stumble(Place::Login, None)?;
        if pin.len() != PIN_LENGTH {
            return Err(CKR_PIN_LEN_RANGE);
        }
        match self.folder.present_pin(&card, pin)? {
            Some(true) => Ok(()),
            Some(false) => Err(CKR_PIN_INCORRECT),
            None => Err(CKR_PIN_LOCKED),
        }
    }

    pub fn log_out(&mut self, handle: CK_SESSION_HANDLE) -> Outcome {
        let insertion = self.session(handle)?.insertion.clone();
        if self.logged_in.remove(&insertion).is_none() {
            return Err(CKR_USER_NOT_LOGGED_IN);
        }
        for session in self.sessions.values_mut().filter(|s| s.insertion == insertion) {
            session.signing = None;
        }
        Ok(())
    }

    fn insertion_of(&self, handle: CK_SESSION_HANDLE) -> Outcome<Insertion> {
        let session = self.sessions.get(&handle).ok_or(CKR_SESSION_HANDLE_INVALID)?;
        Ok(session.insertion.clone())
    }

    fn drop_insertion(&mut self, insertion: &Insertion) {
        self.sessions.retain(|_, s| &s.insertion != insertion);
        self.logged_in.remove(insertion);
    }

    fn forget_login_without_session(&mut self, insertion: &Insertion) {
        if self.sessions_of(insertion) == 0 {
            self.logged_in.remove(insertion);
        }
    }
}
