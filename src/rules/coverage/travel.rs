//! Ways from door to door: as somebody knows them, else by coordinates, else by postal code and town.

use super::{CoveragePolicy, Place};
use crate::domain::search::fold;
use crate::domain::text::Text;
use crate::domain::travel::{KnownWay, WayEnd};
use std::collections::BTreeMap;
use std::sync::Arc;

/// Miles of the earth's mean radius.
const RADIUS: f64 = 3958.76;

/// Coordinates (WGS 84), in millionths of a degree.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Spot {
    /// North positive.
    pub latitude: i32,
    /// East positive.
    pub longitude: i32,
}

impl Spot {
    /// Miles to another one as the crow flies.
    pub fn miles(self, to: Self) -> f64 {
        let rad = |millionths: i32| (f64::from(millionths) / 1e6).to_radians();
        let (a, b) = (rad(self.latitude), rad(to.latitude));
        let (north, east) = (b - a, rad(to.longitude) - rad(self.longitude));
        let half = (north / 2.0).sin().powi(2) + a.cos() * b.cos() * (east / 2.0).sin().powi(2);
        2.0 * RADIUS * half.sqrt().min(1.0).asin()
    }
}

/// A way from door to door.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Way {
    /// Minutes.
    pub minutes: u32,
    /// Tenths of a mile, where they are known.
    pub tenths: Option<u32>,
}

/// How fast it goes over a distance, in an area.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Speed {
    /// Postal codes that begin so, folded; empty for all.
    pub(super) area: String,
    /// Up to so many miles by road.
    pub(super) within: f64,
    /// Miles an hour.
    pub(super) mph: f64,
}

/// The ways that somebody knows, both ways round.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct KnownWays(Arc<BTreeMap<(WayEnd, WayEnd), Way>>);

impl KnownWays {
    /// These ways; one that is only known the other way round is taken for both.
    pub fn of<'a>(ways: impl Iterator<Item = &'a KnownWay>) -> Self {
        let mut all = BTreeMap::new();
        let mut back = Vec::new();
        for way in ways {
            let found = Way { minutes: u32::from(way.minutes), tenths: Some(way.tenths).filter(|t| *t > 0) };
            let (from, to) = (end(&way.from), end(&way.to));
            back.push(((to.clone(), from.clone()), found));
            all.insert((from, to), found);
        }
        for (ends, found) in back {
            all.entry(ends).or_insert(found);
        }
        Self(Arc::new(all))
    }

    /// Whether a way from there is known: only then does it matter whose a place is.
    pub fn knows(&self, whose: &WayEnd) -> bool {
        let first = self.0.range((whose.clone(), WayEnd::default())..).next();
        first.is_some_and(|((from, _), _)| from == whose)
    }
}

/// An end as it is looked up: a postal code as it is folded.
fn end(of: &WayEnd) -> WayEnd {
    WayEnd { postcode: Text::clip(&fold(of.postcode.trim())), ..of.clone() }
}

impl Place {
    /// The way from here to there: as it is known, else by coordinates, else by postal code and town. Nothing where one
    /// of them is not known.
    pub fn way(&self, to: &Self, policy: &CoveragePolicy) -> Option<Way> {
        if let Some(way) = self.known(to, policy) {
            return Some(way);
        }
        if let (Some(from), Some(there)) = (self.spot, to.spot) {
            let miles = from.miles(there) * policy.road_factor;
            let fits = |speed: &&Speed| {
                let here = |place: &Self| place.postcode.starts_with(&speed.area);
                miles <= speed.within && here(self) && here(to)
            };
            let mph = policy.speeds.iter().find(fits).map_or(policy.fastest, |s| s.mph);
            let minutes = (miles / mph * 60.0).ceil() as u32 + policy.at_the_door;
            return Some(Way { minutes, tenths: Some((miles * 10.0).round() as u32) });
        }
        let minutes = if !self.postcode.is_empty() && self.postcode == to.postcode {
            policy.travel[0]
        } else if self.town.is_empty() || to.town.is_empty() {
            return None;
        } else if self.town == to.town {
            policy.travel[1]
        } else {
            policy.travel[2]
        };
        Some(Way { minutes, tenths: None })
    }

    /// As somebody knows it: between these two, else between one of them and a postal code, else between two of these.
    fn known(&self, to: &Self, policy: &CoveragePolicy) -> Option<Way> {
        if policy.ways.0.is_empty() {
            return None;
        }
        let code = |place: &Self| WayEnd { postcode: Text::clip(&place.postcode), ..WayEnd::default() };
        let (here, there) = (code(self), code(to));
        let ends = [(&self.whose, &to.whose), (&self.whose, &there), (&here, &to.whose), (&here, &there)];
        let known = ends.into_iter().filter(|(a, b)| a.is_one() && b.is_one());
        known.into_iter().find_map(|(a, b)| policy.ways.0.get(&(a.clone(), b.clone())).copied())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::ids::ClientId;

    fn at(latitude: f64, longitude: f64) -> Spot {
        Spot { latitude: (latitude * 1e6) as i32, longitude: (longitude * 1e6) as i32 }
    }

    #[test]
    fn distances_are_those_of_the_earth() {
        // Providence to Boston, about 41 miles; one degree of a meridian, 69.1; over the date line; pole to pole.
        let miles = |a: Spot, b: Spot| a.miles(b);
        assert!((miles(at(41.824, -71.4128), at(42.3601, -71.0589)) - 41.0).abs() < 1.0);
        assert!((miles(at(41.0, 0.0), at(42.0, 0.0)) - 69.1).abs() < 0.2);
        assert!(miles(at(0.0, 179.9), at(0.0, -179.9)) < 15.0);
        assert!((miles(at(90.0, 0.0), at(-90.0, 0.0)) - 12_437.0).abs() < 15.0);
        assert!(miles(at(41.0, -71.0), at(41.0, -71.0)) < 1e-9);
    }

    #[test]
    fn a_way_is_known_reckoned_or_guessed_in_this_order() {
        let mut policy = CoveragePolicy::embedded().unwrap();
        let client = |n: u8| WayEnd { client: Some(ClientId([n; 16])), ..WayEnd::default() };
        let here = Place { whose: client(1), spot: Some(at(41.824, -71.4128)), ..Place::of("Providence", "02903") };
        let there = Place { whose: client(2), spot: Some(at(41.700, -71.4162)), ..Place::of("Warwick", "02886") };
        let reckoned = here.way(&there, &policy).unwrap();
        // 8.6 miles by air, 11 by road at 34 miles an hour, and the door.
        assert!(
            (108..=116).contains(&reckoned.tenths.unwrap()) && (20..=24).contains(&reckoned.minutes),
            "{reckoned:?}"
        );
        assert_eq!(there.way(&here, &policy), Some(reckoned));
        let nowhere = Place { spot: None, ..there.clone() };
        assert_eq!(here.way(&nowhere, &policy), Some(Way { minutes: policy.travel[2], tenths: None }));
        assert_eq!(here.way(&Place::default(), &policy), None);
        let post = |code: &str| WayEnd { postcode: Text::clip(code), ..WayEnd::default() };
        let known = |from: WayEnd, to: WayEnd, minutes| KnownWay { from, to, minutes, tenths: 64 };
        let codes = known(post("02903"), post("02886"), 31);
        policy.ways = KnownWays::of([&codes].into_iter());
        assert_eq!(here.way(&there, &policy).unwrap().minutes, 31);
        let own = known(client(2), client(1), 17);
        policy.ways = KnownWays::of([&codes, &own].into_iter());
        assert_eq!(here.way(&there, &policy), Some(Way { minutes: 17, tenths: Some(64) }));
        assert_eq!(there.way(&here, &policy), here.way(&there, &policy));
    }
}
