//! One step of the marker, wherever it is.

use super::effect::Effect;
use super::frame;
use super::layers::Layer;
use super::layout;
use super::model::{Model, Pane};
use super::pane::{ListPane, Row};
use super::screens::{calendar, call_out, lifted, looked, storm};
use super::windows;

/// A step.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// One up.
    Up,
    /// One down.
    Down,
    /// One column to the left.
    Left,
    /// One column to the right.
    Right,
    /// Half a page up.
    HalfUp,
    /// Half a page down.
    HalfDown,
    /// To the first.
    First,
    /// To the last.
    Last,
    /// So many rows: the wheel.
    By(i8),
}

impl Step {
    /// Where it leads from `at` among `total` with `height` shown.
    pub(crate) fn from(self, at: usize, total: usize, height: usize) -> usize {
        let half = (height / 2).max(1);
        let last = total.saturating_sub(1);
        match self {
            Self::Up => at.saturating_sub(1),
            Self::Down => (at + 1).min(last),
            Self::HalfUp => at.saturating_sub(half),
            Self::HalfDown => at.saturating_add(half).min(last),
            Self::First => 0,
            Self::Last => last,
            Self::Left | Self::Right => at.min(last),
            Self::By(n) => at.saturating_add_signed(isize::from(n)).min(last),
        }
    }
}

/// Moves the marker of the top layer, or of the focused pane.
pub(crate) fn step(model: &mut Model, out: &mut Vec<Effect>, step: Step) {
    if model.layers.is_empty() {
        match model.focus {
            Pane::Calendar => calendar::step(model, out, step),
            pane => pane_step(model, out, pane, step),
        }
        return;
    }
    if matches!(model.top(), Some(Layer::CallOut(_))) {
        return call_out::step(model, out, step);
    }
    if matches!(model.top(), Some(Layer::Storm(_))) {
        return storm::step(model, out, step);
    }
    if matches!(model.top(), Some(Layer::Lifted(_))) {
        return lifted::step(model, out, step);
    }
    let layout = layout::of(model);
    let Some(layer) = model.layers.last_mut() else { return };
    let lines = usize::from(layout.layer_lines(layer).max(1));
    match layer {
        Layer::Page(p) => p.step(step, lines),
        Layer::Review(r) => r.page.step(step, lines),
        Layer::Why(w) => {
            let total = w.why.as_ref().map_or(0, |w| w.lines.len() + 4);
            w.top = step.from(w.top, total, lines);
        }
        Layer::DayPlan(p) => p.step(step, lines),
        Layer::Find(f) => f.cursor = step.from(f.cursor, f.hits.len(), lines),
        Layer::Menu(m) => m.cursor = step.from(m.cursor, m.items.len(), lines),
        Layer::Themes(t) => t.cursor = step.from(t.cursor, model.themes.list.len(), lines),
        Layer::Drafts(d) => d.cursor = step.from(d.cursor, d.drafts.as_ref().map_or(0, Vec::len), lines),
        Layer::Acts(a) => a.cursor = step.from(a.cursor, a.acts.as_ref().map_or(0, Vec::len), lines),
        Layer::Looked(l) => {
            l.cursor = step.from(l.cursor, l.lines.len(), lines);
            looked::further(model, out);
        }
        Layer::Evv(e) => e.step(step, lines),
        // Where it is narrow each takes two lines.
        Layer::Terminal(t) => t.top = step.from(t.top, 2 * t.findings.len(), lines),
        Layer::History(h) => h.top = step.from(h.top, h.lines.as_ref().map_or(0, Vec::len), lines),
        Layer::Narrow(n) => {
            let pane = n.pane;
            pane_step(model, out, pane, step);
        }
        Layer::Form(form) => {
            if let Step::By(rows) = step {
                form.turn(rows > 0);
            }
        }
        Layer::Undo(_) | Layer::Confirm(_) | Layer::CallOut(_) | Layer::Storm(_) | Layer::Lifted(_) => {}
    }
}

pub(crate) fn pane_step(model: &mut Model, out: &mut Vec<Effect>, pane: Pane, step: Step) {
    fn go<R: Row>(pane: &mut ListPane<R>, step: Step, height: u16, seen: u16, across: bool) {
        let (at, top) = (pane.cursor as usize, pane.top);
        let to = step.from(at, pane.places() as usize, usize::from(seen));
        // A ghost at the only place goes with any step.
        if to != at || (pane.ghost.is_some() && pane.places() == 1) {
            windows::move_to(pane, to as u32, height);
            if !across && matches!(step, Step::Up | Step::Down) && pane.top != top {
                windows::turn(pane, height, pane.top > top);
            }
        }
    }
    let (height, seen) = (model.height(pane), frame::height(model, pane));
    let layout = layout::of(model);
    // A terminal scrolls whole rows only: a pane from side to side goes on by a line, one beside others by half a page,
    // because every line of it is written anew.
    let across = layout.pane(pane).is_none_or(|place| place.rect.w == layout.screen.w);
    match pane {
        Pane::Alerts => go(&mut model.alerts, step, height, seen, across),
        Pane::Caseload => go(&mut model.clients, step, height, seen, across),
        Pane::Team => go(&mut model.staff, step, height, seen, across),
        Pane::Calendar => go(&mut model.calendar.agenda, step, height, seen, across),
    }
    model.fill(out, pane);
}
