//! The table of a benchmark: a line an instance, and what the gaps of each size come to.

use crate::cli::print;
use crate::exchange::hhcrsp::check::Verdict;
use crate::exchange::hhcrsp::instance::Instance;
use std::collections::BTreeMap;
use std::io;

/// Lines are printed as they come.
pub(super) struct Table {
    width: usize,
    gaps: BTreeMap<usize, Vec<f64>>,
    lines: usize,
    sound: usize,
}

impl Table {
    /// Prints the head.
    pub(super) fn new<'a>(names: impl Iterator<Item = &'a str>) -> io::Result<Self> {
        let width = names.map(|n| n.chars().count()).max().unwrap_or(0).max("instance".len());
        print::out(&format!(
            "{:width$} {:>8} {:>10} {:>10} {:>10} {:>9} {:>9} {:>10} {:>8}\n",
            "instance", "patients", "caregivers", "cost", "travel", "late", "latest", "published", "gap"
        ))?;
        Ok(Self { width, gaps: BTreeMap::new(), lines: 0, sound: 0 })
    }

    /// Prints a line.
    pub(super) fn line(
        &mut self,
        name: &str,
        instance: &Instance,
        verdict: &Verdict,
        published: Option<f64>,
    ) -> io::Result<()> {
        let width = self.width;
        let patients = instance.patients.len();
        let gap = published.filter(|p| *p > 0.0).map(|p| (verdict.cost() / p - 1.0) * 100.0);
        self.lines += 1;
        if verdict.holds() {
            self.sound += 1;
            self.gaps.entry(patients).or_default().extend(gap);
        }
        let published = published.map_or_else(|| "-".to_owned(), |p| format!("{p:.3}"));
        let gap = match gap {
            _ if !verdict.holds() => "wrong".to_owned(),
            Some(gap) => format!("{gap:+.2} %"),
            None => "-".to_owned(),
        };
        let mut text = format!(
            "{name:width$} {patients:>8} {:>10} {:>10.3} {:>10.3} {:>9.3} {:>9.3} {published:>10} {gap:>8}\n",
            instance.caregivers.len(),
            verdict.cost(),
            verdict.travel,
            verdict.tardiness,
            verdict.greatest,
        );
        for wrong in &verdict.wrong {
            text.push_str(&format!("  {wrong}\n"));
        }
        print::lines(&text)
    }

    /// Prints what the gaps of each size come to, and whether all hold.
    pub(super) fn end(mut self) -> io::Result<bool> {
        let mut text = String::from("\npatients instances    median      mean     worst\n");
        for (patients, gaps) in &mut self.gaps {
            if gaps.is_empty() {
                continue;
            }
            gaps.sort_by(f64::total_cmp);
            let n = gaps.len();
            let median = f64::midpoint(gaps[(n - 1) / 2], gaps[n / 2]);
            let mean = gaps.iter().sum::<f64>() / n as f64;
            text.push_str(&format!("{patients:>8} {n:>9} {median:>+7.2} % {mean:>+7.2} % {:>+7.2} %\n", gaps[n - 1]));
        }
        if self.gaps.values().all(Vec::is_empty) {
            text.clear();
        }
        text.push_str(&format!("\n{} of {} solutions hold\n", self.sound, self.lines));
        print::out(&text)?;
        Ok(self.sound == self.lines)
    }
}
