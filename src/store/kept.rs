//! The engine of every agency: the journal as the record, a working copy under it that answers questions and is made
//! anew whenever it can't be trusted. Checks commits, acknowledges after the journal's sync, brings the copy up at open.

mod compaction;

use super::access::{AccessLog, AccessRecovery};
use super::apply::{CHUNK, add_entry, remake_rows};
use super::engine::{
    Commit, CommitError, Derive, Engine, EngineError, Entry, Kept, Kind, MAX_ENVELOPE, MAX_KEY, MAX_RECORDS, MAX_ROW,
    RecordId, Report, Rev, Row, Rows, Seq, SetId,
};
use super::files::{Files, read_whole, replace};
use super::frame::{Hash, MAX_ACTION, MAX_ORIGIN};
use super::guard::{Guard, Room};
use super::journal::{CHANGES, Journal, Place, SEGMENT_BYTES, Step, Tip, io_error, read_chain};
use super::layout::{
    Applied, applied, behind, decode_place, decode_seq, entry_key, history_prefix, read_history_rev, read_record_key,
    record_key, request_key, row_key,
};
use super::restore::MARKER;
use super::rotation::Keeping;
use super::snapshot::{fill, worth_reading};
use super::stored::{Stored, decode_head};
use super::verify::verify;
use super::working::{Batch, WorkingCopy, WorkingError, WorkingHome};
use std::collections::{HashMap, HashSet};
use std::fs::File;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};
use std::time::Duration;

/// The marker of a clean close: what the working copy's files were like.
const CLEAN: &str = "clean";
/// No marker is longer: a line for each file of the working copy.
const MOST_CLEAN: usize = 1024 * 1024;
/// The run of the machine in which the working copy was last written.
const BOOT: &str = "boot";

/// Told `(done, total)` while a working copy is made anew.
pub type Progress = Box<dyn Fn(u64, u64) + Send + Sync>;

/// How an engine runs.
pub struct Options {
    /// A new journal segment is begun when the last one has reached this.
    pub segment_bytes: u64,
    /// The same of the access chain.
    pub access_segment_bytes: u64,
    /// Told how far a rebuild is: entries, or records when only the rows are remade.
    pub progress: Option<Progress>,
    /// Which run of the machine this is (its boot id). After an unclean end in another one, or in one that is not known,
    /// the working copy is compared with the whole journal: a power cut can take keys out of its middle.
    pub boot: String,
    /// How many snapshots stay.
    pub keeping: Keeping,
    /// How much room the disk must have.
    pub room: Room,
    /// How long a look at the free room holds.
    pub look_every: Duration,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            segment_bytes: SEGMENT_BYTES,
            access_segment_bytes: super::access::SEGMENT_BYTES,
            progress: None,
            boot: String::new(),
            keeping: Keeping::default(),
            room: Room { least: 0, ballast: 0 },
            look_every: Duration::from_secs(1),
        }
    }
}

/// What opening had to mend, and what was mended since.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Recovery {
    /// The last end was a clean close.
    pub clean: bool,
    /// Entries that the working copy had not got and that were applied from the journal.
    pub rolled_forward: u64,
    /// Bytes of a torn, never acknowledged tail that were cut off the journal.
    pub cut_bytes: u64,
    /// The file that keeps them.
    pub cut_file: Option<String>,
    /// What was found of the access chain.
    pub access: AccessRecovery,
    /// The working copy was compared with the whole journal, because the machine may have gone down with it.
    pub compared: bool,
    /// Why the working copy was made anew, if it was.
    pub rebuilt: Option<String>,
    /// The snapshot that the new one was begun with; the journal gave what is behind it.
    pub from_snapshot: Option<Seq>,
    /// Snapshots that should have been used and were damaged.
    pub bad_snapshots: Vec<String>,
    /// The agency was of an older caseload; the snapshot in which it is kept as it was.
    pub upgraded_behind: Option<String>,
    /// The disk was full, and the ballast was given up for this start.
    pub ballast_given_up: bool,
    /// The rows were made anew for another layout.
    pub rows_remade: bool,
    /// Where the damaged working copy lies.
    pub set_aside: Option<String>,
    /// Older damaged ones that were removed for it.
    pub removed: Vec<String>,
    /// How often the working copy was made anew since the engine was opened.
    pub rebuilt_while_open: u64,
}

impl Recovery {
    /// What was done at the start, a line each, in the order in which it was done; nothing when all was well.
    pub fn lines(&self) -> Vec<String> {
        let mut lines = Vec::new();
        if self.ballast_given_up {
            lines.push("the disk is full: the ballast was given up so that caseload could start; free some".to_owned());
        }
        if self.cut_bytes > 0 {
            let (bytes, file) = (self.cut_bytes, self.cut_file.as_deref().unwrap_or_default());
            lines.push(format!(
                "{bytes} bytes of an unfinished write were cut off the journal; nothing that was saved is lost (kept in {file})"
            ));
        }
        if self.access.cut_bytes > 0 {
            let (bytes, file) = (self.access.cut_bytes, self.access.cut_file.as_deref().unwrap_or_default());
            lines.push(format!(
                "{bytes} bytes of an unfinished write were cut off the log of who saw what (kept in {file})"
            ));
        }
        if let Some(damage) = &self.access.damaged {
            lines.push(format!("THE LOG OF WHO SAW WHAT IS DAMAGED: {damage}"));
            lines.push(
                "  work goes on and is logged behind it; see `caseload audit verify`, keep these files, put them back from a backup"
                    .to_owned(),
            );
        }
        lines.extend(self.bad_snapshots.iter().map(|why| format!("a snapshot is damaged and was not used: {why}")));
        if let Some(why) = &self.rebuilt {
            let from = self.from_snapshot.map_or_else(
                || "from the journal".to_owned(),
                |seq| format!("from the snapshot at entry {seq} and the journal behind it"),
            );
            lines.push(format!("the working copy was rebuilt {from} ({why}); nothing is lost"));
        }
        lines.extend(self.set_aside.iter().map(|aside| format!("the damaged one was set aside: {aside}")));
        lines.extend(self.removed.iter().map(|old| format!("an older damaged one was removed: {old}")));
        if let Some(snapshot) = &self.upgraded_behind {
            lines.push(format!(
                "this agency was of an older caseload and was upgraded; as it was it is kept in {snapshot}"
            ));
        }
        lines
    }
}

/// The working copy and how far it got.
struct State {
    /// `None` while it is being swapped and after it was given up.
    copy: Option<Box<dyn WorkingCopy>>,
    tip: Tip,
    /// Counts rebuilds, so that of many readers who met the same damage one mends it.
    generation: u64,
    /// Why there is none any more.
    given_up: Option<String>,
}

/// The journal over a working copy.
pub struct JournaledEngine {
    files: Arc<dyn Files>,
    home: Box<dyn WorkingHome>,
    derive: Arc<dyn Derive>,
    progress: Option<Progress>,
    journal: Mutex<Journal>,
    access: AccessLog,
    state: RwLock<State>,
    recovery: Mutex<Recovery>,
    keeping: Keeping,
    guard: Guard,
    closed: bool,
    /// Held for life; falls last.
    lock: Option<File>,
}

/// A question failed because of the working copy, or for another reason.
pub(super) enum Trouble {
    Working(WorkingError),
    Engine(EngineError),
}

impl From<WorkingError> for Trouble {
    fn from(error: WorkingError) -> Self {
        Self::Working(error)
    }
}

impl From<EngineError> for Trouble {
    fn from(error: EngineError) -> Self {
        Self::Engine(error)
    }
}

/// A commit that was accepted and waits for the sync.
struct Accepted {
    entry: Entry,
    rows: Vec<Vec<Row>>,
    begin: usize,
    end: usize,
    hash: [u8; 32],
}

/// What the members of a group before this one have changed.
#[derive(Default)]
struct Overlay {
    revs: HashMap<(Kind, RecordId), Rev>,
    requests: HashMap<[u8; 16], Seq>,
}

impl JournaledEngine {
    /// Opens the journal in `files` and the working copy in `home`, and brings the copy up to the journal.
    pub fn open(
        files: Arc<dyn Files>,
        home: Box<dyn WorkingHome>,
        derive: Arc<dyn Derive>,
        options: Options,
    ) -> Result<Self, EngineError> {
        if files.len(MARKER).map_err(|e| io_error(MARKER, &e))?.is_some() {
            let why = "a restore into this directory was not finished; run it again, it begins anew";
            return Err(EngineError::Io(why.to_owned()));
        }
        let closed_as = read_whole(&*files, CLEAN, MOST_CLEAN).map_err(|e| io_error(CLEAN, &e))?;
        let clean = closed_as.is_some();
        let mut recovery = Recovery { clean, ..Recovery::default() };
        let probed = match closed_as {
            None => home.probe(),
            Some(closed_as) => home.fingerprint().and_then(|now| {
                if now.as_bytes() == closed_as {
                    return Ok(());
                }
                Err(WorkingError("its files are not as they were closed".to_owned()))
            }),
        };
        if clean {
            // Gone before the working copy is opened, which changes its files: the marker never speaks for a later end.
            files.remove(CLEAN).and_then(|()| files.sync_dir("")).map_err(|e| io_error(CLEAN, &e))?;
        }
        let found = probed.and_then(|()| home.open()).and_then(|copy| match copy {
            Some(copy) => Ok((applied(&*copy)?, Some(copy))),
            None => Ok((None, None)),
        });
        let (mut mark, mut copy, mut reason) = match found {
            Ok((mark, copy)) => (mark, copy, None),
            Err(error) => (None, None, Some(error.0)),
        };
        let boot = read_whole(&*files, BOOT, 256).map_err(|e| io_error(BOOT, &e))?.unwrap_or_default();
        let same_boot = !boot.is_empty() && boot == options.boot.as_bytes();
        let opened = Journal::open(
            Arc::clone(&files),
            CHANGES,
            CHANGES.origin(),
            options.segment_bytes,
            mark.map(|m| m.tip),
            clean,
        )?;
        if let Some(cut) = opened.cut {
            recovery.cut_bytes = cut.bytes;
            recovery.cut_file = Some(cut.file);
        }
        let access = AccessLog::open(Arc::clone(&files), options.access_segment_bytes, clean)?;
        recovery.access = access.recovery().clone();
        if opened.foreign {
            (mark, copy, reason) = (None, None, Some("it belongs to another journal".to_owned()));
        }
        let stands_at = mark.map_or(0, |mark| mark.tip.seq);
        if copy.is_some() && stands_at < opened.marked {
            // It had been brought to the disk and has lost it since; sled does not lose from the end alone.
            let why = format!("it stands at entry {stands_at}, and had been at {}", opened.marked);
            (mark, copy, reason) = (None, None, Some(why));
        }
        let mut engine = Self {
            files,
            home,
            derive,
            progress: options.progress,
            state: RwLock::new(State { copy: None, tip: Tip::ORIGIN, generation: 0, given_up: None }),
            journal: Mutex::new(opened.journal),
            access,
            recovery: Mutex::new(recovery),
            keeping: options.keeping,
            guard: Guard::new(options.room, options.look_every),
            // Until it is open: one that could not be opened writes no marks when it is dropped.
            closed: true,
            lock: None,
        };
        engine.bring_up(copy, mark, reason)?;
        if !clean && !same_boot {
            engine.compare_whole()?;
        }
        if !same_boot && !options.boot.is_empty() {
            // Only now: a process that dies while it compares leaves the doubt standing.
            replace(&*engine.files, BOOT, options.boot.as_bytes()).map_err(|e| io_error(BOOT, &e))?;
        }
        engine.guard.working_is(engine.home.bytes());
        engine.closed = false;
        Ok(engine)
    }

    /// Keeps a lock's file open as long as the engine lives.
    pub(super) fn holding(mut self, lock: File) -> Self {
        self.lock = Some(lock);
        self
    }

    /// What opening had to mend, and what was mended since.
    pub fn recovery(&self) -> Recovery {
        self.recovery.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// The epoch of the newest entry; a restore begins a new one.
    pub fn epoch(&self) -> u64 {
        self.read().tip.epoch
    }

    /// The newest entry, where it stands, and its hash.
    pub fn tip(&self) -> Tip {
        self.read().tip
    }

    /// The files that journal and snapshots are written through.
    pub(super) fn files(&self) -> &dyn Files {
        &*self.files
    }

    /// How many snapshots stay.
    pub fn keeping(&self) -> Keeping {
        self.keeping
    }

    /// How large the working copy's files are.
    pub fn working_bytes(&self) -> u64 {
        self.home.bytes()
    }

    /// Looks at the free room now; why nothing is taken, if nothing is.
    pub fn look_at_room(&self) -> Option<String> {
        self.guard.working_is(self.home.bytes());
        self.guard.is_full();
        self.guard.look(&*self.files)
    }

    /// The layout of its rows.
    pub(super) fn layout(&self) -> u32 {
        self.derive.layout()
    }

    /// Makes the working copy anew from the journal because somebody asked; the old one is set aside.
    pub fn remake(&self, why: &str) -> Result<(), EngineError> {
        let mut state = self.write();
        self.rebuild(&mut state, &WorkingError(why.to_owned()))
    }

    /// Closes cleanly: the next open reads only the end of the journal. Dropping does the same, but tells nobody of an
    /// error.
    pub fn close(mut self) -> Result<(), EngineError> {
        self.shut()
    }

    /// Writes the working copy anew in the order of its keys and drops the old one. Worth doing after a bulk load, which
    /// leaves it several times as large as what is in it; whoever opens or closes it pays for that.
    pub fn compact_working(&self) -> Result<(), EngineError> {
        let _journal = self.journal();
        let mut state = self.write();
        let Some(copy) = state.copy.take() else { return Ok(()) };
        state.generation += 1;
        let compact = || -> Result<Box<dyn WorkingCopy>, Trouble> {
            let fresh = self.home.fresh()?;
            copy_pairs(&*copy, &*fresh)?;
            drop(copy);
            self.home.discard()?;
            Ok(self.home.swap_in(fresh)?)
        };
        match compact() {
            Ok(copy) => {
                state.copy = Some(copy);
                Ok(())
            }
            Err(Trouble::Engine(error)) => self.rebuild(&mut state, &WorkingError(error.to_string())),
            Err(Trouble::Working(error)) => self.rebuild(&mut state, &error),
        }
    }

    fn journal(&self) -> MutexGuard<'_, Journal> {
        self.journal.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn read(&self) -> RwLockReadGuard<'_, State> {
        self.state.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn write(&self) -> RwLockWriteGuard<'_, State> {
        self.state.write().unwrap_or_else(PoisonError::into_inner)
    }

    fn stored<'a>(&'a self, copy: &'a dyn WorkingCopy) -> Stored<'a> {
        Stored { copy, files: &*self.files, ahead: None }
    }

    fn tell(&self, done: u64, total: u64) {
        if let Some(progress) = &self.progress {
            progress(done, total);
        }
    }

    /// Rolls the working copy forward to the journal, or makes it anew.
    fn bring_up(
        &mut self,
        copy: Option<Box<dyn WorkingCopy>>,
        mark: Option<Applied>,
        reason: Option<String>,
    ) -> Result<(), EngineError> {
        let head = self.journal().tip();
        let mut state = State { copy: None, tip: head, generation: 0, given_up: None };
        let rolled = match (copy, reason) {
            (Some(copy), None) => match self.roll_forward(&*copy, mark, head) {
                Ok((rolled, remade)) => {
                    state.copy = Some(copy);
                    self.note(|r| {
                        r.rolled_forward = rolled;
                        r.rows_remade = remade;
                    });
                    Ok(())
                }
                Err(Trouble::Working(error)) => {
                    state.copy = Some(copy);
                    Err(error)
                }
                Err(Trouble::Engine(error)) => return Err(error),
            },
            (_, reason) => Err(WorkingError(reason.unwrap_or_else(|| "there was none".to_owned()))),
        };
        if let Err(error) = rolled {
            self.rebuild(&mut state, &error)?;
            self.note(|r| {
                r.rebuilt_while_open = 0;
                // A new agency's first one is not worth a word.
                r.rebuilt = r.rebuilt.take().filter(|_| head.seq > 0);
            });
        }
        *self.write() = state;
        Ok(())
    }

    /// Compares the working copy with the whole journal, unless it was just made of it, and makes it anew when they differ.
    fn compare_whole(&self) -> Result<(), EngineError> {
        if self.read().tip.seq == 0 || self.recovery().rebuilt.is_some() {
            return Ok(());
        }
        let report = self.verify()?;
        self.note(|r| r.compared = true);
        if let Some(problem) = report.problems.first() {
            self.rebuild(&mut self.write(), &WorkingError(problem.clone()))?;
            self.note(|r| r.rebuilt_while_open = 0);
        }
        Ok(())
    }

    pub(super) fn note(&self, change: impl FnOnce(&mut Recovery)) {
        change(&mut self.recovery.lock().unwrap_or_else(PoisonError::into_inner));
    }

    /// Applies what is missing, and remakes the rows when their layout is another one.
    fn roll_forward(&self, copy: &dyn WorkingCopy, mark: Option<Applied>, head: Tip) -> Result<(u64, bool), Trouble> {
        // Without a mark the copy is empty and its rows are of any layout.
        let from = mark.map_or(Tip::ORIGIN, |mark| mark.tip);
        let remade = mark.is_some_and(|mark| mark.layout != Some(self.derive.layout()));
        if remade {
            // First, because applying takes away the rows of the record as it was.
            remake_rows(self.stored(copy), &*self.derive, self.derive.layout(), from, &|done| self.tell(done, 0))?;
        }
        self.replay(copy, from, head.seq)?;
        Ok((head.seq - from.seq, remade))
    }

    /// Applies the entries behind `from` up to `until`.
    fn replay(&self, copy: &dyn WorkingCopy, from: Tip, until: Seq) -> Result<(), Trouble> {
        let total = until - from.seq;
        let mut failed = None;
        let mut batch = Batch::new();
        let reading = read_chain(&*self.files, CHANGES, from, until, &mut |frame, tip| {
            let added =
                add_entry(&mut batch, self.stored(copy), &*self.derive, self.derive.layout(), &frame.entry, tip, None);
            failed = added.and_then(|()| apply_when_full(copy, &mut batch, tip.seq == until)).err();
            let done = tip.seq - from.seq;
            if done.is_multiple_of(1000) || done == total {
                self.tell(done, total);
            }
            failed.is_none()
        })?;
        if let Some(error) = failed {
            return Err(error.into());
        }
        if reading.tip.seq < until {
            let (place, what) = reading.bad.unwrap_or((reading.tip.end, "the journal ends too early"));
            return Err(CHANGES.damaged(place, reading.tip.seq, what).into());
        }
        Ok(())
    }

    /// Sets the damaged copy aside and makes a new one of the journal, up to where the copy stood.
    fn rebuild(&self, state: &mut State, why: &WorkingError) -> Result<(), EngineError> {
        drop(state.copy.take());
        state.generation += 1;
        match self.make_anew(state.tip.seq) {
            Ok((copy, aside)) => {
                state.copy = Some(copy);
                self.note(|r| {
                    r.rebuilt = Some(why.0.clone());
                    r.rebuilt_while_open += 1;
                    r.set_aside = aside.kept.or(r.set_aside.take());
                    r.removed.extend(aside.removed);
                });
                Ok(())
            }
            Err(error) => {
                state.given_up = Some(format!("{why}; it could not be made anew: {error}"));
                Err(error)
            }
        }
    }

    fn make_anew(&self, until: Seq) -> Result<(Box<dyn WorkingCopy>, super::working::SetAside), EngineError> {
        let (fresh, from) = self.begin_anew(until)?;
        match self.replay(&*fresh, from, until) {
            Ok(()) => {}
            Err(Trouble::Engine(error)) => return Err(error),
            Err(Trouble::Working(error)) => return Err(EngineError::Io(error.to_string())),
        }
        // Only now, so that a rebuild that fails leaves the old one where it was.
        let aside = self.home.set_aside()?;
        Ok((self.home.swap_in(fresh)?, aside))
    }

    /// A copy to replay into: filled from the newest sound snapshot that is worth reading, otherwise empty.
    fn begin_anew(&self, until: Seq) -> Result<(Box<dyn WorkingCopy>, Tip), EngineError> {
        for snapshot in worth_reading(&*self.files, until)? {
            let fresh = self.home.fresh()?;
            match fill(&*self.files, &snapshot, &*fresh, &*self.derive, self.layout()) {
                Ok(tip) => {
                    self.note(|r| r.from_snapshot = Some(tip.seq));
                    return Ok((fresh, tip));
                }
                Err(why) => self.note(|r| r.bad_snapshots.push(why)),
            }
        }
        self.note(|r| r.from_snapshot = None);
        Ok((self.home.fresh()?, Tip::ORIGIN))
    }

    /// Asks the working copy; when it fails it is made anew and asked once more.
    pub(super) fn ask<T>(
        &self,
        question: impl Fn(&dyn WorkingCopy, &Tip) -> Result<T, Trouble>,
    ) -> Result<T, EngineError> {
        let (generation, error) = {
            let state = self.read();
            let copy = standing(&state)?;
            match question(copy, &state.tip) {
                Ok(answer) => return Ok(answer),
                Err(Trouble::Engine(error)) => return Err(error),
                Err(Trouble::Working(error)) => (state.generation, error),
            }
        };
        {
            let mut state = self.write();
            if state.generation == generation && state.given_up.is_none() {
                self.rebuild(&mut state, &error)?;
            }
        }
        let state = self.read();
        match question(standing(&state)?, &state.tip) {
            Ok(answer) => Ok(answer),
            Err(Trouble::Engine(error)) => Err(error),
            Err(Trouble::Working(error)) => Err(EngineError::Io(error.to_string())),
        }
    }

    /// The revision that stands, without reading the record itself.
    fn revision(&self, kind: Kind, id: &RecordId) -> Result<Rev, EngineError> {
        let key = record_key(kind, id);
        self.ask(|copy, _| match copy.get(&key)? {
            Some(value) => Ok(decode_head(&value)?.0),
            None => Ok(0),
        })
    }

    /// Why no commit can be taken, if none can.
    fn closed_for(&self, journal: &Journal) -> Option<String> {
        if let Some(why) = journal.poisoned() {
            return Some(why.to_owned());
        }
        let state = self.read();
        if state.given_up.is_none() && state.copy.is_some() && state.tip.seq != journal.tip().seq {
            // A panic between sync and applying: commits must not be checked against a copy that is behind.
            return Some("the working copy is behind the journal; open the agency again".to_owned());
        }
        state.given_up.clone()
    }

    /// Checks one commit against what stands and what the group did before it.
    fn check(&self, commit: &Commit, next: Seq, overlay: &Overlay) -> Result<Checked, CommitError> {
        let unreadable = |error: EngineError| CommitError::ReadOnly(error.to_string());
        if let Some(seq) = overlay.requests.get(&commit.request) {
            return Ok(Checked::Repeat(*seq));
        }
        if let Some(seq) = self.by_request(&commit.request).map_err(unreadable)? {
            return Ok(Checked::Repeat(seq));
        }
        check_sizes(commit)?;
        for record in &commit.records {
            let (kind, id) = (record.kind, record.id);
            let actual = match overlay.revs.get(&(kind, id)) {
                Some(rev) => *rev,
                None => self.revision(kind, &id).map_err(unreadable)?,
            };
            if actual != record.expect {
                return Err(CommitError::Conflict { kind, id, actual });
            }
        }
        let rows = commit.records.iter().map(|record| {
            let kept = Kept { rev: record.expect + 1, seq: next, envelope: record.envelope.clone() };
            self.derive.rows(record.kind, &record.id, &kept)
        });
        let rows: Vec<Vec<Row>> = rows.collect();
        check_rows(&rows)?;
        Ok(Checked::New(rows))
    }

    /// Applies the accepted entries, which are on the disk. A copy that fails is made anew and brought up; when even that
    /// fails the entries stand all the same, and the engine answers nothing more.
    fn apply(&self, accepted: Vec<Accepted>, head: Tip, base: Place) {
        let mut state = self.write();
        let mut failed = None;
        if let Some(copy) = &state.copy {
            let mut batch = Batch::new();
            for one in accepted {
                let place = |at: usize| Place { segment: base.segment, offset: base.offset + at as u64 };
                let tip = Tip {
                    seq: one.entry.seq,
                    epoch: head.epoch,
                    start: place(one.begin),
                    end: place(one.end),
                    hash: one.hash,
                };
                let stored = self.stored(&**copy);
                let added = add_entry(
                    &mut batch,
                    stored,
                    &*self.derive,
                    self.derive.layout(),
                    &one.entry,
                    &tip,
                    Some(one.rows),
                );
                failed = added.and_then(|()| apply_when_full(&**copy, &mut batch, tip.seq == head.seq)).err();
                if failed.is_some() {
                    break;
                }
            }
        }
        state.tip = head;
        if let Some(error) = failed {
            // An error here stands in the state, and every later question answers with it.
            let _ = self.rebuild(&mut state, &error);
        }
    }

    fn shut(&mut self) -> Result<(), EngineError> {
        if self.closed {
            return Ok(());
        }
        self.closed = true;
        self.journal().mark_head()?;
        // One that could not be written is judged by the next open, which finds its end without a mark.
        let _ = self.access.mark_head();
        let copy = self.write().copy.take();
        let Some(copy) = copy else { return Ok(()) };
        self.home.close(copy).map_err(|e| EngineError::Io(e.to_string()))?;
        let closed_as = self.home.fingerprint().map_err(|e| EngineError::Io(e.to_string()))?;
        replace(&*self.files, CLEAN, closed_as.as_bytes()).map_err(|e| io_error(CLEAN, &e))
    }

    /// The entries behind `since`, read from the journal.
    fn read_entries(&self, copy: &dyn WorkingCopy, tip: &Tip, since: Seq, limit: usize) -> Result<Vec<Entry>, Trouble> {
        let mut list = Vec::new();
        if since >= tip.seq || limit == 0 {
            return Ok(list);
        }
        let place = copy.get(&entry_key(since + 1))?.ok_or_else(|| missing(since + 1))?;
        let mut reader = CHANGES.reader(&*self.files, decode_place(&place)?);
        let mut next = since + 1;
        while list.len() < limit && next <= tip.seq {
            match reader.step()? {
                Step::Frame(frame, _) if frame.entry.seq == next => {
                    list.push(frame.entry);
                    next += 1;
                }
                Step::Frame(..) if list.is_empty() => return Err(missing(next).into()),
                Step::Frame(_, found) => {
                    return Err(CHANGES.damaged(found.start, next - 1, "an entry is out of order").into());
                }
                Step::End if reader.place.segment < tip.end.segment => reader.next_segment(),
                Step::End => return Err(CHANGES.damaged(reader.place, next - 1, "the journal ends too early").into()),
                Step::Bad(what) => return Err(CHANGES.damaged(reader.place, next - 1, what).into()),
            }
        }
        Ok(list)
    }
}

/// Applies a batch when it has grown to its size or nothing more comes: whole entries, in the order of their keys.
fn apply_when_full(copy: &dyn WorkingCopy, batch: &mut Batch, last: bool) -> Result<(), WorkingError> {
    if batch.len() >= CHUNK || last {
        copy.apply(batch)?;
        batch.clear();
    }
    Ok(())
}

/// Copies every pair, in the order of keys.
fn copy_pairs(from: &dyn WorkingCopy, to: &dyn WorkingCopy) -> Result<(), WorkingError> {
    let mut next = Vec::new();
    loop {
        let page = from.scan(&next, &[], 10 * CHUNK)?;
        let Some((last, _)) = page.last() else { return Ok(()) };
        next.clone_from(last);
        next.push(0);
        to.apply(&page.into_iter().map(|(key, value)| (key, Some(value))).collect())?;
    }
}

/// What checking a commit came to.
enum Checked {
    New(Vec<Vec<Row>>),
    Repeat(Seq),
}

fn missing(seq: Seq) -> WorkingError {
    WorkingError(format!("it does not know where entry {seq} stands"))
}

fn standing(state: &State) -> Result<&dyn WorkingCopy, EngineError> {
    state.copy.as_deref().ok_or_else(|| {
        EngineError::Io(state.given_up.clone().unwrap_or_else(|| "the working copy is closed".to_owned()))
    })
}

/// What every engine refuses before it writes anything.
pub(super) fn check_sizes(commit: &Commit) -> Result<(), CommitError> {
    if commit.action.len() > MAX_ACTION {
        return Err(CommitError::Malformed("the action's name is too long"));
    }
    if commit.origin.len() > MAX_ORIGIN {
        return Err(CommitError::Malformed("the origin is too long"));
    }
    if commit.records.len() > MAX_RECORDS {
        return Err(CommitError::Malformed("too many records in one commit"));
    }
    if commit.note.len() > MAX_ENVELOPE || commit.records.iter().any(|r| r.envelope.len() > MAX_ENVELOPE) {
        return Err(CommitError::Malformed("a record is too large"));
    }
    let mut seen = HashSet::with_capacity(commit.records.len());
    if !commit.records.iter().all(|r| seen.insert((r.kind, r.id))) {
        return Err(CommitError::Malformed("a record is named twice"));
    }
    Ok(())
}

/// Rows that can't be kept.
pub(super) fn check_rows(rows: &[Vec<Row>]) -> Result<(), CommitError> {
    for row in rows.iter().flatten() {
        if row.key.len() > MAX_KEY {
            return Err(CommitError::Malformed("a row's key is too long"));
        }
        if row.value.len() > MAX_ROW {
            return Err(CommitError::Malformed("a row is too large"));
        }
    }
    Ok(())
}

impl Engine for JournaledEngine {
    fn derive(&self) -> Arc<dyn Derive> {
        Arc::clone(&self.derive)
    }

    fn get(&self, kind: Kind, id: &RecordId) -> Result<Option<Kept>, EngineError> {
        let key = record_key(kind, id);
        self.ask(|copy, _| Ok(copy.get(&key)?.map(|value| self.stored(copy).kept(kind, id, &value)).transpose()?))
    }

    fn scan(&self, set: SetId, from: &[u8], to: &[u8], limit: usize) -> Result<Rows, EngineError> {
        let first = row_key(set, from);
        let last = if to.is_empty() { behind(&row_key(set, &[])) } else { row_key(set, to) };
        self.ask(|copy, _| {
            let mut rows = copy.scan(&first, &last, limit)?;
            for (key, _) in &mut rows {
                // The set's two bytes are ours.
                key.drain(..2.min(key.len()));
            }
            Ok(rows)
        })
    }

    fn records(&self, kind: Kind, from: &RecordId, limit: usize) -> Result<Vec<(RecordId, Kept)>, EngineError> {
        let first = record_key(kind, from);
        let mut last = record_key(kind, &[u8::MAX; 16]);
        last.push(0);
        self.ask(|copy, _| {
            let page = copy.scan(&first, &last, limit)?;
            let records = page.iter().map(|(key, value)| {
                let (_, id) = read_record_key(key)?;
                Ok((id, self.stored(copy).kept(kind, &id, value)?))
            });
            Ok(records.collect::<Result<_, WorkingError>>()?)
        })
    }

    fn commit(&self, group: Vec<Commit>) -> Vec<Result<Seq, CommitError>> {
        if let Some(why) = self.guard.look(&*self.files) {
            return group.iter().map(|_| Err(CommitError::NoRoom(why.clone()))).collect();
        }
        self.commit_promised(group)
    }

    fn commit_promised(&self, group: Vec<Commit>) -> Vec<Result<Seq, CommitError>> {
        let mut journal = self.journal();
        if let Some(why) = self.closed_for(&journal) {
            return group.iter().map(|_| Err(CommitError::ReadOnly(why.clone()))).collect();
        }
        let durable = journal.tip().seq;
        let mut written = journal.write();
        let mut overlay = Overlay::default();
        let mut accepted = Vec::new();
        let mut answers = Vec::with_capacity(group.len());
        for commit in group {
            let seq = written.next_seq();
            answers.push(match self.check(&commit, seq, &overlay) {
                Err(refused) => Err(refused),
                Ok(Checked::Repeat(seq)) => Ok(seq),
                Ok(Checked::New(rows)) => {
                    let keys = commit.records.iter().map(|r| self.derive.key_id(&r.envelope)).collect();
                    let note_key = if commit.note.is_empty() { 0 } else { self.derive.key_id(&commit.note) };
                    let entry = Entry { seq, commit };
                    match written.push(&entry, keys, note_key) {
                        Err(what) => Err(CommitError::Malformed(what)),
                        Ok((begin, end, hash)) => {
                            overlay.requests.insert(entry.commit.request, seq);
                            for record in &entry.commit.records {
                                overlay.revs.insert((record.kind, record.id), record.expect + 1);
                            }
                            accepted.push(Accepted { entry, rows, begin, end, hash });
                            Ok(seq)
                        }
                    }
                }
            });
        }
        if accepted.is_empty() {
            return answers;
        }
        let length = accepted.last().map_or(0, |one| one.end) as u64;
        match journal.append(&written) {
            Ok(()) => {
                let head = journal.tip();
                let base = Place { segment: head.end.segment, offset: head.end.offset - length };
                self.apply(accepted, head, base);
            }
            Err(why) => {
                // What was answered from before this group stands; of the rest nobody knows.
                for answer in &mut answers {
                    if answer.as_ref().is_ok_and(|seq| *seq > durable) {
                        *answer = Err(CommitError::Unknown(why.clone()));
                    }
                }
            }
        }
        answers
    }

    fn entries(&self, since: Seq, limit: usize) -> Result<Vec<Entry>, EngineError> {
        self.ask(|copy, tip| self.read_entries(copy, tip, since, limit))
    }

    fn history(&self, kind: Kind, id: &RecordId) -> Result<Vec<(Rev, Seq)>, EngineError> {
        let prefix = history_prefix(kind, id);
        let end = behind(&prefix);
        self.ask(|copy, _| {
            let page = copy.scan(&prefix, &end, usize::MAX)?;
            let list = page.iter().map(|(key, value)| Ok((read_history_rev(key)?, decode_seq(value)?)));
            Ok(list.collect::<Result<_, WorkingError>>()?)
        })
    }

    fn by_request(&self, request: &[u8; 16]) -> Result<Option<Seq>, EngineError> {
        let key = request_key(request);
        self.ask(|copy, _| Ok(copy.get(&key)?.map(|value| decode_seq(&value)).transpose()?))
    }

    fn head(&self) -> Result<Seq, EngineError> {
        Ok(self.read().tip.seq)
    }

    fn tip(&self) -> (Seq, Hash) {
        let tip = self.read().tip;
        (tip.seq, tip.hash)
    }

    fn access(&self) -> &AccessLog {
        &self.access
    }

    /// Reads the whole journal and the whole working copy; commits wait meanwhile.
    fn verify(&self) -> Result<Report, EngineError> {
        let state = self.read();
        verify(self.stored(standing(&state)?), &*self.derive, &state.tip)
    }

    fn refuses(&self) -> Option<CommitError> {
        // While a group is being committed nobody waits for it here: what comes of it is told to those who asked.
        let why = self.journal.try_lock().ok().and_then(|journal| self.closed_for(&journal));
        why.map(CommitError::ReadOnly).or_else(|| self.guard.look(&*self.files).map(CommitError::NoRoom))
    }

    fn checkpoint(&self) -> Result<(), EngineError> {
        let journal = self.journal();
        self.ask(|copy, _| Ok(copy.flush()?))?;
        self.guard.working_is(self.home.bytes());
        journal.mark_head()?;
        self.access.mark_head()
    }

    fn remake_rows(&self) -> Result<(), EngineError> {
        let _journal = self.journal();
        let mut state = self.write();
        let tip = state.tip;
        let remade = match state.copy.as_deref() {
            Some(copy) => {
                remake_rows(self.stored(copy), &*self.derive, self.derive.layout(), tip, &|done| self.tell(done, 0))
            }
            None => Ok(()),
        };
        remade.or_else(|error| self.rebuild(&mut state, &error))
    }
}

impl Drop for JournaledEngine {
    fn drop(&mut self) {
        let _ = self.shut();
    }
}
