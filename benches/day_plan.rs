//! What the service takes to plan a day of 500 caregivers and 3,000 visits, and the call-out of somebody in it: from the
//! first question to the first answer in which every visit has been looked at, and what two seconds more bring.
//!
//! `cargo bench --bench day_plan`

#![allow(missing_docs, unused_crate_dependencies)]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::print_stdout)]

mod support;

use caseload::domain::coverage::CallOutReason;
use caseload::domain::fields::Fields;
use caseload::domain::ids::{ClientId, RequestId, StaffId};
use caseload::domain::record::Body;
use caseload::domain::time::{Civil, Day};
use caseload::domain::travel::Position;
use caseload::domain::visit::{Answer, Visit};
use caseload::service::Service;
use caseload::service::api::coverage::{CallOutView, TellCallOut};
use caseload::service::api::day_plan::{DayPlan, PlanAsk, PlanSearch};
use caseload::service::api::{Answered, Command, Execute, NewRecord, Query, Reply, Request, Session, VisitFilter};
use caseload::service::ids::{Ids, RandomIds};
use std::collections::HashMap;
use std::time::{Duration, Instant};
use support::{ask, measuring, percentile};

/// What a screen asks for at once.
const SLICE: u32 = 2_000;
/// Visits of each caregiver, one after the other.
const EACH: usize = 6;
/// Records made at once.
const MANY: usize = 80;

struct Day3000 {
    service: Service,
    session: Session,
    day: Day,
    staff: Vec<StaffId>,
}

fn execute(service: &mut Service, session: &Session, command: Command) {
    let request = RequestId(RandomIds.make(service.now()));
    match service.handle(session, Request::Execute(Execute { request, command })).0 {
        Reply::Done(_) => {}
        Reply::Failed(why) | Reply::Denied(why) => panic!("{why}"),
        Reply::Problems(found) => panic!("{}", found.into_iter().map(|p| p.text).collect::<Vec<_>>().join("; ")),
        _ => panic!("the act was refused"),
    }
}

fn new<B: Body>(body: &B) -> NewRecord {
    NewRecord { kind: B::KIND, fields: Fields::of(body) }
}

/// A linear congruence: the same day every time.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, n: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % n
    }
}

/// A day two days ahead: everybody has six visits of an hour or less, one in ten of them nobody yet, and every home and
/// base has its own place within some five miles.
fn agency(clients: u64, staff: u64) -> Day3000 {
    let (mut service, session) = support::in_memory_of(clients, staff);
    let dice = &mut Dice(11);
    let zone = service.cast().zone(session.office);
    let day = zone.day(service.now()).plus(2);
    let mut everybody: Vec<_> =
        service.cast().staff.values().filter(|s| s.active).map(|s| (s.id, s.discipline)).collect();
    everybody.sort_unstable_by_key(|s| s.0);
    let mut homes: Vec<ClientId> = service.cast().clients.values().filter(|c| c.is_visited()).map(|c| c.id).collect();
    homes.sort_unstable();
    let spot = |client: Option<ClientId>, staff: Option<StaffId>, dice: &mut Dice| {
        let (north, east) = (dice.roll(80_000) as i32, dice.roll(100_000) as i32);
        let position = Position {
            client,
            staff,
            postcode: caseload::domain::text::Text::default(),
            latitude: 41_700_000 + north,
            longitude: -71_600_000 + east,
        };
        new(&position)
    };
    let mut records: Vec<NewRecord> = homes.iter().map(|id| spot(Some(*id), None, dice)).collect();
    records.extend(everybody.iter().map(|(id, _)| spot(None, Some(*id), dice)));
    let mut theirs: HashMap<StaffId, Vec<(u16, u16)>> = HashMap::new();
    service
        .store()
        .each::<Visit>(|visit| {
            if visit.start.day == day {
                let span = (visit.start.minute, visit.start.minute + visit.minutes);
                visit.staff.into_iter().for_each(|id| theirs.entry(id).or_default().push(span));
            }
        })
        .unwrap();
    for (n, (id, discipline)) in everybody.iter().enumerate() {
        for place in 0..EACH {
            let home = homes[(n * EACH + place) % homes.len()];
            let minute = 420 + place as u16 * 90 + dice.roll(3) as u16 * 15;
            // The demo's own visits stand.
            let own = theirs.get(id).map(Vec::as_slice).unwrap_or_default();
            if own.iter().any(|(from, to)| *from < minute + 90 && minute < *to + 30) {
                continue;
            }
            let start = Civil { day, minute, zone };
            let visit = Visit::new(home, *discipline, start, 30 + dice.roll(3) as u16 * 15);
            let nobody = dice.roll(10) == 0;
            let staff = (!nobody).then_some(*id);
            let answer = if nobody { Answer::Nobody } else { Answer::Planned };
            records.push(new(&Visit { staff, answer, ..visit }));
        }
    }
    while !records.is_empty() {
        let rest = records.split_off(records.len().min(MANY));
        execute(&mut service, &session, Command::Create { records, batch: None });
        records = rest;
    }
    let staff = everybody.into_iter().map(|s| s.0).collect();
    Day3000 { service, session, day, staff }
}

impl Day3000 {
    fn plan(&mut self, asked: PlanAsk) -> DayPlan {
        match ask(&mut self.service, &self.session, Query::PlanDay(asked)) {
            Answered::DayPlan(plan) => *plan,
            _ => panic!("no plan"),
        }
    }

    fn go_on(&mut self, token: u64) -> PlanSearch {
        match ask(&mut self.service, &self.session, Query::GoOn { token, steps: SLICE }) {
            Answered::GoneOn(Some(stands)) => stands,
            _ => panic!("the search is gone"),
        }
    }

    fn call_out(&mut self, staff: StaffId) -> CallOutView {
        match ask(&mut self.service, &self.session, Query::CallOut { staff, day: self.day }) {
            Answered::CallOut(Some(view)) => view,
            _ => panic!("no call-out"),
        }
    }

    /// Moves what plans depend on, and nothing that they are about.
    fn disturb(&mut self) {
        let at = Civil { day: self.day.plus(200), minute: 600, zone: self.service.cast().zone(self.session.office) };
        let client = *self.service.cast().clients.keys().next().expect("there are clients");
        let visit = Visit::new(client, caseload::domain::staff::Discipline::Hha, at, 30);
        execute(&mut self.service, &self.session, Command::Create { records: vec![new(&visit)], batch: None });
    }
}

fn said(name: &str, mut times: Vec<Duration>) {
    times.sort_unstable();
    println!(
        "{name}: median {:.1?}, longest {:.1?} of {}",
        percentile(&times, 0.5),
        times.last().copied().unwrap_or_default(),
        times.len()
    );
}

fn the_day(of: &mut Day3000, scratch: bool, week: bool, times: usize) {
    let name = match (scratch, week) {
        (_, true) => "the week",
        (true, _) => "the day from scratch",
        _ => "the day",
    };
    let asked =
        |seed| PlanAsk { day: of.day, week, mine: false, only: VisitFilter::default(), scratch, seed, steps: 0 };
    let asked: Vec<PlanAsk> = (0..times as u64).map(asked).collect();
    let (mut drawn, mut first, mut slices, mut answers) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    for asked in &asked {
        let begun = Instant::now();
        let plan = of.plan(*asked);
        drawn.push(begun.elapsed());
        let mut stands = plan.search.expect("there is something to plan");
        while stands.better == 0 {
            let slice = Instant::now();
            stands = of.go_on(stands.token);
            slices.push(slice.elapsed());
        }
        let answer = Instant::now();
        let plan = of.plan(*asked);
        answers.push(answer.elapsed());
        first.push(begun.elapsed());
        assert!(plan.is_found());
    }
    said(&format!("{name}: drawn up while the service is held"), drawn);
    said(&format!("{name}: a slice of the search"), slices);
    said(&format!("{name}: what was found, as an answer"), answers);
    said(&format!("{name}: to the first answer"), first);
    // What two seconds more bring.
    let Some(asked) = asked.last() else { return };
    let found = of.plan(*asked);
    println!("{name}: {} visits to plan, now {:?}", found.visits, found.before);
    println!("{name}: at first {:?}, {} lines", found.after, found.lines.len());
    let mut stands = found.search.expect("it is searched");
    let begun = Instant::now();
    let long = Duration::from_millis(if measuring() { 2_000 } else { 50 });
    while stands.left > 0 && begun.elapsed() < long {
        stands = of.go_on(stands.token);
    }
    let then = of.plan(*asked);
    println!(
        "{name}: after {:.1?} {:?}, {} lines; {} steps, {} to come",
        begun.elapsed(),
        then.after,
        then.lines.len(),
        stands.steps,
        stands.left
    );
}

fn called_out(of: &mut Day3000, times: usize) {
    let staff = of.staff[of.staff.len() / 2];
    let zone = of.service.cast().zone(of.session.office);
    let (from, to) = (zone.midnight(of.day), zone.midnight(of.day.plus(1)));
    let told = TellCallOut { staff, from, to, reason: CallOutReason::Sick, note: String::new(), said: None };
    execute(&mut of.service, &of.session, Command::TellCallOut(told));
    let mut first = Vec::new();
    let mut view = of.call_out(staff);
    for _ in 0..times {
        of.disturb();
        let begun = Instant::now();
        view = of.call_out(staff);
        first.push(begun.elapsed());
    }
    said("a call-out with whom the plan would send: to the first answer", first);
    let sent = |v: &CallOutView| v.visits.iter().filter(|v| !v.suggested.is_empty()).count();
    println!("a call-out: {} visits, at first somebody for {}", view.visits.len(), sent(&view));
    let mut stands = view.search.expect("it is searched");
    let (begun, better) = (Instant::now(), stands.better);
    while stands.left > 0 && begun.elapsed() < Duration::from_secs(2) {
        stands = of.go_on(stands.token);
    }
    let took = begun.elapsed();
    let view = of.call_out(staff);
    println!(
        "a call-out: searched to the end in {took:.1?} ({} steps), {} better plans since, somebody for {}",
        stands.steps,
        stands.better - better,
        sent(&view)
    );
}

fn main() {
    let (clients, staff, times) = if measuring() { (2_000, 500, 20) } else { (40, 15, 2) };
    let mut of = agency(clients, staff);
    println!("{} caregivers, about {} visits", of.staff.len(), of.staff.len() * EACH);
    the_day(&mut of, false, false, times);
    the_day(&mut of, true, false, times.min(5));
    the_day(&mut of, false, true, times.min(3));
    called_out(&mut of, times);
}
