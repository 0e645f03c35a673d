//! A client that must end while its server is away loses nothing that was typed, and leaves nothing that can be read.

use crate::agency::{Agency, said};
use caseload::domain::ids::DraftId;
use caseload::domain::time::Moment;
use caseload::server::link::Link;
use caseload::service::api::{Backend, Draft, Heard, Reply, Request};
use std::sync::mpsc::channel;
use std::time::Duration;

fn draft(id: u8, text: &str) -> Draft {
    Draft {
        id: DraftId([id; 16]),
        form: "issue".to_owned(),
        person: None,
        about: None,
        fields: vec![("summary".to_owned(), text.to_owned())],
        focus: 0,
        at: Moment(crate::agency::now_us() as i64 / 1_000),
    }
}

fn texts(reply: Reply) -> Vec<String> {
    match reply {
        Reply::Drafts(list) => list.into_iter().map(|d| d.fields[0].1.clone()).collect(),
        other => panic!("{}", said(&other)),
    }
}

#[test]
fn drafts_outlive_server_and_client() {
    let mut agency = Agency::with(1, 1);
    let entered = agency.enter();
    let vault = entered.vault;
    let (sender, heard) = channel();
    let link = Link::start(entered, agency.way(None), move |h| drop(sender.send(h))).unwrap();
    link.send(1, Request::SaveDraft(draft(1, "kept before")));
    assert!(matches!(heard.recv_timeout(Duration::from_secs(20)).unwrap(), Heard::Reply(1, Reply::Drafted)));
    let mut server = agency.server.take().unwrap();
    server.kill().unwrap();
    server.wait().unwrap();
    while !matches!(heard.recv_timeout(Duration::from_secs(20)).unwrap(), Heard::Offline(_)) {}
    // Typed on while nobody hears it; of each draft the latest counts, and one that was thrown away is gone.
    link.send(2, Request::SaveDraft(draft(2, "half a wo")));
    link.send(3, Request::SaveDraft(draft(2, "half a word")));
    link.send(4, Request::SaveDraft(draft(3, "never mind")));
    link.send(5, Request::DropDraft(DraftId([3; 16])));
    let left = link.stop();
    assert_eq!(left.len(), 1);
    let sealed = vault.seal(&left).unwrap();
    assert!(!sealed.windows(9).any(|w| w == b"half a wo"));
    // The server comes back and reads it, for its user; a byte that was changed or another's is refused.
    agency.serve();
    let mut caller = agency.caller();
    assert_eq!(texts(caller.ask(Request::Drafts).unwrap()), ["kept before"]);
    let mut bad = sealed.clone();
    bad[20] ^= 1;
    assert!(matches!(caller.ask(Request::Unseal(bad)).unwrap(), Reply::Failed(_)));
    for _ in 0..2 {
        assert!(matches!(caller.ask(Request::Unseal(sealed.clone())).unwrap(), Reply::Drafted));
    }
    let mut both = texts(caller.ask(Request::Drafts).unwrap());
    both.sort();
    assert_eq!(both, ["half a word", "kept before"]);
    // The same vault for the same user, whenever she comes.
    assert!(agency.enter().vault == vault);
}
