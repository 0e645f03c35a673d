//! Everything that is on the screen, as data. Drawing reads it; only `update` changes it.

use super::calendar::CalendarPane;
use super::layers::Layer;
use super::pane::{ListPane, RowId};
use super::wire::Wire;
use crate::domain::attention::AlertKey;
use crate::domain::time::{Moment, Zone};
use crate::domain::words::opaque;
use crate::service::api::{AlertRow, Card, ClientRow, Header, Person, Present, Rights, StaffRow};
use std::collections::BTreeMap;
use std::sync::Arc;

/// One of the four panes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Pane {
    /// 1 Alerts.
    Alerts,
    /// 2 Calendar.
    Calendar,
    /// 3 Caseload.
    Caseload,
    /// 4 Care team.
    Team,
}

impl Pane {
    /// All, in the order of their digits.
    pub const ALL: [Self; 4] = [Self::Alerts, Self::Calendar, Self::Caseload, Self::Team];

    /// 0–3.
    pub fn index(self) -> usize {
        self as usize
    }

    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Alerts => "Alerts",
            Self::Calendar => "Calendar",
            Self::Caseload => "Caseload",
            Self::Team => "Care team",
        }
    }

    /// Its name where there is little room.
    pub fn short(self) -> &'static str {
        match self {
            Self::Alerts => "Alerts",
            Self::Calendar => "Cal",
            Self::Caseload => "Clients",
            Self::Team => "Team",
        }
    }
}

/// Colours a terminal has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Colors {
    /// None: meaning by glyph and attribute.
    Mono,
    /// Sixteen.
    Sixteen,
    /// 256 or more.
    Many,
}

/// What the terminal can do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Capabilities {
    /// The locale is UTF-8; otherwise borders and glyphs are ASCII.
    pub utf8: bool,
    /// Colours.
    pub colors: Colors,
    /// It can be suspended to a shell.
    pub suspend: bool,
    /// It takes text for a clipboard.
    pub clipboard: bool,
}

impl Default for Capabilities {
    fn default() -> Self {
        Self { utf8: true, colors: Colors::Sixteen, suspend: true, clipboard: true }
    }
}

/// What is left out for the sake of a slow line: rules beside titles, a second weight of letters, the colour of keys,
/// zeros, what lies below the first lines of a card, and panes that change places with the focus. Every word can still be
/// reached.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub enum Thrift {
    /// Nothing.
    #[default]
    None,
    /// The line was found to be slow.
    Line,
    /// It was asked for, whatever the line is.
    Asked,
}

/// How the service is reached.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Connection {
    /// Nothing has come yet.
    Starting,
    /// As of this commit.
    Live,
    /// Gone since then: what is shown may be old, nothing can be done.
    Offline {
        /// Since when.
        since: Moment,
        /// Why.
        why: String,
    },
}

/// How a toast is meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tone {
    /// Done and on disk.
    Good,
    /// To know.
    Plain,
    /// It was not done.
    Bad,
}

/// A short message over the hint line.
#[derive(Clone, PartialEq, Eq)]
pub struct Toast {
    /// What.
    pub text: String,
    /// How it is meant.
    pub tone: Tone,
    /// Gone at this moment.
    pub until: Moment,
}

/// A new or breaching P1: over the hint line of every screen.
#[derive(Clone, PartialEq, Eq)]
pub struct Banner {
    /// Which alert.
    pub key: AlertKey,
    /// `Okafor, Ruth: fall, head strike`.
    pub text: String,
    /// It breached, rather than being new.
    pub breached: bool,
    /// It was handed up to whoever looks, or calls for them by its clock.
    pub summons: bool,
}

/// The info card.
#[derive(Clone, Default)]
pub struct InfoCard {
    /// It is on.
    pub on: bool,
    /// Whose is shown.
    pub person: Option<Person>,
    /// It, when it has come.
    pub card: Option<Card>,
    /// Door and alarm codes, and until when they are shown.
    pub codes: Option<Codes>,
    /// The selection rests on somebody else since then: followed after 300 ms.
    pub(crate) rest: Option<(Person, Moment)>,
}

/// Door and alarm codes on the screen.
#[derive(Clone, PartialEq, Eq)]
pub struct Codes {
    /// Whose.
    pub person: Person,
    /// Kind and code.
    pub list: Vec<(String, String)>,
    /// Gone at this moment.
    pub until: Moment,
}

/// Keys of a sequence that is not complete.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Pending {
    /// The keys so far, as words: `["n"]`.
    pub keys: Vec<super::key::Key>,
    /// The first came at this moment.
    pub since: Moment,
    /// Shown as a strip: 300 ms have passed.
    pub shown: bool,
}

/// Something in a frame that the mouse can hit; drawing says where it lies.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Target {
    /// A pane.
    Pane(Pane),
    /// A row of a pane.
    Row(Pane, RowId),
    /// An action of the hint line or a menu.
    Action(&'static str),
    /// An item of the top layer's list.
    Item(usize),
    /// A field of the top form.
    Field(usize),
}

/// What a screen starts with.
#[derive(Debug, Clone)]
pub struct Start {
    /// Columns and rows.
    pub size: (u16, u16),
    /// Now.
    pub now: Moment,
    /// The agency's zone.
    pub zone: Zone,
    /// The terminal.
    pub capabilities: Capabilities,
    /// Random bytes from the kernel: ids of requests and drafts come from these.
    pub seed: [u8; 16],
    /// Nothing may be changed.
    pub read_only: bool,
    /// The keymap.
    pub keymap: Arc<super::keymap::Keymap>,
}

/// From this size on the card fits beside the rows that it is about.
const CARD_ROOM: (u16, u16) = (60, 22);

/// Everything that is on the screen.
pub struct Model {
    /// Columns and rows.
    pub size: (u16, u16),
    /// The moment of the last message.
    pub now: Moment,
    /// The agency's zone.
    pub zone: Zone,
    /// What the terminal can do.
    pub capabilities: Capabilities,
    /// Nothing may be changed, by wish.
    pub read_only: bool,
    /// How the service is reached.
    pub connection: Connection,
    /// The header's facts, when they have come.
    pub header: Option<Header>,
    /// What may be done here and why not what not, when the service has said so.
    pub rights: Option<Rights>,
    /// This login was given for caseload alone: nothing leaves it.
    pub forced: bool,
    /// Something urgent is told through the terminal while another window has the focus.
    pub notify: bool,
    /// The mouse is reported; otherwise the terminal's own selection works.
    pub mouse: bool,
    /// It never is, by wish.
    pub no_mouse: bool,
    /// 1 Alerts.
    pub alerts: ListPane<AlertRow>,
    /// 2 Calendar.
    pub calendar: CalendarPane,
    /// 3 Caseload.
    pub clients: ListPane<ClientRow>,
    /// 4 Care team.
    pub staff: ListPane<StaffRow>,
    /// The focused pane.
    pub focus: Pane,
    /// It has the whole room.
    pub zoom: bool,
    /// How the panes share the room.
    pub split: super::layout::Split,
    /// How they were made to share it, by [`layout::class`](super::layout::class).
    pub splits: BTreeMap<&'static str, super::layout::Split>,
    /// The info card.
    pub card: InfoCard,
    /// Layers over the dashboard; the last has the keys.
    pub layers: Vec<Layer>,
    /// An incomplete key sequence.
    pub pending: Option<Pending>,
    /// Short messages, oldest first.
    pub toasts: Vec<Toast>,
    /// A new or breaching P1.
    pub banner: Option<Banner>,
    /// Who else is at work where this screen is.
    pub present: Option<Present>,
    /// Drafts kept (`✎2`).
    pub drafts: u16,
    /// The last act that can be undone, for the right end of the hint line: `Petrov to R. Patel`.
    pub undoable: Option<String>,
    /// The lock: when it is on the screen, nothing else is.
    pub lock: super::lock::Lock,
    /// Whether names are initials on this screen.
    pub privacy: super::privacy::Privacy,
    /// The screen is read out, one item a line, instead of drawn.
    pub linear: bool,
    /// What is left out for the sake of the line.
    pub thrift: Thrift,
    /// The tour for somebody who sees it for the first time.
    pub tour: super::tour::Tour,
    /// The themes that can be worn, and the one that is.
    pub themes: super::themes::Themes,
    /// The program is being left.
    pub quitting: bool,
    /// The keymap.
    pub keymap: Arc<super::keymap::Keymap>,
    pub(crate) wire: Wire,
}
opaque!(Model);

impl Model {
    /// A model at its start: nothing has been asked yet.
    pub fn new(start: Start) -> Self {
        Self {
            size: start.size,
            now: start.now,
            zone: start.zone,
            capabilities: start.capabilities,
            read_only: start.read_only,
            connection: Connection::Starting,
            header: None,
            rights: None,
            forced: false,
            notify: false,
            mouse: false,
            no_mouse: false,
            alerts: ListPane::new(true),
            calendar: CalendarPane::new(start.zone.day(start.now)),
            clients: ListPane::new(true),
            staff: ListPane::new(false),
            focus: Pane::Alerts,
            zoom: false,
            split: super::layout::Split::default(),
            splits: BTreeMap::new(),
            card: InfoCard::default(),
            layers: Vec::new(),
            pending: None,
            toasts: Vec::new(),
            banner: None,
            present: None,
            drafts: 0,
            undoable: None,
            lock: super::lock::Lock::new(start.now),
            privacy: super::privacy::Privacy::default(),
            linear: false,
            thrift: Thrift::None,
            tour: super::tour::Tour::None,
            themes: super::themes::Themes::default(),
            quitting: false,
            keymap: start.keymap,
            wire: Wire::new(start.seed),
        }
    }

    /// The terminal has this size from now on, and the panes share it as they were made to on such a one.
    pub fn resize(&mut self, size: (u16, u16)) {
        self.size = size;
        if let Some(class) = super::layout::class(size) {
            self.split = self.splits.get(class).copied().unwrap_or_default();
        }
    }

    /// How the panes share the room on terminals of this class, as it was kept.
    pub fn remember_panes(&mut self, class: &str, split: super::layout::Split) {
        if let Some(class) = super::layout::CLASSES.into_iter().find(|known| *known == class) {
            self.splits.insert(class, split);
            self.resize(self.size);
        }
    }

    /// The agency has no records at all: the first day.
    pub fn first_day(&self) -> bool {
        self.header.as_ref().is_some_and(|h| h.first_day)
    }

    /// Why nothing is saved at the moment, if nothing is.
    pub fn unsaved(&self) -> Option<&str> {
        self.header.as_ref().map(|h| h.unsaved.as_str()).filter(|why| !why.is_empty())
    }

    /// Why whoever is here opens no chart in an emergency.
    pub fn no_emergency(&self) -> Option<&str> {
        self.rights.as_ref().and_then(|r| r.denial(crate::rules::roles::Right::Emergency))
    }

    /// What whoever runs the agency is to know and has not read yet: its first words.
    pub fn note(&self) -> Option<&str> {
        let notes = self.header.as_ref().map(|h| h.notes.as_slice()).unwrap_or_default();
        notes.iter().find(|note| !self.wire.read.contains(note)).map(String::as_str)
    }

    /// A line over the hints is taken by an alert, or by something that is to be known.
    pub fn announces(&self) -> bool {
        self.banner.is_some() || self.note().is_some()
    }

    /// Nothing can be changed now.
    pub fn is_read_only(&self) -> bool {
        self.read_only || self.unsaved().is_some() || matches!(self.connection, Connection::Offline { .. })
    }

    /// An act on this alert is being saved.
    pub fn is_saving(&self, key: AlertKey) -> bool {
        use super::wire::Asked;
        self.wire.open.values().any(|a| match a {
            Asked::Act(Some(k)) | Asked::Form(_, Some(k)) => *k == key,
            Asked::Many(keys) => keys.contains(&key),
            Asked::Form(draft, None) => self.wire.many.get(draft).is_some_and(|keys| keys.contains(&key)),
            _ => false,
        })
    }

    /// Texts of forms that the service has not confirmed to keep: they live here alone.
    pub fn unconfirmed_drafts(&self) -> impl Iterator<Item = &crate::service::api::Draft> {
        self.wire.parked.values()
    }

    /// The info card is on the screen: it was asked for, or the keymap keeps it open and it fits under the rows.
    pub fn card_shown(&self) -> bool {
        self.card.on || (self.keymap.card_open && self.size.0 >= CARD_ROOM.0 && self.size.1 >= CARD_ROOM.1)
    }

    /// The layer that has the keys.
    pub fn top(&self) -> Option<&Layer> {
        self.layers.last()
    }

    /// Whether any layer keeps rows in their places.
    pub fn holds_rows(&self) -> bool {
        self.layers.iter().any(Layer::holds_rows)
    }

    /// A visit is in the hand.
    pub fn holds_visit(&self) -> bool {
        self.layers.iter().any(|l| matches!(l, super::layers::Layer::Lifted(_)))
    }

    /// `08:10` in the agency's zone.
    pub fn clock(&self) -> String {
        crate::domain::time::clock(self.zone.civil(self.now).1)
    }
}
