//! Cards and forms: the person on the first line, labels left, errors beside, help of the field below.

mod both;
mod choice;
mod rows;
mod standing;
mod typing;

use crate::app::form::Form;
use crate::app::layers::Layer;
use crate::app::model::Target;
use crate::ui::draw::Canvas;
use crate::ui::line::Line;
use crate::ui::screens::also;
use crate::ui::text::{clean, wrap};
use crate::ui::widgets::rows::window;
use ratatui::layout::{Position, Rect};
use ratatui::style::Style;
use rows::FormRow;
pub(super) use typing::typed;

/// Draws it.
pub fn draw(canvas: &mut Canvas, layer: &Layer, form: &Form) {
    let theme = canvas.pen.theme;
    let room = canvas.layout.layer(layer).w.saturating_sub(4);
    let mut head: Vec<Line> = Vec::new();
    if !form.who.is_empty() {
        head.extend(wrap(&clean(&form.who), room).into_iter().map(|row| Line::of(row, theme.strong)));
    }
    for other in &form.alike {
        let text = format!("{} not {other}", theme.glyphs.alike);
        head.extend(wrap(&clean(&text), room).into_iter().map(|row| Line::of(row, theme.text)));
    }
    for news in &form.news {
        let text = format!("{} {news}", theme.glyphs.warning);
        let mut rows = wrap(&clean(&text), room);
        // Where it is low, the fields have to be seen as well.
        rows.truncate(if canvas.layout.main.h < 14 { 2 } else { 4 });
        head.extend(rows.into_iter().map(|row| Line::of(row, theme.strong)));
    }
    head.extend(standing::lines(theme, form, room));
    let body = rows::of(canvas, form, room);
    let (help, style) = help(canvas, form);
    let rows = |text: &str| wrap(text, room).len().clamp(1, LONGEST);
    // The card stays where it is from field to field: the longest help has its rows.
    let tall = form.fields.iter().map(|f| rows(f.help)).fold(rows(&help), usize::max);
    let also = also::beside(canvas, layer, &form.title);
    if let (None, Some(words)) = (&also, also::below(canvas, layer, room)) {
        head.push(Line::of(words, theme.accent));
    }
    let right = match also {
        _ if form.saving.is_some() => "saving…".to_owned(),
        Some(also) => also,
        None if form.kept => "kept as a draft".to_owned(),
        None => String::new(),
    };
    let wanted = head.len() + body.len() + 1 + tall;
    let inner = super::open(canvas, layer, &form.title, &right, wanted);
    // The person never scrolls away; the help goes first when it is tight.
    let over = (head.len() as u16).min(inner.height);
    for (n, line) in head.iter().take(usize::from(over)).enumerate() {
        line.draw(&mut canvas.pen, Rect::new(inner.x, inner.y + n as u16, inner.width, 1));
    }
    let left = inner.height - over;
    let under = if left < ROOMY { usize::from(left > 2) } else { rows(&help) };
    let help = rows_of(&help, room, under);
    let under = under as u16;
    let place = Rect::new(inner.x, inner.y + over, inner.width, left - under);
    draw_rows(canvas, place, &body, form.focus);
    for (line, y) in help.iter().zip(inner.bottom() - under..) {
        canvas.pen.text(inner.x, y, inner.width, line, style);
    }
}

/// From so many rows on the help may take more than one of them.
const ROOMY: u16 = 9;
/// Most rows of help, and of what is wrong.
const LONGEST: usize = 3;

fn draw_rows(canvas: &mut Canvas, place: Rect, rows: &[FormRow], focus: usize) {
    if place.height == 0 {
        return;
    }
    let room = usize::from(place.height);
    // The row with the cursor, and as much of its field above it as there is room for.
    let first = rows.iter().position(|r| r.field == Some(focus)).unwrap_or(0);
    let at = rows.iter().position(|r| r.field == Some(focus) && r.cursor.is_some()).unwrap_or(first);
    let last = rows.iter().rposition(|r| r.field == Some(focus)).unwrap_or(at);
    let mut top = window(0, last, rows.len(), room);
    if first < top {
        top = window(first, at, rows.len(), room);
    }
    for (n, row) in rows.iter().skip(top).take(room).enumerate() {
        let line = Rect::new(place.x, place.y + n as u16, place.width, 1);
        row.line.draw(&mut canvas.pen, line);
        if let Some(field) = row.field {
            canvas.hits.add(line, Target::Field(field));
        }
        for (offset, cells, target) in &row.spots {
            let x = line.x + offset.min(&line.width);
            canvas.hits.add(Rect::new(x, line.y, (*cells).min(line.right() - x), 1), target.clone());
        }
        if let Some(column) = row.cursor {
            canvas.hits.cursor = Some(Position { x: (line.x + column).min(line.right().saturating_sub(1)), y: line.y });
        }
    }
}

/// What is wrong with the whole, or help for the field that has the focus.
fn help(canvas: &Canvas, form: &Form) -> (String, Style) {
    let theme = canvas.pen.theme;
    match &form.error {
        Some(error) => (format!("! {error}"), theme.error),
        None => (form.fields.get(form.focus).map_or("", |f| f.help).to_owned(), theme.dim),
    }
}

/// A text on at most so many rows; the last one has all that is left, and is cut where it is drawn.
fn rows_of(text: &str, room: u16, most: usize) -> Vec<String> {
    let mut rows = wrap(text, room);
    if most > 0 && rows.len() > most {
        let rest = rows.split_off(most - 1).join(" ");
        rows.push(rest);
    }
    rows.truncate(most);
    rows
}
