//! Which actions of the table can be said, and what there is instead of the others.

use crate::app::action::{Action, Class};

/// Whether an action can be said.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reach {
    /// It can.
    Here,
    /// It is for the screen alone: what there is instead.
    Elsewhere(&'static str),
}

const LOOK: &str = "it is for the screen alone; caseload show SUBJECT reads a page out";
const SHEET: &str = "it is on paper: caseload sheet";
const ROSTER: &str = "it is on paper: caseload export roster";
const PLAN: &str = "a day as a whole is planned by caseload plan, and its lines are accepted there";

/// Whether an action can be said, or what there is instead. Whatever changes a record can.
pub fn reach(action: &Action) -> Reach {
    use Reach::{Elsewhere, Here};
    match action.id {
        "open" | "lock" => Here,
        "save" => Elsewhere("a card is saved by itself once its fields are said"),
        "repeat" => Elsewhere("say the act once more, on another subject"),
        "day-sheet" | "week-sheet" => Elsewhere(SHEET),
        "roster" => Elsewhere(ROSTER),
        "plan-day" | "plan-better" => Elsewhere(PLAN),
        "pin" | "unlock" => Elsewhere("a PIN is chosen by caseload pin set"),
        "privacy" => Elsewhere("initials are for a screen: caseload --privacy"),
        "mark" | "mark-range" | "mark-shown" => Elsewhere("say several subjects, one after the other"),
        "find" | "narrow" => Elsewhere("caseload list takes a lens"),
        "copy" | "editor" | "pager" => Elsewhere("pipe what caseload show prints"),
        _ => match action.class {
            Class::Card | Class::Acts => Here,
            Class::Moves | Class::Marks | Class::Shows => Elsewhere(LOOK),
        },
    }
}
