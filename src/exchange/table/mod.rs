//! Lists: CSV, TSV and `.xlsx` of clients, caregivers or visits. What a list is, how it is written and which column is
//! which is guessed with a reason each ([`Guess`]), shown on five rows before it is believed, and can be corrected.

pub mod columns;
pub mod dates;
pub(super) mod decode;
mod grid;
mod guess;
pub mod names;
pub(super) mod rows;
mod sheet;

pub use columns::{List, text as columns_text};
pub use guess::{Column, Guess, Preview, Settings};
pub use rows::{Row, Rows};

use self::grid::Grid;
use super::report::Remark;
use super::source::{Form, Source, form_of};

/// The largest list.
pub const BYTES: u64 = 256 << 20;
/// What an `.xlsx` may unpack to.
pub const UNPACKED: u64 = 64 << 20;
/// Rows that an `.xlsx` may have.
pub const SHEET_ROWS: usize = 200_000;
/// Rows that a text may have.
pub const ROWS: usize = 1_000_000;
/// Columns that are looked at.
pub const COLUMNS: usize = 256;

/// A list, opened.
pub struct Table {
    name: String,
    grid: Grid,
    /// Delimiter of a text.
    delimiter: Option<char>,
    /// Encoding of a text.
    encoding: &'static str,
    /// Sheets of a spreadsheet.
    sheets: Vec<String>,
    /// What could not be read.
    bad: Vec<Remark>,
    bytes: u64,
}

impl std::fmt::Debug for Table {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Table({} rows)", self.grid.len())
    }
}

impl Table {
    /// Opens a list: a text, or a spreadsheet's first sheet or the one named.
    pub fn open(source: &Source, sheet: Option<&str>) -> Result<Self, Remark> {
        let wrong = |why: String| Remark::new(source.name(), "", why);
        let bytes = source.read(BYTES).map_err(|e| wrong(e.to_string()))?;
        let name = source.name().to_owned();
        let length = bytes.len() as u64;
        match form_of(&bytes[..bytes.len().min(4096)]) {
            Form::Sheet => {
                let (grid, sheets) = sheet::rows(&bytes, sheet).map_err(wrong)?;
                Ok(Self { name, grid, delimiter: None, encoding: "xlsx", sheets, bad: Vec::new(), bytes: length })
            }
            Form::Text | Form::Json | Form::Calendar => {
                let (text, encoding) = decode::text(&bytes);
                drop(bytes);
                let delimiter = decode::delimiter(&text);
                let (grid, bad) = decode::rows(&name, &text, delimiter);
                Ok(Self { name, grid, delimiter: Some(delimiter), encoding, sheets: Vec::new(), bad, bytes: length })
            }
            Form::Empty => Err(wrong("empty".to_owned())),
            Form::Other => Err(wrong("neither text nor a spreadsheet".to_owned()).mend("save it as CSV or .xlsx")),
        }
    }

    /// What the report calls it.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Sheets of a spreadsheet.
    pub fn sheets(&self) -> &[String] {
        &self.sheets
    }

    /// Bytes of the file.
    pub fn bytes(&self) -> u64 {
        self.bytes
    }

    /// Lines that could not be read as rows.
    pub fn bad(&self) -> &[Remark] {
        &self.bad
    }

    /// Guesses what it is.
    pub fn guess(&self, settings: &Settings) -> Result<Guess, Vec<Remark>> {
        guess::guess(self, settings)
    }

    /// Its rows as records, under a guess.
    pub fn rows<'a>(&'a self, guess: &'a Guess, settings: &'a Settings) -> Rows<'a> {
        Rows::new(self, guess, settings)
    }

    fn place(&self, row: usize) -> String {
        let word = if self.delimiter.is_some() { "line" } else { "row" };
        format!("{} {word} {}", self.name, self.grid.line(row))
    }
}
