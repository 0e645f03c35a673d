//! What a screen keeps from one time to the next, in a file of the user's own: what was chosen on it, and what `--keep` was
//! said with. What a program remembers by itself is no configuration: it lies in the directory for that.

use super::open::ScreenArgs;
use crate::app::Setting;
use crate::app::layout::Split;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// What is kept.
#[derive(Debug, Default, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Kept {
    /// The theme that was chosen.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub theme: Option<String>,
    /// What the command line takes, as if it were said each time.
    #[serde(flatten)]
    pub said: Said,
    /// How the panes share the room, by the class of the terminal's size.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub panes: BTreeMap<String, Panes>,
}

/// What can be said on the command line and be kept.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
#[allow(clippy::struct_excessive_bools)] // each is a flag of its own on the command line
pub struct Said {
    #[serde(skip_serializing_if = "is_off")]
    pub(super) ascii: bool,
    #[serde(skip_serializing_if = "is_off")]
    pub(super) mono: bool,
    #[serde(skip_serializing_if = "is_off")]
    pub(super) mouse: bool,
    #[serde(skip_serializing_if = "is_off")]
    pub(super) no_mouse: bool,
    #[serde(skip_serializing_if = "is_off")]
    pub(super) notify: bool,
    #[serde(skip_serializing_if = "is_off")]
    pub(super) low_bandwidth: bool,
    #[serde(skip_serializing_if = "is_off")]
    pub(super) plain_keys: bool,
    #[serde(skip_serializing_if = "is_off")]
    pub(super) links: bool,
    #[serde(skip_serializing_if = "is_off")]
    pub(super) privacy: bool,
    #[serde(skip_serializing_if = "is_off")]
    pub(super) linear: bool,
}

impl Said {
    /// The words of the command line, for whoever is told what was kept.
    pub fn words(self) -> String {
        let all = [
            (self.ascii, "--ascii"),
            (self.mono, "--mono"),
            (self.mouse, "--mouse"),
            (self.no_mouse, "--no-mouse"),
            (self.notify, "--notify"),
            (self.low_bandwidth, "--low-bandwidth"),
            (self.plain_keys, "--plain-keys"),
            (self.links, "--links"),
            (self.privacy, "--privacy"),
            (self.linear, "--linear"),
        ];
        let said: Vec<&str> = all.into_iter().filter(|(on, _)| *on).map(|(_, word)| word).collect();
        said.join(" ")
    }
}

/// Shares in thousandths; none is the usual one.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Panes {
    #[serde(skip_serializing_if = "Option::is_none")]
    across: Option<u16>,
    #[serde(skip_serializing_if = "Option::is_none")]
    down: Option<u16>,
}

impl From<Split> for Panes {
    fn from(split: Split) -> Self {
        Self { across: split.across, down: split.down }
    }
}

impl From<Panes> for Split {
    fn from(panes: Panes) -> Self {
        Self { across: panes.across, down: panes.down }
    }
}

#[allow(clippy::trivially_copy_pass_by_ref)] // serde hands a reference
fn is_off(on: &bool) -> bool {
    !on
}

/// Where it is kept; nowhere for a login that is for caseload alone, which leaves no files.
#[derive(Debug, Clone, Default)]
pub struct Keeper(pub(super) Option<PathBuf>);

impl Keeper {
    /// Of this user, and what was kept.
    pub fn open(args: &ScreenArgs) -> (Self, Kept) {
        let path = state_file();
        let kept = path.as_deref().map(read).unwrap_or_default();
        (Self(path.filter(|_| !args.is_forced())), kept)
    }

    /// Changes what is kept, and nothing of it that another screen has changed meanwhile; says why it could not.
    pub fn change(&self, change: impl FnOnce(&mut Kept)) -> Result<(), String> {
        let Some(path) = &self.0 else { return Ok(()) };
        let before = read(path);
        let mut kept = before.clone();
        change(&mut kept);
        if kept == before && path.exists() {
            return Ok(());
        }
        let text = toml::to_string(&kept).map_err(|e| e.to_string())?;
        // Another one may be writing at the same time: whoever is last has written a whole file.
        let new = path.with_extension(format!("{}", std::process::id()));
        let written = path
            .parent()
            .map_or(Ok(()), std::fs::create_dir_all)
            .and_then(|()| std::fs::write(&new, text))
            .and_then(|()| std::fs::rename(&new, path));
        written.map_err(|e| {
            let _ = std::fs::remove_file(&new);
            format!("{} cannot be written: {e}", path.display())
        })
    }

    /// Something was chosen on the screen.
    pub fn keep(&self, setting: Setting) -> Result<(), String> {
        self.change(|kept| match setting {
            Setting::Linear(on) => kept.said.linear = on,
            // Whoever turns it on by hand wants it in spite of what was said before.
            Setting::Mouse(on) => (kept.said.mouse, kept.said.no_mouse) = (on, kept.said.no_mouse && !on),
            Setting::Notify(on) => kept.said.notify = on,
            Setting::Panes(class, split) if split == Split::default() => drop(kept.panes.remove(class)),
            Setting::Panes(class, split) => drop(kept.panes.insert(class.to_owned(), split.into())),
        })
        .map_err(|why| format!("this holds until you leave: {why}"))
    }
}

fn state_file() -> Option<PathBuf> {
    let dirs = directories::ProjectDirs::from("", "", "caseload")?;
    Some(dirs.state_dir().unwrap_or_else(|| dirs.data_local_dir()).join("screen.toml"))
}

/// What was kept; nothing where it cannot be read.
fn read(path: &Path) -> Kept {
    std::fs::read_to_string(path).ok().and_then(|text| toml::from_str(&text).ok()).unwrap_or_default()
}

#[cfg(test)]
#[allow(clippy::unwrap_used)] // a test that cannot go on has failed
mod tests {
    use super::*;

    #[test]
    fn each_setting_is_kept_beside_the_others() {
        let home = tempfile::tempdir().unwrap();
        let path = home.path().join("state/caseload/screen.toml");
        let keeper = Keeper(Some(path.clone()));
        keeper.change(|kept| kept.theme = Some("light".into())).unwrap();
        keeper.keep(Setting::Linear(true)).unwrap();
        keeper.keep(Setting::Notify(true)).unwrap();
        keeper.keep(Setting::Panes("120x36", Split { across: Some(600), down: None })).unwrap();
        keeper.keep(Setting::Panes("182x36", Split { across: None, down: Some(300) })).unwrap();
        let text = std::fs::read_to_string(&path).unwrap();
        let wanted = "theme = \"light\"\nnotify = true\nlinear = true\n\n[panes.120x36]\nacross = 600\n\n\
                      [panes.182x36]\ndown = 300\n";
        assert_eq!(text, wanted);
        keeper.keep(Setting::Linear(false)).unwrap();
        keeper.keep(Setting::Panes("120x36", Split::default())).unwrap();
        let kept = read(&path);
        assert_eq!((kept.theme.as_deref(), kept.said.words().as_str()), (Some("light"), "--notify"));
        assert_eq!(kept.panes.keys().collect::<Vec<_>>(), ["182x36"]);
        // Only the file itself is left.
        assert_eq!(std::fs::read_dir(path.parent().unwrap()).unwrap().count(), 1);
        std::fs::write(&path, "theme = 3").unwrap();
        assert_eq!(read(&path), Kept::default(), "what is broken is as if it were not there");
    }

    #[test]
    fn the_mouse_turned_on_by_hand_is_wanted() {
        let home = tempfile::tempdir().unwrap();
        let keeper = Keeper(Some(home.path().join("screen.toml")));
        keeper.change(|kept| kept.said.no_mouse = true).unwrap();
        keeper.keep(Setting::Mouse(true)).unwrap();
        assert_eq!(read(&home.path().join("screen.toml")).said.words(), "--mouse");
        keeper.keep(Setting::Mouse(false)).unwrap();
        assert_eq!(read(&home.path().join("screen.toml")).said.words(), "");
    }

    #[test]
    fn what_cannot_be_kept_says_so() {
        let home = tempfile::tempdir().unwrap();
        let file = home.path().join("file");
        std::fs::write(&file, "").unwrap();
        let said = Keeper(Some(file.join("below"))).keep(Setting::Linear(true)).unwrap_err();
        assert!(said.starts_with("this holds until you leave: ") && said.contains("cannot be written"), "{said}");
        assert_eq!(Keeper(None).keep(Setting::Linear(true)), Ok(()), "where nothing is kept by intent");
    }
}
