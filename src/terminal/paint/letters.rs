//! Letters for a terminal that has only ASCII: each the nearest one, in as many cells.

use unicode_normalization::UnicodeNormalization;

/// What Unicode itself does not take apart.
const NEAREST: [(&str, char); 21] = [
    ("øö", 'o'),
    ("Ø", 'O'),
    ("łŀ", 'l'),
    ("Ł", 'L'),
    ("đð", 'd'),
    ("ĐÐ", 'D'),
    ("ßẞ", 's'),
    ("æ", 'a'),
    ("Æ", 'A'),
    ("œ", 'o'),
    ("Œ", 'O'),
    ("þ", 't'),
    ("ı", 'i'),
    ("ʼ’‘‚", '\''),
    ("“”„", '"'),
    ("‐‑‒–—−─━", '-'),
    ("│┃", '|'),
    ("┌┐└┘╭╮╰╯├┤┬┴┼", '+'),
    ("…·", '.'),
    ("•", '*'),
    ("≈", '~'),
];

/// What is shown of a text of one cell or two where there is nothing but ASCII.
pub(super) fn nearest(text: &str) -> char {
    let Some(first) = text.chars().next() else { return ' ' };
    if first.is_ascii() {
        return first;
    }
    if let Some((_, near)) = NEAREST.iter().find(|(all, _)| all.contains(first)) {
        return *near;
    }
    // é is e and a mark.
    text.nfkd().next().filter(char::is_ascii_graphic).unwrap_or('?')
}

#[cfg(test)]
mod tests {
    use super::nearest;

    #[test]
    fn a_name_can_still_be_read() {
        let told = |text: &str| {
            use unicode_segmentation::UnicodeSegmentation;
            text.graphemes(true).map(nearest).collect::<String>()
        };
        assert_eq!(told("Inés O’Çelik-Łuczak"), "Ines O'Celik-Luczak");
        assert_eq!(told("Bjørn Weiß … ─ e\u{301}"), "Bjorn Weis . - e");
        // What has no near letter is seen to be missing.
        assert_eq!(told("王가😀Ж"), "????");
    }
}
