//! Checkpoints: how far both chains had got at an instant, and by which hashes. One that somebody keeps elsewhere (on
//! paper, in a mail, on another machine) proves later that nothing up to it was altered, removed or put in another order,
//! even by whoever can write to every file here.
//!
//! It is told in two forms. The **text** holds both hashes whole. The **code**, eight groups of five signs, holds both
//! numbers and 104 bits of a digest over both hashes: short enough to be read out or written down, and long enough that
//! no other chain can be made to fit it.

use super::engine::Seq;
use super::frame::Hash;
use crate::domain::time::Moment;
use sha2::{Digest, Sha256};
use std::fmt::Write as _;

/// Said before what is hashed, so that a digest from here is never one from elsewhere.
const DOMAIN_TAG: &[u8] = b"caseload-checkpoint-v1";
/// The signs of a code: no I, L, O or U, which are misread.
const SIGNS: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
/// Bytes of the digest in a code.
const DIGEST: usize = 13;
/// Bytes of a code: two numbers of five, the digest, and two that find a slip of the pen.
const CODE: usize = 5 + 5 + DIGEST + 2;
/// Signs of a group.
const GROUP: usize = 5;

/// How far one chain had got.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Mark {
    /// Its last entry.
    pub seq: Seq,
    /// That entry's hash.
    pub hash: Hash,
}

/// How far both had got.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Checkpoint {
    /// When.
    pub at: Moment,
    /// What was changed.
    pub changes: Mark,
    /// Who saw what.
    pub accesses: Mark,
}

/// What somebody brought to compare with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Brought {
    /// The text, which tells the chains apart.
    Whole(Checkpoint),
    /// The code.
    Code(Code),
}

/// What a code holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Code {
    /// The last change.
    pub changes: Seq,
    /// The last access.
    pub accesses: Seq,
    digest: [u8; DIGEST],
}

impl Code {
    /// Whether two hashes at its numbers are those that it was made of.
    pub fn fits(&self, changes: &Hash, accesses: &Hash) -> bool {
        let mark = |seq, hash: &Hash| Mark { seq, hash: *hash };
        digest(mark(self.changes, changes), mark(self.accesses, accesses)) == self.digest
    }
}

fn digest(changes: Mark, accesses: Mark) -> [u8; DIGEST] {
    let mut hasher = Sha256::new();
    hasher.update(DOMAIN_TAG);
    for mark in [changes, accesses] {
        hasher.update(mark.seq.to_le_bytes());
        hasher.update(mark.hash);
    }
    let full: [u8; 32] = hasher.finalize().into();
    let mut out = [0; DIGEST];
    out.copy_from_slice(&full[..DIGEST]);
    out
}

impl Checkpoint {
    /// `0001H-7K2M9-…`: eight groups of five.
    pub fn code(&self) -> String {
        let mut bytes = [0u8; CODE];
        bytes[..5].copy_from_slice(&self.changes.seq.to_be_bytes()[3..]);
        bytes[5..10].copy_from_slice(&self.accesses.seq.to_be_bytes()[3..]);
        bytes[10..10 + DIGEST].copy_from_slice(&digest(self.changes, self.accesses));
        let check = crc32fast::hash(&bytes[..CODE - 2]).to_be_bytes();
        bytes[CODE - 2..].copy_from_slice(&check[2..]);
        let mut out = String::new();
        // Five bytes are eight signs.
        for five in bytes.as_chunks::<5>().0 {
            let bits = five.iter().fold(0u64, |bits, byte| bits << 8 | u64::from(*byte));
            for n in (0..8).rev() {
                let sign = SIGNS[(bits >> (5 * n) & 31) as usize];
                if !out.is_empty() && out.chars().filter(|c| *c != '-').count().is_multiple_of(GROUP) {
                    out.push('-');
                }
                out.push(char::from(sign));
            }
        }
        out
    }

    /// The block that is sent or printed.
    pub fn text(&self) -> String {
        let (changes, accesses) = (self.changes, self.accesses);
        format!(
            "caseload checkpoint of {}\nchanges  {} {}\naccesses {} {}\ncode     {}\n",
            self.at.rfc3339(),
            changes.seq,
            hex(&changes.hash),
            accesses.seq,
            hex(&accesses.hash),
            self.code()
        )
    }

    /// The same on one line, as the file of checkpoints keeps it.
    pub fn line(&self) -> String {
        let (changes, accesses) = (self.changes, self.accesses);
        let (c, a) = (hex(&changes.hash), hex(&accesses.hash));
        format!("{} changes {} {c} accesses {} {a}\n", self.at.rfc3339(), changes.seq, accesses.seq)
    }

    /// Reads a text or a line, whatever blanks, line ends or marks of a quoted mail stand between its words.
    pub fn parse(text: &str) -> Option<Self> {
        let words: Vec<&str> = text.split_whitespace().filter(|w| *w != ">").collect();
        let mark = |name: &str| {
            let at = words.iter().position(|w| *w == name)?;
            Some(Mark { seq: words.get(at + 1)?.parse().ok()?, hash: unhex(words.get(at + 2)?)? })
        };
        let at = words.iter().find_map(|w| Moment::parse_rfc3339(w)).unwrap_or_default();
        Some(Self { at, changes: mark("changes")?, accesses: mark("accesses")? })
    }
}

impl Brought {
    /// Reads a code or a text; what is wrong with it otherwise.
    pub fn parse(text: &str) -> Result<Self, &'static str> {
        if let Some(whole) = Checkpoint::parse(text) {
            return Ok(Self::Whole(whole));
        }
        parse_code(text).map(Self::Code)
    }
}

fn parse_code(text: &str) -> Result<Code, &'static str> {
    let mut bytes = Vec::with_capacity(CODE);
    let (mut bits, mut n) = (0u64, 0);
    for c in text.chars().filter(|c| !c.is_whitespace() && *c != '-') {
        let sign = match c.to_ascii_uppercase() {
            'O' => '0',
            'I' | 'L' => '1',
            other => other,
        };
        let value = SIGNS.iter().position(|s| char::from(*s) == sign);
        bits = bits << 5 | value.ok_or("a sign in it is of no checkpoint code")? as u64;
        n += 1;
        if n % 8 == 0 {
            bytes.extend_from_slice(&bits.to_be_bytes()[3..]);
            bits = 0;
        }
    }
    if n != CODE * 8 / 5 {
        return Err("a checkpoint code has eight groups of five signs");
    }
    let check = crc32fast::hash(&bytes[..CODE - 2]).to_be_bytes();
    if bytes[CODE - 2..] != check[2..] {
        return Err("a sign in it is mistyped");
    }
    let number = |from: usize| bytes[from..from + 5].iter().fold(0u64, |n, b| n << 8 | u64::from(*b));
    let mut digest = [0; DIGEST];
    digest.copy_from_slice(&bytes[10..10 + DIGEST]);
    Ok(Code { changes: number(0), accesses: number(5), digest })
}

/// Bytes as pairs of hexadecimal digits.
pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut out, byte| {
        let _ = write!(out, "{byte:02x}");
        out
    })
}

fn unhex(text: &str) -> Option<Hash> {
    let (pairs, []) = text.as_bytes().as_chunks::<2>() else { return None };
    let mut hash = [0; 32];
    if pairs.len() != hash.len() {
        return None;
    }
    for (byte, pair) in hash.iter_mut().zip(pairs) {
        *byte = u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok()?;
    }
    Some(hash)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sample(n: u64) -> Checkpoint {
        let mark =
            |seq: u64, salt: &[u8]| Mark { seq, hash: super::super::frame::hash(&[salt, &seq.to_le_bytes()].concat()) };
        Checkpoint {
            at: Moment(1_772_457_000_000 + n as i64 * 1000),
            changes: mark(n * 977, b"c"),
            accesses: mark(n * 12_345, b"a"),
        }
    }

    #[test]
    fn what_is_told_is_read_again() {
        for n in 0..200 {
            let one = sample(n);
            assert_eq!(Checkpoint::parse(&one.text()), Some(one));
            assert_eq!(Checkpoint::parse(&one.line()), Some(one));
            let quoted: String = one.text().lines().map(|l| format!("> {l}\r\n")).collect();
            assert_eq!(Brought::parse(&quoted), Ok(Brought::Whole(one)));
            let code = one.code();
            assert_eq!((code.len(), code.split('-').count()), (47, 8), "{code}");
            let careless = code.to_lowercase().replace('-', " ").replace('0', "o").replace('1', "l");
            for text in [&code, &careless] {
                let Ok(Brought::Code(read)) = Brought::parse(text) else { panic!("{text}") };
                assert_eq!((read.changes, read.accesses), (one.changes.seq, one.accesses.seq));
                assert!(read.fits(&one.changes.hash, &one.accesses.hash));
                assert!(!read.fits(&one.accesses.hash, &one.changes.hash));
                let mut other = one.accesses.hash;
                other[31] ^= 1;
                assert!(!read.fits(&one.changes.hash, &other));
            }
        }
    }

    #[test]
    fn a_slip_of_the_pen_is_found() {
        let code = sample(7).code();
        let mut found = 0;
        for at in 0..code.len() {
            if code.as_bytes()[at] == b'-' {
                continue;
            }
            for sign in SIGNS {
                let mut wrong = code.clone().into_bytes();
                if wrong[at] == *sign {
                    continue;
                }
                wrong[at] = *sign;
                assert!(Brought::parse(std::str::from_utf8(&wrong).unwrap()).is_err());
                found += 1;
            }
        }
        assert_eq!(found, 40 * 31);
        for text in ["", "0", &code[1..], &format!("{code}0"), "changes 1 abc accesses 2 def"] {
            assert!(Brought::parse(text).is_err(), "{text}");
        }
    }
}
