//! What is on the screen, cell by cell and style by style.

#![allow(clippy::unwrap_used, clippy::panic)] // a test that cannot go on has failed

#[path = "screens/answers.rs"]
mod answers;
#[path = "screens/covered.rs"]
mod covered;
#[path = "screens/day.rs"]
mod day;
#[path = "screens/drive.rs"]
mod drive;
#[path = "screens/evv.rs"]
mod evv;
#[path = "screens/orphans.rs"]
mod orphans;
#[path = "flow/out.rs"]
mod out;
#[path = "flow/planned.rs"]
mod planned;
#[path = "screens/random.rs"]
mod random;
#[path = "flow/storm.rs"]
mod storm;
#[path = "screens/style.rs"]
mod style;
#[path = "screens/table.rs"]
mod table;
#[path = "screens/widths.rs"]
mod widths;

use caseload::app::layers::{Confirm, History, Layer, Question};
use caseload::app::model::{Banner, Connection, Pane, Toast, Tone};
use caseload::app::terminal::Finding;
use caseload::app::{Effect, Model, Msg, update};
use caseload::service::api::{Heard, LockState, LockView, Reply, Request};
use caseload::shot;
use caseload::ui::Theme;
use table::Table;

fn show(model: &Model, theme: &Theme) -> String {
    style::layers(&shot::render(model, theme, model.size.0, model.size.1))
}

table::groups! {
    dashboard,
    each_pane_has_the_room_when_it_has_the_focus,
    info_card,
    plans_are_entered_at_every_size,
    a_call_out_is_worked_through,
    a_storm_is_called_down,
    a_storm_and_a_plan_without_anybody,
    a_day_is_planned,
    a_visit_in_the_hand,
    each_theme,
    why_and_pages,
    review,
    forms,
    acts_from_hand_to_hand,
    series,
    a_chart_that_may_not_be_seen_and_is_opened_in_an_emergency,
    editing_a_record,
    an_open_form_tells_what_others_do,
    who_else_is_here,
    forty_by_twelve_is_a_full_working_size,
    calendar,
    a_calendar_without_visits_says_so,
    nobodys_column_stays_however_many_caregivers_there_are,
    lists_and_questions,
    a_prefix_shows_how_it_may_go_on,
    nothing_yet,
    while_nothing_is_saved_the_header_says_so,
    much_of_everything,
    what_lies_over_every_screen,
    a_ghost_stays_dim_where_it_was,
    hostile_names,
    a_locked_screen_shows_nobody,
    names_as_initials,
    what_was_found_out_about_the_terminal,
    who_looked_at_a_chart,
    what_whoever_runs_the_agency_is_to_know,
    clock_ins_with_something_wrong,
}

/// The sizes at which every screen, card and overlay is looked at.
const SIZES: [(u16, u16); 4] = [(44, 18), (80, 24), (120, 40), (200, 60)];

/// The screen after these keys.
fn keys(w: u16, h: u16, keys: &str) -> Model {
    drive::after(w, h, keys)
}

fn dashboard(t: &mut Table) {
    for (w, h) in [(40, 12), (44, 18), (80, 24), (120, 24), (120, 40), (200, 60)] {
        t.add(format!("dashboard_{w}x{h}"), drive::drawn(w, h));
    }
}

fn each_pane_has_the_room_when_it_has_the_focus(t: &mut Table) {
    for pane in [Pane::Calendar, Pane::Caseload, Pane::Team] {
        for (w, h) in SIZES {
            let mut model = drive::after(w, h, ["1", "2", "3", "4"][pane.index()]);
            t.add(format!("focus_{pane:?}_{w}x{h}"), &mut model);
        }
    }
}

/// What is read out, and where the cursor stands.
fn read_out(model: &Model) -> String {
    let (w, h) = model.size;
    let mut buf = ratatui::buffer::Buffer::empty(ratatui::layout::Rect::new(0, 0, w, h));
    let hits = caseload::ui::draw_into(model, &Theme::mono(), &mut buf);
    let text = shot::write(&buf, &Theme::mono(), shot::Format::Text);
    // No frame and no sign: whoever listens hears what whoever looks sees.
    let drawn = |c: char| matches!(c, '\u{2190}'..='\u{21ff}' | '\u{2500}'..='\u{27bf}' | '≈' | '×' | '·');
    assert!(!text.contains(drawn), "something is drawn: {text}");
    let cursor = hits.cursor.unwrap();
    assert!(cursor.x < w && cursor.y < h);
    let here = caseload::ui::linear::reading(model).lines.into_iter().find(|l| l.here);
    // On a screen that has room for one.
    if let Some(line) = here.filter(|_| h > 4) {
        // The row under the cursor is of the line that is current.
        let row = text.lines().nth(usize::from(cursor.y)).unwrap_or_default().trim().to_owned();
        assert!(line.text.contains(&row), "the cursor is on “{row}”, and “{}” is current", line.text);
    }
    format!("{text}cursor {},{}\n", cursor.x, cursor.y)
}

/// Everything that can be read out, by the keys that lead there.
const READ_OUT: [(&str, &str); 26] = [
    ("alerts", "down"),
    ("calendar", "2 down"),
    ("week", "2 W"),
    ("caseload", "3 down"),
    ("team", "4"),
    ("card", "i"),
    ("why", "w"),
    ("page", "enter down down"),
    ("review", "g v"),
    ("callout", "down down enter"),
    ("dial", "down down enter tab down c"),
    ("storm", "g w down"),
    ("plan", "2 O down"),
    ("evv", "g e"),
    ("lifted", "2 m"),
    ("call", "c 3 1 \"told her\""),
    ("result", "r ctrl-s"),
    ("issue", "n i enter 1"),
    ("edit", "3 e"),
    ("find", "f \"obr\""),
    ("here", "a"),
    ("keys", "n"),
    ("undo", "u"),
    ("leave", "Q"),
    ("acts", "g u"),
    ("narrow", "/ \"fall\""),
];

const READ_OUT_SIZES: [(u16, u16); 2] = [(44, 18), (80, 24)];

/// The names of what is read out.
fn read_out_names() -> impl Iterator<Item = String> {
    READ_OUT.iter().flat_map(|(name, _)| READ_OUT_SIZES.map(|(w, h)| format!("linear_{name}_{w}x{h}")))
}

#[test]
fn it_is_read_out() {
    for (name, way) in READ_OUT {
        for (w, h) in READ_OUT_SIZES {
            let mut model = drive::empty(w, h);
            model.linear = true;
            let model = drive::then(drive::begun(model), way);
            insta::assert_snapshot!(format!("linear_{name}_{w}x{h}"), read_out(&model));
        }
    }
    // At any size, and switched while it runs.
    for (w, h) in [(1, 1), (20, 3), (44, 18), (300, 100)] {
        let mut model = drive::empty(w, h);
        model.linear = true;
        read_out(&drive::then(drive::begun(model), "down"));
    }
    let model = drive::after(80, 24, ": \"read out\" enter");
    assert!(model.linear && read_out(&model).contains("one item a line"));
    assert!(!drive::then(model, ": \"read out\" enter").linear);
}

fn info_card(t: &mut Table) {
    for (w, h) in [(44, 18), (80, 24), (120, 40), (200, 60)] {
        t.add(format!("card_{w}x{h}"), keys(w, h, "i"));
        t.add(format!("codes_{w}x{h}"), keys(w, h, "i i"));
    }
}

fn plans_are_entered_at_every_size(t: &mut Table) {
    for (w, h) in [(40, 12), (44, 18), (80, 24), (120, 40), (200, 60)] {
        t.add(format!("appointment_{w}x{h}"), keys(w, h, "3 n a 2 f r i space 9 : 3 0"));
        t.add(format!("time_off_{w}x{h}"), keys(w, h, "4 n t 1 m o n"));
        t.add(format!("authorization_{w}x{h}"), keys(w, h, "3 n h ctrl-s"));
        t.add(format!("pairing_{w}x{h}"), keys(w, h, "3 n p ctrl-s"));
    }
}

fn a_call_out_is_worked_through(t: &mut Table) {
    for (w, h) in SIZES {
        t.add(format!("safe_{w}x{h}"), keys(w, h, "down down enter n n \"wife with him\""));
        t.add(format!("take_back_{w}x{h}"), keys(w, h, "down down enter a \"they come after all\" enter"));
    }
    for (w, h) in [(40, 12), (44, 18), (80, 24), (120, 40), (200, 60)] {
        t.add(format!("call_out_{w}x{h}"), keys(w, h, "down down enter"));
        t.add(format!("call_out_dial_{w}x{h}"), keys(w, h, "down down enter tab down c"));
    }
    for (w, h) in SIZES {
        t.add(format!("called_out_{w}x{h}"), keys(w, h, "4 x"));
        t.add(format!("cant_happen_{w}x{h}"), keys(w, h, "down down enter x 3"));
        t.add(format!("door_{w}x{h}"), keys(w, h, "down down enter x 6 1 2"));
        t.add(format!("hospital_{w}x{h}"), keys(w, h, "3 x 1"));
        t.add(format!("late_{w}x{h}"), keys(w, h, "4 x 8"));
        t.add(format!("open_shifts_{w}x{h}"), keys(w, h, "g s down"));
        t.add(format!("settle_{w}x{h}"), keys(w, h, "down down enter r"));
    }
}

fn a_storm_is_called_down(t: &mut Table) {
    for (w, h) in [(40, 12), (44, 18), (80, 24), (120, 40), (200, 60)] {
        t.add(format!("storm_{w}x{h}"), keys(w, h, "g w down"));
        t.add(format!("storm_dial_{w}x{h}"), keys(w, h, "g w c"));
    }
    for (w, h) in SIZES {
        t.add(format!("storm_none_{w}x{h}"), keys(w, h, "g w tab"));
        t.add(format!("storm_declare_{w}x{h}"), keys(w, h, "g w tab enter tab tab 2"));
        t.add(format!("storm_where_{w}x{h}"), keys(w, h, "g w c 6"));
        t.add(format!("storm_end_{w}x{h}"), keys(w, h, "g w r"));
    }
}

/// On the first day there is nobody to call and nothing to plan.
fn a_storm_and_a_plan_without_anybody(t: &mut Table) {
    for (w, h) in [(44, 18), (80, 24)] {
        let mut model = drive::after(w, h, "g w tab");
        let Some(Layer::Storm(page)) = model.layers.last_mut() else { panic!("no storm page") };
        let Some(view) = &mut page.view else { panic!("nothing has come") };
        view.rows.clear();
        view.past.clear();
        (view.counts, view.powered, view.unrated) = (caseload::rules::storm::Counts::default(), 0, 0);
        let shown = show(&model, &Theme::dark());
        assert!(!shown.contains("Enter declares"), "nobody can be called");
        t.add(format!("storm_nobody_{w}x{h}"), &mut model);
        let mut model = drive::after(w, h, "2 O");
        let Some(Layer::DayPlan(page)) = model.layers.last_mut() else { panic!("no plan page") };
        let Some(plan) = &mut page.plan else { panic!("nothing has come") };
        plan.lines.clear();
        plan.search = None;
        let shown = show(&model, &Theme::dark());
        assert!(!shown.contains("nobody goes"), "there is nothing to count");
        t.add(format!("day_plan_none_{w}x{h}"), &mut model);
    }
}

fn a_day_is_planned(t: &mut Table) {
    for (w, h) in [(40, 12), (44, 18), (80, 24), (120, 40), (200, 60)] {
        t.add(format!("day_plan_{w}x{h}"), keys(w, h, "2 O down space"));
    }
    for (w, h) in SIZES {
        t.add(format!("week_plan_{w}x{h}"), keys(w, h, "2 W O down down down"));
        t.add(format!("day_plan_all_{w}x{h}"), keys(w, h, "2 O enter"));
    }
    for (w, h) in [(40, 12), (80, 24)] {
        t.add(format!("day_plan_nothing_{w}x{h}"), keys(w, h, "2 O ]"));
        t.add(format!("day_plan_looking_{w}x{h}"), keys(w, h, "2 O ] ]"));
    }
    for (w, h) in [(40, 12), (44, 18), (80, 24)] {
        let mut model = drive::after(w, h, "2 O down");
        let Some(Layer::DayPlan(page)) = model.layers.last_mut() else { panic!("no plan is open") };
        let mut better = page.plan.clone().unwrap();
        (better.after.uncovered, better.after.travel) = (0, better.after.travel - 12);
        page.plan.as_mut().unwrap().after.uncovered = 1;
        page.waiting = Some(better);
        t.add(format!("day_plan_better_{w}x{h}"), &mut model);
        let Some(Layer::DayPlan(page)) = model.layers.last_mut() else { panic!("no plan is open") };
        let why = "a visit has changed since the plan was made; look at the plan again".to_owned();
        (page.waiting, page.stale) = (None, true);
        page.refused.extend(page.at.map(|at| (at, why)));
        t.add(format!("day_plan_refused_{w}x{h}"), &mut model);
    }
}

fn a_visit_in_the_hand(t: &mut Table) {
    for (w, h) in SIZES {
        t.add(format!("lifted_shorten_{w}x{h}"), keys(w, h, "2 a \"make this visit shorter\" enter down"));
        t.add(format!("lifted_name_{w}x{h}"), keys(w, h, "2 m f \"sil\""));
    }
    for (w, h) in [(40, 12), (44, 18), (80, 24), (120, 40), (200, 60)] {
        t.add(format!("lifted_{w}x{h}"), keys(w, h, "2 m down down"));
        t.add(format!("lifted_blocked_{w}x{h}"), keys(w, h, "2 m right 1 1 3 0"));
        t.add(format!("lifted_reason_{w}x{h}"), keys(w, h, "2 m 1 0 0 0 enter \"she asked for it\""));
        t.add(format!("lifted_assign_{w}x{h}"), keys(w, h, "2 a \"give this visit\" enter down"));
    }
    for (w, h) in SIZES {
        t.add(format!("only_{w}x{h}"), keys(w, h, "2 F"));
        t.add(format!("only_open_{w}x{h}"), keys(w, h, "2 F \"only open\" enter F \"of RN\" enter"));
    }
    t.add("lifted_swap_80x24", keys(80, 24, "2 a \"exchange the\" enter right"));
    t.add("lifted_split_80x24", keys(80, 24, "2 a \"split this\" enter down"));
}

fn each_theme(t: &mut Table) {
    t.add_themes("themes_80x24", &mut drive::drawn(80, 24));
    for (w, h) in SIZES {
        t.add(format!("choosing_{w}x{h}"), keys(w, h, ": \"colours\" enter down"));
    }
}

fn why_and_pages(t: &mut Table) {
    for (w, h) in SIZES {
        t.add(format!("why_{w}x{h}"), keys(w, h, "w"));
        t.add(format!("page_{w}x{h}"), keys(w, h, "enter"));
    }
}

fn review(t: &mut Table) {
    for (w, h) in [(40, 12), (44, 18), (80, 24), (120, 40), (200, 60)] {
        t.add(format!("review_{w}x{h}"), keys(w, h, "g v"));
    }
    t.add("review_far_44x18", keys(44, 18, "g v G"));
    t.add("review_card_80x24", keys(80, 24, "g v i"));
}

fn forms(t: &mut Table) {
    for (w, h) in SIZES {
        t.add(format!("result_{w}x{h}"), keys(w, h, "r 1"));
        t.add(
            format!("call_{w}x{h}"),
            keys(w, h, "c 3 2 \"left word with the neighbour\" tab \"call back\" tab \"15:00\""),
        );
        t.add(format!("tell_{w}x{h}"), keys(w, h, "t 1 2 \"left word\""));
        t.add(format!("visit_{w}x{h}"), keys(w, h, "v 1"));
        t.add(format!("book_{w}x{h}"), keys(w, h, "v 3"));
        t.add(format!("snooze_{w}x{h}"), keys(w, h, "down down down down s"));
        t.add(format!("issue_{w}x{h}"), keys(w, h, "n i"));
        // A window of a reassessment: the canned day has issues alone.
        let window = |pressed: &str| {
            let mut model = drive::drawn(w, h);
            model.alerts.rows[0].key.source = caseload::domain::attention::AlertSource::Recert;
            model.alerts.selected = Some(caseload::app::pane::RowId::Alert(model.alerts.rows[0].key));
            drive::then(model, pressed)
        };
        t.add(format!("complete_{w}x{h}"), window("r \"stable\""));
        t.add(format!("waive_{w}x{h}"), window("a \"waive this\" enter"));
        t.add(format!("schedule_{w}x{h}"), window("a \"schedule this\" enter"));
        t.add(format!("note_{w}x{h}"), keys(w, h, "n n \"seen by the nurse\""));
    }
    for (w, h) in [(40, 12), (44, 18), (80, 24), (120, 40), (200, 60)] {
        t.add(format!("issue_fall_{w}x{h}"), keys(w, h, "n i enter 1 \"401 555 0142\" enter 1"));
    }
    t.add("issue_not_breathing_44x18", keys(44, 18, "n i enter 1 tab 2"));
    t.add("issue_errors_80x24", keys(80, 24, "n i ctrl-s"));
    t.add("result_note_40x12", keys(40, 12, "r 1 \"bruise on the forehead, alert, BP 128 over 74\""));
}

fn acts_from_hand_to_hand(t: &mut Table) {
    for (w, h) in SIZES {
        t.add(format!("pass_{w}x{h}"), keys(w, h, "p"));
        t.add(format!("escalate_{w}x{h}"), keys(w, h, "! \"he does not wake\""));
        t.add(format!("my_acts_{w}x{h}"), keys(w, h, "g u down"));
    }
    for (w, h) in SIZES {
        t.add(format!("amend_{w}x{h}"), keys(w, h, "g u down down enter"));
        t.add(format!("retier_{w}x{h}"), keys(w, h, "a \"tier by hand\" enter"));
        t.add(format!("pass_marked_{w}x{h}"), keys(w, h, "space space space p 1"));
        let mut model = drive::after(w, h, "u");
        if let Some(Layer::Undo(card)) = model.layers.last_mut()
            && let Some(act) = &mut card.act
        {
            act.what = "Done (family covers): Petrov, Ivan".into();
            act.tells = ["Grace Adeyemi, daughter", "Dr. Alder, PCP"]
                .map(|who| format!("tell {who}: “Done (family covers): Petrov, Ivan” was taken back"))
                .to_vec();
        }
        t.add(format!("undo_told_{w}x{h}"), &mut model);
    }
    let mut model = drive::drawn(80, 24);
    (model.alerts.rows[3].escalated, model.alerts.rows[3].summons) = (true, true);
    let (key, text) = (model.alerts.rows[3].key, "Petrov, Ivan: aide supervision".to_owned());
    model.banner = Some(Banner { key, text, breached: false, summons: true });
    t.add("handed_up_80x24", &mut model);
}

/// A page of hers whose first line is a contact's.
fn on_a_contact(w: u16, h: u16) -> Model {
    let mut model = drive::after(w, h, "enter");
    if let Some(Layer::Page(page)) = model.layers.last_mut()
        && let Some(line) = page.page.as_mut().and_then(|p| p.sections[0].lines.get_mut(page.line))
    {
        (line.key, line.record) = (None, Some((caseload::domain::record::Kind::Contact, [9; 16])));
    }
    model
}

/// A page of hers whose first line is a series.
fn on_a_series(w: u16, h: u16, pressed: &str) -> Model {
    on_a_line(w, h, caseload::domain::record::Kind::Series, pressed)
}

/// A page of hers whose first line stands for a record of this kind.
fn on_a_line(w: u16, h: u16, kind: caseload::domain::record::Kind, pressed: &str) -> Model {
    let mut model = on_a_contact(w, h);
    if let Some(Layer::Page(page)) = model.layers.last_mut()
        && let Some(line) = page.page.as_mut().and_then(|p| p.sections[0].lines.get_mut(page.line))
    {
        line.record = Some((kind, [9; 16]));
    }
    drive::then(model, pressed)
}

fn series(t: &mut Table) {
    for (w, h) in SIZES {
        let typed = "n s 1 \"mon wed fri\" tab \"8:00 18:00\" tab tab 1";
        t.add(format!("new_series_{w}x{h}"), keys(w, h, typed));
        t.add(format!("change_series_{w}x{h}"), on_a_series(w, h, "e 2"));
        t.add(format!("rest_series_{w}x{h}"), on_a_series(w, h, "x 1 \"3/9\" tab \"3/13\" tab"));
    }
    for (w, h) in SIZES {
        let typed = "n f \"SN 2w4,1w5\" tab \"3/8\" tab \"Dr. Alder\" tab tab 1 \"tue thu\"";
        t.add(format!("new_order_{w}x{h}"), keys(w, h, typed));
    }
    let order = caseload::domain::record::Kind::FrequencyOrder;
    for (w, h) in [(40, 12), (44, 18), (80, 24), (120, 40), (200, 60)] {
        t.add(format!("end_order_{w}x{h}"), on_a_line(w, h, order, "x \"3/20\" tab \"discharged\" tab 1"));
    }
    let off = caseload::domain::record::Kind::TimeOff;
    for (w, h) in [(40, 12), (44, 18), (80, 24), (120, 40), (200, 60)] {
        t.add(format!("edit_time_off_{w}x{h}"), on_a_line(w, h, off, "e tab"));
        t.add(format!("end_time_off_{w}x{h}"), on_a_line(w, h, off, "x"));
    }
    for (w, h) in SIZES {
        let mut model = on_a_contact(w, h);
        if let Some(Layer::Page(page)) = model.layers.last_mut()
            && let Some(line) = page.page.as_mut().and_then(|p| p.sections[0].lines.get_mut(page.line))
        {
            line.record = Some((order, [9; 16]));
            line.line.label = "Enter".into();
            line.line.text = "SN 2w3,1w6: one visit a week less from 9 Mar on".into();
        }
        t.add(format!("draft_order_{w}x{h}"), drive::then(model, "enter"));
    }
    t.add("order_refused_80x24", keys(80, 24, "n f \"SN 2w4 PRN\""));
    t.add("new_series_40x12", keys(40, 12, "n s 1 \"mon wed fri\" tab \"8:00\""));
    t.add("series_refused_80x24", keys(80, 24, "n s 5 \"FREQ=WEEKLY;BYDAY=XX\" tab \"8:00\""));
}

/// What a nurse may do whose clients are those of her caseload.
fn rights() -> caseload::service::api::Rights {
    caseload::service::api::Rights {
        role: caseload::domain::user::Role::Nurse,
        scope: caseload::domain::reach::Scope::Caseload,
        denied: Vec::new(),
        hidden: Vec::new(),
        lent: Vec::new(),
        emergency: (60, 10),
    }
}

/// The page of somebody whose chart may not be seen.
fn on_a_closed_chart(w: u16, h: u16) -> Model {
    let mut model = drive::after(w, h, "enter");
    model.rights = Some(rights());
    if let Some(Layer::Page(page)) = model.layers.last_mut() {
        page.page = None;
        page.name = "Zabriskie, Konstantin “Kostya”".into();
        page.denied = Some("not on your caseload; ask a manager, or open the chart in an emergency".into());
    }
    model
}

fn a_chart_that_may_not_be_seen_and_is_opened_in_an_emergency(t: &mut Table) {
    use caseload::rules::roles::Right;
    for (w, h) in [(40, 12), (44, 18), (80, 24), (120, 40), (200, 60)] {
        t.add(format!("closed_{w}x{h}"), on_a_closed_chart(w, h));
        let mut card = drive::then(on_a_closed_chart(w, h), "n e \"she does not open the door\"");
        t.add(format!("emergency_{w}x{h}"), &mut card);
        let mut model = drive::after(w, h, "enter");
        if let (Some(Layer::Page(page)), Some(header)) = (model.layers.last(), &mut model.header) {
            let caseload::service::api::Person::Client(client) = page.person else { panic!("no client") };
            let (name, until) = ("Okafor, Ruth".into(), day::at(9, 10));
            header.emergencies = vec![caseload::service::api::OpenChart { client, name, until }];
        }
        t.add(format!("opened_{w}x{h}"), &mut model);
    }
    // Whoever opens nothing in an emergency is told so.
    let mut model = on_a_closed_chart(80, 24);
    let why = "a surveyor does not open charts in an emergency; ask a coordinator or scheduler".to_owned();
    model.rights = Some(caseload::service::api::Rights { denied: vec![(Right::Emergency, why)], ..rights() });
    t.add("closed_for_good_80x24", &mut model);
    t.add("emergency_wrong_80x24", drive::then(on_a_closed_chart(80, 24), "n e ctrl-s"));
}

/// The service answers the form that is being saved.
fn answered(mut model: Model, reply: caseload::service::api::Reply) -> Model {
    let Some(Layer::Form(form)) = model.top() else { panic!("no form") };
    let ticket = form.saving.unwrap();
    let now = model.now;
    let heard = caseload::service::api::Heard::Reply(ticket, reply);
    caseload::app::update(&mut model, caseload::app::Msg::Heard(heard), now);
    model
}

fn both_changed(w: u16, h: u16, keys: &str) -> Model {
    use caseload::service::api::{Clashing, Conflict, Reply};
    let typed = "3 e ctrl-u \"mobile 401 555 0199\" tab tab tab tab tab \" and knock\" ctrl-s";
    let clash = |field: &str, before: &str, theirs: &str, mine: &str| Clashing {
        field: field.into(),
        before: before.into(),
        theirs: theirs.into(),
        mine: mine.into(),
        by: "R. Patel".into(),
        at: day::at(8, 9),
    };
    let phones = |list: &str| format!("[{list}]");
    let phone = |kind: &str, number: &str| format!("{{\"kind\":\"{kind}\",\"number\":\"{number}\"}}");
    let way = "\"side door, key box by the meter; ring twice, she is slow to the door";
    let fields = vec![
        clash(
            "phones",
            &phones(&[phone("Mobile", "(401) 555-0142"), phone("Home", "(401) 555-0143")].join(",")),
            &phones(&phone("Home", "(401) 555-0177")),
            &phones(&phone("Mobile", "401 555 0199")),
        ),
        clash("access", &format!("{way}\""), "\"front door, she is up again\"", &format!("{way} and knock\"")),
    ];
    let kind = caseload::domain::record::Kind::Client;
    let conflict = Conflict { kind, id: [1; 16], by: "R. Patel".into(), at: day::at(8, 9), fields, rev: 8 };
    drive::then(answered(drive::after(w, h, typed), Reply::Conflict(conflict)), keys)
}

fn editing_a_record(t: &mut Table) {
    for (w, h) in [(40, 12), (44, 18), (80, 24), (120, 40), (200, 60)] {
        t.add(format!("edit_client_{w}x{h}"), keys(w, h, "3 e tab tab"));
        t.add(format!("edit_both_{w}x{h}"), both_changed(w, h, ""));
    }
    for (w, h) in SIZES {
        t.add(format!("edit_contact_{w}x{h}"), drive::then(on_a_contact(w, h), "e"));
        t.add(format!("edit_issue_{w}x{h}"), keys(w, h, "1 e shift-tab shift-tab shift-tab"));
        t.add(format!("edit_decided_{w}x{h}"), both_changed(w, h, "2 3"));
    }
    t.add("edit_staff_80x24", keys(80, 24, "4 e"));
    t.add("edit_wrong_80x24", keys(80, 24, "3 e ctrl-u \"call her son\" ctrl-s"));
}

fn an_open_form_tells_what_others_do(t: &mut Table) {
    for (w, h) in [(40, 12), (44, 18), (80, 24), (120, 40), (200, 60)] {
        let mut model = drive::after(w, h, "3 e ctrl-u \"mobile 401 555 0199\"");
        if let Some(Layer::Form(form)) = model.layers.last_mut() {
            form.news = vec!["R. Patel changed phones, note 08:09".into(), "M. Osei changed payer 08:10".into()];
            form.fields[0].beside = Some("R. Patel 08:09: home (401) 555-0177".into());
        }
        t.add(format!("edit_banner_{w}x{h}"), &mut model);
        let mut model = drive::after(w, h, "1 e \", twice\"");
        if let Some(Layer::Form(form)) = model.layers.last_mut() {
            let why = "finished by R. Patel 08:09";
            form.gone = Some(why.into());
            form.news = vec![format!("{why}: this cannot be saved any more, what is typed stays here")];
        }
        t.add(format!("edit_gone_{w}x{h}"), drive::then(model, "\"!\""));
        let mut model = drive::after(w, h, "r 1 \"seen by the nurse\"");
        if let Some(Layer::Form(form)) = model.layers.last_mut() {
            form.news = vec!["R. Patel has it since 08:09".into()];
        }
        t.add(format!("result_banner_{w}x{h}"), &mut model);
    }
}

fn who_else_is_here(t: &mut Table) {
    use caseload::service::api::{Also, Hand, Present};
    let also = |name: &str, on: Option<&str>, hand| Also { name: name.into(), you_on: on.map(str::to_owned), hand };
    for (w, h) in SIZES {
        for (name, pressed) in [("page", "enter"), ("card", "i"), ("why", "w"), ("call", "c"), ("edit", "3 e")] {
            let mut model = drive::after(w, h, pressed);
            let others = vec![also("J. Alvarez", Some("pts/3"), Hand::Reads), also("R. Patel", None, Hand::Calls)];
            let place = caseload::app::looking::place(&model);
            assert!(place.is_some(), "{pressed}");
            model.present = Some(Present { place, others, more: 0 });
            let text = shot::write(&shot::render(&model, &Theme::mono(), w, h), &Theme::mono(), shot::Format::Text);
            assert!(
                text.contains("also here") || text.contains("pts/3") || text.contains("+2 here"),
                "{pressed} {w}x{h}"
            );
            t.add(format!("also_{name}_{w}x{h}"), &mut model);
        }
    }
}

#[test]
fn every_field_of_every_card_is_reached_and_seen_on_the_smallest_screen() {
    let cards = [
        "c",
        "c 3",
        "r 1",
        "r 2",
        "down down down down s 5",
        "n i",
        "n i enter 1",
        "n i enter 4",
        "n n",
        "p",
        "!",
        "t",
        "v 1",
        "v 3",
        "a \"tier by hand\" enter",
        "space space p",
        // Of a client, a contact, a caregiver and an issue.
        "3 e",
        "enter e",
        "a contact: e",
        "4 e",
        "1 e",
        "a chart that is closed: n e",
    ];
    for card in cards {
        for n in 0..50 {
            let pressed = format!("{card}{}", " tab".repeat(n));
            let model = match card.split_once(": ") {
                Some(("a contact", _)) => drive::then(on_a_contact(40, 12), pressed.split_once(": ").unwrap().1),
                Some(_) => drive::then(on_a_closed_chart(40, 12), pressed.split_once(": ").unwrap().1),
                None => drive::after(40, 12, &pressed),
            };
            let Some(Layer::Form(form)) = model.top() else { panic!("{card} opens no card") };
            let field = &form.fields[form.focus];
            let text = shot::write(&shot::render(&model, &Theme::mono(), 40, 12), &Theme::mono(), shot::Format::Text);
            let label: String = field.label.chars().take(12).collect();
            assert!(text.contains(label.trim()), "{pressed}: “{}” is not on the screen\n{text}", field.label);
            if n > 0 && form.focus == 0 {
                break;
            }
        }
    }
}

fn forty_by_twelve_is_a_full_working_size(t: &mut Table) {
    for (name, pressed) in [
        ("card", "i"),
        ("why", "w"),
        ("find", "f \"okaf\""),
        ("issue", "n i"),
        ("page", "enter"),
        ("call", "c"),
        ("cal", "2"),
        ("menu", "a"),
        ("undo", "u"),
        ("result", "r"),
    ] {
        t.add(format!("tiny_{name}_40x12"), keys(40, 12, pressed));
    }
}

fn calendar(t: &mut Table) {
    for (w, h) in [(40, 12), (44, 18), (80, 24), (120, 40), (200, 60)] {
        for (name, pressed) in [
            ("day", "2 right right"),
            ("agenda", "2 A down"),
            ("week", "2 W down right"),
            ("month", "2 M right down"),
            ("clients", "2 C down"),
        ] {
            t.add(format!("calendar_{name}_{w}x{h}"), keys(w, h, pressed));
        }
    }
    t.add("calendar_zoom_week_80x24", keys(80, 24, "2 W z"));
    t.add("calendar_zoom_month_80x24", keys(80, 24, "2 M z"));
}

fn a_calendar_without_visits_says_so(t: &mut Table) {
    let mut model = drive::after(80, 24, "2");
    if let Some(board) = &mut model.calendar.board {
        (board.list, board.columns, board.total) = (Vec::new(), 0, 0);
    }
    t.add("calendar_no_day_80x24", &mut model);
    let mut model = drive::after(80, 24, "2 W");
    for span in model.calendar.spans.values_mut() {
        (span.rows, span.total) = (Vec::new(), 0);
        for day in &mut span.days {
            (day.visits, day.uncovered) = Default::default();
        }
    }
    t.add("calendar_no_week_80x24", &mut model);
    let mut model = drive::after(44, 18, "2 A");
    (model.calendar.agenda.rows, model.calendar.agenda.total) = (Vec::new(), 0);
    t.add("calendar_no_agenda_44x18", &mut model);
}

#[test]
fn a_visit_by_another_wall_says_when_that_is_here() {
    let mut model = drive::after(80, 24, "2 A");
    let visit = &mut model.calendar.agenda.rows[4];
    // 06:00 in Los Angeles is 09:00 in New York, which is when it starts.
    visit.minute = 360;
    let text = shot::write(&shot::render(&model, &Theme::dark(), 80, 24), &Theme::dark(), shot::Format::Text);
    let line = text.lines().find(|l| l.contains("06:00")).unwrap();
    assert!(line.contains("09:00 here"), "{line}");
    assert_eq!(text.matches(" here").count(), 1, "{text}");
}

fn nobodys_column_stays_however_many_caregivers_there_are(t: &mut Table) {
    let mut model = drive::drawn(80, 24);
    model.focus = Pane::Calendar;
    let mut board = day::board();
    for n in 0..12 {
        let name = format!("Reyes, {}", ["Ana", "Bea", "Cruz", "Dina"][n % 4]);
        let mut column = board.list[1].clone();
        (column.name, column.out) = (name, false);
        for (k, visit) in column.visits.iter_mut().enumerate() {
            visit.id = caseload::domain::ids::VisitId(day::id(100 + (n * 5 + k) as u8));
        }
        board.list.insert(4, column);
    }
    board.columns = board.list.len() as u16;
    model.calendar.selected = board.list[12].visits.first().map(|v| v.id);
    model.calendar.board = Some(board);
    t.add("many_80x24", &mut model);
}

fn lists_and_questions(t: &mut Table) {
    for (w, h) in SIZES {
        t.add(format!("new_{w}x{h}"), keys(w, h, ": \"a menu of all\" enter"));
        t.add(format!("take_marks_{w}x{h}"), keys(w, h, "space space space o"));
        t.add(format!("discard_{w}x{h}"), keys(w, h, "n n \"seen by the nurse\" shift-tab enter"));
        let mut model = drive::drawn(w, h);
        let lines = ["Okafor, Ruth: P1 is put to sleep one at a time", "Petrov, Ivan: R. Patel has it since 08:09"];
        model.layers.push(Layer::Confirm(Confirm {
            question: Question::Left,
            title: "2 of 5 left alone".into(),
            who: String::new(),
            lines: lines.map(str::to_owned).to_vec(),
            yes: "go on",
        }));
        t.add(format!("left_alone_{w}x{h}"), model);
    }
    for (w, h) in SIZES {
        t.add(format!("find_{w}x{h}"), keys(w, h, "f \"okaf\""));
        t.add(format!("here_{w}x{h}"), keys(w, h, "a"));
        t.add(format!("help_{w}x{h}"), keys(w, h, "?"));
        t.add(format!("undo_{w}x{h}"), keys(w, h, "u"));
        t.add(format!("palette_{w}x{h}"), keys(w, h, ": \"snoo\""));
        t.add(format!("confirm_{w}x{h}"), keys(w, h, "down down down down o"));
        t.add(format!("leave_{w}x{h}"), keys(w, h, "Q"));
        t.add(format!("drafts_{w}x{h}"), keys(w, h, "R"));
        t.add(format!("narrow_{w}x{h}"), keys(w, h, "/ \"alder\""));
        t.add(format!("goes_{w}x{h}"), keys(w, h, "g d"));
    }
    t.add("acts_80x24", keys(80, 24, "g u"));
    t.add("saving_80x24", keys(80, 24, "o"));
    for (w, h) in SIZES {
        let mut model = drive::drawn(w, h);
        let lines = Some(answers::history());
        model.layers.push(Layer::History(History { title: "History · fall · Okafor, Ruth".into(), lines, top: 0 }));
        t.add(format!("history_{w}x{h}"), &mut model);
    }
}

fn a_prefix_shows_how_it_may_go_on(t: &mut Table) {
    for (w, h) in SIZES {
        let mut model = drive::after(w, h, "g");
        let later = model.now.plus(400);
        caseload::app::update(&mut model, caseload::app::Msg::Wake, later);
        t.add(format!("which_key_{w}x{h}"), &mut model);
    }
}

fn nothing_yet(t: &mut Table) {
    for (w, h) in SIZES {
        let mut model = drive::empty(w, h);
        model.read_only = true;
        t.add(format!("read_only_{w}x{h}"), drive::then(drive::begun(model), "o"));
        let mut model = drive::drawn(w, h);
        model.connection = Connection::Offline { since: day::at(8, 7), why: "the service ended".into() };
        t.add(format!("offline_{w}x{h}"), drive::then(model, "r"));
    }
    for (w, h) in SIZES {
        t.add(format!("starting_{w}x{h}"), drive::empty(w, h));
        let mut model = drive::empty(w, h);
        model.connection = Connection::Live;
        model.header = Some(day::header());
        (model.alerts.list, model.clients.list, model.staff.list) = (Some(1), Some(2), Some(3));
        t.add(format!("empty_{w}x{h}"), &mut model);
    }
    for (w, h) in SIZES {
        let mut model = drive::empty(w, h);
        let mut header = day::header();
        (header.first_day, header.tiers, header.uncovered, header.newest_clock_in) = (true, [0; 5], 0, None);
        model.header = Some(header);
        model.connection = Connection::Live;
        t.add(format!("first_day_{w}x{h}"), &mut model);
    }
    t.add("too_small_31x8", drive::drawn(31, 8));
}

fn while_nothing_is_saved_the_header_says_so(t: &mut Table) {
    for (w, h) in SIZES {
        let mut model = drive::drawn(w, h);
        if let Some(header) = &mut model.header {
            header.unsaved = "the disk is nearly full: 12 MB free; free some and it goes on by itself".into();
        }
        t.add(format!("nothing_saved_{w}x{h}"), &mut model);
    }
}

/// An agency of many, and names as long as they come.
fn much_of_everything(t: &mut Table) {
    for (w, h) in SIZES {
        let mut model = drive::drawn(w, h);
        (model.alerts.total, model.clients.total, model.staff.total) = (10_000, 10_000, 2_345);
        if let Some(header) = &mut model.header {
            (header.tiers, header.uncovered) = ([112, 348, 1_204, 5_310, 3_026], 1_433);
        }
        t.add(format!("ten_thousand_{w}x{h}"), model);
        let long = |mut model: Model| {
            for (n, row) in model.alerts.rows.iter_mut().enumerate() {
                row.name = format!("Featherstonehaugh-Cholmondeley {n}, Wilhelmina Alexandrina Victoria");
                row.cause = format!("{} and what is written about it goes on and on for a whole line", row.cause);
            }
            for (n, row) in model.clients.rows.iter_mut().enumerate() {
                row.name = format!("Featherstonehaugh-Cholmondeley {n}, Wilhelmina Alexandrina Victoria");
            }
            for (n, row) in model.staff.rows.iter_mut().enumerate() {
                row.name = format!("Papadimitrakopoulou-Hadjiconstantinou {n}, Anastasia Evangelia");
            }
            model
        };
        t.add(format!("long_names_{w}x{h}"), long(drive::drawn(w, h)));
        t.add(format!("long_names_team_{w}x{h}"), long(drive::after(w, h, "4")));
    }
}

fn what_lies_over_every_screen(t: &mut Table) {
    let mut model = drive::drawn(80, 24);
    model.banner = Some(Banner {
        key: day::alerts()[0].key,
        text: "Okafor, Ruth: fall, head strike".into(),
        breached: false,
        summons: false,
    });
    model.toasts.push(Toast { text: "Taken: Lindqvist, Arne".into(), tone: Tone::Good, until: day::at(8, 11) });
    model.drafts = 2;
    model.connection = Connection::Offline { since: day::at(8, 7), why: "the service ended".into() };
    model.alerts.news.tiers[0] = 1;
    model.alerts.words = "alder".into();
    model.alerts.hidden = [0, 1, 13, 0, 0];
    t.add("banner_80x24", &mut model);
}

fn a_ghost_stays_dim_where_it_was(t: &mut Table) {
    let mut model = drive::drawn(80, 24);
    let row = model.alerts.rows.remove(0);
    model.alerts.total -= 1;
    model.alerts.ghost = Some(caseload::app::pane::Ghost { at: 0, row, words: "resolved by R. Patel 08:12".into() });
    t.add("ghost_80x24", &mut model);
    for (w, h) in SIZES {
        let mut model = drive::drawn(w, h);
        let row = model.alerts.rows.remove(0);
        model.alerts.ghost =
            Some(caseload::app::pane::Ghost { at: 0, row, words: "resolved by R. Patel 08:12".into() });
        t.add(format!("reopen_{w}x{h}"), drive::then(model, "a \"open again what\" enter \"she fell once more\""));
    }
}

fn hostile_names(t: &mut Table) {
    let names = [
        "O\u{1b}[2J\u{1b}]0;x\u{7}kafor, Ruth",
        "Ann\u{202e}nhoJ\u{2066}, Bidi",
        "Al\u{200b}\u{200d}an, Zero",
        "渡辺 裕子, 非常に長い名前です",
        "Z̸̢̛͎a̵l̶g̷o̸̧̖̲͎, M̴̩͓á̷r̸y",
        "محمد الفاتح, علي",
        "👩\u{200d}👩\u{200d}👧\u{200d}👦 Family, Emoji",
        "\u{301}\u{301}\u{301}, Lone",
        "Line\nbreak\ttab, \u{9b}31mC1",
    ];
    for (w, h) in [(44, 18), (80, 24), (120, 40)] {
        let mut model = drive::drawn(w, h);
        for (n, name) in names.iter().enumerate() {
            model.alerts.rows[n].name = (*name).into();
            model.alerts.rows[n].cause = format!("{name} {name}");
            model.clients.rows[n].name = (*name).into();
            model.clients.rows[n].alike = n % 2 == 0;
        }
        t.add(format!("hostile_{w}x{h}"), &mut model);
    }
}

#[test]
fn what_the_mouse_hits_is_what_is_drawn() {
    use caseload::app::model::Target;
    use ratatui::buffer::Buffer;
    use ratatui::layout::Rect;
    let model = drive::drawn(80, 24);
    let mut buf = Buffer::empty(Rect::new(0, 0, 80, 24));
    let hits = caseload::ui::draw_into(&model, &Theme::dark(), &mut buf);
    assert!(matches!(hits.at(20, 2), Some(Target::Row(Pane::Alerts, id)) if Some(*id) == model.alerts.selected));
    assert_eq!(hits.at(10, 17), Some(&Target::Pane(Pane::Calendar)));
    assert_eq!(hits.at(0, 0), None);
}

#[test]
fn rules_that_nobody_reviewed_say_so_where_there_is_room() {
    let line = |w: u16, h: u16, signed: bool| {
        let mut model = drive::drawn(w, h);
        if let Some(header) = &mut model.header {
            header.policy = ("demo policy".to_owned(), signed);
        }
        show(&model, &Theme::dark()).lines().next().unwrap_or_default().to_owned()
    };
    assert!(line(200, 60, false).contains("triage: demo policy, not reviewed"));
    assert!(line(140, 40, false).contains("triage not reviewed"), "{}", line(140, 40, false));
    assert!(!line(200, 60, true).contains("reviewed"));
    for (w, h) in [(40, 12), (44, 18), (80, 24), (120, 24), (140, 40)] {
        // What matters more is never pushed out by it.
        for word in line(w, h, true).split_whitespace() {
            assert!(line(w, h, false).contains(word), "{word} is gone at {w}x{h}");
        }
    }
}

/// A locked screen over a day's work, in this state.
fn locked(w: u16, h: u16, state: LockState, wrong: bool, pressed: &str) -> Model {
    let view = LockView {
        state,
        wrong,
        after: 5 * 60_000,
        agency: "Riverside Home Care".into(),
        zone: day::zone(),
        user: "J. Alvarez".into(),
        tiers: [2, 5, 9, 4, 1],
    };
    let mut model = drive::after(w, h, "c 3 2 \"left word with the neighbour\"");
    // From another window of hers; what the service then says of it.
    let now = model.now;
    let asked = update(&mut model, Msg::Heard(Heard::Locked), now).into_iter().find_map(|effect| match effect {
        Effect::Send(ticket, Request::LockState) => Some(ticket),
        _ => None,
    });
    let said = Heard::Reply(asked.unwrap(), Reply::Locked(view));
    let _ = update(&mut model, Msg::Heard(said), now);
    drive::then(model, pressed)
}

fn a_locked_screen_shows_nobody(t: &mut Table) {
    let until = day::at(8, 25);
    for (w, h) in [(40, 12), (44, 18), (80, 24), (120, 40), (200, 60)] {
        for (name, state, wrong, pressed) in [
            ("locked", LockState::Ask(5), false, "2 5 8"),
            ("locked_tries", LockState::Ask(3), true, ""),
            ("locked_shut", LockState::Shut(until), true, "1 2 3 4 enter"),
            ("locked_choose", LockState::Choose, false, "2 5 8 0 enter 2 5"),
            ("locked_broken", LockState::Broken, false, ""),
        ] {
            let mut model = locked(w, h, state, wrong, pressed);
            let shown = show(&model, &Theme::dark());
            assert!(!["Okafor", "neighbour", "Petrov", "fall"].iter().any(|s| shown.contains(s)), "{shown}");
            t.add(format!("{name}_{w}x{h}"), &mut model);
        }
    }
    // However small the window, there is a field for the PIN and no one's name.
    for (w, h) in [(1, 1), (5, 2), (12, 3), (20, 5), (31, 7)] {
        let buffer = shot::render(&locked(w, h, LockState::Ask(5), false, "2 5 8"), &Theme::dark(), w, h);
        let text = shot::write(&buffer, &Theme::dark(), shot::Format::Text);
        assert!(!text.contains("Okafor") && (w < 12 || text.contains("•••")), "{w}x{h}\n{text}");
    }
}

fn names_as_initials(t: &mut Table) {
    for (w, h) in SIZES {
        let hide = |pressed: &str| {
            let mut model = drive::empty(w, h);
            model.hide_names();
            drive::then(drive::begun(model), pressed)
        };
        t.add(format!("privacy_{w}x{h}"), hide(""));
        t.add(format!("privacy_card_{w}x{h}"), hide("i"));
    }
}

fn what_was_found_out_about_the_terminal(t: &mut Table) {
    let findings = [
        ("terminal", "tmux 3.4", "it says so"),
        ("line", "SSH", "SSH_CONNECTION is set"),
        ("inside", "tmux", "it says it is tmux 3.4"),
        ("colours", "256", "TERM is xterm-256color"),
        ("background", "unknown", "it answered, but not to this"),
        ("round trip", "150 ms", "from a question to its answer"),
        ("frames", "1204 drawn, 86 put off", "since it was opened"),
    ];
    for (w, h) in [(40, 12), (44, 18), (80, 24), (120, 40)] {
        let mut model = drive::drawn(w, h);
        let findings = findings.map(|(what, value, why)| Finding::new(what, value, why)).to_vec();
        let now = model.now;
        update(&mut model, Msg::Terminal(findings), now);
        t.add(format!("terminal_{w}x{h}"), model);
    }
}

fn who_looked_at_a_chart(t: &mut Table) {
    for (w, h) in [(40, 12), (44, 18), (80, 24), (120, 40), (200, 60)] {
        t.add(format!("looked_{w}x{h}"), keys(w, h, "enter a \"who looked\" enter down"));
    }
    let mut model = drive::after(80, 24, "enter a \"who looked\" enter");
    if let Some(Layer::Looked(looked)) = model.layers.last_mut() {
        looked.denied = Some("a coordinator does not see what was done and seen; ask a manager".into());
    }
    t.add("looked_denied_80x24", &mut model);
}

fn what_whoever_runs_the_agency_is_to_know(t: &mut Table) {
    for (w, h) in [(40, 12), (44, 18), (80, 24), (120, 40), (200, 60)] {
        let mut model = drive::drawn(w, h);
        if let Some(header) = &mut model.header {
            header.notes = vec![
                "the log of who saw what is damaged: access/00000002.log at byte 40960, after entry 120: the sum does not \
                 fit; put the file back from a backup"
                    .into(),
                "the login frontdesk is in use from two places at once; a login is one person's: who shares it asks the \
                 administrator for one of their own"
                    .into(),
            ];
        }
        let shown = show(&model, &Theme::dark());
        assert!(shown.contains("! the log of who") && shown.contains("ctrl-g shows it"), "{w}x{h}");
        t.add(format!("note_banner_{w}x{h}"), &mut model);
        t.add(format!("note_read_{w}x{h}"), drive::then(model, "ctrl-g"));
    }
}

fn clock_ins_with_something_wrong(t: &mut Table) {
    for (w, h) in [(40, 12), (44, 18), (80, 24), (120, 40), (200, 60)] {
        t.add(format!("evv_{w}x{h}"), keys(w, h, "g e down"));
        t.add(format!("evv_resolve_{w}x{h}"), keys(w, h, "g e space space r"));
    }
    t.add("evv_locked_80x24", keys(80, 24, "g e G"));
    let mut model = drive::after(80, 24, "g e");
    if let Some(Layer::Evv(list)) = model.layers.last_mut()
        && let Some(queue) = &mut list.queue
    {
        queue.list.clear();
    }
    t.add("evv_none_80x24", &mut model);
    if let Some(Layer::Evv(list)) = model.layers.last_mut()
        && let Some(queue) = &mut list.queue
    {
        queue.newest = None;
    }
    t.add("evv_never_80x24", &mut model);
    model.size = (44, 18);
    t.add("evv_never_44x18", &mut model);
}
