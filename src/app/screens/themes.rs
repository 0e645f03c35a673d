//! The menu of themes: the screen wears what is under the marker, Enter keeps it, esc gives back the old one.

use crate::app::effect::Effect;
use crate::app::layers::{Layer, ThemeMenu};
use crate::app::model::{Model, Tone};
use crate::app::themes::AUTO;

/// There is something to choose.
pub(crate) fn can(model: &Model) -> Result<(), String> {
    if model.themes.list.is_empty() { Err("this screen has one theme only".to_owned()) } else { Ok(()) }
}

/// Opens the menu on the theme that is worn.
pub(crate) fn start(model: &mut Model, _: &mut Vec<Effect>) {
    if matches!(model.top(), Some(Layer::Themes(_))) {
        return;
    }
    let cursor = model.themes.list.iter().position(|choice| choice.name == model.themes.worn).unwrap_or(0);
    model.layers.push(Layer::Themes(ThemeMenu { cursor }));
}

/// Enter: the theme under the marker stays.
pub(crate) fn keep(model: &mut Model, out: &mut Vec<Effect>) {
    let Some(Layer::Themes(menu)) = model.layers.last() else { return };
    let Some(choice) = model.themes.list.get(menu.cursor).cloned() else { return };
    if let Some(reason) = choice.reason {
        return model.toast(Tone::Bad, format!("{}: {reason}", choice.name));
    }
    model.layers.pop();
    wear(model, out, choice.name);
}

/// By what the terminal is, as far as that is known by now.
pub(crate) fn auto(model: &mut Model, out: &mut Vec<Effect>) {
    wear(model, out, AUTO.to_owned());
}

fn wear(model: &mut Model, out: &mut Vec<Effect>, name: String) {
    model.themes.worn.clone_from(&name);
    model.toast(Tone::Good, format!("colours: {name}, from now on"));
    out.push(Effect::Wear(name));
}
