//! Bytes of frames for a terminal, exact on every machine: what a key costs on a slow line. Each figure is a bound that a
//! change must not push up unseen.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use caseload::app::Model;
use caseload::app::keymap::Keymap;
use caseload::app::model::{Capabilities, Start, Thrift};
use caseload::cli::screenshot::{keys, memory, press};
use caseload::demo::Size;
use caseload::domain::ids::OfficeId;
use caseload::domain::time::{Day, Moment};
use caseload::service::Service;
use caseload::service::api::Session;
use caseload::terminal::backend::{Outlet, Screen};
use caseload::terminal::paint::Abilities;
use caseload::ui::{Theme, draw};
use ratatui::Terminal;
use std::fs::File;
use std::os::fd::OwnedFd;
use std::sync::Arc;

/// The demo's morning on a terminal that only counts.
struct Line {
    service: Service,
    session: Session,
    model: Model,
    now: Moment,
    theme: Theme,
    terminal: Terminal<Screen>,
}

impl Line {
    /// A slow line to a terminal that has said its name.
    fn slow(size: (u16, u16), thrift: Thrift) -> Self {
        let mut line = Self::new(size);
        line.model.thrift = thrift;
        line.terminal.backend_mut().learn(Abilities { repeat: true, ..Abilities::XTERM });
        line
    }

    fn new(size: (u16, u16)) -> Self {
        let demo = Size::usual(Day::from_ymd(2026, 3, 2).unwrap());
        let (mut service, session, now) = memory(&demo).expect("the demo is built");
        let mut model = Model::new(Start {
            size,
            now,
            zone: service.cast().zone(OfficeId::default()),
            capabilities: Capabilities::default(),
            seed: [3; 16],
            read_only: false,
            keymap: Arc::new(Keymap::standard()),
        });
        press(&mut model, &mut service, &session, now, &[]);
        let nowhere = OwnedFd::from(File::create("/dev/null").unwrap());
        let terminal = Terminal::new(Screen::over(nowhere, Abilities::XTERM, Some(size.into()))).unwrap();
        Self { service, session, model, now, theme: Theme::named("dark").unwrap(), terminal }
    }

    /// Bytes of the frame as it is now.
    fn frame(&mut self) -> u64 {
        let before = self.terminal.backend().sent();
        self.terminal.draw(|frame| drop(draw::draw(&self.model, &self.theme, frame))).unwrap();
        self.terminal.backend().sent() - before
    }

    /// Bytes of each of these keys' frames.
    fn press(&mut self, text: &str) -> Vec<u64> {
        let all = keys(text).unwrap();
        let each = all.iter().map(|key| {
            // Far enough apart that none is taken for a bounce of the one before, and near enough that the header's
            // minute stays.
            self.now = self.now.plus(60);
            press(&mut self.model, &mut self.service, &self.session, self.now, std::slice::from_ref(key));
            self.now = self.model.now;
            self.frame()
        });
        each.collect()
    }
}

fn median(mut figures: Vec<u64>) -> u64 {
    figures.sort_unstable();
    figures[figures.len() / 2]
}

fn mean(figures: &[u64]) -> u64 {
    figures.iter().sum::<u64>() / figures.len() as u64
}

/// What each act costs, the median where there are several: the name, and how many bytes at 80×24 and 200×60.
fn figures(size: (u16, u16)) -> Vec<(&'static str, u64)> {
    let mut out = Vec::new();
    let mut line = Line::new(size);
    out.push(("first frame", line.frame()));
    assert_eq!(line.frame(), 0, "a frame that changes nothing sends nothing");
    out.push(("an alert down", median(line.press("j j j j j"))));
    line.press("3");
    out.push(("a client down", median(line.press("j j j j j"))));
    line.press("z");
    out.push(("a list scrolled by a line", median(line.press(&"j ".repeat(60)))));
    line.press("g g z 2");
    line.press("W");
    out.push(("a row of the week down", median(line.press("j j j j j j"))));
    out.push(("a day of the week on", median(line.press("right left right left right"))));
    line.press("D 1");
    out.push(("to another pane", median(line.press("tab tab tab tab"))));
    line.press("1 f o k a f o r");
    out.push(("a letter that changes no hit", median(line.press("z"))));
    line.press("esc esc 3");
    out.push(("a list passed through beside others, a key", mean(&line.press(&"j ".repeat(60)))));
    out
}

/// The commonest acts, as they are on a slow line: keys before, the act, and how many bytes its frames take at most.
const ACTS: [(&str, &str, &str, u64); 16] = [
    ("row", "", "j", 45),
    ("page", "", "pgdn", 60),
    ("info", "", "i", 690),
    ("why", "", "w", 790),
    ("call", "", "c", 920),
    ("chart", "", "enter", 1_110),
    ("find", "", "f", 280),
    ("the first letter of a name", "f", "k", 940),
    ("help", "", "?", 700),
    ("focus the caseload", "", "3", 140),
    ("focus the calendar", "", "2", 115),
    ("a visit down there", "2", "j", 50),
    ("back to the alerts", "3", "1", 140),
    // It takes the room that the alerts had.
    ("week", "2", "W", 1_060),
    ("take", "j", "o", 60),
    ("outcome", "", "r", 740),
];

#[test]
fn the_commonest_acts_on_a_slow_line() {
    let mut over = Vec::new();
    for (name, before, act, most) in ACTS {
        let mut line = Line::slow((80, 24), Thrift::Line);
        line.frame();
        line.press(before);
        let bytes: u64 = line.press(act).iter().sum();
        println!("{name} on a slow line: {bytes} bytes, at most {most}");
        if bytes > most {
            over.push(format!("{name}: {bytes} bytes, at most {most}"));
        }
    }
    assert!(over.is_empty(), "{over:#?}");
}

#[test]
fn where_bytes_are_to_be_spared_the_focus_moves_and_not_the_panes() {
    let mut line = Line::slow((80, 24), Thrift::Asked);
    line.frame();
    line.press("3 4");
    let each = line.press("3 4 3 4 1");
    println!("focus where bytes are to be spared: {each:?}");
    // Two titles, a name that is reversed and one that is not any more; the alerts have keys of their own.
    assert!(each.iter().zip([95, 95, 95, 95, 160]).all(|(bytes, most)| *bytes <= most), "{each:?}");
}

#[test]
fn what_a_key_costs_on_the_line() {
    // name, most at 80×24, most at 200×60
    let most = [
        ("first frame", 2500, 8600),
        ("an alert down", 45, 45),
        ("a client down", 40, 40),
        ("a list scrolled by a line", 40, 40),
        ("a row of the week down", 75, 75),
        ("a day of the week on", 55, 55),
        // Where the pane with the focus has the room, all of them change places.
        ("to another pane", 1650, 290),
        ("a letter that changes no hit", 10, 10),
        // At 80 columns it has all of the row and goes on by a line, beside others by half a page.
        ("a list passed through beside others, a key", 60, 90),
    ];
    let mut over = Vec::new();
    for (wide, size) in [(false, (80, 24)), (true, (200, 60))] {
        for ((name, bytes), (of, narrow_most, wide_most)) in figures(size).into_iter().zip(most) {
            assert_eq!(name, of);
            let most = if wide { wide_most } else { narrow_most };
            println!("{name} at {size:?}: {bytes} bytes, at most {most}");
            if bytes > most {
                over.push(format!("{name} at {size:?}: {bytes} bytes, at most {most}"));
            }
        }
    }
    assert!(over.is_empty(), "{over:#?}");
}
