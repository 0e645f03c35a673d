//! Who has not been told: of each issue the policy says who must hear of it and by when, and the calls that were logged
//! about it say who has. Whoever told us needs no telling.

use super::names::{first_number, may_hear, when};
use crate::domain::attention::{AlertKey, AlertSource};
use crate::domain::communication::{CallResult, Communication};
use crate::domain::contact::{Contact, ContactKind, Share};
use crate::domain::ids::{ClientId, OfficeId, UserId};
use crate::domain::issue::Issue;
use crate::domain::person::PhoneKind;
use crate::domain::record::Record;
use crate::domain::search::fold;
use crate::domain::time::{DAY, Moment};
use crate::domain::user::Role;
use crate::rules::triage::tell::Audience;
use crate::service::Service;
use crate::service::api::Untold;
use crate::service::plan::Refusal;

/// Issues of a client that are looked at.
const ISSUES: usize = 12;
/// Calls of a client that are looked at.
const CALLS: usize = 60;
/// A finished issue is still told of for so long.
const AFTER: i64 = 7 * DAY;

impl Service {
    /// Who has not been told about a client, or of one of her issues, soonest first.
    pub(in crate::service) fn untold(
        &self,
        client: ClientId,
        about: Option<&AlertKey>,
    ) -> Result<Vec<Untold>, Refusal> {
        let now = self.now();
        let calls = self.said_of_client(client, CALLS)?;
        let mut out = Vec::new();
        for issue in self.store.newest_of_client::<Issue>(client, ISSUES)? {
            let ended = issue.handling.outcome.as_ref().map(|o| o.at);
            let key = issue_key(&issue);
            if ended.is_some_and(|at| at < now.plus(-AFTER)) || about.is_some_and(|a| *a != key) {
                continue;
            }
            self.untold_of(client, &issue, key, &calls, &mut out);
        }
        out.sort_by_key(|u| u.due);
        Ok(out)
    }

    fn untold_of(
        &self,
        client: ClientId,
        issue: &Record<Issue>,
        key: AlertKey,
        calls: &[Record<Communication>],
        out: &mut Vec<Untold>,
    ) {
        let reached: Vec<&Record<Communication>> = calls
            .iter()
            .filter(|c| c.about.is_some_and(|a| a.source == key.source && a.subject == key.subject))
            .filter(|c| c.result == CallResult::Reached && c.happened.at >= issue.happened.at)
            .collect();
        let zone = self.cast.zone(issue.office);
        let what = format!("{} {}", issue.kind.word(), when(issue.happened.at, zone, zone.day(self.now())));
        for tell in self.policy.tells_of(issue.kind) {
            let due = issue.happened.at.plus(tell.within);
            let untold = |who: String, contact: Option<&Record<Contact>>, number: String| Untold {
                key,
                who,
                contact: contact.map(|c| c.id),
                number,
                share: contact.map(|c| may_hear(c.share).to_owned()).unwrap_or_default(),
                what: what.clone(),
                due,
            };
            match tell.who {
                Audience::Physician | Audience::Family => {
                    let all = self.audience(client, tell.who);
                    let told = |c: &&&Record<Contact>| {
                        reached.iter().any(|r| r.contact == Some(c.id)) || says(&issue.reported_by, &c.name.full())
                    };
                    match all.first() {
                        // One of them is enough: they are told as a family, and a practice is one physician's.
                        Some(_) if all.iter().any(|c| told(&c)) => {}
                        Some(first) => {
                            let relation = first.relation.some().unwrap_or(first.kind.word());
                            let who = format!("{}, {relation}", first.name.full());
                            out.push(untold(who, Some(first), first_number(&first.phones)));
                        }
                        None if tell.who == Audience::Physician => {
                            out.push(untold("no physician recorded".to_owned(), None, String::new()));
                        }
                        // Nobody who may hear of it.
                        None => {}
                    }
                }
                Audience::Supervisor => {
                    let managers = self.managers(issue.office);
                    let told = |user: &UserId| {
                        let name = self.cast.user_name(*user);
                        issue.handling.owner == Some(*user)
                            || issue.head.created_by == *user
                            || reached.iter().any(|r| r.head.created_by == *user || r.with.as_str().starts_with(&name))
                    };
                    if let Some(first) = managers.first().filter(|_| !managers.iter().any(told)) {
                        let number = self.user_number(*first);
                        out.push(untold(format!("{}, supervisor", self.cast.user_name(*first)), None, number));
                    }
                }
            }
        }
    }

    /// Whom of a client's contacts an audience means, whoever is called first before the others.
    fn audience(&self, client: ClientId, who: Audience) -> Vec<&Record<Contact>> {
        let mut all = self.cast.contacts_for(client);
        all.retain(|c| match who {
            Audience::Physician => c.kind == ContactKind::Physician,
            _ => c.kind == ContactKind::Family && matches!(c.share, Share::Health | Share::All),
        });
        all.sort_by_key(|c| !c.first);
        all
    }

    /// The clinical managers of an office, or of the agency where the office has none.
    fn managers(&self, office: OfficeId) -> Vec<UserId> {
        let all = || self.cast.users.values().filter(|u| u.active && u.role == Role::Manager);
        let mut found: Vec<UserId> = all().filter(|u| u.office == office).map(|u| u.id).collect();
        if found.is_empty() {
            found = all().map(|u| u.id).collect();
        }
        found.sort_unstable();
        found
    }

    /// A colleague's first number that is no fax.
    fn user_number(&self, user: UserId) -> String {
        let user = self.cast.users.get(&user);
        let first = user.and_then(|u| self.phones_of(u).find(|p| p.kind != PhoneKind::Fax));
        first.map(|p| p.number.as_str().to_owned()).unwrap_or_default()
    }
}

fn issue_key(issue: &Record<Issue>) -> AlertKey {
    AlertKey { source: AlertSource::Issue, subject: issue.id.0, occurrence: i64::from(issue.reopened) }
}

/// Whether what was written of a reporter names this person.
fn says(reporter: &str, name: &str) -> bool {
    let (reporter, name) = (fold(reporter), fold(name));
    !name.trim().is_empty() && name.split_whitespace().all(|word| reporter.split_whitespace().any(|w| w == word))
}

/// When it was due, in a few words: `by 09:58`, `since 08:30`.
pub(in crate::service) fn due_words(untold: &Untold, now: Moment, zone: crate::domain::time::Zone) -> String {
    let word = if untold.due < now { "was due" } else { "by" };
    format!("{word} {}", when(untold.due, zone, zone.day(now)))
}
