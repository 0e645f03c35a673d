//! Folding: `obrien` finds O'Brien, `garcia lopez` finds García-López.

use unicode_normalization::UnicodeNormalization;

/// Lower case, without accents, apostrophes and marks; hyphens and other separators become one blank.
pub fn fold(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.nfkd() {
        if unicode_normalization::char::is_combining_mark(c) {
            continue;
        }
        match c {
            '\'' | '’' | '‘' | 'ʼ' | '`' | '´' | '“' | '”' | '"' | '.' => {}
            'ø' | 'Ø' => out.push('o'),
            'ł' | 'Ł' => out.push('l'),
            'đ' | 'Đ' | 'ð' | 'Ð' => out.push('d'),
            'ß' => out.push_str("ss"),
            'æ' | 'Æ' => out.push_str("ae"),
            'œ' | 'Œ' => out.push_str("oe"),
            'ı' => out.push('i'),
            c if c.is_alphanumeric() => {
                out.extend(c.to_lowercase().filter(|c| !unicode_normalization::char::is_combining_mark(*c)));
            }
            _ => {
                if !out.ends_with(' ') && !out.is_empty() {
                    out.push(' ');
                }
            }
        }
    }
    out.truncate(out.trim_end().len());
    out
}

/// The digits of a text: phone numbers compare by these.
pub fn digits(text: &str) -> String {
    text.chars().filter(char::is_ascii_digit).collect()
}
