//! Visits as a calendar for other programs: one event a visit, known by the visit's own id for ever, so that a calendar
//! that is read again changes its events and doubles none. Times stand as they stand on the wall, with the zone's rules
//! beside them.

use crate::domain::safe::SafeText;
use crate::domain::time::{Civil, DAY, MINUTE, Moment, Zone};
use crate::domain::visit::{Answer, VisitState};
use crate::service::api::{Sheet, SheetVisit};
use calcard::common::PartialDateTime;
use calcard::icalendar::{
    ICalendar, ICalendarClassification, ICalendarComponent, ICalendarComponentType, ICalendarParameter,
    ICalendarProperty, ICalendarStatus, ICalendarTransparency, ICalendarValue,
};
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
    for visit in &sheet.visits {
        let place = u32::try_from(calendar.components.len()).unwrap_or(u32::MAX);
        calendar.components.push(event(sheet, visit, initials));
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

fn event(sheet: &Sheet, visit: &SheetVisit, initials: bool) -> ICalendarComponent {
    let mut event = ICalendarComponent::new(ICalendarComponentType::VEvent);
    event.add_uid(&format!("{}@caseload", visit.id));
    // Without a METHOD both say when it was last changed, so the same visits are the same bytes.
    event.add_dtstamp(instant(visit.changed));
    let changed = ICalendarValue::PartialDateTime(Box::new(instant(visit.changed)));
    event.add_property(ICalendarProperty::LastModified, changed);
    event.add_sequence(i64::try_from(visit.rev.saturating_sub(1)).unwrap_or(i64::MAX));
    time(&mut event, ICalendarProperty::Dtstart, visit.start);
    let end = visit.start.moment().plus(i64::from(visit.minutes) * MINUTE);
    time(&mut event, ICalendarProperty::Dtend, Civil::of(end, visit.start.zone));
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
        _ if !visit.staff.is_empty() && matches!(visit.answer, Answer::Yes | Answer::Told) => {
            ICalendarStatus::Confirmed
        }
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
