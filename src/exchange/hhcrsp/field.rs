//! Walking into a JSON file with the path at hand, so that whatever is wrong is said with its place.

use super::Unreadable;
use serde_json::Value;

/// A value and the path that led to it.
#[derive(Clone, Debug)]
pub(super) struct Field<'a> {
    path: String,
    value: &'a Value,
}

impl<'a> Field<'a> {
    pub(super) fn root(value: &'a Value) -> Self {
        Self { path: String::new(), value }
    }

    pub(super) fn wrong(&self, what: impl Into<String>) -> Unreadable {
        Unreadable { field: self.path.clone(), what: what.into() }
    }

    /// A member; nothing when it is not there or null.
    pub(super) fn maybe(&self, name: &str) -> Option<Self> {
        let value = self.value.get(name).filter(|v| !v.is_null())?;
        let path = if self.path.is_empty() { name.to_owned() } else { format!("{}.{name}", self.path) };
        Some(Self { path, value })
    }

    /// A member that must be there.
    pub(super) fn member(&self, name: &str) -> Result<Self, Unreadable> {
        if !self.value.is_object() {
            return Err(self.wrong("an object is expected here"));
        }
        self.maybe(name).ok_or_else(|| self.wrong(format!("“{name}” is missing")))
    }

    /// Each of a list.
    pub(super) fn list(&self) -> Result<Vec<Self>, Unreadable> {
        let all = self.value.as_array().ok_or_else(|| self.wrong("a list is expected here"))?;
        Ok(all.iter().enumerate().map(|(i, value)| Self { path: format!("{}[{i}]", self.path), value }).collect())
    }

    pub(super) fn text(&self) -> Result<String, Unreadable> {
        self.value.as_str().map(str::to_owned).ok_or_else(|| self.wrong("a text is expected here"))
    }

    /// A number between nought and a million.
    pub(super) fn number(&self) -> Result<f64, Unreadable> {
        let number = self.value.as_f64().ok_or_else(|| self.wrong("a number is expected here"))?;
        if (0.0..=1_000_000.0).contains(&number) {
            Ok(number)
        } else {
            Err(self.wrong(format!("{number} is not between 0 and 1000000")))
        }
    }

    /// A list of two numbers, the second at least the first.
    pub(super) fn span(&self) -> Result<(f64, f64), Unreadable> {
        match &self.list()?[..] {
            [from, to] => {
                let (from, to) = (from.number()?, to.number()?);
                if from <= to { Ok((from, to)) } else { Err(self.wrong(format!("{to} lies before {from}"))) }
            }
            other => Err(self.wrong(format!("two numbers are expected here, not {}", other.len()))),
        }
    }
}

/// The whole file.
pub(super) fn parse(bytes: &[u8]) -> Result<Value, Unreadable> {
    serde_json::from_slice(bytes).map_err(|e| Unreadable { field: String::new(), what: format!("not JSON: {e}") })
}
