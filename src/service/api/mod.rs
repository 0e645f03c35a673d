//! The seam between client and service: plain owned data, sent and answered as messages. In-process today, over a
//! socket later, unchanged.
//!
//! Who is asking is a [`Session`] made by the listener, never part of a request. A request never blocks and is never
//! answered by a return value: replies and changes come through the one channel. Types that carry a person's data print
//! nothing of it in `Debug`.

mod answers;
mod audit;
pub mod away;
mod commands;
pub mod coverage;
pub mod day_plan;
mod lock;
mod order;
mod outcomes;
mod pages;
mod presence;
mod questions;
pub mod reschedule;
mod rows;
mod schedule;
mod sheet;
pub mod storm;

pub use answers::*;
pub use audit::*;
pub use commands::*;
pub use lock::*;
pub use order::*;
pub use outcomes::*;
pub use pages::*;
pub use presence::*;
pub use questions::*;
pub use rows::*;
pub use schedule::*;
pub use sheet::*;

use crate::domain::attention::{AlertKey, AlertSource};
use crate::domain::ids::{ClientId, DraftId, OfficeId, StaffId, UserId};
use crate::domain::pin::Pin;
use crate::domain::record::Kind;
use crate::domain::time::Moment;
use crate::domain::user::Role;
use crate::domain::words::opaque;
use serde::{Deserialize, Serialize};

/// Names a request of one client, so that its reply finds it.
pub type Ticket = u64;
/// Names an open list of one client.
pub type ListId = u32;
/// Number of a commit.
pub type Seq = u64;

/// Who is asking. Made by the listener (or by `main` for a personal agency).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Session {
    /// Tells this connection from every other of this run of the service; open lists hang on it.
    pub id: u64,
    /// The user.
    pub user: UserId,
    /// What they may do.
    pub role: Role,
    /// Their office.
    pub office: OfficeId,
    /// The name colleagues read.
    pub name: String,
    /// Where they sit: terminal and host; written into each commit.
    pub origin: String,
}

/// What a client may send.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub enum Request {
    /// A question.
    Query(Query),
    /// A change.
    Execute(Execute),
    /// Opens a list; the service keeps its order.
    OpenList(OpenList),
    /// Rows `from .. from + count` of an open list.
    Rows {
        /// Which list.
        list: ListId,
        /// First row.
        from: u32,
        /// How many, at most 400.
        count: u16,
    },
    /// Forgets a list.
    CloseList(ListId),
    /// Keeps a draft.
    SaveDraft(Draft),
    /// Forgets a draft.
    DropDraft(DraftId),
    /// All of my drafts.
    Drafts,
    /// What this session looks at now, or that it looks at nobody. Forgotten when the session ends.
    Looking(Option<Where>),
    /// Takes back drafts that a client of mine sealed and left behind when the server was away.
    Unseal(Vec<u8>),
    /// Keys were pressed since the last time: the lock starts anew. Sent at most twice a minute.
    Active {
        /// A call is being made: the lock waits for its end, half an hour at most.
        call: bool,
    },
    /// Whether I am locked, and how the lock stands. This is no activity.
    LockState,
    /// Locks every session of mine now.
    LockNow,
    /// Opens the lock.
    Unlock(Pin),
    /// Chooses a PIN: the first one, or another with the one that stands.
    ChoosePin {
        /// The one that stands, if there is one.
        old: Option<Pin>,
        /// The one to be.
        new: Pin,
    },
    /// Forgets the PIN of whoever logs in under this name: they choose a new one (administrators).
    ResetPin(String),
    /// Says that something leaves caseload by the user's hand, before it does: it must not without [`Reply::Noted`].
    Leave(Leaving),
}
opaque!(Request);

/// What leaves the screen by the user's hand.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Leaving {
    /// A list, to a file or another program.
    Exported {
        /// Which.
        view: View,
        /// How many rows.
        rows: u32,
    },
    /// Paper: somebody's, or a list.
    Printed(Option<Person>),
    /// Text in the clipboard.
    Copied(Option<Person>),
    /// Text to be read out.
    Dictated(Option<Person>),
    /// A field's text, to an editor of the user's own and back.
    Edited(Option<Person>),
    /// A page, to a pager of the user's own.
    Paged(Option<Person>),
}

/// Somebody that a screen can show a card of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Person {
    /// A client.
    Client(ClientId),
    /// A caregiver.
    Staff(StaffId),
}

/// Something typed and not yet saved.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Draft {
    /// Its id.
    pub id: DraftId,
    /// Which form.
    pub form: String,
    /// For whom, if known.
    pub person: Option<Person>,
    /// The alert it is about.
    pub about: Option<AlertKey>,
    /// Field and text.
    pub fields: Vec<(String, String)>,
    /// The field that had the focus.
    pub focus: u16,
    /// Last change.
    pub at: Moment,
}
opaque!(Draft);

/// What comes back for a ticket.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub enum Reply {
    /// A list is open.
    List(ListOpened),
    /// Rows of a list.
    Rows(Window),
    /// An answer to a question.
    Answer(Box<Answered>),
    /// Done and on disk.
    Done(Done),
    /// Somebody changed it since it was read.
    Conflict(Conflict),
    /// It does not hold: what, by which rule, and the mend.
    Problems(Vec<Problem>),
    /// Not allowed, and why.
    Denied(String),
    /// Could not be answered, and what to do.
    Failed(String),
    /// A draft is kept or forgotten.
    Drafted,
    /// All of my drafts, newest first.
    Drafts(Vec<Draft>),
    /// Who else is where I look.
    Present(Present),
    /// My screen is locked: nothing else is answered until the PIN has come.
    Locked(LockView),
    /// My screen is not locked.
    Open(LockTerms),
    /// It is noted that something leaves.
    Noted,
}
opaque!(Reply);

/// Something changed: who is looking asks again for what is on the screen.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Change {
    /// The commit; a gap means that some were missed.
    pub seq: Seq,
    /// Who did it.
    pub actor: UserId,
    /// The kinds touched.
    pub kinds: Vec<Kind>,
    /// The people touched.
    pub persons: Vec<Person>,
}

/// What a client hears.
#[derive(Debug, Clone, PartialEq)]
pub enum Heard {
    /// The reply to a ticket.
    Reply(Ticket, Reply),
    /// Something changed.
    Change(Change),
    /// Somebody came to where this session is, or left it.
    Present(Present),
    /// I am locked, by the time or from another session of mine: said once, instead of what would have been told.
    Locked,
    /// More changed than was kept for this client: everything is to be asked again.
    Resync,
    /// The server is away and is being looked for; what was sent is under way still and is answered when it is back.
    Offline(String),
    /// The server is there again. Lists that were open are not known to it. What it had to mend, or nothing.
    Online(String),
    /// The service is gone for good; what is on the screen may be old, and what was sent is not answered.
    Gone(String),
}

/// A way to the service. Never blocks and never answers by itself.
pub trait Backend: Send {
    /// Sends a request; its reply comes through the channel as [`Heard::Reply`] with the same ticket.
    fn send(&self, ticket: Ticket, request: Request);
}

/// The source word of a key, for rows that are not in the book any more.
pub fn source_word(source: AlertSource) -> &'static str {
    source.word()
}
