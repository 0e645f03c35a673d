//! A service with canned rows: a small office on Mon 2 Mar 2026.

use super::{Service, morning, zone};
use caseload::domain::attention::{AlertKey, AlertSource};
use caseload::domain::client::ClientStatus;
use caseload::domain::communication::CallResult;
use caseload::domain::editing;
use caseload::domain::fields::Fields;
use caseload::domain::ids::{ClientId, ClockingId, CommunicationId, SeriesId, StaffId, UserId, VisitId};
use caseload::domain::issue::DispositionKind;
use caseload::domain::reach::Scope;
use caseload::domain::record::Kind;
use caseload::domain::series::Ends;
use caseload::domain::staff::Discipline;
use caseload::domain::time::{Civil, HOUR, MINUTE, Moment};
use caseload::domain::user::Role;
use caseload::domain::visit::{Answer, VisitCounts, VisitMark, VisitState};
use caseload::rules::roles::Right;
use caseload::service::api::*;

pub fn key(n: u8) -> AlertKey {
    let source = if n % 4 == 3 { AlertSource::Recert } else { AlertSource::Issue };
    AlertKey { source, subject: [n; 16], occurrence: 0 }
}

pub fn client(n: u8) -> Person {
    Person::Client(ClientId([n; 16]))
}

pub fn alert(n: u8, tier: u8, name: &str, cause: &str) -> AlertRow {
    AlertRow {
        key: key(n),
        tier,
        breached: false,
        person: Some(client(n)),
        name: name.to_owned(),
        alike: false,
        cause: cause.to_owned(),
        since: morning().plus(-i64::from(n) * 10 * MINUTE),
        due: None,
        owner: Owner::Nobody,
        snoozed: None,
        escalated: false,
        summons: false,
        booked: None,
        rule: "triage.test".to_owned(),
        finished: None,
    }
}

/// 150 looks at anybody's chart, newest first, a page at a time.
pub fn looked(ask: &AuditAsk) -> AuditPage {
    let end = if ask.after.1 == 0 { 151 } else { ask.after.1 };
    let lines: Vec<AuditLine> = (1..end).rev().take(usize::from(ask.limit)).map(look).collect();
    let next = lines.last().map_or(1, |l| l.seq);
    AuditPage { lines, next: (0, next), more: next > 1 }
}

fn look(seq: u64) -> AuditLine {
    let emergency = seq % 7 == 3;
    AuditLine {
        at: morning().plus(-(151 - seq as i64) * 7 * MINUTE),
        change: false,
        seq,
        user: if seq.is_multiple_of(2) { "J. Alvarez" } else { "R. Patel" }.to_owned(),
        role: if seq.is_multiple_of(2) { "coordinator" } else { "manager" }.to_owned(),
        origin: format!("10.0.0.{} /dev/pts/{}", seq % 9, seq % 4),
        action: if emergency { "break-glass" } else { ["opened", "printed", "copied"][(seq % 3) as usize] }.to_owned(),
        category: "chart".to_owned(),
        about: "Okafor, Ruth".to_owned(),
        subject: String::new(),
        ending: if seq % 11 == 5 { "denied" } else { "done" }.to_owned(),
        detail: if emergency { "EMERGENCY".to_owned() } else { String::new() },
        saw: 1,
        values: vec![],
    }
}

pub fn untold() -> Untold {
    Untold {
        key: key(1),
        who: "Dr. Alder, PCP".to_owned(),
        contact: None,
        number: "(401) 555-0190".to_owned(),
        share: "may hear health".to_owned(),
        what: "fall 07:58".to_owned(),
        due: morning().plus(2 * HOUR),
    }
}

/// The canned office.
pub struct Canned {
    pub alerts: Vec<AlertRow>,
    pub seq: Seq,
    pub lists: Vec<(ListId, OpenList)>,
    pub next: ListId,
    pub drafts: Vec<Draft>,
    pub acts: Vec<(Seq, String, Vec<AlertRow>)>,
    pub problems: Vec<Problem>,
    pub first_day: bool,
    pub denied: Vec<(Right, String)>,
    pub emergencies: Vec<OpenChart>,
    pub notes: Vec<String>,
    pub clockings: Vec<EvvException>,
    pub no_clock_ins: bool,
}

/// The agency's reasons: the last one needs a word.
pub fn evv_reasons() -> Vec<EvvReason> {
    let reason = |code: &str, say: &str, note| EvvReason { code: code.to_owned(), say: say.to_owned(), note };
    vec![
        reason("forgot", "caregiver forgot to clock in or out", false),
        reason("device", "phone or device failed", false),
        reason("other", "another reason", true),
    ]
}

/// A clock-in with something wrong; it locks in so many days.
pub fn clocking(n: u8, name: &str, days: i32, visit: bool) -> EvvException {
    let today = zone().day(morning());
    EvvException {
        id: ClockingId([n; 16]),
        visit: visit.then_some(VisitId([n; 16])),
        visit_words: if visit { "Sun 1 Mar 09:00, Maria R. HHA".to_owned() } else { String::new() },
        missing: if visit { vec!["location".to_owned()] } else { vec![] },
        until: Some(morning().plus(-22 * HOUR)),
        client: ClientId([n; 16]),
        name: name.to_owned(),
        staff: "Maria R. HHA".to_owned(),
        at: Some(morning().plus(-23 * HOUR)),
        code: if visit { "missing" } else { "no-visit" }.to_owned(),
        say: if visit { "missing: location".to_owned() } else { "the client has no visit then".to_owned() },
        mend: "complete it at the aggregator, or attest it by its own form".to_owned(),
        locks: Some(today.plus(days)),
    }
}

impl Default for Canned {
    fn default() -> Self {
        let mut alerts = vec![
            alert(1, 1, "Okafor, Ruth", "fall, head strike, warfarin"),
            alert(2, 1, "Lindqvist, Arne", "insulin 08:00: LPN broke down"),
            alert(3, 3, "O'Brien, Maeve", "recert closes today, no RN"),
            alert(4, 3, "Petrov, Ivan", "aide supervision, day 14"),
        ];
        alerts[1].owner = Owner::Other("R. Patel".to_owned());
        for n in 5..60 {
            alerts.push(alert(n, 4, &format!("Client, {n:02}"), "gloves below par"));
        }
        Self {
            alerts,
            seq: 1,
            lists: vec![],
            next: 1,
            drafts: vec![],
            acts: vec![],
            problems: vec![],
            first_day: false,
            denied: vec![],
            emergencies: vec![],
            notes: vec![],
            clockings: vec![
                clocking(1, "Okafor, Ruth", 0, true),
                clocking(2, "Lindqvist, Arne", 4, false),
                clocking(3, "O'Brien, Maeve", 26, true),
                clocking(4, "Petrov, Ivan", -2, true),
            ],
            no_clock_ins: false,
        }
    }
}

impl Canned {
    fn words(&self, list: ListId) -> (View, String) {
        self.lists.iter().find(|l| l.0 == list).map(|l| (l.1.view, l.1.words.clone())).unwrap()
    }

    fn window(&self, list: ListId, from: u32, count: u16) -> Window {
        fn cut<T: Clone>(all: &[T], from: u32, count: u16) -> Vec<T> {
            all.iter().skip(from as usize).take(usize::from(count)).cloned().collect()
        }
        let (view, words) = self.words(list);
        let (total, rows) = match view {
            View::Alerts => {
                let fold = caseload::domain::search::fold;
                let all: Vec<AlertRow> = self
                    .alerts
                    .iter()
                    .filter(|r| r.tier == 1 || fold(&r.name).contains(&words) || fold(&r.cause).contains(&words))
                    .filter(|r| r.snoozed.is_none())
                    .cloned()
                    .collect();
                (all.len(), Rows::Alerts(cut(&all, from, count)))
            }
            View::Clients => {
                let all: Vec<ClientRow> = (1..40).map(client_row).collect();
                (all.len(), Rows::Clients(cut(&all, from, count)))
            }
            View::Visits { from: day, .. } => {
                let mut all: Vec<VisitRow> = (1..=2).flat_map(|n| column(n, day).visits).collect();
                all.sort_by_key(|v| v.start);
                all.retain(|v| caseload::domain::search::fold(&v.client_name).contains(&words));
                (all.len(), Rows::Visits(cut(&all, from, count)))
            }
            _ => {
                let all: Vec<StaffRow> = (1..12).map(staff_row).collect();
                (all.len(), Rows::Staff(cut(&all, from, count)))
            }
        };
        Window { list, seq: self.seq, total: total as u32, from, rows }
    }

    fn done(&mut self, summary: String, before: Vec<AlertRow>) -> Vec<Reply> {
        self.seq += 1;
        self.acts.push((self.seq, summary.clone(), before));
        vec![Reply::Done(Done {
            seq: self.seq,
            summary,
            undoable: true,
            created: vec![],
            imported: vec![],
            left_alone: vec![],
            refused: vec![],
        })]
    }

    fn name(&self, key: AlertKey) -> String {
        self.alerts.iter().find(|a| a.key == key).map(|a| a.name.clone()).unwrap_or_default()
    }

    fn execute(&mut self, command: Command) -> Vec<Reply> {
        if !self.problems.is_empty() {
            return vec![Reply::Problems(std::mem::take(&mut self.problems))];
        }
        let before = self.alerts.clone();
        match command {
            Command::Take { key, from_other } => {
                let problem = |rule: &str, text: &str| {
                    vec![Reply::Problems(vec![Problem { rule: rule.into(), field: String::new(), text: text.into() }])]
                };
                if let Some(a) = self.alerts.iter_mut().find(|a| a.key == key) {
                    if a.owner == Owner::You {
                        return problem("take.yours", "you have it already");
                    }
                    if !from_other && matches!(a.owner, Owner::Other(_)) {
                        return problem("take.taken", "R. Patel has it; take it from them?");
                    }
                    a.owner = Owner::You;
                }
                let name = self.name(key);
                self.done(format!("Taken: {name}"), before)
            }
            Command::Snooze { key, until, .. } => {
                let name = self.name(key);
                if let Some(a) = self.alerts.iter_mut().find(|a| a.key == key) {
                    a.snoozed = Some(until);
                }
                self.done(format!("Asleep: {name}"), before)
            }
            Command::Result { key, .. } | Command::CompleteReassessment { key, .. } => {
                let name = self.name(key);
                self.alerts.retain(|a| a.key != key);
                self.done(format!("Finished: {name}"), before)
            }
            Command::OnMany { keys, act } => {
                let theirs =
                    |k: &AlertKey| self.alerts.iter().any(|a| a.key == *k && matches!(a.owner, Owner::Other(_)));
                let (refused, mine): (Vec<AlertKey>, Vec<AlertKey>) = keys.into_iter().partition(theirs);
                for a in self.alerts.iter_mut().filter(|a| mine.contains(&a.key)) {
                    match &act {
                        ManyAct::Take { .. } => a.owner = Owner::You,
                        ManyAct::Pass { .. } => a.owner = Owner::Other("M. Silva".to_owned()),
                        ManyAct::Snooze { until, .. } => a.snoozed = Some(*until),
                        ManyAct::Result { .. } => {}
                    }
                }
                let mut replies = self.done(format!("Done to {}", mine.len()), before);
                if let Some(Reply::Done(done)) = replies.first_mut() {
                    done.refused = refused.into_iter().map(|k| (k, "R. Patel has it".to_owned())).collect();
                }
                replies
            }
            Command::Pass { key, .. } => {
                let name = self.name(key);
                if let Some(a) = self.alerts.iter_mut().find(|a| a.key == key) {
                    a.owner = Owner::Other("M. Silva".to_owned());
                }
                self.done(format!("Passed to M. Silva: {name}"), before)
            }
            Command::Escalate { key, .. } => {
                let name = self.name(key);
                if let Some(a) = self.alerts.iter_mut().find(|a| a.key == key) {
                    a.escalated = true;
                }
                self.done(format!("Handed up: {name}. ring M. Manager (401) 555-0100"), before)
            }
            Command::LogCall(call) => self.done(format!("Called: {}", call.with), before),
            Command::NewIssue(issue) => {
                self.alerts.insert(0, alert(90, 2, "new", &issue.summary));
                self.done("Opened".to_owned(), before)
            }
            Command::Undo { seq } => {
                let Some(at) = self.acts.iter().position(|a| a.0 == seq) else {
                    return vec![Reply::Failed("undone already".to_owned())];
                };
                let (_, what, rows) = self.acts.remove(at);
                self.alerts = rows;
                self.done(format!("Undone: {what}"), before)
            }
            _ => self.done("Done".to_owned(), before),
        }
    }

    fn query(&mut self, query: Query) -> Option<Answered> {
        Some(match query {
            Query::Header => Answered::Header(Header {
                agency: "Riverside Home Care".to_owned(),
                zone: zone(),
                tiers: [self.alerts.iter().filter(|a| a.tier == 1).count() as u32, 0, 0, 0, 0],
                uncovered: 5,
                newest_clock_in: None,
                user: "J. Alvarez".to_owned(),
                policy: ("triage".to_owned(), true),
                demo: true,
                seq: self.seq,
                drafts: self.drafts.len() as u16,
                next_change: None,
                clients: 38,
                first_day: self.first_day,
                unsaved: String::new(),
                emergencies: self.emergencies.clone(),
                notes: self.notes.clone(),
                storm: String::new(),
            }),
            Query::Rights { .. } => Answered::Rights(Rights {
                role: Role::Coordinator,
                scope: Scope::Agency,
                denied: self.denied.clone(),
                hidden: vec![],
                lent: vec![],
                emergency: (60, 10),
            }),
            Query::Why(key) => Answered::Why(self.alerts.iter().find(|a| a.key == key).map(|a| Why {
                key,
                tier: a.tier,
                person: a.name.clone(),
                headline: a.cause.clone(),
                floor: true,
                lines: vec![("Rule".to_owned(), a.rule.clone())],
            })),
            Query::Card(person) => Answered::Card(Some(card(person))),
            Query::Codes(_) => Answered::Codes(vec![("key box".to_owned(), "4711".to_owned())]),
            Query::ClientPage(id) => Answered::Page(Some(self.page(Person::Client(id)))),
            Query::StaffPage(id) => Answered::Page(Some(self.page(Person::Staff(id)))),
            Query::Board(ask) => Answered::Board(Board {
                day: ask.day,
                by: ask.by,
                total: 4,
                columns: 2,
                from: 0,
                list: vec![column(1, ask.day), column(2, ask.day)],
            }),
            Query::Span(ask) => Answered::Span(span(&ask)),
            Query::Find { text, .. } => {
                let fold = caseload::domain::search::fold;
                Answered::Found(
                    self.alerts
                        .iter()
                        .filter(|a| fold(&a.name).contains(&fold(&text)))
                        .filter_map(|a| {
                            Some(Hit {
                                kind: HitKind::Client,
                                person: a.person?,
                                name: a.name.clone(),
                                detail: String::new(),
                                number: String::new(),
                                key: None,
                                record: None,
                            })
                        })
                        .collect(),
                )
            }
            Query::Numbers { .. } => Answered::Numbers(vec![
                number("Ruth Okafor", "(401) 555-0119", ""),
                number("Grace Adeyemi, daughter", "(401) 555-0142", "may hear all"),
            ]),
            Query::Ahead { visit, .. } => Answered::Ahead(super::out::ahead(visit.is_some())),
            Query::Coverable { .. } => Answered::Coverable(vec![column(1, zone().day(morning())).visits[0].clone()]),
            Query::OpenShifts { day, .. } => Answered::CallOut(Some(super::out::open_shifts(day, zone()))),
            Query::CallOut { staff, day } => Answered::CallOut(Some(super::out::view(staff, day, zone()))),
            Query::Storm(_) => Answered::Storm(Box::new(super::storm::view(morning()))),
            Query::StormClient(id) => Answered::StormClient(Some(Box::new(super::storm::client(id, morning())))),
            Query::Series(id) => Answered::Series(Some(Box::new(series(id)))),
            Query::Candidates(_) => Answered::Candidates(super::out::candidates(zone().day(morning()), zone())),
            Query::TryChange { visit, change } => {
                Answered::Tried(Box::new(super::out::tried(&rows(zone().day(morning())), visit, change)))
            }
            Query::Untold { .. } => Answered::Untold(vec![untold()]),
            Query::Outcomes(_) => Answered::Outcomes {
                choices: vec![
                    ("seen by nurse, stays home".to_owned(), None),
                    ("sent to ED".to_owned(), Some(DispositionKind::SentToEd)),
                    ("other…".to_owned(), None),
                ],
                note_needed: true,
                untold: vec![untold()],
            },
            Query::Sheet(ask) => Answered::Sheet(sheet(&ask)),
            Query::Asks => Answered::Asks(asks()),
            Query::WouldBe(new) => Answered::WouldBe(would_be(&new)),
            Query::UndoNext { redo } => Answered::UndoNext(if redo {
                None
            } else {
                self.acts.last().map(|a| Act {
                    seq: a.0,
                    at: morning(),
                    what: a.1.clone(),
                    undone: false,
                    refused: None,
                    redo: false,
                    call: None,
                    tells: vec![],
                })
            }),
            Query::Audit(ask) => Answered::Audit(looked(&ask)),
            Query::EvvExceptions => Answered::EvvExceptions(EvvQueue {
                list: self.clockings.clone(),
                reasons: evv_reasons(),
                newest: (!self.no_clock_ins).then(|| morning().plus(-6 * MINUTE)),
            }),
            Query::MyActs(_) => {
                let act = |seq: Seq, what: &str, call: bool| Act {
                    seq,
                    at: morning(),
                    what: what.to_owned(),
                    undone: false,
                    refused: call.then(|| "people outside were told: amend the call instead".to_owned()),
                    redo: false,
                    call: call.then_some(CommunicationId([4; 16])),
                    tells: vec![],
                };
                let mut acts: Vec<Act> = self.acts.iter().rev().map(|a| act(a.0, &a.1, false)).collect();
                acts.push(act(900, "Call logged (reached): Okafor, Ruth", true));
                Answered::Acts(acts)
            }
            Query::OutcomesOfMany(_) => Answered::Outcomes {
                choices: vec![("done".to_owned(), None), ("no longer needed".to_owned(), None)],
                note_needed: false,
                untold: vec![],
            },
            Query::Colleagues => Answered::Colleagues(vec![
                Colleague { user: UserId([3; 16]), name: "M. Silva".into(), role: "coordinator".into() },
                Colleague { user: UserId([2; 16]), name: "R. Patel".into(), role: "coordinator".into() },
            ]),
            Query::OnDuty(_) => Answered::OnDuty(vec![OnDuty {
                name: "M. Manager".into(),
                role: "manager".into(),
                connected: false,
                numbers: vec!["(401) 555-0100".into()],
            }]),
            Query::Call(id) => Answered::Call(Some(LoggedCall {
                id,
                person: Some(client(1)),
                with: "Grace Adeyemi, daughter".into(),
                result: CallResult::Reached,
                note: "told of the fall".into(),
                happened: morning(),
                by: "J. Alvarez".into(),
            })),
            Query::Record { kind, id, .. } => Answered::Record(Some(Box::new(editable(kind, id)))),
            Query::History { .. } => Answered::History(vec![]),
            _ => return None,
        })
    }

    fn page(&self, person: Person) -> Page {
        let lines = self
            .alerts
            .iter()
            .filter(|a| a.person == Some(person))
            .map(|a| SectionLine {
                line: CardLine { label: "now".into(), text: a.cause.clone(), number: String::new(), tier: a.tier },
                key: Some(a.key),
                record: None,
                person: None,
            })
            .collect();
        let about = |text: &str| SectionLine {
            line: CardLine { label: text.into(), text: text.into(), number: String::new(), tier: 0 },
            key: None,
            record: None,
            person: None,
        };
        Page {
            person,
            title: "A client · 12 Jun 1941 · MRN 004217".to_owned(),
            summary: vec!["L2".to_owned()],
            sections: vec![
                Section { title: "Family".into(), lines: vec![about("daughter")] },
                Section { title: "Now".into(), lines },
                Section { title: "Visits".into(), lines: vec![about("today"), about("tomorrow")] },
                Section {
                    title: "Series".into(),
                    lines: vec![SectionLine { record: Some((Kind::Series, series_id().0)), ..about("RN") }],
                },
            ],
            rev: 1,
        }
    }
}

impl Service for Canned {
    fn take(&mut self, ticket: Ticket, request: Request, _: Moment) -> Vec<Heard> {
        let mut changed = None;
        let replies = match request {
            Request::Query(query) => self.query(query).map(|a| Reply::Answer(Box::new(a))).into_iter().collect(),
            Request::Execute(e) => {
                let replies = self.execute(e.command);
                changed = Some(Change { seq: self.seq, actor: UserId([1; 16]), kinds: vec![], persons: vec![] });
                replies
            }
            Request::OpenList(open) => {
                let list = self.next;
                self.next += 1;
                self.lists.push((list, open));
                let window = self.window(list, 0, 100);
                vec![Reply::List(ListOpened {
                    list,
                    seq: self.seq,
                    total: window.total,
                    lens_error: None,
                    hidden: [0; 5],
                    snoozed: (0, None),
                    window,
                })]
            }
            Request::Rows { list, .. } if !self.lists.iter().any(|l| l.0 == list) => {
                vec![Reply::Failed("no such list".to_owned())]
            }
            Request::Rows { list, from, count } => vec![Reply::Rows(self.window(list, from, count))],
            Request::CloseList(list) => {
                self.lists.retain(|l| l.0 != list);
                vec![]
            }
            Request::SaveDraft(draft) => {
                self.drafts.retain(|d| d.id != draft.id);
                self.drafts.insert(0, draft);
                vec![Reply::Drafted]
            }
            Request::Unseal(_) => vec![Reply::Drafted],
            Request::DropDraft(id) => {
                self.drafts.retain(|d| d.id != id);
                vec![Reply::Drafted]
            }
            Request::Drafts => vec![Reply::Drafts(self.drafts.clone())],
            Request::Looking(place) => vec![Reply::Present(Present { place, others: vec![], more: 0 })],
            Request::Leave(_) => vec![Reply::Noted],
            // Nobody is locked out here.
            _ => vec![Reply::Open(LockTerms { after: 0, pin: false })],
        };
        let mut out: Vec<Heard> = replies.into_iter().map(|r| Heard::Reply(ticket, r)).collect();
        out.extend(changed.map(Heard::Change));
        out
    }
}

fn number(who: &str, number: &str, share: &str) -> Number {
    Number {
        who: who.to_owned(),
        contact: None,
        staff: None,
        number: number.to_owned(),
        kind: "home".to_owned(),
        share: share.to_owned(),
        last: None,
        caution: String::new(),
    }
}

/// A record with something in its fields, whatever its kind.
pub fn editable(kind: Kind, id: [u8; 16]) -> Editable {
    let value = |f: &editing::EditField| match &f.shape {
        editing::Shape::Words(options) => options()[0].0.to_owned(),
        editing::Shape::YesNo => "no".to_owned(),
        editing::Shape::Phones => "mobile (401) 555-0142".to_owned(),
        editing::Shape::Text(_) | editing::Shape::Long(_) => "as it is".to_owned(),
        editing::Shape::Instant { end: false } => "9 Mar 2026".to_owned(),
        editing::Shape::Instant { end: true } => "13 Mar 2026 15:00".to_owned(),
        _ => String::new(),
    };
    let json = |f: &editing::EditField| (f.name.to_owned(), f.shape.write(&value(f), zone()).unwrap());
    Editable {
        kind,
        id,
        rev: 1,
        title: "Grace Adeyemi, daughter".to_owned(),
        person: Some(client(1)),
        key: None,
        fields: Fields(editing::fields(kind).iter().map(json).collect()),
        fixed: vec![],
        gone: None,
        since: vec![],
    }
}

fn card(person: Person) -> Card {
    Card {
        person,
        title: "Okafor, Ruth “Ruthie”".to_owned(),
        identifiers: "DOB 12 Jun 1941  84 F  MRN 004217".to_owned(),
        warnings: vec![],
        lines: vec![],
        alike: vec![],
    }
}

fn client_row(n: u8) -> ClientRow {
    ClientRow {
        id: ClientId([n; 16]),
        name: format!("Client, {n:02}"),
        alike: false,
        born: None,
        age: Some(84),
        mrn: "004217".to_owned(),
        town: "Pawtucket".to_owned(),
        level: Some(2),
        alone: true,
        status: ClientStatus::Active,
        period_day: Some(59),
        tier: None,
        alerts: 0,
        worst: String::new(),
        next_visit: None,
        coordinator: "J. Alvarez".to_owned(),
        vulnerability: 6,
    }
}

fn staff_row(n: u8) -> StaffRow {
    StaffRow {
        id: StaffId([n; 16]),
        name: format!("Aide, {n:02}"),
        alike: false,
        discipline: Discipline::Hha,
        doing: Doing::Free,
        at: None,
        detail: String::new(),
        booked_minutes: 60,
        overtime: false,
        credential: None,
        phone: "(401) 555-0177".to_owned(),
        languages: String::new(),
        active: true,
    }
}

/// Two caregivers with two visits each day, and nobody's on the first.
fn span(ask: &SpanAsk) -> Span {
    let counts = |marks: &[VisitMark]| {
        let mut counts = VisitCounts::default();
        for mark in marks {
            counts.add(*mark);
        }
        counts
    };
    let days = (0..i32::from(ask.days)).map(|n| DayCount {
        day: ask.from.plus(n),
        visits: counts(&[VisitMark::Planned; 4]),
        uncovered: u32::from(n == 0),
        deadlines: if n == 2 { vec![(AlertSource::Recert, 1)] } else { vec![] },
    });
    let row = |n: u8| SpanRow {
        person: (n > 0).then_some(Person::Staff(StaffId([n; 16]))),
        name: if n > 0 { format!("Aide, {n:02}") } else { "nobody".to_owned() },
        days: (0..ask.days).map(|_| counts(&[VisitMark::Planned; 2])).collect(),
        minutes: 840,
    };
    let rows: Vec<SpanRow> = (0..3).map(row).take(usize::from(ask.rows)).collect();
    Span {
        from: ask.from,
        days: days.collect(),
        cut: false,
        deadlines_to: ask.deadlines.then(|| ask.from.plus(90)),
        total: rows.len() as u32,
        first: 0,
        rows,
    }
}

fn column(n: u8, day: caseload::domain::time::Day) -> BoardColumn {
    let visit = |i: u8| VisitRow {
        id: VisitId([n * 10 + i; 16]),
        client: ClientId([i; 16]),
        client_name: format!("Client, {i:02}"),
        staff: Some(StaffId([n; 16])),
        staff_name: format!("Aide, {n:02}"),
        discipline: Discipline::Hha,
        service: "bath".to_owned(),
        day,
        minute: 480 + 60 * u16::from(i),
        minutes: 60,
        start: morning().plus(i64::from(i) * HOUR),
        state: VisitState::Planned,
        answer: Answer::Yes,
        arrived: None,
        left: None,
        alert: (i == 1).then(|| key(1)),
    };
    BoardColumn {
        person: Some(Person::Staff(StaffId([n; 16]))),
        name: format!("Aide, {n:02}"),
        out: false,
        visits: vec![visit(1), visit(3)],
    }
}

pub fn series_id() -> SeriesId {
    SeriesId([0x51; 16])
}

/// Mon, Wed, Fri 08:00, nobody on it.
pub fn series(id: SeriesId) -> SeriesView {
    let day = zone().day(morning());
    SeriesView {
        id,
        client: ClientId([1; 16]),
        discipline: Discipline::Rn,
        service: "insulin".to_owned(),
        start: Civil { day, minute: 480, zone: zone() },
        minutes: 45,
        staff: None,
        rule: "FREQ=WEEKLY;BYDAY=MO,WE,FR".to_owned(),
        ends: Ends::Open,
        not_on_holidays: false,
        words: "Mon, Wed, Fri 08:00".to_owned(),
        next: Some(day.plus(2)),
        rest: None,
        by_hand: 1,
    }
}

/// All visits of a day.
fn rows(day: caseload::domain::time::Day) -> Vec<VisitRow> {
    [column(1, day), column(2, day)].into_iter().flat_map(|c| c.visits).collect()
}

/// An empty sheet of what was asked for.
fn sheet(ask: &caseload::service::api::SheetAsk) -> caseload::service::api::Sheet {
    use caseload::service::api::{Sheet, SheetOf};
    let who = if ask.initials { "R.O." } else { "Okafor, Ruth" };
    Sheet {
        agency: "Riverside".to_owned(),
        title: who.to_owned(),
        of_client: matches!(ask.of, SheetOf::Client(_)),
        from: ask.from,
        to: ask.to,
        zone: zone(),
        made: morning(),
        by: "J. Alvarez".to_owned(),
        visits: Vec::new(),
        cut: false,
        staff: None,
        series: vec![],
    }
}

/// The questions that caseload ships.
pub fn asks() -> Vec<Ask> {
    caseload::service::query::would_be::asks(&caseload::rules::triage::policy::Policy::embedded().unwrap())
}

/// A head that was hit is a P1, anything else a P3.
fn would_be(new: &NewIssue) -> WouldBe {
    let struck = new.facts.iter().any(|(n, v)| n == "head_strike" && v == "yes");
    let (tier, headline) = if struck { (1, "fall with head strike") } else { (3, "fall without a known injury") };
    let judged = Judged {
        tier,
        rule: "triage.test".to_owned(),
        headline: headline.to_owned(),
        first: "call whoever is in the home".to_owned(),
    };
    let known = ("blood_thinner".to_owned(), "warfarin, on the list of 24 Feb 2026".to_owned(), true);
    let known = if new.kind == caseload::domain::issue::IssueKind::Fall { vec![known] } else { vec![] };
    WouldBe { person: new.person, kind: new.kind, judged: Some(judged), known }
}
