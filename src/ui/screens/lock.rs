//! The locked screen: the time, how much waits, whose PIN opens it. Nothing of a client, and nothing of what lies under
//! it. On a screen that has no room for all of it, what only keeps company goes first; the PIN stays.

use crate::app::keymap::Context;
use crate::app::lock::{LockScreen, LockStep};
use crate::app::model::{Connection, Model};
use crate::domain::time::{MINUTE, Moment, clock};
use crate::service::api::{LockState, TRIES};
use crate::ui::hit::HitMap;
use crate::ui::line::Line;
use crate::ui::pen::{Pen, Piece};
use crate::ui::text::wrap;
use ratatui::layout::{Position, Rect};

/// Widest that its lines are.
const WIDE: u16 = 46;
/// Cells of the field: as many as a PIN has digits.
const FIELD: usize = 8;

/// A line, and how soon it goes where there is no room: 0 never does.
struct Row {
    drops: u8,
    line: Line,
    /// The cursor stands behind so many cells of it.
    cursor: Option<u16>,
}

/// Draws it over the whole screen.
pub fn draw(pen: &mut Pen, hits: &mut HitMap, model: &Model, lock: &LockScreen, screen: Rect) {
    if screen.is_empty() {
        return;
    }
    let width = screen.width.saturating_sub(if screen.width > 20 { 4 } else { 0 }).clamp(1, WIDE);
    let mut rows = rows(pen, model, lock, width);
    // The last row is the keys'.
    let room = usize::from(screen.height.saturating_sub(1)).max(1);
    while rows.len() > room {
        let Some(at) = (0..rows.len()).filter(|i| rows[*i].drops > 0).max_by_key(|i| rows[*i].drops) else { break };
        rows.remove(at);
    }
    let x = screen.x + (screen.width - width) / 2;
    let top = screen.y + (room.saturating_sub(rows.len()) / 3) as u16;
    for (row, y) in rows.iter().zip(top..screen.bottom()) {
        row.line.draw(pen, Rect::new(x, y, width, 1));
        if let Some(cells) = row.cursor {
            hits.cursor = Some(Position { x: (x + cells).min(screen.right() - 1), y });
        }
    }
    if screen.height > 1 {
        let keys = keys(pen, model, lock);
        pen.pieces(x, screen.bottom() - 1, width, &keys);
    }
}

fn rows(pen: &Pen, model: &Model, lock: &LockScreen, width: u16) -> Vec<Row> {
    let theme = pen.theme;
    let (day, minute) = model.zone.civil(model.now);
    let mut rows = Vec::new();
    let mut add = |drops: u8, line: Line| rows.push(Row { drops, line, cursor: None });
    let dot = theme.glyphs.dot;
    if !lock.view.agency.is_empty() {
        add(7, Line::of(lock.view.agency.clone(), theme.dim));
    }
    add(5, Line::of(format!("{}  {}", clock(minute), day.short()), theme.strong));
    add(8, Line::blank());
    let title = match (lock.view.state, lock.wished) {
        (_, true) if lock.step == LockStep::Old || model.lock.terms.pin => "Another PIN",
        (LockState::Choose, _) | (_, true) => "Choose a PIN",
        _ => "Locked",
    };
    add(1, Line::of(title, theme.strong));
    let locked = title == "Locked";
    if locked {
        let [one, two, ..] = lock.view.tiers;
        let style = |n: u32, tier: u8| if n == 0 { theme.dim } else { theme.tier(tier) };
        let counts = Line::of(format!("{one} P1"), style(one, 1))
            .then(format!(" {dot} "), theme.dim)
            .then(format!("{two} P2"), style(two, 2))
            .then(" open", theme.dim);
        add(4, counts);
    }
    add(9, Line::blank());
    let user = if lock.view.user.is_empty() { "your".to_owned() } else { format!("{}'s", lock.view.user) };
    let (text, asks) = says(model, lock, &user);
    for line in wrap(&text, width) {
        add(3, Line::of(line, theme.text));
    }
    if asks {
        add(6, Line::blank());
        let label = match lock.step {
            LockStep::Pin => "PIN",
            LockStep::Old => "PIN until now",
            LockStep::New => "New PIN",
            LockStep::Again => "Once more",
        };
        let sign = if theme.glyphs.ascii { "*" } else { "•" };
        let digits = lock.digits().min(FIELD);
        let typed = sign.repeat(digits) + &" ".repeat(FIELD - digits);
        let line = Line::of(format!("{label}  "), theme.dim).then(typed, theme.field);
        let cells = label.len() + 2 + digits;
        rows.push(Row { drops: 0, line, cursor: (!lock.checking).then_some(cells as u16) });
    }
    let said = match (&lock.said, lock.checking, lock.view.state) {
        (Some(said), ..) => Some((said.clone(), theme.error)),
        (None, true, _) => Some(("a moment".to_owned(), theme.dim)),
        (None, _, LockState::Ask(1)) if locked => Some(("one try is left".to_owned(), theme.dim)),
        (None, _, LockState::Ask(left)) if locked && left < TRIES => {
            Some((format!("{left} tries are left"), theme.dim))
        }
        _ => None,
    };
    for (text, style) in
        said.into_iter().flat_map(|(text, style)| wrap(&text, width).into_iter().map(move |l| (l, style)))
    {
        rows.push(Row { drops: 2, line: Line::of(text, style), cursor: None });
    }
    if let Connection::Offline { since, .. } = &model.connection {
        let text = format!("offline since {}", clock(model.zone.civil(*since).1));
        rows.push(Row { drops: 2, line: Line::of(text, theme.error), cursor: None });
    }
    rows
}

/// What is needed to open it, and whether digits are taken.
fn says(model: &Model, lock: &LockScreen, user: &str) -> (String, bool) {
    let minutes = |ms: i64| match (ms + MINUTE - 1) / MINUTE {
        1 => "a minute".to_owned(),
        n => format!("{n} minutes"),
    };
    match lock.view.state {
        _ if lock.wished => ("4 to 8 digits that nobody guesses.".to_owned(), true),
        LockState::Choose => {
            let when = minutes(lock.view.after);
            (
                format!("Screens lock here after {when} without a key. {} PIN opens it: 4 to 8 digits.", capital(user)),
                true,
            )
        }
        LockState::Ask(_) => (format!("{} PIN opens it.", capital(user)), true),
        LockState::Shut(until) => (shut(model, until, &minutes(until.since(model.now).max(1))), false),
        LockState::Broken => (
            format!("What is kept of {user} PIN can't be read. An administrator resets it: caseload pin reset LOGIN"),
            false,
        ),
    }
}

fn shut(model: &Model, until: Moment, wait: &str) -> String {
    format!("Too many wrong ones. It asks again at {}, in {wait}.", clock(model.zone.civil(until).1))
}

fn capital(word: &str) -> String {
    let mut letters = word.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

fn keys(pen: &Pen, model: &Model, lock: &LockScreen) -> Vec<Piece> {
    let theme = pen.theme;
    let enter = match lock.step {
        LockStep::Pin => "unlock",
        LockStep::Old | LockStep::New => "next",
        LockStep::Again => "choose",
    };
    let esc = if lock.wished { "back" } else { "clear" };
    let takes = !matches!(lock.view.state, LockState::Shut(_) | LockState::Broken) || lock.wished;
    let mut out = Vec::new();
    for (id, word) in [("unlock", enter), ("back", esc), ("leave", "leave")] {
        if (id != "leave" && !takes) || (id == "leave" && lock.wished) {
            continue;
        }
        let keys = model.keymap.keys_of(&[Context::Lock], id);
        let Some(keys) = keys.into_iter().min_by_key(String::len) else { continue };
        let keys = if model.capabilities.utf8 && keys == "enter" { "↵".to_owned() } else { keys };
        if !out.is_empty() {
            out.push(Piece::new("  ", theme.dim));
        }
        out.push(Piece::new(theme.glyphs.key(&keys).to_owned(), theme.accent));
        out.push(Piece::new(format!(" {word}"), theme.dim));
    }
    out
}
