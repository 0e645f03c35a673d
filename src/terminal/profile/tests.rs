//! What each kind of terminal gets, from its variables and from what it answers.

use super::*;

const UTF8: Environment<'static> = Environment {
    term: None,
    colorterm: None,
    no_color: None,
    lc_all: None,
    lc_ctype: None,
    lang: Some("en_US.UTF-8"),
    program: None,
    tmux: None,
    sty: None,
    zellij: None,
    windows: None,
    ssh: None,
    ssh_tty: None,
};

fn version(name: &str) -> Reply {
    Reply::Version(name.to_owned())
}

fn attributes(values: &[u32]) -> Reply {
    Reply::DeviceAttributes { level: 1, values: values.to_vec() }
}

fn synchronized(state: ModeState) -> Reply {
    Reply::ModeReport { private: true, mode: 2026, state }
}

fn background(rgb: (u8, u8, u8)) -> Reply {
    Reply::ColorReport { slot: ColorSlot::Background, rgb: Some(rgb) }
}

/// A terminal: its variables, its answers, and what it gets.
struct Case {
    what: &'static str,
    environment: Environment<'static>,
    answers: Vec<Reply>,
    name: &'static str,
    inside: Option<Multiplexer>,
    colors: Colors,
    utf8: bool,
    at_once: bool,
    scrolling: Scrolling,
    title: bool,
}

#[allow(clippy::too_many_lines)] // a table
fn cases() -> Vec<Case> {
    let usual = Case {
        what: "",
        environment: UTF8,
        answers: Vec::new(),
        name: "",
        inside: None,
        colors: Colors::Ansi256,
        utf8: true,
        at_once: false,
        scrolling: Scrolling::Region,
        title: true,
    };
    let term = |term| Environment { term: Some(term), ..UTF8 };
    vec![
        Case {
            what: "xterm",
            environment: term("xterm-256color"),
            answers: vec![
                background((0, 0, 0)),
                version("XTerm(390)"),
                synchronized(ModeState::Unknown),
                attributes(&[64, 1, 2]),
            ],
            name: "XTerm(390)",
            ..usual
        },
        Case {
            what: "a terminal of today with true colour",
            environment: Environment { colorterm: Some("truecolor"), ..term("xterm-256color") },
            answers: vec![version("WezTerm 2024"), synchronized(ModeState::Reset), attributes(&[65, 4, 6])],
            name: "WezTerm 2024",
            colors: Colors::True,
            at_once: true,
            ..usual
        },
        Case {
            what: "the Linux console",
            environment: term("linux"),
            answers: vec![attributes(&[6])],
            name: "Linux console",
            colors: Colors::Ansi16,
            scrolling: Scrolling::Lines,
            title: false,
            ..usual
        },
        Case {
            what: "tmux",
            environment: Environment { tmux: Some("/tmp/tmux-1000/default,1,0"), ..term("tmux-256color") },
            answers: vec![version("tmux 3.4"), attributes(&[1, 2])],
            name: "tmux 3.4",
            inside: Some(Multiplexer::Tmux),
            ..usual
        },
        Case {
            what: "tmux at the near end of an SSH line, which has its own TERM only",
            environment: Environment { ssh: Some("10.0.0.7 22 10.0.0.8 22"), ..term("xterm-256color") },
            answers: vec![version("tmux 3.4"), attributes(&[1, 2])],
            name: "tmux 3.4",
            inside: Some(Multiplexer::Tmux),
            ..usual
        },
        Case {
            what: "tmux that calls itself screen",
            environment: Environment {
                tmux: Some("/tmp/x,1,0"),
                colorterm: Some("truecolor"),
                ..term("screen-256color")
            },
            answers: vec![attributes(&[1, 2])],
            name: "screen-256color",
            inside: Some(Multiplexer::Tmux),
            colors: Colors::True,
            title: false,
            ..usual
        },
        Case {
            what: "GNU screen",
            environment: Environment { sty: Some("11.pts-0"), ..term("screen") },
            answers: vec![attributes(&[1, 2])],
            name: "screen",
            inside: Some(Multiplexer::Screen),
            colors: Colors::Ansi16,
            title: false,
            ..usual
        },
        Case {
            what: "PuTTY",
            environment: term("xterm"),
            answers: vec![attributes(&[6])],
            name: "PuTTY",
            colors: Colors::Ansi16,
            ..usual
        },
        Case {
            what: "mosh",
            environment: term("xterm-256color"),
            answers: vec![attributes(&[62])],
            name: "mosh",
            inside: Some(Multiplexer::Mosh),
            ..usual
        },
        Case {
            what: "Windows Terminal",
            environment: Environment { windows: Some("0c5d"), ..term("xterm-256color") },
            answers: vec![background((12, 12, 12)), synchronized(ModeState::Reset), attributes(&[61, 6, 7, 14])],
            name: "xterm-256color",
            colors: Colors::True,
            at_once: true,
            ..usual
        },
        Case {
            what: "a VT220",
            environment: term("vt220"),
            answers: vec![attributes(&[62])],
            name: "vt220",
            colors: Colors::Mono,
            utf8: false,
            scrolling: Scrolling::Lines,
            title: false,
            ..usual
        },
        Case {
            what: "a terminal of eight colours",
            environment: Environment { lang: Some("en_US.ISO-8859-1"), ..term("cygwin") },
            answers: Vec::new(),
            name: "cygwin",
            colors: Colors::Eight,
            utf8: false,
            scrolling: Scrolling::None,
            title: false,
            ..usual
        },
        Case {
            what: "no terminal",
            environment: Environment { term: Some("dumb"), ..UTF8 },
            name: "dumb",
            colors: Colors::Mono,
            scrolling: Scrolling::None,
            title: false,
            ..usual
        },
    ]
}

#[test]
fn what_each_terminal_gets() {
    for case in cases() {
        let mut profile = Profile::new(&case.environment, Forced::default());
        for answer in &case.answers {
            profile.heard(answer);
        }
        let capabilities = profile.capabilities();
        let what = case.what;
        assert_eq!(profile.name().0, case.name, "{what}");
        assert_eq!(profile.multiplexer(), case.inside, "{what}");
        assert_eq!(capabilities.colors, case.colors, "{what}");
        assert_eq!(capabilities.abilities.colors, case.colors, "{what}: what is drawn with");
        assert_eq!(capabilities.utf8, case.utf8, "{what}");
        assert_eq!(capabilities.abilities.ascii, !case.utf8, "{what}: names");
        assert_eq!(capabilities.abilities.at_once, case.at_once, "{what}");
        assert_eq!(capabilities.abilities.scrolling, case.scrolling, "{what}");
        assert_eq!(profile.has_title(), case.title, "{what}: title");
        // Each line says what and why.
        assert!(profile.findings().iter().all(|f| !f.value.is_empty() && !f.why.is_empty()), "{what}");
    }
}

#[test]
fn an_answer_that_comes_late_still_counts() {
    let environment = Environment { term: Some("xterm-256color"), ..UTF8 };
    let mut profile = Profile::new(&environment, Forced::default());
    let at_once = |profile: &Profile| profile.capabilities().abilities.at_once;
    // Nothing is answered yet: as TERM has it.
    assert!(at_once(&profile));
    // The fence has come and this has not: not supported.
    profile.heard(&attributes(&[64]));
    assert!(!at_once(&profile));
    profile.heard(&synchronized(ModeState::Reset));
    assert!(at_once(&profile));
    profile.heard(&synchronized(ModeState::AlwaysReset));
    assert!(!at_once(&profile));
    // Who it is may come last of all.
    assert_eq!(profile.multiplexer(), None);
    profile.heard(&version("tmux 3.4"));
    assert_eq!(profile.multiplexer(), Some(Multiplexer::Tmux));
    assert_eq!(profile.background(), None);
    profile.heard(&background((0xfd, 0xf6, 0xe3)));
    assert_eq!(profile.background().map(is_dark), Some(false));
}

#[test]
fn what_is_forced_wins() {
    let environment = Environment { term: Some("xterm-256color"), colorterm: Some("truecolor"), ..UTF8 };
    let forced = Forced { ascii: true, mono: true, no_mouse: true, low_bandwidth: true, plain_keys: true, links: true };
    let mut profile = Profile::new(&environment, forced);
    profile.heard(&synchronized(ModeState::Reset));
    profile.heard(&attributes(&[64]));
    let found = profile.capabilities();
    assert_eq!((found.colors, found.utf8, found.abilities.at_once), (Colors::Mono, false, false));
    assert!(!profile.has_title());
    let said: Vec<String> = profile.findings().into_iter().map(|f| f.why).collect();
    for flag in ["--ascii", "--mono", "--low-bandwidth"] {
        assert!(said.iter().any(|why| why == flag), "{flag}: {said:?}");
    }
}

#[test]
fn a_terminal_that_is_none_is_not_asked() {
    for (term, asked) in [(None, false), (Some("dumb"), false), (Some("linux"), true), (Some("xterm"), true)] {
        let profile = Profile::new(&Environment { term, ..UTF8 }, Forced::default());
        assert_eq!(!profile.batch().is_empty(), asked, "{term:?}");
    }
    // The fence is the last of what is asked.
    assert!(BATCH.ends_with("\x1b[c"));
}

#[test]
fn only_a_terminal_that_says_its_name_is_told_to_repeat_a_letter() {
    let repeats = |profile: &Profile| profile.capabilities().abilities.repeat;
    for (environment, name, wanted) in [
        (Environment { term: Some("xterm-256color"), ..Environment::default() }, None, false),
        (Environment { term: Some("xterm-256color"), ..Environment::default() }, Some("XTerm(390)"), true),
        (Environment { term: Some("tmux-256color"), ..Environment::default() }, Some("tmux 3.4"), true),
        (Environment { term: Some("screen"), sty: Some("1.tty"), ..Environment::default() }, Some("XTerm(390)"), false),
    ] {
        let mut profile = Profile::new(&environment, Forced::default());
        if let Some(name) = name {
            profile.heard(&Reply::Version(name.to_owned()));
        }
        assert_eq!(repeats(&profile), wanted, "{environment:?} {name:?}");
    }
}

#[test]
fn what_can_be_opened_is_said_where_it_was_asked_for_and_is_dropped_unseen_elsewhere() {
    let asked = Forced { links: true, ..Forced::default() };
    for (term, forced, wanted) in [
        ("xterm", asked, true),
        ("tmux-256color", asked, true),
        ("xterm", Forced::default(), false),
        ("xterm", Forced { low_bandwidth: true, ..asked }, false),
        ("linux", asked, false),
        ("vt220", asked, false),
        ("dumb", asked, false),
    ] {
        let profile = Profile::new(&Environment { term: Some(term), ..UTF8 }, forced);
        assert_eq!(profile.capabilities().abilities.links, wanted, "{term} {forced:?}");
        let finding = profile.findings().into_iter().find(|f| f.what == "links").unwrap();
        assert_eq!(finding.value == "yes", wanted, "{term} {forced:?}");
    }
}
