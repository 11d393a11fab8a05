//! A TLS client without I/O, for a private key that stays somewhere else: on a card, in an HSM, on another machine.
//!
//! Bytes go in and come out; a handshake that needs a signature stops and says which ([`Step::Sign`]), and goes on when
//! it is given. Nothing here calls back, waits for a person or knows of sockets.

mod client;
mod connection;
mod key;
mod trouble;

pub use client::{Client, Identity};
pub use connection::{Connection, Step};
pub use key::{Request, Scheme};
pub use trouble::Trouble;
