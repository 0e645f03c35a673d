//! Rows to records, under a guess.

pub(in crate::exchange) mod plans;

use super::columns::List;
use super::dates::{Century, day, minute};
use super::names::{Parts, mend_capitals, split_name};
use super::{Guess, Settings, Table};
use crate::domain::client::{ClientStatus, Living};
use crate::domain::editing::hours_of;
use crate::domain::fields::Fields;
use crate::domain::person::{Phone, PhoneKind, Phones, Sex};
use crate::domain::record::Kind;
use crate::domain::search::fold;
use crate::domain::staff::Discipline;
use crate::domain::text::{Few, Text};
use crate::domain::time::{Civil, Day, MINUTE, Zone};
use crate::domain::visit::{Answer, VisitState};
use crate::exchange::discipline::of_words;
use crate::exchange::report::Remark;
use crate::service::api::Incoming;

/// What a row became.
pub enum Row {
    /// Records: the one it is about, then its credentials.
    Records(Vec<Incoming>),
    /// Nothing in it.
    Empty,
    /// Not taken.
    Rejected(Remark),
}

/// Rows of a list, one after the other.
pub struct Rows<'a> {
    table: &'a Table,
    guess: &'a Guess,
    settings: &'a Settings,
    next: usize,
    today: Day,
    /// Cells that were left out, since last asked.
    notes: Vec<Remark>,
}

type Cell<'a> = Option<&'a str>;

impl<'a> Rows<'a> {
    pub(super) fn new(table: &'a Table, guess: &'a Guess, settings: &'a Settings) -> Self {
        let today = settings.zone.day(settings.now);
        Self { table, guess, settings, next: guess.first, today, notes: Vec::new() }
    }

    /// Cells that could not be read and were left out, since last asked.
    pub fn notes(&mut self) -> Vec<Remark> {
        std::mem::take(&mut self.notes)
    }

    /// Rows done and rows in all.
    pub fn progress(&self) -> (u64, u64) {
        ((self.next - self.guess.first) as u64, self.guess.rows)
    }

    pub(super) fn read(&mut self, row: usize) -> Result<Vec<Incoming>, Remark> {
        match self.guess.list {
            List::Clients => self.client(row),
            List::Staff => self.staff(row),
            List::Visits => self.visit(row),
            List::Authorizations => self.authorization(row),
            List::TimeOff => self.time_off(row),
            List::Holds => self.hold(row),
            List::Pairings => self.pairing(row),
            List::Appointments => self.appointment(row),
            List::Positions => self.position(row),
            List::Ways => self.way(row),
            List::Evv => self.clocking(row),
        }
    }

    fn cell(&self, row: usize, field: &str) -> Cell<'a> {
        let column = self.guess.columns.iter().find(|c| c.field.as_deref() == Some(field))?;
        Some(self.table.grid.get(row, column.at)).filter(|c| !c.is_empty())
    }

    fn note(&mut self, row: usize, field: &str, why: impl Into<String>) {
        let heading = self.guess.columns.iter().find(|c| c.field.as_deref() == Some(field));
        let name = heading.map_or(field, |c| &c.heading).to_owned();
        self.notes.push(Remark::new(self.table.place(row), name, why).mend("the rest of the row is taken"));
    }

    fn reject(&self, row: usize, field: &str, why: impl Into<String>, mend: &str) -> Remark {
        Remark::new(self.table.place(row), field, why).mend(mend)
    }

    fn key(&self, row: usize, field: &str) -> Result<String, Remark> {
        let mend = "fill it in, or name another column with --map \"Heading=FIELD\"".replace("FIELD", field);
        let key = self.cell(row, field).ok_or_else(|| self.reject(row, field, "empty: which one is this?", &mend))?;
        if key.len() > 40 {
            return Err(self.reject(row, field, "longer than 40 bytes", "is this the right column?"));
        }
        Ok(key.to_owned())
    }

    /// Text of a field; too long rejects the row.
    fn text<const N: usize>(&self, row: usize, field: &str) -> Result<Option<Text<N>>, Remark> {
        self.cell(row, field)
            .map(|c| Text::new(c).map_err(|e| self.reject(row, field, e.to_string(), "shorten it")))
            .transpose()
    }

    fn set_text<const N: usize>(&self, f: &mut Fields, row: usize, column: &str, name: &str) -> Result<(), Remark> {
        if let Some(text) = self.text::<N>(row, column)? {
            f.set(name, &text);
        }
        Ok(())
    }

    fn set_day(&mut self, f: &mut Fields, row: usize, column: &str, name: &str) {
        let century = if column == "date_of_birth" { Century::Birth } else { Century::Other };
        if let Some(cell) = self.cell(row, column) {
            match day(cell, self.guess.order, century, self.today) {
                Ok(day) => f.set(name, &Some(day)),
                Err(why) => self.note(row, column, why),
            }
        }
    }

    fn set_flag(&mut self, f: &mut Fields, row: usize, column: &str, name: &str) {
        if let Some(cell) = self.cell(row, column) {
            match flag(cell) {
                Some(flag) => f.set(name, &flag),
                None => self.note(row, column, "neither yes nor no"),
            }
        }
    }

    fn set_names(&self, f: &mut Fields, row: usize) -> Result<(), Remark> {
        let mend = |t: &str| if self.guess.capitals { mend_capitals(t) } else { t.to_owned() };
        let whole = self.cell(row, "full_name").map(split_name).unwrap_or_default();
        let part = |column: &str, own: String| self.cell(row, column).map_or(own, str::to_owned);
        let Parts { family, given, preferred } = whole;
        let (family, given) = (mend(&part("family_name", family)), mend(&part("given_name", given)));
        let preferred = mend(&part("preferred_name", preferred));
        let text = |e: crate::domain::text::TooLong| self.reject(row, "name", e.to_string(), "shorten it");
        if !family.is_empty() || !given.is_empty() {
            f.set("name.family", &Text::<80>::new(&family).map_err(text)?);
            f.set("name.given", &Text::<80>::new(&given).map_err(text)?);
        }
        if !preferred.is_empty() {
            f.set("name.preferred", &Text::<60>::new(&preferred).map_err(text)?);
        }
        self.set_text::<120>(f, row, "former_names", "name.former")
    }

    fn set_place(&mut self, f: &mut Fields, row: usize, address: &str) -> Result<(), Remark> {
        self.set_text::<160>(f, row, "street", &format!("{address}.street"))?;
        self.set_text::<80>(f, row, "town", &format!("{address}.town"))?;
        self.set_text::<40>(f, row, "region", &format!("{address}.region"))?;
        self.set_text::<20>(f, row, "postcode", &format!("{address}.postcode"))?;
        let mut phones: Vec<(PhoneKind, String)> = Vec::new();
        for one in self.cell(row, "phones").into_iter().flat_map(|c| c.split(';')) {
            let one = one.trim();
            let kind = one.split(' ').next().and_then(PhoneKind::from_word);
            let number = kind.map_or(one, |k| one[k.word().len()..].trim());
            phones.push((kind.unwrap_or(PhoneKind::Other), number.to_owned()));
        }
        for (column, kind) in
            [("phone", PhoneKind::Home), ("mobile", PhoneKind::Mobile), ("work_phone", PhoneKind::Work)]
        {
            phones.extend(self.cell(row, column).map(|c| (kind, c.to_owned())));
        }
        let mut kept = Vec::new();
        for (kind, number) in phones.into_iter().filter(|(_, n)| !n.is_empty()) {
            match Text::new(&number) {
                Ok(number) if kept.len() < 6 => kept.push(Phone { kind, number }),
                Ok(_) => self.note(row, "phones", "more than six phones"),
                Err(e) => self.note(row, "phones", e.to_string()),
            }
        }
        if !kept.is_empty() {
            f.set("phones", &Phones::clip(kept));
        }
        Ok(())
    }

    fn set_words<const T: usize, const N: usize>(&mut self, f: &mut Fields, row: usize, column: &str) {
        let Some(cell) = self.cell(row, column) else { return };
        let mut kept: Vec<Text<T>> = Vec::new();
        // `English, Spanish` in a list of other people; caseload itself writes `;`.
        let parts = if cell.contains(';') || self.guess.own { cell.split([';', ';']) } else { cell.split([',', '/']) };
        for part in parts.map(str::trim).filter(|p| !p.is_empty()) {
            match Text::new(part) {
                Ok(text) if kept.len() < N => kept.push(text),
                Ok(_) => self.note(row, column, format!("more than {N}")),
                Err(e) => self.note(row, column, e.to_string()),
            }
        }
        if !kept.is_empty() {
            f.set(column, &Few::<_, N>::clip(kept));
        }
    }

    fn set_small(&mut self, f: &mut Fields, row: usize, column: &str, name: &str, most: u8) {
        let Some(cell) = self.cell(row, column) else { return };
        // `Level 2`, `P2`, `2 - moderate`.
        let digits: Vec<u8> = cell.bytes().filter(u8::is_ascii_digit).map(|b| b - b'0').collect();
        match digits.as_slice() {
            [n] if (1..=most).contains(n) => f.set(name, &Some(*n)),
            _ => self.note(row, column, format!("not one of 1–{most}")),
        }
    }

    fn client(&mut self, row: usize) -> Result<Vec<Incoming>, Remark> {
        // What caseload wrote out carries its own id: a client without an MRN comes back as herself too.
        let key = match self.cell(row, "client_id") {
            Some(id) if id.len() <= 40 => id.to_owned(),
            _ => self.key(row, "mrn")?,
        };
        let mut f = Fields::none();
        self.set_text::<40>(&mut f, row, "mrn", "mrn")?;
        self.set_names(&mut f, row)?;
        self.set_day(&mut f, row, "date_of_birth", "born");
        if let Some(cell) = self.cell(row, "sex") {
            match sex(cell) {
                Some(sex) => f.set("sex", &sex),
                None => self.note(row, "sex", "not one of female, male, other, unknown"),
            }
        }
        self.set_text::<40>(&mut f, row, "gender", "gender")?;
        self.set_place(&mut f, row, "address")?;
        self.set_words::<40, 6>(&mut f, row, "languages");
        self.set_flag(&mut f, row, "interpreter", "interpreter");
        if let Some(cell) = self.cell(row, "lives") {
            match living(cell) {
                Some(living) => f.set("living", &living),
                None => self.note(row, "lives", "not one of alone, with others, facility"),
            }
        }
        self.set_small(&mut f, row, "level", "emergency", 4);
        self.set_small(&mut f, row, "transport", "transport", 3);
        self.set_text::<80>(&mut f, row, "payer", "payer")?;
        self.set_text::<400>(&mut f, row, "access", "access")?;
        self.set_text::<160>(&mut f, row, "pharmacy", "pharmacy")?;
        self.set_text::<120>(&mut f, row, "hospital", "hospital")?;
        if let Some(cell) = self.cell(row, "status") {
            match client_status(cell) {
                Some(status) => f.set("status", &status),
                None => {
                    self.note(row, "status", "not one of referral, active, hold, discharged, not taken, died");
                }
            }
        }
        for (column, name) in
            [("status_since", "status_since"), ("soc", "soc"), ("cert_from", "cert_from"), ("cert_to", "cert_to")]
        {
            self.set_day(&mut f, row, column, name);
        }
        if let Some(cell) = self.cell(row, "referred") {
            match day(cell, self.guess.order, Century::Other, self.today) {
                Ok(day) => f.set("referred", &Some(self.settings.zone.moment(day, minute(cell).unwrap_or(0)))),
                Err(why) => self.note(row, "referred", why),
            }
        }
        self.set_text::<2000>(&mut f, row, "note", "note")?;
        let mut refs = Vec::new();
        for field in ["coordinator", "stand_in"] {
            refs.extend(self.cell(row, field).map(|c| (field.to_owned(), Kind::User, c.to_owned())));
        }
        Ok(vec![Incoming { kind: Kind::Client, identifier: key, fields: f, refs, place: self.table.place(row) }])
    }

    fn staff(&mut self, row: usize) -> Result<Vec<Incoming>, Remark> {
        let key = self.key(row, "staff_id")?;
        let place = self.table.place(row);
        let mut f = Fields::none();
        self.set_names(&mut f, row)?;
        let title = self.cell(row, "discipline");
        let discipline = title.and_then(of_words);
        if let Some(d) = discipline {
            f.set("discipline", &d);
        } else if title.is_some() {
            f.set("discipline", &Discipline::Other);
            self.note(row, "discipline", "not known, taken as other");
        }
        self.set_place(&mut f, row, "base")?;
        self.set_words::<40, 6>(&mut f, row, "languages");
        self.set_words::<40, 20>(&mut f, row, "skills");
        if let Some(cell) = self.cell(row, "active") {
            match working(cell) {
                Some(active) => f.set("active", &active),
                None => self.note(row, "active", "neither yes nor no"),
            }
        }
        if let Some(cell) = self.cell(row, "earliest_call") {
            match minute(cell) {
                Some(m) => f.set("earliest_call", &Some(m)),
                None => self.note(row, "earliest_call", "not a time"),
            }
        }
        if let Some(cell) = self.cell(row, "most_week") {
            match hours_of(cell.trim(), 168) {
                Some(m) => f.set("most_week", &Some(m)),
                None => self.note(row, "most_week", "not hours of a week: write 29.5"),
            }
        }
        self.set_text::<1000>(&mut f, row, "note", "note")?;
        let one = |kind, identifier: &str, fields, refs| Incoming {
            kind,
            identifier: identifier.to_owned(),
            fields,
            refs,
            place: place.clone(),
        };
        let mut out = vec![one(Kind::Staff, &key, f, Vec::new())];
        let mut add = |kind: &str, number: Option<&str>, expires: Option<Option<Day>>| {
            let mut f = Fields::none();
            f.set("kind", &Text::<60>::clip(kind));
            if let Some(number) = number {
                f.set("number", &Text::<60>::clip(number));
            }
            if let Some(expires) = expires {
                f.set("expires", &expires);
            }
            let refs = vec![("staff".to_owned(), Kind::Staff, key.clone())];
            out.push(one(Kind::Credential, &format!("{key}#{}", fold(kind)), f, refs));
        };
        let mut wrong = Vec::new();
        let columns: Vec<(String, usize)> =
            self.guess.columns.iter().filter_map(|c| Some((c.field.clone()?, c.at))).collect();
        for (field, at) in &columns {
            let Some(kind) = field.strip_prefix("expires:") else { continue };
            let cell = self.table.grid.get(row, *at);
            if cell.is_empty() {
                continue;
            }
            match day(cell, self.guess.order, Century::Other, self.today) {
                Ok(day) => add(kind, None, Some(Some(day))),
                Err(why) => wrong.push((field.clone(), why)),
            }
        }
        let (number, expires) = (self.cell(row, "credential_number"), self.cell(row, "credential_expires"));
        let named = self.cell(row, "credential").map(str::to_owned);
        // An end without a kind is that of the licence which the discipline needs.
        let kind = named.or_else(|| (number.or(expires)).and(discipline).map(|d| format!("{} licence", d.word())));
        if let Some(kind) = kind {
            let expires = expires.map(|cell| day(cell, self.guess.order, Century::Other, self.today));
            if let Some(Err(why)) = &expires {
                wrong.push(("credential_expires".to_owned(), why));
            }
            add(&kind, number, expires.and_then(Result::ok).map(Some));
        }
        for (field, why) in wrong {
            self.note(row, &field, why);
        }
        Ok(out)
    }

    fn visit(&mut self, row: usize) -> Result<Vec<Incoming>, Remark> {
        let key = self.key(row, "visit_id")?;
        let client = self.key(row, "mrn")?;
        let start = self.cell(row, "start").ok_or_else(|| self.reject(row, "start", "empty", "fill it in"))?;
        let date = self.cell(row, "date").unwrap_or(start);
        let on = day(date, self.guess.order, Century::Other, self.today)
            .map_err(|why| self.reject(row, "date", why, "write it as 2026-03-02"))?;
        let at = minute(start).ok_or_else(|| self.reject(row, "start", "not a time", "write it as 08:30"))?;
        let zone = match self.cell(row, "zone") {
            Some(name) => Zone::parse(name)
                .ok_or_else(|| self.reject(row, "zone", "not a time zone", "write it as America/New_York"))?,
            None => self.settings.zone,
        };
        let civil = Civil { day: on, minute: at, zone };
        let mut f = Fields::none();
        f.set("start", &civil);
        let minutes = match (self.cell(row, "minutes"), self.cell(row, "end")) {
            (Some(cell), _) => length(cell),
            // Over midnight, perhaps.
            (None, Some(end)) => minute(end).map(|e| if e > at { e - at } else { 1440 + e - at }),
            (None, None) => Some(60),
        };
        let Some(minutes) = minutes else {
            return Err(self.reject(row, "end", "not a time or length", "write it as 09:30, or minutes as 60"));
        };
        f.set("minutes", &minutes);
        if let Some(cell) = self.cell(row, "discipline") {
            let found = of_words(cell);
            f.set("discipline", &found.unwrap_or(Discipline::Other));
            if found.is_none() && !cell.eq_ignore_ascii_case("other") {
                self.note(row, "discipline", "not known, taken as other");
            }
        } else if let Some(d) = self.cell(row, "service").and_then(of_words) {
            f.set("discipline", &d);
        }
        self.set_text::<80>(&mut f, row, "service", "service")?;
        let staff = self.cell(row, "staff_id");
        let mut open = true;
        if let Some(cell) = self.cell(row, "status") {
            match visit_state(cell) {
                Some(state) => {
                    open = state.is_open();
                    f.set("state", &state);
                    if staff.is_some() && !self.guess.own {
                        match state {
                            VisitState::Confirmed => f.set("answer", &Answer::Yes),
                            VisitState::Done => f.set("answer", &Answer::Told),
                            _ => {}
                        }
                    }
                }
                None => self.note(
                    row,
                    "status",
                    "not one of planned, confirmed, in progress, done, missed, called out, cancelled",
                ),
            }
        }
        if staff.is_some() && f.get("answer").is_none() && !self.guess.own {
            f.set("answer", &Answer::Planned);
        }
        self.set_text::<200>(&mut f, row, "reason", "reason")?;
        // One that is still to be made or under way is no history: whoever is late for it is missed today.
        let (begins, now) = (civil.moment(), self.settings.now);
        let under_way = open && now < begins.plus(i64::from(minutes) * MINUTE);
        f.set("history", &(begins < now && !under_way));
        let mut refs = vec![("client".to_owned(), Kind::Client, client)];
        for (column, field) in [("staff_id", "staff"), ("second_id", "second")] {
            refs.extend(self.cell(row, column).map(|c| (field.to_owned(), Kind::Staff, c.to_owned())));
        }
        Ok(vec![Incoming { kind: Kind::Visit, identifier: key, fields: f, refs, place: self.table.place(row) }])
    }
}

impl Iterator for Rows<'_> {
    type Item = Row;

    fn next(&mut self) -> Option<Row> {
        let row = self.next;
        if row >= self.table.grid.len() {
            return None;
        }
        self.next += 1;
        if (0..self.table.grid.width(row)).all(|c| self.table.grid.get(row, c).is_empty()) {
            return Some(Row::Empty);
        }
        Some(match self.read(row) {
            Ok(records) => Row::Records(records),
            Err(why) => Row::Rejected(why),
        })
    }
}

fn flag(cell: &str) -> Option<bool> {
    match fold(cell).as_str() {
        "yes" | "y" | "true" | "1" | "x" | "t" | "ja" | "si" => Some(true),
        "no" | "n" | "false" | "0" | "f" | "nein" | "none" => Some(false),
        _ => None,
    }
}

fn working(cell: &str) -> Option<bool> {
    match fold(cell).as_str() {
        "active" | "a" | "employed" | "current" | "hired" | "on leave" | "leave" => Some(true),
        "inactive" | "i" | "terminated" | "term" | "left" | "resigned" | "former" => Some(false),
        _ => flag(cell),
    }
}

fn sex(cell: &str) -> Option<Sex> {
    Sex::from_word(cell).or_else(|| match fold(cell).as_str() {
        "f" | "w" | "woman" => Some(Sex::Female),
        "m" | "man" => Some(Sex::Male),
        "o" | "x" | "nonbinary" | "non binary" => Some(Sex::Other),
        "u" | "unk" | "not known" => Some(Sex::Unknown),
        _ => None,
    })
}

fn living(cell: &str) -> Option<Living> {
    Living::from_word(cell).or_else(|| {
        let text = fold(cell);
        if text.contains("alone") || text == "self" {
            Some(Living::Alone)
        } else if ["facility", "assisted", "alf", "snf", "nursing home", "group home"].iter().any(|w| text.contains(w))
        {
            Some(Living::Facility)
        } else if ["with", "spouse", "family", "daughter", "son", "wife", "husband", "roommate"]
            .iter()
            .any(|w| text.contains(w))
        {
            Some(Living::WithOthers)
        } else {
            None
        }
    })
}

fn client_status(cell: &str) -> Option<ClientStatus> {
    ClientStatus::from_word(cell).or_else(|| match fold(cell).as_str() {
        "a" | "current" | "admitted" | "open" | "on service" | "yes" => Some(ClientStatus::Active),
        "on hold" | "hospitalized" | "hospital hold" | "suspended" | "h" => Some(ClientStatus::Hold),
        "discharge" | "dc" | "d c" | "inactive" | "closed" | "d" => Some(ClientStatus::Discharged),
        "referred" | "pending" | "intake" | "prospect" | "pre admit" | "new" | "r" => Some(ClientStatus::Referral),
        "deceased" | "expired" | "death" => Some(ClientStatus::Died),
        "non admit" | "not admitted" | "declined" | "not taken under care" | "ntuc" => Some(ClientStatus::NotTaken),
        _ => None,
    })
}

fn visit_state(cell: &str) -> Option<VisitState> {
    VisitState::from_word(cell).or_else(|| match fold(cell).as_str() {
        "scheduled" | "open" | "pending" | "assigned" | "unassigned" | "not started" => Some(VisitState::Planned),
        "accepted" => Some(VisitState::Confirmed),
        "started" | "checked in" | "clocked in" => Some(VisitState::InProgress),
        "completed" | "complete" | "verified" | "finished" | "billed" | "approved" | "clocked out" => {
            Some(VisitState::Done)
        }
        "no show" | "noshow" | "not done" => Some(VisitState::Missed),
        "call out" | "callout" => Some(VisitState::CalledOut),
        "canceled" | "cancel" | "client cancelled" | "client canceled" => Some(VisitState::Cancelled),
        _ => None,
    })
}

/// `60`, `1:30`, `1.5 h`, `90 min` in minutes.
fn length(cell: &str) -> Option<u16> {
    let text = cell.trim().to_ascii_lowercase();
    if let Some((h, m)) = text.split_once(':') {
        let (h, m) = (h.trim().parse::<u16>().ok()?, m.get(..2)?.parse::<u16>().ok()?);
        return (h <= 24 && m < 60).then(|| h * 60 + m);
    }
    let number = text.trim_end_matches(|c: char| c.is_ascii_alphabetic() || c == '.' || c == ' ');
    let value: f64 = number.parse().ok()?;
    let hours = text[number.len()..].trim().starts_with('h');
    let minutes = if hours { value * 60.0 } else { value };
    (1.0..=1440.0).contains(&minutes).then_some(minutes.round() as u16)
}
