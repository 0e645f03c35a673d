//! A believable agency that never was: Riverside Home Care on the Monday morning that `caseload` is drawn for. It is
//! built only through service commands, at the instants at which somebody would have entered them, and the same seed
//! makes the same commands on every machine.
//!
//! The people of the story (`cast`) are the same for every seed; everybody else comes out of the dice. All dates but
//! those of birth are counted from the story's day, so that any morning can be that Monday. Numbers reach nobody
//! (555-01xx), and no record is taken from a real person.

mod again;
mod cast;
mod clocked;
mod desk;
mod dice;
mod names;
mod population;
mod schedule;
mod story;

#[cfg(test)]
mod tests;

use crate::domain::agency::{Agency, Noun, Office};
use crate::domain::care_plan::CarePlan;
use crate::domain::client::ClientStatus;
use crate::domain::contact::Contact;
use crate::domain::fields::Fields;
use crate::domain::ids::{AgencyId, ClientId, ContactId, OfficeId, StaffId, UserId, VisitId};
use crate::domain::person::PhoneKind;
use crate::domain::record::Body;
use crate::domain::staff::{Discipline, Membership};
use crate::domain::text::Few;
use crate::domain::time::{Civil, Day, MINUTE, Moment, Zone};
use crate::domain::user::{Role, User};
use crate::domain::visit::{Actual, Answer, NoteStatus, Source, Visit, VisitState};
use crate::service::api::{Command, Done, Execute};
use again::Again;
use cast::{CLIENTS as CAST_CLIENTS, CastClient, STAFF, phones, t};
use desk::Desk;
use dice::Dice;
use population::{Around, Plan};
use schedule::{CastVisit, HORIZON, Planned, Quotas, Roster, Visited};
use std::collections::{BTreeSet, HashMap};
use story::{MORNING, Step, Story, TodayVisit};

/// The agency's name.
pub const AGENCY: &str = "Riverside Home Care";
/// The zone of its walls, unless another is asked for.
pub const ZONE: &str = "America/New_York";
/// Who you are in it.
pub const YOU: &str = "J. Alvarez";
/// The minute of the day that the story reaches: 08:10.
pub const MINUTE_OF_DAY: u16 = 8 * 60 + 10;
/// Clients of J. Alvarez, the cast's among them, where there are enough.
const CASELOAD: u64 = 38;
/// Clients of the cast that are hers.
const CAST_MINE: u64 = 12;
/// Fewest generated caregivers: one of each discipline that visits need.
const FEWEST_WORKERS: u64 = 5;

/// How large the agency is, and when.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Size {
    /// Clients, the 13 of the story among them.
    pub clients: u64,
    /// Caregivers, the 10 of the story and one of each discipline among them (so 15 at least).
    pub staff: u64,
    /// Exactly this many visits (the story's own at least), as far back as it takes; without it, all of four weeks.
    pub visits: Option<u64>,
    /// The same seed makes the same agency.
    pub seed: u64,
    /// The day that is the story's Monday.
    pub day: Day,
    /// The minute of that day up to which the story is told; [`MINUTE_OF_DAY`] for the whole of it.
    pub minute: u16,
    /// The agency's zone.
    pub zone: Zone,
}

impl Size {
    /// The usual agency on this day: 100 clients, 24 caregivers, four weeks of visits.
    pub fn usual(day: Day) -> Self {
        let zone = Zone::parse(ZONE).unwrap_or(Zone::UTC);
        Self { clients: 100, staff: 24, visits: None, seed: 1, day, minute: MINUTE_OF_DAY, zone }
    }

    /// Caregivers that this many clients would have.
    pub fn staff_for(clients: u64) -> u64 {
        (clients * 24 / 100).max(STAFF.len() as u64 + FEWEST_WORKERS)
    }
}

/// Whom the machine knows you as.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct You {
    /// Unix login name.
    pub login: String,
    /// Unix user id.
    pub uid: u32,
}

/// What was built.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Built {
    /// The agency.
    pub agency: AgencyId,
    /// Its office.
    pub office: OfficeId,
    /// J. Alvarez, coordinator: you.
    pub you: UserId,
    /// R. Patel, manager.
    pub manager: UserId,
    /// The story's instant: the clock starts here.
    pub now: Moment,
    /// Clients made.
    pub clients: u64,
    /// Caregivers made.
    pub staff: u64,
    /// Visits made.
    pub visits: u64,
    /// All records made by `Create`.
    pub records: u64,
    /// Acts of the story that the service refused, and why; empty when all is well.
    pub refused: Vec<String>,
}

/// Builds the agency. `set_now` moves the clock that the service asks, never backwards; `send` executes a command as a
/// user (as the installation itself until there is one) and answers when it is kept; `progress` hears how many records
/// are made, of about how many.
pub fn build(
    size: &Size,
    you: &You,
    set_now: &mut dyn FnMut(Moment),
    send: &mut dyn FnMut(Execute, Option<UserId>) -> Result<Done, String>,
    progress: &mut dyn FnMut(u64, u64),
) -> Result<Built, String> {
    if size.clients < CAST_CLIENTS as u64 {
        return Err(format!("the story alone has {CAST_CLIENTS} clients; ask for at least as many"));
    }
    let generated = size.clients - CAST_CLIENTS as u64;
    let mine = (CASELOAD - CAST_MINE).min(generated * (CASELOAD - CAST_MINE) / 87);
    let colleagues = (size.clients.saturating_sub(CASELOAD) / 45).max(2) as usize;
    let mut plans = population::plans(size.seed, generated, mine, colleagues, i32::MIN);

    let (office, nobody) = (OfficeId::default(), UserId::default());
    let since: Vec<i32> = cast::clients(office, nobody, nobody, size.day).iter().map(|c| c.since).collect();
    let cast_visits = schedule::cast_visits(size.seed, &since, &plans);
    let wanted = size.visits.map(|n| n.saturating_sub(cast_visits.len() as u64));
    let quotas = Quotas::of(&plans, wanted)?;
    let start = quotas.first.min(-62) - 7;
    for plan in &mut plans {
        plan.entered = plan.entered.max(start);
    }

    let visits = quotas.total() + cast_visits.len() as u64;
    let total = visits + size.clients * 13 + size.staff * 5 + 16;
    let desk = Desk::new(size.seed, total, set_now, send, progress);
    let mut builder = Builder::open(*size, you, desk, plans, colleagues, start)?;
    builder.staff()?;
    builder.days(start, &quotas, &cast_visits)?;
    builder.morning()?;
    let now = builder.story.moment(0, size.minute);
    builder.desk.at(now);
    Ok(Built {
        agency: builder.agency,
        office: builder.story.office,
        you: builder.story.you,
        manager: builder.story.manager,
        now,
        clients: size.clients,
        staff: builder.workers.len() as u64 + STAFF.len() as u64,
        visits,
        records: builder.desk.records(),
        refused: std::mem::take(&mut builder.desk.refused),
    })
}

/// A visit that somebody is at, or was, when the story is told.
struct Early {
    id: VisitId,
    minute: u16,
    minutes: u16,
}

struct Builder<'a> {
    size: Size,
    desk: Desk<'a>,
    story: Story,
    agency: AgencyId,
    colleagues: Vec<UserId>,
    plans: Vec<Plan>,
    roster: Roster,
    workers: Vec<StaffId>,
    early: Vec<Early>,
    start: i32,
}

impl<'a> Builder<'a> {
    /// The agency, its office and who uses it.
    fn open(
        size: Size,
        you: &You,
        mut desk: Desk<'a>,
        plans: Vec<Plan>,
        colleagues: usize,
        start: i32,
    ) -> Result<Self, String> {
        let (day, zone) = (size.day, size.zone);
        desk.at(zone.moment(day.plus(start), 8 * 60 + 30));
        let agency = desk.create_one(&Agency {
            name: t(AGENCY),
            zone,
            noun: Noun::Client,
            holidays: Few::default(),
            demo: true,
        })?;
        let office = desk.create_one(&Office { name: t("Pawtucket"), zone })?;
        let mut uid = 60_000;
        let mut logins: HashMap<String, u32> = HashMap::new();
        let mut user = |name: &str, role: Role| {
            uid += 1 + u32::from(uid + 1 == you.uid);
            let mut login = format!("demo-{}", name.to_lowercase().replace(". ", "-").replace(' ', "-"));
            // A large agency has two of some names.
            let namesakes = logins.entry(login.clone()).or_default();
            *namesakes += 1;
            if *namesakes > 1 {
                login.push_str(&namesakes.to_string());
            }
            User {
                name: t(name),
                role,
                office,
                login: t(&login),
                uid,
                phones: Few::default(),
                staff: None,
                active: true,
            }
        };
        let clerk = desk.create_one(&user("office records", Role::Administrator))?;
        desk.clerk = Some(clerk);
        let alvarez = User { login: t(&you.login), uid: you.uid, ..user(YOU, Role::Coordinator) };
        let with_phone = |number: &str, user: User| User { phones: phones(&[(PhoneKind::Mobile, number)]), ..user };
        let mut users = vec![
            alvarez,
            with_phone("(401) 555-0183", user("R. Patel", Role::Manager)),
            user("billing", Role::Biller),
            with_phone("(401) 555-0186", user("L. Sato", Role::OnCall)),
            user("D. Fontes", Role::Scheduler),
        ];
        let fixed = users.len();
        users.extend((0..colleagues).map(|i| user(&colleague(size.seed, i), Role::Coordinator)));
        let ids = desk.create(&users)?;
        let [you, manager, billing, on_call, ..] = ids[..] else {
            return Err("no ids for the office".to_owned());
        };
        let story = Story::new(day, zone, office, you, manager, billing, on_call, Vec::new());
        let colleagues = ids[fixed..].to_vec();
        Ok(Self {
            size,
            desk,
            story,
            agency,
            colleagues,
            plans,
            roster: Roster::default(),
            workers: Vec::new(),
            early: Vec::new(),
            start,
        })
    }

    fn around(&self) -> Around<'_> {
        Around {
            seed: self.size.seed,
            day: self.size.day,
            zone: self.size.zone,
            office: self.story.office,
            you: self.story.you,
            colleagues: &self.colleagues,
        }
    }

    /// Caregivers and their credentials.
    fn staff(&mut self) -> Result<(), String> {
        let (office, seed, day) = (self.story.office, self.size.seed, self.size.day);
        self.desk.at(self.story.moment(self.start, 9 * 60));
        let named: Vec<_> = STAFF.iter().map(|sheet| cast::staff(office, sheet)).collect();
        self.story.staff = self.desk.create(&named)?;
        for (who, staff) in self.story.staff.iter().enumerate() {
            for credential in cast::credentials(who, *staff, day) {
                self.desk.add(&credential)?;
            }
        }
        let count = self.size.staff.saturating_sub(STAFF.len() as u64).max(FEWEST_WORKERS);
        let indexes: Vec<u64> = (0..count).collect();
        for chunk in indexes.chunks(desk::CHUNK) {
            let workers: Vec<_> = chunk.iter().map(|i| population::worker(seed, *i, office)).collect();
            let ids = self.desk.create(&workers)?;
            for (index, id) in chunk.iter().zip(ids) {
                self.roster.take(id, population::discipline(*index));
                self.workers.push(id);
                for credential in population::credentials(seed, *index, id, day) {
                    self.desk.add(&credential)?;
                }
            }
        }
        self.desk.flush()
    }

    /// Every day from the first to yesterday, as it was entered; three days ago also the plan from today on.
    fn days(&mut self, start: i32, quotas: &Quotas, cast_visits: &[CastVisit]) -> Result<(), String> {
        let cast = cast::clients(self.story.office, self.story.you, self.colleague(0), self.size.day);
        let mut entries: Vec<(i32, Entry)> =
            cast.iter().enumerate().map(|(i, c)| (c.entered.max(start), Entry::Cast(i))).collect();
        entries.extend(self.plans.iter().enumerate().map(|(i, p)| (p.entered, Entry::Plan(i))));
        entries.sort_by_key(|(day, _)| *day);
        let mut told: Vec<(i32, usize, Told)> = Vec::new();
        for (i, plan) in self.plans.iter().enumerate() {
            let around = self.around();
            told.extend(around.issue(plan).map(|(ago, _)| (ago, i, Told::Issue)));
            told.extend(around.call(plan).map(|(ago, _)| (ago, i, Told::Call)));
        }
        for (i, plan) in self.plans.iter().enumerate() {
            let started = plan.status != ClientStatus::Referral;
            if plan.skilled && started {
                told.push((self.assessed_on(plan.soc), i, Told::Assessment(plan.soc)));
            }
            if plan.status == ClientStatus::Hold {
                told.push((plan.until + 1, i, Told::Stay));
            }
        }
        for (i, cast) in cast.iter().enumerate() {
            if cast.skilled {
                told.push((self.assessed_on(cast.since), i, Told::CastAssessment(cast.since)));
            }
        }
        told.sort_by_key(|(ago, i, _)| (*ago, *i));

        let (mut entries, mut told) = (entries.as_slice(), told.as_slice());
        for offset in start..0 {
            let today = entries.partition_point(|(day, _)| *day <= offset);
            if today > 0 {
                self.desk.at(population::entry_time(self.size.zone, self.size.day, offset));
                self.admit(&entries[..today], &cast)?;
                entries = &entries[today..];
            }
            self.story.earlier(&mut self.desk, offset)?;
            if offset == -3 {
                self.desk.at(self.story.moment(offset, 16 * 60));
                let series = self.make_series(&cast)?;
                for ahead in 0..=HORIZON {
                    self.plan_day(ahead, quotas, cast_visits, &series)?;
                }
                self.open_series(&series)?;
                self.review(&cast);
            }
            self.desk.at(self.story.moment(offset, 22 * 60));
            let today = told.partition_point(|(ago, _, _)| *ago <= offset);
            for (_, place, what) in &told[..today] {
                self.tell(*place, *what)?;
            }
            told = &told[today..];
            self.past_day(offset, quotas, cast_visits)?;
            self.desk.flush()?;
        }
        Ok(())
    }

    /// On Friday afternoon you went through your caseload: what came later is what Monday's review shows first.
    fn review(&mut self, cast: &[CastClient]) {
        let you = self.story.you;
        let others = self.plans.iter().filter(|p| p.mine).map(|p| p.id);
        let cast = cast.iter().zip(&self.story.clients).filter(|(c, _)| c.client.coordinator == Some(you));
        let mine: Vec<ClientId> =
            cast.map(|(_, id)| *id).chain(others).filter(|id| *id != ClientId::default()).collect();
        let began = self.story.moment(-3, 16 * 60 + 10);
        for (n, client) in mine.into_iter().enumerate() {
            self.desk.at(began.plus(n as i64 * MINUTE * 2 / 3));
            let seen = self.desk.seq;
            self.desk.act(you, "review", Command::MarkReviewed { client, seen });
        }
    }

    /// Enters clients and all that comes with them.
    fn admit(&mut self, entries: &[(i32, Entry)], cast: &[CastClient]) -> Result<(), String> {
        for chunk in entries.chunks(desk::CHUNK) {
            let around = self.around();
            let clients: Vec<_> = chunk
                .iter()
                .map(|(_, entry)| match entry {
                    Entry::Cast(i) => cast[*i].client.clone(),
                    Entry::Plan(i) => around.client(&self.plans[*i]),
                })
                .collect();
            let ids = self.desk.create(&clients)?;
            for ((_, entry), id) in chunk.iter().zip(ids) {
                match entry {
                    Entry::Cast(i) => self.admit_cast(*i, id, &cast[*i])?,
                    Entry::Plan(i) => self.admit_plan(*i, id)?,
                }
            }
        }
        self.desk.flush()
    }

    fn admit_cast(&mut self, place: usize, id: ClientId, cast: &CastClient) -> Result<(), String> {
        self.story.clients[place] = id;
        let from = Some(self.size.day.plus(cast.since));
        let contacts: Vec<_> = cast.contacts.iter().map(|c| Contact { client: id, ..c.clone() }).collect();
        let contacts: Vec<ContactId> = self.desk.create(&contacts)?;
        self.story.contacts[place] = contacts.first().copied();
        self.add_all(&cast.medications(id, from))?;
        self.add_all(&cast.diagnoses(id, from))?;
        self.add_all(&cast.allergies(id))?;
        self.add_all(&cast.codes(id))?;
        for (n, (staff, role)) in cast.team.iter().enumerate() {
            let member = population::membership(id, self.story.staff[*staff], STAFF[*staff].discipline, role, n == 0);
            self.desk.add(&Membership { from, ..member })?;
        }
        let (problem, goal, intervention) = cast.plan;
        self.desk.add(&CarePlan {
            client: id,
            title: t(problem),
            problems: Few::clip(vec![t(problem)]),
            goals: Few::clip(vec![t(goal)]),
            interventions: Few::clip(vec![t(intervention)]),
            from,
            review: Some(self.size.day.plus(30)),
            active: true,
        })
    }

    fn admit_plan(&mut self, place: usize, id: ClientId) -> Result<(), String> {
        self.plans[place].id = id;
        let around = self.around();
        let plan = &self.plans[place];
        let (contacts, chart) = (around.contacts(plan), around.chart(plan));
        let mut team: Vec<Membership> = Vec::new();
        let disciplines: BTreeSet<Discipline> =
            plan.slots.iter().map(|s| population::SERVICES[usize::from(s.service)].discipline).collect();
        for discipline in disciplines {
            let role = match discipline {
                Discipline::Hha => "primary aide",
                Discipline::Rn => "case manager",
                _ => "therapy and treatment",
            };
            if let Some(staff) = self.roster.primary(plan, discipline) {
                team.push(population::membership(
                    id,
                    staff,
                    discipline,
                    role,
                    discipline == Discipline::Rn || team.is_empty(),
                ));
            }
        }
        self.add_all(&contacts)?;
        self.add_all(&chart.medications)?;
        self.add_all(&chart.diagnoses)?;
        self.add_all(chart.allergy.as_slice())?;
        self.add_all(chart.code.as_slice())?;
        self.desk.add(&chart.plan)?;
        self.add_all(&team)
    }

    fn add_all<B: Body>(&mut self, bodies: &[B]) -> Result<(), String> {
        bodies.iter().try_for_each(|body| self.desk.add(body))
    }

    fn tell(&mut self, place: usize, what: Told) -> Result<(), String> {
        let around = self.around();
        match what {
            Told::Issue => match around.issue(&self.plans[place]) {
                Some((_, issue)) => self.desk.add(&issue),
                None => Ok(()),
            },
            Told::Call => match around.call(&self.plans[place]) {
                Some((_, call)) => self.desk.add(&call),
                None => Ok(()),
            },
            Told::Assessment(soc) => {
                let assessed = around.assessed(self.plans[place].id, soc);
                self.desk.add(&assessed)
            }
            Told::CastAssessment(soc) => {
                let assessed = around.assessed(self.story.clients[place], soc);
                self.desk.add(&assessed)
            }
            Told::Stay => {
                let stay = around.stay(&self.plans[place]);
                self.desk.add(&stay)
            }
        }
    }

    /// The day on which the last comprehensive assessment was completed.
    fn assessed_on(&self, soc: i32) -> i32 {
        let completed = self.around().assessed(ClientId::default(), soc).completed;
        completed.map_or(soc, |at| self.size.zone.day(at).since(self.size.day))
    }

    /// The visits of a day that is over, in the evening.
    fn past_day(&mut self, offset: i32, quotas: &Quotas, cast_visits: &[CastVisit]) -> Result<(), String> {
        let (day, zone) = (self.size.day, self.size.zone);
        let mut dice = Dice::of(self.size.seed, "evening", offset.unsigned_abs().into());
        for planned in of_day(cast_visits, offset) {
            let visit = schedule::after(&self.planned(planned), day, zone, offset, &mut dice);
            if !clocked::is_odd(planned) {
                self.desk.add(&visit)?;
                continue;
            }
            let id = self.desk.create_one(&visit)?;
            if let Some(clocking) = clocked::clocking(planned, id, &visit) {
                self.desk.add(&clocking)?;
            }
        }
        for planned in &self.roster.day(&self.plans, offset, quotas.on(offset)) {
            self.desk.add(&schedule::after(planned, day, zone, offset, &mut dice))?;
        }
        Ok(())
    }

    /// The visits of a day to come.
    fn plan_day(
        &mut self,
        offset: i32,
        quotas: &Quotas,
        cast_visits: &[CastVisit],
        series: &[Again],
    ) -> Result<(), String> {
        let (day, zone, minute) = (self.size.day, self.size.zone, self.size.minute);
        let mut dice = Dice::of(self.size.seed, "ahead", offset.unsigned_abs().into());
        let cast: Vec<(&CastVisit, Visit)> = of_day(cast_visits, offset)
            .map(|v| {
                let mut visit = schedule::before(&self.planned(v), day, zone, offset);
                for again in series {
                    again.mark(&mut visit);
                }
                (v, visit)
            })
            .collect();
        if offset == 0 {
            let bodies: Vec<Visit> = cast.iter().map(|(_, visit)| visit.clone()).collect();
            let ids = self.desk.create(&bodies)?;
            for ((planned, visit), id) in cast.iter().zip(ids) {
                let Visited::Cast(client) = planned.who else { continue };
                let start = visit.start.moment();
                let (staff, minute) = (planned.staff, planned.minute);
                self.story.visits.push(TodayVisit { client, staff, minute, start, id, rev: 1 });
            }
        } else {
            cast.iter().try_for_each(|(_, visit)| self.desk.add(visit))?;
        }
        let generated = self.roster.day(&self.plans, offset, quotas.on(offset));
        let (begun, later): (Vec<&Planned>, Vec<&Planned>) =
            generated.iter().partition(|p| offset == 0 && p.minute <= minute);
        for chunk in begun.chunks(desk::CHUNK) {
            let bodies: Vec<Visit> = chunk.iter().map(|p| schedule::before(p, day, zone, offset)).collect();
            let ids = self.desk.create(&bodies)?;
            self.early.extend(chunk.iter().zip(ids).map(|(p, id)| Early { id, minute: p.minute, minutes: p.minutes }));
        }
        for planned in later {
            let mut visit = schedule::before(planned, day, zone, offset);
            // A few of the colleagues' visits of tomorrow afternoon still look for somebody.
            if offset == 1 && !planned.mine && planned.minute >= 10 * 60 && dice.chance(3) {
                visit.staff = None;
                visit.answer = Answer::Nobody;
                visit.state = VisitState::Planned;
            }
            self.desk.add(&visit)?;
        }
        self.desk.flush()
    }

    /// The morning up to the story's minute: what was heard, and who clocked in.
    fn morning(&mut self) -> Result<(), String> {
        let mut dice = Dice::of(self.size.seed, "clock-ins", 0);
        let mut heard: Vec<(Moment, Heard)> = MORNING
            .iter()
            .filter(|(minute, _)| *minute <= self.size.minute)
            .map(|(minute, step)| (self.story.moment(0, *minute), Heard::Step(*minute, *step)))
            .collect();
        let now = self.story.moment(0, self.size.minute);
        for (place, early) in self.early.iter().enumerate() {
            let start = Civil { day: self.size.day, minute: early.minute, zone: self.size.zone }.moment();
            let (arrived, left) = schedule::stamps(start, early.minutes, &mut dice);
            if arrived <= now.plus(-MINUTE) {
                heard.push((arrived, Heard::In(place)));
            }
            if left <= now.plus(-MINUTE) {
                heard.push((left, Heard::Out(place)));
            }
        }
        heard.sort_by_key(|(at, _)| *at);
        for (at, what) in heard {
            self.desk.at(at);
            match what {
                Heard::Step(minute, step) => self.story.step(&mut self.desk, minute, step)?,
                Heard::In(place) => {
                    let fields = Fields::none()
                        .with("state", &VisitState::InProgress)
                        .with("arrived", &Some(Actual { at, source: Source::Evv }));
                    self.desk.edit_as::<Visit>(self.desk.clerk, self.early[place].id, 1, fields)?;
                }
                Heard::Out(place) => {
                    let fields = Fields::none()
                        .with("state", &VisitState::Done)
                        .with("left", &Some(Actual { at, source: Source::Evv }))
                        .with("note", &NoteStatus::Started);
                    self.desk.edit_as::<Visit>(self.desk.clerk, self.early[place].id, 2, fields)?;
                }
            }
        }
        Ok(())
    }

    fn colleague(&self, place: usize) -> UserId {
        self.colleagues.get(place).copied().unwrap_or(self.story.you)
    }

    fn planned(&self, visit: &CastVisit) -> Planned {
        let client = match visit.who {
            Visited::Cast(client) => self.story.clients[client],
            Visited::Other(place) => self.plans[place].id,
        };
        Planned {
            client,
            discipline: STAFF[visit.staff].discipline,
            service: visit.service,
            minute: visit.minute,
            minutes: visit.minutes,
            staff: self.story.staff[visit.staff],
            second: (visit.who == Visited::Cast(cast::PETROV) && visit.offset != 0)
                .then(|| self.story.staff[cast::PIRES]),
            mine: true,
        }
    }
}

/// A client to enter.
#[derive(Debug, Clone, Copy)]
enum Entry {
    Cast(usize),
    Plan(usize),
}

/// What is told about a client.
#[derive(Debug, Clone, Copy)]
enum Told {
    Issue,
    Call,
    Stay,
    /// A comprehensive assessment, with the start of care it belongs to.
    Assessment(i32),
    CastAssessment(i32),
}

/// What is heard in the morning.
#[derive(Debug, Clone, Copy)]
enum Heard {
    Step(u16, Step),
    /// Somebody of the generated caregivers clocks in.
    In(usize),
    /// … and out.
    Out(usize),
}

fn of_day(visits: &[CastVisit], offset: i32) -> impl Iterator<Item = &CastVisit> {
    visits.iter().filter(move |v| v.offset == offset)
}

/// The name of a colleague, as users read it.
fn colleague(seed: u64, place: usize) -> String {
    let mut dice = Dice::of(seed, "colleague", place as u64);
    let coined = names::Coined::throw(&mut dice);
    coined.name(&mut dice).initialed()
}
