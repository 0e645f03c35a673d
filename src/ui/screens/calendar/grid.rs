//! The time grid: a line for each time at which something starts, a column for each caregiver.

use super::{doubt, here, mark_style};
use crate::app::model::{Pane, Target};
use crate::app::pane::RowId;
use crate::domain::time::clock;
use crate::service::api::{Board, BoardColumn, By, Person, VisitRow};
use crate::ui::draw::Canvas;
use crate::ui::names::Who;
use crate::ui::screens::list::fitted;
use crate::ui::widgets::rows::window;
use ratatui::layout::Rect;
use std::collections::{BTreeMap, BTreeSet};

const GUTTER: u16 = 7;
const WIDEST: u16 = 18;

/// What stands in one cell.
#[derive(Clone, Copy)]
enum Cell<'a> {
    Empty,
    Starts(&'a VisitRow),
    GoesOn(&'a VisitRow),
}

struct GridLine<'a> {
    label: String,
    now: bool,
    cells: Vec<Cell<'a>>,
}

/// Draws the grid.
pub(super) fn draw(canvas: &mut Canvas, body: Rect, board: &Board) {
    let pane = &canvas.model.calendar;
    let room = body.width.saturating_sub(GUTTER);
    let columns: Vec<&BoardColumn> =
        pane.columns_shown(body.width).into_iter().filter_map(|n| board.list.get(n)).collect();
    let wide = (room / columns.len().max(1) as u16).min(WIDEST);
    head(canvas, body, board, &columns, wide);
    let now =
        (board.day == canvas.model.zone.day(canvas.model.now)).then(|| canvas.model.zone.civil(canvas.model.now).1);
    let lines = lines(&columns, now);
    let height = usize::from(body.height.saturating_sub(1));
    let wanted = pane.selected;
    let at = lines
        .iter()
        .position(|l| l.cells.iter().any(|c| matches!(c, Cell::Starts(v) if Some(v.id) == wanted)))
        .or_else(|| lines.iter().position(|l| l.now))
        .unwrap_or(0);
    let top = window(usize::from(pane.top), at, lines.len(), height);
    let families = families(board);
    for (n, line) in lines.iter().skip(top).take(height).enumerate() {
        let y = body.y + 1 + n as u16;
        draw_line(canvas, Rect::new(body.x, y, body.width, 1), line, wide, &families, board.by);
    }
}

fn head(canvas: &mut Canvas, body: Rect, board: &Board, columns: &[&BoardColumn], wide: u16) {
    let theme = canvas.pen.theme;
    if columns.len() < usize::from(board.columns) {
        let text = format!("{}/{}", columns.len(), board.columns);
        canvas.pen.text(body.x + 1, body.y, GUTTER - 2, &text, theme.dim);
    }
    for (n, column) in columns.iter().enumerate() {
        let x = body.x + GUTTER + n as u16 * wide;
        let (tail, style) = if column.out {
            (format!(" {}", theme.glyphs.out), theme.strong)
        } else if column.person.is_none() {
            (format!(" {}", column.visits.len()), theme.strong)
        } else {
            (String::new(), theme.dim)
        };
        let room = wide.saturating_sub(1 + crate::ui::cells(&tail)).max(1);
        let short = family(&column.name);
        let alone = board.list.iter().filter(|c| family(&c.name) == short).count() == 1;
        let name = if alone { short } else { &column.name };
        let name = match column.person {
            Some(person) => fitted(canvas, &Who::of(person), name, room),
            None => name.to_owned(),
        };
        let end = canvas.pen.text(x, body.y, room, &name, style);
        canvas.pen.text(end, body.y, 4, &tail, style);
    }
}

fn lines<'a>(columns: &[&'a BoardColumn], now: Option<u16>) -> Vec<GridLine<'a>> {
    let mut starts: BTreeMap<u16, usize> = BTreeMap::new();
    for column in columns {
        let mut mine: BTreeMap<u16, usize> = BTreeMap::new();
        for visit in &column.visits {
            *mine.entry(visit.minute).or_default() += 1;
        }
        for (minute, count) in mine {
            let most = starts.entry(minute).or_default();
            *most = (*most).max(count);
        }
    }
    let mut out = Vec::new();
    for (minute, count) in &starts {
        for n in 0..*count {
            let cells = columns.iter().map(|column| cell(column, *minute, n)).collect();
            out.push(GridLine { label: if n == 0 { clock(*minute) } else { String::new() }, now: false, cells });
        }
    }
    if let Some(now) = now {
        let at = starts.range(..=now).map(|(_, count)| *count).sum();
        out.insert(at, GridLine { label: clock(now), now: true, cells: Vec::new() });
    }
    out
}

fn cell(column: &BoardColumn, minute: u16, n: usize) -> Cell<'_> {
    if let Some(visit) = column.visits.iter().filter(|v| v.minute == minute).nth(n) {
        return Cell::Starts(visit);
    }
    let lasts = |v: &&VisitRow| v.minute < minute && v.minute.saturating_add(v.minutes) > minute;
    match column.visits.iter().rev().find(lasts) {
        Some(visit) if n == 0 && column.person.is_some() => Cell::GoesOn(visit),
        _ => Cell::Empty,
    }
}

/// Whom a cell names: the client, or who goes where the columns are clients.
fn whom(visit: &VisitRow, by: By) -> &str {
    match by {
        By::Caregiver => &visit.client_name,
        By::Client if visit.staff.is_none() => "nobody",
        By::Client => &visit.staff_name,
    }
}

/// Family names that only one person of the board has: these need no given name.
fn families(board: &Board) -> BTreeSet<&str> {
    let mut names: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for visit in board.list.iter().flat_map(|c| c.visits.iter()) {
        let name = whom(visit, board.by);
        names.entry(family(name)).or_default().insert(name);
    }
    names.into_iter().filter(|(_, who)| who.len() == 1).map(|(name, _)| name).collect()
}

fn family(name: &str) -> &str {
    name.split_once(',').map_or(name, |(family, _)| family)
}

fn draw_line(canvas: &mut Canvas, at: Rect, line: &GridLine, wide: u16, families: &BTreeSet<&str>, by: By) {
    let theme = canvas.pen.theme;
    if line.now {
        canvas.pen.text(at.x + 1, at.y, 5, &line.label, theme.accent);
        let from = at.x + GUTTER;
        canvas.pen.repeat(from, at.y, at.right().saturating_sub(from), theme.glyphs.line, theme.accent);
        return;
    }
    canvas.pen.text(at.x + 1, at.y, 5, &line.label, theme.dim);
    let focused = canvas.model.focus == Pane::Calendar;
    for (n, cell) in line.cells.iter().enumerate() {
        let x = at.x + GUTTER + n as u16 * wide;
        // The last column has what is left over.
        let room = if n + 1 == line.cells.len() { WIDEST } else { wide.saturating_sub(1) };
        let room = room.min(at.right().saturating_sub(x));
        match cell {
            Cell::Empty => {}
            Cell::GoesOn(visit) => {
                let mark = visit.mark();
                let text = format!("{}{}", theme.glyphs.visit(mark), theme.glyphs.rest);
                canvas.pen.text(x, at.y, room, &text, theme.dim);
            }
            Cell::Starts(visit) => {
                let mark = visit.mark();
                let style = mark_style(theme, mark);
                let selected = canvas.model.calendar.selected == Some(visit.id);
                if selected {
                    canvas.pen.text(at.x, at.y, 1, theme.glyphs.marker, theme.accent);
                }
                let end = canvas.pen.text(x, at.y, room, theme.glyphs.visit(mark), style);
                let name = family(whom(visit, by));
                let name = if families.contains(name) { name } else { whom(visit, by) };
                let tail = u16::from(doubt(visit).is_some());
                // Planned on another wall: when that is here.
                let here = here(canvas.model, visit).map(|here| format!(" {here}")).unwrap_or_default();
                let style = match (selected, focused) {
                    (true, true) => theme.selected,
                    (true, false) => theme.resting,
                    _ => style,
                };
                let room_left = room.saturating_sub(1 + tail);
                let who = match by {
                    By::Caregiver => Some(Person::Client(visit.client)),
                    By::Client => visit.staff.map(Person::Staff),
                };
                let name = match who {
                    Some(person) => fitted(canvas, &Who::of(person), name, room_left),
                    None => name.to_owned(),
                };
                let end = canvas.pen.text(end, at.y, room_left, &name, style);
                let end = if tail > 0 { canvas.pen.text(end, at.y, 1, "?", theme.strong) } else { end };
                let cells = crate::ui::cells(&here);
                if end + cells <= x + room {
                    canvas.pen.text(end, at.y, cells, &here, theme.dim);
                }
                canvas.hits.add(Rect::new(x, at.y, room, 1), Target::Row(Pane::Calendar, RowId::Visit(visit.id)));
            }
        }
    }
}
