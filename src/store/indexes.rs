//! The rows derived from each record: what is asked by range is found by one scan, and what a list shows of a visit
//! lies in the row itself.

use super::codec::{self, CodecError};
use super::engine::{Derive, Kept, Kind as KindNumber, RecordId, Row, SetId};
use super::keyring::Keyring;
use crate::domain::appointment::Appointment;
use crate::domain::attention::{AlertKey, Attention};
use crate::domain::authorization::Authorization;
use crate::domain::care_plan::CarePlan;
use crate::domain::chart::{AccessCode, Allergy, Diagnosis, Medication};
use crate::domain::client::Client;
use crate::domain::communication::Communication;
use crate::domain::contact::Contact;
use crate::domain::coverage::{CallOut, Offer, Pairing, Safety, TimeOff};
use crate::domain::evv::Clocking;
use crate::domain::hold::Hold;
use crate::domain::ids::{ClientId, SeriesId, StaffId, VisitId};
use crate::domain::import_source::{ColumnMap, ImportSource};
use crate::domain::issue::{Issue, IssueEvent};
use crate::domain::order::FrequencyOrder;
use crate::domain::policy::Policy;
use crate::domain::reach::Emergency;
use crate::domain::reassessment::{Reassessment, ReassessmentState};
use crate::domain::record::{Body, Kind, Record};
use crate::domain::review::Review;
use crate::domain::series::Series;
use crate::domain::staff::{Credential, Discipline, Membership};
use crate::domain::storm::{CallDown, Storm};
use crate::domain::task::Task;
use crate::domain::time::{Civil, Day, MINUTE, Moment, Zone};
use crate::domain::travel::Position;
use crate::domain::visit::{Actual, Answer, NoteStatus, Stay, Visit, VisitState};
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// What belongs to a client: client, kind, time, id.
pub const CLIENT: SetId = 1;
/// What belongs to a caregiver: staff, kind, time, id.
pub const STAFF: SetId = 2;
/// Visits by planned start: start, id → [`VisitLine`].
pub const VISITS: SetId = 3;
/// What is open: kind, id.
pub const OPEN: SetId = 4;
/// Attention by its alert: key → id.
pub const ATTENTION: SetId = 5;
/// Import sources by source, kind and identifier: digest → id.
pub const SOURCES: SetId = 6;
/// An issue's timeline: issue, time, id; and who was called down in a storm: storm, no time, id.
pub const TIMELINE: SetId = 7;
/// Import sources by the record they speak of: kind, record, id.
pub const ORIGINS: SetId = 8;
/// Small kinds listed whole: kind, id (policies, column maps).
pub const LISTED: SetId = 9;
/// Reviews by who looked at whom: user, client → id.
pub const REVIEWS: SetId = 10;
/// What last changed about somebody: client (or issue, for its timeline), newest commit first, kind, id.
pub const CHANGED: SetId = 11;
/// Offers by the planned start of their visit: start, id.
pub const OFFERS: SetId = 12;
/// Visits of a series by their place in it: series, day, minute, id.
pub const SERIES: SetId = 13;

/// Changes whenever a row's shape changes; all rows are then made anew at open.
pub const LAYOUT: u32 = 6;

/// A visit as lists show it.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct VisitLine {
    /// Client.
    pub client: ClientId,
    /// Who goes.
    pub staff: Option<StaffId>,
    /// The second person.
    pub second: Option<StaffId>,
    /// Discipline.
    pub discipline: Discipline,
    /// What is done.
    pub service: String,
    /// Planned start.
    pub start: Civil,
    /// Planned minutes.
    pub minutes: u16,
    /// State.
    pub state: VisitState,
    /// What the person said.
    pub answer: Answer,
    /// Called out at.
    pub called_out_at: Option<Moment>,
    /// Who called out.
    pub called_out_by: Option<StaffId>,
    /// Why it was called out, missed or cancelled.
    pub reason: String,
    /// Where its note stands.
    pub note: NoteStatus,
    /// Arrived.
    pub arrived: Option<Actual>,
    /// Left.
    pub left: Option<Actual>,
    /// Imported history.
    pub history: bool,
    /// When its record last changed.
    pub changed: Moment,
    /// The series that it was made for.
    pub series: Option<SeriesId>,
}
crate::domain::words::opaque!(VisitLine);

impl VisitLine {
    /// The line of a visit.
    pub fn of(visit: &Record<Visit>) -> Self {
        Self {
            client: visit.client,
            staff: visit.staff,
            second: visit.second,
            discipline: visit.discipline,
            service: visit.service.as_str().to_owned(),
            start: visit.start,
            minutes: visit.minutes,
            state: visit.state,
            answer: visit.answer,
            called_out_at: visit.called_out_at,
            called_out_by: visit.called_out_by,
            reason: visit.reason.as_str().to_owned(),
            note: visit.note,
            arrived: visit.arrived,
            left: visit.left,
            history: visit.history,
            changed: visit.head.updated_at,
            series: visit.series.as_ref().map(|from| from.series),
        }
    }

    /// It was made, and its note is not signed. Imported history owes none.
    pub fn lacks_note(&self) -> bool {
        !self.history && self.state == VisitState::Done && self.note != NoteStatus::Signed
    }

    /// Planned end.
    pub fn end(&self) -> Moment {
        self.start.moment().plus(i64::from(self.minutes) * MINUTE)
    }
}

/// A time's bytes in the order of time.
pub fn time_key(at: Moment) -> [u8; 8] {
    ((at.0 as u64) ^ (1 << 63)).to_be_bytes()
}

/// Reads [`time_key`] back.
pub fn time_of(key: &[u8]) -> Moment {
    let mut bytes = [0; 8];
    if key.len() >= 8 {
        bytes.copy_from_slice(&key[..8]);
    }
    Moment((u64::from_be_bytes(bytes) ^ (1 << 63)) as i64)
}

/// The key under which a source's identifier is found: a digest, so that no record number stands in a key. With a keyring
/// it is keyed, because a plain digest of a short number is soon guessed.
pub fn source_key(keys: Option<&Keyring>, source: &str, kind: Kind, identifier: &str) -> [u8; 16] {
    use sha2::{Digest, Sha256};
    let full: [u8; 32] = if let Some(keys) = keys {
        keys.digest(&[b"source", source.as_bytes(), &kind.number().to_be_bytes(), identifier.as_bytes()])
    } else {
        let mut hash = Sha256::new();
        hash.update((source.len() as u64).to_be_bytes());
        hash.update(source);
        hash.update(kind.number().to_be_bytes());
        hash.update(identifier);
        hash.finalize().into()
    };
    let mut out = [0; 16];
    out.copy_from_slice(&full[..16]);
    out
}

/// The rows of every kind, in a clear agency.
#[derive(Debug, Default, Clone, Copy)]
pub struct Indexes;

impl Derive for Indexes {
    fn layout(&self) -> u32 {
        LAYOUT
    }

    fn rows(&self, kind: KindNumber, id: &RecordId, kept: &Kept) -> Vec<Row> {
        Rows { keys: None }.of(kind, id, kept)
    }

    fn key_id(&self, envelope: &[u8]) -> u32 {
        codec::key_of(envelope)
    }
}

/// The rows of every kind, in an encrypted agency: values that say something of a person are sealed with the key of
/// their record, and nothing but ids, kinds and times stands in a key.
#[derive(Debug, Clone)]
pub struct SealedIndexes(pub Arc<Keyring>);

impl Derive for SealedIndexes {
    /// Another one after each erasure: the rows that were hers go when the others are made anew.
    fn layout(&self) -> u32 {
        LAYOUT | (1 << 31) | (self.0.erasures() << 8 & 0x7FFF_FF00)
    }

    fn rows(&self, kind: KindNumber, id: &RecordId, kept: &Kept) -> Vec<Row> {
        Rows { keys: Some(&self.0) }.of(kind, id, kept)
    }

    fn key_id(&self, envelope: &[u8]) -> u32 {
        codec::key_of(envelope)
    }

    fn keys(&self) -> Option<Arc<Keyring>> {
        Some(Arc::clone(&self.0))
    }
}

const _: () = assert!(LAYOUT < 256);

/// A row's value, sealed with the key of the record that it is of: `key id u32 · nonce · sealed value · tag`. The nonce
/// follows from the envelope's, so that the same record makes the same row again.
fn sealed_value(keys: Option<&Keyring>, row: (SetId, &[u8]), envelope: &[u8], value: Vec<u8>) -> Option<Vec<u8>> {
    let Some(keys) = keys else { return Some(value) };
    let number = codec::key_of(envelope);
    let mut out = number.to_le_bytes().to_vec();
    if number == 0 {
        out.extend_from_slice(&value);
        return Some(out);
    }
    let mut nonce = codec::nonce_of(envelope)?;
    nonce[0] ^= row.0;
    out.extend_from_slice(&keys.key(number).ok()??.seal(nonce, &row_place(row), &value).ok()?);
    Some(out)
}

/// Reads `sealed_value` back.
pub fn open_value(keys: Option<&Keyring>, row: (SetId, &[u8]), value: Vec<u8>) -> Result<Vec<u8>, CodecError> {
    let Some(keys) = keys else { return Ok(value) };
    let (number, sealed) = value.split_first_chunk().ok_or(CodecError::Damaged("a row is cut short"))?;
    let number = u32::from_le_bytes(*number);
    if number == 0 {
        return Ok(sealed.to_vec());
    }
    let key = keys.key(number).map_err(CodecError::Key)?.ok_or(CodecError::Erased(number))?;
    key.open(&row_place(row), sealed).ok_or(CodecError::Damaged("a row does not open with its key"))
}

fn row_place((set, key): (SetId, &[u8])) -> Vec<u8> {
    [b"row", &[set][..], key].concat()
}

struct Rows<'a> {
    keys: Option<&'a Keyring>,
}

impl Rows<'_> {
    fn of(&self, kind: KindNumber, id: &RecordId, kept: &Kept) -> Vec<Row> {
        let keys = self.keys;
        let mut rows = Vec::new();
        let Some(kind) = Kind::from_number(kind) else { return rows };
        match kind {
            Kind::Visit => with::<Visit>(keys, id, kept, |r| {
                let line = VisitLine::of(r);
                let at = r.start.moment();
                let mut made = row(VISITS, &[&time_key(at), id], Vec::new());
                if let Some(value) = sealed_value(keys, (VISITS, &made.key), &kept.envelope, codec::to_bytes(&line)) {
                    made.value = value;
                    rows.push(made);
                }
                // By caregiver they are asked for around today only, and those are in memory.
                rows.push(owned(CLIENT, r.client.0, kind, at, id));
                if let Some(from) = &r.series {
                    rows.push(row(
                        SERIES,
                        &[&place_key(from.series, from.day), &from.minute.to_be_bytes(), id],
                        Vec::new(),
                    ));
                }
                // However long ago it was: its note is still to be signed.
                if line.lacks_note() {
                    rows.push(open(kind, id));
                }
            }),
            Kind::Contact => {
                with::<Contact>(keys, id, kept, |r| rows.push(owned(CLIENT, r.client.0, kind, Moment(0), id)));
            }
            Kind::Medication => {
                with::<Medication>(keys, id, kept, |r| rows.push(owned(CLIENT, r.client.0, kind, Moment(0), id)));
            }
            Kind::Diagnosis => {
                with::<Diagnosis>(keys, id, kept, |r| rows.push(owned(CLIENT, r.client.0, kind, Moment(0), id)));
            }
            Kind::Allergy => {
                with::<Allergy>(keys, id, kept, |r| rows.push(owned(CLIENT, r.client.0, kind, Moment(0), id)));
            }
            Kind::AccessCode => {
                with::<AccessCode>(keys, id, kept, |r| rows.push(owned(CLIENT, r.client.0, kind, Moment(0), id)));
            }
            Kind::CarePlan => {
                with::<CarePlan>(keys, id, kept, |r| rows.push(owned(CLIENT, r.client.0, kind, Moment(0), id)));
            }
            Kind::Stay => with::<Stay>(keys, id, kept, |r| {
                rows.push(owned(CLIENT, r.client.0, kind, r.from, id));
                if !r.history {
                    rows.push(open(kind, id));
                }
            }),
            Kind::Membership => with::<Membership>(keys, id, kept, |r| {
                rows.push(owned(CLIENT, r.client.0, kind, Moment(0), id));
                rows.push(owned(STAFF, r.staff.0, kind, Moment(0), id));
            }),
            Kind::Credential => with::<Credential>(keys, id, kept, |r| {
                rows.push(owned(STAFF, r.staff.0, kind, Moment(0), id));
                if !r.retired && r.expires.is_some() {
                    rows.push(open(kind, id));
                }
            }),
            Kind::Issue => with::<Issue>(keys, id, kept, |r| {
                if let Some(client) = r.client {
                    rows.push(owned(CLIENT, client.0, kind, r.happened.at, id));
                }
                if let Some(staff) = r.staff {
                    rows.push(owned(STAFF, staff.0, kind, r.happened.at, id));
                }
                // One that ended with a practitioner's decision is still held by its floor for a day.
                if r.is_open() || r.disposition.is_some() {
                    rows.push(open(kind, id));
                }
            }),
            Kind::IssueEvent => with::<IssueEvent>(keys, id, kept, |r| {
                rows.push(row(TIMELINE, &[&r.issue.0, &time_key(r.happened.at), id], Vec::new()));
            }),
            Kind::Reassessment => with::<Reassessment>(keys, id, kept, |r| {
                rows.push(owned(CLIENT, r.client.0, kind, Moment(i64::from(r.closes.0)), id));
                if matches!(r.state, ReassessmentState::Pending | ReassessmentState::Scheduled) {
                    rows.push(open(kind, id));
                }
            }),
            Kind::Communication => with::<Communication>(keys, id, kept, |r| {
                if let Some(client) = r.client {
                    rows.push(owned(CLIENT, client.0, kind, r.happened.at, id));
                }
                if let Some(staff) = r.staff {
                    rows.push(owned(STAFF, staff.0, kind, r.happened.at, id));
                }
                if r.promise.as_ref().is_some_and(|p| p.kept.is_none()) {
                    rows.push(open(kind, id));
                }
            }),
            Kind::Attention => with::<Attention>(keys, id, kept, |r| {
                rows.push(row(ATTENTION, &[&r.key.bytes()], id.to_vec()));
            }),
            Kind::ImportSource => with::<ImportSource>(keys, id, kept, |r| {
                rows.push(row(SOURCES, &[&source_key(keys, &r.source, r.kind, &r.identifier)], id.to_vec()));
                rows.push(row(ORIGINS, &[&r.kind.number().to_be_bytes(), &r.record, id], Vec::new()));
            }),
            Kind::Policy => with::<Policy>(keys, id, kept, |_| rows.push(listed(kind, id))),
            Kind::ColumnMap => with::<ColumnMap>(keys, id, kept, |_| rows.push(listed(kind, id))),
            Kind::Task => with::<Task>(keys, id, kept, |r| {
                if let Some(client) = r.client {
                    rows.push(owned(CLIENT, client.0, kind, r.due, id));
                }
                if let Some(staff) = r.staff {
                    rows.push(owned(STAFF, staff.0, kind, r.due, id));
                }
                if r.done.is_none() {
                    rows.push(open(kind, id));
                }
            }),
            Kind::Review => with::<Review>(keys, id, kept, |r| {
                rows.push(row(REVIEWS, &[&r.user.0, &r.client.0], id.to_vec()));
            }),
            Kind::Emergency => with::<Emergency>(keys, id, kept, |r| {
                rows.push(owned(CLIENT, r.client.0, kind, r.opened, id));
                if r.reviewed.is_none() {
                    rows.push(open(kind, id));
                }
            }),
            Kind::CallOut => with::<CallOut>(keys, id, kept, |r| {
                rows.push(owned(STAFF, r.staff.0, kind, r.from, id));
                if r.is_open() {
                    rows.push(open(kind, id));
                }
            }),
            Kind::Offer => with::<Offer>(keys, id, kept, |r| {
                rows.push(owned(CLIENT, r.client.0, kind, r.start, id));
                rows.push(owned(STAFF, r.staff.0, kind, r.start, id));
                rows.push(row(OFFERS, &[&time_key(r.start), id], Vec::new()));
            }),
            Kind::Pairing => with::<Pairing>(keys, id, kept, |r| {
                rows.push(owned(CLIENT, r.client.0, kind, Moment(0), id));
                rows.push(owned(STAFF, r.staff.0, kind, Moment(0), id));
            }),
            Kind::TimeOff => with::<TimeOff>(keys, id, kept, |r| {
                rows.push(owned(STAFF, r.staff.0, kind, r.to, id));
            }),
            Kind::Safety => with::<Safety>(keys, id, kept, |r| {
                rows.push(owned(CLIENT, r.client.0, kind, r.start, id));
            }),
            Kind::Series => with::<Series>(keys, id, kept, |r| {
                rows.push(owned(CLIENT, r.client.0, kind, r.start.moment(), id));
            }),
            Kind::FrequencyOrder => with::<FrequencyOrder>(keys, id, kept, |r| {
                rows.push(owned(CLIENT, r.client.0, kind, Zone::UTC.midnight(r.from), id));
            }),
            Kind::Hold => with::<Hold>(keys, id, kept, |r| {
                rows.push(owned(CLIENT, r.client.0, kind, r.from, id));
                if r.until.is_none() {
                    rows.push(open(kind, id));
                }
            }),
            Kind::Appointment => with::<Appointment>(keys, id, kept, |r| {
                rows.push(owned(CLIENT, r.client.0, kind, r.start.moment(), id));
            }),
            Kind::Authorization => with::<Authorization>(keys, id, kept, |r| {
                rows.push(owned(CLIENT, r.client.0, kind, Zone::UTC.midnight(r.from), id));
            }),
            Kind::Position => with::<Position>(keys, id, kept, |r| {
                if let Some(client) = r.client {
                    rows.push(owned(CLIENT, client.0, kind, Moment(0), id));
                }
                if let Some(staff) = r.staff {
                    rows.push(owned(STAFF, staff.0, kind, Moment(0), id));
                }
            }),
            Kind::Clocking => with::<Clocking>(keys, id, kept, |r| {
                let at = r.began.or(r.ended).unwrap_or(Moment(0));
                rows.push(owned(CLIENT, r.client.0, kind, at, id));
                if !r.exception.is_empty() && r.resolved.is_none() {
                    rows.push(open(kind, id));
                }
            }),
            Kind::Storm => with::<Storm>(keys, id, kept, |r| {
                if r.ended.is_none() {
                    rows.push(open(kind, id));
                }
            }),
            Kind::CallDown => with::<CallDown>(keys, id, kept, |r| {
                rows.push(owned(CLIENT, r.client.0, kind, r.at, id));
                // Under its storm, wherever in time it was called last.
                rows.push(row(TIMELINE, &[&r.storm.0, &time_key(Moment(0)), id], Vec::new()));
            }),
            Kind::Agency | Kind::Office | Kind::User | Kind::Client | Kind::Staff | Kind::Reach | Kind::KnownWay => {}
        }
        let owner = match rows.iter().find(|r| r.set == CLIENT) {
            Some(row) => row.key.get(..16).and_then(|key| key.try_into().ok()),
            None => owner(keys, kind, id, kept),
        };
        rows.extend(owner.map(|owner: RecordId| changed(&owner, kept.seq, kind, id)));
        rows
    }
}

/// Whom a record is about that stands in no list of hers: it has none there, or it was entered in error, which is a
/// change as well.
fn owner(keys: Option<&Keyring>, kind: Kind, id: &RecordId, kept: &Kept) -> Option<RecordId> {
    fn read<B: Body>(
        keys: Option<&Keyring>,
        id: &RecordId,
        kept: &Kept,
        owner: impl FnOnce(&B) -> Option<RecordId>,
    ) -> Option<RecordId> {
        codec::decode_with::<B>(keys, id, kept.rev, &kept.envelope).ok().and_then(|r| owner(&r.body))
    }
    match kind {
        Kind::Client => read::<Client>(keys, id, kept, |_| Some(*id)),
        Kind::Attention => read::<Attention>(keys, id, kept, |r| r.client.map(|c| c.0)),
        Kind::IssueEvent => read::<IssueEvent>(keys, id, kept, |r| Some(r.issue.0)),
        Kind::Visit => read::<Visit>(keys, id, kept, |r| Some(r.client.0)),
        Kind::Contact => read::<Contact>(keys, id, kept, |r| Some(r.client.0)),
        Kind::Medication => read::<Medication>(keys, id, kept, |r| Some(r.client.0)),
        Kind::Diagnosis => read::<Diagnosis>(keys, id, kept, |r| Some(r.client.0)),
        Kind::Allergy => read::<Allergy>(keys, id, kept, |r| Some(r.client.0)),
        Kind::AccessCode => read::<AccessCode>(keys, id, kept, |r| Some(r.client.0)),
        Kind::CarePlan => read::<CarePlan>(keys, id, kept, |r| Some(r.client.0)),
        Kind::Stay => read::<Stay>(keys, id, kept, |r| Some(r.client.0)),
        Kind::Membership => read::<Membership>(keys, id, kept, |r| Some(r.client.0)),
        Kind::Issue => read::<Issue>(keys, id, kept, |r| r.client.map(|c| c.0)),
        Kind::Reassessment => read::<Reassessment>(keys, id, kept, |r| Some(r.client.0)),
        Kind::Communication => read::<Communication>(keys, id, kept, |r| r.client.map(|c| c.0)),
        Kind::Task => read::<Task>(keys, id, kept, |r| r.client.map(|c| c.0)),
        Kind::Emergency => read::<Emergency>(keys, id, kept, |r| Some(r.client.0)),
        Kind::Offer => read::<Offer>(keys, id, kept, |r| Some(r.client.0)),
        Kind::Pairing => read::<Pairing>(keys, id, kept, |r| Some(r.client.0)),
        Kind::Safety => read::<Safety>(keys, id, kept, |r| Some(r.client.0)),
        Kind::Series => read::<Series>(keys, id, kept, |r| Some(r.client.0)),
        Kind::FrequencyOrder => read::<FrequencyOrder>(keys, id, kept, |r| Some(r.client.0)),
        Kind::Hold => read::<Hold>(keys, id, kept, |r| Some(r.client.0)),
        Kind::Appointment => read::<Appointment>(keys, id, kept, |r| Some(r.client.0)),
        Kind::Authorization => read::<Authorization>(keys, id, kept, |r| Some(r.client.0)),
        Kind::Position => read::<Position>(keys, id, kept, |r| r.client.map(|c| c.0)),
        Kind::Clocking => read::<Clocking>(keys, id, kept, |r| Some(r.client.0)),
        Kind::CallDown => read::<CallDown>(keys, id, kept, |r| Some(r.client.0)),
        Kind::Agency
        | Kind::Office
        | Kind::User
        | Kind::Staff
        | Kind::Credential
        | Kind::ImportSource
        | Kind::Policy
        | Kind::ColumnMap
        | Kind::Review
        | Kind::Reach
        | Kind::CallOut
        | Kind::TimeOff
        | Kind::KnownWay
        | Kind::Storm => None,
    }
}

fn changed(owner: &RecordId, seq: u64, kind: Kind, id: &RecordId) -> Row {
    row(CHANGED, &[owner, &newest_first(seq), &kind.number().to_be_bytes(), id], Vec::new())
}

/// A commit's bytes in the order newest first.
pub fn newest_first(seq: u64) -> [u8; 8] {
    (u64::MAX - seq).to_be_bytes()
}

/// The commit and the record of a row of [`CHANGED`].
pub fn change_of(key: &[u8]) -> Option<(u64, Kind, RecordId)> {
    let seq = u64::MAX - u64::from_be_bytes(key.get(16..24)?.try_into().ok()?);
    let kind = Kind::from_number(u16::from_be_bytes(key.get(24..26)?.try_into().ok()?))?;
    Some((seq, kind, key.get(26..42)?.try_into().ok()?))
}

/// Calls `f` with the record unless it can't be read or was entered in error: such a record is in no list.
fn with<B: Body>(keys: Option<&Keyring>, id: &RecordId, kept: &Kept, f: impl FnOnce(&Record<B>)) {
    if let Ok(record) = codec::decode_with::<B>(keys, id, kept.rev, &kept.envelope)
        && !record.head.in_error
    {
        f(&record);
    }
}

fn row(set: SetId, parts: &[&[u8]], value: Vec<u8>) -> Row {
    Row { set, key: parts.concat(), value }
}

fn owned(set: SetId, owner: [u8; 16], kind: Kind, at: Moment, id: &RecordId) -> Row {
    row(set, &[&owner, &kind.number().to_be_bytes(), &time_key(at), id], Vec::new())
}

fn open(kind: Kind, id: &RecordId) -> Row {
    row(OPEN, &[&kind.number().to_be_bytes(), id], Vec::new())
}

fn listed(kind: Kind, id: &RecordId) -> Row {
    row(LISTED, &[&kind.number().to_be_bytes(), id], Vec::new())
}

/// Where the visits of a series begin that have this day in it.
pub fn place_key(series: SeriesId, day: Day) -> Vec<u8> {
    [&series.0[..], &((day.0 as u32) ^ (1 << 31)).to_be_bytes()].concat()
}

/// The visit's id at the end of a row's key.
pub fn visit_of(key: &[u8]) -> VisitId {
    VisitId(id_at_end(key))
}

/// The 16 bytes at the end of a key.
pub fn id_at_end(key: &[u8]) -> [u8; 16] {
    let mut id = [0; 16];
    if key.len() >= 16 {
        id.copy_from_slice(&key[key.len() - 16..]);
    }
    id
}

/// The key of an attention row.
pub fn attention_key(key: &AlertKey) -> Vec<u8> {
    key.bytes().to_vec()
}
