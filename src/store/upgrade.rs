//! Which caseload an agency's directory belongs to. The file `format` names form, schema and layout; a directory of a
//! newer one is refused before anything in it is touched, an older one is upgraded behind a snapshot.

use super::engine::{Engine, EngineError};
use super::files::{Files, read_whole, replace};
use super::indexes::LAYOUT;
use super::journal::{DIRECTORY, io_error};
use super::kept::JournaledEngine;
use super::snapshot;
use crate::domain::record::Kind;
use crate::domain::time::Moment;
use serde::{Deserialize, Serialize};
use std::io;

/// Its file, below the agency's directory.
pub const FILE: &str = "format";
/// The form of the directory itself. What was written before there was such a file is form 1 as well.
const FORM: u32 = 1;
/// How often the schema of a kind was raised so far, all kinds taken together.
pub const RAISED: u16 = 3;
/// The schema of the records as a whole: it grows with each new kind and each kind's own schema.
pub const SCHEMA: u16 = Kind::ALL.len() as u16 + RAISED;
/// No such file is longer.
const LONGEST: usize = 4096;

/// What the file says. More may be said by later ones.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
struct Format {
    form: u32,
    schema: u16,
    layout: u32,
}

const OURS: Format = Format { form: FORM, schema: SCHEMA, layout: LAYOUT };

/// How a directory stands to this program.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Stands {
    /// There is no agency in it yet.
    Empty,
    /// It is of this version.
    Same,
    /// It is of an older one.
    Older,
}

/// Looks, and touches nothing: [`EngineError::Newer`] when a newer caseload has had it.
pub(super) fn look(files: &dyn Files) -> Result<Stands, EngineError> {
    let ours = OURS;
    let Some(bytes) = read_whole(files, FILE, LONGEST).map_err(|e| io_error(FILE, &e))? else {
        let journal = match files.list(DIRECTORY) {
            Err(e) if e.kind() == io::ErrorKind::NotFound => Vec::new(),
            other => other.map_err(|e| io_error(DIRECTORY, &e))?,
        };
        let begun = journal.iter().any(|name| name.strip_suffix(".log").is_some());
        return Ok(if begun { Stands::Older } else { Stands::Empty });
    };
    let found = std::str::from_utf8(&bytes).ok().and_then(|text| toml::from_str::<Format>(text).ok());
    let Some(found) = found else {
        // It only says what the journal can say as well, frame by frame.
        return Ok(Stands::Older);
    };
    if found.form > ours.form || found.schema > ours.schema || found.layout > ours.layout {
        return Err(EngineError::Newer("this agency".to_owned()));
    }
    Ok(if found == ours { Stands::Same } else { Stands::Older })
}

/// Makes an opened agency one of this version: an older one is first kept as it is in a snapshot. Answers the snapshot's
/// file when there was something to keep.
pub(super) fn finish(engine: &JournaledEngine, stands: Stands) -> Result<Option<String>, EngineError> {
    if stands == Stands::Same {
        return Ok(None);
    }
    let mut kept = None;
    if stands == Stands::Older {
        let newest = engine.entry(engine.head()?)?.map_or(0, |entry| entry.commit.at_ms);
        let made = snapshot::make_before_upgrade(engine, Moment(newest)).map_err(|e| {
            let why = format!("before an upgrade the agency is kept in a snapshot, and that failed: {e}");
            EngineError::Io(format!("{why}. Nothing was changed; make room and open it again"))
        })?;
        kept = made.map(|snapshot| snapshot.path);
    }
    let text = toml::to_string(&OURS).map_err(|e| EngineError::Io(format!("{FILE}: {e}")))?;
    replace(engine.files(), FILE, text.as_bytes()).map_err(|e| io_error(FILE, &e))?;
    Ok(kept)
}
