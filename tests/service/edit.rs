//! Several people on one record: what does not clash is merged, what does is shown with both values, who and when, and no
//! accepted change is ever lost.

use crate::config;
use crate::office::{Office, monday, name, rule};
use caseload::domain::client::Client;
use caseload::domain::contact::Contact;
use caseload::domain::fields::Fields;
use caseload::domain::issue::Issue;
use caseload::domain::record::Kind;
use caseload::domain::time::MINUTE;
use caseload::domain::user::Role;
use caseload::service::api::{
    Answered, Clashing, Command, Conflict, Editable, HistoryLine, Query, Reply, Request, Session,
};
use proptest::collection::vec;
use proptest::prelude::{any, proptest};

fn edit(id: [u8; 16], base: u64, fields: Fields) -> Command {
    Command::Edit { kind: Kind::Client, id, base, fields }
}

fn record(office: &mut Office, who: &Session, kind: Kind, id: [u8; 16], since: u64) -> Option<Box<Editable>> {
    match office.query(who, Query::Record { kind, id, since }) {
        Answered::Record(found) => found,
        _ => panic!("another answer"),
    }
}

fn history(office: &mut Office, kind: Kind, id: [u8; 16]) -> Vec<HistoryLine> {
    let me = office.me.clone();
    match office.query(&me, Query::History { kind, id }) {
        Answered::History(lines) => lines,
        _ => panic!("another answer"),
    }
}

#[test]
fn what_does_not_clash_is_merged_and_both_stand_in_the_history() {
    let mut office = Office::at(monday());
    let (me, colleague) = (office.me.clone(), office.colleague.clone());
    let id = office.clients[0].0;
    let theirs = Fields::none().with("pharmacy", &"Alder Street").with("access", &"side door");
    office.done(&colleague, edit(id, 1, theirs));
    office.clock.advance(2 * MINUTE);
    let done = office.done(&me, edit(id, 1, Fields::none().with("payer", &"Medicare")));
    assert_eq!(done.summary, "Changed: Okafor, Ruth. R. Patel changed way in, pharmacy 08:10 meanwhile: both are kept");
    let client: Client = office.get(id);
    assert_eq!((client.payer.as_str(), client.pharmacy.as_str()), ("Medicare", "Alder Street"));
    let lines = history(&mut office, Kind::Client, id);
    let told: Vec<_> = lines.iter().map(|l| (l.rev, l.who.as_str(), l.at.since(monday()) / MINUTE)).collect();
    assert_eq!(told[1..], [(2, "R. Patel", 0), (3, "J. Alvarez", 2)]);
    assert_eq!(lines[2].fields, [("payer".to_owned(), String::new(), "Medicare".to_owned())]);
    // What I changed myself on another screen is not told to me as somebody else's.
    let done = office.done(&me, edit(id, 2, Fields::none().with("hospital", &"General")));
    assert_eq!(done.summary, "Changed: Okafor, Ruth");
    // Saving what stands already is no change, and no clash.
    let done = office.done(&colleague, edit(id, 1, Fields::none().with("payer", &"Medicare")));
    assert_eq!((done.seq, done.undoable), (0, false));
    assert!(done.summary.starts_with("As it was: Okafor, Ruth"), "{}", done.summary);
}

#[test]
fn a_clash_says_field_by_field_who_changed_it_and_what_it_was_before() {
    let mut office = Office::at(monday());
    let (me, colleague, manager) = (office.me.clone(), office.colleague.clone(), office.manager.clone());
    let id = office.clients[0].0;
    office.done(&colleague, edit(id, 1, Fields::none().with("pharmacy", &"Alder Street")));
    office.clock.advance(MINUTE);
    office.done(&manager, edit(id, 2, Fields::none().with("hospital", &"General").with("note", &"dog")));
    office.clock.advance(MINUTE);
    office.done(&colleague, edit(id, 3, Fields::none().with("payer", &"Aetna")));
    let mine = Fields::none().with("pharmacy", &"Elm").with("hospital", &"Mercy").with("gender", &"woman");
    let Reply::Conflict(c) = office.act(&me, edit(id, 1, mine.clone())) else { panic!("no conflict") };
    let said = |f: &Clashing| {
        (
            f.field.clone(),
            f.before.clone(),
            f.theirs.clone(),
            f.mine.clone(),
            f.by.clone(),
            f.at.since(monday()) / MINUTE,
        )
    };
    let line = |field: &str, theirs: &str, mine: &str, by: &str, minute| {
        (field.to_owned(), "\"\"".to_owned(), format!("\"{theirs}\""), format!("\"{mine}\""), by.to_owned(), minute)
    };
    let all: Vec<_> = c.fields.iter().map(said).collect();
    assert_eq!(
        all,
        [line("pharmacy", "Alder Street", "Elm", "R. Patel", 0), line("hospital", "General", "Mercy", "M. Manager", 1)]
    );
    assert_eq!((c.rev, c.by.as_str()), (4, "R. Patel"));
    let client: Client = office.get(id);
    assert_eq!(client.gender.as_str(), "", "nothing of it is saved until it is decided");
    // Decided: mine of the one, theirs of the other, over what stands.
    let decided = Fields::none().with("pharmacy", &"Elm").with("gender", &"woman");
    office.done(&me, edit(id, c.rev, decided));
    let client: Client = office.get(id);
    assert_eq!((client.pharmacy.as_str(), client.hospital.as_str()), ("Elm", "General"));
    assert_eq!((client.gender.as_str(), client.note.as_str()), ("woman", "dog"));
    // A colleague's part of what I set as a whole is the same field, with what it was.
    office.done(&colleague, edit(id, 5, Fields::none().with("name.given", &"Rut")));
    let whole = Fields::none().with("name", &name("Okafor", "Ruthe"));
    let Reply::Conflict(Conflict { fields, .. }) = office.act(&me, edit(id, 5, whole)) else { panic!("no conflict") };
    assert!(fields[0].field == "name" && fields[0].before.contains("\"Ruth\"") && fields[0].theirs.contains("\"Rut\""));
}

#[test]
fn a_record_is_asked_with_what_others_changed_and_what_one_may_not_change() {
    let mut office = Office::at(monday());
    let (me, colleague) = (office.me.clone(), office.colleague.clone());
    let id = office.clients[0].0;
    let first = record(&mut office, &me, Kind::Client, id, 0).unwrap();
    assert!((first.rev, first.title.as_str(), first.since.len()) == (1, "Okafor, Ruth", 0) && first.gone.is_none());
    assert_eq!(first.fields.get("emergency"), Some("1"));
    assert!(first.fixed.is_empty(), "a coordinator may change all of it");
    office.done(&colleague, edit(id, 1, Fields::none().with("payer", &"Aetna").with("office", &office.west)));
    office.clock.advance(MINUTE);
    office.done(&me, edit(id, 2, Fields::none().with("payer", &"Medicare").with("note", &"dog")));
    let since = record(&mut office, &me, Kind::Client, id, 1).unwrap().since;
    let told: Vec<_> = since.iter().map(|c| (c.field.as_str(), c.before.as_str(), c.by.as_str())).collect();
    assert_eq!(
        told,
        [("note", "\"\"", "you"), ("payer", "\"\"", "you")],
        "the last who changed it, and what is edited"
    );
    let each = crate::access::one_of_each(&mut office);
    let as_a = |role| each.iter().find(|s| s.role == role).unwrap().clone();
    // A biller changes a payer. What she does not see of a client is not sent to her, and its place says why.
    let found = record(&mut office, &as_a(Role::Biller), Kind::Client, id, 1).unwrap();
    let why = |name: &str| found.fixed.iter().find(|(n, _)| n == name).map(|(_, why)| why.as_str());
    assert!(found.fields.get("payer").is_some() && why("payer").is_none());
    for hidden in ["note", "pharmacy", "access"] {
        assert!(found.fields.get(hidden).is_none() && why(hidden).is_some_and(|w| w.contains("biller")), "{hidden}");
        assert!(found.since.iter().all(|c| c.field != hidden), "{hidden} is told of");
    }
    let command = edit(id, found.rev, Fields::none().with("note", &"x"));
    assert!(matches!(office.act(&as_a(Role::Biller), command), Reply::Denied(_)));
    // Whoever may edit nothing is told so before a form comes up.
    let reader = as_a(Role::ReadOnly);
    let asked = Request::Query(Query::Record { kind: Kind::Client, id, since: 0 });
    assert!(matches!(office.ask(&reader, asked).0, Reply::Denied(_)));
    assert!(
        record(&mut office, &me, Kind::Visit, id, 0).is_none()
            && record(&mut office, &me, Kind::Client, [9; 16], 0).is_none()
    );
    let contact = office.ids(Kind::Contact)[0];
    let found = record(&mut office, &me, Kind::Contact, contact, 0).unwrap();
    let whose: Contact = office.get(contact);
    assert_eq!(found.title, "Adeyemi, Grace, daughter");
    assert!(found.person == Some(caseload::service::api::Person::Client(whose.client)));
}

#[test]
fn what_was_finished_or_entered_in_error_says_by_whom_and_keeps_what_it_was() {
    let mut office = Office::at(monday());
    let (me, colleague) = (office.me.clone(), office.colleague.clone());
    let seq = office.done(&colleague, Command::NewIssue(office.fall(2))).seq;
    let id = *office.ids(Kind::Issue).last().unwrap();
    let edit = |fields: Fields| Command::Edit { kind: Kind::Issue, id, base: 1, fields };
    office.done(&me, edit(Fields::none().with("summary", &"fell in the hall")));
    let found = record(&mut office, &me, Kind::Issue, id, 0).unwrap();
    assert!(found.gone.is_none() && found.fixed.len() == 1 && found.fixed[0].0 == "kind");
    let key = found.key.expect("an issue has its alert");
    assert!(office.alert(key).is_some());
    let result = Command::Result {
        key,
        outcome: "seen".to_owned(),
        note: "looked at".to_owned(),
        disposition: Some((caseload::domain::issue::DispositionKind::SeenByPractitioner, "Dr Silva".to_owned())),
    };
    office.clock.advance(4 * MINUTE);
    office.done(&colleague, result);
    let reply = office.act(&me, edit(Fields::none().with("summary", &"fell in the bath")));
    assert_eq!(rule(&reply), "edit.finished");
    assert!(crate::office::said(&reply).contains("finished by R. Patel 08:14"), "{}", crate::office::said(&reply));
    assert_eq!(
        record(&mut office, &me, Kind::Issue, id, 1).unwrap().gone.as_deref(),
        Some("finished by R. Patel 08:14")
    );
    assert_eq!(office.get::<Issue>(id).summary.as_str(), "fell in the hall");

    let seq2 = office.done(&colleague, Command::NewIssue(office.fall(3))).seq;
    assert!(seq2 > seq);
    let id = *office.ids(Kind::Issue).last().unwrap();
    office.done(&colleague, Command::Undo { seq: seq2 });
    let gone = record(&mut office, &me, Kind::Issue, id, 1).unwrap().gone;
    assert_eq!(gone.as_deref(), Some("entered in error, by R. Patel 08:14"));
    let change = Command::Edit { kind: Kind::Issue, id, base: 1, fields: Fields::none().with("summary", &"x") };
    assert_eq!(rule(&office.act(&me, change)), "edit.gone");
}

const FIELDS: [&str; 6] = ["payer", "pharmacy", "hospital", "note", "name.preferred", "address.town"];

/// One of three does something: looks at the record, or saves over what she saw last.
#[derive(Debug, Clone, Copy)]
struct Step {
    who: usize,
    looks: bool,
    /// Bits of the fields that she changes.
    fields: u8,
    /// Often the same words, so that agreeing is met as well.
    word: u8,
}

fn steps() -> impl proptest::strategy::Strategy<Value = Vec<Step>> {
    use proptest::strategy::Strategy as _;
    let step = (0..3_usize, 0..3_u8, 1..64_u8, any::<u8>());
    vec(step.prop_map(|(who, looks, fields, word)| Step { who, looks: looks == 0, fields, word }), 1..40)
}

proptest! {
    #![proptest_config(config(60, 2_000))]
    #[test]
    fn no_accepted_change_is_lost_and_no_clash_is_made_up(steps in steps()) {
        let mut office = Office::at(monday());
        let id = office.clients[1].0;
        let people = [office.me.clone(), office.colleague.clone(), office.manager.clone()];
        // Each field's values by revision, as this test alone keeps them; and the revision that each of the three saw.
        let mut values: Vec<[String; 6]> = vec![Default::default(), Default::default()];
        let mut by: Vec<usize> = vec![9, 9];
        let mut saw = [1_usize; 3];
        let mut accepted: Vec<(usize, usize, &str, String)> = Vec::new();
        for (n, step) in steps.into_iter().enumerate() {
            office.clock.advance(MINUTE);
            let rev = values.len() - 1;
            if step.looks {
                saw[step.who] = rev;
                continue;
            }
            let word = if step.word % 4 == 0 { "the same".to_owned() } else { format!("{n} by {}", step.who) };
            let chosen: Vec<usize> = (0..6).filter(|f| step.fields >> f & 1 == 1).collect();
            let mut fields = Fields::none();
            for f in &chosen {
                fields.set(FIELDS[*f], &word);
            }
            let base = saw[step.who];
            let clash: Vec<&str> = chosen
                .iter()
                .filter(|f| values[base][**f] != values[rev][**f] && values[rev][**f] != word)
                .map(|f| FIELDS[*f])
                .collect();
            match office.act(&people[step.who], edit(id, base as u64, fields)) {
                Reply::Done(done) => {
                    assert!(clash.is_empty(), "step {n}: {clash:?} were overwritten");
                    if done.seq == 0 {
                        assert!(chosen.iter().all(|f| values[rev][*f] == word), "step {n}: nothing was saved");
                        continue;
                    }
                    let mut now = values[rev].clone();
                    for f in chosen {
                        if now[f] != word {
                            accepted.push((rev + 1, step.who, FIELDS[f], word.clone()));
                        }
                        now[f].clone_from(&word);
                    }
                    values.push(now);
                    by.push(step.who);
                    saw[step.who] = rev + 1;
                }
                Reply::Conflict(c) => {
                    let said: Vec<&str> = c.fields.iter().map(|f| f.field.as_str()).collect();
                    assert_eq!(said, clash, "step {n}: other fields clash");
                    assert_eq!(c.rev as usize, rev);
                    for f in &c.fields {
                        let at = FIELDS.iter().position(|name| *name == f.field).unwrap();
                        let json = |text: &str| serde_json::to_string(text).unwrap();
                        assert_eq!(f.before, json(&values[base][at]), "step {n}");
                        assert_eq!(f.theirs, json(&values[rev][at]), "step {n}");
                        assert_eq!(f.mine, json(&word), "step {n}");
                        // The last revision since that changed this field says who.
                        let last = (base + 1..=rev).rev().find(|r| values[*r][at] != values[*r - 1][at]).unwrap();
                        let who = if by[last] == step.who { "you" } else { &people[by[last]].name };
                        assert_eq!(f.by, who, "step {n}");
                    }
                }
                other => panic!("step {n}: {}", crate::office::said(&other)),
            }
        }
        let stands: Client = office.get(id);
        let last = values.last().unwrap();
        let now = [&*stands.payer, &*stands.pharmacy, &*stands.hospital, &*stands.note, &*stands.name.preferred, &*stands.address.town];
        assert_eq!(now.map(str::to_owned), *last, "the record is another one");
        let lines = history(&mut office, Kind::Client, id);
        for (rev, who, field, word) in accepted {
            let line = lines.iter().find(|l| l.rev as usize == rev).expect("its revision is in the history");
            assert_eq!(line.who, people[who].name);
            assert!(line.fields.iter().any(|(name, _, after)| name == field && *after == word), "{field} of {rev} is lost");
        }
    }
}
