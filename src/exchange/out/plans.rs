//! Lists of what plans are made of, in the columns that `import` reads: each row begins with the id under which caseload
//! keeps it.

use super::clock;
use crate::domain::appointment::Appointment;
use crate::domain::authorization::Authorization;
use crate::domain::coverage::{Pairing, TimeOff};
use crate::domain::hold::Hold;
use crate::domain::ids::{ClientId, StaffId};
use crate::domain::time::{Day, Moment, Zone};
use crate::domain::travel::{KnownWay, Position, WayEnd};

/// Columns of a list of authorizations.
pub const AUTHORIZATION_COLUMNS: [&str; 11] = [
    "authorization_id",
    "mrn",
    "payer",
    "number",
    "discipline",
    "service",
    "unit_minutes",
    "units",
    "per",
    "from",
    "to",
];
/// Columns of a list of times off.
pub const TIME_OFF_COLUMNS: [&str; 6] = ["time_off_id", "staff_id", "from", "to", "kind", "note"];
/// Columns of a list of holds.
pub const HOLD_COLUMNS: [&str; 7] = ["hold_id", "mrn", "kind", "from", "to", "expected", "note"];
/// Columns of a list of pairings.
pub const PAIRING_COLUMNS: [&str; 6] = ["pairing_id", "mrn", "staff_id", "wish", "by", "reason"];
/// Columns of a list of appointments.
pub const APPOINTMENT_COLUMNS: [&str; 10] =
    ["appointment_id", "mrn", "date", "start", "minutes", "zone", "kind", "with", "place", "note"];
/// Columns of a list of coordinates.
pub const POSITION_COLUMNS: [&str; 6] = ["position_id", "mrn", "staff_id", "postcode", "latitude", "longitude"];
/// Columns of a list of known ways.
pub const WAY_COLUMNS: [&str; 9] = [
    "way_id",
    "from_mrn",
    "from_staff_id",
    "from_postcode",
    "to_mrn",
    "to_staff_id",
    "to_postcode",
    "way_minutes",
    "miles",
];

fn at(moment: Moment, zone: Zone) -> String {
    let (day, minute) = zone.civil(moment);
    format!("{} {}", day.iso(), clock(minute))
}

fn text(text: &str) -> String {
    text.to_owned()
}

fn staff(id: Option<StaffId>) -> String {
    id.map(|s| s.to_string()).unwrap_or_default()
}

fn client(id: Option<ClientId>) -> String {
    id.map(|c| c.to_string()).unwrap_or_default()
}

/// An authorization's row under [`AUTHORIZATION_COLUMNS`].
pub fn authorization_row(id: &str, mrn: &str, a: &Authorization) -> Vec<String> {
    vec![
        text(id),
        text(mrn),
        text(&a.payer),
        text(&a.number),
        a.discipline.map(|d| text(d.word())).unwrap_or_default(),
        text(&a.service),
        a.unit_minutes.map(|m| m.to_string()).unwrap_or_default(),
        a.units.to_string(),
        text(a.per.word()),
        a.from.iso(),
        a.to.iso(),
    ]
}

/// A time off's row under [`TIME_OFF_COLUMNS`].
pub fn time_off_row(id: &str, t: &TimeOff, zone: Zone) -> Vec<String> {
    vec![text(id), t.staff.to_string(), at(t.from, zone), at(t.to, zone), text(t.kind.word()), text(&t.note)]
}

/// A hold's row under [`HOLD_COLUMNS`].
pub fn hold_row(id: &str, mrn: &str, h: &Hold, zone: Zone) -> Vec<String> {
    vec![
        text(id),
        text(mrn),
        text(h.kind.word()),
        at(h.from, zone),
        h.until.map(|m| at(m, zone)).unwrap_or_default(),
        h.expected.map(|c| format!("{} {}", Day::iso(c.day), clock(c.minute))).unwrap_or_default(),
        text(&h.note),
    ]
}

/// A pairing's row under [`PAIRING_COLUMNS`].
pub fn pairing_row(id: &str, mrn: &str, p: &Pairing) -> Vec<String> {
    vec![text(id), text(mrn), p.staff.to_string(), text(p.wish.word()), text(p.by.word()), text(&p.reason)]
}

/// An appointment's row under [`APPOINTMENT_COLUMNS`].
pub fn appointment_row(id: &str, mrn: &str, a: &Appointment) -> Vec<String> {
    vec![
        text(id),
        text(mrn),
        a.start.day.iso(),
        clock(a.start.minute),
        a.minutes.to_string(),
        text(a.start.zone.name()),
        text(a.kind.word()),
        text(&a.with),
        text(&a.place),
        text(&a.note),
    ]
}

fn degrees(millionths: i32) -> String {
    let sign = if millionths < 0 { "-" } else { "" };
    let n = millionths.unsigned_abs();
    format!("{sign}{}.{:06}", n / 1_000_000, n % 1_000_000)
}

/// A position's row under [`POSITION_COLUMNS`].
pub fn position_row(id: &str, p: &Position) -> Vec<String> {
    vec![text(id), client(p.client), staff(p.staff), text(&p.postcode), degrees(p.latitude), degrees(p.longitude)]
}

/// A way's row under [`WAY_COLUMNS`].
pub fn way_row(id: &str, w: &KnownWay) -> Vec<String> {
    let end = |e: &WayEnd| [client(e.client), staff(e.staff), text(&e.postcode)];
    let mut row = vec![text(id)];
    row.extend(end(&w.from));
    row.extend(end(&w.to));
    row.push(w.minutes.to_string());
    row.push(format!("{}.{}", w.tenths / 10, w.tenths % 10));
    row
}
