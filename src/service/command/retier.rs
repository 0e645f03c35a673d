//! A tier set by hand, with a reason.

use crate::domain::attention::{AlertKey, ByHand};
use crate::domain::text::Text;
use crate::rules::triage::evaluate;
use crate::service::Service;
use crate::service::api::Session;
use crate::service::plan::{Plan, Refusal};

impl Service {
    /// Sets a tier by hand. The rules say whether a hand may: a floor is lowered by a disposition alone, and money is
    /// never above P3. The tier that the rules give takes the hand off again.
    pub(in crate::service) fn retier(
        &mut self,
        session: &Session,
        key: &AlertKey,
        tier: u8,
        reason: &str,
    ) -> Result<Plan, Refusal> {
        let standing = self.standing(key)?;
        if !(1..=5).contains(&tier) {
            return Err(Refusal::problem("retier.tier", "tier", "a tier is 1, 2, 3, 4 or 5"));
        }
        if reason.trim().is_empty() {
            return Err(Refusal::problem("retier.reason", "reason", "say why it is more or less urgent"));
        }
        let now = self.now();
        let hand = ByHand { tier, reason: Text::new(reason)?, by: session.user, at: now };
        let Some(mut thing) = self.book.get(*key).map(|e| e.thing.clone()) else {
            return Err(Refusal::problem("alert.gone", "", "that is not on the list any more"));
        };
        let judged = |thing: &_| evaluate(thing, &self.policy, self.book.newest_clock_in(), now).alert;
        let handed = standing.handling.by_hand.is_some();
        thing.handling.by_hand = None;
        let by_rule = judged(&thing).map_or(standing.tier, |a| a.tier);
        let by_hand = if by_rule == tier {
            if !handed {
                return Err(Refusal::problem("retier.same", "tier", format!("it is a P{tier} already")));
            }
            None
        } else {
            if standing.handling.by_hand.as_ref().is_some_and(|h| h.tier == tier) && standing.tier == tier {
                return Err(Refusal::problem("retier.same", "tier", format!("it is a P{tier} already")));
            }
            thing.handling.by_hand = Some(hand.clone());
            match judged(&thing) {
                Some(alert) if alert.by_hand && alert.tier > tier => {
                    let text = format!("its rule never puts it above P{}", alert.tier);
                    return Err(Refusal::problem("retier.cap", "tier", text));
                }
                Some(alert) if !alert.by_hand => {
                    let text = format!("P{by_rule} is held by its rule: only a practitioner's decision lowers it");
                    return Err(Refusal::problem("retier.floor", "tier", text));
                }
                _ => Some(hand),
            }
        };
        let write = self.handle_alert(session, key, |handling| handling.by_hand = by_hand)?;
        let mut plan =
            Plan::new("alert.retier", format!("P{} made P{tier}: {}", standing.tier, standing.name)).with(write);
        reason.trim().clone_into(&mut plan.reason);
        let text = format!("P{} made P{tier}. {}", standing.tier, reason.trim());
        plan.writes.extend(self.on_timeline(session, key, &text)?);
        Ok(plan)
    }
}
