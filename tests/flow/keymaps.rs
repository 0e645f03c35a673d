//! The laws of the keys, over the action table and every keymap that comes with caseload; and what a keymap file of
//! one's own is told when it does not hold.

use super::flow::canned::Canned;
use super::flow::{App, event};
use caseload::app::action::{self, Action, Class, TABLE};
use caseload::app::key::Key;
use caseload::app::key_card::{WIDE, key_card};
use caseload::app::keymap::{Context, Keymap, Step};
use caseload::app::keymap_file;
use caseload::app::keys::{contexts, in_text};
use caseload::app::layers::Layer;
use caseload::app::model::Model;
use caseload::app::{Msg, hints};
use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

const NAMES: [&str; 3] = ["default", "office", "vim"];

/// Ways to every kind of place, in the default keys.
const PLACES: [&str; 21] = [
    "",
    "2",
    "2 m",
    "2 O",
    "3",
    "4",
    "enter",
    "w",
    "r 1",
    "n i",
    "f",
    "a",
    "u",
    "Q",
    "R",
    "g v",
    "g L",
    "4 x 1 ctrl-s",
    "4 x 1 ctrl-s c",
    "g w",
    "g w c",
];

fn office(size: (u16, u16), way: &str) -> App<Canned> {
    App::open(Canned::default(), size).keys(way)
}

fn bundled(name: &str) -> Keymap {
    Keymap::bundled(name).unwrap()
}

fn parsed(path: &str) -> Vec<Key> {
    path.split(' ').map(|w| Key::parse(w).unwrap()).collect()
}

fn changes(action: &Action) -> bool {
    matches!(action.class, Class::Acts | Class::Card)
}

/// Lists of contexts that hold somewhere.
fn held() -> BTreeSet<&'static [Context]> {
    PLACES.iter().map(|way| contexts(&office((120, 40), way).model)).collect()
}

#[test]
fn no_key_has_two_meanings_where_both_can_be_reached() {
    for name in NAMES {
        let map = bundled(name);
        for list in held() {
            let here: Vec<(Context, Vec<Key>, &str)> = map
                .bindings()
                .into_iter()
                .filter(|(c, ..)| list.contains(c))
                .map(|(c, keys, id)| (c, parsed(&keys), id))
                .collect();
            for (a, keys, id) in &here {
                for (b, others, other) in &here {
                    let same = keys == others && id != other;
                    let begins = others.len() > keys.len() && others.starts_with(keys);
                    assert!(!same && !begins, "{name}: {keys:?} is “{id}” in {a:?} and begins “{other}” in {b:?}");
                }
            }
        }
    }
}

#[test]
fn a_letter_is_the_same_verb_in_every_place() {
    for name in NAMES {
        let mut verbs: BTreeMap<String, &str> = BTreeMap::new();
        for (context, keys, id) in bundled(name).bindings() {
            if !parsed(&keys)[0].typed().is_some_and(char::is_alphabetic) {
                continue;
            }
            let before = verbs.entry(keys.clone()).or_insert(id);
            assert_eq!(*before, id, "{name}: {keys} in {context:?}");
        }
        assert!(name != "office" || verbs.is_empty(), "a letter acts: {verbs:?}");
    }
}

#[test]
fn a_letter_does_its_verb_or_says_why_not() {
    for pane in ["", "2", "3", "4", "enter", "w"] {
        for (context, keys, id) in Keymap::standard().bindings() {
            let plain = keys.len() == 1 && keys.chars().all(|c| c.is_ascii_alphabetic());
            let found = action::find(id).unwrap();
            // Moves end at an edge without a word, and back from the panes is where one is already.
            if !plain || found.class == Class::Moves || id == "back" {
                continue;
            }
            let before = office((120, 40), pane).pass(9_000);
            let all = contexts(&before.model);
            let sent = before.requests.len();
            let state = |m: &Model| (m.layers.len(), m.zoom, m.card.on, m.card.codes.is_some(), m.calendar.day.0);
            let was = state(&before.model);
            let after = before.keys(&keys);
            let heard = !after.model.toasts.is_empty() || state(&after.model) != was || after.requests.len() > sent;
            assert!(
                heard || after.model.pending.is_some(),
                "{keys} ({id}, {context:?}) does nothing at “{pane}” {all:?}"
            );
        }
    }
}

#[test]
fn nothing_but_lower_case_and_the_exclamation_mark_changes_anything() {
    for name in NAMES {
        for (_, keys, id) in bundled(name).bindings() {
            let found = action::find(id).unwrap();
            let last = Key::parse(keys.rsplit(' ').next().unwrap()).unwrap();
            let loud = last.typed().is_some_and(|c| !c.is_lowercase() && c != '!');
            // vim's dot repeats a take or a mark by intent.
            assert!(!loud || !changes(found) || (name, id) == ("vim", "repeat"), "{name}: {keys} is “{id}”");
            let at_once = found.class == Class::Acts;
            assert!(!at_once || matches!(id, "take" | "repeat"), "{name}: {keys} acts at once");
        }
    }
}

#[test]
fn every_key_is_one_that_every_terminal_and_multiplexer_lets_through() {
    for name in NAMES {
        let map = bundled(name);
        let taken = |key: &Key| {
            key.mods == KeyModifiers::CONTROL
                && matches!(key.code, KeyCode::Char('a' | 'b' | 'h' | 'i' | 'j' | 'm' | 'q' | '['))
        };
        for (context, keys, id) in map.bindings() {
            let path = parsed(&keys);
            for key in &path {
                let plain = key.mods.is_empty()
                    && matches!(
                        key.code,
                        KeyCode::Char(_)
                            | KeyCode::Enter
                            | KeyCode::Esc
                            | KeyCode::Tab
                            | KeyCode::BackTab
                            | KeyCode::Up
                            | KeyCode::Down
                            | KeyCode::Left
                            | KeyCode::Right
                            | KeyCode::Home
                            | KeyCode::End
                            | KeyCode::PageUp
                            | KeyCode::PageDown
                            | KeyCode::F(1..=9)
                    );
                let ctrl = key.mods == KeyModifiers::CONTROL && matches!(key.code, KeyCode::Char('a'..='z'));
                assert!(plain || ctrl, "{name}: {keys} needs more than a plain terminal");
            }
            let other = map.keys_of(&[context], id).iter().any(|k| !parsed(k).iter().any(taken));
            assert!(!path.iter().any(taken) || (name != "default" && other), "{name}: {keys} is needed for “{id}”");
        }
    }
}

/// What the menus of a place offer with this keymap.
fn offered(map: &str, way: &str) -> BTreeSet<&'static str> {
    let mut out = BTreeSet::new();
    let app = office((120, 40), way);
    let list = contexts(&app.model);
    let keymap = bundled(map);
    for (context, keys, id) in keymap.bindings() {
        if list.contains(&context) && keymap.look(list, &parsed(&keys)) == Step::Action(id) {
            out.insert(id);
        }
    }
    for menu in ["here", "palette", "new"] {
        for keys in keymap.keys_of(list, menu) {
            let mut app = office((120, 40), way);
            app.model.keymap = std::sync::Arc::new(keymap.clone());
            let app = app.keys(&keys);
            if let Some(Layer::Menu(menu)) = app.model.top() {
                let here = |i: &&caseload::app::layers::MenuItem| i.reason.as_deref() != Some("not on this screen");
                out.extend(menu.items.iter().filter(here).map(|i| i.action));
            }
        }
    }
    out
}

#[test]
fn every_action_is_reached_by_a_key_or_a_menu_in_each_keymap() {
    for name in NAMES {
        let mut reached = BTreeSet::new();
        for way in PLACES {
            reached.extend(offered(name, way));
        }
        let missing: Vec<_> = TABLE.iter().map(|a| a.id).filter(|id| !reached.contains(id)).collect();
        assert!(missing.is_empty(), "{name} does not reach {missing:?}");
    }
}

#[test]
fn keymap_files_hold_or_say_where_why_and_how_to_mend() {
    let dir = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/keymaps");
    let (mut good, mut bad) = (0, 0);
    for entry in std::fs::read_dir(dir).unwrap().flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        let text = std::fs::read_to_string(entry.path()).unwrap();
        let (map, faults) = Keymap::with_file(&name, &text);
        let said: Vec<String> = faults.iter().map(ToString::to_string).collect();
        if let Some(wrong) = text.lines().next().and_then(|l| l.strip_prefix("# wrong: ")) {
            bad += 1;
            assert!(said.iter().any(|s| s.starts_with(&format!("{name}:{wrong}"))), "{name}: {said:?}");
            // The default stands.
            assert_eq!(map.bindings(), Keymap::standard().bindings());
        } else {
            good += 1;
            assert!(said.is_empty(), "{said:?}");
        }
    }
    assert!(good >= 2 && bad >= 8, "{good} good, {bad} bad");
    let (own, _) = Keymap::with_file("own", include_str!("../keymaps/own.toml"));
    assert!(own.letters_find && own.card_open);
    assert_eq!(own.look(&[Context::Any], &parsed("ctrl-t")), Step::Action("take"));
    assert_eq!(own.look(&[Context::Any], &parsed("o")), Step::Nothing);
    assert_eq!(own.look(&[Context::Dashboard], &parsed("f7")), Step::Action("zoom"));
    assert!(keymap_file::read("x", "[settings]\nbase = \"vim\"\n", Keymap::default()).unwrap().counts);
}

fn with(map: &str, size: (u16, u16)) -> App<Canned> {
    App::with(Canned::default(), size, bundled(map))
}

/// The last line as it is read.
fn line(model: &Model) -> String {
    hints::hints(model).iter().map(|h| format!("{} {}", h.keys, h.word)).collect::<Vec<_>>().join(" ")
}

#[test]
fn office_lists_its_function_keys_in_the_last_line() {
    let app = with("office", (80, 24));
    let all = "F1 Help 2 Take 3 Call 4 New 5 Find 6 Pane 7 Visit 8 Finish 9 Menu";
    assert_eq!((line(&app.model).as_str(), all.len()), (all, 65));
    assert_eq!(line(&with("office", (40, 12)).model), "F2 Take 3 Call 4 New 8 Finish 9 Menu");
    let app = app.keys("f4 enter").on("form");
    assert_eq!(line(&app.model), "F1 Help 5 Find 6 Field 8 Save 9 Menu Esc keeps it");
}

#[test]
fn office_letters_start_find_and_never_act() {
    for way in ["", "f6", "enter enter", "f9 esc"] {
        for letter in 'a'..='z' {
            let mut app = with("office", (120, 40)).keys(way);
            let n = app.commands.len();
            app.now = app.now.plus(400);
            let app = app.msg(Msg::Key(KeyEvent::new(KeyCode::Char(letter), KeyModifiers::NONE)));
            assert_eq!((app.layer(), app.commands.len()), ("find", n), "{letter} after “{way}”");
            assert!(in_text(&app.model));
            assert!(matches!(app.model.top(), Some(Layer::Find(f)) if f.line.text() == letter.to_string()));
        }
    }
    // On a choice of a form as well: q does not leave, j does not move.
    let app = with("office", (120, 40)).keys("f3").on("form");
    let app = app.keys("q").on("form").sees("letters are for text here").keys("esc").on("dashboard");
    assert!(app.commands.is_empty());
}

#[test]
fn office_enter_on_a_row_is_its_menu_with_open_first() {
    let app = with("office", (80, 24)).keys("enter").on("menu");
    let items: Vec<_> = match app.model.top() {
        Some(Layer::Menu(m)) => m.items.iter().map(|i| i.action).collect(),
        _ => vec![],
    };
    assert_eq!(items[..2], ["open", "take"], "{items:?}");
    let app = app.keys("enter").on("page").keys("enter").on("menu").keys("esc esc").on("dashboard");
    app.keys("enter down enter").on("dashboard").sent(1);
}

#[test]
fn office_keeps_the_info_card_open_where_it_fits() {
    let app = with("office", (80, 24)).pass(500);
    assert!(app.model.card_shown() && app.model.card.person == Some(super::flow::canned::client(1)));
    let app = app.keys("down").pass(500);
    assert!(app.model.card.person == Some(super::flow::canned::client(2)));
    let app = with("office", (40, 12)).pass(500);
    assert!(!app.model.card_shown(), "the rows have the room");
}

#[test]
fn vim_counts_move_and_mark_and_never_act() {
    let cursor = |app: &App<Canned>| app.model.alerts.cursor;
    let app = with("vim", (120, 40)).keys("5 j");
    assert_eq!(cursor(&app), 5);
    let app = app.keys("1 2 j");
    assert_eq!(cursor(&app), 17);
    let app = app.keys("7 G");
    assert_eq!(cursor(&app), 6);
    let app = app.keys("3 g g");
    assert_eq!(cursor(&app), 2);
    let app = app.keys("3 space");
    assert_eq!(app.model.alerts.marks.len(), 3);
    let app = app.keys("esc g g 2 o").sent(0).sees("a count is for moving and marking");
    let app = app.keys("4 esc j");
    assert_eq!(cursor(&app), 1, "esc takes a count back");
    assert!(app.keys("g 2").model.focus == caseload::app::model::Pane::Calendar);
    // Digits in text and on a card are what they are anywhere.
    let app = with("vim", (120, 40)).keys("c 2 1").text("12").keys("esc R enter");
    assert!(matches!(app.model.top(), Some(Layer::Form(f)) if f.text("note") == "12"));
}

#[test]
fn vim_repeats_a_take_or_a_mark_and_nothing_else() {
    let app = with("vim", (120, 40)).keys(".").sees("nothing to repeat yet").sent(0);
    let app = app.keys("o j j .").sent(2);
    let mut app = app.keys("r 1").text("seen").keys("ctrl-s").sent(3).pass(2_000).keys("j j .");
    assert!(matches!(app.commands.last(), Some(caseload::service::api::Command::Take { .. })), "not the result again");
    app.commands.clear();
    app.keys("space . .").sent(0).model(|m| m.alerts.marks.len() == 3);
}

#[test]
fn vim_leaves_by_colon_q() {
    let app = with("vim", (80, 24)).keys(": q enter").on("confirm").keys("enter");
    assert!(app.model.quitting);
}

/// `CASELOAD_WRITE_GOLDEN=1 cargo test --test flows keymaps` writes them anew.
#[test]
fn the_card_of_each_keymap_is_one_page_and_says_every_key() {
    for name in NAMES {
        let map = bundled(name);
        let card = key_card(name, &map);
        assert!(card.lines().count() <= 60, "{name}: {} lines", card.lines().count());
        for line in card.lines() {
            assert!(line.chars().count() <= WIDE, "{name}: {line}");
        }
        let words: BTreeSet<&str> = card.split_whitespace().collect();
        for (context, keys, id) in map.bindings() {
            // The shortest way to each action of each place is on it.
            let of = |c: Context| map.bindings().into_iter().filter(move |b| b.0 == c && b.2 == id).map(|b| b.1);
            let best = of(context).min_by_key(|k| (k.split(' ').count(), k.chars().count(), k.clone())).unwrap();
            for word in best.split(' ') {
                assert!(words.contains(word), "{name}: {keys} of {id} in {context:?} is not on the card");
            }
            assert!(card.contains(action::find(id).unwrap().hint), "{name}: {id} is not on the card");
        }
        let file = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("tests/golden/keys.{name}.txt"));
        if std::env::var_os("CASELOAD_WRITE_GOLDEN").is_some() {
            std::fs::write(&file, &card).unwrap();
        }
        assert_eq!(std::fs::read_to_string(&file).unwrap_or_default(), card, "{name}: the card is another one now");
    }
}

/// Every place that the screen has.
const EVERYWHERE: [(&str, &[Context]); 36] = [
    ("", &[Context::Dashboard]),
    ("2", &[Context::Calendar]),
    ("2 W", &[Context::Calendar]),
    ("2 M", &[Context::Calendar]),
    ("2 A", &[Context::Calendar]),
    ("3", &[Context::Dashboard]),
    ("4", &[Context::Dashboard]),
    ("enter", &[Context::Page]),
    ("4 enter", &[Context::Page]),
    ("g v", &[Context::Review]),
    ("w", &[Context::Why]),
    ("g w", &[Context::Storm]),
    ("g w c", &[Context::Dial]),
    ("2 O", &[Context::Plan]),
    ("g e", &[Context::List]),
    ("R", &[Context::List]),
    ("g u", &[Context::List]),
    ("2 m", &[Context::Lifted]),
    ("4 x 1 ctrl-s", &[Context::CallOut]),
    ("4 x 1 ctrl-s c", &[Context::Dial]),
    ("g s", &[Context::CallOut]),
    ("n i", &[Context::Form]),
    ("3 n s", &[Context::Form]),
    ("3 n f", &[Context::Form]),
    ("3 n a", &[Context::Form]),
    ("3 n h", &[Context::Form]),
    ("3 n p", &[Context::Form]),
    ("4 n t", &[Context::Form]),
    ("c", &[Context::Form]),
    ("r", &[Context::Form]),
    ("3 e", &[Context::Form]),
    ("u", &[Context::Card]),
    ("Q", &[Context::Card]),
    ("f", &[Context::Typing]),
    ("/", &[Context::Typing]),
    ("2 m f", &[Context::Typing]),
];

/// The help of a screen lists exactly the keys that mean something there, says why one can't be used now, and does what
/// is chosen in it on what lies under it.
#[test]
fn help_is_of_the_screen_and_runs_what_it_lists() {
    let mut covered: BTreeSet<Context> = [Context::Any, Context::Always, Context::Lock].into();
    for (way, expected) in EVERYWHERE {
        let app = office((120, 40), way).pass(2_000);
        let here = contexts(&app.model);
        assert_eq!(here.first(), expected.first(), "“{way}” leads elsewhere");
        covered.extend(here);
        let before = app.layer();
        let depth = app.model.layers.len();
        let listed = Keymap::standard();
        let reasons: BTreeMap<&str, Option<String>> = TABLE.iter().map(|a| (a.id, a.can(&app.model).err())).collect();
        // F1 is help in text as well.
        let app = app.keys("f1").on("menu");
        let Some(Layer::Menu(menu)) = app.model.top() else { panic!("no help at “{way}”") };
        let items = menu.items.clone();
        assert!(!items.is_empty(), "“{way}”: the help is empty");
        for item in &items {
            let action = action::find(item.action).unwrap();
            assert!(action.contexts.iter().any(|c| here.contains(c)), "“{way}”: {} is not of this screen", action.id);
            assert_eq!(item.keys, listed.keys_of(here, action.id).join("  "), "“{way}”: {}", action.id);
            assert_eq!(item.reason, reasons[action.id], "“{way}”: {}", action.id);
        }
        for action in TABLE.iter().filter(|a| a.contexts.iter().any(|c| here.contains(c))) {
            let bound = !listed.keys_of(here, action.id).is_empty();
            assert_eq!(bound, items.iter().any(|i| i.action == action.id), "“{way}”: {} in the help", action.id);
        }
        // What is disabled says why, and does nothing.
        if let Some(n) = items.iter().position(|i| i.reason.is_some()) {
            let app = office((120, 40), way).pass(2_000).keys("f1");
            let sent = app.commands.len();
            let app = app.keys(&"down ".repeat(n)).keys("enter").on("menu").sent(sent);
            let reason = items[n].reason.clone().unwrap();
            app.sees(&reason);
        }
        // Esc is back where one was, and what is chosen is done there.
        let app = app.keys("esc");
        assert_eq!((app.layer(), app.model.layers.len()), (before, depth), "“{way}”");
        let back = items.iter().position(|i| i.action == "back" && i.reason.is_none());
        if let Some(n) = back.filter(|_| depth > 0) {
            let by_key = office((120, 40), way).pass(2_000).keys("esc");
            let chosen = office((120, 40), way).pass(2_000).keys("f1").keys(&"down ".repeat(n)).keys("enter");
            assert_eq!(
                (chosen.layer(), chosen.model.layers.len()),
                (by_key.layer(), by_key.model.layers.len()),
                "“{way}”: back, chosen in the help, does something else than its key"
            );
        }
    }
    for context in Context::ALL {
        assert!(covered.contains(context), "the help of {context:?} is not looked at");
    }
}

#[test]
fn events_of_tests_are_keys() {
    for n in 1..=9 {
        assert_eq!(Key::of(event(&format!("f{n}"))), Key::plain(KeyCode::F(n)));
    }
}
