//! A call-out as it is worked through: the visits worst first, for each who could go, and the telephone. Rows keep their
//! places while it is open; a call's outcome is one digit.

use crate::app::effect::Effect;
use crate::app::improving::Improving;
use crate::app::layers::{CallOutLayer, Confirm, Dial, Layer, OUTCOMES, Question};
use crate::app::model::{Model, Tone};
use crate::app::moving::Step;
use crate::app::wire::Asked;
use crate::domain::attention::{AlertKey, AlertSource};
use crate::domain::coverage::{Group, Weight};
use crate::domain::ids::{StaffId, VisitId};
use crate::domain::time::{Day, clock};
use crate::domain::visit::Answer;
use crate::service::api::Command;
use crate::service::api::coverage::{AskCarer, CallOutView, CandidateRow, OutVisit};

impl CallOutLayer {
    fn new(staff: Option<StaffId>, day: Day, name: String) -> Self {
        Self {
            staff,
            day,
            name,
            view: None,
            gone: false,
            visit: None,
            carers: None,
            carer: None,
            at_carers: false,
            dial: None,
            moves_on: false,
            improving: Improving::default(),
        }
    }

    /// The selected visit.
    pub fn selected(&self) -> Option<&OutVisit> {
        let id = self.visit?;
        self.view.as_ref()?.visits.iter().find(|v| v.row.id == id)
    }

    /// Who could go to the selected visit; none until it has come.
    pub fn candidates(&self) -> Option<&[CandidateRow]> {
        let (of, rows) = self.carers.as_ref()?;
        (Some(*of) == self.visit).then_some(rows.as_slice())
    }

    /// The selected candidate.
    pub fn candidate(&self) -> Option<&CandidateRow> {
        let id = self.carer?;
        self.candidates()?.iter().find(|c| c.staff == id)
    }

    /// The alert that all of it hangs on; of the page of all open visits, the selected visit's own.
    pub fn key(&self) -> Option<AlertKey> {
        if let Some(staff) = self.staff {
            let occurrence = i64::from(self.day.0);
            return Some(AlertKey { source: AlertSource::CallOut, subject: staff.0, occurrence });
        }
        let row = &self.selected()?.row;
        Some(AlertKey { source: AlertSource::Visit, subject: row.id.0, occurrence: row.start.0 })
    }

    /// Takes in how it stands. Visits keep their places; the marker goes on when what it was on is closed by me.
    fn take(&mut self, view: Option<CallOutView>) {
        self.gone = view.is_none();
        let Some(mut view) = view else {
            self.view = None;
            return;
        };
        if let Some(old) = &self.view {
            let place = |v: &OutVisit| old.visits.iter().position(|o| o.row.id == v.row.id).unwrap_or(usize::MAX);
            view.visits.sort_by_key(place);
        }
        self.day = view.day;
        self.view = Some(view);
        let closed = self.selected().is_none_or(|v| v.closed);
        if self.visit.is_none() || self.selected().is_none() || (closed && self.moves_on) {
            self.visit = self.next_open();
            self.carer = None;
            self.at_carers = false;
        }
        self.moves_on &= !closed;
    }

    /// The first visit that is still to be closed, after the selected one and then from the top; else the first.
    fn next_open(&self) -> Option<VisitId> {
        let visits = &self.view.as_ref()?.visits;
        let here = self.visit.and_then(|id| visits.iter().position(|v| v.row.id == id)).map_or(0, |n| n + 1);
        let open = |v: &&OutVisit| !v.closed;
        let after = visits.iter().skip(here).find(open);
        after.or_else(|| visits.iter().find(open)).or(visits.first()).map(|v| v.row.id)
    }

    /// Takes in who could go. They keep their places while the visit is the same; at first the marker is on the first who
    /// was not asked yet.
    fn take_carers(&mut self, visit: VisitId, mut rows: Vec<CandidateRow>) {
        if self.visit != Some(visit) {
            return;
        }
        if let Some((_, old)) = self.carers.as_ref().filter(|(of, _)| *of == visit) {
            let place = |r: &CandidateRow| old.iter().position(|o| o.staff == r.staff).unwrap_or(usize::MAX);
            rows.sort_by_key(place);
        }
        let there = self.carer.is_some_and(|id| rows.iter().any(|r| r.staff == id));
        if !there {
            let fresh = |r: &&CandidateRow| r.group != Group::No && r.said.is_none();
            // Whom the plan for all of them would send is called first.
            let sent =
                |r: &&CandidateRow| self.selected().is_some_and(|v| v.suggested.iter().any(|(s, _)| *s == r.staff));
            let first = rows.iter().filter(fresh).find(sent).or_else(|| rows.iter().find(fresh)).or(rows.first());
            self.carer = first.map(|r| r.staff);
        }
        self.carers = Some((visit, rows));
    }

    /// On to whoever comes next: the candidate after this one who can go and has not been asked.
    fn next_carer(&mut self) {
        let Some(rows) = self.candidates() else { return };
        let here = self.carer.and_then(|id| rows.iter().position(|r| r.staff == id)).unwrap_or(0);
        let fresh = |r: &&CandidateRow| r.group != Group::No && r.said.is_none() && Some(r.staff) != self.carer;
        let next = rows.iter().skip(here + 1).find(fresh).or_else(|| rows.iter().find(fresh));
        if let Some(id) = next.map(|r| r.staff) {
            self.carer = Some(id);
        }
    }
}

fn top(model: &mut Model) -> Option<&mut CallOutLayer> {
    match model.layers.last_mut() {
        Some(Layer::CallOut(page)) => Some(page),
        _ => None,
    }
}

fn shown(model: &Model) -> Option<&CallOutLayer> {
    match model.top() {
        Some(Layer::CallOut(page)) => Some(page),
        _ => None,
    }
}

/// Opens a caregiver's call-out of a day.
pub(crate) fn open(model: &mut Model, out: &mut Vec<Effect>, staff: StaffId, day: Day, name: String) {
    show(model, out, Some(staff), day, name);
}

fn show(model: &mut Model, out: &mut Vec<Effect>, staff: Option<StaffId>, day: Day, name: String) {
    model.layers.push(Layer::CallOut(Box::new(CallOutLayer::new(staff, day, name))));
    model.refresh_one(out, &Asked::CallOut(staff, day));
}

/// Days on the page of all open visits: today and a week.
pub(crate) const OPEN_DAYS: u8 = 8;

/// The page of all open visits from today on.
pub(crate) fn open_visits(model: &mut Model, out: &mut Vec<Effect>) {
    let day = model.zone.day(model.now);
    show(model, out, None, day, String::new());
}

/// Opens the call-out that an alert stands for; whether it stands for one.
pub(crate) fn open_alert(model: &mut Model, out: &mut Vec<Effect>, key: AlertKey, name: &str) -> bool {
    if key.source != AlertSource::CallOut {
        return false;
    }
    let day = Day(i32::try_from(key.occurrence).unwrap_or_default());
    open(model, out, StaffId(key.subject), day, name.trim_start_matches('@').to_owned());
    true
}

/// How it stands has come.
pub(crate) fn arrived(
    model: &mut Model,
    out: &mut Vec<Effect>,
    staff: Option<StaffId>,
    day: Day,
    view: Option<&CallOutView>,
) {
    let (mut wanted, mut next) = (Vec::new(), Vec::new());
    let now = model.now;
    for layer in &mut model.layers {
        let Layer::CallOut(page) = layer else { continue };
        if page.staff == staff && (page.day == day || page.view.is_none()) {
            // Whom it says to call first may change by it; nothing else does, and the marker stays.
            if let Some(search) = view.and_then(|v| v.search) {
                next.push((page.improving.heard(search, now), search.token));
            }
            page.take(view.cloned());
            wanted.extend(page.visit);
        }
    }
    for visit in wanted {
        model.refresh_one(out, &Asked::Candidates(visit));
    }
    for (next, token) in next {
        model.improve(out, next, token, &Asked::CallOut(staff, day));
    }
}

/// Who could go has come.
pub(crate) fn carers(model: &mut Model, visit: VisitId, rows: &[CandidateRow]) {
    for layer in &mut model.layers {
        if let Layer::CallOut(page) = layer {
            page.take_carers(visit, rows.to_vec());
        }
    }
}

/// One step of the marker, among the visits or among those who could go.
pub(crate) fn step(model: &mut Model, out: &mut Vec<Effect>, step: Step) {
    match step {
        Step::Left => return side(model, false),
        Step::Right => return side(model, true),
        _ => {}
    }
    let Some(page) = top(model) else { return };
    if page.dial.is_some() {
        return;
    }
    if page.at_carers {
        let Some(rows) = page.candidates() else { return };
        let at = page.carer.and_then(|id| rows.iter().position(|r| r.staff == id)).unwrap_or(0);
        page.carer = rows.get(step.from(at, rows.len(), 10)).map(|r| r.staff);
        return;
    }
    let Some(visits) = page.view.as_ref().map(|v| &v.visits) else { return };
    let at = page.visit.and_then(|id| visits.iter().position(|v| v.row.id == id)).unwrap_or(0);
    let to = visits.get(step.from(at, visits.len(), 10)).map(|v| v.row.id);
    if to != page.visit {
        (page.visit, page.carer) = (to, None);
        if let Some(visit) = to {
            model.refresh_one(out, &Asked::Candidates(visit));
        }
    }
}

/// The mouse: this visit.
pub(crate) fn point(model: &mut Model, out: &mut Vec<Effect>, n: usize) {
    let Some(page) = top(model).filter(|p| p.dial.is_none()) else { return };
    let Some(visit) = page.view.as_ref().and_then(|v| v.visits.get(n)).map(|v| v.row.id) else { return };
    if page.visit != Some(visit) {
        (page.visit, page.carer, page.at_carers) = (Some(visit), None, false);
        model.refresh_one(out, &Asked::Candidates(visit));
    }
}

/// Among the visits, or among those who could go.
pub(crate) fn side(model: &mut Model, carers: bool) {
    if let Some(page) = top(model).filter(|p| p.dial.is_none()) {
        page.at_carers = carers;
    }
}

/// Tab: to the other half.
pub(crate) fn turn(model: &mut Model) {
    if let Some(page) = top(model).filter(|p| p.dial.is_none()) {
        page.at_carers = !page.at_carers;
    }
}

/// Esc: a telephone is put down first, then the visits, then the page is left. Whether there was something to put down.
pub(crate) fn back(model: &mut Model) -> bool {
    match top(model) {
        Some(page) if page.dial.is_some() => page.dial = None,
        Some(page) if page.at_carers => page.at_carers = false,
        _ => return false,
    }
    true
}

/// Whether somebody can be called from here, or why not.
pub(crate) fn can_call(model: &Model) -> Result<(), String> {
    crate::app::allow::change(model)?;
    let Some(page) = shown(model) else { return Err("no call-out is open".to_owned()) };
    let Some(visit) = page.selected() else { return Err("no visit is selected".to_owned()) };
    if visit.closed {
        return Err(format!("{} {} needs nobody any more", clock(visit.row.minute), visit.row.client_name));
    }
    match page.candidate() {
        None if page.candidates().is_none() => Err("who could go has not come yet".to_owned()),
        None => Err("nobody here could go: x leaves it open".to_owned()),
        Some(carer) if carer.conflicts.iter().any(|c| c.weight == Weight::Block) => {
            let why = carer.conflicts.first().map(|c| c.text.clone()).unwrap_or_default();
            Err(format!("{}: {why}", carer.name))
        }
        Some(_) => Ok(()),
    }
}

/// `c`: the number of whoever is shown, large; a digit says what they said.
pub(crate) fn call(model: &mut Model, out: &mut Vec<Effect>) {
    let Some(page) = top(model) else { return };
    if let (Some(visit), Some(carer)) = (page.visit, page.carer) {
        page.dial = Some(Dial { visit, staff: carer });
        // Whether a colleague has opened that number meanwhile changes no record, so it is asked for.
        model.refresh_one(out, &Asked::Candidates(visit));
    }
}

/// A digit: what they said, once the telephone was on the screen.
pub(crate) fn digit(model: &mut Model, out: &mut Vec<Effect>, digit: usize) {
    let Some(page) = shown(model) else { return };
    let Some(dial) = page.dial else {
        let text = "a digit says how a call went: c calls first";
        return model.toast(Tone::Plain, text);
    };
    let Some((said, _)) = digit.checked_sub(1).and_then(|n| OUTCOMES.get(n)).copied() else {
        return model.toast(Tone::Plain, "1 yes · 2 no · 3 no answer · 4 left message · 5 calls back · 6 told");
    };
    if let Err(why) = crate::app::allow::change(model) {
        return model.toast(Tone::Bad, why);
    }
    let number = page.candidate().map(|c| c.number.clone()).unwrap_or_default();
    send(model, out, dial.visit, dial.staff, said, number);
    if let Some(page) = top(model) {
        page.dial = None;
        let goes = matches!(said, Answer::Yes | Answer::Told);
        page.moves_on = goes;
        if !goes {
            page.next_carer();
        }
    }
}

fn send(model: &mut Model, out: &mut Vec<Effect>, visit: VisitId, staff: StaffId, said: Answer, number: String) {
    let Some(key) = shown(model).and_then(CallOutLayer::key) else { return };
    let ask = AskCarer { visit, staff, said, number, note: String::new(), back_at: None };
    model.send_command(out, Asked::Act(Some(key)), Command::AskCarer(ask));
}

/// Enter: of a visit, to those who could go; of one of these, into the plan. A plan covers nothing.
pub(crate) fn choose(model: &mut Model, out: &mut Vec<Effect>) {
    let Some(page) = top(model) else { return };
    if !page.at_carers {
        page.at_carers = page.candidates().is_some_and(|c| !c.is_empty());
        return;
    }
    let (visit, carer) = (page.visit, page.carer);
    if let Err(why) = can_call(model) {
        return model.toast(Tone::Bad, why);
    }
    if let (Some(visit), Some(carer)) = (visit, carer) {
        send(model, out, visit, carer, Answer::Planned, String::new());
    }
}

/// Whether it can be settled, or why not.
pub(crate) fn can_settle(model: &Model) -> Result<(), String> {
    crate::app::allow::change(model)?;
    match shown(model).and_then(|p| p.view.as_ref()) {
        None => Err("no call-out is open".to_owned()),
        Some(view) if view.staff.is_none() => Err("these are several causes; each visit stands by itself".to_owned()),
        Some(view) if view.call_out.is_none() => {
            Err("it came with the visits; there is nothing to settle, each visit stands by itself".to_owned())
        }
        Some(view) if view.settled => Err("it is settled".to_owned()),
        Some(_) => Ok(()),
    }
}

/// `r`: settles it, after saying in words what that means.
pub(crate) fn settle(model: &mut Model, _: &mut Vec<Effect>) {
    let Some(view) = shown(model).and_then(|p| p.view.as_ref()) else { return };
    let Some(id) = view.call_out else { return };
    let closed = view.closed();
    let open: Vec<String> = view
        .visits
        .iter()
        .filter(|v| !v.closed)
        .map(|v| {
            let two = v.two.map(|n| format!("{n} of 2, ")).unwrap_or_default();
            format!("{} {}: {two}{}", clock(v.row.minute), v.row.client_name, v.said)
        })
        .collect();
    let mut lines = vec![format!("{closed} of {} covered, or needed by nobody.", view.visits.len())];
    match open.len() {
        0 => lines.push("Nothing is left open.".to_owned()),
        1 => lines.push("This one stays open, with its own alert:".to_owned()),
        n => lines.push(format!("These {n} stay open, with their own alerts:")),
    }
    lines.extend(open.into_iter().take(5));
    let title = format!("Settle the call-out of {}?", view.name);
    let question = Question::Settle(id);
    model.layers.push(Layer::Confirm(Confirm { question, title, who: String::new(), lines, yes: "settle" }));
}

/// Whether it can be taken back.
pub(crate) fn can_take_back(model: &Model) -> Result<(), String> {
    crate::app::allow::change(model)?;
    match shown(model).and_then(|p| p.view.as_ref()) {
        None => Err("no call-out is open: Enter on its alert opens it".to_owned()),
        Some(view) if view.staff.is_none() => Err("no call-out is open: Enter on its alert opens it".to_owned()),
        Some(view) if view.call_out.is_none() => Err("it came with the visits; change them one by one".to_owned()),
        Some(_) => Ok(()),
    }
}

/// They come after all: asks, and says what follows.
pub(crate) fn take_back(model: &mut Model, _: &mut Vec<Effect>) {
    let Some(view) = shown(model).and_then(|p| p.view.as_ref()) else { return };
    let Some(id) = view.call_out else { return };
    let lines = vec![
        "Every visit that nobody has begun is theirs again.".to_owned(),
        "Whoever was asked or told is to be called back: a task each.".to_owned(),
    ];
    let title = format!("{} comes after all?", view.name);
    let question = Question::TakeBackCallOut(id);
    model.layers.push(Layer::Confirm(Confirm { question, title, who: String::new(), lines, yes: "take it back" }));
}

/// `09:00 Okafor`, of a visit on the page.
pub(crate) fn visit_words(model: &Model, visit: VisitId) -> String {
    let page = model.layers.iter().rev().find_map(|l| if let Layer::CallOut(p) = l { Some(p) } else { None });
    let found = page.and_then(|p| p.view.as_ref()).and_then(|v| v.visits.iter().find(|v| v.row.id == visit));
    let row = found.map(|v| &v.row).or_else(|| crate::app::subject::selected_visit(model).filter(|v| v.id == visit));
    row.map(|r| format!("{} {}", clock(r.minute), r.client_name)).unwrap_or_default()
}
