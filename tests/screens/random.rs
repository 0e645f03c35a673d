//! Any model at any size: never a panic, never a control character in a cell, never a broken frame.

use super::{day, drive};
use caseload::app::Model;
use caseload::app::layers::Layer;
use caseload::app::model::{Banner, Pane, Toast, Tone};
use caseload::ui::{Theme, draw_into};
use proptest::prelude::*;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

/// Text as bad as it comes.
fn nasty() -> impl Strategy<Value = String> {
    prop_oneof![
        "\\PC{0,40}",
        any::<String>().prop_map(|s| s.chars().take(60).collect()),
        "[a\u{301}\u{200d}\u{202e}\u{1b}\u{9b}\u{0}👩渡\u{fe0f}\u{1f3fd}\u{1f1fa}क\u{94d}ष ,]{0,30}",
    ]
}

/// Keys that open each layer.
const KEYS: [&str; 21] = [
    "2",
    "2 A",
    "2 C",
    "2 W",
    "2 M",
    "",
    "w",
    "enter",
    "r 1",
    "c 2",
    "n i",
    "n i 1 tab",
    "f \"o\"",
    ":",
    "?",
    "a",
    "u",
    "R",
    "g u",
    "/ \"x\"",
    "i i",
];

fn spoil(model: &mut Model, text: &str, n: usize) {
    let rows = model.alerts.rows.len();
    let row = &mut model.alerts.rows[n % rows];
    text.clone_into(&mut row.name);
    row.cause = text.repeat(3);
    row.breached = n.is_multiple_of(2);
    let rows = model.clients.rows.len();
    text.clone_into(&mut model.clients.rows[n % rows].name);
    text.clone_into(&mut model.clients.rows[n % rows].worst);
    let rows = model.staff.rows.len();
    text.clone_into(&mut model.staff.rows[n % rows].detail);
    text.clone_into(&mut model.staff.rows[n % rows].name);
    if let Some(header) = &mut model.header {
        text.clone_into(&mut header.agency);
        text.clone_into(&mut header.user);
    }
    if let Some(board) = &mut model.calendar.board {
        let columns = board.list.len();
        text.clone_into(&mut board.list[n % columns].name);
        for visit in &mut board.list[n % columns].visits {
            text.clone_into(&mut visit.client_name);
        }
    }
    for span in model.calendar.spans.values_mut() {
        for row in &mut span.rows {
            text.clone_into(&mut row.name);
        }
    }
    for visit in &mut model.calendar.agenda.rows {
        text.clone_into(&mut visit.client_name);
        text.clone_into(&mut visit.service);
    }
    let mut card = day::card();
    text.clone_into(&mut card.title);
    card.lines[0].text = text.repeat(2);
    text.clone_into(&mut card.lines[1].label);
    card.alike.push(text.to_owned());
    model.card.person = Some(card.person);
    model.card.card = Some(card);
    for layer in &mut model.layers {
        match layer {
            Layer::Find(find) => find.hits.iter_mut().for_each(|h| text.clone_into(&mut h.name)),
            Layer::Page(page) => {
                if let Some(page) = &mut page.page {
                    text.clone_into(&mut page.title);
                    text.clone_into(&mut page.sections[0].lines[0].line.text);
                }
            }
            Layer::Form(form) => {
                text.clone_into(&mut form.who);
                form.error = Some(text.to_owned());
            }
            Layer::Confirm(confirm) => text.clone_into(&mut confirm.who),
            _ => {}
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, rng_seed: proptest::test_runner::RngSeed::Fixed(0x5eed), ..ProptestConfig::default() })]

    #[test]
    fn any_model_at_any_size(
        w in prop_oneof![0u16..300, 30u16..90],
        h in prop_oneof![0u16..100, 6u16..30],
        text in nasty(),
        which in 0usize..16,
        n in 0usize..40,
        flags in any::<[bool; 6]>(),
        focus in 0usize..4,
    ) {
        let mut model = drive::after(w, h, KEYS[which]);
        spoil(&mut model, &text, n);
        model.focus = Pane::ALL[focus];
        (model.card.on, model.zoom) = (flags[0], flags[1]);
        model.alerts.top = (n as u32) % 9;
        if flags[2] {
            model.banner = Some(Banner { key: day::alerts()[0].key, text: text.clone(), breached: flags[3], summons: flags[0] });
        }
        if flags[3] {
            model.toasts.push(Toast { text: text.clone(), tone: Tone::Bad, until: model.now });
        }
        let theme = if flags[4] { Theme::mono().with_ascii() } else { Theme::named(Theme::NAMES[n % Theme::NAMES.len()]).unwrap() };
        model.linear = flags[5];
        if flags[1] && flags[2] {
            model.tour = caseload::app::tour::Tour::At(n % caseload::app::tour::Tour::steps());
        }
        let mut buf = Buffer::empty(Rect::new(0, 0, w, h));
        let hits = draw_into(&model, &theme, &mut buf);
        for cell in buf.content() {
            for c in cell.symbol().chars() {
                prop_assert!(!c.is_control() && !caseload::domain::safe::is_unsafe(c), "{:?}", cell.symbol());
                prop_assert!(!theme.glyphs.ascii || c.is_ascii());
            }
        }
        for y in 0..h {
            let mut x = 0;
            while x < w {
                x += caseload::ui::cells(buf[(x, y)].symbol()).max(1);
            }
            prop_assert_eq!(x, w, "a character hangs over the edge in row {}", y);
        }
        for (area, _) in hits.areas() {
            prop_assert!(area.right() <= w && area.bottom() <= h);
        }
        if let Some(cursor) = hits.cursor {
            prop_assert!(cursor.x < w && cursor.y < h);
        }
        for format in [caseload::shot::Format::Text, caseload::shot::Format::Ansi, caseload::shot::Format::Svg] {
            let file = caseload::shot::write(&buf, &theme, format);
            let escapes = file.contains('\u{1b}');
            prop_assert!(format == caseload::shot::Format::Ansi || !escapes);
        }
    }
}
