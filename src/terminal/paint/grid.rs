//! Cells by row and column.

use super::look::Look;
use unicode_width::UnicodeWidthStr;

/// What stands in a cell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Spot {
    /// A letter with what combines with it; empty where the one to the left covers this cell as well.
    pub(super) text: String,
    pub(super) look: Look,
}

impl Spot {
    pub(super) const BLANK: Self = Self { text: String::new(), look: Look::PLAIN };

    /// Cells that it takes.
    pub(super) fn width(&self) -> u16 {
        if self.is_blank() { 1 } else { (self.text.width() as u16).clamp(1, 2) }
    }

    /// Nothing is written there; it may have a background.
    pub(super) fn is_blank(&self) -> bool {
        self.text.is_empty()
    }

    /// What is sent for it.
    pub(super) fn letters(&self) -> &str {
        if self.text.is_empty() { " " } else { &self.text }
    }

    /// Every terminal takes as many cells for it as we think.
    pub(super) fn is_sure(&self) -> bool {
        let mut letters = self.text.chars();
        match (letters.next(), letters.next()) {
            (None, _) => true,
            (Some(letter), None) => {
                self.width() == 1
                    || matches!(letter, '\u{1100}'..='\u{115f}' | '\u{2e80}'..='\u{a4cf}' | '\u{ac00}'..='\u{d7a3}'
                        | '\u{f900}'..='\u{faff}' | '\u{ff01}'..='\u{ff60}')
            }
            _ => false,
        }
    }
}

/// A screen of cells.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Grid {
    pub(super) width: u16,
    pub(super) height: u16,
    spots: Vec<Spot>,
}

impl Grid {
    pub(super) fn blank(width: u16, height: u16) -> Self {
        Self { width, height, spots: vec![Spot::BLANK; usize::from(width) * usize::from(height)] }
    }

    pub(super) fn row(&self, y: u16) -> &[Spot] {
        let from = usize::from(y) * usize::from(self.width);
        self.spots.get(from..from + usize::from(self.width)).unwrap_or_default()
    }

    pub(super) fn row_mut(&mut self, y: u16) -> &mut [Spot] {
        let from = usize::from(y) * usize::from(self.width);
        self.spots.get_mut(from..from + usize::from(self.width)).unwrap_or_default()
    }

    /// Rows of a block move up by so many (down where it is negative); what comes in is blank.
    pub(super) fn scroll(&mut self, first: u16, last: u16, up: i32) {
        let width = usize::from(self.width);
        let block = usize::from(first) * width..(usize::from(last) + 1) * width;
        let Some(block) = self.spots.get_mut(block) else { return };
        let by = (up.unsigned_abs() as usize * width).min(block.len());
        if up > 0 {
            block.rotate_left(by);
            let from = block.len() - by;
            block[from..].fill(Spot::BLANK);
        } else {
            block.rotate_right(by);
            block[..by].fill(Spot::BLANK);
        }
    }

    /// A cell is to hold this text in this look.
    pub(super) fn put(&mut self, x: u16, y: u16, text: &str, look: Look) {
        if x >= self.width || y >= self.height {
            return;
        }
        let width = text.width();
        // Nothing that is no letter reaches a terminal, whoever wrote it into a cell; nor one that would not fit.
        let printable = !text.chars().any(char::is_control) && width > 0 && (width == 1 || x + 1 < self.width);
        let text = if printable && text != " " { text } else { "" };
        // How a letter would look that is not there is no difference.
        let look = if text.is_empty() { look.of_blank() } else { look };
        let row = self.row_mut(y);
        let spot = &mut row[usize::from(x)];
        if spot.text != text {
            text.clone_into(&mut spot.text);
        }
        spot.look = look;
        if spot.width() == 2 {
            // What it covers is not said by itself.
            row[usize::from(x) + 1] = Spot::BLANK;
        }
    }
}
