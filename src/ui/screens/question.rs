//! Questions: Enter is yes, Esc is no, and the hint line says so. Undo says what it would take back before it does.

use super::card;
use crate::app::layers::{Confirm, Layer, UndoCard};
use crate::ui::draw::Canvas;
use crate::ui::line::{Line, scroll};
use crate::ui::text::{clean, wrap};
use ratatui::style::Style;

/// Call-backs that a card names; of the others the number.
const TELLS: usize = 3;

/// Draws a question.
pub fn confirm(canvas: &mut Canvas, layer: &Layer, confirm: &Confirm) {
    let theme = canvas.pen.theme;
    let room = canvas.layout.layer(layer).w.saturating_sub(4);
    let mut lines = Vec::new();
    if !confirm.who.is_empty() {
        wrapped(&mut lines, &confirm.who, room, theme.strong);
    }
    for text in &confirm.lines {
        wrapped(&mut lines, text, room, theme.text);
    }
    ask(canvas, layer, &confirm.title, &lines);
}

/// Draws what undo or redo would do.
pub fn undo(canvas: &mut Canvas, layer: &Layer, undo: &UndoCard) {
    let theme = canvas.pen.theme;
    let room = canvas.layout.layer(layer).w.saturating_sub(4);
    let (title, nothing) = if undo.redo {
        ("Redo", "There is nothing to bring back.")
    } else {
        ("Undo", "There is nothing of yours to take back.")
    };
    let mut lines = Vec::new();
    match &undo.act {
        Some(act) => {
            wrapped(&mut lines, &act.what, room, theme.strong);
            lines.push(Line::of(format!("done {}", card::at(canvas, act.at)), theme.dim));
            for tell in act.tells.iter().take(TELLS) {
                wrapped(&mut lines, &format!("call back: {tell}"), room, theme.text);
            }
            if act.tells.len() > TELLS {
                lines.push(Line::of(format!("… and {} more", act.tells.len() - TELLS), theme.text));
            }
            if let Some(refused) = &act.refused {
                wrapped(&mut lines, refused, room, theme.error);
            } else if undo.sent {
                lines.push(Line::of("…", theme.dim));
            }
        }
        None if undo.answered => {
            lines.push(Line::of(nothing, theme.text));
        }
        None => lines.push(Line::of("…", theme.dim)),
    }
    ask(canvas, layer, title, &lines);
}

fn ask(canvas: &mut Canvas, layer: &Layer, title: &str, lines: &[Line]) {
    let inner = super::open(canvas, layer, title, "", lines.len());
    scroll(&mut canvas.pen, inner, lines, 0);
}

fn wrapped(lines: &mut Vec<Line>, text: &str, room: u16, style: Style) {
    lines.extend(wrap(&clean(text), room).into_iter().map(|row| Line::of(row, style)));
}
