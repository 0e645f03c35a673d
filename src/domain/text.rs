//! Bounded text and bounded lists: the limits that keep every record small.

use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};
use std::fmt;

/// Text of at most `N` bytes of UTF-8. Its `Debug` prints the length only.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Text<const N: usize>(String);

/// A text or list was longer than its field takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TooLong {
    /// What was given: bytes of a text, items of a list.
    pub given: usize,
    /// What the field takes.
    pub limit: usize,
}

impl fmt::Display for TooLong {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "too long: {} where at most {} fit", self.given, self.limit)
    }
}

impl std::error::Error for TooLong {}

impl<const N: usize> Text<N> {
    /// Takes `text`, trimmed, or says how much too long it is.
    pub fn new(text: &str) -> Result<Self, TooLong> {
        let text = text.trim();
        if text.len() > N { Err(TooLong { given: text.len(), limit: N }) } else { Ok(Self(text.to_owned())) }
    }

    /// Takes what fits of `text`, trimmed, cut at a character. Only for text that caseload itself makes.
    pub fn clip(text: &str) -> Self {
        let text = text.trim();
        let mut end = text.len().min(N);
        while !text.is_char_boundary(end) {
            end -= 1;
        }
        Self(text[..end].to_owned())
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The text, or nothing when empty.
    pub fn some(&self) -> Option<&str> {
        if self.0.is_empty() { None } else { Some(&self.0) }
    }
}

impl<const N: usize> fmt::Debug for Text<N> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "<{} bytes>", self.0.len())
    }
}

impl<const N: usize> std::ops::Deref for Text<N> {
    type Target = str;
    fn deref(&self) -> &str {
        &self.0
    }
}

impl<const N: usize> TryFrom<&str> for Text<N> {
    type Error = TooLong;
    fn try_from(text: &str) -> Result<Self, TooLong> {
        Self::new(text)
    }
}

impl<const N: usize> Serialize for Text<N> {
    fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        s.serialize_str(&self.0)
    }
}

impl<'de, const N: usize> Deserialize<'de> for Text<N> {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        let text = String::deserialize(d)?;
        if text.len() > N { Err(D::Error::custom(TooLong { given: text.len(), limit: N })) } else { Ok(Self(text)) }
    }
}

/// A list of at most `N` items.
#[derive(Clone, PartialEq, Eq)]
pub struct Few<T, const N: usize>(Vec<T>);

impl<T, const N: usize> Default for Few<T, N> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<T, const N: usize> Few<T, N> {
    /// Takes the list, or says how much too long it is.
    pub fn new(items: Vec<T>) -> Result<Self, TooLong> {
        if items.len() > N { Err(TooLong { given: items.len(), limit: N }) } else { Ok(Self(items)) }
    }

    /// Takes the first that fit. Only for lists that caseload itself makes.
    pub fn clip(mut items: Vec<T>) -> Self {
        items.truncate(N);
        Self(items)
    }

    /// Adds one at the end, if it fits.
    pub fn push(&mut self, item: T) -> Result<(), TooLong> {
        if self.0.len() >= N {
            return Err(TooLong { given: self.0.len() + 1, limit: N });
        }
        self.0.push(item);
        Ok(())
    }
}

impl<T: fmt::Debug, const N: usize> fmt::Debug for Few<T, N> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl<T, const N: usize> std::ops::Deref for Few<T, N> {
    type Target = [T];
    fn deref(&self) -> &[T] {
        &self.0
    }
}

impl<T: Serialize, const N: usize> Serialize for Few<T, N> {
    fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        self.0.serialize(s)
    }
}

impl<'de, T: Deserialize<'de>, const N: usize> Deserialize<'de> for Few<T, N> {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        let items = Vec::<T>::deserialize(d)?;
        if items.len() > N { Err(D::Error::custom(TooLong { given: items.len(), limit: N })) } else { Ok(Self(items)) }
    }
}
