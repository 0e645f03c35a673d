//! The whole program on a real pty, for tests: what is on its screen, what it wrote, keys to it.
#![allow(dead_code, unreachable_pub, reason = "each test binary uses a part")]
#![allow(clippy::unwrap_used, missing_docs, reason = "tests fail loudly")]

use portable_pty::{Child, CommandBuilder, MasterPty, PtySize, native_pty_system};
use std::io::{Read, Write};
use std::process::Command;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

pub struct App {
    pub child: Box<dyn Child + Send + Sync>,
    /// Held open: closing it would hang up.
    master: Box<dyn MasterPty + Send>,
    pub keys: Box<dyn Write + Send>,
    pub parser: Arc<Mutex<vt100::Parser>>,
    pub bytes: Arc<Mutex<Vec<u8>>>,
}

/// The parser knows no repeated letters (`REP`), which a terminal that has said its name is sent: they are written out.
#[derive(Default)]
struct Repeats {
    /// A sequence that has not come whole.
    held: Vec<u8>,
    last: u8,
}

impl Repeats {
    fn written_out(&mut self, bytes: &[u8]) -> Vec<u8> {
        let mut out = Vec::new();
        for byte in bytes {
            self.held.push(*byte);
            match self.held.as_slice() {
                [0x1b] | [0x1b, b'['] => continue,
                [0x1b, b'[', .., b'b'] => {
                    let times = std::str::from_utf8(&self.held[2..self.held.len() - 1]).unwrap().parse().unwrap_or(1);
                    out.extend(std::iter::repeat_n(self.last, times));
                }
                [0x1b, b'[', .., last] if !(b'@'..=b'~').contains(last) => continue,
                whole => {
                    self.last = *byte;
                    out.extend_from_slice(whole);
                }
            }
            self.held.clear();
        }
        out
    }
}

impl App {
    /// Starts it on a terminal of this size.
    pub fn start(mut command: CommandBuilder, rows: u16, cols: u16) -> Self {
        let pair = native_pty_system().openpty(PtySize { rows, cols, pixel_width: 0, pixel_height: 0 }).unwrap();
        command.env("TERM", "xterm-256color");
        command.env("LANG", "C.UTF-8");
        let child = pair.slave.spawn_command(command).unwrap();
        drop(pair.slave);
        let parser = Arc::new(Mutex::new(vt100::Parser::new(rows, cols, 0)));
        let bytes = Arc::new(Mutex::new(Vec::new()));
        let (screen, all) = (Arc::clone(&parser), Arc::clone(&bytes));
        let mut reader = pair.master.try_clone_reader().unwrap();
        std::thread::spawn(move || {
            let mut buf = [0; 8192];
            let mut repeats = Repeats::default();
            while let Ok(n @ 1..) = reader.read(&mut buf) {
                screen.lock().unwrap().process(&repeats.written_out(&buf[..n]));
                all.lock().unwrap().extend_from_slice(&buf[..n]);
            }
        });
        let keys = pair.master.take_writer().unwrap();
        Self { child, master: pair.master, keys, parser, bytes }
    }

    pub fn screen(&self) -> String {
        self.parser.lock().unwrap().screen().contents()
    }

    pub fn until(&self, text: &str) {
        let end = Instant::now() + Duration::from_mins(1);
        while !self.screen().contains(text) {
            assert!(Instant::now() < end, "“{text}” never came:\n{}", self.screen());
            std::thread::sleep(Duration::from_millis(10));
        }
    }

    pub fn gone(&self, text: &str) {
        let end = Instant::now() + Duration::from_mins(1);
        while self.screen().contains(text) {
            assert!(Instant::now() < end, "“{text}” stays:\n{}", self.screen());
            std::thread::sleep(Duration::from_millis(10));
        }
    }

    pub fn send(&mut self, bytes: &[u8]) {
        self.keys.write_all(bytes).unwrap();
        self.keys.flush().unwrap();
    }

    /// The window has another size. The screen that is looked at begins anew, as what was drawn for another size means
    /// nothing on it; it is never so small that the parser itself gives up.
    pub fn resize(&self, cols: u16, rows: u16) {
        *self.parser.lock().unwrap() = vt100::Parser::new(rows.max(5), cols.max(20), 0);
        self.master.resize(PtySize { rows, cols, pixel_width: 0, pixel_height: 0 }).unwrap();
    }

    pub fn ended(&mut self) -> u32 {
        let end = Instant::now() + Duration::from_secs(20);
        loop {
            if let Some(status) = self.child.try_wait().unwrap() {
                return status.exit_code();
            }
            assert!(Instant::now() < end, "it does not end:\n{}", self.screen());
            std::thread::sleep(Duration::from_millis(10));
        }
    }

    pub fn end_by(&mut self, signal: &str) {
        let pid = self.child.process_id().unwrap().to_string();
        Command::new("kill").args([signal, &pid]).status().unwrap();
        self.child.wait().unwrap();
    }

    /// The alternate screen is left, the cursor shown, bracketed paste off.
    pub fn left_the_terminal_as_it_was(&self) {
        std::thread::sleep(Duration::from_millis(100));
        let bytes = self.bytes.lock().unwrap();
        let last = |needle: &[u8]| bytes.windows(needle.len()).rposition(|w| w == needle);
        assert!(last(b"\x1b[?1049l") > last(b"\x1b[?1049h"), "the alternate screen was not left");
        assert!(last(b"\x1b[?25h") > last(b"\x1b[?25l"), "the cursor stays hidden");
        if let Some(on) = last(b"\x1b[>1u").max(last(b"\x1b[=1u")) {
            let off = last(b"\x1b[<u").unwrap_or_default();
            assert!(off > on && last(b"\x1b[?1049l") > Some(off), "kitty's keys stay on");
        }
        assert!(last(b"\x1b[?2004l") > last(b"\x1b[?2004h"), "bracketed paste stays on");
    }
}
