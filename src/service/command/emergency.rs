//! Opening one client's chart in an emergency, and a manager looking at it afterwards.

use crate::domain::attention::AlertKey;
use crate::domain::ids::{ClientId, EmergencyId};
use crate::domain::reach::{Emergency, Reviewed};
use crate::domain::text::Text;
use crate::domain::time::{MINUTE, clock};
use crate::service::api::Session;
use crate::service::plan::{Plan, Refusal};
use crate::service::{Service, access};
use crate::store::Write;

impl Service {
    /// Opens a chart for whoever could not, for a while and for a reason.
    pub(in crate::service) fn open_emergency(
        &mut self,
        session: &Session,
        client: ClientId,
        reason: &str,
    ) -> Result<Plan, Refusal> {
        let Some(record) = self.cast.clients.get(&client) else {
            return Err(Refusal::problem("emergency.client", "", "that client is not in the agency"));
        };
        let office = record.office;
        let rule = &self.roles.emergency;
        let letters = reason.trim().chars().filter(|c| !c.is_whitespace()).count();
        if letters < usize::from(rule.reason) {
            let text = format!("say why in some words: at least {} letters", rule.reason);
            return Err(Refusal::problem("emergency.reason", "reason", text));
        }
        let now = self.now();
        let zone = self.cast.zone(session.office);
        let at = |moment| clock(zone.civil(moment).1);
        if let Some(open) = self.open_chart(session.user, client) {
            let text = format!("you have it open until {}", at(open.until));
            return Err(Refusal::problem("emergency.open", "", text));
        }
        if self.sees_charts(session.role) && self.reached(session).holds(self, client) {
            return Err(Refusal::problem("emergency.needless", "", access::SEES_ALREADY));
        }
        let until = now.plus(i64::from(rule.minutes) * MINUTE);
        let body = Emergency {
            user: session.user,
            client,
            office,
            why: Text::new(reason.trim())?,
            opened: now,
            until,
            reviewed: None,
        };
        let id = EmergencyId(self.ids.make(now));
        let name = self.cast.client_name(client).listed;
        let mut plan = Plan::new("emergency.open", format!("Open in an emergency until {}: {name}", at(until)));
        reason.trim().clone_into(&mut plan.reason);
        // What was opened was seen: that is looked at, and never taken back.
        plan.told_outside = true;
        plan.created.push(id.0);
        Ok(plan.with(Write::create(id, &body, session.user, now)?))
    }

    /// The write by which a manager has looked at it; never at her own.
    pub(in crate::service) fn reviewed(
        &mut self,
        session: &Session,
        key: &AlertKey,
        outcome: &str,
        note: &str,
    ) -> Result<Option<Write>, Refusal> {
        let Some(opened) = self.store.get::<Emergency>(EmergencyId(key.subject))? else { return Ok(None) };
        if opened.user == session.user {
            return Err(Refusal::problem(
                "emergency.own",
                "",
                "your own emergency access is reviewed by somebody else",
            ));
        }
        let now = self.now();
        let (outcome, note) = (Text::new(outcome.trim())?, Text::clip(note.trim()));
        let reviewed = Some(Reviewed { by: session.user, at: now, outcome, note });
        let body = Emergency { reviewed, ..opened.body.clone() };
        Ok(Some(Write::change(&opened, &body, session.user, now)?))
    }
}
