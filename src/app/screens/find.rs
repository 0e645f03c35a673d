//! `f`: anyone by part of a name, and what they are in.

use super::page;
use crate::app::effect::Effect;
use crate::app::form_keys::{self, Outcome};
use crate::app::key::Key;
use crate::app::layers::{Find, Layer};
use crate::app::model::{Connection, Model, Tone};
use crate::app::privacy;
use crate::app::wire::Asked;
use crate::service::api::{Hit, HitKind, Query};

/// Opens find.
pub(crate) fn start(model: &mut Model, _: &mut Vec<Effect>) {
    if !matches!(model.top(), Some(Layer::Find(_))) {
        model.layers.push(Layer::Find(Find::default()));
    }
}

fn top(model: &mut Model) -> Option<&mut Find> {
    match model.layers.last_mut() {
        Some(Layer::Find(find)) => Some(find),
        _ => None,
    }
}

/// A key that is text or moves in it.
pub(crate) fn key(model: &mut Model, key: Key, out: &mut Vec<Effect>) {
    if let Some(find) = top(model)
        && form_keys::line(&mut find.line, key) == Outcome::Changed
    {
        ask(model, out);
    }
}

/// Pasted text.
pub(crate) fn paste(model: &mut Model, text: &str, out: &mut Vec<Effect>) {
    if let Some(find) = top(model) {
        find.line.insert(text);
        ask(model, out);
    }
}

fn ask(model: &mut Model, out: &mut Vec<Effect>) {
    let Some(find) = top(model) else { return };
    let text = find.line.text().trim().to_owned();
    if text.is_empty() {
        find.hits.clear();
        find.of.clear();
        find.cursor = 0;
    } else if matches!(model.connection, Connection::Offline { .. }) {
        model.toast(Tone::Bad, "offline: nothing can be found now");
    } else {
        model.query(out, Asked::Find(text.clone()), Query::Find { text, limit: 50 });
    }
}

/// Hits for a text; those for an older text are dropped.
pub(crate) fn arrived(model: &mut Model, text: &str, hits: &[Hit]) {
    for hit in hits.iter().filter(|h| h.kind == HitKind::Client) {
        privacy::met(model, hit.person, &hit.name);
    }
    for layer in &mut model.layers {
        if let Layer::Find(find) = layer
            && find.line.text().trim() == text
        {
            find.hits = hits.to_vec();
            text.clone_into(&mut find.of);
            find.cursor = 0;
        }
    }
}

/// Enter: opens the page of what is under the marker. Hits of an older text are never opened.
pub(crate) fn choose(model: &mut Model, out: &mut Vec<Effect>) {
    let Some(find) = top(model) else { return };
    if find.line.text().trim() != find.of {
        model.toast(Tone::Plain, "still looking");
        return;
    }
    let hit = find.hits.get(find.cursor);
    let Some((person, key, record, name)) = hit.map(|h| (h.person, h.key, h.record, h.name.clone())) else {
        model.toast(Tone::Plain, "nobody found");
        return;
    };
    model.layers.pop();
    page::open_at(model, out, person, key, record);
    if let Some(Layer::Page(page)) = model.layers.last_mut() {
        page.name = name;
    }
}
