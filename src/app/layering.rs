//! Opening what is under the marker, and going one layer back.

use super::calendar::Shape;
use super::effect::Effect;
use super::frame;
use super::layers::Layer;
use super::model::{Model, Pane};
use super::screens::{
    calendar, call_out, confirm, dashboard, day_plan, drafts, evv, find, form, history, lifted, menu, narrow, page,
    review, storm, themes, undo,
};

/// Enter: opens what is under the marker; on a card it does what the card says.
pub(crate) fn open(model: &mut Model, out: &mut Vec<Effect>) {
    if model.layers.is_empty() && model.focus == Pane::Calendar && calendar::into_day(model, out) {
        return;
    }
    match model.layers.last() {
        // Typed before the question was on the screen: it was not meant for it.
        Some(Layer::Undo(_) | Layer::Confirm(_)) if !frame::was_asked(model) => {}
        Some(Layer::CallOut(_)) => call_out::choose(model, out),
        Some(Layer::Storm(_)) => storm::choose(model, out),
        Some(Layer::DayPlan(_)) => day_plan::enter(model, out),
        Some(Layer::Lifted(_)) => lifted::enter(model, out),
        None => page::open_selected(model, out),
        Some(Layer::Page(_)) => page::open_line(model, out),
        Some(Layer::Review(_)) => review::open_line(model, out),
        Some(Layer::Why(_)) => page::open_from_why(model, out),
        Some(Layer::Find(_)) => find::choose(model, out),
        Some(Layer::Menu(_)) => menu::choose(model, out),
        Some(Layer::Narrow(_)) => narrow::keep(model, out),
        Some(Layer::Undo(_)) => undo::commit(model, out),
        Some(Layer::Confirm(_)) => confirm::commit(model, out),
        Some(Layer::Drafts(_)) => drafts::reopen(model, out),
        Some(Layer::Themes(_)) => themes::keep(model, out),
        Some(Layer::Acts(_)) => history::offer(model, out),
        Some(Layer::Evv(_)) => evv::open_visit(model, out),
        Some(Layer::Form(_) | Layer::History(_) | Layer::Looked(_) | Layer::Terminal(_)) => {}
    }
}

/// One layer back. It never leaves the program and never loses anything.
pub(crate) fn back(model: &mut Model, out: &mut Vec<Effect>) {
    if model.lock.is_shut() {
        super::lock::back(model);
        return;
    }
    if call_out::back(model) || storm::back(model) || lifted::back(model, out) || evv::unmark(model) {
        return;
    }
    match model.layers.last() {
        Some(Layer::Form(_)) => form::park(model, out),
        Some(Layer::Narrow(_)) => narrow::give_up(model, out),
        Some(Layer::DayPlan(_)) => day_plan::back(model),
        Some(_) => {
            model.layers.pop();
        }
        None => clear(model, out),
    }
}

/// On the dashboard: marks first, then the words of the pane, then its list, then zoom.
fn clear(model: &mut Model, out: &mut Vec<Effect>) {
    if dashboard::unmark(model) {
        return;
    }
    let (words, lens) = match model.focus {
        Pane::Alerts => (&mut model.alerts.words, &mut model.alerts.lens),
        Pane::Caseload => (&mut model.clients.words, &mut model.clients.lens),
        Pane::Team => (&mut model.staff.words, &mut model.staff.lens),
        Pane::Calendar if calendar::here(model) == Shape::Agenda && !model.calendar.agenda.words.is_empty() => {
            (&mut model.calendar.agenda.words, &mut model.calendar.agenda.lens)
        }
        Pane::Calendar => {
            if !calendar::out_of_day(model, out) {
                model.zoom = false;
            }
            return;
        }
    };
    if words.is_empty() && lens.is_empty() {
        model.zoom = false;
    } else {
        // The words that narrow a list go before the list itself.
        if words.is_empty() {
            lens.clear();
        } else {
            words.clear();
        }
        model.open_list(out, model.focus);
    }
}

/// Parks every open form and leaves every layer.
pub(crate) fn all_back(model: &mut Model, out: &mut Vec<Effect>) {
    while !model.layers.is_empty() {
        let before = model.layers.len();
        back(model, out);
        if model.layers.len() >= before {
            model.layers.truncate(before - 1);
        }
    }
}
