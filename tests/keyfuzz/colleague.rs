//! The whole app over the real service, with a colleague at work in it: keys, pastes, the mouse on what is drawn, sizes,
//! jumps of the clock, commands of somebody else. 10,000 events; `CASELOAD_TEST_FULL=1` plays 100,000 by each of the
//! seeds, `CASELOAD_TEST_SEED=n` by another one.

use super::flow::together::{Connected, Hub, Line, Seat};
use super::flow::{App, Service};
use super::{holds, look, step, typed};
use caseload::app::keymap::Keymap;
use caseload::app::layout;
use caseload::app::model::Model;
use caseload::app::{Mouse, Msg};
use caseload::cli::screenshot::memory;
use caseload::demo::Size;
use caseload::domain::ids::{RequestId, UserId};
use caseload::domain::issue::{DispositionKind, How, IssueKind};
use caseload::domain::time::{Day, HOUR, MINUTE, Moment};
use caseload::service::api::{
    AlertRow, Command, Draft, Execute, Heard, NewIssue, OpenList, Reply, Request, Rows, Session, Sort, View,
};
use caseload::ui::{HitMap, Theme, draw_into};
use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;

/// Numbers that are the same on every run.
struct Dice(u64);

impl Dice {
    fn below(&mut self, n: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % n.max(1) as u64) as usize
    }

    fn of<T: Clone>(&mut self, list: &[T]) -> T {
        list[self.below(list.len())].clone()
    }
}

/// What was played, so that nothing is held by nothing happening.
#[derive(Debug, Default)]
struct Tally {
    keys: usize,
    pastes: usize,
    mouse: usize,
    sizes: usize,
    jumps: usize,
    remote: usize,
    answers: usize,
    commands: usize,
    drafts: usize,
    layers: BTreeMap<&'static str, usize>,
}

impl Tally {
    fn events(&self) -> usize {
        self.keys + self.pastes + self.mouse + self.sizes + self.jumps + self.remote
    }
}

/// Somebody else, who acts without a screen.
struct Colleague {
    line: Seat<Line>,
    made: u64,
}

impl Colleague {
    fn asks(&mut self, request: Request, now: Moment) -> Option<Reply> {
        self.made += 1;
        self.line.asks((1 << 40) + self.made, request, now).0
    }

    fn alerts(&mut self, now: Moment) -> Vec<AlertRow> {
        let (lens, words) = (String::new(), String::new());
        let ask = OpenList { view: View::Alerts, mine: false, lens, words, sort: Sort::Natural };
        let Some(Reply::List(list)) = self.asks(Request::OpenList(ask), now) else { return vec![] };
        self.asks(Request::CloseList(list.list), now);
        match list.window.rows {
            Rows::Alerts(rows) => rows,
            _ => vec![],
        }
    }

    /// One act; says whether it was done.
    fn acts(&mut self, dice: &mut Dice, now: Moment) -> bool {
        let rows = self.alerts(now);
        if rows.is_empty() {
            return false;
        }
        let row = &rows[dice.below(rows.len().min(30))];
        let (key, person) = (row.key, row.person);
        let command = match dice.below(7) {
            0 | 1 => Command::Take { key, from_other: true },
            2 => Command::Snooze { key, until: now.plus(HOUR), reason: "waiting".into() },
            3 => Command::Result {
                key,
                outcome: "not what it seemed".into(),
                note: "looked at it".into(),
                disposition: Some((DispositionKind::SeenByPractitioner, "Dr Silva".into())),
            },
            4 => Command::Retier { key, tier: 1 + dice.below(5) as u8, reason: "seen".into() },
            5 => Command::AddNote { key, text: "rang again".into() },
            _ => Command::NewIssue(NewIssue {
                person,
                kind: dice.of(IssueKind::ALL),
                summary: format!("again {}", self.made),
                facts: vec![],
                happened: None,
                reported_by: String::new(),
                how: How::Phone,
            }),
        };
        let mut id = [9; 16];
        id[..8].copy_from_slice(&self.made.to_le_bytes());
        let execute = Request::Execute(Execute { request: RequestId(id), command });
        matches!(self.asks(execute, now), Some(Reply::Done(_)))
    }
}

struct Play {
    app: App<Seat<Line>>,
    hub: Rc<RefCell<Hub>>,
    me: Session,
    his: Colleague,
    dice: Dice,
    tally: Tally,
    started: u8,
}

fn screen(hub: &Rc<RefCell<Hub>>, me: &Session, n: u8) -> App<Seat<Line>> {
    let map = ["default", "office", "vim"][usize::from(n) % 3];
    let mut app = App::at_terminal(n, Seat { line: Line::to(hub, me) }, (100, 30), Keymap::bundled(map).unwrap());
    app.slow = true;
    app.blind = true;
    app
}

impl Play {
    fn begin(seed: u64) -> Self {
        let size = Size { clients: 40, ..Size::usual(Day::from_ymd(2026, 3, 2).unwrap()) };
        let (service, me, _) = memory(&size).unwrap();
        let others: Vec<UserId> = service.cast().users.keys().copied().filter(|u| *u != me.user).collect();
        let other = others.iter().find_map(|u| service.session(*u, "elsewhere")).expect("the demo has colleagues");
        let hub = Hub::over(service, None);
        let his = Colleague { line: Seat { line: Line::to(&hub, &other) }, made: 0 };
        let app = screen(&hub, &me, 11);
        Self { app, hub, me, his, dice: Dice(seed), tally: Tally::default(), started: 11 }
    }

    fn tell(&mut self, msg: Msg) {
        let before = self.app.waiting.len();
        step(&mut self.app, msg);
        let new = self.app.waiting[before.min(self.app.waiting.len())..].iter();
        self.tally.commands += new.filter(|(_, r)| matches!(r, Request::Execute(_))).count();
    }

    fn hear(&mut self, all: Vec<Heard>) {
        for heard in all {
            self.tell(Msg::Heard(heard));
        }
    }

    /// The first of what waits is answered; what was heard of others comes with it.
    fn answer(&mut self) {
        if self.app.waiting.is_empty() {
            return;
        }
        let (ticket, request) = self.app.waiting.remove(0);
        let heard = self.app.service.take(ticket, request, self.app.now);
        self.tally.answers += 1;
        self.hear(heard);
    }

    fn settle(&mut self) {
        for _ in 0..400 {
            if self.app.waiting.is_empty() {
                break;
            }
            self.answer();
        }
        self.tell(Msg::Frame);
    }

    fn drawn(&self) -> HitMap {
        let (w, h) = self.app.model.size;
        let mut buf = Buffer::empty(Rect::new(0, 0, w, h));
        draw_into(&self.app.model, &Theme::mono(), &mut buf)
    }

    fn press(&mut self, code: KeyCode, mods: KeyModifiers) {
        self.tally.keys += 1;
        self.tell(Msg::Key(KeyEvent::new(code, mods)));
    }

    fn key(&mut self) {
        let dice = &mut self.dice;
        let letters = b"oocsrrxmeptvnniiwwufaqQRSVzgGgOWDMACTFYPB/:?!jjkkhl1122345678900<>[]* +-.'";
        let (code, mods) = match dice.below(20) {
            0..10 => (KeyCode::Char(char::from(dice.of(letters))), KeyModifiers::NONE),
            10 => (KeyCode::Char(char::from(b'!' + dice.below(94) as u8)), KeyModifiers::NONE),
            11 => {
                let c = dice.of(b"scgplojkhzywaerutdx");
                (KeyCode::Char(char::from(c)), KeyModifiers::CONTROL)
            }
            12 => (KeyCode::Char(char::from(dice.of(letters))), KeyModifiers::ALT),
            13 => (dice.of(&[KeyCode::Enter, KeyCode::Backspace, KeyCode::Left, KeyCode::Up]), KeyModifiers::ALT),
            14 => (KeyCode::F(1 + dice.below(12) as u8), KeyModifiers::NONE),
            15 => (KeyCode::Char(dice.of(&['é', '漢', '\u{301}', '\u{202e}', '👩'])), KeyModifiers::NONE),
            16 | 17 => (dice.of(&[KeyCode::Enter, KeyCode::Enter, KeyCode::Tab]), KeyModifiers::NONE),
            18 => (dice.of(&[KeyCode::Esc, KeyCode::BackTab, KeyCode::Tab, KeyCode::Delete]), KeyModifiers::NONE),
            _ => {
                let code = dice.of(&[
                    KeyCode::Up,
                    KeyCode::Down,
                    KeyCode::Down,
                    KeyCode::Left,
                    KeyCode::Right,
                    KeyCode::Home,
                    KeyCode::End,
                    KeyCode::PageUp,
                    KeyCode::PageDown,
                    KeyCode::Backspace,
                ]);
                (code, if dice.below(6) == 0 { KeyModifiers::CONTROL } else { KeyModifiers::NONE })
            }
        };
        self.press(code, mods);
    }

    fn paste(&mut self) {
        self.tally.pastes += 1;
        let text = self.dice.of(&[
            "o she rang\nx r\n1",
            "jjjjjjjj",
            "fri 9:30",
            "Okafor",
            "a\u{202e}b\u{301}\t渡辺",
            "\n",
            "2 2 2 2 2 2 2 2",
        ]);
        if self.dice.below(2) == 0 {
            return self.tell(Msg::Paste(text.to_owned()));
        }
        // What was given before was given as keys.
        let more = self.dice.below(4) == 0;
        let given = if text.is_ascii() { self.dice.below(3).min(text.len()) } else { 0 };
        self.tell(Msg::Burst { text: text.to_owned(), given, more });
    }

    fn mouse(&mut self) {
        self.tally.mouse += 1;
        let hits = self.drawn();
        let (w, h) = self.app.model.size;
        let (x, y) = (self.dice.below(usize::from(w)) as u16, self.dice.below(usize::from(h)) as u16);
        if self.dice.below(4) == 0 {
            let rows = self.dice.of(&[3, -3]);
            return self.tell(Msg::Mouse(Mouse::Wheel(rows, hits.pane(x, y))));
        }
        if self.dice.below(6) == 0 {
            // From a seam, where there is one, to anywhere; another event may come before it is let go.
            let seam = layout::of(&self.app.model).seams.filter(|_| self.dice.below(3) > 0);
            let (x, y) = seam.map_or((x, y), |s| (s.room.x + s.left.saturating_sub(1), s.room.y + s.room.h / 2));
            self.tell(Msg::Mouse(Mouse::Grab(x, y)));
            let (x, y) = (self.dice.below(usize::from(w) + 9) as u16, self.dice.below(usize::from(h) + 9) as u16);
            self.tell(Msg::Mouse(Mouse::Drag(x, y)));
            if self.dice.below(3) > 0 {
                self.tell(Msg::Mouse(Mouse::LetGo));
            }
            return;
        }
        if let Some(target) = hits.at(x, y).cloned() {
            let double = self.dice.below(3) == 0;
            self.tell(Msg::Mouse(Mouse::Press { target: target.clone(), double: false }));
            if double {
                self.tell(Msg::Mouse(Mouse::Press { target, double }));
            }
        }
    }

    fn event(&mut self) {
        if matches!(self.app.layer(), "find" | "menu" | "narrow") && self.dice.below(5) == 0 {
            // Where letters are text little else is met.
            self.press(KeyCode::Esc, KeyModifiers::NONE);
        }
        match self.dice.below(100) {
            0..60 => self.key(),
            60..64 => self.paste(),
            64..72 => self.mouse(),
            72..76 => {
                self.tally.sizes += 1;
                let size = match self.dice.below(4) {
                    0 => self.dice.of(&[(1, 1), (300, 100), (32, 8), (0, 0)]),
                    1 => self.dice.of(&[(44, 18), (80, 24), (120, 40), (200, 60)]),
                    _ => (20 + self.dice.below(150) as u16, 5 + self.dice.below(50) as u16),
                };
                self.tell(Msg::Resize(size.0, size.1));
                self.drawn();
            }
            76..80 => {
                self.tally.jumps += 1;
                let ms = self.dice.of(&[400, 3_000, 90_000, -30_000, 3 * HOUR, -HOUR, 26 * HOUR, 40 * MINUTE]);
                self.app.now = self.app.now.plus(ms);
                self.tell(Msg::Wake);
            }
            80..85 => {
                if self.his.acts(&mut self.dice, self.app.now) {
                    self.tally.remote += 1;
                }
                let heard = self.app.service.line.hear(None);
                self.hear(heard);
            }
            85..88 => self.tell(if self.dice.0.is_multiple_of(2) { Msg::FocusGained } else { Msg::FocusLost }),
            // Otherwise a form is hardly ever filled in, and nothing saved.
            88..94 if matches!(self.app.layer(), "form" | "lifted") => {
                for c in self.dice.of(&["1", "2", "well\t", "rang at 9", "fri 9:30\t", "1\t"]).chars() {
                    let code = if c == '\t' { KeyCode::Tab } else { KeyCode::Char(c) };
                    self.press(code, KeyModifiers::NONE);
                }
            }
            94..98 => self.press(KeyCode::Char('s'), KeyModifiers::CONTROL),
            _ => {}
        }
        self.app.now = self.app.now.plus(20 + self.dice.below(200) as i64);
        for _ in 0..self.dice.below(4) {
            self.answer();
        }
        if self.dice.below(2) == 0 {
            self.tell(Msg::Frame);
        }
        *self.tally.layers.entry(self.app.layer()).or_default() += 1;
    }

    /// Nothing but esc from here: every layer is left, and every text that stood in a form is a draft.
    fn home(&mut self) {
        self.settle();
        self.app.commands.clear();
        let texts = typed(&self.app.model);
        for _ in 0..60 {
            self.app.now = self.app.now.plus(300);
            self.tell(Msg::Key(KeyEvent::new(KeyCode::Esc, KeyModifiers::NONE)));
            self.tell(Msg::Frame);
        }
        let Model { layers, pending, lock, .. } = &self.app.model;
        assert!(lock.is_shut() || layers.is_empty() && pending.is_none(), "esc does not lead home");
        self.settle();
        let drafts = self.drafts();
        for (id, texts) in texts {
            let draft = drafts.iter().find(|d| d.id == id);
            for text in texts {
                assert!(holds(draft, &text), "a text that was typed is no draft");
                self.tally.drafts += 1;
            }
        }
        look(&self.app.model);
    }

    fn drafts(&mut self) -> Vec<Draft> {
        match self.app.service.asks(1 << 41, Request::Drafts, self.app.now) {
            (Some(Reply::Drafts(drafts)), rest) => {
                self.hear(rest);
                drafts
            }
            _ => panic!("the drafts do not come"),
        }
    }

    /// She leaves and comes back, with another keymap.
    fn again(&mut self) {
        self.started = self.started.wrapping_add(1);
        self.app = screen(&self.hub, &self.me, self.started);
        self.settle();
    }
}

/// What is played in full: the seeds that were always played, and one more.
const SEEDS: [u64; 2] = [0x5eed, 0x0d0_0e5];

#[test]
fn a_hundred_thousand_events_with_a_colleague_at_work() {
    let full = std::env::var_os("CASELOAD_TEST_FULL").is_some();
    let (events, services) = if full { (100_000, 8) } else { (10_000, 1) };
    let said = std::env::var("CASELOAD_TEST_SEED").ok().and_then(|n| n.parse().ok());
    let seeds = match said {
        Some(seed) => vec![seed],
        None if full => SEEDS.to_vec(),
        None => SEEDS[..1].to_vec(),
    };
    for seed in seeds {
        played(seed, events, services);
    }
}

fn played(seed: u64, events: usize, services: u64) {
    let mut all = Vec::new();
    for n in 0..services {
        let mut play = Play::begin(seed + 7 * n);
        play.settle();
        while play.tally.events() < events / services as usize {
            // Away from where the last round began, so that every pane and page is met.
            let way = play.dice.of(&[
                "", "o", "c12", "nn", "s1", "r1", "2", "3", "4", "2W", "gw", "gs", "gv", "ge", "2O", "nx", "ni", "4x",
                "jo", "jjc", "3c", "3e", "4e", "2m", "gi", "u",
            ]);
            for c in way.chars().filter(|c| *c != ' ') {
                play.press(KeyCode::Char(c), KeyModifiers::NONE);
                play.settle();
            }
            for _ in 0..40 + play.dice.below(120) {
                play.event();
            }
            play.home();
            if play.app.model.lock.is_shut() || play.dice.below(6) == 0 {
                play.again();
            }
        }
        all.push(play.tally);
    }
    let sum = |of: fn(&Tally) -> usize| all.iter().map(of).sum::<usize>();
    let (remote, commands, drafts) = (sum(|t| t.remote), sum(|t| t.commands), sum(|t| t.drafts));
    println!("{} events by {seed:#x}: {all:?}", sum(Tally::events));
    assert!(sum(Tally::events) >= events && sum(|t| t.mouse) > events / 50 && sum(|t| t.pastes) > events / 100);
    assert!(
        remote > events / 200 && commands > events / 500 && drafts > events / 1_000,
        "{remote} {commands} {drafts}"
    );
    let mut layers: Vec<&str> = all.iter().flat_map(|t| t.layers.keys().copied()).collect();
    layers.sort_unstable();
    layers.dedup();
    assert!(layers.len() >= 14, "only {layers:?} were met");
}
