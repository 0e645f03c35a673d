//! The tour of three minutes: a strip under the screen asks for one key after the other and says what it did. The keys are
//! the real ones, from the keymap that holds, and do what they always do; the tour only watches. It is for the demo, where
//! nobody is real, and `esc` leaves it wherever it does not ask for that very key.

use super::action;
use super::effect::Effect;
use super::keymap::Context;
use super::keys;
use super::model::{Model, Tone};
use serde::Deserialize;
use std::sync::LazyLock;

/// The tour's words.
const TEXT: &str = include_str!("tour.toml");

/// Rows of the strip where there are 60 columns, and where there are fewer.
const ROWS: (u16, u16) = (3, 4);
/// A screen lower than this has no room for a strip beside its rows.
const LOWEST: u16 = 14;

/// One step.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct Step {
    #[serde(rename = "do")]
    action: String,
    on: Option<String>,
    say: String,
    did: String,
}

/// The words of the tour.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Words {
    offer: String,
    end: String,
    menu: String,
    step: Vec<Step>,
}

static WORDS: LazyLock<Words> = LazyLock::new(|| toml::from_str(TEXT).unwrap_or_default());

/// Where the tour is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Tour {
    /// There is none.
    #[default]
    None,
    /// It is offered.
    Offered,
    /// At this step.
    At(usize),
    /// Its last words.
    Over,
}

/// What a step asks to be pressed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Press {
    /// A key sequence, as words.
    Key(String),
    /// Text to be typed.
    Text(String),
}

impl Tour {
    /// How many steps there are.
    pub fn steps() -> usize {
        WORDS.step.len()
    }
}

/// Rows that the strip takes from the screen.
pub fn rows(model: &Model, size: (u16, u16)) -> u16 {
    match model.tour {
        Tour::None => 0,
        _ if size.1 < LOWEST || model.lock.screen.is_some() => 0,
        _ if size.0 >= 60 => ROWS.0,
        _ => ROWS.1,
    }
}

fn step(model: &Model) -> Option<&'static Step> {
    match model.tour {
        Tour::At(n) => WORDS.step.get(n),
        _ => None,
    }
}

fn key(model: &Model, id: &str) -> Option<String> {
    let keys = model.keymap.keys_of(keys::contexts(model), id);
    // Of the ways back the one that every screen has.
    keys.into_iter().min_by_key(|k| (k != "esc", k.split(' ').count(), k.chars().count()))
}

/// What is to be pressed for an action: its key, or the way to it through a menu.
fn presses(model: &Model, id: &str) -> Vec<Press> {
    if let Some(key) = key(model, id) {
        return vec![Press::Key(key)];
    }
    let menu = ["here", "palette", "help"].iter().find_map(|id| key(model, id));
    let open = model.keymap.keys_of(&[Context::Typing, Context::Always], "open").into_iter().next();
    match (menu, open) {
        (Some(menu), Some(open)) => vec![Press::Key(menu), Press::Text(id.to_owned()), Press::Key(open)],
        _ => Vec::new(),
    }
}

/// What the step asks to be pressed now.
pub fn asks(model: &Model) -> Vec<Press> {
    match model.tour {
        Tour::Offered => presses(model, "open").into_iter().take(1).collect(),
        _ => step(model).map(|s| presses(model, &s.action)).unwrap_or_default(),
    }
}

/// What the strip says.
pub struct Strip {
    /// How far it is, and how it is left.
    pub title: String,
    /// What came of the step before; empty at first.
    pub did: String,
    /// What is asked now.
    pub say: String,
    /// The key in it, as it stands there; empty where there is none.
    pub key: String,
}
crate::domain::words::opaque!(Strip);

/// What the strip says: how far it is, and its words.
pub fn words(model: &Model) -> Option<Strip> {
    let back = key(model, "back").unwrap_or_else(|| "esc".to_owned());
    let title = |n: usize| format!("Tour {n} of {}", Tour::steps());
    match model.tour {
        Tour::None => None,
        Tour::Offered => {
            let key = start_key(model).unwrap_or_default();
            let say = WORDS.offer.replace("{key}", &key);
            Some(Strip { title: "Tour".to_owned(), did: String::new(), say, key })
        }
        Tour::Over => {
            let title = format!("Tour {0} of {0}", Tour::steps());
            Some(Strip { title, did: String::new(), say: WORDS.end.clone(), key: String::new() })
        }
        Tour::At(n) => {
            let step = step(model)?;
            let asked = match presses(model, &step.action).as_slice() {
                [Press::Key(key)] => key.clone(),
                [Press::Key(menu), Press::Text(name), Press::Key(open)] => {
                    WORDS.menu.replace("{menu}", menu).replace("{name}", name).replace("{open}", open)
                }
                // Somebody has gone elsewhere: this way back.
                _ => format!("{back}, then {}", step.action),
            };
            let say = step.say.replace("{key}", &asked);
            let did = n.checked_sub(1).and_then(|n| WORDS.step.get(n)).map(|s| s.did.as_str()).unwrap_or_default();
            let leaves = if step.action == "back" { String::new() } else { format!(" · {back} leaves it") };
            Some(Strip { title: format!("{}{leaves}", title(n + 1)), did: did.to_owned(), say, key: asked })
        }
    }
}

/// The key that starts an offered tour: the one that opens, or where that is a menu's, the one that shows it.
fn start_key(model: &Model) -> Option<String> {
    key(model, "open").or_else(|| key(model, "here"))
}

/// A key came while the tour is offered or over. Whether it was meant for the tour.
pub(crate) fn takes(model: &mut Model, pressed: &str) -> bool {
    match model.tour {
        Tour::Offered => {
            let starts = start_key(model).is_some_and(|key| key == pressed);
            model.tour = if starts { Tour::At(0) } else { Tour::None };
            starts
        }
        Tour::Over => {
            model.tour = Tour::None;
            true
        }
        Tour::None | Tour::At(_) => false,
    }
}

/// `back` is about to be done: where the step asks for something else, it leaves the tour and nothing besides.
pub(crate) fn leaves(model: &mut Model, id: &str) -> bool {
    let asked = step(model).is_some_and(|s| s.action == "back");
    if id != "back" || asked || !matches!(model.tour, Tour::At(_)) || model.top().is_some() && !at_its_place(model) {
        return false;
    }
    model.tour = Tour::None;
    model.toast(Tone::Plain, "the tour is left; it is in the menu of everything");
    true
}

/// The place where the step's action is asked for: none, or the one that the step before led to.
fn at_its_place(model: &Model) -> bool {
    let Tour::At(n) = model.tour else { return false };
    let before = n.checked_sub(1).and_then(|n| WORDS.step.get(n)).and_then(|s| s.on.as_deref());
    let here = keys::contexts(model).first().map(|c| c.word());
    before.is_none_or(|on| here == Some(on))
}

/// An action was done: the step that asked for it is passed, if it led where it had to.
pub(crate) fn ran(model: &mut Model, id: &str) {
    let Tour::At(n) = model.tour else { return };
    let Some(step) = WORDS.step.get(n) else { return };
    let here = keys::contexts(model).iter().any(|c| step.on.as_deref().is_none_or(|on| c.word() == on));
    if step.action == id && here {
        model.tour = if n + 1 < WORDS.step.len() { Tour::At(n + 1) } else { Tour::Over };
    }
}

/// The tour is for the demo: what it does on the way is done.
pub(crate) fn can(model: &Model) -> Result<(), String> {
    if model.header.as_ref().is_some_and(|h| h.demo) {
        Ok(())
    } else {
        Err("the tour is for the demo, where nobody is real: caseload demo --tour".to_owned())
    }
}

/// Starts it, from the panes.
pub(crate) fn start(model: &mut Model, out: &mut Vec<Effect>) {
    super::layering::all_back(model, out);
    model.focus = super::model::Pane::Alerts;
    model.tour = Tour::At(0);
}

/// Whether a step's action is in the table and its place is one.
pub fn holds() -> Result<(), String> {
    let words: Words = toml::from_str(TEXT).map_err(|e| e.to_string())?;
    for step in &words.step {
        if action::find(&step.action).is_none() {
            return Err(format!("there is no action {}", step.action));
        }
        if let Some(on) = &step.on
            && Context::from_word(on).is_none()
        {
            return Err(format!("there is no place {on}"));
        }
    }
    if words.step.is_empty() { Err("there is no step".to_owned()) } else { Ok(()) }
}
