//! Other people's calendars: each event that takes place becomes an appointment of a client, or a time off of a
//! caregiver. What comes again is spelled out over a horizon by the same walk that plans visits, bounded; what is not
//! taken is said, with its place and the reason. Nothing here trusts the file: it may be any bytes.

use crate::domain::appointment::AppointmentKind;
use crate::domain::fields::Fields;
use crate::domain::ids::{ClientId, StaffId};
use crate::domain::record::Kind;
use crate::domain::safe::SafeText;
use crate::domain::text::Text;
use crate::domain::time::{Civil, Day, MINUTE, Moment, Zone};
use crate::exchange::report::{Reading, Remark};
use crate::exchange::table::decode;
use crate::exchange::table::rows::plans::{appointment_kind, off_kind};
use crate::rules::recurrence::{Pattern, Slot};
use crate::service::api::Incoming;
use calcard::common::PartialDateTime;
use calcard::common::timezone::Tz;
use calcard::icalendar::{
    ICalendar, ICalendarComponent, ICalendarComponentType, ICalendarEntry, ICalendarProperty, ICalendarStatus,
    ICalendarTransparency, ICalendarValue,
};
use calcard::{Entry, Parser};
use sha2::{Digest, Sha256};
use std::collections::{HashMap, HashSet};

/// The largest calendar.
pub const LARGEST: u64 = 16 << 20;
/// Occurrences of one event.
const OF_ONE: usize = 400;
/// Occurrences of a calendar.
const OF_ALL: usize = 5_000;
/// Events that are looked at.
const EVENTS: usize = 50_000;
/// Calendars in one file.
const CALENDARS: usize = 1_000;
/// Longest name of an event that is kept as it is; a longer one by its digest.
const NAME: usize = 150;

/// Whose calendar it is.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Whose {
    /// A client's: what is in it are her appointments.
    Client(ClientId),
    /// A caregiver's: what is in it is time off.
    Staff(StaffId),
}

/// From when to when events are taken.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Horizon {
    /// The agency's zone: of times that say none.
    pub zone: Zone,
    /// What has ended before is over.
    pub now: Moment,
    /// The last day.
    pub until: Day,
}

/// When something takes place.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Taken {
    start: Moment,
    end: Moment,
    whole_days: bool,
}

/// An event before its occurrences are known.
struct Event<'a> {
    component: &'a ICalendarComponent,
    place: String,
    uid: String,
    /// Which occurrence of its UID it stands for.
    instead_of: Option<Moment>,
}

/// Why an event is not taken.
enum Not {
    /// Counted, as there may be many.
    Counted(&'static str),
    /// Said each time.
    Refused(String),
}

impl Not {
    fn because(why: impl Into<String>) -> Self {
        Self::Refused(why.into())
    }
}

/// Reads a calendar.
pub fn read(name: &str, bytes: &[u8], whose: Whose, horizon: Horizon) -> (Vec<Incoming>, Reading) {
    let mut reading = Reading { files: 1, bytes: bytes.len() as u64, ..Reading::default() };
    let (text, _) = decode::text(bytes);
    let mut records = Vec::new();
    let calendars = parsed(name, &text, &mut reading);
    let mut seen = HashSet::new();
    let mut place = 0;
    for calendar in &calendars {
        let zones = calendar.build_tz_resolver();
        let known = |id: &str| zones.resolve(id).and_then(zone_of);
        let events = events(name, calendar, &mut place, &known, horizon, &mut reading);
        let mut instead: HashMap<&str, Vec<Moment>> = HashMap::new();
        for event in &events {
            if let Some(at) = event.instead_of {
                instead.entry(&event.uid).or_default().push(at);
            }
        }
        for event in &events {
            let replaced = instead.get(event.uid.as_str()).filter(|_| event.instead_of.is_none());
            match take(event, replaced.map_or(&[][..], Vec::as_slice), &known, horizon) {
                Err(Not::Counted(why)) => reading.ignore(why),
                Err(Not::Refused(why)) => {
                    reading.rejected.push(Remark::new(&event.place, "", why).mend("the other events are taken"));
                }
                Ok(taken) => {
                    for one in taken {
                        if records.len() >= OF_ALL {
                            let why = format!("more than {OF_ALL} in one calendar: those after it are left out");
                            reading.rejected.push(Remark::new(&event.place, "", why).mend("split the file"));
                            return (records, reading);
                        }
                        match record(event, one, whose, horizon) {
                            Ok(made) if seen.insert(made.identifier.clone()) => records.push(made),
                            Ok(_) => {
                                let why = "the same event again: an earlier one counts";
                                reading.repeated.push(Remark::new(&event.place, "", why));
                            }
                            Err(Not::Counted(why)) => reading.ignore(why),
                            Err(Not::Refused(why)) => reading.rejected.push(Remark::new(&event.place, "", why)),
                        }
                    }
                }
            }
        }
    }
    (records, reading)
}

fn parsed(name: &str, text: &str, reading: &mut Reading) -> Vec<ICalendar> {
    let mut calendars = Vec::new();
    let mut parser = Parser::new(text);
    loop {
        if calendars.len() >= CALENDARS {
            let why = format!("more than {CALENDARS} calendars in one file: those after it are left out");
            reading.rejected.push(Remark::new(name, "", why));
            break;
        }
        match parser.entry() {
            Entry::ICalendar(calendar) => calendars.push(calendar),
            Entry::VCard(_) => reading.ignore("card of an address book"),
            Entry::Eof => break,
            Entry::InvalidLine(_) => reading.ignore("line outside of a calendar"),
            Entry::UnexpectedComponentEnd { .. } | Entry::UnterminatedComponent(_) => {
                reading.broken.push(Remark::new(name, "", "a calendar breaks off, or ends what it has not begun"));
            }
            Entry::TooManyComponents => {
                reading.broken.push(Remark::new(name, "", "more events than one calendar can hold"));
                break;
            }
            _ => reading.ignore("something that is no calendar"),
        }
    }
    let lines = |word: &str| text.lines().filter(|l| l.trim().eq_ignore_ascii_case(word)).count();
    if lines("BEGIN:VCALENDAR") > lines("END:VCALENDAR") {
        reading.broken.push(Remark::new(name, "", "it breaks off: END:VCALENDAR is missing"));
    }
    if calendars.is_empty() && reading.broken.is_empty() {
        let why = "there is no calendar in it (BEGIN:VCALENDAR … END:VCALENDAR)";
        reading.rejected.push(Remark::new(name, "", why));
    }
    calendars
}

fn events<'a>(
    name: &str,
    calendar: &'a ICalendar,
    place: &mut usize,
    known: &dyn Fn(&str) -> Option<Zone>,
    horizon: Horizon,
    reading: &mut Reading,
) -> Vec<Event<'a>> {
    let mut found = Vec::new();
    for component in &calendar.components {
        match component.component_type {
            ICalendarComponentType::VEvent => {}
            ICalendarComponentType::VTodo => {
                reading.ignore("task (VTODO)");
                continue;
            }
            ICalendarComponentType::VJournal => {
                reading.ignore("journal entry (VJOURNAL)");
                continue;
            }
            ICalendarComponentType::VFreebusy => {
                reading.ignore("free and busy time (VFREEBUSY)");
                continue;
            }
            _ => continue,
        }
        *place += 1;
        if found.len() >= EVENTS {
            reading.ignore("event beyond the first 50,000");
            continue;
        }
        let place = format!("{name} event {place}");
        let uid = text_of(component, &ICalendarProperty::Uid);
        // Without a name it is known by what it says, so that the same file changes nothing when it comes again.
        let uid = if uid.trim().is_empty() { format!("-{}", digest(&format!("{:?}", component.entries))) } else { uid };
        let uid = if uid.len() > NAME { digest(&uid) } else { uid };
        let instead_of = match entry(component, &ICalendarProperty::RecurrenceId) {
            None => None,
            Some(at) => match when(at, known, horizon.zone) {
                Ok((at, _)) => Some(at.moment()),
                Err(why) => {
                    reading.rejected.push(Remark::new(place, "RECURRENCE-ID", why));
                    continue;
                }
            },
        };
        found.push(Event { component, place, uid, instead_of });
    }
    found
}

/// When an event takes place inside the horizon.
fn take(
    event: &Event<'_>,
    replaced: &[Moment],
    known: &dyn Fn(&str) -> Option<Zone>,
    horizon: Horizon,
) -> Result<Vec<Taken>, Not> {
    let c = event.component;
    let transparent = matches!(
        value(c, &ICalendarProperty::Transp),
        Some(ICalendarValue::Transparency(ICalendarTransparency::Transparent))
    );
    if transparent {
        return Err(Not::Counted("event marked as free time"));
    }
    let start = entry(c, &ICalendarProperty::Dtstart).ok_or_else(|| Not::because("it says no beginning (DTSTART)"))?;
    let (at, whole_days) = when(start, known, horizon.zone).map_err(Not::Refused)?;
    let minutes = lasts(c, at, whole_days, known, horizon.zone)?;
    let first = horizon.zone.day(horizon.now);
    let starts = starts(event, at, known, first, horizon)?;
    let mut out: Vec<Taken> = Vec::new();
    for start in starts {
        if replaced.contains(&start.moment()) {
            continue;
        }
        let begin = start.moment();
        let end = if whole_days {
            start.zone.midnight(start.day.plus((minutes / 1440).max(1) as i32))
        } else {
            begin.plus(minutes * MINUTE)
        };
        if end > horizon.now && horizon.zone.day(begin) <= horizon.until {
            out.push(Taken { start: begin, end, whole_days });
        }
    }
    out.sort_unstable();
    out.dedup();
    if out.is_empty() {
        return Err(Not::Counted("event that is over, or takes place behind the last day"));
    }
    Ok(out)
}

/// The beginnings of an event: one, or those of its rule, with those added and without those left out.
fn starts(
    event: &Event<'_>,
    at: Civil,
    known: &dyn Fn(&str) -> Option<Zone>,
    first: Day,
    horizon: Horizon,
) -> Result<Vec<Civil>, Not> {
    let c = event.component;
    let rules: Vec<&ICalendarEntry> =
        c.entries.iter().filter(|e| e.name == ICalendarProperty::Rrule).take(10).collect();
    let added = moments(c, &ICalendarProperty::Rdate, known, horizon.zone)?;
    let out = moments(c, &ICalendarProperty::Exdate, known, horizon.zone)?;
    let gone =
        |civil: &Civil| out.iter().any(|(o, day)| if *day { o.day == civil.day } else { o.moment() == civil.moment() });
    if rules.is_empty() || event.instead_of.is_some() {
        let all = std::iter::once(at).chain(added.into_iter().map(|(c, _)| c));
        return Ok(all.filter(|c| !gone(c)).take(OF_ONE).collect());
    }
    let mut found: Vec<Civil> = Vec::new();
    for rule in rules {
        let Some(ICalendarValue::RecurrenceRule(rule)) = rule.values.first() else {
            return Err(Not::because("its rule (RRULE) can't be read"));
        };
        let mut pattern = Pattern::new(&rule.to_string(), at);
        // Times left out in another zone are days and minutes on this wall.
        pattern.left_out = out
            .iter()
            .map(|(o, day)| {
                let here = if *day { *o } else { Civil::of(o.moment(), at.zone) };
                Slot { day: here.day, minute: (!day).then_some(here.minute) }
            })
            .collect();
        // An event that begins before today may last into it.
        let walked = pattern.occurrences(first.plus(-7).max(at.day), horizon.until, OF_ONE + 1);
        let walked = walked.map_err(|e| Not::because(format!("its rule is not taken: {}", e.why)))?;
        if walked.len() > OF_ONE {
            return Err(Not::because(format!(
                "it comes more than {OF_ONE} times: enter it here as a hold or a series"
            )));
        }
        found.extend(walked);
    }
    // The first one counts although the rule may not come to it (RFC 5545, 3.8.5.3).
    found.extend(Some(at).filter(|c| !gone(c)));
    found.extend(added.into_iter().map(|(c, _)| c).filter(|c| !gone(c)).take(OF_ONE));
    found.sort_by_key(Civil::moment);
    found.dedup_by_key(|c| c.moment());
    Ok(found)
}

/// How long it lasts, in minutes.
fn lasts(
    c: &ICalendarComponent,
    at: Civil,
    whole_days: bool,
    known: &dyn Fn(&str) -> Option<Zone>,
    zone: Zone,
) -> Result<i64, Not> {
    const LONGEST: i64 = 400 * 1440;
    let minutes = if let Some(end) = entry(c, &ICalendarProperty::Dtend) {
        let (end, _) = when(end, known, zone).map_err(Not::Refused)?;
        if whole_days { i64::from(end.day.since(at.day)) * 1440 } else { end.moment().since(at.moment()) / MINUTE }
    } else if let Some(ICalendarValue::Duration(lasts)) = value(c, &ICalendarProperty::Duration) {
        lasts.as_seconds() / 60
    } else if whole_days {
        1440
    } else {
        60
    };
    match minutes {
        n if n < 0 => Err(Not::because("it ends before it begins")),
        n if n > LONGEST => Err(Not::because("it lasts more than 400 days")),
        // A point in time, as some programs write what has no end.
        0 => Ok(if whole_days { 1440 } else { 60 }),
        n => Ok(n),
    }
}

fn record(event: &Event<'_>, taken: Taken, whose: Whose, horizon: Horizon) -> Result<Incoming, Not> {
    let c = event.component;
    let cancelled =
        matches!(value(c, &ICalendarProperty::Status), Some(ICalendarValue::Status(ICalendarStatus::Cancelled)));
    // Of what comes again each occurrence has a name of its own; one that stands in for another keeps that one's.
    let which = event.instead_of.unwrap_or(taken.start);
    let identifier = format!("{}/{}", event.uid, which.rfc3339());
    let what = text_of(c, &ICalendarProperty::Summary);
    let mut f = Fields::none();
    let kind = match whose {
        Whose::Client(_) => {
            if taken.whole_days {
                return Err(Not::Counted("event of whole days: it says no time of the day"));
            }
            let minutes = taken.end.since(taken.start) / MINUTE;
            let minutes = u16::try_from(minutes).ok().filter(|m| *m <= 7 * 1440);
            let minutes =
                minutes.ok_or_else(|| Not::because("it lasts more than 7 days: that is a hold, not an appointment"))?;
            let place = text_of(c, &ICalendarProperty::Location);
            let mut of = appointment_kind(&what);
            if of == AppointmentKind::Other {
                of = appointment_kind(&place);
            }
            f.set("kind", &of);
            f.set("start", &Civil::of(taken.start, horizon.zone));
            f.set("minutes", &minutes);
            f.set("with", &Text::<120>::clip(&what));
            f.set("place", &Text::<160>::clip(&place));
            f.set("cancelled", &cancelled.then(|| last_word(c).unwrap_or(taken.start)));
            Kind::Appointment
        }
        Whose::Staff(_) => {
            if cancelled {
                return Err(Not::Counted("event that was cancelled there"));
            }
            f.set("from", &taken.start);
            f.set("to", &taken.end);
            f.set("kind", &off_kind(&what));
            f.set("note", &Text::<200>::clip(&what));
            Kind::TimeOff
        }
    };
    let named = match whose {
        Whose::Client(id) => ("client".to_owned(), Kind::Client, id.to_string()),
        Whose::Staff(id) => ("staff".to_owned(), Kind::Staff, id.to_string()),
    };
    Ok(Incoming { kind, identifier, fields: f, refs: vec![named], place: event.place.clone() })
}

/// When it was last changed, as it says itself.
fn last_word(c: &ICalendarComponent) -> Option<Moment> {
    [ICalendarProperty::LastModified, ICalendarProperty::Dtstamp]
        .iter()
        .find_map(|name| when(entry(c, name)?, &|_| None, Zone::UTC).ok())
        .map(|(at, _)| at.moment())
}

fn entry<'a>(c: &'a ICalendarComponent, name: &ICalendarProperty) -> Option<&'a ICalendarEntry> {
    c.entries.iter().find(|e| e.name == *name)
}

fn value<'a>(c: &'a ICalendarComponent, name: &ICalendarProperty) -> Option<&'a ICalendarValue> {
    entry(c, name)?.values.first()
}

/// A text in one line, every character visible.
fn text_of(c: &ICalendarComponent, name: &ICalendarProperty) -> String {
    match value(c, name) {
        Some(ICalendarValue::Text(text)) => SafeText::line(text.trim()).as_str().to_owned(),
        _ => String::new(),
    }
}

/// All moments of a property that may be given several times, each with whether it is a whole day.
fn moments(
    c: &ICalendarComponent,
    name: &ICalendarProperty,
    known: &dyn Fn(&str) -> Option<Zone>,
    zone: Zone,
) -> Result<Vec<(Civil, bool)>, Not> {
    let mut out = Vec::new();
    for entry in c.entries.iter().filter(|e| e.name == *name) {
        for value in &entry.values {
            if out.len() >= 4 * OF_ONE {
                return Err(Not::because("it names more days one by one than are taken"));
            }
            let at = match value {
                ICalendarValue::PartialDateTime(at) => at,
                // Of a period its beginning counts.
                ICalendarValue::Period(
                    calcard::icalendar::ICalendarPeriod::Range { start, .. }
                    | calcard::icalendar::ICalendarPeriod::Duration { start, .. },
                ) => {
                    out.push(civil(start, entry.tz_id(), known, zone).map_err(Not::Refused)?);
                    continue;
                }
                _ => return Err(Not::because(format!("a day of its {} can't be read", name.as_str()))),
            };
            out.push(civil(at, entry.tz_id(), known, zone).map_err(Not::Refused)?);
        }
    }
    Ok(out)
}

/// A property's time on its wall, and whether it is a whole day.
fn when(entry: &ICalendarEntry, known: &dyn Fn(&str) -> Option<Zone>, zone: Zone) -> Result<(Civil, bool), String> {
    let Some(ICalendarValue::PartialDateTime(at)) = entry.values.first() else {
        return Err(format!("its {} is no time", entry.name.as_str()));
    };
    civil(at, entry.tz_id(), known, zone)
}

fn civil(
    at: &PartialDateTime,
    tzid: Option<&str>,
    known: &dyn Fn(&str) -> Option<Zone>,
    zone: Zone,
) -> Result<(Civil, bool), String> {
    let odd = || "a time in it is none".to_owned();
    let (year, month, day) = (at.year.ok_or_else(odd)?, at.month.ok_or_else(odd)?, at.day.ok_or_else(odd)?);
    let day = Day::from_ymd(i32::from(year), u32::from(month), u32::from(day)).ok_or_else(odd)?;
    if !(1900..=2199).contains(&year) {
        return Err("a time in it is before 1900 or after 2199".to_owned());
    }
    let Some(hour) = at.hour else { return Ok((Civil { day, minute: 0, zone }, true)) };
    let minute = u16::from(hour) * 60 + u16::from(at.minute.unwrap_or(0));
    if hour > 23 || at.minute.unwrap_or(0) > 59 {
        return Err(odd());
    }
    if let Some(hours) = at.tz_hour {
        // An instant: shown on the agency's wall.
        let offset = i64::from(hours) * 60 + i64::from(at.tz_minute.unwrap_or(0));
        let offset = if at.tz_minus { -offset } else { offset };
        let there = Zone::UTC.moment(day, minute).plus(-offset * MINUTE);
        return Ok((Civil::of(there, zone), false));
    }
    let zone = match tzid.map(str::trim).filter(|id| !id.is_empty()) {
        None => zone,
        Some(id) => known(id).ok_or_else(|| {
            let id: String = SafeText::line(id).as_str().chars().take(60).collect();
            format!("its time zone “{id}” is not known, so nobody can say when it is")
        })?,
    };
    Ok((Civil { day, minute, zone }, false))
}

fn zone_of(zone: Tz) -> Option<Zone> {
    match zone {
        Tz::Tz(_) => Zone::parse(&zone.name()?),
        _ => None,
    }
}

fn digest(text: &str) -> String {
    let full = Sha256::digest(text.as_bytes());
    full.iter().take(16).map(|b| format!("{b:02x}")).collect()
}
