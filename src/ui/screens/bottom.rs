//! The last lines: the banner of a P1, the keys of the moment or a toast, and the which-key strip over them.

use crate::app::hints::{continuations, hints};
use crate::app::layers::Layer;
use crate::app::model::{Target, Tone};
use crate::ui::draw::{Canvas, area};
use crate::ui::text::{clean, cut, width};
use crate::ui::widgets::strip;
use ratatui::layout::Rect;

/// Draws them.
pub fn draw(canvas: &mut Canvas) {
    let model = canvas.model;
    let line = area(canvas.layout.hints);
    if let (Some(place), Some(banner)) = (canvas.layout.banner, &model.banner) {
        let sign = canvas.pen.theme.glyphs.tier(1);
        let late = match (banner.summons, banner.breached) {
            (true, false) => "handed up: ",
            (_, true) => "past its time: ",
            _ => "",
        };
        let text = format!("P1 {sign} {late}{}", banner.text);
        let place = area(place);
        let tail = " ctrl-g goes there, this stays";
        let room = place.width.saturating_sub(2);
        let whole = format!("{text} ·{tail}");
        let text = if width(&clean(&whole)) <= room { whole } else { text };
        strip::banner(&mut canvas.pen, place, &text);
        canvas.hits.add(place, Target::Action("banner"));
    }
    if let (Some(place), None, Some(note)) = (canvas.layout.banner, &model.banner, model.note()) {
        let place = area(place);
        let keys = model.keymap.keys_of(crate::app::keys::contexts(model), "banner");
        let tail = keys.first().map(|key| format!(" · {key} shows it")).unwrap_or_default();
        let room = place.width.saturating_sub(4).saturating_sub(width(&clean(&tail)));
        let text = clean(note);
        let ellipsis = canvas.pen.theme.glyphs.ellipsis;
        strip::note(&mut canvas.pen, place, &format!("! {}{tail}", cut(&text, room, ellipsis)));
        canvas.hits.add(place, Target::Action("banner"));
    }
    canvas.pen.clear(line);
    let inside = Rect::new(line.x + 1, line.y, line.width.saturating_sub(2), line.height);
    if let Some(pending) = model.pending.as_ref().filter(|p| p.shown) {
        let _ = pending;
        which_key(canvas, line);
        return;
    }
    // What Enter does on a question stays in sight.
    let asked = matches!(model.top(), Some(Layer::Confirm(_) | Layer::Undo(_)));
    if let Some(toast) = model.toasts.last().filter(|toast| !asked || toast.tone == Tone::Bad) {
        let theme = canvas.pen.theme;
        let (sign, style) = match toast.tone {
            Tone::Good => (theme.glyphs.mark, theme.toast),
            Tone::Plain => (theme.glyphs.dot, theme.text),
            Tone::Bad => ("!", theme.error),
        };
        let x = canvas.pen.text(inside.x, inside.y, 1, sign, style);
        canvas.pen.text(x + 1, inside.y, inside.right().saturating_sub(x + 1), &toast.text, style);
        return;
    }
    let mut x = inside.x;
    for hint in hints(model) {
        let key = canvas.pen.theme.glyphs.key(&hint.keys).to_owned();
        let need = width(&clean(&key)) + 1 + width(&clean(&hint.word));
        let gap = match x {
            _ if x == inside.x => 0,
            _ if model.keymap.function_line => 1,
            _ => 2,
        };
        if x + gap + need > inside.right() {
            break;
        }
        let from = x + gap;
        // The words are plain, not dim: they cost less on the line, and a tired eye reads them better.
        let (key_style, plain) = (canvas.pen.theme.key, canvas.pen.theme.text);
        x = canvas.pen.text(from, inside.y, need, &key, key_style);
        x = canvas.pen.text(x + 1, inside.y, need, &hint.word, plain);
        if !hint.action.is_empty() {
            canvas.hits.add(Rect::new(from, inside.y, x - from, 1), Target::Action(hint.action));
        }
    }
    if let Some(undo) = model.undoable.as_ref().filter(|_| model.layers.is_empty()) {
        let keys = model.keymap.keys_of(crate::app::keys::contexts(model), "undo");
        let text = format!("{} undo: {undo}", keys.first().map_or("", String::as_str));
        let cells = width(&clean(&text));
        if x + 3 + cells <= inside.right() {
            let style = canvas.pen.theme.dim;
            canvas.pen.right(inside.right(), inside.y, cells, &text, style);
            canvas.hits.add(Rect::new(inside.right() - cells, inside.y, cells, 1), Target::Action("undo"));
        }
    }
}

/// How the keys pressed so far may go on, in columns over the last line.
fn which_key(canvas: &mut Canvas, line: Rect) {
    let ways = continuations(canvas.model);
    let theme = canvas.pen.theme;
    let texts: Vec<(String, String)> =
        ways.iter().map(|w| (theme.glyphs.key(&w.keys).to_owned(), w.word.clone())).collect();
    let widest = texts.iter().map(|(k, w)| width(&clean(k)) + 1 + width(&clean(w))).max().unwrap_or(0) + 3;
    let across = (line.width.saturating_sub(2) / widest.max(1)).max(1);
    let rows = (texts.len() as u16).div_ceil(across).clamp(1, line.y.saturating_sub(1).max(1));
    let place = Rect::new(line.x, line.y + 1 - rows, line.width, rows);
    let over = Rect::new(place.x, place.y.saturating_sub(1), place.width, rows + 1);
    canvas.hits.cover(over);
    canvas.pen.clear(over);
    canvas.pen.rule(over.x, over.y, over.width);
    for (n, ((key, word), way)) in texts.iter().zip(&ways).enumerate() {
        let (column, row) = (n as u16 / rows, n as u16 % rows);
        let x = place.x + 1 + column.saturating_mul(widest);
        if x >= place.right() {
            break;
        }
        let end = canvas.pen.text(x, place.y + row, widest, key, theme.key);
        canvas.pen.text(end + 1, place.y + row, widest, word, theme.text);
        if !way.action.is_empty() {
            canvas.hits.add(Rect::new(x, place.y + row, widest.saturating_sub(2), 1), Target::Action(way.action));
        }
    }
}
