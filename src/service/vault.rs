//! What a client may leave behind when it must end and its server is away: drafts, sealed with a key that the server
//! gave it and keeps, so that only the server can read them back.

use super::Service;
use super::api::{Draft, Reply, Session};
use super::held;
use crate::domain::ids::UserId;
use crate::store::codec::{from_bytes, message};
use crate::store::seal::{Key, nonce};
use serde::{Deserialize, Serialize};

/// Kind number of a vault's envelope, which is no record.
pub const VAULT_KIND: u16 = 0xFFFC;
/// Most drafts in one vault.
const MOST: usize = 64;

/// A user's vault: its name, which says nothing, and its key.
#[derive(Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Vault {
    /// Its name.
    pub id: [u8; 8],
    /// Its key.
    pub key: [u8; 32],
}
crate::domain::words::opaque!(Vault);

impl Vault {
    /// A fresh one.
    pub fn random() -> Result<Self, String> {
        let (id, key) = (Key::random()?, Key::random()?);
        Ok(Self { id: id.bytes().first_chunk().copied().unwrap_or_default(), key: *key.bytes() })
    }

    /// Seals drafts.
    pub fn seal(&self, drafts: &[Draft]) -> Result<Vec<u8>, String> {
        let some = drafts.get(..drafts.len().min(MOST)).unwrap_or_default();
        let plain = message(&some).map_err(|_| "the drafts have grown too large to keep".to_owned())?;
        Key::new(self.key).seal(nonce()?, &self.id, &plain)
    }

    /// Opens what [`Vault::seal`] made.
    pub fn open(&self, sealed: &[u8]) -> Option<Vec<Draft>> {
        from_bytes(&Key::new(self.key).open(&self.id, sealed)?).ok()
    }
}

impl Service {
    /// A user's vault, made when it is first asked for.
    pub fn vault(&self, user: UserId) -> Result<Vault, String> {
        held(&self.drafts).vault(user)
    }

    /// Takes back what a client of this user left behind.
    pub(super) fn unseal(&self, session: &Session, sealed: &[u8]) -> Reply {
        let opened = self.vault(session.user).map(|vault| vault.open(sealed));
        let drafts = match opened {
            Ok(Some(drafts)) => drafts,
            Ok(None) => return Reply::Failed("what was left behind is not of this agency or is damaged".to_owned()),
            Err(why) => return Reply::Failed(why),
        };
        let mut kept = held(&self.drafts);
        let known = kept.all(session.user, self.now()).unwrap_or_default();
        for draft in drafts {
            // One that was kept since is newer.
            if known.iter().any(|k| k.id == draft.id && k.at >= draft.at) {
                continue;
            }
            if let Err(why) = kept.save(session.user, &draft) {
                return Reply::Failed(why);
            }
        }
        Reply::Drafted
    }
}
