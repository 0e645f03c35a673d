//! What a person has, whoever they are: names, phones, addresses.

use super::text::{Few, Text};
use super::words::{opaque, words};
use serde::{Deserialize, Serialize};

/// A person's names as the record has them.
#[derive(Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Name {
    /// Family name.
    pub family: Text<80>,
    /// Given names.
    pub given: Text<80>,
    /// What they like to be called.
    pub preferred: Text<60>,
    /// Former names, which callers still use.
    pub former: Text<120>,
}
opaque!(Name);

impl Name {
    /// `Okafor, Ruth`; whichever part there is when one is missing.
    pub fn listed(&self) -> String {
        match (self.family.is_empty(), self.given.is_empty()) {
            (false, false) => format!("{}, {}", self.family.as_str(), self.given.as_str()),
            (false, true) => self.family.as_str().to_owned(),
            (true, false) => self.given.as_str().to_owned(),
            (true, true) => "(no name)".to_owned(),
        }
    }

    /// `Okafor, Ruth “Ruthie”`.
    pub fn full(&self) -> String {
        match self.preferred.some() {
            Some(p) if p != self.given.as_str() => format!("{} “{p}”", self.listed()),
            _ => self.listed(),
        }
    }

    /// `R. Okafor`.
    pub fn initialed(&self) -> String {
        match self.given.chars().next() {
            Some(i) if !self.family.is_empty() => format!("{i}. {}", self.family.as_str()),
            _ => self.listed(),
        }
    }

    /// `RO`, for screens that others can see.
    pub fn initials(&self) -> String {
        self.given.chars().next().into_iter().chain(self.family.chars().next()).collect()
    }
}

words! {
    /// What a phone number is.
    PhoneKind { Mobile = "mobile", Home = "home", Work = "work", Fax = "fax", Other = "other" }
}

/// One phone number, as it was written.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Phone {
    /// What it is.
    pub kind: PhoneKind,
    /// The number.
    pub number: Text<40>,
}
opaque!(Phone);

/// Where somebody lives or works.
#[derive(Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Address {
    /// Street, house, apartment.
    pub street: Text<160>,
    /// Town.
    pub town: Text<80>,
    /// State or region.
    pub region: Text<40>,
    /// Postal code.
    pub postcode: Text<20>,
}
opaque!(Address);

impl Address {
    /// One line of it.
    pub fn line(&self) -> String {
        let parts = [self.street.as_str(), self.town.as_str(), self.region.as_str(), self.postcode.as_str()];
        parts.iter().filter(|p| !p.is_empty()).copied().collect::<Vec<_>>().join(", ")
    }
}

words! {
    /// Sex as recorded.
    Sex { Unknown = "unknown", Female = "female", Male = "male", Other = "other" }
}

/// Phones of one person.
pub type Phones = Few<Phone, 6>;
/// Languages of one person.
pub type Languages = Few<Text<40>, 6>;
