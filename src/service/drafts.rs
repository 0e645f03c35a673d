//! Drafts: what was typed and not yet saved, beside the journal and not in it.

use super::api::{Draft, Person};
use super::vault::{VAULT_KIND, Vault};
use crate::domain::ids::{DraftId, UserId};
use crate::domain::time::{DAY, Moment};
use crate::store::codec::{self, DRAFT_KIND, decode_loose_with, encode_loose};
use crate::store::files::{Files, read_whole, replace};
use crate::store::keyring::{AGENCY, Keyring};
use std::collections::BTreeMap;
use std::sync::Arc;

/// A draft that nobody touched for this long is dropped.
pub const EXPIRES: i64 = 30 * DAY;

/// Where drafts are kept.
pub trait Drafts: Send {
    /// Keeps a draft of a user.
    fn save(&mut self, user: UserId, draft: &Draft) -> Result<(), String>;
    /// Forgets one.
    fn forget(&mut self, user: UserId, id: DraftId) -> Result<(), String>;
    /// All of a user's, newest first; expired ones are forgotten.
    fn all(&mut self, user: UserId, now: Moment) -> Result<Vec<Draft>, String>;
    /// How many a user has.
    fn count(&self, user: UserId) -> u16;
    /// A user's vault, made when it is first asked for.
    fn vault(&mut self, user: UserId) -> Result<Vault, String>;
}

/// Drafts in memory, for tests and pictures.
#[derive(Default)]
pub struct MemoryDrafts(BTreeMap<(UserId, DraftId), Draft>, BTreeMap<UserId, Vault>);

impl Drafts for MemoryDrafts {
    fn save(&mut self, user: UserId, draft: &Draft) -> Result<(), String> {
        self.0.insert((user, draft.id), draft.clone());
        Ok(())
    }

    fn forget(&mut self, user: UserId, id: DraftId) -> Result<(), String> {
        self.0.remove(&(user, id));
        Ok(())
    }

    fn all(&mut self, user: UserId, now: Moment) -> Result<Vec<Draft>, String> {
        self.0.retain(|_, d| now.since(d.at) < EXPIRES);
        let mut mine: Vec<Draft> = self.0.iter().filter(|((u, _), _)| *u == user).map(|(_, d)| d.clone()).collect();
        mine.sort_by_key(|d| (std::cmp::Reverse(d.at), d.id));
        Ok(mine)
    }

    fn count(&self, user: UserId) -> u16 {
        self.0.keys().filter(|(u, _)| *u == user).count() as u16
    }

    fn vault(&mut self, user: UserId) -> Result<Vault, String> {
        if let Some(vault) = self.1.get(&user) {
            return Ok(*vault);
        }
        let vault = Vault::random()?;
        self.1.insert(user, vault);
        Ok(vault)
    }
}

/// Where drafts lie below the agency's directory.
const DIRECTORY: &str = "drafts";
/// A user's vault among her drafts.
const VAULT: &str = "vault";
/// Longest draft that is read back, in bytes.
const LONGEST: usize = 64 * 1024;

/// Drafts as small files, one directory a user, each written through temp, sync and rename.
pub struct FileDrafts {
    files: Arc<dyn Files>,
    keys: Option<Arc<Keyring>>,
    counts: BTreeMap<UserId, u16>,
}

impl FileDrafts {
    /// Below this directory.
    pub fn new(files: Arc<dyn Files>) -> Self {
        Self { files, keys: None, counts: BTreeMap::new() }
    }

    /// Sealed with the key of whom they are about, in an encrypted agency.
    #[must_use]
    pub fn sealed_by(mut self, keys: Option<Arc<Keyring>>) -> Self {
        self.keys = keys;
        self
    }

    fn bytes(&self, draft: &Draft) -> Result<Vec<u8>, String> {
        let clear =
            encode_loose(DRAFT_KIND, &draft.id.0, draft).map_err(|_| "this draft has grown too large to keep")?;
        let Some(keys) = &self.keys else { return Ok(clear) };
        let owner = match draft.person {
            Some(Person::Client(client)) => client.0,
            _ => AGENCY,
        };
        let failed = |why: String| format!("the draft could not be kept: {why}");
        let numbers = keys.numbers(&[owner]).map_err(|e| failed(e.to_string()))?;
        let number = numbers.first().copied().unwrap_or_default();
        codec::sealed(keys, number, &draft.id.0, 0, &clear).map_err(|e| failed(e.to_string()))
    }

    fn ids(&self, user: UserId) -> Vec<DraftId> {
        let names = self.files.list(&format!("{DIRECTORY}/{user}")).unwrap_or_default();
        names.iter().filter_map(|n| DraftId::parse(n)).collect()
    }
}

fn path(user: UserId, id: DraftId) -> String {
    format!("{DIRECTORY}/{user}/{id}")
}

impl Drafts for FileDrafts {
    fn save(&mut self, user: UserId, draft: &Draft) -> Result<(), String> {
        let bytes = self.bytes(draft)?;
        let kept = (|| {
            self.files.create_dir(DIRECTORY)?;
            self.files.create_dir(&format!("{DIRECTORY}/{user}"))?;
            replace(&*self.files, &path(user, draft.id), &bytes)
        })();
        self.counts.insert(user, self.ids(user).len() as u16);
        kept.map_err(|e| format!("the draft could not be kept: {e}"))
    }

    fn forget(&mut self, user: UserId, id: DraftId) -> Result<(), String> {
        if self.ids(user).contains(&id) {
            // Gone for good, or a power cut would bring back what was saved or thrown away.
            let dir = format!("{DIRECTORY}/{user}");
            let removed = self.files.remove(&path(user, id)).and_then(|()| self.files.sync_dir(&dir));
            removed.map_err(|e| format!("the draft could not be removed: {e}"))?;
        }
        self.counts.insert(user, self.ids(user).len() as u16);
        Ok(())
    }

    fn all(&mut self, user: UserId, now: Moment) -> Result<Vec<Draft>, String> {
        let mut out = Vec::new();
        for id in self.ids(user) {
            let bytes = read_whole(&*self.files, &path(user, id), LONGEST).map_err(|e| e.to_string())?;
            // One that can't be read stays where it lies; it is nobody's record, and the others must still be shown.
            let keys = self.keys.as_deref();
            let read = |b: Vec<u8>| decode_loose_with::<Draft>(keys, DRAFT_KIND, &id.0, &b);
            let Some(Ok(draft)) = bytes.map(read) else { continue };
            if now.since(draft.at) >= EXPIRES {
                self.forget(user, id)?;
            } else {
                out.push(draft);
            }
        }
        out.sort_by_key(|d| (std::cmp::Reverse(d.at), d.id));
        self.counts.insert(user, out.len() as u16);
        Ok(out)
    }

    fn count(&self, user: UserId) -> u16 {
        self.counts.get(&user).copied().unwrap_or_else(|| self.ids(user).len() as u16)
    }

    fn vault(&mut self, user: UserId) -> Result<Vault, String> {
        let path = format!("{DIRECTORY}/{user}/{VAULT}");
        let keys = self.keys.as_deref();
        if let Some(bytes) = read_whole(&*self.files, &path, LONGEST).map_err(|e| e.to_string())? {
            return decode_loose_with(keys, VAULT_KIND, &user.0, &bytes).map_err(|e| e.to_string());
        }
        let vault = Vault::random()?;
        let clear = encode_loose(VAULT_KIND, &user.0, &vault).map_err(|e| e.to_string())?;
        let bytes = match keys {
            None => clear,
            Some(keys) => {
                let numbers = keys.numbers(&[AGENCY]).map_err(|e| e.to_string())?;
                let number = numbers.first().copied().unwrap_or_default();
                codec::sealed(keys, number, &user.0, 0, &clear).map_err(|e| e.to_string())?
            }
        };
        self.files
            .create_dir(DIRECTORY)
            .and_then(|()| self.files.create_dir(&format!("{DIRECTORY}/{user}")))
            .and_then(|()| replace(&*self.files, &path, &bytes))
            .map_err(|e| e.to_string())?;
        Ok(vault)
    }
}
