//! THE table: each action one record. Keymaps, help, palette, hints and the README's key table are made from it.

use super::calendar::CalendarView;
use super::effect::Effect;
use super::keymap::{Context, Keymap};
use super::layers::Way;
use super::model::Model;
use super::moving::{self, Step};
use super::screens::{
    calendar, call, call_out, cannot, card, dashboard, day_plan, drafts, edit, emergency, escalate, evv, form, goes,
    history, lifted, looked, menu, narrow, new_issue, note, order, page, pass, plan, reassess, reopen, result, retier,
    review, schedule, series, sheet, snooze, storm, take, themes, undo, visit, why,
};
use super::{allow, keys, layering, linear, lock, mouse, outward, privacy, terminal, tour};
use crate::domain::record::Kind;
use crate::domain::staff::Discipline;
use crate::rules::roles::Right;
use Context::{
    Always, Any, Calendar, CallOut, Card, Dashboard, Form, Lifted, List, Lock, Page, Plan, Review, Storm, Typing,
};
use std::fmt::Write;

/// What pressing its key does to the record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Class {
    /// Moves the selection or the focus.
    Moves,
    /// Only shows.
    Shows,
    /// Marks rows.
    Marks,
    /// Opens a card that acts when Enter commits it.
    Card,
    /// Acts at once; it can be undone.
    Acts,
}

/// One action.
pub struct Action {
    /// Its name in a keymap.
    pub id: &'static str,
    /// What it does.
    pub doc: &'static str,
    /// What the hint line says, in a word or two.
    pub hint: &'static str,
    /// Where it applies.
    pub contexts: &'static [Context],
    /// What it does to the record.
    pub class: Class,
    /// Asks first, whatever the settings.
    pub dangerous: bool,
    /// The rights of which the service will ask for one, if it will; whoever has none of them is told why.
    pub needs: &'static [Right],
    /// Other words by which the palette finds it.
    pub also: &'static str,
    /// Reached from menus alone, by intent.
    pub unbound: bool,
    /// Whether it can be done right now, or why not.
    pub enabled: fn(&Model) -> Result<(), String>,
    /// Does it.
    pub run: fn(&mut Model, &mut Vec<Effect>),
}

type Run = fn(&mut Model, &mut Vec<Effect>);

const fn action(id: &'static str, hint: &'static str, doc: &'static str, at: &'static [Context], run: Run) -> Action {
    Action {
        id,
        doc,
        hint,
        contexts: at,
        class: Class::Shows,
        dangerous: false,
        needs: &[],
        also: "",
        unbound: false,
        enabled: allow::always,
        run,
    }
}

impl Action {
    const fn moves(mut self) -> Self {
        self.class = Class::Moves;
        self
    }
    const fn marks(mut self) -> Self {
        self.class = Class::Marks;
        self
    }
    const fn card(mut self) -> Self {
        self.class = Class::Card;
        self
    }
    const fn acts(mut self) -> Self {
        self.class = Class::Acts;
        self
    }
    const fn asks(mut self) -> Self {
        self.dangerous = true;
        self
    }
    const fn also(mut self, words: &'static str) -> Self {
        self.also = words;
        self
    }
    const fn menu_only(mut self) -> Self {
        self.unbound = true;
        self
    }
    const fn needs(mut self, rights: &'static [Right]) -> Self {
        self.needs = rights;
        self
    }
    const fn when(mut self, enabled: fn(&Model) -> Result<(), String>) -> Self {
        self.enabled = enabled;
        self
    }
}

impl Action {
    /// Whether it can be done right now, or why not: what may not be done at all comes first, in the service's own words.
    pub fn can(&self, model: &Model) -> Result<(), String> {
        let mut denied = self.needs.iter().map(|right| allow::denial(model, *right));
        match denied.next() {
            Some(Some(why)) if denied.all(|d| d.is_some()) => Err(why),
            _ => (self.enabled)(model),
        }
    }
}

/// The table.
pub static TABLE: &[Action] = &[
    action("up", "up", "move up", &[Any, Typing, Lifted], |m, o| moving::step(m, o, Step::Up)).moves(),
    action("down", "down", "move down", &[Any, Typing, Lifted], |m, o| moving::step(m, o, Step::Down)).moves(),
    action("left", "left", "move left: columns of the calendar", &[Dashboard, CallOut, Lifted], |m, o| {
        moving::step(m, o, Step::Left);
    })
    .moves(),
    action("right", "right", "move right: columns of the calendar", &[Dashboard, CallOut, Lifted], |m, o| {
        moving::step(m, o, Step::Right);
    })
    .moves(),
    action("half-up", "page up", "half a page up", &[Any, Typing, Lifted], |m, o| moving::step(m, o, Step::HalfUp))
        .moves(),
    action("half-down", "page down", "half a page down", &[Any, Typing, Lifted], |m, o| {
        moving::step(m, o, Step::HalfDown);
    })
    .moves(),
    action("first", "first", "to the first row", &[Any], |m, o| moving::step(m, o, Step::First)).moves(),
    action("last", "last", "to the last row", &[Any], |m, o| moving::step(m, o, Step::Last)).moves(),
    action("pane-1", "alerts", "focus the alerts", &[Dashboard], |m, _| dashboard::focus(m, 0)).moves(),
    action("pane-2", "calendar", "focus the calendar", &[Dashboard], |m, _| dashboard::focus(m, 1)).moves(),
    action("pane-3", "caseload", "focus the caseload", &[Dashboard], |m, _| dashboard::focus(m, 2)).moves(),
    action("pane-4", "team", "focus the care team", &[Dashboard], |m, _| dashboard::focus(m, 3)).moves(),
    action("next-pane", "next pane", "focus the next pane", &[Dashboard], |m, _| dashboard::turn(m, 1)).moves(),
    action("previous-pane", "previous pane", "focus the previous pane", &[Dashboard], |m, _| dashboard::turn(m, 3))
        .moves(),
    action("open", "open", "open it, or do what is asked", &[Any, Card, Typing, Lifted], layering::open),
    action("back", "back", "one layer back: asks nothing, loses nothing", &[Always, Card], layering::back),
    action("find", "find", "find anyone and anything", &[Always], lifted::or_find).needs(&[Right::Find]),
    action("narrow", "narrow", "narrow this pane by words", &[Dashboard], narrow::start).when(allow::words),
    action("card", "info", "info card; again: door and alarm codes for 30 s", &[Any], card::toggle)
        .needs(&[Right::Card]),
    action("why", "why", "why it stands where it stands, and what would lower it", &[Any], why::start)
        .when(allow::alert)
        .needs(&[Right::Why]),
    action("here", "all", "all that can be done here, with reasons for what can't", &[Any, Form], menu::here),
    action("palette", "palette", "every action by name", &[Any], menu::palette),
    action("help", "help", "the keys of this screen", &[Always], menu::help),
    action("zoom", "zoom", "give this pane the whole room, or take it back", &[Dashboard], dashboard::zoom),
    action("wider", "wider", "give this pane more columns (or drag the gap between two)", &[Dashboard], |m, o| {
        dashboard::widen(m, o, true);
    })
    .also("size split column resize")
    .when(dashboard::can_push)
    .menu_only(),
    action("narrower", "narrower", "give this pane fewer columns", &[Dashboard], |m, o| dashboard::widen(m, o, false))
        .also("size split column resize")
        .when(dashboard::can_push)
        .menu_only(),
    action("taller", "taller", "give this pane more rows (or drag the titles between two)", &[Dashboard], |m, o| {
        dashboard::heighten(m, o, true);
    })
    .also("size split row resize")
    .when(dashboard::can_push)
    .menu_only(),
    action("lower", "lower", "give this pane fewer rows", &[Dashboard], |m, o| dashboard::heighten(m, o, false))
        .also("size split row resize")
        .when(dashboard::can_push)
        .menu_only(),
    action("usual-size", "usual size", "all panes as wide and high as usual", &[Dashboard], dashboard::usual_size)
        .also("size split resize reset")
        .menu_only(),
    action("sort", "sort", "sort by name, or by the pane's own order", &[Dashboard], dashboard::sort)
        .when(allow::list_pane),
    action("mine", "mine/all", "show mine, or everybody's", &[Dashboard], dashboard::mine).menu_only(),
    action("mark", "mark", "mark this row", &[Dashboard, List, Plan], dashboard::mark).marks().when(allow::list_pane),
    action(
        "mark-range",
        "mark range",
        "mark from here to where it is pressed again",
        &[Dashboard, Plan],
        dashboard::range,
    )
    .marks()
    .when(allow::list_pane),
    action(
        "mark-shown",
        "mark shown",
        "mark all rows shown; of a plan all lines",
        &[Dashboard, List, Plan],
        dashboard::mark_shown,
    )
    .marks()
    .when(allow::list_pane),
    action("earlier-day", "earlier", "the day, week or month before", &[Calendar, Lifted, Plan], |m, o| {
        if !day_plan::turn(m, o, -1) {
            lifted::turn(m, o, -1);
        }
    }),
    action("later-day", "later", "the day, week or month after", &[Calendar, Lifted, Plan], |m, o| {
        if !day_plan::turn(m, o, 1) {
            lifted::turn(m, o, 1);
        }
    }),
    action("today", "today", "today", &[Calendar], |m, o| calendar::turn(m, o, 0)),
    action("view-day", "day", "the day by time and person", &[Calendar], |m, o| {
        calendar::view(m, o, CalendarView::Day);
    }),
    action("view-week", "week", "the week, Sunday to Saturday, counted", &[Calendar], |m, o| {
        calendar::view(m, o, CalendarView::Week);
    }),
    action("view-month", "month", "the month: visits, what is uncovered, deadlines", &[Calendar], |m, o| {
        calendar::view(m, o, CalendarView::Month);
    }),
    action("view-agenda", "agenda", "the day's visits one after the other", &[Calendar], |m, o| {
        calendar::view(m, o, CalendarView::Agenda);
    }),
    action("by-client", "by client", "by caregiver, or by client", &[Calendar], calendar::by).when(allow::columns),
    action("only", "show only", "which visits the calendar shows: mine, open, a discipline …", &[Calendar], menu::only)
        .also("filter narrow"),
    action(
        "plan-day",
        "plan",
        "plan this day, or week, as a whole; again: from scratch, or improve",
        &[Calendar, Plan],
        day_plan::open,
    )
    .also("optimise schedule planner routes overtime miles from scratch")
    .needs(&[Right::Coverable]),
    action(
        "plan-better",
        "better",
        "show the better plan that waits, plan anew, or look further",
        &[Plan],
        day_plan::better,
    ),
    action("only-all", "all visits", "all visits again", &[Calendar], calendar::only::all).menu_only(),
    action("only-open", "open", "only open visits: nobody has said yes", &[Calendar], calendar::only::open)
        .also("uncovered nobody")
        .menu_only(),
    action("only-office", "my office", "only visits to clients of my office", &[Calendar], calendar::only::office)
        .also("team")
        .menu_only(),
    action("only-rn", "RN", "only visits of RN", &[Calendar], |m, o| calendar::only::discipline(m, o, Discipline::Rn))
        .menu_only(),
    action("only-lpn", "LPN", "only visits of LPN", &[Calendar], |m, o| {
        calendar::only::discipline(m, o, Discipline::Lpn);
    })
    .menu_only(),
    action("only-hha", "HHA", "only visits of HHA", &[Calendar], |m, o| {
        calendar::only::discipline(m, o, Discipline::Hha);
    })
    .menu_only(),
    action("only-pca", "PCA", "only visits of PCA", &[Calendar], |m, o| {
        calendar::only::discipline(m, o, Discipline::Pca);
    })
    .menu_only(),
    action("only-cna", "CNA", "only visits of CNA", &[Calendar], |m, o| {
        calendar::only::discipline(m, o, Discipline::Cna);
    })
    .menu_only(),
    action("only-pt", "PT", "only visits of PT", &[Calendar], |m, o| calendar::only::discipline(m, o, Discipline::Pt))
        .menu_only(),
    action("only-ot", "OT", "only visits of OT", &[Calendar], |m, o| calendar::only::discipline(m, o, Discipline::Ot))
        .menu_only(),
    action("only-slp", "SLP", "only visits of SLP", &[Calendar], |m, o| {
        calendar::only::discipline(m, o, Discipline::Slp);
    })
    .menu_only(),
    action("only-msw", "MSW", "only visits of MSW", &[Calendar], |m, o| {
        calendar::only::discipline(m, o, Discipline::Msw);
    })
    .menu_only(),
    action("previous-record", "previous", "the record before it in the pane or review", &[Page, Review], |m, o| {
        page::turn(m, o, -1);
    }),
    action("next-record", "next", "the record after it in the pane or review", &[Page, Review], |m, o| {
        page::turn(m, o, 1);
    }),
    action("previous-part", "part before", "the part of the page before", &[Page, Review], |m, _| page::part(m, -1))
        .moves(),
    action("next-part", "next part", "the next part of the page", &[Page, Review], |m, _| page::part(m, 1)).moves(),
    action("history", "history", "every change of this record: who, when, what", &[Page, Review], history::start)
        .when(allow::record)
        .needs(&[Right::History])
        .menu_only(),
    action("looked", "who looked", "who looked at this chart: when, from where, what they did", &[Any], looked::start)
        .also("audit log access seen")
        .needs(&[Right::Audit])
        .when(looked::can)
        .menu_only(),
    action("review", "review", "review my clients", &[Any], review::start).needs(&[Right::Reviews]),
    action("drafts", "drafts", "my drafts", &[Any], drafts::start).needs(&[Right::Drafts]),
    action("acts", "my acts", "what I did", &[Any], history::acts).needs(&[Right::MyActs]),
    action("go-open", "open visits", "visits with nobody, late ones and call-outs", &[Any], |m, o| {
        goes::to(m, o, "open visits");
    }),
    action("go-promises", "promises", "promises and what is still to be done", &[Any], |m, o| {
        goes::to(m, o, "promises");
    }),
    action("go-referrals", "referrals", "referrals that wait for their first visit", &[Any], |m, o| {
        goes::to(m, o, "referrals");
    }),
    action("go-deadlines", "deadlines", "reassessment windows", &[Any], |m, o| goes::to(m, o, "deadlines")),
    action("go-notes", "notes", "notes that are not signed", &[Any], |m, o| goes::to(m, o, "notes")),
    action("go-issues", "issues", "issues, incidents and complaints", &[Any], |m, o| goes::to(m, o, "issues")),
    action("go-credentials", "credentials", "credentials that run out", &[Any], |m, o| {
        goes::to(m, o, "credentials");
    }),
    action("go-shifts", "open shifts", "all open visits on one page: who was asked, who could go", &[Any], |m, o| {
        call_out::open_visits(m, o);
    })
    .also("board offers fill rate dial list uncovered")
    .needs(&[Right::Coverable]),
    action("go-evv", "EVV", "clock-ins with something wrong: what locks first", &[Any], evv::start)
        .also("visit verification exceptions aggregator clock-in missed punch")
        .needs(&[Right::Visits]),
    action("go-storm", "storm", "storm: everybody in the order of calling, and how they are", &[Any], storm::open)
        .also("emergency disaster call-down roster power oxygen hurricane")
        .needs(&[Right::Clients]),
    action("storm-mine", "mine/all", "show my clients, or everybody's", &[Storm], storm::mine),
    action(
        "roster",
        "roster",
        "the roster in the order of calling, in your pager: to be printed",
        &[Storm],
        storm::print,
    )
    .also("print paper emergency")
    .needs(&[Right::Pager])
    .when(storm::can_roster)
    .menu_only(),
    action("take", "take", "take it: own and acknowledge it", &[Any], take::start)
        .acts()
        .needs(&[Right::Take])
        .when(allow::take),
    action("call", "call", "call: numbers, outcome, note, promise", &[Any], call::start)
        .card()
        .needs(&[Right::LogCall])
        .when(allow::call),
    action("tell", "tell", "tell: who has not been told, and telling them", &[Any, Lifted], lifted::or_tell)
        .card()
        .needs(&[Right::LogCall])
        .when(allow::tell),
    action("visit", "visit", "visit: who goes to this one, or book one", &[Any], visit::start)
        .card()
        .needs(&[Right::CoverVisit, Right::BookVisit])
        .when(allow::visit),
    action("move", "move", "move this visit: by the arrows, or a typed time", &[Any], |m, o| {
        lifted::lift(m, o, Way::Move);
    })
    .card()
    .also("reschedule lift drag")
    .needs(&[Right::CoverVisit])
    .when(lifted::can),
    action("assign", "assign", "give this visit to somebody of those who could go, the best first", &[Any], |m, o| {
        lifted::lift(m, o, Way::Assign);
    })
    .card()
    .also("reassign substitute who")
    .needs(&[Right::CoverVisit])
    .when(lifted::can)
    .menu_only(),
    action(
        "swap",
        "swap",
        "exchange the caregivers of two visits: this one and the next one chosen",
        &[Any],
        |m, o| {
            lifted::lift(m, o, Way::Swap);
        },
    )
    .card()
    .also("exchange trade")
    .needs(&[Right::CoverVisit])
    .when(lifted::can_swap)
    .menu_only(),
    action("split", "split", "split this visit in two, one behind the other", &[Any], |m, o| {
        lifted::lift(m, o, Way::Split);
    })
    .card()
    .needs(&[Right::CoverVisit])
    .when(lifted::can)
    .menu_only(),
    action("shorten", "shorten", "make this visit shorter, or longer", &[Any], |m, o| {
        lifted::lift(m, o, Way::Shorten);
    })
    .card()
    .also("length longer minutes")
    .needs(&[Right::CoverVisit])
    .when(lifted::can)
    .menu_only(),
    action("cannot", "can't", "can't happen: a caregiver calls out, a visit can't be made", &[Any], cannot::start)
        .card()
        .also("call-out called out sick cancel missed x")
        .needs(&[Right::CallOut, Right::CoverVisit])
        .when(allow::cannot),
    action(
        "take-back",
        "comes after all",
        "they come after all: all of the call-out is taken back",
        &[CallOut],
        |m, o| {
            call_out::take_back(m, o);
        },
    )
    .card()
    .also("undo call-out comes after all")
    .needs(&[Right::CallOut])
    .when(call_out::can_take_back)
    .menu_only(),
    action("other-half", "who can go", "to those who could go, and back to the visits", &[CallOut], |m, _| {
        call_out::turn(m);
    })
    .moves(),
    action("snooze", "snooze", "put it to sleep until a time, with a reason", &[Any], snooze::start)
        .card()
        .needs(&[Right::Snooze])
        .when(allow::snooze),
    action("result", "result", "finish it with an outcome", &[Any], result::start)
        .card()
        .needs(&[Right::Result, Right::CompleteReassessment, Right::BookVisit])
        .when(allow::result),
    action("pass", "pass", "pass it to a colleague, with a word", &[Any], pass::start)
        .card()
        .needs(&[Right::Pass])
        .when(allow::pass),
    action(
        "escalate",
        "escalate",
        "escalate: first with the supervisor and on call until taken",
        &[Any],
        escalate::start,
    )
    .card()
    .needs(&[Right::Escalate])
    .when(allow::one_alert),
    action("schedule", "schedule", "schedule this reassessment: who does it, and when", &[Any], schedule::start)
        .card()
        .needs(&[Right::ScheduleReassessment])
        .when(allow::reassessment)
        .menu_only(),
    action("edit", "edit", "edit this contact, issue or call, or whom it is about", &[Any], edit::start)
        .card()
        .also("amend change correct")
        .needs(&[Right::Edit])
        .when(allow::edit),
    action("retier", "tier", "set its tier by hand, with a reason", &[Any], retier::start)
        .card()
        .needs(&[Right::Retier])
        .when(allow::one_alert)
        .menu_only(),
    action("reopen", "open again", "open again what was finished, with a reason", &[Any], reopen::start)
        .card()
        .needs(&[Right::Reopen])
        .when(allow::reopen)
        .menu_only(),
    action("waive", "waive", "waive this reassessment, with a reason", &[Any], reassess::waive)
        .card()
        .needs(&[Right::WaiveReassessment])
        .when(allow::reassessment)
        .menu_only(),
    action("new", "new", "a menu of all that can be made new", &[Any], menu::new).menu_only(),
    action("new-issue", "new issue", "open a new issue", &[Any], new_issue::start)
        .card()
        .needs(&[Right::NewIssue])
        .when(allow::change),
    action("new-note", "new note", "write a note to this issue", &[Any], note::start)
        .card()
        .needs(&[Right::AddNote])
        .when(allow::issue),
    action("new-call-out", "new call-out", "a caregiver calls out: found by name", &[Any], cannot::anybody)
        .card()
        .also("called out sick x")
        .needs(&[Right::CallOut])
        .when(allow::change),
    action("new-order", "new order", "a frequency order as it is written: SN 2w4,1w5", &[Any], order::start)
        .card()
        .also("frequency sn pt visits a week")
        .needs(&[Right::BookVisit])
        .when(allow::client),
    action("new-series", "new series", "visits that come again: in plain terms or as a rule", &[Any], series::start)
        .card()
        .also("recurring repeat rrule weekly")
        .needs(&[Right::BookVisit])
        .when(allow::client),
    action(
        "new-appointment",
        "appointment",
        "an appointment elsewhere: the client is not at home then",
        &[Any],
        |m, o| {
            plan::start(m, o, Kind::Appointment);
        },
    )
    .card()
    .also("physician dialysis transport away")
    .needs(&[Right::BookVisit])
    .when(plan::can_appointment),
    action("new-time-off", "time off", "time off of this caregiver, or when on call", &[Any], |m, o| {
        plan::start(m, o, Kind::TimeOff);
    })
    .card()
    .also("vacation sick leave in-service")
    .needs(&[Right::BookVisit])
    .when(plan::can_time_off),
    action("new-authorization", "authorization", "what a payer has authorized for this client", &[Any], |m, o| {
        plan::start(m, o, Kind::Authorization);
    })
    .card()
    .also("units hours payer")
    .needs(&[Right::BookVisit])
    .when(plan::can_authorization),
    action("new-pairing", "pairing", "who belongs together, or must not meet", &[Any], |m, o| {
        plan::start(m, o, Kind::Pairing);
    })
    .card()
    .also("preferred excluded wish")
    .needs(&[Right::BookVisit])
    .when(plan::can_pairing),
    action("end-plan", "end it", "end this appointment, time off, authorization or wish", &[Page], plan::end)
        .acts()
        .also("cancel stop")
        .needs(&[Right::BookVisit])
        .when(plan::can_end)
        .menu_only(),
    action(
        "emergency",
        "emergency",
        "open this chart in an emergency: with a reason, for a while",
        &[Any],
        emergency::start,
    )
    .card()
    .needs(&[Right::Emergency])
    .when(allow::emergency),
    action("undo", "undo", "undo: shows what, Enter does it", &[Any], |m, o| undo::start(m, o, false))
        .card()
        .needs(&[Right::Undo])
        .when(allow::change),
    action("redo", "redo", "redo: shows what, Enter does it", &[Any], |m, o| undo::start(m, o, true))
        .card()
        .needs(&[Right::Undo])
        .when(allow::change),
    action("repeat", "again", "the last take or mark once more, on this row", &[Any], keys::repeat)
        .acts()
        .needs(&[Right::Take, Right::Result])
        .menu_only()
        .when(allow::repeat),
    action("banner", "go there", "go to the alert in the banner, or read what it says", &[Always], dashboard::banner)
        .when(allow::banner),
    action("next-field", "next field", "the next field", &[Form], |m, _| form::turn(m, true)).moves(),
    action("previous-field", "field before", "the field before", &[Form], |m, _| form::turn(m, false)).moves(),
    action("save", "save", "save the form", &[Form], form::save).card(),
    action(
        "copy",
        "copy",
        "copy this line or field to the clipboard: of a contact the number",
        &[Any, Form],
        outward::copy,
    )
    .also("clipboard yank")
    .needs(&[Right::Clipboard])
    .when(outward::can_copy),
    action("editor", "editor", "write this field in your own $VISUAL or $EDITOR", &[Form], outward::write)
        .also("vim emacs nano external")
        .needs(&[Right::Editor])
        .when(outward::can_write),
    action("pager", "pager", "read this page in your own $PAGER", &[Any], outward::read)
        .also("less print text")
        .needs(&[Right::Pager])
        .when(outward::can_read),
    action("day-sheet", "day sheet", "the day sheet of this client or caregiver, in your pager", &[Any], sheet::day)
        .also("print paper")
        .needs(&[Right::Pager])
        .when(sheet::can)
        .menu_only(),
    action(
        "week-sheet",
        "week sheet",
        "the week sheet of this client or caregiver, in your pager",
        &[Any],
        sheet::week,
    )
    .also("print paper")
    .needs(&[Right::Pager])
    .when(sheet::can)
    .menu_only(),
    action("lock", "lock", "lock the screen now; your PIN unlocks it", &[Always], lock::now).also("leave away blank"),
    action("privacy", "hide names", "names as initials, or in full again, on this screen", &[Always], privacy::toggle)
        .also("privacy initials"),
    action(
        "linear",
        "read out",
        "one item a line and signs in words, for a screen reader; again: the usual screen",
        &[Any],
        linear::toggle,
    )
    .also("accessibility screen reader blind braille voice aloud")
    .menu_only(),
    action("tour", "tour", "a tour of three minutes, key by key, on demo data", &[Any], tour::start)
        .also("first steps learn begin help")
        .when(tour::can)
        .menu_only(),
    action("theme", "colours", "choose the colours of the screen, and see them while choosing", &[Any], themes::start)
        .also("theme color colors dark light contrast look")
        .when(themes::can)
        .menu_only(),
    action(
        "theme-auto",
        "colours by terminal",
        "the colours that suit this terminal's background",
        &[Any],
        themes::auto,
    )
    .also("theme auto color colors")
    .when(themes::can)
    .menu_only(),
    action("pin", "PIN", "choose a PIN, or another one", &[Any], lock::choose).menu_only(),
    action("unlock", "unlock", "unlock with the PIN that is typed", &[Lock], lock::enter),
    action(
        "mouse",
        "mouse",
        "the mouse points and scrolls, or selects text as the terminal does",
        &[Always],
        mouse::toggle,
    )
    .also("click wheel select copy")
    .when(mouse::can_toggle),
    action(
        "notify",
        "notices",
        "the terminal says when something urgent comes while another window has the focus; again: it does not",
        &[Any],
        terminal::toggle_notices,
    )
    .also("notify notification bell urgent desktop")
    .menu_only(),
    action("terminal", "terminal", "what this terminal can do, and how the line to it is", &[Any], |_, o| {
        o.push(Effect::Terminal);
    })
    .menu_only()
    .also("doctor line pacing bandwidth slow"),
    action("redraw", "redraw", "draw the screen anew", &[Always], |_, o| o.push(Effect::Redraw)),
    action("suspend", "suspend", "suspend to the shell", &[Any], |_, o| o.push(Effect::Suspend)).when(allow::suspend),
    action("leave", "leave", "leave caseload (asks)", &[Any, Lock], lock::or_leave).asks().also("q quit exit"),
];

/// The action of this name.
pub fn find(id: &str) -> Option<&'static Action> {
    TABLE.iter().find(|a| a.id == id)
}

/// The name most like a wrong one.
pub fn nearest(id: &str) -> Option<&'static str> {
    TABLE.iter().map(|a| (distance(a.id, id), a.id)).min().filter(|(d, _)| *d <= 2).map(|(_, id)| id)
}

fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().take(40).collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.chars().enumerate() {
        let mut before = row[0];
        row[0] = i + 1;
        for (j, y) in b.iter().enumerate() {
            let here = (before + usize::from(x != *y)).min(row[j] + 1).min(row[j + 1] + 1);
            before = std::mem::replace(&mut row[j + 1], here);
        }
    }
    row[b.len()]
}

/// The key table of the README and the manual, as Markdown.
pub fn key_table(keymap: &Keymap) -> String {
    let mut out = String::new();
    for context in Context::ALL {
        let mut lines = Vec::new();
        for action in TABLE {
            let mut keys: Vec<String> = keymap
                .bindings()
                .into_iter()
                .filter(|(c, _, id)| c == context && *id == action.id)
                .map(|b| b.1)
                .collect();
            keys.sort_by_key(|k| (k.split(' ').count(), k.len()));
            if !keys.is_empty() {
                let keys: Vec<String> = keys.iter().map(|k| format!("`{}`", k.replace('|', "\\|"))).collect();
                let class = match action.class {
                    Class::Moves => "moves",
                    Class::Shows => "shows",
                    Class::Marks => "marks",
                    Class::Card => "card",
                    Class::Acts => "**acts**",
                };
                lines.push(format!("| {} | {} | {class} |", keys.join(" "), action.doc));
            }
        }
        if !lines.is_empty() {
            let _ =
                write!(out, "#### {}\n\n| keys | what | |\n|---|---|---|\n{}\n\n", context.title(), lines.join("\n"));
        }
    }
    let menu: Vec<_> = TABLE.iter().filter(|a| a.unbound).map(|a| format!("{} ({})", a.id, a.doc)).collect();
    let _ = writeln!(out, "In menus only: {}.", menu.join("; "));
    out
}
