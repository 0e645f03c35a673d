//! What you saw is what you act on: whatever colleagues change and however keys, answers and changes fall between two
//! frames, a command names the record that the keys lead to over the rows of the last frame that was drawn. Over canned
//! rows, and over the real service with a colleague at work in it. `CASELOAD_TEST_FULL=1` runs ten times as many.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)] // a test says what is wrong by failing

mod flow;

use caseload::app::form::FormKind;
use caseload::app::keymap::Keymap;
use caseload::app::layers::Layer;
use caseload::app::model::{Model, Pane};
use caseload::app::pane::{ListPane, Row};
use caseload::app::{Effect, Msg, layout, update};
use caseload::cli::screenshot::memory;
use caseload::demo::Size;
use caseload::domain::attention::AlertKey;
use caseload::domain::ids::{RequestId, UserId};
use caseload::domain::issue::{How, IssueKind};
use caseload::domain::time::{Day, HOUR, Moment};
use caseload::service::api::{
    AlertRow, Change, Command, Execute, Heard, NewIssue, OpenList, Owner, Person, Reply, Request, Rows, Sort, Ticket,
    View,
};
use flow::canned::{Canned, alert};
use flow::together::{Connected, Hub, Line, Seat};
use flow::{App, Service, event};

/// Numbers that are the same on every run.
struct Dice(u64);

impl Dice {
    fn below(&mut self, n: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % n.max(1) as u64) as usize
    }

    fn of<T: Copy>(&mut self, list: &[T]) -> T {
        list[self.below(list.len())]
    }
}

/// Somebody else works in the same agency.
trait Colleague: Service {
    fn works(&mut self, dice: &mut Dice, now: Moment) -> Vec<Heard>;
}

fn change() -> Heard {
    Heard::Change(Change { seq: 9, actor: UserId([9; 16]), kinds: vec![], persons: vec![] })
}

impl Colleague for Canned {
    fn works(&mut self, dice: &mut Dice, _: Moment) -> Vec<Heard> {
        let n = self.alerts.len();
        match dice.below(6) {
            0 | 1 if n > 6 => drop(self.alerts.remove(dice.below(n.min(12)))),
            2 => {
                let (a, b) = (dice.below(n.min(12)), dice.below(n.min(12)));
                self.alerts.swap(a, b);
            }
            3 => {
                let at = dice.below(n);
                self.alerts[at].owner =
                    if dice.below(2) == 0 { Owner::Nobody } else { Owner::Other("R. Patel".into()) };
            }
            4 => {
                let at = dice.below(n.min(12));
                self.alerts[at].finished = (dice.below(2) == 0).then(|| "resolved by R. Patel 08:12".into());
            }
            _ => {
                let id = 60 + dice.below(190) as u8;
                if !self.alerts.iter().any(|a| a.key == flow::canned::key(id)) {
                    let at = dice.below(8).min(n);
                    self.alerts.insert(at, alert(id, 1 + (id % 5), &format!("New, {id}"), "news"));
                }
            }
        }
        vec![change()]
    }
}

/// Two at one service, each at a screen of her own: what is played here is mine, and he takes, resolves, snoozes, re-tiers
/// and adds rows beside it. How they are connected is all the same: see [`Connected`].
struct Together<C> {
    mine: C,
    his: Option<App<Seat<C>>>,
    made: u64,
    done: u64,
}

impl<C: Connected> Service for Together<C> {
    fn take(&mut self, ticket: Ticket, request: Request, now: Moment) -> Vec<Heard> {
        self.mine.send(ticket, request, now);
        self.mine.hear(Some(ticket))
    }
}

impl<C: Connected> Together<C> {
    fn new(mine: C, his: C, size: (u16, u16)) -> Self {
        let his = App::at_terminal(9, Seat { line: his }, size, Keymap::standard());
        Self { mine, his: Some(his), made: 0, done: 0 }
    }

    /// He asks something that no key of his screen did; his screen hears whatever else is said meanwhile.
    fn asks(&mut self, request: Request, now: Moment) -> Option<Reply> {
        let mut his = self.his.take().expect("he is there");
        self.made += 1;
        // His screen counts its own tickets from one.
        let (reply, rest) = his.service.asks((1 << 40) + self.made, request, now);
        for heard in rest {
            his = his.msg(Msg::Heard(heard));
        }
        self.his = Some(his);
        reply
    }

    fn alerts(&mut self, now: Moment) -> Vec<AlertRow> {
        let ask = OpenList {
            view: View::Alerts,
            mine: false,
            lens: String::new(),
            words: String::new(),
            sort: Sort::Natural,
        };
        let Some(Reply::List(list)) = self.asks(Request::OpenList(ask), now) else { return vec![] };
        self.asks(Request::CloseList(list.list), now);
        match list.window.rows {
            Rows::Alerts(rows) => rows,
            _ => vec![],
        }
    }
}

impl<C: Connected> Colleague for Together<C> {
    fn works(&mut self, dice: &mut Dice, now: Moment) -> Vec<Heard> {
        let rows = self.alerts(now);
        let row = &rows[dice.below(rows.len().min(20))];
        let (key, person) = (row.key, row.person);
        let command = match dice.below(8) {
            0 | 1 => Command::Take { key, from_other: true },
            2 => Command::Snooze { key, until: now.plus(HOUR), reason: "waiting".into() },
            3 | 4 => Command::Result {
                key,
                outcome: "not what it seemed".into(),
                note: "looked at it".into(),
                disposition: Some((caseload::domain::issue::DispositionKind::SeenByPractitioner, "Dr Silva".into())),
            },
            5 => Command::Retier { key, tier: 1 + dice.below(5) as u8, reason: "seen".into() },
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
        if matches!(self.asks(execute, now), Some(Reply::Done(_))) {
            self.done += 1;
        }
        self.mine.hear(None)
    }
}

/// What one place of the last frame showed.
#[derive(Clone, PartialEq)]
struct Place {
    key: Option<AlertKey>,
    person: Option<Person>,
    /// Not in the list any more: it stays until the marker leaves it, and nothing is done to it.
    ghost: bool,
}

/// The last frame: what an acting key can mean.
#[derive(Clone)]
struct Shown {
    places: Vec<Option<Place>>,
    at: usize,
    half: usize,
    page: bool,
    /// Nothing else is on top.
    plain: bool,
}

fn list<R: Row>(pane: &ListPane<R>, key: impl Fn(&R) -> Option<AlertKey>, half: usize) -> Shown {
    let place = |n| {
        let row = pane.at(n)?;
        let ghost = pane.ghost.as_ref().is_some_and(|g| g.at == n);
        Some(Place { key: key(row), person: row.person(), ghost })
    };
    Shown { places: (0..pane.places()).map(place).collect(), at: pane.cursor as usize, half, page: false, plain: true }
}

fn shown(model: &Model) -> Shown {
    let half = usize::from((layout::of(model).rows(model.focus) / 2).max(1));
    match (model.top(), model.focus) {
        (None, Pane::Alerts) => list(&model.alerts, |r| Some(r.key), half),
        (None, Pane::Caseload) => list(&model.clients, |_| None, half),
        (Some(Layer::Page(page)), _) => {
            let lines = page.page.iter().flat_map(|p| &p.sections).flat_map(|s| &s.lines);
            let place = |key| Some(Place { key, person: Some(page.person), ghost: false });
            Shown { places: lines.map(|l| place(l.key)).collect(), at: page.line, half: 0, page: true, plain: true }
        }
        _ => Shown { places: vec![], at: 0, half, page: false, plain: false },
    }
}

impl Shown {
    /// One move, by its own arithmetic.
    fn moves(&mut self, key: &str) {
        let last = self.places.len().saturating_sub(1);
        let to = match key {
            "j" | "down" => (self.at + 1).min(last),
            "k" | "up" => self.at.saturating_sub(1),
            "ctrl-d" => (self.at + self.half).min(last),
            "ctrl-u" => self.at.saturating_sub(self.half),
            "G" => last,
            _ => 0,
        };
        self.at = to;
        let only = self.places.len() == 1;
        self.places.retain(|p| !only || !p.as_ref().is_some_and(|p| p.ghost));
    }

    fn place(&self) -> Option<&Place> {
        self.places.get(self.at).and_then(Option::as_ref).filter(|p| !p.ghost)
    }
}

/// Counts of what was seen, so that the law is not held by nothing happening.
#[derive(Default, Debug)]
struct Tally {
    keys: usize,
    changes: usize,
    commands: usize,
    forms: usize,
    unseen: usize,
}

const MOVES: [&str; 6] = ["j", "j", "k", "ctrl-d", "ctrl-u", "G"];
const ACTS: [&str; 6] = ["o", "o", "s", "r", "c", "n n"];

struct Burst<S> {
    app: App<S>,
    dice: Dice,
    tally: Tally,
    last_key: Moment,
}

impl<S: Colleague> Burst<S> {
    /// Sends one message without a frame; commands are in `app.commands`.
    fn tell(&mut self, msg: Msg) {
        if matches!(msg, Msg::Key(_)) {
            self.last_key = self.app.now;
        }
        let effects = update(&mut self.app.model, msg, self.app.now);
        for effect in effects {
            if let Effect::Send(ticket, request) = effect {
                if let Request::Execute(e) = &request {
                    self.app.commands.push(e.command.clone());
                }
                self.app.waiting.push((ticket, request));
            }
        }
    }

    fn answer(&mut self, most: usize) {
        for _ in 0..most {
            if self.app.waiting.is_empty() {
                return;
            }
            let (ticket, request) = self.app.waiting.remove(0);
            for heard in self.app.service.take(ticket, request, self.app.now) {
                self.tell(Msg::Heard(heard));
            }
        }
    }

    /// What may happen between two keys of a burst: no frame.
    fn between(&mut self) {
        for _ in 0..self.dice.below(3) {
            match self.dice.below(7) {
                0 | 1 => {
                    self.tally.changes += 1;
                    let heard = self.app.service.works(&mut self.dice, self.app.now);
                    for h in heard {
                        self.tell(Msg::Heard(h));
                    }
                }
                2 => self.tell(Msg::FocusGained),
                3 => self.tell(Msg::Wake),
                _ => {
                    let most = self.dice.below(8);
                    self.answer(most);
                }
            }
            self.app.now = self.app.now.plus(self.dice.below(120) as i64);
        }
    }

    /// Frames and pauses until the next burst; rows keep their places as long as they must.
    fn pause(&mut self) {
        for _ in 0..=self.dice.below(3) {
            self.between();
            let before = shown(&self.app.model);
            let top = self.app.model.alerts.top;
            // What was moved to, or opened, may come in at once; the rows that stand there may not move.
            let waits = self.app.model.alerts.arrived.is_none() && self.app.model.clients.arrived.is_none();
            self.tell(Msg::Frame);
            let after = shown(&self.app.model);
            let rest = self.app.now.since(self.last_key);
            if rest < 1_000 && waits && before.plain && after.plain && top == self.app.model.alerts.top {
                // A ghost that was left goes.
                let stays = |(n, p): &(usize, &Option<Place>)| *n == before.at || !p.as_ref().is_some_and(|p| p.ghost);
                let kept = before.places.iter().enumerate().filter(stays).map(|(_, p)| p);
                for (a, b) in kept.zip(&after.places) {
                    let (Some(a), Some(b)) = (a, b) else { continue };
                    assert!(a.key == b.key && a.person == b.person, "rows changed places {rest} ms after a key");
                }
            }
            let step = self.dice.of(&[10, 300, 900, 1_100, 2_500]);
            self.app.now = self.app.now.plus(step);
            self.tell(Msg::Wake);
        }
        self.answer(40);
        self.tell(Msg::Frame);
    }
}

impl<S: Colleague> Burst<S> {
    fn press(&mut self, key: &str) {
        self.tally.keys += 1;
        self.tell(Msg::Key(event(key)));
    }

    /// One burst over the frame that was just drawn.
    fn burst(&mut self) {
        let mut seen = shown(&self.app.model);
        // A question that this burst itself brings up was never read.
        let mut asked = self.app.model.layers.len();
        for _ in 0..=self.dice.below(7) {
            self.between();
            let plain =
                seen.plain && (self.app.model.layers.is_empty() || seen.page && self.app.model.layers.len() == 1);
            let moving = self.dice.below(3) > 0;
            let word = if moving { self.dice.of(&MOVES) } else { self.dice.of(&ACTS) };
            let (commands, depth) = (self.app.commands.len(), self.app.model.layers.len());
            if !plain {
                // Something lies over the rows: Enter answers only what a frame has shown, esc goes back.
                let word = if self.dice.below(2) == 0 { "enter" } else { "esc" };
                let fresh = self.app.model.layers.len() > asked;
                let question = matches!(self.app.model.top(), Some(Layer::Confirm(_) | Layer::Undo(_)));
                self.press(word);
                assert!(
                    !(fresh && question) || self.app.commands.len() == commands,
                    "answered a question it never saw"
                );
                self.tally.unseen += usize::from(fresh && question && word == "enter");
                asked = asked.min(self.app.model.layers.len());
                continue;
            }
            if moving {
                if seen.page && matches!(word, "ctrl-d" | "ctrl-u") {
                    continue;
                }
                self.press(word);
                seen.moves(word);
                assert_eq!(self.app.commands.len(), commands, "a move acted");
                continue;
            }
            for part in word.split(' ') {
                self.press(part);
                self.app.now = self.app.now.plus(self.dice.below(300) as i64);
            }
            let meant = seen.place();
            for command in &self.app.commands[commands..] {
                let Command::Take { key, .. } = command else { panic!("another command than a take") };
                assert!(
                    meant.is_some_and(|p| p.key == Some(*key)),
                    "{word}: took another record than the frame showed"
                );
                self.tally.commands += 1;
            }
            if self.app.model.layers.len() > depth {
                match self.app.model.top() {
                    Some(Layer::Form(form)) => {
                        let call = matches!(form.kind, FormKind::Call { .. });
                        let right = meant.is_some_and(|p| {
                            form.person == p.person && (form.about == p.key || call && form.about.is_none())
                        });
                        assert!(right, "{word}: a card about another record than the frame showed");
                        self.tally.forms += 1;
                    }
                    Some(Layer::Confirm(card)) => {
                        use caseload::app::layers::Question;
                        let Question::TakeFromOther(key) = card.question else { panic!("another question") };
                        assert!(meant.is_some_and(|p| p.key == Some(key)), "{word}: asks about another record");
                    }
                    _ => panic!("{word} opened something else"),
                }
            }
        }
    }

    /// Another place to begin from, with its frames drawn.
    fn go(&mut self) {
        for word in ["esc", "esc", "esc", "esc"] {
            self.press(word);
            self.app.now = self.app.now.plus(300);
            self.tell(Msg::Frame);
        }
        let pane = self.dice.of(&["1", "1", "1", "3"]);
        self.press(pane);
        self.app.now = self.app.now.plus(300);
        self.answer(40);
        self.tell(Msg::Frame);
        if self.dice.below(5) == 0 {
            self.press("enter");
            self.answer(40);
            self.tell(Msg::Frame);
        }
    }
}

fn play<S: Colleague>(service: S, rounds: usize, size: (u16, u16), seed: u64) -> Tally {
    played(service, size, seed, |n, _| n < rounds).tally
}

/// As long as it is wanted.
fn played<S: Colleague>(service: S, size: (u16, u16), seed: u64, goes_on: impl Fn(usize, &Tally) -> bool) -> Burst<S> {
    let mut app = App::with(service, size, Keymap::standard());
    app.blind = true;
    let last_key = app.now;
    let mut burst = Burst { app, dice: Dice(seed), tally: Tally::default(), last_key };
    let mut rounds = 0;
    while goes_on(rounds, &burst.tally) {
        rounds += 1;
        burst.go();
        for _ in 0..3 {
            burst.pause();
            burst.burst();
        }
        if burst.app.commands.len() > 10_000 {
            burst.app.commands.clear();
        }
    }
    burst
}

fn times(n: usize) -> usize {
    if std::env::var_os("CASELOAD_TEST_FULL").is_some() { n * 10 } else { n }
}

#[test]
fn over_canned_rows() {
    for (seed, size) in [(0x5eed, (120, 40)), (0xcafe, (44, 18)), (0xbeef, (80, 24))] {
        let tally = play(Canned::default(), times(400), size, seed);
        assert!(tally.commands > 100 && tally.forms > 100 && tally.changes > 500 && tally.unseen > 5, "{tally:?}");
    }
}

/// Everybody's alerts as a screen shows them, once nothing moves any more: whose they are in each other's words.
fn view<S: Service>(mut app: App<S>, me: &str) -> Vec<String> {
    app.blind = false;
    for _ in 0..4 {
        app = app.keys("esc").pass(2_000);
    }
    app.model.layers.clear();
    app = app.keys("esc 1 :").text("everybody").keys("enter").pass(3_000);
    assert!(!app.model.alerts.mine, "everybody's are shown");
    let mut out: Vec<String> = Vec::new();
    // All of them, a screen at a time.
    app = app.keys("g g");
    for _ in 0..=app.model.alerts.total {
        for row in app.model.alerts.rows.clone() {
            let owner = match &row.owner {
                Owner::Nobody => "nobody",
                Owner::You => me,
                Owner::Other(name) => name,
            };
            let line = format!("{:?} P{} {} {} {owner} {:?}", row.key, row.tier, row.name, row.cause, row.due);
            if !out.contains(&line) {
                out.push(line);
            }
        }
        if app.model.alerts.cursor + 1 >= app.model.alerts.total {
            break;
        }
        app = app.keys("pgdn").pass(1_200);
    }
    assert_eq!(out.len(), app.model.alerts.total as usize, "all of them were seen");
    out
}

#[test]
fn two_at_one_queue_hit_what_they_saw_and_end_with_the_same_view() {
    let demo = Size::usual(Day::from_ymd(2026, 3, 2).unwrap());
    for (seed, size) in [(0x5eed, (120, 40)), (0xcafe, (40, 12))] {
        let (service, me, _) = memory(&demo).unwrap();
        let others: Vec<UserId> = service.cast().users.keys().copied().filter(|u| *u != me.user).collect();
        let other = others
            .iter()
            .filter_map(|u| service.session(*u, "elsewhere"))
            .find(|s| s.role == caseload::domain::user::Role::Manager)
            .or_else(|| others.iter().find_map(|u| service.session(*u, "elsewhere")))
            .expect("the demo has colleagues");
        let hub = Hub::over(service, None);
        let (mine, his) = (Line::to(&hub, &me), Line::to(&hub, &other));
        let wanted = times(100);
        let goes_on = |_, tally: &Tally| tally.commands + tally.forms < wanted;
        let burst = played(Together::new(mine, his, (80, 24)), size, seed, goes_on);
        let tally = &burst.tally;
        assert!(tally.commands > wanted / 10 && tally.changes > wanted / 2, "{tally:?}");
        let Burst { mut app, .. } = burst;
        assert!(app.service.done as usize > wanted / 4, "{} acts of his", app.service.done);
        // The last word of everybody is heard, and both look at the same.
        app = app.pass(5_000);
        for heard in app.service.mine.hear(None) {
            app = app.msg(Msg::Heard(heard));
        }
        let his = app.service.his.take().expect("he is there");
        let his = his.at(app.now).pass(5_000);
        let (mine, theirs) = (view(app, &me.name), view(his, &other.name));
        assert!(mine.len() > 20);
        assert_eq!(mine, theirs);
    }
}
