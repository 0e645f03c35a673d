//! The tables hold: actions, keymaps, layouts, times.

use caseload::app::action::{Class, TABLE, key_table};
use caseload::app::key::Key;
use caseload::app::keymap::{Context, DEFAULT, Keymap, OFFICE, Step, VIM};
use caseload::app::keymap_file;
use caseload::app::layout::{Arrangement, Ask, Split, layout};
use caseload::app::model::{Pane, Thrift};
use caseload::app::when::{Lean, echo, parse};
use caseload::domain::time::{Day, HOUR, MINUTE};
use proptest::prelude::*;

use super::flow::{morning, zone};

#[test]
fn every_action_is_documented_once_and_bound_or_listed() {
    let keymap = Keymap::standard();
    let bound: Vec<_> = keymap.bindings().into_iter().map(|b| b.2).collect();
    let mut seen = std::collections::BTreeSet::new();
    for a in TABLE {
        assert!(seen.insert(a.id), "{} twice", a.id);
        assert!(a.doc.len() > 4 && !a.hint.is_empty() && !a.contexts.is_empty(), "{} says too little", a.id);
        assert!(a.id.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-'));
        assert_eq!(bound.contains(&a.id), !a.unbound, "{}: bound or listed as unbound", a.id);
        let acts = matches!(a.class, Class::Acts | Class::Card) && a.id != "save";
        assert!(!acts || !a.needs.is_empty(), "{} names no permission", a.id);
    }
    let at_once: Vec<_> = TABLE.iter().filter(|a| a.class == Class::Acts && !a.unbound).map(|a| a.id).collect();
    assert_eq!(at_once, ["take"], "only o acts at once"); // and r on the card of a review, which names her in full
}

#[test]
fn bundled_keymaps_hold() {
    for (file, text) in [("default", DEFAULT), ("office", OFFICE), ("vim", VIM)] {
        let base = if file == "default" { Keymap::default() } else { Keymap::standard() };
        let read = keymap_file::read(file, text, base);
        assert!(read.is_ok(), "{:?}", read.err());
        assert!(Keymap::bundled(file).is_some());
    }
    let vim = Keymap::bundled("vim").unwrap();
    let keys = [Key::parse("g").unwrap(), Key::parse("2").unwrap()];
    assert_eq!(vim.look(&[Context::Dashboard, Context::Any], &keys), Step::Action("pane-2"));
    assert!(Keymap::bundled("office").unwrap().letters_find);
    assert!(key_table(&Keymap::standard()).contains("| `n i` | open a new issue | card |"));
}

#[test]
fn a_broken_keymap_says_where_and_how_to_mend() {
    let read = |text: &str| Keymap::with_file("my.toml", text).1.first().map(ToString::to_string).unwrap_or_default();
    assert_eq!(read("[any]\n\"o\" = \"tke\"\n"), "my.toml:2:7: no action is called “tke”; did you mean “take”?");
    assert!(read("[nowhere]\n\"o\" = \"take\"\n").starts_with("my.toml:1:2: no section is called [nowhere]"));
    assert!(read("[any]\n\"hyper-x\" = \"take\"\n").starts_with("my.toml:2:1: “hyper-x” is not a key"));
    assert!(read("[typing]\n\"o\" = \"take\"\n").contains("“take” does nothing in [typing]; put it in [any]"));
    assert!(read("[any\n").starts_with("my.toml:1:"));
    assert!(read("[any]\n\"n\" = 3\n").starts_with("my.toml:2:7"));
    assert!(read("[any]\n\"x\" = \"take\"\n\"x y\" = \"call\"\n").contains("begins with a key that is an action"));
    // The default stands where the user's file does not hold.
    let (map, faults) = Keymap::with_file("my.toml", "[any]\n\"o\" = \"tke\"\n");
    assert_eq!(faults.len(), 1);
    assert_eq!(map.look(&[Context::Any], &[Key::parse("o").unwrap()]), Step::Action("take"));
    let (map, faults) = Keymap::with_file("my.toml", "[any]\n\"o\" = \"nothing\"\n\"y\" = \"take\"\n");
    assert!(faults.is_empty());
    assert_eq!(map.look(&[Context::Any], &[Key::parse("o").unwrap()]), Step::Nothing);
}

#[test]
fn sizes_get_their_arrangement() {
    let at = |w, h| {
        layout(&Ask {
            size: (w, h),
            focus: Pane::Alerts,
            zoom: false,
            card: false,
            banner: false,
            split: Split::default(),
            thrift: Thrift::None,
            spread: false,
        })
    };
    assert_eq!(at(31, 24).arrangement, Arrangement::TooSmall);
    assert_eq!(at(40, 12).arrangement, Arrangement::Phone);
    assert_eq!(at(44, 18).rows(Pane::Alerts), 7);
    let phone = at(40, 12);
    assert!(phone.names.is_some() && !phone.pane(Pane::Alerts).unwrap().titled && phone.rows(Pane::Alerts) >= 4);
    assert!(at(80, 24).panes.iter().all(Option::is_some));
    assert!(at(80, 24).rows(Pane::Alerts) >= 10);
    assert_eq!(at(120, 24).arrangement, Arrangement::Square);
    let wide = layout(&Ask {
        size: (200, 60),
        focus: Pane::Team,
        zoom: false,
        card: true,
        banner: false,
        split: Split::default(),
        thrift: Thrift::None,
        spread: false,
    });
    assert!(wide.card.unwrap().x > 100 && wide.panes.iter().all(Option::is_some));
}

#[test]
fn lists_keep_their_places_where_bytes_are_to_be_spared() {
    let at = |focus, thrift, spread| {
        let (size, split) = ((80, 24), Split::default());
        layout(&Ask { size, focus, zoom: false, card: false, banner: false, split, thrift, spread })
    };
    let usual = at(Pane::Alerts, Thrift::None, false);
    for focus in Pane::ALL {
        for thrift in [Thrift::Line, Thrift::Asked] {
            assert_eq!(at(focus, thrift, false).panes, usual.panes, "{focus:?}");
        }
    }
    // A week has the room that it needs, and no other pane for its sake.
    assert!(at(Pane::Calendar, Thrift::Asked, true).pane(Pane::Calendar).is_some_and(|place| !place.small));
    assert_eq!(at(Pane::Team, Thrift::Asked, true).panes, usual.panes);
}

#[test]
fn times_as_people_type_them() {
    let (now, zone) = (morning(), zone());
    let ahead = |t| parse(t, now, zone, Lean::Future).map(|at| zone.civil(at));
    let past = |t| parse(t, now, zone, Lean::Past).map(|at| zone.civil(at));
    let day = |m, d| Day::from_ymd(2026, m, d).unwrap();
    assert_eq!(ahead("15:00"), Ok((day(3, 2), 900)));
    assert_eq!(ahead("7:58"), Ok((day(3, 3), 478)));
    assert_eq!(past("7:58"), Ok((day(3, 2), 478)));
    assert_eq!(past("yest 21:30"), Ok((day(3, 1), 1290)));
    assert_eq!(past("-10m"), Ok((day(3, 2), 480)));
    assert_eq!(ahead("+2h"), Ok((day(3, 2), 610)));
    assert_eq!(ahead("+3d"), Ok((day(3, 5), 490)));
    assert_eq!(ahead("fri"), Ok((day(3, 6), 17 * 60)));
    assert_eq!(ahead("3/14 9:00"), Ok((day(3, 14), 540)));
    assert_eq!(ahead("today"), Ok((day(3, 2), 17 * 60)));
    assert_eq!(ahead("3pm"), Ok((day(3, 2), 900)));
    assert_eq!(ahead("1430"), Ok((day(3, 2), 870)));
    assert!(ahead("soonish").unwrap_err().contains("“soonish” is no date or time"));
    assert!(ahead("2/30").is_err() && ahead("25:00").is_err() && ahead("").is_err());
    assert_eq!(echo(now.plus(2 * HOUR), now, zone), "Mon 2 Mar 2026 10:10 (in 2 h)");
    // As days are written everywhere; and where the time of day does not matter, none is said.
    let said = |text, lean| caseload::app::when::said(text, now, zone, lean);
    assert_eq!(ahead("14 Mar 2026 9:00"), Ok((day(3, 14), 540)));
    assert_eq!(ahead("14 mar"), Ok((day(3, 14), 17 * 60)));
    assert_eq!(ahead("14 mar 1430"), Ok((day(3, 14), 870)));
    assert_eq!(said("20 Mar 2026", Lean::Begin).as_deref(), Ok("Fri 20 Mar 2026 (in 18 d)"));
    assert_eq!(said("3/13", Lean::End).as_deref(), Ok("Fri 13 Mar 2026 (in 11 d)"));
    assert_eq!(said("tomorrow", Lean::Begin).as_deref(), Ok("Tue 3 Mar 2026 (tomorrow)"));
    assert_eq!(said("today 12:00", Lean::Begin).as_deref(), Ok("Mon 2 Mar 2026 12:00 (in 3 h)"));
    assert_eq!(said("fri", Lean::Future).as_deref(), Ok("Fri 6 Mar 2026 17:00 (in 4 d)"));
}

fn boxes_of(out: &caseload::app::layout::Layout) -> Vec<caseload::app::layout::Rect> {
    out.panes.iter().flatten().map(|b| b.rect).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, rng_seed: proptest::test_runner::RngSeed::Fixed(0x5eed), ..ProptestConfig::default() })]

    #[test]
    fn any_size_has_a_layout_inside_itself(w in 0u16..400, h in 0u16..200, f in 0usize..4, zoom: bool, card: bool, banner: bool, across in prop::option::of(0u16..1200), down in prop::option::of(0u16..1200), thrift in prop::sample::select(vec![Thrift::None, Thrift::Line, Thrift::Asked]), spread: bool) {
        let out = layout(&Ask { size: (w, h), focus: Pane::ALL[f], zoom, card, banner, split: Split { across, down }, thrift, spread });
        if let Some(seams) = out.seams {
            // Whatever was asked for, each of them keeps enough.
            prop_assert!(across.is_none() || seams.left >= 36.min(seams.room.w / 2));
            prop_assert!(boxes_of(&out).iter().all(|b| b.w >= 20 && b.h >= 3));
        }
        let mut rects = vec![out.header, out.hints, out.main];
        rects.extend(out.card);
        rects.extend(out.banner);
        let boxes: Vec<_> = out.panes.iter().flatten().collect();
        for b in &boxes {
            rects.push(b.rect);
            prop_assert!(b.body.x >= b.rect.x && b.body.x + b.body.w <= b.rect.x + b.rect.w);
            prop_assert!(b.body.y >= b.rect.y && b.body.y + b.body.h <= b.rect.y + b.rect.h);
        }
        for r in &rects {
            prop_assert!(r.x + r.w <= w && r.y + r.h <= h);
        }
        let mut solid: Vec<_> = boxes.iter().map(|b| b.rect).collect();
        solid.extend(out.card);
        for (i, a) in solid.iter().enumerate() {
            for b in &solid[i + 1..] {
                let apart = a.x + a.w <= b.x || b.x + b.w <= a.x || a.y + a.h <= b.y || b.y + b.h <= a.y;
                prop_assert!(apart || a.is_empty() || b.is_empty());
            }
        }
        if w >= 32 && h >= 8 {
            prop_assert!(card || out.rows(Pane::ALL[f]) >= 1, "{w}x{h}");
        }
    }

    #[test]
    fn any_text_is_a_time_or_a_reason(text in "\\PC{0,20}", ahead: bool) {
        let lean = if ahead { Lean::Future } else { Lean::Past };
        match parse(&text, morning(), zone(), lean) {
            Ok(at) => prop_assert!(!echo(at, morning(), zone()).is_empty()),
            Err(why) => prop_assert!(!why.is_empty()),
        }
    }

    #[test]
    fn a_clock_leans_the_right_way(h in 0i64..24, m in 0i64..60) {
        let text = format!("{h}:{m:02}");
        let ahead = parse(&text, morning(), zone(), Lean::Future).unwrap();
        let past = parse(&text, morning(), zone(), Lean::Past).unwrap();
        prop_assert!(ahead > morning() && past <= morning());
        prop_assert!(ahead.since(past) <= 25 * HOUR && zone().civil(ahead).1 == zone().civil(past).1);
        prop_assert_eq!(i64::from(zone().civil(ahead).1), h * 60 + m);
        prop_assert_eq!(parse(&format!("-{m}m"), morning(), zone(), Lean::Past).unwrap(), morning().plus(-m * MINUTE));
    }

    #[test]
    fn keys_are_read_as_they_are_written(word in "(ctrl-|alt-)?([a-gkln-z!-/:-@]|enter|esc|f[1-9]|pgdn|shift-tab)") {
        prop_assert_eq!(Key::parse(&word).unwrap().to_string(), word);
    }
}
