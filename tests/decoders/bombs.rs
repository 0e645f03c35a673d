//! Small inputs that cost a careless decoder gigabytes, minutes or the stack: lengths of which nothing follows, lists of
//! nothing, nesting without end, bytes left over.

use crate::filler::{Mode, fill};
use crate::{MIB, peak_of};
use caseload::app::keymap::Keymap;
use caseload::domain::client::Client;
use caseload::domain::fields::Fields;
use caseload::domain::record::{Body, Head, Kind};
use caseload::domain::time::{Moment, Zone};
use caseload::exchange::fhir::{self, read_to_nothing};
use caseload::rules::clocks::Clocks;
use caseload::rules::keeping::Keeping;
use caseload::rules::roles::Roles;
use caseload::server::protocol::{self, Ask, Bad, MOST, Say};
use caseload::service::api::Draft;
use caseload::store::codec::{from_bytes, to_bytes};
use caseload::store::guard::Room;
use serde::Serialize;
use serde::de::DeserializeOwned;

/// Lengths of which nothing follows, as bincode writes them.
const LENGTHS: [&[u8]; 5] = [
    &[0xFD, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF],
    &[0xFD, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x7F],
    &[0xFD, 0, 0, 0, 0, 0, 1, 0, 0],
    &[0xFC, 0xFF, 0xFF, 0xFF, 0xFF],
    &[0xFB, 0xFF, 0xFF],
];

pub fn all() {
    lengths::<Ask>("asked");
    lengths::<Say>("said");
    lengths::<Vec<Draft>>("drafts");
    for kind in Kind::ALL {
        of_kind!(*kind, lengths_of());
    }
    nesting();
    texts();
    assert_eq!(protocol::length(((MOST + 1) as u32).to_le_bytes()), Err(Bad::TooLong(MOST + 1)));
    assert_eq!(protocol::length([0xFF; 4]), Err(Bad::TooLong(u32::MAX as usize)));
}

fn lengths_of<B: Body>() {
    let fits = |(head, body): &(Head, B)| to_bytes(&(head, body));
    for seed in 0..12 {
        let whole = fits(&(fill(Mode::Random(seed)), fill(Mode::Random(seed + 99))));
        everywhere::<(Head, B)>(B::KIND.word(), &whole);
    }
}

fn lengths<T: Serialize + DeserializeOwned>(what: &str) {
    for seed in 0..120 {
        let whole = to_bytes(&fill::<T>(Mode::Short(seed)));
        everywhere::<T>(what, &whole);
    }
}

/// A huge length in every place of a message, with nothing behind it and with what stood behind it.
fn everywhere<T: Serialize + DeserializeOwned>(what: &str, whole: &[u8]) {
    assert!(from_bytes::<T>(whole).is_ok(), "{what}");
    let mut longer = whole.to_vec();
    longer.push(0);
    assert!(from_bytes::<T>(&longer).is_err(), "{what}: bytes are left over");
    for at in 0..whole.len().min(160) {
        for length in LENGTHS {
            for rest in [&[][..], &whole[at..]] {
                let bomb = [&whole[..at], length, rest].concat();
                let (_, peak) = peak_of(|| from_bytes::<T>(&bomb).is_ok());
                assert!(peak < 4 * MIB, "{what}: {} bytes took {peak}", bomb.len());
            }
        }
    }
}

/// Nothing nests as deep as its bytes are long: on a small stack each is refused or read.
fn nesting() {
    let deep = std::thread::Builder::new().stack_size(MIB).spawn(|| {
        for tag in 0..=80_u8 {
            for pattern in [&[tag][..], &[0, tag], &[1, tag], &[tag, 1, 0]] {
                let bomb: Vec<u8> = pattern.iter().copied().cycle().take(800_000).collect();
                let (_, peak) =
                    peak_of(|| (protocol::read::<Ask>(&bomb).is_ok(), protocol::read::<Say>(&bomb).is_ok()));
                assert!(peak < 64 * MIB, "{pattern:?} took {peak}");
            }
        }
    });
    deep.unwrap().join().unwrap();
}

fn texts() {
    let options = fhir::Options { zone: Zone::UTC, now: Moment(0) };
    let deep = std::thread::Builder::new().stack_size(2 * MIB).spawn(move || {
        for (open, close) in [("[", "]"), ("{\"a\":", "}"), ("[{\"a\":", "}]")] {
            for n in [100, 1_000, 100_000] {
                let json = open.repeat(n) + "1" + &close.repeat(n);
                let fields = Fields(vec![("note".to_owned(), json.clone())]);
                assert!(fields.applied_to(&fill::<Client>(Mode::Random(1))).is_err());
                let resource = format!("{{\"resourceType\":\"Patient\",\"id\":\"p\",\"name\":{json}}}");
                for text in [&json, &json[..json.len() / 2], &resource] {
                    let (_, peak) = peak_of(|| read_to_nothing(text.as_bytes(), options).1);
                    assert!(peak < 64 * MIB, "{n} of {open}: {peak}");
                }
            }
        }
        for n in [100, 1_000, 50_000] {
            let tables = "a.".repeat(n) + "b = 1\n";
            for text in [
                format!("x = {}{}\n", "[".repeat(n), "]".repeat(n)),
                format!("x = {}\n", "[".repeat(n)),
                format!("x = {}1{}\n", "{a = ".repeat(n), "}".repeat(n)),
                format!("[{}]\n", "a.".repeat(n) + "b"),
                tables,
            ] {
                let standard = Keymap::standard();
                let _ = caseload::app::keymap_file::read("k", &text, standard);
                assert!(Roles::adopted(&text).is_err());
                assert!(Clocks::parse(&text).is_err() && Keeping::parse(&text).is_err());
                assert!(caseload::store::keeping::parse(&text, Room::PERSONAL).is_err());
            }
        }
    });
    deep.unwrap().join().unwrap();
}
