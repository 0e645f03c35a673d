//! What a click can open where the terminal knows how (OSC 8): telephone numbers, and the federal rules that are cited.
//! They are found in what is drawn, so that no pane has to say them, and lead to nothing but what is read there.

use super::grid::{Grid, Spot};
use super::look::Look;
use std::fmt;

/// Ends a link.
pub(super) const END: &str = "\x1b]8;;\x1b\\";

/// Where a click leads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Link {
    /// A number to dial, with its country's code.
    Number(u64),
    /// A section of the Code of Federal Regulations.
    Rule { title: u16, part: u16, section: u16 },
}

impl fmt::Display for Link {
    /// As an address.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Number(number) => write!(f, "tel:+{number}"),
            Self::Rule { title, part, section } => {
                write!(f, "https://www.ecfr.gov/current/title-{title}/section-{part}.{section}")
            }
        }
    }
}

impl Link {
    /// What begins it.
    pub(super) fn begin(self) -> String {
        format!("\x1b]8;;{self}\x1b\\")
    }
}

/// Notes in all cells where they lead; numbers only where they may be handed on.
pub(super) fn mark(grid: &mut Grid, numbers: bool) {
    let mut letters = Vec::with_capacity(usize::from(grid.width));
    for y in 0..grid.height {
        let row = grid.row_mut(y);
        letters.clear();
        letters.extend(row.iter().map(letter));
        let mut x = 0;
        while x < row.len() {
            let found = if starts(&letters, x) { find(&letters[x..], numbers) } else { None };
            let (cells, link) = found.map_or((1, None), |(cells, link)| (cells, Some(link)));
            for spot in row.iter_mut().skip(x).take(cells) {
                spot.look = Look { link, ..spot.look };
            }
            x += cells;
        }
    }
}

fn letter(spot: &Spot) -> u8 {
    match spot.letters().as_bytes() {
        [letter] => *letter,
        _ => 0,
    }
}

/// Nothing that could belong to it stands before it.
fn starts(letters: &[u8], x: usize) -> bool {
    let before = x.checked_sub(1).and_then(|x| letters.get(x));
    before.is_none_or(|b| !b.is_ascii_alphanumeric() && !matches!(b, b'+' | b'-' | b'.' | b'/'))
}

/// What begins here, and how many cells it takes.
fn find(letters: &[u8], numbers: bool) -> Option<(usize, Link)> {
    if !matches!(letters.first(), Some(b'0'..=b'9' | b'(' | b'+')) {
        return None;
    }
    rule(letters).or_else(|| if numbers { number(letters) } else { None })
}

/// `42 CFR 484.55`
fn rule(letters: &[u8]) -> Option<(usize, Link)> {
    let (title, rest) = digits(letters, 1..=2)?;
    let (part, rest) = digits(rest.strip_prefix(b" CFR ")?, 1..=4)?;
    let (section, rest) = digits(rest.strip_prefix(b".")?, 1..=4)?;
    let [title, part, section] = [title, part, section].map(|n| n as u16);
    ends(rest).then(|| (letters.len() - rest.len(), Link::Rule { title, part, section }))
}

/// `(401) 555-0142`, `401-555-0142`, `401.555.0142`, each perhaps behind `1-` or `+1 `; and `+44 20 7946 0123`. A number
/// of ten digits without its country's code is one of North America (E.164, the numbering plan of country code 1).
fn number(letters: &[u8]) -> Option<(usize, Link)> {
    let (value, rest) = match at_home(letters) {
        Some((value, rest)) => (10_000_000_000 + value, rest),
        None => abroad(letters)?,
    };
    ends(rest).then(|| (letters.len() - rest.len(), Link::Number(value)))
}

fn at_home(letters: &[u8]) -> Option<(u64, &[u8])> {
    let codes: [&[u8]; 4] = [b"+1 ", b"+1-", b"1-", b"1 "];
    let local = codes.into_iter().find_map(|code| letters.strip_prefix(code)).unwrap_or(letters);
    let (area, gap, rest) = if let Some(inside) = local.strip_prefix(b"(") {
        let (area, rest) = digits(inside, 3..=3)?;
        let rest = rest.strip_prefix(b")")?;
        (area, b'-', rest.strip_prefix(b" ").unwrap_or(rest))
    } else {
        let (area, rest) = digits(local, 3..=3)?;
        let (gap, rest) = rest.split_first().filter(|(gap, _)| matches!(gap, b'-' | b'.'))?;
        (area, *gap, rest)
    };
    let (exchange, rest) = digits(rest, 3..=3)?;
    let (line, rest) = digits(rest.strip_prefix(&[gap])?, 4..=4)?;
    Some(((area * 1_000 + exchange) * 10_000 + line, rest))
}

/// With its country's code: 8 to 15 digits (E.164), in groups.
fn abroad(letters: &[u8]) -> Option<(u64, &[u8])> {
    let (mut value, mut rest) = digits(letters.strip_prefix(b"+")?, 1..=15)?;
    while let Some((next, after)) =
        rest.split_first().filter(|(gap, _)| matches!(gap, b' ' | b'-')).and_then(|(_, rest)| digits(rest, 2..=15))
    {
        let more = (rest.len() - after.len() - 1) as u32;
        value = 10_u64.checked_pow(more).and_then(|by| value.checked_mul(by)?.checked_add(next))?;
        rest = after;
    }
    (10_000_000..1_000_000_000_000_000).contains(&value).then_some((value, rest))
}

/// All digits that stand here, if they are so many.
fn digits(letters: &[u8], count: std::ops::RangeInclusive<usize>) -> Option<(u64, &[u8])> {
    let n = letters.iter().take_while(|b| b.is_ascii_digit()).count();
    if !count.contains(&n) {
        return None;
    }
    let (number, rest) = letters.split_at(n);
    Some((number.iter().fold(0, |sum, digit| sum * 10 + u64::from(digit - b'0')), rest))
}

/// Nothing that could belong to it stands behind it: a sentence may end there.
fn ends(rest: &[u8]) -> bool {
    match rest {
        [b'-' | b'.' | b'/', next, ..] | [next, ..] => !next.is_ascii_alphanumeric(),
        [] => true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(text: &str) -> Option<(usize, String)> {
        find(text.as_bytes(), true).map(|(cells, link)| (cells, link.to_string()))
    }

    #[test]
    fn numbers_and_rules_are_found_as_they_are_written() {
        let home = "tel:+14015550142";
        for (text, cells, wanted) in [
            ("(401) 555-0142", 14, home),
            ("(401)555-0142 x12", 13, home),
            ("401-555-0142.", 12, home),
            ("401.555.0142", 12, home),
            ("1-401-555-0142", 14, home),
            ("+1 (401) 555-0142", 17, home),
            ("+14015550142", 12, home),
            ("+44 20 7946 0123", 16, "tel:+442079460123"),
            ("42 CFR 484.55(d)(1)", 13, "https://www.ecfr.gov/current/title-42/section-484.55"),
            ("45 CFR 164.316(b)(2)", 14, "https://www.ecfr.gov/current/title-45/section-164.316"),
        ] {
            assert_eq!(of(text), Some((cells, wanted.to_owned())), "{text}");
        }
    }

    #[test]
    fn what_only_looks_like_one_is_none() {
        for text in [
            "401-555-01423",
            "401-555.0142",
            "401 555 0142",
            "4015550142",
            "(401) 555-014",
            "2026-03-02",
            "08:10-12:00",
            "+1",
            "+44",
            "+9999999999999999999999",
            "+44 20 7946 0123 0123 0123",
            "42 CFR 484.",
            "42 CFR Part 484",
            "123 CFR 484.55",
            "401-555-0142-7",
        ] {
            assert_eq!(of(text), None, "{text}");
        }
    }

    #[test]
    fn numbers_only_where_they_may_be_handed_on() {
        assert_eq!(find(b"(401) 555-0142", false), None);
        assert!(find(b"42 CFR 484.55", false).is_some());
    }
}
