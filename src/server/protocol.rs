//! What goes over the socket: frames of `length u32 LE · bytes`, at most [`MOST`] long. The first frame each way has a
//! shape that never changes, so that programs of any two versions can tell each other why they do not fit.

use crate::service::api::{Change, Present, Reply, Request, Seq, Ticket};
use crate::service::vault::Vault;
use crate::store::codec::{CodecError, from_bytes, message};
use serde::{Deserialize, Serialize};

/// Changes with every change of a message's shape.
pub const PROTOCOL: u16 = 1;
/// Longest frame, in bytes.
pub const MOST: usize = 1 << 20;
/// The client's first bytes.
const MAGIC: [u8; 8] = *b"caseload";
/// Longest version text.
const MOST_VERSION: usize = 64;
/// Longest text of where a client sits.
const MOST_ORIGIN: usize = 120;

/// Why bytes are no message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Bad {
    /// Longer than [`MOST`].
    TooLong(usize),
    /// Not what was expected here.
    Shape,
}

impl std::fmt::Display for Bad {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::TooLong(n) => write!(f, "a message of {n} bytes is too long"),
            Self::Shape => f.write_str("a message makes no sense"),
        }
    }
}

impl From<CodecError> for Bad {
    fn from(error: CodecError) -> Self {
        match error {
            CodecError::TooLarge(n) => Self::TooLong(n),
            _ => Self::Shape,
        }
    }
}

/// What a client says first. It never says who it is: the kernel does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hello {
    /// Its [`PROTOCOL`].
    pub protocol: u16,
    /// Its version, for words.
    pub version: String,
    /// Where it sits: terminal and SSH client. A claim, kept as such.
    pub origin: String,
}

/// What the server answers to it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer {
    /// Come in.
    Welcome {
        /// The journal's epoch: another one than before says that the agency was restored.
        epoch: u64,
        /// The newest commit.
        seq: Seq,
        /// The time zone on the agency's wall.
        zone: String,
        /// What this user's drafts are sealed with, if they must be left behind.
        vault: Vault,
    },
    /// No, and why, in words for the user.
    Refused {
        /// The server's [`PROTOCOL`].
        protocol: u16,
        /// Its version.
        version: String,
        /// Why.
        why: String,
    },
}

/// What a client says then.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub enum Ask {
    /// A request; its reply names the ticket.
    Request(Ticket, Box<Request>),
    /// That the server may end, from whoever it runs as, when nobody else is connected. Answered with
    /// [`Say::Stopping`].
    Stop,
}

/// What the server says then.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub enum Say {
    /// The reply to a ticket.
    Reply(Ticket, Reply),
    /// Something changed.
    Change {
        /// The journal's epoch.
        epoch: u64,
        /// What.
        change: Change,
    },
    /// Who else is where this client is.
    Present(Present),
    /// More has changed than was kept for this client: everything is to be asked again.
    Resync {
        /// The journal's epoch.
        epoch: u64,
        /// The newest commit.
        seq: Seq,
    },
    /// The user of this connection is locked: nothing is told until it is open again.
    Locked,
    /// The server ends the connection, and why.
    Bye(String),
    /// Whether it ends as was asked.
    Stopping(bool),
}

fn framed(body: &[u8]) -> Result<Vec<u8>, Bad> {
    if body.len() > MOST {
        return Err(Bad::TooLong(body.len()));
    }
    let mut out = Vec::with_capacity(4 + body.len());
    out.extend_from_slice(&(body.len() as u32).to_le_bytes());
    out.extend_from_slice(body);
    Ok(out)
}

/// A message as a frame.
pub fn frame<T: Serialize>(what: &T) -> Result<Vec<u8>, Bad> {
    framed(&message(what)?)
}

/// The message in a frame's bytes.
pub fn read<T: serde::de::DeserializeOwned>(bytes: &[u8]) -> Result<T, Bad> {
    Ok(from_bytes(bytes)?)
}

/// How long the frame is whose length these four bytes are.
pub fn length(bytes: [u8; 4]) -> Result<usize, Bad> {
    let length = u32::from_le_bytes(bytes) as usize;
    if length > MOST { Err(Bad::TooLong(length)) } else { Ok(length) }
}

fn text(out: &mut Vec<u8>, text: &str, most: usize) {
    let mut end = text.len().min(most);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    out.extend_from_slice(&(end as u16).to_le_bytes());
    out.extend_from_slice(&text.as_bytes()[..end]);
}

fn take<'a>(bytes: &mut &'a [u8], n: usize) -> Result<&'a [u8], Bad> {
    let (head, tail) = bytes.split_at_checked(n).ok_or(Bad::Shape)?;
    *bytes = tail;
    Ok(head)
}

fn number<const N: usize>(bytes: &mut &[u8]) -> Result<[u8; N], Bad> {
    take(bytes, N)?.try_into().map_err(|_| Bad::Shape)
}

fn take_text(bytes: &mut &[u8], most: usize) -> Result<String, Bad> {
    let length = usize::from(u16::from_le_bytes(number(bytes)?));
    if length > most {
        return Err(Bad::Shape);
    }
    std::str::from_utf8(take(bytes, length)?).map(str::to_owned).map_err(|_| Bad::Shape)
}

impl Hello {
    /// What this program says.
    pub fn new(origin: &str) -> Self {
        Self { protocol: PROTOCOL, version: env!("CARGO_PKG_VERSION").to_owned(), origin: origin.to_owned() }
    }

    /// As a frame: magic, protocol, version, origin.
    pub fn frame(&self) -> Result<Vec<u8>, Bad> {
        let mut out = MAGIC.to_vec();
        out.extend_from_slice(&self.protocol.to_le_bytes());
        text(&mut out, &self.version, MOST_VERSION);
        text(&mut out, &self.origin, MOST_ORIGIN);
        framed(&out)
    }

    /// From a frame's bytes. What a later version adds behind it is let be.
    pub fn read(mut bytes: &[u8]) -> Result<Self, Bad> {
        let bytes = &mut bytes;
        if take(bytes, MAGIC.len())? != MAGIC {
            return Err(Bad::Shape);
        }
        let protocol = u16::from_le_bytes(number(bytes)?);
        let version = take_text(bytes, MOST_VERSION)?;
        let origin = take_text(bytes, MOST_ORIGIN)?;
        Ok(Self { protocol, version, origin })
    }
}

impl Answer {
    /// A refusal of this program's.
    pub fn refused(why: impl Into<String>) -> Self {
        Self::Refused { protocol: PROTOCOL, version: env!("CARGO_PKG_VERSION").to_owned(), why: why.into() }
    }

    /// As a frame: magic, `1` and epoch, seq, zone and vault, or `0` and protocol, version, reason.
    pub fn frame(&self) -> Result<Vec<u8>, Bad> {
        let mut out = MAGIC.to_vec();
        match self {
            Self::Welcome { epoch, seq, zone, vault } => {
                out.push(1);
                out.extend_from_slice(&epoch.to_le_bytes());
                out.extend_from_slice(&seq.to_le_bytes());
                text(&mut out, zone, MOST_VERSION);
                out.extend_from_slice(&vault.id);
                out.extend_from_slice(&vault.key);
            }
            Self::Refused { protocol, version, why } => {
                out.push(0);
                out.extend_from_slice(&protocol.to_le_bytes());
                text(&mut out, version, MOST_VERSION);
                text(&mut out, why, 2_000);
            }
        }
        framed(&out)
    }

    /// From a frame's bytes.
    pub fn read(mut bytes: &[u8]) -> Result<Self, Bad> {
        let bytes = &mut bytes;
        if take(bytes, MAGIC.len())? != MAGIC {
            return Err(Bad::Shape);
        }
        match number(bytes)? {
            [1] => {
                let epoch = u64::from_le_bytes(number(bytes)?);
                let seq = u64::from_le_bytes(number(bytes)?);
                let zone = take_text(bytes, MOST_VERSION)?;
                let vault = Vault { id: number(bytes)?, key: number(bytes)? };
                Ok(Self::Welcome { epoch, seq, zone, vault })
            }
            [0] => {
                let protocol = u16::from_le_bytes(number(bytes)?);
                let version = take_text(bytes, MOST_VERSION)?;
                Ok(Self::Refused { protocol, version, why: take_text(bytes, 2_000)? })
            }
            _ => Err(Bad::Shape),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::collection::vec;
    use proptest::prelude::*;

    proptest! {
        #![proptest_config(ProptestConfig { cases: 500, failure_persistence: None, rng_seed: proptest::test_runner::RngSeed::Fixed(0x5eed), ..ProptestConfig::default() })]

        #[test]
        fn first_frames_come_back(protocol: u16, version in "[ -~é]{0,20}", origin in "[ -~é]{0,60}", epoch: u64, seq: u64, more in vec(any::<u8>(), 0..9)) {
            let hello = Hello { protocol, version: version.clone(), origin: origin.clone() };
            let mut bytes = hello.frame().unwrap();
            prop_assert_eq!(length(bytes[..4].try_into().unwrap()).unwrap(), bytes.len() - 4);
            bytes.extend(more);
            prop_assert_eq!(Hello::read(&bytes[4..]).unwrap(), hello);
            for answer in [Answer::Welcome { epoch, seq, zone: version.clone(), vault: Vault { id: [1; 8], key: [2; 32] } }, Answer::Refused { protocol, version, why: origin }] {
                prop_assert_eq!(Answer::read(&answer.frame().unwrap()[4..]).unwrap(), answer);
            }
        }

        #[test]
        fn any_bytes_are_borne(bytes in vec(any::<u8>(), 0..300)) {
            let _ = Hello::read(&bytes);
            let _ = Answer::read(&bytes);
            let _ = read::<Ask>(&bytes);
            let _ = read::<Say>(&bytes);
            let magic = [&MAGIC[..], &bytes].concat();
            let _ = Hello::read(&magic);
            let _ = Answer::read(&magic);
        }
    }

    /// The shape that never changes.
    #[test]
    fn the_first_frames_are_as_they_were_first() {
        let hello = Hello { protocol: 1, version: "0.1.0".into(), origin: "tty1".into() };
        assert_eq!(hello.frame().unwrap(), b"\x17\0\0\0caseload\x01\0\x05\x000.1.0\x04\0tty1");
        let refused = Answer::Refused { protocol: 2, version: "9".into(), why: "no".into() };
        assert_eq!(refused.frame().unwrap(), b"\x12\0\0\0caseload\0\x02\0\x01\x009\x02\0no");
    }
}
