//! Find: anyone by any part of a name.

use super::form::typed;
use super::list::fitted;
use crate::app::layers::{Find, Layer};
use crate::app::model::Target;
use crate::service::api::{Hit, HitKind};
use crate::ui::draw::Canvas;
use crate::ui::line::Line;
use crate::ui::names::Who;
use crate::ui::text::{clean, width};
use crate::ui::widgets::rows::{Standing, marker, name_style, window};
use ratatui::layout::Rect;

/// Draws it.
pub fn draw(canvas: &mut Canvas, layer: &Layer, find: &Find) {
    let theme = canvas.pen.theme;
    let inner = super::open(canvas, layer, "Find", "", usize::from(canvas.layout.layer_lines(layer)));
    if inner.height == 0 {
        return;
    }
    typed(canvas, Rect::new(inner.x, inner.y, inner.width, 1), &find.line, true);
    let body = Rect::new(inner.x, inner.y + 1, inner.width, inner.height - 1);
    if find.hits.is_empty() {
        let text = if find.line.is_empty() {
            "Any part of any name, a phone number, an MRN, a street: clients, family, physicians, caregivers, and the \
             issues and visits they are in."
                .to_owned()
        } else if find.of == find.line.text() {
            format!("Nobody found for “{}”.", find.of)
        } else {
            "…".to_owned()
        };
        for (n, row) in crate::ui::text::wrap(&clean(&text), body.width).iter().enumerate() {
            if (n as u16) < body.height.saturating_sub(1) {
                canvas.pen.text(body.x, body.y + 1 + n as u16, body.width, row, theme.dim);
            }
        }
        return;
    }
    let lines = if body.width < 60 { 2 } else { 1 };
    let room = usize::from(body.height / lines);
    let top = window(0, find.cursor, find.hits.len(), room);
    for (n, hit) in find.hits.iter().enumerate().skip(top).take(room) {
        let at = Rect::new(body.x, body.y + (n - top) as u16 * lines, body.width, lines);
        canvas.hits.add(at, Target::Item(n));
        draw_hit(canvas, at, hit, n == find.cursor);
    }
}

fn word(kind: HitKind) -> &'static str {
    match kind {
        HitKind::Client => "client",
        HitKind::Staff => "staff",
        HitKind::Contact => "family",
        HitKind::Physician => "doctor",
        HitKind::Issue => "issue",
        HitKind::Visit => "visit",
    }
}

/// Whom a hit names: a contact stands for herself, though her client's page is opened.
fn who(hit: &Hit) -> Who {
    match hit.kind {
        HitKind::Client | HitKind::Staff => Who::of(hit.person),
        _ => Who::contact(hit.person, &format!("{} {} {}", hit.name, hit.detail, hit.number)),
    }
}

/// The name as it is shown: that somebody is of the staff, the word beside it says.
fn named(hit: &Hit) -> &str {
    match hit.kind {
        HitKind::Staff => hit.name.strip_prefix('@').unwrap_or(&hit.name),
        _ => &hit.name,
    }
}

/// One hit: name, what tells it apart, the number whole. Also used where a person is picked.
pub(super) fn draw_hit(canvas: &mut Canvas, at: Rect, hit: &Hit, selected: bool) {
    let theme = canvas.pen.theme;
    let standing = Standing { selected, focused: true, ..Standing::default() };
    let x = marker(&mut canvas.pen, at.x, at.y, standing);
    let name = name_style(&canvas.pen, standing, theme.text);
    if at.height > 1 {
        let kind = word(hit.kind);
        let tail = width(kind);
        canvas.pen.right(at.right(), at.y, tail, kind, theme.dim);
        let room = at.right().saturating_sub(x + tail + 1);
        let text = fitted(canvas, &who(hit), named(hit), room);
        canvas.pen.text(x, at.y, room, &text, name);
        let below = Rect::new(x + 1, at.y + 1, at.right().saturating_sub(x + 1), 1);
        Line::of(hit.detail.clone(), theme.dim).ending(hit.number.clone(), theme.text).draw(&mut canvas.pen, below);
        return;
    }
    canvas.pen.text(x, at.y, 7, word(hit.kind), theme.dim);
    let x = x + 7;
    let room = if at.width >= 90 { 34 } else { 24 };
    let text = fitted(canvas, &who(hit), named(hit), room);
    canvas.pen.text(x, at.y, room, &text, name);
    let from = x + room + 1;
    let rest = Rect::new(from, at.y, at.right().saturating_sub(from), 1);
    Line::of(hit.detail.clone(), theme.dim).ending(hit.number.clone(), theme.text).draw(&mut canvas.pen, rest);
}
