//! One page about a client or a caregiver: what is known, in sections; the selected line is what acting keys mean.

use super::{also, card};
use crate::app::keys::contexts;
use crate::app::layers::{Layer, PageLayer};
use crate::app::model::Target;
use crate::domain::time::clock;
use crate::service::api::{CardLine, Page, Person};
use crate::ui::draw::{Canvas, area};
use crate::ui::line::{Line, label_in};
use crate::ui::text::{clean, width};
use crate::ui::theme::Theme;
use crate::ui::widgets::popup;
use crate::ui::widgets::rows::window;
use ratatui::layout::Rect;

/// The cells of a line that an eye follows to its number at the end.
const MEASURE: u16 = 110;
/// From here on there may be two columns.
const NARROW: u16 = 110;
/// From here on most lines of two columns need not be broken.
const WIDE: u16 = 150;

/// A row of the page: a line, and which selectable line it belongs to.
struct PageRow {
    line: Line,
    item: Option<usize>,
}

/// Draws the page.
pub fn draw(canvas: &mut Canvas, layer: &Layer, page: &PageLayer) {
    draw_as(canvas, layer, page, &Style { name: "Page", right: "", air: true });
}

/// How a page is drawn.
pub(super) struct Style<'a> {
    /// What it is called before it has come.
    pub(super) name: &'a str,
    /// What stands at the right of its title.
    pub(super) right: &'a str,
    /// A blank line stands between sections.
    pub(super) air: bool,
}

/// Draws a page in this way.
pub(super) fn draw_as(canvas: &mut Canvas, layer: &Layer, page: &PageLayer, style: &Style<'_>) {
    let place = area(canvas.layout.layer(layer));
    canvas.hits.cover(place);
    let theme = canvas.pen.theme;
    let Some(found) = &page.page else {
        let named = page.denied.is_some() && !page.name.is_empty() && style.right.is_empty();
        let title = if named { page.name.as_str() } else { style.name };
        let inner = popup::page(&mut canvas.pen, place, title, style.right);
        if let Some(why) = &page.denied {
            let whole = named && crate::ui::cells(&clean(&page.name)) + 6 <= place.width;
            return denied(canvas, inner, page, why, whole);
        }
        let text = if page.missing { "Nobody of this name is kept any more." } else { "…" };
        canvas.pen.text(inner.x, inner.y, inner.width, text, theme.dim);
        return;
    };
    let cells = |text: &str| crate::ui::cells(&clean(text));
    let tail = if style.right.is_empty() { 0 } else { cells(style.right) + 3 };
    let whole = cells(&found.title) + 6 + tail <= place.width;
    // Who else is here stands beside the name, or below it where there is no room.
    let beside = also::beside(canvas, layer, &found.title).filter(|_| whole && style.right.is_empty());
    // Where both do not fit, how far it is stands in the title, and the name below it.
    let named = format!("{} {}", style.name, style.right);
    // Where that says nothing either, the title is the name alone, and the line below it the rest.
    let (name, rest) = found.title.split_once(" · ").unwrap_or((&found.title, ""));
    let split = !whole && style.right.is_empty() && !rest.is_empty() && cells(name) + 6 <= place.width;
    let title = match (whole, style.right.is_empty()) {
        (false, false) => &named,
        _ if split => name,
        _ => found.title.as_str(),
    };
    let right = if whole { beside.as_deref().unwrap_or(style.right) } else { "" };
    let inner = popup::page(&mut canvas.pen, place, title, right);
    let mut y = inner.y;
    // On a phone the title may not hold all of it: what it leaves out is said below it.
    if !whole {
        for row in crate::ui::text::wrap(&clean(if split { rest } else { &found.title }), inner.width) {
            canvas.pen.text(inner.x, y, inner.width, &row, theme.strong);
            y += 1;
        }
    }
    if beside.is_none()
        && let Some(words) = also::below(canvas, layer, inner.width)
    {
        canvas.pen.text(inner.x, y, inner.width, &words, theme.accent);
        y += 1;
    }
    let mut summary: Vec<String> = Vec::new();
    for row in open_until(canvas, page, inner.width) {
        if y < inner.bottom() {
            canvas.pen.text(inner.x, y, inner.width, &row, theme.strong);
            y += 1;
        }
    }
    for text in &found.summary {
        summary.extend(crate::ui::text::wrap(&clean(text), inner.width));
    }
    // Where it is low, the summary scrolls with the rest.
    let low = inner.height < 16;
    if !low {
        for row in &summary {
            if y < inner.bottom() {
                canvas.pen.text(inner.x, y, inner.width, row, theme.text);
                y += 1;
            }
        }
    }
    let body = Rect::new(inner.x, y, inner.width, inner.bottom().saturating_sub(y));
    let mut columns = columns(theme, found, body, style.air);
    if let (true, Some(first)) = (low, columns.first_mut()) {
        let rows = summary.into_iter().map(|row| PageRow { line: Line::of(row, theme.text), item: None });
        // In the place of the blank above the first section.
        first.splice(0..usize::from(style.air).min(first.len()), rows);
    }
    let chosen = columns.iter().position(|c| c.iter().any(|r| r.item == Some(page.line))).unwrap_or(0);
    let wide = if columns.len() > 1 { body.width / columns.len() as u16 } else { body.width.min(MEASURE) };
    for (n, rows) in columns.iter().enumerate() {
        let gap = if columns.len() > 1 { 3 } else { 0 };
        let part = Rect::new(body.x + n as u16 * wide, body.y, wide.saturating_sub(gap), body.height);
        let at = rows.iter().position(|r| r.item == Some(page.line)).unwrap_or(0);
        let last = rows.iter().rposition(|r| r.item == Some(page.line)).unwrap_or(at);
        let room = usize::from(part.height);
        let whole = window(window(page.top, last, rows.len(), room), at, rows.len(), room);
        // What stands at the very top (directives, warnings) stays as long as the line begins in sight.
        let top = if n != chosen || (page.top == 0 && at < room) { 0 } else { whole };
        draw_rows(canvas, part, rows, top, page.line);
    }
}

/// Why a page may not be seen, and by which key it is opened all the same where that is needed.
fn denied(canvas: &mut Canvas, inner: Rect, page: &PageLayer, why: &str, named: bool) {
    let theme = canvas.pen.theme;
    let mut lines: Vec<(String, _)> = Vec::new();
    // Where the title holds her whole name it is not said again.
    if !page.name.is_empty() && !named {
        lines.push((page.name.clone(), theme.strong));
    }
    lines.push((format!("Not shown: {why}."), theme.text));
    if matches!(page.person, Person::Client(_)) {
        let model = canvas.model;
        match (model.no_emergency(), model.keymap.keys_of(contexts(model), "emergency").first()) {
            (Some(why), _) => lines.push((format!("In an emergency: {why}."), theme.dim)),
            (None, Some(key)) => {
                lines
                    .push((format!("{key} opens it in an emergency: you say why, and a manager is told."), theme.text));
            }
            (None, None) => {
                lines.push((
                    "In an emergency it can be opened: you say why, and a manager is told.".to_owned(),
                    theme.text,
                ));
            }
        }
    }
    let mut y = inner.y;
    for (text, style) in lines {
        for row in crate::ui::text::wrap(&clean(&text), inner.width) {
            if y < inner.bottom() {
                canvas.pen.text(inner.x, y, inner.width, &row, style);
                y += 1;
            }
        }
    }
}

/// That a chart stands open in an emergency, and until when.
fn open_until(canvas: &Canvas, page: &PageLayer, width: u16) -> Vec<String> {
    let model = canvas.model;
    let open = model.header.iter().flat_map(|h| &h.emergencies);
    let Some(chart) = open.into_iter().find(|c| Person::Client(c.client) == page.person) else { return Vec::new() };
    let until = clock(model.zone.civil(chart.until).1);
    crate::ui::text::wrap(&format!("Open in an emergency until {until}. A manager reviews it."), width)
}

/// All sections in one column; in two where there is room beside but not below. Where the two would be narrow they are
/// worth their broken lines only if then all of it is in sight.
fn columns(theme: &Theme, page: &Page, body: Rect, air: bool) -> Vec<Vec<PageRow>> {
    let all = page.sections.len();
    let one = rows(theme, page, 0..all, body.width.min(MEASURE), air);
    if one.len() <= usize::from(body.height) || body.width < NARROW {
        return vec![one];
    }
    let half = body.width / 2 - 3;
    let two = |air: bool| {
        let ways =
            (1..all).map(|split| [rows(theme, page, 0..split, half, air), rows(theme, page, split..all, half, air)]);
        ways.min_by_key(|[left, right]| left.len().max(right.len()))
    };
    let fits = |two: &[Vec<PageRow>; 2]| two.iter().all(|c| c.len() <= usize::from(body.height));
    match two(air) {
        Some(two) if body.width >= WIDE || fits(&two) => two.into(),
        _ => two(false).filter(fits).map_or(vec![one], Into::into),
    }
}

fn rows(theme: &Theme, page: &Page, sections: std::ops::Range<usize>, room: u16, air: bool) -> Vec<PageRow> {
    let mut out = Vec::new();
    let mut item: usize = page.sections.iter().take(sections.start).map(|s| s.lines.len()).sum();
    for section in page.sections.iter().skip(sections.start).take(sections.len()) {
        if air {
            out.push(PageRow { line: Line::blank(), item: None });
        }
        // What says only that there is nothing is no heading.
        let style = if section.lines.is_empty() { theme.dim } else { theme.accent };
        out.push(PageRow { line: Line::of(section.title.clone(), style), item: None });
        // One column for the whole page, where there is room; on a phone each section has its own.
        let all = page.sections.iter().filter(|s| room >= 60 || std::ptr::eq(*s, section));
        let labels = all.flat_map(|s| &s.lines).map(|l| width(&clean(&l.line.label)));
        let column = (labels.max().unwrap_or(0) + 2).clamp(4, if room >= 100 { 17 } else { 14 });
        for line in &section.lines {
            let mut lines = card::of(theme, &line.line, column, room.saturating_sub(1));
            if !air && room >= 60 && lines.len() > 1 {
                // A card that is read at a glance: what is longer than a line is on the page.
                lines = vec![one_line(theme, &line.line, column)];
            }
            for line in lines {
                out.push(PageRow { line, item: Some(item) });
            }
            item += 1;
        }
    }
    out
}

/// A line that is cut where it does not fit; its number never is.
fn one_line(theme: &Theme, line: &CardLine, column: u16) -> Line {
    let style = if (1..=3).contains(&line.tier) { theme.tier(line.tier) } else { theme.dim };
    let one = label_in(&clean(&line.label), style, column).then(line.text.clone(), theme.text);
    if line.number.is_empty() { one } else { one.ending(line.number.clone(), theme.strong) }
}

fn draw_rows(canvas: &mut Canvas, part: Rect, rows: &[PageRow], top: usize, selected: usize) {
    let theme = canvas.pen.theme;
    let mut first = true;
    for (n, row) in rows.iter().skip(top).take(usize::from(part.height)).enumerate() {
        let at = Rect::new(part.x + 1, part.y + n as u16, part.width.saturating_sub(1), 1);
        let Some(item) = row.item else {
            row.line.draw(&mut canvas.pen, Rect::new(part.x, at.y, part.width, 1));
            continue;
        };
        canvas.hits.add(Rect::new(part.x, at.y, part.width, 1), Target::Item(item));
        if item == selected && std::mem::take(&mut first) {
            canvas.pen.text(part.x, at.y, 1, theme.glyphs.marker, theme.accent);
            let mut line = row.line.clone();
            let name = usize::from(line.left.len() > 1 && line.left[0].text.trim().is_empty());
            if let Some(piece) = line.left.get_mut(name) {
                piece.style = theme.selected;
            }
            line.draw(&mut canvas.pen, at);
        } else {
            row.line.draw(&mut canvas.pen, at);
        }
    }
}
