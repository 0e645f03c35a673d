//! Regulatory clocks: dated, cited data, and the windows that follow from a client's dates.
//!
//! Where a day starts to count is a field of each clock: the start of care is day 1 of the 60-day period, and day 0 of
//! the five days for the comprehensive assessment.

use super::triage::facts::{InitialBasis, WindowKind};
use crate::domain::attention::{AlertKey, AlertSource};
use crate::domain::client::{Client, ClientStatus};
use crate::domain::ids::{ClientId, StayId};
use crate::domain::staff::Discipline;
use crate::domain::time::{DAY, Day, HOUR, Moment, Zone};
use crate::domain::visit::Stay;
use serde::Deserialize;
use std::fmt;

/// Days in a certification period (42 CFR 484.55(d)(1), 424.22(b): every 60 days).
pub const PERIOD: i32 = 60;

/// Whether the first day counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Origin {
    /// The day it starts from is day 0.
    Day0,
    /// It is day 1.
    Day1,
}

/// A clock.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Clock {
    /// Its id: `recert.assess`.
    pub id: String,
    /// What it asks for.
    pub text: String,
    /// Whether the first day counts.
    pub origin: Origin,
    /// First and last day within a period of so many days, for a window that repeats.
    pub window: Option<(i32, i32, i32)>,
    /// Calendar days it gives.
    pub days: Option<i32>,
    /// Hours it gives.
    pub hours: Option<i64>,
    /// Shortest stay, in hours, that starts it.
    pub stay_hours: Option<i64>,
    /// Disciplines whose visit can satisfy it.
    pub by: Vec<Discipline>,
    /// Where it is written.
    pub citation: String,
    /// How well its text was read: V, V2 or G.
    pub mark: String,
    /// In force since.
    pub from: Day,
    /// When its text was read.
    pub checked: Day,
    /// Days after its end for which it is still derived when nobody has accounted for it.
    pub shown: i32,
}

impl Clock {
    /// The disciplines that can satisfy it, for a text: `RN`, or `RN/PT/OT/SLP`.
    pub fn by_words(&self) -> String {
        self.by.iter().map(|d| d.word()).collect::<Vec<_>>().join("/")
    }
}

/// All clocks of a version.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Clocks {
    /// The word for this version.
    pub version: String,
    list: Vec<Clock>,
}

/// Why a file of clocks could not be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClocksError(String);

impl fmt::Display for ClocksError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "clocks: {}", self.0)
    }
}

impl std::error::Error for ClocksError {}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawFile {
    version: String,
    clock: Vec<RawClock>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawClock {
    id: String,
    text: String,
    origin: Origin,
    period: Option<i32>,
    first_day: Option<i32>,
    last_day: Option<i32>,
    days: Option<i32>,
    hours: Option<i64>,
    stay_hours: Option<i64>,
    by: Vec<String>,
    citation: String,
    mark: String,
    from: toml::value::Datetime,
    checked: toml::value::Datetime,
    shown: i32,
}

impl RawClock {
    fn read(self) -> Result<Clock, ClocksError> {
        let wrong = |what: &str| ClocksError(format!("{}: {what}", self.id));
        let day = |d: &toml::value::Datetime| {
            d.date.and_then(|d| Day::from_ymd(i32::from(d.year), u32::from(d.month), u32::from(d.day)))
        };
        let window = match (self.first_day, self.last_day, self.period) {
            (None, None, None) => None,
            (Some(first), Some(last), Some(period)) if 1 <= first && first <= last && last <= period => {
                Some((first, last, period))
            }
            _ => return Err(wrong("first_day, last_day and period belong together and in order")),
        };
        let by =
            self.by.iter().map(|w| Discipline::from_word(w).ok_or_else(|| wrong(&format!("{w} is no discipline"))));
        Ok(Clock {
            by: by.collect::<Result<_, _>>()?,
            from: day(&self.from).ok_or_else(|| wrong("from is a date"))?,
            checked: day(&self.checked).ok_or_else(|| wrong("checked is a date"))?,
            id: self.id.clone(),
            text: self.text,
            origin: self.origin,
            window,
            days: self.days,
            hours: self.hours,
            stay_hours: self.stay_hours,
            citation: self.citation,
            mark: self.mark,
            shown: self.shown,
        })
    }
}

/// A window that follows from a client's dates.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Window {
    /// The alert it would be.
    pub key: AlertKey,
    /// Which clock.
    pub kind: WindowKind,
    /// First day that counts.
    pub opens_day: Day,
    /// Last day that counts.
    pub closes_day: Day,
    /// First instant that counts.
    pub opens: Moment,
    /// The instant at which it is too late.
    pub due: Moment,
}

/// The clock of an initial visit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct InitialVisit {
    /// The alert it would be.
    pub key: AlertKey,
    /// From what it runs.
    pub basis: InitialBasis,
    /// First instant that counts.
    pub opens: Moment,
    /// The instant at which it is too late.
    pub due: Moment,
}

/// The id of the clock of a window.
pub fn clock_id(kind: WindowKind) -> &'static str {
    match kind {
        WindowKind::Recert => "recert.assess",
        WindowKind::SocAssessment => "soc.comp",
        WindowKind::Roc => "roc.assess",
        WindowKind::Reassessment => "reassessment",
    }
}

/// The source of an alert about a window.
pub fn window_source(kind: WindowKind) -> AlertSource {
    match kind {
        WindowKind::Recert => AlertSource::Recert,
        WindowKind::SocAssessment => AlertSource::SocAssessment,
        WindowKind::Roc => AlertSource::Roc,
        WindowKind::Reassessment => AlertSource::Reassessment,
    }
}

/// The id of the clock of an initial visit.
pub const INITIAL_VISIT: &str = "soc.initial";

/// The day of the 60-day period, 1–60, with the start of care as day 1 (42 CFR 484.55(d)(1); the OASIS convention of
/// days 56–60). None before the start of care.
pub fn period_day(soc: Day, day: Day) -> Option<u8> {
    let since = day.since(soc);
    (since >= 0).then(|| (since % PERIOD + 1) as u8)
}

impl Clocks {
    /// The clocks that caseload ships.
    pub fn embedded() -> Result<Self, ClocksError> {
        Self::parse(include_str!("packs/clocks.toml"))
    }

    /// Reads a file of clocks.
    pub fn parse(text: &str) -> Result<Self, ClocksError> {
        let raw: RawFile = toml::from_str(text).map_err(|e| ClocksError(e.to_string()))?;
        let list = raw.clock.into_iter().map(RawClock::read).collect::<Result<Vec<_>, _>>()?;
        for id in WindowKind::ALL.iter().map(|k| clock_id(*k)).chain([INITIAL_VISIT]) {
            if !list.iter().any(|c| c.id == id) {
                return Err(ClocksError(format!("{id} is missing")));
            }
        }
        Ok(Self { version: raw.version, list })
    }

    /// A clock by its id.
    pub fn get(&self, id: &str) -> Option<&Clock> {
        self.list.iter().find(|c| c.id == id)
    }

    /// All of them.
    pub fn all(&self) -> &[Clock] {
        &self.list
    }

    /// The recertification windows around a day: that of the current period, the next one, and that of the period
    /// before, which nobody may have done. `certified_from` is the first day of the certification on record: when it is
    /// not before this period, the window before was done.
    ///
    /// A client who was entered after a window had closed has its story elsewhere: leave out windows that closed before
    /// her record was made.
    pub fn recert(
        &self,
        client: ClientId,
        soc: Day,
        certified_from: Option<Day>,
        zone: Zone,
        today: Day,
    ) -> Vec<Window> {
        let Some((clock, (first, last, period))) =
            self.get(clock_id(WindowKind::Recert)).and_then(|c| c.window.map(|w| (c, w)))
        else {
            return Vec::new();
        };
        let current = today.since(soc).div_euclid(period);
        let shift = i32::from(clock.origin == Origin::Day1);
        (current - 1..=current + 1)
            .filter(|n| *n >= 0)
            .map(|n| {
                let start = soc.plus(n * period);
                (start.plus(first - shift), start.plus(last - shift), start.plus(period))
            })
            .filter(|(_, closes, after)| {
                today <= *closes || (today.since(*closes) <= clock.shown && certified_from.is_none_or(|c| c < *after))
            })
            .map(|(opens, closes, _)| days(WindowKind::Recert, client.0, i64::from(opens.0), opens, closes, zone))
            .collect()
    }

    /// The window of the comprehensive assessment: the start of care (day 0) and the five days after it
    /// (42 CFR 484.55(b)(1)); none once it is long past.
    pub fn soc_assessment(&self, client: ClientId, soc: Day, zone: Zone, today: Day) -> Option<Window> {
        let clock = self.get(clock_id(WindowKind::SocAssessment))?;
        let closes = soc.plus(clock.days?);
        (today.since(closes) <= clock.shown)
            .then(|| days(WindowKind::SocAssessment, client.0, i64::from(soc.0), soc, closes, zone))
    }

    /// The resumption of care after a stay: 48 h from the return home, after an inpatient stay of at least 24 h
    /// (42 CFR 484.55(d)(2)); an emergency-room visit or an observation day starts nothing.
    pub fn roc(&self, id: StayId, stay: &Stay, zone: Zone, now: Moment) -> Option<Window> {
        let clock = self.get(clock_id(WindowKind::Roc))?;
        let home = stay.home_at?;
        let stayed = stay.until.unwrap_or(home).since(stay.from);
        let due = home.plus(clock.hours? * HOUR);
        if !stay.inpatient
            || stay.history
            || stayed < clock.stay_hours? * HOUR
            || now.since(due) > i64::from(clock.shown) * DAY
        {
            return None;
        }
        Some(Window {
            key: AlertKey { source: AlertSource::Roc, subject: id.0, occurrence: home.0 },
            kind: WindowKind::Roc,
            opens_day: zone.day(home),
            closes_day: zone.day(due),
            opens: home,
            due,
        })
    }

    /// The initial visit of a referral: on the ordered start-of-care date, else within 48 h of the return home, else
    /// within 48 h of the referral (42 CFR 484.55(a)(1)). Only while the client is a referral.
    pub fn initial_visit(&self, id: ClientId, client: &Client, zone: Zone, now: Moment) -> Option<InitialVisit> {
        let clock = self.get(INITIAL_VISIT)?;
        if client.status != ClientStatus::Referral {
            return None;
        }
        let gives = clock.hours? * HOUR;
        let (basis, opens, due) = match (client.ordered_soc, client.home_expected, client.referred) {
            (Some(day), _, _) => (InitialBasis::OrderedDay, zone.midnight(day), zone.midnight(day.plus(1))),
            (None, Some(home), _) => (InitialBasis::ReturnHome, home.moment(), home.moment().plus(gives)),
            (None, None, Some(at)) => (InitialBasis::Referral, at, at.plus(gives)),
            (None, None, None) => return None,
        };
        let occurrence = client.referred.unwrap_or(opens).0;
        (now.since(due) <= i64::from(clock.shown) * DAY).then_some(InitialVisit {
            key: AlertKey { source: AlertSource::Referral, subject: id.0, occurrence },
            basis,
            opens,
            due,
        })
    }

    /// The recertification and SOC windows of a client on service. Her start of care anchors them; where only the
    /// certification is known, its first day does.
    pub fn windows(&self, id: ClientId, client: &Client, zone: Zone, today: Day) -> Vec<Window> {
        if !client.on_service() {
            return Vec::new();
        }
        let mut out = Vec::new();
        if let Some(anchor) = client.soc.or(client.cert_from) {
            out.extend(self.recert(id, anchor, client.cert_from, zone, today));
        }
        out.extend(client.soc.and_then(|soc| self.soc_assessment(id, soc, zone, today)));
        out
    }
}

fn days(kind: WindowKind, subject: [u8; 16], occurrence: i64, opens: Day, closes: Day, zone: Zone) -> Window {
    Window {
        key: AlertKey { source: window_source(kind), subject, occurrence },
        kind,
        opens_day: opens,
        closes_day: closes,
        opens: zone.midnight(opens),
        due: zone.midnight(closes.plus(1)),
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::domain::ids::OfficeId;
    use crate::domain::person::Name;
    use crate::domain::text::Text;
    use crate::domain::time::Civil;
    use proptest::prelude::*;

    fn zone() -> Zone {
        Zone::parse("America/New_York").unwrap()
    }

    fn day(text: &str) -> Day {
        Day::parse_iso(text).unwrap()
    }

    fn at(text: &str) -> Moment {
        Moment::parse_rfc3339(text).unwrap()
    }

    fn iso(windows: &[Window]) -> Vec<String> {
        windows.iter().map(|w| format!("{}..{}", w.opens_day.iso(), w.closes_day.iso())).collect()
    }

    #[test]
    fn the_day_of_soc_is_day_one() {
        let soc = day("2026-01-03");
        assert_eq!(period_day(soc, soc), Some(1));
        assert_eq!(period_day(soc, day("2026-03-02")), Some(59));
        assert_eq!(period_day(soc, day("2026-03-03")), Some(60));
        assert_eq!(period_day(soc, day("2026-03-04")), Some(1));
        assert_eq!(period_day(soc, day("2026-01-02")), None);
    }

    #[test]
    fn recert_is_days_56_to_60_with_soc_as_day_one() {
        let clocks = Clocks::embedded().unwrap();
        let soc = day("2026-01-03");
        let windows = clocks.recert(ClientId([1; 16]), soc, None, zone(), day("2026-03-02"));
        assert_eq!(iso(&windows), ["2026-02-27..2026-03-03", "2026-04-28..2026-05-02"]);
        assert_eq!(windows[0].opens_day.since(soc), 55);
        assert_eq!(windows[0].closes_day.since(soc), 59);
        assert_eq!(windows[0].due, at("2026-03-04T00:00:00-05:00"));
        // The day the clocks change lies in the second period; its window still closes at a midnight.
        assert_eq!(windows[1].due, at("2026-05-03T00:00:00-04:00"));
        assert_eq!(windows[0].key.occurrence, i64::from(day("2026-02-27").0));
    }

    #[test]
    fn a_window_that_nobody_did_does_not_close_by_itself() {
        let clocks = Clocks::embedded().unwrap();
        let soc = day("2026-01-03");
        let today = day("2026-03-05");
        let windows = clocks.recert(ClientId([1; 16]), soc, Some(soc), zone(), today);
        assert_eq!(iso(&windows)[0], "2026-02-27..2026-03-03");
        let renewed = clocks.recert(ClientId([1; 16]), soc, Some(day("2026-03-04")), zone(), today);
        assert_eq!(iso(&renewed)[0], "2026-04-28..2026-05-02");
    }

    #[test]
    fn soc_plus_five_counts_soc_as_day_zero() {
        let clocks = Clocks::embedded().unwrap();
        let soc = day("2026-03-02");
        let w = clocks.soc_assessment(ClientId([1; 16]), soc, zone(), soc).unwrap();
        assert_eq!((w.opens_day, w.closes_day), (soc, day("2026-03-07")));
        assert_eq!(clocks.soc_assessment(ClientId([1; 16]), soc, zone(), day("2026-05-01")), None);
    }

    #[test]
    fn roc_runs_48_hours_from_the_return_home_across_the_spring_hour() {
        let clocks = Clocks::embedded().unwrap();
        let stay = Stay {
            client: ClientId([1; 16]),
            facility: Text::default(),
            from: at("2026-03-04T10:00:00-05:00"),
            until: Some(at("2026-03-07T14:00:00-05:00")),
            inpatient: true,
            home_at: Some(at("2026-03-07T15:00:00-05:00")),
            history: false,
        };
        let now = stay.home_at.unwrap();
        let w = clocks.roc(StayId([2; 16]), &stay, zone(), now).unwrap();
        // The night to 8 March has 23 hours.
        assert_eq!(w.due, at("2026-03-09T16:00:00-04:00"));
        let emergency_room = Stay { inpatient: false, ..stay.clone() };
        assert_eq!(clocks.roc(StayId([2; 16]), &emergency_room, zone(), now), None);
        let short = Stay { until: Some(stay.from.plus(23 * HOUR)), ..stay.clone() };
        assert_eq!(clocks.roc(StayId([2; 16]), &short, zone(), now), None);
        let still_there = Stay { home_at: None, ..stay };
        assert_eq!(clocks.roc(StayId([2; 16]), &still_there, zone(), now), None);
    }

    #[test]
    fn the_initial_visit_takes_the_ordered_day_then_the_return_home_then_the_referral() {
        let clocks = Clocks::embedded().unwrap();
        let id = ClientId([1; 16]);
        let now = at("2026-03-02T09:00:00-05:00");
        let mut client = Client::new(OfficeId([0; 16]), Name::default());
        client.status = ClientStatus::Referral;
        assert_eq!(clocks.initial_visit(id, &client, zone(), now), None);
        client.referred = Some(now);
        let by_referral = clocks.initial_visit(id, &client, zone(), now).unwrap();
        assert_eq!((by_referral.basis, by_referral.due), (InitialBasis::Referral, now.plus(48 * HOUR)));
        client.home_expected = Some(Civil { day: day("2026-03-03"), minute: 600, zone: zone() });
        let by_home = clocks.initial_visit(id, &client, zone(), now).unwrap();
        assert_eq!((by_home.basis, by_home.due), (InitialBasis::ReturnHome, at("2026-03-05T10:00:00-05:00")));
        client.ordered_soc = Some(day("2026-03-04"));
        let by_order = clocks.initial_visit(id, &client, zone(), now).unwrap();
        assert_eq!((by_order.basis, by_order.due), (InitialBasis::OrderedDay, at("2026-03-05T00:00:00-05:00")));
        client.status = ClientStatus::Active;
        assert_eq!(clocks.initial_visit(id, &client, zone(), now), None);
    }

    #[test]
    fn clients_off_service_have_no_windows() {
        let clocks = Clocks::embedded().unwrap();
        let mut client = Client::new(OfficeId([0; 16]), Name::default());
        client.soc = Some(day("2026-01-03"));
        assert_eq!(clocks.windows(ClientId([1; 16]), &client, zone(), day("2026-01-05")).len(), 3);
        client.status = ClientStatus::Discharged;
        assert!(clocks.windows(ClientId([1; 16]), &client, zone(), day("2026-01-05")).is_empty());
    }

    #[test]
    fn every_clock_has_its_citation() {
        for clock in Clocks::embedded().unwrap().all() {
            assert!(!clock.citation.is_empty() && ["V", "V2", "G"].contains(&clock.mark.as_str()), "{}", clock.id);
        }
    }

    proptest! {
        #![proptest_config(proptest::prelude::ProptestConfig { rng_seed: proptest::test_runner::RngSeed::Fixed(0x5eed), ..proptest::prelude::ProptestConfig::default() })]

        #[test]
        fn period_days_and_windows_agree(soc in 10_000_i32..30_000, after in 0_i32..2_000) {
            let clocks = Clocks::embedded().unwrap();
            let (soc, today) = (Day(soc), Day(soc + after));
            let n = period_day(soc, today).unwrap();
            prop_assert!((1..=60).contains(&n));
            let windows = clocks.recert(ClientId([1; 16]), soc, None, zone(), today);
            let inside = windows.iter().any(|w| w.opens_day <= today && today <= w.closes_day);
            prop_assert_eq!(inside, n >= 56);
        }
    }
}
