//! A client's frequency orders on her page: what is ordered, booked and delivered week by week, and what doesn't add up.

use super::card::line;
use super::page::record;
use crate::domain::ids::ClientId;
use crate::domain::order::OrderState;
use crate::domain::record::Kind;
use crate::domain::time::{Moment, Zone};
use crate::rules::frequency::Standing;
use crate::service::Service;
use crate::service::api::Section;
use crate::service::command::order::drafted;
use crate::service::plan::Refusal;

/// Weeks that are shown behind today and ahead, beside those that don't add up.
const WEEKS: (i32, i32) = (7, 28);

impl Service {
    pub(super) fn orders_section(&self, id: ClientId, zone: Zone, now: Moment) -> Result<Section, Refusal> {
        let today = zone.day(now);
        let mut lines = Vec::new();
        for order in self.orders_of(id)? {
            let this = |label: &str, text: &str| record(line(label, text, ""), Kind::FrequencyOrder, order.id.0);
            if order.state != OrderState::Active {
                continue;
            }
            let Some((expansion, held)) = self.held_against(&order.body, zone)? else {
                lines.push(this("order", &format!("{}: it can't be read any more", order.text.as_str())));
                continue;
            };
            if expansion.to < today.plus(-WEEKS.0) {
                continue;
            }
            let (from, to) = (order.from.short(), expansion.to.short());
            let head = format!("{}: {from} to {to}, {}", order.text.as_str(), order.by.as_str());
            lines.push(this(order.discipline.word(), &head));
            for week in &held.weeks {
                let off = match week.standing {
                    Standing::Short(n) => format!(": {n} short"),
                    Standing::Over(n) => format!(": {n} over"),
                    Standing::InRange(_) | Standing::Even => String::new(),
                    Standing::Ahead => ": not made so far ahead yet".to_owned(),
                };
                let near = week.line.to >= today.plus(-WEEKS.0) && week.line.from <= today.plus(WEEKS.1);
                if !near && !matches!(week.standing, Standing::Short(_) | Standing::Over(_)) {
                    continue;
                }
                let ordered = if week.line.as_needed > 0 {
                    format!("up to {} as needed", week.line.as_needed)
                } else {
                    format!("{} ordered", week.line.ordered)
                };
                let text = format!("{ordered}, {} booked, {} delivered{off}", week.booked, week.delivered);
                lines.push(this(&week.line.from.short(), &text));
            }
            if held.outside > 0 {
                lines.push(this("outside", &format!("{} visits outside the order", held.outside)));
            }
            if let Some(what) = drafted(&order.body, &held) {
                lines.push(this("Enter", &what));
            }
        }
        Ok(Section { title: "Orders".to_owned(), lines })
    }
}
