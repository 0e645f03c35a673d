//! The shortest way of the cursor.

use super::Pen;

impl Pen {
    /// Puts the cursor there.
    pub(super) fn go(&mut self, x: u16, y: u16) {
        let way = way(self.at, x, y);
        self.out.extend_from_slice(way.as_bytes());
        self.at = Some((x, y));
    }
}

/// What brings the cursor from one place (or from nobody knows where) to another.
pub(super) fn way(from: Option<(u16, u16)>, x: u16, y: u16) -> String {
    let there = direct(x, y);
    let Some((cx, cy)) = from else { return there };
    if (cx, cy) == (x, y) {
        return String::new();
    }
    let mut ways = vec![there];
    if cy == y {
        ways.push(along(cx, x));
        ways.push(format!("\r{}", along(0, x)));
    } else if cy < y && y - cy <= 4 {
        // A line feed keeps the column; it never scrolls, because the row is on the screen.
        let down = "\n".repeat(usize::from(y - cy));
        ways.push(format!("{down}{}", along(cx, x)));
        ways.push(format!("\r{down}{}", along(0, x)));
    } else if cx == x {
        ways.push(if cy < y { step(y - cy, 'B') } else { step(cy - y, 'A') });
    }
    ways.into_iter().min_by_key(String::len).unwrap_or_default()
}

/// Along a row.
fn along(from: u16, to: u16) -> String {
    match from.cmp(&to) {
        std::cmp::Ordering::Equal => String::new(),
        std::cmp::Ordering::Less => step(to - from, 'C'),
        std::cmp::Ordering::Greater if from - to <= 3 => "\x08".repeat(usize::from(from - to)),
        std::cmp::Ordering::Greater => step(from - to, 'D'),
    }
}

fn step(n: u16, letter: char) -> String {
    if n == 1 { format!("\x1b[{letter}") } else { format!("\x1b[{n}{letter}") }
}

fn direct(x: u16, y: u16) -> String {
    match (x, y) {
        (0, 0) => "\x1b[H".to_owned(),
        (0, y) => format!("\x1b[{}H", y + 1),
        (x, 0) => format!("\x1b[;{}H", x + 1),
        (x, y) => format!("\x1b[{};{}H", y + 1, x + 1),
    }
}
