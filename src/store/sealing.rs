//! From an act to the commit that the engine takes: in an encrypted agency each record is sealed with the key of whom it
//! is about, and what was said about the act with hers when it is about her alone.

use super::codec;
use super::engine::{Commit, CommitError, RecordWrite};
use super::keyring::{AGENCY, Keyring, KeyringError};
use super::{Act, Store, Write};
use crate::domain::record::{Kind, Owner};
use std::collections::HashMap;

/// How often a record that belongs to a record is followed: a source of a line of an issue of a client.
const FOLLOWED: usize = 4;

impl Store {
    /// The commit of an act. New keys are on the disk when this returns, before anything that they seal.
    pub(super) fn commit_of(&self, act: Act) -> Result<Commit, CommitError> {
        let note =
            codec::encode_note(&act.request, &act.note).map_err(|_| CommitError::Malformed("the note is too long"))?;
        let (note, records) = match &self.keys {
            Some(keys) => self.seal(keys, &act.request, &note, act.writes)?,
            None => (note, act.writes.into_iter().map(|w| record(&w, w.envelope.clone())).collect()),
        };
        Ok(Commit {
            request: act.request,
            batch: act.batch,
            actor: act.actor.0,
            at_ms: act.at.0,
            action: act.action.to_owned(),
            origin: act.origin,
            undoes: act.undoes,
            note,
            records,
        })
    }

    fn seal(
        &self,
        keys: &Keyring,
        request: &[u8; 16],
        note: &[u8],
        writes: Vec<Write>,
    ) -> Result<(Vec<u8>, Vec<RecordWrite>), CommitError> {
        let here: HashMap<(Kind, [u8; 16]), Owner> = writes.iter().map(|w| ((w.kind, w.id), w.owner)).collect();
        let owned = writes.iter().map(|w| self.owner(keys, w.owner, &here));
        let mut owners = owned.collect::<Result<Vec<_>, CommitError>>()?;
        // What is said about several people is the agency's.
        owners.push(match owners.split_first() {
            Some((first, rest)) if rest.iter().all(|o| o == first) => *first,
            _ => AGENCY,
        });
        let numbers = keys.numbers(&owners).map_err(|e| match e {
            KeyringError::Erased => CommitError::Malformed("that client's records were erased"),
            other => CommitError::ReadOnly(other.to_string()),
        })?;
        let sealed = |number: &u32, id: &[u8; 16], rev: u64, clear: &[u8]| {
            codec::sealed(keys, *number, id, rev, clear).map_err(|e| CommitError::ReadOnly(e.to_string()))
        };
        let mut records = Vec::with_capacity(writes.len());
        for (write, number) in writes.iter().zip(&numbers) {
            records.push(record(write, sealed(number, &write.id, write.expect + 1, &write.envelope)?));
        }
        let note = match numbers.last() {
            Some(number) => sealed(number, request, 0, note)?,
            None => Vec::new(),
        };
        Ok((note, records))
    }

    /// Whose key seals what belongs to this owner.
    fn owner(
        &self,
        keys: &Keyring,
        mut owner: Owner,
        here: &HashMap<(Kind, [u8; 16]), Owner>,
    ) -> Result<[u8; 16], CommitError> {
        for _ in 0..FOLLOWED {
            match owner {
                Owner::Agency => break,
                Owner::Client(client) => return Ok(client.0),
                Owner::Record(kind, id) => {
                    if let Some(next) = here.get(&(kind, id)) {
                        owner = *next;
                    } else {
                        // Its own key says whose it is.
                        let kept = self.engine.get(kind.number(), &id);
                        let kept = kept.map_err(|e| CommitError::ReadOnly(e.to_string()))?;
                        let number = kept.map_or(0, |kept| codec::key_of(&kept.envelope));
                        return Ok(keys.owner(number).unwrap_or(AGENCY));
                    }
                }
            }
        }
        Ok(AGENCY)
    }
}

fn record(write: &Write, envelope: Vec<u8>) -> RecordWrite {
    RecordWrite { kind: write.kind.number(), id: write.id, expect: write.expect, envelope }
}
