//! The info card: what is needed with a phone at the ear, always in this order, numbers always whole.

use super::also;
use crate::app::looking;
use crate::domain::time::clock;
use crate::service::api::{Card, CardLine};
use crate::ui::draw::Canvas;
use crate::ui::line::{Line, labelled};
use crate::ui::pen::Piece;
use crate::ui::text::{clean, width};
use crate::ui::theme::Theme;
use crate::ui::widgets::popup;
use ratatui::layout::Rect;

/// Draws the card into its area.
pub fn draw(canvas: &mut Canvas, place: Rect) {
    let model = canvas.model;
    canvas.hits.cover(place);
    let Some(card) = &model.card.card else {
        let inner = popup::page(&mut canvas.pen, place, "Card", "");
        let text = if model.card.person.is_some() { "…" } else { "The selected row is about nobody." };
        let style = canvas.pen.theme.dim;
        canvas.pen.text(inner.x, inner.y, inner.width, text, style);
        return;
    };
    let also = if model.layers.iter().any(looking::is_somewhere) {
        None
    } else {
        also::fitting(canvas, &card.title, place.width, false)
    };
    let inner = frame(canvas, place, &card.title, also.as_deref().unwrap_or_default());
    let mut lines = head(canvas.pen.theme, card, inner.width);
    let column = if inner.width >= 60 { 11 } else { 9 };
    for line in &card.lines {
        lines.extend(of(canvas.pen.theme, line, column, inner.width));
    }
    if let Some(codes) = model.card.codes.as_ref().filter(|c| Some(c.person) == model.card.person) {
        let left = (codes.until.since(model.now).max(0) + 999) / 1000;
        let text = codes.list.iter().map(|(kind, code)| format!("{kind} {code}")).collect::<Vec<_>>().join("  ");
        let text = if text.is_empty() { "none kept".to_owned() } else { text };
        let strong = canvas.pen.theme.strong;
        let line = labelled(("Codes", strong), column, (&text, strong), (&format!("{left} s"), strong), inner.width);
        // They were asked for just now and go soon: right under the identifiers.
        lines.splice(1..1, line);
    }
    let room = usize::from(inner.height);
    let cut = lines.len() > room;
    let shown = if cut { room.saturating_sub(1) } else { lines.len() };
    for (n, line) in lines.iter().take(shown).enumerate() {
        line.draw(&mut canvas.pen, Rect::new(inner.x, inner.y + n as u16, inner.width, 1));
    }
    if cut && room > 0 {
        let style = canvas.pen.theme.dim;
        let text = format!("{} more: Enter opens the page", lines.len() - shown);
        canvas.pen.text(inner.x, inner.y + shown as u16, inner.width, &text, style);
    }
}

/// A place whose title is a name, not a place: never reversed, it has no focus.
fn frame(canvas: &mut Canvas, place: Rect, title: &str, right: &str) -> Rect {
    use crate::ui::widgets::pane::{Title, head};
    let title = Title { name: title, right, ..Title::default() };
    canvas.pen.clear(place);
    let below = head(&mut canvas.pen, place, &title);
    Rect::new(below.x + 1, below.y, below.width.saturating_sub(2), below.height)
}

fn head(theme: &Theme, card: &Card, room: u16) -> Vec<Line> {
    let mut warnings = Vec::new();
    for (n, warning) in card.warnings.iter().enumerate() {
        if n > 0 {
            warnings.push(Piece::new("   ", theme.text));
        }
        warnings.push(Piece::new(warning.clone(), theme.strong));
    }
    let ids = Line::of(card.identifiers.clone(), theme.strong);
    let cells = crate::ui::pen::pieces_width(&warnings);
    let mut lines = Vec::new();
    if width(&clean(&card.identifiers)) + cells + 2 <= room {
        lines.push(Line { right: warnings, ..ids });
    } else {
        lines.push(ids);
        let text = card.warnings.join("   ");
        if !text.is_empty() {
            lines.extend(labelled(("", theme.strong), 0, (&text, theme.strong), ("", theme.text), room));
        }
    }
    for other in &card.alike {
        let sign = format!("{} not ", theme.glyphs.alike);
        lines.extend(labelled((&sign, theme.strong), 6, (other, theme.text), ("", theme.text), room));
    }
    lines
}

/// One line of a card or page.
pub(super) fn of(theme: &Theme, line: &CardLine, column: u16, room: u16) -> Vec<Line> {
    let severe = if (1..=3).contains(&line.tier) { theme.tier(line.tier) } else { theme.text };
    // Where the label says the tier, it wears the colour; otherwise the words do.
    let tiered =
        line.tier > 0 && line.label.starts_with('P') && line.label[1..].starts_with(|c: char| c.is_ascii_digit());
    let (label, style) = if tiered { (theme.tier(line.tier), theme.text) } else { (theme.dim, severe) };
    let cells = |text: &str| width(&clean(text));
    let tight = cells(&line.text) + cells(&line.number) + column + 2 > room;
    if room < 50 && tight && !line.label.is_empty() && !line.number.is_empty() {
        // On a phone the number stands beside the label, and the words have the next row.
        let mut lines = vec![Line::of(line.label.clone(), theme.dim).ending(line.number.clone(), theme.strong)];
        lines.extend(labelled(("", theme.dim), 1, (&line.text, style), ("", theme.text), room));
        return lines;
    }
    let column = if line.label.is_empty() { 0 } else { column.max(width(&clean(&line.label)) + 1) };
    labelled((&line.label, label), column, (&line.text, style), (&line.number, theme.strong), room)
}

/// `08:12`, for lists of what happened.
pub(super) fn at(canvas: &Canvas, moment: crate::domain::time::Moment) -> String {
    let model = canvas.model;
    let (day, minute) = model.zone.civil(moment);
    if day == model.zone.day(model.now) { clock(minute) } else { format!("{} {}", day.short(), clock(minute)) }
}
