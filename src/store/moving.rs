//! Carrying the present records of one store over into another, empty one: how an agency that was begun clear becomes an
//! encrypted one. Who wrote each record and when stays inside it; what it was before stays in the old journal.

use super::codec::ActNote;
use super::{Act, Result, Store, StoreError, Write};
use crate::domain::ids::UserId;
use crate::domain::kinds::by_kind;
use crate::domain::record::{Body, Head, Kind, Owner, Record};
use crate::domain::review::Review;
use crate::domain::text::Text;
use crate::domain::time::Moment;
use crate::store::codec;
use crate::store::engine::{EngineError, Seq};
use std::any::Any;

/// Records in one commit.
const TOGETHER: usize = 90;
/// How often a record that belongs to a record is followed.
const FOLLOWED: usize = 4;

/// Who carries over, when, and how request ids are made.
pub struct Carrier<'a> {
    /// Who.
    pub actor: UserId,
    /// When.
    pub at: Moment,
    /// Makes a fresh request id.
    pub request: &'a mut dyn FnMut() -> [u8; 16],
    /// Told how many of how many are carried over.
    pub progress: &'a mut dyn FnMut(u64, u64),
}

/// The name of the commits that carry records over.
pub const CARRY: &str = "agency.carry";

/// Carries everything over. The first entry holds no record and says in clear, where it was asked from, which chain it
/// goes on from (`origin`). Answers how many records there are.
pub fn carry_over(from: &Store, to: &Store, origin: &str, carrier: &mut Carrier<'_>) -> Result<u64> {
    // In the order of their last commits, so that what came after what is the same in both.
    let mut all: Vec<(Seq, Kind, [u8; 16])> = Vec::new();
    for kind in Kind::ALL {
        let mut next = Some([0; 16]);
        while let Some(start) = next {
            let page = from.engine().records(kind.number(), &start, super::PAGE)?;
            next = page.last().filter(|_| page.len() == super::PAGE).and_then(|(id, _)| super::after(*id));
            all.extend(page.into_iter().map(|(id, kept)| (kept.seq, *kind, id)));
        }
    }
    all.sort_unstable();
    let commit = |carrier: &mut Carrier<'_>, origin: &str, writes| {
        let act = Act {
            request: (carrier.request)(),
            batch: [0; 16],
            actor: carrier.actor,
            at: carrier.at,
            action: CARRY,
            origin: origin.to_owned(),
            undoes: 0,
            note: ActNote {
                summary: Text::clip("Carried over from the journal before"),
                reason: Text::clip(origin),
                told_outside: true,
            },
            writes,
        };
        to.commit(act).map_err(|e| StoreError::Engine(EngineError::Io(format!("it could not be carried over: {e:?}"))))
    };
    let mut last = commit(carrier, origin, Vec::new())?;
    // The last old commit of each new one, by which what somebody had seen is found again.
    let mut seen: Vec<(Seq, Seq)> = Vec::new();
    let mut done = 0;
    for chunk in all.chunks(TOGETHER) {
        let writes = chunk.iter().map(|(_, kind, id)| by_kind!(*kind, carried::<_>(from, id, &seen)));
        last = commit(carrier, origin, writes.collect::<Result<Vec<_>>>()?)?.max(last);
        seen.extend(chunk.last().map(|(old, _, _)| (*old, last)));
        done += chunk.len() as u64;
        (carrier.progress)(done, all.len() as u64);
    }
    Ok(done)
}

/// A record as the first revision of a new chain.
fn carried<B: Body>(from: &Store, id: &[u8; 16], seen: &[(Seq, Seq)]) -> Result<Write> {
    let Some(mut record) = from.get_any::<B>(B::Id::from(*id))? else {
        return Err(EngineError::Io(format!("a {} that stood a moment ago is gone", B::KIND.word())).into());
    };
    if let Some(review) = (&mut record.body as &mut dyn Any).downcast_mut::<Review>() {
        // Commits have other numbers now; what was not surely seen is shown once more.
        let known = seen.partition_point(|(old, _)| *old <= review.seen);
        review.seen = known.checked_sub(1).and_then(|at| seen.get(at)).map_or(0, |(_, new)| *new);
    }
    let owner = owner_in(from, record.body.owner(record.id))?;
    let head = Head { rev: 1, ..record.head };
    let record = Record { id: record.id, head, body: record.body };
    Ok(Write { kind: B::KIND, id: *id, expect: 0, owner, envelope: codec::encode(&record)? })
}

/// Whose it is in the end: what it belongs to may be carried over after it.
fn owner_in(from: &Store, mut owner: Owner) -> Result<Owner> {
    fn next<B: Body>(from: &Store, id: &[u8; 16]) -> Result<Owner> {
        let record = from.get_any::<B>(B::Id::from(*id))?;
        Ok(record.map_or(Owner::Agency, |r| r.body.owner(r.id)))
    }
    for _ in 0..FOLLOWED {
        let Owner::Record(kind, id) = owner else { return Ok(owner) };
        owner = by_kind!(kind, next::<_>(from, &id))?;
    }
    Ok(Owner::Agency)
}
