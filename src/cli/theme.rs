//! Which theme the screen wears: the one that is named, else the one chosen last, else a file of the user's own, else
//! the one that suits the terminal. And `caseload theme`: lists them, prints one, checks a file.

use super::kept::Keeper;
use super::open::ScreenArgs;
use super::{Ended, OK, PROBLEMS, Stop, USAGE, print};
use crate::app::keymap_file::Fault;
use crate::app::themes::{AUTO, Choice, Themes};
use crate::terminal::capabilities::{Capabilities, Colors};
use crate::ui::Theme;
use crate::ui::theme::{Depth, Design, Ground, Role, contrast, shipped, source, suits};
use std::path::{Path, PathBuf};

/// What a theme of the user's own is called in the menu.
const OWN: &str = "own";

/// What `theme` takes.
#[derive(clap::Args)]
pub struct Args {
    /// A shipped theme to print, to begin your own with; or a file of yours to check.
    #[arg(value_name = "NAME|FILE")]
    named: Option<String>,
}

/// Lists the themes and the roles they are made of, prints one, or checks a file.
pub fn run(args: &Args) -> Ended {
    let Some(named) = &args.named else {
        let mut out = String::from("Themes:\n");
        for name in Theme::NAMES {
            let about = shipped(name).map(|design| design.about).unwrap_or_default();
            out.push_str(&format!("  {name:14}  {about}\n"));
        }
        out.push_str("\nRoles, and the one that each falls back to:\n");
        for role in Role::ALL {
            let back = role.falls_back().map_or("", Role::word);
            out.push_str(&format!("  {:9} {back:9} {}\n", role.word(), role.about()));
        }
        print::out(&out)?;
        return Ok(OK);
    };
    if let Some(text) = source(named) {
        print::out(text)?;
        return Ok(OK);
    }
    let faults = match file(Path::new(named), named)? {
        Ok(design) => {
            let faint = contrast::faint(&design);
            for f in &faint {
                let (role, on) = (f.role.word(), depth_words(f.depth));
                print::complain(&format!(
                    "{named}: {role} is hard to read on {on}: contrast {:.1}, {:.1} is needed; take a colour further \
                     from what lies behind it",
                    f.ratio, f.needs
                ));
            }
            return Ok(if faint.is_empty() { OK } else { PROBLEMS });
        }
        Err(faults) => faults,
    };
    for fault in &faults {
        print::complain(&fault.to_string());
    }
    Ok(PROBLEMS)
}

fn depth_words(depth: Depth) -> &'static str {
    match depth {
        Depth::Sixteen => "terminals of sixteen colours",
        Depth::Indexed => "terminals of 256 colours",
        Depth::True => "terminals of true colour",
    }
}

/// A theme file, or what is wrong in it.
fn file(path: &Path, named: &str) -> Result<Result<Design, Vec<Fault>>, Stop> {
    let text = std::fs::read_to_string(path).map_err(|e| {
        let names = Theme::NAMES.join(", ");
        Stop::new(USAGE, format!("{named} is neither {AUTO}, {names} nor a file that can be read: {e}"))
    })?;
    Ok(Design::read(OWN, named, &text))
}

/// The shipped theme of this name, or that of a file.
pub(super) fn named(name: &str) -> Result<Theme, Stop> {
    if let Some(theme) = Theme::named(name) {
        return Ok(theme);
    }
    match file(Path::new(name), name)? {
        Ok(design) => Ok(design.theme(Depth::True)),
        Err(faults) => Err(Stop::new(USAGE, faults.first().map(ToString::to_string).unwrap_or_default())),
    }
}

/// The shipped ones, for a screen that is a picture.
pub fn shipped_ones(worn: &str) -> Themes {
    let choice = |name: &&str| Some(Choice { name: (*name).to_owned(), about: shipped(name)?.about, reason: None });
    Themes { list: Theme::NAMES.iter().filter_map(choice).collect(), worn: worn.to_owned() }
}

/// What this screen can wear.
pub struct Wardrobe {
    /// It has no colours, or none are wanted.
    mono: bool,
    depth: Depth,
    utf8: bool,
    /// The terminal's background, as far as it is known.
    ground: Option<Ground>,
    own: Option<Design>,
    /// Where what was chosen is kept.
    keeper: Keeper,
}

impl Wardrobe {
    /// What there is to wear on this terminal, what is worn first, and what is wrong with the user's own file.
    pub fn open(
        args: &ScreenArgs,
        terminal: Capabilities,
        background: Option<(u8, u8, u8)>,
        (keeper, last): (Keeper, Option<String>),
    ) -> Result<(Self, Themes, Option<String>), Stop> {
        let told = told_ground(std::env::var("COLORFGBG").ok().as_deref());
        let mut wardrobe = Self {
            mono: terminal.colors == Colors::Mono,
            depth: match terminal.colors {
                Colors::Mono | Colors::Eight | Colors::Ansi16 => Depth::Sixteen,
                Colors::Ansi256 => Depth::Indexed,
                Colors::True => Depth::True,
            },
            utf8: terminal.utf8,
            ground: background.map(|(red, green, blue)| Ground::of(red, green, blue)).or(told),
            own: None,
            keeper,
        };
        let wanted = args.theme().filter(|name| *name != AUTO && *name != OWN && shipped(name).is_none());
        let path = wanted.map(|name| (PathBuf::from(name), name.to_owned())).or_else(|| {
            // A toast has no room for where it lies.
            Some((own_file()?, "theme.toml".to_owned()))
        });
        let mut complaint = None;
        if let Some((path, name)) = path {
            match file(&path, &name) {
                Ok(Ok(design)) => wardrobe.own = Some(design),
                Ok(Err(faults)) => {
                    let more = if faults.len() > 1 {
                        format!(" (and {} more: caseload theme FILE)", faults.len() - 1)
                    } else {
                        String::new()
                    };
                    complaint = faults.first().map(|fault| format!("the usual colours hold: {fault}{more}"));
                }
                Err(stop) if wanted.is_some() => return Err(stop),
                Err(stop) => complaint = Some(format!("the usual colours hold: {}", stop.said())),
            }
        }
        // Who has a file of their own and has chosen nothing wears that.
        let first = match args.theme().filter(|_| wanted.is_none()) {
            Some(name) => shipped(name).map_or_else(|| name.to_owned(), |design| design.name),
            None if wanted.is_some() => OWN.to_owned(),
            None => last.unwrap_or_else(|| OWN.to_owned()),
        };
        let list = wardrobe.choices();
        let known = list.iter().any(|choice| choice.name == first && choice.reason.is_none());
        let worn = if known { first } else { AUTO.to_owned() };
        Ok((wardrobe, Themes { list, worn }, complaint))
    }

    fn choices(&self) -> Vec<Choice> {
        let suits = suits(self.mono, self.depth, self.ground);
        let reason = |name: &str| {
            (self.mono && name != "mono" && name != AUTO).then(|| "no colours here (NO_COLOR, --mono, TERM)".to_owned())
        };
        let choice = |name: &str, about: String| Choice { name: name.to_owned(), about, reason: reason(name) };
        let mut list = vec![choice(AUTO, format!("suits the terminal: {suits}"))];
        if let Some(own) = &self.own {
            let about = if own.about.is_empty() { "your own file".to_owned() } else { own.about.clone() };
            list.push(choice(OWN, about));
        }
        list.extend(Theme::NAMES.iter().filter_map(|name| Some(choice(name, shipped(name)?.about))));
        list
    }

    /// The theme of this name as this terminal can show it. Where there are no colours there is one theme.
    pub fn theme(&self, name: &str) -> Theme {
        let design = match name {
            _ if self.mono => None,
            OWN => self.own.clone(),
            other => shipped(other),
        };
        let design = design.or_else(|| shipped(suits(self.mono, self.depth, self.ground)));
        let theme = design.map_or_else(Theme::mono, |design| design.theme(self.depth));
        if self.utf8 { theme } else { theme.with_ascii() }
    }

    /// The terminal has said what its background is. It counts at the next start, or when `auto` is chosen: a screen does
    /// not change its colours by itself.
    pub fn measured(&mut self, (red, green, blue): (u8, u8, u8)) {
        self.ground = Some(Ground::of(red, green, blue));
    }

    /// Keeps what was chosen for the next start; says why it could not be kept.
    pub fn keep(&self, theme: &str) -> Result<(), String> {
        let kept = self.keeper.change(|kept| kept.theme = Some(theme.to_owned()));
        kept.map_err(|why| format!("these colours hold until you leave: {why}"))
    }
}

/// `COLORFGBG=15;0`, as some terminals say it: the last number is the background's.
fn told_ground(told: Option<&str>) -> Option<Ground> {
    match told?.rsplit(';').next()?.parse::<u8>().ok()? {
        7 | 9..=15 => Some(Ground::Light),
        0..=6 | 8 => Some(Ground::Dark),
        _ => None,
    }
}

/// `theme.toml` in the user's configuration directory, if there is one.
fn own_file() -> Option<PathBuf> {
    let dirs = directories::ProjectDirs::from("", "", "caseload")?;
    Some(dirs.config_dir().join("theme.toml")).filter(|file| file.exists())
}

#[cfg(test)]
#[allow(clippy::unwrap_used)] // a test that cannot go on has failed
mod tests {
    use super::*;

    fn wardrobe(mono: bool, depth: Depth, kept: Option<PathBuf>) -> Wardrobe {
        Wardrobe { mono, depth, utf8: true, ground: None, own: None, keeper: Keeper(kept) }
    }

    #[test]
    fn without_colours_there_is_one_theme() {
        let bare = wardrobe(true, Depth::True, None);
        for name in Theme::NAMES.into_iter().chain([AUTO, OWN, "gone"]) {
            assert_eq!(bare.theme(name).name, "mono");
        }
        let can: Vec<String> = bare.choices().into_iter().filter(|c| c.reason.is_none()).map(|c| c.name).collect();
        assert_eq!(can, [AUTO, "mono"]);
    }

    #[test]
    fn what_the_terminal_says_counts_when_it_is_asked_for() {
        let home = tempfile::tempdir().unwrap();
        let path = home.path().join("state/caseload/screen.toml");
        let mut worn = wardrobe(false, Depth::True, Some(path.clone()));
        assert_eq!(worn.theme(AUTO).name, "dark");
        worn.measured((0xfd, 0xf6, 0xe3));
        assert_eq!(worn.theme(AUTO).name, "light", "when it is asked for");
        worn.keep("tritanopia").unwrap();
        assert_eq!(std::fs::read_to_string(&path).unwrap(), "theme = \"tritanopia\"\n");
    }

    #[test]
    fn a_theme_that_cannot_be_kept_says_so() {
        let home = tempfile::tempdir().unwrap();
        let file = home.path().join("file");
        std::fs::write(&file, "").unwrap();
        let worn = wardrobe(false, Depth::True, Some(file.join("below")));
        assert!(worn.keep("light").unwrap_err().starts_with("these colours hold until you leave"));
        assert_eq!(wardrobe(false, Depth::True, None).keep("light"), Ok(()), "where nothing is kept by intent");
    }

    #[test]
    fn a_background_is_told_by_its_number() {
        let table = [("15;0", Some(Ground::Dark)), ("0;default;15", Some(Ground::Light)), ("0;7", Some(Ground::Light))];
        for (text, ground) in table.into_iter().chain([("", None), ("15;default", None), ("1;99", None)]) {
            assert_eq!(told_ground(Some(text)), ground, "{text}");
        }
        assert_eq!(told_ground(None), None);
    }
}
