//! A film of the screen: keys pressed one after the other on a model, what comes of each drawn and kept.

use super::Stop;
use super::screenshot::{answer, keys};
use crate::app::key::Key;
use crate::app::{Model, Msg, start, update};
use crate::domain::time::Moment;
use crate::service::Service;
use crate::service::api::Session;
use crate::shot::{self, Film, Scene};
use crate::terminal::paint::{Abilities, Painter};
use crate::ui::Theme;
use ratatui::layout::Size;

/// A step: the keys, how long what comes of them is shown in milliseconds, and what is said of it.
pub type Step<'a> = (&'a str, u32, &'a str);

/// A letter that is typed in a text is shown for so long.
const LETTER: u32 = 70;

/// Presses the keys of each step and keeps what the screen shows then; of text that is typed, every letter.
pub fn shoot(
    model: &mut Model,
    (service, session): (&mut Service, &Session),
    theme: &Theme,
    mut now: Moment,
    title: &str,
    steps: &[Step],
) -> Result<Film, Stop> {
    let (width, height) = model.size;
    let mut painter = Painter::new(Abilities::XTERM, Size { width, height });
    let mut film = Film { title: title.to_owned(), scenes: Vec::new() };
    let effects = start(model, None);
    answer(model, service, session, now, effects);
    for (text, hold, caption) in steps {
        let pressed = keys(text)?;
        if pressed.is_empty() {
            film.scenes.push(scene(model, theme, &mut painter, String::new(), caption, *hold));
        }
        for (n, key) in pressed.iter().enumerate() {
            now = now.plus(2_000);
            let effects = update(model, Msg::Key(*key), now);
            answer(model, service, session, now, effects);
            let effects = update(model, Msg::Wake, now.plus(1_500));
            answer(model, service, session, now.plus(1_500), effects);
            let hold = if n + 1 == pressed.len() { *hold } else { LETTER };
            let typed = text.contains('"');
            let word = if typed { String::new() } else { Key::of(*key).to_string() };
            film.scenes.push(scene(model, theme, &mut painter, word, caption, hold));
        }
    }
    Ok(film)
}

fn scene(model: &Model, theme: &Theme, painter: &mut Painter, keys: String, caption: &str, hold: u32) -> Scene {
    let screen = shot::render(model, theme, model.size.0, model.size.1);
    for y in screen.area.top()..screen.area.bottom() {
        for x in screen.area.left()..screen.area.right() {
            painter.put(x, y, &screen[(x, y)]);
        }
    }
    let bytes = String::from_utf8_lossy(&painter.frame()).into_owned();
    Scene { screen, bytes, keys, caption: caption.to_owned(), hold }
}
