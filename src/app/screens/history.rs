//! A record's revisions, and what I did.

use crate::app::effect::Effect;
use crate::app::layers::{Acts, History, Layer};
use crate::app::model::Model;
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
    model.layers.push(Layer::History(History { title, lines: None, top: 0 }));
    model.query(out, Asked::History, Query::History { kind, id });
}

/// Its lines.
pub(crate) fn arrived(model: &mut Model, lines: Vec<HistoryLine>) {
    if let Some(Layer::History(h)) = model.layers.iter_mut().rev().find(|l| matches!(l, Layer::History(_))) {
        h.lines = Some(lines);
    }
}

/// `g u`: what I did.
pub(crate) fn acts(model: &mut Model, out: &mut Vec<Effect>) {
    if matches!(model.top(), Some(Layer::Acts(_))) {
        return;
    }
    model.layers.push(Layer::Acts(Acts::default()));
    model.query(out, Asked::Acts, Query::MyActs(200));
}

/// They have come.
pub(crate) fn acts_arrived(model: &mut Model, acts: Vec<Act>) {
    if let Some(Layer::Acts(a)) = model.layers.iter_mut().rev().find(|l| matches!(l, Layer::Acts(_))) {
        a.acts = Some(acts);
    }
}
