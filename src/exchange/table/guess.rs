//! What a list is and which column is which, with a reason for each.

use super::columns::{List, fields, named, of_heading};
use super::dates::{Order, is_date, order_of};
use super::names::is_capitals;
use super::{COLUMNS, Table};
use crate::domain::safe::safe_line;
use crate::domain::search::fold;
use crate::domain::time::{Moment, Zone};
use crate::exchange::out;
use crate::exchange::report::Remark;
use std::collections::HashSet;
use std::fmt::Write as _;

/// Rows in which headings are looked for.
const TOP: usize = 20;
/// Rows that a guess looks at for what is in a column (dates: all of them).
const SAMPLE: usize = 500;
/// Rows shown before it is believed.
const SHOWN: usize = 5;

/// What is known beforehand.
#[derive(Clone)]
pub struct Settings {
    /// What the list holds, if somebody said.
    pub list: Option<List>,
    /// Headings (or letters, or numbers of columns) and the fields they are, before any guess.
    pub map: Vec<(String, String)>,
    /// The order of dates, if somebody said.
    pub order: Option<Order>,
    /// The zone of the agency's walls.
    pub zone: Zone,
    /// The import's moment.
    pub now: Moment,
}

/// A column and what it is taken for.
#[derive(Clone, PartialEq, Eq)]
pub struct Column {
    /// Its place, from 0.
    pub at: usize,
    /// Its heading.
    pub heading: String,
    /// The field, if it is one: a name of [`super::columns`], or `expires:KIND`.
    pub field: Option<String>,
    /// Why, or why not.
    pub why: String,
}

/// What a list is taken for.
#[derive(Clone)]
pub struct Guess {
    /// What it holds, and why.
    pub list: List,
    /// Why.
    pub list_why: String,
    /// Delimiter of a text.
    pub delimiter: Option<char>,
    /// Encoding of a text, `xlsx` for a spreadsheet.
    pub encoding: &'static str,
    /// Line of the headings, if there are any.
    pub header_line: Option<u64>,
    /// The first row below, from 0.
    pub(super) first: usize,
    /// Every column.
    pub columns: Vec<Column>,
    /// The order of the numbers in dates.
    pub order: Order,
    /// Why, and how many say otherwise.
    pub order_why: String,
    /// Names in capitals are mended.
    pub capitals: bool,
    /// Rows below the headings.
    pub rows: u64,
    /// Written by caseload itself.
    pub own: bool,
}

/// One row, before and after.
#[derive(Clone)]
pub struct Preview {
    /// Where it stands.
    pub place: String,
    /// Heading and cell, as they stand.
    pub before: Vec<(String, String)>,
    /// Field and value, as they will be; or what is wrong.
    pub after: Result<Vec<(String, String)>, Remark>,
}

impl Guess {
    /// Heading and field of each column that is one: what a saved map keeps.
    pub fn map(&self) -> Vec<(String, String)> {
        self.columns.iter().filter_map(|c| Some((c.heading.clone(), c.field.clone()?))).collect()
    }

    /// Fields that nothing gives although rows need them.
    pub fn missing(&self) -> Vec<&'static str> {
        let needed: &[&str] = match self.list {
            List::Clients => &["mrn"],
            List::Staff => &["staff_id"],
            List::Visits => &["visit_id", "mrn", "date", "start"],
            List::Authorizations => &["mrn", "units", "from", "to"],
            List::TimeOff => &["staff_id", "from", "to"],
            List::Holds => &["mrn", "from"],
            List::Pairings => &["mrn", "staff_id", "wish"],
            List::Appointments => &["mrn", "date", "start"],
            List::Positions => &["latitude", "longitude"],
            List::Ways => &["way_minutes"],
            List::Evv => &["evv_id", "mrn", "clock_in"],
        };
        let has = |name: &str| self.columns.iter().any(|c| c.field.as_deref() == Some(name));
        // A start may carry its date.
        let otherwise = |name: &str| (name == "date" && has("start")) || (name == "mrn" && has("client_id"));
        needed.iter().filter(|n| !(has(n) || otherwise(n))).copied().collect()
    }

    /// The first five rows, before and after.
    pub fn preview(&self, table: &Table, settings: &Settings) -> Vec<Preview> {
        let mut rows = table.rows(self, settings);
        let mut out = Vec::new();
        for row in self.first..table.grid.len().min(self.first + SHOWN) {
            let cells = |c: &Column| (c.heading.clone(), table.grid.get(row, c.at).to_owned());
            let before = self.columns.iter().map(cells).filter(|(_, v)| !v.is_empty()).collect();
            let after = rows
                .read(row)
                .map(|read| read.iter().flat_map(|i| i.fields.0.iter().map(|(n, v)| (n.clone(), v.clone()))).collect());
            out.push(Preview { place: table.place(row), before, after });
        }
        out
    }

    /// What is taken for what, as safe text to be confirmed.
    pub fn text(&self, table: &Table, settings: &Settings) -> String {
        let mut out = String::new();
        let _ = writeln!(
            out,
            "{}: {} rows of {} ({})",
            safe_line(table.name()),
            self.rows,
            self.list.word(),
            safe_line(&self.list_why)
        );
        let written = match self.delimiter {
            Some('\t') => format!("columns parted by tabs, {}", self.encoding),
            Some(c) => format!("columns parted by {c}, {}", self.encoding),
            None => "a spreadsheet".to_owned(),
        };
        let head = self.header_line.map_or_else(|| "no headings".to_owned(), |l| format!("headings in line {l}"));
        let _ = writeln!(out, "{written}; {head}; dates {} ({})", self.order.word(), self.order_why);
        if self.capitals {
            let _ = writeln!(out, "names in capitals are mended");
        }
        for c in &self.columns {
            let field = c.field.as_deref().unwrap_or("–");
            let _ = writeln!(out, "  {} → {}  ({})", safe_line(&c.heading), safe_line(field), safe_line(&c.why));
        }
        for name in self.missing() {
            let _ = writeln!(out, "MISSING: {name}. Name its column with --map \"Heading={name}\"");
        }
        for p in self.preview(table, settings) {
            let join = |pairs: &[(String, String)]| {
                pairs.iter().map(|(n, v)| format!("{}: {}", safe_line(n), safe_line(v))).collect::<Vec<_>>().join(" | ")
            };
            let _ = writeln!(out, "{}\n  before  {}", safe_line(&p.place), join(&p.before));
            match &p.after {
                Ok(after) => {
                    let _ = writeln!(out, "  after   {}", join(after));
                }
                Err(r) => {
                    let _ = writeln!(out, "  REJECTED {}: {}", safe_line(&r.field), safe_line(&r.why));
                }
            }
        }
        out
    }
}

pub(super) fn guess(table: &Table, settings: &Settings) -> Result<Guess, Vec<Remark>> {
    let grid = &table.grid;
    if grid.is_empty() {
        return Err(vec![Remark::new(table.name(), "", "no rows")]);
    }
    let lists: Vec<List> = settings.list.map_or_else(|| List::ALL.to_vec(), |l| vec![l]);
    // The row with the most headings that mean something, under the list that knows most of them.
    let mut best: Option<(usize, usize, List)> = None;
    for row in 0..grid.len().min(TOP) {
        for list in &lists {
            // Those of plans share their headings with the others: only what is theirs alone speaks for them.
            let sure = settings.list.is_some() || matches!(list, List::Clients | List::Staff | List::Visits);
            if !sure && !headings(table, row).iter().any(|h| tells(*list, h)) {
                continue;
            }
            let known: usize = headings(table, row)
                .iter()
                .filter(|h| of_heading(*list, h).is_some() || is_mapped(settings, h))
                .map(|h| 2 + usize::from(tells(*list, h)))
                .sum();
            if known > 2 && best.is_none_or(|(n, ..)| known > n) {
                best = Some((known, row, *list));
            }
        }
    }
    let (header, list) = match best {
        Some((_, row, list)) => (Some(row), list),
        None => (None, lists[0]),
    };
    let list_why = match (settings.list, header) {
        (Some(_), _) => "as said".to_owned(),
        (None, Some(_)) => "by its headings".to_owned(),
        (None, None) => "no headings are known".to_owned(),
    };
    let first = header.map_or(0, |h| h + 1);
    let width = (first.saturating_sub(1)..grid.len().min(first + SAMPLE)).map(|r| grid.width(r)).max().unwrap_or(0);
    let names: Vec<String> = (0..width.min(COLUMNS))
        .map(|c| match header.map(|h| grid.get(h, c)) {
            Some(h) if !h.is_empty() => h.to_owned(),
            _ => letter(c),
        })
        .collect();
    let own = header.is_some() && own_headings(list).iter().eq(names.iter());
    let mut columns = map_columns(table, settings, list, &names)?;
    by_content(table, first, list, settings, &mut columns);
    let (order, order_why) = order(table, first, settings, &columns);
    let capitals = !own && in_capitals(table, first, &columns);
    Ok(Guess {
        list,
        list_why,
        delimiter: table.delimiter,
        encoding: table.encoding,
        header_line: header.map(|h| grid.line(h)),
        first,
        columns,
        order,
        order_why,
        capitals,
        rows: (grid.len() - first.min(grid.len())) as u64,
        own,
    })
}

fn headings(table: &Table, row: usize) -> Vec<&str> {
    (0..table.grid.width(row).min(COLUMNS)).map(|c| table.grid.get(row, c)).filter(|h| h.len() <= 80).collect()
}

fn is_mapped(settings: &Settings, heading: &str) -> bool {
    settings.map.iter().any(|(h, _)| !h.is_empty() && fold(h) == fold(heading))
}

/// Headings that only this list has.
fn tells(list: List, heading: &str) -> bool {
    let Some((field, _)) = of_heading(list, heading) else { return false };
    match list {
        List::Clients => matches!(field.as_str(), "date_of_birth" | "soc" | "payer" | "level" | "lives" | "cert_from"),
        List::Staff => matches!(field.as_str(), "staff_id" | "discipline") || field.contains("expires"),
        List::Visits => matches!(field.as_str(), "visit_id" | "start" | "end" | "minutes" | "date"),
        List::Authorizations => matches!(field.as_str(), "authorization_id" | "number" | "unit_minutes" | "units"),
        List::TimeOff => matches!(field.as_str(), "time_off_id"),
        List::Holds => matches!(field.as_str(), "hold_id" | "expected"),
        List::Pairings => matches!(field.as_str(), "pairing_id" | "wish"),
        List::Appointments => matches!(field.as_str(), "appointment_id" | "with"),
        List::Positions => matches!(field.as_str(), "latitude" | "longitude"),
        List::Ways => field.starts_with("from_") || field.starts_with("to_"),
        List::Evv => matches!(field.as_str(), "clock_in" | "clock_out"),
    }
}

fn own_headings(list: List) -> &'static [&'static str] {
    match list {
        List::Clients => &out::CLIENT_COLUMNS,
        List::Staff => &out::STAFF_COLUMNS,
        List::Visits => &out::VISIT_COLUMNS,
        List::Authorizations => &out::plans::AUTHORIZATION_COLUMNS,
        List::TimeOff => &out::plans::TIME_OFF_COLUMNS,
        List::Holds => &out::plans::HOLD_COLUMNS,
        List::Pairings => &out::plans::PAIRING_COLUMNS,
        List::Appointments => &out::plans::APPOINTMENT_COLUMNS,
        List::Positions => &out::plans::POSITION_COLUMNS,
        List::Ways => &out::plans::WAY_COLUMNS,
        // What an aggregator has is not written here.
        List::Evv => &[],
    }
}

/// `A`, `B` … `AA`.
fn letter(column: usize) -> String {
    let mut n = column + 1;
    let mut out = Vec::new();
    while n > 0 {
        out.push((b'A' + ((n - 1) % 26) as u8) as char);
        n = (n - 1) / 26;
    }
    out.iter().rev().collect()
}

fn map_columns(table: &Table, settings: &Settings, list: List, names: &[String]) -> Result<Vec<Column>, Vec<Remark>> {
    let mut wrong = Vec::new();
    let mut taken: HashSet<String> = HashSet::new();
    let mut mapped: Vec<Option<String>> = vec![None; names.len()];
    for (heading, field) in &settings.map {
        let at = names.iter().position(|n| fold(n) == fold(heading) && !fold(n).is_empty()).or_else(|| {
            let by_letter = (0..names.len()).find(|c| letter(*c).eq_ignore_ascii_case(heading.trim()));
            by_letter.or_else(|| heading.trim().parse::<usize>().ok()?.checked_sub(1)).filter(|c| *c < names.len())
        });
        let Some(at) = at else {
            let mend = format!("there are: {}", names.join(", "));
            wrong.push(Remark::new(table.name(), heading, "no such column").mend(mend));
            continue;
        };
        if field.trim().is_empty() || field.trim() == "-" {
            mapped[at] = Some(String::new());
        } else if let Some(field) = named(list, field) {
            taken.insert(field.clone());
            mapped[at] = Some(field);
        } else {
            let known: Vec<&str> = fields(list).map(|f| f.name).collect();
            let mend = format!("known for {}: {}", list.word(), known.join(", "));
            wrong.push(Remark::new(table.name(), field, "no such field").mend(mend));
        }
    }
    if !wrong.is_empty() {
        return Err(wrong);
    }
    let columns = names.iter().enumerate().map(|(at, heading)| {
        let column =
            |field: Option<String>, why: &str| Column { at, heading: heading.clone(), field, why: why.to_owned() };
        match &mapped[at] {
            Some(none) if none.is_empty() => return column(None, "left out, as said"),
            Some(field) => return column(Some(field.clone()), "as said"),
            None => {}
        }
        match of_heading(list, heading) {
            Some((field, _)) if taken.contains(&field) => column(None, "another column is that already"),
            Some((field, why)) => {
                taken.insert(field.clone());
                column(Some(field), why)
            }
            None => column(None, "not known"),
        }
    });
    Ok(columns.collect())
}

/// Columns that tell by what is in them: names with a comma, dates of birth.
fn by_content(table: &Table, first: usize, list: List, settings: &Settings, columns: &mut [Column]) {
    if !matches!(list, List::Clients | List::Staff) {
        return;
    }
    let has = |columns: &[Column], f: &str| columns.iter().any(|c| c.field.as_deref() == Some(f));
    let sample = first..table.grid.len().min(first + SAMPLE);
    let share = |at: usize, test: &dyn Fn(&str) -> bool| {
        let cells: Vec<&str> = sample.clone().map(|r| table.grid.get(r, at)).filter(|c| !c.is_empty()).collect();
        !cells.is_empty() && cells.iter().filter(|c| test(c)).count() * 10 >= cells.len() * 8
    };
    let free = |columns: &[Column], at: usize| columns[at].field.is_none() && columns[at].why == "not known";
    if !has(columns, "full_name") && !has(columns, "family_name") {
        let name = |c: &str| {
            c.split_once(',').is_some_and(|(a, b)| {
                let word = |t: &str| t.chars().any(char::is_alphabetic) && !t.chars().any(|c| c.is_ascii_digit());
                word(a) && word(b) && a.split_whitespace().count() <= 3 && b.split_whitespace().count() <= 4
            })
        };
        if let Some(at) = (0..columns.len()).find(|at| free(columns, *at) && share(*at, &name)) {
            columns[at].field = Some("full_name".to_owned());
            "looks like FAMILY, Given".clone_into(&mut columns[at].why);
        }
    }
    if list == List::Clients && !has(columns, "date_of_birth") {
        let (this_year, ..) = settings.zone.day(settings.now).ymd();
        let old = |c: &str| {
            is_date(c)
                && c.split(|c: char| !c.is_ascii_digit())
                    .filter_map(|p| p.parse::<i32>().ok())
                    .any(|y| (1900..=this_year - 18).contains(&y))
        };
        if let Some(at) = (0..columns.len()).find(|at| free(columns, *at) && share(*at, &old)) {
            columns[at].field = Some("date_of_birth".to_owned());
            "looks like dates of birth".clone_into(&mut columns[at].why);
        }
    }
}

fn is_date_field(field: &str) -> bool {
    matches!(
        field,
        "date_of_birth"
            | "soc"
            | "cert_from"
            | "cert_to"
            | "status_since"
            | "referred"
            | "credential_expires"
            | "date"
            | "start"
            | "clock_in"
            | "from"
            | "to"
            | "expected"
    ) || field.starts_with("expires:")
}

fn order(table: &Table, first: usize, settings: &Settings, columns: &[Column]) -> (Order, String) {
    if let Some(order) = settings.order {
        return (order, "as said".to_owned());
    }
    let dates: Vec<usize> =
        columns.iter().filter(|c| c.field.as_deref().is_some_and(is_date_field)).map(|c| c.at).collect();
    let all = dates.iter().flat_map(|at| (first..table.grid.len()).map(|r| table.grid.get(r, *at)));
    let us = settings.zone.name().starts_with("America/") || settings.zone.name().starts_with("US/");
    match order_of(all) {
        (Some(Order::Iso), ..) => (Order::Iso, "every date says its year first or its month in words".to_owned()),
        (Some(order), sure, 0) => (order, format!("{sure} dates can only be read so")),
        (Some(order), sure, not) => {
            (order, format!("{sure} dates can only be read so, {not} only the other way: look"))
        }
        (None, ..) if us => (Order::Us, "no date tells; the agency is in America".to_owned()),
        (None, ..) => (Order::European, "no date tells; the agency is not in America".to_owned()),
    }
}

/// Most names are in capitals: then it is how this list writes, not how these people do.
fn in_capitals(table: &Table, first: usize, columns: &[Column]) -> bool {
    let names =
        columns.iter().filter(|c| matches!(c.field.as_deref(), Some("full_name" | "family_name" | "given_name")));
    names.into_iter().any(|c| {
        let (mut all, mut capital) = (0, 0);
        for row in first..table.grid.len().min(first + SAMPLE) {
            let cell = table.grid.get(row, c.at);
            // `FAMILY, Given`: the family name alone counts.
            let part = cell.split(',').next().unwrap_or_default();
            if part.chars().filter(|c| c.is_alphabetic()).count() >= 2 {
                all += 1;
                capital += usize::from(is_capitals(part));
            }
        }
        all > 0 && capital * 10 >= all * 6
    })
}
