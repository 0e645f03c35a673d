//! A new issue before it is one: what it is asked, and where it would stand as it is now. Judged by the adopted rules, as
//! the saved one will be; nothing is kept.

use crate::domain::ids::IssueId;
use crate::domain::text::Text;
use crate::rules::roles::Group;
use crate::rules::triage::facts::ClientFacts;
use crate::rules::triage::policy::{Answers, FactAsked, KnownOf, Policy};
use crate::rules::triage::{evaluate, why};
use crate::service::Service;
use crate::service::api::{Ask, AskAnswers, Judged, NewIssue, Session, WouldBe};
use crate::service::plan::Refusal;

/// What a policy's new issues are asked.
pub fn asks(policy: &Policy) -> Vec<Ask> {
    policy.asked().map(ask).collect()
}

fn ask(fact: &FactAsked) -> Ask {
    Ask {
        name: fact.name.clone(),
        question: fact.ask.clone(),
        answers: match &fact.answers {
            Answers::Words(words) => AskAnswers::Words(words.clone()),
            Answers::Number => AskAnswers::Number,
            Answers::Phone => AskAnswers::Phone,
            Answers::Text => AskAnswers::Text,
        },
        kinds: fact.kinds.clone(),
    }
}

impl Service {
    pub(super) fn would_be(&self, session: &Session, new: &NewIssue) -> Result<WouldBe, Refusal> {
        let now = self.now();
        let at = new.happened.map_or(now, |at| at.min(now));
        // Half a report is judged too: what is too long to be kept is said when it is saved.
        let words = NewIssue {
            summary: Text::<200>::clip(&new.summary).as_str().to_owned(),
            reported_by: Text::<120>::clip(&new.reported_by).as_str().to_owned(),
            facts: new.facts.iter().map(|(n, v)| (n.clone(), Text::<60>::clip(v).as_str().to_owned())).collect(),
            ..new.clone()
        };
        let issue = self.issue_of(session, &words, at)?;
        let thing = self.issue_as_thing(IssueId::default(), &issue, now)?;
        let alert = evaluate(&thing, &self.policy, self.book.newest_clock_in(), now).alert;
        let judged = alert.map(|alert| {
            let reasons = why(&thing, &alert, &self.policy, now, thing.zone);
            let first = reasons.lines.into_iter().find(|(label, _)| label == "First").map(|(_, text)| text);
            Judged {
                tier: alert.tier,
                rule: alert.rule.to_string(),
                headline: reasons.headline,
                first: first.unwrap_or_default(),
            }
        });
        let client = thing.client.as_ref();
        if !self.sight(session, client.map(|c| c.id)).shows(Group::Clinical) {
            // Where it would stand tells what is known of her.
            return Ok(WouldBe { person: new.person, kind: new.kind, judged: None, known: Vec::new() });
        }
        let known = self.policy.facts_of(new.kind).filter_map(|fact| {
            let text = known(fact, client?)?;
            Some((fact.name.clone(), text, fact.is_known(client)))
        });
        Ok(WouldBe { person: new.person, kind: new.kind, judged, known: known.collect() })
    }
}

/// What a client's record says to a question, with its date.
fn known(fact: &FactAsked, client: &ClientFacts) -> Option<String> {
    match fact.known? {
        KnownOf::Anticoagulant => Some(match (&client.anticoagulant, client.medications_on) {
            (Some(name), Some(day)) => format!("{name}, on the list of {}", day.long()),
            (Some(name), None) => name.clone(),
            (None, Some(day)) => format!("none on the list of {}", day.long()),
            (None, None) => "no medication list here".to_owned(),
        }),
    }
}
