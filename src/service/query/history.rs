//! Every revision of a record: who, when, which fields.

use crate::domain::communication::Communication;
use crate::domain::fields::differences;
use crate::domain::ids::{ClientId, CommunicationId, UserId};
use crate::domain::kinds::by_kind;
use crate::domain::record::{Body, Kind};
use crate::domain::time::Moment;
use crate::service::Service;
use crate::service::access::of_field;
use crate::service::api::{HistoryLine, Session};
use crate::service::plan::Refusal;

impl Service {
    pub(super) fn history(&self, session: &Session, kind: Kind, id: [u8; 16]) -> Result<Vec<HistoryLine>, Refusal> {
        let client = if kind == Kind::Client { Some(ClientId(id)) } else { None };
        let sight = self.sight(session, client);
        let mut lines = by_kind!(kind, lines::<_>(self, id))?;
        for (name, was, is) in lines.iter_mut().flat_map(|l| l.fields.iter_mut()) {
            if of_field(kind, name).is_some_and(|group| !sight.shows(group)) {
                (*was, *is) = (String::new(), sight.words());
            }
        }
        Ok(lines)
    }
}

fn lines<B: Body>(service: &Service, id: [u8; 16]) -> Result<Vec<HistoryLine>, Refusal> {
    let (mut out, mut before) = (Vec::new(), None);
    // What an amended call was before it stands in the history of what took its place.
    for id in amended::<B>(service, id)? {
        revisions::<B>(service, id, &mut before, &mut out)?;
    }
    Ok(out)
}

/// A record and those that it amends, the oldest first.
fn amended<B: Body>(service: &Service, id: [u8; 16]) -> Result<Vec<[u8; 16]>, Refusal> {
    let mut chain = vec![id];
    if B::KIND == Kind::Communication {
        let mut at = id;
        while let Some(before) = service.store.get_any::<Communication>(CommunicationId(at))?.and_then(|c| c.amends) {
            at = before.0;
            chain.insert(0, at);
        }
    }
    Ok(chain)
}

fn revisions<B: Body>(
    service: &Service,
    id: [u8; 16],
    before: &mut Option<B>,
    out: &mut Vec<HistoryLine>,
) -> Result<(), Refusal> {
    let engine = service.store.engine();
    for (rev, seq) in engine.history(B::KIND.number(), &id).map_err(crate::store::StoreError::from)? {
        let Some(entry) = engine.entry(seq).map_err(crate::store::StoreError::from)? else { continue };
        let (at, who) = (Moment(entry.commit.at_ms), service.cast.user_name(UserId(entry.commit.actor)));
        let Some(record) = service.store.in_entry::<B>(&entry, &id)? else {
            // That it was written is all that is left of it.
            out.push(HistoryLine { seq, rev, at, who, what: "erased".to_owned(), fields: Vec::new() });
            continue;
        };
        let fields = match &*before {
            Some(before) => differences(before, &record.body)
                .into_iter()
                .map(|(name, was, is)| (name, plain(&was), plain(&is)))
                .collect(),
            None => Vec::new(),
        };
        let note = service.store.note(&entry);
        let (mut what, why) = (note.summary.as_str().to_owned(), note.reason.as_str());
        if !why.is_empty() && !what.contains(why) {
            what = format!("{what}: {why}");
        }
        out.push(HistoryLine { seq, rev, at, who, what, fields });
        *before = Some(record.body);
    }
    Ok(())
}

/// A value as a reader writes it: text without its quotes, nothing for none.
fn plain(value: &serde_json::Value) -> String {
    match value {
        serde_json::Value::Null => String::new(),
        serde_json::Value::String(s) => s.clone(),
        other => other.to_string(),
    }
}
