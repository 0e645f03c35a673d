//! The terminal as the screen sees it: what its window is called, and what was found out about it and about the
//! line to it, as the terminal's own room tells it.

use super::effect::{Effect, Setting};
use super::layers::{Layer, TerminalLayer};
use super::model::{Model, Thrift, Tone};
use super::wake;
use crate::domain::time::MINUTE;

/// What the window is called: the program, and how much is urgent. Never a name, for titles are kept and shown elsewhere.
pub fn title(model: &Model) -> String {
    let urgent = model.header.as_ref().map_or(0, |header| header.tiers[0]);
    if urgent == 0 || model.lock.is_shut() { "caseload".to_owned() } else { format!("caseload: {urgent} urgent") }
}

/// One thing found: what, how it is, and by what.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// `colours`
    pub what: &'static str,
    /// `256`
    pub value: String,
    /// `TERM is xterm-256color`
    pub why: String,
}

impl Finding {
    /// From its parts.
    pub fn new(what: &'static str, value: impl Into<String>, why: impl Into<String>) -> Self {
        Self { what, value: value.into(), why: why.into() }
    }
}

/// What was found out is shown; where it is shown already, it is brought up to date.
pub(crate) fn show(model: &mut Model, findings: Vec<Finding>) {
    if let Some(Layer::Terminal(shown)) = model.layers.last_mut() {
        shown.findings = findings;
    } else {
        model.layers.push(Layer::Terminal(TerminalLayer { findings, top: 0 }));
    }
}

/// The line is slow, or is not any more. What was asked for stays.
pub(crate) fn line(model: &mut Model, slow: bool) {
    if model.thrift != Thrift::Asked {
        model.thrift = if slow { Thrift::Line } else { Thrift::None };
    }
}

/// Whether the terminal says that something urgent has come; never what.
pub(crate) fn toggle_notices(model: &mut Model, out: &mut Vec<Effect>) {
    model.notify = !model.notify;
    let text = if model.notify {
        "while another window has the focus the terminal says that something urgent waits, and never what"
    } else {
        "nothing is said outside of this screen"
    };
    model.toast(Tone::Plain, text);
    out.push(Effect::Keep(Setting::Notify(model.notify)));
}

/// The focus is elsewhere: what was typed is kept.
pub(crate) fn focus_lost(model: &mut Model, out: &mut Vec<Effect>) {
    model.wire.away = Some(model.now);
    wake::keep_texts(model, out, true);
}

/// It is back. Changes come by themselves, so there is only something to ask after a while away: the machine may have
/// slept.
pub(crate) fn focus_gained(model: &mut Model, out: &mut Vec<Effect>) {
    if model.wire.away.take().is_none_or(|since| model.now.since(since) >= MINUTE) {
        model.refresh(out);
    }
}
