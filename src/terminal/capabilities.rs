//! What may be written to this terminal, from a few environment values that the caller read. This is what the first
//! frame is drawn with; what the terminal itself answers later is [`profile`](super::profile)'s.

use super::paint::Abilities;
pub use super::paint::Colors;

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
    /// `TERM_PROGRAM`
    pub program: Option<&'a str>,
    /// `TMUX`
    pub tmux: Option<&'a str>,
    /// `STY`
    pub sty: Option<&'a str>,
    /// `ZELLIJ`
    pub zellij: Option<&'a str>,
    /// `WT_SESSION`
    pub windows: Option<&'a str>,
    /// `SSH_CONNECTION`
    pub ssh: Option<&'a str>,
    /// `SSH_TTY`, which is left where the other is dropped on the way to another user.
    pub ssh_tty: Option<&'a str>,
}

impl Environment<'_> {
    /// The variable that says that the terminal is at the other end of an SSH line.
    pub fn far(&self) -> Option<&'static str> {
        let set = |value: Option<&str>| value.is_some_and(|value| !value.is_empty());
        let named = [(self.ssh, "SSH_CONNECTION"), (self.ssh_tty, "SSH_TTY")];
        named.into_iter().find(|(value, _)| set(*value)).map(|(_, name)| name)
    }
}

/// Something found, and by what.
pub type Found<T> = (T, String);

/// Who stands between us and the terminal, and answers in its place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Multiplexer {
    /// tmux.
    Tmux,
    /// GNU screen.
    Screen,
    /// Zellij.
    Zellij,
    /// mosh, which draws at its own pace.
    Mosh,
}

impl Multiplexer {
    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Tmux => "tmux",
            Self::Screen => "screen",
            Self::Zellij => "zellij",
            Self::Mosh => "mosh",
        }
    }

    /// By the variables, which a multiplexer at the far end of an SSH line does not set.
    pub fn of(environment: &Environment<'_>) -> Option<Found<Self>> {
        let set = |value: Option<&str>| value.is_some_and(|value| !value.is_empty());
        let term = environment.term.unwrap_or_default();
        let by_variable = [
            (environment.tmux, Self::Tmux, "TMUX is set"),
            (environment.sty, Self::Screen, "STY is set"),
            (environment.zellij, Self::Zellij, "ZELLIJ is set"),
        ];
        let by_variable = by_variable.into_iter().find(|(value, ..)| set(*value));
        by_variable.map(|(_, which, why)| (which, why.to_owned())).or_else(|| {
            let by_term = [("tmux", Self::Tmux), ("screen", Self::Screen)];
            let found = by_term.into_iter().find(|(name, _)| term.starts_with(name));
            found.map(|(_, which)| (which, format!("TERM is {term}")))
        })
    }
}

impl Capabilities {
    /// What these values promise.
    pub fn of(environment: &Environment<'_>) -> Self {
        let (colors, _) = colors(environment);
        Self {
            colors,
            utf8: utf8(environment).0,
            clipboard: clipboard(environment),
            abilities: Abilities { colors, ..Abilities::of(environment.term.unwrap_or_default()) },
        }
    }
}

/// How many colours, and by what.
pub fn colors(environment: &Environment<'_>) -> Found<Colors> {
    // By the convention of no-color.org an empty value asks for nothing.
    if environment.no_color.is_some_and(|value| !value.is_empty()) {
        return (Colors::Mono, "NO_COLOR is set".to_owned());
    }
    let term = environment.term.unwrap_or_default();
    let by_term = || format!("TERM is {term}");
    let one_of = |names: &[&str]| names.iter().any(|name| term.starts_with(name));
    if term.is_empty() {
        return (Colors::Mono, "TERM is not set".to_owned());
    }
    if term == "dumb" || term.ends_with("-m") || term.ends_with("-mono") {
        return (Colors::Mono, by_term());
    }
    if one_of(&["vt52", "vt100", "vt102", "vt220", "vt320", "vt420"]) && !term.contains("color") {
        return (Colors::Mono, by_term());
    }
    let promised = matches!(environment.colorterm, Some("truecolor" | "24bit"));
    let by_promise = || format!("COLORTERM is {}", environment.colorterm.unwrap_or_default());
    // GNU screen hands COLORTERM on from the outer terminal and then garbles 24-bit colours.
    if one_of(&["screen"]) && environment.tmux.is_none_or(str::is_empty) {
        return match (promised, term.contains("256color")) {
            (_, true) => (Colors::Ansi256, by_term()),
            (true, _) => (Colors::Ansi256, format!("{}, and screen hands on 256 of them", by_promise())),
            _ => (Colors::Ansi16, by_term()),
        };
    }
    if promised {
        return (Colors::True, by_promise());
    }
    let known = one_of(&["xterm-kitty", "alacritty", "foot", "wezterm", "xterm-ghostty", "ghostty", "ms-terminal"]);
    if known || term.contains("-direct") {
        return (Colors::True, by_term());
    }
    if environment.windows.is_some_and(|value| !value.is_empty()) {
        return (Colors::True, "WT_SESSION is set: Windows Terminal".to_owned());
    }
    if term.contains("256color") {
        return (Colors::Ansi256, by_term());
    }
    let of_old = [
        "ansi",
        "cygwin",
        "pcansi",
        "cons25",
        "vt1",
        "vt3",
        "vt4",
        "vt5",
        "sun",
        "xterm-color",
        "xterm-8color",
        "rxvt-basic",
    ];
    if one_of(&of_old) { (Colors::Eight, by_term()) } else { (Colors::Ansi16, by_term()) }
}

/// Consoles and old terminals would write the text onto the screen.
fn clipboard(environment: &Environment<'_>) -> bool {
    let term = environment.term.unwrap_or_default();
    !term.is_empty() && !["dumb", "linux", "vt", "cons", "wy"].iter().any(|name| term.starts_with(name))
}

/// Whether text beyond ASCII is shown, and by what.
pub fn utf8(environment: &Environment<'_>) -> Found<bool> {
    let term = environment.term.unwrap_or_default();
    // VT52 to VT420 have eight bits and sets of their own, whatever the locale says.
    if ["vt52", "vt100", "vt102", "vt220", "vt320", "vt420"].iter().any(|name| term.starts_with(name)) {
        return (false, format!("TERM is {term}"));
    }
    // POSIX: the first that is set and not empty decides alone.
    let locale = [("LC_ALL", environment.lc_all), ("LC_CTYPE", environment.lc_ctype), ("LANG", environment.lang)];
    let locale = locale.into_iter().find_map(|(name, value)| Some((name, value.filter(|v| !v.is_empty())?)));
    let Some((name, value)) = locale else { return (false, "no locale is set".to_owned()) };
    let lower = value.to_ascii_lowercase();
    (lower.contains("utf-8") || lower.contains("utf8"), format!("{name} is {value}"))
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
            (Some("putty-256color"), None, None, Colors::Ansi256),
            (Some("xterm-color"), None, None, Colors::Eight),
            (Some("cygwin"), None, None, Colors::Eight),
            (Some("vt525-color"), None, None, Colors::Eight),
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
