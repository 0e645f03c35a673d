//! A visit is moved, given to somebody else, exchanged with another, split or made shorter. Who has to hear of it becomes a
//! task each; what spoke against it and why it was done all the same is kept with the commit.

use super::call_out::{about, ask_by};
use crate::domain::attention::{AlertKey, AlertSource};
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

/// Tasks of a client that are looked through.
const TASKS: usize = 400;
/// How the words of these tasks begin, and where in them the time stands that people reckon with.
const MAY: (&str, &str) = ("ask the family: may the visit of ", " be ");
const COMES: &str = "tell the family: ";
const NOT: &str = " now, not ";
const NEEDED: &str = ": not needed ";

/// Whether a task is one that a change by hand has made.
fn known(what: &str) -> bool {
    what.starts_with(COMES) || what.starts_with("ask ") || what.contains(NOT) || what.contains(NEEDED)
}

/// What is to be told instead of what nobody has been told yet: from the time that they reckon with to the one that holds
/// now. Nothing where that comes to the same.
fn instead(old: &str, new: &str) -> Option<String> {
    let asked = |what: &str| {
        let (from, to) = what.strip_prefix(MAY.0)?.split_once(MAY.1)?;
        Some((from.to_owned(), to.split('?').next().unwrap_or_default().to_owned()))
    };
    match (asked(old), asked(new)) {
        (Some((from, _)), Some((_, to))) => {
            return (from != to).then(|| format!("{}{from}{}{to}?", MAY.0, MAY.1));
        }
        // The question stands, and who comes is said with it.
        (Some((from, to)), None) => {
            let who = new.strip_prefix(COMES).unwrap_or(new);
            return Some(format!("{}{from}{}{to}? {who}", MAY.0, MAY.1));
        }
        _ => {}
    }
    let told = |what: &str| what.split_once(NOT).map(|(head, from)| (head.to_owned(), from.to_owned()));
    let unneeded = |what: &str| {
        let (_, rest) = what.split_once(NEEDED)?;
        rest.split_once(", ").map(|(from, _)| from.to_owned())
    };
    match (told(old), told(new)) {
        (Some((_, from)), Some((head, _))) => (!head.ends_with(&from)).then(|| format!("{head}{NOT}{from}")),
        // They reckon with the first of all times.
        (Some((_, from)), None) => match unneeded(new) {
            Some(now) => Some(new.replacen(&now, &from, 1)),
            None => Some(new.to_owned()),
        },
        // They were never asked for the time before: there is nothing to take back, and only the new one to ask.
        (None, Some((head, _))) if old.starts_with("ask ") => {
            Some(head.replacen("tell ", "ask ", 1).replacen(" is ", " ", 1))
        }
        _ if old.starts_with("ask ") && new.contains(NEEDED) => None,
        _ => match (unneeded(old), asked_to_go(new)) {
            // Not needed, and needed again before they heard of it.
            (Some(from), Some((name, her, to))) => {
                (from != to).then(|| format!("tell {name}: {her} is {to}{NOT}{from}"))
            }
            _ => Some(new.to_owned()),
        },
    }
}

/// Whom a task asks to go, to whom and when: `ask Diaz, Ana: Okafor, Ruth Mon 2 Mar 09:30, 60 min`.
fn asked_to_go(what: &str) -> Option<(&str, &str, &str)> {
    let (name, rest) = what.strip_prefix("ask ")?.split_once(": ")?;
    let (whom, _) = rest.rsplit_once(", ")?;
    // The time is the last four words: weekday, day, month, clock.
    let (at, _) = whom.rmatch_indices(' ').nth(3)?;
    Some((name, whom.get(..at)?, whom.get(at + 1..)?))
}

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

    /// Tasks of changes before this one that nobody has done yet, each with the place of its visit.
    fn still_untold(&self, weighed: &Weighed) -> Result<Vec<(usize, Record<Task>)>, Refusal> {
        let mut out = Vec::new();
        for (n, changed) in weighed.changed.iter().enumerate() {
            let key = about(&changed.before);
            let of = self.store.of_client::<Task>(changed.before.client, TASKS)?;
            // Whatever time the visit had then; a call-out has other visits as well.
            let same = |k: AlertKey| k == key || (k.source == AlertSource::Visit && k.subject == changed.before.id.0);
            let ours =
                |t: &Record<Task>| t.done.is_none() && t.undid == 0 && t.about.is_some_and(same) && known(&t.what);
            out.extend(of.into_iter().filter(ours).map(|t| (n, t)));
        }
        Ok(out)
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
        let untold = self.still_untold(weighed)?;
        for (n, old) in &untold {
            // What nobody has been told yet is not told any more: what takes its place says it.
            if weighed.tells.iter().any(|t| t.visit == *n && t.staff == old.staff) {
                plan.writes.push(Write::set(old, &old.body, true, session.user, now)?);
            }
        }
        for tell in weighed.tells.iter().filter(|t| !(agreed && t.staff.is_none())) {
            let Some(changed) = weighed.changed.get(tell.visit) else { continue };
            let before = &changed.before.body;
            let old = untold.iter().find(|(n, t)| *n == tell.visit && t.staff == tell.staff);
            let Some(what) = old.map_or(Some(tell.what.clone()), |(_, t)| instead(&t.what, &tell.what)) else {
                continue;
            };
            let office = self.cast.clients.get(&before.client).map_or(session.office, |c| c.office);
            let task = Task {
                office,
                client: Some(before.client),
                staff: tell.staff,
                what: Text::clip(&what),
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
