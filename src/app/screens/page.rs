//! One page about a client or caregiver.

use crate::app::effect::Effect;
use crate::app::layers::{Layer, PageLayer};
use crate::app::layout;
use crate::app::model::{Model, Pane, Tone};
use crate::app::moving::{self, Step};
use crate::app::subject;
use crate::app::wire::Asked;
use crate::domain::attention::AlertKey;
use crate::domain::record::Kind;
use crate::service::api::{Page, Person, SectionLine};

impl PageLayer {
    /// A page that has not come yet.
    pub(crate) fn blank(person: Person) -> Self {
        Self {
            person,
            from: Pane::Alerts,
            at: None,
            record: None,
            page: None,
            missing: false,
            name: String::new(),
            denied: None,
            line: 0,
            top: 0,
        }
    }

    /// Lines that can be selected.
    pub(crate) fn lines(&self) -> usize {
        self.page.as_ref().map_or(0, |p| p.sections.iter().map(|s| s.lines.len()).sum())
    }

    /// Whether lines would change places if this came in.
    pub(crate) fn moves(&self, new: Option<&Page>) -> bool {
        let (Some(old), Some(new)) = (&self.page, new) else { return false };
        let lines = |page: &Page| -> Vec<_> {
            let label = |l: &SectionLine| if l.record.is_none() { l.line.label.clone() } else { String::new() };
            page.sections.iter().flat_map(|s| &s.lines).map(|l| (l.key, l.record, label(l))).collect()
        };
        lines(old) != lines(new)
    }

    /// The line under the marker.
    fn selected(&self) -> Option<&SectionLine> {
        self.page.as_ref()?.sections.iter().flat_map(|s| &s.lines).nth(self.line)
    }

    /// The rows that the sections take: a heading and its lines each, with a blank between.
    fn row_of(&self, line: usize) -> usize {
        let Some(page) = &self.page else { return 0 };
        let mut row = 0;
        let mut left = line;
        for section in &page.sections {
            row += 1;
            if left < section.lines.len() {
                return row + left;
            }
            left -= section.lines.len();
            row += section.lines.len() + 1;
        }
        row
    }

    /// Moves the marker; `top` counts rows of the sections (headings and blanks included).
    pub(crate) fn step(&mut self, step: Step, height: usize) {
        self.line = step.from(self.line, self.lines(), height);
        self.keep_in_view(height);
    }

    fn keep_in_view(&mut self, height: usize) {
        let summary = self.page.as_ref().map_or(0, |p| p.summary.len() + 1);
        let height = height.saturating_sub(summary).max(1);
        let row = self.row_of(self.line);
        // The first line of a section is shown with its heading.
        self.top = self.top.min(row.saturating_sub(1));
        if row >= self.top + height {
            self.top = row + 1 - height;
        }
    }

    /// The first line of each section.
    fn starts(&self) -> Vec<usize> {
        let Some(page) = &self.page else { return Vec::new() };
        let mut at = 0;
        let mut out = Vec::new();
        for section in &page.sections {
            if !section.lines.is_empty() {
                out.push(at);
            }
            at += section.lines.len();
        }
        out
    }
}

fn top(model: &mut Model) -> Option<&mut PageLayer> {
    match model.layers.last_mut() {
        Some(Layer::Page(page)) => Some(page),
        _ => None,
    }
}

/// It may not be seen: nothing of it stays on the screen, and why is said in its place.
pub(crate) fn denied(model: &mut Model, person: Person, why: &str) {
    model.wire.pages.remove(&person);
    for layer in &mut model.layers {
        if let Layer::Page(page) = layer
            && page.person == person
        {
            page.page = None;
            page.denied = Some(why.to_owned());
        }
    }
}

/// Opens a person's page.
pub(crate) fn open(model: &mut Model, out: &mut Vec<Effect>, person: Person, at: Option<AlertKey>) {
    open_at(model, out, person, at, None);
}

/// Opens a person's page at the line of an alert or a record.
pub(crate) fn open_at(
    model: &mut Model,
    out: &mut Vec<Effect>,
    person: Person,
    at: Option<AlertKey>,
    record: Option<(Kind, [u8; 16])>,
) {
    let from = model.focus;
    // From the calendar it opens at the visit that is selected there.
    let calendar = model.layers.is_empty() && from == Pane::Calendar;
    let visit = if calendar { subject::selected_visit(model).map(|v| (Kind::Visit, v.id.0)) } else { None };
    let layer = PageLayer { person, from, at, record: record.or(visit), ..PageLayer::blank(person) };
    model.layers.push(Layer::Page(layer));
    model.refresh_one(out, &Asked::Page(person));
}

/// Enter on the dashboard: the record, at the cause.
pub(crate) fn open_selected(model: &mut Model, out: &mut Vec<Effect>) {
    match subject::subject(model) {
        // A call-out is worked through as a whole.
        Ok(about)
            if model.focus == Pane::Alerts
                && about.key.is_some_and(|key| super::call_out::open_alert(model, out, key, &about.name)) => {}
        Ok(about) => match about.person {
            Some(person) => open(model, out, person, about.key),
            None => super::why::start(model, out),
        },
        Err(why) => model.toast(Tone::Bad, why),
    }
}

/// Enter on a page's line: somebody else's page where it names one, why where it is about an alert.
pub(crate) fn open_line(model: &mut Model, out: &mut Vec<Effect>) {
    let named = match model.layers.last() {
        Some(Layer::Page(p)) => p.selected().and_then(|l| l.person).filter(|other| *other != p.person),
        _ => None,
    };
    if let Some(person) = named {
        return open(model, out, person, None);
    }
    if super::order::open_line(model) {
        return;
    }
    match subject::subject(model) {
        Ok(about) if about.key.is_some() => super::why::start(model, out),
        Ok(_) => model.toast(Tone::Plain, "nothing more is known of this line"),
        Err(why) => model.toast(Tone::Bad, why),
    }
}

/// Enter on a why: the person's page, or back to it.
pub(crate) fn open_from_why(model: &mut Model, out: &mut Vec<Effect>) {
    let about = subject::subject(model);
    let under = model.layers.len().checked_sub(2).and_then(|n| model.layers.get(n));
    if let (Ok(about), Some(page)) = (&about, under.and_then(Layer::page))
        && about.person.is_none_or(|p| p == page.person)
    {
        model.layers.pop();
        return;
    }
    match about {
        Ok(s) => match s.person {
            Some(person) => open(model, out, person, s.key),
            None => model.toast(Tone::Plain, "this alert is about no one"),
        },
        Err(why) => model.toast(Tone::Bad, why),
    }
}

/// A page has come.
pub(crate) fn arrived(model: &mut Model, person: Person, page: Option<&Page>) {
    let layout = layout::of(model);
    let mut far = false;
    for layer in &mut model.layers {
        let height = usize::from(layout.layer_lines(layer).max(1));
        if let Layer::Page(p) = layer
            && p.person == person
        {
            far |= take(p, page, height);
        }
    }
    if far {
        model
            .toast(Tone::Plain, "the page shows the visits of these ten days; the one you came from is not among them");
    }
}

/// Takes in what a page says now. At first it opens at the cause; later the marker stays on its line by what the line is
/// about. Whether the visit it was opened at lies too far off to be on it.
pub(crate) fn take(p: &mut PageLayer, page: Option<&Page>, height: usize) -> bool {
    let first = p.page.is_none();
    let was = p.selected().cloned();
    p.missing = page.is_none();
    p.denied = None;
    p.page = page.cloned();
    let Some(data) = &p.page else { return false };
    let find = |key: Option<AlertKey>, record: Option<(Kind, [u8; 16])>| {
        let lines = || data.sections.iter().flat_map(|s| &s.lines);
        let by_key = key.and_then(|key| lines().position(|l| l.key == Some(key)));
        by_key.or_else(|| record.and_then(|r| lines().position(|l| l.record == Some(r))))
    };
    let mut far = false;
    let found = if first {
        // A visit of the calendar stands before the alert about it; a snoozed issue has no line among the alerts, but one
        // of its own.
        let visit = p.record.filter(|(kind, _)| *kind == Kind::Visit);
        let at = visit.and_then(|v| find(None, Some(v)));
        far = visit.is_some() && at.is_none();
        at.or_else(|| find(p.at, p.record))
    } else {
        was.and_then(|old| match old.key {
            Some(key) => find(Some(key), None),
            None => find(None, old.record),
        })
    };
    p.line = found.unwrap_or(p.line).min(p.lines().saturating_sub(1));
    p.keep_in_view(height);
    far
}

/// The record before or after it in the pane it came from.
pub(crate) fn turn(model: &mut Model, out: &mut Vec<Effect>, by: i32) {
    if matches!(model.top(), Some(Layer::Review(_))) {
        return super::review::step(model, out, by);
    }
    let Some(from) = top(model).map(|p| p.from) else { return };
    if from != model.focus || model.layers.len() != 1 {
        model.toast(Tone::Plain, "this page was not opened from a list");
        return;
    }
    let above = std::mem::take(&mut model.layers);
    let before = marker(model, from);
    let mut moved = false;
    // Rows about no one have no page: they are passed over.
    for _ in 0..50 {
        let here = marker(model, from);
        moving::step(model, out, if by < 0 { Step::Up } else { Step::Down });
        if marker(model, from) == here {
            break;
        }
        if let Ok(about) = subject::subject(model)
            && let Some(person) = about.person
        {
            open(model, out, person, about.key);
            moved = true;
            break;
        }
    }
    if !moved {
        model.layers = above;
        let words = if marker(model, from) == before { "no further record" } else { "this row has not come yet" };
        model.toast(Tone::Plain, words);
    }
}

fn marker(model: &Model, pane: Pane) -> (u32, Option<crate::domain::ids::VisitId>) {
    match pane {
        Pane::Alerts => (model.alerts.cursor, None),
        Pane::Caseload => (model.clients.cursor, None),
        Pane::Team => (model.staff.cursor, None),
        Pane::Calendar => (model.calendar.agenda.cursor, model.calendar.selected),
    }
}

/// To the next or previous part.
pub(crate) fn part(model: &mut Model, by: i32) {
    let layout = layout::of(model);
    let Some(layer) = model.layers.last_mut() else { return };
    let height = usize::from(layout.layer_lines(layer).max(1));
    let Some(page) = layer.page_mut() else { return };
    let starts = page.starts();
    let to = if by < 0 {
        starts.iter().rev().find(|s| **s < page.line).or(starts.last())
    } else {
        starts.iter().find(|s| **s > page.line).or(starts.first())
    };
    if let Some(to) = to {
        page.line = *to;
        page.keep_in_view(height);
    }
}

/// A digit: the part that wears it.
pub(crate) fn digit(model: &mut Model, digit: usize) {
    let layout = layout::of(model);
    let Some(layer) = model.layers.last_mut() else { return };
    let height = usize::from(layout.layer_lines(layer).max(1));
    let Some(page) = layer.page_mut() else { return };
    let at = if digit == 0 { 9 } else { digit - 1 };
    if let Some(to) = page.starts().get(at) {
        page.line = *to;
        page.keep_in_view(height);
    }
}
