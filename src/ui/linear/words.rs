//! Signs and columns as words.

use crate::app::Model;
use crate::domain::time::{Moment, clock, lasting};
use crate::domain::visit::VisitMark;
use crate::service::api::{Owner, VisitRow};

/// Signs, and the words for them.
const SIGNS: [(&str, &str); 12] = [
    (" · ", ", "),
    ("⚠ ", "caution: "),
    ("⚠", "caution"),
    (" → ", " to "),
    ("→", " to "),
    (" ↵ ", " Enter "),
    ("↵", "Enter"),
    ("↑↓", "up and down"),
    ("←→", "left and right"),
    ("×", " times"),
    ("≈", "about"),
    ("✎", "drafts "),
];

/// A text whose signs are words.
pub(super) fn plain(text: &str) -> String {
    let mut out = text.split_whitespace().collect::<Vec<_>>().join(" ");
    for (sign, word) in SIGNS {
        if out.contains(sign) {
            out = out.replace(sign, word);
        }
    }
    out
}

/// A tier with its word: `P1 urgent`.
pub(super) fn tier(tier: u8) -> String {
    let word = match tier {
        1 => " urgent",
        2 => " this shift",
        3 => " today",
        4 => " this week",
        5 => " watch",
        _ => "",
    };
    format!("P{tier}{word}")
}

/// A moment as it is said today: `10:00`, another day with its date.
pub(super) fn when(model: &Model, at: Moment) -> String {
    let (today, (day, minute)) = (model.zone.day(model.now), model.zone.civil(at));
    if day == today { clock(minute) } else { format!("{} {}", day.short(), clock(minute)) }
}

/// How long ago: `12 min ago`.
pub(super) fn ago(model: &Model, at: Moment) -> String {
    format!("{} ago", lasting(model.now.since(at)))
}

/// Who has it.
pub(super) fn owner(owner: &Owner) -> String {
    match owner {
        Owner::Nobody => "nobody has it".to_owned(),
        Owner::You => "you have it".to_owned(),
        Owner::Other(name) => format!("{name} has it"),
    }
}

/// The parts that say something, apart by commas.
pub(super) fn list(parts: &[&str]) -> String {
    parts.iter().filter(|p| !p.is_empty()).copied().collect::<Vec<_>>().join(", ")
}

/// A name, and that somebody else is called alike.
pub(super) fn name(name: &str, alike: bool) -> String {
    let name = name.trim_start_matches('@');
    if alike { format!("{name} (somebody is called alike)") } else { name.to_owned() }
}

/// How a visit stands, in words.
pub(super) fn visit_mark(row: &VisitRow, now: Moment) -> &'static str {
    let late = row.arrived.is_none() && row.start < now;
    match row.mark() {
        VisitMark::There => "there now",
        VisitMark::Planned if late => "planned, not clocked in",
        VisitMark::Nobody => "nobody goes",
        VisitMark::Out => "called out",
        VisitMark::Late => "late or missed",
        other => other.word(),
    }
}

/// A visit: `09:00 to 10:00, Okafor, Ruth, RN wound care, Chen, J., there now`.
pub(super) fn visit(row: &VisitRow, now: Moment) -> String {
    let end = (u32::from(row.minute) + u32::from(row.minutes)) % (24 * 60);
    let time = format!("{} to {}", clock(row.minute), clock(end as u16));
    let what = format!("{} {}", row.discipline.word(), row.service);
    let goes = if row.staff.is_some() { row.staff_name.as_str() } else { "nobody" };
    list(&[&time, &row.client_name, what.trim(), goes, visit_mark(row, now)])
}
