//! Adopting a rule file: its full text and date are journalled, so that “why” can be answered years later.

use crate::domain::ids::PolicyId;
use crate::domain::policy::Policy as PolicyRecord;
use crate::domain::text::Text;
use crate::rules::keeping::{self, Keeping};
use crate::rules::triage::policy::Policy;
use crate::service::api::Session;
use crate::service::plan::{Plan, Refusal};
use crate::service::{OpenError, Service};
use crate::store::{Store, Write};

/// The policy that stands: the newest adopted one, or the one that caseload ships; and its name for a screen.
pub(in crate::service) fn standing(store: &Store) -> Result<(Policy, String), OpenError> {
    let adopted = store.listed::<PolicyRecord>().map_err(|e| OpenError(e.to_string()))?;
    let newest = adopted.into_iter().filter(|p| p.name.as_str() == "triage").max_by_key(|p| p.head.created_at);
    let (policy, name) = match &newest {
        Some(p) => (Policy::adopted(&p.text, p.signed_by.some()), p.version.as_str().to_owned()),
        None => (Policy::embedded(), "demo policy".to_owned()),
    };
    policy.map(|policy| (policy, name)).map_err(|e| OpenError(format!("the triage rules can't be read: {}", e.text)))
}

impl Service {
    /// Adopts a rule file.
    pub(in crate::service) fn adopt_policy(
        &mut self,
        session: &Session,
        name: &str,
        version: &str,
        text: &str,
        signed_by: &str,
    ) -> Result<Plan, Refusal> {
        if name == keeping::NAME {
            Keeping::parse(text).map_err(|why| Refusal::problem("policy.bad", "text", why))?;
            return self.adoption(session, name, version, text, signed_by);
        }
        if name != "triage" {
            return Err(Refusal::problem(
                "policy.name",
                "name",
                "the rules of triage and of keeping can be adopted: name them `triage` or `audit`",
            ));
        }
        let signed = Some(signed_by.trim()).filter(|s| !s.is_empty());
        if let Err(e) = Policy::adopted(text, signed) {
            return Err(Refusal::problem("policy.bad", &e.field, format!("line {}: {}", e.line, e.text)));
        }
        self.adoption(session, name, version, text, signed_by)
    }

    fn adoption(
        &mut self,
        session: &Session,
        name: &str,
        version: &str,
        text: &str,
        signed_by: &str,
    ) -> Result<Plan, Refusal> {
        let now = self.now();
        let body = PolicyRecord {
            name: Text::new(name)?,
            version: Text::new(version)?,
            text: Text::new(text)?,
            signed_by: Text::new(signed_by)?,
        };
        let id = PolicyId(self.ids.make(now));
        Ok(Plan::new("policy.adopt", format!("Adopted: {version}")).with(Write::create(id, &body, session.user, now)?))
    }
}
