//! A record's revisions, and what I did.

use crate::app::effect::Effect;
use crate::app::layers::{Acts, History, Layer, UndoCard};
use crate::app::model::{Model, Tone};
use crate::app::wire::Asked;
use crate::domain::record::Kind;
use crate::service::api::{Act, HistoryLine, Query};

/// The record of a page's line.
pub(crate) fn record(model: &Model) -> Option<(Kind, [u8; 16])> {
    let page = model.top()?.page()?;
    page.page.as_ref()?.sections.iter().flat_map(|s| &s.lines).nth(page.line)?.record
}

/// Opens the history of a page's line.
pub(crate) fn start(model: &mut Model, out: &mut Vec<Effect>) {
    let Some((kind, id)) = record(model) else { return };
    let title = match model.top() {
        Some(layer) => layer.page().and_then(|p| p.page.as_ref()).map(|d| d.title.clone()).unwrap_or_default(),
        None => String::new(),
    };
    let title = format!("History · {title}");
    model.layers.push(Layer::History(History { title, lines: None, top: 0 }));
    model.query(out, Asked::History, Query::History { kind, id });
}

/// Its lines.
pub(crate) fn arrived(model: &mut Model, lines: Vec<HistoryLine>) {
    if let Some(Layer::History(h)) = model.layers.iter_mut().rev().find(|l| matches!(l, Layer::History(_))) {
        h.lines = Some(lines);
    }
}

/// So many of my acts are shown.
pub(crate) const ACTS: u16 = 50;

/// `g u`: what I did.
pub(crate) fn acts(model: &mut Model, out: &mut Vec<Effect>) {
    if matches!(model.top(), Some(Layer::Acts(_))) {
        return;
    }
    model.layers.push(Layer::Acts(Acts::default()));
    model.query(out, Asked::Acts, Query::MyActs(ACTS));
}

/// They have come.
pub(crate) fn acts_arrived(model: &mut Model, acts: Vec<Act>) {
    if let Some(Layer::Acts(a)) = model.layers.iter_mut().rev().find(|l| matches!(l, Layer::Acts(_))) {
        a.cursor = a.cursor.min(acts.len().saturating_sub(1));
        a.acts = Some(acts);
    }
}

/// Enter on one of them: offers to take it back, or to amend the call it logged.
pub(crate) fn offer(model: &mut Model, out: &mut Vec<Effect>) {
    let Some(Layer::Acts(list)) = model.layers.last() else { return };
    let Some(act) = list.acts.as_ref().and_then(|a| a.get(list.cursor)).cloned() else { return };
    if act.undone {
        return model.toast(Tone::Plain, "that is taken back already");
    }
    if let Some(call) = act.call {
        return super::amend::open(model, out, call, act.what);
    }
    let card = UndoCard { redo: act.redo, act: Some(act), answered: true, sent: false };
    model.layers.push(Layer::Undo(card));
}
