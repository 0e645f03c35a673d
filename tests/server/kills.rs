//! The server is killed under load, again and again: what was acknowledged stands, and the clients go on by themselves.

use crate::agency::{Agency, Chance, full, hex, orders, query, said, unhex};
use caseload::domain::fields::Fields;
use caseload::domain::ids::{OfficeId, RequestId};
use caseload::domain::issue::IssueKind;
use caseload::domain::record::Kind;
use caseload::server::connect::{NotIn, Way};
use caseload::server::link::Link;
use caseload::service::api::{Answered, Backend, Command, Execute, Heard, Query, Reply, Request};
use std::io::{BufRead, BufReader};
use std::sync::mpsc::channel;
use std::time::{Duration, Instant};

/// A client that knocks while the server is being killed many times a second may be unlucky for minutes.
const ANSWERED: Duration = Duration::from_mins(10);

/// Not a test of its own: a client that writes one note after the other, each under a request id of its own, and goes on
/// whatever becomes of the server. It leaves when the word comes that nobody is served any more.
#[test]
fn player() {
    let Some((orders, way)) = orders() else { return };
    let [seed, record, stop] = &orders[..] else { return };
    let (seed, id): (u64, [u8; 16]) = (seed.parse().unwrap(), unhex(record));
    let again = Way { place: way.place.clone(), origin: way.origin.clone(), start: None };
    let entered = loop {
        match way.try_once() {
            Ok(entered) => break entered,
            Err(NotIn::Away(_)) => std::thread::sleep(Duration::from_millis(5)),
            Err(why) => panic!("{why}"),
        }
    };
    let (sender, heard) = channel();
    let link = Link::start(entered, again, move |h| drop(sender.send(h))).unwrap();
    let mut ticket = 0;
    let mut base = 1;
    let mut offline = 0_u32;
    while !std::path::Path::new(stop).exists() {
        ticket += 1;
        let mut request = [0; 16];
        request[..8].copy_from_slice(&seed.to_be_bytes());
        request[8..].copy_from_slice(&ticket_bytes(ticket));
        let fields = Fields::none().with("note", &format!("n{seed}-{ticket}"));
        let command = Command::Edit { kind: Kind::Client, id, base, fields };
        link.send(ticket, Request::Execute(Execute { request: RequestId(request), command }));
        loop {
            match heard.recv_timeout(ANSWERED).expect("an answer") {
                Heard::Reply(answered, reply) if answered == ticket => {
                    match reply {
                        Reply::Done(done) => {
                            base += 1;
                            println!("acked {ticket} {}", done.seq);
                        }
                        other => panic!("{}", said(&other)),
                    }
                    break;
                }
                Heard::Offline(_) => offline += 1,
                Heard::Gone(why) => panic!("{why}"),
                _ => {}
            }
        }
    }
    println!("offline {offline}");
    link.stop();
}

fn ticket_bytes(ticket: u64) -> [u8; 8] {
    ticket.to_be_bytes()
}

#[test]
fn a_killed_server_loses_nothing_that_it_acknowledged() {
    let (kills, players) = if full() { (1_000, 8) } else { (15, 4) };
    let mut agency = Agency::with(players, players);
    let stop = agency.home.path().join("run/stop");
    let mut children: Vec<_> = (0..players)
        .map(|n| {
            // Each has a record of its own, so that every one of its writes is taken.
            let orders = format!("{} {} {}", n + 1, hex(&agency.clients[n]), stop.display());
            agency.player("kills::player", n, &orders).spawn().unwrap()
        })
        .collect();
    let readers: Vec<_> = children
        .iter_mut()
        .map(|child| {
            let out = BufReader::new(child.stdout.take().unwrap());
            std::thread::spawn(move || {
                let mut acked: Vec<(u64, u64)> = Vec::new();
                let mut offline = 0_u32;
                for line in out.lines().map_while(Result::ok) {
                    if let Some((_, rest)) = line.split_once("acked ") {
                        let (ticket, seq) = rest.split_once(' ').unwrap();
                        acked.push((ticket.parse().unwrap(), seq.parse().unwrap()));
                    } else if let Some((_, n)) = line.split_once("offline ") {
                        offline = n.parse().unwrap();
                    }
                }
                (acked, offline)
            })
        })
        .collect();
    let mut chance = Chance(17);
    for _ in 0..kills {
        std::thread::sleep(Duration::from_millis(5 + chance.below(120)));
        let mut server = agency.server.take().unwrap();
        server.kill().unwrap();
        server.wait().unwrap();
        agency.serve();
    }
    std::thread::sleep(Duration::from_millis(300));
    std::fs::write(&stop, "").unwrap();
    let until = Instant::now() + Duration::from_secs(90);
    for child in &mut children {
        while child.try_wait().unwrap().is_none() {
            assert!(Instant::now() < until, "a client hangs");
            std::thread::sleep(Duration::from_millis(20));
        }
        assert!(child.wait().unwrap().success());
    }
    let mut me = agency.caller();
    let (mut all, mut offline) = (0, 0);
    for (n, reader) in readers.into_iter().enumerate() {
        let (acked, away) = reader.join().unwrap();
        offline += away;
        all += acked.len();
        // Sent once each and kept once each: as many revisions as answers, in the order of the answers.
        assert!(
            acked.windows(2).all(|w| w[0].0 + 1 == w[1].0 && w[0].1 < w[1].1),
            "client {n} was answered out of order"
        );
        let Answered::History(lines) = query(&mut me, Query::History { kind: Kind::Client, id: agency.clients[n] })
        else {
            panic!("no history")
        };
        let rev = lines.iter().map(|l| l.rev).max().unwrap();
        assert_eq!(rev, acked.len() as u64 + 1, "client {n}: {} were acknowledged", acked.len());
    }
    assert!(offline > 0, "no client ever noticed a kill");
    eprintln!(
        "{kills} kills under {players} clients, acknowledged {all}, lost 0, twice 0; seen as offline {offline} times"
    );
    let _ = (OfficeId::default(), IssueKind::ALL);
    drop(me);
    agency.end_and_verify();
}
