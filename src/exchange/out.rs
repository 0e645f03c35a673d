//! Lists going out: CSV, JSON and plain tables, from headings and rows of text.

pub mod plans;

use crate::domain::client::Client;
use crate::domain::person::Phones;
use crate::domain::safe::{is_unsafe, safe_line};
use crate::domain::staff::Staff;
use crate::domain::text::Text;
use crate::domain::time::{Day, clock};
use crate::domain::visit::Visit;
use serde_json::Value;
use std::fmt::Write as _;
use std::io::{self, Write};
use unicode_width::UnicodeWidthStr;

/// Where a CSV goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum To {
    /// A terminal: nothing in the text may act on it.
    Terminal,
    /// A file or another program: the text as it is.
    File,
}

/// Whether a spreadsheet might take this cell for a formula. Apostrophes before it count along, so that
/// [`unguard`] takes off exactly what [`guard`] put on.
fn is_formula(cell: &str) -> bool {
    cell.trim_start_matches('\'').starts_with(['=', '+', '-', '@', '\t', '\r'])
}

/// A cell that a spreadsheet takes for text.
pub fn guard(cell: &str) -> String {
    if is_formula(cell) { format!("'{cell}") } else { cell.to_owned() }
}

/// The cell that [`guard`] was given.
pub fn unguard(cell: &str) -> &str {
    match cell.strip_prefix('\'') {
        Some(rest) if is_formula(rest) => rest,
        _ => cell,
    }
}

/// Writes CSV: headings, then rows.
pub fn csv(headings: &[&str], rows: &[Vec<String>], to: To, out: impl Write) -> io::Result<()> {
    let mut writer = csv::Writer::from_writer(out);
    let cell = |text: &str| {
        let text = guard(text);
        if to == To::Terminal { safe_line(&text).into_owned() } else { text }
    };
    writer.write_record(headings.iter().map(|h| cell(h)))?;
    for row in rows {
        // A row of one empty cell would be an empty line, which no reader takes for a row.
        let row = (0..headings.len()).map(|n| cell(row.get(n).map_or("", String::as_str)));
        writer.write_record(row)?;
    }
    writer.flush()
}

/// JSON text with control, bidirectional and invisible characters as `\uXXXX`: harmless wherever it is printed, and the
/// same value to whoever reads it.
pub fn json_text(value: &Value) -> String {
    escaped(&serde_json::to_string_pretty(value).unwrap_or_else(|_| "null".to_owned()))
}

/// The same on one line.
pub fn json_line(value: &Value) -> String {
    escaped(&serde_json::to_string(value).unwrap_or_else(|_| "null".to_owned()))
}

fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        // Outside of strings JSON has no such character but the line break and blanks of the layout.
        if c != '\n' && is_unsafe(c) {
            for unit in c.encode_utf16(&mut [0; 2]) {
                let _ = write!(out, "\\u{unit:04x}");
            }
        } else {
            out.push(c);
        }
    }
    out
}

/// A list as JSON: an array of objects, heading by heading.
pub fn json(headings: &[&str], rows: &[Vec<String>]) -> String {
    let objects: Vec<Value> = rows
        .iter()
        .map(|row| {
            let pairs = headings
                .iter()
                .enumerate()
                .map(|(n, h)| ((*h).to_owned(), Value::String(row.get(n).cloned().unwrap_or_default())));
            Value::Object(pairs.collect())
        })
        .collect();
    json_text(&Value::Array(objects))
}

/// A plain table: columns aligned by the width that a terminal shows, two blanks between them, no line longer than
/// `width` columns if one is given. The text is made safe.
pub fn plain(headings: &[&str], rows: &[Vec<String>], width: Option<usize>) -> String {
    let safe = |text: &str| safe_line(text).into_owned();
    let head: Vec<String> = headings.iter().map(|h| safe(h)).collect();
    let body: Vec<Vec<String>> = rows
        .iter()
        .map(|row| (0..headings.len()).map(|n| safe(row.get(n).map_or("", String::as_str))).collect())
        .collect();
    let widths: Vec<usize> = (0..head.len())
        .map(|n| body.iter().map(|r| r[n].width()).chain([head[n].width()]).max().unwrap_or(0))
        .collect();
    let numbers: Vec<bool> = (0..head.len()).map(|n| is_of_numbers(body.iter().map(|r| r[n].as_str()))).collect();
    let mut out = String::new();
    for row in std::iter::once(&head).chain(&body) {
        let mut line = String::new();
        for (n, cell) in row.iter().enumerate() {
            if n > 0 {
                line.push_str("  ");
            }
            let fill = " ".repeat(widths[n].saturating_sub(cell.width()));
            let (before, behind) = if numbers[n] { (fill.as_str(), "") } else { ("", fill.as_str()) };
            line.extend([before, cell, behind]);
        }
        let line = line.trim_end();
        match width {
            Some(width) if line.width() > width => out.push_str(&cut(line, width)),
            _ => out.push_str(line),
        }
        out.push('\n');
    }
    out
}

/// Whether a column holds numbers to be compared: they end below each other. A record number is a name.
fn is_of_numbers<'a>(cells: impl Iterator<Item = &'a str>) -> bool {
    let mut any = false;
    for cell in cells.filter(|cell| !cell.is_empty()) {
        let named = cell.len() > 1 && cell.starts_with('0') && !cell.starts_with("0.");
        if named || cell.parse::<f64>().is_err() || !cell.ends_with(|c: char| c.is_ascii_digit()) {
            return false;
        }
        any = true;
    }
    any
}

/// What fits, with `…` for the rest.
fn cut(line: &str, width: usize) -> String {
    use unicode_segmentation::UnicodeSegmentation;
    let mut out = String::new();
    let mut used = 0;
    for g in line.graphemes(true) {
        if used + g.width() >= width {
            break;
        }
        used += g.width();
        out.push_str(g);
    }
    if width > 0 {
        out.push('…');
    }
    out
}

/// Columns of a list of clients. What is written under them is read back as it was.
pub const CLIENT_COLUMNS: [&str; 29] = [
    "mrn",
    "client_id",
    "family_name",
    "given_name",
    "preferred_name",
    "former_names",
    "date_of_birth",
    "sex",
    "gender",
    "phones",
    "street",
    "town",
    "region",
    "postcode",
    "languages",
    "interpreter",
    "lives",
    "level",
    "transport",
    "payer",
    "status",
    "status_since",
    "soc",
    "cert_from",
    "cert_to",
    "pharmacy",
    "hospital",
    "access",
    "note",
];
/// Columns of a list of caregivers.
pub const STAFF_COLUMNS: [&str; 15] = [
    "staff_id",
    "family_name",
    "given_name",
    "preferred_name",
    "former_names",
    "discipline",
    "phones",
    "street",
    "town",
    "region",
    "postcode",
    "languages",
    "skills",
    "active",
    "note",
];
/// Columns of a list of visits.
pub const VISIT_COLUMNS: [&str; 12] = [
    "visit_id",
    "mrn",
    "staff_id",
    "second_id",
    "date",
    "start",
    "minutes",
    "zone",
    "discipline",
    "service",
    "status",
    "reason",
];

fn day(day: Option<Day>) -> String {
    day.map(Day::iso).unwrap_or_default()
}

fn phones(phones: &Phones) -> String {
    phones.iter().map(|p| format!("{} {}", p.kind.word(), p.number.as_str())).collect::<Vec<_>>().join("; ")
}

fn listed<const N: usize>(words: &[Text<N>]) -> String {
    words.iter().map(Text::as_str).collect::<Vec<_>>().join("; ")
}

fn yes(flag: bool) -> String {
    if flag { "yes" } else { "no" }.to_owned()
}

/// A client's row under [`CLIENT_COLUMNS`]; `id` is the one that caseload keeps her under.
pub fn client_row(id: &str, c: &Client) -> Vec<String> {
    let text = |t: &str| t.to_owned();
    let number = |n: Option<u8>| n.map(|n| n.to_string()).unwrap_or_default();
    vec![
        text(&c.mrn),
        text(id),
        text(&c.name.family),
        text(&c.name.given),
        text(&c.name.preferred),
        text(&c.name.former),
        day(c.born),
        text(c.sex.word()),
        text(&c.gender),
        phones(&c.phones),
        text(&c.address.street),
        text(&c.address.town),
        text(&c.address.region),
        text(&c.address.postcode),
        listed(&c.languages),
        yes(c.interpreter),
        text(c.living.word()),
        number(c.emergency),
        number(c.transport),
        text(&c.payer),
        text(c.status.word()),
        day(c.status_since),
        day(c.soc),
        day(c.cert_from),
        day(c.cert_to),
        text(&c.pharmacy),
        text(&c.hospital),
        text(&c.access),
        text(&c.note),
    ]
}

/// A caregiver's row under [`STAFF_COLUMNS`]; the number is the one their list knows them by.
pub fn staff_row(id: &str, s: &Staff) -> Vec<String> {
    let text = |t: &str| t.to_owned();
    vec![
        text(id),
        text(&s.name.family),
        text(&s.name.given),
        text(&s.name.preferred),
        text(&s.name.former),
        text(s.discipline.word()),
        phones(&s.phones),
        text(&s.base.street),
        text(&s.base.town),
        text(&s.base.region),
        text(&s.base.postcode),
        listed(&s.languages),
        listed(&s.skills),
        yes(s.active),
        text(&s.note),
    ]
}

/// A visit's row under [`VISIT_COLUMNS`]: its own number, the client's, and those of who goes (empty for nobody).
pub fn visit_row(id: &str, mrn: &str, staff: &str, second: &str, v: &Visit) -> Vec<String> {
    let text = |t: &str| t.to_owned();
    vec![
        text(id),
        text(mrn),
        text(staff),
        text(second),
        v.start.day.iso(),
        clock(v.start.minute),
        v.minutes.to_string(),
        text(v.start.zone.name()),
        text(v.discipline.word()),
        text(&v.service),
        text(v.state.word()),
        text(&v.reason),
    ]
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn a_formula_is_text_and_comes_back() {
        for cell in ["=1+1", "+15551234", "-3", "@x", "\tx", "'=x", "''@", "'", "it's", "", "O'Brien", "'n"] {
            let kept = guard(cell);
            assert!(!kept.starts_with(['=', '+', '-', '@', '\t', '\r']), "{cell:?}");
            assert_eq!(unguard(&kept), cell);
        }
    }

    #[test]
    fn to_a_terminal_nothing_acts_and_to_a_file_nothing_changes() {
        let rows = vec![vec!["\u{1b}[2J".to_owned(), "a\u{202e}b".to_owned()]];
        let mut screen = Vec::new();
        csv(&["a", "b"], &rows, To::Terminal, &mut screen).unwrap();
        assert!(!screen.contains(&0x1b));
        let mut file = Vec::new();
        csv(&["a", "b"], &rows, To::File, &mut file).unwrap();
        assert!(String::from_utf8(file).unwrap().contains("\u{1b}[2J"));
    }

    #[test]
    fn json_shows_what_hides_and_keeps_the_value() {
        let rows = vec![vec!["a\u{202e}\u{200b}\u{1b}\u{e0001}é\n".to_owned()]];
        let text = json(&["name"], &rows);
        assert!(text.contains("\\u202e\\u200b\\u001b\\udb40\\udc01é\\n"), "{text}");
        let back: Value = serde_json::from_str(&text).unwrap();
        assert_eq!(back[0]["name"], rows[0][0]);
    }

    #[test]
    fn columns_stand_under_each_other_by_width() {
        let rows = vec![vec!["李小龍".to_owned(), "x".to_owned()], vec!["Ann".to_owned(), "y".to_owned()]];
        let text = plain(&["name", "n"], &rows, None);
        let at: Vec<usize> = text.lines().map(|l| l[..l.rfind(['n', 'x', 'y']).unwrap()].width()).collect();
        assert_eq!(at, [8, 8, 8]);
        assert!(plain(&["name", "n"], &rows, Some(5)).lines().all(|l| l.width() <= 5));
        // Numbers end below each other, record numbers begin so.
        let rows = [["004217", "38.5"], ["010050", "4.0"]].map(|r| r.map(str::to_owned).to_vec());
        assert_eq!(plain(&["mrn", "hours"], &rows, None), "mrn     hours\n004217   38.5\n010050    4.0\n");
    }
}
