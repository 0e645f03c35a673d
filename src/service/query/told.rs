//! Who was told of what is open, and when, as far as it is logged. That somebody was spoken to says nothing of what about:
//! told is only who was reached about the issue, or brought it.

use super::card::line;
use super::names::{first_number, when};
use crate::domain::attention::AlertSource;
use crate::domain::communication::{CallResult, Communication, Direction};
use crate::domain::ids::ClientId;
use crate::domain::issue::Issue;
use crate::domain::record::Kind;
use crate::domain::time::{Moment, Zone};
use crate::service::Service;
use crate::service::api::{Section, SectionLine};
use crate::service::plan::Refusal;

/// Issues and calls looked at.
const ISSUES: usize = 12;
const CALLS: usize = 60;
/// Most lines of the section.
const LINES: usize = 8;

impl Service {
    pub(super) fn told_section(&self, id: ClientId, zone: Zone, now: Moment) -> Result<Section, Refusal> {
        let today = zone.day(now);
        let mut open = self.store.newest_of_client::<Issue>(id, ISSUES)?;
        open.retain(|i| i.is_open());
        let calls =
            if open.is_empty() { Vec::new() } else { self.store.newest_of_client::<Communication>(id, CALLS)? };
        let mut lines = Vec::new();
        for issue in &open {
            let what = format!("{} {}", issue.kind.word(), when(issue.happened.at, zone, today));
            let about = |c: &Communication| {
                c.result == CallResult::Reached
                    && c.about.is_some_and(|key| key.source == AlertSource::Issue && key.subject == issue.id.0)
            };
            for call in calls.iter().filter(|c| about(c)) {
                let way = if call.direction == Direction::In { "called us" } else { "told" };
                let text = format!("{}: {what}, {way} {}", call.with.as_str(), when(call.happened.at, zone, today));
                let contact = call.contact.and_then(|c| self.cast.contacts.get(&c));
                let number = contact.map(|c| first_number(&c.phones)).unwrap_or_default();
                let record = contact.map_or((Kind::Communication, call.id.0), |c| (Kind::Contact, c.id.0));
                lines.push(SectionLine {
                    line: line("", &text, &number),
                    key: call.about,
                    record: Some(record),
                    person: None,
                });
            }
        }
        lines.truncate(LINES);
        Ok(Section { title: "Told".to_owned(), lines })
    }
}
