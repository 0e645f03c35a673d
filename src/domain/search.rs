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

/// How a name sounds, roughly (the American Soundex of its folded form): two people who sound alike wear a mark.
pub fn sound(name: &str) -> String {
    let folded = fold(name);
    let mut letters = folded.chars().filter(|c| !c.is_whitespace());
    let Some(first) = letters.next() else { return String::new() };
    let code = |c: char| match c {
        'b' | 'f' | 'p' | 'v' => '1',
        'c' | 'g' | 'j' | 'k' | 'q' | 's' | 'x' | 'z' => '2',
        'd' | 't' => '3',
        'l' => '4',
        'm' | 'n' => '5',
        'r' => '6',
        'h' | 'w' => '-',
        'a'..='z' => '0',
        other => other,
    };
    let mut out = String::from(first);
    let mut last = code(first);
    for c in letters {
        let now = code(c);
        if now == '-' {
            continue;
        }
        if now != '0' && now != last {
            out.push(now);
            if out.chars().count() == 4 {
                break;
            }
        }
        last = now;
    }
    out
}

/// Whether two words differ by at most one typing error: a letter wrong, missing, too many, or two swapped.
pub fn one_error(a: &str, b: &str) -> bool {
    if a.is_ascii() && b.is_ascii() {
        return one_off(a.as_bytes(), b.as_bytes());
    }
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    one_off(&a, &b)
}

fn one_off<T: PartialEq>(a: &[T], b: &[T]) -> bool {
    let (short, long) = if a.len() <= b.len() { (a, b) } else { (b, a) };
    if long.len() - short.len() > 1 {
        return false;
    }
    let same = short.iter().zip(long).take_while(|(x, y)| x == y).count();
    let (s, l) = (&short[same..], &long[same..]);
    if s.is_empty() {
        return true;
    }
    if short.len() == long.len() {
        s[1..] == l[1..] || (s.len() > 1 && s[0] == l[1] && s[1] == l[0] && s[2..] == l[2..])
    } else {
        s == &l[1..]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folding_forgives_what_callers_leave_out() {
        for (text, folded) in [
            ("O'Brien", "obrien"),
            ("O’Brien", "obrien"),
            ("García-López, Inés", "garcia lopez ines"),
            ("Nguyễn Thị Lan", "nguyen thi lan"),
            ("Łukasz Ørsted", "lukasz orsted"),
            ("  St. John ", "st john"),
            ("", ""),
            ("---", ""),
        ] {
            assert_eq!(fold(text), folded, "{text}");
        }
    }

    #[test]
    fn one_error_is_one() {
        for (a, b, yes) in [
            ("okafor", "okafor", true),
            ("okafor", "okafr", true),
            ("okafor", "okaffor", true),
            ("okafor", "okafro", true),
            ("okafor", "okefor", true),
            ("okafor", "okfro", false),
            ("", "a", true),
            ("ab", "ba", true),
            ("abc", "cab", false),
        ] {
            assert_eq!(one_error(a, b), yes, "{a} {b}");
            assert_eq!(one_error(b, a), yes, "{b} {a}");
        }
    }

    #[test]
    fn sounds() {
        assert_eq!(sound("Robert"), sound("Rupert"));
        assert_eq!(sound("Smith"), sound("Smyth"));
        assert_ne!(sound("Okafor"), sound("Petrov"));
    }
}
