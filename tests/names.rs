//! Five hundred clients of forty family names, and their caregivers of the same names: on no screen are two people shown
//! by the same text, however narrow it is.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)] // a test says what is wrong by failing

#[macro_use]
#[path = "records/kinds.rs"]
mod kinds;
#[path = "service/office.rs"]
mod office;

use caseload::app::Model;
use caseload::app::keymap::Keymap;
use caseload::app::model::{Capabilities, Pane, Start};
use caseload::cli::screenshot::{keys, press};
use caseload::domain::agency::{Agency, Noun};
use caseload::domain::client::{Client, ClientStatus};
use caseload::domain::ids::{ClientId, OfficeId, RequestId, StaffId};
use caseload::domain::issue::{How, IssueKind};
use caseload::domain::person::Name;
use caseload::domain::staff::{Discipline, Staff};
use caseload::domain::text::Few;
use caseload::domain::time::{Civil, Day};
use caseload::domain::visit::{Answer, Visit};
use caseload::service::Service;
use caseload::service::api::{Command, Done, Execute, NewIssue, NewRecord, Person, Reply, Request, Session};
use caseload::ui::names::Who;
use caseload::ui::{Theme, draw_into};
use office::{empty, monday, name, new, ny, said, t};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

const FAMILIES: [&str; 40] = [
    "Okafor",
    "Okamoto",
    "Okafor-Lindqvist",
    "Lindqvist",
    "Lindgren",
    "Petrov",
    "Petrova",
    "Nguyen",
    "Nguyen-Abara",
    "Abara",
    "O'Brien",
    "O'Brian",
    "García",
    "García-López",
    "López",
    "Haddad",
    "Hadad",
    "Chen",
    "Cheng",
    "Reyes",
    "Reyes-Cole",
    "Cole",
    "Coleman",
    "Doyle",
    "Suarez",
    "Suárez",
    "Kowalczyk",
    "Kowalski",
    "Baptiste",
    "Whitfield",
    "Zhang",
    "Zhao",
    "Tran",
    "Trần",
    "Osei",
    "Silva",
    "Silvestri",
    "van der Berg",
    "Al-Rashid",
    "Fitzgerald-Montgomery",
];
const GIVEN: [&str; 13] = [
    "Ruth",
    "Rhonda",
    "Robert",
    "Maria",
    "Marie",
    "Mario",
    "Alexander",
    "Alexandra",
    "Alexandria",
    "Jo",
    "Joan",
    "Ruth",
    "Maria",
];

struct House {
    service: Service,
    me: Session,
    made: u64,
}

impl House {
    fn done(&mut self, command: Command) -> Done {
        self.made += 1;
        let mut id = [5; 16];
        id[..8].copy_from_slice(&self.made.to_le_bytes());
        match self.service.handle(&self.me, Request::Execute(Execute { request: RequestId(id), command })).0 {
            Reply::Done(done) => done,
            other => panic!("{}", said(&other)),
        }
    }

    fn make(&mut self, records: &[NewRecord]) -> Vec<[u8; 16]> {
        records
            .chunks(50)
            .flat_map(|part| self.done(Command::Create { records: part.to_vec(), batch: None }).created)
            .collect()
    }
}

fn who(n: usize) -> Name {
    name(FAMILIES[n % 40], GIVEN[(n / 40) % 13])
}

fn house() -> House {
    let (_, _, service, me) = empty(monday());
    let mut house = House { service, me, made: 0 };
    let agency = Agency { name: t("Test"), zone: ny(), noun: Noun::Client, holidays: Few::default(), demo: true };
    house.make(&[new(&agency)]);
    let clients: Vec<NewRecord> = (0..500)
        .map(|n| {
            new(&Client {
                born: Day::from_ymd(1930 + (n as i32 * 7) % 40, 1 + n as u32 % 12, 1),
                mrn: t(&format!("{:06}", 4_000 + n)),
                status: ClientStatus::Active,
                ..Client::new(OfficeId::default(), who(n))
            })
        })
        .collect();
    let clients = house.make(&clients);
    let staff: Vec<NewRecord> = (0..80)
        .map(|n| new(&Staff::new(OfficeId::default(), who(n * 3), [Discipline::Hha, Discipline::Rn][n % 2])))
        .collect();
    let staff = house.make(&staff);
    let day = ny().day(monday());
    let visits: Vec<NewRecord> = (0..300)
        .map(|n: usize| {
            let start = Civil { day, minute: 420 + 90 * (n / 60) as u16, zone: ny() };
            new(&Visit {
                staff: Some(StaffId(staff[n % 60])),
                answer: Answer::Yes,
                ..Visit::new(ClientId(clients[n]), Discipline::Hha, start, 60)
            })
        })
        .collect();
    house.make(&visits);
    for n in 0..60 {
        house.done(Command::NewIssue(NewIssue {
            person: Some(Person::Client(ClientId(clients[n * 8]))),
            kind: IssueKind::ALL[n % IssueKind::ALL.len()],
            summary: "called twice this morning".into(),
            facts: vec![],
            happened: None,
            reported_by: String::new(),
            how: How::Phone,
        }));
    }
    house
}

fn opened(house: &House, size: (u16, u16)) -> Model {
    Model::new(Start {
        size,
        now: monday(),
        zone: house.service.cast().zone(OfficeId::default()),
        capabilities: Capabilities::default(),
        seed: [3; 16],
        read_only: false,
        keymap: Arc::new(Keymap::standard()),
    })
}

/// Everybody whose row is on the screen in a pane that nothing covers.
fn rows(model: &Model) -> BTreeSet<Person> {
    let layout = caseload::app::layout::of(model);
    let mut out = BTreeSet::new();
    if !model.layers.is_empty() {
        return out;
    }
    out.extend(model.alerts.shown(layout.rows(Pane::Alerts)).iter().filter_map(|s| s.row?.person));
    out.extend(model.clients.shown(layout.rows(Pane::Caseload)).iter().filter_map(|s| Some(Person::Client(s.row?.id))));
    out.extend(model.staff.shown(layout.rows(Pane::Team)).iter().filter_map(|s| Some(Person::Staff(s.row?.id))));
    out
}

#[test]
fn no_two_people_are_shown_by_the_same_text_on_any_screen() {
    let mut house = house();
    let (mut frames, mut named, mut cut) = (0, 0, 0);
    for (w, h) in [(40, 12), (44, 18), (80, 24), (120, 40), (200, 60)] {
        for pressed in [
            "",
            "2",
            "3",
            "4",
            "3 z G",
            "4 z",
            "z ctrl-d",
            "i",
            "3 S ctrl-d",
            "f \"oka\"",
            "f \"ruth\" down",
            "f \"rey\"",
            "n i \"oka\"",
            "a",
        ] {
            let mut model = opened(&house, (w, h));
            press(&mut model, &mut house.service, &house.me.clone(), monday(), &keys(pressed).unwrap());
            for theme in [Theme::dark(), Theme::mono().with_ascii()] {
                let mut buf = Buffer::empty(Rect::new(0, 0, w, h));
                let hits = draw_into(&model, &theme, &mut buf);
                let mut by_text: BTreeMap<(String, bool), &Who> = BTreeMap::new();
                let mut persons = BTreeSet::new();
                for (text, who) in hits.names.shown() {
                    // As it stands in the cells: a terminal without UTF-8 shows another text.
                    let seen: String = if theme.glyphs.ascii {
                        text.chars().map(|c| caseload::ui::text::ascii(&c.to_string())).collect()
                    } else {
                        text.to_owned()
                    };
                    let client = matches!(who.person(), Person::Client(_));
                    let other = by_text.insert((seen.clone(), client), who);
                    assert!(
                        other.is_none_or(|o| o == who || pressed.starts_with('f') && o.person() == who.person()),
                        "{w}x{h} “{pressed}”: two people are “{seen}”"
                    );
                    persons.insert(who.person());
                    named += 1;
                    cut += usize::from(text.contains(theme.glyphs.ellipsis));
                }
                for person in rows(&model) {
                    assert!(persons.contains(&person), "{w}x{h} “{pressed}”: a row names nobody");
                }
                frames += 1;
            }
        }
    }
    assert!(frames == 140 && named > 2_000 && cut > 100, "{frames} frames, {named} names, {cut} of them cut");
}

#[test]
fn drafts_and_acts_name_people_apart_where_it_is_narrow() {
    let mut house = house();
    for (w, h) in [(44, 18), (80, 24)] {
        let mut model = opened(&house, (w, h));
        let session = house.me.clone();
        let text = r#"c esc n i "okafor, ru" enter 1 "fell" esc n i "okafor, rh" enter 1 "fell" esc R"#;
        press(&mut model, &mut house.service, &session, monday(), &keys(text).unwrap());
        let screen = caseload::shot::write(
            &caseload::shot::render(&model, &Theme::mono(), w, h),
            &Theme::mono(),
            caseload::shot::Format::Text,
        );
        let lines: Vec<&str> = screen.lines().filter(|l| l.contains("issue")).collect();
        assert!(lines.len() == 2 && lines[0] != lines[1] && lines.iter().all(|l| l.contains("Okaf")), "{screen}");
    }
}

/// Keys to the demo's screens, cards and overlays.
const WAYS: [&str; 27] = [
    "",
    "2",
    "2 W",
    "2 M",
    "2 A",
    "2 C",
    "3",
    "4",
    "i",
    "w",
    "enter",
    "enter ] ] ]",
    "3 enter G",
    "c",
    "t 1",
    "v",
    "r 1",
    "s",
    "p",
    "o",
    "g v",
    "g u",
    "f \"ok\"",
    "n i",
    "3 e",
    "4 enter",
    "4 e",
];

#[test]
fn under_privacy_no_frame_of_the_demo_names_a_client_or_rings_anybody() {
    let (mut service, session, now) =
        caseload::cli::screenshot::memory(&caseload::demo::Size::usual(Day::from_ymd(2026, 3, 2).unwrap())).unwrap();
    let cast = service.cast();
    let zone = cast.zone(session.office);
    // Every client in full, either way round, and every family name that is no word of every day.
    let mut full = BTreeSet::new();
    let mut families = BTreeSet::new();
    for client in cast.clients.values() {
        let (family, given) = (client.name.family.as_str(), client.name.given.as_str());
        full.extend([format!("{family}, {given}"), format!("{given} {family}"), cast.client_name(client.id).listed]);
        families.insert(family.to_owned());
    }
    assert!(full.len() > 100 && families.len() > 30);
    // Every telephone number there is, and what is dialled of it within a town.
    let clients = cast.clients.values().flat_map(|c| c.phones.iter());
    let others = cast.contacts.values().flat_map(|c| c.phones.iter());
    let all = clients.chain(others).chain(cast.staff.values().flat_map(|s| s.phones.iter()));
    let numbers: BTreeSet<String> = all.map(|p| p.number.as_str().to_owned()).collect();
    let local = |number: &str| number.split(' ').next_back().unwrap_or(number).to_owned();
    let local: BTreeSet<String> = numbers.iter().map(|n| local(n)).collect();
    assert!(numbers.len() > 100 && local.iter().all(|n| n.len() == 8), "numbers of the demo are (401) 555-0142");
    let mut rung = 0;
    let (mut hidden, mut shown) = (0, 0);
    for (width, height) in [(44, 18), (80, 24), (120, 40), (200, 60), (40, 12)] {
        for way in WAYS {
            for privacy in [true, false] {
                let mut model = Model::new(Start {
                    size: (width, height),
                    now,
                    zone,
                    capabilities: Capabilities::default(),
                    seed: [7; 16],
                    read_only: false,
                    keymap: Arc::new(Keymap::standard()),
                });
                if privacy {
                    model.hide_names();
                }
                press(&mut model, &mut service, &session, now, &keys(way).unwrap());
                let mut buffer = Buffer::empty(Rect::new(0, 0, width, height));
                let hits = draw_into(&model, &Theme::dark(), &mut buffer);
                let text = caseload::shot::write(&buffer, &Theme::dark(), caseload::shot::Format::Text);
                let named = full.iter().find(|name| text.contains(name.as_str()));
                let family = families.iter().find(|family| {
                    text.match_indices(family.as_str()).any(|(at, found)| {
                        let edge = |c: Option<char>| !c.is_some_and(char::is_alphanumeric);
                        edge(text[..at].chars().next_back()) && edge(text[at + found.len()..].chars().next())
                    })
                });
                let number = local.iter().find(|number| text.contains(number.as_str()));
                if privacy {
                    assert!(number.is_none(), "a number is on {width}x{height} “{way}”:\n{text}");
                    assert!(named.is_none() && family.is_none(), "a name is on {width}x{height} “{way}”:\n{text}");
                    hidden += usize::from(text.contains('.'));
                    let mut by: BTreeMap<(u8, &str), BTreeSet<Person>> = BTreeMap::new();
                    for (text, who) in hits.names.shown().filter(|(_, who)| **who == Who::of(who.person())) {
                        let kind = u8::from(matches!(who.person(), Person::Staff(_)));
                        by.entry((kind, text)).or_default().insert(who.person());
                    }
                    assert!(
                        by.values().all(|who| who.len() == 1),
                        "two of one name on {width}x{height} “{way}”:\n{text}"
                    );
                } else {
                    shown += usize::from(family.is_some());
                    rung += usize::from(number.is_some());
                }
            }
        }
    }
    // The same frames without it are full of them: it is hiding that was tested.
    assert!(hidden >= WAYS.len() && shown > 3 * WAYS.len(), "{hidden} {shown}");
    assert!(rung > WAYS.len(), "only {rung} frames show a number");
}
