//! What is wrong with clock-ins of visit verification: by the day on which each locks.

use crate::domain::evv::Clocking;
use crate::rules::evv::EvvPolicy;
use crate::service::Service;
use crate::service::api::{EvvException, Session};
use crate::service::plan::Refusal;

impl Service {
    /// Those that nobody has dealt with.
    pub(super) fn evv_exceptions(&self, session: &Session) -> Result<Vec<EvvException>, Refusal> {
        let policy = EvvPolicy::embedded().map_err(Refusal::Failed)?;
        let reached = self.reached(session);
        let mut found: Vec<EvvException> = self
            .store
            .open::<Clocking>()?
            .into_iter()
            .filter(|c| !c.exception.is_empty() && c.resolved.is_none() && reached.holds(self, c.client))
            .map(|c| {
                let client = self.cast.clients.get(&c.client);
                let at = c.began.or(c.ended);
                let zone = self.cast.zone_of(c.client);
                let code = policy.code(c.exception.as_str());
                let mut say = code.map_or_else(|| c.exception.as_str().to_owned(), |code| code.say.clone());
                if !c.missing.is_empty() {
                    let words: Vec<&str> = c.missing.iter().map(|e| e.word()).collect();
                    say.push_str(&format!("; missing: {}", words.join(", ")));
                }
                EvvException {
                    id: c.id,
                    client: c.client,
                    name: self.cast.client_name(c.client).listed,
                    staff: c.staff.map(|s| self.named(s)).unwrap_or_default(),
                    at,
                    code: c.exception.as_str().to_owned(),
                    say,
                    mend: code.map(|code| code.mend.clone()).unwrap_or_default(),
                    locks: at.map(|at| policy.locks(client.map_or("", |c| c.payer.as_str()), zone.day(at))),
                }
            })
            .collect();
        found.sort_by_key(|e| (e.locks.is_none(), e.locks, e.at, e.id));
        Ok(found)
    }
}
