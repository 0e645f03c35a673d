//! The agency's own facts, and its saved column maps.

use crate::domain::agency::Noun;
use crate::domain::import_source::ColumnMap;
use crate::domain::policy::Policy;
use crate::domain::record::Kind;
use crate::service::Service;
use crate::service::api::{AdoptedRules, AgencyFacts, SavedColumns, Session};
use crate::service::plan::Refusal;

/// Counts are exact up to here.
const COUNTED: u64 = 20_000;

impl Service {
    pub(super) fn agency_facts(&self, session: &Session) -> Result<AgencyFacts, Refusal> {
        let mut counts = Vec::new();
        for kind in Kind::ALL {
            counts.push((*kind, self.store.count(*kind, COUNTED)?));
        }
        let agency = self.cast.agency.as_ref();
        Ok(AgencyFacts {
            name: agency.map(|a| a.name.as_str().to_owned()).unwrap_or_default(),
            zone: self.cast.zone(session.office),
            noun: agency.map_or(Noun::Client, |a| a.noun).word().to_owned(),
            counts,
            policy: (self.policy_name.clone(), self.policy.version.clone()),
            user: session.name.clone(),
            demo: agency.is_some_and(|a| a.demo),
        })
    }

    pub(super) fn adopted_rules(&self, name: &str) -> Result<Option<AdoptedRules>, Refusal> {
        let adopted = self.store.listed::<Policy>()?;
        let newest = adopted.into_iter().filter(|p| p.name.as_str() == name).max_by_key(|p| p.head.created_at);
        Ok(newest.map(|p| AdoptedRules {
            version: p.version.as_str().to_owned(),
            signed_by: p.signed_by.as_str().to_owned(),
            text: p.text.as_str().to_owned(),
        }))
    }

    pub(super) fn column_maps(&self, name: &str) -> Result<Vec<SavedColumns>, Refusal> {
        let maps = self.store.listed::<ColumnMap>()?;
        Ok(maps
            .iter()
            .filter(|m| name.is_empty() || m.name.as_str() == name)
            .map(|m| SavedColumns {
                name: m.name.as_str().to_owned(),
                list: m.list.as_str().to_owned(),
                columns: m.columns.iter().map(|(h, f)| (h.as_str().to_owned(), f.as_str().to_owned())).collect(),
            })
            .collect())
    }
}
