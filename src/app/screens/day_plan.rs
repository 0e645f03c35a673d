//! The plan of a day or a week: what it comes to beside how it stands, and what it would change, line by line. Lines are
//! marked and accepted; nothing is changed before.
//!
//! **What moves under the marker.** The search goes on for two seconds after the plan is opened. Until a key is pressed
//! here, a better plan takes the place of the one shown; from the first key on, what is shown stays as it is, and a better
//! one waits until it is asked for. Marks are held by visit and stay on every line that is still the same then.

use crate::app::calendar::CalendarView;
use crate::app::effect::Effect;
use crate::app::improving::Improving;
use crate::app::layers::{Confirm, DayPlanLayer, Layer, Question};
use crate::app::model::{Model, Tone};
use crate::app::moving::Step;
use crate::app::wire::Asked;
use crate::app::{allow, layout};
use crate::domain::ids::VisitId;
use crate::domain::record::Kind;
use crate::rules::roles::Right;
use crate::service::api::day_plan::{DayPlan, MOST_PICKS, PlanAsk, PlanLine, together, whole};
use crate::service::api::{Change, Command, Problem, VisitFilter};
use std::collections::{BTreeMap, BTreeSet};

/// The same search for everybody who asks for the same.
const SEED: u64 = 1;

impl DayPlanLayer {
    fn new(ask: PlanAsk) -> Self {
        Self {
            ask,
            plan: None,
            arrived: None,
            waiting: None,
            improving: Improving::default(),
            at: None,
            marks: BTreeSet::new(),
            range: None,
            refused: BTreeMap::new(),
            touched: false,
            renew: false,
            stale: false,
            sent: false,
        }
    }

    /// The lines shown.
    pub fn lines(&self) -> &[PlanLine] {
        self.plan.as_ref().map(|p| p.lines.as_slice()).unwrap_or_default()
    }

    /// The place of the marker.
    pub fn cursor(&self) -> usize {
        self.at.and_then(|id| self.lines().iter().position(|l| l.visit == id)).unwrap_or(0)
    }

    /// The line under the marker.
    pub fn selected(&self) -> Option<&PlanLine> {
        self.lines().get(self.cursor())
    }

    /// One step of the marker.
    pub(crate) fn step(&mut self, step: Step, height: usize) {
        self.touched = true;
        let to = step.from(self.cursor(), self.lines().len(), height);
        self.stand(to);
    }

    fn stand(&mut self, place: usize) {
        self.at = self.lines().get(place).map(|l| l.visit);
    }

    /// Shows a plan. Marks stay on lines that are what they were; how many went is answered.
    fn take(&mut self, plan: DayPlan) -> usize {
        let place = self.cursor();
        let same = |id: &VisitId| {
            let of = |lines: &[PlanLine]| lines.iter().find(|l| l.visit == *id).map(PlanLine::pick);
            of(&plan.lines).is_some_and(|new| of(self.lines()) == Some(new))
        };
        let kept: BTreeSet<VisitId> = self.marks.iter().copied().filter(same).collect();
        let gone = self.marks.len() - kept.len();
        let refused = self.refused.iter().filter(|(id, _)| same(id)).map(|(id, why)| (*id, why.clone())).collect();
        let there = self.at.is_some_and(|id| plan.lines.iter().any(|l| l.visit == id));
        (self.marks, self.refused) = (kept, refused);
        self.plan = Some(plan);
        if !there {
            self.stand(place.min(self.lines().len().saturating_sub(1)));
        }
        (self.waiting, self.renew, self.stale, self.range) = (None, false, false, None);
        gone
    }

    /// Lines by their visits.
    fn places(&self, visits: impl IntoIterator<Item = VisitId>) -> Vec<usize> {
        visits.into_iter().filter_map(|id| self.lines().iter().position(|l| l.visit == id)).collect()
    }

    /// Marks these lines and all that belong to them; how many of these came besides.
    fn mark(&mut self, places: Vec<usize>) -> usize {
        let all = whole(self.lines(), places.iter().copied());
        let new: Vec<VisitId> = all.iter().filter_map(|n| self.lines().get(*n)).map(|l| l.visit).collect();
        let before = self.marks.len() + places.iter().filter(|n| !self.is_marked(**n)).count();
        self.marks.extend(new);
        self.marks.len() - before
    }

    fn is_marked(&self, place: usize) -> bool {
        self.lines().get(place).is_some_and(|l| self.marks.contains(&l.visit))
    }

    /// Takes the mark off this line, and off every line that can't be accepted without it.
    fn unmark(&mut self, place: usize) {
        let lines = self.lines();
        let without: Vec<VisitId> = (0..lines.len())
            .filter(|n| whole(lines, [*n]).contains(&place))
            .filter_map(|n| lines.get(n))
            .map(|l| l.visit)
            .collect();
        self.marks.retain(|id| !without.contains(id));
    }
}

fn top(model: &mut Model) -> Option<&mut DayPlanLayer> {
    match model.layers.last_mut() {
        Some(Layer::DayPlan(page)) => Some(page),
        _ => None,
    }
}

fn shown(model: &Model) -> Option<&DayPlanLayer> {
    match model.top() {
        Some(Layer::DayPlan(page)) => Some(page),
        _ => None,
    }
}

/// Opens the plan of the calendar's day, or of its week where it shows weeks; there, the other one.
pub(crate) fn open(model: &mut Model, out: &mut Vec<Effect>) {
    if shown(model).is_some() {
        return scratch(model, out);
    }
    let calendar = &model.calendar;
    let week = calendar.view == CalendarView::Week;
    let only = VisitFilter { open: false, ..calendar.only };
    let day = if week { calendar.day.week_start() } else { calendar.day };
    let ask = PlanAsk { day, week, mine: calendar.mine, only, scratch: false, seed: SEED, steps: 0 };
    show(model, out, ask);
}

fn show(model: &mut Model, out: &mut Vec<Effect>, ask: PlanAsk) {
    // Whoever left marks here finds them again.
    let left = model.wire.plan_left.take().filter(|left| left.ask == ask);
    let mut page = left.unwrap_or_else(|| Box::new(DayPlanLayer::new(ask)));
    (page.improving, page.sent) = (Improving::default(), false);
    page.stale |= page.plan.is_some();
    model.layers.push(Layer::DayPlan(page));
    model.refresh_one(out, &Asked::DayPlan(ask));
}

/// Esc: what is marked is kept for whoever comes back.
pub(crate) fn back(model: &mut Model) {
    if let Some(Layer::DayPlan(page)) = model.layers.pop_if(|l| matches!(l, Layer::DayPlan(_))) {
        model.wire.plan_left = (!page.marks.is_empty()).then_some(page);
    }
}

/// The day or week before or after. Whether a plan is on top.
pub(crate) fn turn(model: &mut Model, out: &mut Vec<Effect>, by: i32) -> bool {
    let Some(ask) = shown(model).map(|p| p.ask) else { return false };
    let day = ask.day.plus(if ask.week { 7 * by } else { by });
    instead(model, out, PlanAsk { day, ..ask });
    true
}

/// As if nobody had been planned, or to improve what is.
fn scratch(model: &mut Model, out: &mut Vec<Effect>) {
    let Some(ask) = shown(model).map(|p| p.ask) else { return };
    instead(model, out, PlanAsk { scratch: !ask.scratch, ..ask });
    let text = if ask.scratch {
        "improves what is planned"
    } else {
        "as if nobody had been planned yet; whoever has said yes still goes"
    };
    model.toast(Tone::Plain, text);
}

fn instead(model: &mut Model, out: &mut Vec<Effect>, ask: PlanAsk) {
    back(model);
    show(model, out, ask);
}

/// A plan has come: it is shown with the next frame.
pub(crate) fn arrived(model: &mut Model, out: &mut Vec<Effect>, ask: PlanAsk, plan: &DayPlan) {
    let now = model.now;
    let mut next = Vec::new();
    for layer in &mut model.layers {
        let Layer::DayPlan(page) = layer else { continue };
        if page.ask != ask {
            continue;
        }
        match plan.search {
            Some(search) => next.push((page.improving.heard(search, now), search.token)),
            None => page.improving.goes = false,
        }
        page.arrived = Some(plan.clone());
    }
    for (next, token) in next {
        model.improve(out, next, token, &Asked::DayPlan(ask));
    }
}

/// Before a frame: what has come takes its place, or waits.
pub(crate) fn frame(model: &mut Model) {
    let mut gone = 0;
    for layer in &mut model.layers {
        let Layer::DayPlan(page) = layer else { continue };
        let Some(plan) = page.arrived.take() else { continue };
        let first = page.plan.as_ref().is_none_or(|p| !p.is_found());
        if first || page.renew || !page.touched {
            gone += page.take(plan);
        } else if page.plan.as_ref().is_some_and(|p| p.lines == plan.lines) {
            // What it was, with figures of now.
            (page.plan, page.waiting, page.stale) = (Some(plan), None, false);
        } else if plan.is_found() {
            (page.waiting, page.stale) = (Some(plan), false);
        }
    }
    say_gone(model, gone);
}

fn say_gone(model: &mut Model, gone: usize) {
    match gone {
        0 => {}
        1 => model.toast(Tone::Plain, "1 mark went: its line is another one now"),
        n => model.toast(Tone::Plain, format!("{n} marks went: their lines are others now")),
    }
}

/// Something was changed, by whomever: the plan shown may not hold any more.
pub(crate) fn changed(model: &mut Model, change: &Change) {
    let still = |k: &Kind| matches!(k, Kind::Communication | Kind::Task | Kind::Attention | Kind::Issue);
    if change.kinds.iter().all(still) {
        return;
    }
    for layer in &mut model.layers {
        if let Layer::DayPlan(page) = layer {
            page.stale |= page.plan.is_some() && !page.improving.goes;
        }
    }
}

/// `+`: shows the better plan that waits, plans anew what has changed since, or looks further.
pub(crate) fn better(model: &mut Model, out: &mut Vec<Effect>) {
    let now = model.now;
    let Some(page) = top(model) else { return };
    let ask = page.ask;
    if let Some(plan) = page.waiting.take() {
        let gone = page.take(plan);
        return say_gone(model, gone);
    }
    if page.stale {
        page.renew = true;
        page.improving = Improving::default();
        return model.refresh_one(out, &Asked::DayPlan(ask));
    }
    if page.improving.again(now) {
        let token = page.improving.search.token;
        return model.improve(out, crate::app::improving::Next::On, token, &Asked::DayPlan(ask));
    }
    model.toast(Tone::Plain, "it was searched to the end: this is the best that was found");
}

/// Lines can be marked here, or why not.
pub(crate) fn can_mark(page: &DayPlanLayer) -> Result<(), String> {
    if page.lines().is_empty() { Err("there is no line to mark".to_owned()) } else { Ok(()) }
}

/// `space`: marks the line, with those that belong to it, or takes the mark off; and on to the next. Whether a plan is on
/// top.
pub(crate) fn mark(model: &mut Model) -> bool {
    let height = height(model);
    let Some(page) = top(model) else { return false };
    page.touched = true;
    let here = page.cursor();
    let more = if page.is_marked(here) {
        page.unmark(here);
        0
    } else {
        page.mark(vec![here])
    };
    page.step(Step::Down, height);
    say_more(model, more);
    true
}

fn say_more(model: &mut Model, more: usize) {
    match more {
        0 => {}
        1 => model.toast(Tone::Plain, "1 more belongs to it: without it somebody would be at two visits at once"),
        n => {
            model.toast(
                Tone::Plain,
                format!("{n} more belong to it: without them somebody would be at two visits at once"),
            );
        }
    }
}

/// `V`: from where it was pressed first to where it is pressed again. Whether a plan is on top.
pub(crate) fn range(model: &mut Model) -> bool {
    let Some(page) = top(model) else { return false };
    page.touched = true;
    let here = page.cursor();
    match page.range.take().and_then(|id| page.places([id]).first().copied()) {
        None => {
            page.range = page.selected().map(|l| l.visit);
            model.toast(Tone::Plain, "the range starts here: again where it ends");
        }
        Some(start) => {
            let more = page.mark((start.min(here)..=start.max(here)).collect());
            say_more(model, more);
        }
    }
    true
}

/// `*`: all lines, or none where all are marked. Whether a plan is on top.
pub(crate) fn mark_all(model: &mut Model) -> bool {
    let Some(page) = top(model) else { return false };
    page.touched = true;
    let all = page.lines().len();
    if page.marks.len() == all {
        page.marks.clear();
    } else {
        page.mark((0..all).collect());
    }
    true
}

/// The mouse: this line.
pub(crate) fn point(model: &mut Model, n: usize) {
    if let Some(page) = top(model) {
        page.touched = true;
        page.stand(n);
    }
}

fn height(model: &Model) -> usize {
    let layout = layout::of(model);
    model.top().map_or(1, |layer| usize::from(layout.layer_lines(layer).max(1)))
}

/// Enter: accepts what is marked; with no marks everything, which is asked first.
pub(crate) fn enter(model: &mut Model, out: &mut Vec<Effect>) {
    if let Err(why) = can_accept(model) {
        return model.toast(Tone::Bad, why);
    }
    let Some(page) = top(model) else { return };
    page.touched = true;
    let lines = page.lines();
    let marked = page.places(page.marks.iter().copied());
    if marked.len() > MOST_PICKS {
        let text = format!("at most {MOST_PICKS} lines at once, and {} are marked: unmark some", marked.len());
        return model.toast(Tone::Bad, text);
    }
    let ids =
        |places: &[usize]| -> Vec<VisitId> { places.iter().filter_map(|n| lines.get(*n)).map(|l| l.visit).collect() };
    if !marked.is_empty() || lines.len() == 1 {
        let wanted = if marked.is_empty() { ids(&[0]) } else { ids(&marked) };
        return accept(model, out, &wanted);
    }
    let all: Vec<usize> = (0..lines.len()).collect();
    let some = together(lines, &all).into_iter().next().unwrap_or_default();
    let mut places = some;
    places.sort_unstable();
    let people: BTreeSet<&str> = places
        .iter()
        .filter_map(|n| lines.get(*n))
        .flat_map(|l| l.to.iter().map(|(_, name)| name.as_str()).chain(l.from.iter().map(String::as_str)))
        .collect();
    let mut told = vec![
        format!("{} visits get somebody else, in one act that can be undone.", places.len()),
        format!("{} people are to be told: a task each. Nobody has said yes yet.", people.len()),
    ];
    if places.len() < lines.len() {
        told.push(format!("{} lines stay here: at most {MOST_PICKS} at once.", lines.len() - places.len()));
    }
    let title = if places.len() == lines.len() {
        format!("Accept all {} lines?", lines.len())
    } else {
        format!("Accept {} of {} lines?", places.len(), lines.len())
    };
    let question = Question::AcceptPlan(ids(&places));
    model.layers.push(Layer::Confirm(Confirm { question, title, who: String::new(), lines: told, yes: "accept" }));
}

fn can_accept(model: &Model) -> Result<(), String> {
    allow::change(model)?;
    if let Some(why) = allow::denial(model, Right::CoverVisit) {
        return Err(why);
    }
    match shown(model) {
        Some(page) if page.sent => Err("being saved".to_owned()),
        Some(page) if page.lines().is_empty() => Err("there is no line to accept".to_owned()),
        Some(_) => Ok(()),
        None => Err("no plan is open".to_owned()),
    }
}

/// Sends these lines, if they still can be.
pub(crate) fn accept(model: &mut Model, out: &mut Vec<Effect>, visits: &[VisitId]) {
    if let Err(why) = can_accept(model) {
        return model.toast(Tone::Bad, why);
    }
    let Some(page) = top(model) else { return };
    let found: Vec<&PlanLine> =
        page.places(visits.iter().copied()).into_iter().filter_map(|n| page.lines().get(n)).collect();
    let picks = found.iter().map(|l| l.pick()).collect();
    let sent: Vec<VisitId> = found.iter().map(|l| l.visit).collect();
    page.sent = true;
    page.refused.clear();
    model.send_command(out, Asked::AcceptPlan(sent), Command::AcceptPlan { picks });
}

/// They are accepted: what is left is planned anew.
pub(crate) fn accepted(model: &mut Model, visits: &[VisitId]) {
    for layer in &mut model.layers {
        if let Layer::DayPlan(page) = layer {
            page.marks.retain(|id| !visits.contains(id));
            (page.sent, page.renew, page.improving) = (false, true, Improving::default());
        }
    }
}

/// They are not, and each line that stands in the way says why. The others are marked, so that Enter accepts these.
pub(crate) fn refused(model: &mut Model, visits: &[VisitId], problems: &[Problem]) {
    let mut words = Vec::new();
    for layer in &mut model.layers {
        let Layer::DayPlan(page) = layer else { continue };
        page.sent = false;
        let mut of_lines = 0;
        for problem in problems {
            let place = problem.field.strip_prefix("lines.").and_then(|n| n.parse::<usize>().ok());
            match place.and_then(|n| visits.get(n)) {
                Some(id) => {
                    of_lines += 1;
                    page.refused.insert(*id, problem.text.clone());
                }
                None => words.push(format!("not done: {}", problem.text)),
            }
        }
        if of_lines == 0 {
            continue;
        }
        let good: Vec<usize> = page.places(visits.iter().copied().filter(|id| !page.refused.contains_key(id)));
        page.marks = visits.iter().copied().filter(|id| !page.refused.contains_key(id)).collect();
        // What can't go without a line that is refused is not offered again either.
        let lines = page.lines();
        let blocked = |n: usize| {
            whole(lines, [n]).iter().filter_map(|m| lines.get(*m)).any(|l| page.refused.contains_key(&l.visit))
        };
        let without: Vec<VisitId> =
            good.into_iter().filter(|n| blocked(*n)).filter_map(|n| lines.get(n)).map(|l| l.visit).collect();
        page.marks.retain(|id| !without.contains(id));
        let first = page.lines().iter().find(|l| page.refused.contains_key(&l.visit)).map(|l| l.visit);
        page.at = first.or(page.at);
        let left = page.marks.len();
        let which = if of_lines == 1 {
            "1 line can't be accepted".to_owned()
        } else {
            format!("{of_lines} lines can't be accepted")
        };
        let then = if left > 0 { format!("; Enter accepts the other {left}") } else { String::new() };
        words.push(format!("nothing is done: {which}, and says why{then}"));
    }
    for text in words.into_iter().take(2) {
        model.toast(Tone::Bad, text);
    }
}

/// It is not known whether they were accepted.
pub(crate) fn lost(model: &mut Model) {
    for layer in &mut model.layers {
        if let Layer::DayPlan(page) = layer {
            (page.sent, page.stale) = (false, true);
        }
    }
    model.toast(Tone::Bad, "it is not known whether this was done: look again when connected");
}
