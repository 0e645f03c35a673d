//! The desk that the agency is built at: moves the clock, makes the request ids, cuts piles into commands of at most 90
//! records, and says how far it is.

use super::dice::Dice;
use crate::domain::fields::Fields;
use crate::domain::ids::{RequestId, UserId};
use crate::domain::record::{Body, Kind};
use crate::domain::time::Moment;
use crate::service::api::{Command, Done, Execute, NewRecord};

/// Most records of one command.
pub(super) const CHUNK: usize = 90;

/// Moves the clock.
pub(super) type SetNow<'a> = &'a mut dyn FnMut(Moment);
/// Sends a command, as this user or (nobody yet) as the installation itself.
pub(super) type Send<'a> = &'a mut dyn FnMut(Execute, Option<UserId>) -> Result<Done, String>;
/// Hears how many records are done, of how many.
pub(super) type Progress<'a> = &'a mut dyn FnMut(u64, u64);

pub(super) struct Desk<'a> {
    set_now: SetNow<'a>,
    send: Send<'a>,
    progress: Progress<'a>,
    requests: Dice,
    now: Moment,
    pile: Vec<NewRecord>,
    done: u64,
    total: u64,
    /// The last commit.
    pub(super) seq: u64,
    /// Who keeps the records: bulk work is entered under this name.
    pub(super) clerk: Option<UserId>,
    /// Acts of the story that were refused, and why.
    pub(super) refused: Vec<String>,
}

impl<'a> Desk<'a> {
    pub(super) fn new(seed: u64, total: u64, set_now: SetNow<'a>, send: Send<'a>, progress: Progress<'a>) -> Self {
        Self {
            set_now,
            send,
            progress,
            requests: Dice::of(seed, "requests", 0),
            now: Moment(i64::MIN),
            pile: Vec::with_capacity(CHUNK),
            done: 0,
            total,
            seq: 0,
            clerk: None,
            refused: Vec::new(),
        }
    }

    /// Records made so far.
    pub(super) fn records(&self) -> u64 {
        self.done
    }

    /// It is `at` now; time never runs back.
    pub(super) fn at(&mut self, at: Moment) {
        if at > self.now {
            self.now = at;
            (self.set_now)(at);
        }
    }

    /// What happened until now is on the record.
    pub(super) fn execute(&mut self, who: Option<UserId>, command: Command) -> Result<Done, String> {
        let request = RequestId(self.requests.bytes());
        let done = (self.send)(Execute { request, command }, who)?;
        self.seq = self.seq.max(done.seq);
        Ok(done)
    }

    /// An act of the story. One that is refused is kept and told, and the day goes on.
    pub(super) fn act(&mut self, who: UserId, what: &str, command: Command) -> Option<Done> {
        match self.execute(Some(who), command) {
            Ok(done) => Some(done),
            Err(why) => {
                self.refused.push(format!("{what}: {why}"));
                None
            }
        }
    }

    /// Changes fields of a record that stands at this revision.
    pub(super) fn edit_as<B: Body>(
        &mut self,
        who: Option<UserId>,
        id: B::Id,
        base: u64,
        fields: Fields,
    ) -> Result<(), String> {
        let command = Command::Edit { kind: B::KIND, id: id.into(), base, fields };
        self.execute(who, command).map(|_| ())
    }

    /// Makes records whose ids are needed.
    pub(super) fn create<B: Body>(&mut self, bodies: &[B]) -> Result<Vec<B::Id>, String> {
        self.flush()?;
        let mut ids = Vec::with_capacity(bodies.len());
        for chunk in bodies.chunks(CHUNK) {
            let records: Vec<NewRecord> = chunk.iter().map(new_record).collect();
            ids.extend(self.make(records)?.into_iter().map(B::Id::from));
        }
        Ok(ids)
    }

    /// Makes one record whose id is needed.
    pub(super) fn create_one<B: Body>(&mut self, body: &B) -> Result<B::Id, String> {
        let made = self.create(std::slice::from_ref(body))?;
        made.first().copied().ok_or_else(|| format!("no id for a new {}", B::KIND.word()))
    }

    /// Makes a record some time before [`Desk::flush`].
    pub(super) fn add<B: Body>(&mut self, body: &B) -> Result<(), String> {
        self.pile.push(new_record(body));
        if self.pile.len() >= CHUNK { self.flush() } else { Ok(()) }
    }

    /// Makes what is on the pile.
    pub(super) fn flush(&mut self) -> Result<(), String> {
        if self.pile.is_empty() {
            return Ok(());
        }
        let records = std::mem::replace(&mut self.pile, Vec::with_capacity(CHUNK));
        self.make(records).map(|_| ())
    }

    fn make(&mut self, records: Vec<NewRecord>) -> Result<Vec<[u8; 16]>, String> {
        let count = records.len();
        let made = self.execute(self.clerk, Command::Create { records, batch: None })?.created;
        if made.len() != count {
            return Err(format!("{} ids came back for {count} new records", made.len()));
        }
        self.done += count as u64;
        (self.progress)(self.done, self.total.max(self.done));
        Ok(made)
    }
}

fn new_record<B: Body>(body: &B) -> NewRecord {
    let kind: Kind = B::KIND;
    NewRecord { kind, fields: Fields::of(body) }
}
