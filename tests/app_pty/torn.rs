//! Keys that a line tears apart, and terminals that send a line feed for Enter: no record is changed, and what is left of
//! a key is not run. `CASELOAD_TEST_FULL=1` tears every key at every byte with 0 to 200 ms between, in many places.

use super::App;
use super::places::{Copy, Letters, PLACES, Pattern, Place, for_each, full, leave, leave_the_office};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

/// What terminals send for keys: xterm, xterm with application cursor and keypad, rxvt, the Linux console, `PuTTY`, and
/// with modifiers; what they send beside keys; letters of several bytes.
const SEQUENCES: &[&[u8]] = &[
    b"\x1b[A",
    b"\x1b[B",
    b"\x1b[C",
    b"\x1b[D",
    b"\x1bOA",
    b"\x1bOB",
    b"\x1bOC",
    b"\x1bOD",
    b"\x1b[H",
    b"\x1b[F",
    b"\x1bOH",
    b"\x1bOF",
    b"\x1b[1~",
    b"\x1b[2~",
    b"\x1b[3~",
    b"\x1b[4~",
    b"\x1b[5~",
    b"\x1b[6~",
    b"\x1b[7~",
    b"\x1b[8~",
    b"\x1b[Z",
    b"\x1bOP",
    b"\x1bOS",
    b"\x1b[11~",
    b"\x1b[14~",
    b"\x1b[15~",
    b"\x1b[17~",
    b"\x1b[18~",
    b"\x1b[19~",
    b"\x1b[20~",
    b"\x1b[24~",
    b"\x1b[[A",
    b"\x1b[[E",
    b"\x1b[1;5C",
    b"\x1b[1;2D",
    b"\x1b[1;3A",
    b"\x1b[5;5~",
    b"\x1b[18;3~",
    b"\x1b[3;5~",
    b"\x1bOa",
    b"\x1bOd",
    b"\x1b[a",
    b"\x1b[3^",
    b"\x1b[3$",
    b"\x1bOo",
    b"\x1bOj",
    b"\x1bOm",
    b"\x1bOn",
    b"\x1b[27u",
    b"\x1b[57358u",
    b"\x1b[1;1:3A",
    b"\x1b[I",
    b"\x1b[O",
    b"\x1b[<0;60;1M\x1b[<0;60;1m",
    b"\x1b[200~o x 3\r1\r\x1b[201~",
    b"\x1b[?62;1;22c",
    b"\x1b]11;rgb:1e1e/1e1e/2e2e\x1b\\",
    b"\x1bP>|XTerm(388)\x1b\\",
    "é".as_bytes(),
    "漢".as_bytes(),
    "👩".as_bytes(),
];
/// Keys that answer or commit where they are whole; torn apart for longer than an Esc waits they are nothing.
const ACTS: &[&[u8]] =
    &[b"\x1bOM", b"\x1b[27;5;13~", b"\x1b[57414u", b"\x1b[111u", b"\x1b[49u", b"\x1bOq", b"\x1bOy", b"\x1b[57400u"];
const GAPS: [u64; 5] = [0, 20, 60, 120, 200];

/// So long after the tail it is clear what a lone letter of it was.
const CLEAR: Duration = Duration::from_millis(15);

fn tear(app: &mut App, place: &Place, key: &[u8], at: usize, gap: u64, before: &mut Vec<u8>) {
    if !place.is_here(app) {
        place.go_behind(app, before);
    }
    *before = [&key[..at], format!(" {gap} ms ").as_bytes(), &key[at..]].concat();
    app.send(&key[..at]);
    std::thread::sleep(Duration::from_millis(gap));
    app.send(&key[at..]);
    std::thread::sleep(CLEAR);
}

fn torn_at(place: &Place, copy: &Copy, args: &[&str], env: &[(&str, &str)], whole_keys: &[&[u8]]) -> usize {
    let mut app = copy.open(args, env);
    let (mut torn, mut before) = (0, Vec::new());
    for (n, key) in whole_keys.iter().enumerate() {
        place.go_behind(&mut app, &before);
        for at in 1..key.len() {
            for (m, gap) in GAPS.into_iter().enumerate() {
                // Otherwise: behind the ESC, where it matters, and at one more place.
                if full() || (at == 1 && m == 4 - n % 2) || (at == 1 + n % key.len() && m == n % 5) {
                    tear(&mut app, place, key, at, gap, &mut before);
                    torn += 1;
                }
            }
        }
    }
    for key in ACTS {
        // An Esc waits at most 150 ms on a line that was not measured.
        place.go_behind(&mut app, &before);
        tear(&mut app, place, key, 1, 200, &mut before);
        torn += 1;
        std::thread::sleep(Duration::from_millis(300));
    }
    if args.contains(&"office") {
        leave_the_office(&mut app);
    } else {
        leave(&mut app);
    }
    let changed = copy.changed();
    assert_eq!(changed, 0, "{args:?} {env:?} {}: {changed} by {torn} torn keys", place.keys);
    torn
}

#[test]
fn torn_keys_change_no_record() {
    let pattern = Pattern::make();
    let torn = AtomicUsize::new(0);
    let ssh: &[(&str, &str)] = &[("SSH_CONNECTION", "192.0.2.7 51000 192.0.2.1 22")];
    let places: Vec<(usize, &Place)> = PLACES.iter().enumerate().take(if full() { 24 } else { 5 }).collect();
    for_each(&places, |(n, place)| {
        let env = if n % 4 == 1 { ssh } else { &[] };
        torn.fetch_add(torn_at(place, &pattern.copy(), &[], env, SEQUENCES), Ordering::SeqCst);
    });
    let torn = torn.into_inner();
    println!("{torn} torn keys in {} places: 0 records changed", places.len());
    let splits: usize = SEQUENCES.iter().map(|key| key.len() - 1).sum();
    if full() {
        assert_eq!(torn, places.len() * (splits * GAPS.len() + ACTS.len()));
    }
}

/// The office's function keys act where they are whole, but not on a page that has nothing to act on.
#[test]
fn nor_do_the_function_keys_of_the_office() {
    let pattern = Pattern::make();
    let torn = AtomicUsize::new(0);
    let place = |keys, seen| Place { keys, seen, letters: Letters::Keys };
    let places = [place("tab", "[4 Care team]"), place("f1", "Keys of this screen"), place("f5", "esc back")];
    for_each(&places[..if full() { 3 } else { 1 }], |place| {
        let n = torn_at(place, &pattern.copy(), &["--keymap", "office"], &[], SEQUENCES);
        torn.fetch_add(n, Ordering::SeqCst);
    });
    println!("{} torn keys with the office's keys: 0 records changed", torn.into_inner());
}

#[test]
fn line_feeds_for_enter_change_no_record() {
    let pattern = Pattern::make();
    let fed = AtomicUsize::new(0);
    let places = &PLACES[..if full() { PLACES.len() } else { 8 }];
    for_each(places, |place| {
        let copy = pattern.copy();
        let mut app = copy.open(&[], &[]);
        place.go(&mut app);
        // Through a whole form, and on its button.
        for n in 0..if full() { 16 } else { 6 } {
            let digit: &[u8] = if place.letters == Letters::Keys && n % 2 == 0 { b"1\n" } else { b"\n" };
            for keys in [digit, b"\n\t\n", b"\x1b[B\n"] {
                app.send(keys);
                std::thread::sleep(Duration::from_millis(20));
                fed.fetch_add(1, Ordering::SeqCst);
            }
        }
        leave(&mut app);
        assert_eq!(copy.changed(), 0, "{}: a line feed did it", place.keys);
    });
    println!("{} line feeds in {} places: 0 records changed", fed.into_inner(), places.len());
}
