//! Why an alert stands where it stands, and how it may end.

use super::names::{identified, when};
use crate::domain::attention::{AlertKey, AlertSource};
use crate::domain::ids::UserId;
use crate::domain::record::Kind;
use crate::rules::roles::Group;
use crate::rules::triage::{self, facts::SourceFacts};
use crate::service::Service;
use crate::service::api::{Answered, Session, Why};
use crate::service::plan::Refusal;

impl Service {
    pub(super) fn why(&self, session: &Session, key: &AlertKey) -> Option<Why> {
        let entry = self.book.get(*key)?;
        let alert = entry.alert()?;
        let now = self.now();
        let reasons = triage::why(&entry.thing, alert, &self.policy, now, entry.thing.zone);
        let person = match (&entry.thing.client, &entry.thing.staff) {
            (Some(client), _) => match self.cast.clients.get(&client.id) {
                Some(record) if self.sight(session, Some(client.id)).shows(Group::Identity) => identified(record),
                Some(record) => record.name.full(),
                None => client.name.clone(),
            },
            (None, Some(staff)) => format!("{} {}", staff.name, staff.discipline.word()),
            _ => "the office".to_owned(),
        };
        let mut lines = reasons.lines;
        if let Some((_, text)) = lines.iter_mut().find(|(label, _)| label == "Rule") {
            text.push_str("   ");
            text.push_str(&self.policy_name);
        }
        lines.extend(self.handed(key, alert));
        Some(Why { key: *key, tier: alert.tier, person, headline: reasons.headline, floor: alert.floor, lines })
    }

    /// What a colleague did about it last, in their words, and whom it calls for.
    fn handed(&self, key: &AlertKey, alert: &triage::Alert) -> Vec<(String, String)> {
        let mut out = Vec::new();
        let Some(entry) = self.book.get(*key) else { return out };
        let (handling, zone, now) = (&entry.thing.handling, entry.thing.zone, self.now());
        let at = |at| when(at, zone, zone.day(now));
        if let Some(hand) = handling.by_hand.as_ref().filter(|_| alert.by_hand) {
            let who = self.cast.user_name(hand.by);
            out.push((
                "By hand".to_owned(),
                format!("P{} by {who} {}: {}", hand.tier, at(hand.at), hand.reason.as_str()),
            ));
        }
        if let Some(up) = handling.escalated.as_ref().filter(|_| alert.escalated) {
            let who = self.cast.user_name(up.by);
            out.push(("Handed up".to_owned(), format!("by {who} {}: {}", at(up.at), up.reason.as_str())));
        }
        if let Some(note) = self.passed_with(key) {
            out.push(("Passed".to_owned(), note));
        }
        if alert.calls_up() {
            out.push(("Until taken".to_owned(), self.ring(alert.office)));
        }
        out
    }

    /// The word that came with it from a colleague, if that was the last act on it.
    fn passed_with(&self, key: &AlertKey) -> Option<String> {
        let (kind, id) = match key.source {
            AlertSource::Issue => (Kind::Issue, key.subject),
            _ => (Kind::Attention, self.store.attention(key).ok()??.id.0),
        };
        let engine = self.store.engine();
        let (_, seq) = engine.history(kind.number(), &id).ok()?.pop()?;
        let commit = engine.entry(seq).ok()??;
        let note = self.store.note(&commit);
        let said = commit.commit.action == "alert.pass" && !note.reason.is_empty();
        said.then(|| format!("{}: {}", self.cast.user_name(UserId(commit.commit.actor)), note.reason.as_str()))
    }

    /// The outcomes that all of these have in common, none of them a decision that only a practitioner makes.
    pub(super) fn outcomes_of_many(&self, session: &Session, keys: &[AlertKey]) -> Result<Answered, Refusal> {
        let mut common: Option<Vec<_>> = None;
        for key in keys {
            let Answered::Outcomes { choices, .. } = self.outcomes(session, key)? else { continue };
            common = Some(match common {
                None => choices.into_iter().filter(|(_, decision)| decision.is_none()).collect(),
                Some(mut before) => {
                    before.retain(|choice| choices.contains(choice));
                    before
                }
            });
        }
        Ok(Answered::Outcomes { choices: common.unwrap_or_default(), note_needed: false, untold: Vec::new() })
    }

    pub(super) fn outcomes(&self, session: &Session, key: &AlertKey) -> Result<Answered, Refusal> {
        let entry = self.book.get(*key);
        let kind = entry.and_then(|e| match &e.thing.source {
            SourceFacts::Issue(issue) => Some(issue.kind),
            _ => None,
        });
        let choices = self.policy.outcomes(key.source, kind).iter().map(|c| (c.text.clone(), c.disposition)).collect();
        let note_needed = entry.and_then(|e| e.alert()).is_some_and(|a| a.tier <= 2);
        let client = entry.and_then(|e| e.thing.client.as_ref()).map(|c| c.id);
        let untold = match client {
            Some(client)
                if key.source == AlertSource::Issue && self.sight(session, Some(client)).shows(Group::Clinical) =>
            {
                self.untold(client, Some(key))?
            }
            _ => Vec::new(),
        };
        Ok(Answered::Outcomes { choices, note_needed, untold })
    }
}
