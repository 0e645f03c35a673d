//! From the screen that is there to the screen that is wanted, in as few bytes as a careful writer needs: it remembers
//! what stands where, where the cursor is and how the next letter would look, and sends only what differs.

mod grid;
mod letters;
mod links;
mod look;
mod palette;
mod row;
mod scroll;
mod shortest;
mod way;

pub use look::Abilities;
pub use palette::Colors;
pub use scroll::Scrolling;

use grid::Grid;
use look::Look;
use ratatui::buffer::Cell;
use ratatui::layout::{Position, Size};
use unicode_width::UnicodeWidthStr;

/// Frames above this are shown at once, where the terminal can: a large one may come in several pieces.
const AT_ONCE: usize = 2_048;

/// What a terminal shows, as far as it was sent there, and what it is to show.
#[derive(Debug)]
pub struct Painter {
    abilities: Abilities,
    want: Grid,
    /// None when nobody knows what stands there.
    there: Option<Grid>,
    pen: Pen,
    /// Telephone numbers may be handed to whatever dials.
    dials: bool,
    /// Where the cursor is wanted; none where it is hidden.
    cursor: Option<Position>,
    /// Whether it is known to be shown or hidden.
    shown: Option<bool>,
}

/// Where the next letter goes, and how it looks.
#[derive(Debug, Default)]
struct Pen {
    out: Vec<u8>,
    /// None when it is not sure.
    at: Option<(u16, u16)>,
    /// None when it is not sure.
    look: Option<Look>,
}

impl Painter {
    /// Of a screen of this size on which nobody knows what stands.
    pub fn new(abilities: Abilities, size: Size) -> Self {
        Self {
            abilities,
            want: Grid::blank(size.width, size.height),
            there: None,
            pen: Pen::default(),
            dials: false,
            cursor: None,
            shown: None,
        }
    }

    /// Forgets everything: the screen is written anew with the next frame.
    pub fn clear(&mut self, size: Size) {
        self.want = Grid::blank(size.width, size.height);
        self.there = None;
        self.shown = None;
    }

    /// A cell is to look so. Outside of the screen there is none.
    pub fn put(&mut self, x: u16, y: u16, cell: &Cell) {
        let look = palette::fitted(Look::of(cell), self.abilities.colors);
        let text = cell.symbol();
        if !self.abilities.ascii || text.is_ascii() {
            return self.want.put(x, y, text, look);
        }
        if text.width() == 2 {
            // The other half of what takes two cells is nobody's now.
            self.want.put(x.saturating_add(1), y, "", Look::PLAIN);
        }
        self.want.put(x, y, letters::nearest(text).encode_utf8(&mut [0; 4]), look);
    }

    /// It is known better what the terminal understands. What stands there stays as it is.
    pub fn learn(&mut self, abilities: Abilities) {
        self.abilities = abilities;
    }

    /// A click on a telephone number may hand it to whatever dials it, where the terminal is told what can be opened.
    pub fn dials(&mut self, dials: bool) {
        self.dials = dials;
    }

    /// These cells are to be empty.
    pub fn empty(&mut self, cells: impl Iterator<Item = (u16, u16)>) {
        cells.for_each(|(x, y)| self.want.put(x, y, "", Look::PLAIN));
    }

    /// The cursor is to stand here, or to be hidden.
    pub fn cursor(&mut self, at: Option<Position>) {
        self.cursor = at;
    }

    /// The bytes that make the screen what is wanted; none where it is that already.
    pub fn frame(&mut self) -> Vec<u8> {
        if self.abilities.links {
            links::mark(&mut self.want, self.dials);
        }
        let mut there = self.there.take().unwrap_or_else(|| {
            self.pen = Pen { look: Some(Look::PLAIN), ..Pen::default() };
            self.pen.out.extend_from_slice(b"\x1b[m\x1b[2J");
            Grid::blank(self.want.width, self.want.height)
        });
        if let Some(found) = scroll::find(&there, &self.want, self.abilities.scrolling) {
            scroll::send(&mut self.pen, &found, self.abilities, &mut there);
        }
        for y in 0..self.want.height {
            row::send(&mut self.pen, y, self.abilities, &self.want, &mut there);
        }
        self.there = Some(there);
        self.end_link();
        self.place_cursor();
        let mut out = std::mem::take(&mut self.pen.out);
        if out.len() > AT_ONCE && self.abilities.at_once {
            out.splice(0..0, *b"\x1b[?2026h");
            out.extend_from_slice(b"\x1b[?2026l");
        }
        out
    }

    /// Whatever else is written to the screen leads nowhere.
    fn end_link(&mut self) {
        if let Some(look) = self.pen.look.filter(|look| look.link.is_some()) {
            self.pen.out.extend_from_slice(links::END.as_bytes());
            self.pen.look = Some(Look { link: None, ..look });
        }
    }

    fn place_cursor(&mut self) {
        if let Some(at) = self.cursor {
            self.pen.go(at.x.min(self.want.width.saturating_sub(1)), at.y.min(self.want.height.saturating_sub(1)));
        }
        let wanted = self.cursor.is_some();
        if self.shown != Some(wanted) {
            self.pen.out.extend_from_slice(if wanted { b"\x1b[?25h" } else { b"\x1b[?25l" });
            self.shown = Some(wanted);
        }
    }
}

#[cfg(test)]
mod tests;
