//! A visit is moved, given to somebody else, exchanged with another, split or made shorter. Who has to hear of it becomes a
//! task each; what spoke against it and why it was done all the same is kept with the commit.

use super::call_out::ask_by;
use crate::domain::coverage::Weight;
use crate::domain::ids::{TaskId, VisitId};
use crate::domain::record::Record;
use crate::domain::task::Task;
use crate::domain::text::Text;
use crate::domain::time::clock;
use crate::domain::visit::Visit;
use crate::service::Service;
use crate::service::api::Session;
use crate::service::api::reschedule::{Reschedule, VisitChange};
use crate::service::plan::{Plan, Refusal};
use crate::service::reschedule::{Weighed, about_after, goes};
use crate::service::{meanwhile, validate};
use crate::store::Write;

impl Service {
    /// Changes a visit by hand.
    pub(in crate::service) fn reschedule(&mut self, session: &Session, ask: &Reschedule) -> Result<Plan, Refusal> {
        let now = self.now();
        let weighed = self.weigh(ask.visit, &ask.change, now)?;
        for changed in &weighed.changed {
            self.as_seen(session, &ask.seen, &changed.before)?;
        }
        if weighed.made.is_none() && weighed.changed.iter().all(|c| c.before.body == c.after) {
            return Err(Refusal::problem("visit.same", "", "it stands like that already"));
        }
        let of = |weight| weighed.conflicts.iter().filter(move |c| c.weight == weight).map(|c| c.text.as_str());
        let blocked: Vec<&str> = of(Weight::Block).collect();
        if !blocked.is_empty() {
            return Err(Refusal::problem("cover.blocked", "", format!("it can't: {}", blocked.join("; "))));
        }
        let against: Vec<&str> = of(Weight::Reason).collect();
        let reason = ask.reason.trim();
        if !against.is_empty() && reason.is_empty() {
            let text = format!("why all the same? {}", against.join("; "));
            return Err(Refusal::problem("visit.reason", "reason", text));
        }
        let (action, summary) = self.said_of(&ask.change, &weighed);
        let mut plan = Plan::new(action, summary);
        plan.reason = match (reason.is_empty(), against.is_empty()) {
            (true, _) => String::new(),
            (false, true) => reason.to_owned(),
            (false, false) => format!("{reason} (all the same: {})", against.join("; ")),
        };
        for changed in weighed.changed.iter().filter(|c| c.before.body != c.after) {
            validate::body(self, &changed.after)?;
            plan.writes.push(Write::change(&changed.before, &changed.after, session.user, now)?);
        }
        if let Some(made) = &weighed.made {
            validate::body(self, made)?;
            let id = VisitId(self.ids.make(now));
            plan.created.push(id.0);
            plan.writes.push(Write::create(id, made, session.user, now)?);
        }
        self.tasks_to_tell(session, &weighed, ask.agreed, &mut plan)?;
        Ok(plan)
    }

    /// Somebody else may have changed it since it was looked at: theirs is not lost.
    fn as_seen(&self, session: &Session, seen: &[(VisitId, u64)], visit: &Record<Visit>) -> Result<(), Refusal> {
        let Some((_, rev)) = seen.iter().find(|(id, _)| *id == visit.id) else {
            return Err(Refusal::problem(
                "visit.unseen",
                "",
                "look at that visit first: it is not known what was seen",
            ));
        };
        if *rev == visit.head.rev {
            return Ok(());
        }
        let since = meanwhile::since(self, visit, *rev)?;
        let changed = since.map(|s| s.changed).unwrap_or_default();
        let fields = crate::domain::editing::called_all(
            crate::domain::record::Kind::Visit,
            changed.iter().map(|c| c.field.as_str()),
        );
        let who = self.called(session, visit.head.updated_by);
        let at = clock(visit.start.zone.civil(visit.head.updated_at).1);
        let what = if fields.is_empty() { "it".to_owned() } else { format!("its {fields}") };
        let text = format!("{who} changed {what} at {at}: put it back and look again");
        Err(Refusal::problem("visit.changed", "", text))
    }

    /// The name of the act, and what is said of it.
    fn said_of(&self, change: &VisitChange, weighed: &Weighed) -> (&'static str, String) {
        let Some(first) = weighed.changed.first() else { return ("visit.move", String::new()) };
        let (before, after) = (&first.before.body, &first.after);
        let client = self.cast.client_name(before.client).listed;
        let when = |v: &Visit| format!("{} {}", v.start.day.short(), clock(v.start.minute));
        let who = |v: &Visit| goes(v).map_or("nobody".to_owned(), |s| self.cast.staff_name(s).listed);
        match change {
            VisitChange::Move { .. } => {
                let time = before.start != after.start;
                let person = goes(before) != goes(after);
                let to = if before.start.day == after.start.day { clock(after.start.minute) } else { when(after) };
                let text = match (time, person) {
                    (true, true) => format!("Moved: {client} {} to {to}, {}", when(before), who(after)),
                    (true, false) => format!("Moved: {client} {} to {to}", when(before)),
                    _ => format!("{client} {}: {} instead of {}", when(before), who(after), who(before)),
                };
                ("visit.move", text)
            }
            VisitChange::Swap { .. } => {
                let other = weighed.changed.get(1).map(|c| &c.before.body);
                let with = other.map(|o| format!("{} {}", self.cast.client_name(o.client).listed, when(o)));
                let text = format!("Exchanged: {client} {} and {}", when(before), with.unwrap_or_default());
                ("visit.swap", text)
            }
            VisitChange::Split { first, .. } => {
                let rest = before.minutes.saturating_sub(*first);
                ("visit.split", format!("Split: {client} {} into {first} and {rest} min", when(before)))
            }
            VisitChange::Length { minutes } => {
                let was = before.minutes;
                ("visit.length", format!("{client} {}: {minutes} min instead of {was}", when(before)))
            }
        }
    }

    /// A task for everybody who has to hear of it.
    fn tasks_to_tell(
        &mut self,
        session: &Session,
        weighed: &Weighed,
        agreed: bool,
        plan: &mut Plan,
    ) -> Result<(), Refusal> {
        let now = self.now();
        let mut names: Vec<&str> = Vec::new();
        for tell in weighed.tells.iter().filter(|t| !(agreed && t.staff.is_none())) {
            let Some(changed) = weighed.changed.get(tell.visit) else { continue };
            let before = &changed.before.body;
            let office = self.cast.clients.get(&before.client).map_or(session.office, |c| c.office);
            let task = Task {
                office,
                client: Some(before.client),
                staff: tell.staff,
                what: Text::clip(&tell.what),
                due: ask_by(before, now).min(ask_by(&changed.after, now)),
                owner: Some(session.user),
                about: Some(about_after(changed)),
                undid: 0,
                done: None,
            };
            plan.writes.push(Write::create(TaskId(self.ids.make(now)), &task, session.user, now)?);
            if !names.contains(&tell.name.as_str()) {
                names.push(&tell.name);
            }
        }
        if !names.is_empty() {
            plan.tell = format!("to be told: {}", names.join(", "));
        }
        Ok(())
    }
}
