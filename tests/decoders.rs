//! Every decoder of bytes that come from outside, or from a disk: nothing they are given makes them panic, hang or take
//! more than a little memory, and what they read they write the same way again where its form has one way.
//!
//! The inputs are whole ones of each language with a few places changed, their checksums put right more often than not,
//! so that they reach what stands behind those; and noise. Seeds are fixed. `CASELOAD_TEST_FULL=1` runs ten million in
//! all, `CASELOAD_DECODER_INPUTS=n` any number, `CASELOAD_DECODER=name` one decoder alone:
//!
//! ```text
//! CASELOAD_TEST_FULL=1 cargo test --test decoders -- --nocapture
//! ```

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests fail loudly")]
#![allow(missing_docs, unreachable_pub)]

#[macro_use]
#[path = "records/kinds.rs"]
mod kinds;
#[path = "decoders/bombs.rs"]
mod bombs;
#[path = "records/filler.rs"]
mod filler;
#[path = "decoders/kept.rs"]
mod kept;
#[path = "decoders/mutate.rs"]
mod mutate;
#[path = "exchange/sheet.rs"]
mod sheet;
mod store_support;
#[path = "decoders/text.rs"]
mod text;
#[path = "decoders/wire.rs"]
mod wire;

use mutate::{Chance, mutate};
use peak_alloc::PeakAlloc;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Instant;

#[global_allocator]
static MEMORY: PeakAlloc = PeakAlloc;

/// One test at a time, so that what is measured is its own.
static ALONE: Mutex<()> = Mutex::new(());

fn alone() -> MutexGuard<'static, ()> {
    ALONE.lock().unwrap_or_else(PoisonError::into_inner)
}

/// What a reader takes for one input, at its peak.
fn peak_of<T>(read: impl FnOnce() -> T) -> (T, usize) {
    MEMORY.reset_peak_usage();
    let before = MEMORY.current_usage();
    let result = read();
    (result, MEMORY.peak_usage().saturating_sub(before))
}

const MIB: usize = 1 << 20;

type Mend = Box<dyn Fn(&mut Vec<u8>)>;
type Read = Box<dyn FnMut(&[u8]) -> bool>;

/// One decoder.
struct Target {
    name: &'static str,
    /// How many of ten thousand inputs are its.
    share: u32,
    /// Most memory that one input may take.
    most: usize,
    /// Whole inputs, each of which is read.
    corpus: Vec<Vec<u8>>,
    /// Words of its language.
    words: &'static [&'static [u8]],
    /// Puts checksums and lengths right.
    mend: Option<Mend>,
    /// Reads, and asserts what holds of what was read; whether it was read.
    read: Read,
}

impl Target {
    fn new(name: &'static str, share: u32, corpus: Vec<Vec<u8>>, read: impl FnMut(&[u8]) -> bool + 'static) -> Self {
        assert!(!corpus.is_empty(), "{name}");
        Self { name, share, most: 4 * MIB, corpus, words: &[], mend: None, read: Box::new(read) }
    }

    fn words(mut self, words: &'static [&'static [u8]]) -> Self {
        self.words = words;
        self
    }

    fn mend(mut self, mend: impl Fn(&mut Vec<u8>) + 'static) -> Self {
        self.mend = Some(Box::new(mend));
        self
    }

    fn most(mut self, most: usize) -> Self {
        self.most = most;
        self
    }
}

fn targets() -> Vec<Target> {
    [wire::targets(), kept::targets(), text::targets()].into_iter().flatten().collect()
}

/// How many inputs in all.
fn wanted() -> u64 {
    let said = std::env::var("CASELOAD_DECODER_INPUTS").ok().and_then(|n| n.parse().ok());
    let full = std::env::var("CASELOAD_TEST_FULL").is_ok_and(|v| v == "1");
    said.unwrap_or(if full { 10_000_000 } else { 60_000 })
}

#[test]
fn no_bytes_make_a_decoder_fall_hang_or_swell() {
    let _alone = alone();
    let only = std::env::var("CASELOAD_DECODER").ok();
    let mut targets = targets();
    targets.retain(|t| only.as_ref().is_none_or(|name| t.name == name));
    assert!(!targets.is_empty(), "no decoder is called {only:?}");
    let shares: u64 = targets.iter().map(|t| u64::from(t.share)).sum();
    let (mut all, mut all_read) = (0, 0);
    eprintln!("{:<28} {:>10} {:>10} {:>10} {:>8}", "decoder", "inputs", "of it read", "peak kB", "ms");
    for target in &mut targets {
        let inputs = (wanted() * u64::from(target.share)).div_ceil(shares).max(target.corpus.len() as u64 + 40);
        let (read, peak, ms) = run(target, inputs);
        eprintln!("{:<28} {inputs:>10} {read:>10} {:>10} {ms:>8}", target.name, peak / 1024);
        all += inputs;
        all_read += read;
    }
    eprintln!("{} decoders, {all} inputs, {all_read} of them read: 0 panics, no input over its bound", targets.len());
    assert!(only.is_some() || all >= wanted());
}

fn run(target: &mut Target, inputs: u64) -> (u64, usize, u128) {
    let mut chance = Chance::new(target.name.bytes().fold(20_261_123, |n, b| n.wrapping_mul(131) + u64::from(b)));
    let mut input = Vec::with_capacity(mutate::LONGEST + 4096);
    let (mut read, mut highest) = (0, 0);
    let begun = Instant::now();
    for n in 0..inputs {
        let whole = target.corpus.get(n as usize).cloned();
        match &whole {
            Some(bytes) => input.clone_from(bytes),
            None => mutate(&mut chance, &target.corpus, target.words, &mut input),
        }
        if let Some(mend) = target.mend.as_ref().filter(|_| whole.is_none() && !chance.one_in(5)) {
            mend(&mut input);
        }
        let (outcome, peak) = peak_of(|| catch_unwind(AssertUnwindSafe(|| (target.read)(&input))));
        let shown = || format!("{}, input {n}: {} bytes {}", target.name, input.len(), hex(&input));
        let Ok(taken) = outcome else { panic!("panicked: {}", shown()) };
        assert!(whole.is_none() || taken, "a whole one was not read: {}", shown());
        assert!(peak <= target.most, "took {peak} bytes of memory: {}", shown());
        read += u64::from(taken);
        highest = highest.max(peak);
    }
    (read, highest, begun.elapsed().as_millis())
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().take(400).map(|b| format!("{b:02x}")).collect()
}

#[test]
fn the_bombs_of_bincode_do_nothing() {
    let _alone = alone();
    bombs::all();
}
