//! A resource's members, reached with the path to them: whoever finds a wrong type can say where.

use serde_json::Value;
use std::fmt::Write as _;

/// What is wrong, and where. Never quotes a value: that may be a person's data.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Bad {
    /// Path from the resource: `name[0].family`.
    pub field: String,
    /// What is wrong with it.
    pub why: String,
}

impl Bad {
    /// This is wrong there.
    pub(super) fn new(field: impl Into<String>, why: impl Into<String>) -> Self {
        Self { field: field.into(), why: why.into() }
    }
}

/// A value and the way to it.
#[derive(Clone, Copy)]
pub(super) struct Node<'a> {
    value: &'a Value,
    up: Option<&'a Node<'a>>,
    step: Step<'a>,
}

#[derive(Clone, Copy)]
enum Step<'a> {
    Name(&'a str),
    At(usize),
}

impl<'a> Node<'a> {
    /// A resource.
    pub(super) fn root(value: &'a Value) -> Self {
        Self { value, up: None, step: Step::Name("") }
    }

    /// The value itself.
    pub(super) fn value(&self) -> &'a Value {
        self.value
    }

    /// `name[0].family`.
    pub(super) fn path(&self) -> String {
        let mut out = self.up.map(Node::path).unwrap_or_default();
        match self.step {
            Step::Name("") => {}
            Step::Name(name) => {
                if !out.is_empty() {
                    out.push('.');
                }
                out.push_str(name);
            }
            Step::At(n) => {
                let _ = write!(out, "[{n}]");
            }
        }
        out
    }

    fn wrong(&self, wanted: &str) -> Bad {
        let is = match self.value {
            Value::Null => "nothing",
            Value::Bool(_) => "true or false",
            Value::Number(_) => "a number",
            Value::String(_) => "a text",
            Value::Array(_) => "a list",
            Value::Object(_) => "an object",
        };
        Bad::new(self.path(), format!("should be {wanted}, is {is}"))
    }

    /// A member, if there is one. `null` is no member.
    pub(super) fn get<'b>(&'b self, name: &'b str) -> Result<Option<Node<'b>>, Bad>
    where
        'a: 'b,
    {
        match self.value {
            Value::Object(map) => Ok(map.get(name).filter(|v| !v.is_null()).map(|value| Node {
                value,
                up: Some(self),
                step: Step::Name(name),
            })),
            _ => Err(self.wrong("an object")),
        }
    }

    /// Calls for each element of a list member; one that is no list is an error, one that is absent is empty.
    pub(super) fn each<'b>(&'b self, name: &'b str, mut f: impl FnMut(Node<'_>) -> Result<(), Bad>) -> Result<(), Bad>
    where
        'a: 'b,
    {
        let Some(list) = self.get(name)? else { return Ok(()) };
        let Value::Array(items) = list.value else { return Err(list.wrong("a list")) };
        for (n, value) in items.iter().enumerate() {
            if !value.is_null() {
                f(Node { value, up: Some(&list), step: Step::At(n) })?;
            }
        }
        Ok(())
    }

    /// Calls for a member that is there.
    pub(super) fn with<T>(
        &self,
        name: &str,
        f: impl FnOnce(Node<'_>) -> Result<Option<T>, Bad>,
    ) -> Result<Option<T>, Bad> {
        self.get(name)?.map_or(Ok(None), f)
    }

    /// A member that is text, trimmed; empty is absent.
    pub(super) fn text(&self, name: &str) -> Result<Option<&'a str>, Bad> {
        match self.value {
            Value::Object(map) => match map.get(name) {
                None | Some(Value::Null) => Ok(None),
                Some(Value::String(text)) => Ok(Some(text.trim()).filter(|t| !t.is_empty())),
                Some(value) => Err(Node { value, up: Some(self), step: Step::Name(name) }.wrong("a text")),
            },
            _ => Err(self.wrong("an object")),
        }
    }

    /// A member that is true or false.
    pub(super) fn flag(&self, name: &str) -> Result<Option<bool>, Bad> {
        match self.get(name)? {
            None => Ok(None),
            Some(node) => node.value.as_bool().map(Some).ok_or_else(|| node.wrong("true or false")),
        }
    }

    /// A member that is a number.
    pub(super) fn number(&self, name: &str) -> Result<Option<f64>, Bad> {
        match self.get(name)? {
            None => Ok(None),
            Some(node) => node.value.as_f64().map(Some).ok_or_else(|| node.wrong("a number")),
        }
    }

    /// The texts of a list member.
    pub(super) fn texts(&self, name: &str) -> Result<Vec<String>, Bad> {
        let mut out = Vec::new();
        self.each(name, |item| {
            let text = item.value.as_str().ok_or_else(|| item.wrong("a text"))?.trim();
            if !text.is_empty() {
                out.push(text.to_owned());
            }
            Ok(())
        })?;
        Ok(out)
    }
}
