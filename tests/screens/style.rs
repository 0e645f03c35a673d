//! A screen as text with its styles: under each row the runs that are not plain.

use caseload::shot;
use caseload::ui::Theme;
use ratatui::buffer::Buffer;
use ratatui::style::{Color, Modifier};
use std::fmt::Write;

/// Rows between bars, and under each its styled runs by column.
pub(crate) fn layers(buf: &Buffer) -> String {
    let text = shot::write(buf, &Theme::dark(), shot::Format::Text);
    let mut out = String::new();
    for (y, row) in text.lines().enumerate() {
        let _ = writeln!(out, "{row}");
        let runs = runs(buf, y as u16);
        if !runs.is_empty() {
            let _ = writeln!(out, "   ~ {runs}");
        }
    }
    out
}

fn runs(buf: &Buffer, y: u16) -> String {
    let mut runs: Vec<(u16, u16, String)> = Vec::new();
    for x in 0..buf.area.width {
        let cell = &buf[(x, y)];
        let name = name(cell.fg, cell.bg, cell.modifier);
        let blank = cell.symbol() == " " && !name.contains("rev") && !name.contains("under") && cell.bg == Color::Reset;
        if name.is_empty() || blank {
            continue;
        }
        match runs.last_mut() {
            Some((_, end, last)) if *last == name && x <= *end + 2 => *end = x,
            _ => runs.push((x, x, name)),
        }
    }
    runs.iter().map(|(from, to, name)| format!("{from}-{to} {name}")).collect::<Vec<_>>().join(" | ")
}

fn name(fg: Color, bg: Color, modifier: Modifier) -> String {
    let mut parts = Vec::new();
    if fg != Color::Reset {
        parts.push(fg.to_string().to_lowercase());
    }
    if bg != Color::Reset {
        parts.push(format!("on {}", bg.to_string().to_lowercase()));
    }
    for (flag, word) in
        [(Modifier::BOLD, "bold"), (Modifier::DIM, "dim"), (Modifier::REVERSED, "rev"), (Modifier::UNDERLINED, "under")]
    {
        if modifier.contains(flag) {
            parts.push(word.to_owned());
        }
    }
    // The frame is the same everywhere: saying so in each row would hide what changes.
    if parts == ["darkgray"] { String::new() } else { parts.join("+") }
}
