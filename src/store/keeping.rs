//! What an agency may say about its own upkeep, in `keeping.toml` in its directory: how many snapshots stay, how much
//! room the disk must have. Every line may be left out.
//!
//! ```toml
//! [snapshots]
//! hourly = 24        # the newest of each of the last 24 hours that have one
//! daily = 30         # and of each of the last 30 days
//! every_minutes = 60
//!
//! [disk]
//! free_mb = 1000     # below this nothing more is taken, or below twice the working copy
//! ballast_mb = 64    # given up when the disk is full, so that caseload starts
//! ```

use super::guard::{MB, Room};
use super::rotation::Keeping;
use crate::domain::time::MINUTE;
use serde::Deserialize;

/// Its file, below the agency's directory.
pub const FILE: &str = "keeping.toml";

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields, default)]
struct Said {
    snapshots: Snapshots,
    disk: Disk,
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields, default)]
struct Snapshots {
    hourly: Option<u16>,
    daily: Option<u16>,
    every_minutes: Option<u16>,
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields, default)]
struct Disk {
    free_mb: Option<u32>,
    ballast_mb: Option<u32>,
}

/// Reads the file's text over the defaults; an error names the line and what is wrong there.
pub fn parse(text: &str, room: Room) -> Result<(Keeping, Room), String> {
    let said: Said = toml::from_str(text).map_err(|e| {
        let line = e.span().map_or(1, |span| text.get(..span.start).unwrap_or("").matches('\n').count() + 1);
        format!("{FILE} line {line}: {}; mend it or take the line out", e.message())
    })?;
    let usual = Keeping::default();
    let keeping = Keeping {
        hourly: said.snapshots.hourly.map_or(usual.hourly, usize::from),
        daily: said.snapshots.daily.map_or(usual.daily, usize::from),
        every: said.snapshots.every_minutes.map_or(usual.every, |n| i64::from(n.max(1)) * MINUTE),
    };
    let bytes = |mb: u32| u64::from(mb) * MB;
    let room = Room {
        least: said.disk.free_mb.map_or(room.least, bytes),
        ballast: said.disk.ballast_mb.map_or(room.ballast, bytes),
    };
    Ok((keeping, room))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_said_is_as_usual() {
        assert_eq!(parse("", Room::SERVER).unwrap(), (Keeping::default(), Room::SERVER));
        let (keeping, room) = parse("[snapshots]\ndaily = 90\n[disk]\nfree_mb = 5\n", Room::SERVER).unwrap();
        assert_eq!((keeping.hourly, keeping.daily, keeping.every), (24, 90, 60 * MINUTE));
        assert_eq!(room, Room { least: 5 * MB, ballast: Room::SERVER.ballast });
    }

    #[test]
    fn an_error_names_the_line() {
        let why = parse("[snapshots]\nhourly = 24\ndayly = 30\n", Room::PERSONAL).unwrap_err();
        assert!(why.contains("keeping.toml line 3") && why.contains("dayly"), "{why}");
    }
}
