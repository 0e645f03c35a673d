//! Where panes lie: pure arithmetic from size, focus, zoom and card to rectangles. Drawing fills these; paging and
//! scrolling read their heights, so both always agree.

use super::calendar::CalendarView;
use super::model::{Model, Pane, Thrift};

/// A rectangle of cells.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Rect {
    /// Column of its left edge.
    pub x: u16,
    /// Row of its top edge.
    pub y: u16,
    /// Columns.
    pub w: u16,
    /// Rows.
    pub h: u16,
}

impl Rect {
    /// A rectangle.
    pub const fn new(x: u16, y: u16, w: u16, h: u16) -> Self {
        Self { x, y, w, h }
    }

    /// Without a one-cell border; empty when there is no room for one.
    #[must_use]
    pub fn inner(self) -> Self {
        if self.w < 2 || self.h < 2 {
            return Self::new(self.x, self.y, 0, 0);
        }
        Self::new(self.x + 1, self.y + 1, self.w - 2, self.h - 2)
    }

    /// Whether a cell lies in it.
    pub fn contains(self, x: u16, y: u16) -> bool {
        x >= self.x && y >= self.y && x - self.x < self.w && y - self.y < self.h
    }

    /// No cell at all.
    pub fn is_empty(self) -> bool {
        self.w == 0 || self.h == 0
    }

    fn top(self, h: u16) -> (Self, Self) {
        let h = h.min(self.h);
        (Self { h, ..self }, Self { y: self.y + h, h: self.h - h, ..self })
    }

    fn left(self, w: u16) -> (Self, Self) {
        let w = w.min(self.w);
        (Self { w, ..self }, Self { x: self.x + w, w: self.w - w, ..self })
    }
}

/// Which arrangement a size gets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Arrangement {
    /// Below 32×8: one line says the smallest size.
    TooSmall,
    /// Below 60 columns (or very low): one pane at a time, two lines a row, pane names in one line.
    Phone,
    /// Below 120 columns: the focused pane has the room, the others stand small side by side below it.
    Stacked,
    /// Two by two.
    Square,
}

/// Where one pane lies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PaneBox {
    /// Whole pane, with its title if it has one.
    pub rect: Rect,
    /// What it shows, where no title says it.
    pub head: Option<Rect>,
    /// Where its rows go.
    pub body: Rect,
    /// The line under the rows: `8 more · 2 snoozed until 10:00`.
    pub footer: Option<Rect>,
    /// Its title stands over it; otherwise in [`Layout::names`].
    pub titled: bool,
    /// Lines a row takes.
    pub lines: u16,
    /// Only counts and the worst rows fit: the pane helps a decision beside the focused one.
    pub small: bool,
}

impl PaneBox {
    /// Whole rows that fit.
    pub fn rows(&self) -> u16 {
        self.body.h / self.lines.max(1)
    }
}

/// Where everything lies.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Layout {
    /// Which arrangement.
    pub arrangement: Arrangement,
    /// The whole screen.
    pub screen: Rect,
    /// The first line.
    pub header: Rect,
    /// Pane names in one line (phone only).
    pub names: Option<Rect>,
    /// Everything between header and banner or hints: pages cover this.
    pub main: Rect,
    /// The four panes by [`Pane::index`]; none when it is not shown.
    pub panes: [Option<PaneBox>; 4],
    /// Where they meet, if four of them stand side by side.
    pub seams: Option<Seams>,
    /// The info card.
    pub card: Option<Rect>,
    /// Where a page lies: the main part, but for the info card where both fit.
    pub page: Rect,
    /// The line of a new or breaching P1, over the hints.
    pub banner: Option<Rect>,
    /// The last line.
    pub hints: Rect,
    /// Cards are low.
    pub low: bool,
}

/// What a layout depends on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ask {
    /// Columns and rows of the terminal.
    pub size: (u16, u16),
    /// The focused pane.
    pub focus: Pane,
    /// The focused pane has the whole room.
    pub zoom: bool,
    /// The info card is on.
    pub card: bool,
    /// A banner is up.
    pub banner: bool,
    /// How four panes share the room.
    pub split: Split,
    /// What is left out for the sake of the line.
    pub thrift: Thrift,
    /// The calendar shows more than what still needs somebody: it is nothing without room.
    pub spread: bool,
}

/// How four panes share the room where all of them stand side by side, in thousandths; none is the usual way.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Split {
    /// What the left ones have of the columns.
    pub across: Option<u16>,
    /// What the upper ones have of the rows.
    pub down: Option<u16>,
}

/// Where the panes meet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Seams {
    /// The room that is shared.
    pub room: Rect,
    /// Columns of the left panes.
    pub left: u16,
    /// Rows of the upper panes, where there are lower ones.
    pub upper: Option<u16>,
}

/// One of the two.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Seam {
    /// Between left and right.
    Across,
    /// Between upper and lower.
    Down,
}

/// No pane gets fewer columns or rows than these by a seam that is moved.
const LEAST: (u16, u16) = (36, 6);

impl Seams {
    /// The seam at a cell: the column of air between two panes, or the line of the lower panes' titles.
    pub fn at(&self, x: u16, y: u16) -> Option<Seam> {
        if !self.room.contains(x, y) {
            return None;
        }
        if x + 1 == self.room.x + self.left {
            return Some(Seam::Across);
        }
        self.upper.filter(|upper| y == self.room.y + upper).map(|_| Seam::Down)
    }

    /// The panes meet at this cell from now on.
    pub fn moved(&self, split: Split, seam: Seam, x: u16, y: u16) -> Split {
        let part = |at: u16, of: u16, least: u16| {
            let at = u32::from(at.clamp(least.min(of / 2), of - least.min(of / 2)));
            u16::try_from((at * 1000).div_ceil(u32::from(of.max(1)))).ok()
        };
        match seam {
            Seam::Across => Split { across: part((x + 1).saturating_sub(self.room.x), self.room.w, LEAST.0), ..split },
            Seam::Down => Split { down: part(y.saturating_sub(self.room.y), self.room.h, LEAST.1), ..split },
        }
    }
}

/// So many thousandths of a length, with room left for both.
fn part(of: u16, thousandths: u16, least: u16) -> u16 {
    let least = least.min(of / 2);
    let at = u32::from(of) * u32::from(thousandths) / 1000;
    u16::try_from(at).unwrap_or(of).clamp(least, of - least)
}

/// Smallest size at which anything but the smallest-size line is shown.
pub const SMALLEST: (u16, u16) = (32, 8);
/// Rows the info card takes when it lies under the panes.
const CARD_ROWS: u16 = 10;
/// A card that leaves no more columns than this free takes them all: a sliver of what lies below would only disturb.
pub const SLIVER: u16 = 4;
/// Rows of a card on a slow line: a screen of letters takes a third of a second there, half of one is with the eye.
const LOW: u16 = 12;
/// Columns it takes at the right.
const CARD_COLUMNS: u16 = 62;

/// Terminals on which four panes stand side by side, by their least columns and rows: a share that was chosen on a large
/// one is not meant for a small one.
pub const CLASSES: [&str; 4] = ["120x20", "120x36", "182x20", "182x36"];

/// The class of a size, where four panes stand side by side.
pub fn class(size: (u16, u16)) -> Option<&'static str> {
    let [low, high, wide, both] = CLASSES;
    (arrangement(size) == Arrangement::Square).then_some(match (size.0 >= 120 + CARD_COLUMNS, size.1 >= 36) {
        (false, false) => low,
        (false, true) => high,
        (true, false) => wide,
        (true, true) => both,
    })
}

fn arrangement((w, h): (u16, u16)) -> Arrangement {
    if w < SMALLEST.0 || h < SMALLEST.1 {
        Arrangement::TooSmall
    } else if w < 60 || h < 14 {
        Arrangement::Phone
    } else if w < 120 || h < 20 {
        Arrangement::Stacked
    } else {
        Arrangement::Square
    }
}

/// The layout of a model.
pub fn of(model: &Model) -> Layout {
    // The strip of a tour lies under the screen.
    within(model, (model.size.0, model.size.1 - super::tour::rows(model, model.size)))
}

/// The layout of a model in so many columns and rows.
pub fn within(model: &Model, size: (u16, u16)) -> Layout {
    layout(&Ask {
        size,
        focus: model.focus,
        // What is in the hand is seen in the calendar, and what speaks against it beside that. Read out, it is one pane.
        zoom: model.linear || (model.zoom && !model.holds_visit()),
        card: model.card_shown(),
        banner: model.announces(),
        split: model.split,
        thrift: model.thrift,
        spread: model.calendar.view != CalendarView::Day || model.calendar.came_from.is_some() || model.holds_visit(),
    })
}

/// Where everything lies. Total: any size, down to nothing.
pub fn layout(ask: &Ask) -> Layout {
    let screen = Rect::new(0, 0, ask.size.0, ask.size.1);
    let arrangement = arrangement(ask.size);
    let mut out = Layout {
        arrangement,
        screen,
        header: Rect::default(),
        names: None,
        main: screen,
        panes: [None; 4],
        seams: None,
        card: None,
        page: screen,
        banner: None,
        hints: Rect::default(),
        low: ask.thrift != Thrift::None,
    };
    if arrangement == Arrangement::TooSmall {
        return out;
    }
    let (header, rest) = screen.top(1);
    let (rest, hints) = rest.top(rest.h - 1);
    let (main, banner) = if ask.banner { rest.top(rest.h - 1) } else { (rest, Rect::default()) };
    out.header = header;
    out.hints = hints;
    out.banner = ask.banner.then_some(banner);
    out.main = main;
    match arrangement {
        Arrangement::TooSmall => {}
        Arrangement::Phone => phone(&mut out, *ask),
        Arrangement::Stacked => stacked(&mut out, *ask),
        Arrangement::Square => square(&mut out, *ask),
    }
    out.page = beside(out.main, out.card);
    out
}

/// Fewest lines that a page keeps beside the info card; with less the card lies over it.
const PAGE_ROWS: u16 = 6;

/// The main part without the card at its right or its lower end.
fn beside(main: Rect, card: Option<Rect>) -> Rect {
    match card {
        Some(card) if card.x > main.x => Rect { w: card.x - main.x, ..main },
        Some(card) if card.y >= main.y + PAGE_ROWS => Rect { h: card.y - main.y, ..main },
        _ => main,
    }
}

/// A pane with its title over it. Panes have no frames: a frame is three bytes a cell on the line and takes two rows and
/// two columns of what there is to see; a title and a column of air say as much.
fn titled(pane: Pane, rect: Rect, screen: Rect, small: bool) -> Option<PaneBox> {
    if rect.w < 4 || rect.h < 2 {
        return None;
    }
    let air = u16::from(rect.x + rect.w < screen.w);
    let rect = Rect { w: rect.w - air, ..rect };
    let (_, inner) = rect.top(1);
    let wants_footer = matches!(pane, Pane::Alerts | Pane::Calendar) && !small && inner.h > 3;
    let (body, footer) = if wants_footer { inner.top(inner.h - 1) } else { (inner, Rect::default()) };
    Some(PaneBox { rect, head: None, body, footer: wants_footer.then_some(footer), titled: true, lines: 1, small })
}

fn phone(out: &mut Layout, ask: Ask) {
    let (names, mut rest) = out.main.top(1);
    out.names = Some(names);
    if ask.card {
        // The card has the lower part when at least two rows of the list stay above it, else all of it.
        let list = if rest.h >= 12 { 4 } else { 0 };
        let (above, below) = rest.top(list);
        out.card = Some(below);
        rest = above;
    }
    if rest.h > 0 {
        let lines = if rest.w < 60 { 2 } else { 1 };
        // Which day the calendar shows has to be said; the names of the panes stand where a title would.
        let head = u16::from(ask.focus == Pane::Calendar && rest.h > 3);
        let (head, body) = rest.top(head);
        let head = (!head.is_empty()).then_some(head);
        out.panes[ask.focus.index()] =
            Some(PaneBox { rect: rest, head, body, footer: None, titled: false, lines, small: false });
    }
}

fn stacked(out: &mut Layout, ask: Ask) {
    let main = out.main;
    if ask.card {
        let card = CARD_ROWS.min(main.h.saturating_sub(5));
        let (above, below) = main.top(main.h - card);
        out.card = Some(below);
        out.panes[ask.focus.index()] = titled(ask.focus, above, out.screen, false);
        return;
    }
    if ask.zoom {
        out.panes[ask.focus.index()] = titled(ask.focus, main, out.screen, false);
        return;
    }
    // The other three: about a third of the height, between 4 and 8 rows.
    let low = (main.h / 3).saturating_sub(1).clamp(4, 8);
    let (above, mut below) = main.top(main.h - low);
    // On a slow line the panes stay where they are, the focus is there at once, and `z` gives one of them the room.
    let large = match ask.focus {
        focus if ask.thrift == Thrift::None => focus,
        Pane::Calendar if ask.spread => Pane::Calendar,
        _ => Pane::Alerts,
    };
    out.panes[large.index()] = titled(large, above, out.screen, false);
    let others: Vec<Pane> = Pane::ALL.into_iter().filter(|p| *p != large).collect();
    for (n, pane) in others.iter().enumerate() {
        let left = (others.len() - n) as u16;
        let (this, rest) = below.left(below.w / left);
        out.panes[pane.index()] = titled(*pane, this, out.screen, true);
        below = rest;
    }
}

fn square(out: &mut Layout, ask: Ask) {
    let mut main = out.main;
    if ask.card && main.w >= 120 + CARD_COLUMNS {
        let (left, right) = main.left(main.w - CARD_COLUMNS);
        out.card = Some(right);
        main = left;
    } else if ask.card {
        let (above, below) = main.top(main.h - CARD_ROWS);
        out.card = Some(below);
        main = above;
    }
    if ask.zoom {
        out.panes[ask.focus.index()] = titled(ask.focus, main, out.screen, false);
        return;
    }
    let left = ask.split.across.map_or(main.w * 8 / 15, |share| part(main.w, share, LEAST.0));
    let single = ask.card && main.h < 20;
    let (upper, lower) = if single {
        (main, Rect::default())
    } else {
        main.top(ask.split.down.map_or(main.h - main.h * 5 / 11, |share| part(main.h, share, LEAST.1)))
    };
    out.seams = Some(Seams { room: main, left, upper: (!single).then_some(upper.h) });
    let rows = if single {
        // One row of two panes has room above the card: the row of the focused pane.
        match ask.focus {
            Pane::Alerts | Pane::Calendar => vec![(Pane::Alerts, Pane::Calendar, upper)],
            Pane::Caseload | Pane::Team => vec![(Pane::Caseload, Pane::Team, upper)],
        }
    } else {
        vec![(Pane::Alerts, Pane::Calendar, upper), (Pane::Caseload, Pane::Team, lower)]
    };
    for (a, b, rect) in rows {
        let (l, r) = rect.left(left);
        out.panes[a.index()] = titled(a, l, out.screen, false);
        out.panes[b.index()] = titled(b, r, out.screen, false);
    }
}

impl Layout {
    /// Where a pane lies, if it is shown.
    pub fn pane(&self, pane: Pane) -> Option<&PaneBox> {
        self.panes[pane.index()].as_ref()
    }

    /// Rows of a pane that fit, 0 when it is not shown.
    pub fn rows(&self, pane: Pane) -> u16 {
        self.pane(pane).map_or(0, PaneBox::rows)
    }

    /// A box of at most this size over the main part: centred where panes stand two by two, at the lower end where the
    /// rows that it is about stand above it, and on a phone the whole main part.
    pub fn overlay(&self, w: u16, h: u16) -> Rect {
        let main = self.main;
        if matches!(self.arrangement, Arrangement::Phone | Arrangement::TooSmall) {
            return main;
        }
        let (w, h) = (w.min(main.w), h.min(main.h));
        let over = if self.arrangement == Arrangement::Stacked { main.h - h } else { (main.h - h) / 2 };
        Rect::new(main.x + (main.w - w) / 2, main.y + over, w, h)
    }

    /// The same for a card whose lines can be moved through: on a slow line no higher than what is read first.
    fn card(&self, w: u16, h: u16) -> Rect {
        self.overlay(w, if self.low { h.min(LOW) } else { h })
    }

    /// There is room for longer lines in a box, with something of the screen beside it.
    fn wide(&self) -> bool {
        self.main.w >= 116
    }

    /// So many rows for a box, or two thirds of a screen that has more.
    fn tall(&self, least: u16) -> u16 {
        least.max(self.main.h / 3 * 2)
    }

    /// Where a layer lies: pages have the main part below their title, cards and menus a box over it.
    pub fn layer(&self, layer: &super::layers::Layer) -> Rect {
        use super::layers::Layer;
        match layer {
            Layer::Page(_) | Layer::Review(_) | Layer::CallOut(_) | Layer::Storm(_) | Layer::DayPlan(_) => self.page,
            Layer::Lifted(lifted) => self.lifted(lifted),
            Layer::Why(_) => self.card(if self.wide() { 96 } else { 76 }, self.tall(18)),
            Layer::Form(_) => self.overlay(if self.wide() { 92 } else { 80 }, self.tall(22)),
            Layer::Find(_) | Layer::Drafts(_) | Layer::History(_) | Layer::Acts(_) => {
                self.card(if self.wide() { 100 } else { 78 }, self.tall(18))
            }
            Layer::Looked(_) => self.card(110, 30),
            Layer::Terminal(_) => self.card(96, 24),
            Layer::Evv(_) => self.card(120, 34),
            Layer::Menu(_) => self.card(if self.wide() { 100 } else { 76 }, self.tall(20)),
            Layer::Undo(card) if card.act.as_ref().is_some_and(|a| !a.tells.is_empty()) => self.overlay(66, 16),
            Layer::Confirm(card) if card.question == super::layers::Question::Notes => self.overlay(76, 18),
            Layer::Undo(_) | Layer::Confirm(_) => self.overlay(66, 10),
            Layer::Themes(_) => self.corner(54, 13),
            Layer::Narrow(_) => Rect::new(self.main.x, self.main.y, 0, 0),
        }
    }

    /// A box of at most this size in the lower right corner, with something of the screen left above it.
    fn corner(&self, w: u16, h: u16) -> Rect {
        let main = self.main;
        let w = if self.arrangement == Arrangement::Phone { main.w } else { w.min(main.w) };
        let h = h.min(main.h.saturating_sub(4).max(3)).min(main.h);
        Rect::new(main.x + main.w - w, main.y + main.h - h, w, h)
    }

    /// Beside the calendar, where the visit in the hand is seen: under it, or the lower end of the screen.
    fn lifted(&self, lifted: &super::layers::Lifted) -> Rect {
        let main = self.main;
        let low = |h: u16| {
            let h = h.min(main.h);
            Rect::new(main.x, main.y + main.h - h, main.w, h)
        };
        let Some(calendar) = self.pane(Pane::Calendar).filter(|_| lifted.board.is_some()) else { return low(11) };
        let below = calendar.rect.y + calendar.rect.h;
        match self.arrangement {
            Arrangement::Square if main.y + main.h >= below + 6 => {
                Rect::new(calendar.rect.x, below, calendar.rect.w, main.y + main.h - below)
            }
            Arrangement::Stacked if main.y + main.h >= below + 5 => {
                Rect::new(main.x, below, main.w, main.y + main.h - below)
            }
            _ => low((main.h / 2).clamp(6, 9)),
        }
    }

    /// Whether a layer has a frame around it: not a page, and not a card that reaches from side to side.
    pub fn framed(&self, layer: &super::layers::Layer) -> bool {
        let sliver = self.main.w.saturating_sub(self.layer(layer).w) <= SLIVER;
        let across = sliver && self.arrangement != Arrangement::Square;
        layer.page().is_none() && !across
    }

    /// Lines of text that fit into a layer.
    pub fn layer_lines(&self, layer: &super::layers::Layer) -> u16 {
        let place = self.layer(layer);
        if self.framed(layer) { place.inner().h } else { place.h.saturating_sub(1) }
    }
}
