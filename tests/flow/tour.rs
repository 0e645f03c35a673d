//! The tour is taken by the very keys that it asks for, in every keymap: each step is reached, its words fit, and it can be
//! left at any of them.

use super::spoken::Office;
use caseload::app::keymap::Keymap;
use caseload::app::model::Model;
use caseload::app::spoken::Answers;
use caseload::app::tour::{self, Press, Tour};
use caseload::app::{Msg, update};
use caseload::domain::time::Moment;
use caseload::ui::Theme;
use caseload::ui::draw_into;
use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

const NAMES: [&str; 3] = ["default", "office", "vim"];
const SIZES: [(u16, u16); 3] = [(44, 18), (80, 24), (120, 40)];

fn send(office: &mut Office, model: &mut Model, event: KeyEvent) {
    office.now = Moment(office.now.0 + 2_000);
    let effects = update(model, Msg::Key(event), office.now);
    office.answer(model, effects).unwrap();
}

fn press(office: &mut Office, model: &mut Model, keys: &[Press]) {
    for press in keys {
        match press {
            Press::Key(words) => {
                for word in words.split(' ') {
                    send(office, model, super::flow::event(word));
                }
            }
            Press::Text(text) => {
                for c in text.chars() {
                    send(office, model, KeyEvent::new(KeyCode::Char(c), KeyModifiers::NONE));
                }
            }
        }
    }
}

fn strip(model: &Model) -> String {
    let (w, h) = model.size;
    let mut buf = Buffer::empty(Rect::new(0, 0, w, h));
    draw_into(model, &Theme::mono(), &mut buf);
    let rows = tour::rows(model, model.size);
    let row = |y: u16| (0..w).map(|x| buf[(x, y)].symbol()).collect::<String>();
    (h - rows..h).map(|y| row(y).trim().to_owned()).collect::<Vec<_>>().join(" ")
}

fn begin(office: &mut Office, name: &str, size: (u16, u16)) -> Model {
    let mut model = office.model_with(Keymap::bundled(name).unwrap(), size);
    model.tour = Tour::Offered;
    model
}

#[test]
fn it_is_taken_to_its_end_by_the_keys_that_it_asks_for() {
    tour::holds().unwrap();
    assert!((10..=20).contains(&Tour::steps()), "three minutes");
    let mut office = Office::open();
    for name in NAMES {
        for size in SIZES {
            let mut model = begin(&mut office, name, size);
            assert!(strip(&model).contains("starts a tour"), "{name}: {}", strip(&model));
            let start = tour::asks(&model);
            press(&mut office, &mut model, &start);
            for n in 0..Tour::steps() {
                assert_eq!(model.tour, Tour::At(n), "{name} {size:?}: {}", strip(&model));
                let said = tour::words(&model).unwrap();
                let (title, text) = (said.title, format!("{} {}", said.did, said.say));
                let shown = strip(&model);
                // Nothing of it is cut, whatever the keys are called.
                let squeezed = |t: &str| t.split_whitespace().collect::<String>();
                assert!(squeezed(&shown).contains(&squeezed(&text)), "{name} {size:?}: “{text}” is cut: “{shown}”");
                assert!(shown.contains(title.split(" · ").next().unwrap()), "{name}: {shown}");
                assert!(!text.contains('{'), "{text}");
                let asked = tour::asks(&model);
                assert!(!asked.is_empty(), "{name}: step {n} asks for nothing");
                press(&mut office, &mut model, &asked);
            }
            assert_eq!(model.tour, Tour::Over, "{name} {size:?}");
            assert!(strip(&model).contains("That was all"));
            send(&mut office, &mut model, super::flow::event("down"));
            assert_eq!(model.tour, Tour::None, "{name}");
        }
    }
}

#[test]
fn it_can_be_left_at_any_step_and_does_not_stand_in_the_way() {
    let mut office = Office::open();
    // Any other key goes on without it, and does what it does.
    let mut model = begin(&mut office, "default", (80, 24));
    send(&mut office, &mut model, super::flow::event("w"));
    assert_eq!(model.tour, Tour::None);
    assert_eq!(model.layers.len(), 1);
    for at in 0..Tour::steps() {
        let mut model = begin(&mut office, "default", (80, 24));
        let start = tour::asks(&model);
        press(&mut office, &mut model, &start);
        for _ in 0..at {
            let asked = tour::asks(&model);
            press(&mut office, &mut model, &asked);
        }
        // Where it asks for esc itself, the next one leaves it.
        for _ in 0..3 {
            if model.tour != Tour::None {
                send(&mut office, &mut model, super::flow::event("esc"));
            }
        }
        assert_eq!(model.tour, Tour::None, "step {at}");
    }
    // A key that is not asked for does what it always does, and the tour waits.
    let mut model = begin(&mut office, "default", (80, 24));
    let start = tour::asks(&model);
    press(&mut office, &mut model, &start);
    send(&mut office, &mut model, super::flow::event("i"));
    assert!(model.card.on && model.tour == Tour::At(0));
    // Too low for it, the screen is as it is.
    model.size = (80, 10);
    assert_eq!(tour::rows(&model, model.size), 0);
}
