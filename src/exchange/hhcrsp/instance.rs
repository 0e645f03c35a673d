//! An instance: what is to be planned.

use super::Unreadable;
use super::field::{Field, parse};
use std::collections::{BTreeMap, BTreeSet};

/// An instance.
#[derive(Clone, Debug, PartialEq)]
pub struct Instance {
    /// The patients, in the order of the file.
    pub patients: Vec<Patient>,
    /// The caregivers, in the order of the file.
    pub caregivers: Vec<Caregiver>,
    /// Minutes from place to place: the office first, then the patients.
    pub distances: Vec<Vec<f64>>,
}

/// A patient.
#[derive(Clone, Debug, PartialEq)]
pub struct Patient {
    /// Her id.
    pub id: String,
    /// When the window opens, in minutes.
    pub open: f64,
    /// When it closes.
    pub close: f64,
    /// One service, or two by two caregivers.
    pub services: Vec<Needed>,
    /// When the second of two starts.
    pub synchronization: Synchronization,
}

/// A service a patient needs.
#[derive(Clone, Debug, PartialEq)]
pub struct Needed {
    /// Which.
    pub service: String,
    /// How long it takes, in minutes.
    pub duration: f64,
}

/// When the second of two services starts.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Synchronization {
    /// With the first.
    Simultaneous,
    /// Between so many and so many minutes after the first.
    Sequential(f64, f64),
}

/// A caregiver.
#[derive(Clone, Debug, PartialEq)]
pub struct Caregiver {
    /// Her id.
    pub id: String,
    /// The services she can do.
    pub abilities: BTreeSet<String>,
}

impl Instance {
    /// Reads one.
    pub fn read(bytes: &[u8]) -> Result<Self, Unreadable> {
        let value = parse(bytes)?;
        let root = Field::root(&value);
        let mut usual = BTreeMap::new();
        if let Some(services) = root.maybe("services") {
            for service in services.list()? {
                if let Some(duration) = service.maybe("default_duration") {
                    usual.insert(service.member("id")?.text()?, duration.number()?);
                }
            }
        }
        let mut caregivers = Vec::new();
        let mut seen = BTreeSet::new();
        for caregiver in root.member("caregivers")?.list()? {
            let id = caregiver.member("id")?;
            if !seen.insert(id.text()?) {
                return Err(id.wrong("two caregivers have this id"));
            }
            let abilities =
                caregiver.member("abilities")?.list()?.iter().map(Field::text).collect::<Result<BTreeSet<_>, _>>()?;
            caregivers.push(Caregiver { id: id.text()?, abilities });
        }
        let mut patients = Vec::new();
        let mut seen = BTreeSet::new();
        for field in root.member("patients")?.list()? {
            let id = field.member("id")?;
            if !seen.insert(id.text()?) {
                return Err(id.wrong("two patients have this id"));
            }
            patients.push(patient(&field, &usual, &caregivers)?);
        }
        if patients.is_empty() {
            return Err(root.member("patients")?.wrong("there is none"));
        }
        let offices = root.member("central_offices")?;
        if offices.list()?.is_empty() {
            return Err(offices.wrong("there is none"));
        }
        let table = root.member("distances")?;
        let rows = table.list()?;
        if rows.len() != patients.len() + 1 {
            return Err(table.wrong(format!(
                "{} rows; the office and {} patients make {}",
                rows.len(),
                patients.len(),
                patients.len() + 1
            )));
        }
        let mut distances = Vec::with_capacity(rows.len());
        for row in &rows {
            let cells = row.list()?;
            if cells.len() != rows.len() {
                return Err(row.wrong(format!("{} numbers in a table of {} rows", cells.len(), rows.len())));
            }
            distances.push(cells.iter().map(Field::number).collect::<Result<Vec<_>, _>>()?);
        }
        Ok(Self { patients, caregivers, distances })
    }
}

fn patient(field: &Field<'_>, usual: &BTreeMap<String, f64>, caregivers: &[Caregiver]) -> Result<Patient, Unreadable> {
    let (open, close) = field.member("time_window")?.span()?;
    let needed = field.member("required_caregivers")?;
    let mut services = Vec::new();
    for need in needed.list()? {
        let named = need.member("service")?;
        let service = named.text()?;
        let duration = match need.maybe("duration") {
            Some(duration) => duration.number()?,
            None => *usual
                .get(&service)
                .ok_or_else(|| need.wrong("“duration” is missing, and the service has no default_duration"))?,
        };
        if !caregivers.iter().any(|c| c.abilities.contains(&service)) {
            return Err(named.wrong(format!("no caregiver has the ability “{service}”")));
        }
        services.push(Needed { service, duration });
    }
    let synchronization = match &services[..] {
        [_] => Synchronization::Simultaneous,
        [one, two] => {
            let able = |n: &Needed| caregivers.iter().filter(|c| c.abilities.contains(&n.service)).count();
            let both =
                caregivers.iter().any(|c| c.abilities.contains(&one.service) && c.abilities.contains(&two.service));
            if able(one) == 1 && able(two) == 1 && both {
                return Err(needed.wrong("only one caregiver has the abilities, and two are needed"));
            }
            let sync = field.member("synchronization")?;
            let kind = sync.member("type")?;
            match kind.text()?.as_str() {
                "simultaneous" => Synchronization::Simultaneous,
                "sequential" => {
                    let (least, most) = sync.member("distance")?.span()?;
                    Synchronization::Sequential(least, most)
                }
                other => return Err(kind.wrong(format!("“{other}” is neither simultaneous nor sequential"))),
            }
        }
        other => return Err(needed.wrong(format!("{} services; a patient has one or two", other.len()))),
    };
    Ok(Patient { id: field.member("id")?.text()?, open, close, services, synchronization })
}
