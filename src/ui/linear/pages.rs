//! Pages read out: somebody's page, a review, a call-out, a storm, a plan, clock-ins.

use super::words::{list, name, tier, when};
use super::{Of, Reading, Said};
use crate::app::layers::{
    CallOutLayer, DayPlanLayer, EvvLayer, OUTCOMES, PageLayer, ReviewLayer, STORM_SAYS, StormLayer,
};
use crate::app::{Model, evv_locks};
use crate::domain::time::{clock, hours};
use crate::service::api::coverage::{CandidateRow, OutVisit};
use crate::service::api::day_plan::DayFigures;
use crate::service::api::storm::{StormClient, StormRow};
use crate::service::api::{CardLine, Person, ReviewStanding, SectionLine};

const WAITS: &str = "not come yet";

/// One line of a card or page.
pub(super) fn card_line(line: &CardLine) -> String {
    // Where the label says the tier, it says its word too.
    let label = match line.label.strip_prefix('P').and_then(|n| n.chars().next()).and_then(|n| n.to_digit(10)) {
        Some(n) if line.label.chars().count() <= 4 => tier(n as u8),
        _ => line.label.clone(),
    };
    let text = list(&[&line.text, &line.number]);
    if label.is_empty() { text } else { format!("{label}: {text}") }
}

fn stands_for(line: &SectionLine) -> Of {
    match (line.key, line.record, line.person) {
        (Some(key), ..) => Of::Alert(key),
        (_, Some((kind, id)), _) => Of::Record(kind, id),
        (_, _, Some(person)) => Of::Person(person),
        _ => Of::Nothing,
    }
}

/// Somebody's page.
pub(super) fn page(model: &Model, page: &PageLayer) -> Reading {
    let Some(data) = &page.page else {
        let mut out = Reading::new(if page.name.is_empty() { "Page" } else { page.name.as_str() });
        match (&page.denied, page.missing) {
            (Some(why), _) => out.say(format!("Not shown: {why}.")),
            (None, true) => out.say("Nobody of this id is here."),
            (None, false) => out.say(WAITS),
        }
        return out;
    };
    let mut out = Reading::new(data.title.clone());
    if let Some(words) = crate::app::looking::words(model).first() {
        out.say(words.clone());
    }
    for line in &data.summary {
        out.say(line.clone());
    }
    let mut n = 0;
    for section in &data.sections {
        out.say(format!("{}:", section.title));
        if section.lines.is_empty() {
            out.say("nothing");
        }
        for line in &section.lines {
            out.lines.push(Said::plain(card_line(&line.line)).at(n == page.line).of(stands_for(line)));
            n += 1;
        }
    }
    out
}

/// The card of a review.
pub(super) fn review(model: &Model, review: &ReviewLayer) -> Reading {
    if review.walk.is_empty() {
        let mut out = Reading::new("Review");
        out.say(if review.come { "No client is on your caseload: there is nobody to review." } else { WAITS });
        return out;
    }
    let done = review.walk.here().and_then(|c| review.walk.standing(c)) == Some(ReviewStanding::Done);
    let mut out = page(model, &review.page);
    let words = if done { ", reviewed" } else { "" };
    out.title = format!("Review {}{words}: {}", review.walk.title(), out.title);
    out
}

/// A call-out: its visits, then who could go to the one under the marker.
pub(super) fn call_out(model: &Model, page: &CallOutLayer) -> Reading {
    let Some(view) = &page.view else {
        let mut out = Reading::new("Call-out");
        out.say(if page.gone { "It is not there any more." } else { WAITS });
        return out;
    };
    let title = match view.staff {
        None => format!("Open visits, {}", view.name),
        Some(_) => list(&[
            &format!("Call-out of {}", view.name),
            &format!("from {}", when(model, view.from)),
            &view.reason,
            if view.settled { "settled" } else { "" },
            &format!("{} of {} covered", view.closed(), view.visits.len()),
        ]),
    };
    let mut out = Reading::new(title);
    if view.visits.is_empty() {
        out.say(if view.staff.is_none() {
            "Somebody is sure to go to every visit of these days."
        } else {
            "No visit is planned in that time."
        });
    }
    for visit in &view.visits {
        let here = page.visit == Some(visit.row.id) && !page.at_carers;
        out.lines.push(Said::plain(out_visit(visit)).at(here).of(Of::Visit(visit.row.day, visit.row.id)));
    }
    let Some(visit) = page.selected() else { return out };
    out.say(format!("{} {}, {} minutes:", clock(visit.row.minute), visit.who, visit.row.minutes));
    if let Some(safe) = &visit.safe {
        out.say(if safe.is_empty() {
            "safe till then? not asked yet".to_owned()
        } else {
            format!("safe till then? {safe}")
        });
    }
    out.say(visit.dispatch.clone());
    match page.candidates() {
        _ if visit.closed => {}
        None => out.say("who can go: not come yet"),
        Some([]) => out.say(format!("Nobody of that discipline works here. Least bad: {}", visit.least_bad)),
        Some(rows) => {
            out.say("Who can go:");
            for row in rows {
                let here = page.at_carers && page.carer == Some(row.staff);
                let of = Of::Person(Person::Staff(row.staff));
                out.lines.push(Said::plain(candidate(row)).at(here).of(of));
            }
        }
    }
    if let Some(dial) = &page.dial {
        let row = page.candidates().and_then(|rows| rows.iter().find(|r| r.staff == dial.staff));
        if let Some(row) = row {
            let number = if row.number.is_empty() { "no number recorded" } else { row.number.as_str() };
            dialled(&mut out, &format!("Call {}: {number}", row.name), &OUTCOMES.map(|(_, word)| word));
        }
    }
    out
}

/// A telephone in the hand: nothing else is current, and the digits are said.
fn dialled(out: &mut Reading, text: &str, words: &[&str]) {
    for line in &mut out.lines {
        line.here = false;
    }
    let digits: Vec<String> = words.iter().enumerate().map(|(n, word)| format!("{} {word}", n + 1)).collect();
    out.lines.push(Said::plain(format!("{text}. {}", digits.join(", "))).at(true));
}

fn out_visit(visit: &OutVisit) -> String {
    let urgent = if visit.closed || visit.tier == 0 { String::new() } else { tier(visit.tier) };
    let try_first = if visit.plan.is_empty() && !visit.suggested.is_empty() {
        let names: Vec<&str> = visit.suggested.iter().map(|(_, name)| name.as_str()).collect();
        format!("try {}", names.join(" and "))
    } else {
        visit.plan.clone()
    };
    let two = visit.two.filter(|_| !visit.closed).map(|n| format!("{n} of 2 said yes")).unwrap_or_default();
    let day = format!("{} {}", visit.row.day.short(), clock(visit.row.minute));
    list(&[&day, &visit.row.client_name, &urgent, &visit.harm, &try_first, &two, &visit.said])
}

/// Somebody who could go.
pub(super) fn candidate(row: &CandidateRow) -> String {
    let said = row.said.map(|(said, _)| said.word()).unwrap_or_default();
    let caller = row.caller.as_ref().map(|who| format!("{who} is calling")).unwrap_or_default();
    let before = row.not_before.map(|at| format!("not before {}", clock(at))).unwrap_or_default();
    let against: Vec<&str> = row.conflicts.iter().map(|c| c.text.as_str()).collect();
    let way = row.travel.map(|n| format!("{n} min away")).unwrap_or_default();
    let been = if row.been == 0 { String::new() } else { format!("been there {} times", row.been) };
    list(&[
        &format!("{} {}", row.name, row.discipline.word()),
        row.group.word(),
        &caller,
        said,
        &before,
        &against.join(", "),
        &way,
        &format!("{} hours this week", hours(row.week)),
        &been,
        &row.number,
    ])
}

/// A storm: everybody in the order of calling, then the one under the marker.
pub(super) fn storm(model: &Model, page: &StormLayer) -> Reading {
    let Some(view) = &page.view else {
        let mut out = Reading::new("Storm");
        out.say(WAITS);
        return out;
    };
    let counts = view.counts;
    let Some(storm) = &view.storm else {
        let mut out = Reading::new("Storm: none is running");
        if counts.all == 0 {
            out.say("There is nobody on service to call.");
        } else {
            out.say(format!("{} clients on service would be called.", counts.all));
            out.say(format!("{} depend on power or oxygen.", view.powered));
        }
        if view.unrated > 0 {
            out.say(format!(
                "{} without an emergency level on the record: rate them before it is needed.",
                view.unrated
            ));
        }
        if counts.all > 0 {
            out.say("Enter declares one.");
        }
        for past in &view.past {
            out.say(format!("Over: {} {}", when(model, past.began), past.name));
        }
        return out;
    };
    let word = if storm.exercise { "Exercise" } else { "Storm" };
    let whose = if page.mine { "mine" } else { "everybody's" };
    let mut out = Reading::new(list(&[
        &format!("{word}: {}", storm.name),
        whose,
        &format!("since {}", when(model, storm.began)),
        &format!("{} of {} reached", counts.reached(), counts.all),
    ]));
    for row in &view.rows {
        let here = page.client == Some(row.client);
        let of = Of::Person(Person::Client(row.client));
        out.lines.push(Said::plain(storm_row(model, row)).at(here).of(of));
    }
    if view.beyond > 0 {
        out.say(format!("and {} of clients whom you do not see", view.beyond));
    }
    if let Some(about) = page.about() {
        storm_client(model, &mut out, page, about);
    }
    out
}

fn storm_row(model: &Model, row: &StormRow) -> String {
    let level = row.level.map_or_else(|| "no level".to_owned(), |n| format!("level {n}"));
    let transport = row.transport.map_or_else(|| "transport not known".to_owned(), |n| format!("transport {n}"));
    let at = row.at.map(|at| format!(" {}", when(model, at))).unwrap_or_default();
    let tries = if row.tries > 1 { format!(", {} times", row.tries) } else { String::new() };
    let state = match (&row.caller, row.state) {
        (Some(who), _) => format!("{who} is calling"),
        (None, None) => "not called".to_owned(),
        (None, Some(state)) => format!("{}{at}{tries}", state.word()),
    };
    let alone = if row.alone { "lives alone" } else { "" };
    let near = if row.near { "" } else { "nobody near" };
    let place = if row.place.is_empty() { String::new() } else { format!("at {}", row.place) };
    list(&[&name(&row.name, false), &state, &level, &row.power, &transport, alone, near, &place, &row.away, &row.next])
}

fn storm_client(model: &Model, out: &mut Reading, page: &StormLayer, about: &StormClient) {
    out.say(format!("{}:", about.who));
    out.say(about.why.join(", "));
    for number in &about.numbers {
        let told = if number.number.is_empty() { &number.kind } else { &number.number };
        out.say(list(&[&number.who, told]));
    }
    out.say(about.address.clone());
    if about.near.is_empty() {
        out.say("nobody near works today");
    }
    for carer in &about.near {
        let away = format!("{} min away", carer.minutes);
        out.say(list(&[&format!("{} {}", carer.name, carer.discipline.word()), &away, &carer.doing, &carer.number]));
    }
    for call in &about.calls {
        out.say(list(&[&when(model, call.at), call.state.word(), &call.by, &call.words]));
    }
    if page.dial == Some(about.client) {
        dialled(out, &format!("Call {}", about.who), &STORM_SAYS.map(|(_, word)| word));
    }
}

/// A plan: its figures, then its lines.
pub(super) fn day_plan(page: &DayPlanLayer) -> Reading {
    let (from, to) = page.ask.days();
    let days = if from == to { from.short() } else { format!("{} to {}", from.short(), to.short()) };
    let scratch = if page.ask.scratch { "from scratch" } else { "" };
    let marked = if page.marks.is_empty() { String::new() } else { format!("{} marked", page.marks.len()) };
    let count = format!("{} lines", page.lines().len());
    let mut out = Reading::new(list(&[&format!("Plan {days}"), scratch, &count, &marked]));
    let Some(plan) = &page.plan else {
        out.say(WAITS);
        return out;
    };
    let week = from != to;
    for (n, line) in plan.lines.iter().enumerate() {
        let day = if week { format!("{} ", line.day.short()) } else { String::new() };
        let from = if line.from.is_empty() { "nobody".to_owned() } else { line.from.join(" and ") };
        let to: Vec<&str> = line.to.iter().map(|(_, name)| name.as_str()).collect();
        let to = if to.is_empty() { "nobody".to_owned() } else { to.join(" and ") };
        let refused = page.refused.get(&line.visit).map(|why| format!("can't be accepted: {why}"));
        let marked = if page.marks.contains(&line.visit) { "marked: " } else { "" };
        let text = list(&[
            &format!("{marked}{day}{} {}", clock(line.minute), line.client),
            &format!("from {from} to {to}"),
            &line.why,
            refused.as_deref().unwrap_or_default(),
        ]);
        out.lines.push(Said::plain(text).at(n == page.cursor()).of(Of::Visit(line.day, line.visit)));
    }
    if plan.search.is_some() {
        out.say(format!("as it stands: {}", figures(&plan.before)));
        out.say(format!("by the plan: {}", figures(&plan.after)));
    }
    if plan.lines.is_empty() && plan.is_found() {
        out.say("It can stay as it is.");
    }
    out
}

fn figures(of: &DayFigures) -> String {
    format!(
        "nobody goes to {}, twice at once {}, {} min on the way, {} min overtime, {} min late, {} know the client",
        of.uncovered, of.twice, of.travel, of.overtime, of.late, of.known
    )
}

/// Clock-ins with something wrong.
pub(super) fn evv(model: &Model, page: &EvvLayer) -> Reading {
    let rows = page.rows();
    let marked = if page.marks.is_empty() { String::new() } else { format!("{} marked", page.marks.len()) };
    let mut out = Reading::new(list(&["EVV exceptions", &format!("{} rows", rows.len()), &marked]));
    if let Some(why) = &page.denied {
        out.say(format!("Not shown: {why}."));
        return out;
    }
    let Some(queue) = &page.queue else {
        out.say(WAITS);
        return out;
    };
    let today = model.zone.day(model.now);
    for (n, row) in rows.iter().enumerate() {
        let mark = if page.marks.contains(&row.id) { "marked: " } else { "" };
        let at = row.at.map(|at| when(model, at)).unwrap_or_default();
        let who = if row.staff.is_empty() { "nobody named" } else { row.staff.as_str() };
        let visit = if row.visit_words.is_empty() { "no visit found" } else { row.visit_words.as_str() };
        let text = list(&[
            &format!("{mark}{}", row.name),
            &evv_locks(row, today),
            &row.say,
            &format!("clocked {at}, {who}"),
            visit,
            &row.mend,
        ]);
        out.lines.push(Said::plain(text).at(n == page.cursor()).of(Of::Clocking(row.id)));
    }
    if rows.is_empty() {
        out.say(match queue.newest {
            Some(_) => "Nothing waits: every clock-in is in order.",
            None => "No clock-in has come.",
        });
    }
    out
}
