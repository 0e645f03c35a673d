//! What every list pane has: title, rows, the line under them.

use crate::app::layers::{Layer, Narrow};
use crate::app::layout::PaneBox;
use crate::app::model::{Model, Pane, Target};
use crate::app::pane::{ListPane, News, Row, Shown};
use crate::domain::ids::StaffId;
use crate::domain::staff::Discipline;
use crate::domain::time::{Moment, clock};
use crate::service::api::Person;
use crate::ui::draw::{Canvas, area};
use crate::ui::names::Who;
use crate::ui::pen::Piece;
use crate::ui::text::{clean, cut};
use crate::ui::widgets::pane::{Title, head as title_over};
use crate::ui::widgets::rows::Standing;
use ratatui::layout::Rect;
use ratatui::style::Style;

/// Draws the title of a pane.
pub fn head(canvas: &mut Canvas, place: &PaneBox, pane: Pane, right: &str, news: &str) {
    if !place.titled {
        return;
    }
    let name = if place.rect.w < 30 { pane.short() } else { pane.name() };
    let name = format!("{} {name}", pane.index() + 1);
    // A card over the panes has the keys; the words a pane is narrowed by are its own.
    let own = canvas.model.layers.iter().all(|l| matches!(l, Layer::Narrow(_)));
    let title = Title { name: &name, focused: canvas.model.focus == pane && own, right, news };
    title_over(&mut canvas.pen, area(place.rect), &title);
}

/// What a list's title says at the right: the filter and how many.
pub fn count<R: Row>(pane: &ListPane<R>, what: &str) -> String {
    let hidden: u32 = pane.hidden.iter().sum();
    let mut parts = Vec::new();
    if !pane.marks.is_empty() {
        parts.push(format!("{} marked", pane.marks.len()));
    }
    if !pane.lens.is_empty() {
        parts.push(pane.list_name().to_owned());
    }
    if pane.words.is_empty() && (pane.lens.is_empty() || hidden == 0) {
        if !what.is_empty() {
            parts.push(what.to_owned());
        }
        parts.push(if pane.list.is_none() && pane.total == 0 { "…".to_owned() } else { pane.total.to_string() });
    } else {
        if !pane.words.is_empty() {
            parts.push(format!("/{}", pane.words));
        }
        parts.push(if hidden > 0 {
            format!("{} of {}", pane.total, pane.total.saturating_add(hidden))
        } else {
            pane.total.to_string()
        });
        // That something urgent is out of sight is said where the eye is.
        if pane.hidden[1] > 0 {
            parts.push(format!("P2 {} hidden", pane.hidden[1]));
        }
    }
    parts.join(" · ")
}

/// News that waits: `+1 P1`.
pub fn news(news: &News) -> String {
    let mut words: Vec<String> =
        news.tiers.iter().enumerate().filter(|(_, n)| **n > 0).map(|(t, n)| format!("+{n} P{}", t + 1)).collect();
    if news.others > 0 {
        words.push(format!("+{}", news.others));
    }
    words.join(" ")
}

/// What the line under the rows says: `8 more · 2 snoozed until 10:00 · hidden: P2 1  P3 4`.
pub fn foot<R: Row>(model: &Model, pane: &ListPane<R>, rows: u16) -> String {
    let mut parts = Vec::new();
    if let Some(error) = &pane.lens_error {
        parts.push(error.clone());
    }
    if pane.top > 0 {
        parts.push(format!("{} above", pane.top));
    }
    if pane.below(rows) > 0 {
        parts.push(format!("{} more", pane.below(rows)));
    }
    if pane.snoozed.0 > 0 {
        let until = pane.snoozed.1.map(|at| format!(" until {}", when(model, at))).unwrap_or_default();
        parts.push(format!("{} snoozed{until}", pane.snoozed.0));
    }
    // The second tier's too: where words are typed, the title has no room for them.
    let hidden = pane.hidden.iter().enumerate().filter(|(_, n)| **n > 0);
    let hidden = hidden.map(|(tier, n)| format!("P{} {n}", tier + 1)).collect::<Vec<_>>().join("  ");
    if !hidden.is_empty() {
        parts.push(format!("hidden: {hidden}"));
    }
    parts.join(" · ")
}

/// A moment as it is said today: `10:00`, another day with its date.
pub fn when(model: &Model, at: Moment) -> String {
    let (today, (day, minute)) = (model.zone.day(model.now), model.zone.civil(at));
    if day == today { clock(minute) } else { format!("{} {}", day.short(), clock(minute)) }
}

/// Draws the rows of a pane with `row`, and the line under them; says what to draw when there are none.
pub fn body<R: Row>(
    canvas: &mut Canvas,
    place: &PaneBox,
    pane: Pane,
    list: &ListPane<R>,
    empty: &str,
    row: impl Fn(&mut Canvas, Rect, &R, &Shown<R>, Standing),
) {
    let body = area(place.body);
    let lines = place.lines.max(1);
    let focused = canvas.model.focus == pane;
    let rows = place.rows();
    let shown = list.shown(rows);
    if shown.is_empty() {
        let text = if list.waiting && list.list.is_none() { "…" } else { list.none().unwrap_or(empty) };
        let style = canvas.pen.theme.dim;
        for (n, line) in crate::ui::text::wrap(text, body.width.saturating_sub(2)).iter().enumerate() {
            if (n as u16) < body.height {
                canvas.pen.text(body.x + 1, body.y + n as u16, body.width.saturating_sub(1), line, style);
            }
        }
    }
    for (n, one) in shown.iter().enumerate() {
        let at = Rect::new(body.x, body.y + n as u16 * lines, body.width, lines);
        let Some(found) = one.row else {
            let style = canvas.pen.theme.dim;
            canvas.pen.text(at.x + 1, at.y, at.width.saturating_sub(1), "…", style);
            continue;
        };
        let standing = Standing {
            selected: one.selected,
            focused,
            marked: one.marked,
            ghost: one.ghost.is_some() || found.finished().is_some(),
        };
        canvas.hits.add(at, Target::Row(pane, found.id()));
        row(canvas, at, found, one, standing);
    }
    let below = shown.len() as u16 * lines;
    if let Some(words) = list.nothing_else().filter(|_| below < body.height) {
        let style = canvas.pen.theme.dim;
        canvas.pen.text(body.x + 1, body.y + below, body.width.saturating_sub(1), words, style);
    }
    if let Some(foot_place) = place.footer {
        let line = area(foot_place);
        let style = if list.lens_error.is_some() { canvas.pen.theme.error } else { canvas.pen.theme.dim };
        let text = foot(canvas.model, list, rows);
        canvas.pen.text(line.x + 1, line.y, line.width.saturating_sub(1), &text, style);
    }
}

/// A name as rows show it: with `≈` when somebody looks or sounds alike.
pub fn named(canvas: &Canvas, name: &str, alike: bool) -> String {
    if alike { format!("{name} {}", canvas.pen.theme.glyphs.alike) } else { name.to_owned() }
}

/// Writes a name in at most `max` cells; the `≈` behind it is never cut. Only the family name wears the selection: the
/// marker says which row it is, and a row down is a key that is pressed all day. Answers the column behind it.
pub fn put_name(canvas: &mut Canvas, x: u16, y: u16, max: u16, name: &str, alike: bool, style: Style) -> u16 {
    let tail = if alike && max > 4 { 2 } else { 0 };
    let theme = canvas.pen.theme;
    let name = clean(name);
    let name = cut(&name, max - tail, theme.glyphs.ellipsis);
    let worn = if style == theme.selected { name.find(',').unwrap_or(name.len()) } else { name.len() };
    let (family, given) = name.split_at(worn);
    let pieces = [Piece::new(family, style), Piece::new(given, theme.text)];
    let end = canvas.pen.pieces(x, y, max - tail, &pieces);
    if tail > 0 {
        let (sign, plain) = (canvas.pen.theme.glyphs.alike, canvas.pen.theme.text);
        return canvas.pen.text(end + 1, y, 1, sign, plain);
    }
    end
}

/// Writes somebody's name in at most `max` cells, by a text that names nobody else in this frame; answers the column
/// behind it.
#[allow(clippy::too_many_arguments)] // where, who, how
pub fn put_person(
    canvas: &mut Canvas,
    x: u16,
    y: u16,
    max: u16,
    who: Option<Person>,
    name: &str,
    alike: bool,
    style: Style,
) -> u16 {
    let tail = if alike && max > 4 { 2 } else { 0 };
    let name = match who {
        Some(person) => fitted(canvas, &Who::of(person), name, max - tail),
        None => name.to_owned(),
    };
    put_name(canvas, x, y, max, &name, alike, style)
}

/// Writes a caregiver's name, and behind it the discipline, which is never cut.
pub fn put_staff(
    canvas: &mut Canvas,
    (x, y, room): (u16, u16, u16),
    id: StaffId,
    name: &str,
    (discipline, alike): (Discipline, bool),
    style: Style,
) {
    let word = discipline.word();
    let most = room.saturating_sub(crate::ui::cells(word) + 1);
    let end = put_person(canvas, x, y, most, Some(Person::Staff(id)), name, alike, style);
    let theme = canvas.pen.theme;
    let plain = if style == theme.selected { theme.text } else { style };
    canvas.pen.text(end, y, (x + room).saturating_sub(end), &format!(" {word}"), plain);
}

/// A name in at most `max` cells that names nobody else in this frame.
pub fn fitted(canvas: &mut Canvas, who: &Who, name: &str, max: u16) -> String {
    let ellipsis = canvas.pen.theme.glyphs.ellipsis;
    canvas.hits.names.fit(canvas.model, who, name, max, ellipsis)
}

/// The words a pane is narrowed by, while they are typed: in the pane's title, with the cursor.
pub fn narrow(canvas: &mut Canvas, narrow: &Narrow) {
    let line = canvas.layout.pane(narrow.pane).map_or(canvas.layout.hints, |place| place.rect);
    let line = if canvas.phone() { canvas.layout.names.unwrap_or(line) } else { line };
    let line = area(line);
    if line.width < 12 {
        return;
    }
    let x = line.x + if canvas.phone() { 1 } else { 14.min(line.width / 2) };
    let end = line.right().saturating_sub(2);
    let theme = canvas.pen.theme;
    let room = end.saturating_sub(x);
    let blank = " ".repeat(usize::from(room));
    canvas.pen.text(x, line.y, room, &blank, theme.text);
    let at = canvas.pen.text(x, line.y, 1, "/", theme.accent);
    super::form::typed(canvas, Rect::new(at, line.y, end.saturating_sub(at), 1), &narrow.line, true);
}
