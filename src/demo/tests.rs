//! The demo against a service that only counts, checks and hands out ids.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::unnecessary_wraps)]

use super::*;
use crate::domain::attention::{AlertSource, Attention};
use crate::domain::chart::{AccessCode, Allergy, Diagnosis, Medication};
use crate::domain::client::{Client, Need};
use crate::domain::communication::Communication;
use crate::domain::coverage::TimeOff;
use crate::domain::evv::Clocking;
use crate::domain::issue::{Issue, IssueKind};
use crate::domain::order::FrequencyOrder;
use crate::domain::reassessment::Reassessment;
use crate::domain::record::Kind;
use crate::domain::series::{Ends, Series};
use crate::domain::staff::{Credential, Staff};
use crate::domain::visit::Stay;
use crate::service::api::{Command, NewRecord};
use std::collections::{BTreeMap, HashMap, HashSet};

/// A service that keeps what a test asks about.
#[derive(Default)]
struct Fake {
    now: Option<Moment>,
    made: BTreeMap<&'static str, u64>,
    /// Kind and revision of each record.
    records: HashMap<[u8; 16], (Kind, u64)>,
    requests: HashSet<[u8; 16]>,
    digest: u64,
    commands: u64,
    largest: usize,
    keep: bool,
    clients: Vec<(ClientId, Client)>,
    staff: Vec<(StaffId, Staff)>,
    visits: HashMap<VisitId, (Moment, Visit)>,
    contacts: Vec<Contact>,
    credentials: Vec<Credential>,
    issues: Vec<Issue>,
    medications: Vec<Medication>,
    users: Vec<User>,
    acts: Vec<(Option<UserId>, Command)>,
}

fn body<B: Body>(record: &NewRecord) -> B {
    let body = record.fields.body::<B>().unwrap_or_else(|e| panic!("{e}"));
    assert!(serde_json::to_vec(&body).unwrap().len() < 16 * 1024, "{} is too large", B::KIND.word());
    body
}

impl Fake {
    fn id(&mut self, kind: Kind) -> [u8; 16] {
        let mut id = [0; 16];
        id[8..].copy_from_slice(&(self.records.len() as u64 + 1).to_be_bytes());
        self.records.insert(id, (kind, 1));
        id
    }

    fn known(&self, id: [u8; 16], kind: Kind) {
        assert_eq!(self.records.get(&id).map(|r| r.0), Some(kind), "a {} is named before it is made", kind.word());
    }

    fn take(&mut self, record: &NewRecord) -> [u8; 16] {
        let now = self.now.expect("the clock is set first");
        *self.made.entry(record.kind.word()).or_default() += 1;
        let id = self.id(record.kind);
        match record.kind {
            Kind::Agency => assert!(body::<Agency>(record).demo),
            Kind::Office => drop(body::<Office>(record)),
            Kind::User => {
                let user = body::<User>(record);
                self.known(user.office.0, Kind::Office);
                self.users.push(user);
            }
            Kind::Staff => {
                let staff = body::<Staff>(record);
                if self.keep {
                    self.staff.push((StaffId(id), staff));
                }
            }
            Kind::Client => {
                let client = body::<Client>(record);
                self.known(client.coordinator.unwrap().0, Kind::User);
                if self.keep {
                    self.clients.push((ClientId(id), client));
                }
            }
            Kind::Contact => {
                let contact = body::<Contact>(record);
                self.known(contact.client.0, Kind::Client);
                assert!(contact.phones.iter().all(|p| p.number.contains(") 555-01")));
                if self.keep {
                    self.contacts.push(contact);
                }
            }
            Kind::Visit => {
                let visit = body::<Visit>(record);
                self.known(visit.client.0, Kind::Client);
                if let Some(staff) = visit.staff {
                    self.known(staff.0, Kind::Staff);
                }
                for actual in [visit.arrived, visit.left].into_iter().flatten() {
                    assert!(actual.at <= now, "entered before it happened");
                }
                assert!(visit.start.minute < 1440 && visit.minutes > 0);
                if self.keep {
                    self.visits.insert(VisitId(id), (visit.start.moment(), visit));
                }
            }
            Kind::Credential => {
                let credential = body::<Credential>(record);
                self.known(credential.staff.0, Kind::Staff);
                if self.keep {
                    self.credentials.push(credential);
                }
            }
            Kind::Membership => {
                let member = body::<Membership>(record);
                self.known(member.client.0, Kind::Client);
                self.known(member.staff.0, Kind::Staff);
            }
            Kind::Medication => {
                let medication = body::<Medication>(record);
                self.known(medication.client.0, Kind::Client);
                if self.keep {
                    self.medications.push(medication);
                }
            }
            Kind::Issue => {
                let issue = body::<Issue>(record);
                self.known(issue.client.unwrap().0, Kind::Client);
                assert!(issue.happened.at <= now, "{} entered before it happened", issue.kind.word());
                if self.keep {
                    self.issues.push(issue);
                }
            }
            Kind::Communication => {
                let call = body::<Communication>(record);
                assert!(call.happened.at <= now, "a call is entered before it happened");
            }
            Kind::Diagnosis => self.known(body::<Diagnosis>(record).client.0, Kind::Client),
            Kind::Allergy => self.known(body::<Allergy>(record).client.0, Kind::Client),
            Kind::AccessCode => self.known(body::<AccessCode>(record).client.0, Kind::Client),
            Kind::CarePlan => self.known(body::<CarePlan>(record).client.0, Kind::Client),
            Kind::Reassessment => {
                let done = body::<Reassessment>(record);
                assert_eq!(done.window.unwrap().subject, done.client.0);
                assert!(done.completed.unwrap() <= now, "an assessment is entered before it was made");
                self.known(done.client.0, Kind::Client);
            }
            Kind::Series => {
                let series = body::<Series>(record);
                self.known(series.client.0, Kind::Client);
                if let Some(order) = series.order {
                    self.known(order.0, Kind::FrequencyOrder);
                }
                assert!(matches!(series.ends, Ends::On(last) if last < series.start.day), "its visits are there first");
            }
            Kind::Clocking => {
                let clocking = body::<Clocking>(record);
                self.known(clocking.client.0, Kind::Client);
                self.known(clocking.visit.unwrap().0, Kind::Visit);
                assert!(clocking.began.unwrap() <= now && !clocking.missing.is_empty());
            }
            Kind::FrequencyOrder => {
                let order = body::<FrequencyOrder>(record);
                self.known(order.client.0, Kind::Client);
            }
            Kind::TimeOff => self.known(body::<TimeOff>(record).staff.0, Kind::Staff),
            Kind::Stay => assert!(body::<Stay>(record).from <= now),
            Kind::Attention => drop(body::<Attention>(record)),
            Kind::IssueEvent
            | Kind::ImportSource
            | Kind::Policy
            | Kind::ColumnMap
            | Kind::Task
            | Kind::Review
            | Kind::Emergency
            | Kind::Reach
            | Kind::CallOut
            | Kind::Offer
            | Kind::Pairing
            | Kind::Safety
            | Kind::Hold
            | Kind::Appointment
            | Kind::Authorization
            | Kind::Position
            | Kind::KnownWay
            | Kind::Storm
            | Kind::CallDown => {
                panic!("the demo makes no {}", record.kind.word())
            }
        }
        id
    }

    fn answer(&mut self, execute: Execute, user: Option<UserId>) -> Result<Done, String> {
        self.commands += 1;
        assert!(self.requests.insert(execute.request.0), "a request id comes twice");
        if let Some(user) = user {
            self.known(user.0, Kind::User);
        }
        for byte in serde_json::to_vec(&execute).unwrap() {
            self.digest = (self.digest ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
        }
        let created = match &execute.command {
            Command::Create { records, .. } => {
                assert!(!records.is_empty() && records.len() <= 90, "{} records in one command", records.len());
                self.largest = self.largest.max(records.len());
                records.iter().map(|r| self.take(r)).collect()
            }
            Command::Edit { kind, id, base, fields } => {
                let (found, rev) = self.records.get_mut(id).expect("what is edited is there");
                assert_eq!((found, &*rev), (&mut kind.clone(), base), "an edit of another revision");
                *rev += 1;
                if *kind == Kind::Visit && self.keep {
                    let (_, visit) = self.visits.get_mut(&VisitId(*id)).unwrap();
                    let changed = fields.applied_to(visit).unwrap();
                    assert!(
                        visit.state == changed.state || visit.state.may_become(changed.state),
                        "{} does not become {}",
                        visit.state.word(),
                        changed.state.word()
                    );
                    *visit = changed;
                }
                Vec::new()
            }
            Command::LogCall(_) => vec![self.id(Kind::Communication)],
            Command::NewIssue(_) => vec![self.id(Kind::Issue)],
            Command::Take { .. } | Command::Snooze { .. } | Command::MarkReviewed { .. } => Vec::new(),
            _ => panic!("the demo does not do this"),
        };
        if !matches!(execute.command, Command::Create { .. } | Command::Edit { .. }) {
            self.acts.push((user, execute.command));
        }
        Ok(Done {
            seq: self.commands,
            summary: String::new(),
            undoable: true,
            created,
            imported: Vec::new(),
            left_alone: Vec::new(),
            refused: Vec::new(),
        })
    }
}

fn monday() -> Day {
    Day::from_ymd(2026, 3, 2).unwrap()
}

fn run(size: &Size, keep: bool) -> (Built, Fake) {
    let fake = std::cell::RefCell::new(Fake { keep, ..Fake::default() });
    let mut last = (0, 0);
    let built = build(
        size,
        &You { login: "alvarez".to_owned(), uid: 1000 },
        &mut |at| {
            let mut fake = fake.borrow_mut();
            assert!(fake.now.is_none_or(|now| now < at), "the clock runs back");
            fake.now = Some(at);
        },
        &mut |execute, user| fake.borrow_mut().answer(execute, user),
        &mut |done, total| {
            assert!(done > last.0 && done <= total, "{done} of {total}");
            last = (done, total);
        },
    )
    .unwrap();
    (built, fake.into_inner())
}

fn client<'a>(fake: &'a Fake, family: &str) -> &'a (ClientId, Client) {
    fake.clients.iter().find(|(_, c)| c.name.family.as_str() == family).unwrap()
}

fn staff<'a>(fake: &'a Fake, family: &str) -> &'a (StaffId, Staff) {
    fake.staff.iter().find(|(_, s)| s.name.family.as_str() == family).unwrap()
}

fn visit<'a>(fake: &'a Fake, family: &str, day: Day, minute: u16) -> &'a Visit {
    let client = client(fake, family).0;
    let found =
        fake.visits.values().find(|(_, v)| v.client == client && v.start.day == day && v.start.minute == minute);
    &found.unwrap_or_else(|| panic!("no visit to {family} then")).1
}

#[test]
fn the_usual_agency_has_its_counts() {
    let size = Size::usual(monday());
    let (built, fake) = run(&size, true);
    assert_eq!(fake.made["client"], 100);
    assert_eq!(fake.made["staff"], 24);
    assert_eq!(fake.made["visit"], built.visits);
    assert_eq!(built.records, fake.made.values().sum::<u64>());
    assert_eq!((built.clients, built.staff), (100, 24));
    assert!(built.refused.is_empty());
    assert_eq!(fake.largest, 90);
    let per_week = built.visits as f64 / 4.0 / 100.0;
    assert!((3.5..5.5).contains(&per_week), "{per_week} visits a week and client");
    let mine = fake.clients.iter().filter(|(_, c)| c.is_of(built.you)).count();
    assert_eq!(mine, 38);
    assert!(fake.clients.iter().filter(|(_, c)| c.is_of(built.you)).all(|(_, c)| c.status == ClientStatus::Active));
    assert_eq!(size.zone.civil(built.now), (monday(), MINUTE_OF_DAY));
    assert_eq!(fake.now, Some(built.now));
}

#[test]
fn the_same_seed_sends_the_same_commands() {
    let size = Size::usual(monday());
    let digest = |size: &Size| run(size, false).1.digest;
    assert_eq!(digest(&size), digest(&size));
    assert_ne!(digest(&size), digest(&Size { seed: 2, ..size }));
}

#[test]
fn the_cast_is_complete() {
    let (built, fake) = run(&Size::usual(monday()), true);
    let today = monday();

    let (okafor, ruth) = client(&fake, "Okafor");
    assert_eq!(ruth.name.full(), "Okafor, Ruth “Ruthie”");
    assert_eq!((ruth.born.unwrap().long(), ruth.born.unwrap().age(today)), ("12 Jun 1941".to_owned(), 84));
    assert_eq!(
        (ruth.mrn.as_str(), ruth.emergency, ruth.address.street.as_str()),
        ("004217", Some(2), "14 Elm St, apt 3")
    );
    assert_eq!(ruth.soc.unwrap().long(), "3 Jan 2026");
    assert!(fake.medications.iter().any(|m| m.client == *okafor && m.name.starts_with("warfarin")));
    assert!(fake.contacts.iter().any(|c| c.client == *okafor && c.name.family.as_str() == "Adeyemi"));
    let here = visit(&fake, "Okafor", today, 480);
    assert_eq!((here.staff, here.state), (Some(staff(&fake, "Chen").0), VisitState::InProgress));
    assert_eq!(here.arrived.unwrap().at, built.now.plus(-12 * MINUTE));
    assert_eq!(visit(&fake, "Okafor", today, 900).state, VisitState::CalledOut);

    let lindqvist = visit(&fake, "Lindqvist", today, 480);
    assert_eq!((lindqvist.staff, lindqvist.answer), (None, Answer::Nobody));
    assert_eq!(lindqvist.reason.as_str(), "LPN broke down");
    assert_eq!(client(&fake, "Lindqvist").1.emergency, Some(1));

    let reyes = staff(&fake, "Reyes").0;
    let called_out = fake
        .visits
        .values()
        .filter(|(_, v)| v.start.day == today && v.called_out_at == Some(built.now.plus(-138 * MINUTE)));
    assert_eq!(called_out.count(), 5);
    let hers = fake.visits.values().filter(|(_, v)| v.staff == Some(reyes) && v.state == VisitState::CalledOut).count();
    assert_eq!(hers, 4);
    assert_eq!(fake.visits.values().filter(|(_, v)| v.called_out_by == Some(reyes)).count(), 5);
    let abara = visit(&fake, "Abara", today, 780);
    assert_eq!((abara.staff, abara.answer, abara.is_covered()), (Some(staff(&fake, "Cole").0), Answer::Yes, true));
    assert!(client(&fake, "Petrov").1.needs.contains(&Need::TwoPeople));

    // Five of the next 24 hours have nobody who said yes; all others on the caseload and off it do.
    let soon = |v: &Visit| {
        let start = v.start.moment();
        start >= built.now.plus(-MINUTE * 60) && start <= built.now.plus(24 * 60 * MINUTE)
    };
    let petrov = client(&fake, "Petrov").0;
    let covered = |v: &Visit| v.is_covered() && (v.client != petrov || v.second.is_some());
    let uncovered =
        fake.visits.values().filter(|(_, v)| soon(v) && v.arrived.is_none() && v.state.is_open() && !covered(v));
    assert_eq!(uncovered.count(), 5);

    let obrien = &client(&fake, "O'Brien").1;
    assert_eq!((obrien.soc.unwrap().long(), obrien.cert_to), ("2 Jan 2026".to_owned(), Some(today)));
    let obriens =
        fake.visits.values().filter(|(_, v)| v.client == client(&fake, "O'Brien").0 && v.discipline.assesses());
    assert!(obriens.clone().count() > 0);
    assert!(
        obriens.map(|(_, v)| v.start.day).all(|d| d < today.plus(-4) || d > today),
        "an RN is booked in the window"
    );

    let booked = visit(&fake, "Haddad", today, 540);
    assert_eq!((booked.staff, booked.discipline), (Some(staff(&fake, "Chen").0), Discipline::Rn));

    let cole = staff(&fake, "Cole").0;
    let cpr = fake.credentials.iter().find(|c| c.staff == cole && c.kind.as_str() == "CPR").unwrap();
    assert_eq!(cpr.expires.unwrap().short(), "Wed 11 Mar");
    let after = fake.visits.values().filter(|(_, v)| v.staff == Some(cole) && Some(v.start.day) > cpr.expires);
    assert_eq!(after.count(), 6);

    // Booked hours of the week, as the care team pane shows them.
    for (who, hours) in [("Chen", 33.0), ("Cole", 38.5), ("Osei", 27.0), ("Silva", 21.0), ("Tran", 18.5)] {
        let id = staff(&fake, who).0;
        let minutes: u32 = fake
            .visits
            .values()
            .filter(|(_, v)| v.staff == Some(id) && (0..=6).contains(&v.start.day.since(today)))
            .map(|(_, v)| u32::from(v.minutes))
            .sum();
        assert!((f64::from(minutes) / 60.0 - hours).abs() < 0.01, "{who}: {minutes} minutes, not {hours} h");
    }

    let supervision = fake.issues.iter().find(|i| i.kind == IssueKind::Supervision).unwrap();
    assert_eq!(supervision.handling.owner, Some(built.manager));
    let auth = fake.issues.iter().find(|i| i.kind == IssueKind::Authorization).unwrap();
    assert_eq!(auth.summary.as_str(), "11 units = 2 visits, out Wed");

    // Look-alikes: two of each, with different dates of birth.
    for (family, given) in [("Nguyen", "Thi Lan"), ("Kowalski", "Jan")] {
        let born: Vec<_> = fake
            .clients
            .iter()
            .filter(|(_, c)| c.name.family.as_str() == family && c.name.given.as_str() == given)
            .map(|(_, c)| c.born)
            .collect();
        assert_eq!(born.len(), 2, "{family}");
        assert_ne!(born[0], born[1]);
    }
    for family in ["Abara", "García-López", "Doyle", "Suarez", "Haddad"] {
        client(&fake, family);
    }
    for family in ["Ito", "Marsh", "Baptiste", "Pires"] {
        staff(&fake, family);
    }
    for name in ["J. Alvarez", "R. Patel", "billing", "L. Sato"] {
        assert!(fake.users.iter().any(|u| u.name.as_str() == name), "{name}");
    }
    let alvarez = fake.users.iter().find(|u| u.name.as_str() == YOU).unwrap();
    assert_eq!((alvarez.login.as_str(), alvarez.uid, alvarez.role), ("alvarez", 1000, Role::Coordinator));
    let mut uids: Vec<u32> = fake.users.iter().map(|u| u.uid).collect();
    uids.sort_unstable();
    uids.dedup();
    assert_eq!(uids.len(), fake.users.len(), "a uid is given twice");
}

#[test]
fn the_story_is_acted_by_its_people() {
    let (built, fake) = run(&Size::usual(monday()), false);
    let took: Vec<(Option<UserId>, AlertSource)> = fake
        .acts
        .iter()
        .filter_map(|(who, act)| if let Command::Take { key, .. } = act { Some((*who, key.source)) } else { None })
        .collect();
    let (you, manager) = (Some(built.you), Some(built.manager));
    let expected = [
        (manager, AlertSource::Recert),
        (you, AlertSource::CallOut),
        (you, AlertSource::Roc),
        (you, AlertSource::Promise),
        (you, AlertSource::Visit),
    ];
    assert_eq!(took, expected);
    assert_eq!(fake.acts.iter().filter(|(_, a)| matches!(a, Command::Snooze { .. })).count(), 2);
    assert_eq!(fake.acts.iter().filter(|(_, a)| matches!(a, Command::NewIssue(_))).count(), 1);
    let promised =
        fake.acts.iter().find_map(|(_, a)| if let Command::LogCall(call) = a { call.promise.clone() } else { None });
    assert_eq!(promised.unwrap().1, built.now.plus((6 * 60 + 50) * MINUTE));
}

#[test]
fn any_morning_can_be_that_monday() {
    let day = Day::from_ymd(2027, 1, 17).unwrap();
    let size = Size::usual(day);
    let (built, fake) = run(&size, true);
    assert_eq!(size.zone.civil(built.now), (day, MINUTE_OF_DAY));
    assert_eq!(client(&fake, "O'Brien").1.cert_to, Some(day));
    assert_eq!(visit(&fake, "Lindqvist", day, 480).answer, Answer::Nobody);
    let auth = fake.issues.iter().find(|i| i.kind == IssueKind::Authorization).unwrap();
    assert_eq!(auth.summary.as_str(), "11 units = 2 visits, out Tue");
    let (_, monday) = run(&Size::usual(monday()), true);
    assert_eq!(fake.made, monday.made);
}

#[test]
fn the_story_can_be_told_only_so_far() {
    let (built, fake) = run(&Size { minute: 5 * 60 + 54, ..Size::usual(monday()) }, true);
    assert_eq!(fake.now, Some(built.now));
    assert!(!fake.acts.iter().any(|(_, a)| matches!(a, Command::NewIssue(_))));
    assert_eq!(visit(&fake, "Petrov", monday(), 480).state, VisitState::CalledOut);
    assert_eq!(visit(&fake, "Okafor", monday(), 480).arrived, None);
}

#[test]
fn sizes_are_what_was_asked_for() {
    for (clients, staff, visits) in [(13, 1, 400), (100, 24, 600), (100, 24, 2_000), (300, 60, 9_000)] {
        let size = Size { clients, staff, visits: Some(visits), ..Size::usual(monday()) };
        let fits = clients > 13;
        let fake = std::cell::RefCell::new(Fake::default());
        let built = build(
            &size,
            &You { login: "alvarez".to_owned(), uid: 60_001 },
            &mut |at| fake.borrow_mut().now = Some(at),
            &mut |execute, user| fake.borrow_mut().answer(execute, user),
            &mut |_, _| {},
        );
        if fits {
            let built = built.unwrap();
            assert_eq!((built.visits, fake.borrow().made["visit"]), (visits, visits));
            assert_eq!(fake.borrow().made["client"], clients);
            assert_eq!(fake.borrow().made["staff"], staff.max(15));
        } else {
            // The story's own clients alone have no generated visits to reach the number with.
            assert!(built.unwrap_err().contains("visits"));
        }
    }
    let too_few = Size { clients: 12, ..Size::usual(monday()) };
    let built = build(
        &too_few,
        &You { login: String::new(), uid: 1 },
        &mut |_| {},
        &mut |_, _| Err(String::new()),
        &mut |_, _| {},
    );
    assert!(built.unwrap_err().contains("13"));
}

#[test]
fn people_on_the_caseload_have_names_of_their_own() {
    let (_, fake) = run(&Size { clients: 1_000, staff: 200, visits: Some(1_000), ..Size::usual(monday()) }, true);
    let mut names: HashMap<String, u32> = HashMap::new();
    for (_, client) in &fake.clients {
        *names.entry(client.name.listed()).or_default() += 1;
    }
    let twice: Vec<&String> = names.iter().filter(|(_, n)| **n > 1).map(|(name, _)| name).collect();
    assert!(twice.len() <= 4, "{} names come twice", twice.len());
    let other_scripts = fake.clients.iter().filter(|(_, c)| c.name.preferred.chars().any(|x| x as u32 > 0x370)).count();
    assert!(other_scripts > 50, "{other_scripts} preferred names in other scripts");
}

#[test]
fn nobody_generated_is_in_two_homes_at_once() {
    let (_, fake) = run(&Size::usual(monday()), true);
    let mut days: HashMap<(StaffId, Day), Vec<(u16, u16)>> = HashMap::new();
    for (_, v) in fake.visits.values() {
        if let Some(staff) = v.staff {
            days.entry((staff, v.start.day)).or_default().push((v.start.minute, v.start.minute + v.minutes));
        }
    }
    let mut clashes = 0;
    for round in days.values_mut() {
        round.sort_unstable();
        clashes += round.windows(2).filter(|w| w[0].1 > w[1].0).count();
    }
    assert!(clashes <= 5, "{clashes} visits lie over each other");
}
