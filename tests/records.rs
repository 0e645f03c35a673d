//! What is kept, kind by kind: every record fits, tells nothing by `Debug`, keeps its bytes for ever, and is found when
//! it is damaged; and its fields can be taken apart and put together. `CASELOAD_TEST_FULL=1` raises the counts,
//! `CASELOAD_WRITE_GOLDEN=1` writes the golden bytes anew.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

#[macro_use]
#[path = "records/kinds.rs"]
mod kinds;
#[path = "records/filler.rs"]
mod filler;

use caseload::domain as d;
use caseload::domain::fields::{Fields, differences, value_at};
use caseload::domain::ids::UserId;
use caseload::domain::record::{Body, Head, Kind, Record};
use caseload::domain::text::Text;
use caseload::domain::time::Moment;
use caseload::store::codec::{
    ActNote, CodecError, decode, decode_loose, decode_note, encode, encode_loose, encode_note,
};
use caseload::store::engine::MAX_ENVELOPE;
use caseload::store::indexes::Indexes;
use caseload::store::memory::MemoryEngine;
use caseload::store::{Act, Store, Write};
use filler::{CANARY, Learned, Mode, NUMBERS, fill, fill_with};
use proptest::prelude::*;
use std::sync::Arc;

/// Calls a generic function for every kind.
macro_rules! every_kind {
    ($f:ident($($arg:expr),*)) => { for kind in Kind::ALL { of_kind!(*kind, $f($($arg),*)); } };
}
fn full() -> bool {
    std::env::var("CASELOAD_TEST_FULL").is_ok_and(|v| v == "1")
}

/// The same cases on every machine.
fn config(few: u32, many: u32) -> ProptestConfig {
    ProptestConfig {
        cases: if full() { many } else { few },
        failure_persistence: None,
        rng_seed: proptest::test_runner::RngSeed::Fixed(20_260_302),
        ..ProptestConfig::default()
    }
}

const ID: [u8; 16] = [0x11; 16];

fn head(rev: u64, far: i64) -> Head {
    let (by, at) = (UserId([0x22; 16]), Moment(far));
    Head { rev, created_by: by, created_at: at, updated_by: by, updated_at: at, in_error: true }
}

fn record<B: Body>(mode: Mode) -> Record<B> {
    let far = if mode == Mode::Largest { i64::MIN } else { 1_772_456_400_000 };
    let rev = if mode == Mode::Largest { u64::MAX } else { 3 };
    Record { id: ID.into(), head: head(rev, far), body: fill(mode) }
}

fn largest_fits<B: Body>() {
    let envelope = encode(&record::<B>(Mode::Largest)).unwrap_or_else(|e| panic!("{}: {e}", B::KIND.word()));
    assert!(envelope.len() <= MAX_ENVELOPE, "{}: {} bytes", B::KIND.word(), envelope.len());
    // … and the engine takes it with all of its rows.
    let store = Store::over(Arc::new(MemoryEngine::new(Arc::new(Indexes))));
    let write = Write::create::<B>(ID.into(), &fill(Mode::Largest), UserId([1; 16]), Moment(i64::MAX)).unwrap();
    let act = Act {
        request: [1; 16],
        batch: [0; 16],
        actor: UserId([1; 16]),
        at: Moment(0),
        action: "test",
        origin: String::new(),
        undoes: 0,
        note: ActNote::default(),
        writes: vec![write],
    };
    store.commit(act).unwrap_or_else(|e| panic!("{}: {e:?}", B::KIND.word()));
    assert!(store.get_any::<B>(ID.into()).unwrap().unwrap().body == fill(Mode::Largest));
    assert!(store.engine().verify().unwrap().problems.is_empty());
}

#[test]
fn the_largest_record_of_every_kind_fits() {
    every_kind!(largest_fits());
    let note: ActNote = fill(Mode::Largest);
    assert_eq!(decode_note(&ID, &encode_note(&ID, &note).unwrap()).unwrap().reason.len(), 2000);
}

fn says_nothing<B: Body>() {
    let record = record::<B>(Mode::Canary);
    let json = serde_json::to_string(&record.body).unwrap();
    let texts = json.contains(CANARY) || NUMBERS.iter().any(|n| json.contains(n));
    assert!(texts, "{}: nothing to look for", B::KIND.word());
    let err = Fields::none().with("no such field", &CANARY).applied_to(&record.body).map(|_| ()).unwrap_err();
    for printed in [
        format!("{record:?}"),
        format!("{record:#?}"),
        record.id.to_string(),
        format!("{:?} {:?}", Fields::of(&record.body), err),
    ] {
        assert!(!printed.contains(CANARY), "{printed}");
        assert!(NUMBERS.iter().all(|n| !printed.contains(n)), "{printed}");
    }
}

#[test]
fn no_record_prints_what_is_in_it() {
    every_kind!(says_nothing());
    macro_rules! bodies {
        ($($t:ty),+) => { $(
            let printed = format!("{:?} {:#?}", fill::<$t>(Mode::Canary), fill::<$t>(Mode::Canary));
            assert!(!printed.contains(CANARY) && NUMBERS.iter().all(|n| !printed.contains(n)), "{printed}");
        )+ };
    }
    bodies!(
        d::agency::Agency,
        d::agency::Office,
        d::user::User,
        d::client::Client,
        d::contact::Contact,
        d::staff::Staff,
        d::staff::Membership,
        d::staff::Credential,
        d::visit::Visit,
        d::visit::Stay,
        d::issue::Issue,
        d::issue::IssueEvent,
        d::reassessment::Reassessment,
        d::care_plan::CarePlan,
        d::communication::Communication,
        d::attention::Attention,
        d::chart::Medication,
        d::chart::Diagnosis,
        d::chart::Allergy,
        d::chart::AccessCode,
        d::import_source::ImportSource,
        d::policy::Policy,
        d::import_source::ColumnMap,
        d::task::Task,
        d::review::Review,
        d::issue::Disposition,
        d::issue::Fact,
        d::attention::Outcome,
        d::attention::Snooze,
        d::attention::ByHand,
        d::attention::Escalated,
        d::person::Name,
        d::person::Phone,
        d::person::Address,
        d::client::Carer,
        d::client::Directive,
        d::communication::Promise,
        d::import_source::Said
    );
    // Inside a handling stand ids and instants, and no word of anybody's.
    assert!(!format!("{:?}", fill::<d::attention::Handling>(Mode::Canary)).contains(CANARY));
}

fn hex(bytes: &[u8]) -> String {
    bytes.chunks(40).map(|row| row.iter().map(|b| format!("{b:02x}")).collect::<String>() + "\n").collect()
}

fn golden_file(name: &str, schema: u16) -> std::path::PathBuf {
    std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("tests/golden/{name}.v{schema}.hex"))
}

fn golden(name: &str, schema: u16, bytes: &[u8]) {
    let path = golden_file(name, schema);
    if std::env::var_os("CASELOAD_WRITE_GOLDEN").is_some() {
        std::fs::write(&path, hex(bytes)).unwrap();
    }
    let kept = std::fs::read_to_string(&path).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
    assert!(kept == hex(bytes), "{name} has other bytes than version {schema}: a stored record would be read wrong");
}

/// The bytes of an older shape, as they were kept.
fn kept(name: &str, schema: u16) -> Vec<u8> {
    let text = std::fs::read_to_string(golden_file(name, schema)).unwrap_or_else(|e| panic!("{name}: {e}"));
    let digits: Vec<u8> = text.bytes().filter(u8::is_ascii_hexdigit).collect();
    let byte = |pair: &[u8]| u8::from_str_radix(std::str::from_utf8(pair).unwrap(), 16).unwrap();
    digits.chunks(2).map(byte).collect()
}

fn keeps_its_bytes<B: Body>() {
    let record = record::<B>(Mode::Sample);
    let envelope = encode(&record).unwrap();
    golden(B::KIND.word(), B::SCHEMA, &envelope);
    let back = decode::<B>(&ID, 3, &envelope).unwrap();
    assert!(back == record, "{}", B::KIND.word());
    // What an older version wrote is read for ever, and is written anew in the newest shape.
    for schema in 1..B::SCHEMA {
        let older = decode::<B>(&ID, 3, &kept(B::KIND.word(), schema)).unwrap();
        assert!(older.head == record.head && encode(&older).unwrap() != kept(B::KIND.word(), schema));
    }
}

#[test]
fn a_visit_from_before_there_were_series_is_read_as_it_was() {
    let older = decode::<d::visit::Visit>(&ID, 3, &kept("visit", 1)).unwrap();
    let whole: d::visit::Visit = fill(Mode::Sample);
    assert!(older.body == d::visit::Visit { series: None, ..whole });
}

#[test]
fn a_caregiver_from_before_anybody_asked_how_much_they_want_is_read_as_they_were() {
    let older = decode::<d::staff::Staff>(&ID, 3, &kept("staff", 1)).unwrap();
    let whole: d::staff::Staff = fill(Mode::Sample);
    assert!(older.body == d::staff::Staff { most_week: None, ..whole });
}

#[test]
fn every_kind_keeps_its_bytes() {
    every_kind!(keeps_its_bytes());
    let note: ActNote = fill(Mode::Sample);
    golden("note", 1, &encode_note(&ID, &note).unwrap());
    let numbers: Vec<u16> = Kind::ALL.iter().map(|k| k.number()).collect();
    assert_eq!(numbers, (1..=42).collect::<Vec<_>>());
    assert_eq!(Kind::from_number(0), None);
    assert_eq!(Kind::from_number(43), None);
}

fn is_refused_when_damaged<B: Body>(seed: u64, place: usize, bit: u8, cut: usize, more: &[u8]) {
    let record = Record::<B> { id: ID.into(), head: head(7, 5), body: fill(Mode::Random(seed)) };
    let good = encode(&record).unwrap();
    assert!(decode::<B>(&ID, 7, &good).unwrap() == record);
    let mut flipped = good.clone();
    let place = place % flipped.len();
    flipped[place] ^= bit.max(1);
    assert!(decode::<B>(&ID, 7, &flipped).is_err(), "{} byte {place}", B::KIND.word());
    assert!(decode::<B>(&ID, 7, &good[..cut % good.len()]).is_err());
    assert!(decode::<B>(&ID, 7, &[&good[..], more, &[0]].concat()).is_err());
    assert!(decode::<B>(&ID, 8, &good).is_err());
    let mut other = ID;
    other[place % 16] ^= bit.max(1);
    assert!(decode::<B>(&other, 7, &good).is_err());
    if B::KIND != Kind::Allergy {
        assert_eq!(decode::<d::chart::Allergy>(&ID, 7, &good).unwrap_err(), CodecError::Kind(B::KIND.number()));
    }
}

fn fields_hold<B: Body>(seeds: (u64, u64), take: u64, learned: &mut Learned) {
    let kind = B::KIND.word();
    let before: B = fill_with(Mode::Random(seeds.0), learned);
    let after: B = fill_with(Mode::Random(seeds.1), learned);
    assert!(differences(&before, &before).is_empty());
    assert!(Fields::of(&before).body::<B>().unwrap() == before, "{kind}: all fields make the body");
    let all = differences(&before, &after);
    let mut fields = Fields::none();
    for (name, was, is) in &all {
        assert!(was != is, "{kind}.{name} differs from itself");
        assert_eq!(value_at(&before, name).as_ref(), Some(was));
        assert_eq!(value_at(&after, name).as_ref(), Some(is));
        fields.set(name, is);
    }
    assert!(fields.applied_to(&before).unwrap() == after, "{kind}: what differs makes the other");
    // Any part of them changes that part and nothing else.
    let mut part = Fields::none();
    let mut rest = Vec::new();
    for (i, (name, _, is)) in all.iter().enumerate() {
        if take >> (i % 64) & 1 == 1 { part.set(name, is) } else { rest.push(name.clone()) }
    }
    let mixed = part.applied_to(&before).unwrap();
    let left: Vec<String> = differences(&mixed, &after).into_iter().map(|(n, _, _)| n).collect();
    assert_eq!(left, rest, "{kind}");
}

fn bad_fields_are_named<B: Body>(seed: u64) {
    let body: B = fill(Mode::Random(seed));
    let kind = B::KIND.word();
    let secret = format!("{CANARY} too long, missing field, not a word");
    for name in ["nothing", "handling.nothing", "name.nothing", "", "."] {
        let err = Fields::none().with(name, &secret).applied_to(&body).map(|_| ()).unwrap_err();
        assert_eq!((err.field.as_str(), err.kind), (name, B::KIND));
        assert!(!err.to_string().contains(CANARY), "{err}");
    }
    let good = Fields::of(&body);
    let err = good.clone().with("nothing", &secret).body::<B>();
    assert_eq!(err.err().map(|e| e.field), Some("nothing".to_owned()), "{kind}: a field that is not there");
    for (name, json) in &good.0 {
        // A list fits no field of its own kind when it holds itself, and no field takes a deep list.
        let wrong = serde_json::json!([[[secret.clone()]]]);
        for wrong in [wrong, serde_json::json!({"secret": secret.clone()}), serde_json::json!(secret.repeat(2000))] {
            let one = Fields::none().with(name, &wrong);
            let err = one.applied_to(&body).map(|_| ()).unwrap_err();
            assert_eq!(&err.field, name, "{kind}: {err}");
            assert!(!err.to_string().contains(CANARY), "{err}");
            let mut all = good.clone();
            all.set(name, &wrong);
            let err = all.body::<B>().map(|_| ()).unwrap_err();
            assert_eq!(&err.field, name, "{kind}: {err}");
            assert!(!err.to_string().contains(CANARY), "{err}");
        }
        let err = Fields(vec![(name.clone(), format!("{json} {secret}"))]).applied_to(&body).map(|_| ()).unwrap_err();
        assert_eq!((err.field.as_str(), err.why.as_str()), (name.as_str(), "not a value"));
    }
}

#[test]
fn a_bad_field_is_named_and_its_value_is_not() {
    every_kind!(bad_fields_are_named(5));
    // What serde says of a wrong type quotes the value, and a value may say anything.
    let user: d::user::User = fill(Mode::Sample);
    for secret in ["too long: CANARY", "x too long CANARY", "missing field CANARY", "not a CANARY"] {
        let err = Fields::none().with("uid", &secret).applied_to(&user).map(|_| ()).unwrap_err();
        assert!(!err.to_string().contains(CANARY), "{err}");
        let err = Fields::none().with("role", &secret).applied_to(&user).map(|_| ()).unwrap_err();
        assert!(!err.to_string().contains(CANARY), "{err}");
    }
    let err = Fields::none().with("name", &"x".repeat(81)).applied_to(&user).map(|_| ()).unwrap_err();
    assert_eq!(err.to_string(), "user.name: too long: 81 where at most 80 fit");
}

#[test]
fn what_is_too_large_is_refused_and_not_emptied() {
    for n in [MAX_ENVELOPE, 1 << 20, 3 << 20] {
        let large = "x".repeat(n);
        assert!(matches!(encode_loose(9, &ID, &large), Err(CodecError::TooLarge(_))), "{n}");
    }
    let small = encode_loose(9, &ID, &"kept".to_owned()).unwrap();
    assert_eq!(decode_loose::<String>(9, &ID, &small).unwrap(), "kept");
    assert!(decode_loose::<String>(8, &ID, &small).is_err());
    assert!(decode_loose::<String>(9, &[1; 16], &small).is_err());
    let note = ActNote { summary: Text::clip("s"), reason: Text::default(), told_outside: true };
    assert!(decode_note(&[3; 16], &encode_note(&ID, &note).unwrap()).is_err());
}

proptest! {
    #![proptest_config(config(96, 4_000))]

    #[test]
    fn damage_is_found(
        kind in 0_usize..Kind::ALL.len(), seed: u64, place: usize, bit: u8, cut: usize, more in prop::collection::vec(any::<u8>(), 0..9),
    ) {
        of_kind!(Kind::ALL[kind], is_refused_when_damaged(seed, place, bit, cut, &more));
    }

    #[test]
    fn fields_come_apart_and_together(seeds: (u64, u64), take: u64) {
        every_kind!(fields_hold(seeds, take, &mut Learned::default()));
    }
}
