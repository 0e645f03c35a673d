//! A solution: who is where when.

use super::Unreadable;
use super::field::{Field, parse};
use serde::Serialize;

/// A solution.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Solution {
    /// The patients by start.
    pub global_ordering: Vec<String>,
    /// Where each caregiver goes.
    pub routes: Vec<Route>,
}

/// Where one caregiver goes.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Route {
    /// Who.
    pub caregiver_id: String,
    /// Her stops, in order.
    pub locations: Vec<Stop>,
}

/// One service at one patient.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Stop {
    /// The patient.
    pub patient: String,
    /// The service.
    pub service: String,
    /// When the service starts.
    pub arrival_time: f64,
    /// When it ends.
    pub departure_time: f64,
}

impl Solution {
    /// Reads one.
    pub fn read(bytes: &[u8]) -> Result<Self, Unreadable> {
        let value = parse(bytes)?;
        let root = Field::root(&value);
        let global_ordering =
            root.member("global_ordering")?.list()?.iter().map(Field::text).collect::<Result<_, _>>()?;
        let mut routes = Vec::new();
        for route in root.member("routes")?.list()? {
            let mut locations = Vec::new();
            for stop in route.member("locations")?.list()? {
                locations.push(Stop {
                    patient: stop.member("patient")?.text()?,
                    service: stop.member("service")?.text()?,
                    arrival_time: stop.member("arrival_time")?.number()?,
                    departure_time: stop.member("departure_time")?.number()?,
                });
            }
            routes.push(Route { caregiver_id: route.member("caregiver_id")?.text()?, locations });
        }
        Ok(Self { global_ordering, routes })
    }

    /// Writes it.
    pub fn write(&self) -> Vec<u8> {
        let mut bytes = serde_json::to_vec_pretty(self).unwrap_or_default();
        bytes.push(b'\n');
        bytes
    }
}
