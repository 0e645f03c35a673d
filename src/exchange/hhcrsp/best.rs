//! The best published costs: `instance,…,cost`, a line each.

use super::Unreadable;
use std::collections::BTreeMap;

/// The cost by the instance's file name.
pub fn read(bytes: &[u8]) -> Result<BTreeMap<String, f64>, Unreadable> {
    let wrong = |line: u64, what: String| Unreadable { field: format!("line {line}"), what };
    let mut table = csv::Reader::from_reader(bytes);
    let head = table.headers().map_err(|e| wrong(1, e.to_string()))?;
    let column = |name: &str| {
        head.iter().position(|h| h.trim() == name).ok_or_else(|| wrong(1, format!("there is no column “{name}”")))
    };
    let (instance, cost) = (column("instance")?, column("cost")?);
    let mut best = BTreeMap::new();
    for row in table.records() {
        let row = row.map_err(|e| wrong(e.position().map_or(0, csv::Position::line), e.to_string()))?;
        let line = row.position().map_or(0, csv::Position::line);
        let name = row.get(instance).unwrap_or_default().trim();
        let cost = row.get(cost).unwrap_or_default().trim();
        let cost = cost.parse::<f64>().ok().filter(|c| c.is_finite() && *c >= 0.0);
        best.insert(name.to_owned(), cost.ok_or_else(|| wrong(line, "the cost is no number".to_owned()))?);
    }
    Ok(best)
}
