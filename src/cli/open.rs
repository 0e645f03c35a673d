//! `caseload`: the screen. Glues the terminal's loop to the app's state machine and the service's thread.

use super::agency::{self, Opened, Place};
use super::errands::{self, Out};
use super::kept::{Keeper, Kept, Said};
use super::theme::Wardrobe;
use super::{CLOSED, Ended, OK, Stop, USAGE, desk, serve, terminals, vault};
use crate::app::keymap::Keymap;
use crate::app::keymap_file::Fault;
use crate::app::model::{Colors, Start, Thrift, Tone};
use crate::app::outward::{Back, Outside};
use crate::app::terminal::Finding;
use crate::app::{Effect, Model, Mouse, Msg, awaits, moving_letters, next_wake, start, update};
use crate::clock::{Clock, SystemClock};
use crate::domain::ids::OfficeId;
use crate::domain::time::{Moment, Zone};
use crate::server::link::Link;
use crate::service::api::{Backend, Heard, Session};
use crate::service::local::LocalBackend;
use crate::terminal::capabilities::{self, Environment, Multiplexer};
use crate::terminal::decode::{Burst, Input};
use crate::terminal::errand::{End, Errand};
use crate::terminal::gather::Heed;
use crate::terminal::profile::{Forced, Profile};
use crate::terminal::run::{self, Program, Wire};
use crate::terminal::{clipboard, guard, outer};
use crate::ui::{HitMap, Theme};
use crossterm::event::{Event, KeyEventKind, MouseButton, MouseEventKind};
use ratatui::Frame;
use std::io::IsTerminal;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::mpsc::channel;

/// How the screen looks and listens.
#[derive(clap::Args, Clone, Debug, Default)]
pub struct ScreenArgs {
    /// Keys: default, office (arrows and F-keys), vim, or a file of your own (otherwise keymap.toml in your own
    /// configuration directory, if you have one).
    #[arg(long, global = true, value_name = "NAME|FILE")]
    pub(super) keymap: Option<String>,
    /// Colours: auto, dark, light, high-contrast, deuteranopia, tritanopia, 16-colour, mono, or a file of your own
    /// (otherwise those chosen last, otherwise theme.toml in your own configuration directory, if you have one).
    #[arg(long, global = true, value_name = "NAME|FILE")]
    theme: Option<String>,
    /// Signs and borders of ASCII only.
    #[arg(long, global = true)]
    ascii: bool,
    /// No colours: bold, reverse and underline say it.
    #[arg(long, global = true)]
    mono: bool,
    /// The mouse points and scrolls (the terminal's own selection then needs Shift).
    #[arg(long, global = true)]
    mouse: bool,
    /// Where something urgent comes while another window has the focus, the terminal says so (OSC 9), and never what.
    #[arg(long, global = true)]
    notify: bool,
    /// No mouse, whatever else asks for it.
    #[arg(long, global = true)]
    no_mouse: bool,
    /// For a slow or dear line: each frame waits until the one before has arrived, a held key is drawn at most ten times
    /// a second, and the window's title, the focus and the mouse are left alone.
    #[arg(long, global = true)]
    low_bandwidth: bool,
    /// Keys as terminals have always sent them, also where the terminal knows kitty's protocol.
    #[arg(long, global = true)]
    plain_keys: bool,
    /// A click opens telephone numbers and cited federal rules, where the terminal can (OSC 8): numbers only for whoever
    /// may copy them.
    #[arg(long, global = true)]
    links: bool,
    /// What is said here of the screen (--ascii, --mono, --mouse, --no-mouse, --notify, --low-bandwidth, --plain-keys,
    /// --links, --privacy, --linear) holds from now on; with none of them, what was kept is forgotten.
    #[arg(long)]
    keep: bool,
    /// Initials instead of names, where others can see the screen.
    #[arg(long, global = true)]
    pub(super) privacy: bool,
    /// For a screen reader: one item a line, signs in words, no boxes, the cursor on the line that is current.
    #[arg(long, global = true)]
    pub(super) linear: bool,
    /// Look only.
    #[arg(long, global = true)]
    read_only: bool,
    /// The tour that it begins with.
    #[arg(skip)]
    pub(super) tour: crate::app::tour::Tour,
    /// For a login that is for caseload alone: no clipboard, no editor or pager of its own, no files. Set by itself
    /// under a forced SSH command.
    #[arg(long, global = true)]
    forced: bool,
}

impl ScreenArgs {
    /// The colours that are asked for.
    pub(super) fn theme(&self) -> Option<&str> {
        self.theme.as_deref()
    }

    /// With what was kept as if it were said, where nothing else is.
    pub(super) fn with(&self, kept: &Kept) -> Self {
        let kept = kept.said;
        Self {
            ascii: self.ascii || kept.ascii,
            mono: self.mono || kept.mono,
            mouse: self.mouse || (kept.mouse && !self.no_mouse),
            no_mouse: self.no_mouse || (kept.no_mouse && !self.mouse),
            notify: self.notify || kept.notify,
            low_bandwidth: self.low_bandwidth || kept.low_bandwidth,
            plain_keys: self.plain_keys || kept.plain_keys,
            links: self.links || kept.links,
            privacy: self.privacy || kept.privacy,
            linear: self.linear || kept.linear,
            ..self.clone()
        }
    }

    /// What of it can be kept.
    fn said(&self) -> Said {
        Said {
            ascii: self.ascii,
            mono: self.mono,
            mouse: self.mouse,
            no_mouse: self.no_mouse,
            notify: self.notify,
            low_bandwidth: self.low_bandwidth,
            plain_keys: self.plain_keys,
            links: self.links,
            privacy: self.privacy,
            linear: self.linear,
        }
    }

    /// A login for caseload alone.
    pub(super) fn is_forced(&self) -> bool {
        self.forced || super::outward::forced()
    }
}

/// Opens the agency on the screen, through whoever serves it.
pub fn run(place: &Place, args: &ScreenArgs) -> Ended {
    needs_terminal()?;
    let way = serve::way(place)?;
    let entered = way.enter().map_err(desk::not_in)?;
    desk::tell(&entered);
    let zone = desk::zone(&entered);
    let entered = vault::hand_back(entered).map_err(|why| Stop::new(CLOSED, why))?;
    let sealed_with = entered.vault;
    let (link, code) = show_over(zone, Arc::new(SystemClock), args, |hear| Link::start(entered, way, hear))?;
    vault::leave(&sealed_with, &link.stop());
    Ok(code)
}

/// Shows an agency that this process has open itself, until the user leaves.
pub fn show(opened: Opened, session: Session, clock: Arc<dyn Clock>, args: &ScreenArgs) -> Ended {
    needs_terminal()?;
    let zone = opened.service.cast().zone(OfficeId::default());
    let (service, engine) = opened.parts();
    let (backend, code) = show_over(zone, clock, args, |hear| LocalBackend::start(service, session, hear))?;
    // Everything sent is answered before the store is closed: the last draft is kept.
    drop(backend.stop());
    agency::close(engine)?;
    if let Some(place) = crate::terminal::guard::worker_panic() {
        return Err(Stop::new(CLOSED, format!("caseload stopped unexpectedly at {place}; nothing saved was lost")));
    }
    Ok(code)
}

fn needs_terminal() -> Result<(), Stop> {
    if std::io::stdout().is_terminal() {
        return Ok(());
    }
    Err(Stop::new(USAGE, "the screen needs a terminal; for output to a file see `caseload list` and `caseload brief`"))
}

/// Takes what is heard to the loop.
type Hear = Box<dyn Fn(Heard) + Send>;

/// Runs the screen over a backend; gives that back, because what was sent last is still to be answered.
fn show_over<B: Backend>(
    zone: Zone,
    clock: Arc<dyn Clock>,
    args: &ScreenArgs,
    connect: impl FnOnce(Hear) -> std::io::Result<B>,
) -> Result<(B, u8), Stop> {
    let (keymap, complaint) = keymap(args.keymap.as_deref())?;
    let (keeper, mut kept) = Keeper::open(args);
    let mut unkept = None;
    if args.keep {
        kept.said = args.said();
        unkept = keeper.change(|now| now.said = args.said()).err();
    }
    let args = &args.with(&kept);
    let mut profile = profile(args);
    profile.remember(terminals::background(&profile));
    let terminal = profile.capabilities();
    let (wardrobe, themes, faded) =
        Wardrobe::open(args, terminal, profile.background(), (keeper.clone(), kept.theme.clone()))?;
    let theme = wardrobe.theme(&themes.worn);
    let (sender, inbox) = channel();
    let hear = sender.clone();
    let backend = connect(Box::new(move |heard| {
        let _ = hear.send(Wire::App(heard));
    }))?;
    let size = crossterm::terminal::size().unwrap_or((80, 24));
    let mut model = Model::new(Start {
        size,
        now: Moment(clock.now_ms()),
        zone,
        capabilities: crate::app::model::Capabilities {
            utf8: terminal.utf8,
            colors: match terminal.colors {
                capabilities::Colors::Mono => Colors::Mono,
                capabilities::Colors::Eight | capabilities::Colors::Ansi16 => Colors::Sixteen,
                capabilities::Colors::Ansi256 | capabilities::Colors::True => Colors::Many,
            },
            suspend: true,
            clipboard: terminal.clipboard,
        },
        seed: seed(),
        read_only: args.read_only,
        keymap: Arc::new(keymap),
    });
    model.forced = args.is_forced();
    model.mouse = args.mouse && !args.no_mouse && !args.low_bandwidth;
    model.no_mouse = args.no_mouse;
    model.notify = args.notify;
    for (class, panes) in &kept.panes {
        model.remember_panes(class, (*panes).into());
    }
    model.linear = args.linear;
    if args.low_bandwidth {
        model.thrift = Thrift::Asked;
    }
    model.tour = args.tour;
    model.themes = themes;
    if args.privacy {
        model.hide_names();
    }
    let mut screen = Screen {
        worn: model.theme().to_owned(),
        model,
        theme,
        wardrobe,
        backend,
        hits: HitMap::default(),
        quit: false,
        suspend: false,
        repaint: false,
        mouse_wish: None,
        through: profile.multiplexer(),
        notifies: terminal.clipboard,
        keeper,
        focused: true,
        asks: false,
        wanted: None,
        out: None,
        press: None,
    };
    let complaints: Vec<String> = complaint.into_iter().chain(faded).chain(unkept).collect();
    let complaint = (!complaints.is_empty()).then(|| complaints.join("; "));
    let effects = start(&mut screen.model, complaint.as_deref());
    if args.keep && complaint.is_none() {
        let words = kept.said.words();
        let said =
            if words.is_empty() { "forgotten: the screen is as usual".to_owned() } else { format!("kept: {words}") };
        screen.model.toast(Tone::Plain, said);
    }
    screen.carry_out(effects);
    let spared = args.low_bandwidth;
    let options = guard::Options { mouse: screen.model.mouse, focus: !spared, profile };
    let (code, profile) = run::session(&mut screen, options, sender, &inbox, &|| clock.now_ms())?;
    // A login that is for caseload alone leaves no files.
    if !screen.model.forced {
        terminals::keep(&profile);
    }
    Ok((screen.backend, u8::try_from(code).unwrap_or(OK)))
}

/// The keymap asked for. A file that does not hold is reported on the screen, and the default is used.
pub fn keymap(named: Option<&str>) -> Result<(Keymap, Option<String>), Stop> {
    let (map, faults) = keymap_and_faults(named)?;
    let complaint = faults.first().map(|fault| match faults.len() {
        1 => format!("the default keys hold: {fault}"),
        n => format!("the default keys hold: {fault} (and {} more: caseload keys)", n - 1),
    });
    Ok((map, complaint))
}

/// The keymap asked for by name or file, otherwise the user's own file, otherwise the default; and what is wrong with
/// the file, if it does not hold.
pub fn keymap_and_faults(named: Option<&str>) -> Result<(Keymap, Vec<Fault>), Stop> {
    if let Some(map) = named.and_then(Keymap::bundled) {
        return Ok((map, Vec::new()));
    }
    let own = own_keymap();
    let (name, file) = match (named, own) {
        (Some(name), _) => (name.to_owned(), PathBuf::from(name)),
        (None, Some(file)) => (file.display().to_string(), file),
        (None, None) => return Ok((Keymap::standard(), Vec::new())),
    };
    let text = std::fs::read_to_string(&file).map_err(|e| match named {
        Some(_) => {
            Stop::new(USAGE, format!("{name} is neither default, office or vim nor a file that can be read: {e}"))
        }
        None => Stop::new(USAGE, format!("{name} cannot be read: {e}; caseload --keymap default goes without it")),
    })?;
    Ok(Keymap::with_file(&name, &text))
}

/// `keymap.toml` in the user's configuration directory, if there is one.
fn own_keymap() -> Option<PathBuf> {
    let dirs = directories::ProjectDirs::from("", "", "caseload")?;
    Some(dirs.config_dir().join("keymap.toml")).filter(|file| file.exists())
}

/// Whether the user has a keymap of their own.
pub fn has_own_keymap() -> bool {
    own_keymap().is_some()
}

/// What is known of the terminal before it has said anything.
pub fn profile(args: &ScreenArgs) -> Profile {
    let var = |name: &str| std::env::var(name).ok();
    let (term, colorterm, no_color) = (var("TERM"), var("COLORTERM"), var("NO_COLOR"));
    let (lc_all, lc_ctype, lang) = (var("LC_ALL"), var("LC_CTYPE"), var("LANG"));
    let (program, windows) = (var("TERM_PROGRAM"), var("WT_SESSION"));
    let (ssh, ssh_tty) = (var("SSH_CONNECTION"), var("SSH_TTY"));
    let (tmux, sty, zellij) = (var("TMUX"), var("STY"), var("ZELLIJ"));
    let environment = Environment {
        term: term.as_deref(),
        colorterm: colorterm.as_deref(),
        // Whoever names a theme wants its colours.
        no_color: no_color.as_deref().filter(|_| args.theme.is_none()),
        lc_all: lc_all.as_deref(),
        lc_ctype: lc_ctype.as_deref(),
        lang: lang.as_deref(),
        program: program.as_deref(),
        tmux: tmux.as_deref(),
        sty: sty.as_deref(),
        zellij: zellij.as_deref(),
        windows: windows.as_deref(),
        ssh: ssh.as_deref(),
        ssh_tty: ssh_tty.as_deref(),
    };
    let forced = Forced {
        ascii: args.ascii,
        mono: args.mono,
        no_mouse: args.no_mouse,
        low_bandwidth: args.low_bandwidth,
        plain_keys: args.plain_keys,
        links: args.links,
    };
    Profile::new(&environment, forced)
}

/// Random bytes for request and draft ids.
fn seed() -> [u8; 16] {
    use crate::service::ids::{Ids, RandomIds};
    let (a, b) = (RandomIds.make(Moment(0)), RandomIds.make(Moment(0)));
    let mut seed = [0; 16];
    seed[..8].copy_from_slice(&a[8..]);
    seed[8..].copy_from_slice(&b[8..]);
    seed
}

/// The program that the terminal's loop runs.
struct Screen<B> {
    model: Model,
    theme: Theme,
    /// The name that it was worn by.
    worn: String,
    wardrobe: Wardrobe,
    backend: B,
    hits: HitMap,
    quit: bool,
    suspend: bool,
    repaint: bool,
    /// Whether the mouse is to be reported, where that is to change.
    mouse_wish: Option<bool>,
    /// Who stands between us and the terminal.
    through: Option<Multiplexer>,
    /// The terminal can show a notice, or at least it drops that unseen.
    notifies: bool,
    /// Where what is chosen is kept.
    keeper: Keeper,
    /// Ours has it, as far as is known.
    focused: bool,
    /// What is known of the terminal is asked for.
    asks: bool,
    /// What is to go to another program that takes the terminal.
    wanted: Option<Outside>,
    /// What is there now.
    out: Option<Out>,
    /// Where and when the mouse was pressed last, for a second press.
    press: Option<((u16, u16), i64)>,
}

/// Two presses within this time are one double press.
const DOUBLE_MS: i64 = 400;

impl<B: Backend> Screen<B> {
    fn carry_out(&mut self, effects: Vec<Effect>) {
        for effect in effects {
            match effect {
                Effect::Send(ticket, request) => self.backend.send(ticket, request),
                Effect::Bell => {
                    guard::bell();
                    if self.model.notify && self.notifies && !self.focused {
                        outer::notify(self.through);
                    }
                }
                Effect::Quit => self.quit = true,
                Effect::Suspend => self.suspend = true,
                Effect::Redraw => self.repaint = true,
                Effect::Wear(name) => {
                    // Chosen anew, `auto` looks again at what is known of the terminal.
                    self.worn.clear();
                    if let Err(said) = self.wardrobe.keep(&name) {
                        let now = self.model.now.0;
                        self.tell(Msg::Back(Back { written: None, said: Some(said) }), now);
                    }
                }
                Effect::Keep(setting) => {
                    if let Err(said) = self.keeper.keep(setting) {
                        let now = self.model.now.0;
                        self.tell(Msg::Back(Back { written: None, said: Some(said) }), now);
                    }
                }
                Effect::Mouse(on) => self.mouse_wish = Some(on),
                Effect::Terminal => self.asks = true,
                Effect::Outside(Outside::Copy(text)) => {
                    if !clipboard::copy(&text, self.through) {
                        let said = Some("the terminal did not take all of it: copy it again".to_owned());
                        let now = self.model.now.0;
                        self.tell(Msg::Back(Back { written: None, said }), now);
                    }
                }
                Effect::Outside(outside) => self.wanted = Some(outside),
            }
        }
    }

    fn tell(&mut self, msg: Msg, now_ms: i64) {
        let effects = update(&mut self.model, msg, Moment(now_ms));
        self.carry_out(effects);
    }

    fn mouse(&mut self, event: crossterm::event::MouseEvent, now_ms: i64) {
        let (x, y) = (event.column, event.row);
        let tell = |screen: &mut Self, mouse| screen.tell(Msg::Mouse(mouse), now_ms);
        match event.kind {
            MouseEventKind::ScrollDown => tell(self, Mouse::Wheel(3, self.hits.pane(x, y))),
            MouseEventKind::ScrollUp => tell(self, Mouse::Wheel(-3, self.hits.pane(x, y))),
            MouseEventKind::Down(MouseButton::Left) => {
                let double = self.press.is_some_and(|(at, when)| at == (x, y) && now_ms - when < DOUBLE_MS);
                self.press = if double { None } else { Some(((x, y), now_ms)) };
                tell(self, Mouse::Grab(x, y));
                if let Some(target) = self.hits.at(x, y).cloned() {
                    tell(self, Mouse::Press { target, double });
                }
            }
            MouseEventKind::Drag(MouseButton::Left) => tell(self, Mouse::Drag(x, y)),
            MouseEventKind::Up(MouseButton::Left) => tell(self, Mouse::LetGo),
            _ => {}
        }
    }
}

impl<B: Backend> Program for Screen<B> {
    type Msg = Heard;

    fn input(&mut self, input: Input, now_ms: i64) {
        if let Input::Event(of @ (Event::FocusGained | Event::FocusLost)) = &input {
            self.focused = *of == Event::FocusGained;
        }
        let msg = match input {
            Input::Event(Event::Key(key)) if key.kind != KeyEventKind::Release => Some(Msg::Key(key)),
            Input::Event(Event::Paste(text)) => Some(Msg::Paste(text)),
            Input::Burst(Burst { text, given, more }) => Some(Msg::Burst { text, given, more }),
            Input::Event(Event::Resize(w, h)) => Some(Msg::Resize(w, h)),
            Input::Event(Event::FocusGained) => Some(Msg::FocusGained),
            Input::Resume => Some(Msg::Resumed),
            Input::Event(Event::FocusLost) => Some(Msg::FocusLost),
            Input::Event(Event::Mouse(event)) => {
                self.mouse(event, now_ms);
                None
            }
            Input::Hangup | Input::Terminate => Some(Msg::Hangup),
            _ => None,
        };
        if let Some(msg) = msg {
            self.tell(msg, now_ms);
        }
    }

    fn message(&mut self, heard: Heard, now_ms: i64) {
        self.tell(Msg::Heard(heard), now_ms);
    }

    fn draw(&mut self, frame: &mut Frame<'_>) {
        let now = self.model.now;
        self.tell(Msg::Frame, now.0);
        if self.worn != self.model.theme() {
            self.model.theme().clone_into(&mut self.worn);
            self.theme = self.wardrobe.theme(&self.worn);
        }
        self.hits = crate::ui::draw(&self.model, &self.theme, frame);
    }

    fn awaits(&self) -> bool {
        awaits(&self.model)
    }

    fn next_wake(&self) -> Option<i64> {
        next_wake(&self.model).map(|m| m.0)
    }

    fn wake(&mut self, now_ms: i64) {
        self.tell(Msg::Wake, now_ms);
    }

    fn done(&self) -> Option<i32> {
        self.quit.then_some(0)
    }

    fn suspend_requested(&mut self) -> bool {
        std::mem::take(&mut self.suspend)
    }

    fn heed(&self) -> Heed {
        moving_letters(&self.model).map_or(Heed::Text, Heed::Moves)
    }

    fn mouse_wished(&mut self) -> Option<bool> {
        self.mouse_wish.take()
    }

    fn repaint_requested(&mut self) -> bool {
        std::mem::take(&mut self.repaint)
    }

    fn asks_for_findings(&mut self) -> bool {
        std::mem::take(&mut self.asks)
    }

    fn findings(&mut self, findings: Vec<Finding>, now_ms: i64) {
        self.tell(Msg::Terminal(findings), now_ms);
    }

    fn line(&mut self, slow: bool, now_ms: i64) {
        self.tell(Msg::Line { slow }, now_ms);
    }

    fn background(&mut self, rgb: (u8, u8, u8)) {
        self.wardrobe.measured(rgb);
    }

    fn dials(&self) -> bool {
        crate::app::outward::may_copy(&self.model)
    }

    fn title(&self) -> Option<String> {
        Some(crate::app::terminal::title(&self.model))
    }

    fn errand(&mut self) -> Option<Errand> {
        let begun = match self.wanted.take()? {
            Outside::Write(writing) => errands::editor(writing),
            Outside::Read(reading) => errands::pager(reading),
            Outside::Copy(_) => return None,
        };
        match begun {
            Ok((errand, out)) => {
                self.out = Some(out);
                Some(errand)
            }
            Err(why) => {
                let now = self.model.now.0;
                self.tell(Msg::Back(Back { written: None, said: Some(why) }), now);
                // It is said on the screen as it stands.
                self.repaint = true;
                None
            }
        }
    }

    fn elsewhere(&mut self, now_ms: i64) {
        self.tell(Msg::Elsewhere, now_ms);
    }

    fn calls_back(&self) -> bool {
        self.model.lock.has_fallen()
    }

    fn errand_over(&mut self, end: End, now_ms: i64) {
        if let Some(out) = self.out.take() {
            self.tell(Msg::Back(errands::back(out, end)), now_ms);
        }
    }
}
