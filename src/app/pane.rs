//! A pane over an open list: a window of rows, a selection held by id, a ghost, marks, and what waits to come in.

use crate::domain::attention::AlertKey;
use crate::domain::ids::{ClientId, StaffId, VisitId};
use crate::domain::time::{Day, Moment};
use crate::service::api::{AlertRow, ClientRow, ListId, Person, Rows, Sort, StaffRow, VisitRow, Window};

/// What a selection or a mark is held by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum RowId {
    /// An alert.
    Alert(AlertKey),
    /// A client.
    Client(ClientId),
    /// A caregiver.
    Staff(StaffId),
    /// A visit.
    Visit(VisitId),
    /// A day of the calendar.
    Day(Day),
    /// Somebody's day, or nobody's.
    Cell(Option<Person>, Day),
}

/// A row of a list pane.
pub trait Row: Clone {
    /// What it is held by.
    fn id(&self) -> RowId;
    /// Whom it is about.
    fn person(&self) -> Option<Person>;
    /// Its shortest unique name.
    fn name(&self) -> &str;
    /// Its tier, if it has one.
    fn tier(&self) -> Option<u8>;
    /// Already finished, by whom and when.
    fn finished(&self) -> Option<&str>;
    /// It stays in the list, whatever that is narrowed by.
    fn stays(&self) -> bool {
        false
    }
    /// The rows of this kind, if these are.
    fn of(rows: Rows) -> Option<Vec<Self>>;
}

impl Row for AlertRow {
    fn id(&self) -> RowId {
        RowId::Alert(self.key)
    }
    fn person(&self) -> Option<Person> {
        self.person
    }
    fn name(&self) -> &str {
        &self.name
    }
    fn tier(&self) -> Option<u8> {
        Some(self.tier)
    }
    fn stays(&self) -> bool {
        self.tier == 1
    }
    fn finished(&self) -> Option<&str> {
        self.finished.as_deref()
    }
    fn of(rows: Rows) -> Option<Vec<Self>> {
        if let Rows::Alerts(r) = rows { Some(r) } else { None }
    }
}

impl Row for ClientRow {
    fn id(&self) -> RowId {
        RowId::Client(self.id)
    }
    fn person(&self) -> Option<Person> {
        Some(Person::Client(self.id))
    }
    fn name(&self) -> &str {
        &self.name
    }
    fn tier(&self) -> Option<u8> {
        self.tier
    }
    fn finished(&self) -> Option<&str> {
        None
    }
    fn of(rows: Rows) -> Option<Vec<Self>> {
        if let Rows::Clients(r) = rows { Some(r) } else { None }
    }
}

impl Row for StaffRow {
    fn id(&self) -> RowId {
        RowId::Staff(self.id)
    }
    fn person(&self) -> Option<Person> {
        Some(Person::Staff(self.id))
    }
    fn name(&self) -> &str {
        &self.name
    }
    fn tier(&self) -> Option<u8> {
        None
    }
    fn finished(&self) -> Option<&str> {
        None
    }
    fn of(rows: Rows) -> Option<Vec<Self>> {
        if let Rows::Staff(r) = rows { Some(r) } else { None }
    }
}

impl Row for VisitRow {
    fn id(&self) -> RowId {
        RowId::Visit(self.id)
    }
    fn person(&self) -> Option<Person> {
        Some(Person::Client(self.client))
    }
    fn name(&self) -> &str {
        &self.client_name
    }
    fn tier(&self) -> Option<u8> {
        None
    }
    fn finished(&self) -> Option<&str> {
        None
    }
    fn of(rows: Rows) -> Option<Vec<Self>> {
        if let Rows::Visits(r) = rows { Some(r) } else { None }
    }
}

/// A marked row: its name is kept, so that an act on marks can name whom it is for.
#[derive(Clone, PartialEq, Eq)]
pub struct Mark {
    /// Which row.
    pub id: RowId,
    /// Its name.
    pub name: String,
    /// Its tier.
    pub tier: Option<u8>,
}

/// A selected row that is not in the list any more. It stays, dimmed, until the selection has moved and a frame has
/// shown that.
#[derive(Clone)]
pub struct Ghost<R> {
    /// Its place.
    pub at: u32,
    /// The row as it was last seen.
    pub row: R,
    /// Why it is one: `resolved by R. Patel 08:12`, `done · u undoes`.
    pub words: String,
}

/// Rows that came while places may not change.
#[derive(Clone)]
pub struct Held<R> {
    /// Place of the first.
    pub from: u32,
    /// All rows of the list.
    pub total: u32,
    /// The rows.
    pub rows: Vec<R>,
}

/// What waits to come in: announced in the pane's title as `+1 P1`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct News {
    /// New rows by tier P1..P5.
    pub tiers: [u16; 5],
    /// New rows without a tier.
    pub others: u16,
}

impl News {
    /// Nothing waits.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// A pane over an open list.
#[derive(Clone)]
pub struct ListPane<R> {
    /// The open list.
    pub list: Option<ListId>,
    /// Only mine.
    pub mine: bool,
    /// A lens, or empty.
    pub lens: String,
    /// A lens that could not be read.
    pub lens_error: Option<String>,
    /// Words it is narrowed by.
    pub words: String,
    /// Its order.
    pub sort: Sort,
    /// All rows of the list.
    pub total: u32,
    /// Place of the first row held.
    pub from: u32,
    /// The rows held: what is on the screen and three screens around it.
    pub rows: Vec<R>,
    /// The first place on the screen.
    pub top: u32,
    /// The selected row.
    pub selected: Option<RowId>,
    /// Its place; the ghost's place when it is one.
    pub cursor: u32,
    /// The selected row is not in the list any more.
    pub ghost: Option<Ghost<R>>,
    /// Marked rows, in the order of marking.
    pub marks: Vec<Mark>,
    /// Where a range of marks starts.
    pub range: Option<u32>,
    /// Rows that may not come in yet.
    pub held: Option<Held<R>>,
    /// Rows of another part of the list: asked for by moving there, they come in with the next frame.
    pub arrived: Option<Held<R>>,
    /// What they bring.
    pub news: News,
    /// What the words hide, by tier (alerts).
    pub hidden: [u32; 5],
    /// Asleep, and the earliest waking (alerts).
    pub snoozed: (u32, Option<Moment>),
    /// Rows were asked for and have not come.
    pub waiting: bool,
}

/// One place of a pane as it is shown.
pub struct Shown<'a, R> {
    /// Its place in the list.
    pub place: u32,
    /// The row; none while it is on its way.
    pub row: Option<&'a R>,
    /// The marker stands here.
    pub selected: bool,
    /// It is marked.
    pub marked: bool,
    /// Not in the list any more, and why: drawn dim.
    pub ghost: Option<&'a str>,
}

impl<R: Row> ListPane<R> {
    /// What its title calls the list that its lens makes.
    pub fn list_name(&self) -> &str {
        super::screens::goes::name(&self.lens).unwrap_or(&self.lens)
    }

    /// What it says without rows when it was narrowed; else it is empty by itself.
    pub fn none(&self) -> Option<&'static str> {
        match (self.words.is_empty(), self.lens.is_empty()) {
            (false, _) => Some("Nothing here has these words; esc shows all again."),
            (true, false) => Some("Nothing on this list; esc shows all again."),
            (true, true) => None,
        }
    }

    /// What it says below its rows when it was narrowed and nothing is left but what always stays.
    pub fn nothing_else(&self) -> Option<&'static str> {
        let narrowed = !self.words.is_empty() || !self.lens.is_empty();
        let whole = self.total > 0 && self.rows.len() == self.total as usize;
        (narrowed && whole && self.rows.iter().all(R::stays)).then_some("Nothing else on this list: a P1 always stays.")
    }

    /// An empty pane.
    pub fn new(mine: bool) -> Self {
        Self {
            list: None,
            mine,
            lens: String::new(),
            lens_error: None,
            words: String::new(),
            sort: Sort::Natural,
            total: 0,
            from: 0,
            rows: Vec::new(),
            top: 0,
            selected: None,
            cursor: 0,
            ghost: None,
            marks: Vec::new(),
            range: None,
            held: None,
            arrived: None,
            news: News::default(),
            hidden: [0; 5],
            snoozed: (0, None),
            waiting: true,
        }
    }

    /// Places shown: the list's rows, and one more for a ghost.
    pub fn places(&self) -> u32 {
        self.total.saturating_add(u32::from(self.ghost.is_some()))
    }

    /// What stands at a place: a row that is held, or the ghost.
    pub fn at(&self, place: u32) -> Option<&R> {
        let mut index = place;
        if let Some(ghost) = &self.ghost {
            if place == ghost.at {
                return Some(&ghost.row);
            }
            if place > ghost.at {
                index = place - 1;
            }
        }
        self.rows.get(index.checked_sub(self.from)? as usize)
    }

    /// The selected row; not a ghost.
    pub fn current(&self) -> Option<&R> {
        if self.ghost_here().is_some() {
            return None;
        }
        self.under_marker().filter(|r| r.finished().is_none())
    }

    /// The ghost, if the marker stands on it.
    pub fn ghost_here(&self) -> Option<&Ghost<R>> {
        self.ghost.as_ref().filter(|g| g.at == self.cursor)
    }

    /// The selected row, though it be a ghost.
    pub fn under_marker(&self) -> Option<&R> {
        self.at(self.cursor).filter(|r| Some(r.id()) == self.selected)
    }

    /// Whether a row is marked.
    pub fn is_marked(&self, id: RowId) -> bool {
        self.marks.iter().any(|m| m.id == id)
    }

    /// What is shown in `height` rows.
    pub fn shown(&self, height: u16) -> Vec<Shown<'_, R>> {
        let end = self.places().min(self.top.saturating_add(u32::from(height)));
        (self.top..end)
            .map(|place| {
                let row = self.at(place);
                let id = row.map(Row::id);
                let selected = place == self.cursor && id.is_some() && id == self.selected;
                Shown {
                    place,
                    row,
                    selected,
                    marked: id.is_some_and(|id| self.is_marked(id)),
                    ghost: self.ghost.as_ref().filter(|g| g.at == place).map(|g| g.words.as_str()),
                }
            })
            .collect()
    }

    /// Rows below what is shown in `height` rows.
    pub fn below(&self, height: u16) -> u32 {
        self.places().saturating_sub(self.top.saturating_add(u32::from(height)))
    }
}

/// The window's rows, if they are of this pane's kind.
pub(crate) fn rows_of<R: Row>(window: Window) -> Option<(u32, u32, Vec<R>)> {
    let Window { total, from, rows, .. } = window;
    R::of(rows).map(|rows| (total, from, rows))
}
