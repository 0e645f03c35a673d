//! Notes that are not signed a day after their visit, however long ago that was; and what stands of a client on hold.

use crate::office::{Office, monday, new, same_as_fresh, t};
use caseload::domain::attention::{AlertKey, AlertSource};
use caseload::domain::client::ClientStatus;
use caseload::domain::fields::Fields;
use caseload::domain::ids::VisitId;
use caseload::domain::record::Kind;
use caseload::domain::staff::Discipline;
use caseload::domain::time::{Civil, DAY, HOUR, MINUTE};
use caseload::domain::visit::{Actual, Answer, NoteStatus, Source, Visit, VisitState};
use caseload::service::api::{Command, Reply};

/// A visit of so many days ago, made.
fn made(office: &mut Office, days: i32, note: NoteStatus, history: bool) -> VisitId {
    let (now, zone) = (office.now(), crate::office::ny());
    let start = Civil { day: zone.day(now).plus(-days), minute: 7 * 60, zone };
    let (at, client, staff) = (start.moment(), office.clients[3], office.staff[0]);
    let visit = Visit {
        service: t("wound care"),
        staff: Some(staff),
        answer: Answer::Yes,
        state: VisitState::Done,
        arrived: Some(Actual { at, source: Source::Evv }),
        left: Some(Actual { at: at.plus(HOUR), source: Source::Evv }),
        note,
        history,
        ..Visit::new(client, Discipline::Rn, start, 60)
    };
    let manager = office.manager.clone();
    VisitId(office.make(&manager, vec![new(&visit)])[0])
}

fn key(office: &Office, id: VisitId) -> AlertKey {
    let start = office.get::<Visit>(id.0).start.moment();
    AlertKey { source: AlertSource::Note, subject: id.0, occurrence: start.0 }
}

#[test]
fn a_note_is_late_a_day_after_its_visit_ended_and_not_before() {
    let mut office = Office::at(monday());
    let id = made(&mut office, 0, NoteStatus::Complete, false);
    let key = key(&office, id);
    // It ended at 08:00; it is 08:10.
    assert!(office.alert(key).is_none());
    office.pass(DAY - 11 * MINUTE);
    assert!(office.alert(key).is_none());
    office.pass(2 * MINUTE);
    let alert = office.alert(key).expect("24 hours have passed");
    assert_eq!((alert.tier, &*alert.rule), (4, "triage.note.unsigned"));
    same_as_fresh(&office, "a day");
}

#[test]
fn however_old_a_visit_is_its_note_stays_owed_until_it_is_signed() {
    let mut office = Office::at(monday());
    let me = office.me.clone();
    let old = made(&mut office, 40, NoteStatus::Started, false);
    let fresh = made(&mut office, 2, NoteStatus::None, false);
    let signed = made(&mut office, 40, NoteStatus::Signed, false);
    let imported = made(&mut office, 40, NoteStatus::None, true);
    let alerts = office.alerts(AlertSource::Note);
    assert_eq!(alerts.len(), 2);
    assert!(alerts.contains(&key(&office, old)) && alerts.contains(&key(&office, fresh)));
    assert!(!alerts.contains(&key(&office, signed)) && !alerts.contains(&key(&office, imported)));
    same_as_fresh(&office, "an old visit");
    // Its status changes: what was said about it falls away with it.
    let set = |note: NoteStatus| Fields::none().with("note", &note);
    assert!(matches!(office.edit(&me, Kind::Visit, old.0, set(NoteStatus::Signed)), Reply::Done(_)));
    assert_eq!(office.alerts(AlertSource::Note), [key(&office, fresh)]);
    assert!(matches!(office.edit(&me, Kind::Visit, old.0, set(NoteStatus::Complete)), Reply::Done(_)));
    assert_eq!(office.alerts(AlertSource::Note).len(), 2);
    same_as_fresh(&office, "a note");
}

#[test]
fn finished_as_signed_the_visit_says_so_and_undo_takes_both_back() {
    let mut office = Office::at(monday());
    let me = office.me.clone();
    let id = made(&mut office, 40, NoteStatus::Complete, false);
    let key = key(&office, id);
    let end =
        |outcome: &str| Command::Result { key, outcome: outcome.to_owned(), note: String::new(), disposition: None };
    let done = office.done(&me, end("signed"));
    assert_eq!(office.get::<Visit>(id.0).note, NoteStatus::Signed);
    assert!(office.alert(key).is_none());
    same_as_fresh(&office, "signed");
    office.done(&me, Command::Undo { seq: done.seq });
    assert_eq!(office.get::<Visit>(id.0).note, NoteStatus::Complete);
    assert!(office.alert(key).is_some());
    same_as_fresh(&office, "undone");
    // Another outcome hides it until the note is another.
    office.done(&me, end("sent back to be completed"));
    assert_eq!(office.get::<Visit>(id.0).note, NoteStatus::Complete);
    assert!(office.alert(key).is_none());
    let begun = Fields::none().with("note", &NoteStatus::Started);
    assert!(matches!(office.edit(&me, Kind::Visit, id.0, begun), Reply::Done(_)));
    assert!(office.alert(key).is_some());
    same_as_fresh(&office, "sent back");
}

#[test]
fn nothing_of_a_visit_stands_while_its_client_is_on_hold() {
    let mut office = Office::at(monday());
    let manager = office.manager.clone();
    let of_hers = |office: &Office, client| {
        let visits = |k: AlertKey| matches!(k.source, AlertSource::Visit | AlertSource::CallOut);
        office.service.book().for_client(client).filter(|(e, _)| visits(e.thing.key)).count()
    };
    // One with a visit that nobody has, one with a visit that was called out.
    for client in [office.clients[0], office.clients[1]] {
        assert!(of_hers(&office, client) > 0);
        let set = |status: ClientStatus| Fields::none().with("status", &status);
        assert!(matches!(office.edit(&manager, Kind::Client, client.0, set(ClientStatus::Hold)), Reply::Done(_)));
        assert_eq!(of_hers(&office, client), 0);
        same_as_fresh(&office, "a hold");
        assert!(matches!(office.edit(&manager, Kind::Client, client.0, set(ClientStatus::Active)), Reply::Done(_)));
        assert!(of_hers(&office, client) > 0);
    }
}
