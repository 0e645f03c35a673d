//! Adopting a rule file: its full text and date are journalled, so that “why” can be answered years later.

use crate::domain::ids::PolicyId;
use crate::domain::policy::Policy as PolicyRecord;
use crate::domain::text::Text;
use crate::rules::coverage::CoveragePolicy;
use crate::rules::evv::{self, EvvPolicy};
use crate::rules::keeping::{self, Keeping};
use crate::rules::roles::Roles;
use crate::rules::storm::StormPolicy;
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

/// Who may do what: the newest adopted rows over those that caseload ships.
pub(in crate::service) fn standing_roles(store: &Store) -> Result<Roles, OpenError> {
    let adopted = store.listed::<PolicyRecord>().map_err(|e| OpenError(e.to_string()))?;
    let newest = adopted.into_iter().filter(|p| p.name.as_str() == ROLES).max_by_key(|p| p.head.created_at);
    let roles = newest.map_or_else(Roles::embedded, |p| Roles::adopted(&p.text));
    roles.map_err(|e| OpenError(format!("the roles can't be read: {e}")))
}

/// Who may go where: the newest adopted file, or the one that caseload ships.
pub(in crate::service) fn standing_coverage(store: &Store) -> Result<CoveragePolicy, OpenError> {
    let adopted = store.listed::<PolicyRecord>().map_err(|e| OpenError(e.to_string()))?;
    let newest = adopted.into_iter().filter(|p| p.name.as_str() == COVERAGE).max_by_key(|p| p.head.created_at);
    let policy = newest.map_or_else(CoveragePolicy::embedded, |p| CoveragePolicy::parse(&p.text));
    policy.map_err(|e| OpenError(format!("the rules of coverage can't be read: {e}")))
}

/// How clock-ins are verified: the newest adopted file, or the one that caseload ships.
pub(in crate::service) fn standing_evv(store: &Store) -> Result<EvvPolicy, OpenError> {
    let adopted = store.listed::<PolicyRecord>().map_err(|e| OpenError(e.to_string()))?;
    let newest = adopted.into_iter().filter(|p| p.name.as_str() == evv::NAME).max_by_key(|p| p.head.created_at);
    let policy = newest.map_or_else(EvvPolicy::embedded, |p| EvvPolicy::parse(&p.text));
    policy.map_err(|e| OpenError(format!("the rules of visit verification can't be read: {e}")))
}

/// Who is called first in a storm: the newest adopted file, or the one that caseload ships.
pub(in crate::service) fn standing_storm(store: &Store) -> Result<StormPolicy, OpenError> {
    let adopted = store.listed::<PolicyRecord>().map_err(|e| OpenError(e.to_string()))?;
    let newest = adopted.into_iter().filter(|p| p.name.as_str() == STORM).max_by_key(|p| p.head.created_at);
    let policy = newest.map_or_else(StormPolicy::embedded, |p| StormPolicy::parse(&p.text));
    policy.map_err(|e| OpenError(format!("the rules of storms can't be read: {e}")))
}

/// The name under which an agency's own rules of coverage are adopted.
pub const COVERAGE: &str = "coverage";
/// The name under which an agency's own rules of storms are adopted.
pub const STORM: &str = "storm";
/// The name under which an agency's own roles are adopted.
pub const ROLES: &str = "roles";

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
        let signed = Some(signed_by.trim()).filter(|s| !s.is_empty());
        let wrong = |field: &str, why: String| Refusal::problem("policy.bad", field, why);
        match name {
            "triage" => {
                let read = Policy::adopted(text, signed);
                read.map_err(|e| wrong(&e.field, format!("line {}: {}", e.line, e.text)))?;
            }
            ROLES => {
                let read = Roles::adopted(text);
                read.map_err(|e| wrong(&e.field, e.to_string()))?;
            }
            keeping::NAME => _ = Keeping::parse(text).map_err(|why| wrong("text", why))?,
            COVERAGE => _ = CoveragePolicy::parse(text).map_err(|why| wrong("text", why))?,
            evv::NAME => _ = EvvPolicy::parse(text).map_err(|why| wrong("text", why))?,
            STORM => _ = StormPolicy::parse(text).map_err(|why| wrong("text", why))?,
            _ => {
                let text = "six files can be adopted: the triage rules (`triage`), who may do what (`roles`), who may go \
                            where (`coverage`), how visits are verified (`evv`), who is called first in a storm (`storm`) \
                            and how long it is kept who saw what (`audit`)";
                return Err(Refusal::problem("policy.name", "name", text));
            }
        }
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
