//! A service that knows the drawn day by heart.

use super::day;
use caseload::domain::communication::CallResult;
use caseload::domain::editing::{self, EditField};
use caseload::domain::fields::Fields;
use caseload::domain::ids::{ClientId, CommunicationId, DraftId, SeriesId, StaffId, UserId};
use caseload::domain::issue::DispositionKind;
use caseload::domain::record::Kind;
use caseload::domain::series::Ends;
use caseload::domain::staff::Discipline;
use caseload::domain::time::Civil;
use caseload::service::api::day_plan::{DayPlan, PlanAsk, PlanSearch};
use caseload::service::api::{
    Act, Answered, Ask, AuditLine, AuditPage, Board, By, Colleague, Draft, Editable, HistoryLine, Hit, HitKind,
    Initialed, InitialsPage, Judged, ListOpened, LockTerms, LoggedCall, NewIssue, Number, OnDuty, Page, Person,
    Present, Query, Reply, Request, ReviewCard, ReviewPlace, ReviewStanding, Rows, Section, SectionLine, SeriesView,
    Untold, View, Why, Window, WouldBe,
};

pub(crate) const RUTH: Person = Person::Client(ClientId([1; 16]));

/// What it answers; none where it would take its time.
pub(crate) fn answer(request: &Request) -> Option<Reply> {
    Some(match request {
        Request::OpenList(open) => {
            let list = match open.view {
                View::Alerts => 1,
                View::Clients => 2,
                View::Visits { .. } => 4,
                _ => 3,
            };
            let window = window(list, 0, 400);
            let snoozed = if list == 1 { (2, Some(day::at(10, 0))) } else { (0, None) };
            Reply::List(ListOpened {
                list,
                seq: 1,
                total: window.total,
                lens_error: None,
                hidden: [0; 5],
                snoozed,
                window,
            })
        }
        Request::Rows { list, from, count } => Reply::Rows(window(*list, *from, *count)),
        Request::SaveDraft(_) | Request::DropDraft(_) => Reply::Drafted,
        Request::Drafts => Reply::Drafts(drafts()),
        Request::Looking(place) => Reply::Present(Present { place: *place, others: vec![], more: 0 }),
        Request::Query(query) => Reply::Answer(Box::new(answered(query)?)),
        Request::Leave(_) => Reply::Noted,
        Request::Execute(_) | Request::CloseList(_) => return None,
        // Nobody is locked out here.
        _ => Reply::Open(LockTerms { after: 0, pin: false }),
    })
}

fn window(list: u32, from: u32, count: u16) -> Window {
    fn part<T: Clone>(all: &[T], from: u32, count: u16) -> Vec<T> {
        all.iter().skip(from as usize).take(usize::from(count)).cloned().collect()
    }
    let (total, rows) = match list {
        1 => (day::alerts().len(), Rows::Alerts(part(&day::alerts(), from, count))),
        4 => (day::visits().len(), Rows::Visits(part(&day::visits(), from, count))),
        2 => (day::clients().len(), Rows::Clients(part(&day::clients(), from, count))),
        _ => (day::staff().len(), Rows::Staff(part(&day::staff(), from, count))),
    };
    Window { list, seq: 1, total: total as u32, from, rows }
}

fn answered(query: &Query) -> Option<Answered> {
    Some(match query {
        Query::Ahead { visit, .. } => Answered::Ahead(crate::out::ahead(visit.is_some())),
        Query::Header => Answered::Header(day::header()),
        Query::Board(ask) if ask.by == By::Client => Answered::Board(Board { day: ask.day, ..day::board_by_client() }),
        Query::Board(ask) => Answered::Board(Board { day: ask.day, ..day::board() }),
        Query::Span(ask) => Answered::Span(day::span(ask)),
        Query::Why(_) => Answered::Why(Some(why())),
        Query::Card(_) => Answered::Card(Some(day::card())),
        Query::Codes(_) => Answered::Codes(vec![("key box".into(), "4471".into()), ("alarm".into(), "0912#".into())]),
        Query::ClientPage(_) | Query::StaffPage(_) => Answered::Page(Some(page())),
        Query::Reviews => Answered::Reviews(reviews()),
        Query::ReviewCard(_) => Answered::ReviewCard(Some(review())),
        Query::Find { .. } => Answered::Found(hits()),
        Query::Numbers { .. } => Answered::Numbers(numbers()),
        Query::Coverable { .. } => {
            Answered::Coverable(day::board().list.iter().flat_map(|c| c.visits.clone()).take(2).collect())
        }
        Query::OpenShifts { day, .. } => Answered::CallOut(Some(super::out::open_shifts(*day, day::zone()))),
        Query::PlanDay(ask) => Answered::DayPlan(Box::new(planned(*ask))),
        Query::CallOut { staff, day } => Answered::CallOut(Some(super::out::view(*staff, *day, day::zone()))),
        Query::Storm(ask) if ask.mine => Answered::Storm(Box::new(super::storm::calm(day::at(8, 10)))),
        Query::Storm(_) => Answered::Storm(Box::new(super::storm::view(day::at(8, 10)))),
        Query::StormClient(id) => Answered::StormClient(Some(Box::new(super::storm::client(*id, day::at(8, 10))))),
        Query::Series(id) => Answered::Series(Some(Box::new(series(*id)))),
        Query::Candidates(_) => Answered::Candidates(super::out::candidates(day::today(), day::zone())),
        Query::TryChange { visit, change } => {
            Answered::Tried(Box::new(super::out::tried(&day::visits(), *visit, change.clone())))
        }
        Query::Untold { .. } => Answered::Untold(vec![untold()]),
        Query::Outcomes(_) => {
            let choices = [
                ("seen by nurse, stays home", None),
                ("seen by practitioner", Some(DispositionKind::ALL[0])),
                ("sent to ED", None),
                ("went to hospital", None),
                ("not what it seemed", None),
                ("other…", None),
            ];
            let choices = choices.into_iter().map(|(w, d)| (w.to_owned(), d)).collect();
            Answered::Outcomes { choices, note_needed: true, untold: vec![untold()] }
        }
        Query::Asks => Answered::Asks(asks()),
        Query::WouldBe(new) => Answered::WouldBe(would_be(new)),
        Query::Colleagues => Answered::Colleagues(
            [("R. Patel", "coordinator"), ("L. Moreau", "nurse"), ("M. Osei", "manager, West office")]
                .into_iter()
                .enumerate()
                .map(|(n, (name, role))| Colleague {
                    user: UserId([n as u8; 16]),
                    name: name.into(),
                    role: role.into(),
                })
                .collect(),
        ),
        Query::OnDuty(_) => {
            let duty = |name: &str, role: &str, connected, number: &str| OnDuty {
                name: name.into(),
                role: role.into(),
                connected,
                numbers: vec![number.into()],
            };
            Answered::OnDuty(vec![
                duty("M. Osei", "manager", true, "(401) 555-0101"),
                duty("A. Silva", "on-call", false, "(401) 555-0190"),
            ])
        }
        Query::Call(id) => Answered::Call(Some(LoggedCall {
            id: *id,
            person: Some(RUTH),
            with: "Grace Adeyemi, daughter".into(),
            result: CallResult::Reached,
            note: "told of the fall, she comes at 10".into(),
            happened: day::at(8, 2),
            by: "J. Alvarez".into(),
        })),
        Query::Record { kind, id, .. } => Answered::Record(Some(Box::new(record(*kind, *id)))),
        Query::History { .. } => Answered::History(history()),
        Query::Audit(_) => Answered::Audit(looked()),
        Query::EvvExceptions => Answered::EvvExceptions(crate::evv::queue()),
        Query::MyActs(_) => Answered::Acts(vec![
            act(2, "Taken: Okafor, Ruth", false),
            Act {
                refused: Some("R. Patel changed it since (Mon 2 Mar 08:06); undo would take that away".into()),
                ..act(3, "Passed to R. Patel: Petrov, Ivan", false)
            },
            Act {
                refused: Some("people outside were told: amend the call instead".into()),
                call: Some(CommunicationId([3; 16])),
                ..act(1, "Call logged (reached): Okafor, Ruth", false)
            },
            act(1, "Snoozed until 10:00: Petrov, Ivan", true),
        ]),
        Query::UndoNext { .. } => Answered::UndoNext(Some(act(2, "Petrov, Ivan: given to R. Patel", false))),
        Query::Initials { .. } => Answered::Initials(initials()),
        _ => return None,
    })
}

/// A record as it is edited; the client's name is not hers to change.
pub(crate) fn record(kind: Kind, id: [u8; 16]) -> Editable {
    let texts = [
        ("phones", "mobile (401) 555-0142; home (401) 555-0143"),
        ("address.street", "14 Alder St, apt 2"),
        ("address.town", "Providence"),
        ("address.region", "RI"),
        ("address.postcode", "02906"),
        ("access", "side door, key box by the meter; ring twice, she is slow to the door"),
        ("hazards", "dog (Biscuit), friendly; loose rug in the hall"),
        ("living", "alone"),
        ("emergency", "2"),
        ("languages", "English"),
        ("interpreter", "no"),
        ("status", "active"),
        ("sex", "female"),
        ("note", "Daughter Grace comes on Sundays."),
        ("name.family", "Okafor"),
        ("name.given", "Ruth"),
        ("name.preferred", "Ruthie"),
        ("born", "12 Jun 1941"),
        ("mrn", "004217"),
        ("relation", "daughter"),
        ("share", "all"),
        ("share_since", "3 Feb 2026"),
        ("share_word", "client, by phone"),
        ("first", "yes"),
        (
            "kind",
            match kind {
                Kind::Issue => "fall",
                Kind::TimeOff => "vacation",
                _ => "family",
            },
        ),
        ("from", "9 Mar 2026"),
        ("to", "13 Mar 2026"),
        ("summary", "fell in the kitchen, head strike"),
        ("reported_by", "Grace Adeyemi, daughter"),
        ("how", "phone"),
        ("discipline", "RN"),
        ("active", "yes"),
        ("earliest_call", "07:00"),
        ("skills", "wound vac; IV"),
    ];
    let json = |f: &EditField| {
        let text = texts.iter().find(|(n, _)| *n == f.name).map_or("", |(_, t)| t);
        (f.name.to_owned(), f.shape.write(text, day::zone()).unwrap())
    };
    let fixed = editing::fields(kind).iter().filter(|f| !f.fixed.is_empty());
    let mut fixed: Vec<_> = fixed.map(|f| (f.name.to_owned(), f.fixed.to_owned())).collect();
    if kind == Kind::Client {
        fixed.push(("mrn".into(), "numbers of a client are changed by an administrator".into()));
    }
    Editable {
        kind,
        id,
        rev: 7,
        title: if kind == Kind::Issue { "fall" } else { "Grace Adeyemi, daughter" }.into(),
        person: Some(if kind == Kind::Staff { Person::Staff(caseload::domain::ids::StaffId(id)) } else { RUTH }),
        key: None,
        fields: Fields(editing::fields(kind).iter().map(json).collect()),
        fixed,
        gone: None,
        since: vec![],
    }
}

/// Everybody of the day.
fn initials() -> InitialsPage {
    let mut taken = std::collections::BTreeMap::new();
    let mut one = |person: Option<Person>, listed: &str| {
        let name = listed.trim_start_matches('@');
        let words: Vec<&str> = name.split([',', ' ']).filter(|w| !w.is_empty()).collect();
        let letters: String =
            words.iter().rev().take(2).filter_map(|w| w.chars().next()).flat_map(|c| [c, '.']).collect();
        let n = taken.entry((matches!(person, Some(Person::Staff(_))), letters.clone())).or_insert(0);
        *n += 1;
        let initials = if *n > 1 { format!("{letters}{n}") } else { letters };
        Initialed { person, initials, listed: name.to_owned(), short: String::new(), words: words.join(" ") }
    };
    let mut list = Vec::new();
    for row in day::clients() {
        list.push(one(Some(Person::Client(row.id)), &row.name));
    }
    for row in day::staff() {
        list.push(one(Some(Person::Staff(row.id)), &row.name));
    }
    for name in ["Adeyemi, Grace", "Alder, Dr", "Patel, R", "Alvarez, J", "Ruthie", "Lindqvist, Arne"] {
        list.push(Initialed { listed: String::new(), ..one(None, name) });
    }
    InitialsPage { from: 0, total: list.len() as u32, list }
}

fn untold() -> Untold {
    Untold {
        key: day::alerts()[0].key,
        who: "Dr. Alder, PCP".into(),
        contact: None,
        number: "(401) 555-0190".into(),
        share: "may hear health".into(),
        what: "fall 07:58".into(),
        due: day::at(9, 58),
    }
}

fn asks() -> Vec<Ask> {
    caseload::service::query::would_be::asks(&caseload::rules::triage::policy::Policy::embedded().unwrap())
}

fn would_be(new: &NewIssue) -> WouldBe {
    let awake = !new.facts.iter().any(|(n, v)| n == "breathing_awake" && v == "no");
    let (headline, first) = if awake {
        (
            "fall with head not excluded, on an anticoagulant (warfarin)",
            "call whoever is in the home, else the client; 911 if drowsy, confused, vomiting or in pain",
        )
    } else {
        (
            "not breathing or not awake: an emergency until somebody licensed says otherwise",
            "call 911 if nobody has, then who is with the client",
        )
    };
    let judged = Judged { tier: 1, rule: "triage.fall".into(), headline: headline.into(), first: first.into() };
    let known = ("blood_thinner".into(), "warfarin, on the list of 24 Feb 2026".into(), true);
    WouldBe { person: new.person, kind: new.kind, judged: Some(judged), known: vec![known] }
}

fn act(minute: u16, what: &str, undone: bool) -> Act {
    Act {
        seq: u64::from(minute),
        at: day::at(8, minute),
        what: what.into(),
        undone,
        refused: None,
        redo: false,
        call: None,
        tells: vec![],
    }
}

fn why() -> Why {
    let lines = [
        ("Rule", "triage.fall.head_strike, riverside policy v3"),
        (
            "Facts",
            "fall 07:58, told by daughter Grace (phone, J. Alvarez); head strike; warfarin (list 24 Feb); 911: not asked",
        ),
        ("First", "call J. Chen RN, in the home since 07:58, (401) 555-0177"),
        ("Clock", "take it by 08:13 (3 min left), then R. Patel, supervisor"),
        ("Then", "vulnerability 6: level 2, alone, home 9 d, MAHC-10 6"),
        (
            "Lower it",
            "practitioner told and disposition recorded (ED, or stay with observation plan): P2 for 24 h; never by a score",
        ),
        ("Source", "agency policy; handbook section 5"),
    ];
    Why {
        key: day::alerts()[0].key,
        tier: 1,
        person: "Okafor, Ruth · 12 Jun 1941".into(),
        headline: "fall with head strike, on an anticoagulant".into(),
        floor: true,
        lines: lines.iter().map(|(l, t)| ((*l).into(), (*t).into())).collect(),
    }
}

fn series(id: SeriesId) -> SeriesView {
    SeriesView {
        id,
        client: ClientId(day::id(1)),
        discipline: Discipline::Rn,
        service: "insulin".into(),
        start: Civil { day: day::today(), minute: 480, zone: day::zone() },
        minutes: 45,
        staff: Some((StaffId(day::id(21)), "J. Chen".into())),
        rule: "FREQ=WEEKLY;BYDAY=MO,WE,FR".into(),
        ends: Ends::On(day::today().plus(59)),
        not_on_holidays: false,
        words: "Mon, Wed, Fri 08:00 until 30 Apr 2026".into(),
        next: Some(day::today().plus(2)),
        rest: None,
        by_hand: 2,
    }
}

fn page() -> Page {
    let key = day::alerts()[0].key;
    let section = |title: &str, lines: Vec<(&str, &str, &str, u8)>| Section {
        title: title.into(),
        lines: lines
            .into_iter()
            .map(|(label, text, number, tier)| SectionLine {
                line: day::line(label, text, number, tier),
                key: (tier > 0).then_some(key),
                record: None,
                person: None,
            })
            .collect(),
    };
    Page {
        person: RUTH,
        title: "Okafor, Ruth “Ruthie” · 12 Jun 1941 · 84 F · MRN 004217".into(),
        summary: vec![
            "L2 transport 2 · lives alone · ⚠ DNR (form: fridge) · ⚠ warfarin · no oxygen".into(),
            "SOC 3 Jan 2026, day 59 of 60: recert window OPEN, closes tomorrow".into(),
        ],
        sections: vec![
            section(
                "Now",
                vec![
                    ("P1 !", "fall, head strike: 12m, nobody has it", "", 1),
                    ("P3 ●", "recert: 1d, R. Patel", "", 3),
                    ("P4 ○", "gloves below par: 2d, you", "", 4),
                ],
            ),
            section(
                "Visits",
                vec![
                    ("08:00", "J. Chen RN, there since 07:58 (EVV)", "(401) 555-0177", 0),
                    ("15:00", "HHA: nobody, D. Cole: no answer 08:02", "", 2),
                    ("Tue 09:00", "J. Chen RN, planned", "", 0),
                ],
            ),
            section(
                "People",
                vec![
                    (
                        "Daughter",
                        "Grace Adeyemi: may hear all, told of the fall 07:58 (she called)",
                        "(401) 555-0142",
                        0,
                    ),
                    ("Doctor", "Alder, PCP: not told of the fall", "(401) 555-0190", 2),
                ],
            ),
        ],
        rev: 12,
    }
}

/// 60 clients, 22 of them reviewed today.
fn reviews() -> Vec<ReviewPlace> {
    (1..=60)
        .map(|n| ReviewPlace {
            client: ClientId(day::id(if n == 23 { 1 } else { n + 100 })),
            standing: match n {
                1..=22 => ReviewStanding::Done,
                23..=31 => ReviewStanding::Changed,
                _ => ReviewStanding::Rest,
            },
            changed: 0,
        })
        .collect()
}

fn review() -> ReviewCard {
    let key = day::alerts()[0].key;
    let section = |title: &str, lines: &[(&str, &str, &str, u8)]| Section {
        title: title.into(),
        lines: lines
            .iter()
            .map(|(label, text, number, tier)| SectionLine {
                line: day::line(label, text, number, *tier),
                key: (*tier > 0).then_some(key),
                record: None,
                person: None,
            })
            .collect(),
    };
    let page = Page {
        summary: vec!["active, lives alone, L2, transport 2 · ⚠ DNR (form: fridge) · ⚠ warfarin · no oxygen".into()],
        sections: vec![
            section(
                "Changed since Fri 27 Feb 16:10",
                &[
                    ("08:02", "you: visit 15:00 HHA: called out by M. Reyes HHA (sick)", "", 0),
                    ("07:58", "you: new: fall: fall, head strike, warfarin, told by Grace Adeyemi, daughter", "", 1),
                    ("Sat 08:02", "office records: new: equipment or supplies: gloves below par", "", 0),
                    ("07:58", "you: call from Grace Adeyemi, daughter: reached. Heard the nurse come in", "", 0),
                    ("", "2 went as planned", "", 0),
                ],
            ),
            section(
                "Next",
                &[
                    ("P1", "fall, head strike, on warfarin  12m nobody", "", 1),
                    ("P3", "recert closes tomorrow, no RN booked  3d nobody", "", 3),
                    ("Here now", "J. Chen RN, EVV 07:58", "(401) 555-0177", 0),
                ],
            ),
            section("Uncovered visits", &[("15:00", "HHA bath and dressing: called out, nobody", "", 0)]),
            section("Not told yet", &[("Doctor", "Alder, Susan, PCP: fall 07:58", "(401) 555-0190", 0)]),
            section("no promises open", &[]),
        ],
        ..page()
    };
    ReviewCard { seen: 41, page }
}

fn hits() -> Vec<Hit> {
    let hit = |kind, name: &str, detail: &str, number: &str| Hit {
        kind,
        person: RUTH,
        name: name.into(),
        detail: detail.into(),
        number: number.into(),
        key: None,
        record: None,
    };
    vec![
        hit(HitKind::Client, "Okafor, Ruth", "12 Jun 1941 · …4217 · active", "(401) 555-0119"),
        hit(HitKind::Contact, "Okafor, Samuel", "brother of Okafor, Ruth · may hear visits", "(401) 555-0166"),
        hit(HitKind::Staff, "Okafor-Bell, Dana LPN", "on call", "(401) 555-0138"),
    ]
}

fn numbers() -> Vec<Number> {
    let number = |who: &str, number: &str, kind: &str, share: &str, caution: &str| Number {
        who: who.into(),
        contact: None,
        staff: None,
        number: number.into(),
        kind: kind.into(),
        share: share.into(),
        last: None,
        caution: caution.into(),
    };
    vec![
        number("J. Chen RN", "(401) 555-0177", "mobile", "", ""),
        number("Ruth", "(401) 555-0119", "home", "", ""),
        number("Grace Adeyemi, daughter", "(401) 555-0142", "mobile", "may hear all", ""),
        number("Dr. Alder, PCP", "(401) 555-0190", "office", "", "not before 09:00"),
    ]
}

fn drafts() -> Vec<Draft> {
    let draft = |n, form: &str, text: &str| Draft {
        id: DraftId(day::id(n)),
        form: form.into(),
        person: Some(RUTH),
        about: None,
        fields: vec![("note".into(), text.into())],
        focus: 0,
        at: day::at(8, 1),
    };
    vec![draft(4, "call", "left message with Grace"), draft(5, "issue", "bruise")]
}

pub(crate) fn history() -> Vec<HistoryLine> {
    let change = |rev, minute, what: &str, fields: Vec<(&str, &str, &str)>| HistoryLine {
        seq: rev,
        rev,
        at: day::at(8, minute),
        who: "J. Alvarez".into(),
        what: what.into(),
        fields: fields.into_iter().map(|(a, b, c)| (a.into(), b.into(), c.into())).collect(),
    };
    vec![
        change(1, 0, "opened it", vec![("summary", "", "fall, head strike")]),
        change(2, 2, "took it", vec![("owner", "nobody", "J. Alvarez"), ("acknowledged", "", "08:02")]),
    ]
}

/// Who looked at her chart.
pub(crate) fn looked() -> AuditPage {
    let line = |n: i64, user: &str, role: &str, from: &str, what: (&str, &str), ending: &str, detail: &str| AuditLine {
        at: day::at(8, 9).plus(-n * n * 13 * 60_000),
        change: false,
        seq: 90 - n as u64,
        user: user.into(),
        role: role.into(),
        origin: from.into(),
        action: what.0.into(),
        category: what.1.into(),
        about: "Okafor, Ruth".into(),
        subject: String::new(),
        ending: ending.into(),
        detail: detail.into(),
        saw: 1,
        values: Vec::new(),
    };
    let lines = vec![
        line(0, "R. Patel", "manager", "10.0.0.7 /dev/pts/3", ("audited", "audit log"), "done", ""),
        line(1, "J. Alvarez", "coordinator", "10.0.0.12 /dev/pts/1", ("opened", "chart"), "done", ""),
        line(2, "J. Alvarez", "coordinator", "10.0.0.12 /dev/pts/1", ("copied", "chart"), "done", ""),
        line(
            3,
            "J. Alvarez",
            "coordinator",
            "10.0.0.12 /dev/pts/1",
            ("again", "card"),
            "done",
            "entry 81 again, 4 times",
        ),
        line(4, "T. Brandt", "biller", "/dev/tty2", ("opened", "chart"), "denied", ""),
        line(5, "T. Brandt", "biller", "/dev/tty2", ("break-glass", "chart"), "done", "EMERGENCY"),
        line(6, "M. Osei", "on-call", "2001:db8::15 /dev/pts/0", ("shown code", "codes"), "done", "2 rows"),
        line(7, "M. Osei", "on-call", "2001:db8::15 /dev/pts/0", ("printed", "chart"), "done", "pager"),
    ];
    AuditPage { lines, next: (0, 1), more: false }
}

/// Today's plan is found; tomorrow nothing is to be gained; the day after it is still looked for.
fn planned(ask: PlanAsk) -> DayPlan {
    let search = |steps, left, better| PlanSearch { token: 0, steps, left, better };
    match ask.day.since(day::zone().day(day::at(8, 10))) {
        1 => {
            let found = super::planned::plan(ask, search(4_000, 0, 1));
            DayPlan { lines: Vec::new(), after: found.before, ..found }
        }
        2 => super::planned::plan(ask, search(340, 660, 0)),
        _ => super::planned::plan(ask, search(4_000, 0, 2)),
    }
}
