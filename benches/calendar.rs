//! What the calendar takes: what speaks against a visit while it is moved, asked with every key, and a key in the week of
//! 500 caregivers beside one in the day of a dozen, in time and in bytes for the terminal.
//!
//! `cargo bench --bench calendar`

#![allow(missing_docs, unused_crate_dependencies)]
#![allow(clippy::unwrap_used, clippy::panic, clippy::print_stdout)]

mod support;

use caseload::app::keymap::Keymap;
use caseload::app::model::{Capabilities, Start};
use caseload::app::{Effect, Model, Msg, start, update};
use caseload::cli::screenshot::keys;
use caseload::domain::ids::OfficeId;
use caseload::domain::time::Moment;
use caseload::service::Service;
use caseload::service::api::reschedule::VisitChange;
use caseload::service::api::{Answered, BoardAsk, By, Heard, Person, Query, Session, VisitFilter, VisitRow};
use caseload::terminal::backend::Screen;
use caseload::terminal::paint::Abilities;
use caseload::ui::{Theme, draw};
use ratatui::Terminal;
use std::collections::VecDeque;
use std::fs::File;
use std::os::fd::OwnedFd;
use std::sync::Arc;
use std::time::{Duration, Instant};
use support::{ask, criterion, in_memory, many, measuring, percentile};

/// A planned visit of today that is still to come, and two other caregivers' visits.
fn visits(service: &mut Service, session: &Session) -> Vec<VisitRow> {
    let now = service.now();
    let day = service.cast().zone(session.office).day(now);
    let only = VisitFilter::default();
    let board = BoardAsk { day, mine: false, only, by: By::Caregiver, from: 0, count: 400, around: None };
    let Answered::Board(found) = ask(service, session, Query::Board(board)) else { panic!("no board") };
    let of_somebody = found.list.into_iter().filter(|c| matches!(c.person, Some(Person::Staff(_))) && !c.out);
    of_somebody.filter_map(|c| c.visits.into_iter().find(|v| v.start > now && v.state.is_open())).take(3).collect()
}

fn while_moving() {
    let (mut service, session, _) = in_memory(many());
    let found = visits(&mut service, &session);
    let [visit, other, ..] = &found[..] else { panic!("too few visits today") };
    let to = |days, minute, staff| VisitChange::Move { day: visit.day.plus(days), minute, staff };
    let later = visit.minute.saturating_add(15).min(23 * 60);
    let changes = [
        ("a quarter of an hour later", to(0, later, visit.staff)),
        ("to another caregiver", to(0, visit.minute, other.staff)),
        ("to another day of the week", to(2, visit.minute, visit.staff)),
        ("weeks ahead", to(30, visit.minute, visit.staff)),
        ("two exchanged", VisitChange::Swap { with: other.id }),
        ("split in two", VisitChange::Split { first: visit.minutes / 2, staff: visit.staff }),
    ];
    let mut c = criterion();
    let caregivers = service.cast().staff.len();
    let mut group = c.benchmark_group(format!("{} clients, {caregivers} caregivers", many()));
    for (name, change) in changes {
        let question = Query::TryChange { visit: visit.id, change: Some(change) };
        group.bench_function(format!("what speaks against it: {name}"), |b| {
            b.iter(|| ask(&mut service, &session, question.clone()));
        });
    }
    group.finish();
    c.final_summary();
}

fn pump(model: &mut Model, service: &mut Service, session: &Session, now: Moment, effects: Vec<Effect>) {
    let mut queue: VecDeque<Effect> = effects.into();
    loop {
        let Some(effect) = queue.pop_front() else {
            queue.extend(update(model, Msg::Frame, now));
            if queue.is_empty() {
                return;
            }
            continue;
        };
        if let Effect::Send(ticket, request) = effect {
            let reply = service.handle(session, request).0;
            queue.extend(update(model, Msg::Heard(Heard::Reply(ticket, reply)), now));
        }
    }
}

/// A key in a view of an agency of so many clients: half of the keys down, half up.
fn keys_in(name: &str, clients: u64, view: &str) {
    let (mut service, session, now) = in_memory(clients);
    let size = (200, 60);
    let mut model = Model::new(Start {
        size,
        now,
        zone: service.cast().zone(OfficeId::default()),
        capabilities: Capabilities::default(),
        seed: [7; 16],
        read_only: false,
        keymap: Arc::new(Keymap::standard()),
    });
    let begun = start(&mut model, None);
    pump(&mut model, &mut service, &session, now, begun);
    model.calendar.mine = false;
    let mut at = now;
    let mut press = |model: &mut Model, service: &mut Service, key| {
        at = at.plus(2_000);
        let effects = update(model, Msg::Key(key), at);
        pump(model, service, &session, at, effects);
    };
    for key in keys(view).ok().unwrap() {
        press(&mut model, &mut service, key);
    }
    let theme = Theme::named("dark").unwrap();
    let nowhere = OwnedFd::from(File::create("/dev/null").unwrap());
    let mut terminal = Terminal::new(Screen::over(nowhere, Abilities::XTERM, Some(size.into()))).unwrap();
    terminal.draw(|frame| drop(draw::draw(&model, &theme, frame))).unwrap();
    let count = if measuring() { 400 } else { 4 };
    let (down, up) = (keys("j").ok().unwrap(), keys("k").ok().unwrap());
    let (mut times, mut bytes): (Vec<Duration>, Vec<u64>) = (Vec::new(), Vec::new());
    for n in 0..count {
        let key = if n < count / 2 { down[0] } else { up[0] };
        let (sent, begun) = (terminal.backend().sent(), Instant::now());
        press(&mut model, &mut service, key);
        terminal.draw(|frame| drop(draw::draw(&model, &theme, frame))).unwrap();
        times.push(begun.elapsed());
        bytes.push(terminal.backend().sent() - sent);
    }
    times.sort_unstable();
    bytes.sort_unstable();
    println!(
        "{name}: {} caregivers: a key p50 {:.2?}, p99 {:.2?}; bytes p50 {}, most {}",
        service.cast().staff.len(),
        percentile(&times, 0.5),
        percentile(&times, 0.99),
        bytes[bytes.len() / 2],
        bytes.last().copied().unwrap_or_default()
    );
}

fn main() {
    let (few, large) = if measuring() { (50, 2_084) } else { (20, 40) };
    keys_in("the day", few, "2 z");
    keys_in("the week", few, "2 z W");
    keys_in("the week", large, "2 z W");
    keys_in("the day", large, "2 z");
    while_moving();
}
