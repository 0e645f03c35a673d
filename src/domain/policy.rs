//! Rule files that the agency adopted: their full text is the record, so that “why” can be answered years later.

use super::record::{Owner, body};
use super::text::Text;
use serde::{Deserialize, Serialize};

/// An adopted rule file.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Policy {
    /// Which file it overrides: `triage`.
    pub name: Text<40>,
    /// The agency's word for this version: `riverside policy v3`.
    pub version: Text<80>,
    /// Its full text.
    pub text: Text<28000>,
    /// The clinical lead who signed it, if one did.
    pub signed_by: Text<120>,
}

body!(Policy: PolicyId => |_, _| Owner::Agency);
