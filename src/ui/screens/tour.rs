//! The strip of the tour under the screen: how far it is, and what is asked next.

use crate::app::Model;
use crate::app::tour;
use crate::ui::pen::Pen;
use crate::ui::text::{clean, width, wrap};
use ratatui::layout::Rect;
use ratatui::style::Modifier;

/// Draws it over these rows.
pub fn draw(pen: &mut Pen, model: &Model, place: Rect) {
    let Some(said) = tour::words(model) else { return };
    pen.clear(place);
    let style = pen.theme.selected;
    pen.buf.set_style(place.intersection(pen.buf.area), style);
    let inner = Rect::new(place.x + 1, place.y, place.width.saturating_sub(2), place.height);
    let room = usize::from(place.height);
    // What came of the last step, and below it what is asked next; where that has no room, one behind the other.
    let mut rows = vec![said.title.clone()];
    rows.extend(wrap(&clean(&said.did), inner.width).into_iter().filter(|row| !row.is_empty()));
    rows.extend(wrap(&clean(&said.say), inner.width));
    if rows.len() > room {
        rows = vec![said.title.clone()];
        rows.extend(wrap(&clean(&format!("{} {}", said.did, said.say)), inner.width));
    }
    if rows.len() > room {
        rows = wrap(&clean(&format!("{}: {} {}", said.title, said.did, said.say)), inner.width);
    }
    let key = clean(&said.key).into_owned();
    let at = rows.iter().rposition(|row| place_of(row, &key).is_some());
    for (n, row) in rows.iter().take(room).enumerate() {
        let y = inner.y + n as u16;
        pen.text(inner.x, y, inner.width, row, style);
        // The key to press is what the eye looks for.
        if let Some(before) = place_of(row, &key).filter(|_| at == Some(n)) {
            let x = inner.x + width(&row[..before]);
            pen.text(
                x,
                y,
                inner.right().saturating_sub(x),
                &key,
                style.add_modifier(Modifier::BOLD | Modifier::UNDERLINED),
            );
        }
    }
}

/// Where the key stands in a row as a word.
fn place_of(row: &str, key: &str) -> Option<usize> {
    if key.is_empty() {
        return None;
    }
    row.match_indices(key).map(|(at, _)| at).find(|at| {
        let end = row[at + key.len()..].chars().next();
        let begins = *at == 0 || row[..*at].ends_with(' ');
        begins && end.is_none_or(|c| c == ' ' || c == ',' || c == '.')
    })
}
