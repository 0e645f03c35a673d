//! From messages to effects: the only thing that changes a model.

use super::effect::{Effect, Mouse, Msg};
use super::model::{Model, Pane};
use super::screens::calendar;
use super::wire::Asked;
use super::{at_once, heard, keys, lock, mouse, outward, paste, privacy, terminal, wake};
use crate::domain::time::Moment;
use crate::service::api::{Query, Request};

/// What a screen asks first.
pub fn start(model: &mut Model, complaint: Option<&str>) -> Vec<Effect> {
    let mut out = Vec::new();
    lock::start(model, &mut out);
    privacy::ask(model, &mut out);
    model.ask_fresh(&mut out, Asked::Header, Request::Query(Query::Header));
    model.refresh_one(&mut out, &Asked::Rights);
    for pane in [Pane::Alerts, Pane::Caseload, Pane::Team] {
        model.open_list(&mut out, pane);
    }
    calendar::need(model, &mut out);
    if let Some(text) = complaint {
        model.toast(super::model::Tone::Bad, text);
    }
    out
}

/// Takes one message in at the moment `now` and says what is to be done.
pub fn update(model: &mut Model, msg: Msg, now: Moment) -> Vec<Effect> {
    let mut out = Vec::new();
    model.now = now;
    lock::passed(model, &mut out);
    if matches!(msg, Msg::Key(_) | Msg::Paste(_) | Msg::Burst { .. } | Msg::Mouse(_) | Msg::Elsewhere)
        && !model.lock.has_fallen()
    {
        lock::touched(model, &mut out);
    }
    match msg {
        // A mouse finds nothing on a locked screen.
        Msg::Mouse(_) if model.lock.is_shut() => {}
        Msg::Paste(text) if model.lock.is_shut() => lock::paste(model, &text),
        Msg::Burst { text, given, .. } if model.lock.is_shut() => {
            lock::paste(model, text.get(given..).unwrap_or_default());
        }
        Msg::FocusGained | Msg::Resumed if model.lock.has_fallen() => {}
        Msg::Key(event) => keys::press(model, event, &mut out),
        Msg::Paste(text) => paste::paste(model, &text, &mut out),
        Msg::Burst { text, given, more } => at_once::came(model, &text, given, more, &mut out),
        Msg::Resize(w, h) => model.resize((w, h)),
        Msg::Mouse(Mouse::Press { target, double }) => mouse::press(model, &target, double, &mut out),
        Msg::Mouse(Mouse::Grab(x, y)) => mouse::grab(model, x, y),
        Msg::Mouse(Mouse::Drag(x, y)) => mouse::drag(model, x, y),
        Msg::Mouse(Mouse::LetGo) => mouse::let_go(model, &mut out),
        Msg::Mouse(Mouse::Wheel(rows, over)) => mouse::wheel(model, &mut out, rows, over),
        Msg::Heard(heard) => heard::heard(model, heard, &mut out),
        Msg::Wake | Msg::Elsewhere => {}
        Msg::Back(back) => outward::back(model, back, &mut out),
        Msg::Frame => super::frame::show(model, &mut out),
        Msg::Hangup => {
            wake::keep_texts(model, &mut out, true);
            model.quitting = true;
            out.push(Effect::Quit);
        }
        Msg::Resumed => model.refresh(&mut out),
        Msg::FocusGained => terminal::focus_gained(model, &mut out),
        Msg::FocusLost => terminal::focus_lost(model, &mut out),
        Msg::Terminal(findings) => terminal::show(model, findings),
        Msg::Line { slow } => terminal::line(model, slow),
    }
    wake::passed(model, &mut out);
    wake::settle(model, &mut out);
    out
}
