//! Series of visits: made, changed, ended, resting; and one of them as a form shows it.

use crate::domain::ids::{ClientId, FrequencyOrderId, SeriesId, StaffId};
use crate::domain::series::{Ends, Pause, Slot};
use crate::domain::staff::Discipline;
use crate::domain::time::{Civil, Day};
use crate::domain::words::{opaque, words};
use serde::{Deserialize, Serialize};

/// A series to make. Its visits are made with it, as far ahead as visits are made.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewSeries {
    /// For whom.
    pub client: ClientId,
    /// Who must go.
    pub discipline: Discipline,
    /// What is done; may be empty.
    pub service: String,
    /// First day on which it may come.
    pub day: Day,
    /// The time on the wall of the client's office.
    pub minute: u16,
    /// How long each is, in minutes.
    pub minutes: u16,
    /// Who goes, if anybody is known.
    pub staff: Option<StaffId>,
    /// The RFC 5545 rule.
    pub rule: String,
    /// When it ends, beside what the rule says.
    pub ends: Ends,
    /// Left out on the agency's holidays.
    pub not_on_holidays: bool,
    /// The order that it fulfils.
    pub order: Option<FrequencyOrderId>,
}
opaque!(NewSeries);

words! {
    /// Which visits of a series a change is for.
    EditScope {
        This = "this visit only",
        Following = "this and following",
        All = "all",
        NotChanged = "all not changed by hand",
    }
}

/// What is changed of a series; what is none stays.
#[derive(Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct SeriesPatch {
    /// Who must go.
    pub discipline: Option<Discipline>,
    /// What is done.
    pub service: Option<String>,
    /// The time on the wall.
    pub minute: Option<u16>,
    /// How long each is, in minutes.
    pub minutes: Option<u16>,
    /// Who goes; nobody is an answer as well.
    pub staff: Option<Option<StaffId>>,
    /// The RFC 5545 rule.
    pub rule: Option<String>,
    /// When it ends, beside what the rule says.
    pub ends: Option<Ends>,
    /// Left out on the agency's holidays.
    pub not_on_holidays: Option<bool>,
}
opaque!(SeriesPatch);

/// A change of a series.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChangeSeries {
    /// Which.
    pub series: SeriesId,
    /// For which of its visits.
    pub scope: EditScope,
    /// This visit, or the first of the following; of no meaning for all.
    pub at: Option<Slot>,
    /// What.
    pub patch: SeriesPatch,
}
opaque!(ChangeSeries);

/// What is done to a series as it stands.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum SeriesDeed {
    /// It ends.
    End {
        /// The last day.
        last: Day,
        /// Why (needed).
        reason: String,
    },
    /// It rests on these days and goes on afterwards.
    Rest {
        /// Which days; without an end until somebody says when it goes on.
        days: Pause,
        /// Why (needed).
        reason: String,
    },
    /// It goes on: a rest ends before this day.
    Resume {
        /// The first day again.
        on: Day,
    },
    /// One occurrence is left out.
    Skip {
        /// Which.
        slot: Slot,
        /// Why (needed).
        reason: String,
    },
    /// One occurrence takes place at another time.
    Move {
        /// Which.
        slot: Slot,
        /// The day.
        day: Day,
        /// The time on the wall.
        minute: u16,
    },
}
opaque!(SeriesDeed);

/// A series as a form shows it: what is still to come of it.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SeriesView {
    /// Which.
    pub id: SeriesId,
    /// Whose.
    pub client: ClientId,
    /// Who must go.
    pub discipline: Discipline,
    /// What is done.
    pub service: String,
    /// From when on.
    pub start: Civil,
    /// How long each is, in minutes.
    pub minutes: u16,
    /// Who goes, with the name.
    pub staff: Option<(StaffId, String)>,
    /// The RFC 5545 rule.
    pub rule: String,
    /// When it ends, beside what the rule says.
    pub ends: Ends,
    /// Left out on the agency's holidays.
    pub not_on_holidays: bool,
    /// In plain words.
    pub words: String,
    /// The next day on which it comes.
    pub next: Option<Day>,
    /// It rests then, or will.
    pub rest: Option<Pause>,
    /// How many of its visits that lie ahead were changed by hand.
    pub by_hand: u16,
}
opaque!(SeriesView);
