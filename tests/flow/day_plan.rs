//! The plan of a day by key: what stays under the marker, what is marked, what is accepted.

use super::flow::canned::Canned;
use super::flow::planned::{NOW, THEN, plan};
use super::flow::{App, Service};
use caseload::app::layers::{DayPlanLayer, Layer, Question};
use caseload::app::model::Model;
use caseload::domain::ids::{StaffId, UserId, VisitId};
use caseload::domain::record::Kind;
use caseload::domain::time::Moment;
use caseload::service::api::day_plan::{DayFigures, DayPlan, PlanAsk, PlanSearch};
use caseload::service::api::{Answered, Change, Command, Done, Heard, Problem, Query, Reply, Request, Ticket};

/// A search of ten slices: a plan after the first of them, a better one after the sixth.
struct Office {
    canned: Canned,
    steps: u64,
    /// The token moves with every change.
    token: u64,
    /// Nothing is to be gained.
    nothing: bool,
    refuse: Vec<Problem>,
}

const SLICE: u64 = 100;
const ALL: u64 = 1_000;

impl Default for Office {
    fn default() -> Self {
        Self { canned: Canned::default(), steps: 0, token: 7, nothing: false, refuse: Vec::new() }
    }
}

impl Office {
    fn stands(&self) -> PlanSearch {
        let better = u32::from(self.steps >= SLICE) + u32::from(self.steps >= 6 * SLICE);
        PlanSearch { token: self.token, steps: self.steps, left: ALL - self.steps, better }
    }

    fn plan(&self, ask: PlanAsk) -> DayPlan {
        let stands = self.stands();
        let mut found = plan(ask, stands);
        if self.nothing {
            found.lines.clear();
            found.after = NOW;
        } else if stands.better == 1 {
            // At first Okafor's visit goes to somebody else, and Doyle's to nobody.
            found.lines[3].to = vec![(StaffId([46; 16]), "Pires, Joana".to_owned())];
            found.lines.remove(4);
            found.after = DayFigures { uncovered: 1, ..THEN };
        }
        found
    }
}

impl Service for Office {
    fn take(&mut self, ticket: Ticket, request: Request, now: Moment) -> Vec<Heard> {
        let answer = |answered| vec![Heard::Reply(ticket, Reply::Answer(Box::new(answered)))];
        match request {
            Request::Query(Query::PlanDay(ask)) => answer(Answered::DayPlan(Box::new(self.plan(ask)))),
            Request::Query(Query::GoOn { token, .. }) => {
                if token != self.token {
                    return answer(Answered::GoneOn(None));
                }
                self.steps = (self.steps + SLICE).min(ALL);
                answer(Answered::GoneOn(Some(self.stands())))
            }
            Request::Execute(e) if matches!(e.command, Command::AcceptPlan { .. }) => {
                if !self.refuse.is_empty() {
                    return vec![Heard::Reply(ticket, Reply::Problems(std::mem::take(&mut self.refuse)))];
                }
                (self.token, self.steps) = (self.token + 1, 0);
                let done = Done {
                    seq: 12,
                    summary: "Plan of 2 Mar: visits given anew".to_owned(),
                    undoable: true,
                    created: vec![],
                    imported: vec![],
                    left_alone: vec![],
                    refused: vec![],
                };
                vec![Heard::Reply(ticket, Reply::Done(done)), Heard::Change(change(Kind::Visit))]
            }
            other => self.canned.take(ticket, other, now),
        }
    }
}

fn change(kind: Kind) -> Change {
    Change { seq: 9, actor: UserId([9; 16]), kinds: vec![kind], persons: vec![] }
}

fn page(model: &Model) -> &DayPlanLayer {
    let found = model.layers.iter().find_map(|l| if let Layer::DayPlan(p) = l { Some(&**p) } else { None });
    found.expect("no plan is open")
}

fn open(size: (u16, u16)) -> App<Office> {
    App::open(Office::default(), size).keys("2 O").on("day plan")
}

fn visits(app: &App<Office>) -> Vec<u8> {
    page(&app.model).lines().iter().map(|l| l.visit.0[0]).collect()
}

fn marks(app: &App<Office>) -> Vec<u8> {
    page(&app.model).marks.iter().map(|v| v.0[0]).collect()
}

/// One slice of the search is answered.
fn slice(mut app: App<Office>) -> App<Office> {
    let waiting = std::mem::take(&mut app.waiting);
    app.slow = true;
    for (ticket, request) in waiting {
        for heard in app.service.take(ticket, request, app.now) {
            app = app.msg(caseload::app::Msg::Heard(heard));
        }
    }
    app.now = app.now.plus(100);
    app
}

/// A call-out whose plan gets better at its fifth slice.
struct Outs {
    canned: Canned,
    steps: u64,
}

impl Service for Outs {
    fn take(&mut self, ticket: Ticket, request: Request, now: Moment) -> Vec<Heard> {
        let answer = |answered| vec![Heard::Reply(ticket, Reply::Answer(Box::new(answered)))];
        let better = 1 + u32::from(self.steps >= 5 * SLICE);
        let stands = |steps| PlanSearch { token: 5, steps, left: ALL - steps, better };
        match request {
            Request::Query(Query::CallOut { staff, day }) => {
                let mut view = super::flow::out::view(staff, day, super::flow::zone());
                view.search = Some(stands(self.steps));
                if better > 1 {
                    view.visits[1].suggested = vec![(StaffId([43; 16]), "Cole, Denise".to_owned())];
                    view.visits.reverse();
                }
                answer(Answered::CallOut(Some(view)))
            }
            Request::Query(Query::Candidates(_)) => {
                let day = super::flow::zone().day(now);
                answer(Answered::Candidates(super::flow::out::candidates(day, super::flow::zone())))
            }
            Request::Query(Query::GoOn { .. }) => {
                self.steps = (self.steps + SLICE).min(ALL);
                let better = 1 + u32::from(self.steps >= 5 * SLICE);
                answer(Answered::GoneOn(Some(PlanSearch { better, ..stands(self.steps) })))
            }
            other => self.canned.take(ticket, other, now),
        }
    }
}

#[test]
fn a_call_outs_plan_gets_better_and_nothing_moves_by_it() {
    for size in [(44, 18), (80, 24)] {
        let mut app = App::open(Outs { canned: Canned::default(), steps: 0 }, size);
        let out = |m: &Model| match m.top() {
            Some(Layer::CallOut(page)) => (**page).clone(),
            _ => panic!("no call-out is open"),
        };
        app = app.keys("4 x 1");
        app.slow = true;
        app = app.keys("ctrl-s");
        // What was asked is answered one after the other, until the page and who could go stand there.
        for _ in 0..6 {
            app = answered(app);
        }
        let before = out(&app.model);
        let first = before.view.as_ref().map(|v| v.visits[1].suggested.clone());
        assert_eq!(first.map(|s| s[0].1.clone()), Some("Pires, Joana".to_owned()));
        app = app.keys("down");
        let stood = out(&app.model);
        for _ in 0..30 {
            app = answered(app);
        }
        let after = out(&app.model);
        let view = after.view.as_ref().unwrap();
        assert_eq!(view.visits[1].suggested[0].1, "Cole, Denise", "whom to call first is another one");
        let order = |p: &caseload::app::layers::CallOutLayer| -> Vec<VisitId> {
            p.view.iter().flat_map(|v| &v.visits).map(|v| v.row.id).collect()
        };
        assert_eq!(order(&after), order(&before), "rows keep their places");
        assert_eq!(after.visit, stood.visit);
        assert!(!after.improving.goes, "it was searched to the end");
    }
}

/// Everything that waits is answered, once.
fn answered<S: Service>(mut app: App<S>) -> App<S> {
    let waiting = std::mem::take(&mut app.waiting);
    for (ticket, request) in waiting {
        for heard in app.service.take(ticket, request, app.now) {
            app = app.msg(caseload::app::Msg::Heard(heard));
        }
    }
    app.now = app.now.plus(60);
    app
}

#[test]
fn it_is_looked_for_to_the_end_while_nobody_touches_it() {
    for size in [(44, 18), (80, 24)] {
        let app = open(size);
        assert_eq!(visits(&app), [8, 3, 6, 1, 9, 7], "the better plan has taken the place of the first");
        let app = app.model(|m| page(m).improving.search.left == 0 && page(m).waiting.is_none()).sent(0);
        let asked = app.requests.iter().filter(|r| matches!(r, Request::Query(Query::PlanDay(_)))).count();
        assert!(asked <= 4, "{asked} times asked for the whole plan");
    }
}

#[test]
fn what_is_touched_stays_and_a_better_plan_waits() {
    let mut app = App::open(Office::default(), (80, 24));
    app.slow = true;
    let mut app = app.keys("2 O").on("day plan");
    while visits(&app).is_empty() {
        app = slice(app);
    }
    assert_eq!(visits(&app), [8, 3, 6, 1, 7]);
    let mut app = app.keys("down down down space").model(|m| page(m).at == Some(VisitId([7; 16])));
    for _ in 0..20 {
        app = slice(app);
    }
    assert_eq!(visits(&app), [8, 3, 6, 1, 7], "nothing jumps under the marker");
    assert_eq!(marks(&app), [1]);
    let app = app.model(|m| page(m).waiting.is_some() && page(m).lines()[3].to[0].1 == "Pires, Joana");
    // It is shown when it is asked for. Okafor's line is another one then, and its mark goes with a word.
    let app = app.keys("+").sees("1 mark went");
    assert_eq!(visits(&app), [8, 3, 6, 1, 9, 7]);
    assert_eq!(marks(&app), Vec::<u8>::new());
    app.model(|m| page(m).at == Some(VisitId([7; 16])) && page(m).waiting.is_none());
}

#[test]
fn esc_leaves_and_ends_the_search_and_marks_are_found_again() {
    let mut app = App::open(Office::default(), (44, 18));
    app.slow = true;
    let mut app = app.keys("2 O").on("day plan");
    while visits(&app).is_empty() {
        app = slice(app);
    }
    let mut app = app.keys("space esc").on("dashboard");
    for _ in 0..4 {
        app = slice(app);
    }
    let asked = app.requests.iter().filter(|r| matches!(r, Request::Query(Query::GoOn { .. }))).count();
    for _ in 0..4 {
        app = slice(app);
    }
    let again = app.requests.iter().filter(|r| matches!(r, Request::Query(Query::GoOn { .. }))).count();
    assert_eq!(asked, again, "nobody asks for more of it");
    app.slow = false;
    let app = app.keys("O").on("day plan");
    assert_eq!(marks(&app), [8]);
}

#[test]
fn marks_bring_what_belongs_to_them_and_enter_accepts_these() {
    for size in [(44, 18), (80, 24)] {
        let app = open(size).keys("down space").sees("1 more belongs to it");
        assert_eq!(marks(&app), [3, 6]);
        // Without the one the other can't be.
        let app = app.keys("space");
        assert_eq!(marks(&app), Vec::<u8>::new());
        let app = app.keys("up space down space");
        assert_eq!(marks(&app), [3, 6, 9]);
        let app = app.keys("enter").sent(1).last(|c| match c {
            Command::AcceptPlan { picks } => {
                let mut sent: Vec<u8> = picks.iter().map(|p| p.visit.0[0]).collect();
                sent.sort_unstable();
                sent == [3, 6, 9] && picks.iter().all(|p| p.rev == 3)
            }
            _ => false,
        });
        let app = app.sees("given anew · u undoes").on("day plan");
        // What is left is planned anew.
        assert_eq!(marks(&app), Vec::<u8>::new());
        app.model(|m| !page(m).sent && page(m).improving.search.token == 8);
    }
}

#[test]
fn without_marks_all_is_asked_first() {
    let app = open((44, 18)).keys("enter").on("confirm").sent(0);
    let app = app.model(|m| match m.top() {
        Some(Layer::Confirm(c)) => {
            matches!(&c.question, Question::AcceptPlan(v) if v.len() == 6) && c.title == "Accept all 6 lines?"
        }
        _ => false,
    });
    let app = app.keys("esc").on("day plan").sent(0);
    let app = app.keys("enter enter").sent(1);
    app.last(|c| matches!(c, Command::AcceptPlan { picks } if picks.len() == 6)).on("day plan");
    // All are marked with one key, and none with the next.
    let app = open((80, 24)).keys("*");
    assert_eq!(marks(&app).len(), 6);
    let app = app.keys("*");
    assert_eq!(marks(&app).len(), 0);
    let app = app.keys("V down down V");
    assert_eq!(marks(&app), [3, 6, 8]);
}

#[test]
fn a_line_that_is_refused_says_why_and_the_others_are_left_marked() {
    let mut app = open((80, 24));
    let text = "a visit has changed since the plan was made; look at the plan again";
    app.service.refuse = vec![Problem { rule: "plan.changed".into(), field: "lines.1".into(), text: text.into() }];
    let app = app.keys("* enter").sees("1 line can't be accepted");
    // Line 1 is Nguyen's, as they were sent by the order of their visits; what belongs to it goes too.
    let refused = page(&app.model).refused.keys().map(|v| v.0[0]).collect::<Vec<_>>();
    assert_eq!(refused, [3]);
    assert_eq!(marks(&app), [1, 7, 8, 9]);
    let app = app.model(|m| page(m).at == Some(VisitId([3; 16])));
    app.keys("enter").sent(2).last(|c| matches!(c, Command::AcceptPlan { picks } if picks.len() == 4));
}

#[test]
fn what_others_change_is_said_and_planned_anew_when_asked() {
    let mut app = open((80, 24));
    (app.service.token, app.service.steps) = (99, 0);
    let app = app.msg(caseload::app::Msg::Heard(Heard::Change(change(Kind::Communication))));
    let app = app.model(|m| !page(m).stale);
    let app = app.msg(caseload::app::Msg::Heard(Heard::Change(change(Kind::Visit))));
    let app = app.model(|m| page(m).stale && page(m).improving.search.token == 7);
    app.keys("+").model(|m| !page(m).stale && page(m).improving.search.token == 99);
}

#[test]
fn days_weeks_and_from_scratch() {
    let app = open((80, 24));
    let day = page(&app.model).ask.day;
    let app = app.keys("]").model(|m| page(m).ask.day == day.plus(1)).keys("[").model(|m| page(m).ask.day == day);
    let app = app.keys("O").sees("as if nobody had been planned yet").model(|m| page(m).ask.scratch);
    let app = app.keys("O").sees("improves what is planned").model(|m| !page(m).ask.scratch);
    let app = app.keys("esc W O").on("day plan").model(|m| page(m).ask.week && page(m).ask.day == day.week_start());
    app.keys("]").model(|m| page(m).ask.day == day.week_start().plus(7)).keys("esc").on("dashboard");
}

#[test]
fn a_plan_without_lines_says_so_and_there_is_nothing_to_do() {
    let app = App::open(Office { nothing: true, ..Office::default() }, (44, 18)).keys("2 O").on("day plan");
    let app = app.keys("enter").sees("there is no line to accept").sent(0);
    app.keys("space").sees("there is no line to mark");
}
