//! References: `Patient/1`, `https://host/fhir/Patient/1/_history/2`, `urn:uuid:…`, `#contained`,
//! `Practitioner?identifier=system|value` and those that give only an identifier or a name.

use super::node::{Bad, Node};

/// What a reference says.
#[derive(Clone, PartialEq, Eq, Default)]
pub(super) struct Reference {
    /// Where it points.
    pub to: Target,
    /// The name it gives along.
    pub display: String,
    /// The type it names apart from that.
    pub kind: String,
    /// The path to it, for reports.
    pub path: String,
}

/// Where a reference points.
#[derive(Clone, PartialEq, Eq, Default)]
pub(super) enum Target {
    /// Nowhere but to a name.
    #[default]
    None,
    /// `Type/id`.
    Literal(String),
    /// A bundle's own name for an entry: `urn:uuid:…`.
    Urn(String),
    /// A resource inside this one.
    Contained(String),
    /// Type (may be empty), system and value of an identifier.
    Identifier(String, String, String),
}

impl Reference {
    /// Reads a `Reference`.
    pub(super) fn read(node: &Node<'_>) -> Result<Self, Bad> {
        let display = node.text("display")?.unwrap_or_default().to_owned();
        let kind = node.text("type")?.unwrap_or_default().to_owned();
        let mut to = match node.text("reference")? {
            Some(text) => Target::parse(text),
            None => Target::None,
        };
        if to == Target::None
            && let Some(found) = node.with("identifier", |id| {
                Ok(id
                    .text("value")?
                    .map(|value| (id.text("system").ok().flatten().unwrap_or_default(), value.to_owned()))
                    .map(|(system, value)| (system.to_owned(), value)))
            })?
        {
            to = Target::Identifier(kind.clone(), found.0, found.1);
        }
        Ok(Self { to, display, kind, path: node.path() })
    }

    /// The type of what it points at, where the reference says it.
    pub(super) fn kind(&self) -> &str {
        match &self.to {
            Target::Literal(text) => text.split('/').next().unwrap_or_default(),
            Target::Identifier(kind, ..) if !kind.is_empty() => kind,
            _ => &self.kind,
        }
    }
}

impl Target {
    /// Reads the text of a reference.
    pub(super) fn parse(text: &str) -> Self {
        let text = text.trim();
        if let Some(id) = text.strip_prefix('#') {
            return Self::Contained(id.to_owned());
        }
        if text.starts_with("urn:") {
            return Self::Urn(text.to_ascii_lowercase());
        }
        // A search: `Practitioner?identifier=system|value`, perhaps behind a server's address.
        if let Some((front, query)) = text.split_once('?') {
            let kind = front.rsplit('/').next().unwrap_or_default();
            for part in query.split('&') {
                if let Some(value) = part.strip_prefix("identifier=") {
                    let value = unescape(value);
                    let (system, value) = value.split_once('|').unwrap_or(("", &value));
                    return Self::Identifier(kind.to_owned(), system.to_owned(), value.to_owned());
                }
            }
            return Self::None;
        }
        let text = text.split("/_history/").next().unwrap_or_default();
        let mut parts = text.rsplit('/');
        let (id, kind) = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
        if id.is_empty() || !kind.starts_with(|c: char| c.is_ascii_uppercase()) {
            return Self::None;
        }
        Self::Literal(format!("{kind}/{id}"))
    }
}

/// `%7C` is `|`.
fn unescape(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut out = Vec::with_capacity(bytes.len());
    let mut i = 0;
    while i < bytes.len() {
        let hex = (bytes[i] == b'%').then(|| text.get(i + 1..i + 3)).flatten();
        if let Some(byte) = hex.and_then(|h| u8::from_str_radix(h, 16).ok()) {
            out.push(byte);
            i += 3;
        } else {
            out.push(bytes[i]);
            i += 1;
        }
    }
    String::from_utf8_lossy(&out).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_form_is_told_apart() {
        assert!(Target::parse("Patient/1") == Target::Literal("Patient/1".into()));
        assert!(Target::parse("https://h/fhir/Patient/1/_history/3") == Target::Literal("Patient/1".into()));
        assert!(Target::parse("urn:uuid:AB") == Target::Urn("urn:uuid:ab".into()));
        assert!(Target::parse("#x") == Target::Contained("x".into()));
        let search = Target::parse("Practitioner?identifier=http://npi%7C99");
        assert!(search == Target::Identifier("Practitioner".into(), "http://npi".into(), "99".into()));
        for odd in ["", "/", "Patient", "patient/1", "?", "?identifier", "%", "Patient/", "#"] {
            let _ = Target::parse(odd);
        }
    }
}
