//! The terminal room on a real pty: what is injected arrives, whatever ends the program gives the screen back, a
//! terminal that goes away ends it, and sizes of all kinds are survived.
//!
//! The program on the pty is this test binary itself, started again with [`PROBE`] naming a log file.

// A test fails by panicking, its helpers too.
#![allow(clippy::unwrap_used, clippy::panic)]

#[path = "pty/line.rs"]
mod line;

use caseload::app::terminal::Finding;
use caseload::terminal::capabilities::Environment;
use caseload::terminal::decode::Input;
use caseload::terminal::errand::{End, Errand};
use caseload::terminal::guard::Options;
use caseload::terminal::profile::{Forced, Profile};
use caseload::terminal::run::{Program, Wire, session};
use crossterm::event::{Event, KeyCode, KeyModifiers};
use portable_pty::{Child, CommandBuilder, MasterPty, PtySize, native_pty_system};
use ratatui::Frame;
use rustix::process::{Pid, Signal, kill_process};
use std::fs::File;
use std::io::{Read, Write};
use std::sync::mpsc::{Sender, channel};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

const PROBE: &str = "CASELOAD_PTY_PROBE";
const STUBBORN: &str = "CASELOAD_PTY_STUBBORN";
/// The `TERM` of a probe that is to find out what its terminal is; without it nothing is asked.
const TERM: &str = "CASELOAD_PTY_TERM";
/// What the probe's borrower runs.
const BORROWER: &str = "CASELOAD_PTY_BORROWER";
const SECRET: &str = "Ines Example, fell twice";

// ---- the program under test ----

struct Probe {
    log: File,
    code: Option<i32>,
    stubborn: bool,
    stop: bool,
    size: (u16, u16),
    /// What the screen is filled with, for a program that has much to say.
    fill: usize,
    asks: bool,
    lends: bool,
}

impl Probe {
    fn note(&mut self, line: &str) {
        writeln!(self.log, "{line}").unwrap();
    }
}

impl Program for Probe {
    type Msg = ();

    fn input(&mut self, input: Input, _: i64) {
        let line = match &input {
            Input::Event(Event::Key(key)) => {
                match key.code {
                    KeyCode::Char('Q') => self.code = Some(0),
                    KeyCode::Char('P') => panic!("{SECRET}"),
                    KeyCode::Char('W') => drop(std::thread::spawn(|| panic!("{SECRET}")).join()),
                    KeyCode::Char('M') => self.fill += 1,
                    KeyCode::Char('F') => self.asks = true,
                    KeyCode::Char('E') => self.lends = true,
                    KeyCode::Char('z') if key.modifiers == KeyModifiers::CONTROL => self.stop = true,
                    _ => {}
                }
                format!("key {:?} {:?}", key.code, key.modifiers)
            }
            Input::Event(Event::Resize(width, height)) => format!("resize {width} {height}"),
            Input::Event(other) => format!("event {other:?}"),
            Input::Reply(reply) => format!("reply {reply:?}"),
            Input::Hangup | Input::Terminate if !self.stubborn => {
                self.code = Some(if input == Input::Hangup { 41 } else { 42 });
                format!("{input:?}")
            }
            other => format!("{other:?}"),
        };
        self.note(&line);
    }

    fn message(&mut self, (): (), _: i64) {}

    fn draw(&mut self, frame: &mut Frame<'_>) {
        let area = frame.area();
        if self.size != (area.width, area.height) {
            self.size = (area.width, area.height);
            self.note(&format!("drawn {} {}", area.width, area.height));
        }
        if self.fill == 0 {
            frame.render_widget("the probe is here", area);
            return;
        }
        let line = ["much", "more"][self.fill % 2].repeat(area.width.into());
        for y in 0..area.height {
            frame.buffer_mut().set_stringn(0, y, &line, area.width.into(), ratatui::style::Style::new());
        }
    }

    fn next_wake(&self) -> Option<i64> {
        None
    }

    fn wake(&mut self, _: i64) {}

    fn done(&self) -> Option<i32> {
        self.code
    }

    fn suspend_requested(&mut self) -> bool {
        std::mem::take(&mut self.stop)
    }

    fn title(&self) -> Option<String> {
        Some(format!("probe {}", self.fill))
    }

    fn asks_for_findings(&mut self) -> bool {
        std::mem::take(&mut self.asks)
    }

    fn findings(&mut self, findings: Vec<Finding>, _: i64) {
        for one in findings {
            self.note(&format!("found {}: {}", one.what, one.value));
        }
        self.note("found all");
    }

    fn errand(&mut self) -> Option<Errand> {
        let mut command = std::process::Command::new("/bin/sh");
        command.arg("-c").arg(std::env::var(BORROWER).unwrap_or_default());
        std::mem::take(&mut self.lends).then_some(Errand { command, feed: None })
    }

    fn errand_over(&mut self, end: End, _: i64) {
        self.note(&format!("given back {end:?}"));
    }
}

/// Not a test by itself: the other half of all tests here.
#[test]
fn probe() {
    let Some(path) = std::env::var_os(PROBE) else { return };
    let log = File::options().append(true).create(true).open(path).unwrap();
    writeln!(&log, "pid {}", std::process::id()).unwrap();
    let stubborn = std::env::var_os(STUBBORN).is_some();
    let mut probe = Probe { log, code: None, stubborn, stop: false, size: (0, 0), fill: 0, asks: false, lends: false };
    let (sender, inbox) = channel::<Wire<()>>();
    let term = std::env::var(TERM).ok();
    let environment = Environment { term: term.as_deref(), ..Environment::default() };
    let forced = Forced { low_bandwidth: term.as_deref() == Some("xterm-spared"), ..Forced::default() };
    let options = Options { mouse: true, focus: true, profile: Profile::new(&environment, forced) };
    let (code, _) = session(&mut probe, options, sender.clone(), &inbox, &|| 0).unwrap();
    drop(sender);
    std::process::exit(code);
}

// ---- the terminal around it ----

struct Pty {
    master: Option<Box<dyn MasterPty + Send>>,
    keys: Option<Box<dyn Write + Send>>,
    child: Box<dyn Child + Send + Sync>,
    screen: Arc<Mutex<vt100::Parser>>,
    raw: Arc<Mutex<Vec<u8>>>,
    hang_up: Sender<()>,
    before: String,
    dir: tempfile::TempDir,
}

fn until<T>(what: &str, mut probe: impl FnMut() -> Option<T>) -> T {
    let start = Instant::now();
    loop {
        if let Some(found) = probe() {
            return found;
        }
        assert!(start.elapsed() < Duration::from_secs(20), "{what}");
        std::thread::sleep(Duration::from_millis(3));
    }
}

impl Pty {
    fn start(size: (u16, u16), stubborn: bool) -> Self {
        let exe = std::env::current_exe().unwrap().into_os_string();
        Self::start_as(size, stubborn, CommandBuilder::from_argv(vec![exe]))
    }

    fn start_as(size: (u16, u16), stubborn: bool, mut command: CommandBuilder) -> Self {
        let dir = tempfile::tempdir().unwrap();
        let (cols, rows) = size;
        let pair = native_pty_system().openpty(PtySize { rows, cols, pixel_width: 0, pixel_height: 0 }).unwrap();
        command.args(["probe", "--exact", "--nocapture", "--test-threads=1"]);
        command.env(PROBE, dir.path().join("log"));
        command.env("NO_COLOR", "1");
        if stubborn {
            command.env(STUBBORN, "1");
        }
        let before = modes(pair.master.as_ref());
        let child = pair.slave.spawn_command(command).unwrap();
        drop(pair.slave);
        let screen = Arc::new(Mutex::new(vt100::Parser::new(rows.max(1), cols.max(1), 0)));
        let raw = Arc::new(Mutex::new(Vec::new()));
        let hang_up = read_on(pair.master.as_ref(), &screen, &raw);
        let keys = pair.master.take_writer().unwrap();
        let pty = Self { master: Some(pair.master), keys: Some(keys), child, screen, raw, hang_up, before, dir };
        until("the probe draws", || pty.log().contains("drawn").then_some(()));
        pty
    }

    /// How often these bytes were written.
    fn seen(&self, bytes: &str) -> usize {
        let raw = self.raw.lock().unwrap();
        raw.windows(bytes.len()).filter(|part| *part == bytes.as_bytes()).count()
    }

    fn log(&self) -> String {
        std::fs::read_to_string(self.dir.path().join("log")).unwrap_or_default()
    }

    fn send(&mut self, bytes: &[u8]) {
        self.keys.as_mut().unwrap().write_all(bytes).unwrap();
    }

    fn pid(&self) -> Pid {
        Pid::from_raw(self.child.process_id().unwrap().try_into().unwrap()).unwrap()
    }

    fn signal(&self, signal: Signal) {
        kill_process(self.pid(), signal).unwrap();
    }

    /// To the probe itself, where a shell has started it.
    fn signal_probe(&self, signal: Signal) {
        let pid = self.log().lines().find_map(|line| line.strip_prefix("pid ")?.parse().ok()).unwrap();
        kill_process(Pid::from_raw(pid).unwrap(), signal).unwrap();
    }

    fn exit(&mut self) -> u32 {
        until("the probe ends", || self.child.try_wait().unwrap()).exit_code()
    }

    /// State letter and CPU time in ticks, also of a process that has ended and was not yet waited for.
    fn stat(&self) -> (char, u64) {
        let stat = std::fs::read_to_string(format!("/proc/{}/stat", self.child.process_id().unwrap())).unwrap();
        let fields: Vec<&str> = stat.rsplit_once(')').unwrap().1.split_whitespace().collect();
        (fields[0].chars().next().unwrap(), fields[11].parse::<u64>().unwrap() + fields[12].parse::<u64>().unwrap())
    }

    fn text(&self) -> String {
        self.screen.lock().unwrap().screen().contents()
    }

    fn assert_taken(&self) {
        until("the screen is taken", || {
            let parser = self.screen.lock().unwrap();
            let screen = parser.screen();
            (screen.alternate_screen() && screen.hide_cursor() && screen.bracketed_paste()).then_some(())
        });
        assert_ne!(modes(self.master.as_ref().unwrap().as_ref()), self.before);
    }

    fn assert_restored(&self, why: &str) {
        until(why, || {
            let parser = self.screen.lock().unwrap();
            let screen = parser.screen();
            let off = screen.mouse_protocol_mode() == vt100::MouseProtocolMode::None;
            let shown = !screen.alternate_screen() && !screen.hide_cursor() && !screen.bracketed_paste() && off;
            shown.then_some(())
        });
        let raw = self.raw.lock().unwrap();
        assert!(raw.windows(8).any(|part| part == b"\x1b[?1004l"), "{why}: focus reports off");
        assert_eq!(modes(self.master.as_ref().unwrap().as_ref()), self.before, "{why}: cooked again");
    }
}

impl Drop for Pty {
    fn drop(&mut self) {
        // Only what this test has started, and only if it is still there.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The line discipline's whole state, to be compared.
fn modes(master: &dyn MasterPty) -> String {
    format!("{:?}", master.get_termios().unwrap())
}

/// Reads what the program writes until it ends or the reader is told to leave: a copy of the master held by a blocked
/// reader would keep the terminal alive.
fn read_on(master: &dyn MasterPty, screen: &Arc<Mutex<vt100::Parser>>, raw: &Arc<Mutex<Vec<u8>>>) -> Sender<()> {
    let (hang_up, told) = channel::<()>();
    let mut reader = master.try_clone_reader().unwrap();
    let (screen, raw) = (Arc::clone(screen), Arc::clone(raw));
    std::thread::spawn(move || {
        let mut buffer = [0; 4096];
        // The first bytes after the order end this; the test sees to it that some come.
        while let Ok(n @ 1..) = reader.read(&mut buffer) {
            if told.try_recv().is_ok() {
                return;
            }
            screen.lock().unwrap().process(&buffer[..n]);
            raw.lock().unwrap().extend_from_slice(&buffer[..n]);
        }
    });
    hang_up
}

// ---- the tests ----

const ANSWERS: &[&[u8]] = &[
    b"\x1b[?62;1;6;22c",
    b"\x1b[>41;390;0c",
    b"\x1bP!|7E565445\x1b\\",
    b"\x1bP>|XTerm(390)\x1b\\",
    b"\x1b[?2026;2$y",
    b"\x1b[?2031;1$y",
    b"\x1b[?997;1n",
    b"\x1b]4;7;rgb:e5e5/e5e5/e5e5\x1b\\",
    b"\x1b]10;rgb:ffff/ffff/ffff\x07",
    b"\x1b]11;rgb:0000/2b2b/3636\x1b\\",
    b"\x1bP1+r524742=382F382F38\x1b\\",
    b"\x1bP0+r5463\x1b\\",
    b"\x1b[0n",
    b"\x1b[1;2R",
    b"\x1bP1$r0m\x1b\\",
    b"\x1b_Gi=31;OK\x1b\\",
];

#[test]
fn answers_split_at_every_byte_lose_and_invent_no_key() {
    let mut pty = Pty::start((80, 24), false);
    pty.assert_taken();
    let mut cases = 0;
    for answer in ANSWERS {
        for at in 0..=answer.len() {
            let (one, two) = answer.split_at(at);
            pty.send(b"a");
            pty.send(one);
            // A wait behind the first ESC would be a lone ESC; everywhere else the reads are really apart.
            if at > 1 && at < answer.len() {
                std::thread::sleep(Duration::from_millis(3));
            }
            pty.send(two);
            pty.send(b"\x1b[B");
            cases += 1;
        }
    }
    pty.send(b"Q");
    assert_eq!(pty.exit(), 0);
    let log = pty.log();
    let count = |what: &str| log.lines().filter(|line| line.starts_with(what)).count();
    assert_eq!(count("reply"), cases, "one reply a case");
    let keys: Vec<&str> = log.lines().filter(|line| line.starts_with("key")).collect();
    let mut wanted = ["key Char('a') KeyModifiers(0x0)", "key Down KeyModifiers(0x0)"].repeat(cases);
    wanted.push("key Char('Q') KeyModifiers(SHIFT)");
    assert_eq!(keys, wanted);
    assert_eq!(count("event"), 0);
    assert_eq!(cases, ANSWERS.iter().map(|answer| answer.len() + 1).sum::<usize>());
    pty.assert_restored("quit");
}

/// Every key that is more than one byte.
const KEYS: &[&[u8]] = &[
    b"\x1b[A",
    b"\x1bOB",
    b"\x1b[15~",
    b"\x1b[1;5C",
    b"\x1bOP",
    b"\x1b[Z",
    b"\x1b[C",
    b"\x1b[D",
    b"\x1b[H",
    b"\x1b[F",
    b"\x1bOA",
    b"\x1bOS",
    b"\x1b[1;2P",
    b"\x1b[3~",
    b"\x1b[5~",
    b"\x1b[6~",
    b"\x1b[24~",
    b"\x1b[[A",
    b"\x1b[105;5u",
    b"\x1b[<0;10;5M",
];

#[test]
fn keys_split_at_every_byte_are_that_key_or_nothing() {
    let full = std::env::var_os("CASELOAD_TEST_FULL").is_some();
    let keys = &KEYS[..if full { KEYS.len() } else { 6 }];
    let gaps = [0, 30, 60, 120, 200];
    // One terminal for each gap, side by side: all they do is wait.
    let run = |gap: u64| {
        let mut pty = Pty::start((80, 24), false);
        pty.assert_taken();
        let mut cases = 0;
        for key in keys {
            // In two pieces anywhere, and in as many as there are bytes.
            for at in 1..=key.len() {
                let pieces: Vec<&[u8]> =
                    if at == key.len() { key.chunks(1).collect() } else { vec![&key[..at], &key[at..]] };
                for (n, piece) in pieces.iter().enumerate() {
                    if n > 0 {
                        std::thread::sleep(Duration::from_millis(gap));
                    }
                    pty.send(piece);
                }
                pty.send(b"x");
                cases += 1;
            }
        }
        pty.send(b"Q");
        assert_eq!(pty.exit(), 0);
        let log = pty.log();
        let mut seen = Vec::new();
        for line in log.lines().filter(|l| l.starts_with("key") || l.starts_with("event")) {
            match line {
                "key Char('x') KeyModifiers(0x0)" => cases -= 1,
                // The end, and what one of the keys itself is.
                "key Char('Q') KeyModifiers(SHIFT)" | "key Char('i') KeyModifiers(CONTROL)" => {}
                other => seen.push(other.to_owned()),
            }
        }
        assert_eq!(cases, 0, "a key behind a torn one is lost at {gap} ms");
        assert!(seen.iter().all(|line| !line.contains("Char(")), "at {gap} ms: {seen:?}");
        seen.iter().filter(|line| line.contains("Esc")).count()
    };
    std::thread::scope(|scope| {
        let all: Vec<_> = gaps.map(|gap| (gap, scope.spawn(move || run(gap)))).into_iter().collect();
        for (gap, one) in all {
            let escs = one.join().unwrap();
            // What is torn behind its ESC for long is Esc; what comes soon is whole, on a machine that is not busy.
            assert!(gap < 60 || escs > 0, "{gap}");
        }
    });
}

#[test]
fn quit_signals_and_panic_give_the_screen_back() {
    let ends: [(&str, u32); 4] = [("quit", 0), ("SIGTERM", 42), ("SIGHUP", 41), ("panic", 101)];
    for (end, code) in ends {
        let mut pty = Pty::start((80, 24), false);
        pty.assert_taken();
        until("the first frame", || pty.text().contains("the probe is here").then_some(()));
        match end {
            "quit" => pty.send(b"Q"),
            "SIGTERM" => pty.signal(Signal::TERM),
            "SIGHUP" => pty.signal(Signal::HUP),
            _ => pty.send(b"P"),
        }
        assert_eq!(pty.exit(), code, "{end}");
        pty.assert_restored(end);
        if end == "panic" {
            until("the message", || pty.text().contains("caseload stopped unexpectedly at tests/pty.rs").then_some(()));
            let raw = String::from_utf8_lossy(&pty.raw.lock().unwrap()).into_owned();
            assert!(!raw.contains(SECRET), "the panic's text stays unsaid");
        }
    }
}

#[test]
fn a_worker_that_panics_leaves_the_screen_alone() {
    let mut pty = Pty::start((80, 24), false);
    pty.send(b"Wx");
    until("the key behind it", || pty.log().contains("Char('x')").then_some(()));
    pty.assert_taken();
    assert!(!String::from_utf8_lossy(&pty.raw.lock().unwrap()).contains("stopped unexpectedly"));
    pty.send(b"Q");
    assert_eq!(pty.exit(), 0);
}

#[test]
fn a_stubborn_program_is_ended() {
    let mut pty = Pty::start((80, 24), true);
    pty.assert_taken();
    let start = Instant::now();
    pty.signal(Signal::TERM);
    assert_eq!(pty.exit(), 143);
    assert!(start.elapsed() < Duration::from_millis(1500), "{:?}", start.elapsed());
    pty.assert_restored("SIGTERM");
}

#[test]
fn a_terminal_that_goes_away_ends_the_program_without_a_spin() {
    // A terminal that controls the program says SIGHUP; any other is only found dead, readable for ever.
    for (stubborn, controlling) in [(false, true), (true, true), (false, false), (true, false)] {
        let mut command = CommandBuilder::new(std::env::current_exe().unwrap());
        command.set_controlling_tty(controlling);
        let mut pty = Pty::start_as((80, 24), stubborn, command);
        pty.assert_taken();
        let (_, cpu) = pty.stat();
        // The reader ends with the next bytes it gets, then no copy of the master is left.
        pty.hang_up.send(()).unwrap();
        pty.send(b"M");
        until("the key", || pty.log().contains("Char('M')").then_some(()));
        std::thread::sleep(Duration::from_millis(50));
        pty.keys = None;
        pty.master = None;
        let start = Instant::now();
        let (state, after) = until("the probe ends", || Some(pty.stat()).filter(|(state, _)| *state == 'Z'));
        let took = start.elapsed();
        assert_eq!(state, 'Z');
        assert!(took < Duration::from_millis(if stubborn { 1300 } else { 1000 }), "{took:?}");
        // 100 ticks a second: a core that spun for the whole time would show 70 in the stubborn case.
        assert!(after - cpu < 20, "{} ticks", after - cpu);
        assert_eq!(pty.exit(), if stubborn { 129 } else { 41 });
        assert_eq!(pty.log().matches("Hangup").count(), 1);
    }
}

#[test]
fn windows_of_all_sizes() {
    let mut pty = Pty::start((0, 0), false);
    assert!(pty.log().contains("drawn 80 24"), "a terminal that does not know its size");
    let sizes = [(1, 1), (80, 24), (1, 50), (500, 1), (2, 2), (0, 0), (300, 200), (20, 5)];
    for (cols, rows) in sizes.into_iter().cycle().take(200) {
        pty.master.as_ref().unwrap().resize(PtySize { rows, cols, pixel_width: 0, pixel_height: 0 }).unwrap();
        std::thread::sleep(Duration::from_millis(2));
    }
    pty.master.as_ref().unwrap().resize(PtySize { rows: 1, cols: 1, pixel_width: 0, pixel_height: 0 }).unwrap();
    until("the smallest is drawn", || pty.log().trim_end().ends_with("drawn 1 1").then_some(()));
    pty.send(b"Q");
    assert_eq!(pty.exit(), 0);
}

#[test]
fn an_idle_screen_sends_nothing_and_sleeps() {
    let mut pty = Pty::start((80, 24), false);
    pty.assert_taken();
    std::thread::sleep(Duration::from_millis(200));
    let (bytes, (_, cpu)) = (pty.raw.lock().unwrap().len(), pty.stat());
    std::thread::sleep(Duration::from_millis(1500));
    assert_eq!(pty.raw.lock().unwrap().len(), bytes);
    assert!(pty.stat().1 - cpu <= 1);
    // A key that changes nothing on the screen sends nothing either.
    pty.send(b"x");
    until("the key", || pty.log().contains("Char('x')").then_some(()));
    std::thread::sleep(Duration::from_millis(100));
    assert_eq!(pty.raw.lock().unwrap().len(), bytes);
    pty.send(b"Q");
    assert_eq!(pty.exit(), 0);
}

#[test]
fn no_shell_no_stop() {
    // The probe leads its session here, so nobody could continue it.
    let mut pty = Pty::start((80, 24), false);
    pty.send(b"\x1ax");
    until("the key behind ctrl-z", || pty.log().contains("Char('x')").then_some(()));
    pty.assert_taken();
    pty.send(b"Q");
    assert_eq!(pty.exit(), 0);
}

#[test]
fn a_shell_gets_the_screen_while_the_program_is_stopped() {
    let script = r#"set -m; "$0" "$@"; echo was stopped; read line; fg; echo ended $?"#;
    let exe = std::env::current_exe().unwrap().into_os_string();
    let shell = ["/bin/sh", "-c", script].map(Into::into).into_iter().chain([exe]).collect();
    let mut pty = Pty::start_as((80, 24), false, CommandBuilder::from_argv(shell));
    pty.assert_taken();
    pty.send(b"\x1a");
    until("the shell goes on", || pty.text().contains("was stopped").then_some(()));
    pty.assert_restored("ctrl-z");
    pty.send(b"\n");
    pty.assert_taken();
    until("the repaint", || pty.text().contains("the probe is here").then_some(()));
    pty.send(b"xQ");
    until("the end", || pty.text().contains("ended 0").then_some(()));
    pty.assert_restored("quit after a stop");
    assert!(pty.log().contains("Char('x')"));
    assert_eq!(pty.exit(), 0);
}

#[test]
fn a_terminal_that_reads_no_more_cannot_hold_the_program() {
    let mut pty = Pty::start((200, 50), false);
    pty.assert_taken();
    pty.hang_up.send(()).unwrap();
    // Each frame is 10 kB that nobody reads: the loop comes to stand in a write.
    for _ in 0..60 {
        pty.send(b"M");
        std::thread::sleep(Duration::from_millis(3));
    }
    let heard = |pty: &Pty| pty.log().matches("Char('M')").count();
    until("the loop stands still", || {
        let before = heard(&pty);
        std::thread::sleep(Duration::from_millis(100));
        (heard(&pty) == before).then_some(())
    });
    assert!(heard(&pty) < 60);
    let start = Instant::now();
    pty.signal(Signal::TERM);
    assert_eq!(pty.exit(), 143);
    assert!(start.elapsed() < Duration::from_millis(1800), "{:?}", start.elapsed());
    assert_eq!(modes(pty.master.as_ref().unwrap().as_ref()), pty.before, "cooked again");
}

#[test]
fn a_continued_program_takes_the_screen_again() {
    let mut pty = Pty::start((80, 24), false);
    pty.assert_taken();
    pty.signal(Signal::STOP);
    until("the stop", || (pty.stat().0 == 'T').then_some(()));
    pty.screen.lock().unwrap().process(b"\x1b[2Junlike");
    pty.signal(Signal::CONT);
    until("the repaint", || pty.text().contains("the probe is here").then_some(()));
    pty.assert_taken();
    pty.send(b"Q");
    assert_eq!(pty.exit(), 0);
    pty.assert_restored("quit after a stop");
}

#[test]
fn nothing_is_asked_of_the_terminal() {
    let mut pty = Pty::start((80, 24), false);
    pty.send(b"xyz\x1b[I");
    pty.send(b"Q");
    assert_eq!(pty.exit(), 0);
    let raw = pty.raw.lock().unwrap().clone();
    let text = String::from_utf8_lossy(&raw).into_owned();
    for query in
        ["\x1b[c", "\x1b[>c", "\x1b[6n", "\x1b[5n", "\x1b]11;?", "\x1b]10;?", "\x1bP+q", "\x1b[>0q", "$p", "\x1b[?u"]
    {
        assert!(!text.contains(query), "{}", query.escape_debug());
    }
}
