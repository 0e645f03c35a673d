//! Caregivers and clinicians, their credentials and their places on care teams.

use super::ids::{ClientId, OfficeId, StaffId};
use super::person::{Address, Languages, Name, Phones};
use super::record::{Body, Kind, OlderBytes, Owner, body};
use super::text::{Few, Text};
use super::time::{Day, Moment};
use super::words::words;
use serde::{Deserialize, Serialize};

words! {
    /// Disciplines (handbook section 6).
    Discipline {
        Rn = "RN", Lpn = "LPN", Hha = "HHA", Pca = "PCA", Cna = "CNA", Pt = "PT", Pta = "PTA", Ot = "OT", Ota = "OTA",
        Slp = "SLP", Msw = "MSW", Rd = "RD", Np = "NP", Companion = "companion", Other = "other",
    }
}

impl Discipline {
    /// May do a comprehensive assessment (42 CFR 484.55: RN; PT, SLP or OT where therapy qualifies).
    pub fn assesses(self) -> bool {
        matches!(self, Self::Rn | Self::Pt | Self::Ot | Self::Slp)
    }
}

/// A piece of a weekly availability pattern.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Available {
    /// 0 = Monday … 6 = Sunday.
    pub weekday: u8,
    /// From this minute of the day.
    pub from: u16,
    /// To this minute of the day.
    pub to: u16,
}

/// A caregiver or clinician.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Staff {
    /// Office.
    pub office: OfficeId,
    /// Names.
    pub name: Name,
    /// Discipline.
    pub discipline: Discipline,
    /// Signed off for.
    pub skills: Few<Text<40>, 20>,
    /// Languages.
    pub languages: Languages,
    /// When they can work.
    pub availability: Few<Available, 21>,
    /// Where their day starts.
    pub base: Address,
    /// Every number with its kind.
    pub phones: Phones,
    /// Not to be called before this minute of the day.
    pub earliest_call: Option<u16>,
    /// When the last shift ended.
    pub last_shift_end: Option<Moment>,
    /// Works here now.
    pub active: bool,
    /// What colleagues should know.
    pub note: Text<1000>,
    /// Minutes of a Sunday-to-Saturday week above which they want no more, ways counted; nothing where nobody has said.
    pub most_week: Option<u16>,
}

/// A caregiver as they were kept before anybody said how much they want to work.
#[derive(Deserialize)]
struct StaffV1 {
    office: OfficeId,
    name: Name,
    discipline: Discipline,
    skills: Few<Text<40>, 20>,
    languages: Languages,
    availability: Few<Available, 21>,
    base: Address,
    phones: Phones,
    earliest_call: Option<u16>,
    last_shift_end: Option<Moment>,
    active: bool,
    note: Text<1000>,
}

impl From<StaffV1> for Staff {
    fn from(old: StaffV1) -> Self {
        Self {
            office: old.office,
            name: old.name,
            discipline: old.discipline,
            skills: old.skills,
            languages: old.languages,
            availability: old.availability,
            base: old.base,
            phones: old.phones,
            earliest_call: old.earliest_call,
            last_shift_end: old.last_shift_end,
            active: old.active,
            note: old.note,
            most_week: None,
        }
    }
}

impl Staff {
    /// An active caregiver with this name.
    pub fn new(office: OfficeId, name: Name, discipline: Discipline) -> Self {
        Self {
            office,
            name,
            discipline,
            skills: Few::default(),
            languages: Few::default(),
            availability: Few::default(),
            base: Address::default(),
            phones: Few::default(),
            earliest_call: None,
            last_shift_end: None,
            active: true,
            note: Text::default(),
            most_week: None,
        }
    }
}

/// A credential with its expiry.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Credential {
    /// Whose.
    pub staff: StaffId,
    /// `RN licence`, `CPR`, `TB education`.
    pub kind: Text<60>,
    /// Number on the card.
    pub number: Text<60>,
    /// Good to the end of this day; nothing when it does not expire.
    pub expires: Option<Day>,
    /// Replaced by a newer one, or no longer needed.
    pub retired: bool,
}

/// A place on a client's care team.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Membership {
    /// Client.
    pub client: ClientId,
    /// Caregiver.
    pub staff: StaffId,
    /// `primary aide`, `case manager`.
    pub role: Text<60>,
    /// Discipline in this team.
    pub discipline: Discipline,
    /// Leads the team.
    pub lead: bool,
    /// From.
    pub from: Option<Day>,
    /// Until.
    pub until: Option<Day>,
}

impl Body for Staff {
    const KIND: Kind = Kind::Staff;
    const SCHEMA: u16 = 2;
    type Id = StaffId;

    fn owner(&self, _: StaffId) -> Owner {
        Owner::Agency
    }

    fn upgrade(schema: u16, bytes: impl OlderBytes) -> Option<Self> {
        match schema {
            1 => bytes.read::<StaffV1>().map(Self::from),
            _ => None,
        }
    }
}

impl std::fmt::Debug for Staff {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Staff(…)")
    }
}

body!(
    Credential: CredentialId => |_, _| Owner::Agency,
    Membership: MembershipId => |membership, _| Owner::Client(membership.client),
);
