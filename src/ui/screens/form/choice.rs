//! One of a few: with digits, in one line or one below the other, in two columns where that fits.

use super::rows::FormRow;
use crate::app::form::Choice;
use crate::ui::line::Line;
use crate::ui::pen::{Piece, pieces_width};
use crate::ui::text::{clean, width};
use crate::ui::theme::Theme;

/// Options that stay in sight once they are answered and left.
const LONG: usize = 5;

/// The rows of a choice in `room` cells. The first goes behind the label when it is inline.
pub(super) fn rows(theme: &Theme, choice: &Choice, field: usize, focused: bool, room: u16) -> Vec<FormRow> {
    if choice.options.is_empty() {
        return vec![FormRow::of(Line::of("…", theme.dim), field)];
    }
    if choice.inline {
        return inline(theme, choice, field, focused, room);
    }
    // A long list that has been answered and left makes room for what is asked next.
    if let Some(chosen) = choice.chosen.filter(|_| !focused && choice.options.len() > LONG) {
        let mut line = Line::blank();
        line.left.extend(option_pieces(theme, choice, chosen, false));
        return vec![FormRow::of(line, field)];
    }
    let plain = choice.options.iter().all(|o| o.detail.is_empty() && o.number.is_empty());
    let widest = choice.options.iter().map(|o| width(&clean(&o.label))).max().unwrap_or(0) + 7;
    let across = if plain && choice.options.len() > 3 { (room / widest.max(1)).clamp(1, 3) } else { 1 };
    let even = if widest <= 31 && room >= 50 { widest - 7 } else { 0 };
    let down = choice.options.len().div_ceil(usize::from(across));
    let mut out = Vec::new();
    for row in 0..down {
        let mut line = Line::blank();
        let mut below = None;
        let mut cursor = None;
        for column in 0..usize::from(across) {
            let n = column * down + row;
            let Some(option) = choice.options.get(n) else { continue };
            let start = column as u16 * widest;
            let used = pieces_width(&line.left);
            line = line.then(" ".repeat(usize::from(start.saturating_sub(used))), theme.text);
            let pieces = option_pieces(theme, choice, n, focused);
            line.left.extend(pieces);
            let cells = |text: &str| width(&clean(text));
            let fixed = cells(&option.detail) + cells(&option.number) + 9;
            // Details stand below one another, unless that would part a name from its number.
            let even = if cells(&option.label).max(even) + fixed > room { 0 } else { even };
            let whole = cells(&option.label).max(even) + fixed;
            if whole > room && !option.number.is_empty() {
                // Name and number whole, one below the other.
                let detail = Line::of(format!("    {}", option.detail), theme.dim);
                below = Some(FormRow::of(detail.ending(option.number.clone(), theme.strong), field));
            } else {
                if !option.detail.is_empty() {
                    let fill = usize::from(even.saturating_sub(cells(&option.label))) + 2;
                    line = line.then(format!("{}{}", " ".repeat(fill), option.detail), theme.dim);
                }
                if !option.number.is_empty() {
                    line = line.ending(option.number.clone(), theme.strong);
                }
            }
            if focused && n == choice.cursor {
                cursor = Some(start);
            }
        }
        let mut form_row = FormRow::of(line, field);
        form_row.cursor = cursor;
        out.push(form_row);
        out.extend(below);
    }
    out
}

fn option_pieces(theme: &Theme, choice: &Choice, n: usize, focused: bool) -> Vec<Piece> {
    let here = focused && n == choice.cursor;
    let chosen = choice.chosen == Some(n);
    let digit = if n < 9 { (n + 1).to_string() } else { " ".to_owned() };
    let style = match (here, chosen) {
        (true, _) => theme.selected,
        (_, true) => theme.strong,
        _ => theme.text,
    };
    vec![
        Piece::new(if here { theme.glyphs.marker } else { " " }, theme.accent),
        Piece::new(if chosen { theme.glyphs.mark } else { " " }, theme.strong),
        Piece::new(format!("{digit} "), theme.key),
        Piece::new(choice.options[n].label.clone(), style),
    ]
}

fn inline(theme: &Theme, choice: &Choice, field: usize, focused: bool, room: u16) -> Vec<FormRow> {
    let mut out = vec![FormRow::of(Line::blank(), field)];
    let mut used = 0;
    for n in 0..choice.options.len() {
        let pieces = option_pieces(theme, choice, n, focused);
        // Beside one another the marker says too little for its cell: the reversed word is enough.
        let pieces: Vec<Piece> = pieces.into_iter().skip(1).chain([Piece::new("  ", theme.text)]).collect();
        let cells = pieces_width(&pieces);
        if used > 0 && used + cells > room {
            out.push(FormRow::of(Line::blank(), field));
            used = 0;
        }
        let Some(row) = out.last_mut() else { continue };
        if focused && n == choice.cursor {
            row.cursor = Some(used + 1);
        }
        row.line.left.extend(pieces);
        used += cells;
    }
    out
}
