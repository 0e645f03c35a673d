//! The visits that somebody could be put on from here: what an alert is about, or what a client still has open.

use crate::domain::attention::{AlertKey, AlertSource};
use crate::domain::ids::{ClientId, StaffId, VisitId};
use crate::domain::time::{DAY, Day};
use crate::service::Service;
use crate::service::api::{Session, VisitRow};

/// How far ahead a client's open visits are offered.
const AHEAD: i64 = 8 * DAY;
/// Most visits offered.
const MOST: usize = 20;

impl Service {
    pub(super) fn coverable(
        &self,
        session: &Session,
        client: Option<ClientId>,
        about: Option<&AlertKey>,
    ) -> Vec<VisitRow> {
        let reached = self.reached(session);
        let row = |id: VisitId| self.window.get(id).map(|line| self.visit_row(id, line));
        match about.map(|k| (k.source, k.subject, k.occurrence)) {
            Some((AlertSource::Visit, visit, _)) => return row(VisitId(visit)).into_iter().collect(),
            Some((AlertSource::CallOut, staff, day)) => {
                let (staff, day) = (StaffId(staff), Day(day as i32));
                let of = self.window.of_staff(staff).filter(|(id, l)| {
                    l.called_out_by == Some(staff)
                        && l.start.day == day
                        && self.is_uncovered(*id, l)
                        && reached.holds(self, l.client)
                });
                return of.take(MOST).map(|(id, l)| self.visit_row(id, l)).collect();
            }
            _ => {}
        }
        let now = self.now();
        let Some(client) = client else { return Vec::new() };
        self.window
            .of_client(client)
            .filter(|(id, l)| l.end() > now && l.start.moment() < now.plus(AHEAD) && self.is_uncovered(*id, l))
            .take(MOST)
            .map(|(id, l)| self.visit_row(id, l))
            .collect()
    }
}
