//! Rows of cells in little memory: one text, and where each cell ends.

/// Rows of cells.
#[derive(Default)]
pub(super) struct Grid {
    text: String,
    /// Where each cell ends in `text`.
    ends: Vec<usize>,
    /// How many cells there are up to the end of each row, and the line or row number it has in its file.
    rows: Vec<(usize, u64)>,
}

impl Grid {
    /// Adds a cell to the row that is being made.
    pub(super) fn cell(&mut self, text: &str) {
        self.text.push_str(text);
        self.ends.push(self.text.len());
    }

    /// Ends the row.
    pub(super) fn end_row(&mut self, line: u64) {
        self.rows.push((self.ends.len(), line));
    }

    /// Cells in the row that is being made.
    pub(super) fn open_cells(&self) -> usize {
        self.ends.len() - self.rows.last().map_or(0, |(n, _)| *n)
    }

    /// How many rows.
    pub(super) fn len(&self) -> usize {
        self.rows.len()
    }

    /// Whether there are none.
    pub(super) fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// The row's number in its file.
    pub(super) fn line(&self, row: usize) -> u64 {
        self.rows.get(row).map_or(0, |(_, line)| *line)
    }

    /// Cells of a row.
    pub(super) fn width(&self, row: usize) -> usize {
        let (first, last) = self.bounds(row);
        last - first
    }

    /// A cell, trimmed and without the apostrophe that guards formulas; empty where there is none.
    pub(super) fn get(&self, row: usize, column: usize) -> &str {
        crate::exchange::out::unguard(self.raw(row, column).trim_matches([' ', '\n', '\u{a0}', '\u{feff}'])).trim()
    }

    fn raw(&self, row: usize, column: usize) -> &str {
        let (first, last) = self.bounds(row);
        let at = first + column;
        if at >= last {
            return "";
        }
        let start = at.checked_sub(1).map_or(0, |before| self.ends[before]);
        &self.text[start..self.ends[at]]
    }

    fn bounds(&self, row: usize) -> (usize, usize) {
        let Some((last, _)) = self.rows.get(row) else { return (0, 0) };
        (row.checked_sub(1).map_or(0, |before| self.rows[before].0), *last)
    }
}
