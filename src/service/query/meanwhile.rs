//! What colleagues did lately about an alert or around a client: a form that is open over it says what is new of it.

use crate::domain::attention::{AlertKey, Handling};
use crate::domain::time::HOUR;
use crate::rules::roles::Group;
use crate::service::Service;
use crate::service::api::{Meanwhile, Person, Session};
use crate::service::plan::Refusal;

/// Calls looked through, and how old they may be.
const CALLS: (usize, i64) = (8, HOUR);

impl Service {
    pub(super) fn meanwhile(
        &self,
        session: &Session,
        about: Option<&AlertKey>,
        person: Option<Person>,
    ) -> Result<Meanwhile, Refusal> {
        let mut out = Meanwhile { lines: Vec::new(), gone: None };
        if let Some(key) = about {
            match self.book.get(*key) {
                Some(entry) => self.done_by_others(session, &entry.thing.handling, &mut out),
                None => out.gone = Some("not on the list any more".to_owned()),
            }
        }
        if let Some(Person::Client(client)) = person
            && self.sight(session, Some(client)).shows(Group::Clinical)
        {
            let since = self.now().plus(-CALLS.1);
            for call in self.said_of_client(client, CALLS.0)? {
                if call.head.created_by == session.user || call.happened.at < since {
                    continue;
                }
                let who = self.cast.user_name(call.head.created_by);
                let (with, result) = (call.with.as_str(), call.result.word());
                let at = self.clock(session, call.happened.at);
                out.lines.push(format!("{who} logged a call {at}: {with}, {result}"));
            }
        }
        Ok(out)
    }

    /// What others did about an alert: who has it, asleep, by hand, handed up, finished.
    fn done_by_others(&self, session: &Session, handling: &Handling, out: &mut Meanwhile) {
        let other = |user| (user != session.user).then(|| self.cast.user_name(user));
        let at = |moment| self.clock(session, moment);
        if let Some(outcome) = &handling.outcome {
            let by = self.called(session, outcome.by);
            out.gone = Some(format!("finished by {by} {}: {}", at(outcome.at), outcome.what.as_str()));
        }
        if let Some(who) = handling.owner.and_then(other) {
            out.lines.push(match handling.acknowledged {
                Some(since) => format!("{who} has it since {}", at(since)),
                None => format!("it was passed to {who}"),
            });
        }
        if let Some(snooze) = &handling.snoozed
            && let Some(who) = other(snooze.by)
        {
            out.lines.push(format!("{who} put it to sleep until {}", at(snooze.until)));
        }
        if let Some(hand) = &handling.by_hand
            && let Some(who) = other(hand.by)
        {
            out.lines.push(format!("{who} made it a P{} {}", hand.tier, at(hand.at)));
        }
        if let Some(up) = &handling.escalated
            && let Some(who) = other(up.by)
        {
            out.lines.push(format!("{who} handed it up {}", at(up.at)));
        }
    }
}
