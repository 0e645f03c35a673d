//! What comes over the socket and from the terminal.

use crate::Target;
use crate::filler::{Mode, fill};
use caseload::server::protocol::{self, Answer, Ask, Hello, Say};
use caseload::service::api::{Draft, Reply, Request};
use caseload::service::vault::Vault;
use caseload::store::codec::message;
use caseload::store::seal::Key;
use caseload::terminal::decode::{Decoder, Input, PASTE_CAP};
use serde::Serialize;
use serde::de::DeserializeOwned;

pub fn targets() -> Vec<Target> {
    vec![hello(), answer(), asks(), says(), vaults(), terminal()]
}

/// What a frame holds.
fn inside(frame: Vec<u8>) -> Vec<u8> {
    frame[4..].to_vec()
}

fn hello() -> Target {
    let some = [Hello::new("pts/3 10.0.0.7"), Hello::new(""), Hello::new(&"é".repeat(60))];
    let corpus = some.iter().map(|h| inside(h.frame().unwrap())).collect();
    Target::new("protocol: hello", 500, corpus, |bytes| {
        let Ok(hello) = Hello::read(bytes) else { return false };
        // What a later version adds behind it is let be.
        assert!(bytes.starts_with(&inside(hello.frame().unwrap())));
        true
    })
    .words(&[b"caseload", &[64, 0], &[120, 0]])
}

fn answer() -> Target {
    let vault = Vault { id: [3; 8], key: [9; 32] };
    let some = [
        Answer::Welcome { epoch: 1, seq: 77, zone: "America/New_York".to_owned(), vault },
        Answer::refused("no, because of this"),
    ];
    let corpus = some.iter().map(|a| inside(a.frame().unwrap())).collect();
    Target::new("protocol: answer", 500, corpus, |bytes| {
        let Ok(answer) = Answer::read(bytes) else { return false };
        assert!(bytes.starts_with(&inside(answer.frame().unwrap())));
        true
    })
    .words(&[b"caseload", b"America/New_York"])
}

/// Reads a message; read again, what it says is the same. Bytes of the same length are the same: numbers have longer
/// forms too, and no other room.
fn message_of<T: Serialize + DeserializeOwned>(bytes: &[u8]) -> bool {
    let Ok(value) = protocol::read::<T>(bytes) else { return false };
    let again = inside(protocol::frame(&value).unwrap());
    assert!(again.len() <= bytes.len());
    if again.len() == bytes.len() {
        assert!(again == bytes, "other bytes say the same");
    } else {
        let twice = protocol::read::<T>(&again).unwrap_or_else(|_| panic!("what was written is not read"));
        assert!(inside(protocol::frame(&twice).unwrap()) == again);
    }
    true
}

fn asks() -> Target {
    let mut corpus: Vec<Vec<u8>> =
        (0..600).map(|seed| inside(protocol::frame(&fill::<Ask>(Mode::Short(seed))).unwrap())).collect();
    corpus.extend((0..600).map(|n| {
        let request: Request = fill(Mode::Short(n + 90_000));
        inside(protocol::frame(&Ask::Request(n, Box::new(request))).unwrap())
    }));
    Target::new("protocol: what is asked", 1500, corpus, message_of::<Ask>)
}

fn says() -> Target {
    let mut corpus: Vec<Vec<u8>> =
        (0..600).map(|seed| inside(protocol::frame(&fill::<Say>(Mode::Short(seed))).unwrap())).collect();
    corpus.extend((0..600).map(|n| {
        let reply: Reply = fill(Mode::Short(n + 90_000));
        inside(protocol::frame(&Say::Reply(n, reply)).unwrap())
    }));
    Target::new("protocol: what is said", 1300, corpus, message_of::<Say>)
}

/// What a client left behind: sealed, so that whoever changes it must have its key; here somebody has.
fn vaults() -> Target {
    let vault = Vault { id: [3; 8], key: [9; 32] };
    let drafts = |n: u64| (0..n % 4).map(|k| fill::<Draft>(Mode::Short(n * 10 + k))).collect::<Vec<_>>();
    let corpus = (0..60).map(|n| message(&drafts(n)).unwrap()).collect();
    let key = Key::new(vault.key);
    Target::new("vault", 40, corpus, move |plain| {
        assert!(vault.open(plain).is_none(), "it opens without its seal");
        let sealed = key.seal([plain.len() as u8; 12], &vault.id, plain).unwrap();
        let Some(drafts) = vault.open(&sealed) else { return false };
        message(&drafts).is_ok()
    })
}

fn terminal() -> Target {
    let corpus = [
        &b"j k \x1b[A\x1bOP\x1b[1;5C\r\x7f\xc3\xa9\xe6\x9d\x8e"[..],
        b"\x1b[?1u\x1b[27u\x1b[111;1:2u\x1b[57414;129u\x1b[106;5u",
        b"\x1b[?1;2c\x1b[?2026;2$y\x1b]11;rgb:1c1c/1c1c/1c1c\x1b\\\x1bP>|xterm(390)\x1b\\\x1b[0n",
        b"\x1b[200~a paste\nof two lines\x1b[201~q",
        b"\x1b[<0;10;20M\x1b[<64;1;1m\x1b[M !!\x1b[I\x1b[O\x1b[97;5u\x1b[27u\x1b[57358;1:3u",
        b"\x1b\x1b[1~\x1b[[A\x1b[11^\x1b[3$\x9bA\x8fP\x1b_G\x1b\\\x1b^x\x07",
    ];
    let corpus = corpus.iter().map(|b| b.to_vec()).collect();
    let mut out: Vec<Input> = Vec::new();
    Target::new("terminal", 1000, corpus, move |bytes| {
        out.clear();
        let mut decoder = Decoder::new();
        // In pieces, as a slow line brings them.
        let pieces = bytes.first().map_or(1, |b| usize::from(b % 7) + 1);
        for (n, piece) in bytes.chunks(bytes.len().div_ceil(pieces).max(1)).enumerate() {
            decoder.feed(piece, n as i64 * 10, &mut out);
            assert!(decoder.held() <= PASTE_CAP);
        }
        decoder.tick(1_000_000, &mut out);
        assert!(decoder.deadline().is_none() || decoder.held() <= PASTE_CAP);
        assert!(out.len() <= 2 * bytes.len() + 2, "more was typed than came");
        true
    })
    .words(&[
        b"\x1b[",
        b"\x1b]",
        b"\x1bP",
        b"\x1b\\",
        b"\x1b[200~",
        b"\x1b[201~",
        b"\x1bO",
        b"\x1b[<",
        b";",
        b":",
        b"u",
        b"$y",
    ])
}
