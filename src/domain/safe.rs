//! Text from outside on its way to a screen, a title, a log or a file: nothing in it may act on a terminal, and nothing
//! in it may hide.

use std::borrow::Cow;

/// Text whose control, bidirectional and invisible characters are visible and harmless.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct SafeText(String);

impl SafeText {
    /// Makes any text safe for one line: line breaks and tabs become a blank.
    pub fn line(text: &str) -> Self {
        Self(safe_line(text).into_owned())
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl std::ops::Deref for SafeText {
    type Target = str;
    fn deref(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Display for SafeText {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

/// Most combining marks that one character keeps.
const MARKS: usize = 4;

/// One line of text, made safe; borrowed when it already is.
pub fn safe_line(text: &str) -> Cow<'_, str> {
    if text.bytes().all(|b| (0x20..0x7f).contains(&b)) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 8);
    let mut marks = 0;
    let (mut before, mut chars) = (None, text.chars().peekable());
    while let Some(c) = chars.next() {
        if is_joiner(c) && before.is_some_and(is_joined) && chars.peek().copied().is_some_and(is_joined) {
            continue;
        }
        before = Some(c);
        if unicode_normalization::char::is_combining_mark(c) {
            marks += 1;
            if marks > MARKS {
                continue;
            }
        } else {
            marks = 0;
        }
        match c {
            '\n' | '\r' | '\t' => out.push(' '),
            c if is_unsafe(c) => {
                use std::fmt::Write;
                let _ = write!(out, "<U+{:04X}>", c as u32);
            }
            c => out.push(c),
        }
    }
    Cow::Owned(out)
}

/// How letters beside it are shaped, and nothing else. Between letters whose script shapes them it is left out: people
/// write their names with it, and terminals do not agree about its width.
fn is_joiner(c: char) -> bool {
    matches!(c, '\u{200c}' | '\u{200d}')
}

/// Letters and marks of the scripts that shape their letters: Arabic, Syriac, N'Ko, those of India and Sri Lanka, Myanmar,
/// Khmer, Mongolian.
fn is_joined(c: char) -> bool {
    matches!(c, '\u{620}'..='\u{74f}' | '\u{750}'..='\u{77f}' | '\u{7ca}'..='\u{7f5}' | '\u{8a0}'..='\u{8ff}'
        | '\u{900}'..='\u{dff}' | '\u{1000}'..='\u{109f}' | '\u{1780}'..='\u{17b3}' | '\u{17b6}'..='\u{17d3}'
        | '\u{1820}'..='\u{18aa}')
}

/// Whether a character may act on a terminal, reorder what stands beside it, or hide.
pub fn is_unsafe(c: char) -> bool {
    matches!(c,
        '\u{0}'..='\u{1f}' | '\u{7f}'..='\u{9f}'
        | '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}' | '\u{180b}'..='\u{180f}'
        | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}'
        | '\u{3164}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{ffa0}' | '\u{fff0}'..='\u{fffb}'
        | '\u{e000}'..='\u{f8ff}'
        | '\u{1bca0}'..='\u{1bca3}' | '\u{1d173}'..='\u{1d17a}' | '\u{e0000}'..='\u{e0fff}' | '\u{f0000}'..='\u{10ffff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_shapes_letters_is_left_out_between_them_alone() {
        // Sinhala, Malayalam, Persian.
        assert_eq!(safe_line("\u{dc1}\u{dca}\u{200d}\u{dbb}\u{dd3}"), "\u{dc1}\u{dca}\u{dbb}\u{dd3}");
        assert_eq!(safe_line("\u{d15}\u{d4d}\u{200c}\u{d37}"), "\u{d15}\u{d4d}\u{d37}");
        assert_eq!(safe_line("\u{645}\u{6cc}\u{200c}\u{62e}"), "\u{645}\u{6cc}\u{62e}");
        // Anywhere else it hides.
        assert_eq!(safe_line("Al\u{200d}an"), "Al<U+200D>an");
        assert_eq!(safe_line("\u{dc1}\u{200d}"), "\u{dc1}<U+200D>");
        assert_eq!(safe_line("\u{dc1}\u{200d}\u{200d}\u{dbb}"), "\u{dc1}<U+200D><U+200D>\u{dbb}");
        assert_eq!(safe_line("\u{dc1}\u{200b}\u{dbb}"), "\u{dc1}<U+200B>\u{dbb}");
    }
}
