//! Who outside was told about something since an act on it: taking the act back then leaves them with a word that no
//! longer holds, so the same commit makes a call-back task for each.

use super::Service;
use super::api::Session;
use super::plan::{Plan, Refusal};
use super::undo::UNDO;
use crate::domain::attention::{AlertKey, AlertSource, Attention};
use crate::domain::communication::{CallResult, Communication};
use crate::domain::ids::{ClientId, CommunicationId, ContactId, OfficeId, StaffId, TaskId};
use crate::domain::issue::Issue;
use crate::domain::reassessment::Reassessment;
use crate::domain::record::{Kind, Record};
use crate::domain::task::Task;
use crate::domain::text::Text;
use crate::domain::time::HOUR;
use crate::domain::visit::Visit;
use crate::store::engine::{Entry, MAX_RECORDS};
use crate::store::{Result, StoreError, Write};
use std::collections::BTreeSet;

/// Calls of one person that are looked through.
const CALLS: usize = 400;

/// Acts that only say who of us has it and how urgent we hold it: nobody outside was told of these.
const INSIDE: [&str; 5] = ["alert.take", "alert.pass", "alert.escalate", "alert.retier", "issue.note"];

/// Somebody who was told.
pub(super) struct Told {
    who: String,
    contact: Option<ContactId>,
    about: AlertKey,
    office: OfficeId,
    client: Option<ClientId>,
    staff: Option<StaffId>,
}

/// What an entry did something to, and whose calls may have been about it.
#[derive(Default)]
struct Touched {
    things: BTreeSet<(AlertSource, [u8; 16])>,
    clients: BTreeSet<ClientId>,
    staff: BTreeSet<StaffId>,
}

impl Touched {
    fn add(&mut self, source: AlertSource, id: [u8; 16], client: Option<ClientId>, staff: Option<StaffId>) {
        self.things.insert((source, id));
        self.clients.extend(client);
        self.staff.extend(staff);
    }
}

impl Service {
    /// The people outside who were told about what an entry did something to, after it.
    pub(super) fn told_since(&self, entry: &Entry) -> Result<Vec<Told>> {
        let (action, _) = self.root(entry)?;
        let on_alert = ["alert.", "reassessment.", "issue.", "visit."].iter().any(|a| action.starts_with(a));
        if (!on_alert && action != "record.edit") || INSIDE.contains(&action.as_str()) {
            return Ok(Vec::new());
        }
        let touched = self.touched(entry)?;
        let mut calls = Vec::new();
        for client in &touched.clients {
            calls.extend(self.said_of_client(*client, CALLS)?);
        }
        for staff in &touched.staff {
            calls.extend(self.said_of_staff(*staff)?);
        }
        let mut out: Vec<Told> = Vec::new();
        let mut seen = BTreeSet::new();
        for call in calls {
            let Some(about) = call.about.filter(|k| touched.things.contains(&(k.source, k.subject))) else { continue };
            let heard = matches!(call.result, CallResult::Reached | CallResult::LeftMessage);
            if !heard || !seen.insert(call.id) || self.logged_at(&call)? <= entry.seq {
                continue;
            }
            let who = call.with.some().map_or_else(|| self.whom(&call), str::to_owned);
            let same = |t: &Told| t.who == who || (t.contact.is_some() && t.contact == call.contact);
            if !out.iter().any(same) {
                let (contact, office, client, staff) = (call.contact, call.office, call.client, call.staff);
                out.push(Told { who, contact, about, office, client, staff });
            }
        }
        Ok(out)
    }

    /// What each of their tasks says.
    pub(super) fn call_backs(&self, entry: &Entry, told: &[Told]) -> Result<Vec<String>> {
        let (_, summary) = self.root(entry)?;
        let back = if entry.commit.action == UNDO { "stands again" } else { "was taken back" };
        Ok(told.iter().map(|t| format!("tell {}: “{summary}” {back}", t.who)).collect())
    }

    /// Adds the tasks to an undo.
    pub(super) fn with_call_backs(
        &mut self,
        session: &Session,
        entry: &Entry,
        mut plan: Plan,
    ) -> std::result::Result<Plan, Refusal> {
        let told = self.told_since(entry)?;
        if told.len() + plan.writes.len() > MAX_RECORDS {
            let text = "more people were told since than one save can remember to call back: log those calls first";
            return Err(Refusal::problem("undo.too_many_told", "", text));
        }
        let now = self.now();
        let words = self.call_backs(entry, &told)?;
        for (told, what) in told.iter().zip(&words) {
            let task = Task {
                office: told.office,
                client: told.client,
                staff: told.staff,
                what: Text::clip(what),
                due: now.plus(HOUR),
                owner: Some(session.user),
                about: Some(told.about),
                undid: entry.seq,
                done: None,
            };
            let id = TaskId(self.ids.make(now));
            plan.writes.push(Write::create(id, &task, session.user, now)?);
        }
        if !words.is_empty() {
            let tasks = if words.len() == 1 { "a task says" } else { "tasks say" };
            plan.tell = format!("{} to call back: {tasks} whom", words.len());
        }
        Ok(plan)
    }

    /// The act at the bottom of a chain of undos and redos: its name, and what was said of it.
    pub(super) fn root(&self, entry: &Entry) -> Result<(String, String)> {
        let mut at = entry.clone();
        while at.commit.undoes != 0 {
            match self.store.engine().entry(at.commit.undoes).map_err(StoreError::from)? {
                Some(before) => at = before,
                None => break,
            }
        }
        Ok((at.commit.action.clone(), self.store.note(&at).summary.as_str().to_owned()))
    }

    fn touched(&self, entry: &Entry) -> Result<Touched> {
        let mut out = Touched::default();
        for write in &entry.commit.records {
            let id = &write.id;
            match Kind::from_number(write.kind) {
                Some(Kind::Issue) => {
                    if let Some(r) = self.store.in_entry::<Issue>(entry, id)? {
                        out.add(AlertSource::Issue, *id, r.client, r.staff);
                    }
                }
                Some(Kind::Attention) => {
                    if let Some(r) = self.store.in_entry::<Attention>(entry, id)? {
                        out.add(r.key.source, r.key.subject, r.client, r.staff);
                    }
                }
                Some(Kind::Visit) => {
                    if let Some(r) = self.store.in_entry::<Visit>(entry, id)? {
                        out.add(AlertSource::Visit, *id, Some(r.client), r.staff);
                    }
                }
                // What a rescheduled visit made somebody say: it was said about the task.
                Some(Kind::Task) if write.expect == 0 => {
                    if let Some(r) = self.store.in_entry::<Task>(entry, id)? {
                        out.add(AlertSource::Task, *id, r.client, r.staff);
                    }
                }
                Some(Kind::Reassessment) => {
                    if let Some(r) = self.store.in_entry::<Reassessment>(entry, id)? {
                        let (source, subject) =
                            r.window.map_or((AlertSource::Reassessment, *id), |k| (k.source, k.subject));
                        out.add(source, subject, Some(r.client), None);
                    }
                }
                _ => {}
            }
        }
        Ok(out)
    }

    /// The commit that logged a call: of an amended one, the first.
    fn logged_at(&self, call: &Record<Communication>) -> Result<u64> {
        let (mut id, mut amends): (CommunicationId, _) = (call.id, call.amends);
        while let Some(before) = amends {
            id = before;
            amends = self.store.get_any::<Communication>(before)?.and_then(|c| c.amends);
        }
        let history = self.store.engine().history(Kind::Communication.number(), &id.0).map_err(StoreError::from)?;
        Ok(history.first().map_or(0, |(_, seq)| *seq))
    }

    fn whom(&self, call: &Record<Communication>) -> String {
        match (call.client, call.staff) {
            (Some(client), _) => self.cast.client_name(client).listed,
            (None, Some(staff)) => self.cast.staff_name(staff).listed,
            _ => "whoever was called".to_owned(),
        }
    }
}
