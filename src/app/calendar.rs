//! The calendar pane as data: a day by caregiver or client, its agenda, a week or a month, and what is selected there.

use super::layout::{self, PaneBox};
use super::model::{Model, Pane};
use super::pane::ListPane;
use crate::domain::ids::VisitId;
use crate::domain::time::Day;
use crate::domain::visit::VisitMark;
use crate::service::api::{Board, By, Colleague, Person, SPAN, Span, SpanRow, VisitFilter, VisitRow};
use std::collections::{BTreeMap, BTreeSet};

/// What the calendar is asked to show.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CalendarView {
    /// One day by time and caregiver or client.
    Day,
    /// One day's visits one after the other.
    Agenda,
    /// A week, Sunday to Saturday.
    Week,
    /// A month.
    Month,
}

/// What it shows in the room that it has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shape {
    /// A day: times down, people across.
    Grid,
    /// A day's visits, a row each.
    Agenda,
    /// A week: people down, days across.
    People,
    /// A week: a line for each day, where people would not fit.
    Days,
    /// A month: weeks down, weekdays across.
    Month,
    /// Beside the focused pane: what still needs somebody.
    Trouble,
}

/// Whose column or row: nobody's, or somebody's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Whose(pub Option<Person>);

/// Narrower than this, a grid says less than an agenda.
const GRID: u16 = 38;
/// Lines above the rows of a week: the days, and what they come to.
pub const WEEK_HEAD: u16 = 2;

/// The calendar pane.
#[derive(Clone)]
pub struct CalendarPane {
    /// What it is asked to show.
    pub view: CalendarView,
    /// Whose columns or rows.
    pub by: By,
    /// The day shown, or under the marker.
    pub day: Day,
    /// Only mine.
    pub mine: bool,
    /// Only these.
    pub only: VisitFilter,
    /// Who else has a team, once somebody has looked for one.
    pub teams: Vec<Colleague>,
    /// The day's board, when it has come.
    pub board: Option<Board>,
    /// The selected visit of the board.
    pub selected: Option<VisitId>,
    /// First column shown.
    pub left: u16,
    /// First line shown.
    pub top: u16,
    /// The board was asked for and has not come.
    pub waiting: bool,
    /// A board that may not come in yet.
    pub held: Option<Board>,
    /// The visit in the hand, as it would stand: the board shows it there.
    pub lifted: Option<VisitRow>,
    /// The day's visits one after the other.
    pub agenda: ListPane<VisitRow>,
    /// Weeks that have come, by their first day.
    pub spans: BTreeMap<Day, Span>,
    /// A week that may not come in yet.
    pub held_span: Option<Span>,
    /// The selected row of the week.
    pub row: Option<Whose>,
    /// Its place.
    pub row_at: u32,
    /// First row of the week shown.
    pub row_top: u32,
    /// The view that Enter came from; `esc` goes back to it.
    pub came_from: Option<CalendarView>,
    /// Select this person's column when the board comes.
    pub(crate) wanted: Option<Whose>,
    /// Weeks asked for since the calendar was turned here.
    pub(crate) asked: BTreeSet<Day>,
}

impl CalendarPane {
    /// The calendar of a day.
    pub fn new(day: Day) -> Self {
        let mut agenda = ListPane::new(true);
        agenda.waiting = false;
        Self {
            view: CalendarView::Day,
            by: By::Caregiver,
            day,
            mine: true,
            only: VisitFilter::default(),
            teams: Vec::new(),
            board: None,
            selected: None,
            left: 0,
            top: 0,
            waiting: false,
            held: None,
            lifted: None,
            agenda,
            spans: BTreeMap::new(),
            held_span: None,
            row: None,
            row_at: 0,
            row_top: 0,
            came_from: None,
            wanted: None,
            asked: BTreeSet::new(),
        }
    }

    /// The name of whose team it is narrowed to, or empty.
    pub fn team(&self) -> &str {
        self.only.team.and_then(|user| self.teams.iter().find(|c| c.user == user)).map_or("", |c| c.name.as_str())
    }

    /// The day's visits that still need somebody, then those that come next: what stands where there is no room for more.
    /// With the focus there the selected one stays among them, whatever has become of it: no key may be about another
    /// one than the marker stood on.
    pub fn needs(&self, minute: u16, focused: bool) -> Vec<&VisitRow> {
        let mut all: Vec<&VisitRow> = self.board.iter().flat_map(|b| &b.list).flat_map(|c| &c.visits).collect();
        all.retain(|v| {
            let kept = focused && self.selected == Some(v.id);
            kept || !matches!(v.mark(), VisitMark::Done | VisitMark::Cancelled | VisitMark::There)
        });
        all.sort_by_key(|v| {
            let planned = v.mark() == VisitMark::Planned;
            (planned, planned && v.minute < minute, v.minute, v.start)
        });
        all
    }

    /// The one of them under the marker: the selected one, or the first.
    pub fn needed(&self, minute: u16, focused: bool) -> Option<&VisitRow> {
        let all = self.needs(minute, focused);
        all.iter().find(|v| Some(v.id) == self.selected).or(all.first()).copied()
    }

    /// Column and place of the selected visit.
    pub fn place(&self) -> Option<(usize, usize)> {
        let (board, wanted) = (self.board.as_ref()?, self.selected?);
        board
            .list
            .iter()
            .enumerate()
            .find_map(|(c, column)| column.visits.iter().position(|v| v.id == wanted).map(|r| (c, r)))
    }

    /// The selected visit of the board.
    pub fn current(&self) -> Option<&VisitRow> {
        let (c, r) = self.place()?;
        self.board.as_ref()?.list.get(c)?.visits.get(r)
    }

    /// The week that the day lies in, when it has come.
    pub fn week(&self) -> Option<&Span> {
        self.spans.get(&self.day.week_start())
    }

    /// The selected row of the week, if it is among those held.
    pub fn week_row(&self) -> Option<&SpanRow> {
        let Whose(wanted) = self.row?;
        self.week()?.rows.iter().find(|r| r.person == wanted)
    }

    /// Puts the marker on somebody's row of the week.
    pub(crate) fn stand_on(&mut self, person: Option<Person>) {
        let place = self.week().and_then(|s| s.rows.iter().position(|r| r.person == person).map(|n| (s.first, n)));
        if let Some((first, n)) = place {
            self.row = Some(Whose(person));
            self.row_at = first + n as u32;
        }
    }

    /// First days of the weeks that a view needs.
    pub fn weeks(&self, shape: Shape) -> Vec<Day> {
        match shape {
            Shape::People | Shape::Days => vec![self.day.week_start()],
            Shape::Month => {
                let first = self.day.month_start();
                let end = first.months_on(1);
                (0..6).map(|n| first.week_start().plus(n * i32::from(SPAN))).filter(|w| *w < end).collect()
            }
            Shape::Grid | Shape::Agenda | Shape::Trouble => Vec::new(),
        }
    }

    /// The columns of the board that stand on the screen, as places in its list: nobody's and the selected one always.
    pub fn columns_shown(&self, width: u16) -> Vec<usize> {
        let Some(board) = &self.board else { return Vec::new() };
        let fit = usize::from(super::columns_that_fit(width));
        let total = board.list.len();
        if total <= fit {
            return (0..total).collect();
        }
        let nobody = board.list.last().is_some_and(|c| c.person.is_none()) && fit > 1;
        let free = total - usize::from(nobody);
        let room = fit - usize::from(nobody);
        let left = usize::from(self.left.saturating_sub(board.from)).min(free.saturating_sub(room));
        // Nobody's column stands there anyway: for its sake nothing scrolls.
        let wanted = self.place().map(|p| p.0).filter(|c| *c < free).unwrap_or(left);
        let first = if wanted < left {
            wanted
        } else if wanted >= left + room {
            wanted + 1 - room
        } else {
            left
        };
        (first..(first + room).min(free)).chain(nobody.then(|| total - 1)).collect()
    }
}

/// What the calendar shows on this screen, and where; none while it is not shown.
pub fn shape(model: &Model) -> Option<(Shape, PaneBox)> {
    let place = *layout::of(model).pane(Pane::Calendar)?;
    let narrow = place.lines > 1 || place.body.w < GRID;
    let shape = match model.calendar.view {
        _ if place.small => Shape::Trouble,
        // Read out, a day is its visits and a week its days, one after the other.
        CalendarView::Day if model.linear => Shape::Agenda,
        CalendarView::Week if model.linear => Shape::Days,
        CalendarView::Day if narrow => Shape::Agenda,
        CalendarView::Day => Shape::Grid,
        CalendarView::Agenda => Shape::Agenda,
        CalendarView::Week if narrow => Shape::Days,
        CalendarView::Week => Shape::People,
        CalendarView::Month => Shape::Month,
    };
    Some((shape, place))
}
