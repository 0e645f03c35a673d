//! The roster of an emergency as plain text for paper: 80 columns, in the order of calling, with a line to write on. It is
//! made to be printed before the power goes.

use super::sheet::Paper;
use crate::domain::time::{Zone, clock};
use crate::rules::storm::long;
use crate::service::api::storm::{RosterPage, RosterRow};

/// What stands before what is said of a client: `L1  `.
const INDENT: usize = 4;

/// Rows of all pages, in the order of calling; the last page says whose roster it is.
pub fn text(page: &RosterPage, mut rows: Vec<RosterRow>, zone: Zone) -> String {
    rows.sort_by(|a, b| a.rank.cmp(&b.rank));
    let mut out = Paper::default();
    let (made, minute) = zone.civil(page.made);
    out.ends(&page.agency, &format!("emergency roster  {} {}", made.short(), clock(minute)));
    let title = match &page.storm {
        Some(storm) if storm.exercise => format!("{} (an exercise)", storm.name),
        Some(storm) => storm.name.clone(),
        None => "everybody on service; no storm is declared".to_owned(),
    };
    let many = if rows.len() == 1 { "1 client".to_owned() } else { format!("{} clients", rows.len()) };
    out.ends(&title, &many);
    if let Some(storm) = page.storm.as_ref().filter(|s| !s.places.is_empty() || !s.office.is_empty()) {
        let places = storm.places.join(", ");
        let parts: Vec<&str> = [storm.office.as_str(), &places].into_iter().filter(|p| !p.is_empty()).collect();
        out.wrapped(0, &parts.join(": "));
    }
    out.rule('=');
    for (n, row) in rows.iter().enumerate() {
        if n > 0 {
            out.rule('-');
        }
        one(&mut out, row, zone);
    }
    if rows.is_empty() {
        out.line("Nobody on service is touched.");
    }
    out.rule('=');
    let made = format!("Made {} {} by {}.", made.long(), clock(minute), page.by);
    out.wrapped(0, &format!("{made} Health information: shred it when it is done with."));
    out.take()
}

fn one(out: &mut Paper, row: &RosterRow, zone: Zone) {
    let level = row.level.map_or_else(|| "L?".to_owned(), |n| format!("L{n}"));
    let said = match (row.state, row.at) {
        (Some(state), Some(at)) => format!("{} {}", state.word(), clock(zone.civil(at).1)),
        _ => "[ ] not called".to_owned(),
    };
    out.ends(&format!("{level}  {}", row.name), &said);
    let power = match (row.power.is_empty(), row.lasts) {
        (true, _) => String::new(),
        (false, Some(minutes)) => format!("{} for {}", row.power.to_uppercase(), long(minutes)),
        (false, None) => format!("{}, how long not recorded", row.power.to_uppercase()),
    };
    let transport = row.transport.map_or_else(|| "transport not recorded".to_owned(), |n| format!("transport {n}"));
    let level = if row.level.is_none() { "level not recorded" } else { "" };
    let alone = if row.alone { "lives alone" } else { "" };
    let facts = [power.as_str(), level, &transport, alone, &row.away];
    out.wrapped(INDENT, &facts.into_iter().filter(|f| !f.is_empty()).collect::<Vec<_>>().join(", "));
    let depends = [row.equipment.as_str(), row.needs.as_str()];
    out.wrapped(INDENT, &depends.into_iter().filter(|d| !d.is_empty()).collect::<Vec<_>>().join("; "));
    out.wrapped(INDENT, &row.address);
    if !row.phones.is_empty() {
        out.wrapped(INDENT, &format!("tel {}", row.phones.join(", ")));
    }
    for contact in &row.contacts {
        out.wrapped(INDENT, contact);
    }
    if !row.place.is_empty() {
        out.wrapped(INDENT, &format!("now at: {}", row.place));
    }
    if !row.next.is_empty() {
        out.wrapped(INDENT, &format!("next visit {}", row.next));
    }
    out.line(&format!("{}called ____:____  {}", " ".repeat(INDENT), "_".repeat(40)));
}
