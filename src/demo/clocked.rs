//! What the aggregator has of some visits of the days before, and what is wrong with it: the queue of exceptions.

use super::cast::{self, t};
use super::schedule::{CastVisit, Visited};
use crate::domain::evv::{Clocking, Element};
use crate::domain::ids::VisitId;
use crate::domain::text::Few;
use crate::domain::visit::Visit;

/// A visit of the cast of which the aggregator lacks something.
struct Odd {
    /// Days from the story's.
    offset: i32,
    client: usize,
    lacks: Element,
    /// What it has instead of a place.
    place: &'static str,
}

const ODD: [Odd; 3] = [
    Odd { offset: -3, client: cast::OBRIEN, lacks: Element::Times, place: "home" },
    Odd { offset: -2, client: cast::SUAREZ, lacks: Element::Place, place: "" },
    Odd { offset: -1, client: cast::LINDQVIST, lacks: Element::Place, place: "" },
];

/// Whether the aggregator has something odd of this visit.
pub(super) fn is_odd(planned: &CastVisit) -> bool {
    odd(planned).is_some()
}

fn odd(planned: &CastVisit) -> Option<&'static Odd> {
    ODD.iter().find(|o| o.offset == planned.offset && planned.who == Visited::Cast(o.client))
}

/// What the aggregator has of it; nothing where nobody came.
pub(super) fn clocking(planned: &CastVisit, id: VisitId, visit: &Visit) -> Option<Clocking> {
    let (odd, arrived) = odd(planned).zip(visit.arrived)?;
    Some(Clocking {
        client: visit.client,
        staff: visit.staff,
        visit: Some(id),
        service: visit.service.clone(),
        place: t(odd.place),
        began: Some(arrived.at),
        ended: visit.left.map(|left| left.at).filter(|_| odd.lacks != Element::Times),
        missing: Few::clip(vec![odd.lacks]),
        exception: t("missing"),
        resolution: t(""),
        resolved: None,
    })
}
