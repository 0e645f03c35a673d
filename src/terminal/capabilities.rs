//! What may be written to this terminal, from a few environment values that the caller read. Nothing is asked of the
//! terminal itself, so this is as good as the variables are, and a setting must be able to overrule it.

use super::paint::Abilities;

/// How many colours may be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Colors {
    /// None: bold, reverse and underline carry the meaning.
    Mono,
    /// The sixteen that the user has chosen.
    Ansi16,
    /// The cube of 256.
    Ansi256,
    /// Twenty-four bits.
    True,
}

/// What the terminal can show.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Capabilities {
    /// Its colours.
    pub colors: Colors,
    /// Text beyond ASCII, box drawing among it.
    pub utf8: bool,
    /// Text for a clipboard (OSC 52), or at least it drops that unseen.
    pub clipboard: bool,
    /// What it understands beyond what all of them do.
    pub abilities: Abilities,
    /// It is at the far end of an SSH line.
    pub far: bool,
}

/// The environment variables that decide; an unset one is `None`.
#[derive(Debug, Clone, Copy, Default)]
pub struct Environment<'a> {
    /// `TERM`
    pub term: Option<&'a str>,
    /// `COLORTERM`
    pub colorterm: Option<&'a str>,
    /// `NO_COLOR`
    pub no_color: Option<&'a str>,
    /// `LC_ALL`
    pub lc_all: Option<&'a str>,
    /// `LC_CTYPE`
    pub lc_ctype: Option<&'a str>,
    /// `LANG`
    pub lang: Option<&'a str>,
    /// `SSH_CONNECTION`, or `SSH_TTY`
    pub ssh: Option<&'a str>,
}

impl Capabilities {
    /// What these values promise.
    pub fn of(environment: &Environment<'_>) -> Self {
        Self {
            colors: colors(environment),
            utf8: utf8(environment),
            clipboard: clipboard(environment),
            abilities: Abilities::of(environment.term.unwrap_or_default()),
            far: environment.ssh.is_some_and(|value| !value.is_empty()),
        }
    }
}

fn colors(environment: &Environment<'_>) -> Colors {
    // By the convention of no-color.org an empty value asks for nothing.
    if environment.no_color.is_some_and(|value| !value.is_empty()) {
        return Colors::Mono;
    }
    let term = environment.term.unwrap_or_default();
    let one_of = |names: &[&str]| names.iter().any(|name| term.starts_with(name));
    if term.is_empty() || term == "dumb" || term.ends_with("-m") || term.ends_with("-mono") {
        return Colors::Mono;
    }
    if one_of(&["vt52", "vt100", "vt102", "vt220", "vt320", "vt420"]) && !term.contains("color") {
        return Colors::Mono;
    }
    let promised = matches!(environment.colorterm, Some("truecolor" | "24bit"));
    // GNU screen hands COLORTERM on from the outer terminal and then garbles 24-bit colours.
    if one_of(&["screen"]) {
        return if promised || term.contains("256color") { Colors::Ansi256 } else { Colors::Ansi16 };
    }
    let known = one_of(&["xterm-kitty", "alacritty", "foot", "wezterm", "xterm-ghostty", "ghostty"]);
    if promised || known || term.contains("-direct") {
        return Colors::True;
    }
    if term.contains("256color") { Colors::Ansi256 } else { Colors::Ansi16 }
}

/// Consoles and old terminals would write the text onto the screen.
fn clipboard(environment: &Environment<'_>) -> bool {
    let term = environment.term.unwrap_or_default();
    !term.is_empty() && !["dumb", "linux", "vt", "cons", "wy"].iter().any(|name| term.starts_with(name))
}

fn utf8(environment: &Environment<'_>) -> bool {
    // POSIX: the first that is set and not empty decides alone.
    let locale = [environment.lc_all, environment.lc_ctype, environment.lang];
    let locale = locale.into_iter().flatten().find(|value| !value.is_empty()).unwrap_or_default();
    let locale = locale.to_ascii_lowercase();
    locale.contains("utf-8") || locale.contains("utf8")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn colors_by_the_variables() {
        let table = [
            (None, None, None, Colors::Mono),
            (Some("dumb"), Some("truecolor"), None, Colors::Mono),
            (Some("vt220"), None, None, Colors::Mono),
            (Some("linux"), None, None, Colors::Ansi16),
            (Some("xterm"), None, None, Colors::Ansi16),
            (Some("xterm"), Some("24bit"), None, Colors::True),
            (Some("xterm-256color"), None, None, Colors::Ansi256),
            (Some("xterm-256color"), Some("truecolor"), None, Colors::True),
            (Some("xterm-256color"), Some("truecolor"), Some(""), Colors::True),
            (Some("xterm-256color"), Some("truecolor"), Some("1"), Colors::Mono),
            (Some("screen"), Some("truecolor"), None, Colors::Ansi256),
            (Some("screen.xterm-256color"), None, None, Colors::Ansi256),
            (Some("tmux-256color"), Some("truecolor"), None, Colors::True),
            (Some("xterm-kitty"), None, None, Colors::True),
            (Some("xterm-direct"), None, None, Colors::True),
            (Some("putty"), None, None, Colors::Ansi16),
        ];
        for (term, colorterm, no_color, wanted) in table {
            let environment = Environment { term, colorterm, no_color, ..Environment::default() };
            assert_eq!(Capabilities::of(&environment).colors, wanted, "{environment:?}");
        }
    }

    #[test]
    fn a_console_takes_nothing_for_a_clipboard() {
        for (term, wanted) in [(None, false), (Some("linux"), false), (Some("vt220"), false), (Some("dumb"), false)]
            .into_iter()
            .chain(["xterm", "tmux-256color", "screen", "foot", "alacritty"].map(|term| (Some(term), true)))
        {
            let environment = Environment { term, ..Environment::default() };
            assert_eq!(Capabilities::of(&environment).clipboard, wanted, "{term:?}");
        }
    }

    #[test]
    fn the_first_locale_that_is_set_decides() {
        let table = [
            (None, None, None, false),
            (None, None, Some("en_US.UTF-8"), true),
            (Some("C"), None, Some("en_US.UTF-8"), false),
            (Some(""), Some("C.utf8"), Some("C"), true),
            (None, Some("de_DE.ISO-8859-1"), Some("de_DE.UTF-8"), false),
        ];
        for (lc_all, lc_ctype, lang, wanted) in table {
            let environment = Environment { lc_all, lc_ctype, lang, ..Environment::default() };
            assert_eq!(Capabilities::of(&environment).utf8, wanted, "{environment:?}");
        }
    }
}
