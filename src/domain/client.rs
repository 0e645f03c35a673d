//! Clients: who is cared for at home.

use super::ids::{OfficeId, UserId};
use super::person::{Address, Languages, Name, Phones, Sex};
use super::record::{Owner, body};
use super::text::{Few, Text};
use super::time::{Civil, Day, Moment};
use super::words::{opaque, words};
use serde::{Deserialize, Serialize};

words! {
    /// Where a client stands.
    ClientStatus {
        /// Asked for, not yet accepted or started.
        Referral = "referral",
        /// On service.
        Active = "active",
        /// On hold: hospital, respite, away.
        Hold = "hold",
        /// Discharged.
        Discharged = "discharged",
        /// Not taken under care.
        NotTaken = "not taken",
        /// Died.
        Died = "died",
    }
}

words! {
    /// Who lives with the client.
    Living { Unknown = "unknown", Alone = "alone", WithOthers = "with others", Facility = "facility" }
}

words! {
    /// What a missed visit would touch; a level-1 client with one of these is in danger without service.
    Need {
        Insulin = "insulin",
        Oxygen = "oxygen",
        Ventilator = "ventilator",
        Infusion = "infusion",
        TwoPeople = "two people",
        CognitiveImpairment = "cognitive impairment",
        Wound = "wound care",
        MedicationReminder = "medication reminder",
    }
}

words! {
    /// A paper about the end of life, or who speaks for the client.
    DirectiveKind {
        Dnr = "DNR",
        Polst = "POLST",
        Molst = "MOLST",
        LivingWill = "living will",
        HealthProxy = "health care proxy",
    }
}

/// A directive and where its paper is.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Directive {
    /// Which.
    pub kind: DirectiveKind,
    /// Its date.
    pub day: Option<Day>,
    /// Where the paper is: `form: fridge`.
    pub place: Text<80>,
}

/// Somebody unpaid who helps.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Carer {
    /// Who.
    pub name: Text<120>,
    /// Hours a week.
    pub hours: u8,
    /// Able to do what the visit does.
    pub able: bool,
}
opaque!(Directive, Carer);

/// A client.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Client {
    /// The office that serves her.
    pub office: OfficeId,
    /// Names.
    pub name: Name,
    /// Date of birth.
    pub born: Option<Day>,
    /// Medical record number.
    pub mrn: Text<40>,
    /// Sex as recorded.
    pub sex: Sex,
    /// Gender as recorded, in the client's own words.
    pub gender: Text<40>,
    /// Where she lives.
    pub address: Address,
    /// Other places she may be.
    pub other_addresses: Few<Address, 3>,
    /// Phones.
    pub phones: Phones,
    /// Languages, preferred first.
    pub languages: Languages,
    /// Needs an interpreter.
    pub interpreter: bool,
    /// Who lives with her.
    pub living: Living,
    /// Emergency level 1–4 (1 = uninterrupted service; handbook section 5), if rated.
    pub emergency: Option<u8>,
    /// Transport assistance level 1–3 (1 = cannot walk at all), if rated.
    pub transport: Option<u8>,
    /// What must not be missed.
    pub needs: Few<Need, 8>,
    /// Payer.
    pub payer: Text<80>,
    /// Directives.
    pub directives: Few<Directive, 5>,
    /// How to get in, without codes (those are records of their own).
    pub access: Text<400>,
    /// Pharmacy.
    pub pharmacy: Text<160>,
    /// Preferred hospital.
    pub hospital: Text<120>,
    /// Equipment that needs power or oxygen.
    pub powered: Few<Text<80>, 8>,
    /// Hazards in the home, pets among them.
    pub hazards: Few<Text<80>, 12>,
    /// Informal carers.
    pub carers: Few<Carer, 6>,
    /// Where she stands.
    pub status: ClientStatus,
    /// Since when.
    pub status_since: Option<Day>,
    /// When the referral came.
    pub referred: Option<Moment>,
    /// When she is expected home.
    pub home_expected: Option<Civil>,
    /// The start-of-care date that a practitioner ordered.
    pub ordered_soc: Option<Day>,
    /// Start of care.
    pub soc: Option<Day>,
    /// First day of the certification period.
    pub cert_from: Option<Day>,
    /// Last day of the certification period.
    pub cert_to: Option<Day>,
    /// Discharged from a hospital on this day (vulnerability counts 14 days from it).
    pub hospital_discharge: Option<Day>,
    /// OASIS M1033 risk responses counted, if assessed.
    pub m1033: Option<u8>,
    /// LACE score, if known.
    pub lace: Option<u8>,
    /// MAHC-10 score, if assessed.
    pub mahc10: Option<u8>,
    /// Her coordinator.
    pub coordinator: Option<UserId>,
    /// Who stands in when the coordinator is off.
    pub stand_in: Option<UserId>,
    /// What everybody should know first.
    pub note: Text<2000>,
}

body!(Client: ClientId => |_, id| Owner::Client(id));

impl Client {
    /// An empty client of an office, with this name.
    pub fn new(office: OfficeId, name: Name) -> Self {
        Self {
            office,
            name,
            born: None,
            mrn: Text::default(),
            sex: Sex::Unknown,
            gender: Text::default(),
            address: Address::default(),
            other_addresses: Few::default(),
            phones: Few::default(),
            languages: Few::default(),
            interpreter: false,
            living: Living::Unknown,
            emergency: None,
            transport: None,
            needs: Few::default(),
            payer: Text::default(),
            directives: Few::default(),
            access: Text::default(),
            pharmacy: Text::default(),
            hospital: Text::default(),
            powered: Few::default(),
            hazards: Few::default(),
            carers: Few::default(),
            status: ClientStatus::Active,
            status_since: None,
            referred: None,
            home_expected: None,
            ordered_soc: None,
            soc: None,
            cert_from: None,
            cert_to: None,
            hospital_discharge: None,
            m1033: None,
            lace: None,
            mahc10: None,
            coordinator: None,
            stand_in: None,
            note: Text::default(),
        }
    }

    /// On service now or held: clocks run for these.
    pub fn on_service(&self) -> bool {
        matches!(self.status, ClientStatus::Active | ClientStatus::Hold)
    }

    /// Visits are made now: not while she is on hold.
    pub fn is_visited(&self) -> bool {
        self.status == ClientStatus::Active
    }

    /// On this user's caseload, as coordinator or stand-in.
    pub fn is_of(&self, user: UserId) -> bool {
        self.coordinator == Some(user) || self.stand_in == Some(user)
    }

    /// Last four characters of the MRN, which tell two Okafors apart.
    pub fn mrn_tail(&self) -> String {
        let chars: Vec<char> = self.mrn.chars().collect();
        chars[chars.len().saturating_sub(4)..].iter().collect()
    }
}
