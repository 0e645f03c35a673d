//! Erasing a client: by an administrator alone, when nobody need keep her, and then nothing that can be asked shows her,
//! while everybody else stands as before.

use crate::office::{Office, monday, new, rule, said, same_as_fresh};
use caseload::domain::client::{Client, ClientStatus};
use caseload::domain::communication::Communication;
use caseload::domain::fields::Fields;
use caseload::domain::ids::ClientId;
use caseload::domain::issue::Issue;
use caseload::domain::record::Kind;
use caseload::domain::staff::Discipline;
use caseload::domain::time::{Civil, DAY};
use caseload::domain::user::Role;
use caseload::domain::visit::Visit;
use caseload::service::api::{Answered, Command, Person, Query, Reply, Request, Session};

const WHY: &str = "retention has ended, as the records manager asked";

fn erase(client: ClientId, reason: &str) -> Command {
    Command::EraseClient { client, reason: reason.to_owned() }
}

fn text(reply: &Reply) -> String {
    match reply {
        Reply::Answer(answer) => serde_json::to_string(answer).unwrap(),
        other => said(other),
    }
}

/// The office twelve years on, its first client long dead, and an administrator.
fn years_on() -> (Office, Session, ClientId) {
    let mut office = Office::at(monday());
    let admin = crate::access::one_of_each(&mut office).pop().unwrap();
    assert_eq!(admin.role, Role::Administrator);
    let ruth = office.clients[0];
    let base = office.store.get::<Client>(ruth).unwrap().unwrap().head.rev;
    let today = crate::office::ny().day(office.now());
    let fields = Fields::none().with("status", &ClientStatus::Died).with("status_since", &Some(today.plus(1)));
    office.done(&admin, Command::Edit { kind: Kind::Client, id: ruth.0, base, fields });
    office.pass(12 * 366 * DAY);
    (office, admin, ruth)
}

#[test]
fn only_what_need_not_be_kept_is_erased_and_only_by_an_administrator() {
    let (mut office, admin, ruth) = years_on();
    let manager = office.manager.clone();
    assert!(matches!(office.act(&manager, erase(ruth, WHY)), Reply::Denied(_)));
    assert_eq!(rule(&office.act(&admin, erase(ruth, "old"))), "erase.reason");
    assert_eq!(rule(&office.act(&admin, erase(ruth, "Mrs OKAFOR has died in peace"))), "erase.named");
    assert_eq!(rule(&office.act(&admin, erase(office.clients[1], WHY))), "erase.kept");
    assert_eq!(rule(&office.act(&admin, erase(ClientId([9; 16]), WHY))), "erase.unknown");
    // A visit of nine years ago keeps her: it is the last thing that was done for her.
    let (day, minute) = crate::office::ny().civil(office.now().plus(-9 * 365 * DAY));
    let late = Visit::new(ruth, Discipline::Hha, Civil { day, minute, zone: crate::office::ny() }, 60);
    office.make(&admin, vec![new(&late)]);
    assert_eq!(rule(&office.act(&admin, erase(ruth, WHY))), "erase.kept");
    office.pass(2 * 366 * DAY);
    office.done(&admin, erase(ruth, WHY));
    assert_eq!(rule(&office.act(&admin, erase(ruth, WHY))), "erase.already");
}

#[test]
fn nothing_that_can_be_asked_shows_her_any_more() {
    let (mut office, admin, ruth) = years_on();
    let store = office.store.clone();
    let issue = store.of_client::<Issue>(ruth, 1).unwrap()[0].id;
    let call = store.of_client::<Communication>(ruth, 1).unwrap().first().map(|c| c.id);
    let others = office.clients[1..].to_vec();
    let ask = |office: &mut Office| -> Vec<(Query, String)> {
        let queries = [
            Query::ClientPage(ruth),
            Query::Card(Person::Client(ruth)),
            Query::Codes(ruth),
            Query::ReviewCard(ruth),
            Query::Numbers { person: Person::Client(ruth), about: None },
            Query::Untold { client: ruth, about: None },
            Query::History { kind: Kind::Client, id: ruth.0 },
            Query::History { kind: Kind::Issue, id: issue.0 },
            Query::Find { text: "okafor".to_owned(), limit: 9 },
            Query::Brief,
            Query::Header,
            Query::Reviews,
            Query::MyActs(50),
            Query::UndoNext { redo: false },
        ];
        let more = call.map(Query::Call);
        queries
            .into_iter()
            .chain(more)
            .map(|query| {
                let reply = office.ask(&admin, Request::Query(query.clone())).0;
                assert!(!matches!(reply, Reply::Failed(_)), "{}", said(&reply));
                (query, text(&reply))
            })
            .collect()
    };
    let before = ask(&mut office);
    assert!(before.iter().filter(|(_, text)| text.to_lowercase().contains("okafor")).count() > 3);
    let kept: Vec<Client> = others.iter().map(|c| office.get::<Client>(c.0)).collect();
    let entries = store.engine().head().unwrap();
    let done = office.done(&admin, erase(ruth, WHY));
    assert_eq!((done.seq, done.undoable), (entries + 1, false));
    for (query, text) in ask(&mut office) {
        assert!(!text.to_lowercase().contains("okafor") && !text.contains("kitchen"), "{text}");
        if matches!(query, Query::History { .. }) {
            assert!(text.contains("\"erased\""), "{text}");
        }
    }
    let Answered::Page(page) = office.query(&admin, Query::ClientPage(ruth)) else { panic!() };
    assert!(page.is_none());
    assert!(kept == others.iter().map(|c| office.get::<Client>(c.0)).collect::<Vec<_>>(), "others stand as before");
    assert!(store.engine().verify().unwrap().problems.is_empty());
    same_as_fresh(&office, "after erasing");
    // The act stands, with its reason and without her name, and is not taken back.
    let note = store.note(&store.engine().entry(done.seq).unwrap().unwrap());
    assert!(note.reason.as_str() == WHY && note.summary.contains(&ruth.to_string()));
    assert!(matches!(office.act(&admin, Command::Undo { seq: done.seq }), Reply::Problems(_)));
    assert!(matches!(office.act(&admin, Command::Undo { seq: entries }), Reply::Problems(_)), "nor is what was hers");
}
