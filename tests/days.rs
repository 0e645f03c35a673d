//! The real app over the real service, without a terminal: keys in, screen and store out. The demo's morning.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use caseload::app::layers::Layer;
use caseload::app::model::{Capabilities, Start};
use caseload::app::{Model, keymap::Keymap};
use caseload::cli::screenshot::{keys, memory, press};
use caseload::demo::Size;
use caseload::domain::ids::{OfficeId, VisitId};
use caseload::domain::record::Kind;
use caseload::domain::time::{Day, Moment};
use caseload::domain::visit::Visit;
use caseload::service::Service;
use caseload::service::api::storm::StormAsk;
use caseload::service::api::{
    Answered, HistoryLine, OpenList, Query, ReassessmentRow, Reply, Request, Rows, Session, Sort, View,
};
use caseload::shot;
use caseload::ui::Theme;
use std::sync::Arc;

struct Morning {
    service: Service,
    session: Session,
    model: Model,
    now: Moment,
    size: (u16, u16),
}

impl Morning {
    fn at(size: (u16, u16)) -> Self {
        Self::with(size, Keymap::standard())
    }

    fn with(size: (u16, u16), keymap: Keymap) -> Self {
        let demo = Size::usual(Day::from_ymd(2026, 3, 2).unwrap());
        let (service, session, now) = memory(&demo).expect("the demo is built");
        let model = Model::new(Start {
            size,
            now,
            zone: service.cast().zone(OfficeId::default()),
            capabilities: Capabilities::default(),
            seed: [3; 16],
            read_only: false,
            keymap: Arc::new(keymap),
        });
        Self { service, session, model, now, size }
    }

    fn keys(mut self, text: &str) -> Self {
        press(&mut self.model, &mut self.service, &self.session, self.now, &keys(text).unwrap());
        self.now = self.model.now;
        self
    }

    /// Another screen over the same agency: nothing of the old one is left but what was kept.
    fn again(mut self) -> Self {
        self.model = Model::new(Start {
            size: self.size,
            now: self.now,
            zone: self.service.cast().zone(OfficeId::default()),
            capabilities: Capabilities::default(),
            seed: [4; 16],
            read_only: false,
            keymap: Arc::clone(&self.model.keymap),
        });
        self
    }

    fn screen(&self) -> String {
        let buf = shot::render(&self.model, &Theme::mono(), self.size.0, self.size.1);
        shot::write(&buf, &Theme::mono(), shot::Format::Text)
    }

    fn sees(self, text: &str) -> Self {
        let screen = self.screen();
        assert!(screen.contains(text), "“{text}” is not on the screen:\n{screen}");
        self
    }

    fn sees_no(self, text: &str) -> Self {
        let screen = self.screen();
        assert!(!screen.contains(text), "“{text}” is on the screen:\n{screen}");
        self
    }

    fn ask(&mut self, query: Query) -> Answered {
        match self.service.handle(&self.session, Request::Query(query)).0 {
            Reply::Answer(answer) => *answer,
            _ => panic!("not answered"),
        }
    }

    fn acts(&mut self) -> Vec<String> {
        match self.ask(Query::MyActs(20)) {
            Answered::Acts(acts) => acts.into_iter().map(|a| a.what).collect(),
            _ => panic!("not answered"),
        }
    }

    fn windows(&mut self) -> Vec<ReassessmentRow> {
        let ask = OpenList {
            view: View::Reassessments,
            mine: true,
            lens: String::new(),
            words: String::new(),
            sort: Sort::Natural,
        };
        match self.service.handle(&self.session, Request::OpenList(ask)).0 {
            Reply::List(list) => match list.window.rows {
                Rows::Reassessments(rows) => rows,
                _ => panic!("other rows"),
            },
            _ => panic!("not opened"),
        }
    }
}

const SIZES: [(u16, u16); 2] = [(80, 24), (200, 60)];

#[test]
fn the_first_alert_is_explained_taken_and_undone() {
    for size in SIZES {
        let mut day = Morning::at(size)
            .keys("")
            .sees("fall, head strike, on warfarin")
            .keys("w")
            .sees("triage.fall.head_strike")
            .sees("practitioner told and disposition recorded")
            .keys("o")
            .sees("Taken: Okafor, Ruth");
        assert_eq!(day.acts()[0], "Taken: Okafor, Ruth");
        let mut day = day.keys("esc u").sees("Taken: Okafor, Ruth").keys("enter").sees("Undone");
        assert_eq!(day.acts()[0], "Undone: Taken: Okafor, Ruth");
        let day = day.keys("ctrl-r").sees("Taken: Okafor, Ruth").keys("enter");
        assert!(day.screen().contains("you"), "{}", day.screen());
    }
}

#[test]
fn a_storm_is_declared_and_three_are_called() {
    for size in [(44, 18), (80, 24), (200, 60)] {
        let day = Morning::at(size).keys("g w").sees("No storm is running").sees("depend on power or oxygen");
        let day = day.keys("enter \"ice storm\" ctrl-s").sees("L1").sees("0");
        // The worst first, with why and with the number; what each call found is one digit, and the next one comes up.
        let mut day = day.keys("c").sees("1 safe").keys("1 c 3 c 2").sees("safe 08:1").sees("needs help 08:1");
        let Answered::Storm(view) = day.ask(Query::Storm(StormAsk { mine: false, from: 0, count: 40, around: None }))
        else {
            panic!("another answer")
        };
        assert_eq!((view.counts.safe, view.counts.no_answer, view.counts.help), (1, 1, 1), "{size:?}");
        assert!(view.counts.all > 30 && view.powered > 3);
        assert!(view.rows.windows(2).all(|w| w[0].level.unwrap_or(1) <= w[1].level.unwrap_or(4)));
        // The issue of whoever needs help is there for everybody.
        assert!(day.acts()[0].contains("needs help: an issue is open"), "{:?}", day.acts()[0]);
        day.keys("q").sees("storm");
    }
}

#[test]
fn a_call_with_a_promise_stands_on_the_list_and_in_the_history() {
    for size in SIZES {
        let mut day = Morning::at(size)
            .keys(r#"c 3 1 "told her" tab "call her back" tab "09:30" ctrl-s"#)
            .sees("Call logged (reached): Okafor, Ruth")
            .sees("you call daughter by 09:30");
        // Told is told: it is not what undo offers.
        assert_eq!(day.acts()[0], "Call logged (reached): Okafor, Ruth");
        match day.ask(Query::UndoNext { redo: false }) {
            Answered::UndoNext(act) => assert!(act.is_none_or(|a| !a.what.starts_with("Call logged"))),
            _ => panic!("not answered"),
        }
    }
}

#[test]
fn a_reassessment_is_completed_and_stays_so() {
    for size in SIZES {
        let mut day = Morning::at(size);
        let before = day.windows();
        assert!(before.iter().any(|w| w.name == "O'Brien, Maeve"), "her window is open");
        let mut day = day
            .keys(r#"/ "brien" enter G r "stable, recertified" ctrl-s"#)
            .sees("Completed (Recertification): O'Brien, Maeve");
        let today = Day::from_ymd(2026, 3, 2).unwrap();
        assert!(!day.windows().iter().any(|w| w.name == "O'Brien, Maeve" && w.closes == today));
    }
}

#[test]
fn a_p1_may_not_sleep_long_and_a_floor_needs_a_decision() {
    let day = Morning::at((80, 24))
        .keys(r#"s 3 "later" ctrl-s"#)
        .sees("may sleep until")
        .keys("esc")
        .keys(r#"r 1 tab "looks fine" ctrl-s"#);
    day.sees("only a practitioner's or emergency service's decision").sees_no("Done (");
}

#[test]
fn find_forgives_an_apostrophe_and_opens_the_page() {
    for size in SIZES {
        Morning::at(size)
            .keys(r#"f "obrien""#)
            .sees("O'Brien, Maeve")
            .keys("enter")
            .sees("SOC 2 Jan 2026, day 60 of 60")
            .sees("O'Brien, Declan");
    }
}

/// From the calendar: the plan of the day, its figures, some lines accepted as one act, and that act taken back.
#[test]
fn a_day_is_planned_line_by_line_and_taken_back() {
    for size in [(44, 18), (80, 24)] {
        let day = Morning::at(size).keys("2 O").sees("Plan · Mon 2 Mar").sees("nobody goes").sees("→");
        let visits = |m: &Morning| -> Vec<(VisitId, Visit)> {
            let mut all = Vec::new();
            m.service.store().each::<Visit>(|r| all.push((r.id, r.body))).unwrap();
            all
        };
        let before = visits(&day);
        let lines = match day.model.layers.last() {
            Some(Layer::DayPlan(page)) => page.lines().to_vec(),
            _ => panic!("no plan is open"),
        };
        let mut day = day.keys("space enter").sees("given anew");
        let after = visits(&day);
        let changed: Vec<VisitId> = before.iter().zip(&after).filter(|(a, b)| a != b).map(|(a, _)| a.0).collect();
        assert!(changed.contains(&lines[0].visit), "the line under the marker is done");
        for id in &changed {
            let line = lines.iter().find(|l| l.visit == *id).expect("nothing but lines is changed");
            let visit = &after.iter().find(|(v, _)| v == id).unwrap().1;
            let goes: Vec<_> = visit.staff.into_iter().chain(visit.second).collect();
            assert!(line.to.iter().all(|(who, _)| goes.contains(who)) && goes.len() == line.to.len());
        }
        assert!(day.acts()[0].starts_with("Plan of Mon 2 Mar"), "{:?}", day.acts());
        let day = day.keys("u enter");
        assert!(visits(&day) == before, "one undo takes all of it back");
        // All at once is asked first, and esc does nothing.
        let day = day.keys("+ enter").sees("Accept").keys("esc esc");
        assert!(visits(&day) == before);
        // The week from the calendar's week.
        day.keys("W O").sees("Sun 1 Mar – Sat 7 Mar");
    }
}

#[test]
fn a_new_issue_raises_its_alert_with_who_and_when() {
    let mut day =
        Morning::at((120, 40)).keys(r#"n i enter 1 "401 555 0142" enter 1 2 3 1 1 2 2 "fell again""#).keys("ctrl-s");
    let acts = day.acts();
    assert!(acts[0].starts_with("New issue (fall)"), "{acts:?}");
    let issue = match day.service.handle(
        &day.session.clone(),
        Request::OpenList(OpenList {
            view: View::Issues,
            mine: true,
            lens: "summary:\"fell again\"".to_owned(),
            words: String::new(),
            sort: Sort::Natural,
        }),
    ) {
        (Reply::List(list), _) => match list.window.rows {
            Rows::Issues(rows) => rows.into_iter().next().expect("it is listed"),
            _ => panic!("other rows"),
        },
        _ => panic!("not opened"),
    };
    match day.ask(Query::History { kind: Kind::Issue, id: issue.key.subject }) {
        Answered::History(lines) => {
            let first: &HistoryLine = &lines[0];
            assert_eq!((first.rev, first.who.as_str()), (1, "J. Alvarez"));
        }
        _ => panic!("not answered"),
    }
}

/// Arrows, Enter, Esc, F1–F9 and typing: no other key.
fn office_only(text: &str) -> &str {
    for word in text.split('"').step_by(2).flat_map(str::split_whitespace) {
        let function = word.len() == 2 && word.starts_with('f') && ('1'..='9').contains(&word.chars().nth(1).unwrap());
        assert!(function || matches!(word, "up" | "down" | "left" | "right" | "enter" | "esc"), "{word}");
    }
    text
}

#[test]
fn a_whole_day_with_the_office_keys() {
    for size in [(44, 18), (80, 24), (200, 60)] {
        let day = Morning::with(size, Keymap::bundled("office").unwrap());
        let press = |day: Morning, text: &str| day.keys(office_only(text));
        // Why the first alert is first, from the menu of its row.
        let day = press(day, r#"enter "why" enter"#).sees("triage.fall.head_strike");
        // Take it.
        let mut day = press(day, "esc f2").sees("Taken: Okafor, Ruth");
        assert_eq!(day.acts()[0], "Taken: Okafor, Ruth");
        // A call with a promise: numbers and outcome by arrows, the rest typed.
        let call = r#"f3 down down enter enter "told her" f6 "call her back" f6 "09:30" f8"#;
        let mut day = press(day, call).sees("Call logged (reached): Okafor, Ruth");
        assert_eq!(day.acts()[0], "Call logged (reached): Okafor, Ruth");
        // Finish it: an outcome that a practitioner decided, who that was, a word of note.
        let day = press(day, r#"f8 down down enter "Dr. Alder" f6 "sent by ambulance" f8"#);
        let mut day = day.sees("Okafor, Ruth");
        let done = day.acts()[0].clone();
        assert!(done.starts_with("Done (") && done.ends_with("Okafor, Ruth"), "{done}");
        // Undo shows what, Enter does it; redo the same.
        let mut day = press(day, r#"f9 "undo" enter"#).sees("Done (");
        assert!(!day.acts()[0].starts_with("Undone"), "Enter was not pressed yet");
        day = press(day, "enter").sees("Undone");
        assert_eq!(day.acts()[0], format!("Undone: {done}"));
        let mut day = press(day, r#"f9 "redo" enter enter"#);
        assert!(!day.acts()[0].starts_with("Undone: Done"), "{:?}", day.acts());
        // Complete a reassessment, found by narrowing.
        let narrow = r#"f9 "narrow this" enter "brien" enter"#;
        let day = press(day, narrow);
        let mut day = press(day, r#"down down down down down down down f8 "stable, recertified" f8"#);
        assert_eq!(day.acts()[0], "Completed (Recertification): O'Brien, Maeve");
        // Snooze another: an hour, with a reason.
        let mut day =
            press(day, r#"esc down down down down down f9 "sleep until" enter down enter "waiting for the office" f8"#);
        assert!(day.acts()[0].contains("asleep") || day.acts()[0].contains("Snoozed"), "{:?}", day.acts());
        // Three marked by the menu, and passed in one save.
        let mark = r#"f9 "mark this row" enter"#;
        let mut day = press(day, &format!(r#"up up {mark} {mark} {mark} f9 "pass it" enter down down down enter f8"#));
        assert!(day.acts()[0].starts_with("Passed to R. Patel"), "{:?}", day.acts());
        // Ten reviewed, left and taken up again.
        let day = press(day, r#"f9 "review my" enter f8 f8 f8 f8 f8 f8 f8 f8 f8 f8"#).sees("11 of 38");
        let day = press(day, r#"esc f9 "review my" enter"#).sees("11 of 38");
        let day = press(day, "esc");
        // Find by part of a name without its accent and apostrophe: typing starts it.
        let day = press(day, r#""obrien" enter"#).sees("O'Brien, Maeve");
        // By her daughter's first name: what she may hear, and a call with a promise.
        let day = press(day, r#"esc "garcia luc" enter"#).sees("may hear");
        let mut day = press(day, r#"f3 enter "she will come" f6 "ring her" f6 "15:30" f8"#);
        assert!(day.acts()[0].starts_with("Call logged (reached): García-López"), "{:?}", day.acts());
        // A fall, question by question.
        let mut day = press(
            day,
            r#"esc up up up up up up up up up up up up f4 enter enter enter "401 555 0142" enter enter enter enter enter enter f8"#,
        );
        assert!(day.acts()[0].starts_with("New issue (fall)"), "{:?}", day.acts());
        // Half a form is parked by esc, and a new screen brings it back in the same field.
        let mut day = press(day, r#"esc f4 enter esc f4 enter "Petrov" enter enter "slipped" esc"#);
        let acts = day.acts();
        let mut day = press(day.again(), "").sees("\u{270e}1");
        assert_eq!(day.acts(), acts, "everything is there");
        let day = press(day, r#"f9 "my drafts" enter"#).sees("slipped");
        press(day, r#"" in the bath""#).sees("slipped in the bath");
    }
}

#[test]
fn the_whole_day_with_the_default_keys() {
    for size in [(44, 18), (80, 24), (200, 60)] {
        // Why the first alert is first; taken; a call with a promise.
        let day = Morning::at(size).keys("w").sees("triage.fall.head_strike").keys("esc o").sees("Taken: Okafor, Ruth");
        let mut day = day.keys(r#"c 3 1 "told her" tab "call her back" tab "09:30" ctrl-s"#);
        assert_eq!(day.acts()[0], "Call logged (reached): Okafor, Ruth");
        // Finished, undone, done again.
        let mut day = day.keys(r#"r 3 "Dr. Alder" tab "sent by ambulance" ctrl-s"#);
        let done = day.acts()[0].clone();
        assert!(done.starts_with("Done (sent to ED): Okafor, Ruth"), "{done}");
        let mut day = day.keys("u enter");
        assert_eq!(day.acts()[0], format!("Undone: {done}"));
        let mut day = day.keys("ctrl-r enter");
        assert!(day.acts()[0].starts_with("Done again"), "{:?}", day.acts());
        // Another put to sleep; a reassessment completed.
        let mut day = day.keys(r#"/ "petrov" enter down down down s 2 "asked for it" ctrl-s esc"#);
        assert!(day.acts()[0].starts_with("Snoozed until"), "{:?}", day.acts());
        let mut day = day.keys(r#"/ "brien" enter G r "stable, recertified" ctrl-s esc"#);
        assert_eq!(day.acts()[0], "Completed (Recertification): O'Brien, Maeve");
        // Three marked, passed in one save.
        let mut day = day.keys("g g down down down space space space p 4 ctrl-s");
        assert!(day.acts()[0].starts_with("Passed to R. Patel"), "{:?}", day.acts());
        assert_eq!(day.acts().iter().filter(|a| a.starts_with("Passed")).count(), 1, "one request, one commit");
        // By part of a name without its accent, and by her daughter's first name: what she may hear, and a call.
        let day = day.keys(r#"f "garcia" enter"#).sees("García-López").keys("esc");
        let mut day = day
            .keys(r#"f "garcia luc" enter"#)
            .sees("may hear")
            .keys(r#"c 1 "she will come" tab "ring her" tab "15:30" ctrl-s"#);
        assert!(day.acts()[0].starts_with("Call logged (reached): García-López"), "{:?}", day.acts());
        // Half a form, a fall, and one key is back in the same field.
        let day = day.keys(r#"esc c 2 1 "half a no" esc n i enter 1 "401 555 0142" enter 1 2 2 1 1 ctrl-s"#);
        let day = day.keys("R").sees("half a no").keys(r#""te" esc"#);
        // Ten clients reviewed, left and taken up again on another screen.
        let day = day.keys("g v").sees("1 of 38");
        let day = day.keys("r r r r r r r r r r").sees("11 of 38").again().keys("g v").sees("11 of 38");
        // Everything is there after it, with who and when.
        let mut day = day.keys("esc g u").sees("Reviewed");
        let acts = day.acts();
        assert!(acts.iter().filter(|a| a.starts_with("Reviewed")).count() == 10, "{acts:?}");
        let day = day.keys(r#"esc f "okafor" enter"#).sees("Okafor, Ruth");
        drop(day);
    }
}

/// The regular visits of the story are series, and go on by themselves where the story ends.
#[test]
fn the_regular_visits_of_the_demo_are_series() {
    let morning = Morning::at((120, 40));
    let (service, now) = (&morning.service, morning.now);
    let store = service.store();
    let mut series = Vec::new();
    store
        .each_after::<caseload::domain::series::Series>([0; 16], |s| {
            series.push(s.clone());
            true
        })
        .unwrap();
    assert_eq!(series.len(), 18);
    let today = day_of(service, now);
    for one in &series {
        let visits = store.visits_of_series(one.id, today).unwrap();
        let days: std::collections::BTreeSet<Day> = visits.iter().map(|v| v.start.day).collect();
        assert_eq!(days.len(), visits.len(), "two visits of a series on one day");
        assert!(visits.iter().any(|v| v.start.day > today.plus(28)), "made ahead");
        let other = visits.iter().filter(|v| v.start.day > today && v.by_hand()).count();
        assert_eq!(other, 0, "as the series gave them");
    }
}

fn day_of(service: &Service, now: Moment) -> Day {
    service.cast().zone(OfficeId::default()).day(now)
}
