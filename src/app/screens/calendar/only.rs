//! Which visits the calendar shows.

use super::whose;
use crate::app::effect::Effect;
use crate::app::model::{Model, Tone};
use crate::app::screens::menu;
use crate::domain::ids::UserId;
use crate::domain::staff::Discipline;
use crate::service::api::{Colleague, VisitFilter};

/// Only those that nobody has said yes to, or all again.
pub(crate) fn open(model: &mut Model, out: &mut Vec<Effect>) {
    let only = model.calendar.only;
    set(model, out, VisitFilter { open: !only.open, ..only });
}

/// Only those of my office, or of all again.
pub(crate) fn office(model: &mut Model, out: &mut Vec<Effect>) {
    let only = model.calendar.only;
    set(model, out, VisitFilter { office: !only.office, ..only });
}

/// Only those of a discipline, or of all again.
pub(crate) fn discipline(model: &mut Model, out: &mut Vec<Effect>, of: Discipline) {
    let only = model.calendar.only;
    let discipline = Some(of).filter(|of| only.discipline != Some(*of));
    set(model, out, VisitFilter { discipline, ..only });
}

/// Only those of a colleague's clients, or of all again.
pub(crate) fn team(model: &mut Model, out: &mut Vec<Effect>, of: UserId) {
    let only = model.calendar.only;
    let team = Some(of).filter(|of| only.team != Some(*of));
    // Hers are not mine: only where I stand in would anything be left.
    model.calendar.mine &= team.is_none();
    set(model, out, VisitFilter { team, ..only });
}

/// Who else has a team.
pub(crate) fn teams_arrived(model: &mut Model, people: Vec<Colleague>) {
    model.calendar.teams = people;
    menu::renew(model);
}

/// All of them.
pub(crate) fn all(model: &mut Model, out: &mut Vec<Effect>) {
    set(model, out, VisitFilter::default());
}

fn set(model: &mut Model, out: &mut Vec<Effect>, only: VisitFilter) {
    model.calendar.only = only;
    let words = only.words(model.calendar.team());
    let text = if words.is_empty() { "all visits".to_owned() } else { format!("only {words}") };
    model.toast(Tone::Plain, text);
    whose(model, out);
}
