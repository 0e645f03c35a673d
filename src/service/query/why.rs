//! Why an alert stands where it stands, and how it may end.

use super::names::identified;
use crate::domain::attention::{AlertKey, AlertSource};
use crate::rules::triage::{self, facts::SourceFacts};
use crate::service::Service;
use crate::service::api::{Answered, Why};
use crate::service::plan::Refusal;

impl Service {
    pub(super) fn why(&self, key: &AlertKey) -> Option<Why> {
        let entry = self.book.get(*key)?;
        let alert = entry.alert()?;
        let now = self.now();
        let reasons = triage::why(&entry.thing, alert, &self.policy, now, entry.thing.zone);
        let person = match (&entry.thing.client, &entry.thing.staff) {
            (Some(client), _) => self.cast.clients.get(&client.id).map_or_else(|| client.name.clone(), identified),
            (None, Some(staff)) => format!("@{} {}", staff.name, staff.discipline.word()),
            _ => "the office".to_owned(),
        };
        let mut lines = reasons.lines;
        if let Some((_, text)) = lines.iter_mut().find(|(label, _)| label == "Rule") {
            text.push_str("   ");
            text.push_str(&self.policy_name);
        }
        Some(Why { key: *key, tier: alert.tier, person, headline: reasons.headline, floor: alert.floor, lines })
    }

    pub(super) fn outcomes(&self, key: &AlertKey) -> Result<Answered, Refusal> {
        let entry = self.book.get(*key);
        let kind = entry.and_then(|e| match &e.thing.source {
            SourceFacts::Issue(issue) => Some(issue.kind),
            _ => None,
        });
        let choices = self.policy.outcomes(key.source, kind).iter().map(|c| (c.text.clone(), c.disposition)).collect();
        let note_needed = entry.and_then(|e| e.alert()).is_some_and(|a| a.tier <= 2);
        let client = entry.and_then(|e| e.thing.client.as_ref()).map(|c| c.id);
        let untold = match client {
            Some(client) if key.source == AlertSource::Issue => self.untold(client, Some(key))?,
            _ => Vec::new(),
        };
        Ok(Answered::Outcomes { choices, note_needed, untold })
    }
}
