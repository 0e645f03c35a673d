//! The calendar by key: its views, what Enter and Esc mean there, and what acting keys mean on a visit.

use super::flow::canned::{Canned, key};
use super::flow::{App, morning, zone};
use caseload::app::calendar::{CalendarView, Shape, Whose, shape};
use caseload::app::layers::Layer;
use caseload::app::model::Model;
use caseload::app::pane::RowId;
use caseload::domain::ids::{ClientId, StaffId, VisitId};
use caseload::domain::time::Day;
use caseload::domain::visit::VisitState;
use caseload::service::api::reschedule::VisitChange;
use caseload::service::api::{By, Command, Person, Query, Request, View};

fn calendar(size: (u16, u16)) -> App<Canned> {
    App::open(Canned::default(), size).keys("2")
}

fn today() -> Day {
    zone().day(morning())
}

fn shows(model: &Model, wanted: Shape) -> bool {
    shape(model).is_some_and(|(shape, _)| shape == wanted)
}

fn asks(app: &App<Canned>, of: impl Fn(&Query) -> bool) -> usize {
    app.requests.iter().filter(|r| matches!(r, Request::Query(q) if of(q))).count()
}

#[test]
fn letters_choose_the_view_and_brackets_turn_its_page() {
    let app = calendar((120, 40)).model(|m| shows(m, Shape::Grid) && m.calendar.board.is_some());
    let app = app.keys("]").model(|m| m.calendar.day == today().plus(1) && m.calendar.board.is_some());
    let app = app.keys("W").model(|m| shows(m, Shape::People) && m.calendar.week().is_some_and(|w| w.rows.len() == 3));
    let app = app.keys("]").model(|m| m.calendar.day == today().plus(8) && m.calendar.week().is_some());
    let app = app.keys("M").model(|m| shows(m, Shape::Month) && m.calendar.spans.len() == 5);
    let app = app.keys("]").model(|m| m.calendar.day == Day::from_ymd(2026, 4, 10).unwrap());
    let app = app.keys("[ [ [").model(|m| m.calendar.day == Day::from_ymd(2026, 1, 10).unwrap());
    let app = app.keys("T").model(|m| m.calendar.day == today() && m.calendar.view == CalendarView::Month);
    let app = app.keys("A").model(|m| shows(m, Shape::Agenda) && m.calendar.agenda.total == 4);
    app.keys("D").model(|m| shows(m, Shape::Grid) && m.calendar.board.is_some()).sent(0);
}

#[test]
fn only_what_is_shown_is_asked_for_and_once() {
    let app = calendar((120, 40));
    assert_eq!(asks(&app, |q| matches!(q, Query::Span(_))), 0);
    let app = app.keys("M");
    // Five weeks of March, counted, without anybody's row.
    assert_eq!(asks(&app, |q| matches!(q, Query::Span(a) if a.rows == 0 && a.deadlines && a.days == 7)), 5);
    let app = app.keys("down right left up");
    assert_eq!(asks(&app, |q| matches!(q, Query::Span(_))), 5);
    let app = app.keys("W");
    assert_eq!(asks(&app, |q| matches!(q, Query::Span(a) if a.rows > 0 && !a.deadlines)), 1);
    let boards = asks(&app, |q| matches!(q, Query::Board(_)));
    let app = app.keys("down down up");
    assert_eq!(asks(&app, |q| matches!(q, Query::Span(a) if a.rows > 0)), 1);
    assert_eq!(asks(&app, |q| matches!(q, Query::Board(_))), boards);
}

#[test]
fn a_service_that_fails_is_not_asked_for_ever() {
    use super::flow::Service;
    use caseload::domain::time::Moment;
    use caseload::service::api::{Heard, Reply, Ticket};
    struct Broken(Canned);
    impl Service for Broken {
        fn take(&mut self, ticket: Ticket, request: Request, now: Moment) -> Vec<Heard> {
            match request {
                Request::Query(Query::Span(_)) => vec![Heard::Reply(ticket, Reply::Failed("no".to_owned()))],
                other => self.0.take(ticket, other, now),
            }
        }
    }
    let app = App::open(Broken(Canned::default()), (120, 40)).keys("2 M").pass(5_000);
    let asked = app.requests.iter().filter(|r| matches!(r, Request::Query(Query::Span(_)))).count();
    assert_eq!(asked, 5);
}

#[test]
fn a_phone_has_the_agenda_and_days_in_a_line_each() {
    let app = calendar((44, 18)).model(|m| shows(m, Shape::Agenda) && m.calendar.agenda.total == 4);
    let app = app.keys("W").model(|m| shows(m, Shape::Days));
    let app = app.keys("down").model(|m| m.calendar.day == today().plus(1));
    let app = app.keys("enter").model(|m| shows(m, Shape::Agenda) && m.calendar.day == today().plus(1));
    // Back to the week that Enter came from.
    let app = app.keys("esc").model(|m| shows(m, Shape::Days) && m.calendar.day == today().plus(1));
    let app = app.keys("D").sees("narrow here").model(|m| shows(m, Shape::Agenda));
    // A wider terminal has the columns at once.
    let app = app.msg(caseload::app::Msg::Resize(120, 40));
    app.model(|m| shows(m, Shape::Grid) && m.calendar.board.as_ref().is_some_and(|b| b.day == today().plus(1)));
}

#[test]
fn enter_in_a_week_goes_into_somebodys_day() {
    let second = Some(Person::Staff(StaffId([2; 16])));
    let app = calendar((120, 40)).keys("W down down right").model(|m| m.calendar.row == Some(Whose(second)));
    let app = app.keys("enter").model(|m| shows(m, Shape::Grid) && m.calendar.day == today().plus(1));
    let app = app.model(|m| m.calendar.current().is_some_and(|v| v.staff == Some(StaffId([2; 16]))));
    let app = app.keys("esc").model(|m| shows(m, Shape::People) && m.calendar.row == Some(Whose(second)));
    app.keys("M enter").model(|m| shows(m, Shape::Grid)).keys("esc").model(|m| shows(m, Shape::Month));
}

#[test]
fn a_visit_is_what_acting_keys_mean() {
    let app = calendar((120, 40)).model(|m| m.calendar.current().is_some_and(|v| v.client == ClientId([1; 16])));
    let app = app.keys("w").on("why").keys("esc").keys("c").on("form").keys("esc");
    let app = app.keys("o").last(|c| matches!(c, Command::Take { key: k, .. } if *k == key(1)));
    // One visit further down no alert stands, and the keys say so.
    let app = app.keys("down o").sees("no alert here").sent(1).keys("s").on("dashboard").keys("r").on("dashboard");
    let app = app.keys("enter").on("page");
    app.model(|m| matches!(m.top(), Some(Layer::Page(p)) if p.person == Person::Client(ClientId([3; 16]))));
}

#[test]
fn acting_keys_say_why_not_on_days_and_on_nobodys_row() {
    let app = calendar((120, 40)).keys("M o").sees("a day is selected, Enter opens it").keys("c").sent(0);
    let app = app.on("dashboard").keys("W c").sees("these are nobody's visits: Enter shows them").on("dashboard");
    // A caregiver's row is that caregiver.
    let app = app.keys("down i").pass(1_000);
    app.model(|m| m.card.person == Some(Person::Staff(StaffId([1; 16])))).keys("o").sees("no alert here").sent(0);
}

#[test]
fn the_agenda_is_a_list_that_can_be_narrowed() {
    let app = calendar((120, 40)).keys("A").model(|m| m.calendar.agenda.total == 4);
    let app = app.keys("down down");
    let selected = app.model.calendar.agenda.selected;
    assert!(matches!(selected, Some(RowId::Visit(_))));
    let app = app.keys("/").on("narrow").text("03").keys("enter").pass(500);
    let app = app.model(|m| m.calendar.agenda.total == 2 && m.calendar.agenda.words == "03");
    let app = app.keys("esc").model(|m| m.calendar.agenda.words.is_empty() && m.calendar.agenda.total == 4);
    let app = app.keys("]").model(|m| m.calendar.agenda.rows.iter().all(|v| v.day == today().plus(1)));
    // The list of the day before is closed again: at most one is open for the calendar.
    let open = app.service.lists.iter().filter(|(_, l)| matches!(l.view, View::Visits { .. })).count();
    assert_eq!(open, 1);
    app.keys("C").sees("the agenda is by time");
}

#[test]
fn the_answer_for_a_day_that_was_left_is_dropped() {
    let mut app = calendar((120, 40)).keys("A");
    app.slow = true;
    let mut app = app.keys("] ] ]");
    app.slow = false;
    app.answer();
    assert!(app.model.calendar.agenda.rows.iter().all(|v| v.day == today().plus(3)));
    assert_eq!(app.model.calendar.agenda.total, 4);
    let open = app.service.lists.iter().filter(|(_, l)| matches!(l.view, View::Visits { .. })).count();
    assert_eq!(open, 1);
    let mut app = app.keys("W");
    app.slow = true;
    let mut app = app.keys("C ] C");
    app.slow = false;
    app.answer();
    assert_eq!(app.model.calendar.by, By::Caregiver);
    assert!(app.model.calendar.week().is_some_and(|w| w.from == today().plus(10).week_start()));
}

#[test]
fn by_client_asks_for_clients() {
    let app = calendar((120, 40)).keys("C").model(|m| m.calendar.by == By::Client && m.calendar.board.is_some());
    assert!(asks(&app, |q| matches!(q, Query::Board(a) if a.by == By::Client)) > 0);
    let app = app.keys("W");
    assert_eq!(asks(&app, |q| matches!(q, Query::Span(a) if a.by == By::Client)), 1);
    app.keys("M C").sees("days are counted here, not people");
}

#[test]
fn the_mouse_selects_a_day_and_opens_it_the_second_time() {
    use caseload::app::model::{Pane, Target};
    use caseload::app::{Mouse, Msg};
    let press = |id, double| Msg::Mouse(Mouse::Press { target: Target::Row(Pane::Calendar, id), double });
    let second = Some(Person::Staff(StaffId([2; 16])));
    let cell = RowId::Cell(second, today().plus(2));
    let app = calendar((120, 40)).keys("W").msg(press(cell, false));
    let app = app.model(|m| m.calendar.day == today().plus(2) && m.calendar.row == Some(Whose(second)));
    let app = app.msg(press(cell, true)).model(|m| shows(m, Shape::Grid));
    let app = app.model(|m| m.calendar.current().is_some_and(|v| v.staff == Some(StaffId([2; 16]))));
    let app = app.keys("M").msg(press(RowId::Day(today().plus(9)), false));
    app.model(|m| m.calendar.day == today().plus(9) && shows(m, Shape::Month)).sent(0);
}

#[test]
fn v_means_the_selected_visit_and_no_other() {
    let which = |app: &App<Canned>| match app.model.top() {
        Some(Layer::Form(f)) => f.text("which"),
        _ => panic!("no form"),
    };
    let app = calendar((120, 40)).keys("v").on("form");
    assert!(!which(&app).is_empty(), "the one that is selected is chosen");
    // The next one has somebody: what is open is offered, and nothing of it is chosen for her.
    let app = calendar((120, 40)).keys("down v").on("form");
    assert!(which(&app).is_empty(), "{}", which(&app));
}

/// A visit of the first column is in the hand: 09:00, then the arrows.
fn held(keys: &str) -> App<Canned> {
    calendar((120, 40)).keys("m").on("lifted").keys(keys)
}

fn drops(command: &Command, at: u16, aide: u8, why: &str) -> bool {
    let Command::Reschedule(ask) = command else { return false };
    let change = VisitChange::Move { day: today(), minute: at, staff: Some(StaffId([aide; 16])) };
    ask.change == change && ask.reason == why && ask.seen == vec![(ask.visit, 3)]
}

#[test]
fn a_visit_is_moved_by_arrows_and_dropped() {
    let app = held("down down").sent(0);
    // The board shows it where it would stand, and beside it that nothing speaks against it.
    let app = app.model(|m| m.calendar.current().is_some_and(|v| v.minute == 570));
    let app = app.keys("right").model(|m| m.calendar.current().is_some_and(|v| v.staff == Some(StaffId([2; 16]))));
    let app = app.keys("enter").sent(1).on("dashboard").last(|c| drops(c, 570, 2, ""));
    app.model(|m| m.calendar.lifted.is_none() && m.calendar.selected == Some(VisitId([11; 16])));
}

#[test]
fn what_needs_a_reason_asks_for_it_and_what_cannot_be_is_not_dropped() {
    let app = held("1 0 0 0").model(|m| m.calendar.current().is_some_and(|v| v.minute == 600));
    let app = app.keys("enter").sent(0).on("lifted");
    let app = app.keys("enter").sent(0).sees("why, in a few words");
    let app = app.text("her daughter asked").keys("enter").sent(1).last(|c| drops(c, 600, 1, "her daughter asked"));
    app.on("dashboard");
    let app = held("1 1 3 0 enter").sent(0).sees("not here: with Nguyen 11:00–12:00").on("lifted");
    app.keys("up up up up up up up enter").sent(1).last(|c| drops(c, 585, 1, ""));
}

#[test]
fn esc_puts_it_back_and_nothing_was_asked_of_the_record() {
    let before = calendar((120, 40)).model.calendar.board.clone();
    let app = held("down right ] ]").model(|m| m.calendar.day == today().plus(2));
    let app = app.keys("esc").on("dashboard").sent(0);
    let app = app.model(|m| m.calendar.day == today() && m.calendar.selected == Some(VisitId([11; 16])));
    assert!(app.model.calendar.board == before, "the board is as it was");
    // A reason that is being written is left first.
    let app = held("1 0 3 0 enter x y esc").on("lifted").keys("esc").on("dashboard").sent(0);
    app.keys("down m esc").on("dashboard").sent(0);
}

#[test]
fn a_visit_is_given_away_exchanged_split_and_shortened_from_the_menu() {
    let from_menu = |word: &str, keys: &str| {
        let app = calendar((120, 40)).keys("a").text(word).keys("enter").on("lifted");
        app.keys(keys).sent(1).on("dashboard")
    };
    let change = |c: &Command| if let Command::Reschedule(ask) = c { Some(ask.change.clone()) } else { None };
    let app = from_menu("give this visit", "down enter");
    let given = VisitChange::Move { day: today(), minute: 540, staff: Some(StaffId([45; 16])) };
    app.last(|c| change(c) == Some(given));
    from_menu("exchange the", "right enter").last(|c| change(c) == Some(VisitChange::Swap { with: VisitId([21; 16]) }));
    let halves = VisitChange::Split { first: 45, staff: Some(StaffId([1; 16])) };
    from_menu("split this", "down enter").last(|c| change(c) == Some(halves));
    from_menu("shorter", "4 0 enter enter").last(|c| change(c) == Some(VisitChange::Length { minutes: 40 }));
}

#[test]
fn a_client_who_agreed_is_said_to_have_and_a_name_leads_to_a_caregiver() {
    let app = held("down t enter").sent(1);
    app.last(|c| matches!(c, Command::Reschedule(ask) if ask.agreed));
    // Nobody of that name: nothing happens, and esc leaves only the name.
    let app = held("f").text("zzz").keys("enter").sees("nobody of that name").keys("esc").on("lifted");
    app.keys("esc").on("dashboard").sent(0);
}

#[test]
fn it_can_be_lifted_on_a_phone_and_in_the_agenda() {
    for size in [(44, 18), (40, 12), (80, 24)] {
        let app = calendar(size).keys("m").on("lifted").keys("down").sent(0);
        let app = app.keys("enter").sent(1);
        app.last(
            |c| matches!(c, Command::Reschedule(ask) if matches!(ask.change, VisitChange::Move { minute: 555, .. })),
        );
    }
}

#[test]
fn the_calendar_shows_only_what_was_chosen_and_says_so() {
    use caseload::domain::staff::Discipline;
    use caseload::service::api::VisitFilter;
    let app = calendar((120, 40)).keys("F").on("menu").text("only open").keys("enter").on("dashboard").sent(0);
    let open = VisitFilter { open: true, ..VisitFilter::default() };
    assert_eq!(asks(&app, |q| matches!(q, Query::Board(a) if a.only == open)), 1);
    let app = app.sees("only open").keys("F").text("visits of RN").keys("enter").sees("only open · RN");
    let both = VisitFilter { discipline: Some(Discipline::Rn), ..open };
    assert_eq!(asks(&app, |q| matches!(q, Query::Board(a) if a.only == both)), 1);
    let app = app.keys("W");
    assert_eq!(asks(&app, |q| matches!(q, Query::Span(a) if a.only == both)), 1);
    let app = app.keys("A");
    let lists = app.service.lists.iter();
    assert_eq!(lists.filter(|(_, l)| matches!(l.view, View::Visits { only, .. } if only == both)).count(), 1);
    let app = app.keys("F").text("all visits").keys("enter");
    app.model(|m| m.calendar.only == VisitFilter::default());
}

#[test]
fn the_calendar_is_narrowed_to_a_colleagues_team_and_mine_leaves_it() {
    use caseload::domain::ids::UserId;
    let app = calendar((120, 40)).keys("F").on("menu").text("patel");
    let app = app.keys("enter").on("dashboard").sent(0).sees("only R. Patel");
    let patel = Some(UserId([2; 16]));
    assert_eq!(asks(&app, |q| matches!(q, Query::Board(a) if a.only.team == patel && !a.mine)), 1);
    // The plan of the day is hers, too.
    let app = app.keys("O");
    assert_eq!(asks(&app, |q| matches!(q, Query::PlanDay(a) if a.only.team == patel && !a.mine)), 1);
    let app = app.keys("esc F").text("mine").keys("enter");
    app.model(|m| m.calendar.mine && m.calendar.only.team.is_none());
}

#[test]
fn on_a_slow_line_the_calendar_lies_low_until_more_of_it_is_asked_for() {
    use caseload::app::Msg;
    let low = || calendar((80, 24)).msg(Msg::Line { slow: true });
    let here = |app: &App<Canned>| {
        let (pane, minute) = (&app.model.calendar, zone().civil(app.model.now).1);
        if shows(&app.model, Shape::Trouble) { pane.needed(minute, true) } else { pane.current() }.map(|v| v.id)
    };
    let app = low().model(|m| shows(m, Shape::Trouble));
    // What needs somebody, one after the other; what is under the marker is what a key is about.
    let first = here(&app).expect("a visit under the marker");
    let app = app.keys("down");
    let second = here(&app).expect("another one");
    assert_ne!(first, second);
    let app = app.keys("up");
    assert_eq!(here(&app), Some(first));
    let app = app.keys("down G down");
    let last = here(&app);
    let app = app.keys("end");
    assert_eq!(here(&app), last);
    // Over by now, it is still what the marker is on; one that nobody stands on leaves.
    let mut app = app;
    for column in &mut app.model.calendar.board.as_mut().unwrap().list {
        for visit in &mut column.visits {
            visit.state = VisitState::Done;
        }
    }
    assert_eq!(here(&app), last);
    assert_eq!(app.model.calendar.needs(490, true).len(), 1);
    assert!(app.model.calendar.needs(490, false).is_empty());
    // With room for all of them the marker stays on its visit, and comes back.
    let app = app.keys("z").model(|m| shows(m, Shape::Grid));
    assert_eq!(here(&app), last);
    let app = app.keys("z").model(|m| shows(m, Shape::Trouble));
    assert_eq!(here(&app), last);
    let app = app.keys("D").model(|m| shows(m, Shape::Grid)).keys("esc").model(|m| shows(m, Shape::Trouble));
    // A week has the room, and the day that Enter leads to has it too.
    let app = app.keys("W").model(|m| shows(m, Shape::People)).keys("enter").model(|m| shows(m, Shape::Grid));
    let app = app.keys("esc").model(|m| shows(m, Shape::People)).keys("D").model(|m| shows(m, Shape::Trouble));
    // A visit in the hand is seen among the others.
    let app = app.keys("home m").on("lifted").model(|m| shows(m, Shape::Grid)).keys("esc");
    app.model(|m| shows(m, Shape::Trouble)).sent(0);
}
