//! The screen read out, one item a line, or drawn as usual: switched while it runs.

use super::effect::{Effect, Setting};
use super::model::{Model, Tone};

/// From one to the other.
pub(crate) fn toggle(model: &mut Model, out: &mut Vec<Effect>) {
    model.linear = !model.linear;
    let text = if model.linear { "one item a line, signs in words" } else { "the usual screen" };
    model.toast(Tone::Plain, text);
    out.extend([Effect::Keep(Setting::Linear(model.linear)), Effect::Redraw]);
}
