//! The keys of an encrypted agency: one data key for each client, one for what is the agency's own, one for the keys of
//! indexes. They lie in one file, each wrapped by the master key, which lies elsewhere. To erase a client is to destroy
//! her key: the journal stays as it is, and nobody can read her part of it any more.
//!
//! ```text
//! <agency>/keyring: magic "CLkr" | version u16 | master's fingerprint 8 | count u32
//!                   count times: number u32 | state u8 | owner 16 | nonce 12 | wrapped key 32 | tag 16
//!                   nonce 12 | tag 16 over everything before
//! ```
//!
//! The file is written whole, beside itself and renamed. A new key is in it before anything sealed with it is handed on.

use super::files::{Files, read_whole, replace};
use super::seal::{Key, NONCE, OVERHEAD, nonce};
use hmac::{Hmac, Mac};
use sha2::Sha256;
use std::collections::{BTreeMap, HashMap, HashSet};
use std::fmt;
use std::sync::{Arc, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};
use zeroize::Zeroizing;

/// The file in the agency's directory. A backup without it holds nothing that can be read.
pub const FILE: &str = "keyring";
/// Whose key seals what belongs to no client.
pub const AGENCY: [u8; 16] = [0; 16];
/// Whose key makes the keys of indexes; it never changes, because these must be found again.
const INDEX: [u8; 16] = [0xFF; 16];

const MAGIC: &[u8; 4] = b"CLkr";
const VERSION: u16 = 1;
const HEAD: usize = 4 + 2 + 8 + 4;
const ENTRY: usize = 4 + 1 + 16 + WRAPPED;
/// The standings as they are written.
const LIVE: u8 = 1;
const RETIRED: u8 = 2;
const ERASED: u8 = 3;
const WRAPPED: usize = OVERHEAD + 32;
/// No keyring is longer: a million clients.
const LONGEST: usize = HEAD + 1_000_000 * ENTRY + OVERHEAD;

/// Why keys are not to be had. Names no key's bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum KeyringError {
    /// The file could not be read or written, or there is no randomness.
    Io(String),
    /// Another master key than the one it was wrapped with: wanted, given.
    Wrong(String, String),
    /// The file was changed or cut short.
    Damaged,
    /// Written by a newer caseload.
    Newer(u16),
    /// What would be sealed belongs to somebody who was erased.
    Erased,
}

impl fmt::Display for KeyringError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Io(what) => f.write_str(what),
            Self::Wrong(wanted, given) => {
                write!(f, "the master key is another one: the keyring wants {wanted}, this is {given}")
            }
            Self::Damaged => f.write_str("the keyring is damaged; restore this file from a backup"),
            Self::Newer(version) => {
                write!(f, "the keyring was written by a newer caseload (version {version}); use that one")
            }
            Self::Erased => f.write_str("that client's records were erased"),
        }
    }
}

impl std::error::Error for KeyringError {}

/// The key that wraps all others.
#[derive(Clone)]
pub struct MasterKey(Key);

/// What a key's text begins with.
const TEXT: &str = "caseload-master-key-1";

impl MasterKey {
    /// A fresh one.
    pub fn random() -> Result<Self, KeyringError> {
        Key::random().map(Self).map_err(KeyringError::Io)
    }

    /// Reads a key's text; lines that begin with `#` are remarks.
    pub fn parse(text: &str) -> Option<Self> {
        let mut lines = text.lines().map(str::trim).filter(|l| !l.is_empty() && !l.starts_with('#'));
        let hex = lines.next()?.strip_prefix(TEXT)?.trim();
        if lines.next().is_some() || hex.len() != 64 || !hex.is_ascii() {
            return None;
        }
        let mut bytes = Zeroizing::new([0; 32]);
        for (i, byte) in bytes.iter_mut().enumerate() {
            *byte = u8::from_str_radix(hex.get(2 * i..2 * i + 2)?, 16).ok()?;
        }
        Some(Self(Key::new(*bytes)))
    }

    /// Its text, for a file.
    pub fn text(&self) -> Zeroizing<String> {
        let mut text = Zeroizing::new(String::with_capacity(200));
        text.push_str("# Opens the agency whose keyring wants ");
        text.push_str(&self.fingerprint());
        text.push_str(". Without it nobody reads that agency again: keep a copy off this machine.\n");
        text.push_str(TEXT);
        text.push(' ');
        for byte in self.0.bytes() {
            for half in [byte >> 4, byte & 15] {
                text.push(char::from_digit(u32::from(half), 16).unwrap_or('0'));
            }
        }
        text.push('\n');
        text
    }

    /// By what it is known without being told: `5f3a-09c1-…`.
    pub fn fingerprint(&self) -> String {
        fingerprint_text(self.mark())
    }

    fn mark(&self) -> [u8; 8] {
        let full = mac(&self.0, &[b"caseload master key"]);
        let mut out = [0; 8];
        out.copy_from_slice(&full[..8]);
        out
    }
}

fn fingerprint_text(mark: [u8; 8]) -> String {
    let parts: Vec<String> = mark.chunks(2).map(|p| p.iter().map(|b| format!("{b:02x}")).collect()).collect();
    parts.join("-")
}

fn mac(key: &Key, parts: &[&[u8]]) -> [u8; 32] {
    // A key of any length fits an HMAC; 32 bytes do.
    let Ok(mut mac) = <Hmac<Sha256> as Mac>::new_from_slice(key.bytes()) else { return [0; 32] };
    for part in parts {
        mac.update(&(part.len() as u64).to_be_bytes());
        mac.update(part);
    }
    mac.finalize().into_bytes().into()
}

/// What a key is for now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Standing {
    /// Seals and opens.
    Live,
    /// Opens only: a newer one seals.
    Retired,
    /// Destroyed.
    Erased,
}

struct Slot {
    owner: [u8; 16],
    standing: Standing,
    key: Option<Key>,
    wrapped: [u8; WRAPPED],
}

struct State {
    master: MasterKey,
    slots: BTreeMap<u32, Slot>,
    /// The key that seals, of each owner.
    live: HashMap<[u8; 16], u32>,
    /// Whose keys were destroyed.
    erased: HashSet<[u8; 16]>,
}

/// What is in a keyring, counted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Status {
    /// The master key's fingerprint.
    pub master: String,
    /// Keys that seal and open.
    pub live: usize,
    /// Keys that only open what was sealed before newer ones.
    pub retired: usize,
    /// Clients whose keys were destroyed.
    pub erased: usize,
}

/// An open keyring.
pub struct Keyring {
    files: Arc<dyn Files>,
    state: RwLock<State>,
}

impl fmt::Debug for Keyring {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Keyring(…)")
    }
}

/// Whether an agency's directory holds a keyring.
pub fn stands(files: &dyn Files) -> Result<bool, KeyringError> {
    files.len(FILE).map(|len| len.is_some()).map_err(|e| io(&e))
}

/// The fingerprint of the master key that a keyring wants, read without any key.
pub fn wanted(files: &dyn Files) -> Result<String, KeyringError> {
    let bytes = read_whole(files, FILE, LONGEST).map_err(|e| io(&e))?.ok_or(KeyringError::Damaged)?;
    let (mark, _) = head(&bytes)?;
    Ok(fingerprint_text(mark))
}

fn io(e: &std::io::Error) -> KeyringError {
    KeyringError::Io(format!("{FILE}: {e}"))
}

fn head(bytes: &[u8]) -> Result<([u8; 8], usize), KeyringError> {
    let found = (|| {
        let rest = bytes.strip_prefix(MAGIC)?;
        let (version, rest) = rest.split_first_chunk()?;
        let (mark, rest) = rest.split_first_chunk()?;
        let (count, _) = rest.split_first_chunk()?;
        Some((u16::from_le_bytes(*version), *mark, u32::from_le_bytes(*count) as usize))
    })();
    match found {
        Some((version, _, _)) if version > VERSION => Err(KeyringError::Newer(version)),
        Some((_, mark, count)) => Ok((mark, count)),
        None => Err(KeyringError::Damaged),
    }
}

/// What a wrapped key is bound to.
fn place(number: u32, owner: &[u8; 16]) -> Vec<u8> {
    [&b"caseload data key"[..], &number.to_le_bytes(), owner].concat()
}

const WHOLE: &[u8] = b"caseload keyring";

/// What a keyring's file says without any key: whose keys it holds, and whose were destroyed.
pub struct Marks {
    bytes: Vec<u8>,
    master: [u8; 8],
    slots: BTreeMap<u32, (u8, [u8; 16])>,
}

impl Marks {
    /// Reads them. One of the master keys may be the right one: then it is known that nobody has changed the file.
    pub fn read(files: &dyn Files, masters: &[MasterKey]) -> Result<Self, KeyringError> {
        let bytes = read_whole(files, FILE, LONGEST).map_err(|e| io(&e))?.ok_or(KeyringError::Damaged)?;
        let (master, count) = head(&bytes)?;
        let (body, seal) = split(&bytes, count)?;
        if let Some(key) = masters.iter().find(|key| key.mark() == master)
            && !is_sound(key, body, seal)
        {
            return Err(KeyringError::Damaged);
        }
        let mut slots = BTreeMap::new();
        for entry in body.get(HEAD..).unwrap_or_default().chunks_exact(ENTRY) {
            let (number, standing, owner) = clear_part(entry).ok_or(KeyringError::Damaged)?;
            slots.insert(number, (standing, owner));
        }
        Ok(Self { bytes, master, slots })
    }

    /// Whose keys were destroyed.
    pub fn erased(&self) -> HashSet<[u8; 16]> {
        self.slots.values().filter(|(standing, _)| *standing == ERASED).map(|(_, owner)| *owner).collect()
    }

    /// All that the other holds is here, under the same number, and nobody is whole again who is erased there.
    fn covers(&self, other: &Self) -> bool {
        other.slots.iter().all(|(number, (standing, owner))| {
            self.slots.get(number).is_some_and(|(mine, of)| of == owner && (*standing != ERASED || *mine == ERASED))
        })
    }
}

/// Takes over into the keyring in `files` whose keys were destroyed by what another keyring of the same agency says, so
/// that a key which an older copy still holds is not brought back. The other one takes its place where it holds all that
/// this one does; where it does not, a master key is needed to destroy them here.
pub fn take_over(files: &Arc<dyn Files>, other: &Marks, masters: &[MasterKey]) -> Result<(), KeyringError> {
    let here = Marks::read(&**files, masters)?;
    let erased = other.erased();
    let stands = |owner: &[u8; 16]| here.slots.values().any(|(standing, of)| of == owner && *standing != ERASED);
    let again: Vec<[u8; 16]> = erased.into_iter().filter(stands).collect();
    if again.is_empty() {
        return Ok(());
    }
    if other.covers(&here) {
        return replace(&**files, FILE, &other.bytes).map_err(|e| io(&e));
    }
    let Some(master) = masters.iter().find(|key| key.mark() == here.master) else {
        return Err(KeyringError::Io(format!(
            "somebody was erased since this backup, and the key {} is needed to keep it so",
            fingerprint_text(here.master)
        )));
    };
    let ring = Keyring::open(Arc::clone(files), master.clone())?;
    again.iter().try_for_each(|owner| ring.erase(owner).map(drop))
}

/// Body and seal of a keyring's file that is as long as it says.
fn split(bytes: &[u8], count: usize) -> Result<(&[u8], &[u8]), KeyringError> {
    let whole = bytes.len().checked_sub(OVERHEAD).map(|at| bytes.split_at(at));
    let (body, seal) = whole.ok_or(KeyringError::Damaged)?;
    let entries = body.len().checked_sub(HEAD);
    if entries.is_none() || count.checked_mul(ENTRY) != entries {
        return Err(KeyringError::Damaged);
    }
    Ok((body, seal))
}

fn is_sound(master: &MasterKey, body: &[u8], seal: &[u8]) -> bool {
    master.0.open(&[WHOLE, body].concat(), seal).is_some()
}

/// Number, standing and owner of an entry.
fn clear_part(entry: &[u8]) -> Option<(u32, u8, [u8; 16])> {
    let (number, rest) = entry.split_first_chunk()?;
    let (standing, rest) = rest.split_first()?;
    let (owner, _) = rest.split_first_chunk()?;
    Some((u32::from_le_bytes(*number), *standing, *owner))
}

impl Keyring {
    /// Makes the keyring of a new agency; there must be none.
    pub fn begin(files: Arc<dyn Files>, master: MasterKey) -> Result<Self, KeyringError> {
        if stands(&*files)? {
            return Err(KeyringError::Io("there is a keyring already".to_owned()));
        }
        let ring = Self { files, state: RwLock::new(State::of(master)) };
        ring.numbers(&[AGENCY, INDEX])?;
        Ok(ring)
    }

    /// Opens it; nothing is changed when the key is another one.
    pub fn open(files: Arc<dyn Files>, master: MasterKey) -> Result<Self, KeyringError> {
        let bytes = read_whole(&*files, FILE, LONGEST).map_err(|e| io(&e))?.ok_or(KeyringError::Damaged)?;
        let state = State::read(&bytes, master)?;
        Ok(Self { files, state: RwLock::new(state) })
    }

    fn read(&self) -> RwLockReadGuard<'_, State> {
        self.state.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn write(&self) -> RwLockWriteGuard<'_, State> {
        self.state.write().unwrap_or_else(PoisonError::into_inner)
    }

    /// The numbers of the keys that seal for these owners. What is not there yet is made, and is on the disk when this
    /// returns.
    pub fn numbers(&self, owners: &[[u8; 16]]) -> Result<Vec<u32>, KeyringError> {
        {
            let state = self.read();
            let known: Vec<u32> = owners.iter().filter_map(|o| state.live.get(o).copied()).collect();
            if known.len() == owners.len() {
                return Ok(known);
            }
        }
        let mut state = self.write();
        let mut made = Vec::new();
        let mut next = state.slots.last_key_value().map_or(1, |(number, _)| number + 1);
        for owner in owners {
            if state.live.contains_key(owner) || made.iter().any(|(_, slot): &(u32, Slot)| slot.owner == *owner) {
                continue;
            }
            if state.erased.contains(owner) {
                return Err(KeyringError::Erased);
            }
            made.push((next, state.make(next, *owner)?));
            next += 1;
        }
        let numbers: Vec<(u32, [u8; 16])> = made.iter().map(|(number, slot)| (*number, slot.owner)).collect();
        for (number, slot) in made {
            state.slots.insert(number, slot);
        }
        if let Err(e) = self.keep(&state) {
            // Nothing was sealed with them, so their numbers may be given again.
            for (number, _) in &numbers {
                state.slots.remove(number);
            }
            return Err(e);
        }
        for (number, owner) in numbers {
            state.live.insert(owner, number);
        }
        owners.iter().map(|o| state.live.get(o).copied().ok_or(KeyringError::Damaged)).collect()
    }

    fn keep(&self, state: &State) -> Result<(), KeyringError> {
        replace(&*self.files, FILE, &state.bytes()?).map_err(|e| io(&e))
    }

    /// Whose key this is.
    pub fn owner(&self, number: u32) -> Option<[u8; 16]> {
        self.read().slots.get(&number).map(|slot| slot.owner)
    }

    /// The key of this number: none when it was destroyed, an error when it was never here.
    pub fn key(&self, number: u32) -> Result<Option<Key>, u32> {
        self.read().slots.get(&number).map(|slot| slot.key.clone()).ok_or(number)
    }

    /// Whether somebody's keys were destroyed.
    pub fn is_erased(&self, owner: &[u8; 16]) -> bool {
        self.read().erased.contains(owner)
    }

    /// A digest that tells nobody without the key what was digested, for the keys of indexes.
    pub fn digest(&self, parts: &[&[u8]]) -> [u8; 32] {
        let state = self.read();
        let key = state.live.get(&INDEX).and_then(|number| state.slots.get(number)).and_then(|slot| slot.key.as_ref());
        key.map_or([0; 32], |key| mac(key, parts))
    }

    /// Destroys a client's keys; how many there were. Durable when it returns.
    pub fn erase(&self, owner: &[u8; 16]) -> Result<usize, KeyringError> {
        if [AGENCY, INDEX].contains(owner) {
            return Err(KeyringError::Io("the agency's own keys are not erased".to_owned()));
        }
        let mut state = self.write();
        let mut next = state.copied();
        let mut destroyed = 0;
        for slot in next.slots.values_mut().filter(|s| s.owner == *owner && s.standing != Standing::Erased) {
            slot.standing = Standing::Erased;
            slot.key = None;
            slot.wrapped = [0; WRAPPED];
            destroyed += 1;
        }
        next.live.remove(owner);
        next.erased.insert(*owner);
        self.keep(&next)?;
        *state = next;
        Ok(destroyed)
    }

    /// Wraps all keys anew under another master key.
    pub fn rewrap(&self, master: MasterKey) -> Result<(), KeyringError> {
        let mut state = self.write();
        let mut next = state.copied();
        next.master = master;
        let State { master, slots, .. } = &mut next;
        for (number, slot) in slots.iter_mut() {
            if let Some(key) = &slot.key {
                slot.wrapped = wrap(master, *number, &slot.owner, key)?;
            }
        }
        self.keep(&next)?;
        *state = next;
        Ok(())
    }

    /// From now on new keys seal; the old ones go on opening.
    pub fn renew(&self) -> Result<(), KeyringError> {
        {
            let mut state = self.write();
            let mut next = state.copied();
            for slot in next.slots.values_mut().filter(|s| s.owner != INDEX && s.standing == Standing::Live) {
                slot.standing = Standing::Retired;
            }
            next.live.retain(|owner, _| *owner == INDEX);
            self.keep(&next)?;
            *state = next;
        }
        self.numbers(&[AGENCY]).map(drop)
    }

    /// How many clients were erased: rows made before are not those of now.
    pub fn erasures(&self) -> u32 {
        self.read().erased.len() as u32
    }

    /// What is in it.
    pub fn status(&self) -> Status {
        let state = self.read();
        let count = |standing| state.slots.values().filter(|slot| slot.standing == standing).count();
        Status {
            master: state.master.fingerprint(),
            live: count(Standing::Live),
            retired: count(Standing::Retired),
            erased: state.erased.len(),
        }
    }
}

fn wrap(master: &MasterKey, number: u32, owner: &[u8; 16], key: &Key) -> Result<[u8; WRAPPED], KeyringError> {
    let nonce = nonce().map_err(KeyringError::Io)?;
    let sealed = master.0.seal(nonce, &place(number, owner), key.bytes()).map_err(KeyringError::Io)?;
    sealed.try_into().map_err(|_| KeyringError::Damaged)
}

impl State {
    fn of(master: MasterKey) -> Self {
        Self { master, slots: BTreeMap::new(), live: HashMap::new(), erased: HashSet::new() }
    }

    fn make(&self, number: u32, owner: [u8; 16]) -> Result<Slot, KeyringError> {
        let key = Key::random().map_err(KeyringError::Io)?;
        let wrapped = wrap(&self.master, number, &owner, &key)?;
        Ok(Slot { owner, standing: Standing::Live, key: Some(key), wrapped })
    }

    fn copied(&self) -> Self {
        let slots = self.slots.iter().map(|(number, s)| {
            (*number, Slot { owner: s.owner, standing: s.standing, key: s.key.clone(), wrapped: s.wrapped })
        });
        Self {
            master: self.master.clone(),
            slots: slots.collect(),
            live: self.live.clone(),
            erased: self.erased.clone(),
        }
    }

    fn bytes(&self) -> Result<Vec<u8>, KeyringError> {
        let mut out = Vec::with_capacity(HEAD + self.slots.len() * ENTRY + OVERHEAD);
        out.extend_from_slice(MAGIC);
        out.extend_from_slice(&VERSION.to_le_bytes());
        out.extend_from_slice(&self.master.mark());
        out.extend_from_slice(&(self.slots.len() as u32).to_le_bytes());
        for (number, slot) in &self.slots {
            out.extend_from_slice(&number.to_le_bytes());
            out.push(match slot.standing {
                Standing::Live => LIVE,
                Standing::Retired => RETIRED,
                Standing::Erased => ERASED,
            });
            out.extend_from_slice(&slot.owner);
            out.extend_from_slice(&slot.wrapped);
        }
        let bound = [WHOLE, &out].concat();
        let sealed = self.master.0.seal(nonce().map_err(KeyringError::Io)?, &bound, &[]).map_err(KeyringError::Io)?;
        out.extend_from_slice(&sealed);
        Ok(out)
    }

    fn read(bytes: &[u8], master: MasterKey) -> Result<Self, KeyringError> {
        let (mark, count) = head(bytes)?;
        if mark != master.mark() {
            return Err(KeyringError::Wrong(fingerprint_text(mark), master.fingerprint()));
        }
        let (body, seal) = split(bytes, count)?;
        if !is_sound(&master, body, seal) {
            return Err(KeyringError::Damaged);
        }
        let entries = body.get(HEAD..).ok_or(KeyringError::Damaged)?;
        let mut state = Self::of(master);
        for entry in entries.chunks_exact(ENTRY) {
            let (number, slot) = state.read_entry(entry).ok_or(KeyringError::Damaged)?;
            match slot.standing {
                Standing::Live => drop(state.live.insert(slot.owner, number)),
                Standing::Erased => drop(state.erased.insert(slot.owner)),
                Standing::Retired => {}
            }
            state.slots.insert(number, slot);
        }
        Ok(state)
    }

    fn read_entry(&self, entry: &[u8]) -> Option<(u32, Slot)> {
        let (number, standing, owner) = clear_part(entry)?;
        let wrapped: [u8; WRAPPED] = entry.last_chunk().copied()?;
        let standing = match standing {
            LIVE => Standing::Live,
            RETIRED => Standing::Retired,
            ERASED => Standing::Erased,
            _ => return None,
        };
        let key = if standing == Standing::Erased {
            None
        } else {
            let plain = Zeroizing::new(self.master.0.open(&place(number, &owner), &wrapped)?);
            Some(Key::new(plain.as_slice().try_into().ok()?))
        };
        Some((number, Slot { owner, standing, key, wrapped }))
    }
}

const _: () = assert!(NONCE == 12 && WRAPPED == 60);
