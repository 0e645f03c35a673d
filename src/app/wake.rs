//! What time alone changes: clocks, toasts, codes, drafts, rows that wait.

use super::effect::Effect;
use super::form_draft;
use super::layers::Layer;
use super::looking;
use super::model::{Connection, Model, Pane};
use super::screens::{calendar, card, form, narrow};
use super::windows;
use crate::domain::time::{MINUTE, Moment};

/// The strip of pending keys appears after this.
const WHICH_KEY: i64 = 300;
/// A form's text is kept this long after its first unsaved key.
const KEEP: i64 = 1_000;
/// More layers than this are never wanted: the lowest ones that hold no text go.
const LAYERS: usize = 12;

/// The next moment at which something here changes by itself.
pub fn next_wake(model: &Model) -> Option<Moment> {
    let minute = Moment(model.now.0.saturating_sub(model.now.0.rem_euclid(MINUTE)).saturating_add(MINUTE));
    let mut next = minute;
    let mut at = |moment: Option<Moment>| {
        if let Some(m) = moment.filter(|m| *m < next) {
            next = m.max(model.now);
        }
    };
    at(super::lock::next_wake(model));
    for toast in &model.toasts {
        at(Some(toast.until));
    }
    at(model.pending.as_ref().filter(|p| !p.shown).map(|p| p.since.plus(WHICH_KEY)));
    at(model.card.codes.as_ref().map(|c| c.until));
    at(card::follows_at(model));
    at(looking::tells_at(model));
    if !matches!(model.connection, Connection::Offline { .. }) {
        at(change_due(model));
    }
    if waits(model) && !model.holds_rows() {
        // A frame follows, and with it they come in.
        at(model.wire.last_key.map(|k| k.plus(1_000)).filter(|at| *at > model.now));
    }
    for layer in &model.layers {
        match layer {
            Layer::Form(f) => at(f.unsaved.map(|u| u.plus(KEEP))),
            Layer::Narrow(n) => at(n.due),
            _ => {}
        }
    }
    Some(next)
}

fn waits(model: &Model) -> bool {
    model.alerts.held.is_some()
        || model.clients.held.is_some()
        || model.staff.held.is_some()
        || model.calendar.held.is_some()
        || !model.wire.pages.is_empty()
        || model.calendar.held_span.is_some()
        || model.calendar.agenda.held.is_some()
}

fn change_due(model: &Model) -> Option<Moment> {
    model.header.as_ref()?.next_change.filter(|at| model.wire.changed != Some(*at))
}

/// Does what is due.
pub(crate) fn passed(model: &mut Model, out: &mut Vec<Effect>) {
    let now = model.now;
    if model.lock.has_fallen() {
        keep_texts(model, out, true);
        return;
    }
    model.toasts.retain(|t| t.until > now);
    if let Some(pending) = &mut model.pending
        && now.since(pending.since) >= WHICH_KEY
    {
        pending.shown = true;
    }
    if model.card.codes.as_ref().is_some_and(|c| c.until <= now) {
        model.card.codes = None;
    }
    if matches!(model.layers.last(), Some(Layer::Narrow(n)) if n.due.is_some_and(|d| d <= now)) {
        narrow::apply(model, out);
    }
    if let Some(at) = change_due(model)
        && at <= now
        && !matches!(model.connection, Connection::Offline { .. })
    {
        model.wire.changed = Some(at);
        model.refresh(out);
    }
    keep_texts(model, out, false);
}

/// Keeps the texts of open forms: those that are due, or all.
pub(crate) fn keep_texts(model: &mut Model, out: &mut Vec<Effect>, all: bool) {
    let now = model.now;
    let mut drafts = Vec::new();
    let mut first = 0;
    for layer in &mut model.layers {
        if let Layer::Form(f) = layer
            && f.unsaved.is_some_and(|at| all || now.since(at) >= KEEP || now < at)
        {
            f.unsaved = None;
            first += u16::from(!f.kept);
            f.kept = true;
            drafts.push(form_draft::draft(f, now));
        }
    }
    model.drafts = model.drafts.saturating_add(first);
    for draft in drafts {
        form::keep(model, out, draft);
    }
}

/// Brings the rest in line after any message.
pub(crate) fn settle(model: &mut Model, out: &mut Vec<Effect>) {
    super::lock::settle(model);
    let heights = Pane::ALL.map(|p| model.height(p));
    windows::keep_in_view(&mut model.alerts, heights[0]);
    windows::keep_in_view(&mut model.calendar.agenda, heights[1]);
    windows::keep_in_view(&mut model.clients, heights[2]);
    windows::keep_in_view(&mut model.staff, heights[3]);
    for pane in Pane::ALL {
        model.fill(out, pane);
    }
    model.refresh_panes(out);
    calendar::need(model, out);
    card::follow(model, out);
    looking::tell(model, out);
    while model.layers.len() > LAYERS {
        let Some(at) = model.layers.iter().position(|l| !matches!(l, Layer::Form(_))) else { break };
        if at + 1 == model.layers.len() {
            break;
        }
        model.layers.remove(at);
    }
}
