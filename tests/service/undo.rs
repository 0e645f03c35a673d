//! What is done can be taken back, for every command, whatever a colleague does in between.

use crate::acts::{ADOPT, KINDS, LOG_CALL, REOPEN, RESULT, command};
use crate::config;
use crate::office::{Line, Office, Records, book, monday, new, records, rule, said, same_as_fresh};
use caseload::domain::attention::AlertSource;
use caseload::domain::fields::Fields;
use caseload::domain::record::Kind;
use caseload::domain::time::{HOUR, MINUTE};
use caseload::service::api::{Act, Answered, Command, Query, Reply, Session};
use proptest::prelude::*;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

type Leaves = BTreeMap<(u16, [u8; 16], String), Value>;

/// Every leaf of every record that stands; lists are leaves.
fn leaves(records: &Records) -> Leaves {
    fn walk(at: &(u16, [u8; 16]), path: &str, value: Value, out: &mut Leaves) {
        match value {
            Value::Object(map) if !map.is_empty() => {
                for (name, value) in map {
                    walk(at, &format!("{path}.{name}"), value, out);
                }
            }
            value => drop(out.insert((at.0, at.1, path.to_owned()), value)),
        }
    }
    let mut out = Leaves::new();
    for (at, body) in records {
        walk(at, "", serde_json::from_str(body).unwrap(), &mut out);
    }
    out
}

fn changed(a: &Leaves, b: &Leaves) -> BTreeSet<(u16, [u8; 16], String)> {
    a.keys().chain(b.keys()).filter(|k| a.get(*k) != b.get(*k)).cloned().collect()
}

/// The book without the visits that were written: the record of one was changed since, and its clock says so.
fn apart_from(lines: Vec<Line>, visits: &BTreeSet<[u8; 16]>) -> (Vec<Line>, Vec<String>) {
    let (own, rest): (Vec<Line>, Vec<Line>) =
        lines.into_iter().partition(|(_, a)| a.key.source == AlertSource::Visit && visits.contains(&a.key.subject));
    let mut own: Vec<String> =
        own.iter().map(|(_, a)| format!("{:?} {} {:?} {:?}", a.key, a.rule, a.owner, a.snoozed)).collect();
    own.sort();
    (rest, own)
}

fn same_book(before: Vec<Line>, after: Vec<Line>, visits: &BTreeSet<[u8; 16]>, what: &str) {
    let (before, after) = (apart_from(before, visits), apart_from(after, visits));
    let text = |lines: &[Line]| lines.iter().map(|l| l.0.clone()).collect::<Vec<_>>();
    assert_eq!(text(&before.0), text(&after.0), "{what}");
    assert!(before.0 == after.0, "{what}");
    assert_eq!(before.1, after.1, "{what}");
}

/// A colleague's edit of a field that was just changed: to what the same field holds in another record of its kind, or
/// back to what it held before.
fn rival(office: &Office, before: &Records, after: &Records, dice: u64) -> Option<Command> {
    let mine: Vec<_> = changed(&leaves(before), &leaves(after)).into_iter().collect();
    let (number, id, path) = mine.get(dice as usize % mine.len().max(1))?;
    let kind = Kind::from_number(*number)?;
    let field = path.split('.').nth(1)?;
    let of = |records: &Records, id: [u8; 16]| -> Option<Value> {
        serde_json::from_str::<Value>(records.get(&(*number, id))?).ok()?.get(field).cloned()
    };
    let ids = office.ids(kind);
    let other = ids[(dice >> 8) as usize % ids.len()];
    let value = if (dice >> 40).is_multiple_of(4) { of(before, *id)? } else { of(after, other)? };
    let base = office.store.engine().get(*number, id).ok()??.rev;
    Some(Command::Edit { kind, id: *id, base, fields: Fields::none().with(field, &value) })
}

fn law(which: u8, dice: u64, between: &[(u8, u64)]) -> bool {
    let mut office = Office::at(monday());
    let (colleague, manager) = (office.colleague.clone(), office.manager.clone());
    let me = if which == ADOPT { manager.clone() } else { office.me.clone() };
    // Something has been done already, so that there is something to change.
    for warm in 0..dice % 3 {
        if let Some(command) = command(&mut office, (dice >> 44) as u8 % ADOPT, dice.rotate_left(17) ^ warm) {
            office.act(&colleague, command);
        }
    }
    if which == REOPEN {
        for warm in 0..4 {
            if let Some(command) = command(&mut office, RESULT, dice.rotate_left(warm * 9)) {
                office.act(&colleague, command);
            }
        }
    }
    let before = (records(&office.store), book(&office.service));
    let Some(act) = command(&mut office, which, dice) else { return false };
    let done = match office.act(&me, act) {
        Reply::Done(done) => done,
        Reply::Problems(_) => return false,
        other => panic!("{}", said(&other)),
    };
    if done.seq == 0 {
        assert_eq!(records(&office.store), before.0, "nothing was done");
        return false;
    }
    let what = done.summary;
    let after = records(&office.store);
    let visits: BTreeSet<[u8; 16]> = after
        .iter()
        .filter(|(k, v)| k.0 == Kind::Visit.number() && before.0.get(*k) != Some(*v))
        .map(|(k, _)| k.1)
        .collect();
    let mut others = 0;
    for (which, dice) in between {
        if *which >= KINDS {
            let Some(rival) = rival(&office, &before.0, &after, *dice) else { continue };
            others += usize::from(matches!(office.act(&colleague, rival), Reply::Done(d) if d.seq > 0));
            continue;
        }
        let session = if *which % KINDS == ADOPT { &manager } else { &colleague };
        if let Some(command) = command(&mut office, *which, *dice)
            && matches!(office.act(session, command), Reply::Done(d) if d.seq > 0)
        {
            others += 1;
        }
    }
    let between = records(&office.store);
    let was = book(&office.service);
    match office.act(&me, Command::Undo { seq: done.seq }) {
        Reply::Done(undone) => {
            let now = records(&office.store);
            if others == 0 {
                assert!(now == before.0, "{what}: other records stand than before");
                same_book(before.1, book(&office.service), &visits, &what);
            }
            let (l_before, l_after, l_between, l_now) =
                (leaves(&before.0), leaves(&after), leaves(&between), leaves(&now));
            let mine = changed(&l_before, &l_after);
            for key in &mine {
                let (stood, was, became) = (l_between.get(key), l_before.get(key), l_after.get(key));
                assert!(stood == became || stood == was, "{what}: a colleague's {} was taken away", key.2);
                assert_eq!(l_now.get(key), l_before.get(key), "{what}: {} is not as it was", key.2);
            }
            for key in changed(&l_between, &l_now) {
                // Whoever was told in between has to be told again: a task says so.
                let call_back = key.0 == Kind::Task.number() && !between.contains_key(&(key.0, key.1));
                assert!(call_back || mine.contains(&key), "{what}: {} was none of its business", key.2);
            }
            // Redo is the undo of the undo.
            let redone = office.done(&me, Command::Undo { seq: undone.seq });
            assert!(
                redone.summary.starts_with("Done again: ") && !redone.summary.contains("Undone"),
                "{}",
                redone.summary
            );
            assert!(records(&office.store) == between, "{what}: redo brings something else");
            same_book(was, book(&office.service), &visits, &what);
        }
        Reply::Problems(problems) => {
            if problems[0].rule == "undo.nothing" {
                // Somebody has put it all back by hand.
                let (l_before, l_between) = (leaves(&before.0), leaves(&between));
                let mine = changed(&l_before, &leaves(&after));
                assert!(mine.iter().all(|k| l_between.get(k) == l_before.get(k)), "{what}: there is something to undo");
                return true;
            }
            assert!(others > 0, "{what}: refused though nobody did anything: {}", problems[0].text);
            assert!(
                matches!(problems[0].rule.as_str(), "undo.changed_since" | "undo.replaced"),
                "{}",
                problems[0].rule
            );
            let named = ["R. Patel", "M. Manager"].iter().any(|who| problems[0].text.contains(who));
            assert!(named, "{what}: {}", problems[0].text);
            assert!(records(&office.store) == between, "{what}: a refusal changed something");
            let (l_before, l_after, l_between) = (leaves(&before.0), leaves(&after), leaves(&between));
            let mine = changed(&l_before, &l_after);
            let made: BTreeSet<_> = after.keys().filter(|k| !before.0.contains_key(*k)).copied().collect();
            let theirs = changed(&l_after, &l_between);
            assert!(
                theirs.iter().any(|k| mine.contains(k) || made.contains(&(k.0, k.1))),
                "{what}: refused for what nobody touched: {}",
                problems[0].text
            );
        }
        other => panic!("{what}: {}", said(&other)),
    }
    same_as_fresh(&office, &what);
    true
}

proptest! {
    #![proptest_config(config(120, 6_000))]

    #[test]
    fn act_and_undo_is_before(
        which in 0..LOG_CALL, dice: u64, between in prop::collection::vec((0..KINDS + 5, any::<u64>()), 0..4),
    ) {
        law(which, dice, &between);
    }
}

#[test]
fn every_command_is_taken_back() {
    for which in 0..LOG_CALL {
        let held = (0..12_u64).filter(|n| law(which, n.wrapping_mul(0x9E37_79B9_7F4A_7C15), &[])).count();
        assert!(held >= 4, "command {which} was carried out {held} times of 12");
    }
}

fn undo_next(office: &mut Office, who: &Session, redo: bool) -> Option<Act> {
    match office.query(who, Query::UndoNext { redo }) {
        Answered::UndoNext(act) => act,
        _ => panic!("another answer"),
    }
}

fn my_acts(office: &mut Office, who: &Session) -> Vec<Act> {
    match office.query(who, Query::MyActs(50)) {
        Answered::Acts(acts) => acts,
        _ => panic!("another answer"),
    }
}

#[test]
fn a_call_is_never_undone() {
    let mut office = Office::at(monday());
    let me = office.me.clone();
    let call = office.call(None, None);
    let done = office.done(&me, Command::LogCall(call));
    assert!(!done.undoable);
    let reply = office.act(&me, Command::Undo { seq: done.seq });
    assert_eq!(rule(&reply), "undo.told_outside");
    assert!(said(&reply).contains("amend the call instead"));
    let acts = my_acts(&mut office, &me);
    assert!(acts[0].seq == done.seq && acts[0].refused.is_some() && !acts[0].undone);
    // What stands before it can still be taken back.
    assert!(undo_next(&mut office, &me, false).is_none_or(|a| a.seq != done.seq));
}

#[test]
fn the_undo_list_is_my_commits_not_yet_undone() {
    let mut office = Office::at(monday());
    let (me, colleague) = (office.me.clone(), office.colleague.clone());
    let keys = office.all_alerts();
    let first = office.done(&me, Command::Take { key: keys[0], from_other: true }).seq;
    let theirs = office.done(&colleague, Command::Take { key: keys[1], from_other: true }).seq;
    let second = office.done(&me, Command::Take { key: keys[2], from_other: true }).seq;
    let acts = my_acts(&mut office, &me);
    assert_eq!((acts[0].seq, acts[1].seq), (second, first));
    assert!(acts.iter().all(|a| a.seq != theirs));
    let reply = office.act(&me, Command::Undo { seq: theirs });
    assert_eq!(rule(&reply), "undo.not_mine");
    assert!(said(&reply).contains("R. Patel"));
    assert_eq!(rule(&office.act(&me, Command::Undo { seq: 9_999 })), "undo.unknown");

    assert_eq!(undo_next(&mut office, &me, false).unwrap().seq, second);
    assert!(undo_next(&mut office, &me, true).is_none(), "nothing was undone");
    let undone = office.done(&me, Command::Undo { seq: second }).seq;
    assert_eq!(rule(&office.act(&me, Command::Undo { seq: second })), "undo.already");
    assert_eq!(undo_next(&mut office, &me, false).unwrap().seq, first);
    assert_eq!(undo_next(&mut office, &me, true).unwrap().seq, undone);
    assert!(my_acts(&mut office, &me).iter().any(|a| a.seq == second && a.undone));
    let redone = office.done(&me, Command::Undo { seq: undone }).seq;
    assert!(undo_next(&mut office, &me, true).is_none(), "it stands again");
    assert_eq!(undo_next(&mut office, &me, false).unwrap().seq, redone);
    // The act itself taken back: what had brought it back is no act that stands.
    office.done(&me, Command::Undo { seq: second });
    assert_eq!(undo_next(&mut office, &me, false).unwrap().seq, first);
    office.done(&me, Command::Undo { seq: first });
    // A new act after an undo: there is nothing to bring back any more.
    assert!(undo_next(&mut office, &me, true).is_some());
    office.done(&me, Command::Take { key: keys[3], from_other: true });
    assert!(undo_next(&mut office, &me, true).is_none());
    same_as_fresh(&office, "undoing");
}

#[test]
fn an_act_that_somebody_put_back_by_hand_does_not_stand_in_the_way() {
    let mut office = Office::at(monday());
    let (me, colleague) = (office.me.clone(), office.colleague.clone());
    let id = office.clients[0].0;
    let set = |note: &str| Fields::none().with("note", &note.to_owned());
    let Reply::Done(first) = office.edit(&me, Kind::Client, id, Fields::none().with("payer", &"x")) else { panic!() };
    assert!(matches!(office.edit(&me, Kind::Client, id, set("a")), Reply::Done(_)));
    assert!(matches!(office.edit(&colleague, Kind::Client, id, set("")), Reply::Done(_)));
    assert_eq!(undo_next(&mut office, &me, false).unwrap().seq, first.seq);
    // A colleague's value in its place is another matter: it is named.
    assert!(matches!(office.edit(&colleague, Kind::Client, id, set("b")), Reply::Done(_)));
    let next = undo_next(&mut office, &me, false).unwrap();
    assert!(next.seq != first.seq && next.refused.unwrap().contains("R. Patel"));
    // An edit that changes nothing is no act at all.
    let Reply::Done(nothing) = office.edit(&me, Kind::Client, id, set("b")) else { panic!() };
    assert!(nothing.seq == 0 && !nothing.undoable);
}

#[test]
fn what_was_done_anew_is_not_doubled_by_a_redo() {
    let mut office = Office::at(monday());
    let (me, colleague) = (office.me.clone(), office.colleague.clone());
    let key = office.alerts(AlertSource::Visit)[0];
    let taken = office.done(&me, Command::Take { key, from_other: false }).seq;
    let undone = office.done(&me, Command::Undo { seq: taken }).seq;
    office.done(&colleague, Command::Take { key, from_other: false });
    let reply = office.act(&me, Command::Undo { seq: undone });
    assert_eq!(rule(&reply), "undo.replaced");
    assert!(said(&reply).contains("R. Patel"), "{}", said(&reply));
    assert_eq!(office.alert(key).unwrap().owner, Some(colleague.user));
    same_as_fresh(&office, "two takes");
}

#[test]
fn a_batch_is_taken_back_and_brought_back_and_taken_back() {
    let mut office = Office::at(monday());
    let (me, colleague, manager) = (office.me.clone(), office.colleague.clone(), office.manager.clone());
    let before = records(&office.store);
    let batch = office.batch();
    let mut ids = Vec::new();
    for n in 0..3 {
        let client = caseload::domain::client::Client::new(office.east, crate::office::name(&format!("B{n}"), "X"));
        let done = office.done(&me, Command::Create { records: vec![new(&client)], batch: Some(batch) });
        ids.extend(done.created);
    }
    // Somebody else's batch is not mine to take back.
    let done = office.done(&colleague, Command::UndoBatch { batch });
    assert!(done.left_alone.len() == 3 && done.left_alone[0].contains("J. Alvarez"), "{:?}", done.left_alone);
    assert!(matches!(
        office.edit(&colleague, Kind::Client, ids[1], Fields::none().with("payer", &"y")),
        Reply::Done(_)
    ));
    let request = office.next_request();
    let Reply::Done(done) = office.act_as(&me, request, Command::UndoBatch { batch }) else { panic!() };
    assert_eq!(done.left_alone.len(), 1);
    assert!(done.left_alone[0].contains("R. Patel"), "{:?}", done.left_alone);
    assert!(done.summary.starts_with("2 of 3"), "{}", done.summary);
    let stand = |office: &Office| ids.iter().filter(|id| records(&office.store).contains_key(&(4, **id))).count();
    assert_eq!(stand(&office), 1);
    // Brought back one of them, it is there to be taken back again.
    office.done(&me, Command::Undo { seq: done.seq });
    assert_eq!(stand(&office), 2);
    assert!(matches!(office.edit(&colleague, Kind::Client, ids[1], Fields::none().with("payer", &"")), Reply::Done(_)));
    let done = office.done(&manager, Command::UndoBatch { batch });
    assert!(done.left_alone.is_empty(), "{:?}", done.left_alone);
    assert!(records(&office.store) == before);
    assert_eq!(rule(&office.act(&me, Command::UndoBatch { batch })), "undo.batch");
}

#[test]
fn history_tells_who_did_what_to_which_field() {
    let mut office = Office::at(monday());
    let (me, colleague) = (office.me.clone(), office.colleague.clone());
    let id = office.clients[1].0;
    assert!(matches!(office.edit(&me, Kind::Client, id, Fields::none().with("payer", &"Medicare")), Reply::Done(_)));
    office.clock.advance(HOUR);
    assert!(matches!(office.edit(&colleague, Kind::Client, id, Fields::none().with("note", &"dog")), Reply::Done(_)));
    office.clock.advance(MINUTE);
    let Answered::History(lines) = office.query(&me, Query::History { kind: Kind::Client, id }) else { panic!() };
    assert_eq!(lines.iter().map(|l| l.rev).collect::<Vec<_>>(), [1, 2, 3]);
    assert_eq!(lines[1].fields, [("payer".to_owned(), String::new(), "Medicare".to_owned())]);
    assert_eq!((lines[2].who.as_str(), lines[2].fields[0].0.as_str()), ("R. Patel", "note"));
    assert_eq!(lines[2].at.since(lines[1].at), HOUR);
}
