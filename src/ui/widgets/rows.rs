//! The selected row: a marker and its name, never a bar; and what part of a list is on the screen.

use crate::ui::pen::Pen;
use ratatui::style::Style;

/// How a row stands in its list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Standing {
    /// It is the selected one.
    pub selected: bool,
    /// Its pane has the focus.
    pub focused: bool,
    /// It is marked.
    pub marked: bool,
    /// It is gone, asleep or already booked.
    pub ghost: bool,
}

/// Draws marker or mark in the first cell of a row; answers the column behind it.
pub fn marker(pen: &mut Pen, x: u16, y: u16, standing: Standing) -> u16 {
    let (sign, style) = match standing {
        // Plain, not accented: it is drawn with every row down.
        Standing { selected: true, .. } => (pen.theme.glyphs.marker, pen.theme.text),
        Standing { marked: true, .. } => (pen.theme.glyphs.mark, pen.theme.accent),
        _ => return x + 1,
    };
    pen.text(x, y, 1, sign, style);
    x + 1
}

/// The style of a row's name.
pub fn name_style(pen: &Pen, standing: Standing, plain: Style) -> Style {
    match standing {
        Standing { selected: true, focused: true, .. } => pen.theme.selected,
        Standing { ghost: true, .. } => pen.theme.dim,
        Standing { selected: true, .. } => pen.theme.resting,
        _ => plain,
    }
}

/// The first row to show so that the selected one is on the screen: `from` as long as it is good.
pub fn window(from: usize, selected: usize, total: usize, room: usize) -> usize {
    if room == 0 || total <= room {
        return 0;
    }
    let last = total - room;
    if selected < from {
        selected.min(last)
    } else if selected >= from + room {
        (selected + 1 - room).min(last)
    } else {
        from.min(last)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #![proptest_config(proptest::prelude::ProptestConfig { rng_seed: proptest::test_runner::RngSeed::Fixed(0x5eed), ..proptest::prelude::ProptestConfig::default() })]

        #[test]
        fn the_selected_row_is_on_the_screen(from in 0usize..300, sel in 0usize..200, room in 1usize..60) {
            let first = window(from, sel, 200, room);
            prop_assert!(first <= sel && sel < first + room && first + room <= 200);
        }
    }
}
