//! The columns that lists may have, by every heading they are known under.

use crate::domain::search::fold;
use std::fmt::Write as _;

/// What a list holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum List {
    /// Clients.
    Clients,
    /// Caregivers.
    Staff,
    /// Visits.
    Visits,
    /// Authorizations.
    Authorizations,
    /// Time off.
    TimeOff,
    /// Holds.
    Holds,
    /// Who belongs together, or must not meet.
    Pairings,
    /// External appointments.
    Appointments,
    /// Coordinates.
    Positions,
    /// Known ways.
    Ways,
    /// Clock-ins and clock-outs of visit verification.
    Evv,
}

impl List {
    /// All of them; of two that fit a list as well the first.
    pub const ALL: [Self; 11] = [
        Self::Clients,
        Self::Staff,
        Self::Visits,
        Self::Authorizations,
        Self::TimeOff,
        Self::Holds,
        Self::Pairings,
        Self::Appointments,
        Self::Positions,
        Self::Ways,
        Self::Evv,
    ];

    /// Its word.
    pub fn word(self) -> &'static str {
        match self {
            Self::Clients => "clients",
            Self::Staff => "staff",
            Self::Visits => "visits",
            Self::Authorizations => "authorizations",
            Self::TimeOff => "time-off",
            Self::Holds => "holds",
            Self::Pairings => "pairings",
            Self::Appointments => "appointments",
            Self::Positions => "positions",
            Self::Ways => "ways",
            Self::Evv => "evv",
        }
    }

    /// The one with this word.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|l| l.word().eq_ignore_ascii_case(word.trim()))
    }

    /// The column that says which record a row is.
    pub fn key(self) -> &'static str {
        match self {
            Self::Clients => "mrn",
            Self::Staff => "staff_id",
            Self::Visits => "visit_id",
            Self::Authorizations => "authorization_id",
            Self::TimeOff => "time_off_id",
            Self::Holds => "hold_id",
            Self::Pairings => "pairing_id",
            Self::Appointments => "appointment_id",
            Self::Positions => "position_id",
            Self::Ways => "way_id",
            Self::Evv => "evv_id",
        }
    }
}

/// A column: its name, other headings for it, and what is in it.
#[derive(Debug)]
pub struct Field {
    /// Its name, also in lists that caseload writes.
    pub name: &'static str,
    /// Other headings, folded.
    pub also: &'static [&'static str],
    /// What is in it.
    pub about: &'static str,
}

const fn field(name: &'static str, also: &'static [&'static str], about: &'static str) -> Field {
    Field { name, also, about }
}

const NAMES: [Field; 5] = [
    field(
        "full_name",
        &[
            "name",
            "client",
            "client name",
            "patient",
            "patient name",
            "employee",
            "employee name",
            "caregiver",
            "caregiver name",
            "staff",
            "staff name",
            "aide",
            "clinician",
            "member name",
            "participant",
        ],
        "the whole name: FAMILY, Given (Preferred) or Given Family",
    ),
    field("family_name", &["last name", "lastname", "surname", "last", "family", "lname"], "family name"),
    field(
        "given_name",
        &["first name", "firstname", "first", "given", "forename", "fname", "given names"],
        "given names",
    ),
    field(
        "preferred_name",
        &["preferred", "nickname", "goes by", "known as", "aka", "prefers"],
        "what they like to be called",
    ),
    field("former_names", &["former name", "maiden name", "previous name"], "former names"),
];

const PLACE: [Field; 8] = [
    field(
        "street",
        &["address", "address 1", "address line 1", "street address", "home address"],
        "street, house, apartment",
    ),
    field("town", &["city", "city town"], "town"),
    field("region", &["state", "province", "county"], "state or region"),
    field("postcode", &["zip", "zip code", "zipcode", "postal code", "post code"], "postal code"),
    field(
        "phone",
        &["home phone", "telephone", "phone number", "tel", "primary phone", "phone 1", "contact number"],
        "home phone",
    ),
    field("mobile", &["cell", "cell phone", "mobile phone", "cellphone", "phone 2"], "mobile phone"),
    field("work_phone", &["work", "business phone"], "work phone"),
    field("phones", &["all phones"], "every phone with its kind: home 555-0101; mobile 555-0102"),
];

const CLIENTS: &[Field] = &[
    field(
        "mrn",
        &[
            "medical record number",
            "medical record",
            "mr",
            "mr no",
            "mr number",
            "mrn number",
            "client id",
            "clientid",
            "patient id",
            "patientid",
            "client number",
            "patient number",
            "chart number",
            "chart",
            "id",
            "record number",
            "member id",
            "admission id",
        ],
        "the client's number in this list: says which client a row is (needed)",
    ),
    field("client_id", &["caseload id"], "the id under which caseload keeps the client: in lists that it wrote itself"),
    field(
        "date_of_birth",
        &["dob", "birth date", "birthdate", "born", "birthday", "d o b", "geburtsdatum"],
        "date of birth",
    ),
    field("sex", &["sex at birth", "m f"], "female, male, other, unknown"),
    field("gender", &["gender identity"], "gender in the client's own words"),
    field(
        "languages",
        &["language", "primary language", "preferred language"],
        "languages, preferred first, with ; between",
    ),
    field("interpreter", &["interpreter needed", "needs interpreter"], "yes or no"),
    field("lives", &["living situation", "lives with", "living arrangement"], "alone, with others, facility"),
    field(
        "level",
        &["emergency level", "priority level", "triage level", "disaster level", "emergency priority", "acuity"],
        "emergency level 1–4 (1 = uninterrupted service)",
    ),
    field("transport", &["transport level", "tal", "transportation level"], "transport assistance level 1–3"),
    field(
        "payer",
        &["insurance", "primary payer", "payor", "primary payor", "payer name", "insurance name", "payment source"],
        "payer",
    ),
    field(
        "status",
        &["client status", "patient status", "current status"],
        "referral, active, hold, discharged, not taken, died",
    ),
    field("status_since", &["status date", "discharge date"], "since when"),
    field("soc", &["start of care", "soc date", "start of care date", "admission date", "admit date"], "start of care"),
    field(
        "cert_from",
        &["cert start", "certification start", "cert period start", "episode start", "cert from date"],
        "first day of the certification period",
    ),
    field(
        "cert_to",
        &["cert end", "certification end", "cert period end", "episode end", "cert to date"],
        "last day of the certification period",
    ),
    field("referred", &["referral date", "referral received"], "day on which the referral came"),
    field("coordinator", &["case coordinator", "care coordinator", "case manager"], "login name of the coordinator"),
    field("stand_in", &["backup coordinator"], "login name of who stands in"),
    field("pharmacy", &["pharmacy name"], "pharmacy"),
    field("hospital", &["preferred hospital"], "preferred hospital"),
    field(
        "access",
        &["access notes", "directions", "entry instructions"],
        "how to get in (codes do not belong in a list)",
    ),
    field("note", &["notes", "comment", "comments", "remarks"], "what everybody should know first"),
];

const STAFF: &[Field] = &[
    field(
        "staff_id",
        &[
            "employee id",
            "employeeid",
            "employee number",
            "caregiver id",
            "staff number",
            "id",
            "emp id",
            "empid",
            "clinician id",
            "worker id",
            "badge",
            "emp no",
            "payroll id",
        ],
        "the caregiver's number in this list: says who a row is (needed)",
    ),
    field(
        "discipline",
        &["title", "job title", "position", "role", "credential type", "license type", "type", "job"],
        "RN, LPN, HHA, PCA, CNA, PT, PTA, OT, OTA, SLP, MSW, RD, NP, companion",
    ),
    field("active", &["status", "employment status", "employee status", "works here"], "yes or no; active, terminated"),
    field("languages", &["language", "languages spoken"], "languages with ; between"),
    field("skills", &["competencies", "signed off for"], "skills with ; between"),
    field("earliest_call", &["do not call before", "call after"], "not to be called before this time"),
    field(
        "most_week",
        &["max hours", "maximum hours", "max weekly hours", "most hours", "hours limit"],
        "hours a week above which they want no more: 29.5",
    ),
    field("credential", &["credential kind", "license", "licence", "certification"], "a credential: RN licence, CPR"),
    field("credential_number", &["license number", "licence number", "license no", "certificate number"], "its number"),
    field(
        "credential_expires",
        &[
            "license expires",
            "license expiration",
            "license expiration date",
            "expiration date",
            "expires",
            "expiry",
            "expiry date",
            "exp date",
            "credential expiration",
        ],
        "last day on which it is good; more of them as CPR expires, TB expires …",
    ),
    field("note", &["notes", "comment", "comments", "remarks"], "what colleagues should know"),
];

const VISITS: &[Field] = &[
    field(
        "visit_id",
        &["visitid", "visit number", "schedule id", "shift id", "appointment id", "event id", "id", "scheduleid"],
        "the visit's number in this list: says which visit a row is (needed)",
    ),
    field(
        "mrn",
        &[
            "medical record number",
            "client id",
            "clientid",
            "patient id",
            "patientid",
            "client number",
            "patient number",
            "chart number",
            "mr",
            "client mrn",
            "patient mrn",
        ],
        "the client's number, as in the list of clients (needed)",
    ),
    field(
        "staff_id",
        &[
            "employee id",
            "employeeid",
            "caregiver id",
            "employee number",
            "clinician id",
            "worker id",
            "staff number",
            "assigned to id",
        ],
        "who goes: the number as in the list of staff; empty when open",
    ),
    field("second_id", &["second caregiver id", "second staff id"], "the second person of a two-person visit"),
    field(
        "date",
        &["visit date", "service date", "schedule date", "scheduled date", "day", "shift date"],
        "the day (needed)",
    ),
    field(
        "start",
        &["start time", "scheduled start", "time in", "from", "begin", "time", "planned start", "begin time"],
        "when it begins, 08:30 or 8:30 AM (needed)",
    ),
    field("end", &["end time", "scheduled end", "time out", "to", "finish", "planned end", "until"], "when it ends"),
    field(
        "minutes",
        &["duration", "length", "duration minutes", "mins", "planned minutes"],
        "how long, instead of an end; 60 when neither is given",
    ),
    field("zone", &["time zone", "timezone"], "the zone of its clock, when it is not the agency's"),
    field("discipline", &["visit type discipline", "discipline needed", "skill"], "what it needs: RN, HHA …"),
    field(
        "service",
        &["service code", "visit type", "service type", "task", "tasks", "procedure", "activity"],
        "what is done",
    ),
    field("status", &["visit status", "state"], "planned, confirmed, in progress, done, missed, called out, cancelled"),
    field(
        "reason",
        &["cancel reason", "missed reason", "cancellation reason"],
        "why it was called out, missed or cancelled",
    ),
];

const MRN: Field = field(
    "mrn",
    &[
        "medical record number",
        "client id",
        "clientid",
        "patient id",
        "patientid",
        "client number",
        "patient number",
        "chart number",
        "member id",
        "client mrn",
        "patient mrn",
    ],
    "the client's number, as in the list of clients",
);
const WHO: Field = field(
    "staff_id",
    &["employee id", "employeeid", "caregiver id", "employee number", "clinician id", "worker id", "staff number"],
    "the caregiver's number, as in the list of staff",
);
const NOTE: Field = field("note", &["notes", "comment", "comments", "remarks"], "what else is to be known");

const AUTHORIZATIONS: &[Field] = &[
    field("authorization_id", &["auth id", "authorization key"], "its number in this list, if it has one"),
    MRN,
    field("payer", &["insurance", "payor", "payer name", "insurance name", "plan"], "who pays"),
    field(
        "number",
        &["authorization number", "auth number", "auth no", "authorization no", "authorization", "auth"],
        "the payer's number for it",
    ),
    field("discipline", &["discipline authorized", "visit type discipline"], "for which discipline; empty for all"),
    field("service", &["service code", "procedure code", "hcpcs", "service type"], "for which service; empty for all"),
    field("unit_minutes", &["minutes per unit", "unit length", "unit size"], "minutes of a unit; empty: a visit each"),
    field(
        "units",
        &["authorized units", "units authorized", "auth units", "hours or units"],
        "how many units (needed)",
    ),
    field("per", &["units per", "period", "frequency"], "in all, a month, a week, a day"),
    field("from", &["start date", "effective date", "auth start", "begin date", "valid from"], "first day (needed)"),
    field("to", &["end date", "expiration date", "auth end", "valid to", "through"], "last day (needed)"),
];

const TIME_OFF: &[Field] = &[
    field("time_off_id", &["time off key", "request id"], "its number in this list, if it has one"),
    WHO,
    field("from", &["start", "start date", "first day", "begin"], "from when on: a day, or a day and a time (needed)"),
    field(
        "to",
        &["end", "end date", "last day", "until"],
        "until when; a day without a time is off as a whole (needed)",
    ),
    field("kind", &["leave type", "time off type", "type"], "vacation, sick, in-service, leave, off; on call"),
    NOTE,
];

const HOLDS: &[Field] = &[
    field("hold_id", &["hold key"], "its number in this list, if it has one"),
    MRN,
    field("kind", &["hold type", "hold reason"], "in hospital, in the ER, respite, away, on hold"),
    field("from", &["hold from", "hold start", "start date", "start"], "from when on (needed)"),
    field("to", &["hold to", "hold end", "until", "end date", "end"], "until when, once it is over"),
    field("expected", &["expected back", "expected return", "return date"], "when the client is expected back"),
    NOTE,
];

const PAIRINGS: &[Field] = &[
    field("pairing_id", &["pairing key"], "its number in this list, if it has one"),
    MRN,
    WHO,
    field("wish", &["preference", "pairing"], "preferred, or not together (needed)"),
    field("by", &["wished by", "requested by"], "whose wish: client, caregiver, agency"),
    field("reason", &["why"], "why"),
];

const APPOINTMENTS: &[Field] = &[
    field("appointment_id", &["appointment key"], "its number in this list, if it has one"),
    MRN,
    field("date", &["appointment date", "day"], "the day (needed)"),
    field("start", &["time", "start time", "leaves at", "pick up"], "when the client leaves home (needed)"),
    field("end", &["end time", "back at", "until"], "when the client is back"),
    field("minutes", &["duration", "length", "mins"], "how long, instead of an end; 60 when neither is given"),
    field("zone", &["time zone", "timezone"], "the zone of its clock, when it is not the agency's"),
    field("kind", &["appointment type", "type"], "physician, dialysis, outpatient therapy, transport, appointment"),
    field("with", &["provider", "physician", "doctor"], "with whom"),
    field("place", &["location", "where", "clinic"], "where"),
    NOTE,
];

const POSITIONS: &[Field] = &[
    field("position_id", &["position key"], "its number in this list, if it has one"),
    MRN,
    WHO,
    field("postcode", &["zip", "zip code", "zipcode", "postal code"], "of all of a postal code, instead of somebody's"),
    field("latitude", &["lat"], "degrees north, 41.823989 (needed)"),
    field("longitude", &["lon", "lng", "long"], "degrees east, -71.412834 (needed)"),
];

const WAYS: &[Field] = &[
    field("way_id", &["way key"], "its number in this list, if it has one"),
    field("from_mrn", &["from client", "from client id"], "from a client's home: the client's number"),
    field("from_staff_id", &["from staff", "from employee id"], "from where a caregiver's day starts: their number"),
    field("from_postcode", &["from zip", "from zip code"], "from a postal code"),
    field("to_mrn", &["to client", "to client id"], "to a client's home: the client's number"),
    field("to_staff_id", &["to staff", "to employee id"], "to where a caregiver's day starts: their number"),
    field("to_postcode", &["to zip", "to zip code"], "to a postal code"),
    field("way_minutes", &["drive minutes", "travel minutes", "drive time", "travel time"], "minutes (needed)"),
    field("miles", &["distance", "distance miles"], "miles"),
];

const EVV: &[Field] = &[
    field(
        "evv_id",
        &["evv number", "transaction id", "visit key", "evv visit id", "visit id", "record id", "sequence id"],
        "its number at the aggregator (needed)",
    ),
    MRN,
    WHO,
    field("service", &["service code", "procedure code", "hcpcs", "service type", "task"], "what was done"),
    field("date", &["visit date", "service date", "date of service", "dos"], "the day, where the times have none"),
    field(
        "clock_in",
        &["clock in", "call in", "actual start", "time in", "check in", "begin time", "actual time in", "adjusted in"],
        "when it began: a day and a time, or a time of the date",
    ),
    field(
        "clock_out",
        &["call out", "actual end", "time out", "check out", "end time", "actual time out", "adjusted out"],
        "when it ended",
    ),
    field(
        "place",
        &["location", "gps", "clock in location", "visit location", "latitude", "call in location", "phone"],
        "where: an address, coordinates or a number",
    ),
    field("zone", &["time zone", "timezone"], "the zone of its clock, when it is not the agency's"),
];

/// The columns of a list.
pub fn fields(list: List) -> impl Iterator<Item = &'static Field> {
    let (own, names, place): (&'static [Field], &'static [Field], &'static [Field]) = match list {
        List::Clients => (CLIENTS, &NAMES, &PLACE),
        List::Staff => (STAFF, &NAMES, &PLACE),
        List::Visits => (VISITS, &[], &[]),
        List::Authorizations => (AUTHORIZATIONS, &[], &[]),
        List::TimeOff => (TIME_OFF, &[], &[]),
        List::Holds => (HOLDS, &[], &[]),
        List::Pairings => (PAIRINGS, &[], &[]),
        List::Appointments => (APPOINTMENTS, &[], &[]),
        List::Positions => (POSITIONS, &[], &[]),
        List::Ways => (WAYS, &[], &[]),
        List::Evv => (EVV, &[], &[]),
    };
    own.iter().take(1).chain(names).chain(own.iter().skip(1)).chain(place)
}

/// Text of `caseload import --columns`.
pub fn text() -> String {
    let mut out = String::from(
        "A list is CSV, TSV or .xlsx with a row of headings. These columns are known, also under the usual other\n\
         headings; any other heading is mapped with --map \"Heading=column\". Empty cells say nothing.\n",
    );
    for list in List::ALL {
        let _ = writeln!(out, "\n{}:", list.word());
        for f in fields(list) {
            let _ = writeln!(out, "  {:<20} {}", f.name, f.about);
        }
    }
    out
}

/// The field with this name.
pub(super) fn named(list: List, name: &str) -> Option<String> {
    let folded = fold(name);
    if let Some(kind) = name.trim().strip_prefix("expires:")
        && list == List::Staff
        && !kind.trim().is_empty()
        && kind.len() <= 60
    {
        return Some(format!("expires:{}", kind.trim()));
    }
    fields(list).find(|f| fold(f.name) == folded).map(|f| f.name.to_owned())
}

/// The field that a heading means, and why.
pub(super) fn of_heading(list: List, heading: &str) -> Option<(String, &'static str)> {
    let folded = fold(heading);
    if folded.is_empty() {
        return None;
    }
    if let Some(f) = fields(list).find(|f| fold(f.name) == folded) {
        return Some((f.name.to_owned(), "its heading"));
    }
    if let Some(f) = fields(list).find(|f| f.also.contains(&folded.as_str())) {
        return Some((f.name.to_owned(), "a usual heading for it"));
    }
    // `CPR Exp. Date`, `TB Expires`: a credential of that kind.
    if list == List::Staff {
        let words: Vec<&str> = heading.split_whitespace().collect();
        let at = words.iter().position(|w| {
            let w = fold(w);
            matches!(w.as_str(), "exp" | "expires" | "expiration" | "expiry" | "expire" | "renewal")
        });
        if let Some(at) = at
            && at > 0
        {
            let kind: String = words[..at].join(" ").chars().filter(|c| !c.is_control()).take(40).collect();
            return Some((format!("expires:{kind}"), "the end of a credential"));
        }
    }
    None
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn every_column_is_known_by_its_own_name_and_no_heading_means_two() {
        for list in List::ALL {
            let mut seen = std::collections::HashSet::new();
            for f in fields(list) {
                assert_eq!(of_heading(list, f.name).unwrap().0, f.name);
                for also in f.also {
                    assert_eq!(fold(also), **also, "folded");
                    assert!(seen.insert(*also), "{also} in {}", list.word());
                }
            }
            assert!(text().contains(list.key()));
        }
        assert_eq!(of_heading(List::Staff, "CPR Exp. Date").unwrap().0, "expires:CPR");
        assert_eq!(of_heading(List::Clients, "Fax to"), None);
    }
}
