//! Who has not been told: of what happened to a client, whom it concerns and who may hear it, and who has been reached
//! since. A reminder, never a permission: what each may hear is on the card.

use crate::domain::contact::{ContactKind, Share};
use crate::domain::ids::ContactId;
use crate::domain::issue::IssueKind;
use crate::domain::search::fold;
use crate::domain::time::Moment;
use crate::domain::words::opaque;

/// What happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Matter {
    /// An issue of this kind.
    Issue(IssueKind),
    /// A visit that will not be as planned.
    Visit,
}

/// Something that somebody has to hear.
#[derive(Clone)]
pub struct Event {
    /// What it is.
    pub matter: Matter,
    /// When it happened.
    pub at: Moment,
    /// Who told the office: they know.
    pub told_by: String,
}

/// Somebody around the client.
#[derive(Clone)]
pub struct Near {
    /// Who.
    pub id: ContactId,
    /// What kind.
    pub kind: ContactKind,
    /// Called first.
    pub first: bool,
    /// What may be shared.
    pub share: Share,
    /// Given name.
    pub given: String,
    /// When they were last reached.
    pub reached: Option<Moment>,
}
opaque!(Event, Near);

/// What happens to a client's health a physician has to hear.
fn for_physician(matter: Matter) -> bool {
    use IssueKind::{
        Abuse, ChangeInCondition, Emergency, Fall, HospitalDischarge, Incident, Medication, MissingClient, Refusal,
        SelfHarm, Wound,
    };
    matches!(
        matter,
        Matter::Issue(
            Abuse
                | ChangeInCondition
                | Emergency
                | Fall
                | HospitalDischarge
                | Incident
                | Medication
                | MissingClient
                | Refusal
                | SelfHarm
                | Wound
        )
    )
}

/// What family has to hear, if they may. Of abuse and self-harm a person decides who hears it, and when.
fn for_family(matter: Matter, share: Share) -> bool {
    use IssueKind::{
        ChangeInCondition, Emergency, Fall, HospitalDischarge, Incident, Medication, MissingClient, Wound,
    };
    match matter {
        Matter::Visit => matches!(share, Share::Visits | Share::Health | Share::All),
        Matter::Issue(
            ChangeInCondition | Emergency | Fall | HospitalDischarge | Incident | Medication | MissingClient | Wound,
        ) => matches!(share, Share::Health | Share::All),
        Matter::Issue(_) => false,
    }
}

/// For each of these people the events (by place) that they have not been told, in the order given.
pub fn untold(events: &[Event], people: &[Near]) -> Vec<(ContactId, Vec<usize>)> {
    let mut out = Vec::new();
    for person in people {
        let concerns = |event: &Event| match person.kind {
            ContactKind::Physician => for_physician(event.matter),
            ContactKind::Family | ContactKind::Other => person.first && for_family(event.matter, person.share),
        };
        let knows = |event: &Event| {
            let given = fold(&person.given);
            person.reached.is_some_and(|at| at >= event.at)
                || (!given.is_empty() && fold(&event.told_by).split_whitespace().any(|w| given == w))
        };
        let list: Vec<usize> = (0..events.len()).filter(|n| concerns(&events[*n]) && !knows(&events[*n])).collect();
        if !list.is_empty() {
            out.push((person.id, list));
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn near(kind: ContactKind, first: bool, share: Share, reached: Option<i64>) -> Near {
        Near { id: ContactId([1; 16]), kind, first, share, given: "Grace".to_owned(), reached: reached.map(Moment) }
    }

    fn event(matter: Matter, told_by: &str) -> Event {
        Event { matter, at: Moment(100), told_by: told_by.to_owned() }
    }

    fn count(events: &[Event], person: Near) -> usize {
        untold(events, &[person]).first().map_or(0, |(_, list)| list.len())
    }

    #[test]
    fn a_physician_hears_of_health_and_family_of_what_they_may() {
        let fall = [event(Matter::Issue(IssueKind::Fall), "aide")];
        assert_eq!(count(&fall, near(ContactKind::Physician, false, Share::All, None)), 1);
        assert_eq!(count(&fall, near(ContactKind::Family, true, Share::Health, None)), 1);
        assert_eq!(count(&fall, near(ContactKind::Family, true, Share::Visits, None)), 0);
        assert_eq!(count(&fall, near(ContactKind::Family, false, Share::All, None)), 0, "only who is called first");
        let visit = [event(Matter::Visit, "")];
        assert_eq!(count(&visit, near(ContactKind::Family, true, Share::Visits, None)), 1);
        assert_eq!(count(&visit, near(ContactKind::Family, true, Share::Nothing, None)), 0);
        assert_eq!(count(&visit, near(ContactKind::Physician, true, Share::All, None)), 0);
        let complaint = [event(Matter::Issue(IssueKind::Complaint), "")];
        assert_eq!(count(&complaint, near(ContactKind::Physician, true, Share::All, None)), 0);
    }

    #[test]
    fn abuse_is_never_put_on_the_familys_list() {
        for kind in [IssueKind::Abuse, IssueKind::SelfHarm] {
            let events = [event(Matter::Issue(kind), "")];
            assert_eq!(count(&events, near(ContactKind::Family, true, Share::All, None)), 0);
            assert_eq!(count(&events, near(ContactKind::Physician, false, Share::All, None)), 1);
        }
    }

    #[test]
    fn who_was_reached_since_or_told_it_herself_knows() {
        let fall = [event(Matter::Issue(IssueKind::Fall), "daughter Grace")];
        assert_eq!(count(&fall, near(ContactKind::Family, true, Share::All, None)), 0);
        let fall = [event(Matter::Issue(IssueKind::Fall), "aide Maria")];
        assert_eq!(count(&fall, near(ContactKind::Family, true, Share::All, Some(100))), 0);
        assert_eq!(count(&fall, near(ContactKind::Family, true, Share::All, Some(99))), 1);
    }
}
