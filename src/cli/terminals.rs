//! What terminals answered the last time, a line each in the user's own state directory, so that the first frame of the
//! next start knows it: an answer takes a while, and a theme that changes under the eyes is worse than a wrong one.

use crate::terminal::profile::Profile;
use std::collections::BTreeMap;
use std::path::PathBuf;

/// More terminals than this are not kept.
const MOST: usize = 50;

/// The background that this terminal had when it was asked last.
pub fn background(profile: &Profile) -> Option<(u8, u8, u8)> {
    parse(kept(&file()?).get(&profile.kind())?)
}

/// Keeps what it has answered, if that is new. What can't be kept is asked again the next time.
pub fn keep(profile: &Profile) {
    let (Some(file), Some((r, g, b))) = (file(), profile.answered_background()) else { return };
    let mut all = kept(&file);
    let color = format!("#{r:02x}{g:02x}{b:02x}");
    if all.get(&profile.kind()) == Some(&color) || (all.len() >= MOST && !all.contains_key(&profile.kind())) {
        return;
    }
    all.insert(profile.kind(), color);
    let Ok(text) = toml::to_string(&all) else { return };
    if let Some(dir) = file.parent() {
        let _ = std::fs::create_dir_all(dir);
    }
    // Another one may be leaving at the same time: whoever is last has written a whole file.
    let new = file.with_extension(format!("{}", std::process::id()));
    if std::fs::write(&new, text).is_ok() && std::fs::rename(&new, &file).is_err() {
        let _ = std::fs::remove_file(&new);
    }
}

fn file() -> Option<PathBuf> {
    let dirs = directories::ProjectDirs::from("", "", "caseload")?;
    Some(dirs.state_dir().unwrap_or(dirs.data_local_dir()).join("backgrounds.toml"))
}

/// What is kept; a file that can't be read holds nothing.
fn kept(file: &PathBuf) -> BTreeMap<String, String> {
    std::fs::read_to_string(file).ok().and_then(|text| toml::from_str(&text).ok()).unwrap_or_default()
}

fn parse(color: &str) -> Option<(u8, u8, u8)> {
    let hex = color.strip_prefix('#').filter(|hex| hex.len() == 6 && hex.is_ascii())?;
    let channel = |at: usize| u8::from_str_radix(hex.get(at..at + 2)?, 16).ok();
    Some((channel(0)?, channel(2)?, channel(4)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_colour_is_six_digits() {
        assert_eq!(parse("#002b36"), Some((0, 0x2b, 0x36)));
        for odd in ["", "#", "002b36", "#002b3", "#002b3g", "#002b366", "#ü2b36"] {
            assert_eq!(parse(odd), None, "{odd}");
        }
    }
}
