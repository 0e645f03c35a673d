//! Where an act is done: the marker is put there as the arrows would.

use super::{Answers, Undone};
use crate::app::action;
use crate::app::calendar::CalendarView;
use crate::app::effect::Effect;
use crate::app::layers::{Layer, PageLayer};
use crate::app::model::{Model, Pane};
use crate::app::pane::{Ghost, ListPane, Row, RowId};
use crate::app::screens::{calendar, call_out, dashboard, evv, page, review, storm};
use crate::app::windows;
use crate::app::wire::Asked;
use crate::domain::attention::AlertKey;
use crate::domain::ids::{ClientId, ClockingId, StaffId, VisitId};
use crate::domain::record::Kind;
use crate::domain::time::Day;
use crate::service::api::{AlertRow, Owner, Person};

/// A line of somebody's page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Spot {
    /// The one that stands for an alert.
    Alert(AlertKey),
    /// The one that stands for a record.
    Record(Kind, [u8; 16]),
    /// The one at this place.
    Line(usize),
}

/// Where an act is done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Place {
    /// Nowhere in particular.
    Panes,
    /// On an alert, or on several at once.
    Alerts(Vec<AlertKey>),
    /// On an alert that is finished, or asleep: a dim row.
    Finished {
        /// Which.
        key: AlertKey,
        /// About whom.
        person: Option<Person>,
        /// Their name.
        name: String,
    },
    /// On somebody's page; without a line, on the person.
    Person(Person, Option<Spot>),
    /// On a visit of a day.
    Visit(Day, VisitId),
    /// In the call-out of an alert: on a visit of it, and on who could go.
    CallOut(AlertKey, Option<VisitId>, Option<StaffId>),
    /// On the page of all open visits.
    OpenVisits(Option<VisitId>, Option<StaffId>),
    /// In the storm.
    Storm(Option<ClientId>),
    /// Among the clock-ins with something wrong.
    Evv(Vec<ClockingId>),
    /// In the review of my clients.
    Review(Option<ClientId>),
    /// What I did.
    Acts,
    /// My drafts.
    Drafts,
}

type Stood = Result<(), Undone>;

/// Puts the marker there.
pub fn stand(model: &mut Model, who: &mut dyn Answers, place: &Place) -> Stood {
    let mut out = Vec::new();
    match place {
        Place::Panes => {
            // On no row: what is done to one is said of one.
            model.alerts = ListPane::new(true);
            Ok(())
        }
        Place::Alerts(keys) => alerts(model, who, keys),
        Place::Finished { key, person, name } => {
            finished(model, *key, *person, name);
            Ok(())
        }
        Place::Person(person, spot) => on_page(model, who, *person, *spot),
        Place::Visit(day, visit) => on_visit(model, who, *day, *visit),
        Place::CallOut(key, visit, carer) => {
            if !call_out::open_alert(model, &mut out, *key, "") {
                return Err(Undone::not("this alert is no call-out"));
            }
            carry(model, who, out)?;
            in_call_out(model, who, *visit, *carer)
        }
        Place::OpenVisits(visit, carer) => {
            call_out::open_visits(model, &mut out);
            carry(model, who, out)?;
            in_call_out(model, who, *visit, *carer)
        }
        Place::Storm(client) => in_storm(model, who, *client),
        Place::Evv(ids) => in_evv(model, who, ids),
        Place::Review(client) => in_review(model, who, *client),
        Place::Acts => run(model, who, "acts"),
        Place::Drafts => run(model, who, "drafts"),
    }
}

fn carry(model: &mut Model, who: &mut dyn Answers, out: Vec<Effect>) -> Stood {
    who.answer(model, out).map_err(Undone::Away)
}

fn run(model: &mut Model, who: &mut dyn Answers, id: &str) -> Stood {
    let mut out = Vec::new();
    let Some(action) = action::find(id) else { return Err(Undone::not(format!("there is no action {id}"))) };
    action.can(model).map_err(Undone::not)?;
    (action.run)(model, &mut out);
    carry(model, who, out)
}

/// The marker on the row of this id, wherever in the list it is; whether it is there.
fn find<R: Row>(
    model: &mut Model,
    who: &mut dyn Answers,
    pane: Pane,
    id: RowId,
    of: fn(&mut Model) -> &mut ListPane<R>,
) -> Result<bool, Undone> {
    let height = model.height(pane);
    let mut place = 0;
    loop {
        let list = of(model);
        if let Some(at) = list.rows.iter().position(|r| r.id() == id) {
            let place = list.from + at as u32;
            windows::move_to(list, place, height);
            return Ok(true);
        }
        // On behind what has come so far.
        let next = list.from.saturating_add(list.rows.len() as u32).max(place + 1);
        if next >= list.total {
            return Ok(false);
        }
        place = next;
        windows::move_to(list, place, height);
        let mut out = Vec::new();
        model.fill(&mut out, pane);
        carry(model, who, out)?;
    }
}

fn alerts(model: &mut Model, who: &mut dyn Answers, keys: &[AlertKey]) -> Stood {
    model.focus = Pane::Alerts;
    model.alerts.mine = false;
    let mut out = Vec::new();
    model.open_list(&mut out, Pane::Alerts);
    carry(model, who, out)?;
    for key in keys {
        if !find(model, who, Pane::Alerts, RowId::Alert(*key), |m| &mut m.alerts)? {
            return Err(Undone::not("this alert is not on the list now: it is over, or asleep"));
        }
        if keys.len() > 1 {
            dashboard::mark_here(model);
        }
    }
    Ok(())
}

/// The dim row that what is finished leaves behind.
fn finished(model: &mut Model, key: AlertKey, person: Option<Person>, name: &str) {
    let words = "finished, or asleep".to_owned();
    let row = AlertRow {
        key,
        tier: 5,
        breached: false,
        person,
        name: name.to_owned(),
        alike: false,
        cause: String::new(),
        since: model.now,
        due: None,
        owner: Owner::Nobody,
        snoozed: None,
        escalated: false,
        summons: false,
        booked: None,
        rule: String::new(),
        finished: Some(words.clone()),
    };
    model.focus = Pane::Alerts;
    model.alerts = ListPane::new(true);
    model.alerts.selected = Some(RowId::Alert(key));
    model.alerts.ghost = Some(Ghost { at: 0, row, words });
}

/// What a page's line stands for.
pub(super) fn stands_for(page: &PageLayer) -> (Option<AlertKey>, Option<(Kind, [u8; 16])>) {
    let line = page.page.iter().flat_map(|p| &p.sections).flat_map(|s| &s.lines).nth(page.line);
    line.map_or((None, None), |l| (l.key, l.record))
}

fn on_page(model: &mut Model, who: &mut dyn Answers, person: Person, spot: Option<Spot>) -> Stood {
    let (at, record) = match spot {
        Some(Spot::Alert(key)) => (Some(key), None),
        Some(Spot::Record(kind, id)) => (None, Some((kind, id))),
        _ => (None, None),
    };
    let mut out = Vec::new();
    page::open_at(model, &mut out, person, at, record);
    carry(model, who, out)?;
    let Some(Layer::Page(page)) = model.layers.last_mut() else { return Ok(()) };
    if page.missing {
        return Err(Undone::not("nobody of this id is here"));
    }
    if page.page.is_none() {
        // Why it may not be seen is said by the page; it may still be opened in an emergency.
        return Ok(());
    }
    match spot {
        // On the person, on no line.
        None => page.line = usize::MAX,
        Some(Spot::Line(n)) if n < page.lines() => page.line = n,
        Some(_) => {
            let found = stands_for(page);
            if (at.is_none() || found.0 != at) && (record.is_none() || found.1 != record) {
                return Err(Undone::not("the page has no such line now"));
            }
        }
    }
    Ok(())
}

fn on_visit(model: &mut Model, who: &mut dyn Answers, day: Day, visit: VisitId) -> Stood {
    model.focus = Pane::Calendar;
    model.zoom = true;
    model.calendar.mine = false;
    let mut out = Vec::new();
    model.calendar.view = CalendarView::Agenda;
    calendar::whose(model, &mut out);
    calendar::go(model, &mut out, day);
    carry(model, who, out)?;
    if find(model, who, Pane::Calendar, RowId::Visit(visit), |m| &mut m.calendar.agenda)? {
        Ok(())
    } else {
        Err(Undone::not(format!("this visit is not on {} any more", day.short())))
    }
}

/// On to another visit of the calendar, with one in the hand.
pub(super) fn beside(model: &mut Model, who: &mut dyn Answers, day: Day, visit: VisitId) -> Stood {
    let mut out = Vec::new();
    calendar::go(model, &mut out, day);
    carry(model, who, out)?;
    if find(model, who, Pane::Calendar, RowId::Visit(visit), |m| &mut m.calendar.agenda)? {
        Ok(())
    } else {
        Err(Undone::not(format!("the other visit is not on {} any more", day.short())))
    }
}

fn in_call_out(model: &mut Model, who: &mut dyn Answers, visit: Option<VisitId>, carer: Option<StaffId>) -> Stood {
    let mut out = Vec::new();
    let Some(Layer::CallOut(page)) = model.layers.last_mut() else { return Ok(()) };
    if page.gone {
        return Err(Undone::not("this call-out is not there any more"));
    }
    if let Some(visit) = visit {
        if page.view.as_ref().is_none_or(|v| v.visits.iter().all(|x| x.row.id != visit)) {
            return Err(Undone::not("this visit is none of it"));
        }
        (page.visit, page.carer) = (Some(visit), None);
        model.refresh_one(&mut out, &Asked::Candidates(visit));
        carry(model, who, out)?;
    }
    let Some(carer) = carer else { return Ok(()) };
    let Some(Layer::CallOut(page)) = model.layers.last_mut() else { return Ok(()) };
    if page.candidates().is_none_or(|c| c.iter().all(|r| r.staff != carer)) {
        return Err(Undone::not("this caregiver is not among those who could go"));
    }
    (page.carer, page.at_carers) = (Some(carer), true);
    Ok(())
}

fn in_storm(model: &mut Model, who: &mut dyn Answers, client: Option<ClientId>) -> Stood {
    let mut out = Vec::new();
    storm::open(model, &mut out);
    if let (Some(id), Some(Layer::Storm(page))) = (client, model.layers.last_mut()) {
        // The rows around her are asked for.
        page.client = Some(id);
    }
    carry(model, who, out)?;
    let Some(id) = client else { return Ok(()) };
    match model.layers.last() {
        Some(Layer::Storm(page)) if page.client == Some(id) => Ok(()),
        _ => Err(Undone::not("the storm does not touch this client")),
    }
}

fn in_evv(model: &mut Model, who: &mut dyn Answers, ids: &[ClockingId]) -> Stood {
    let mut out = Vec::new();
    evv::start(model, &mut out);
    carry(model, who, out)?;
    let Some(Layer::Evv(list)) = model.layers.last_mut() else { return Ok(()) };
    if let Some(why) = &list.denied {
        return Err(Undone::not(why.clone()));
    }
    for id in ids {
        let Some(place) = list.rows().iter().position(|r| r.id == *id) else {
            return Err(Undone::not("this clock-in has nothing wrong with it any more"));
        };
        list.stand(place);
        if ids.len() > 1 {
            list.marks.insert(*id);
        }
    }
    Ok(())
}

fn in_review(model: &mut Model, who: &mut dyn Answers, client: Option<ClientId>) -> Stood {
    let mut out = Vec::new();
    review::start(model, &mut out);
    carry(model, who, out)?;
    let Some(wanted) = client else { return Ok(()) };
    let here = |model: &Model| match model.layers.last() {
        Some(Layer::Review(review)) => (review.client(), review.walk.len()),
        _ => (None, 0),
    };
    // Back to the first, then on until her card is there.
    for by in [-1, 1] {
        for _ in 0..here(model).1 {
            let before = here(model).0;
            if before == Some(wanted) {
                return Ok(());
            }
            let mut out = Vec::new();
            review::step(model, &mut out, by);
            carry(model, who, out)?;
            if here(model).0 == before {
                break;
            }
        }
    }
    if here(model).0 == Some(wanted) { Ok(()) } else { Err(Undone::not("this is none of your clients to review")) }
}

/// Puts the marker on a line of the page on top.
pub fn on_line(model: &mut Model, line: usize) {
    if let Some(Layer::Page(page)) = model.layers.last_mut() {
        page.line = line;
    }
}
