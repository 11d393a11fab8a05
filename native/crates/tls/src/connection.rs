//! One connection: bytes of the network in, bytes for the network out, and in between the text.

use std::io::{self, Read, Write};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread;

use rustls::pki_types::ServerName;
use rustls::{ClientConfig, ClientConnection, HandshakeKind, ProtocolVersion};

use crate::key::{Desk, Request, at};
use crate::trouble::Trouble;

/// Where a connection is after it was given something.
#[derive(Debug, PartialEq, Eq)]
pub enum Step {
    /// It has done what it could with what it was given.
    Done,
    /// It waits for a signature: [`Connection::signed`] goes on, dropping the connection gives it up.
    Sign(Request),
}

/// A client's end of one connection.
pub struct Connection(State);

enum State {
    Here(Box<Inside>),
    /// A step of the handshake waits on its thread for a signature.
    Away {
        answers: Sender<Vec<u8>>,
        events: Receiver<Event>,
    },
    Lost,
}

enum Event {
    Asked(Request),
    Ended(Box<Inside>, Result<(), Trouble>),
}

struct Inside {
    tls: ClientConnection,
    text: Vec<u8>,
    closed: bool,
}

impl Connection {
    pub(crate) fn begin(config: Arc<ClientConfig>, server: ServerName<'static>) -> Result<Self, Trouble> {
        let mut tls = ClientConnection::new(config, server).map_err(|error| Trouble::from(&error))?;
        tls.set_buffer_limit(None);
        Ok(Self(State::Here(Box::new(Inside { tls, text: Vec::new(), closed: false }))))
    }

    /// Take in what the network brought; nothing at all means that it ended.
    ///
    /// # Errors
    /// What the server or its certificate is refused for. What remains to be said to it is in [`Self::outgoing`].
    pub fn receive(&mut self, bytes: &[u8]) -> Result<Step, Trouble> {
        let mut inside = self.take()?;
        if !inside.tls.is_handshaking() {
            let done = inside.receive(bytes);
            self.0 = State::Here(inside);
            return done.map(|()| Step::Done);
        }
        let (events, told) = channel();
        let (answers, answered) = channel();
        let bytes = bytes.to_vec();
        let step = move || handshake(inside, &bytes, events, answered);
        thread::Builder::new().name("caducee-tls".into()).spawn(step).map_err(|_| Trouble::Broken)?;
        self.0 = State::Away { answers, events: told };
        self.next()
    }

    /// Give the signature that was asked for.
    ///
    /// # Errors
    /// As [`Self::receive`]; [`Trouble::Broken`] when none was asked for.
    pub fn signed(&mut self, signature: Vec<u8>) -> Result<Step, Trouble> {
        match &self.0 {
            State::Away { answers, .. } => answers.send(signature).map_err(|_| Trouble::Unsigned)?,
            _ => return Err(Trouble::Broken),
        }
        self.next()
    }

    /// Encrypt text for the server.
    ///
    /// # Errors
    /// [`Trouble::Broken`].
    pub fn write(&mut self, text: &[u8]) -> Result<(), Trouble> {
        self.here()?.tls.writer().write_all(text).map_err(|_| Trouble::Broken)
    }

    /// Take what is to be sent to the server now.
    pub fn outgoing(&mut self) -> Vec<u8> {
        let mut bytes = Vec::new();
        if let Ok(inside) = self.here() {
            while inside.tls.wants_write() {
                if inside.tls.write_tls(&mut bytes).is_err() {
                    break;
                }
            }
        }
        bytes
    }

    /// Take the text that the server has sent so far.
    pub fn text(&mut self) -> Vec<u8> {
        self.here().map(|inside| std::mem::take(&mut inside.text)).unwrap_or_default()
    }

    /// Whether the two sides have not yet agreed.
    #[must_use]
    pub fn is_handshaking(&self) -> bool {
        !matches!(&self.0, State::Here(inside) if !inside.tls.is_handshaking())
    }

    /// Whether the server has said that it sends nothing more.
    #[must_use]
    pub fn is_closed(&self) -> bool {
        matches!(&self.0, State::Here(inside) if inside.closed)
    }

    /// Whether an earlier session was resumed, without a signature.
    #[must_use]
    pub fn is_resumed(&self) -> bool {
        matches!(&self.0, State::Here(inside) if inside.tls.handshake_kind() == Some(HandshakeKind::Resumed))
    }

    /// Whether the server, in TLS 1.3, has not yet sent what a later connection could resume with.
    #[must_use]
    pub fn lacks_ticket(&self) -> bool {
        matches!(&self.0, State::Here(inside) if inside.is_tls13() && inside.tls.tls13_tickets_received() == 0)
    }

    /// `1.2` or `1.3`, empty before it is agreed.
    #[must_use]
    pub fn version(&self) -> &'static str {
        match &self.0 {
            State::Here(inside) if inside.is_tls13() => "1.3",
            State::Here(inside) if inside.tls.protocol_version().is_some() => "1.2",
            _ => "",
        }
    }

    fn next(&mut self) -> Result<Step, Trouble> {
        let State::Away { events, .. } = &self.0 else { return Err(Trouble::Broken) };
        match events.recv() {
            Ok(Event::Asked(request)) => Ok(Step::Sign(request)),
            Ok(Event::Ended(inside, done)) => {
                self.0 = State::Here(inside);
                done.map(|()| Step::Done)
            }
            Err(_) => {
                self.0 = State::Lost;
                Err(Trouble::Broken)
            }
        }
    }

    fn take(&mut self) -> Result<Box<Inside>, Trouble> {
        match std::mem::replace(&mut self.0, State::Lost) {
            State::Here(inside) => Ok(inside),
            other => {
                self.0 = other;
                Err(Trouble::Broken)
            }
        }
    }

    fn here(&mut self) -> Result<&mut Inside, Trouble> {
        match &mut self.0 {
            State::Here(inside) => Ok(inside),
            _ => Err(Trouble::Broken),
        }
    }
}

impl Inside {
    fn receive(&mut self, bytes: &[u8]) -> Result<(), Trouble> {
        if bytes.is_empty() {
            self.tls.read_tls(&mut io::empty()).map_err(|_| Trouble::Broken)?;
            return self.take_text();
        }
        let mut rest = bytes;
        while !rest.is_empty() && !self.closed {
            self.tls.read_tls(&mut rest).map_err(|_| Trouble::Broken)?;
            self.tls.process_new_packets().map_err(|error| Trouble::from(&error))?;
            self.take_text()?;
        }
        Ok(())
    }

    fn take_text(&mut self) -> Result<(), Trouble> {
        match self.tls.reader().read_to_end(&mut self.text) {
            Ok(_) => self.closed = true,
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
            Err(_) => return Err(Trouble::CutShort),
        }
        Ok(())
    }

    fn is_tls13(&self) -> bool {
        self.tls.protocol_version() == Some(ProtocolVersion::TLSv1_3)
    }
}

/// One step of a handshake, on a thread of its own: it may sleep for as long as a person takes to type a PIN.
fn handshake(mut inside: Box<Inside>, bytes: &[u8], events: Sender<Event>, answers: Receiver<Vec<u8>>) {
    let asking = events.clone();
    // Nobody there any more: the desk finds out when it waits for the answer.
    let ask = Box::new(move |request| drop(asking.send(Event::Asked(request))));
    let done = at(Desk { ask, answers }, || inside.receive(bytes));
    // Nobody there any more: the connection was given up.
    let _ = events.send(Event::Ended(inside, done));
}
