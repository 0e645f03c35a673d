//! Rows of what plans are made of: authorizations, time off, holds, pairings, appointments, coordinates, known ways. A
//! row that has no number of its own is known by what it says of whom and when.

use super::{Century, Fields, Incoming, Kind, Remark, Rows, Text, day, length, minute, of_words};
use crate::domain::appointment::AppointmentKind;
use crate::domain::authorization::AuthorizedPer;
use crate::domain::coverage::{TimeOffKind, Wish, WishedBy};
use crate::domain::hold::HoldKind;
use crate::domain::search::fold;
use crate::domain::time::{Civil, Day, Moment, Zone};

/// Longest identifier that a source may have.
const LONGEST: usize = 200;

impl Rows<'_> {
    /// Its own number, or what it says of whom and when.
    fn known_by(&self, row: usize, own: &str, otherwise: &[&str]) -> Result<String, Remark> {
        if let Some(key) = self.cell(row, own) {
            return self.within(row, own, key.to_owned());
        }
        let parts: Vec<&str> = otherwise.iter().map(|column| self.cell(row, column).unwrap_or_default()).collect();
        self.within(row, own, parts.join("|"))
    }

    fn within(&self, row: usize, field: &str, key: String) -> Result<String, Remark> {
        if key.len() > LONGEST {
            let mend = "give it a number of its own";
            return Err(self.reject(row, field, format!("longer than {LONGEST} bytes"), mend));
        }
        Ok(key)
    }

    fn day_of(&self, row: usize, column: &str) -> Result<Option<Day>, Remark> {
        self.cell(row, column)
            .map(|cell| {
                day(cell, self.guess.order, Century::Other, self.today)
                    .map_err(|why| self.reject(row, column, why, "write it as 2026-03-02"))
            })
            .transpose()
    }

    fn needed_day(&self, row: usize, column: &str) -> Result<Day, Remark> {
        self.day_of(row, column)?.ok_or_else(|| self.reject(row, column, "empty", "fill it in"))
    }

    /// A day, or a day and a time: the day's first instant, or the first one after it.
    fn moment_of(&self, row: usize, column: &str, after: bool) -> Result<Option<Moment>, Remark> {
        let Some(on) = self.day_of(row, column)? else { return Ok(None) };
        let cell = self.cell(row, column).unwrap_or_default();
        let time = minute(cell).filter(|_| cell.contains(':'));
        let zone = self.settings.zone;
        Ok(Some(match time {
            Some(minute) => zone.moment(on, minute),
            None => zone.midnight(if after { on.plus(1) } else { on }),
        }))
    }

    fn needed_moment(&self, row: usize, column: &str, after: bool) -> Result<Moment, Remark> {
        self.moment_of(row, column, after)?.ok_or_else(|| self.reject(row, column, "empty", "fill it in"))
    }

    fn client_named(&self, row: usize) -> Result<(String, Kind, String), Remark> {
        Ok(("client".to_owned(), Kind::Client, self.key(row, "mrn")?))
    }

    fn staff_named(&self, row: usize) -> Result<(String, Kind, String), Remark> {
        Ok(("staff".to_owned(), Kind::Staff, self.key(row, "staff_id")?))
    }

    fn one(
        &self,
        row: usize,
        kind: Kind,
        identifier: String,
        fields: Fields,
        refs: Vec<(String, Kind, String)>,
    ) -> Vec<Incoming> {
        vec![Incoming { kind, identifier, fields, refs, place: self.table.place(row) }]
    }

    pub(super) fn authorization(&mut self, row: usize) -> Result<Vec<Incoming>, Remark> {
        let client = self.client_named(row)?;
        let key = match self.cell(row, "number") {
            Some(number) if self.cell(row, "authorization_id").is_none() => {
                // One number may stand for several services.
                let service = self.cell(row, "service").unwrap_or_default();
                self.within(row, "number", format!("{number}|{service}"))?
            }
            _ => self.known_by(row, "authorization_id", &["mrn", "payer", "service", "discipline", "from"])?,
        };
        let mut f = Fields::none();
        self.set_text::<80>(&mut f, row, "payer", "payer")?;
        self.set_text::<60>(&mut f, row, "number", "number")?;
        self.set_text::<80>(&mut f, row, "service", "service")?;
        if let Some(cell) = self.cell(row, "discipline") {
            match of_words(cell) {
                Some(discipline) => f.set("discipline", &Some(discipline)),
                None => self.note(row, "discipline", "not known: taken as all of them"),
            }
        }
        let number = |column: &str, most: u32| match self.cell(row, column) {
            None => Ok(None),
            Some(cell) => {
                let whole = cell.trim().trim_end_matches(".0").trim_end_matches(".00").replace(',', "");
                let found = whole.parse::<u32>().ok().filter(|n| (1..=most).contains(n));
                found.map(Some).ok_or_else(|| {
                    self.reject(row, column, "no whole number", &format!("write a number from 1 to {most}"))
                })
            }
        };
        let units = number("units", 1_000_000)?.ok_or_else(|| self.reject(row, "units", "empty", "fill it in"))?;
        f.set("units", &units);
        if let Some(minutes) = number("unit_minutes", 1440)? {
            f.set("unit_minutes", &Some(minutes as u16));
        }
        if let Some(cell) = self.cell(row, "per") {
            match per(cell) {
                Some(per) => f.set("per", &per),
                None => return Err(self.reject(row, "per", "not known", "say in all, a month, a week or a day")),
            }
        }
        f.set("from", &self.needed_day(row, "from")?);
        f.set("to", &self.needed_day(row, "to")?);
        Ok(self.one(row, Kind::Authorization, key, f, vec![client]))
    }

    pub(super) fn time_off(&mut self, row: usize) -> Result<Vec<Incoming>, Remark> {
        let staff = self.staff_named(row)?;
        let key = self.known_by(row, "time_off_id", &["staff_id", "from", "to"])?;
        let mut f = Fields::none();
        f.set("from", &self.needed_moment(row, "from", false)?);
        f.set("to", &self.needed_moment(row, "to", true)?);
        if let Some(cell) = self.cell(row, "kind") {
            f.set("kind", &off_kind(cell));
        }
        self.set_text::<200>(&mut f, row, "note", "note")?;
        Ok(self.one(row, Kind::TimeOff, key, f, vec![staff]))
    }

    pub(super) fn hold(&mut self, row: usize) -> Result<Vec<Incoming>, Remark> {
        let client = self.client_named(row)?;
        let key = self.known_by(row, "hold_id", &["mrn", "from"])?;
        let mut f = Fields::none();
        f.set("from", &self.needed_moment(row, "from", false)?);
        if let Some(until) = self.moment_of(row, "to", true)? {
            f.set("until", &Some(until));
        }
        if let Some(on) = self.day_of(row, "expected")? {
            let cell = self.cell(row, "expected").unwrap_or_default();
            let minute = minute(cell).filter(|_| cell.contains(':')).unwrap_or(0);
            f.set("expected", &Some(Civil { day: on, minute, zone: self.settings.zone }));
        }
        if let Some(cell) = self.cell(row, "kind") {
            f.set("kind", &hold_kind(cell));
        }
        self.set_text::<400>(&mut f, row, "note", "note")?;
        Ok(self.one(row, Kind::Hold, key, f, vec![client]))
    }

    pub(super) fn pairing(&mut self, row: usize) -> Result<Vec<Incoming>, Remark> {
        let refs = vec![self.client_named(row)?, self.staff_named(row)?];
        let key = self.known_by(row, "pairing_id", &["mrn", "staff_id"])?;
        let mut f = Fields::none();
        let cell = self.cell(row, "wish").unwrap_or_default();
        match wish(cell) {
            Some(wish) => f.set("wish", &wish),
            None => return Err(self.reject(row, "wish", "not known", "say preferred or not together")),
        }
        if let Some(cell) = self.cell(row, "by") {
            match WishedBy::from_word(cell) {
                Some(by) => f.set("by", &by),
                None => self.note(row, "by", "not one of client, caregiver, agency"),
            }
        }
        self.set_text::<200>(&mut f, row, "reason", "reason")?;
        Ok(self.one(row, Kind::Pairing, key, f, refs))
    }

    pub(super) fn appointment(&mut self, row: usize) -> Result<Vec<Incoming>, Remark> {
        let client = self.client_named(row)?;
        let key = self.known_by(row, "appointment_id", &["mrn", "date", "start"])?;
        let on = self.needed_day(row, "date")?;
        let start = self.cell(row, "start").ok_or_else(|| self.reject(row, "start", "empty", "fill it in"))?;
        let at = minute(start).ok_or_else(|| self.reject(row, "start", "not a time", "write it as 08:30"))?;
        let zone = match self.cell(row, "zone") {
            Some(name) => Zone::parse(name)
                .ok_or_else(|| self.reject(row, "zone", "not a time zone", "write it as America/New_York"))?,
            None => self.settings.zone,
        };
        let minutes = match (self.cell(row, "minutes"), self.cell(row, "end")) {
            (Some(cell), _) => length(cell),
            (None, Some(end)) => minute(end).map(|e| if e > at { e - at } else { 1440 + e - at }),
            (None, None) => Some(60),
        };
        let minutes = minutes
            .ok_or_else(|| self.reject(row, "end", "not a time or length", "write it as 09:30, or minutes as 60"))?;
        let mut f = Fields::none();
        f.set("start", &Civil { day: on, minute: at, zone });
        f.set("minutes", &minutes);
        if let Some(cell) = self.cell(row, "kind") {
            f.set("kind", &appointment_kind(cell));
        }
        self.set_text::<120>(&mut f, row, "with", "with")?;
        self.set_text::<160>(&mut f, row, "place", "place")?;
        self.set_text::<400>(&mut f, row, "note", "note")?;
        Ok(self.one(row, Kind::Appointment, key, f, vec![client]))
    }

    pub(super) fn position(&mut self, row: usize) -> Result<Vec<Incoming>, Remark> {
        let key = self.known_by(row, "position_id", &["mrn", "staff_id", "postcode"])?;
        let mut f = Fields::none();
        for (column, most) in [("latitude", 90), ("longitude", 180)] {
            let cell = self.cell(row, column).ok_or_else(|| self.reject(row, column, "empty", "fill it in"))?;
            let found = millionths(cell).filter(|n| n.abs() <= most * 1_000_000);
            let degrees = found.ok_or_else(|| {
                self.reject(row, column, "no degrees", &format!("write it as 41.823989, between -{most} and {most}"))
            })?;
            f.set(column, &degrees);
        }
        let refs = self.end(&mut f, row, ["mrn", "staff_id", "postcode"], "")?;
        Ok(self.one(row, Kind::Position, key, f, refs))
    }

    pub(super) fn way(&mut self, row: usize) -> Result<Vec<Incoming>, Remark> {
        let ends = ["from_mrn", "from_staff_id", "from_postcode", "to_mrn", "to_staff_id", "to_postcode"];
        let key = self.known_by(row, "way_id", &ends)?;
        let mut f = Fields::none();
        let cell = self.cell(row, "way_minutes").unwrap_or_default();
        let minutes = cell.trim().parse::<u16>().ok().filter(|n| *n <= 600);
        match minutes {
            Some(minutes) => f.set("minutes", &minutes),
            None => return Err(self.reject(row, "way_minutes", "no minutes", "write a number from 0 to 600")),
        }
        if let Some(cell) = self.cell(row, "miles") {
            let tenths = cell.trim().parse::<f64>().ok().filter(|m| (0.0..=1000.0).contains(m));
            match tenths {
                Some(miles) => f.set("tenths", &((miles * 10.0).round() as u32)),
                None => self.note(row, "miles", "no miles"),
            }
        }
        let mut refs = self.end(&mut f, row, ["from_mrn", "from_staff_id", "from_postcode"], "from.")?;
        refs.extend(self.end(&mut f, row, ["to_mrn", "to_staff_id", "to_postcode"], "to.")?);
        Ok(self.one(row, Kind::KnownWay, key, f, refs))
    }

    pub(super) fn clocking(&mut self, row: usize) -> Result<Vec<Incoming>, Remark> {
        let key = self
            .cell(row, "evv_id")
            .ok_or_else(|| self.reject(row, "evv_id", "empty: which one is this?", "fill it in"))?;
        let key = self.within(row, "evv_id", key.to_owned())?;
        let mut refs = vec![self.client_named(row)?];
        refs.extend(self.cell(row, "staff_id").map(|id| ("staff".to_owned(), Kind::Staff, id.to_owned())));
        let zone = match self.cell(row, "zone") {
            Some(name) => Zone::parse(name)
                .ok_or_else(|| self.reject(row, "zone", "not a time zone", "write it as America/New_York"))?,
            None => self.settings.zone,
        };
        let date = self.day_of(row, "date")?;
        let at = |column: &str| -> Result<Option<Moment>, Remark> {
            let Some(cell) = self.cell(row, column) else { return Ok(None) };
            if let Some(at) = Moment::parse_rfc3339(cell) {
                return Ok(Some(at));
            }
            let time = minute(cell).ok_or_else(|| self.reject(row, column, "not a time", "write it as 08:30"))?;
            let on = day(cell, self.guess.order, Century::Other, self.today).ok().or(date);
            let on = on.ok_or_else(|| self.reject(row, "date", "a time without its day", "fill in the date"))?;
            Ok(Some(zone.moment(on, time)))
        };
        let (began, mut ended) = (at("clock_in")?, at("clock_out")?);
        // A time of day alone, over midnight.
        if let (Some(b), Some(e)) = (began, ended)
            && e < b
            && b.since(e) < 24 * 3_600_000
        {
            let cell = self.cell(row, "clock_out").unwrap_or_default();
            if day(cell, self.guess.order, Century::Other, self.today).is_err() {
                let (on, time) = zone.civil(e);
                ended = Some(zone.moment(on.plus(1), time));
            }
        }
        if let (Some(b), Some(e)) = (began, ended)
            && e < b
        {
            return Err(self.reject(row, "clock_out", "it ends before it begins", "mend one of the two"));
        }
        let late = began.max(ended).is_some_and(|at| at > self.settings.now.plus(3_600_000));
        if late {
            return Err(self.reject(row, "clock_in", "that is in the future", "is the order of the date right?"));
        }
        let mut f = Fields::none();
        f.set("began", &began);
        f.set("ended", &ended);
        self.set_text::<80>(&mut f, row, "service", "service")?;
        self.set_text::<160>(&mut f, row, "place", "place")?;
        Ok(self.one(row, Kind::Clocking, key, f, refs))
    }

    /// One place: a client's, a caregiver's or a postal code's.
    fn end(
        &self,
        f: &mut Fields,
        row: usize,
        [client, staff, postcode]: [&str; 3],
        under: &str,
    ) -> Result<Vec<(String, Kind, String)>, Remark> {
        let given = (self.cell(row, client), self.cell(row, staff), self.cell(row, postcode));
        match given {
            (Some(mrn), None, None) => Ok(vec![(format!("{under}client"), Kind::Client, mrn.to_owned())]),
            (None, Some(id), None) => Ok(vec![(format!("{under}staff"), Kind::Staff, id.to_owned())]),
            (None, None, Some(code)) => {
                let text =
                    Text::<20>::new(code).map_err(|e| self.reject(row, postcode, e.to_string(), "shorten it"))?;
                f.set(&format!("{under}postcode"), &text);
                Ok(Vec::new())
            }
            _ => {
                let why = format!("one of {client}, {staff}, {postcode} says where, and no other");
                Err(self.reject(row, client, why, "fill in one of them"))
            }
        }
    }
}

/// Degrees in millionths: `41.823989`.
fn millionths(cell: &str) -> Option<i32> {
    let degrees: f64 = cell.trim().parse().ok()?;
    (degrees.is_finite() && degrees.abs() <= 180.0).then(|| (degrees * 1e6).round() as i32)
}

fn per(cell: &str) -> Option<AuthorizedPer> {
    AuthorizedPer::from_word(cell).or_else(|| match fold(cell).as_str() {
        "total" | "all" | "whole" | "authorization" => Some(AuthorizedPer::Whole),
        "month" | "monthly" | "per month" => Some(AuthorizedPer::Month),
        "week" | "weekly" | "per week" => Some(AuthorizedPer::Week),
        "day" | "daily" | "per day" => Some(AuthorizedPer::Day),
        _ => None,
    })
}

fn wish(cell: &str) -> Option<Wish> {
    Wish::from_word(cell).or_else(|| match fold(cell).as_str() {
        "prefers" | "prefer" | "yes" | "wanted" | "requested" => Some(Wish::Preferred),
        "excluded" | "exclude" | "do not send" | "dns" | "do not schedule" | "no" | "blocked" => Some(Wish::Excluded),
        _ => None,
    })
}

/// Which kind of time off a word says; the plain one where none is known.
pub(in crate::exchange) fn off_kind(text: &str) -> TimeOffKind {
    if let Some(kind) = TimeOffKind::from_word(text) {
        return kind;
    }
    let text = fold(text);
    let has = |words: &[&str]| words.iter().any(|w| text.contains(w));
    if has(&["vacation", "holiday", "pto"]) {
        TimeOffKind::Vacation
    } else if has(&["sick", "ill"]) {
        TimeOffKind::Sick
    } else if has(&["training", "in service", "inservice", "class", "course"]) {
        TimeOffKind::Training
    } else if has(&["leave", "fmla", "maternity", "bereavement", "jury"]) {
        TimeOffKind::Leave
    } else if has(&["on call", "oncall", "standby", "stand by"]) {
        TimeOffKind::OnCall
    } else {
        TimeOffKind::Other
    }
}

fn hold_kind(text: &str) -> HoldKind {
    if let Some(kind) = HoldKind::from_word(text) {
        return kind;
    }
    let text = fold(text);
    if text.contains("hosp") || text.contains("inpatient") {
        HoldKind::Hospital
    } else if text == "er" || text == "ed" || text.contains("emergency") || text.contains("observation") {
        HoldKind::EmergencyRoom
    } else if text.contains("respite") {
        HoldKind::Respite
    } else if text.contains("away") || text.contains("vacation") || text.contains("travel") {
        HoldKind::Away
    } else {
        HoldKind::Other
    }
}

/// Which kind of appointment a word says; the plain one where none is known.
pub(in crate::exchange) fn appointment_kind(text: &str) -> AppointmentKind {
    if let Some(kind) = AppointmentKind::from_word(text) {
        return kind;
    }
    let text = fold(text);
    let has = |words: &[&str]| words.iter().any(|w| text.contains(w));
    if has(&["dialysis"]) {
        AppointmentKind::Dialysis
    } else if has(&["therapy", "rehab"]) {
        AppointmentKind::Therapy
    } else if has(&["transport", "ride", "pick up", "ambulette"]) {
        AppointmentKind::Transport
    } else if has(&["dr ", "doctor", "physician", "clinic", "pcp", "md", "cardiolog", "oncolog", "checkup", "check up"])
    {
        AppointmentKind::Physician
    } else {
        AppointmentKind::Other
    }
}
