//! What is sealed opens with its key in its place, and in no other way; the keyring keeps, rotates and destroys keys; and
//! a cut or failing disk at any call leaves no record behind whose key is lost. `CASELOAD_TEST_FULL=1` raises the counts,
//! `CASELOAD_WRITE_GOLDEN=1` writes the golden bytes anew.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

#[macro_use]
#[path = "records/kinds.rs"]
mod kinds;
#[path = "records/filler.rs"]
mod filler;

use caseload::domain::chart::Allergy;
use caseload::domain::client::Client;
use caseload::domain::ids::{AllergyId, ClientId, OfficeId, StaffId, UserId, VisitId};
use caseload::domain::import_source::ImportSource;
use caseload::domain::issue::{Issue, IssueEvent};
use caseload::domain::record::{Body, Head, Kind, OlderBytes, Owner, Record};
use caseload::domain::staff::Staff;
use caseload::domain::text::Text;
use caseload::domain::time::Moment;
use caseload::domain::visit::Visit;
use caseload::store::codec::{self, ActNote, CodecError, decode_with, encode, key_of, sealed, sealed_under};
use caseload::store::engine::{Derive, Engine, MAX_ENVELOPE};
use caseload::store::faults::{Fault, FaultFiles, Unsynced};
use caseload::store::files::{Files, read_whole};
use caseload::store::indexes::{self, SealedIndexes};
use caseload::store::kept::{JournaledEngine, Options};
use caseload::store::keyring::{self, AGENCY, Keyring, KeyringError, Marks, MasterKey};
use caseload::store::memory::MemoryEngine;
use caseload::store::seal::Key;
use caseload::store::working::MemoryHome;
use caseload::store::{Act, Store, Write};
use filler::{CANARY, Mode, fill};
use proptest::prelude::*;
use std::sync::Arc;

fn full() -> bool {
    std::env::var("CASELOAD_TEST_FULL").is_ok_and(|v| v == "1")
}

fn config(few: u32, many: u32) -> ProptestConfig {
    ProptestConfig {
        cases: if full() { many } else { few },
        failure_persistence: None,
        rng_seed: proptest::test_runner::RngSeed::Fixed(20_261_123),
        ..ProptestConfig::default()
    }
}

const ID: [u8; 16] = [0x11; 16];

fn master(byte: u8) -> MasterKey {
    let hex: String = (0..32).map(|_| format!("{byte:02x}")).collect();
    MasterKey::parse(&format!("caseload-master-key-1 {hex}\n")).unwrap()
}

fn ring() -> Arc<Keyring> {
    Arc::new(Keyring::begin(Arc::new(FaultFiles::new()), master(7)).unwrap())
}

fn head(rev: u64) -> Head {
    let (by, at) = (UserId([0x22; 16]), Moment(1_772_456_400_000));
    Head { rev, created_by: by, created_at: at, updated_by: by, updated_at: at, in_error: false }
}

fn hex(bytes: &[u8]) -> String {
    bytes.chunks(40).map(|row| row.iter().map(|b| format!("{b:02x}")).collect::<String>() + "\n").collect()
}

#[test]
fn a_key_has_one_answer_for_good() {
    // The bytes of version 1: a fixed key, nonce and place.
    let key = Key::new([0x42; 32]);
    let sealed = key.seal([0x24; 12], b"a place", b"what is said of somebody").unwrap();
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden/sealed.v1.hex");
    if std::env::var_os("CASELOAD_WRITE_GOLDEN").is_some() {
        std::fs::write(&path, hex(&sealed)).unwrap();
    }
    assert_eq!(std::fs::read_to_string(&path).unwrap(), hex(&sealed), "sealed bytes would be read wrong");
    assert_eq!(key.open(b"a place", &sealed).unwrap(), b"what is said of somebody");
    // RFC 8452, appendix C.2: the second test of AES-256-GCM-SIV, so that it is that and nothing like it.
    let mut rfc = [0; 32];
    rfc[0] = 1;
    let mut nonce = [0; 12];
    nonce[0] = 3;
    let made = Key::new(rfc).seal(nonce, b"", &[1, 0, 0, 0, 0, 0, 0, 0]).unwrap();
    assert_eq!(hex(&made[12..]), "c2ef328e5c71c83b843122130f7364b761e0b97427e3df28\n");
}

fn opens_in_its_place_alone<B: Body>(seed: u64, at: usize, bit: u8, cut: usize) {
    let keys = ring();
    let numbers = keys.numbers(&[[1; 16], [2; 16]]).unwrap();
    let record = Record::<B> { id: ID.into(), head: head(7), body: fill(Mode::Random(seed)) };
    let clear = encode(&record).unwrap();
    let good = sealed(&keys, numbers[0], &ID, 7, &clear).unwrap();
    assert_eq!((key_of(&good), key_of(&clear)), (numbers[0], 0));
    let open = |envelope: &[u8]| decode_with::<B>(Some(&keys), &ID, 7, envelope);
    assert!(open(&good).unwrap() == record);
    assert!(decode_with::<B>(None, &ID, 7, &good).unwrap_err() == CodecError::Key(numbers[0]));
    // Another place, another revision, another key, a flipped or missing byte.
    assert!(decode_with::<B>(Some(&keys), &[0x12; 16], 7, &good).is_err());
    assert!(decode_with::<B>(Some(&keys), &ID, 8, &good).is_err());
    let at = at % good.len();
    let mut flipped = good.clone();
    flipped[at] ^= bit.max(1);
    assert!(open(&flipped).is_err());
    assert!(open(&good[..cut % good.len()]).is_err());
    // The same with a checksum that is right, as somebody who means it would write it.
    for change in [0_usize, 1, 2] {
        let mut forged = good[..good.len() - 4].to_vec();
        let (mut id, mut rev) = (ID, 7);
        match change {
            0 => {
                let at = at % forged.len();
                forged[at] ^= bit.max(1);
            }
            1 => id[3] ^= 1,
            _ => rev = 6,
        }
        let mut crc = crc32fast::Hasher::new();
        for part in [&id[..], &u64::to_le_bytes(rev)[..], &forged[..]] {
            crc.update(part);
        }
        forged.extend_from_slice(&crc.finalize().to_le_bytes());
        assert!(decode_with::<B>(Some(&keys), &id, rev, &forged).is_err(), "{} {change}", B::KIND.word());
    }
    // Under a nonce that comes twice two records still open, each for itself.
    let twice = |id: &[u8; 16]| sealed_under(&keys, numbers[1], [9; 12], id, 7, &clear).unwrap();
    assert!(twice(&ID) != twice(&[0x12; 16]));
    assert!(open(&twice(&ID)).unwrap() == record);
}

proptest! {
    #![proptest_config(config(48, 4_000))]

    #[test]
    fn what_is_sealed_opens_in_its_place_alone(kind in 0..Kind::ALL.len(), seed: u64, at: usize, bit: u8, cut: usize) {
        of_kind!(Kind::ALL[kind], opens_in_its_place_alone(seed, at, bit, cut));
    }

    /// Whatever lies there: an error, no panic, no room taken for what it claims.
    #[test]
    fn no_bytes_harm_the_reader(kind in 0..Kind::ALL.len(), mut bytes in prop::collection::vec(any::<u8>(), 0..300), good_crc: bool) {
        fn read<B: Body>(keys: &Keyring, bytes: &[u8]) -> bool {
            decode_with::<B>(Some(keys), &ID, 1, bytes).is_ok()
        }
        let keys = ring();
        if good_crc && bytes.len() > 13 {
            bytes[0] = codec::MAGIC;
            bytes[1..3].copy_from_slice(&Kind::ALL[kind].number().to_le_bytes());
            let key = bytes[5] % 4;
            bytes[3..9].copy_from_slice(&[1, 0, key, 0, 0, 0]);
            let end = bytes.len() - 4;
            let mut crc = crc32fast::Hasher::new();
            for part in [&ID[..], &1_u64.to_le_bytes()[..], &bytes[..end]] {
                crc.update(part);
            }
            bytes[end..].copy_from_slice(&crc.finalize().to_le_bytes());
        }
        of_kind!(Kind::ALL[kind], read(&keys, &bytes));
        let _ = codec::decode_note_with(Some(&keys), &ID, &bytes);
        let _ = indexes::open_value(Some(&keys), (indexes::VISITS, &ID), bytes.clone());
        let files = FaultFiles::new();
        files.create(keyring::FILE).unwrap();
        files.write_at(keyring::FILE, 0, &bytes).unwrap();
        prop_assert!(Keyring::open(Arc::new(files.after_restart()), master(7)).is_err());
    }
}

// ---- the keyring

#[test]
fn a_keyring_opens_with_its_master_alone() {
    let files = Arc::new(FaultFiles::new());
    let keys = Keyring::begin(files.clone(), master(7)).unwrap();
    let numbers = keys.numbers(&[[1; 16], AGENCY, [2; 16], [1; 16]]).unwrap();
    assert_eq!(numbers[0], numbers[3]);
    assert_eq!(numbers.iter().collect::<std::collections::BTreeSet<_>>().len(), 3);
    let before = files.bytes(keyring::FILE).unwrap();
    let wrong = Keyring::open(files.clone(), master(8)).unwrap_err();
    assert!(matches!(wrong, KeyringError::Wrong(_, _)), "{wrong}");
    assert!(wrong.to_string().contains(&master(7).fingerprint()));
    assert!(files.bytes(keyring::FILE).unwrap() == before, "a wrong key changes nothing");
    for at in 0..before.len() {
        let other = FaultFiles::new();
        other.create(keyring::FILE).unwrap();
        let mut bytes = before.clone();
        bytes[at] ^= 0x40;
        other.write_at(keyring::FILE, 0, &bytes).unwrap();
        assert!(Keyring::open(Arc::new(other), master(7)).is_err(), "byte {at}");
    }
    // An entry that is taken out is missed as well.
    let again = Keyring::open(files, master(7)).unwrap();
    assert_eq!(again.numbers(&[[1; 16], AGENCY, [2; 16]]).unwrap(), &numbers[..3]);
    assert_eq!(again.digest(&[b"a"]), keys.digest(&[b"a"]));
    assert_ne!(again.digest(&[b"ab", b"c"]), keys.digest(&[b"a", b"bc"]));
}

#[test]
fn no_key_stands_in_the_keyring_or_is_printed() {
    let files = Arc::new(FaultFiles::new());
    let keys = Keyring::begin(files.clone(), master(7)).unwrap();
    let number = keys.numbers(&[[1; 16]]).unwrap()[0];
    let key = keys.key(number).unwrap().unwrap();
    let bytes = files.bytes(keyring::FILE).unwrap();
    assert!(!bytes.windows(32).any(|w| w == key.bytes()));
    assert_eq!(format!("{key:?} {keys:?}"), "Key(…) Keyring(…)");
    let text = master(7).text();
    assert_eq!(MasterKey::parse(&text).unwrap().fingerprint(), master(7).fingerprint());
    for bad in
        ["", "caseload-master-key-1", "caseload-master-key-1 07", "0707", &text.replace("07", "0x"), &text.repeat(2)]
    {
        assert!(MasterKey::parse(bad).is_none(), "{bad}");
    }
}

#[test]
fn keys_rotate_and_what_was_sealed_before_still_opens() {
    let files = Arc::new(FaultFiles::new());
    let keys = Keyring::begin(files.clone(), master(7)).unwrap();
    let old = keys.numbers(&[[1; 16], AGENCY]).unwrap();
    let digest = keys.digest(&[b"x"]);
    keys.rewrap(master(9)).unwrap();
    assert_eq!(keys.numbers(&[[1; 16], AGENCY]).unwrap(), old);
    assert!(Keyring::open(files.clone(), master(7)).is_err());
    keys.renew().unwrap();
    let new = keys.numbers(&[[1; 16], AGENCY]).unwrap();
    assert!(new.iter().all(|n| !old.contains(n)));
    let again = Keyring::open(files, master(9)).unwrap();
    assert_eq!(again.digest(&[b"x"]), digest, "what was found by its digest is found again");
    for number in old.iter().chain(&new) {
        assert!(again.key(*number).unwrap().unwrap().bytes() == keys.key(*number).unwrap().unwrap().bytes());
    }
    assert_eq!((again.status().live, again.status().retired, again.status().erased), (3, 2, 0));
    // Erasing takes the old ones as well.
    assert_eq!(again.erase(&[1; 16]).unwrap(), 2);
    assert!(again.key(old[0]).unwrap().is_none() && again.key(new[0]).unwrap().is_none());
    assert_eq!(again.numbers(&[[1; 16]]).unwrap_err(), KeyringError::Erased);
    assert!(again.erase(&AGENCY).is_err());
}

// ---- the store

fn act(n: u8, writes: Vec<Write>) -> Act {
    Act {
        request: [n; 16],
        batch: [0; 16],
        actor: UserId([1; 16]),
        at: Moment(0),
        action: "test",
        origin: String::new(),
        undoes: 0,
        note: ActNote { summary: Text::clip(CANARY), ..ActNote::default() },
        writes,
    }
}

fn create<B: Body>(id: u8, body: &B) -> Write {
    Write::create::<B>([id; 16].into(), body, UserId([1; 16]), Moment(0)).unwrap()
}

fn over(keys: &Arc<Keyring>) -> Store {
    Store::over(Arc::new(MemoryEngine::new(Arc::new(SealedIndexes(Arc::clone(keys))))))
}

fn largest_fits_sealed<B: Body>() {
    let store = over(&ring());
    store
        .commit(act(1, vec![create::<B>(0x11, &fill(Mode::Largest))]))
        .unwrap_or_else(|e| panic!("{}: {e:?}", B::KIND.word()));
    let kept = store.engine().get(B::KIND.number(), &ID).unwrap().unwrap();
    assert!(kept.envelope.len() <= MAX_ENVELOPE && key_of(&kept.envelope) != 0);
    assert!(store.get_any::<B>(ID.into()).unwrap().unwrap().body == fill(Mode::Largest));
    assert!(store.engine().verify().unwrap().problems.is_empty());
}

/// Sealed, no word of a record stands in its envelope, in a row's key or in a row's value.
fn shows_nothing<B: Body>() {
    let keys = ring();
    let store = over(&keys);
    store.commit(act(1, vec![create::<B>(0x11, &fill(Mode::Canary))])).unwrap();
    let kept = store.engine().get(B::KIND.number(), &ID).unwrap().unwrap();
    let rows = SealedIndexes(keys).rows(B::KIND.number(), &ID, &kept);
    let entry = store.engine().entry(1).unwrap().unwrap();
    let mut all = vec![kept.envelope, entry.commit.note];
    all.extend(rows.into_iter().flat_map(|row| [row.key, row.value]));
    for bytes in all {
        assert!(!bytes.windows(CANARY.len()).any(|w| w == CANARY.as_bytes()), "{}", B::KIND.word());
    }
}

#[test]
fn every_kind_is_sealed_and_the_largest_fits() {
    for kind in Kind::ALL {
        of_kind!(*kind, largest_fits_sealed());
        of_kind!(*kind, shows_nothing());
    }
}

fn client_of(store: &Store, keys: &Keyring, kind: Kind, id: u8) -> [u8; 16] {
    let kept = store.engine().get(kind.number(), &[id; 16]).unwrap().unwrap();
    keys.owner(key_of(&kept.envelope)).unwrap()
}

#[test]
fn each_record_is_sealed_with_the_key_of_whom_it_is_about() {
    let keys = ring();
    let store = over(&keys);
    let (ruth, ines) = (ClientId([2; 16]), ClientId([3; 16]));
    let client: Client = fill(Mode::Sample);
    let visit = Visit { client: ruth, ..fill(Mode::Sample) };
    let issue = Issue { client: Some(ruth), ..fill(Mode::Sample) };
    let event = IssueEvent { issue: [5; 16].into(), ..fill(Mode::Sample) };
    let source = ImportSource { kind: Kind::Visit, record: [4; 16], ..fill(Mode::Sample) };
    store.commit(act(1, vec![create(2, &client)])).unwrap();
    // All at once, then its like when the others stand already.
    store.commit(act(2, vec![create(4, &visit), create(6, &event), create(5, &issue), create(7, &source)])).unwrap();
    store.commit(act(3, vec![create(8, &event), create(9, &source)])).unwrap();
    store.commit(act(4, vec![create(10, &fill::<Staff>(Mode::Sample)), create(3, &client)])).unwrap();
    let of = |kind, id| client_of(&store, &keys, kind, id);
    for (kind, id) in [
        (Kind::Client, 2),
        (Kind::Visit, 4),
        (Kind::Issue, 5),
        (Kind::IssueEvent, 6),
        (Kind::IssueEvent, 8),
        (Kind::ImportSource, 7),
        (Kind::ImportSource, 9),
    ] {
        assert_eq!(of(kind, id), ruth.0, "{} {id}", kind.word());
    }
    assert_eq!((of(Kind::Staff, 10), of(Kind::Client, 3)), (AGENCY, ines.0));
    // A note about one is hers; about several it is the agency's.
    let note = |seq| keys.owner(key_of(&store.engine().entry(seq).unwrap().unwrap().commit.note)).unwrap();
    assert_eq!((note(1), note(2), note(4)), (ruth.0, ruth.0, AGENCY));
    assert_eq!(client.owner(ruth), Owner::Client(ruth));

    // Erased: hers is gone, nobody else's is, and nothing of it is an error.
    assert_eq!(keys.erase(&ruth.0).unwrap(), 1);
    assert!(store.get_any::<Client>(ruth).unwrap().is_none());
    assert!(store.get_any::<Visit>(VisitId([4; 16])).unwrap().is_none());
    assert!(store.revision::<Visit>(VisitId([4; 16]), 1).unwrap().is_none());
    assert!(store.get_any::<Client>(ines).unwrap().is_some());
    assert!(store.get_any::<Staff>(StaffId([10; 16])).unwrap().is_some());
    let mut seen = 0;
    store.each::<Client>(|_| seen += 1).unwrap();
    assert_eq!(seen, 1);
    assert!(store.visits_between(Moment(i64::MIN), Moment(i64::MAX), 10).unwrap().is_empty());
    assert_eq!(store.note(&store.engine().entry(2).unwrap().unwrap()).summary.as_str(), "erased");
    store.engine().remake_rows().unwrap();
    assert!(store.engine().verify().unwrap().problems.is_empty());
    assert!(store.of_client::<Visit>(ruth, 10).unwrap().is_empty());
    assert!(store.changed_since(ruth.0, 0, 10).unwrap().is_empty());
    let again = Visit { client: ruth, ..fill(Mode::Sample) };
    assert!(store.commit(act(9, vec![create(20, &again)])).is_err(), "nothing of hers is written again");
}

// ---- cuts

fn open_cut(files: &Arc<FaultFiles>) -> Result<(Store, Arc<Keyring>), String> {
    let files: Arc<dyn Files> = files.clone();
    let keys = if keyring::stands(&*files).map_err(|e| e.to_string())? {
        Keyring::open(files.clone(), master(7))
    } else {
        Keyring::begin(files.clone(), master(7))
    };
    let keys = Arc::new(keys.map_err(|e| e.to_string())?);
    let derive = Arc::new(SealedIndexes(keys.clone()));
    let engine = JournaledEngine::open(files, Box::new(MemoryHome::default()), derive, Options::default());
    let engine: Arc<dyn Engine> = Arc::new(engine.map_err(|e| e.to_string())?);
    Ok((Store::over(engine), keys))
}

/// Ten acts, each about somebody new; how many were acknowledged.
fn script(files: &Arc<FaultFiles>) -> u8 {
    let Ok((store, _)) = open_cut(files) else { return 0 };
    let mut acked = 0;
    for n in 1..=10 {
        let allergy = Allergy { client: ClientId([n; 16]), ..fill(Mode::Sample) };
        if store.commit(act(n, vec![create(n, &allergy)])).is_err() {
            break;
        }
        acked = n;
    }
    acked
}

#[test]
fn no_cut_leaves_a_record_without_its_key() {
    let quiet = Arc::new(FaultFiles::new());
    assert_eq!(script(&quiet), 10);
    let calls = quiet.calls();
    assert!(calls > 80, "only {calls} calls");
    let (mut cuts, mut lost) = (0, 0);
    for fault in [Fault::Dead, Fault::Io, Fault::Short, Fault::Full] {
        for at in 1..=calls {
            let files = Arc::new(FaultFiles::new());
            files.fail_at(at, fault);
            let acked = script(&files);
            for unsynced in [Unsynced::Dropped, Unsynced::Torn(at * 7919), Unsynced::Hole(at), Unsynced::Whole] {
                let found = Arc::new(files.after_cut(unsynced));
                let (store, keys) =
                    open_cut(&found).unwrap_or_else(|e| panic!("{fault:?} at call {at}, {unsynced:?}: {e}"));
                for n in 1..=10 {
                    let read = store.get_any::<Allergy>(AllergyId([n; 16]));
                    let read = read.unwrap_or_else(|e| panic!("{fault:?} at call {at}, {unsynced:?}: record {n}: {e}"));
                    lost += u32::from(read.is_none() && n <= acked);
                }
                assert!(store.engine().verify().unwrap().problems.is_empty());
                // … and it goes on: nobody's key is given to somebody else.
                let allergy = Allergy { client: ClientId([99; 16]), ..fill(Mode::Sample) };
                store.commit(act(99, vec![create(99, &allergy)])).unwrap();
                assert_eq!(client_of(&store, &keys, Kind::Allergy, 99), [99; 16]);
                cuts += 1;
            }
        }
    }
    assert_eq!(lost, 0, "acknowledged acts are lost");
    eprintln!("cuts {cuts}, acknowledged acts lost 0, records without their key 0");
}

#[test]
fn a_rotation_that_is_cut_off_leaves_the_old_or_the_new() {
    let begun = Arc::new(FaultFiles::new());
    Keyring::begin(begun.clone(), master(7)).unwrap().numbers(&[[1; 16], [2; 16]]).unwrap();
    let key = |keys: &Keyring| keys.key(3).unwrap().map(|k| *k.bytes());
    let expected = key(&Keyring::open(begun.clone(), master(7)).unwrap());
    for at in 1..=8 {
        for unsynced in [Unsynced::Dropped, Unsynced::Torn(at), Unsynced::Whole] {
            let files = Arc::new(begun.after_restart());
            let keys = Keyring::open(files.clone(), master(7)).unwrap();
            files.fail_at(at, Fault::Dead);
            let done = keys.rewrap(master(9)).is_ok();
            let found: Arc<FaultFiles> = Arc::new(files.after_cut(unsynced));
            let (old, new) = (Keyring::open(found.clone(), master(7)), Keyring::open(found, master(9)));
            assert!(old.is_ok() != new.is_ok(), "call {at}");
            assert!(!done || new.is_ok(), "call {at}: a rotation that was answered is lost");
            assert_eq!(key(&old.or(new).unwrap()), expected);
        }
    }
}

#[test]
fn an_erasure_that_was_answered_holds() {
    for at in 1..=8 {
        let files = Arc::new(FaultFiles::new());
        let keys = Keyring::begin(files.clone(), master(7)).unwrap();
        keys.numbers(&[[1; 16]]).unwrap();
        let wrapped = read_whole(&*files, keyring::FILE, 1 << 20).unwrap().unwrap();
        files.fail_at(at, Fault::Dead);
        let done = keys.erase(&[1; 16]).is_ok();
        let found: Arc<FaultFiles> = Arc::new(files.after_cut(Unsynced::Dropped));
        let again = Keyring::open(found.clone(), master(7)).unwrap();
        assert!(!done || again.is_erased(&[1; 16]), "call {at}");
        if again.is_erased(&[1; 16]) {
            // Not even its wrapped form is left in the file.
            let entry = &wrapped[18 + 2 * 81 + 21..18 + 3 * 81];
            assert!(!found.bytes(keyring::FILE).unwrap().windows(entry.len()).any(|w| w == entry));
        }
    }
}

fn bytes_of(files: &FaultFiles) -> Vec<u8> {
    files.bytes(keyring::FILE).unwrap()
}

fn with(bytes: Vec<u8>) -> Arc<FaultFiles> {
    let files = Arc::new(FaultFiles::new());
    files.create(keyring::FILE).unwrap();
    files.write_at(keyring::FILE, 0, &bytes).unwrap();
    files.sync(keyring::FILE).unwrap();
    files.sync_dir("").unwrap();
    files
}

#[test]
fn who_was_erased_stays_erased_in_an_older_keyring() {
    let owner = |n: u8| [n; 16];
    let files = Arc::new(FaultFiles::new());
    let keys = Keyring::begin(files.clone(), master(7)).unwrap();
    keys.numbers(&[owner(1), owner(2), owner(3)]).unwrap();
    let older = bytes_of(&files);
    let three = |ring: &Keyring| [1, 2, 3].map(|n| ring.is_erased(&owner(n)));
    let taken = |here: &[u8], other: &[u8], masters: &[MasterKey]| {
        let here: Arc<dyn Files> = with(here.to_vec());
        let marks = Marks::read(&*with(other.to_vec()), masters)?;
        keyring::take_over(&here, &marks, masters)?;
        Ok::<_, KeyringError>(read_whole(&*here, keyring::FILE, 1 << 20).unwrap().unwrap())
    };
    // Nobody was erased: nothing is written.
    assert!(taken(&older, &bytes_of(&files), &[]).unwrap() == older);
    // The newer keyring holds all of the older one: it takes its place, without any key.
    keys.numbers(&[owner(4)]).unwrap();
    keys.erase(&owner(2)).unwrap();
    let newer = bytes_of(&files);
    for masters in [&[][..], &[master(7)], &[master(9), master(7)]] {
        assert!(taken(&older, &newer, masters).unwrap() == newer);
    }
    assert_eq!(Marks::read(&*files, &[]).unwrap().erased(), [owner(2)].into());
    // And back: who is erased here is not brought back by one who does not know of it.
    assert!(taken(&newer, &older, &[]).unwrap() == newer);
    // Wrapped with another master key meanwhile.
    keys.rewrap(master(9)).unwrap();
    let found = taken(&older, &bytes_of(&files), &[master(7)]).unwrap();
    assert_eq!(three(&Keyring::open(with(found), master(9)).unwrap()), [false, true, false]);
    // Another line of the same agency: its numbers mean others, so the keys are destroyed here, with the key alone.
    let other = with(older.clone());
    let line = Keyring::open(other.clone(), master(7)).unwrap();
    line.numbers(&[owner(9)]).unwrap();
    line.erase(&owner(3)).unwrap();
    let ours = with(older.clone());
    let grown = Keyring::open(ours.clone(), master(7)).unwrap();
    grown.numbers(&[owner(8)]).unwrap();
    let before = grown.key(6).unwrap().map(|k| *k.bytes());
    let found = taken(&bytes_of(&ours), &bytes_of(&other), &[master(7)]).unwrap();
    let found = Keyring::open(with(found), master(7)).unwrap();
    assert_eq!((three(&found), found.owner(6)), ([false, false, true], Some(owner(8))));
    assert!(before.is_some() && found.key(6).unwrap().map(|k| *k.bytes()) == before);
    let refused = taken(&bytes_of(&ours), &bytes_of(&other), &[master(9)]).unwrap_err().to_string();
    assert!(refused.contains(&master(7).fingerprint()), "{refused}");
    // One that was changed destroys nobody's key, as far as a key is there to know it.
    let slot = 18 + 2 * 81 + 4;
    let mut changed = older.clone();
    changed[slot] = 3;
    assert!(matches!(taken(&older, &changed, &[master(7)]), Err(KeyringError::Damaged)));
    for cut in [0, 5, 17, 18, 100, older.len() - 1] {
        assert!(matches!(taken(&older, &older[..cut], &[]), Err(KeyringError::Damaged)), "{cut}");
    }
    // Cut at any call it is the one or the other.
    for at in 1..=8 {
        let here = with(older.clone());
        here.fail_at(at, Fault::Dead);
        let marks = Marks::read(&*with(newer.clone()), &[]).unwrap();
        let to: Arc<dyn Files> = here.clone();
        let done = keyring::take_over(&to, &marks, &[]).is_ok();
        let left = bytes_of(&here.after_cut(Unsynced::Torn(at)));
        assert!(left == newer || left == older && !done, "call {at}");
    }
}

// ---- what it costs

/// Says what encryption costs here; `CASELOAD_TEST_FULL=1` alone runs it, because nothing is asserted but that both hold
/// the same.
#[test]
fn what_it_costs() {
    if !full() {
        return;
    }
    for sealed in [false, true] {
        let dir = tempfile::tempdir().unwrap();
        let agency = dir.path().join("agency");
        caseload::store::files::make_private_dir(&agency).unwrap();
        let derive: Arc<dyn Derive> = if sealed {
            let files = Arc::new(caseload::store::files::DiskFiles::new(&agency));
            Arc::new(SealedIndexes(Arc::new(Keyring::begin(files, master(7)).unwrap())))
        } else {
            Arc::new(indexes::Indexes)
        };
        let open = || {
            caseload::store::directory::open(
                &agency,
                derive.clone(),
                caseload::store::directory::DirectoryOptions::default(),
            )
            .unwrap()
        };
        let store = Store::over(Arc::new(open()));
        let client: Client = fill(Mode::Sample);
        let visit: Visit = fill(Mode::Sample);
        let mut id = 0_u32;
        let mut next = || {
            id += 1;
            let mut bytes = [5; 16];
            bytes[..4].copy_from_slice(&id.to_be_bytes());
            bytes
        };
        let began = std::time::Instant::now();
        for _ in 0..100 {
            // Forty people of an import, each new, then visits of theirs.
            let ids: Vec<[u8; 16]> = (0..40).map(|_| next()).collect();
            let writes = ids.iter().map(|i| Write::create(ClientId(*i), &client, UserId([1; 16]), Moment(0)).unwrap());
            store.commit(Act { request: next(), ..act(1, writes.collect()) }).unwrap();
            for _ in 0..3 {
                let writes = ids.iter().map(|i| {
                    let visit = Visit { client: ClientId(*i), ..visit.clone() };
                    Write::create(VisitId(next()), &visit, UserId([1; 16]), Moment(0)).unwrap()
                });
                let writes = writes.collect();
                store.commit(Act { request: next(), ..act(1, writes) }).unwrap();
            }
        }
        let import = 16_000.0 / began.elapsed().as_secs_f64();
        let mut times: Vec<_> = (0..1_000)
            .map(|_| {
                let visit = Visit { client: ClientId([9; 16]), ..visit.clone() };
                let write = Write::create(VisitId(next()), &visit, UserId([1; 16]), Moment(0)).unwrap();
                let began = std::time::Instant::now();
                store.commit(Act { request: next(), ..act(1, vec![write]) }).unwrap();
                began.elapsed()
            })
            .collect();
        times.sort_unstable();
        drop(store);
        let began = std::time::Instant::now();
        let store = Store::over(Arc::new(open()));
        let mut seen = 0;
        store.each::<Client>(|_| seen += 1).unwrap();
        let opened = began.elapsed();
        assert_eq!((seen, store.count(Kind::Visit, 1 << 20).unwrap()), (4_000, 13_000));
        drop(store);
        let size = |part: &str| -> u64 {
            let mut all = 0;
            let mut dirs = vec![agency.join(part)];
            while let Some(dir) = dirs.pop() {
                for entry in std::fs::read_dir(dir).unwrap().flatten() {
                    let meta = entry.metadata().unwrap();
                    if meta.is_dir() { dirs.push(entry.path()) } else { all += meta.len() }
                }
            }
            all / 1024
        };
        eprintln!(
            "{}: {import:.0} records/s imported, an act p50 {:?} p99 {:?}, opened and 4,000 clients read in {opened:?}, \
             journal {} KiB, working copy {} KiB",
            if sealed { "encrypted" } else { "clear" },
            times[500],
            times[990],
            size("journal"),
            size("working")
        );
    }
}

// ---- shapes

/// Some kind whose shape has grown twice.
#[derive(Clone, PartialEq, serde::Serialize, serde::Deserialize)]
struct Grown {
    office: OfficeId,
    name: String,
    colour: u8,
    note: Option<String>,
}

/// As it was at first.
#[derive(Clone, PartialEq, serde::Serialize, serde::Deserialize)]
struct GrownV1 {
    office: OfficeId,
    name: String,
}

/// As it was then.
#[derive(Clone, PartialEq, serde::Serialize, serde::Deserialize)]
struct GrownV2 {
    office: OfficeId,
    name: String,
    colour: u8,
}

macro_rules! shape {
    ($t:ident, $schema:expr) => {
        impl Body for $t {
            const KIND: Kind = Kind::Office;
            const SCHEMA: u16 = $schema;
            type Id = OfficeId;
            fn owner(&self, _: OfficeId) -> Owner {
                Owner::Agency
            }
        }
    };
}
shape!(GrownV1, 1);
shape!(GrownV2, 2);
shape!(Later, 4);

/// As it will be.
#[derive(Clone, PartialEq, serde::Serialize, serde::Deserialize)]
struct Later {
    name: String,
}

impl Body for Grown {
    const KIND: Kind = Kind::Office;
    const SCHEMA: u16 = 3;
    type Id = OfficeId;
    fn owner(&self, _: OfficeId) -> Owner {
        Owner::Agency
    }
    fn upgrade(schema: u16, bytes: impl OlderBytes) -> Option<Self> {
        let v2 = match schema {
            1 => {
                let old: GrownV1 = bytes.read()?;
                GrownV2 { office: old.office, name: old.name, colour: 1 }
            }
            2 => bytes.read()?,
            _ => return None,
        };
        Some(Self { office: v2.office, name: v2.name, colour: v2.colour, note: None })
    }
}

#[test]
fn an_older_shape_is_read_as_the_newest() {
    let (office, name) = (OfficeId([3; 16]), "East".to_owned());
    let old = Record { id: OfficeId(ID), head: head(5), body: GrownV1 { office, name: name.clone() } };
    let bytes = encode(&old).unwrap();
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden/older_shape.v1.hex");
    if std::env::var_os("CASELOAD_WRITE_GOLDEN").is_some() {
        std::fs::write(&path, hex(&bytes)).unwrap();
    }
    assert_eq!(std::fs::read_to_string(&path).unwrap(), hex(&bytes));
    let newest = Grown { office, name: name.clone(), colour: 1, note: None };
    let read = codec::decode::<Grown>(&ID, 5, &bytes).unwrap();
    assert!(read.body == newest && read.head == old.head && read.id == old.id);
    let second =
        encode(&Record { id: OfficeId(ID), head: head(5), body: GrownV2 { office, name: name.clone(), colour: 9 } });
    assert!(codec::decode::<Grown>(&ID, 5, &second.unwrap()).unwrap().colour == 9);
    // Sealed as well, and what is written is of the newest shape.
    let keys = ring();
    let number = keys.numbers(&[AGENCY]).unwrap()[0];
    let envelope = sealed(&keys, number, &ID, 5, &bytes).unwrap();
    assert!(decode_with::<Grown>(Some(&keys), &ID, 5, &envelope).unwrap().body == newest);
    let written = encode(&Record { id: OfficeId(ID), head: head(6), body: newest }).unwrap();
    assert_eq!(u16::from_le_bytes([written[3], written[4]]), 3);
    assert_eq!(codec::decode::<GrownV1>(&ID, 6, &written).err(), Some(CodecError::Newer(3)));
    // One of which there never was a shape, and one cut short in the older bytes.
    let later = encode(&Record { id: OfficeId(ID), head: head(5), body: Later { name } }).unwrap();
    assert_eq!(codec::decode::<Grown>(&ID, 5, &later).err(), Some(CodecError::Newer(4)));
}
