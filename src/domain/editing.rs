//! What of a record people change by hand: its fields as they are called, in the order of a form, and how each is typed
//! and read. The form is made from this table, and so are the words in which a change of a field is told.

use super::appointment::AppointmentKind;
use super::authorization::AuthorizedPer;
use super::client::{ClientStatus, Living};
use super::contact::{ContactKind, Share};
use super::coverage::{TimeOffKind, Wish, WishedBy};
use super::issue::{How, IssueKind};
use super::person::{Phone, PhoneKind, Sex};
use super::record::Kind;
use super::staff::Discipline;
use super::text::Text;
use super::time::{Day, MONTHS, Moment, Zone, clock};
use serde_json::Value;

/// A field that is changed by hand.
pub struct EditField {
    /// Its name in [`super::fields::Fields`].
    pub name: &'static str,
    /// What it is called.
    pub label: &'static str,
    /// One line of help.
    pub help: &'static str,
    /// How it is typed.
    pub shape: Shape,
    /// Why it is shown and not changed here; empty where it can be.
    pub fixed: &'static str,
}

/// How a field is typed.
pub enum Shape {
    /// One line of at most so many bytes.
    Text(usize),
    /// Many lines of at most so many bytes.
    Long(usize),
    /// One of these words, with the value that each stands for.
    Words(fn() -> Vec<(&'static str, Value)>),
    /// Yes or no.
    YesNo,
    /// A date, or none.
    Day,
    /// A time of day, or none.
    Clock,
    /// A moment; a day alone is its beginning, or its end where `end` says so.
    Instant {
        /// The end of something: a day alone belongs to it as a whole.
        end: bool,
    },
    /// Hours to the half or quarter, kept as minutes, at most so many hours, or none.
    Hours(u16),
    /// A number between these, or none.
    Number(u8, u8),
    /// A larger number between these, or none.
    Count(u32, u32),
    /// Numbers to call with their kinds, a line each: `mobile (401) 555-0142`.
    Phones,
    /// At most so many texts of at most so many bytes: `English; Tagalog`.
    List(usize, usize),
}

macro_rules! one_of {
    ($t:ty) => {
        Shape::Words(|| <$t>::ALL.iter().map(|v| (v.word(), serde_json::to_value(v).unwrap_or_default())).collect())
    };
}

const fn field(name: &'static str, label: &'static str, shape: Shape, help: &'static str) -> EditField {
    EditField { name, label, help, shape, fixed: "" }
}

const PHONES: &str = "a line each: mobile 401 555 0142; the first is rung first";
const DAYS: &str = "12 Jun 1941, 6/12/1941 or 1941-06-12; empty for none";
const MANY: &str = "several with ; between them";

static CLIENT: &[EditField] = &[
    field("phones", "Phones", Shape::Phones, PHONES),
    field("address.street", "Street", Shape::Text(160), "street, house, apartment"),
    field("address.town", "Town", Shape::Text(80), ""),
    field("address.region", "State", Shape::Text(40), "state or region"),
    field("address.postcode", "ZIP", Shape::Text(20), "postal code"),
    field("access", "Way in", Shape::Long(400), "how to get in, without codes"),
    field("hazards", "Hazards", Shape::List(12, 80), MANY),
    field("living", "Lives", one_of!(Living), "by digit"),
    field("emergency", "Level", Shape::Number(1, 4), "emergency level 1 to 4; 1 cannot be without service"),
    field("transport", "Transport", Shape::Number(1, 3), "transport level 1 to 3; 1 cannot walk at all"),
    field("powered", "Powered", Shape::List(8, 80), "equipment that needs power or oxygen, ; between"),
    field("languages", "Languages", Shape::List(6, 40), "preferred first, ; between them"),
    field("interpreter", "Interpreter", Shape::YesNo, "needs an interpreter"),
    field("note", "Note", Shape::Long(2000), "what everybody should know first"),
    field("pharmacy", "Pharmacy", Shape::Text(160), ""),
    field("hospital", "Hospital", Shape::Text(120), "preferred hospital"),
    field("payer", "Payer", Shape::Text(80), ""),
    field("status", "Status", one_of!(ClientStatus), "by digit"),
    field("status_since", "Status since", Shape::Day, DAYS),
    field("hospital_discharge", "Out of hosp.", Shape::Day, DAYS),
    field("ordered_soc", "SOC ordered", Shape::Day, DAYS),
    field("soc", "SOC", Shape::Day, DAYS),
    field("cert_from", "Cert. from", Shape::Day, DAYS),
    field("cert_to", "Cert. to", Shape::Day, DAYS),
    field("name.family", "Family name", Shape::Text(80), ""),
    field("name.given", "Given names", Shape::Text(80), ""),
    field("name.preferred", "Called", Shape::Text(60), "what they like to be called"),
    field("name.former", "Formerly", Shape::Text(120), "former names, which callers still use"),
    field("born", "Born", Shape::Day, DAYS),
    field("mrn", "MRN", Shape::Text(40), "medical record number"),
    field("sex", "Sex", one_of!(Sex), "as recorded"),
    field("gender", "Gender", Shape::Text(40), "in the client's own words"),
];

static STAFF: &[EditField] = &[
    field("phones", "Phones", Shape::Phones, PHONES),
    field("earliest_call", "Not before", Shape::Clock, "not to be called before: 7:00; empty for any time"),
    field("most_week", "Most hours", Shape::Hours(168), "hours a week above which they want no more; empty for any"),
    field("languages", "Languages", Shape::List(6, 40), MANY),
    field("skills", "Signed off", Shape::List(20, 40), "what they are signed off for, ; between"),
    field("note", "Note", Shape::Long(1000), "what colleagues should know"),
    field("base.street", "Street", Shape::Text(160), "where their day starts"),
    field("base.town", "Town", Shape::Text(80), ""),
    field("base.region", "State", Shape::Text(40), "state or region"),
    field("base.postcode", "ZIP", Shape::Text(20), "postal code"),
    field("discipline", "Discipline", one_of!(Discipline), "by digit, or ↑↓ and Enter"),
    field("active", "Works here", Shape::YesNo, "now"),
    field("name.family", "Family name", Shape::Text(80), ""),
    field("name.given", "Given names", Shape::Text(80), ""),
    field("name.preferred", "Called", Shape::Text(60), "what they like to be called"),
    field("name.former", "Formerly", Shape::Text(120), "former names, which callers still use"),
];

static CONTACT: &[EditField] = &[
    field("phones", "Phones", Shape::Phones, PHONES),
    field("relation", "Is", Shape::Text(60), "daughter, PCP, neighbour"),
    field("share", "May hear", one_of!(Share), "what may be shared with them"),
    field("share_since", "Since", Shape::Day, DAYS),
    field("share_word", "On whose word", Shape::Text(120), "client, by phone"),
    field("first", "Called first", Shape::YesNo, ""),
    field("kind", "Kind", one_of!(ContactKind), "by digit"),
    field("npi", "NPI", Shape::Text(20), "national provider identifier of a physician"),
    field("name.family", "Family name", Shape::Text(80), ""),
    field("name.given", "Given names", Shape::Text(80), ""),
    field("name.preferred", "Called", Shape::Text(60), "what they like to be called"),
    field("name.former", "Formerly", Shape::Text(120), "former names"),
];

static ISSUE: &[EditField] = &[
    field("summary", "In short", Shape::Text(200), "a few words that the row shows"),
    field("reported_by", "Told by", Shape::Text(120), "who told it"),
    field("how", "How", one_of!(How), "by digit"),
    EditField {
        fixed: "it decides the tier: finish this one as “not what it seemed” and open another",
        ..field("kind", "What", one_of!(IssueKind), "")
    },
];

static APPOINTMENT: &[EditField] = &[
    field("kind", "Kind", one_of!(AppointmentKind), "by digit"),
    field("start.day", "Day", Shape::Day, "12 Mar 2026, 3/12/2026 or 2026-03-12"),
    field("start.minute", "Leaves", Shape::Clock, "when the client leaves home: 9:30"),
    field("minutes", "Minutes", Shape::Count(1, 10_080), "how long the client is away"),
    field("with", "With", Shape::Text(120), "with whom"),
    field("place", "Where", Shape::Text(160), ""),
    field("note", "Note", Shape::Long(400), "who takes the client there, and what else is to be known"),
];

static TIME_OFF: &[EditField] = &[
    field("kind", "Kind", one_of!(TimeOffKind), "by digit"),
    field("from", "From", Shape::Instant { end: false }, "9 Mar 2026 7:00; a day alone from its beginning"),
    field("to", "Until", Shape::Instant { end: true }, "13 Mar 2026 15:00; a day alone to its end"),
    field("note", "Note", Shape::Text(200), ""),
];

static AUTHORIZATION: &[EditField] = &[
    field("payer", "Payer", Shape::Text(80), "who pays"),
    field("number", "Number", Shape::Text(60), "the payer's number for it"),
    field("service", "Service", Shape::Text(80), "a visit counts whose service holds this; empty is all"),
    field("units", "Units", Shape::Count(1, 1_000_000), "how many"),
    field("unit_minutes", "Unit minutes", Shape::Count(1, 1440), "15 often; empty where a unit is a visit"),
    field("per", "Counted", one_of!(AuthorizedPer), "by digit"),
    field("from", "From", Shape::Day, "first day"),
    field("to", "To", Shape::Day, "last day"),
];

static PAIRING: &[EditField] = &[
    field("wish", "They are", one_of!(Wish), "by digit"),
    field("by", "Wish of", one_of!(WishedBy), "by digit"),
    field("reason", "Why", Shape::Text(200), ""),
];

/// The fields of a kind that are changed by hand; none where a record of it is not.
pub fn fields(kind: Kind) -> &'static [EditField] {
    match kind {
        Kind::Client => CLIENT,
        Kind::Staff => STAFF,
        Kind::Contact => CONTACT,
        Kind::Issue => ISSUE,
        Kind::Appointment => APPOINTMENT,
        Kind::TimeOff => TIME_OFF,
        Kind::Authorization => AUTHORIZATION,
        Kind::Pairing => PAIRING,
        _ => &[],
    }
}

/// A field by its name.
pub fn find(kind: Kind, name: &str) -> Option<&'static EditField> {
    fields(kind).iter().find(|f| f.name == name)
}

/// Whether one of two names is the other, or a part of it: `name` and `name.family`.
pub fn same(a: &str, b: &str) -> bool {
    let part = |whole: &str, part: &str| part.strip_prefix(whole).is_some_and(|rest| rest.starts_with('.'));
    a == b || part(a, b) || part(b, a)
}

/// What a field is called in a sentence: `phones`, `family name`, `SOC`.
pub fn called(kind: Kind, name: &str) -> String {
    let Some(field) = find(kind, name) else { return name.replace(['_', '.'], " ") };
    let mut letters = field.label.chars();
    let rest = letters.as_str().chars().skip(1).collect::<String>();
    match letters.next() {
        // An abbreviation stays as it is written.
        Some(first) if !rest.chars().any(char::is_uppercase) => first.to_lowercase().chain(rest.chars()).collect(),
        _ => field.label.to_owned(),
    }
}

/// Several fields in a sentence, in the order of the form: `phones, way in and 2 more`.
pub fn called_all<'a>(kind: Kind, names: impl IntoIterator<Item = &'a str>) -> String {
    let mut words: Vec<String> = Vec::new();
    let mut names: Vec<&str> = names.into_iter().collect();
    names.sort_by_key(|name| fields(kind).iter().position(|f| same(f.name, name)).unwrap_or(usize::MAX));
    for name in names {
        let word = called(kind, name);
        if !words.contains(&word) {
            words.push(word);
        }
    }
    match words.len() {
        0..=3 => words.join(", "),
        n => format!("{} and {} more", words[..2].join(", "), n - 2),
    }
}

impl Shape {
    /// A value (as JSON) as it is typed, by the clock on the wall of this zone.
    pub fn read(&self, json: &str, zone: Zone) -> String {
        let Ok(value) = serde_json::from_str::<Value>(json) else { return String::new() };
        match (self, &value) {
            (_, Value::Null) => String::new(),
            (Self::Words(options), value) => {
                options().into_iter().find(|(_, v)| v == value).map(|(word, _)| word.to_owned()).unwrap_or_default()
            }
            (Self::YesNo, Value::Bool(yes)) => if *yes { "yes" } else { "no" }.to_owned(),
            (Self::Day, Value::String(text)) => Day::parse_iso(text).map_or_else(|| text.clone(), Day::long),
            (Self::Clock, Value::Number(n)) => {
                n.as_u64().and_then(|m| u16::try_from(m).ok()).map(clock).unwrap_or_default()
            }
            (Self::Instant { end }, Value::Number(n)) => {
                n.as_i64().map(|ms| instant_text(Moment(ms), *end, zone)).unwrap_or_default()
            }
            (Self::Hours(_), Value::Number(n)) => {
                n.as_u64().and_then(|m| u16::try_from(m).ok()).map(hours_typed).unwrap_or_default()
            }
            (Self::Phones, value) => serde_json::from_value::<Vec<Phone>>(value.clone())
                .unwrap_or_default()
                .iter()
                .map(|p| format!("{} {}", p.kind.word(), p.number.as_str()))
                .collect::<Vec<_>>()
                .join("\n"),
            (Self::List(..), Value::Array(items)) => {
                items.iter().filter_map(Value::as_str).collect::<Vec<_>>().join("; ")
            }
            (_, Value::String(text)) => text.clone(),
            (_, other) => other.to_string(),
        }
    }

    /// What was typed as a value (as JSON), or what is wrong with it and how it is written.
    pub fn write(&self, typed: &str, zone: Zone) -> Result<String, String> {
        let typed = typed.trim();
        let value = match self {
            Self::Text(most) | Self::Long(most) => Value::String(within(typed, *most)?.to_owned()),
            Self::Words(options) => options()
                .into_iter()
                .find(|(word, _)| word.eq_ignore_ascii_case(typed))
                .map(|(_, value)| value)
                .ok_or_else(|| "choose one, by digit".to_owned())?,
            Self::YesNo => match typed {
                "yes" => Value::Bool(true),
                "no" => Value::Bool(false),
                _ => return Err("yes or no: 1 or 2".to_owned()),
            },
            Self::Instant { end } => Value::from(
                instant(typed, *end, zone)
                    .ok_or_else(|| "write day and time: 9 Mar 2026 7:00, or 3/9/2026".to_owned())?
                    .0,
            ),
            _ if typed.is_empty() && !matches!(self, Self::Phones | Self::List(..)) => Value::Null,
            Self::Day => Value::String(
                day(typed).ok_or_else(|| "write a date: 12 Jun 1941, 6/12/1941 or 1941-06-12".to_owned())?.iso(),
            ),
            Self::Clock => Value::from(minute(typed).ok_or_else(|| "write a time of day: 7:00 or 13:30".to_owned())?),
            Self::Hours(most) => Value::from(
                hours_of(typed, *most)
                    .ok_or_else(|| format!("hours a week, to the quarter: 29.5; at most {most}, or empty"))?,
            ),
            Self::Number(least, most) => Value::from(
                typed
                    .parse::<u8>()
                    .ok()
                    .filter(|n| (least..=most).contains(&n))
                    .ok_or_else(|| format!("a number from {least} to {most}, or empty"))?,
            ),
            Self::Count(least, most) => Value::from(
                typed
                    .parse::<u32>()
                    .ok()
                    .filter(|n| (least..=most).contains(&n))
                    .ok_or_else(|| format!("a number from {least} to {most}"))?,
            ),
            Self::Phones => {
                let mut list = Vec::new();
                for part in parts(typed) {
                    list.push(phone(part)?);
                }
                if list.len() > 6 {
                    return Err(format!("{} numbers where at most 6 fit", list.len()));
                }
                serde_json::to_value(list).unwrap_or_default()
            }
            Self::List(most, each) => {
                let list: Vec<&str> = parts(typed).collect();
                if list.len() > *most {
                    return Err(format!("{} of them where at most {most} fit", list.len()));
                }
                for one in &list {
                    within(one, *each)?;
                }
                serde_json::to_value(list).unwrap_or_default()
            }
        };
        Ok(value.to_string())
    }
}

/// `29.5` of 1770 minutes.
fn hours_typed(minutes: u16) -> String {
    format!("{}", f64::from(minutes) / 60.0)
}

/// Minutes of `29.5`: whole quarters of an hour alone, so that what is read back is what was typed.
pub fn hours_of(typed: &str, most: u16) -> Option<u16> {
    let (whole, part) = typed.split_once('.').unwrap_or((typed, "0"));
    let quarter = match part.trim_end_matches('0') {
        "" => 0,
        "25" => 15,
        "5" => 30,
        "75" => 45,
        _ => return None,
    };
    let whole: u16 = Some(whole).filter(|w| w.bytes().all(|b| b.is_ascii_digit()))?.parse().ok()?;
    let minutes = whole.checked_mul(60)?.checked_add(quarter)?;
    (1..=most.checked_mul(60)?).contains(&minutes).then_some(minutes)
}

fn parts(typed: &str) -> impl Iterator<Item = &str> {
    typed.split([';', '\n']).map(str::trim).filter(|part| !part.is_empty())
}

fn within(typed: &str, most: usize) -> Result<&str, String> {
    if typed.len() > most {
        return Err(format!("{} letters too long: at most {most} fit", typed.len() - most));
    }
    Ok(typed)
}

/// `mobile 401 555 0142`; a number without its kind is of another one, because nobody said which.
fn phone(typed: &str) -> Result<Phone, String> {
    let (first, rest) = typed.split_once(' ').unwrap_or((typed, ""));
    let (kind, number) = match PhoneKind::from_word(first) {
        Some(kind) => (kind, rest.trim()),
        None => (PhoneKind::Other, typed),
    };
    if !number.chars().any(|c| c.is_ascii_digit()) {
        return Err("a number is missing: mobile 401 555 0142".to_owned());
    }
    Text::new(number).map(|number| Phone { kind, number }).map_err(|e| format!("a number is {e}"))
}

/// A whole date: `12 Jun 1941`, `6/12/1941`, `1941-06-12`. Without its year it is none.
fn day(typed: &str) -> Option<Day> {
    // Of four digits as it is written, so that it is shown as it was typed.
    let years = 1000..=9999;
    if let Some(day) = Day::parse_iso(typed) {
        return Some(day).filter(|day| years.contains(&day.ymd().0));
    }
    let words: Vec<&str> = typed.split([' ', '/', ',', '.']).filter(|w| !w.is_empty()).collect();
    let [a, b, year] = words[..] else { return None };
    let year: i32 = year.parse().ok().filter(|y| years.contains(y))?;
    let month = |word: &str| {
        let short: String = word.chars().take(3).collect();
        MONTHS.iter().position(|m| m.eq_ignore_ascii_case(&short)).map(|n| n as u32 + 1)
    };
    match (month(a), month(b)) {
        (None, Some(m)) => Day::from_ymd(year, m, a.parse().ok()?),
        (Some(m), None) => Day::from_ymd(year, m, b.parse().ok()?),
        _ => Day::from_ymd(year, a.parse().ok()?, b.parse().ok()?),
    }
}

/// `9 Mar 2026 07:00`; a whole day by its date alone.
fn instant_text(at: Moment, end: bool, zone: Zone) -> String {
    let (day, minute) = zone.civil(at);
    match (minute, end) {
        (0, false) if zone.midnight(day) == at => day.long(),
        (0, true) if zone.midnight(day) == at => day.plus(-1).long(),
        _ => format!("{} {}", day.long(), clock(minute)),
    }
}

fn instant(typed: &str, end: bool, zone: Zone) -> Option<Moment> {
    if let Some(day) = day(typed) {
        return Some(zone.midnight(if end { day.plus(1) } else { day }));
    }
    let (date, time) = typed.rsplit_once(' ')?;
    Some(zone.moment(day(date.trim())?, minute(time)?))
}

fn minute(typed: &str) -> Option<u16> {
    let (h, m) = typed.split_once(':')?;
    let (h, m): (u16, u16) = (h.trim().parse().ok()?, m.trim().parse().ok().filter(|_| m.len() == 2)?);
    (h < 24 && m < 60).then(|| h * 60 + m)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::client::Client;
    use crate::domain::contact::Contact;
    use crate::domain::fields::Fields;
    use crate::domain::ids::{ClientId, OfficeId};
    use crate::domain::person::{Name, Phones};
    use crate::domain::record::Body;
    use crate::domain::staff::Staff;

    fn holds<B: Body>(body: &B) {
        let mut empty = Vec::new();
        for field in fields(B::KIND) {
            let value = crate::domain::fields::value_at(body, field.name);
            let json = value.unwrap_or_else(|| panic!("{} has no {}", B::KIND.word(), field.name)).to_string();
            let text = field.shape.read(&json, Zone::UTC);
            let back = field.shape.write(&text, Zone::UTC).unwrap_or_else(|e| panic!("{}: {e}", field.name));
            assert_eq!(back, json, "{}: another value came back", field.name);
            let same = Fields(vec![(field.name.to_owned(), back)]).applied_to(body);
            assert!(same.is_ok_and(|b| b == *body), "{} does not fit", field.name);
            assert!(field.label.chars().count() <= 13 && field.help.chars().count() <= 60, "{}", field.name);
            empty.push(text.is_empty());
        }
        assert!(empty.contains(&false));
    }

    #[test]
    fn every_field_is_one_of_its_record_and_comes_back_as_it_was() {
        let name = Name { family: Text::clip("Okafor"), ..Name::default() };
        let client = Client::new(OfficeId::default(), name.clone());
        holds(&client);
        let day = Day::from_ymd(1941, 6, 12);
        let phones = [(PhoneKind::Mobile, "(401) 555-0142"), (PhoneKind::Other, "555 ext. 7")];
        let phones = Phones::clip(phones.map(|(kind, number)| Phone { kind, number: Text::clip(number) }).into());
        let full = Client { born: day, phones: phones.clone(), emergency: Some(2), interpreter: true, ..client };
        holds(&full);
        holds(&Staff {
            earliest_call: Some(7 * 60),
            most_week: Some(1770),
            ..Staff::new(OfficeId::default(), name.clone(), Discipline::Rn)
        });
        holds(&Contact {
            client: ClientId::default(),
            kind: ContactKind::Physician,
            name,
            relation: Text::default(),
            phones,
            share: Share::Health,
            share_since: day,
            share_word: Text::default(),
            first: true,
            npi: Text::default(),
        });
    }

    #[test]
    fn plans_come_back_as_they_were() {
        use crate::domain::appointment::Appointment;
        use crate::domain::authorization::Authorization;
        use crate::domain::coverage::{Pairing, TimeOff};
        use crate::domain::ids::StaffId;
        use crate::domain::time::{Civil, DAY, HOUR, MINUTE};
        let (client, staff, day) = (ClientId::default(), StaffId::default(), Day::from_ymd(2026, 3, 9).unwrap());
        holds(&Appointment {
            client,
            kind: AppointmentKind::Dialysis,
            start: Civil { day, minute: 570, zone: Zone::UTC },
            minutes: 240,
            with: Text::clip("Kidney Center"),
            place: Text::default(),
            note: Text::default(),
            cancelled: None,
        });
        let (kind, note) = (TimeOffKind::Leave, Text::default());
        for to in [MINUTE, 3 * DAY, 3 * DAY + 15 * HOUR] {
            holds(&TimeOff { staff, from: Moment(0), to: Moment(to), kind, note: note.clone() });
        }
        holds(&Authorization {
            client,
            payer: Text::clip("Medicaid"),
            number: Text::default(),
            discipline: None,
            service: Text::default(),
            unit_minutes: Some(15),
            units: 240,
            per: AuthorizedPer::Month,
            from: day,
            to: day,
            ended: None,
        });
        let (wish, by) = (Wish::Excluded, WishedBy::Client);
        holds(&Pairing { client, staff, wish, by, reason: Text::default(), ended: None });
    }

    #[test]
    fn what_is_typed_is_read_or_said_to_be_wrong_with_the_mend() {
        let good = [
            (Shape::Day, "6/12/1941", "\"1941-06-12\""),
            (Shape::Day, "12 june 1941", "\"1941-06-12\""),
            (Shape::Day, "Jun 12, 1941", "\"1941-06-12\""),
            (Shape::Day, " ", "null"),
            (Shape::Clock, "7:05", "425"),
            (Shape::Instant { end: false }, "1/2/1970", "86400000"),
            (Shape::Instant { end: true }, "1 Jan 1970", "86400000"),
            (Shape::Instant { end: true }, "1 Jan 1970 0:30", "1800000"),
            (Shape::Hours(168), "29.5", "1770"),
            (Shape::Hours(168), "32", "1920"),
            (Shape::Hours(168), "", "null"),
            (Shape::Number(1, 4), "", "null"),
            (Shape::Phones, "", "[]"),
            (Shape::Phones, "401 555 0142", "[{\"kind\":\"Other\",\"number\":\"401 555 0142\"}]"),
            (Shape::List(6, 40), "English;  Tagalog ;", "[\"English\",\"Tagalog\"]"),
            (one_of!(Living), "Alone", "\"Alone\""),
        ];
        for (shape, typed, json) in good {
            assert_eq!(shape.write(typed, Zone::UTC).as_deref(), Ok(json), "{typed}");
        }
        let bad = [
            (Shape::Day, "6/12"),
            (Shape::Day, "31 Feb 2026"),
            (Shape::Day, "6/12/0941"),
            (Shape::Day, "0941-06-12"),
            (Shape::Clock, "25:00"),
            (Shape::Instant { end: true }, ""),
            (Shape::Instant { end: true }, "7:00"),
            (Shape::Instant { end: false }, "1 Jan 1970 7"),
            (Shape::Hours(168), "169"),
            (Shape::Hours(168), "0"),
            (Shape::Hours(168), "29.4"),
            (Shape::Hours(168), "-3"),
            (Shape::Hours(168), "999999"),
            (Shape::Clock, "1941:06"),
            (Shape::Number(1, 4), "7"),
            (Shape::Phones, "mobile"),
            (Shape::Phones, "1;2;3;4;5;6;7"),
            (Shape::Text(3), "four"),
            (Shape::List(1, 40), "a;b"),
            (Shape::List(2, 1), "ab"),
            (Shape::YesNo, "perhaps"),
            (one_of!(Living), ""),
        ];
        for (shape, typed) in bad {
            assert!(shape.write(typed, Zone::UTC).is_err_and(|e| !e.is_empty()), "{typed}");
        }
    }

    #[test]
    fn a_field_is_called_as_people_call_it() {
        assert_eq!(called(Kind::Client, "access"), "way in");
        assert_eq!(called(Kind::Client, "mrn"), "MRN");
        assert_eq!(called(Kind::Client, "stand_in"), "stand in");
        assert_eq!(called_all(Kind::Client, ["mrn", "payer", "note", "phones"]), "phones, note and 2 more");
        assert!(same("name", "name.family") && same("mrn", "mrn") && !same("name", "namesake"));
    }
}
