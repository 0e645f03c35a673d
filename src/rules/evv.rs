//! Electronic visit verification: which visit a clock-in proves, what is wrong with it, and until when that can be mended.
//! A clock-in is matched or it is not; of several visits that fit none is guessed.

mod policy;

pub use policy::{CODES, Code, EvvPolicy, NAME, Reason};

use crate::domain::evv::{Clocking, Element};
use crate::domain::ids::{StaffId, VisitId};
use crate::domain::time::Moment;

/// Somebody clocked in, out, or both.
#[derive(Debug, Clone, Copy)]
pub struct Clocked {
    /// Who.
    pub staff: Option<StaffId>,
    /// Begin.
    pub began: Option<Moment>,
    /// End.
    pub ended: Option<Moment>,
}

/// A visit of the client.
#[derive(Debug, Clone, Copy)]
pub struct Planned {
    /// Which.
    pub visit: VisitId,
    /// Who goes.
    pub staff: Option<StaffId>,
    /// The second person.
    pub second: Option<StaffId>,
    /// Planned start.
    pub start: Moment,
    /// Planned end.
    pub end: Moment,
    /// It does not take place.
    pub cancelled: bool,
}

/// What a clock-in is found to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Found {
    /// It proves this visit.
    Visit(VisitId),
    /// It does not, and why, by its code.
    Not(&'static str),
}

/// Which of the six elements (42 USC 1396b(l)(5)(A)) it has not.
pub fn missing(of: &Clocking) -> Vec<Element> {
    let (began, ended) = (of.began.is_some(), of.ended.is_some());
    let has = [
        (!of.service.is_empty(), Element::Service),
        // A record is a client's; one that names nobody is not taken.
        (true, Element::Client),
        (began || ended, Element::Date),
        (!of.place.is_empty(), Element::Place),
        (of.staff.is_some(), Element::Caregiver),
        (began && ended, Element::Times),
    ];
    has.into_iter().filter(|(has, _)| !has).map(|(_, element)| element).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::ids::ClientId;
    use crate::domain::text::{Few, Text};
    use crate::domain::time::{Day, MINUTE};

    const EMBEDDED: &str = include_str!("packs/evv.toml");

    const HOUR: i64 = 60 * MINUTE;

    fn planned(n: u8, start: i64, staff: u8) -> Planned {
        let (visit, staff) = (VisitId([n; 16]), Some(StaffId([staff; 16])));
        let (start, end) = (Moment(start), Moment(start + HOUR));
        Planned { visit, staff, second: None, start, end, cancelled: false }
    }

    fn clocked(staff: u8, began: i64) -> Clocked {
        Clocked { staff: Some(StaffId([staff; 16])), began: Some(Moment(began)), ended: None }
    }

    #[test]
    fn one_that_fits_is_found_and_of_several_none_is_guessed() {
        let policy = EvvPolicy::embedded().unwrap();
        let find = |c: &Clocked, v: &[Planned]| policy.find(c, v);
        let (a, b) = (planned(1, 10 * HOUR, 1), planned(2, 11 * HOUR, 1));
        let other = planned(3, 10 * HOUR, 2);
        assert_eq!(find(&clocked(1, 10 * HOUR - 5 * MINUTE), &[a, other]), Found::Visit(a.visit));
        assert_eq!(find(&clocked(1, 10 * HOUR + 30 * MINUTE), &[a, b]), Found::Not("several"));
        assert_eq!(find(&clocked(1, 8 * HOUR), &[a]), Found::Not("no-visit"));
        assert_eq!(find(&clocked(3, 10 * HOUR), &[a]), Found::Not("other-person"));
        let off = Planned { cancelled: true, ..a };
        assert_eq!(find(&clocked(1, 10 * HOUR), &[off]), Found::Not("cancelled"));
        assert_eq!(
            find(&clocked(1, 10 * HOUR), &[Planned { visit: VisitId([9; 16]), ..off }, a]),
            Found::Visit(a.visit)
        );
        let two = Planned { second: Some(StaffId([7; 16])), ..a };
        assert_eq!(find(&clocked(7, 10 * HOUR), &[two]), Found::Visit(a.visit));
        let out = Clocked { began: None, ended: Some(Moment(11 * HOUR)), ..clocked(1, 0) };
        assert_eq!(find(&out, &[a]), Found::Visit(a.visit));
        assert_eq!(find(&Clocked { staff: None, ..clocked(1, 10 * HOUR) }, &[a]), Found::Not("other-person"));
    }

    #[test]
    fn the_six_elements_are_asked_for_and_a_lock_has_its_day() {
        let whole = Clocking {
            client: ClientId::default(),
            staff: Some(StaffId::default()),
            visit: None,
            service: Text::clip("T1019"),
            place: Text::clip("home"),
            began: Some(Moment(0)),
            ended: Some(Moment(HOUR)),
            missing: Few::default(),
            exception: Text::default(),
            resolution: Text::default(),
            resolved: None,
        };
        assert!(missing(&whole).is_empty());
        let bare =
            Clocking { staff: None, service: Text::default(), place: Text::default(), ended: None, ..whole.clone() };
        assert_eq!(missing(&bare), [Element::Service, Element::Place, Element::Caregiver, Element::Times]);
        let timeless = Clocking { began: None, ended: None, ..whole };
        assert_eq!(missing(&timeless), [Element::Date, Element::Times]);
        let policy = EvvPolicy::parse(&EMBEDDED.replace(
            "# [[lock.payer]]\n# name = \"Medicaid\"\n# days = 14",
            "[[lock.payer]]\nname = \"Medicaid\"\ndays = 14",
        ))
        .unwrap();
        let day = Day::from_ymd(2026, 3, 2).unwrap();
        assert_eq!(policy.locks("State medicaid MCO", day), day.plus(14));
        assert_eq!(policy.locks("", day), day.plus(30));
    }
}
