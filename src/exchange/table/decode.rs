//! Bytes to text, text to rows: encoding and delimiter are guessed.

use super::grid::Grid;
use super::{COLUMNS, ROWS};
use crate::exchange::report::Remark;
use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252};

/// Delimiters that are tried.
pub(super) const DELIMITERS: [char; 4] = [',', ';', '\t', '|'];
/// A cell with more line breaks than this is a quotation mark that was never closed.
const BREAKS: usize = 200;

/// The encoding of a text, by its mark or by its bytes.
fn encoding(bytes: &[u8]) -> &'static Encoding {
    if let Some((found, _)) = Encoding::for_bom(bytes) {
        return found;
    }
    // UTF-16 without a mark: letters of Latin have a NUL beside them, always on the same side.
    let head = &bytes[..bytes.len().min(4096) & !1];
    let count = |side: usize| head.iter().skip(side).step_by(2).filter(|b| **b == 0).count();
    let (even, odd) = (count(0), count(1));
    if odd * 4 > head.len() && even * 8 < odd {
        return UTF_16LE;
    }
    if even * 4 > head.len() && odd * 8 < even {
        return UTF_16BE;
    }
    if std::str::from_utf8(bytes).is_ok() { UTF_8 } else { WINDOWS_1252 }
}

/// The text, and the name of its encoding.
pub(in crate::exchange) fn text(bytes: &[u8]) -> (String, &'static str) {
    let encoding = encoding(bytes);
    let (text, used, _) = encoding.decode(bytes);
    (text.into_owned(), used.name())
}

/// The delimiter under which the first lines fall into the same number of columns most often.
pub(super) fn delimiter(text: &str) -> char {
    if let Some(rest) = text.strip_prefix("sep=")
        && let Some(c) = rest.chars().next()
        && DELIMITERS.contains(&c)
    {
        return c;
    }
    let mut end = text.len().min(64 << 10);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    let mut best = (0, ',');
    for delimiter in DELIMITERS {
        let widths: Vec<usize> = reader(&text[..end], delimiter)
            .into_records()
            .take(50)
            .filter_map(|r| r.ok().map(|r| r.len()))
            .filter(|n| *n > 0)
            .collect();
        let mut sorted = widths.clone();
        sorted.sort_unstable();
        let usual = sorted.get(sorted.len() / 2).copied().unwrap_or(0);
        if usual < 2 {
            continue;
        }
        let same = widths.iter().filter(|n| **n == usual).count();
        // Agreement first, then columns: prose has commas too.
        let score = same * 1000 / widths.len().max(1) * 10 + usual.min(60);
        if score > best.0 {
            best = (score, delimiter);
        }
    }
    best.1
}

fn reader(text: &str, delimiter: char) -> csv::Reader<&[u8]> {
    csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .delimiter(u8::try_from(delimiter).unwrap_or(b','))
        .from_reader(text.as_bytes())
}

/// The rows of a text. What cannot be is said with its line.
pub(super) fn rows(name: &str, text: &str, delimiter: char) -> (Grid, Vec<Remark>) {
    let mut grid = Grid::default();
    let mut bad = Vec::new();
    let skip = if text.starts_with("sep=") { text.find('\n').map_or(text.len(), |n| n + 1) } else { 0 };
    let first_line = u64::from(skip > 0);
    let mut reader = reader(&text[skip..], delimiter);
    let mut record = csv::StringRecord::new();
    loop {
        match reader.read_record(&mut record) {
            Ok(false) => break,
            Ok(true) => {}
            Err(e) => {
                let line = e.position().map_or(0, csv::Position::line) + first_line;
                bad.push(Remark::new(format!("{name} line {line}"), "", "cannot be read as columns"));
                continue;
            }
        }
        let line = record.position().map_or(0, csv::Position::line) + first_line;
        if grid.len() >= ROWS {
            bad.push(
                Remark::new(format!("{name} line {line}"), "", format!("more than {ROWS} rows")).mend("split the list"),
            );
            break;
        }
        if record.iter().any(|c| c.bytes().filter(|b| *b == b'\n').count() > BREAKS) {
            let why = "a quotation mark begins here and ends much later, or never: the rows in between are lost";
            bad.push(Remark::new(format!("{name} line {line}"), "", why).mend("double or remove that mark"));
            continue;
        }
        for cell in record.iter().take(COLUMNS) {
            grid.cell(cell);
        }
        grid.end_row(line);
    }
    (grid, bad)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn encodings_are_told_apart() {
        let wide = |text: &str, big: bool, mark: bool| {
            let all = mark.then_some(0xfeff).into_iter().chain(text.encode_utf16());
            all.flat_map(|u| if big { u.to_be_bytes() } else { u.to_le_bytes() }).collect::<Vec<u8>>()
        };
        let words = "mrn,name\n1,José\n";
        for bytes in [
            words.as_bytes().to_vec(),
            [b"\xef\xbb\xbf", words.as_bytes()].concat(),
            wide(words, false, true),
            wide(words, true, true),
            wide(words, false, false),
            wide(words, true, false),
            b"mrn,name\n1,Jos\xe9\n".to_vec(),
        ] {
            assert_eq!(text(&bytes).0, words);
        }
        assert_eq!(text(&[]).0, "");
        assert_eq!(text(&[0]).0.len(), 1);
    }

    #[test]
    fn delimiters_are_told_apart() {
        assert_eq!(delimiter("a;b;c\n1,5;2;3\n"), ';');
        assert_eq!(delimiter("a,b\n\"x;y\",2\n"), ',');
        assert_eq!(delimiter("a\tb\n1\t2\n"), '\t');
        assert_eq!(delimiter("a|b\n1|2\n"), '|');
        assert_eq!(delimiter("sep=;\na;b\n"), ';');
        assert_eq!(delimiter(""), ',');
    }

    #[test]
    fn an_open_quotation_mark_is_said() {
        let text = format!("a,b\n1,\"2\n{}", "3,4\n".repeat(500));
        let (grid, bad) = rows("x.csv", &text, ',');
        assert_eq!(grid.len(), 1);
        assert_eq!(bad[0].place, "x.csv line 2");
    }
}
