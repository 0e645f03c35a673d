//! People around a client: family, physicians, others, and what each may be told.

use super::ids::ClientId;
use super::person::{Name, Phones};
use super::record::{Owner, body};
use super::text::Text;
use super::time::Day;
use super::words::words;
use serde::{Deserialize, Serialize};

words! {
    /// What somebody is to the client.
    ContactKind { Family = "family", Physician = "physician", Other = "other" }
}

words! {
    /// What may be shared with them.
    Share { Nothing = "nothing", Visits = "visits", Health = "health", All = "all" }
}

/// A contact.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Contact {
    /// Whose.
    pub client: ClientId,
    /// What kind.
    pub kind: ContactKind,
    /// Name.
    pub name: Name,
    /// `daughter`, `PCP`, `neighbour`.
    pub relation: Text<60>,
    /// Phones.
    pub phones: Phones,
    /// What may be shared.
    pub share: Share,
    /// Since when.
    pub share_since: Option<Day>,
    /// On whose word: `client, by phone`.
    pub share_word: Text<120>,
    /// Called first.
    pub first: bool,
    /// National provider identifier of a physician.
    pub npi: Text<20>,
}

body!(Contact: ContactId => |contact, _| Owner::Client(contact.client));
