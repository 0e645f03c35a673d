//! Coverage: who called out, who was asked to go instead and what they said, who is off, and who must or must not go to
//! whom.

use super::ids::{ClientId, OfficeId, StaffId, TimeOffId, VisitId};
use super::record::{Body, Kind, OlderBytes, Owner, body};
use super::text::{Few, Text};
use super::time::{Happened, MINUTE, Moment};
use super::visit::Answer;
use super::words::words;
use serde::{Deserialize, Serialize};

words! {
    /// Why a caregiver cannot come.
    CallOutReason {
        Sick = "sick",
        Family = "family emergency",
        Car = "car or weather",
        NoShow = "no call, no show",
        Injured = "injured at work",
        Other = "other",
        Credential = "credential ran out",
    }
}

/// What of a visit a call-out took away, so that it can be given back.
#[derive(Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct CalledOff {
    /// Which.
    pub visit: VisitId,
    /// What they had said until then.
    pub said: Answer,
    /// They were the second person.
    pub second: bool,
}

/// A caregiver who cannot work for a time, as it was told. It is the first thing that is kept, before anybody is asked:
/// from then on the visits are open for everyone.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CallOut {
    /// Who.
    pub staff: StaffId,
    /// Their office.
    pub office: OfficeId,
    /// From when on.
    pub from: Moment,
    /// Until when.
    pub to: Moment,
    /// Why.
    pub reason: CallOutReason,
    /// In their words.
    pub note: Text<400>,
    /// When they said it.
    pub said: Happened,
    /// The visits that it took from them.
    pub visits: Few<CalledOff, 80>,
    /// Settled: what is still open stays with its own alert.
    pub settled: Option<Moment>,
    /// Taken back: they come after all.
    pub withdrawn: Option<Moment>,
}

impl CallOut {
    /// Somebody still works on it.
    pub fn is_open(&self) -> bool {
        self.settled.is_none() && self.withdrawn.is_none()
    }

    /// It says that they do not work in `from..to`.
    pub fn keeps_from(&self, from: Moment, to: Moment) -> bool {
        self.withdrawn.is_none() && self.from < to && from < self.to
    }
}

/// One caregiver asked to go to one visit, and what they said last.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Offer {
    /// To which visit.
    pub visit: VisitId,
    /// Whose.
    pub client: ClientId,
    /// Its planned start when they were asked.
    pub start: Moment,
    /// Who was asked.
    pub staff: StaffId,
    /// What they said last; planned means that nobody has asked yet.
    pub said: Answer,
    /// When.
    pub at: Moment,
    /// How often they were called.
    pub calls: u8,
    /// They call back at about this time.
    pub back_at: Option<Moment>,
    /// It holds no more: the visit needs nobody.
    pub withdrawn: Option<Moment>,
}

impl Offer {
    /// They were asked, have said neither yes nor no, and are not waited for any longer at `now`: so many minutes have
    /// gone by, or past the time at which they call back, or the visit has begun.
    pub fn has_expired(&self, minutes: u32, now: Moment) -> bool {
        let asked = matches!(self.said, Answer::Asked | Answer::LeftMessage | Answer::NoAnswer);
        let until = self.back_at.unwrap_or_else(|| self.at.plus(i64::from(minutes) * MINUTE));
        asked && self.withdrawn.is_none() && (now > until || now >= self.start)
    }
}

/// Whether a client is safe until somebody comes, as it was said: asked for every visit of level 1 and 2 that nobody has
/// said yes to.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Safety {
    /// Which visit she waits for.
    pub visit: VisitId,
    /// Whose.
    pub client: ClientId,
    /// Its planned start then.
    pub start: Moment,
    /// `wife with him to 09:00`.
    pub said: Text<200>,
}

words! {
    /// Whether two people go together.
    Wish { Preferred = "preferred", Excluded = "not together" }
}

words! {
    /// Whose wish it is.
    WishedBy { Client = "client", Caregiver = "caregiver", Agency = "agency" }
}

/// A client and a caregiver who belong together, or must not meet.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pairing {
    /// The client.
    pub client: ClientId,
    /// The caregiver.
    pub staff: StaffId,
    /// Which.
    pub wish: Wish,
    /// Whose wish.
    pub by: WishedBy,
    /// Why.
    pub reason: Text<200>,
    /// It holds no more.
    pub ended: Option<Moment>,
}

words! {
    /// Why somebody is not at work.
    TimeOffKind { Vacation = "vacation", Sick = "sick", Training = "in-service", Leave = "leave", Other = "off",
        /// The other way round: no visits are planned, and they come when they are rung.
        OnCall = "on call" }
}

/// A time in which a caregiver does not work, or stands by to be called.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TimeOff {
    /// Who.
    pub staff: StaffId,
    /// From when on.
    pub from: Moment,
    /// Until when.
    pub to: Moment,
    /// Why.
    pub kind: TimeOffKind,
    /// More of it.
    pub note: Text<200>,
}

words! {
    /// What a conflict weighs.
    Weight {
        /// It can't be done at all.
        Block = "block",
        /// Somebody has to agree to it, and it is kept why.
        Reason = "needs a reason",
        /// Worth knowing.
        Note = "note",
    }
}

words! {
    /// How somebody stands for a visit.
    Group {
        /// Can go as it is.
        Now = "can now",
        /// Can, if they agree: off, starts later, short rest, tight travel.
        Ask = "ask first",
        /// Can, and the week is overtime then.
        Overtime = "overtime",
        /// Cannot.
        No = "no",
    }
}

/// What speaks against, or is worth knowing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Conflict {
    /// Which rule: `cover.overlap`.
    pub rule: String,
    /// What it weighs.
    pub weight: Weight,
    /// In words: `with Petrov till 11:00`.
    pub text: String,
}

/// Shape 2 may say that they are on call; what was kept before is read as it is.
impl Body for TimeOff {
    const KIND: Kind = Kind::TimeOff;
    const SCHEMA: u16 = 2;
    type Id = TimeOffId;

    fn owner(&self, _: TimeOffId) -> Owner {
        Owner::Agency
    }

    fn upgrade(schema: u16, bytes: impl OlderBytes) -> Option<Self> {
        if schema == 1 { bytes.read() } else { None }
    }
}

impl std::fmt::Debug for TimeOff {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("TimeOff(…)")
    }
}

body!(
    CallOut: CallOutId => |_, _| Owner::Agency,
    Offer: OfferId => |offer, _| Owner::Client(offer.client),
    Pairing: PairingId => |pairing, _| Owner::Client(pairing.client),
    Safety: SafetyId => |safety, _| Owner::Client(safety.client),
);
