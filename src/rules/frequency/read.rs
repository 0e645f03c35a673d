//! Reads a frequency order, and says where and why it can't.

use super::{Item, Length, Order, OrderDiscipline, OrderError, Per, Prn};

/// Longer than this is no order.
const LONGEST: usize = 400;
/// More parts than this is no order.
const MOST_ITEMS: usize = 30;
/// The most visits a week or month that can be meant.
const MOST_VISITS: u32 = 99;
/// Where as needed is ruled.
const PRN_RULE: &str = "42 CFR 409.43(b)";

/// What people call the disciplines, longest first.
const NAMES: &[(&[&str], OrderDiscipline)] = &[
    (&["medical", "social", "work"], OrderDiscipline::Msw),
    (&["medical", "social", "worker"], OrderDiscipline::Msw),
    (&["home", "health", "aide"], OrderDiscipline::Hha),
    (&["skilled", "nursing"], OrderDiscipline::Sn),
    (&["skilled", "nurse"], OrderDiscipline::Sn),
    (&["physical", "therapy"], OrderDiscipline::Pt),
    (&["occupational", "therapy"], OrderDiscipline::Ot),
    (&["speech", "therapy"], OrderDiscipline::St),
    (&["personal", "care"], OrderDiscipline::Pca),
    (&["nursing"], OrderDiscipline::Sn),
    (&["aide"], OrderDiscipline::Hha),
    (&["slp"], OrderDiscipline::St),
    (&["lvn"], OrderDiscipline::Lpn),
    (&["sw"], OrderDiscipline::Msw),
];

#[derive(Debug, Clone, PartialEq)]
enum Kind {
    /// Digits, in hundredths: `2` is 200, `2.5` is 250.
    Number(u32),
    /// Letters, in lower case.
    Word(String),
    /// Anything else.
    Sign(char),
}

#[derive(Debug, Clone)]
struct Token {
    kind: Kind,
    /// Which character it starts with, from 0.
    at: usize,
}

/// Reads the whole text; `given` is the discipline where it is known.
pub(super) fn order(text: &str, given: Option<OrderDiscipline>) -> Result<Order, OrderError> {
    let chars: Vec<char> = text.chars().collect();
    if chars.len() > LONGEST {
        return Err(OrderError { column: LONGEST, why: format!("longer than {LONGEST} characters is no order") });
    }
    let mut reader = Reader { tokens: tokens(&chars)?, chars, next: 0, nursing: false };
    reader.order(given).map_err(|(at, why)| OrderError { column: (at + 1).min(reader.chars.len().max(1)), why })
}

fn tokens(chars: &[char]) -> Result<Vec<Token>, OrderError> {
    let mut found = Vec::new();
    let mut at = 0;
    while at < chars.len() {
        let start = at;
        let run = |from: usize, fits: fn(&char) -> bool| chars[from..].iter().take_while(|c| fits(c)).count();
        let c = chars[at];
        if c.is_ascii_digit() {
            at += run(at, char::is_ascii_digit);
            let mut number = digits(&chars[start..at]).and_then(|n| n.checked_mul(100));
            if chars.get(at) == Some(&'.') && chars.get(at + 1).is_some_and(char::is_ascii_digit) {
                let fraction = run(at + 1, char::is_ascii_digit);
                let part: Vec<char> = chars[at + 1..].iter().take(fraction).chain(&['0'; 2]).copied().collect();
                let exact = part.iter().skip(2).all(|c| *c == '0');
                number = number.zip(digits(&part[..2])).filter(|_| exact).and_then(|(n, p)| n.checked_add(p));
                at += 1 + fraction;
            }
            let number = number.ok_or_else(|| OrderError {
                column: start + 1,
                why: "this number is too large or too fine for an order".to_owned(),
            })?;
            found.push(Token { kind: Kind::Number(number), at: start });
        } else if c.is_alphabetic() {
            at += run(at, |c| c.is_alphabetic());
            let word: String = chars[start..at].iter().flat_map(|c| c.to_lowercase()).collect();
            split_times(&word, start, &mut found);
        } else {
            at += 1;
            match c {
                '–' | '—' | '−' | '‐' | '‑' => found.push(Token { kind: Kind::Sign('-'), at: start }),
                '×' => found.push(Token { kind: Kind::Word("x".to_owned()), at: start }),
                c if c.is_whitespace() => {}
                c => found.push(Token { kind: Kind::Sign(c), at: start }),
            }
        }
    }
    Ok(found)
}

fn digits(chars: &[char]) -> Option<u32> {
    chars.iter().try_fold(0_u32, |n, c| n.checked_mul(10)?.checked_add(c.to_digit(10)?))
}

/// `1xw` and `2wkx4` are written in one: the `x` is a word of its own.
fn split_times(word: &str, at: usize, found: &mut Vec<Token>) {
    let mut push = |word: &str, at| found.push(Token { kind: Kind::Word(word.to_owned()), at });
    if let Some(rest) = word.strip_prefix('x').filter(|r| unit(r).is_some()) {
        push("x", at);
        push(rest, at + 1);
    } else if let Some(rest) = word.strip_suffix('x').filter(|r| unit(r).is_some()) {
        push(rest, at);
        push("x", at + rest.chars().count());
    } else {
        push(word, at);
    }
}

fn unit(word: &str) -> Option<Per> {
    Some(match word {
        "d" | "day" | "days" => Per::Day,
        "w" | "wk" | "wks" | "week" | "weeks" => Per::Week,
        "m" | "mo" | "mos" | "month" | "months" => Per::Month,
        _ => return None,
    })
}

fn adverb(word: &str) -> Option<Per> {
    Some(match word {
        "daily" => Per::Day,
        "weekly" => Per::Week,
        "monthly" => Per::Month,
        _ => return None,
    })
}

/// Where, from 0, and what.
type Refused = (usize, String);

fn refuse<T>(at: usize, why: impl Into<String>) -> Result<T, Refused> {
    Err((at, why.into()))
}

struct Reader {
    tokens: Vec<Token>,
    chars: Vec<char>,
    next: usize,
    nursing: bool,
}

impl Reader {
    fn peek(&self, ahead: usize) -> Option<&Kind> {
        self.tokens.get(self.next + ahead).map(|t| &t.kind)
    }

    fn word(&self, ahead: usize) -> Option<&str> {
        match self.peek(ahead) {
            Some(Kind::Word(word)) => Some(word),
            _ => None,
        }
    }

    fn number(&self, ahead: usize) -> Option<u32> {
        match self.peek(ahead) {
            Some(Kind::Number(n)) => Some(*n),
            _ => None,
        }
    }

    fn sign(&self, ahead: usize) -> Option<char> {
        match self.peek(ahead) {
            Some(Kind::Sign(c)) => Some(*c),
            _ => None,
        }
    }

    /// Where the next one stands, or the end of the text.
    fn at(&self) -> usize {
        self.tokens.get(self.next).map_or(self.chars.len(), |t| t.at)
    }

    fn is(&self, ahead: usize, words: &[&str]) -> bool {
        self.word(ahead).is_some_and(|w| words.contains(&w))
    }

    fn take(&mut self, words: &[&str]) -> bool {
        let there = self.is(0, words);
        self.next += usize::from(there);
        there
    }

    fn order(&mut self, given: Option<OrderDiscipline>) -> Result<Order, Refused> {
        if self.tokens.is_empty() {
            return refuse(0, "the order is missing: write one like SN 2w4");
        }
        let discipline = self.discipline(given)?;
        self.nursing = discipline.is_some_and(OrderDiscipline::nursing);
        let mut items: Vec<Item> = Vec::new();
        let mut length = None;
        let mut prn = None;
        loop {
            if let Some(skip) = self.is_prn() {
                prn = Some(self.prn(skip, false)?);
                break;
            }
            items.push(self.item(&mut length)?);
            if items.len() > MOST_ITEMS {
                return refuse(self.at(), format!("more than {MOST_ITEMS} parts are no order: write two"));
            }
            let separated = self.separator();
            if !separated && self.is_prn().is_some() {
                let skip = self.is_prn().unwrap_or(0);
                let needed = self.prn(skip, true)?;
                let none = items.last().is_some_and(|i| i.hi == 0);
                if needed.count.is_none() && none {
                    return refuse(self.at(), format!("as needed needs a limit of at least one visit ({PRN_RULE})"));
                }
                prn = Some(needed);
                break;
            }
            if self.peek(0).is_none() {
                if separated {
                    return refuse(self.at(), "the order ends in a comma: leave it out, or write what comes then");
                }
                break;
            }
            if !separated {
                return refuse(self.at(), "put a comma or “then” before what comes next");
            }
        }
        if items.is_empty() {
            return refuse(self.chars.len(), "how often? An order as needed stands behind one like 1w9, or 0w9");
        }
        Ok(Order { discipline, items, prn })
    }

    fn separator(&mut self) -> bool {
        let before = self.next;
        if matches!(self.sign(0), Some(',' | ';')) {
            self.next += 1;
        }
        if self.is(0, &["and"]) && self.is(1, &["then"]) {
            self.next += 1;
        }
        self.take(&["then"]);
        self.next > before
    }

    fn discipline(&mut self, given: Option<OrderDiscipline>) -> Result<Option<OrderDiscipline>, Refused> {
        let at = self.at();
        let Some(first) = self.word(0) else { return Ok(given) };
        let begins_item = adverb(first).is_some() || ["once", "twice", "every", "prn", "as"].contains(&first);
        if begins_item {
            return Ok(given);
        }
        let named = NAMES
            .iter()
            .find(|(words, _)| words.iter().enumerate().all(|(i, w)| self.word(i) == Some(w)))
            .map(|(words, d)| (words.len(), *d))
            .or_else(|| OrderDiscipline::from_word(first).map(|d| (1, d)));
        let Some((words, named)) = named else {
            let first: String = first.chars().take(16).collect();
            return refuse(at, format!("“{first}” is no discipline: SN, PT, OT, ST, MSW, HHA, RN, LPN …"));
        };
        if let Some(given) = given.filter(|g| *g != named) {
            let (given, named) = (given.word(), named.word());
            return refuse(at, format!("this order is for {given}, and {named} is written: leave it out"));
        }
        self.next += words;
        if self.sign(0) == Some(':') {
            self.next += 1;
        }
        Ok(Some(named))
    }

    /// How many words stand before `PRN`, when as needed comes next: `3 PRN`, `3 x PRN`, `PRN`.
    fn is_prn(&self) -> Option<usize> {
        let prn = |i| self.is(i, &["prn"]) || (self.is(i, &["as"]) && self.is(i + 1, &["needed"]));
        if prn(0) {
            return Some(0);
        }
        self.number(0)?;
        if prn(1) {
            return Some(1);
        }
        (self.is(1, &["x", "visit", "visits"]) && prn(2)).then_some(2)
    }

    fn prn(&mut self, skip: usize, behind_item: bool) -> Result<Prn, Refused> {
        let at = self.at();
        let mut count = match skip {
            0 => None,
            _ => self.number(0).map(|n| (at, n)),
        };
        self.next += skip;
        self.next += if self.is(0, &["prn"]) { 1 } else { 2 };
        self.take(&["visit", "visits"]);
        // `PRN x3 for …`, `PRN 3 visits for …`; a bare number may begin the reason.
        let times = self.is(0, &["x"]);
        let here = usize::from(times);
        if let Some(n) = self.number(here) {
            let visits = usize::from(self.is(here + 1, &["visit", "visits"]));
            if times || self.is(here + 1 + visits, &["for"]) {
                self.next += here;
                if count.is_some() {
                    return refuse(self.at(), "how many as needed is said twice: leave one out");
                }
                count = Some((self.at(), n));
                self.next += 1 + visits;
            }
        }
        let count = match count {
            Some((at, n)) => match whole(n) {
                Some(n @ 1..=MOST_VISITS) => Some(n as u16),
                _ => return refuse(at, format!("as needed needs a limit, from 1 to {MOST_VISITS} ({PRN_RULE})")),
            },
            None if behind_item => None,
            None => {
                return refuse(at, format!("as needed needs a limit: how many, as in 3 PRN for falls ({PRN_RULE})"));
            }
        };
        if !self.take(&["for"]) && self.sign(0) == Some(':') {
            self.next += 1;
        }
        let from = self.at();
        let rest: String = self.chars[from..].iter().map(|c| if c.is_control() { ' ' } else { *c }).collect();
        let reason = rest.split_whitespace().collect::<Vec<_>>().join(" ");
        self.next = self.tokens.len();
        if !reason.chars().any(char::is_alphanumeric) {
            let why = format!("as needed for what? Write the sign or symptom, as in PRN for pain >8 ({PRN_RULE})");
            return refuse(from, why);
        }
        Ok(Prn { count, reason })
    }

    fn item(&mut self, length: &mut Option<Length>) -> Result<Item, Refused> {
        if let Some(new) = self.length()? {
            *length = Some(new);
            if matches!(self.sign(0), Some(',' | ';')) {
                self.next += 1;
            }
            if self.peek(0).is_none() {
                return refuse(self.at(), "and how often? Write it behind the hours: 2h/d 3w4");
            }
        }
        let at = self.at();
        let (lo, hi) = self.visits()?;
        let per = self.unit(at)?;
        let most = if per == Per::Day { 24 } else { MOST_VISITS };
        if hi > most {
            return refuse(at, format!("more than {most} visits a {} can't be meant", per.word()));
        }
        let (per, times) = self.how_many(per, hi)?;
        Ok(Item { lo: lo as u16, hi: hi as u16, per, times, length: *length })
    }

    /// `2-3h/d`, `4 hours a visit`; nothing where the next is no length.
    fn length(&mut self) -> Result<Option<Length>, Refused> {
        const HOURS: &[&str] = &["h", "hr", "hrs", "hour", "hours"];
        let dash = self.sign(1) == Some('-') || self.is(1, &["to"]);
        let unit_at = if dash { 3 } else { 1 };
        if self.number(0).is_none() || !self.is(unit_at, HOURS) {
            return Ok(None);
        }
        let at = self.at();
        let (Some(lo), Some(hi)) = (self.number(0), self.number(unit_at - 1)) else {
            return refuse(at, "hours are a number: 2h/d, 2-3h/d");
        };
        self.next += unit_at + 1;
        let per_at = self.at();
        if self.sign(0) == Some('/') || self.is(0, &["a", "per", "each", "every"]) {
            self.next += 1;
            if self.word(0).and_then(unit).is_some_and(|p| p != Per::Day) {
                return refuse(
                    per_at,
                    "hours a week don't say how many visits: write hours a day and days a week, 2h/d 3w4",
                );
            }
            self.take(&["d", "day", "visit", "shift"]);
        }
        let minutes = |n: u32| (n.is_multiple_of(25) && (25..=2400).contains(&n)).then_some((n * 60 / 100) as u16);
        match (minutes(lo), minutes(hi)) {
            (Some(lo), Some(hi)) if lo <= hi => Ok(Some(Length { lo, hi })),
            (Some(_), Some(_)) => refuse(at, "the range runs downward: write the smaller number first"),
            _ => refuse(at, "a visit has a quarter of an hour to 24 hours, in quarters: 2.25h/d"),
        }
    }

    /// The number of visits, or of days a week.
    fn visits(&mut self) -> Result<(u32, u32), Refused> {
        let at = self.at();
        let visit_words = &["x", "time", "times", "visit", "visits"];
        if self.take(&["once"]) {
            return Ok((1, 1));
        }
        if self.take(&["twice"]) {
            return Ok((2, 2));
        }
        if self.is(0, &["every"]) || self.word(0).and_then(adverb).is_some() {
            return Ok((1, 1));
        }
        let Some(lo) = self.number(0) else {
            return refuse(at, "how many visits? Write a number, as in 2w4");
        };
        let Some(lo) = whole(lo) else { return refuse(at, "visits are whole: 2w4, or the range 2-3w4") };
        self.next += 1;
        let mut hi = lo;
        if self.sign(0) == Some('-') || self.is(0, &["to"]) {
            self.next += 1;
            let at = self.at();
            hi = match self.number(0) {
                None => return refuse(at, "the range has no end: write it like 1-3w6"),
                Some(n) => match whole(n) {
                    None => return refuse(at, "visits are whole: 1-3w6"),
                    Some(hi) => hi,
                },
            };
            self.next += 1;
            if hi < lo {
                return refuse(at, format!("the range runs downward: write {hi}-{lo}"));
            }
        }
        self.take(visit_words);
        Ok((lo, hi))
    }

    fn unit(&mut self, item_at: usize) -> Result<Per, Refused> {
        const EACH: &[&str] = &["a", "per", "each", "every"];
        if let Some(per) = self.word(0).and_then(adverb) {
            self.next += 1;
            return Ok(per);
        }
        if self.sign(0) == Some('/') || self.is(0, EACH) {
            self.next += 1;
        }
        let at = self.at();
        let Some(word) = self.word(0) else {
            let at = if self.peek(0).is_none() { item_at } else { at };
            return refuse(at, "a day, a week or a month? Write d, w or m behind the number, as in 2w4");
        };
        let Some(mut per) = unit(word) else {
            let word: String = word.chars().take(16).collect();
            return refuse(at, format!("“{word}” is no unit: write d, w or m behind the number, as in 2w4"));
        };
        self.next += 1;
        // `2-3d/wk`: so many days a week.
        if per == Per::Day && (self.sign(0) == Some('/') || self.is(0, EACH)) {
            match self.word(1).and_then(unit) {
                Some(wider) if wider != Per::Day => per = wider,
                _ => return refuse(self.at(), "days of what? Write days a week, as in 2-3d/wk x 9wks"),
            }
            self.next += 2;
        }
        Ok(per)
    }

    /// For how many days, weeks or months, in the unit of the visits where the two can be brought together.
    fn how_many(&mut self, per: Per, hi: u32) -> Result<(Per, u16), Refused> {
        if !self.take(&["x"]) {
            self.take(&["for"]);
        }
        let at = self.at();
        let Some(number) = self.number(0) else {
            let daily = per == Per::Day || (per == Per::Week && hi >= 7);
            return refuse(
                at,
                if self.nursing && daily && hi > 0 {
                    "daily skilled nursing needs an end: say for how many days, as in 1d21".to_owned()
                } else {
                    format!("for how many {}s? Write the number behind it, as in 2{}4", per.word(), per.letter())
                },
            );
        };
        let Some(number) = whole(number) else { return refuse(at, format!("{}s are whole", per.word())) };
        self.next += 1;
        let mut times = number;
        if let Some(said) = self.word(0).and_then(unit) {
            let said_at = self.at();
            self.next += 1;
            times = match (per, said) {
                (per, said) if per == said => number,
                (Per::Day, Per::Week) => number.saturating_mul(7),
                (Per::Week, Per::Day) if number.is_multiple_of(7) => number / 7,
                _ => {
                    let (per, said) = (per.word(), said.word());
                    return refuse(said_at, format!("so many a {per} for {said}s doesn't come out even: say {per}s"));
                }
            };
        }
        if times == 0 {
            return refuse(at, format!("for no {0} at all: leave it out, or say how many {0}s", per.word()));
        }
        if times > per.most() {
            return refuse(at, format!("longer than {} {}s is no order", per.most(), per.word()));
        }
        Ok((per, times as u16))
    }
}

/// The number, where it is whole.
fn whole(hundredths: u32) -> Option<u32> {
    hundredths.is_multiple_of(100).then_some(hundredths / 100)
}
