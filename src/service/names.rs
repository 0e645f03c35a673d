//! How people are named on a screen where nobody else may look the same. Who shares a form of a name with whom is
//! counted as people come and change, so that one more client costs the same in an agency of any size.

use crate::domain::search::{fold, sound};
use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash, Hasher};

/// How a person is named.
#[derive(Clone, Default)]
pub struct Shown {
    /// `Okafor, Ruth`, longer where somebody else has that name.
    pub listed: String,
    /// `Okafor`, longer where somebody else has that name.
    pub short: String,
    /// Somebody looks or sounds alike.
    pub alike: bool,
}

/// What a person is told apart by.
pub(super) struct Named<'a> {
    pub(super) family: &'a str,
    pub(super) given: &'a str,
    pub(super) listed: String,
    pub(super) year: String,
    pub(super) tail: String,
    /// Stands in the lists now, so that others have to look different.
    pub(super) counts: bool,
}

/// The forms of a name in which two people may look alike.
#[derive(Clone, Copy)]
enum Form {
    Listed,
    Year,
    Family,
    Initial,
    Sound,
    Start,
}

/// Digests of a name in each form.
type Forms = [u64; 6];

/// The names of all people of a sort.
pub(super) struct Names<I> {
    people: HashMap<I, (Forms, bool)>,
    /// How many who count have a form.
    shared: HashMap<u64, u32>,
}

impl<I> Default for Names<I> {
    fn default() -> Self {
        Self { people: HashMap::new(), shared: HashMap::new() }
    }
}

impl<I: Copy + Eq + Hash> Names<I> {
    /// Takes in a person as she is named now.
    pub(super) fn put(&mut self, id: I, named: &Named<'_>) {
        self.forget(id);
        let forms = forms(named);
        if named.counts {
            for form in forms {
                *self.shared.entry(form).or_default() += 1;
            }
        }
        self.people.insert(id, (forms, named.counts));
    }

    /// Forgets a person.
    pub(super) fn forget(&mut self, id: I) {
        let Some((forms, true)) = self.people.remove(&id) else { return };
        for form in forms {
            if let Some(n) = self.shared.get_mut(&form) {
                *n -= 1;
                if *n == 0 {
                    self.shared.remove(&form);
                }
            }
        }
    }

    /// The shortest name that nobody else has.
    pub(super) fn shown(&self, id: I, named: Named<'_>) -> Shown {
        let Some((forms, counts)) = self.people.get(&id) else { return Shown::default() };
        // Somebody who does not count stands beside those who do, so she is one more.
        let unique = |form: Form| self.shared.get(&forms[form as usize]).copied().unwrap_or(0) <= u32::from(*counts);
        let listed = if unique(Form::Listed) {
            named.listed
        } else if unique(Form::Year) && !named.year.is_empty() {
            format!("{} {}", named.listed, named.year)
        } else {
            format!("{} {} …{}", named.listed, named.year, named.tail)
        };
        let short = if named.family.is_empty() {
            listed.clone()
        } else if unique(Form::Family) {
            named.family.to_owned()
        } else if unique(Form::Initial) && !named.given.is_empty() {
            format!("{}, {}.", named.family, named.given.chars().next().unwrap_or(' '))
        } else {
            listed.clone()
        };
        Shown { listed, short, alike: !unique(Form::Sound) || !unique(Form::Start) }
    }
}

fn forms(named: &Named<'_>) -> Forms {
    let (family, given, listed) = (fold(named.family), fold(named.given), fold(&named.listed));
    let digest = |form: Form, text: &str| {
        let mut hasher = DefaultHasher::new();
        (form as u8, text).hash(&mut hasher);
        hasher.finish()
    };
    [
        digest(Form::Listed, &listed),
        digest(Form::Year, &format!("{listed} {}", named.year)),
        digest(Form::Family, &family),
        digest(Form::Initial, &format!("{family} {}", given.chars().next().unwrap_or(' '))),
        digest(Form::Sound, &format!("{} {}", sound(&family), sound(&given))),
        digest(Form::Start, &format!("{family} {}", given.chars().take(3).collect::<String>())),
    ]
}
