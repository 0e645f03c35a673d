//! Many clients at once on the same records: every record behaves as if one after the other had used it, no accepted
//! change is lost, and all end with the same view.

use crate::agency::{Agency, Chance, execute, full, hex, now_us, orders, query, said, share, unhex};
use caseload::domain::fields::Fields;
use caseload::domain::record::Kind;
use caseload::server::connect::Caller;
use caseload::service::api::{Answered, Command, OpenList, Query, Reply, Request, Rows, Sort, View};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::io::{BufRead, BufReader};

/// What a client did to a record, and when.
#[derive(Debug, Clone)]
struct Op {
    record: String,
    asked: u64,
    answered: u64,
    what: What,
}

#[derive(Debug, Clone, PartialEq)]
enum What {
    /// Wrote this value; accepted as this commit.
    Wrote(String, u64),
    /// Was refused because somebody had changed it.
    Refused,
    /// Read this value.
    Read(String),
}

/// The note of a client and the revision it stands at.
fn read(caller: &mut Caller, id: [u8; 16]) -> (String, u64) {
    let exported = match query(caller, Query::Export { kind: Kind::Client, ids: vec![id] }) {
        Answered::Exported(mut list) => list.pop().unwrap(),
        _ => unreachable!(),
    };
    let Answered::History(history) = query(caller, Query::History { kind: Kind::Client, id }) else {
        panic!("no history")
    };
    let note = exported.fields.get("note").map(|note| note.trim_matches('"').to_owned()).unwrap_or_default();
    (note, history.iter().map(|line| line.rev).max().unwrap_or(1))
}

/// Not a test of its own: one client.
#[test]
fn player() {
    let Some((orders, way)) = orders() else { return };
    let [seed, count, records] = &orders[..] else { return };
    let (seed, count): (u64, usize) = (seed.parse().unwrap(), count.parse().unwrap());
    let records: Vec<&str> = records.split(',').collect();
    let mut caller = Caller::over(way.try_once().map_err(|e| e.to_string()).unwrap());
    let mut chance = Chance(seed);
    for n in 0..count {
        let record = records[chance.below(records.len() as u64) as usize];
        let id = unhex(record);
        let asked = now_us();
        let (note, rev) = read(&mut caller, id);
        println!("op {record} {asked} {} read {note}", now_us());
        if chance.below(3) == 0 {
            continue;
        }
        // Somebody else may write in between; then it is refused.
        let value = format!("v{seed}-{n}");
        let fields = Fields::none().with("note", &value);
        let asked = now_us();
        let reply = caller.ask(execute(Command::Edit { kind: Kind::Client, id, base: rev, fields })).unwrap();
        match reply {
            Reply::Done(done) => println!("op {record} {asked} {} wrote {value} {}", now_us(), done.seq),
            Reply::Conflict(_) => println!("op {record} {asked} {} refused", now_us()),
            other => panic!("{}", said(&other)),
        }
    }
    println!("view {}", view(&mut caller));
}

/// Everything that a client could look at, as one digest.
fn view(caller: &mut Caller) -> String {
    let mut digest = Sha256::new();
    for view in [View::Clients, View::Alerts, View::Staff, View::Issues] {
        let ask = OpenList { view, mine: false, lens: String::new(), words: String::new(), sort: Sort::Name };
        let Reply::List(list) = caller.ask(Request::OpenList(ask)).unwrap() else { panic!("no list") };
        digest.update(list.total.to_le_bytes());
        let mut from = 0;
        while from < list.total {
            let Reply::Rows(window) = caller.ask(Request::Rows { list: list.list, from, count: 100 }).unwrap() else {
                panic!("no rows")
            };
            if let Rows::Clients(rows) = &window.rows {
                for row in rows {
                    let (note, rev) = read(caller, row.id.0);
                    digest.update(format!("{} {} {note} {rev}\n", row.id, row.name));
                }
            }
            from += 100;
        }
    }
    hex(&digest.finalize()[..16].try_into().unwrap())
}

fn parse(line: &str) -> Option<Op> {
    let mut words = line.strip_prefix("op ")?.split(' ');
    let (record, asked, answered) =
        (words.next()?.to_owned(), words.next()?.parse().ok()?, words.next()?.parse().ok()?);
    let what = match words.next()? {
        "wrote" => What::Wrote(words.next()?.to_owned(), words.next()?.parse().ok()?),
        "refused" => What::Refused,
        _ => What::Read(words.next().unwrap_or_default().to_owned()),
    };
    Some(Op { record, asked, answered, what })
}

/// Whether the history of one record can be explained by doing everything at one instant between its question and its
/// answer. Values are unique and every accepted write knows its place, so there is only one order to look at.
fn check(ops: &[Op]) -> Result<(), String> {
    let mut writes: Vec<(&Op, &str, u64)> = ops
        .iter()
        .filter_map(|op| if let What::Wrote(value, seq) = &op.what { Some((op, value.as_str(), *seq)) } else { None })
        .collect();
    writes.sort_by_key(|w| w.2);
    let mut latest = 0;
    for pair in writes.windows(2) {
        let (one, two) = (&pair[0], &pair[1]);
        if one.2 == two.2 {
            return Err(format!("two writes are commit {}", one.2));
        }
        latest = latest.max(one.0.asked);
        if two.0.answered < latest {
            return Err(format!("commit {} was answered before an earlier one was asked for", two.2));
        }
    }
    for op in ops {
        let What::Read(value) = &op.what else { continue };
        // Which write it saw: none is the value before all.
        let seen = if value.is_empty() { None } else { Some(writes.iter().position(|w| w.1 == value)) };
        let seen = match seen {
            None => -1,
            Some(None) => return Err(format!("{value} was read and never accepted")),
            Some(Some(at)) => at as i64,
        };
        if let Some((write, ..)) = usize::try_from(seen).ok().and_then(|at| writes.get(at))
            && write.asked > op.answered
        {
            return Err(format!("{value} was read before it was asked for"));
        }
        for (write, newer, _) in writes.iter().skip((seen + 1) as usize) {
            if write.answered < op.asked {
                return Err(format!("{value} was read after {newer} had been acknowledged"));
            }
        }
    }
    Ok(())
}

#[test]
fn many_processes_on_the_same_records_lose_nothing_and_end_alike() {
    let (players, each, records) = if full() { (40, 250, 12) } else { (8, 25, 4) };
    let mut agency = Agency::with(players, records);
    let names: Vec<String> = agency.clients.iter().map(hex).collect();
    let children: Vec<_> = (0..players)
        .map(|n| {
            let orders = format!("{} {each} {}", n + 1, names.join(","));
            agency.player("together::player", n, &orders).spawn().unwrap()
        })
        .collect();
    let mut ops: Vec<Op> = Vec::new();
    for mut child in children {
        let out = BufReader::new(child.stdout.take().unwrap());
        // The harness of the tests writes the test's name before the first line.
        ops.extend(out.lines().map_while(Result::ok).filter_map(|line| parse(&line[line.find("op ")?..])));
        assert!(child.wait().unwrap().success());
    }
    let mut by_record: BTreeMap<String, Vec<Op>> = BTreeMap::new();
    for op in ops.clone() {
        by_record.entry(op.record.clone()).or_default().push(op);
    }
    let mut me = agency.caller();
    let (mut accepted, mut refused) = (0, 0);
    for (record, ops) in &by_record {
        check(ops).unwrap_or_else(|why| panic!("record {record}: {why}"));
        let mut wrote: Vec<(u64, &str)> = ops
            .iter()
            .filter_map(|o| if let What::Wrote(value, seq) = &o.what { Some((*seq, value.as_str())) } else { None })
            .collect();
        wrote.sort_unstable();
        accepted += wrote.len();
        refused += ops.iter().filter(|o| o.what == What::Refused).count();
        // Every accepted change has a revision of its own, and the last of them stands.
        let (note, rev) = read(&mut me, unhex(record));
        assert_eq!(rev, wrote.len() as u64 + 1, "record {record}");
        assert_eq!(note, wrote.last().map_or("", |w| w.1), "record {record}");
    }
    assert_eq!(by_record.len(), records);
    assert!(refused > 0, "nobody was in anybody's way");
    // Asked at the end, whoever asks sees the same.
    let views: Vec<String> = (0..if full() { players } else { 3 })
        .map(|n| {
            let out =
                agency.player("together::player", n, &format!("{} 0 {}", n + 1, names.join(","))).output().unwrap();
            let out = String::from_utf8(out.stdout).unwrap();
            out.lines().find_map(|l| l.split_once("view ")).unwrap().1.to_owned()
        })
        .collect();
    assert!(views.iter().all(|v| *v == views[0]));
    let mut waits: Vec<u64> =
        ops.iter().filter(|o| matches!(o.what, What::Wrote(..))).map(|o| o.answered - o.asked).collect();
    waits.sort_unstable();
    eprintln!(
        "{players} clients, {} answers, {accepted} accepted, {refused} refused as conflicts, lost 0; ack p50 {} µs, p99 {} µs",
        ops.len(),
        share(&waits, 0.5),
        share(&waits, 0.99)
    );
    drop(me);
    agency.end_and_verify();
}

/// The check finds what it is there for.
#[test]
fn a_history_that_cannot_be_is_found() {
    let op = |asked, answered, what| Op { record: "r".to_owned(), asked, answered, what };
    let wrote = |v: &str, seq| What::Wrote(v.to_owned(), seq);
    let read = |v: &str| What::Read(v.to_owned());
    assert!(
        check(&[op(1, 2, wrote("a", 1)), op(3, 4, read("a")), op(3, 9, wrote("b", 2)), op(5, 6, read("b"))]).is_ok()
    );
    // A value read before both writes were over may be either.
    assert!(check(&[op(1, 9, wrote("a", 1)), op(2, 3, read("")), op(4, 5, read("a"))]).is_ok());
    for (bad, why) in [
        (vec![op(1, 2, wrote("a", 1)), op(3, 4, wrote("b", 2)), op(5, 6, read("a"))], "after b had been acknowledged"),
        (vec![op(1, 2, wrote("a", 1)), op(3, 4, read(""))], "after a had been acknowledged"),
        (vec![op(5, 6, wrote("a", 1)), op(1, 2, read("a"))], "before it was asked"),
        (vec![op(1, 2, read("x"))], "never accepted"),
        (vec![op(3, 4, wrote("a", 1)), op(1, 2, wrote("b", 2))], "before an earlier one"),
        (vec![op(1, 2, wrote("a", 1)), op(1, 2, wrote("b", 1))], "two writes"),
    ] {
        let found = check(&bad).unwrap_err();
        assert!(found.contains(why), "{found} for {bad:?}");
    }
}
