//! Whoever had said yes to a visit that a change of a series or the end of an order moved or took away is to be told: one
//! task for each of them, with her number, due before the first of these visits. It is undone with the change.

use super::call_out::ask_by;
use crate::domain::ids::{StaffId, TaskId};
use crate::domain::record::Record;
use crate::domain::task::Task;
use crate::domain::text::Text;
use crate::domain::time::{DAY, clock};
use crate::domain::visit::{Answer, Visit};
use crate::service::Service;
use crate::service::api::Session;
use crate::service::plan::{Plan, Refusal};
use crate::store::Write;
use std::collections::BTreeMap;

/// Visits that one task names; of the others only how many.
const NAMED: usize = 3;

/// A visit as it was and as it is; none where it takes place no more.
pub(in crate::service) struct Lost<'a> {
    /// As it was.
    pub(in crate::service) was: &'a Record<Visit>,
    /// As it is now.
    pub(in crate::service) is: Option<Visit>,
}

impl Service {
    /// Puts a task for each of them into a plan; their names.
    pub(in crate::service) fn tell_lost(
        &mut self,
        session: &Session,
        lost: &[Lost],
        plan: &mut Plan,
    ) -> Result<Vec<String>, Refusal> {
        let now = self.now();
        let mut each: BTreeMap<StaffId, Vec<&Lost>> = BTreeMap::new();
        for one in lost.iter().filter(|l| matches!(l.was.answer, Answer::Yes | Answer::Told)) {
            let same_time = one.is.as_ref().is_some_and(|v| (v.start, v.minutes) == (one.was.start, one.was.minutes));
            for staff in one.was.staff.into_iter().chain(one.was.second) {
                let stays = one.is.as_ref().is_some_and(|v| v.staff == Some(staff) || v.second == Some(staff));
                if !(stays && same_time) {
                    each.entry(staff).or_default().push(one);
                }
            }
        }
        let mut names = Vec::new();
        for (staff, mut of) in each {
            of.sort_by_key(|l| l.was.start.moment());
            let Some(first) = of.first().map(|l| l.was) else { continue };
            let who = self.cast.staff_name(staff).listed;
            let number =
                self.cast.staff.get(&staff).and_then(|s| s.phones.first()).map(|p| p.number.as_str().to_owned());
            let called = [who.clone(), number.unwrap_or_default()].join(" ");
            let client = self.cast.client_name(first.client).listed;
            let words = |l: &&Lost| {
                let at = format!("{} {}", l.was.start.day.short(), clock(l.was.start.minute));
                match l.is.as_ref().filter(|v| v.staff == Some(staff) || v.second == Some(staff)) {
                    Some(v) => format!("{at} is {} {} now", v.start.day.short(), clock(v.start.minute)),
                    None => format!("not needed {at}"),
                }
            };
            let said: Vec<String> = of.iter().take(NAMED).map(words).collect();
            let more = of.len().saturating_sub(NAMED);
            let more = if more > 0 { format!(" and {more} more") } else { String::new() };
            let what = format!("tell {}: {client}: {}{more}", called.trim(), said.join(", "));
            let task = Task {
                office: self.cast.clients.get(&first.client).map_or(session.office, |c| c.office),
                client: Some(first.client),
                staff: Some(staff),
                what: Text::clip(&what),
                // Soon, and before she sets out.
                due: ask_by(first, now).min(now.plus(DAY)),
                owner: Some(session.user),
                about: None,
                undid: 0,
                done: None,
            };
            plan.writes.push(Write::create(TaskId(self.ids.make(now)), &task, session.user, now)?);
            names.push(who);
        }
        Ok(names)
    }
}

/// `Reyes, Maria had said yes: a task says to tell her`.
pub(in crate::service) fn said(names: &[String]) -> Option<String> {
    let tasks = if names.len() == 1 { "a task says what to tell" } else { "tasks say what to tell" };
    (!names.is_empty()).then(|| format!("{} had said yes: {tasks}", names.join("; ")))
}
