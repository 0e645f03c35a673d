#![allow(dead_code, unreachable_pub)] // each test file uses its part
//! A coordinator at the keyboard: `app.keys("o").sees("Taken")`. What answers is a [`Service`]: canned rows here, a real
//! one where that is wanted.

use caseload::app::keymap::Keymap;
use caseload::app::layers::Layer;
use caseload::app::model::{Capabilities, Model, Start};
use caseload::app::{self, Effect, Msg};
use caseload::domain::time::{Moment, Zone};
use caseload::service::api::{Command, Execute, Heard, Request, Ticket};
use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use std::sync::Arc;

pub mod canned;
pub mod out;
pub mod planned;
pub mod storm;
pub mod together;

/// Whoever answers.
pub trait Service {
    /// Takes a request; what is heard because of it, in order.
    fn take(&mut self, ticket: Ticket, request: Request, now: Moment) -> Vec<Heard>;
}

/// Mon 2 Mar 2026 08:10 in New York.
pub fn morning() -> Moment {
    zone().moment(caseload::domain::time::Day::from_ymd(2026, 3, 2).unwrap(), 8 * 60 + 10)
}

pub fn zone() -> Zone {
    Zone::parse("America/New_York").unwrap()
}

/// A running screen.
pub struct App<S> {
    pub model: Model,
    pub service: S,
    pub now: Moment,
    pub commands: Vec<Command>,
    pub executes: Vec<Execute>,
    pub requests: Vec<Request>,
    pub effects: Vec<Effect>,
    /// Replies are kept back until `answer`.
    pub slow: bool,
    /// No frame is drawn until `frame`.
    pub blind: bool,
    pub waiting: Vec<(Ticket, Request)>,
}

pub fn event(word: &str) -> KeyEvent {
    let mut mods = KeyModifiers::NONE;
    let mut rest = word;
    while rest.len() > 1 {
        if let Some(after) = rest.strip_prefix("ctrl-") {
            mods |= KeyModifiers::CONTROL;
            rest = after;
        } else if let Some(after) = rest.strip_prefix("shift-") {
            mods |= KeyModifiers::SHIFT;
            rest = after;
        } else {
            break;
        }
    }
    let code = match rest {
        "enter" => KeyCode::Enter,
        "esc" => KeyCode::Esc,
        "tab" if mods.contains(KeyModifiers::SHIFT) => KeyCode::BackTab,
        "tab" => KeyCode::Tab,
        "up" => KeyCode::Up,
        "down" => KeyCode::Down,
        "left" => KeyCode::Left,
        "right" => KeyCode::Right,
        "space" => KeyCode::Char(' '),
        "backspace" => KeyCode::Backspace,
        "delete" => KeyCode::Delete,
        "pgdn" => KeyCode::PageDown,
        "pgup" => KeyCode::PageUp,
        "home" => KeyCode::Home,
        "end" => KeyCode::End,
        key if key.len() > 1 && key.starts_with('f') => KeyCode::F(key[1..].parse().unwrap()),
        one => KeyCode::Char(one.chars().next().unwrap()),
    };
    KeyEvent::new(code, mods)
}

impl<S: Service> App<S> {
    pub fn open(service: S, size: (u16, u16)) -> Self {
        Self::with(service, size, Keymap::standard())
    }

    /// With a keymap of her own.
    pub fn with(service: S, size: (u16, u16), keymap: Keymap) -> Self {
        Self::at_terminal(7, service, size, keymap)
    }

    /// A terminal of its own: its requests are no repeats of another's.
    pub fn at_terminal(n: u8, service: S, size: (u16, u16), keymap: Keymap) -> Self {
        let start = Start {
            size,
            now: morning(),
            zone: zone(),
            capabilities: Capabilities::default(),
            seed: [n; 16],
            read_only: false,
            keymap: Arc::new(keymap),
        };
        let mut model = Model::new(start);
        let first = app::start(&mut model, None);
        let mut app = Self {
            model,
            service,
            now: morning(),
            commands: vec![],
            executes: vec![],
            requests: vec![],
            effects: vec![],
            slow: false,
            blind: false,
            waiting: vec![],
        };
        app.run(first);
        app.pass(2_000)
    }

    pub fn carry_out(&mut self, effects: Vec<Effect>) {
        self.run(effects);
    }

    fn run(&mut self, effects: Vec<Effect>) {
        for effect in effects {
            self.effects.push(effect.clone());
            if let Effect::Send(ticket, request) = effect {
                self.requests.push(request.clone());
                if let Request::Execute(e) = &request {
                    self.commands.push(e.command.clone());
                    self.executes.push(e.clone());
                }
                self.waiting.push((ticket, request));
            }
        }
        if !self.slow {
            self.answer();
        }
    }

    /// Lets the service answer everything.
    pub fn answer(&mut self) {
        while !self.waiting.is_empty() {
            let (ticket, request) = self.waiting.remove(0);
            for heard in self.service.take(ticket, request, self.now) {
                let effects = app::update(&mut self.model, Msg::Heard(heard), self.now);
                self.run(effects);
            }
        }
        if !self.blind {
            self.frame();
        }
    }

    /// A frame is drawn.
    pub fn frame(&mut self) {
        let effects = app::update(&mut self.model, Msg::Frame, self.now);
        if !effects.is_empty() {
            self.run(effects);
        }
    }

    pub fn msg(mut self, msg: Msg) -> Self {
        let effects = app::update(&mut self.model, msg, self.now);
        self.run(effects);
        if !self.blind {
            self.frame();
        }
        self
    }

    /// Time passes: every wake on the way happens.
    pub fn pass(mut self, ms: i64) -> Self {
        let end = self.now.plus(ms);
        for _ in 0..10_000 {
            match app::next_wake(&self.model) {
                Some(at) if at <= end => {
                    self.now = at.max(self.now);
                    let before = self.now;
                    self = self.msg(Msg::Wake);
                    if app::next_wake(&self.model).is_some_and(|n| n <= before) {
                        self.now = self.now.plus(1);
                    }
                }
                _ => break,
            }
        }
        self.now = end;
        self.msg(Msg::Wake)
    }

    /// Presses keys, 300 ms apart: `"n i"`, `"ctrl-s"`, `"down down o"`.
    pub fn keys(mut self, words: &str) -> Self {
        for word in words.split_whitespace() {
            self.now = self.now.plus(300);
            self = self.msg(Msg::Key(event(word)));
        }
        self
    }

    /// Types text into a field.
    pub fn text(mut self, text: &str) -> Self {
        for c in text.chars() {
            self.now = self.now.plus(40);
            self = self.msg(Msg::Key(KeyEvent::new(KeyCode::Char(c), KeyModifiers::NONE)));
        }
        self
    }

    /// A toast says this.
    #[track_caller]
    pub fn sees(self, text: &str) -> Self {
        let toasts: Vec<_> = self.model.toasts.iter().map(|t| t.text.clone()).collect();
        assert!(toasts.iter().any(|t| t.contains(text)), "no toast says {text:?}: {toasts:?}");
        self
    }

    /// So many commands were sent so far.
    #[track_caller]
    pub fn sent(self, n: usize) -> Self {
        assert_eq!(self.commands.len(), n, "commands sent");
        self
    }

    /// The last command is like this.
    #[track_caller]
    pub fn last(self, check: impl FnOnce(&Command) -> bool) -> Self {
        let command = self.commands.last().expect("no command was sent");
        assert!(check(command), "the last command is another one");
        self
    }

    /// The model is like this.
    #[track_caller]
    pub fn model(self, check: impl FnOnce(&Model) -> bool) -> Self {
        assert!(check(&self.model), "the model is not as expected");
        self
    }

    /// The top layer is of this kind.
    #[track_caller]
    pub fn on(self, kind: &str) -> Self {
        assert_eq!(self.layer(), kind);
        self
    }

    pub fn layer(&self) -> &'static str {
        match self.model.top() {
            Some(Layer::CallOut(_)) => "call-out",
            Some(Layer::Storm(_)) => "storm",
            Some(Layer::Lifted(_)) => "lifted",
            Some(Layer::DayPlan(_)) => "day plan",
            None => "dashboard",
            Some(Layer::Page(_)) => "page",
            Some(Layer::Review(_)) => "review",
            Some(Layer::Why(_)) => "why",
            Some(Layer::Form(_)) => "form",
            Some(Layer::Find(_)) => "find",
            Some(Layer::Menu(_)) => "menu",
            Some(Layer::Undo(_)) => "undo",
            Some(Layer::Confirm(_)) => "confirm",
            Some(Layer::Drafts(_)) => "drafts",
            Some(Layer::History(_)) => "history",
            Some(Layer::Acts(_)) => "acts",
            Some(Layer::Looked(_)) => "looked",
            Some(Layer::Evv(_)) => "evv",
            Some(Layer::Themes(_)) => "themes",
            Some(Layer::Terminal(_)) => "terminal",
            Some(Layer::Narrow(_)) => "narrow",
        }
    }

    /// The field that has the focus in the top form.
    pub fn field(&self) -> &str {
        match self.model.top() {
            Some(Layer::Form(f)) => &f.fields[f.focus].name,
            _ => "",
        }
    }
}
