//! Questions: Enter is yes, Esc is no. Undo says what it would take back before it does.

use super::card;
use crate::app::layers::{Confirm, Layer, Question, UndoCard};
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
    lines.push(Line::blank());
    let no = if confirm.question == Question::Notes { "back" } else { "no" };
    lines.push(answer(canvas, confirm.yes, no));
    ask(canvas, layer, &confirm.title, &lines);
}

/// Draws what undo or redo would do.
pub fn undo(canvas: &mut Canvas, layer: &Layer, undo: &UndoCard) {
    let theme = canvas.pen.theme;
    let room = canvas.layout.layer(layer).w.saturating_sub(4);
    let (title, yes, nothing) = if undo.redo {
        ("Redo", "bring it back", "There is nothing to bring back.")
    } else {
        ("Undo", "take it back", "There is nothing of yours to take back.")
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
            lines.push(Line::blank());
            if let Some(refused) = &act.refused {
                wrapped(&mut lines, refused, room, theme.error);
                lines.push(keys(canvas, &[("esc", "back")]));
            } else if undo.sent {
                lines.push(Line::of("…", theme.dim));
            } else {
                lines.push(answer(canvas, yes, "keep it as it is"));
            }
        }
        None if undo.answered => {
            lines.push(Line::of(nothing, theme.text));
            lines.push(Line::blank());
            lines.push(keys(canvas, &[("esc", "back")]));
        }
        None => lines.push(Line::of("…", theme.dim)),
    }
    ask(canvas, layer, title, &lines);
}

fn ask(canvas: &mut Canvas, layer: &Layer, title: &str, lines: &[Line]) {
    let inner = super::open(canvas, layer, title, "", lines.len());
    // The answers stay in sight, whatever has to be left out above them.
    let (body, last) = lines.split_at(lines.len().saturating_sub(1));
    if usize::from(inner.height) >= lines.len() || inner.height < 2 {
        scroll(&mut canvas.pen, inner, lines, 0);
        return;
    }
    let above = ratatui::layout::Rect { height: inner.height - 1, ..inner };
    scroll(&mut canvas.pen, above, body, 0);
    let below = ratatui::layout::Rect { y: inner.bottom() - 1, height: 1, ..inner };
    scroll(&mut canvas.pen, below, last, 0);
}

fn wrapped(lines: &mut Vec<Line>, text: &str, room: u16, style: Style) {
    lines.extend(wrap(&clean(text), room).into_iter().map(|row| Line::of(row, style)));
}

fn answer(canvas: &Canvas, yes: &str, no: &str) -> Line {
    keys(canvas, &[("↵", yes), ("esc", no)])
}

fn keys(canvas: &Canvas, pairs: &[(&str, &str)]) -> Line {
    let theme = canvas.pen.theme;
    let mut line = Line::blank();
    for (n, (key, word)) in pairs.iter().enumerate() {
        let gap = if n > 0 { "   " } else { "" };
        line =
            line.then(gap, theme.text).then(theme.glyphs.key(key), theme.accent).then(format!(" {word}"), theme.text);
    }
    line
}
