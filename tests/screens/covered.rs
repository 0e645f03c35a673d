//! Which kinds of screen the table shows. The lists are exhaustive matches: a new layer, form, question, menu or shape
//! does not compile before it stands here, and fails the test below before a screen shows it.

use super::GROUPS;
use super::table::Table;
use caseload::app::calendar::CalendarView;
use caseload::app::form::FormKind;
use caseload::app::layers::{Layer, MenuKind, Question, Way, Writing};
use caseload::app::layout::{self, Arrangement};
use caseload::app::model::{Connection, Model, Pane, Tone};
use caseload::domain::record::Kind;
use caseload::service::api::LockState;
use std::collections::BTreeSet;

/// A function from a variant to its word, and the list of all words.
macro_rules! every {
    ($all:ident, $of:ident, $type:ty, { $($variant:pat => $word:literal),+ $(,)? }) => {
        const $all: &[&str] = &[$($word),+];
        fn $of(one: &$type) -> &'static str {
            match one { $($variant => $word),+ }
        }
    };
}

every!(LAYERS, layer, Layer, {
    Layer::Page(_) => "page",
    Layer::Review(_) => "review",
    Layer::CallOut(_) => "call-out",
    Layer::Storm(_) => "storm",
    Layer::DayPlan(_) => "day plan",
    Layer::Lifted(_) => "lifted",
    Layer::Why(_) => "why",
    Layer::Form(_) => "form",
    Layer::Find(_) => "find",
    Layer::Menu(_) => "menu",
    Layer::Undo(_) => "undo",
    Layer::Confirm(_) => "confirm",
    Layer::Drafts(_) => "drafts",
    Layer::History(_) => "history",
    Layer::Acts(_) => "acts",
    Layer::Looked(_) => "looked",
    Layer::Evv(_) => "evv",
    Layer::Terminal(_) => "terminal",
    Layer::Themes(_) => "themes",
    Layer::Narrow(_) => "narrow",
});
every!(FORMS, form, FormKind, {
    FormKind::Call { .. } => "form: call",
    FormKind::Snooze => "form: snooze",
    FormKind::Pass { .. } => "form: pass",
    FormKind::Escalate => "form: escalate",
    FormKind::Emergency => "form: emergency",
    FormKind::Retier => "form: tier",
    FormKind::Reopen => "form: reopen",
    FormKind::Schedule => "form: schedule",
    FormKind::Amend => "form: amend",
    FormKind::Result { .. } => "form: result",
    FormKind::Reassess => "form: reassessment",
    FormKind::Waive => "form: waive",
    FormKind::Note => "form: note",
    FormKind::Tell { .. } => "form: tell",
    FormKind::Visit { .. } => "form: visit",
    FormKind::CallOut => "form: call-out",
    FormKind::Leave => "form: leave",
    FormKind::Safe => "form: safe",
    FormKind::Series { .. } => "form: series",
    FormKind::SeriesDeed { .. } => "form: series deed",
    FormKind::Order => "form: order",
    FormKind::EndOrder => "form: order ends",
    FormKind::Storm(_) => "form: storm",
    FormKind::CallDown(_) => "form: call-down",
    FormKind::Plan(Kind::Appointment) => "form: appointment",
    FormKind::Plan(Kind::TimeOff) => "form: time off",
    FormKind::Plan(Kind::Authorization) => "form: authorization",
    FormKind::Plan(_) => "form: pairing",
    FormKind::Edit(_) => "form: edit",
    FormKind::NewIssue(_) => "form: issue",
    FormKind::Clockings { .. } => "form: clock-ins",
});
every!(QUESTIONS, question, Question, {
    Question::TakeFromOther(_) => "asks: take from another",
    Question::TakeMarks(_) => "asks: take all marked",
    Question::Left => "asks: what was left alone",
    Question::Notes => "asks: what whoever runs it is to know",
    Question::Settle(_) => "asks: settle",
    Question::DraftOrder(_) => "asks: draft an order",
    Question::TakeBackCallOut(_) => "asks: take a call-out back",
    Question::EndStorm(_) => "asks: end a storm",
    Question::AcceptPlan(_) => "asks: accept a plan",
    Question::EndPlan(..) => "asks: end an appointment",
    Question::Leave => "asks: leave",
    Question::Discard(_) => "asks: discard",
});
every!(MENUS, menu, MenuKind, {
    MenuKind::Palette => "menu: palette",
    MenuKind::Help => "menu: help",
    MenuKind::Here => "menu: here",
    MenuKind::New => "menu: new",
    MenuKind::Only => "menu: only",
});
every!(PANES, pane, Pane, {
    Pane::Alerts => "pane: alerts",
    Pane::Calendar => "pane: calendar",
    Pane::Caseload => "pane: caseload",
    Pane::Team => "pane: team",
});
every!(VIEWS, view, CalendarView, {
    CalendarView::Day => "calendar: day",
    CalendarView::Agenda => "calendar: agenda",
    CalendarView::Week => "calendar: week",
    CalendarView::Month => "calendar: month",
});
every!(WAYS, way, Way, {
    Way::Move => "lifted: move",
    Way::Assign => "lifted: assign",
    Way::Swap => "lifted: swap",
    Way::Split => "lifted: split",
    Way::Shorten => "lifted: shorten",
});
every!(WRITINGS, writing, Writing, {
    Writing::Name(_) => "lifted: a name",
    Writing::Reason(_) => "lifted: a reason",
});
every!(CONNECTIONS, connection, Connection, {
    Connection::Starting => "starting",
    Connection::Live => "live",
    Connection::Offline { .. } => "offline",
});
every!(LOCKS, lock, LockState, {
    LockState::Choose => "lock: choose",
    LockState::Ask(_) => "lock: ask",
    LockState::Shut(_) => "lock: shut",
    LockState::Broken => "lock: broken",
});
every!(TONES, tone, Tone, {
    Tone::Good => "toast: good",
    Tone::Plain => "toast: plain",
    Tone::Bad => "toast: bad",
});
every!(ARRANGEMENTS, arrangement, Arrangement, {
    Arrangement::TooSmall => "too small",
    Arrangement::Phone => "phone",
    Arrangement::Stacked => "stacked",
    Arrangement::Square => "square",
});
/// States that are no variants of anything.
const STATES: &[&str] = &[
    "first day",
    "nothing is saved",
    "denied",
    "banner",
    "note",
    "drafts kept",
    "info card",
    "codes",
    "which-key",
    "zoomed",
    "ghost",
    "marks",
    "names hidden",
    "others here",
    "no rows",
    "read only",
    "form: an error",
    "form: news",
    "form: both changed",
];

/// What occurs on a screen.
pub(crate) fn kinds(model: &Model, out: &mut BTreeSet<&'static str>) {
    out.insert(arrangement(&layout::of(model).arrangement));
    out.insert(connection(&model.connection));
    if let Some(screen) = &model.lock.screen {
        out.insert(lock(&screen.view.state));
    }
    if model.layers.is_empty() {
        out.insert(pane(&model.focus));
        if model.focus == Pane::Calendar {
            out.insert(view(&model.calendar.view));
        }
    }
    out.extend(model.toasts.iter().map(|toast| tone(&toast.tone)));
    for one in &model.layers {
        out.insert(layer(one));
        match one {
            Layer::Form(shown) => {
                out.insert(form(&shown.kind));
                let wrong = shown.fields.iter().any(|field| field.error.is_some());
                let both = shown.fields.iter().any(|f| matches!(f.value, caseload::app::form::Value::Both(_)));
                let states =
                    [(wrong, "form: an error"), (!shown.news.is_empty(), "form: news"), (both, "form: both changed")];
                out.extend(states.into_iter().filter(|s| s.0).map(|s| s.1));
            }
            Layer::Confirm(asked) => drop(out.insert(question(&asked.question))),
            Layer::Menu(shown) => drop(out.insert(menu(&shown.kind))),
            Layer::Lifted(held) => {
                out.insert(way(&held.way));
                out.extend(held.writing.as_ref().map(writing));
            }
            Layer::Page(page) if page.denied.is_some() => drop(out.insert("denied")),
            _ => {}
        }
    }
    let rows = model.header.is_some() && model.alerts.rows.is_empty() && model.alerts.list.is_some();
    let states = [
        (model.first_day(), "first day"),
        (model.unsaved().is_some(), "nothing is saved"),
        (model.banner.is_some(), "banner"),
        (model.announces() && model.banner.is_none(), "note"),
        (model.drafts > 0, "drafts kept"),
        (model.card.on, "info card"),
        (model.card.codes.is_some(), "codes"),
        (model.pending.as_ref().is_some_and(|p| p.shown), "which-key"),
        (model.zoom, "zoomed"),
        (model.alerts.ghost.is_some(), "ghost"),
        (!model.alerts.marks.is_empty(), "marks"),
        (model.privacy.on, "names hidden"),
        (model.present.is_some(), "others here"),
        (rows, "no rows"),
        (model.read_only, "read only"),
    ];
    out.extend(states.into_iter().filter(|s| s.0).map(|s| s.1));
}

#[test]
fn every_kind_of_screen_is_in_the_table() {
    let shown = Table::of(GROUPS).kinds;
    let lists = [
        LAYERS,
        FORMS,
        QUESTIONS,
        MENUS,
        PANES,
        VIEWS,
        WAYS,
        WRITINGS,
        CONNECTIONS,
        LOCKS,
        TONES,
        ARRANGEMENTS,
        STATES,
    ];
    let missing: Vec<&str> = lists.into_iter().flatten().copied().filter(|kind| !shown.contains(kind)).collect();
    assert!(missing.is_empty(), "no screen of the table shows: {}", missing.join(", "));
}
