//! A client's scores, as far as they are kept: numbers on her record, and the results of what was assessed.

use super::card::line;
use super::page::{plain, record};
use crate::domain::client::Client;
use crate::domain::reassessment::{Reassessment, ReassessmentState};
use crate::domain::record::{Kind, Record};
use crate::domain::time::Zone;
use crate::service::Service;
use crate::service::api::Section;
use crate::service::plan::Refusal;

/// Most results shown.
const NEWEST: usize = 6;

impl Service {
    pub(super) fn scores_section(&self, client: &Record<Client>, zone: Zone) -> Result<Section, Refusal> {
        let numbers = [
            ("MAHC-10", client.mahc10, "falls"),
            ("LACE", client.lace, "readmission"),
            ("M1033", client.m1033, "risk responses counted"),
        ];
        let mut lines: Vec<_> = numbers
            .into_iter()
            .filter_map(|(name, value, what)| Some(plain(line(name, &format!("{}  {what}", value?), ""))))
            .collect();
        let mut done = self.store.of_client::<Reassessment>(client.id, 400)?;
        done.retain(|r| r.state == ReassessmentState::Done);
        done.sort_by_key(|r| std::cmp::Reverse(r.completed));
        for r in done.iter().take(NEWEST) {
            let day = r.completed.map_or_else(|| "done".to_owned(), |at| zone.day(at).short());
            let text = format!("{}: {}", r.instrument.as_str(), r.result.some().unwrap_or("no result written"));
            lines.push(record(line(&day, &text, ""), Kind::Reassessment, r.id.0));
        }
        Ok(Section { title: "Scores".to_owned(), lines })
    }
}
