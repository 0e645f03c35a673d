//! A day or week sheet as plain text for paper: 80 columns, nothing but what a printer without fonts prints, and no code
//! of a door on it.

use crate::domain::safe::SafeText;
use crate::domain::time::{Day, clock, hours};
use crate::domain::visit::{Answer, VisitState};
use crate::service::api::{Sheet, SheetVisit};
use unicode_segmentation::UnicodeSegmentation;
use unicode_width::UnicodeWidthStr;

/// No line is longer.
pub const WIDTH: usize = 80;
/// `07:00-08:00  ` stands before what is said of a visit.
const TIMES: usize = 13;

/// The sheet as text; of one day with all that is known of each visit, of several with a line each.
pub fn text(sheet: &Sheet) -> String {
    let day = sheet.from == sheet.to;
    let kind = if day { "day sheet" } else { "week sheet" };
    let when = if day {
        sheet.from.short() + &format!(" {}", sheet.from.ymd().0)
    } else {
        format!("{} to {} {}", sheet.from.short(), sheet.to.short(), sheet.to.ymd().0)
    };
    let mut out = Paper::default();
    out.ends(&sheet.agency, &format!("{kind}  {when}"));
    out.ends(&sheet.title, &sum(sheet));
    out.rule('=');
    if day {
        for (n, visit) in sheet.visits.iter().enumerate() {
            if n > 0 {
                out.rule('-');
            }
            one(&mut out, sheet, visit);
        }
    } else {
        week(&mut out, sheet);
    }
    if sheet.visits.is_empty() {
        out.line(if day { "No visits this day." } else { "No visits in these days." });
    }
    if sheet.cut {
        out.line("There are more visits than fit: ask for fewer days.");
    }
    out.rule('=');
    if !sheet.of_client {
        out.wrapped(0, "Door and alarm codes are never on paper: ask the office, which notes each showing.");
    }
    let (made, minute) = sheet.zone.civil(sheet.made);
    let made = format!("Made {} {} by {}.", made.long(), clock(minute), sheet.by);
    let tail = if sheet.of_client { "" } else { " Health information: shred it when it is done with." };
    out.wrapped(0, &format!("{made}{tail}"));
    out.0
}

/// `5 visits, 6.5 h`, without those that are cancelled.
fn sum(sheet: &Sheet) -> String {
    let stands = |v: &&SheetVisit| v.state != VisitState::Cancelled;
    let n = sheet.visits.iter().filter(stands).count();
    let minutes: u32 = sheet.visits.iter().filter(stands).map(|v| u32::from(v.minutes)).sum();
    let ways: Vec<(u32, Option<u32>)> = sheet.visits.iter().filter_map(|v| v.way).collect();
    let tenths: u32 = ways.iter().filter_map(|w| w.1).sum();
    let dark = ways.iter().filter(|w| w.1.is_none()).count();
    let miles = match (ways.is_empty(), dark) {
        (true, _) => String::new(),
        (false, 0) => format!(", {} mi between", miles(tenths)),
        (false, n) if n == ways.len() => String::new(),
        (false, n) => format!(", {} mi between (of {n} not known)", miles(tenths)),
    };
    format!("{n} visit{}, {} h{miles}", if n == 1 { "" } else { "s" }, hours(minutes))
}

fn miles(tenths: u32) -> String {
    format!("{}.{}", tenths / 10, tenths % 10)
}

fn times(visit: &SheetVisit) -> String {
    let end = visit.start.moment().plus(i64::from(visit.minutes) * crate::domain::time::MINUTE);
    format!("{}-{}", clock(visit.start.minute), clock(visit.start.zone.civil(end).1))
}

/// What stands of a visit at the end of its line: nothing where all is as it should be.
fn stands(visit: &SheetVisit, of_client: bool) -> String {
    match visit.state {
        VisitState::Cancelled => "CANCELLED".to_owned(),
        VisitState::Done => "done".to_owned(),
        VisitState::Missed => "missed".to_owned(),
        _ if visit.staff.is_empty() => "nobody yet".to_owned(),
        _ if of_client => String::new(),
        _ => match visit.answer {
            Answer::Yes | Answer::Told => "said yes".to_owned(),
            Answer::Planned | Answer::Nobody => "planned".to_owned(),
            other => other.word().to_owned(),
        },
    }
}

/// What is done: `HHA bath`.
fn task(visit: &SheetVisit) -> String {
    format!("{} {}", visit.discipline.word(), visit.service).trim().to_owned()
}

/// Whom the line names: who comes on a client's sheet, else whose home it is.
fn whom(sheet: &Sheet, visit: &SheetVisit) -> String {
    if !sheet.of_client {
        return visit.client.clone();
    }
    if visit.staff.is_empty() { "to be named".to_owned() } else { visit.staff.join(" and ") }
}

fn one(out: &mut Paper, sheet: &Sheet, visit: &SheetVisit) {
    let head = format!("{}  {}", times(visit), whom(sheet, visit));
    out.ends(&head, &stands(visit, sheet.of_client));
    out.wrapped(TIMES, &task(visit));
    if let Some((minutes, tenths)) = visit.way.filter(|way| way.0 > 0) {
        let far = tenths.map(|t| format!(", {} mi", miles(t))).unwrap_or_default();
        out.wrapped(TIMES, &format!("about {minutes} min from the one before{far}"));
    }
    if sheet.of_client {
        return;
    }
    if visit.staff.len() > 1 {
        out.wrapped(TIMES, &format!("together: {}", visit.staff.join(" and ")));
    }
    out.wrapped(TIMES, &visit.address);
    if !visit.phone.is_empty() {
        out.wrapped(TIMES, &format!("tel {}", visit.phone));
    }
    for note in &visit.notes {
        out.wrapped(TIMES, note);
    }
    if visit.state.is_open() {
        out.wrapped(TIMES, "came ____:____   left ____:____");
    }
}

fn week(out: &mut Paper, sheet: &Sheet) {
    let mut before: Option<Day> = None;
    for visit in &sheet.visits {
        if before != Some(visit.start.day) {
            if before.is_some() {
                out.line("");
            }
            out.line(&visit.start.day.short());
            before = Some(visit.start.day);
        }
        let mut parts = vec![whom(sheet, visit), task(visit)];
        if !sheet.of_client {
            parts.push(visit.address.clone());
        }
        parts.push(stands(visit, sheet.of_client));
        parts.retain(|part| !part.is_empty());
        out.hanging(&format!("{}  ", times(visit)), &parts.join(", "));
    }
}

/// Lines as they are printed.
#[derive(Default)]
pub(super) struct Paper(String);

impl Paper {
    /// What is on it.
    pub(super) fn take(self) -> String {
        self.0
    }

    pub(super) fn line(&mut self, text: &str) {
        self.0.push_str(text.trim_end());
        self.0.push('\n');
    }

    pub(super) fn rule(&mut self, of: char) {
        self.line(&of.to_string().repeat(WIDTH));
    }

    /// Text at both ends of a line; two lines where both do not fit on one.
    pub(super) fn ends(&mut self, left: &str, right: &str) {
        let (left, right) = (SafeText::line(left), SafeText::line(right));
        let used = left.width() + right.width();
        if used + 2 <= WIDTH {
            self.line(&format!("{}{}{}", left.as_str(), " ".repeat(WIDTH - used), right.as_str()));
        } else {
            self.wrapped(0, &left);
            self.wrapped(TIMES, &right);
        }
    }

    pub(super) fn wrapped(&mut self, indent: usize, text: &str) {
        if !text.trim().is_empty() {
            self.hanging(&" ".repeat(indent), text);
        }
    }

    /// Text behind a head, its other lines below its first one.
    fn hanging(&mut self, head: &str, text: &str) {
        let indent = head.width();
        for (n, line) in wrap(&SafeText::line(text), WIDTH - indent).iter().enumerate() {
            let head = if n == 0 { head.to_owned() } else { " ".repeat(indent) };
            self.line(&format!("{head}{line}"));
        }
    }
}

/// Broken at blanks, and inside a word that is too long for a line.
fn wrap(text: &str, room: usize) -> Vec<String> {
    let mut lines = vec![String::new()];
    let mut used = 0;
    for word in text.split(' ').filter(|w| !w.is_empty()) {
        let gap = usize::from(used > 0);
        if used + gap + word.width() > room && used > 0 {
            lines.push(String::new());
            used = 0;
        } else if gap == 1 {
            push(&mut lines, " ");
            used += 1;
        }
        for part in word.graphemes(true) {
            if used + part.width() > room && used > 0 {
                lines.push(String::new());
                used = 0;
            }
            push(&mut lines, part);
            used += part.width();
        }
    }
    lines
}

fn push(lines: &mut [String], text: &str) {
    if let Some(last) = lines.last_mut() {
        last.push_str(text);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::ids::{ClientId, VisitId};
    use crate::domain::staff::Discipline;
    use crate::domain::time::{Civil, Moment, Zone};

    fn visit(minute: u16, service: &str) -> SheetVisit {
        let day = Day::from_ymd(2026, 3, 2).unwrap_or_default();
        SheetVisit {
            id: VisitId([1; 16]),
            of: ClientId([2; 16]),
            rev: 1,
            changed: Moment(0),
            client: "Okafor, Ruth".to_owned(),
            staff: vec!["Reyes, Maria HHA".to_owned()],
            discipline: Discipline::Hha,
            service: service.to_owned(),
            start: Civil { day, minute, zone: Zone::UTC },
            minutes: 60,
            state: VisitState::Planned,
            answer: Answer::Yes,
            address: "12 Elm St, Providence, RI, 02906".to_owned(),
            phone: "(401) 555-0100".to_owned(),
            way: Some((12, Some(43))),
            notes: vec!["level 1, insulin, lives alone".to_owned(), "mind: a large dog ".repeat(9)],
            place: None,
        }
    }

    fn sheet(visits: Vec<SheetVisit>, days: i32) -> Sheet {
        let from = Day::from_ymd(2026, 3, 2).unwrap_or_default();
        Sheet {
            agency: "Riverside Home Care".to_owned(),
            title: "Reyes, Maria HHA".to_owned(),
            of_client: false,
            from,
            to: from.plus(days - 1),
            zone: Zone::UTC,
            made: Moment(0),
            by: "A. Avery".to_owned(),
            visits,
            cut: false,
            staff: None,
            series: Vec::new(),
        }
    }

    #[test]
    fn no_line_is_longer_than_the_paper_is_wide() {
        let long = "x".repeat(300);
        for days in [1, 7] {
            for of_client in [false, true] {
                let mut odd = visit(23 * 60 + 30, &long);
                odd.client = "李".repeat(90);
                odd.staff = vec![long.clone(), "a b ".repeat(60)];
                let mut made = sheet(vec![visit(7 * 60, "bath"), odd], days);
                (made.of_client, made.title) = (of_client, long.clone());
                let text = text(&made);
                assert!(text.lines().all(|l| l.width() <= WIDTH), "{text}");
                assert!(text.contains("23:30-00:30"), "{text}");
            }
        }
    }

    #[test]
    fn a_day_says_all_and_a_clients_paper_nothing_of_anybody_else() {
        let mut made = sheet(vec![visit(7 * 60, "bath")], 1);
        let day = text(&made);
        for part in [
            "07:00-08:00  Okafor, Ruth",
            "HHA bath",
            "12 Elm St",
            "tel (401)",
            "level 1",
            "came __",
            "1 visit, 1 h, 4.3 mi",
            "about 12 min",
        ] {
            assert!(day.contains(part), "{part}: {day}");
        }
        made.of_client = true;
        let hers = text(&made);
        assert!(hers.contains("Reyes, Maria") && !hers.contains("level 1") && !hers.contains("Elm St"), "{hers}");
    }

    #[test]
    fn what_would_act_on_a_printer_or_a_terminal_is_shown() {
        let made = sheet(vec![visit(7 * 60, "\u{1b}[2Jbath\u{202e}")], 1);
        let day = text(&made);
        assert!(!day.contains('\u{1b}') && !day.contains('\u{202e}'), "{day:?}");
    }
}
