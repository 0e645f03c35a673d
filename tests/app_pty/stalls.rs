//! A call-out over a phone's line: 56 kbit/s, 300 ms, and stalls of three seconds in which nothing goes either way. What
//! is typed ahead arrives late and all at once; it counts once each, in its order.

use super::places::{DEMO, command, leave};
use super::{App, run};
use std::collections::VecDeque;
use std::path::Path;
use std::time::{Duration, Instant};

/// Bytes a second.
const RATE: f64 = 7_000.0;
/// There and back.
const DELAY: Duration = Duration::from_millis(300);
/// So long nothing goes.
const STALL: Duration = Duration::from_secs(3);

/// The terminal at the far end: what it is sent reaches it when the line has carried it, and so do its keys and answers.
/// The program notices nothing of that but when it is answered; what it writes lies on the way.
struct Far {
    app: App,
    /// Bytes that were seen to be sent.
    seen: usize,
    /// When the line has carried them.
    carried: Instant,
    /// Until then it stalls.
    stalled: Instant,
    /// On the way to the program.
    due: VecDeque<(Instant, Vec<u8>)>,
}

impl Far {
    fn new(app: App) -> Self {
        let now = Instant::now();
        Self { app, seen: 0, carried: now, stalled: now, due: VecDeque::new() }
    }

    fn post(&mut self, at: Instant, bytes: &[u8]) {
        let after = self.due.back().map_or(at, |(last, _)| at.max(*last));
        self.due.push_back((after.max(self.stalled), bytes.to_vec()));
    }

    fn press(&mut self, keys: &[u8]) {
        self.post(Instant::now() + DELAY / 2, keys);
    }

    fn stall(&mut self) {
        self.stalled = Instant::now() + STALL;
        // What is on the way stands still as well.
        for (at, _) in &mut self.due {
            *at = (*at).max(self.stalled);
        }
    }

    /// Carries what there is to carry.
    fn carry(&mut self) {
        let now = Instant::now();
        let fresh = {
            let bytes = self.app.bytes.lock().unwrap();
            let fresh = bytes[self.seen..].to_vec();
            self.seen = bytes.len();
            fresh
        };
        if !fresh.is_empty() {
            let begin = now.max(self.carried).max(self.stalled);
            self.carried = begin + Duration::from_secs_f64(fresh.len() as f64 / RATE);
            let there = self.carried + DELAY;
            let has = |what: &[u8]| fresh.windows(what.len()).filter(|part| *part == what).count();
            if has(b"\x1b[>0q") > 0 {
                self.post(there, b"\x1bP>|Tested 1\x1b\\");
            }
            for _ in 0..has(b"\x1b[c") {
                self.post(there, b"\x1b[?62;22c");
            }
            for _ in 0..has(b"\x1b[5n") {
                self.post(there, b"\x1b[0n");
            }
        }
        while let Some((_, bytes)) = self.due.pop_front_if(|(at, _)| *at <= now) {
            self.app.send(&bytes);
        }
    }

    /// Goes on until the screen is as it should be.
    fn until(&mut self, what: &str, holds: impl Fn(&str) -> bool) {
        let end = Instant::now() + Duration::from_mins(1);
        loop {
            self.carry();
            let screen = self.app.screen();
            if holds(&screen) {
                return;
            }
            assert!(Instant::now() < end, "{what} never came:\n{screen}");
            std::thread::sleep(Duration::from_millis(5));
        }
    }

    fn sees(&mut self, text: &str) {
        self.until(text, |screen| screen.contains(text));
    }

    fn goes_on(&mut self, so_long: Duration) {
        let end = Instant::now() + so_long;
        while Instant::now() < end {
            self.carry();
            std::thread::sleep(Duration::from_millis(5));
        }
    }
}

/// How many entries the journal holds, checked.
fn entries(home: &Path, dir: &str) -> u64 {
    let report = run(home, &["verify", "--agency", dir]);
    assert!(report.contains("all is well"), "{report}");
    report.lines().next().and_then(|line| line.split_whitespace().last()?.parse().ok()).unwrap()
}

#[test]
fn a_call_out_over_a_line_that_stalls_is_one_call_out() {
    let at = tempfile::tempdir().unwrap();
    let build: Vec<&str> = DEMO.into_iter().chain(["--build-only"]).collect();
    let dir = run(at.path(), &build).trim().to_owned();
    let mut app = App::start(command(at.path(), &[]), 30, 100);
    app.until("1 Alerts");
    leave(&mut app);
    let before = entries(at.path(), &dir);
    let mut far = Far::new(App::start(command(at.path(), &[]), 18, 44));
    far.sees("Alerts");
    far.goes_on(DELAY * 2);
    // Found and opened while the line goes, filled in and sent off while it stalls.
    let begun = Instant::now();
    far.press(b"n");
    far.press(b"x");
    far.sees("[Called out]");
    for letter in [b"n", b"i", b"c", b"o", b"l"] {
        far.press(letter);
        far.goes_on(Duration::from_millis(120));
    }
    far.sees("@Nicol");
    far.stall();
    let sent = far.app.bytes.lock().unwrap().len();
    for key in [b"\r", b"1", b"\x13"] {
        far.press(key);
        far.goes_on(Duration::from_millis(200));
    }
    far.sees("[Call-out");
    // It stalls again, and among those who can go the marker goes three down and one up.
    let marked = |screen: &str| {
        let lines = screen.lines().enumerate();
        lines.filter(|(_, line)| line.trim_start().starts_with('▌')).last().map(|(n, _)| n)
    };
    far.goes_on(DELAY * 2);
    let settled = (far.carried + DELAY / 2).duration_since(begun).as_millis();
    println!("from n x to the page of the call-out at the far end, with one stall of 3 s: {settled} ms");
    let first = marked(&far.app.screen()).expect("somebody who can go");
    far.stall();
    for key in [b"\t", b"j", b"j", b"j", b"k"] {
        far.press(key);
        far.goes_on(Duration::from_millis(300));
    }
    far.until("the third who can go", |screen| marked(screen) == Some(first + 2));
    far.goes_on(DELAY * 3);
    let screen = far.app.screen();
    assert_eq!(marked(&screen), Some(first + 2), "{screen}");
    assert!(screen.contains("Nicol"), "{screen}");
    let taken = far.app.bytes.lock().unwrap().len() - sent;
    assert!(taken < 6_000, "{taken} bytes from the stall to the end");
    far.press(b"Q");
    far.sees("Leave caseload?");
    far.press(b"\r");
    far.goes_on(DELAY * 2);
    assert_eq!(far.app.ended(), 0);
    assert_eq!(entries(at.path(), &dir), before + 1);
}
