//! Whether a frame drawn now would only be drawn again: what the screen has asked for is on its way and belongs on it.
//! The loop waits for that a moment; on a slow line two half frames cost more than one whole one a blink later.

use super::model::{Model, Pane};
use super::pane::{ListPane, Row};
use super::wire::Asked;

/// Something that belongs on the screen has been asked for and has not come.
pub fn awaits(model: &Model) -> bool {
    model.wire.open.values().any(|asked| belongs(model, asked))
}

fn belongs(model: &Model, asked: &Asked) -> bool {
    match asked {
        // Rows around those on the screen are fetched ahead; a refresh may change what stands there.
        Asked::Rows { pane, scroll: true } => missing(model, *pane),
        Asked::Worst
        | Asked::Roster
        | Asked::GoOn(_)
        | Asked::Meanwhile(_)
        | Asked::SaveDraft(_)
        | Asked::DropDraft
        | Asked::Looking
        | Asked::Initials
        | Asked::Teams
        | Asked::Leave
        | Asked::Lock(_)
        | Asked::Nothing => false,
        _ => true,
    }
}

/// A row that is on the screen has not come.
fn missing(model: &Model, pane: Pane) -> bool {
    fn of<R: Row>(pane: &ListPane<R>, height: u16) -> bool {
        pane.shown(height).iter().any(|shown| shown.row.is_none())
    }
    let height = model.height(pane);
    match pane {
        Pane::Alerts => of(&model.alerts, height),
        Pane::Caseload => of(&model.clients, height),
        Pane::Team => of(&model.staff, height),
        Pane::Calendar => of(&model.calendar.agenda, height),
    }
}
