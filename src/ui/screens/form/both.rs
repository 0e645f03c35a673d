//! A field that both changed: mine, theirs and the one before, side by side where there is room, else one below the other.

use super::rows::FormRow;
use crate::app::form::Both;
use crate::ui::line::Line;
use crate::ui::pen::Piece;
use crate::ui::text::{clean, width, wrap};
use crate::ui::theme::Theme;
use ratatui::style::Style;

/// From so many cells on they stand side by side.
const BESIDE: u16 = 70;
/// Rows of one value, side by side and one below the other.
const ROWS: (usize, usize) = (8, 3);
/// Of texts that begin alike, so many letters before what differs are shown.
const LEAD: usize = 24;

/// The rows, in `room` cells.
pub(super) fn rows(theme: &Theme, both: &Both, field: usize, focused: bool, room: u16) -> Vec<FormRow> {
    let values = shown([&both.mine, &both.theirs, &both.before]);
    let option =
        |n: usize| Answer { n, here: focused && both.choice.cursor == n, chosen: both.choice.chosen == Some(n) };
    let mut out = Vec::new();
    if room >= BESIDE {
        let wide = (room - 2) / 3;
        let mut heads = Line::blank();
        for (n, head) in ["mine", "theirs", "  the one before"].into_iter().enumerate() {
            let pieces = if n < 2 { option(n).pieces(theme, head) } else { vec![Piece::new(head, theme.dim)] };
            column(&mut heads, n as u16 * (wide + 1), pieces);
        }
        out.push(FormRow::of(heads, field));
        let columns: Vec<Vec<String>> = values.iter().map(|v| cut(v, wide.saturating_sub(3), ROWS.0)).collect();
        for row in 0..columns.iter().map(Vec::len).max().unwrap_or(0) {
            let mut line = Line::blank();
            for (n, rows) in columns.iter().enumerate() {
                let Some(text) = rows.get(row) else { continue };
                let style = style(theme, n, both.choice.chosen);
                column(&mut line, n as u16 * (wide + 1) + 2, vec![Piece::new(text.clone(), style)]);
            }
            out.push(FormRow::of(line, field));
        }
    } else {
        let column = 11;
        for (n, head) in ["mine", "theirs", "before"].iter().enumerate() {
            for (row, text) in cut(&values[n], room.saturating_sub(column), ROWS.1).into_iter().enumerate() {
                let mut line = Line::blank();
                match (row, n) {
                    (0, 0 | 1) => line.left.extend(option(n).pieces(theme, head)),
                    (0, _) => line = Line::of(format!("    {head}"), theme.dim),
                    _ => {}
                }
                let fill = column.saturating_sub(crate::ui::pen::pieces_width(&line.left));
                line = line.then(" ".repeat(usize::from(fill)), theme.text);
                out.push(FormRow::of(line.then(text, style(theme, n, both.choice.chosen)), field));
            }
        }
    }
    let mut anew = Line::blank();
    anew.left.extend(option(2).pieces(theme, "typed anew"));
    out.push(FormRow::of(anew, field));
    // The cursor stands on the answer that Enter would take.
    let at = match both.choice.cursor {
        2 => out.len() - 1,
        1 if room < BESIDE => out.iter().position(|r| r.line.left.iter().any(|p| p.text == "theirs")).unwrap_or(0),
        _ => 0,
    };
    let from = if both.choice.cursor == 1 && room >= BESIDE { (room - 2) / 3 + 1 } else { 0 };
    if let Some(row) = out.get_mut(at).filter(|_| focused) {
        row.cursor = Some(from);
    }
    out
}

struct Answer {
    n: usize,
    here: bool,
    chosen: bool,
}

impl Answer {
    fn pieces(&self, theme: &Theme, label: &str) -> Vec<Piece> {
        let style = match (self.here, self.chosen) {
            (true, _) => theme.selected,
            (_, true) => theme.strong,
            _ => theme.text,
        };
        vec![
            Piece::new(if self.here { theme.glyphs.marker } else { " " }, theme.accent),
            Piece::new(if self.chosen { theme.glyphs.mark } else { " " }, theme.strong),
            Piece::new(format!("{} ", self.n + 1), theme.key),
            Piece::new(label, style),
        ]
    }
}

/// What was chosen stands out; what was before stays behind.
fn style(theme: &Theme, n: usize, chosen: Option<usize>) -> Style {
    match (n, chosen) {
        (2, _) => theme.dim,
        (n, Some(taken)) if n == taken => theme.strong,
        _ => theme.text,
    }
}

fn column(line: &mut Line, at: u16, pieces: Vec<Piece>) {
    let used = crate::ui::pen::pieces_width(&line.left);
    line.left.push(Piece::new(" ".repeat(usize::from(at.saturating_sub(used))), Style::new()));
    line.left.extend(pieces);
}

/// Long texts from a little before the place where they begin to differ.
fn shown(values: [&String; 3]) -> [String; 3] {
    let first: Vec<char> = values[0].chars().collect();
    let alike = |other: &str| first.iter().zip(other.chars()).take_while(|(a, b)| **a == *b).count();
    let same = alike(values[1]).min(alike(values[2]));
    let skip = same.saturating_sub(LEAD);
    values.map(|value| match value {
        empty if empty.trim().is_empty() => "nothing".to_owned(),
        long if skip > 0 => {
            let rest: String = long.chars().skip(skip).collect();
            let rest = rest.split_once(' ').map_or(rest.as_str(), |(_, rest)| rest);
            format!("… {rest}")
        }
        short => short.clone(),
    })
}

/// Wrapped, and at most so many rows: the last one says that there is more.
fn cut(text: &str, room: u16, most: usize) -> Vec<String> {
    let mut rows: Vec<String> = text.lines().flat_map(|line| wrap(&clean(line), room.max(1))).collect();
    if rows.len() > most {
        rows.truncate(most);
        if let Some(last) = rows.last_mut() {
            let fits = crate::ui::text::prefix(last, room.saturating_sub(1)).to_owned();
            *last = format!("{fits}…");
        }
    }
    debug_assert!(rows.iter().all(|row| width(row) <= room.max(1)));
    rows
}
