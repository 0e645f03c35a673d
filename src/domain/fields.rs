//! A record's body as named fields, so that one mechanism serves edits, imports, undo and history: only the fields that
//! somebody changed travel, and only those are put back.

use super::record::{Body, Kind};
use super::words::opaque;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// Changed fields: name and value as JSON text. A name may reach into a field: `name.family`, `handling.owner`.
#[derive(Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Fields(pub Vec<(String, String)>);
opaque!(Fields);

/// Why fields do not make a body. Names the field, never its value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BadField {
    /// The kind of record.
    pub kind: Kind,
    /// The field, where it is known.
    pub field: String,
    /// What is wrong with it.
    pub why: String,
}

impl std::fmt::Display for BadField {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}.{}: {}", self.kind.word(), self.field, self.why)
    }
}

impl std::error::Error for BadField {}

impl Fields {
    /// No fields.
    pub fn none() -> Self {
        Self::default()
    }

    /// All fields of a body.
    pub fn of<B: Body>(body: &B) -> Self {
        match serde_json::to_value(body) {
            Ok(Value::Object(map)) => Self(map.into_iter().map(|(k, v)| (k, v.to_string())).collect()),
            _ => Self::default(),
        }
    }

    /// With this field set.
    #[must_use]
    pub fn with<T: Serialize>(mut self, name: &str, value: &T) -> Self {
        self.set(name, value);
        self
    }

    /// Sets a field.
    pub fn set<T: Serialize>(&mut self, name: &str, value: &T) {
        let json = serde_json::to_string(value).unwrap_or_else(|_| "null".to_owned());
        match self.0.iter_mut().find(|(n, _)| n == name) {
            Some((_, v)) => *v = json,
            None => self.0.push((name.to_owned(), json)),
        }
    }

    /// A field's value.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(n, _)| n == name).map(|(_, v)| v.as_str())
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The body with these fields changed.
    pub fn applied_to<B: Body>(&self, body: &B) -> Result<B, BadField> {
        let mut map = as_map(body);
        for (name, json) in &self.0 {
            let value: Value = serde_json::from_str(json).map_err(|_| BadField {
                kind: B::KIND,
                field: name.clone(),
                why: "not a value".to_owned(),
            })?;
            // Only a structure can hold something that has no place.
            let given = (value.is_object() || value.is_array()).then(|| value.clone());
            if !put(&mut map, name, value) {
                return Err(BadField { kind: B::KIND, field: name.clone(), why: NO_SUCH.to_owned() });
            }
            // Checked after each field, so that the error can name the one that does not fit.
            let Ok(read) = serde_json::from_value::<B>(Value::Object(map.clone())) else {
                let why = reason::<B>(&map);
                return Err(BadField { kind: B::KIND, field: name.clone(), why });
            };
            if given.is_some_and(|given| value_at(&read, name).is_none_or(|kept| loses(&given, &kept))) {
                return Err(BadField { kind: B::KIND, field: name.clone(), why: NO_SUCH.to_owned() });
            }
        }
        serde_json::from_value(Value::Object(map)).map_err(|_| BadField {
            kind: B::KIND,
            field: String::new(),
            why: "does not fit".to_owned(),
        })
    }

    /// Makes a body from all of its fields.
    pub fn body<B: Body>(&self) -> Result<B, BadField> {
        let mut map = Map::new();
        for (name, json) in &self.0 {
            let value: Value = serde_json::from_str(json).map_err(|_| BadField {
                kind: B::KIND,
                field: name.clone(),
                why: "not a value".to_owned(),
            })?;
            map.insert(name.clone(), value);
        }
        let body = serde_json::from_value::<B>(Value::Object(map.clone())).map_err(|_| bad_field::<B>(&map))?;
        let known = as_map(&body);
        match map.iter().find(|(name, given)| known.get(*name).is_none_or(|kept| loses(given, kept))) {
            Some((name, _)) => Err(BadField { kind: B::KIND, field: name.clone(), why: NO_SUCH.to_owned() }),
            None => Ok(body),
        }
    }
}

const NO_SUCH: &str = "there is no such field";

/// Whether something that was given has no place in what was kept: serde leaves out what a type does not know, and a
/// misspelt field would be lost without a word.
fn loses(given: &Value, kept: &Value) -> bool {
    match (given, kept) {
        (Value::Object(given), Value::Object(kept)) => {
            given.iter().any(|(name, value)| kept.get(name).is_none_or(|kept| loses(value, kept)))
        }
        (Value::Array(given), Value::Array(kept)) => given.iter().zip(kept).any(|(g, k)| loses(g, k)),
        _ => false,
    }
}

/// Which of all fields does not fit: serde reads them in order and stops at the first, but does not say which it was.
fn bad_field<B: Body>(map: &Map<String, Value>) -> BadField {
    let mut read = Map::new();
    for (name, value) in map {
        read.insert(name.clone(), value.clone());
        let refused = |map: &Map<String, Value>| serde_json::from_value::<B>(Value::Object(map.clone())).err();
        let Some(e) = refused(&read) else { continue };
        let text = e.to_string();
        let fits =
            text.strip_prefix("missing field `").and_then(|rest| rest.strip_suffix('`')).is_some_and(|missing| {
                // Missing out here, and not inside of this one: then it is another matter as soon as it is there.
                let mut with = read.clone();
                with.insert(missing.to_owned(), Value::Null).is_none()
                    && refused(&with).is_none_or(|e| e.to_string() != text)
            });
        if !fits {
            return BadField { kind: B::KIND, field: name.clone(), why: reason::<B>(&read) };
        }
    }
    BadField { kind: B::KIND, field: String::new(), why: reason::<B>(map) }
}

/// serde's reason without the value it quotes: that may be a person's data.
fn reason<B: Body>(map: &Map<String, Value>) -> String {
    match serde_json::from_value::<B>(Value::Object(map.clone())) {
        Ok(_) => String::new(),
        Err(e) => {
            let text = e.to_string();
            // Only what begins so was said by the type itself; further on it may be the value that is quoted.
            if text.starts_with("too long: ") || text.starts_with("missing field") || text.starts_with("not a ") {
                text
            } else if text.contains("unknown variant") {
                "not one of its words".to_owned()
            } else {
                "not of its type".to_owned()
            }
        }
    }
}

fn as_map<B: Body>(body: &B) -> Map<String, Value> {
    match serde_json::to_value(body) {
        Ok(Value::Object(map)) => map,
        _ => Map::new(),
    }
}

/// Sets `a.b` in a map; only where every step but the value exists.
fn put(map: &mut Map<String, Value>, name: &str, value: Value) -> bool {
    match name.split_once('.') {
        None => {
            if !map.contains_key(name) {
                return false;
            }
            map.insert(name.to_owned(), value);
            true
        }
        Some((first, rest)) => match map.get_mut(first) {
            Some(Value::Object(inner)) => put(inner, rest, value),
            _ => false,
        },
    }
}

/// The fields that differ between two bodies, as `(name, before, after)`; reaches into nested structures, not into
/// lists.
pub fn differences<B: Body>(before: &B, after: &B) -> Vec<(String, Value, Value)> {
    let mut out = Vec::new();
    compare("", &Value::Object(as_map(before)), &Value::Object(as_map(after)), &mut out);
    out
}

fn compare(path: &str, before: &Value, after: &Value, out: &mut Vec<(String, Value, Value)>) {
    if before == after {
        return;
    }
    match (before, after) {
        (Value::Object(b), Value::Object(a)) if b.len() == a.len() && b.keys().all(|k| a.contains_key(k)) => {
            for (key, value) in b {
                let path = if path.is_empty() { key.clone() } else { format!("{path}.{key}") };
                compare(&path, value, &a[key], out);
            }
        }
        _ => out.push((path.to_owned(), before.clone(), after.clone())),
    }
}

/// The value of a field of a body.
pub fn value_at<B: Body>(body: &B, name: &str) -> Option<Value> {
    let root = Value::Object(as_map(body));
    name.split('.').try_fold(&root, |value, step| value.get(step)).cloned()
}
