//! Every revision of a record: who, when, which fields.

use crate::domain::fields::differences;
use crate::domain::ids::UserId;
use crate::domain::kinds::by_kind;
use crate::domain::record::{Body, Kind};
use crate::domain::time::Moment;
use crate::service::Service;
use crate::service::api::HistoryLine;
use crate::service::plan::Refusal;

impl Service {
    pub(super) fn history(&self, kind: Kind, id: [u8; 16]) -> Result<Vec<HistoryLine>, Refusal> {
        by_kind!(kind, lines::<_>(self, id))
    }
}

fn lines<B: Body>(service: &Service, id: [u8; 16]) -> Result<Vec<HistoryLine>, Refusal> {
    let engine = service.store.engine();
    let mut out = Vec::new();
    let mut before: Option<B> = None;
    for (rev, seq) in engine.history(B::KIND.number(), &id).map_err(crate::store::StoreError::from)? {
        let Some(entry) = engine.entry(seq).map_err(crate::store::StoreError::from)? else { continue };
        let Some(record) = service.store.in_entry::<B>(&entry, &id)? else { continue };
        let fields = match &before {
            Some(before) => differences(before, &record.body)
                .into_iter()
                .map(|(name, was, is)| (name, plain(&was), plain(&is)))
                .collect(),
            None => Vec::new(),
        };
        let note = service.store.note(&entry);
        out.push(HistoryLine {
            seq,
            rev,
            at: Moment(entry.commit.at_ms),
            who: service.cast.user_name(UserId(entry.commit.actor)),
            what: note.summary.as_str().to_owned(),
            fields,
        });
        before = Some(record.body);
    }
    Ok(out)
}

/// A value as a reader writes it: text without its quotes, nothing for none.
fn plain(value: &serde_json::Value) -> String {
    match value {
        serde_json::Value::Null => String::new(),
        serde_json::Value::String(s) => s.clone(),
        other => other.to_string(),
    }
}
