//! What changed about a client since a commit: by her records' last commits, newest first, never by reading the journal
//! from there on. What goes as planned (somebody clocked in, a note was begun) is no news and is only counted.

use super::change_words::{News, Words};
use crate::domain::attention::{AlertKey, AlertSource, Attention};
use crate::domain::care_plan::CarePlan;
use crate::domain::chart::{AccessCode, Allergy, Diagnosis, Medication};
use crate::domain::client::Client;
use crate::domain::communication::Communication;
use crate::domain::contact::Contact;
use crate::domain::coverage::Safety;
use crate::domain::ids::{ClientId, UserId};
use crate::domain::issue::{Issue, IssueEvent};
use crate::domain::reach::Emergency;
use crate::domain::reassessment::Reassessment;
use crate::domain::record::{Body, Kind, Record};
use crate::domain::staff::Membership;
use crate::domain::storm::CallDown;
use crate::domain::task::Task;
use crate::domain::time::{Moment, Zone};
use crate::domain::visit::{Stay, Visit};
use crate::service::Service;
use crate::service::plan::Refusal;

/// Changed records looked at for one client.
const LOOKED_AT: usize = 200;
/// Her newest issues whose timelines are looked at.
const TIMELINES: usize = 8;

/// One thing that changed.
pub(super) struct Changed {
    /// The commit.
    pub(super) seq: u64,
    /// When it was entered.
    pub(super) at: Moment,
    /// By whom.
    pub(super) by: UserId,
    /// In words.
    pub(super) text: String,
    /// Severe enough to be read first.
    pub(super) bad: bool,
    /// The alert it is about, while there is one.
    pub(super) key: Option<AlertKey>,
    /// The record.
    pub(super) record: (Kind, [u8; 16]),
}

/// What changed about a client.
#[derive(Default)]
pub(super) struct Changes {
    /// News, newest first.
    pub(super) news: Vec<Changed>,
    /// Visits booked ahead: how many, and the first.
    pub(super) booked: Vec<Moment>,
    /// What went as planned.
    pub(super) routine: usize,
    /// More changed than was looked at.
    pub(super) more: bool,
}

impl Service {
    /// What changed after a commit, or at all where there is none; of that only what was entered at `from` or later.
    pub(super) fn changes(&self, client: ClientId, since: u64, from: Moment) -> Result<Changes, Refusal> {
        let mut out = Changes::default();
        self.each_change(client, since, &mut |seq, kind, id, found| {
            let Some((news, at, by)) = found else { return true };
            if at < from {
                return true;
            }
            match news {
                News::Said { text, bad, key } => {
                    out.news.push(Changed { seq, at, by, text, bad, key, record: (kind, id) });
                }
                News::Booked(start) => out.booked.push(start),
                News::Routine => out.routine += 1,
                News::Nothing => {}
            }
            true
        })
        .map(|more| out.more = more)?;
        out.news.sort_by_key(|c| (std::cmp::Reverse(c.seq), c.record));
        // An act on an issue writes its line in the timeline too: one commit, said once.
        let acts: Vec<u64> = out.news.iter().filter(|c| c.record.0 != Kind::IssueEvent).map(|c| c.seq).collect();
        out.news.retain(|c| c.record.0 != Kind::IssueEvent || !acts.contains(&c.seq));
        out.booked.sort_unstable();
        Ok(out)
    }

    /// The newest commit after `since` that brought news about a client.
    pub(super) fn news_since(&self, client: ClientId, since: u64) -> Result<Option<u64>, Refusal> {
        let mut newest: Option<u64> = None;
        let more = self.each_change(client, since, &mut |seq, _, _, found| {
            if let Some((News::Said { .. } | News::Booked(_), _, _)) = found {
                newest = newest.max(Some(seq));
            }
            // Newest first: nothing newer comes from this list.
            newest.is_none()
        })?;
        Ok(newest.or(if more { Some(since.saturating_add(1)) } else { None }))
    }

    /// Hands on what each changed record says, newest first, her own and then her issues' timelines, until it has seen
    /// enough; says whether there is more than it looks at.
    fn each_change(&self, client: ClientId, since: u64, see: See<'_>) -> Result<bool, Refusal> {
        let zone = self.cast.zone_of(client);
        let own = self.store.changed_since(client.0, since, LOOKED_AT)?;
        let more = own.len() == LOOKED_AT;
        for (seq, kind, id) in own {
            if !see(seq, kind, id, self.change(zone, kind, id, since)?) {
                break;
            }
        }
        for issue in self.store.newest_ids_of_client(client, Kind::Issue, TIMELINES)? {
            for (seq, kind, id) in self.store.changed_since(issue, since, LOOKED_AT)? {
                if !see(seq, kind, id, self.change(zone, kind, id, since)?) {
                    break;
                }
            }
        }
        Ok(more)
    }

    /// What a changed record says, when and by whom.
    fn change(
        &self,
        zone: Zone,
        kind: Kind,
        id: [u8; 16],
        since: u64,
    ) -> Result<Option<(News, Moment, UserId)>, Refusal> {
        match kind {
            Kind::Client => self.say::<Client>(zone, id, since, Words::client),
            Kind::Contact => self.say::<Contact>(zone, id, since, Words::contact),
            Kind::Visit => self.say::<Visit>(zone, id, since, Words::visit),
            Kind::Stay => self.say::<Stay>(zone, id, since, Words::stay),
            Kind::Issue => self.say::<Issue>(zone, id, since, Words::issue),
            Kind::IssueEvent => self.say::<IssueEvent>(zone, id, since, Words::event),
            Kind::Reassessment => self.say::<Reassessment>(zone, id, since, Words::reassessment),
            Kind::CarePlan => self.say::<CarePlan>(zone, id, since, Words::care_plan),
            Kind::Communication => self.say::<Communication>(zone, id, since, Words::communication),
            Kind::Attention => self.say::<Attention>(zone, id, since, Words::attention),
            Kind::Medication => self.say::<Medication>(zone, id, since, Words::medication),
            Kind::Diagnosis => self.say::<Diagnosis>(zone, id, since, Words::diagnosis),
            Kind::Allergy => self.say::<Allergy>(zone, id, since, Words::allergy),
            Kind::AccessCode => self.say::<AccessCode>(zone, id, since, Words::code),
            Kind::Membership => self.say::<Membership>(zone, id, since, Words::membership),
            Kind::Task => self.say::<Task>(zone, id, since, Words::task),
            Kind::Emergency => self.say::<Emergency>(zone, id, since, Words::emergency),
            Kind::Safety => self.say::<Safety>(zone, id, since, Words::safety),
            Kind::CallDown => self.say::<CallDown>(zone, id, since, Words::call_down),
            Kind::Agency
            | Kind::Office
            | Kind::User
            | Kind::Staff
            | Kind::Credential
            | Kind::ImportSource
            | Kind::Policy
            | Kind::ColumnMap
            | Kind::Review
            | Kind::Reach
            | Kind::CallOut
            | Kind::Offer
            | Kind::Pairing
            | Kind::TimeOff
            | Kind::Series
            | Kind::FrequencyOrder
            | Kind::Hold
            | Kind::Appointment
            | Kind::Authorization
            | Kind::Position
            | Kind::KnownWay
            | Kind::Clocking
            | Kind::Storm => Ok(None),
        }
    }

    fn say<'s, B: Body>(
        &'s self,
        zone: Zone,
        id: [u8; 16],
        since: u64,
        words: impl Fn(&Words<'s>, Option<&Record<B>>, &Record<B>) -> News,
    ) -> Result<Option<(News, Moment, UserId)>, Refusal> {
        let Some(now) = self.store.get_any::<B>(id.into())? else { return Ok(None) };
        let before = match self.store.before::<B>(id.into(), since)? {
            // One that was hidden then stood nowhere.
            Some(b) if b.head.in_error => None,
            other => other,
        };
        let news = if now.head.in_error && before.is_none() {
            // Made and taken back in between: she has missed nothing.
            News::Nothing
        } else {
            let said = words(&self.words(zone), before.as_ref(), &now);
            match said {
                News::Said { text, bad, .. } if now.head.in_error => {
                    News::Said { text: format!("taken back: {text}"), bad, key: None }
                }
                News::Said { text, bad, key } => News::Said { text, bad, key: key.filter(|k| self.stands(*k)) },
                _ if now.head.in_error => News::Routine,
                other => other,
            }
        };
        Ok(Some((news, now.head.updated_at, now.head.updated_by)))
    }

    fn words(&self, zone: Zone) -> Words<'_> {
        Words { service: self, zone, now: self.now() }
    }

    fn stands(&self, key: AlertKey) -> bool {
        self.book.get(key).is_some_and(|e| e.alert().is_some())
    }
}

/// Sees one changed record; false when it has seen enough.
type See<'a> = &'a mut dyn FnMut(u64, Kind, [u8; 16], Option<(News, Moment, UserId)>) -> bool;

/// The alert of an issue as it stands.
pub(super) fn issue_key(issue: &Record<Issue>) -> AlertKey {
    AlertKey { source: AlertSource::Issue, subject: issue.id.0, occurrence: i64::from(issue.reopened) }
}
