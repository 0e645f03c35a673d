//! Forty call notes pasted without brackets, wherever one can stand: no record is changed. `CASELOAD_TEST_FULL=1` goes to
//! every place with every line end, at once and in packets.

use super::App;
use super::places::{Copy, Letters, PLACES, Pattern, Place, for_each, full, leave, leave_the_office};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

/// What a coordinator writes down while she telephones, as hostile as it comes: it begins with what acts, has digits,
/// apostrophes, commands of a shell, signs of other scripts, lines of one letter and lines of nothing.
const LINES: [&str; 20] = [
    "o rang the daughter at 9, she slept well and ate",
    "x 3",
    "cancel the 14:00, she's at dialysis",
    "1",
    "s 1 15 min",
    "401-555-0142 - no answer, left a message; try Rosa's number",
    "u",
    "",
    "r 2 resolved? not yet: \"ask O'Brien\"",
    ": take",
    "!",
    "Q quit the meds on Sunday",
    "n i fell again, 3 p.m., no pain",
    "y",
    "2 O 3 e 4 x",
    "Señora Muñoz, 渡辺さん, \u{202e}RTL, 👩‍⚕️ nurse",
    "t told the MD; m moved to Thursday",
    "p pass to R. Patel \\ $(reboot) ; `ls`",
    "  \t indented 9:30 12/60 30% <b>",
    "Y P V * + - . [ ] < > / ? g w c 1",
];

fn notes(first: usize, end: &str) -> String {
    (0..40).map(|n| format!("{}{end}", LINES[(n * 7 + first) % LINES.len()])).collect()
}

/// How it comes over the line.
#[derive(Debug, Clone, Copy)]
enum Way {
    AtOnce,
    /// Packets of so many bytes, so many milliseconds apart.
    Packets(usize, u64),
}

const ENDS: [&str; 3] = ["\r", "\n", "\r\n"];
/// At once; as a quick line brings it, as a slow one does, and as a line of 9,600 baud does.
const WAYS: [Way; 4] = [Way::AtOnce, Way::Packets(97, 9), Way::Packets(730, 120), Way::Packets(3, 3)];

fn paste(app: &mut App, text: &str, way: Way) {
    match way {
        Way::AtOnce => app.send(text.as_bytes()),
        Way::Packets(size, gap) => {
            for packet in text.as_bytes().chunks(size) {
                app.send(packet);
                std::thread::sleep(Duration::from_millis(gap));
            }
        }
    }
}

fn pasted_into(place: &Place, n: usize, copy: &Copy, args: &[&str], ways: &[Way]) -> usize {
    let mut app = copy.open(args, &[]);
    let mut pastes = 0;
    for (m, way) in ways.iter().enumerate() {
        for (k, end) in ENDS.into_iter().enumerate() {
            if !full() && k != (n + m) % 3 {
                continue;
            }
            place.go(&mut app);
            paste(&mut app, &notes(n + 3 * m + k, end), *way);
            if pastes == 0 && place.letters != Letters::Text {
                app.until("nothing was run");
            }
            // What comes so soon behind a paste belongs to it.
            std::thread::sleep(Duration::from_millis(450));
            pastes += 1;
        }
    }
    if args.contains(&"office") {
        leave_the_office(&mut app);
    } else {
        leave(&mut app);
    }
    let changed = copy.changed();
    assert_eq!(changed, 0, "{args:?} {}: {changed} records changed by {pastes} pastes", place.keys);
    pastes
}

#[test]
fn forty_notes_pasted_without_brackets_change_no_record() {
    let pattern = Pattern::make();
    let pastes = AtomicUsize::new(0);
    let places: Vec<(usize, &Place)> = PLACES.iter().enumerate().take(if full() { PLACES.len() } else { 12 }).collect();
    for_each(&places, |(n, place)| {
        let ways = if full() { &WAYS[..] } else { &WAYS[n % 3..][..1] };
        pastes.fetch_add(pasted_into(place, *n, &pattern.copy(), &[], ways), Ordering::SeqCst);
    });
    let pastes = pastes.into_inner();
    println!("{pastes} pastes of 40 notes into {} places: 0 records changed", places.len());
    assert_eq!(pastes, places.len() * if full() { ENDS.len() * WAYS.len() } else { 1 });
}

/// Where the other keymaps' keys lead.
const OFFICE: &[Place] = &[
    Place { keys: "tab", seen: "[1 Alerts]", letters: Letters::Keys },
    Place { keys: "tab", seen: "[2 Calendar]", letters: Letters::Keys },
    Place { keys: "tab", seen: "[3 Caseload]", letters: Letters::Keys },
    Place { keys: "tab", seen: "[4 Care team]", letters: Letters::Keys },
    Place { keys: "enter", seen: "esc back", letters: Letters::Text },
    Place { keys: "f3", seen: "[ Save ]", letters: Letters::Keys },
    Place { keys: "f4", seen: "esc back", letters: Letters::Text },
    Place { keys: "f5", seen: "esc back", letters: Letters::Text },
    Place { keys: "f8", seen: "[ Save ]", letters: Letters::Keys },
    Place { keys: "f9", seen: "type to narrow", letters: Letters::Text },
];
const VIM: &[Place] = &[
    Place { keys: "g 1", seen: "[1 Alerts]", letters: Letters::Keys },
    Place { keys: "g 2", seen: "[2 Calendar]", letters: Letters::Keys },
    Place { keys: "g 3", seen: "[3 Caseload]", letters: Letters::Keys },
    Place { keys: "g 4", seen: "[4 Care team]", letters: Letters::Keys },
    Place { keys: "enter", seen: "[Okafor, Ruth", letters: Letters::Keys },
    Place { keys: "c", seen: "[ Save ]", letters: Letters::Keys },
    Place { keys: "g w c", seen: "safe", letters: Letters::Digits },
];

#[test]
fn nor_do_they_with_the_other_keys() {
    let pattern = Pattern::make();
    let pastes = AtomicUsize::new(0);
    let places: Vec<(usize, &str, &Place)> = [("office", OFFICE), ("vim", VIM)]
        .into_iter()
        .flat_map(|(map, places)| places.iter().map(move |p| (map, p)))
        .enumerate()
        .filter(|(n, _)| full() || n % 5 == 0)
        .map(|(n, (map, place))| (n, map, place))
        .collect();
    for_each(&places, |(n, map, place)| {
        let ways = if full() { &WAYS[..2] } else { &WAYS[..1] };
        let copy = pattern.copy();
        pastes.fetch_add(pasted_into(place, *n, &copy, &["--keymap", map], ways), Ordering::SeqCst);
    });
    println!("{} pastes of 40 notes into {} places: 0 records changed", pastes.into_inner(), places.len());
}
