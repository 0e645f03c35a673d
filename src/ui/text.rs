//! The edge where text becomes cells: everything from outside passes [`clean`], and is measured and cut in cells.

use crate::domain::safe::safe_line;
use std::borrow::Cow;
use unicode_segmentation::UnicodeSegmentation;
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

/// Text that a cell may hold: safe, on one line, every character visible, emoji clusters shown as their first emoji.
pub fn clean(text: &str) -> Cow<'_, str> {
    super::mask::hide(visible(text))
}

/// The same, whoever it names.
fn visible(text: &str) -> Cow<'_, str> {
    if text.bytes().all(|b| (0x20..0x7f).contains(&b)) {
        return Cow::Borrowed(text);
    }
    if text.graphemes(true).all(|g| g.chars().nth(1).is_none() && g.width() > 0) {
        return safe_line(text);
    }
    let mut out = String::with_capacity(text.len());
    for grapheme in text.graphemes(true) {
        let mut chars = grapheme.chars();
        match (chars.next(), chars.clone().next()) {
            (Some(first), Some(_)) if is_emoji(first) => {
                for c in grapheme.chars().take(if is_flag(first) { 2 } else { 1 }) {
                    out.push(flag_letter(c));
                }
            }
            (Some(first), _) if grapheme.width() == 0 && !crate::domain::safe::is_unsafe(first) => {
                // A mark with nothing to stand on would vanish from the screen.
                out.push('\u{25cc}');
                out.push_str(grapheme);
            }
            _ => out.push_str(grapheme),
        }
    }
    Cow::Owned(safe_line(&out).into_owned())
}

fn is_emoji(c: char) -> bool {
    matches!(c as u32, 0x203c | 0x2049 | 0x2122 | 0x2139 | 0x2190..=0x21ff | 0x2300..=0x23ff | 0x2460..=0x24ff
        | 0x25a0..=0x27bf | 0x2900..=0x297f | 0x2b00..=0x2bff | 0x3030 | 0x303d | 0x3297 | 0x3299 | 0x1f000..=0x1faff)
        || matches!(c, '#' | '*' | '0'..='9')
}

fn is_flag(c: char) -> bool {
    matches!(c as u32, 0x1f1e6..=0x1f1ff)
}

/// A flag is shown by its two letters: terminals do not agree how wide it is.
fn flag_letter(c: char) -> char {
    if is_flag(c) { char::from_u32(c as u32 - 0x1f1e6 + u32::from(b'A')).unwrap_or(c) } else { c }
}

/// Cells that clean text takes: character by character, as they are put into cells. As a whole it could be less: letters
/// that a script joins into one (lam and alef) are two on a terminal.
pub fn width(text: &str) -> u16 {
    if text.is_ascii() {
        return u16::try_from(text.len()).unwrap_or(u16::MAX);
    }
    let cells: usize = pieces(text).map(UnicodeWidthStr::width).sum();
    u16::try_from(cells).unwrap_or(u16::MAX)
}

/// What goes into one cell, or into one and the next. A cluster that takes more is taken apart: no cell holds it, and a
/// terminal puts its letters side by side as well.
pub fn pieces(text: &str) -> impl Iterator<Item = &str> {
    text.graphemes(true).flat_map(|grapheme| {
        let whole = UnicodeWidthStr::width(grapheme) <= 2;
        let mut rest = grapheme;
        std::iter::from_fn(move || {
            let first = rest.chars().next()?;
            // A letter with the marks on it.
            let marks =
                |at: usize| rest[at..].chars().take_while(|c| c.width() == Some(0)).map(char::len_utf8).sum::<usize>();
            let end = if whole { rest.len() } else { first.len_utf8() + marks(first.len_utf8()) };
            let (piece, after) = rest.split_at(end);
            rest = after;
            Some(piece)
        })
    })
}

/// Clean text in at most `max` cells: cut at a character, with `ellipsis` where something is missing. A number is not cut
/// in two, where anything is left without it: half of one reads as another.
pub fn cut<'a>(text: &'a str, max: u16, ellipsis: &str) -> Cow<'a, str> {
    if width(text) <= max {
        return Cow::Borrowed(text);
    }
    let room = max.saturating_sub(width(ellipsis));
    if room == 0 && max < width(ellipsis) {
        return Cow::Borrowed("");
    }
    let mut head = prefix(text, room);
    let digit = |c: char| c.is_ascii_digit();
    if text[head.len()..].starts_with(digit) {
        // Nor a time of day.
        let whole = head.trim_end_matches(|c| digit(c) || c == ':');
        let part = head.trim_end_matches(digit);
        head = [whole, part, head].into_iter().find(|left| !left.is_empty()).unwrap_or(head);
    }
    Cow::Owned(format!("{}{ellipsis}", head.trim_end()))
}

/// The longest beginning of at most `max` cells, whole characters only.
pub fn prefix(text: &str, max: u16) -> &str {
    let mut used = 0;
    for (at, grapheme) in text.grapheme_indices(true) {
        let next = used + width(grapheme);
        if next > max {
            return &text[..at];
        }
        used = next;
    }
    text
}

/// The words of a text; a dot between two things stays with the one before it, so that no line begins with it, and a
/// telephone number with its area (`(401) 555-0142`) is one word.
fn glued(text: &str) -> impl Iterator<Item = &str> {
    let mut rest = Some(text);
    std::iter::from_fn(move || {
        let from = rest?;
        let mut end = from.find(' ').unwrap_or(from.len());
        if is_area(&from[..end]) {
            let after = &from[(end + 1).min(from.len())..];
            end = (end + 1 + after.find(' ').unwrap_or(after.len())).min(from.len());
        }
        if from[end..].starts_with(" · ") {
            end += " ·".len();
        }
        rest = from.get(end + 1..);
        Some(&from[..end])
    })
}

fn is_area(word: &str) -> bool {
    let digits = word.strip_prefix('(').and_then(|w| w.strip_suffix(')')).unwrap_or_default();
    digits.len() == 3 && digits.bytes().all(|b| b.is_ascii_digit())
}

/// What stands between two things that are told one after the other in a line.
const BETWEEN: &str = "   ";

/// Lines of at most `max` cells, broken between the things told where that is enough, otherwise at blanks where there
/// are any.
pub fn wrap(text: &str, max: u16) -> Vec<String> {
    let max = max.max(1);
    if width(text) <= max && !text.starts_with(' ') {
        return vec![text.to_owned()];
    }
    let mut lines = Vec::new();
    let mut line = String::new();
    for thing in text.split(BETWEEN).map(str::trim).filter(|thing| !thing.is_empty()) {
        if line.is_empty() {
            words(&mut lines, &mut line, thing, max);
        } else if width(&line) + width(BETWEEN) + width(thing) <= max {
            line.push_str(BETWEEN);
            line.push_str(thing);
        } else {
            lines.push(std::mem::take(&mut line));
            words(&mut lines, &mut line, thing, max);
        }
    }
    if !line.is_empty() || lines.is_empty() {
        lines.push(line);
    }
    lines
}

/// Goes on with these words in this line, and below it.
fn words(lines: &mut Vec<String>, line: &mut String, text: &str, max: u16) {
    for word in glued(text) {
        let mut word = word;
        let gap = u16::from(!line.is_empty());
        if width(line) + gap + width(word) <= max {
            if gap == 1 {
                line.push(' ');
            }
            line.push_str(word);
            continue;
        }
        if !line.is_empty() {
            lines.push(std::mem::take(line));
        }
        while width(word) > max {
            let head = prefix(word, max);
            if head.is_empty() {
                break;
            }
            lines.push(head.to_owned());
            word = &word[head.len()..];
        }
        line.push_str(word);
    }
}

/// What stands for a character where the terminal only knows ASCII.
pub fn ascii(symbol: &str) -> char {
    use unicode_normalization::UnicodeNormalization;
    let Some(first) = symbol.chars().next() else { return ' ' };
    match first {
        ' '..='~' => first,
        '“' | '”' | '„' | '″' => '"',
        '‘' | '’' | '′' => '\'',
        '–' | '—' | '‐' | '‑' | '−' | '·' | '─' | '□' => '-',
        '…' => '.',
        '│' => '|',
        '╭' | '╮' | '╰' | '╯' => '+',
        '×' => 'x',
        '→' | '≥' | '▶' => '>',
        '←' | '≤' => '<',
        '↑' | '▲' => '^',
        '↓' => 'v',
        '≈' => '~',
        // Signs in words that come as they are: what the ASCII glyphs have in their place.
        '⚠' => '!',
        '●' | '•' | '✓' => '*',
        '■' => '#',
        'ß' => 's',
        'Ø' => 'O',
        'ø' | '○' => 'o',
        'Ł' => 'L',
        'ł' => 'l',
        'Đ' => 'D',
        'đ' | '✎' => 'd',
        'Æ' => 'A',
        'æ' => 'a',
        'ı' => 'i',
        other => other.nfd().next().filter(char::is_ascii_graphic).unwrap_or('?'),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_from_outside_is_visible_and_harmless() {
        assert_eq!(clean("O'Brien, Maeve"), "O'Brien, Maeve");
        assert_eq!(clean("a\u{1b}[2Jb"), "a<U+001B>[2Jb");
        assert_eq!(clean("Ann\u{202e}nhoJ"), "Ann<U+202E>nhoJ");
        assert_eq!(clean("Al\u{200b}an"), "Al<U+200B>an");
        assert_eq!(clean("line\nbreak\ttab"), "line break tab");
        assert_eq!(clean("\u{301}x"), "\u{25cc}\u{301}x");
    }

    #[test]
    fn emoji_clusters_are_their_first_emoji() {
        assert_eq!(clean("👩\u{200d}⚕\u{fe0f} Kim"), "👩 Kim");
        assert_eq!(clean("👍🏽!"), "👍!");
        assert_eq!(clean("❤\u{fe0f}x"), "❤x");
        assert_eq!(clean("🇺🇸 flag"), "US flag");
    }

    #[test]
    fn cutting_keeps_whole_characters() {
        assert_eq!(cut("Okafor, Ruth", 20, "…"), "Okafor, Ruth");
        assert_eq!(cut("Okafor, Ruth", 8, "…"), "Okafor,…");
        assert_eq!(cut("渡辺裕子", 4, "…"), "渡…");
        assert_eq!(cut("渡辺裕子", 5, "…"), "渡辺…");
        assert_eq!(width(&cut("e\u{301}e\u{301}e\u{301}", 2, "…")), 2);
        // Half a number reads as another one.
        assert_eq!(cut("auth: 11 units", 8, "…"), "auth:…");
        assert_eq!(cut("08:30 Sok", 5, "…"), "08:…");
        assert_eq!(cut("call by 15:00", 12, "…"), "call by…");
        assert_eq!(cut("4015550142", 4, "…"), "401…");
        // Four letters of one cluster, which is wider than what a cell holds.
        assert_eq!(pieces("aर्माb").collect::<Vec<_>>(), ["a", "र्", "म", "ा", "b"]);
        assert_eq!((width("لا"), cut("لالالا", 4, "…").as_ref()), (2, "لال…"));
        assert_eq!(cut("abc", 1, ".."), "");
        assert_eq!(cut("abc", 0, "…"), "");
    }

    #[test]
    fn wrapping_breaks_at_blanks_and_never_loses_a_word() {
        assert_eq!(wrap("one two three", 7), ["one two", "three"]);
        assert_eq!(wrap("abcdefgh ij", 4), ["abcd", "efgh", "ij"]);
        assert_eq!(wrap("", 4), [""]);
        assert_eq!(wrap("a  b", 4), ["a  b"]);
        assert_eq!(wrap("call (401) 555-0142 now", 16), ["call", "(401) 555-0142", "now"]);
        assert_eq!(wrap("call (401)", 6), ["call", "(401)"]);
        // No line begins with what stands between two things.
        assert_eq!(wrap("fall 07:58 · head strike · up", 12), ["fall 07:58 ·", "head", "strike · up"]);
        assert_eq!(wrap("fall 07:58 · head strike · up", 13), ["fall 07:58 ·", "head strike ·", "up"]);
        // Three blanks are between two things, which stay whole where they can.
        assert_eq!(wrap("a warfarin   no oxygen   dog", 15), ["a warfarin", "no oxygen   dog"]);
        assert_eq!(wrap("a   one two three", 7), ["a", "one two", "three"]);
    }
}
