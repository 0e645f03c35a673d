//! What a source system last said of a record, field by field, beside the record and not in it.

use super::record::{Kind, Owner, body};
use super::text::{Few, Text};
use super::words::opaque;
use serde::{Deserialize, Serialize};

/// What a source last said of one field.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Said {
    /// The field's name: `name.family`.
    pub field: Text<40>,
    /// A digest of the value.
    pub digest: u64,
}
opaque!(Said);

/// A record's origin.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImportSource {
    /// Which system or list: `fhir`, `csv:clients`.
    pub source: Text<120>,
    /// The kind of record.
    pub kind: Kind,
    /// The record.
    pub record: [u8; 16],
    /// Its identifier there.
    pub identifier: Text<240>,
    /// Each field it owns.
    pub fields: Few<Said, 80>,
    /// References that found nothing, kept as they were written: `staff Practitioner/17`.
    pub dangling: Few<Text<280>, 8>,
    /// Missing from the newest full export (never deleted).
    pub gone: bool,
}

/// A saved map from a list's headings to fields.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ColumnMap {
    /// Its name.
    pub name: Text<80>,
    /// What the list holds: `clients`, `staff`, `visits`.
    pub list: Text<20>,
    /// Heading and field, in the list's order.
    pub columns: Few<(Text<80>, Text<40>), 60>,
}

body!(ImportSource: ImportSourceId => |source, _| Owner::Record(source.kind, source.record), ColumnMap: ColumnMapId => |_, _| Owner::Agency);
