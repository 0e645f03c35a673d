//! `.xlsx`: the cells of one sheet, read one after the other. What a file may unpack to is checked before it is opened.

use super::grid::Grid;
use super::{COLUMNS, SHEET_ROWS, UNPACKED};
use calamine::{DataRef, Reader, Xlsx};
use std::io::Cursor;
use std::panic::{AssertUnwindSafe, catch_unwind};

/// Days that Excel knows.
const LAST_DAY: f64 = 2_958_466.0;

/// The rows of a sheet: the named one, or the first. Also the names of all sheets.
pub(super) fn rows(bytes: &[u8], sheet: Option<&str>) -> Result<(Grid, Vec<String>), String> {
    let unpacked = unpacked(bytes).ok_or("not a spreadsheet that can be read (.xlsx)")?;
    if unpacked > UNPACKED {
        return Err(format!("unpacks to more than {} MiB", UNPACKED >> 20));
    }
    // The library trusts the files inside; one that lies costs this file, not the program.
    catch_unwind(AssertUnwindSafe(|| cells(bytes, sheet)))
        .unwrap_or_else(|_| Err("the spreadsheet is damaged inside".to_owned()))
}

fn cells(bytes: &[u8], sheet: Option<&str>) -> Result<(Grid, Vec<String>), String> {
    let damaged = |_| "the spreadsheet is damaged inside, or has a password".to_owned();
    let mut book: Xlsx<_> = Xlsx::new(Cursor::new(bytes)).map_err(damaged)?;
    let names = book.sheet_names();
    let chosen = match sheet {
        Some(name) => names.iter().find(|n| n.eq_ignore_ascii_case(name)),
        None => names.first(),
    };
    let Some(chosen) = chosen.cloned() else {
        return Err(match sheet {
            Some(_) => format!("no sheet of that name; there are: {}", names.join(", ")),
            None => "no sheet in it".to_owned(),
        });
    };
    let mut reader = book.worksheet_cells_reader(&chosen).map_err(damaged)?;
    let mut grid = Grid::default();
    let mut row: Option<u32> = None;
    while let Some(cell) = reader.next_cell().map_err(damaged)? {
        let (at, column) = cell.get_position();
        if column as usize >= COLUMNS {
            continue;
        }
        match row {
            Some(now) if at == now => {}
            Some(now) if at < now => return Err("its rows are out of order".to_owned()),
            _ => {
                if let Some(now) = row {
                    grid.end_row(u64::from(now) + 1);
                }
                // Rows are counted as the sheet counts them; empty ones in between are not kept.
                if at as usize >= SHEET_ROWS || grid.len() >= SHEET_ROWS {
                    return Err(format!("more than {SHEET_ROWS} rows"));
                }
                row = Some(at);
            }
        }
        while grid.open_cells() < column as usize {
            grid.cell("");
        }
        if grid.open_cells() == column as usize {
            grid.cell(&text(cell.get_value()));
        }
    }
    if let Some(now) = row {
        grid.end_row(u64::from(now) + 1);
    }
    Ok((grid, names))
}

/// A cell as text: dates as ISO, whole numbers without a point.
fn text(value: &DataRef<'_>) -> String {
    match value {
        DataRef::Empty | DataRef::Error(_) => String::new(),
        DataRef::String(t) | DataRef::DateTimeIso(t) | DataRef::DurationIso(t) => t.clone(),
        DataRef::SharedString(t) => (*t).to_owned(),
        DataRef::Int(n) => n.to_string(),
        DataRef::Float(n) if n.fract() == 0.0 && n.abs() < 1e15 => format!("{n:.0}"),
        DataRef::Float(n) => n.to_string(),
        DataRef::Bool(b) => if *b { "yes" } else { "no" }.to_owned(),
        DataRef::DateTime(d) => {
            let value = d.as_f64();
            if !(0.0..LAST_DAY).contains(&value) {
                return value.to_string();
            }
            let (y, m, day, h, min, ..) = d.to_ymd_hms_milli();
            if value < 1.0 {
                format!("{h:02}:{min:02}")
            } else if value.fract() == 0.0 {
                format!("{y:04}-{m:02}-{day:02}")
            } else {
                format!("{y:04}-{m:02}-{day:02} {h:02}:{min:02}")
            }
        }
    }
}

/// How much a zip says it unpacks to, by its central directory; nothing when that cannot be read. The library holds
/// each file to what is said here.
fn unpacked(bytes: &[u8]) -> Option<u64> {
    let u16_at = |at: usize| Some(u64::from(u16::from_le_bytes(bytes.get(at..at + 2)?.try_into().ok()?)));
    let u32_at = |at: usize| Some(u64::from(u32::from_le_bytes(bytes.get(at..at + 4)?.try_into().ok()?)));
    // The end record has at most 64 KiB of comment behind it.
    let from = bytes.len().saturating_sub(22 + 65_536);
    let end = (from..bytes.len().saturating_sub(21)).rev().find(|at| bytes[*at..].starts_with(b"PK\x05\x06"))?;
    let (count, mut at) = (u16_at(end + 10)?, usize::try_from(u32_at(end + 16)?).ok()?);
    let mut total = 0_u64;
    for _ in 0..count {
        if !bytes.get(at..)?.starts_with(b"PK\x01\x02") {
            return None;
        }
        let size = u32_at(at + 24)?;
        // The mark of ZIP64: a list has no file of 4 GiB.
        if size == u64::from(u32::MAX) {
            return None;
        }
        total = total.saturating_add(size);
        at = at.checked_add(usize::try_from(46 + u16_at(at + 28)? + u16_at(at + 30)? + u16_at(at + 32)?).ok()?)?;
    }
    Some(total)
}
