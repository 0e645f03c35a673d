//! A paste reaches text and nothing else: it is never keys.

use super::effect::Effect;
use super::layers::Layer;
use super::model::{Model, Tone};
use super::screens::{find, form, lifted, menu, narrow};
use super::{at_once, keys};

/// Most of one paste that is taken.
const LONGEST: usize = 8_000;

/// Takes a paste in.
pub(crate) fn paste(model: &mut Model, text: &str, out: &mut Vec<Effect>) {
    if !keys::in_text(model) {
        return at_once::pasted(model, text);
    }
    model.wire.last_key = Some(model.now);
    let whole = text;
    let text = taken(text);
    if text.len() < whole.len() {
        model.toast(Tone::Bad, "the paste is too long: its first 8,000 bytes were taken");
    }
    match model.layers.last() {
        Some(Layer::Form(_)) => form::paste(model, text, out),
        Some(Layer::Find(_)) => find::paste(model, text, out),
        Some(Layer::Menu(_)) => menu::paste(model, text),
        Some(Layer::Narrow(_)) => narrow::paste(model, text),
        Some(Layer::Lifted(_)) => lifted::paste(model, text, out),
        _ => {}
    }
}

/// As much of a paste as is taken.
pub(crate) fn taken(text: &str) -> &str {
    let mut end = text.len().min(LONGEST);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    &text[..end]
}
