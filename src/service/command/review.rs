//! Reviewed: a user has looked at a client, up to a commit.

use crate::domain::ids::{ClientId, ReviewId};
use crate::domain::review::Review;
use crate::service::Service;
use crate::service::api::Session;
use crate::service::plan::{Plan, Refusal};
use crate::store::{StoreError, Write};

impl Service {
    /// Marks a client reviewed as she stood at `seen`: what came later stays new. There is one record for each user and
    /// client, and it never moves back.
    pub(in crate::service) fn mark_reviewed(
        &mut self,
        session: &Session,
        client: ClientId,
        seen: u64,
    ) -> Result<Plan, Refusal> {
        if !self.cast.clients.contains_key(&client) {
            return Err(Refusal::problem("review.client", "", "that client is not in the agency"));
        }
        if seen > self.store.engine().head().map_err(StoreError::from)? {
            return Err(Refusal::problem("review.seen", "", "nobody can have seen what is not there yet; look again"));
        }
        let now = self.now();
        let plan = Plan::new("client.review", format!("Reviewed: {}", self.cast.client_name(client).listed));
        let write = match self.store.review(session.user, client)? {
            Some(was) => {
                let body = Review { at: now, seen: seen.max(was.seen), ..was.body.clone() };
                if body == was.body {
                    return Ok(plan);
                }
                Write::change(&was, &body, session.user, now)?
            }
            None => {
                let body = Review { user: session.user, client, at: now, seen };
                Write::create(ReviewId(self.ids.make(now)), &body, session.user, now)?
            }
        };
        Ok(plan.with(write))
    }
}
