//! Two hundred clients on one server: how long an act takes, when the last of them has seen it, and what each costs.
//!
//! `cargo bench --bench server` prints figures; nothing here passes or fails.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::print_stdout, missing_docs)]

#[path = "../tests/server/agency.rs"]
#[allow(dead_code, unreachable_pub)]
mod agency;

use agency::{Agency, Chance, execute, share};
use caseload::domain::fields::Fields;
use caseload::domain::record::Kind;
use caseload::server::link::Link;
use caseload::service::api::{Backend, Command, Heard, OpenList, Query, Reply, Request, Sort, View};
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

const CLIENTS: usize = 200;
const ACTS: usize = 1_000;

struct Client {
    link: Link,
    heard: Receiver<(Instant, Heard)>,
    ticket: u64,
}

impl Client {
    fn new(agency: &Agency) -> Self {
        let (sender, heard) = channel();
        let hear = move |h| drop(sender.send((Instant::now(), h)));
        let link = Link::start(agency.enter(), agency.way(None), hear).unwrap();
        Self { link, heard, ticket: 0 }
    }

    fn ask(&mut self, request: Request) -> Reply {
        self.ticket += 1;
        self.link.send(self.ticket, request);
        loop {
            match self.heard.recv_timeout(Duration::from_secs(30)).unwrap() {
                (_, Heard::Reply(ticket, reply)) if ticket == self.ticket => return reply,
                _ => {}
            }
        }
    }

    /// When it heard of this commit.
    fn heard_of(&self, seq: u64) -> Instant {
        loop {
            match self.heard.recv_timeout(Duration::from_secs(30)).unwrap() {
                (at, Heard::Change(change)) if change.seq >= seq => return at,
                (at, Heard::Resync) => return at,
                _ => {}
            }
        }
    }
}

/// Memory of a process in kB.
fn memory(pid: u32) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{pid}/status")).unwrap();
    let line = status.lines().find(|l| l.starts_with("VmRSS:")).unwrap();
    line.split_whitespace().nth(1).unwrap().parse().unwrap()
}

fn percentiles(what: &str, mut waits: Vec<u64>) {
    waits.sort_unstable();
    println!(
        "{what}: p50 {} µs, p99 {} µs, longest {} µs of {}",
        share(&waits, 0.5),
        share(&waits, 0.99),
        waits.last().copied().unwrap_or(0),
        waits.len()
    );
}

fn main() {
    // `cargo test --benches` only wants to know that it runs.
    if std::env::args().any(|a| a == "--test") {
        return;
    }
    let mut agency = Agency::unlimited(100);
    let pid = agency.server.as_ref().unwrap().id();
    let before = memory(pid);
    let mut clients: Vec<Client> = (0..CLIENTS).map(|_| Client::new(&agency)).collect();
    let entered = memory(pid);
    for client in &mut clients {
        for view in [View::Alerts, View::Clients, View::Staff] {
            let ask = OpenList { view, mine: true, lens: String::new(), words: String::new(), sort: Sort::Natural };
            assert!(matches!(client.ask(Request::OpenList(ask)), Reply::List(_)));
        }
        assert!(matches!(client.ask(Request::Query(Query::Header)), Reply::Answer(_)));
    }
    let with = memory(pid);
    println!(
        "memory of the server: {before} kB, with {CLIENTS} connected {entered} kB ({} kB each), with their lists open {with} kB ({} kB each)",
        (entered - before) / CLIENTS as u64,
        (with - before) / CLIENTS as u64
    );
    let mut chance = Chance(1);
    let (mut acks, mut last) = (Vec::new(), Vec::new());
    let mut revs = vec![1_u64; agency.clients.len()];
    for n in 0..ACTS {
        let who = chance.below(CLIENTS as u64) as usize;
        let which = chance.below(revs.len() as u64) as usize;
        let fields = Fields::none().with("note", &format!("act {n}"));
        let id = agency.clients[which];
        let begun = Instant::now();
        let request = execute(Command::Edit { kind: Kind::Client, id, base: revs[which], fields });
        let Reply::Done(done) = clients[who].ask(request) else { panic!("refused") };
        acks.push(begun.elapsed().as_micros() as u64);
        revs[which] += 1;
        let seen = clients.iter().map(|c| c.heard_of(done.seq)).max().unwrap();
        last.push(seen.saturating_duration_since(begun).as_micros() as u64);
    }
    percentiles(&format!("one writes, {CLIENTS} connected: acknowledged"), acks);
    percentiles("seen by the last of all", last);
    // Fifty write at once, as fast as they are answered.
    let begun = Instant::now();
    let mut handles = Vec::new();
    for (n, mut client) in clients.into_iter().enumerate() {
        let id = agency.clients[n % 50];
        let rev = revs[n % 50];
        handles.push(std::thread::spawn(move || {
            let mut acks = Vec::new();
            if n >= 50 {
                while client.heard.recv_timeout(Duration::from_secs(2)).is_ok() {}
                return (client, acks);
            }
            for at in 0..40 {
                let fields = Fields::none().with("note", &format!("burst {n} {at}"));
                let asked = Instant::now();
                let request = execute(Command::Edit { kind: Kind::Client, id, base: rev + at, fields });
                assert!(matches!(client.ask(request), Reply::Done(_)));
                acks.push(asked.elapsed().as_micros() as u64);
            }
            (client, acks)
        }));
    }
    let mut acks = Vec::new();
    let mut clients = Vec::new();
    for handle in handles {
        let (client, mine) = handle.join().unwrap();
        acks.extend(mine);
        clients.push(client);
    }
    let took = begun.elapsed().saturating_sub(Duration::from_secs(2));
    println!("50 write at once: {:.0} acts a second", acks.len() as f64 / took.as_secs_f64());
    percentiles("50 write at once: acknowledged", acks);
    println!("memory of the server at the end: {} kB", memory(pid));
    for client in clients {
        client.link.stop();
    }
    agency.end_and_verify();
}
