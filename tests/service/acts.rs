//! Commands out of a number: what somebody in the office may do next.

use crate::office::{Office, la, name, new, ny, phone, t};
use caseload::domain::attention::{AlertKey, AlertSource};
use caseload::domain::client::{Client, ClientStatus, Living, Need};
use caseload::domain::contact::{Contact, ContactKind, Share};
use caseload::domain::fields::Fields;
use caseload::domain::ids::{BatchId, StaffId, VisitId};
use caseload::domain::issue::DispositionKind;
use caseload::domain::record::Kind;
use caseload::domain::staff::Discipline;
use caseload::domain::text::Text;
use caseload::domain::time::{Civil, DAY, HOUR, MINUTE, Moment};
use caseload::domain::visit::{Actual, Answer, Source, Visit, VisitState};
use caseload::service::api::{BookVisit, Clash, Command, Incoming};

/// How many kinds of act there are; the last is not undoable.
pub(crate) const KINDS: u8 = 14;
pub(crate) const LOG_CALL: u8 = 13;
pub(crate) const ADOPT: u8 = 9;

fn pick<T: Copy>(list: &[T], dice: u64) -> Option<T> {
    list.get(dice as usize % list.len().max(1)).copied()
}

fn is_window(key: &AlertKey) -> bool {
    use AlertSource::{Reassessment, Recert, Roc, SocAssessment};
    matches!(key.source, Recert | SocAssessment | Roc | Reassessment)
}

/// A command of this kind, if the office has what it needs.
pub(crate) fn command(office: &mut Office, which: u8, dice: u64) -> Option<Command> {
    let all = office.all_alerts();
    let now = office.now();
    Some(match which % KINDS {
        0 => Command::Take { key: pick(&all, dice)?, from_other: true },
        1 => {
            let wait = [10 * MINUTE, 50 * MINUTE, 5 * HOUR, 30 * HOUR][(dice >> 8) as usize % 4];
            Command::Snooze { key: pick(&all, dice)?, until: now.plus(wait), reason: "asked to wait".to_owned() }
        }
        2 => {
            let keys: Vec<AlertKey> = all.into_iter().filter(|k| !is_window(k)).collect();
            let decided = (DispositionKind::SeenByPractitioner, "Dr Silva".to_owned());
            Command::Result {
                key: pick(&keys, dice)?,
                outcome: "family covers".to_owned(),
                note: "said so".to_owned(),
                disposition: (dice >> 8 & 1 == 0).then_some(decided),
            }
        }
        which @ (3 | 4) => {
            let keys: Vec<AlertKey> = all.into_iter().filter(is_window).collect();
            let key = pick(&keys, dice)?;
            if which == 3 {
                Command::CompleteReassessment { key, result: "done, no change".to_owned(), completed: None }
            } else {
                Command::WaiveReassessment { key, reason: "moved away".to_owned() }
            }
        }
        5 => Command::NewIssue(office.fall(dice as usize % 6)),
        6 => {
            let keys: Vec<AlertKey> = all.into_iter().filter(|k| k.source == AlertSource::Issue).collect();
            Command::AddNote { key: pick(&keys, dice)?, text: "she called back".to_owned() }
        }
        7 => Command::Create { records: made(office, dice), batch: None },
        8 => edit(office, dice)?,
        9 => Command::AdoptPolicy {
            name: "triage".to_owned(),
            version: format!("test v{}", dice % 9),
            text: [
                "version = \"test\"\n[clocks]\np2 = \"taken 1h\"\n",
                "version = \"test\"\n[[rule]]\nid = \"triage.complaint\"\ntier = 2\n[presence]\nlag = \"30m\"\n",
                "version = \"test\"\n[[rule]]\nid = \"triage.credential.60d\"\noff = true\n",
            ][dice as usize % 3]
                .to_owned(),
            signed_by: "Dr Silva".to_owned(),
        },
        10 => Command::Import {
            source: "test".to_owned(),
            batch: BatchId([7; 16]),
            records: incoming(office, dice),
            clash: if dice >> 9 & 1 == 0 { Clash::KeepLocal } else { Clash::TakeSource },
            dry_run: false,
        },
        11 => {
            let ids = office.ids(Kind::Visit);
            let visit = VisitId(pick(&ids, dice)?);
            let answer = Answer::ALL[(dice >> 8) as usize % Answer::ALL.len()];
            Command::CoverVisit { visit, staff: pick(&office.staff, dice >> 16)?, answer }
        }
        12 => {
            let staff = pick(&office.staff, dice >> 20).filter(|_| dice >> 9 & 1 == 0);
            let start = now.plus((dice as i64 >> 24 & 0xFFF) * MINUTE);
            let booking = office.booking((dice >> 4) as usize % office.clients.len());
            Command::BookVisit(BookVisit { staff, start, answer: Answer::Yes, ..booking })
        }
        _ => {
            let promise = (dice >> 8 & 1 == 0).then_some(("call back", now.plus(3 * HOUR)));
            Command::LogCall(office.call(pick(&all, dice), promise))
        }
    })
}

fn made(office: &Office, dice: u64) -> Vec<caseload::service::api::NewRecord> {
    let client = office.clients[dice as usize % office.clients.len()];
    let today = ny().day(office.now());
    let start = Civil { day: today.plus((dice >> 8) as i32 % 4), minute: (dice >> 12) as u16 % 1440, zone: ny() };
    let visit = Visit { service: t("insulin"), ..Visit::new(client, Discipline::Rn, start, 30) };
    match dice >> 20 & 3 {
        0 => vec![new(&visit)],
        1 => {
            let staff = pick(&office.staff, dice >> 16);
            let other = Visit { staff, answer: Answer::Yes, ..visit.clone() };
            vec![new(&visit), new(&other)]
        }
        // Somebody with the name of somebody who is there.
        2 => vec![new(&Client {
            status: ClientStatus::Active,
            soc: Some(today.plus(-(dice as i32 >> 24 & 63))),
            ..Client::new(office.east, name("Okafor", "Ruth"))
        })],
        _ => vec![new(&Contact {
            client,
            kind: ContactKind::Family,
            name: name("Young", "Sam"),
            relation: t("son"),
            phones: phone("(401) 555-0188"),
            share: Share::Visits,
            share_since: None,
            share_word: Text::default(),
            first: false,
            npi: Text::default(),
        })],
    }
}

fn incoming(office: &Office, dice: u64) -> Vec<Incoming> {
    let today = ny().day(office.now());
    let start = Civil { day: today, minute: (dice >> 4) as u16 % 1440, zone: ny() };
    let person = Incoming {
        kind: Kind::Client,
        identifier: format!("p{}", dice & 1),
        fields: Fields::none()
            .with("name.family", &["Nowak", "Novak"][(dice >> 5) as usize & 1])
            .with("name.given", &"Ola")
            .with("emergency", &Some(1 + (dice >> 6) as u8 % 2))
            .with("status", &ClientStatus::Active),
        refs: Vec::new(),
        place: "line 1".to_owned(),
    };
    let visit = Incoming {
        kind: Kind::Visit,
        identifier: format!("v{}", dice >> 2 & 1),
        fields: Fields::none().with("start", &start).with("minutes", &45_u16),
        refs: vec![("client".to_owned(), Kind::Client, person.identifier.clone())],
        place: "line 2".to_owned(),
    };
    vec![person, visit]
}

/// An edit over the revision that stands.
fn edit(office: &Office, dice: u64) -> Option<Command> {
    let more = dice >> 16;
    let now = office.now();
    let today = ny().day(now);
    let of = |kind: Kind| {
        let standing = |id: &[u8; 16]| office.store.engine().get(kind.number(), id).ok().flatten().is_some();
        let ids: Vec<[u8; 16]> = office.ids(kind).into_iter().filter(standing).collect();
        pick(&ids, more).map(|id| (kind, id))
    };
    let f = Fields::none();
    let staff = |n: u64| pick(&office.staff, n).unwrap_or(StaffId([0; 16]));
    let ((kind, id), fields) = match dice % 28 {
        0 => (of(Kind::Client)?, f.with("note", &format!("n{}", more % 7))),
        1 => (of(Kind::Client)?, f.with("emergency", &[None, Some(1_u8), Some(2), Some(4)][(more >> 8) as usize % 4])),
        2 => (of(Kind::Client)?, f.with("status", &ClientStatus::ALL[(more >> 8) as usize % 6])),
        3 => (of(Kind::Client)?, f.with("name.family", &["Okafor", "Chen", "Ruiz"][(more >> 8) as usize % 3])),
        4 => (
            of(Kind::Client)?,
            f.with("soc", &Some(today.plus(-((more >> 8) as i32 % 62)))).with("living", &Living::Alone),
        ),
        5 => {
            (of(Kind::Client)?, f.with("needs", &[Need::TwoPeople, Need::Oxygen][..(more >> 8) as usize % 3].to_vec()))
        }
        6 => (of(Kind::Client)?, f.with("office", &if more >> 8 & 1 == 0 { office.east } else { office.west })),
        7 => (of(Kind::Client)?, f.with("referred", &Some(now.plus(-(((more >> 8) % 60) as i64) * HOUR)))),
        8 => (of(Kind::Visit)?, f.with("staff", &None::<StaffId>).with("answer", &Answer::Nobody)),
        9 | 10 => {
            let out = f
                .with("state", &VisitState::CalledOut)
                .with("called_out_at", &Some(now))
                .with("called_out_by", &Some(staff(more >> 8)))
                .with("reason", &"ill");
            (of(Kind::Visit)?, out)
        }
        11 => (of(Kind::Visit)?, f.with("staff", &Some(staff(more >> 8))).with("answer", &Answer::Yes)),
        12 | 13 => {
            let at = now.plus(-((more >> 8) as i64 % 180) * MINUTE);
            let source = [Source::Evv, Source::Evv, Source::Phone][(more >> 16) as usize % 3];
            let arrived = f.with("arrived", &Some(Actual { at, source })).with("state", &VisitState::InProgress);
            (of(Kind::Visit)?, arrived)
        }
        14 => (of(Kind::Visit)?, f.with("arrived", &None::<Actual>).with("state", &VisitState::Planned)),
        15 => {
            let zone = if more >> 20 & 1 == 0 { ny() } else { la() };
            let day = today.plus((more >> 8) as i32 % 5 - 1);
            (of(Kind::Visit)?, f.with("start", &Civil { day, minute: (more >> 12) as u16 % 1440, zone }))
        }
        16 => (of(Kind::Visit)?, f.with("state", &VisitState::ALL[(more >> 8) as usize % 8])),
        17 => (of(Kind::Visit)?, f.with("second", &Some(staff(more >> 8)))),
        18 => (of(Kind::Staff)?, f.with("active", &(more >> 8 & 1 == 0))),
        19 => (of(Kind::Staff)?, f.with("name.family", &["Chen", "Reyes", "Li"][(more >> 8) as usize % 3])),
        20 => {
            let day = today.plus((more >> 8) as i32 % 70 - 5);
            (of(Kind::Credential)?, f.with("expires", &Some(day)).with("retired", &(more >> 20).is_multiple_of(8)))
        }
        21 => {
            let home = now.plus(-((more >> 8) as i64 % 100) * HOUR);
            (of(Kind::Stay)?, f.with("home_at", &Some(home)).with("client", &office.clients[(more >> 16) as usize % 6]))
        }
        22 => {
            let closes = today.plus((more >> 8) as i32 % 6 - 2);
            (
                of(Kind::Reassessment)?,
                f.with("closes", &closes).with("client", &office.clients[(more >> 16) as usize % 6]),
            )
        }
        23 => (of(Kind::Medication)?, f.with("active", &(more >> 8 & 1 == 0))),
        24 => (
            of(Kind::Contact)?,
            f.with("relation", &"niece").with("client", &office.clients[(more >> 16) as usize % 6]),
        ),
        25 => (of(Kind::Issue)?, f.with("due", &Some(now.plus(((more >> 8) % 300) as i64 * MINUTE)))),
        26 => (of(Kind::Communication)?, f.with("promise.due", &now.plus(DAY / 3)).with("note", &"said again")),
        _ => (of(Kind::Attention)?, f.with("handling.by_hand", &Some(by_hand(office, now, (more >> 8) as u8 % 5 + 1)))),
    };
    let base = office.store.engine().get(kind.number(), &id).ok()??.rev;
    Some(Command::Edit { kind, id, base, fields })
}

fn by_hand(office: &Office, at: Moment, tier: u8) -> caseload::domain::attention::ByHand {
    caseload::domain::attention::ByHand { tier, reason: t("I know her"), by: office.me.user, at }
}

/// Edits that only a manager makes: what all of the agency stands on.
pub(crate) fn office_edit(office: &Office, dice: u64) -> Option<Command> {
    let f = Fields::none();
    let (kind, fields) = match dice % 3 {
        0 => (Kind::Office, f.with("zone", &[ny(), la(), caseload::domain::time::Zone::UTC][(dice >> 8) as usize % 3])),
        1 => (Kind::User, f.with("name", &["J. Alvarez", "J. Alva", "Jo"][(dice >> 8) as usize % 3])),
        _ => (Kind::Agency, f.with("zone", &[ny(), la()][(dice >> 8) as usize % 2])),
    };
    let id = pick(&office.ids(kind), dice >> 16)?;
    let base = office.store.engine().get(kind.number(), &id).ok()??.rev;
    Some(Command::Edit { kind, id, base, fields })
}
