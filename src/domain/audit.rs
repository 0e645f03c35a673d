//! Who saw what: one entry of the access chain. It names people by their ids and what was looked at by its kind; it
//! never holds a value, a name or a word that somebody searched for.

use super::ids::UserId;
use super::record::Kind;
use super::time::{Day, Moment};
use super::words::words;

words! {
    /// What somebody did. Its word is the action of the stored entry, so a word never changes.
    Deed {
        /// Opened a page, a card, an answer about somebody.
        Opened = "opened",
        /// Opened a list or a calendar.
        Listed = "listed",
        /// Searched for somebody.
        Searched = "searched",
        /// Was shown the codes of a home.
        ShownCode = "shown code",
        /// Wrote a list to a file or a pipe.
        Exported = "exported",
        /// Printed.
        Printed = "printed",
        /// Copied text to the clipboard.
        Copied = "copied",
        /// Had text made to be read out.
        Dictated = "dictated",
        /// Tried to change something and was denied; what is changed stands in the other chain.
        Tried = "tried",
        /// Opened somebody's record under emergency access, which nothing else would have opened.
        BreakGlass = "break-glass",
        /// Began a session.
        LogIn = "log in",
        /// Ended a session.
        LogOut = "log out",
        /// Typed a PIN to unlock.
        Pin = "PIN",
        /// The machine's clock was moved.
        ClockJump = "clock jump",
        /// Looked into this log.
        Audited = "audited",
        /// Did the same as a named entry again, within its five minutes: how often.
        Again = "again",
    }
}

words! {
    /// What kind of data was seen.
    Category {
        /// Nothing of anybody.
        None = "none",
        /// The whole chart on a page.
        Chart = "chart",
        /// The info card.
        Card = "card",
        /// Why an alert stands, how it can end.
        Alert = "alert",
        /// Alerts.
        Alerts = "alerts",
        /// Clients.
        Clients = "clients",
        /// Caregivers.
        Staff = "caregivers",
        /// A caregiver's page or card.
        StaffPage = "caregiver",
        /// Visits.
        Visits = "visits",
        /// Issues.
        Issues = "issues",
        /// Reassessments.
        Reassessments = "reassessments",
        /// The calendar.
        Calendar = "calendar",
        /// Numbers, family, who may hear what.
        Contacts = "contacts",
        /// A logged call.
        Call = "call",
        /// Every revision of a record.
        History = "history",
        /// Codes to a home.
        Codes = "codes",
        /// The review of a caseload.
        Review = "review",
        /// Today in one page.
        Brief = "brief",
        /// One's own acts.
        Acts = "my acts",
        /// What one typed and has not saved.
        Drafts = "drafts",
        /// Anything found by part of a name.
        Search = "search",
        /// This log.
        Log = "audit log",
        /// A change, by the name of its action.
        Change = "change",
        /// A session.
        Session = "session",
    }
}

words! {
    /// How it ended.
    Ending {
        /// It was done or shown.
        Done = "done",
        /// It was denied.
        Denied = "denied",
        /// There was nothing to show.
        Nothing = "nothing",
        /// It did not hold: a wrong PIN.
        Failed = "failed",
    }
}

/// How a list was asked for, without what was typed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct How {
    /// Only one's own caseload.
    pub mine: bool,
    /// Through a lens.
    pub lens: bool,
    /// Narrowed by words.
    pub words: bool,
    /// Sorted by name.
    pub by_name: bool,
    /// Under emergency access.
    pub emergency: bool,
    /// First and last day, where there are days.
    pub days: Option<(Day, Day)>,
}

/// One entry of the access chain.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Access {
    /// When, by the service's clock.
    pub at: Moment,
    /// Who; zeros where nobody is known.
    pub user: UserId,
    /// As what: the role's word.
    pub role: String,
    /// From where: terminal, SSH client.
    pub origin: String,
    /// Which connection.
    pub session: u64,
    /// What was done.
    pub deed: Deed,
    /// To whom or what: kind and id. The client or caregiver comes first.
    pub subjects: Vec<(Kind, [u8; 16])>,
    /// What kind of data.
    pub category: Category,
    /// How it ended.
    pub ending: Ending,
    /// How a list was asked for.
    pub how: How,
    /// Rows of a list, hits of a search; of a clock jump the seconds.
    pub count: Option<u32>,
    /// The newest change when it was seen.
    pub saw: u64,
    /// Of [`Deed::Again`]: the entry that was repeated.
    pub of: u64,
    /// Of [`Deed::Tried`]: the name of the command.
    pub act: String,
}
