//! The rules of coverage as data: hours, travel, who may stand in for whom, what somebody must be signed off for.

use super::travel::{KnownWays, Speed};
use crate::domain::client::Need;
use crate::domain::coverage::Weight;
use crate::domain::search::fold;
use crate::domain::staff::Discipline;
use crate::domain::time::Day;
use serde::Deserialize;
use std::collections::BTreeMap;

const EMBEDDED: &str = include_str!("../packs/coverage.toml");

/// The rules of coverage.
#[derive(Debug, Clone, PartialEq)]
pub struct CoveragePolicy {
    /// The word for this version.
    pub version: String,
    /// In force since.
    pub from: Day,
    /// Minutes of a Sunday-to-Saturday week above which hours are overtime.
    pub overtime: u32,
    /// Where that is written.
    pub overtime_citation: String,
    /// Minutes of a day above which hours are overtime as well, where a state has it so.
    pub overtime_day: Option<u32>,
    /// Shortest rest between shifts, in minutes.
    pub rest: u32,
    /// Minutes from door to door within a postal code, within a town, and elsewhere.
    pub travel: [u32; 3],
    /// Minutes later than planned that are only said.
    pub late: u32,
    /// How much longer a road is than the straight line.
    pub road_factor: f64,
    /// Minutes for parking and the door, with each way that is reckoned.
    pub at_the_door: u32,
    /// Miles an hour over a long way.
    pub(super) fastest: f64,
    pub(super) speeds: Vec<Speed>,
    /// The ways that are known better; they are the agency's records, not this file's.
    pub ways: KnownWays,
    /// What is done when nobody opens the door, one after the other.
    pub door: Vec<DoorRule>,
    /// Minutes after which an offer without an answer has expired.
    pub expire: u32,
    /// Minutes of a day above which somebody has to agree.
    pub most_day: u32,
    /// Minutes of a week above which somebody has to agree.
    pub most_week: u32,
    stand_ins: Vec<(Discipline, Vec<Discipline>)>,
    skills: Vec<Skill>,
    homes: Vec<HomeRule>,
    once_a_day: Vec<Discipline>,
    /// What a rule weighs here; none where it is not asked at all.
    weights: BTreeMap<String, Option<Weight>>,
}

/// Rules whose weight an agency may set.
const WEIGHED: [&str; 18] = [
    "cover.authorized",
    "cover.credential",
    "cover.discipline",
    "cover.excluded",
    "cover.gender",
    "cover.hours_unknown",
    "cover.most_hours",
    "cover.not_home",
    "cover.off",
    "cover.on_call",
    "cover.overtime",
    "cover.pets",
    "cover.rest",
    "cover.same_day",
    "cover.skill",
    "cover.smoking",
    "cover.time_off",
    "cover.unauthorized",
];

/// What in a home does not go with whom.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HomeRule {
    /// Its name: `cover.pets`.
    pub rule: String,
    words: Vec<String>,
    limits: Vec<String>,
    wants: Vec<String>,
}

impl HomeRule {
    /// The word of this rule that stands in what is said of the home, whole.
    pub fn word_in(&self, hazard: &str) -> Option<&str> {
        let text = format!(" {hazard} ");
        self.words.iter().find(|w| text.contains(&format!(" {w} "))).map(String::as_str)
    }

    /// Why somebody of whom this is said does not go there.
    pub fn against(&self, skills: &[String]) -> Option<String> {
        if let Some(limit) = self.limits.iter().find(|l| skills.contains(l)) {
            return Some(limit.clone());
        }
        let wanted = self.wants.first().filter(|_| !self.wants.iter().any(|w| skills.contains(w)))?;
        Some(format!("not recorded as {wanted}"))
    }
}

/// One step when nobody opens the door.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DoorRule {
    /// What to do.
    pub what: String,
    /// Whom to call for it.
    pub call: DoorCall,
}

/// Whose number a step needs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DoorCall {
    /// Nobody's.
    Nobody,
    /// The client's own.
    Client,
    /// Her family's.
    Family,
    /// Her physician's.
    Physician,
    /// This number.
    Number(String),
}

/// Steps that one card shows.
const DOOR_STEPS: usize = 8;

/// What somebody must be signed off for.
#[derive(Debug, Clone, PartialEq)]
struct Skill {
    name: String,
    needs: Vec<Need>,
    services: Vec<String>,
    of: Vec<Discipline>,
    granted: Vec<Discipline>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Raw {
    version: String,
    from: String,
    hours: RawHours,
    travel: RawTravel,
    #[serde(default)]
    offers: RawOffers,
    #[serde(default)]
    stand_in: Vec<RawStandIn>,
    #[serde(default)]
    skill: Vec<RawSkill>,
    #[serde(default)]
    door: Vec<RawDoor>,
    #[serde(default)]
    home: Vec<RawHome>,
    #[serde(default)]
    once_a_day: RawOnce,
    #[serde(default)]
    weights: BTreeMap<String, String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawHome {
    rule: String,
    words: Vec<String>,
    #[serde(default)]
    limits: Vec<String>,
    #[serde(default)]
    wants: Vec<String>,
    #[serde(rename = "mark")]
    _mark: String,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct RawOnce {
    of: Vec<String>,
    #[serde(rename = "mark")]
    _mark: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawDoor {
    step: String,
    #[serde(default)]
    call: String,
    #[serde(rename = "mark")]
    _mark: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawHours {
    overtime_week_minutes: u32,
    overtime_citation: String,
    overtime_day_minutes: Option<u32>,
    #[serde(rename = "overtime_mark")]
    _overtime_mark: String,
    rest_minutes: u32,
    #[serde(default = "most_day")]
    most_day_minutes: u32,
    #[serde(default = "most_week")]
    most_week_minutes: u32,
    #[serde(rename = "rest_mark")]
    _rest_mark: String,
}

/// Hours of a day and of a week in a file that does not say them.
fn most_day() -> u32 {
    12 * 60
}

fn most_week() -> u32 {
    60 * 60
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawTravel {
    same_postcode: u32,
    same_town: u32,
    elsewhere: u32,
    late_minutes: u32,
    #[serde(rename = "mark")]
    _mark: String,
    // Files that were adopted before ways were reckoned go on without these.
    #[serde(default = "road_factor")]
    road_factor: f64,
    #[serde(default = "at_the_door")]
    at_the_door: u32,
    #[serde(default = "fastest")]
    mph: f64,
    #[serde(default)]
    speed: Vec<RawSpeed>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawSpeed {
    #[serde(default)]
    area: String,
    within_miles: f64,
    mph: f64,
}

fn road_factor() -> f64 {
    1.3
}

fn at_the_door() -> u32 {
    2
}

fn fastest() -> f64 {
    40.0
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawOffers {
    expire_minutes: u32,
    #[serde(rename = "mark")]
    _mark: String,
}

impl Default for RawOffers {
    fn default() -> Self {
        Self { expire_minutes: 60, _mark: "G".to_owned() }
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawStandIn {
    #[serde(rename = "for")]
    of: String,
    by: Vec<String>,
    #[serde(rename = "mark")]
    _mark: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawSkill {
    skill: String,
    #[serde(default)]
    needs: Vec<String>,
    #[serde(default)]
    services: Vec<String>,
    #[serde(default)]
    of: Vec<String>,
    #[serde(default)]
    granted: Vec<String>,
    #[serde(rename = "mark")]
    _mark: String,
}

impl CoveragePolicy {
    /// The rules that come with caseload.
    pub fn embedded() -> Result<Self, String> {
        Self::parse(EMBEDDED)
    }

    /// Reads a file of rules, or says what is wrong in it and where.
    pub fn parse(text: &str) -> Result<Self, String> {
        let raw: Raw = toml::from_str(text).map_err(|e| e.to_string())?;
        let from =
            Day::parse_iso(&raw.from).ok_or_else(|| format!("from: `{}` is no day; write 2026-01-31", raw.from))?;
        if !(60..=168 * 60).contains(&raw.hours.overtime_week_minutes) {
            return Err("hours.overtime_week_minutes: a week has between 60 and 10080 minutes".to_owned());
        }
        if raw.hours.overtime_day_minutes.is_some_and(|m| !(60..=24 * 60).contains(&m)) {
            return Err("hours.overtime_day_minutes: a day has between 60 and 1440 minutes".to_owned());
        }
        if raw.hours.rest_minutes > 24 * 60 {
            return Err("hours.rest_minutes: at most 1440".to_owned());
        }
        let travel = [raw.travel.same_postcode, raw.travel.same_town, raw.travel.elsewhere];
        if travel.iter().chain([&raw.travel.late_minutes]).any(|m| *m > 600) {
            return Err("travel: at most 600 minutes each".to_owned());
        }
        if !(1.0..=3.0).contains(&raw.travel.road_factor) {
            return Err("travel.road_factor: between 1 and 3".to_owned());
        }
        if raw.travel.at_the_door > 60 {
            return Err("travel.at_the_door: at most 60 minutes".to_owned());
        }
        let mph = |place: &str, mph: f64| {
            let fits = (1.0..=100.0).contains(&mph);
            if fits { Ok(mph) } else { Err(format!("{place}: between 1 and 100 miles an hour")) }
        };
        let fastest = mph("travel.mph", raw.travel.mph)?;
        let mut speeds = Vec::new();
        for (n, speed) in raw.travel.speed.iter().enumerate() {
            let place = format!("travel.speed {}", n + 1);
            if !(0.1..=1000.0).contains(&speed.within_miles) {
                return Err(format!("{place}: within_miles is between 0.1 and 1000"));
            }
            let mph = mph(&place, speed.mph)?;
            speeds.push(Speed { area: fold(speed.area.trim()), within: speed.within_miles, mph });
        }
        if !(1..=7 * 24 * 60).contains(&raw.offers.expire_minutes) {
            return Err("offers.expire_minutes: between 1 and 10080".to_owned());
        }
        let mut stand_ins = Vec::new();
        for (n, rule) in raw.stand_in.iter().enumerate() {
            let place = format!("stand_in {}", n + 1);
            stand_ins.push((discipline(&place, &rule.of)?, disciplines(&place, &rule.by)?));
        }
        let mut skills = Vec::new();
        for rule in raw.skill {
            let place = format!("skill `{}`", rule.skill);
            let need = |word: &String| {
                let found = Need::ALL.iter().copied().find(|n| n.word() == word);
                found.ok_or_else(|| format!("{place}: `{word}` is no need of a client"))
            };
            if rule.needs.is_empty() && rule.services.is_empty() {
                return Err(format!("{place}: says neither `needs` nor `services`, so it would never be asked for"));
            }
            skills.push(Skill {
                needs: rule.needs.iter().map(need).collect::<Result<_, _>>()?,
                services: rule.services.iter().map(|s| s.to_lowercase()).collect(),
                of: disciplines(&place, &rule.of)?,
                granted: disciplines(&place, &rule.granted)?,
                name: rule.skill,
            });
        }
        if raw.door.len() > DOOR_STEPS {
            return Err(format!("door: {} steps; at most {DOOR_STEPS}", raw.door.len()));
        }
        let mut door = Vec::new();
        for (n, step) in raw.door.iter().enumerate() {
            if step.step.trim().is_empty() || step.step.len() > 60 {
                return Err(format!("door {}: `step` says what to do, in at most 60 letters", n + 1));
            }
            let call = match step.call.trim() {
                "" => DoorCall::Nobody,
                "client" => DoorCall::Client,
                "family" => DoorCall::Family,
                "physician" => DoorCall::Physician,
                number if number.len() <= 40 && number.chars().any(|c| c.is_ascii_digit()) => {
                    DoorCall::Number(number.to_owned())
                }
                other => {
                    let text = format!("door {}: `{other}` is nobody to call", n + 1);
                    return Err(format!("{text}; write client, family, physician or a number"));
                }
            };
            door.push(DoorRule { what: step.step.trim().to_owned(), call });
        }
        let mut weights = BTreeMap::new();
        for (rule, word) in raw.weights {
            if !WEIGHED.contains(&rule.as_str()) {
                let why = "is no rule whose weight is set here";
                return Err(format!("weights: `{rule}` {why}; these are: {}", WEIGHED.join(", ")));
            }
            let weight = match word.as_str() {
                "off" => None,
                word => Some(Weight::from_word(word).ok_or_else(|| {
                    format!("weights: {rule}: `{word}` is no weight; write block, needs a reason, note or off")
                })?),
            };
            weights.insert(rule, weight);
        }
        let mut homes = Vec::new();
        for rule in raw.home {
            let place = format!("home `{}`", rule.rule);
            if !WEIGHED.contains(&rule.rule.as_str()) {
                return Err(format!("{place}: is no such rule; write cover.pets, cover.smoking or cover.gender"));
            }
            if rule.words.is_empty() || rule.limits.is_empty() == rule.wants.is_empty() {
                return Err(format!("{place}: says `words`, and either `limits` or `wants`"));
            }
            let folded = |list: Vec<String>| list.iter().map(|w| fold(w)).collect();
            homes.push(HomeRule {
                words: folded(rule.words),
                limits: folded(rule.limits),
                wants: folded(rule.wants),
                rule: rule.rule,
            });
        }
        Ok(Self {
            most_day: raw.hours.most_day_minutes,
            most_week: raw.hours.most_week_minutes,
            homes,
            once_a_day: disciplines("once_a_day", &raw.once_a_day.of)?,
            weights,
            door,
            expire: raw.offers.expire_minutes,
            version: raw.version,
            from,
            overtime: raw.hours.overtime_week_minutes,
            overtime_citation: raw.hours.overtime_citation,
            overtime_day: raw.hours.overtime_day_minutes,
            rest: raw.hours.rest_minutes,
            travel,
            late: raw.travel.late_minutes,
            road_factor: raw.travel.road_factor,
            at_the_door: raw.travel.at_the_door,
            fastest,
            speeds,
            ways: KnownWays::default(),
            stand_ins,
            skills,
        })
    }

    /// What it changes of another version, a line each.
    pub fn changes(&self, of: &Self) -> Vec<String> {
        let mut out = Vec::new();
        let mut said = |what: &str, was: String, is: String| {
            if was != is {
                out.push(format!("{what}: {was} → {is}"));
            }
        };
        said("overtime above, minutes a week", of.overtime.to_string(), self.overtime.to_string());
        let daily = |p: &Self| p.overtime_day.map_or_else(|| "none".to_owned(), |m| m.to_string());
        said("overtime above, minutes a day", daily(of), daily(self));
        said("shortest rest, minutes", of.rest.to_string(), self.rest.to_string());
        let ways = |p: &Self| p.travel.map(|m| m.to_string()).join("/");
        said("minutes of travel within a postal code / a town / elsewhere", ways(of), ways(self));
        said("minutes late that are only said", of.late.to_string(), self.late.to_string());
        said("most minutes of a day", of.most_day.to_string(), self.most_day.to_string());
        said("most minutes of a week", of.most_week.to_string(), self.most_week.to_string());
        let once = |p: &Self| p.once_a_day.iter().map(|d| d.word()).collect::<Vec<_>>().join(", ");
        said("once a day", once(of), once(self));
        for rule in WEIGHED {
            let weighs = |p: &Self| match p.weights.get(rule) {
                None => "as usual".to_owned(),
                Some(None) => "off".to_owned(),
                Some(Some(weight)) => weight.word().to_owned(),
            };
            said(&format!("{rule} weighs"), weighs(of), weighs(self));
        }
        let homes = |p: &Self| {
            let each = p.homes.iter().map(|h| format!("{} ({})", h.rule, h.words.join(", ")));
            each.collect::<Vec<_>>().join(", ")
        };
        said("in the home", homes(of), homes(self));
        let reckoned = |p: &Self| {
            let steps = p.speeds.iter().map(|s| format!("{} mi {} {} mph", s.within, s.area, s.mph));
            let steps: Vec<String> = steps.chain([format!("{} mph", p.fastest)]).collect();
            format!("×{} +{} min {}", p.road_factor, p.at_the_door, steps.join(", "))
        };
        said("ways by coordinates", reckoned(of), reckoned(self));
        said("minutes until an offer expires", of.expire.to_string(), self.expire.to_string());
        let by = |p: &Self, of: Discipline| {
            let found = p.stand_ins.iter().filter(|(d, _)| *d == of).flat_map(|(_, by)| by);
            let words: Vec<&str> = found.map(|d| d.word()).collect();
            if words.is_empty() { "nobody".to_owned() } else { words.join(", ") }
        };
        for discipline in Discipline::ALL {
            said(&format!("stands in for {}", discipline.word()), by(of, *discipline), by(self, *discipline));
        }
        let door = |p: &Self| p.door.iter().map(|d| d.what.clone()).collect::<Vec<_>>().join(", ");
        said("when nobody opens the door", door(of), door(self));
        let skills = |p: &Self| p.skills.iter().map(|s| s.name.clone()).collect::<Vec<_>>().join(", ");
        said("signed off for", skills(of), skills(self));
        out
    }

    /// What a rule weighs here; none where it is not asked. Rules that keep people from being in two homes at once, or from
    /// work that is not theirs, weigh what they weigh.
    pub fn weight(&self, rule: &str, usual: Weight) -> Option<Weight> {
        self.weights.get(rule).copied().unwrap_or(Some(usual))
    }

    /// What in a home does not go with whom.
    pub fn homes(&self) -> &[HomeRule] {
        &self.homes
    }

    /// Whether a client has no second visit of this discipline on a day.
    pub fn once_a_day(&self, discipline: Discipline) -> bool {
        self.once_a_day.contains(&discipline)
    }

    /// Whether a visit that needs `wanted` may be made by `by`.
    pub fn may_stand_in(&self, wanted: Discipline, by: Discipline) -> bool {
        wanted == by || self.stand_ins.iter().any(|(of, list)| *of == wanted && list.contains(&by))
    }

    /// By their numbers, the skills that such a visit to a client with these needs asks for, whoever makes it.
    pub fn asked(&self, wanted: Discipline, service: &str, needs: &[Need]) -> Vec<u16> {
        // A space behind, so that `iv ` is found at the end too and is not found in `private`.
        let service = format!(" {} ", service.to_lowercase());
        let asks = |s: &&Skill| {
            let by_service = s.services.iter().any(|word| service.contains(&format!(" {word}")));
            let by_need = s.needs.iter().any(|n| needs.contains(n)) && (s.of.is_empty() || s.of.contains(&wanted));
            by_service || by_need
        };
        (0..).zip(&self.skills).filter(|(_, s)| asks(s)).map(|(n, _)| n).collect()
    }

    /// Whether somebody of this discipline, signed off for these (folded), has all of the skills with these numbers.
    pub fn holds(&self, asked: &[u16], by: Discipline, skills: &[String]) -> bool {
        asked
            .iter()
            .filter_map(|n| self.skills.get(usize::from(*n)))
            .all(|s| s.granted.contains(&by) || skills.contains(&crate::domain::search::fold(&s.name)))
    }

    /// What somebody of this discipline must be signed off for, to make such a visit to a client with these needs.
    pub fn skills(
        &self,
        wanted: Discipline,
        service: &str,
        needs: &[Need],
        by: Discipline,
    ) -> impl Iterator<Item = &str> {
        let asked = self.asked(wanted, service, needs).into_iter();
        asked
            .filter_map(|n| self.skills.get(usize::from(n)))
            .filter(move |s| !s.granted.contains(&by))
            .map(|s| s.name.as_str())
    }
}

fn discipline(place: &str, word: &str) -> Result<Discipline, String> {
    let found = Discipline::ALL.iter().copied().find(|d| d.word() == word);
    found.ok_or_else(|| {
        let known: Vec<&str> = Discipline::ALL.iter().map(|d| d.word()).collect();
        format!("{place}: `{word}` is no discipline; known are {}", known.join(", "))
    })
}

fn disciplines(place: &str, words: &[String]) -> Result<Vec<Discipline>, String> {
    words.iter().map(|w| discipline(place, w)).collect()
}
