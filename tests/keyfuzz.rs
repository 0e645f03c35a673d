//! Any keys, pastes, sizes, answers and clock steps: nothing panics, no layer is a trap, nothing typed is lost, and
//! nothing acts without the key that acts. `CASELOAD_TEST_FULL=1` runs ten times as many.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)] // a test says what is wrong by failing

#[path = "keyfuzz/colleague.rs"]
mod colleague;
mod flow;

use caseload::app::form::{Form, FormKind, Value};
use caseload::app::keymap::{Context, Keymap};
use caseload::app::keys::contexts;
use caseload::app::layers::Layer;
use caseload::app::model::{Model, Pane, Target};
use caseload::app::{self, Effect, Mouse, Msg, hints, layout};
use caseload::domain::ids::DraftId;
use caseload::service::api::{Change, Command, Draft, Heard, Problem, Reply, Request};
use caseload::ui::{Theme, draw_into};
use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use flow::canned::{Canned, alert};
use flow::{App, Service};
use proptest::prelude::*;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

#[derive(Debug, Clone)]
enum Op {
    Key(KeyEvent),
    Paste(String),
    Burst(String, usize, bool),
    Wheel(i8, usize),
    Resize(u16, u16),
    /// Answers the n-th request that waits.
    Answer(usize),
    Wrong(usize, u8),
    New(u8),
    Finish(usize),
    Gone,
    Pass(i64),
    Click(u8),
    Focus(bool),
    /// The line is slow, or is not any more.
    Line(bool),
    Frame,
}

fn key() -> impl Strategy<Value = KeyEvent> {
    let plain = |c| KeyEvent::new(c, KeyModifiers::NONE);
    prop_oneof![
        8 => prop::sample::select("oocsrrnniwufaqQRSVzgG/:?jkhl1222WMADCT3457[]<>* +-x.".chars().collect::<Vec<_>>())
            .prop_map(move |c| plain(KeyCode::Char(c))),
        4 => prop::sample::select(vec![
            KeyCode::Enter, KeyCode::Enter, KeyCode::Esc, KeyCode::Tab, KeyCode::BackTab, KeyCode::Up, KeyCode::Down,
            KeyCode::Left, KeyCode::Right, KeyCode::Home, KeyCode::End, KeyCode::PageUp, KeyCode::PageDown,
            KeyCode::Backspace, KeyCode::Delete, KeyCode::F(1), KeyCode::F(2), KeyCode::F(3), KeyCode::F(4), KeyCode::F(5), KeyCode::F(6), KeyCode::F(7),
            KeyCode::F(8), KeyCode::F(9), KeyCode::Insert,
        ]).prop_map(plain),
        2 => prop::sample::select("scgpjhzykwaerulct".chars().collect::<Vec<_>>())
            .prop_map(|c| KeyEvent::new(KeyCode::Char(c), KeyModifiers::CONTROL)),
        1 => prop::sample::select("oxrjkq[Ofn1".chars().collect::<Vec<_>>())
            .prop_map(|c| KeyEvent::new(KeyCode::Char(c), KeyModifiers::ALT)),
        1 => any::<char>().prop_map(move |c| plain(KeyCode::Char(c))),
    ]
}

fn op() -> impl Strategy<Value = Op> {
    prop_oneof![
        20 => key().prop_map(Op::Key),
        1 => "\\PC{0,12}\n?".prop_map(Op::Paste),
        1 => ("[a-zA-Z0-9\n ]{0,20}", 0usize..4, any::<bool>()).prop_map(|(t, n, more)| Op::Burst(t, n, more)),
        1 => (prop::sample::select(vec![3i8, -3]), 0usize..5).prop_map(|(n, pane)| Op::Wheel(n, pane)),
        1 => (0u16..300, 0u16..100).prop_map(|(w, h)| Op::Resize(w, h)),
        12 => (0usize..3).prop_map(Op::Answer),
        1 => (0usize..3, 0u8..4).prop_map(|(n, k)| Op::Wrong(n, k)),
        1 => (60u8..90).prop_map(Op::New),
        1 => (0usize..6).prop_map(Op::Finish),
        1 => prop::strategy::Just(Op::Gone),
        6 => prop_oneof![0i64..400, 0i64..3_000, -50i64..90_000].prop_map(Op::Pass),
        1 => any::<u8>().prop_map(Op::Click),
        1 => any::<bool>().prop_map(Op::Focus),
        1 => any::<bool>().prop_map(Op::Line),
        12 => prop::strategy::Just(Op::Frame),
    ]
}

fn click(model: &Model, n: u8) -> Target {
    match n % 5 {
        0 => Target::Pane(Pane::ALL[usize::from(n / 5) % 4]),
        1 => Target::Item(usize::from(n / 5)),
        2 => Target::Field(usize::from(n / 5)),
        3 => Target::Action(caseload::app::action::TABLE[usize::from(n) % caseload::app::action::TABLE.len()].id),
        _ => match model.alerts.rows.get(usize::from(n / 5)) {
            Some(r) => Target::Row(Pane::Alerts, caseload::app::pane::RowId::Alert(r.key)),
            None => Target::Item(0),
        },
    }
}

thread_local! {
    /// What a record being edited was filled with: nobody typed it.
    static FILLED: RefCell<BTreeSet<(DraftId, String)>> = const { RefCell::new(BTreeSet::new()) };
}

/// Every text in an open form.
fn texts(form: &Form) -> Vec<String> {
    let written = |v: &Value| matches!(v, Value::Line(_) | Value::Long(_) | Value::When(_) | Value::Person(_));
    form.fields.iter().filter(|x| written(&x.value)).map(|x| x.value.text()).filter(|t| !t.trim().is_empty()).collect()
}

/// Every text that is typed into an open form.
fn typed(model: &Model) -> BTreeMap<DraftId, Vec<String>> {
    let mut out = BTreeMap::new();
    for layer in &model.layers {
        // What a form opens with and nobody touched is not typed.
        if let Layer::Form(f) = layer
            && f.touched
        {
            let filled = |t: &String| FILLED.with(|all| all.borrow().contains(&(f.draft, t.trim().to_owned())));
            out.insert(f.draft, texts(f).into_iter().filter(|t| !filled(t)).collect());
        }
    }
    out
}

/// What an answer or a colleague's change has put into a record being edited.
fn note_filled(model: &Model, before: &BTreeMap<DraftId, Vec<String>>) {
    for layer in &model.layers {
        if let Layer::Form(f) = layer
            && matches!(f.kind, FormKind::Edit(_))
        {
            let mine = before.get(&f.draft);
            let new = texts(f).into_iter().filter(|t| !mine.is_some_and(|all| all.contains(t)));
            FILLED.with(|all| all.borrow_mut().extend(new.map(|t| (f.draft, t.trim().to_owned()))));
        }
    }
}

/// Whether a draft has a text; blanks at its end are not kept.
fn holds(draft: Option<&Draft>, text: &str) -> bool {
    draft.is_some_and(|d| d.fields.iter().any(|(_, t)| t.trim() == text.trim()))
}

fn message(app: &mut App<Canned>, op: &Op) -> Option<Msg> {
    Some(match op {
        Op::Key(k) => Msg::Key(*k),
        Op::Paste(t) => Msg::Paste(t.clone()),
        Op::Burst(text, given, more) => Msg::Burst { text: text.clone(), given: (*given).min(text.len()), more: *more },
        Op::Wheel(rows, pane) => Msg::Mouse(Mouse::Wheel(*rows, Pane::ALL.get(*pane).copied())),
        Op::Resize(w, h) => Msg::Resize(*w, *h),
        Op::Answer(n) => {
            if app.waiting.is_empty() {
                return None;
            }
            let (ticket, request) = app.waiting.remove(n % app.waiting.len());
            let mut heard = app.service.take(ticket, request, app.now).into_iter();
            let first = heard.next()?;
            for rest in heard {
                step(app, Msg::Heard(rest));
            }
            Msg::Heard(first)
        }
        Op::Wrong(n, kind) => {
            if app.waiting.is_empty() {
                return None;
            }
            let (ticket, _) = app.waiting.remove(n % app.waiting.len());
            let problem = Problem { rule: "r".into(), field: "note".into(), text: "does not hold".into() };
            let reply = match kind {
                0 => Reply::Failed("busy".into()),
                1 => Reply::Denied("no".into()),
                2 => Reply::Problems(vec![problem]),
                _ => Reply::Drafts(vec![]),
            };
            Msg::Heard(Heard::Reply(ticket, reply))
        }
        Op::New(n) => {
            let tier = n % 5 + 1;
            app.service.alerts.insert(usize::from(*n % 3), alert(*n, tier, "New, One", "news"));
            change()
        }
        Op::Finish(n) => {
            if *n < app.service.alerts.len() {
                app.service.alerts.remove(*n);
            }
            change()
        }
        Op::Gone => {
            app.waiting.clear();
            Msg::Heard(Heard::Gone("stopped".into()))
        }
        Op::Pass(ms) => {
            app.now = app.now.plus(*ms);
            Msg::Wake
        }
        Op::Click(n) => Msg::Mouse(Mouse::Press { target: click(&app.model, *n), double: n % 2 == 0 }),
        Op::Frame => Msg::Frame,
        Op::Line(slow) => Msg::Line { slow: *slow },
        Op::Focus(true) => Msg::FocusGained,
        Op::Focus(false) => Msg::FocusLost,
    })
}

fn change() -> Msg {
    let actor = caseload::domain::ids::UserId([9; 16]);
    Msg::Heard(Heard::Change(Change { seq: 9, actor, kinds: vec![], persons: vec![] }))
}

/// One message, and what must hold around it.
fn step<S: Service>(app: &mut App<S>, msg: Msg) {
    let before = typed(&app.model);
    let told = format!("{msg:?}");
    let told = format!("{told} on {}", app.layer());
    let told = told.get(..200).unwrap_or(&told);
    // From a locked screen she leaves at once: there is nothing on it to lose.
    let shut = app.model.lock.is_shut();
    let done = match &msg {
        Msg::Heard(Heard::Reply(_, Reply::Done(_))) | Msg::Mouse(Mouse::Press { .. }) => true,
        Msg::Key(k) => k.code == KeyCode::Enter || matches!(k.code, KeyCode::Char('m')),
        _ => false,
    };
    let commits = match &msg {
        Msg::Key(k) => matches!(k.code, KeyCode::Enter | KeyCode::F(8) | KeyCode::Char(' ' | 'm' | 's')),
        _ => false,
    };
    // `o`, F2, and vim's dot.
    let takes = matches!(&msg, Msg::Key(k) if matches!(k.code, KeyCode::Char('o' | '.') | KeyCode::F(2)));
    // With the telephone in the hand a digit is what somebody said.
    let dials = contexts(&app.model).contains(&Context::Dial);
    let says = dials && matches!(&msg, Msg::Key(k) if matches!(k.code, KeyCode::Char('0'..='9')));
    // The card of a review is finished by having been read.
    let read = matches!(app.model.top(), Some(Layer::Review(_)))
        && matches!(&msg, Msg::Key(k) if matches!(k.code, KeyCode::Char('r') | KeyCode::F(_)));
    let says = says || read;
    let mouse = matches!(&msg, Msg::Mouse(Mouse::Press { .. }));
    let heard = matches!(msg, Msg::Heard(_));
    let effects = app::update(&mut app.model, msg, app.now);
    if heard {
        note_filled(&app.model, &before);
    }
    for effect in &effects {
        match effect {
            Effect::Send(ticket, request) => {
                if let Request::Execute(e) = request {
                    let take = matches!(e.command, Command::Take { from_other: false, .. });
                    assert!(
                        commits || says || (takes && take) || (mouse && !take),
                        "acted without its key: {told} {take}"
                    );
                }
                app.waiting.push((*ticket, request.clone()));
            }
            Effect::Quit => assert!(commits || mouse || shut, "left without Enter"),
            _ => {}
        }
    }
    let after = typed(&app.model);
    let dropped = effects.iter().any(|e| matches!(e, Effect::Send(_, Request::DropDraft(_))));
    for (draft, texts) in before {
        if after.contains_key(&draft) || done || dropped {
            continue;
        }
        let kept = app.model.unconfirmed_drafts().find(|d| d.id == draft);
        for text in texts {
            assert!(holds(kept, &text), "a typed text is lost by {told}");
        }
    }
    look(&app.model);
}

/// What drawing reads, at any size.
fn look(model: &Model) {
    let out = layout::of(model);
    for pane in Pane::ALL {
        let rows = out.rows(pane);
        model.alerts.shown(rows);
        model.clients.shown(rows);
        model.staff.shown(rows);
    }
    for layer in &model.layers {
        out.layer(layer);
    }
    hints::hints(model);
    hints::continuations(model);
    let wake = app::next_wake(model).unwrap();
    assert!(wake >= model.now);
    assert!(model.layers.len() <= 30 && model.toasts.len() <= 3);
    if let Some(Layer::Form(f)) = model.top() {
        assert!(f.fields[f.focus].shown, "the focus is on a field that is not shown");
    }
}

fn cases() -> u32 {
    if std::env::var_os("CASELOAD_TEST_FULL").is_some() { 4_000 } else { 800 }
}

/// Presses everything, and draws now and then: at each new size, and at the end.
fn play(ops: &[Op], map: usize) {
    let mut app = App::open(Canned::default(), (100, 30));
    app.model.keymap = Arc::new(Keymap::bundled(["default", "office", "vim"][map]).unwrap());
    app.slow = true;
    app.blind = true;
    for op in ops {
        if let Some(msg) = message(&mut app, op) {
            let draws = matches!(op, Op::Resize(..));
            step(&mut app, msg);
            if draws {
                draw(&app.model);
            }
        }
    }
    draw(&app.model);
    for _ in 0..60 {
        app.now = app.now.plus(300);
        step(&mut app, Msg::Key(KeyEvent::new(KeyCode::Esc, KeyModifiers::NONE)));
        step(&mut app, Msg::Frame);
    }
    assert!(app.model.layers.is_empty() && app.model.pending.is_none(), "esc does not lead home");
}

fn draw(model: &Model) {
    let (w, h) = model.size;
    let mut buf = Buffer::empty(Rect::new(0, 0, w, h));
    draw_into(model, &Theme::mono(), &mut buf);
}

#[test]
fn twenty_thousand_keys_pastes_and_sizes() {
    let config = ProptestConfig {
        cases: cases(),
        failure_persistence: None,
        rng_seed: proptest::test_runner::RngSeed::Fixed(0x5eed),
        ..ProptestConfig::default()
    };
    let pressed = Cell::new(0);
    let ops = (prop::collection::vec(op(), 1..150), 0usize..3);
    let result = proptest::test_runner::TestRunner::new(config).run(&ops, |(ops, map)| {
        let mine = ops.iter().filter(|op| matches!(op, Op::Key(_) | Op::Paste(_) | Op::Resize(..))).count();
        pressed.set(pressed.get() + mine);
        play(&ops, map);
        Ok(())
    });
    assert!(result.is_ok(), "{}", result.unwrap_err());
    assert!(pressed.get() >= 20_000, "only {} keys, pastes and sizes", pressed.get());
}
/// Each action by the mouse, before anything is answered, and a letter into what it opens: the dice above reach only some
/// of them.
#[test]
fn what_is_typed_into_a_form_that_has_not_come_is_kept_or_refused() {
    for action in caseload::app::action::TABLE {
        let mut app = App::open(Canned::default(), (100, 30));
        app.slow = true;
        app.blind = true;
        step(&mut app, Msg::Mouse(Mouse::Press { target: Target::Action(action.id), double: false }));
        step(&mut app, Msg::Key(KeyEvent::new(KeyCode::Char('o'), KeyModifiers::NONE)));
        for _ in 0..4 {
            app.now = app.now.plus(300);
            step(&mut app, Msg::Key(KeyEvent::new(KeyCode::Esc, KeyModifiers::NONE)));
            step(&mut app, Msg::Frame);
        }
    }
}
