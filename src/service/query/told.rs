//! Who was told of what is open, and who was not, as far as it is logged. That somebody was spoken to says nothing of
//! what about: told is only who was reached about the issue, or brought it.

use super::card::line;
use super::names::{first_number, when};
use crate::domain::attention::{AlertKey, AlertSource};
use crate::domain::communication::{CallResult, Communication, Direction};
use crate::domain::contact::{Contact, ContactKind, Share};
use crate::domain::ids::ClientId;
use crate::domain::issue::Issue;
use crate::domain::record::{Kind, Record};
use crate::domain::search::fold;
use crate::domain::time::{Moment, Zone};
use crate::service::Service;
use crate::service::api::{Section, SectionLine};
use crate::service::plan::Refusal;

/// Issues and calls looked at.
const ISSUES: usize = 12;
const CALLS: usize = 60;
/// Most lines of a section.
const LINES: usize = 12;

/// One contact and one open issue.
struct Word {
    told: bool,
    line: SectionLine,
}

impl Service {
    pub(super) fn untold_section(&self, id: ClientId, zone: Zone, now: Moment) -> Result<Section, Refusal> {
        let words = self.words(id, zone, now)?.into_iter().filter(|w| !w.told);
        Ok(Section {
            title: "Not told yet, as far as logged".to_owned(),
            lines: words.map(|w| w.line).take(LINES).collect(),
        })
    }

    pub(super) fn told_section(&self, id: ClientId, zone: Zone, now: Moment) -> Result<Section, Refusal> {
        let words = self.words(id, zone, now)?.into_iter().filter(|w| w.told);
        Ok(Section { title: "Told".to_owned(), lines: words.map(|w| w.line).take(LINES).collect() })
    }

    /// Everybody who may hear of her health, with each open issue of P1 to P3.
    fn words(&self, id: ClientId, zone: Zone, now: Moment) -> Result<Vec<Word>, Refusal> {
        let mut open = self.store.newest_of_client::<Issue>(id, ISSUES)?;
        // What can wait until it is seen to is nobody's business to ring round about.
        open.retain(|i| {
            i.is_open() && self.book.get(alert_key(i)).and_then(|e| e.alert()).is_some_and(|a| a.tier <= 3)
        });
        if open.is_empty() {
            return Ok(Vec::new());
        }
        let said = self.store.newest_of_client::<Communication>(id, CALLS)?;
        let today = zone.day(now);
        let mut out = Vec::new();
        for issue in &open {
            for contact in self.cast.contacts_for(id) {
                if matches!(contact.share, Share::Health | Share::All) {
                    out.push(word(issue, contact, &said, |at| when(at, zone, today)));
                }
            }
        }
        Ok(out)
    }
}

fn word(
    issue: &Record<Issue>,
    contact: &Record<Contact>,
    said: &[Record<Communication>],
    when: impl Fn(Moment) -> String,
) -> Word {
    let relation = contact.relation.some().map(|r| format!(", {r}")).unwrap_or_default();
    let who = format!("{}{relation}", contact.name.full());
    let what = format!("{} {}", issue.kind.word(), when(issue.happened.at));
    let with: Vec<&Record<Communication>> = said.iter().filter(|c| c.contact == Some(contact.id)).collect();
    let about =
        |c: &Communication| c.about.is_some_and(|key| key.source == AlertSource::Issue && key.subject == issue.id.0);
    let reached = |c: &Communication| c.result == CallResult::Reached;
    let told = with.iter().filter(|c| about(c) && reached(c)).max_by_key(|c| c.happened.at);
    let (told, text) = if let Some(call) = told {
        let way = if call.direction == Direction::In { "called us" } else { "told" };
        (true, format!("{who}: {what}, {way} {}", when(call.happened.at)))
    } else if brought(issue, contact) {
        (true, format!("{who}: {what}, brought it (“{}”)", issue.reported_by.as_str()))
    } else {
        let tried = with.iter().filter(|c| about(c)).max_by_key(|c| c.happened.at);
        let spoken =
            with.iter().filter(|c| reached(c) && c.happened.at >= issue.happened.at).max_by_key(|c| c.happened.at);
        let tail = match (tried, spoken) {
            (Some(c), _) => format!(", {} {}", c.result.word(), when(c.happened.at)),
            (None, Some(c)) => format!(", spoken to {}, not logged about this", when(c.happened.at)),
            (None, None) => String::new(),
        };
        (false, format!("{who}: {what}{tail}"))
    };
    let label = match contact.kind {
        ContactKind::Family => "Family",
        ContactKind::Physician => "Doctor",
        ContactKind::Other => "Contact",
    };
    let line = SectionLine {
        line: line(label, &text, &first_number(&contact.phones)),
        key: Some(alert_key(issue)),
        record: Some((Kind::Contact, contact.id.0)),
        person: None,
    };
    Word { told, line }
}

fn alert_key(issue: &Record<Issue>) -> AlertKey {
    AlertKey { source: AlertSource::Issue, subject: issue.id.0, occurrence: i64::from(issue.reopened) }
}

/// Whether the word for who reported an issue names this contact.
fn brought(issue: &Issue, contact: &Contact) -> bool {
    let words = fold(&issue.reported_by);
    let given = fold(&contact.name.given);
    !given.is_empty() && words.split_whitespace().any(|w| w == given)
}
