//! What a terminal shows after our bytes is what was wanted, whatever it can; and it takes few of them.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use super::*;
use proptest::prelude::*;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::{Color, Modifier, Style};

const WIDTH: u16 = 24;
const HEIGHT: u16 = 9;
const PROFILES: [Abilities; 4] =
    [Abilities::XTERM, Abilities { repeat: true, ..Abilities::XTERM }, Abilities::CONSOLE, Abilities::NONE];

/// A terminal that shows what it is sent.
struct Shown {
    painter: Painter,
    parser: vt100::Parser,
    before: Buffer,
}

impl Shown {
    fn new(abilities: Abilities, width: u16, height: u16) -> Self {
        let mut parser = vt100::Parser::new(height, width, 0);
        // Nobody knows what stood there.
        parser.process("what the shell left\r\n\x1b[31;7mbehind".as_bytes());
        let area = Rect::new(0, 0, width, height);
        Self { painter: Painter::new(abilities, area.as_size()), parser, before: Buffer::empty(area) }
    }

    /// Shows a screen; answers how many bytes it took.
    fn show(&mut self, next: &Buffer, cursor: Option<(u16, u16)>) -> usize {
        for (x, y, cell) in self.before.diff(next) {
            self.painter.put(x, y, cell);
        }
        self.painter.cursor(cursor.map(Position::from));
        let bytes = self.painter.frame();
        self.parser.process(&said_out(&bytes));
        self.before = next.clone();
        self.holds(next, cursor, &bytes);
        bytes.len()
    }

    fn holds(&self, wanted: &Buffer, cursor: Option<(u16, u16)>, bytes: &[u8]) {
        let screen = self.parser.screen();
        let said = || String::from_utf8_lossy(bytes).escape_debug().to_string();
        for y in 0..wanted.area.height {
            let mut under = false;
            for x in 0..wanted.area.width {
                let (cell, there) = (&wanted[(x, y)], screen.cell(y, x).unwrap());
                if std::mem::take(&mut under) {
                    continue;
                }
                let text = if cell.symbol() == " " { "" } else { cell.symbol() };
                let shown = there.contents();
                assert_eq!(text, if shown == " " { "" } else { shown }, "{x},{y} after {}", said());
                let look = Look::of(cell);
                let look = if text.is_empty() { look.of_blank() } else { look };
                let mut more = Modifier::empty();
                for (yes, one) in [
                    (there.bold(), Modifier::BOLD),
                    (there.dim(), Modifier::DIM),
                    (there.italic(), Modifier::ITALIC),
                    (there.underline(), Modifier::UNDERLINED),
                    (there.inverse(), Modifier::REVERSED),
                ] {
                    more.set(one, yes);
                }
                let shown = Look { fg: color(there.fgcolor()), bg: color(there.bgcolor()), more, link: None };
                let shown = if text.is_empty() { shown.of_blank() } else { shown };
                assert_eq!(same_weight(look), same_weight(shown), "{x},{y} {text:?} after {}", said());
                under = there.is_wide();
            }
        }
        assert_eq!(screen.hide_cursor(), cursor.is_none());
        if let Some((x, y)) = cursor {
            assert_eq!(screen.cursor_position(), (y, x), "after {}", said());
        }
    }
}

/// The parser knows no repeated letters: they are written out, as the terminals that know them do.
fn said_out(bytes: &[u8]) -> Vec<u8> {
    let text = std::str::from_utf8(bytes).unwrap();
    let mut out = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("\x1b[") {
        out.push_str(before);
        let end = after.find(|c: char| ('@'..='~').contains(&c)).unwrap();
        match after.as_bytes()[end] {
            b'b' => {
                let last = before.chars().last().filter(char::is_ascii).expect("a letter to repeat right before it");
                out.extend(std::iter::repeat_n(last, after[..end].parse().unwrap()));
            }
            _ => out.push_str(&format!("\x1b[{}", &after[..=end])),
        }
        rest = &after[end + 1..];
    }
    out.push_str(rest);
    out.into_bytes()
}

/// The parser keeps bold or dim, not both.
fn same_weight(look: Look) -> Look {
    let both = Modifier::BOLD | Modifier::DIM;
    if look.more.contains(both) { Look { more: look.more - Modifier::DIM, ..look } } else { look }
}

fn color(color: vt100::Color) -> Color {
    match color {
        vt100::Color::Default => Color::Reset,
        vt100::Color::Idx(n) => NAMED.get(usize::from(n)).copied().unwrap_or(Color::Indexed(n)),
        vt100::Color::Rgb(r, g, b) => Color::Rgb(r, g, b),
    }
}

const NAMED: [Color; 16] = [
    Color::Black,
    Color::Red,
    Color::Green,
    Color::Yellow,
    Color::Blue,
    Color::Magenta,
    Color::Cyan,
    Color::Gray,
    Color::DarkGray,
    Color::LightRed,
    Color::LightGreen,
    Color::LightYellow,
    Color::LightBlue,
    Color::LightMagenta,
    Color::LightCyan,
    Color::White,
];

/// Texts of one letter, two cells, letters that combine, and several code points.
const TEXTS: [&str; 12] = ["a", "b", "W", " ", " ", " ", "│", "é", "e\u{301}", "王", "가", "😀"];
const COLORS: [Color; 6] =
    [Color::Reset, Color::Reset, Color::Red, Color::LightCyan, Color::Indexed(120), Color::Rgb(1, 20, 200)];
const MORE: [Modifier; 7] = [
    Modifier::empty(),
    Modifier::empty(),
    Modifier::BOLD,
    Modifier::DIM,
    Modifier::REVERSED,
    Modifier::UNDERLINED,
    Modifier::ITALIC.union(Modifier::BOLD),
];

/// A piece of a screen: where, how often, which text, which look.
type Piece = (u16, u16, u16, usize, (usize, usize, usize));

fn piece() -> impl Strategy<Value = Piece> {
    let look = (0..COLORS.len(), 0..COLORS.len(), 0..MORE.len());
    (0..WIDTH, 0..HEIGHT, 1..WIDTH, 0..TEXTS.len(), look)
}

/// What is done to a screen to make the next one.
#[derive(Debug, Clone)]
enum Turn {
    Pieces(Vec<Piece>),
    /// Rows of a block move, and one of them is new.
    Scroll(u16, u16, i32, Piece),
    /// Somebody else has written to the screen.
    Lost(Vec<Piece>),
}

fn turn() -> impl Strategy<Value = Turn> {
    prop_oneof![
        4 => prop::collection::vec(piece(), 0..12).prop_map(Turn::Pieces),
        3 => (0..HEIGHT, 0..HEIGHT, -4..5_i32, piece()).prop_map(|(a, b, n, p)| Turn::Scroll(a.min(b), a.max(b), n, p)),
        1 => prop::collection::vec(piece(), 0..12).prop_map(Turn::Lost),
    ]
}

fn put_all(buffer: &mut Buffer, pieces: &[Piece]) {
    for piece in pieces {
        put(buffer, piece);
    }
}

fn put(buffer: &mut Buffer, (x, y, n, text, (fg, bg, more)): &Piece) {
    let look = Style::new().fg(COLORS[*fg]).bg(COLORS[*bg]).add_modifier(MORE[*more]);
    let text = TEXTS[*text].repeat(usize::from(*n));
    // As ratatui writes text: what is covered is emptied, and what does not fit is left out. The half of a wide letter
    // that another one is written over is gone.
    if *x > 0
        && buffer[(*x - 1, *y)].symbol().len() > 1
        && ratatui::text::Span::raw(buffer[(*x - 1, *y)].symbol()).width() > 1
    {
        buffer[(*x - 1, *y)].reset();
    }
    let (end, _) = buffer.set_stringn(*x, *y, text, usize::from(WIDTH - *x), Style::reset().patch(look));
    if end < WIDTH && end > 0 && ratatui::text::Span::raw(buffer[(end - 1, *y)].symbol()).width() > 1 {
        buffer[(end, *y)].reset();
    }
}

#[test]
fn what_is_shown_is_what_was_wanted() {
    let config = Config { cases: 5_000, failure_persistence: None, ..Config::default() };
    let mut runner = TestRunner::new_with_rng(config, TestRng::from_seed(RngAlgorithm::ChaCha, &[41; 32]));
    let turns = prop::collection::vec((turn(), prop::option::of((0..WIDTH, 0..HEIGHT))), 1..6);
    runner
        .run(&(turns, 0..PROFILES.len()), |(turns, profile)| {
            let mut shown = Shown::new(PROFILES[profile], WIDTH, HEIGHT);
            let mut next = Buffer::empty(Rect::new(0, 0, WIDTH, HEIGHT));
            for (turn, cursor) in turns {
                match &turn {
                    Turn::Pieces(pieces) => put_all(&mut next, pieces),
                    Turn::Scroll(first, last, up, p) => {
                        let was = next.clone();
                        for y in *first..=*last {
                            let from = i32::from(y) + up;
                            let inside = (i32::from(*first)..=i32::from(*last)).contains(&from);
                            for x in 0..WIDTH {
                                next[(x, y)] = if inside { was[(x, from as u16)].clone() } else { Cell::EMPTY };
                            }
                        }
                        put(&mut next, p);
                    }
                    Turn::Lost(pieces) => {
                        shown.parser.process("\x1b[3;4HXXXXXXX\x1b[7mYYY".as_bytes());
                        shown.painter.clear(next.area.as_size());
                        shown.before = Buffer::empty(next.area);
                        put_all(&mut next, pieces);
                    }
                }
                shown.show(&next, cursor);
                // The same once more is nothing.
                assert_eq!(shown.show(&next, cursor), 0);
            }
            Ok(())
        })
        .unwrap();
}

fn list(width: u16, height: u16, first: usize, selected: usize) -> Buffer {
    let mut buffer = Buffer::empty(Rect::new(0, 0, width, height));
    let frame = Style::new().fg(Color::DarkGray);
    buffer.set_string(0, 0, "─".repeat(usize::from(width)), frame);
    buffer.set_string(0, height - 1, "─".repeat(usize::from(width)), frame);
    for y in 1..height - 1 {
        let n = first + usize::from(y) - 1;
        buffer.set_string(0, y, "│", frame);
        buffer.set_string(width - 1, y, "│", frame);
        let bold = if n == selected { Modifier::BOLD } else { Modifier::empty() };
        buffer.set_string(1, y, if n == selected { "▌" } else { " " }, Style::new().fg(Color::Cyan));
        buffer.set_string(2, y, format!("Client {n:04}"), Style::new().add_modifier(bold));
        buffer.set_string(40, y, format!("L{} {}", n % 4, n * 7919), Style::new().fg(Color::Yellow));
    }
    buffer
}

#[test]
fn a_line_scrolled_and_a_row_chosen_take_few_bytes() {
    let mut figures = Vec::new();
    for abilities in [Abilities::XTERM, Abilities::CONSOLE] {
        let mut shown = Shown::new(abilities, 80, 24);
        shown.show(&list(80, 24, 0, 4), None);
        let row = shown.show(&list(80, 24, 0, 5), None);
        let scrolled = shown.show(&list(80, 24, 1, 6), None);
        let back = shown.show(&list(80, 24, 0, 5), None);
        let half = shown.show(&list(80, 24, 11, 16), None);
        figures.push([row, scrolled, back, half]);
    }
    assert_eq!(figures, [[50, 124, 109, 637], [50, 126, 110, 637]]);
}

#[test]
fn a_look_is_changed_the_short_way() {
    let look = |fg, more| Look { fg, more, ..Look::PLAIN };
    let bold_red = look(Color::Red, Modifier::BOLD);
    let after = |then: Look, before, take_off| then.after(before, take_off).escape_debug().to_string();
    assert_eq!(after(bold_red, Some(Look::PLAIN), true), "\\u{1b}[1;31m");
    assert_eq!(after(look(Color::Red, Modifier::DIM), Some(bold_red), true), "\\u{1b}[22;2m");
    assert_eq!(after(Look::PLAIN, Some(bold_red), true), "\\u{1b}[m");
    assert_eq!(after(look(Color::Red, Modifier::empty()), Some(bold_red), true), "\\u{1b}[22m");
    assert_eq!(after(look(Color::Red, Modifier::empty()), Some(bold_red), false), "\\u{1b}[;31m");
    assert_eq!(after(look(Color::LightBlue, Modifier::BOLD), Some(bold_red), true), "\\u{1b}[94m");
    assert_eq!(after(bold_red, None, true), "\\u{1b}[;1;31m");
    assert_eq!(after(bold_red, Some(bold_red), true), "");
}

#[test]
fn a_terminal_of_ascii_is_sent_nothing_else() {
    let area = Rect::new(0, 0, WIDTH, 2);
    let mut painter = Painter::new(Abilities { ascii: true, ..Abilities::NONE }, area.as_size());
    let mut parser = vt100::Parser::new(2, WIDTH, 0);
    let mut before = Buffer::empty(area);
    for (text, shown) in [("Inés 王x │ Ł", "Ines ? x | L"), ("abcdefghijklmno", "abcdefghijklmno"), ("王王", "? ?")]
    {
        let mut next = Buffer::empty(area);
        next.set_string(0, 0, text, Style::new());
        for (x, y, cell) in before.diff(&next) {
            painter.put(x, y, cell);
        }
        let bytes = painter.frame();
        assert!(bytes.is_ascii(), "{text}");
        parser.process(&bytes);
        assert_eq!(parser.screen().contents().trim_end(), shown, "{text}");
        before = next;
    }
}

/// Where each cell leads after these bytes, as a terminal notes it with the letter that is written: the parser knows no
/// links, so each is shown to it as italics, which nothing else has here.
fn leaning(bytes: &[u8], addresses: &mut Vec<String>) -> Vec<u8> {
    let (mut out, mut leans) = (String::new(), false);
    let text = std::str::from_utf8(bytes).unwrap();
    let mut rest = text;
    while let Some(at) = rest.find('\x1b') {
        out.push_str(&rest[..at]);
        let sequence = &rest[at..];
        let end = if let Some(link) = sequence.strip_prefix("\x1b]8;;") {
            let end = link.find("\x1b\\").expect("a link that ends");
            leans = end > 0;
            addresses.extend(leans.then(|| link[..end].to_owned()));
            out.push_str(if leans { "\x1b[3m" } else { "\x1b[23m" });
            5 + end + 1
        } else {
            let end = 2 + sequence[2..].find(|c: char| ('@'..='~').contains(&c)).unwrap();
            out.push_str(&sequence[..=end]);
            out.push_str(if sequence.as_bytes()[end] == b'm' && leans { "\x1b[3m" } else { "" });
            end
        };
        rest = &sequence[end + 1..];
    }
    assert!(!leans, "what is written next by somebody else leads nowhere");
    out.push_str(rest);
    out.into_bytes()
}

/// Cells of the texts that are links, found the simple way.
fn linked(row: &str) -> Vec<usize> {
    let found = [NUMBER, RULE].into_iter().flat_map(|text| row.match_indices(text));
    let mut cells: Vec<usize> = found.flat_map(|(at, text)| at..at + text.len()).collect();
    cells.sort_unstable();
    cells
}

const NUMBER: &str = "(401) 555-0142";
const RULE: &str = "42 CFR 484.55";

#[test]
fn numbers_and_rules_lead_where_they_say_and_nothing_else_does() {
    let config = Config { cases: 2_000, failure_persistence: None, ..Config::default() };
    let mut runner = TestRunner::new_with_rng(config, TestRng::from_seed(RngAlgorithm::ChaCha, &[43; 32]));
    let texts = [NUMBER, RULE, "", "Ruth", "08:10-12:00"];
    let piece = (0..2_u16, 0..4_u16, 0..texts.len(), 1..5_usize, 0..COLORS.len());
    let screens = prop::collection::vec(prop::collection::vec(piece, 1..9), 1..6);
    let seen = std::cell::RefCell::new(Vec::new());
    let cells = std::cell::Cell::new(0);
    runner
        .run(&(screens, 0..2_usize, any::<bool>()), |(screens, profile, dials)| {
            let area = Rect::new(0, 0, 36, 4);
            let abilities = Abilities { links: true, ..[Abilities::XTERM, Abilities::NONE][profile] };
            let mut painter = Painter::new(abilities, area.as_size());
            painter.dials(dials);
            let mut parser = vt100::Parser::new(4, 36, 0);
            let (mut before, mut next) = (Buffer::empty(area), Buffer::empty(area));
            for pieces in screens {
                for (half, y, text, indent, color) in pieces {
                    let text = format!("{:indent$}{:2$}", "", texts[text], 18 - indent);
                    next.set_string(18 * half, y, text, Style::reset().fg(COLORS[color]));
                }
                before.diff(&next).into_iter().for_each(|(x, y, cell)| painter.put(x, y, cell));
                before = next.clone();
                let mut addresses = Vec::new();
                parser.process(&leaning(&painter.frame(), &mut addresses));
                assert!(painter.frame().is_empty(), "the same once more is nothing");
                for y in 0..4 {
                    let row: String = (0..36).map(|x| next[(x, y)].symbol()).collect();
                    let shown: Vec<usize> =
                        (0..36).filter(|x| parser.screen().cell(y, *x).unwrap().italic()).map(usize::from).collect();
                    let wanted = linked(&if dials { row.clone() } else { row.replace(NUMBER, "--------------") });
                    assert_eq!(shown, wanted, "{row}");
                    assert_eq!(parser.screen().rows(0, 36).nth(usize::from(y)).unwrap().trim_end(), row.trim_end());
                    cells.set(cells.get() + shown.len());
                }
                seen.borrow_mut().extend(addresses);
            }
            Ok(())
        })
        .unwrap();
    let mut seen = seen.into_inner();
    seen.sort_unstable();
    seen.dedup();
    let cells = cells.get();
    assert_eq!(seen, ["https://www.ecfr.gov/current/title-42/section-484.55", "tel:+14015550142"]);
    assert!(cells > 10_000, "{cells} cells that lead somewhere");
}

#[test]
fn nothing_leads_anywhere_unless_it_was_asked_for() {
    let mut shown = Shown::new(Abilities::XTERM, 36, 1);
    shown.painter.dials(true);
    let mut next = Buffer::empty(Rect::new(0, 0, 36, 1));
    next.set_string(0, 0, NUMBER, Style::new());
    shown.show(&next, None);
    assert!(!shown.parser.screen().cell(0, 0).unwrap().contents().is_empty());
    shown.painter.clear(next.area.as_size());
    next.content.iter().enumerate().for_each(|(x, cell)| shown.painter.put(x as u16, 0, cell));
    assert!(!String::from_utf8(shown.painter.frame()).unwrap().contains("]8;"));
}
