//! A visit in the hand: where it would go, what speaks against that before it is dropped, and dropping it.

use super::{calendar, find, tell};
use crate::app::calendar::Shape;
use crate::app::effect::Effect;
use crate::app::form_keys::{self, Outcome};
use crate::app::key::Key;
use crate::app::layers::{Layer, Lifted, Way, Writing};
use crate::app::line::Line;
use crate::app::model::{Model, Pane, Tone};
use crate::app::moving::Step;
use crate::app::subject;
use crate::app::wire::Asked;
use crate::domain::attention::AlertSource;
use crate::domain::coverage::Weight;
use crate::domain::ids::{StaffId, VisitId};
use crate::domain::record::Kind;
use crate::domain::time::{DAY, MINUTE};
use crate::domain::visit::VisitState;
use crate::service::api::coverage::CandidateRow;
use crate::service::api::reschedule::{Reschedule, Tried, VisitChange};
use crate::service::api::{By, Command, Hit, Person, Problem, Query, Request, VisitRow};
use crossterm::event::KeyCode;

/// A step of time.
const QUARTER: i32 = 15;
/// Minutes of a day.
const WHOLE: i32 = 24 * 60;
/// People found for a name.
const FOUND: u16 = 40;

/// The visit that would be lifted here: the one under the calendar's marker, or the one that a line or alert is about.
fn under(model: &Model) -> Option<VisitId> {
    match model.top() {
        None => match subject::selected_visit(model) {
            Some(visit) if model.focus == Pane::Calendar => Some(visit.id),
            _ => {
                subject::subject(model).ok()?.key.filter(|k| k.source == AlertSource::Visit).map(|k| VisitId(k.subject))
            }
        },
        Some(Layer::CallOut(page)) => page.visit,
        Some(_) => super::history::record(model).filter(|(kind, _)| *kind == Kind::Visit).map(|(_, id)| VisitId(id)),
    }
}

/// Whether there is a visit to be changed, or why not.
pub(crate) fn can(model: &Model) -> Result<(), String> {
    crate::app::allow::change(model)?;
    match under(model) {
        Some(_) => Ok(()),
        None if model.layers.is_empty()
            && model.focus == Pane::Calendar
            && matches!(calendar::here(model), Shape::People | Shape::Days | Shape::Month) =>
        {
            Err("visits are counted here: Enter opens the day, there one can be lifted".to_owned())
        }
        None => Err("no visit here: select one in the calendar or on a page".to_owned()),
    }
}

/// Whether it can be exchanged with another: both have to stand on the screen.
pub(crate) fn can_swap(model: &Model) -> Result<(), String> {
    can(model)?;
    if model.layers.is_empty() && model.focus == Pane::Calendar {
        Ok(())
    } else {
        Err("two visits are exchanged in the calendar, where both stand".to_owned())
    }
}

/// Lifts it.
pub(crate) fn lift(model: &mut Model, out: &mut Vec<Effect>, way: Way) {
    let Some(id) = under(model) else { return };
    let in_calendar = model.layers.is_empty() && model.focus == Pane::Calendar;
    let row = subject::selected_visit(model).filter(|v| v.id == id && in_calendar).cloned();
    let board = model.calendar.board.clone().filter(|_| in_calendar);
    let from = (model.calendar.day, model.calendar.left);
    let mut lifted = Lifted::new(way, id, board, from);
    if let Some(row) = row {
        lifted.begin(&row);
    }
    model.layers.push(Layer::Lifted(Box::new(lifted)));
    model.refresh_one(out, &Asked::Tried(id));
    if way == Way::Assign {
        model.refresh_one(out, &Asked::Candidates(id));
    }
}

impl Lifted {
    fn new(
        way: Way,
        id: VisitId,
        board: Option<crate::service::api::Board>,
        from: (crate::domain::time::Day, u16),
    ) -> Self {
        Self {
            way,
            id,
            row: None,
            day: from.0,
            minute: 0,
            minutes: 0,
            staff: None,
            staff_name: String::new(),
            with: None,
            carers: None,
            typed: String::new(),
            writing: None,
            tried: None,
            seen: Vec::new(),
            agreed: false,
            sent: false,
            error: None,
            board,
            from,
        }
    }

    /// It stands like this when it is lifted.
    fn begin(&mut self, row: &VisitRow) {
        let goes = row.staff.filter(|_| row.state != VisitState::CalledOut);
        (self.day, self.minute, self.staff) = (row.day, row.minute, goes);
        self.staff_name = if goes.is_some() { row.staff_name.clone() } else { String::new() };
        self.minutes = match self.way {
            Way::Split => (row.minutes / 2).max(1),
            _ => row.minutes,
        };
        self.row = Some(row.clone());
    }

    /// What it would come to as it is held now; none while it is where it was.
    pub fn change(&self) -> Option<VisitChange> {
        let row = self.row.as_ref()?;
        let goes = row.staff.filter(|_| row.state != VisitState::CalledOut);
        match self.way {
            Way::Move | Way::Assign => {
                let moved = (self.day, self.minute, self.staff) != (row.day, row.minute, goes);
                moved.then_some(VisitChange::Move { day: self.day, minute: self.minute, staff: self.staff })
            }
            Way::Swap => self.with.as_ref().map(|with| VisitChange::Swap { with: with.id }),
            Way::Split => Some(VisitChange::Split { first: self.minutes, staff: self.staff }),
            Way::Shorten => (self.minutes != row.minutes).then_some(VisitChange::Length { minutes: self.minutes }),
        }
    }

    /// What speaks against it, as far as it is known of how it is held now.
    pub fn known(&self) -> Option<&Tried> {
        self.tried.as_ref().filter(|t| t.change == self.change())
    }

    /// The visit as it would stand, for the calendar.
    fn row_then(&self) -> Option<VisitRow> {
        let row = self.row.as_ref()?;
        let days = i64::from(self.day.since(row.day)) * DAY;
        let start = row.start.plus(days + (i64::from(self.minute) - i64::from(row.minute)) * MINUTE);
        Some(VisitRow {
            day: self.day,
            minute: self.minute,
            start,
            staff: self.staff,
            staff_name: self.staff_name.clone(),
            ..row.clone()
        })
    }

    /// It is held otherwise now: what was said of it before is of no account.
    fn turned(&mut self) {
        self.error = None;
        self.typed.clear();
    }

    fn by_minutes(&mut self, by: i32) {
        let now = i32::from(self.minute);
        // To the quarters of the hour, wherever it began.
        let to = match by {
            ..0 => (now + by).div_euclid(QUARTER) * QUARTER + if now % QUARTER == 0 { 0 } else { QUARTER },
            _ => (now + by).div_euclid(QUARTER) * QUARTER,
        };
        self.day = self.day.plus(to.div_euclid(WHOLE));
        self.minute = to.rem_euclid(WHOLE) as u16;
    }

    fn by_length(&mut self, by: i32) {
        let longest = match (self.way, &self.row) {
            (Way::Split, Some(row)) => i32::from(row.minutes) - 1,
            _ => WHOLE,
        };
        self.minutes = (i32::from(self.minutes) + by).clamp(1.min(longest), longest.max(1)) as u16;
    }
}

fn top(model: &mut Model) -> Option<&mut Lifted> {
    match model.layers.last_mut() {
        Some(Layer::Lifted(lifted)) => Some(lifted),
        _ => None,
    }
}

fn shown(model: &Model) -> Option<&Lifted> {
    match model.top() {
        Some(Layer::Lifted(lifted)) => Some(lifted),
        _ => None,
    }
}

/// The question of the moment about the visit in the hand.
pub(crate) fn wanted(model: &Model, id: VisitId) -> Option<Request> {
    let lifted = model.layers.iter().find_map(|l| match l {
        Layer::Lifted(lifted) if lifted.id == id => Some(lifted),
        _ => None,
    })?;
    Some(Request::Query(Query::TryChange { visit: id, change: lifted.change() }))
}

/// It is held otherwise: the calendar shows it there, and what speaks against it is asked.
pub(crate) fn moved(model: &mut Model, out: &mut Vec<Effect>) {
    let Some(lifted) = top(model) else { return };
    lifted.turned();
    let (id, row, day) = (lifted.id, lifted.row_then(), lifted.day);
    if matches!(shown(model), Some(l) if l.board.is_some() && matches!(l.way, Way::Move)) {
        calendar::go(model, out, day);
        if let Some(row) = row {
            calendar::hold(model, out, row);
        }
    }
    model.refresh_one(out, &Asked::Tried(id));
}

/// One step: of time, to another caregiver or day, along who could go, or to another visit.
pub(crate) fn step(model: &mut Model, out: &mut Vec<Effect>, step: Step) {
    let Some(lifted) = top(model) else { return };
    if lifted.sent {
        return;
    }
    if let Some(Writing::Name(pick)) = &mut lifted.writing {
        pick.cursor = step.from(pick.cursor, pick.hits.len(), 5);
        return;
    }
    if lifted.writing.is_some() || lifted.row.is_none() {
        return;
    }
    let by = match step {
        Step::Up => -QUARTER,
        Step::Down => QUARTER,
        Step::HalfUp => -60,
        Step::HalfDown => 60,
        Step::By(n) => QUARTER * i32::from(n),
        _ => 0,
    };
    match (lifted.way, step) {
        (Way::Swap, _) => return to_another(model, out, step),
        (Way::Assign, _) => return to_carer(model, out, step),
        (Way::Move, Step::Left | Step::Right) => return sideways(model, out, step == Step::Right),
        (Way::Move, _) if by != 0 => lifted.by_minutes(by),
        (Way::Split | Way::Shorten, Step::Left) => lifted.by_length(-QUARTER),
        (Way::Split | Way::Shorten, Step::Right) => lifted.by_length(QUARTER),
        (Way::Split | Way::Shorten, _) if by != 0 => lifted.by_length(by),
        _ => return,
    }
    moved(model, out);
}

/// The next caregiver where caregivers stand side by side, else the next day.
fn sideways(model: &mut Model, out: &mut Vec<Effect>, right: bool) {
    let Some(lifted) = shown(model) else { return };
    let beside = lifted.board.is_some() && calendar::here(model) == Shape::Grid && model.calendar.by == By::Caregiver;
    if !beside {
        return other_day(model, out, if right { 1 } else { -1 });
    }
    let Some(board) = &model.calendar.board else { return };
    let mut people: Vec<(Option<StaffId>, String)> = Vec::new();
    for column in &board.list {
        match column.person {
            Some(Person::Staff(id)) if !column.out => people.push((Some(id), column.name.clone())),
            _ => {}
        }
    }
    people.push((None, String::new()));
    let staff = lifted.staff;
    let at = people.iter().position(|(s, _)| *s == staff);
    let width = crate::app::layout::of(model).pane(Pane::Calendar).map_or(model.size.0, |p| p.body.w);
    let last_shown =
        model.calendar.columns_shown(width).into_iter().rev().filter_map(|n| board.list.get(n)).find_map(|c| {
            match c.person {
                Some(Person::Staff(id)) if !c.out => people.iter().position(|(s, _)| *s == Some(id)),
                _ => None,
            }
        });
    let to = match (at, right) {
        (Some(at), true) => at + 1,
        // From nobody's column, which is always there, to the one that is seen beside it.
        (Some(_), false) if staff.is_none() => last_shown.unwrap_or(usize::MAX),
        (Some(at), false) => at.wrapping_sub(1),
        // Whoever called out stands left of all the others.
        (None, _) => 0,
    };
    let Some((staff, name)) = people.get(to).cloned() else { return };
    if let Some(lifted) = top(model) {
        (lifted.staff, lifted.staff_name) = (staff, name);
    }
    moved(model, out);
}

/// The same time of another day.
pub(crate) fn other_day(model: &mut Model, out: &mut Vec<Effect>, by: i32) {
    let Some(lifted) = top(model).filter(|l| l.way == Way::Move && l.row.is_some() && !l.sent) else { return };
    lifted.day = lifted.day.plus(by);
    moved(model, out);
}

/// `[` and `]`: the page of the calendar, or another day for what is in the hand.
pub(crate) fn turn(model: &mut Model, out: &mut Vec<Effect>, by: i32) {
    match shown(model).map(|l| l.way) {
        None => calendar::turn(model, out, by),
        Some(Way::Move) => other_day(model, out, by),
        Some(Way::Swap) => {
            calendar::turn(model, out, by);
            chosen(model, out);
        }
        Some(_) => {}
    }
}

/// The marker goes on to another visit: the one to exchange with.
fn to_another(model: &mut Model, out: &mut Vec<Effect>, step: Step) {
    calendar::step(model, out, step);
    chosen(model, out);
}

pub(crate) fn chosen(model: &mut Model, out: &mut Vec<Effect>) {
    let other = subject::selected_visit(model).cloned();
    let Some(lifted) = top(model) else { return };
    lifted.turned();
    lifted.with = other.filter(|v| v.id != lifted.id);
    let id = lifted.id;
    model.refresh_one(out, &Asked::Tried(id));
}

fn to_carer(model: &mut Model, out: &mut Vec<Effect>, step: Step) {
    let Some(lifted) = top(model) else { return };
    let Some(rows) = &lifted.carers else { return };
    let at = rows.iter().position(|r| Some(r.staff) == lifted.staff);
    let to = at.map_or(0, |at| step.from(at, rows.len(), 10));
    let Some((staff, name)) = rows.get(to).map(|r| (r.staff, r.name.clone())) else { return };
    (lifted.staff, lifted.staff_name) = (Some(staff), name);
    moved(model, out);
}

/// Who could go has come: the marker stands on the best of them.
pub(crate) fn carers(model: &mut Model, out: &mut Vec<Effect>, visit: VisitId, rows: &[CandidateRow]) {
    let Some(lifted) = top(model).filter(|l| l.id == visit && l.way == Way::Assign) else { return };
    let goes = lifted.row.as_ref().and_then(|r| r.staff.filter(|_| r.state != VisitState::CalledOut));
    let first = lifted.carers.is_none();
    let rows: Vec<CandidateRow> = rows.iter().filter(|r| Some(r.staff) != goes).cloned().collect();
    let best = rows.first().map(|r| (r.staff, r.name.clone()));
    lifted.carers = Some(rows);
    if let Some((staff, name)) = best.filter(|_| first) {
        (lifted.staff, lifted.staff_name) = (Some(staff), name);
        moved(model, out);
    }
}

/// What speaks against it has come.
pub(crate) fn arrived(model: &mut Model, out: &mut Vec<Effect>, visit: VisitId, tried: Tried) {
    let now = model.layers.iter_mut().find_map(|l| match l {
        Layer::Lifted(lifted) if lifted.id == visit => Some(lifted),
        _ => None,
    });
    let Some(lifted) = now else { return };
    if lifted.row.is_none() {
        lifted.begin(&tried.row);
    }
    // Of each visit the revision that was seen first: what a colleague does meanwhile is not overwritten.
    for (id, rev) in &tried.seen {
        if !lifted.seen.iter().any(|(known, _)| known == id) {
            lifted.seen.push((*id, *rev));
        }
    }
    let other = tried.change != lifted.change();
    lifted.tried = Some(tried);
    if other && !model.wire.waits_for(&Asked::Tried(visit)) {
        model.refresh_one(out, &Asked::Tried(visit));
    }
}

/// A key that is text or a digit here.
pub(crate) fn key(model: &mut Model, key: Key, out: &mut Vec<Effect>) {
    let Some(lifted) = top(model).filter(|l| !l.sent) else { return };
    match &mut lifted.writing {
        Some(Writing::Reason(line)) => {
            if form_keys::line(line, key) == Outcome::Changed {
                lifted.error = None;
            }
        }
        Some(Writing::Name(pick)) => {
            if form_keys::line(&mut pick.line, key) == Outcome::Changed {
                look_up(model, out);
            }
        }
        None => digit(model, key, out),
    }
}

/// Pasted text.
pub(crate) fn paste(model: &mut Model, text: &str, out: &mut Vec<Effect>) {
    let Some(lifted) = top(model).filter(|l| !l.sent) else { return };
    match &mut lifted.writing {
        Some(Writing::Reason(line)) => {
            line.insert(text);
            lifted.error = None;
        }
        Some(Writing::Name(pick)) => {
            pick.line.insert(text);
            look_up(model, out);
        }
        None => {}
    }
}

/// `1430` is a time; of a split or another length it is minutes.
fn digit(model: &mut Model, key: Key, out: &mut Vec<Effect>) {
    let Some(lifted) = top(model) else { return };
    if lifted.row.is_none() || matches!(lifted.way, Way::Swap | Way::Assign) {
        return;
    }
    if key.code == KeyCode::Backspace {
        lifted.typed.pop();
        return;
    }
    let Some(digit) = key.digit() else {
        if key.typed().is_some() {
            model.toast(Tone::Plain, format!("“{key}” is bound to nothing here"));
        }
        return;
    };
    let most = if lifted.way == Way::Move { 4 } else { 3 };
    if lifted.typed.len() >= most {
        lifted.typed.clear();
    }
    lifted.typed.push_str(&digit.to_string());
    if lifted.typed.len() == most {
        take_typed(model, out);
    }
}

/// What was typed is meant; whether there was something.
fn take_typed(model: &mut Model, out: &mut Vec<Effect>) -> bool {
    let Some(lifted) = top(model).filter(|l| !l.typed.is_empty()) else { return false };
    let typed: u16 = std::mem::take(&mut lifted.typed).parse().unwrap_or(u16::MAX);
    let length = lifted.row.as_ref().map_or(0, |r| r.minutes);
    let fits = match lifted.way {
        Way::Move => {
            let minute = if typed < 24 { typed * 60 } else { typed / 100 * 60 + typed % 100 };
            let fits = minute < 24 * 60 && (typed < 24 || typed % 100 < 60);
            if fits {
                lifted.minute = minute;
            }
            fits
        }
        Way::Split => {
            let fits = (1..length).contains(&typed);
            lifted.minutes = if fits { typed } else { lifted.minutes };
            fits
        }
        _ => {
            let fits = (1..=24 * 60).contains(&typed);
            lifted.minutes = if fits { typed } else { lifted.minutes };
            fits
        }
    };
    if fits {
        moved(model, out);
    } else {
        model.toast(Tone::Bad, "that is no time of day, or no length: 1430, or 45");
    }
    true
}

/// `f`: anyone and anything; with a visit in the hand, whom it goes to.
pub(crate) fn or_find(model: &mut Model, out: &mut Vec<Effect>) {
    let Some(lifted) = top(model) else { return find::start(model, out) };
    if lifted.sent {
        return;
    }
    if lifted.writing.is_some() {
        return model.toast(Tone::Plain, "this first: Enter takes it, esc leaves it");
    }
    match lifted.way {
        Way::Move | Way::Assign | Way::Split => lifted.writing = Some(Writing::Name(Box::default())),
        Way::Swap | Way::Shorten => model.toast(Tone::Plain, "who goes does not change here"),
    }
}

pub(crate) fn look_up(model: &mut Model, out: &mut Vec<Effect>) {
    let Some(lifted) = top(model) else { return };
    let id = lifted.id;
    let Some(Writing::Name(pick)) = &mut lifted.writing else { return };
    let text = pick.line.text().trim().to_owned();
    if text.is_empty() {
        pick.hits.clear();
        pick.cursor = 0;
        return;
    }
    model.query(out, Asked::LiftedName(id, text.clone()), Query::Find { text, limit: FOUND });
}

/// People found for a name; late answers for another text are dropped.
pub(crate) fn found(model: &mut Model, visit: VisitId, text: &str, hits: Vec<Hit>) {
    let Some(lifted) = top(model).filter(|l| l.id == visit) else { return };
    if let Some(Writing::Name(pick)) = &mut lifted.writing
        && pick.line.text().trim() == text
    {
        pick.hits = hits.into_iter().filter(|h| matches!(h.person, Person::Staff(_)) && h.kind.is_person()).collect();
        pick.cursor = 0;
    }
}

/// `t`: who has not been told; with a visit in the hand, the client has been asked already, or not.
pub(crate) fn or_tell(model: &mut Model, out: &mut Vec<Effect>) {
    match top(model) {
        Some(lifted) if lifted.sent => {}
        Some(lifted) => lifted.agreed = !lifted.agreed,
        None => tell::start(model, out),
    }
}

/// Enter: takes what was typed, or drops the visit where it is held; what needs a reason is asked for it.
pub(crate) fn enter(model: &mut Model, out: &mut Vec<Effect>) {
    let Some(lifted) = top(model).filter(|l| !l.sent) else { return };
    match &lifted.writing {
        Some(Writing::Name(pick)) => {
            let taken = pick.hits.get(pick.cursor).map(|h| (h.person, h.name.clone()));
            let empty = pick.line.is_empty();
            if let Some((Person::Staff(staff), name)) = taken {
                lifted.writing = None;
                (lifted.staff, lifted.staff_name) = (Some(staff), name);
                moved(model, out);
            } else if empty {
                lifted.writing = None;
            } else {
                model.toast(Tone::Plain, "nobody of that name: Backspace, or esc leaves it");
            }
            return;
        }
        Some(Writing::Reason(line)) if line.text().trim().is_empty() => {
            return model.toast(Tone::Plain, "why, in a few words; esc goes back");
        }
        _ => {}
    }
    if take_typed(model, out) {
        return;
    }
    let Some(lifted) = shown(model) else { return };
    let Some(change) = lifted.change() else {
        let text = match lifted.way {
            Way::Swap => "with which visit? the arrows go to it",
            Way::Assign => "nobody is chosen",
            _ => "it stands there already: the arrows move it, esc puts it back",
        };
        return model.toast(Tone::Plain, text);
    };
    let Some(tried) = lifted.known() else {
        return model.toast(Tone::Plain, "it is being looked at: once more in a moment");
    };
    let reason = match &lifted.writing {
        Some(Writing::Reason(line)) => line.text().trim().to_owned(),
        _ => String::new(),
    };
    match tried.weight() {
        Some(Weight::Block) => {
            let why = tried.conflicts.first().map(|c| c.text.clone()).unwrap_or_default();
            return model.toast(Tone::Bad, format!("not here: {why}"));
        }
        Some(Weight::Reason) if reason.is_empty() => {
            if let Some(lifted) = top(model) {
                lifted.writing = Some(Writing::Reason(Line::default()));
            }
            return;
        }
        _ => {}
    }
    if let Err(why) = crate::app::allow::change(model) {
        return model.toast(Tone::Bad, why);
    }
    let Some(lifted) = top(model) else { return };
    lifted.sent = true;
    let ask = Reschedule { visit: lifted.id, change, seen: lifted.seen.clone(), agreed: lifted.agreed, reason };
    let id = lifted.id;
    model.send_command(out, Asked::Dropped(id), Command::Reschedule(ask));
}

/// It was not dropped, and why.
pub(crate) fn refused(model: &mut Model, visit: VisitId, problems: &[Problem]) {
    let text = problems.iter().map(|p| p.text.as_str()).collect::<Vec<_>>().join("; ");
    if let Some(lifted) = top(model).filter(|l| l.id == visit) {
        lifted.sent = false;
        lifted.error = Some(text);
    } else {
        model.toast(Tone::Bad, format!("not done: {text}"));
    }
}

/// It was dropped.
pub(crate) fn done(model: &mut Model, visit: VisitId) {
    let (mine, others) = std::mem::take(&mut model.layers)
        .into_iter()
        .partition::<Vec<_>, _>(|l| matches!(l, Layer::Lifted(lifted) if lifted.id == visit));
    model.layers = others;
    if !mine.is_empty() {
        model.calendar.lifted = None;
        if model.calendar.place().is_some() || model.calendar.selected.is_none() {
            model.calendar.selected = Some(visit);
        }
    }
}

/// Esc: what is being written is left first, then the visit is put back where it was.
pub(crate) fn back(model: &mut Model, out: &mut Vec<Effect>) -> bool {
    let Some(lifted) = top(model) else { return false };
    if lifted.sent {
        // What was sent is not taken back by leaving: the answer is waited for.
        return true;
    }
    if lifted.writing.take().is_some() || !std::mem::take(&mut lifted.typed).is_empty() {
        lifted.error = None;
        return true;
    }
    let (id, board, (day, left)) = (lifted.id, lifted.board.take(), lifted.from);
    model.layers.pop();
    model.calendar.lifted = None;
    if let Some(board) = board {
        calendar::go(model, out, day);
        model.calendar.selected = Some(id);
        (model.calendar.board, model.calendar.left) = (Some(board), left);
    }
    true
}
