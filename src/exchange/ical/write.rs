//! Visits as a calendar for other programs: one event a visit, or one a series where its rule says the same, each known by
//! its own id for ever, so that a calendar that is read again changes its events and doubles none. Times stand as they
//! stand on the wall, with the zone's rules beside them.

use super::again::{Again, sorted};
use crate::domain::safe::SafeText;
use crate::domain::time::{Civil, DAY, MINUTE, Moment, Zone};
use crate::domain::visit::VisitState;
use crate::service::api::{Sheet, SheetVisit};
use calcard::common::PartialDateTime;
use calcard::icalendar::{
    ICalendar, ICalendarClassification, ICalendarComponent, ICalendarComponentType, ICalendarParameter,
    ICalendarProperty, ICalendarStatus, ICalendarTransparency, ICalendarValue,
};
use calcard::{Entry, Parser};
use std::collections::BTreeSet;

/// Who made the file, as RFC 5545 wants it said.
const MADE_BY: &str = "-//caseload//caseload//EN";

/// The calendar as text: lines folded, ended by CR LF, texts escaped. With initials it names nobody and no place.
pub fn write(sheet: &Sheet, initials: bool) -> Result<String, std::fmt::Error> {
    let mut calendar = ICalendar::default();
    let mut root = ICalendarComponent::new(ICalendarComponentType::VCalendar);
    root.add_property(ICalendarProperty::Version, words("2.0"));
    root.add_property(ICalendarProperty::Prodid, words(MADE_BY));
    root.add_property(ICalendarProperty::Calscale, words("GREGORIAN"));
    let name = format!("{}: {}", sheet.agency, sheet.title);
    root.add_property(ICalendarProperty::Other("X-WR-CALNAME".to_owned()), words(&name));
    calendar.components.push(root);
    // The zone on the wall stands there even without a visit: a calendar holds at least one component.
    let mut zones: BTreeSet<&str> = [sheet.zone.name()].into();
    zones.extend(sheet.visits.iter().map(|v| v.start.zone.name()));
    let (from, to) = reach(sheet);
    for zone in zones {
        // UTC needs no rules: its times are written with a Z.
        calendar.add_timezone(zone, from, to);
    }
    let (again, single) = sorted(sheet);
    let mut events = Vec::new();
    for again in &again {
        match comes_again(sheet, again, initials) {
            Some(all) => events.extend(all),
            None => events.extend(again.visits.iter().map(|visit| event(sheet, visit, initials))),
        }
    }
    events.extend(single.into_iter().map(|visit| event(sheet, visit, initials)));
    for event in events {
        let place = u32::try_from(calendar.components.len()).unwrap_or(u32::MAX);
        calendar.components.push(event);
        if let Some(root) = calendar.components.first_mut() {
            root.component_ids.push(place);
        }
    }
    let mut out = String::new();
    calendar.write_to(&mut out)?;
    Ok(out)
}

/// From when to when the zones’ rules are written, in seconds: a year more on both sides, so that each has its rule.
fn reach(sheet: &Sheet) -> (i64, i64) {
    let (low, high) = Zone::around(sheet.from, sheet.to);
    (low.plus(-366 * DAY).0 / 1000, high.plus(366 * DAY).0 / 1000)
}

/// A series: what comes again, and each visit that stands in its place otherwise (RFC 5545, 3.8.4.4). Such a place is
/// not left out as well: there are programs that show neither then. None where the rule can't be written.
fn comes_again(sheet: &Sheet, again: &Again, initials: bool) -> Option<Vec<ICalendarComponent>> {
    // Of a caregiver's calendar it is another part of the series than of somebody else's.
    let uid = match sheet.staff {
        Some(staff) => format!("{}-{staff}@caseload", again.series),
        None => format!("{}@caseload", again.series),
    };
    let rule = bounded(&again.rule, again.last)?;
    let known = Known { uid: &uid, changed: again.changed, sequence: again.changed.since(EPOCH) / MINUTE };
    let mut first = of_visit(sheet, again.like, again.first, &known, initials);
    first.add_property(ICalendarProperty::Rrule, rule);
    for at in &again.left_out {
        time(&mut first, ICalendarProperty::Exdate, *at);
    }
    let mut all = vec![first];
    for (at, visit) in &again.instead {
        let mut event = of_visit(sheet, visit, visit.start, &known, initials);
        time(&mut event, ICalendarProperty::RecurrenceId, *at);
        all.push(event);
    }
    Some(all)
}

/// Changes of a series are counted in minutes since then.
const EPOCH: Moment = Moment(1_577_836_800_000);

/// A rule with its last time, as a value; the reader of the library makes it, so that it is written as it is read.
fn bounded(rule: &str, last: Civil) -> Option<ICalendarValue> {
    let (at, second) = (Civil::of(last.moment(), Zone::UTC), 0);
    let (year, month, day) = at.day.ymd();
    let until = format!("{year:04}{month:02}{day:02}T{:02}{:02}{second:02}Z", at.minute / 60, at.minute % 60);
    let text =
        format!("BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nRRULE:{rule};UNTIL={until}\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n");
    let Entry::ICalendar(read) = Parser::new(&text).entry() else { return None };
    let mut entries = read.components.into_iter().flat_map(|c| c.entries);
    let found = entries.find(|e| e.name == ICalendarProperty::Rrule)?.values.into_iter().next()?;
    matches!(found, ICalendarValue::RecurrenceRule(_)).then_some(found)
}

/// Under which name an event is known, and since when it is as it is.
struct Known<'a> {
    uid: &'a str,
    changed: Moment,
    sequence: i64,
}

fn event(sheet: &Sheet, visit: &SheetVisit, initials: bool) -> ICalendarComponent {
    let uid = format!("{}@caseload", visit.id);
    let sequence = i64::try_from(visit.rev.saturating_sub(1)).unwrap_or(i64::MAX);
    of_visit(sheet, visit, visit.start, &Known { uid: &uid, changed: visit.changed, sequence }, initials)
}

/// An event like this visit, at this time.
fn of_visit(sheet: &Sheet, visit: &SheetVisit, start: Civil, known: &Known, initials: bool) -> ICalendarComponent {
    let mut event = ICalendarComponent::new(ICalendarComponentType::VEvent);
    event.add_uid(known.uid);
    // Without a METHOD both say when it was last changed, so the same visits are the same bytes.
    event.add_dtstamp(instant(known.changed));
    let changed = ICalendarValue::PartialDateTime(Box::new(instant(known.changed)));
    event.add_property(ICalendarProperty::LastModified, changed);
    event.add_sequence(known.sequence);
    time(&mut event, ICalendarProperty::Dtstart, start);
    let end = start.moment().plus(i64::from(visit.minutes) * MINUTE);
    time(&mut event, ICalendarProperty::Dtend, Civil::of(end, start.zone));
    event.add_property(ICalendarProperty::Summary, words(&summary(sheet, visit)));
    if !initials {
        if !visit.address.is_empty() && !sheet.of_client {
            event.add_property(ICalendarProperty::Location, words(&visit.address));
        }
        let description = description(sheet, visit);
        if !description.is_empty() {
            let description = ICalendarValue::Text(description);
            event.add_property(ICalendarProperty::Description, description);
        }
    }
    event.add_property(ICalendarProperty::Class, ICalendarValue::Classification(ICalendarClassification::Private));
    let status = match visit.state {
        VisitState::Cancelled => ICalendarStatus::Cancelled,
        _ if visit.sure() => ICalendarStatus::Confirmed,
        _ => ICalendarStatus::Tentative,
    };
    event.add_property(ICalendarProperty::Status, ICalendarValue::Status(status));
    let opaque = ICalendarValue::Transparency(ICalendarTransparency::Opaque);
    event.add_property(ICalendarProperty::Transp, opaque);
    event
}

/// In a client's calendar who comes, else to whom; then what is done.
fn summary(sheet: &Sheet, visit: &SheetVisit) -> String {
    let who = match (sheet.of_client, visit.staff.is_empty()) {
        (false, _) => visit.client.clone(),
        (true, false) => visit.staff.join(" and "),
        (true, true) => "to be named".to_owned(),
    };
    let what = format!("{} {}", visit.discipline.word(), visit.service);
    format!("{who}: {}", what.trim())
}

fn description(sheet: &Sheet, visit: &SheetVisit) -> String {
    if sheet.of_client {
        return String::new();
    }
    let mut lines = Vec::new();
    if visit.staff.is_empty() {
        lines.push("nobody yet".to_owned());
    } else {
        lines.push(visit.staff.join(" and "));
    }
    lines.extend((!visit.phone.is_empty()).then(|| format!("tel {}", visit.phone)));
    lines.extend(visit.notes.iter().cloned());
    lines.iter().map(|l| SafeText::line(l).as_str().to_owned()).collect::<Vec<_>>().join("\n")
}

/// One line of text in which nothing acts.
fn words(text: &str) -> ICalendarValue {
    ICalendarValue::Text(SafeText::line(text).as_str().to_owned())
}

fn time(event: &mut ICalendarComponent, name: ICalendarProperty, at: Civil) {
    if at.zone == Zone::UTC {
        return event.add_property(name, ICalendarValue::PartialDateTime(Box::new(instant(at.moment()))));
    }
    // What the spring gap skips stands where it takes place: a wall that is never shown means nothing to others.
    let at = Civil::of(at.moment(), at.zone);
    let zone = ICalendarParameter::tzid(at.zone.name().to_owned());
    event.add_property_with_params(name, [zone], ICalendarValue::PartialDateTime(Box::new(wall(at))));
}

fn wall(at: Civil) -> PartialDateTime {
    let (year, month, day) = at.day.ymd();
    PartialDateTime {
        year: u16::try_from(year).ok(),
        month: u8::try_from(month).ok(),
        day: u8::try_from(day).ok(),
        hour: u8::try_from(at.minute / 60).ok(),
        minute: u8::try_from(at.minute % 60).ok(),
        second: Some(0),
        ..PartialDateTime::default()
    }
}

fn instant(at: Moment) -> PartialDateTime {
    let second = u8::try_from(at.0.div_euclid(1000).rem_euclid(60)).ok();
    PartialDateTime { second, tz_hour: Some(0), tz_minute: Some(0), ..wall(Civil::of(at, Zone::UTC)) }
}
