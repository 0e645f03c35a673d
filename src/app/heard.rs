//! What the service says: each reply finds what asked for it; late and unknown ones are dropped.

use super::effect::Effect;
use super::looking;
use super::model::{Banner, Connection, Model, Pane, Tone};
use super::pane::{Held, ListPane, News, Row, RowId, rows_of};
use super::screens::{
    calendar, call_out, cannot, card, day_plan, drafts, evv, find, form, history, lifted, looked, marks, new_issue,
    page, review, sheet, storm, take, undo, why,
};
use super::windows;
use super::wire::Asked;
use super::{improving, lock, outward, privacy};
use crate::domain::attention::AlertKey;
use crate::domain::record::Kind;
use crate::service::api::{
    AlertRow, Answered, Done, Header, Heard, ListOpened, Owner, Problem, Reply, Request, Rows, Window,
};
use std::collections::BTreeSet;

/// Takes in what the service says.
pub(crate) fn heard(model: &mut Model, heard: Heard, out: &mut Vec<Effect>) {
    match heard {
        Heard::Reply(ticket, reply) => {
            let Some(asked) = model.wire.open.remove(&ticket) else { return };
            let sent = model.wire.sent.remove(&ticket);
            alive(model);
            if let Reply::Locked(view) = reply {
                if let Some(request) = sent {
                    model.wire.put_behind(asked, request);
                }
                lock::locked(model, view, out);
                return;
            }
            if let Asked::Lock(about) = asked {
                lock::replied(model, about, reply, out);
                return;
            }
            if let Some(at) = model.wire.again.iter().position(|a| *a == asked) {
                model.wire.again.remove(at);
                match &asked {
                    Asked::Open(pane) => model.open_list(out, *pane),
                    Asked::WouldBe(draft) => new_issue::judge(model, out, *draft),
                    Asked::Drafts => model.ask_fresh(out, Asked::Drafts, Request::Drafts),
                    Asked::Initials => privacy::ask(model, out),
                    other => model.refresh_one(out, other),
                }
            }
            replied(model, &asked, reply, out);
        }
        Heard::Change(change) => {
            alive(model);
            if change.kinds.iter().any(|k| matches!(k, Kind::User | Kind::Reach | Kind::Policy)) {
                model.refresh_one(out, &Asked::Rights);
            }
            day_plan::changed(model, &change);
            privacy::changed(model, out, &change);
            model.refresh(out);
        }
        Heard::Present(present) => {
            alive(model);
            looking::heard(model, present);
        }
        Heard::Resync => {
            alive(model);
            model.refresh_one(out, &Asked::Rights);
            privacy::ask(model, out);
            model.refresh_one(out, &Asked::Rights);
            model.refresh(out);
        }
        Heard::Locked => {
            alive(model);
            lock::told(model, out);
        }
        Heard::Offline(why) => {
            model.connection = Connection::Offline { since: model.now, why };
            model.toast(Tone::Bad, "the server is away; it is being looked for. Nothing typed is lost");
        }
        Heard::Online(mended) => {
            online(model, out);
            if !mended.is_empty() {
                model.toast(Tone::Plain, mended);
            }
        }
        Heard::Gone(why) => gone(model, &why),
    }
}

fn alive(model: &mut Model) {
    if model.connection != Connection::Live {
        let back = matches!(model.connection, Connection::Offline { .. });
        model.connection = Connection::Live;
        if back {
            model.toast(Tone::Good, "connected again");
        }
    }
}

/// Everything on the screen is asked anew; what was under way is answered by itself.
fn online(model: &mut Model, out: &mut Vec<Effect>) {
    alive(model);
    (model.wire.looked, model.present) = (None, None);
    privacy::ask(model, out);
    for pane in Pane::ALL {
        let shown = match pane {
            Pane::Alerts => model.alerts.list.take(),
            Pane::Calendar => model.calendar.agenda.list.take(),
            Pane::Caseload => model.clients.list.take(),
            Pane::Team => model.staff.list.take(),
        };
        if shown.is_some() {
            model.open_list(out, pane);
        }
    }
    model.refresh(out);
}

/// Nothing that is under way will be answered. What was being saved stays as it was typed.
fn gone(model: &mut Model, why: &str) {
    let open = std::mem::take(&mut model.wire.open);
    model.wire.again.clear();
    // Whoever answers next does not know where this screen is.
    (model.wire.looked, model.present) = (None, None);
    model.wire.sent.clear();
    model.wire.leaving = None;
    if let Some(screen) = &mut model.lock.screen {
        screen.checking = false;
    }
    for asked in open.into_values() {
        match asked {
            Asked::Form(draft, _) => {
                let now = model.now;
                if let Some(form) = form::find_form(model, draft) {
                    form.saving = None;
                    form.unsaved.get_or_insert(now);
                    form.error = Some("it is not known whether this was saved: save again when connected".to_owned());
                }
            }
            Asked::Dropped(visit) => {
                let text = "it is not known whether this was done: look again when connected";
                let said = Problem { rule: String::new(), field: String::new(), text: text.to_owned() };
                lifted::refused(model, visit, &[said]);
            }
            Asked::AcceptPlan(_) => day_plan::lost(model),
            Asked::Act(_) | Asked::Undo { .. } | Asked::Many(_) | Asked::Reviewed(_) => {
                model.toast(Tone::Bad, "it is not known whether this was done");
            }
            _ => {}
        }
    }
    model.connection = Connection::Offline { since: model.now, why: why.to_owned() };
    model.toast(Tone::Bad, format!("offline: {why}. What is shown may be old; nothing can be changed"));
}

fn replied(model: &mut Model, asked: &Asked, reply: Reply, out: &mut Vec<Effect>) {
    match (asked, reply) {
        (Asked::Open(pane), Reply::List(list)) => waits_for_a_frame(model, *pane, list, out),
        (Asked::Agenda(day), Reply::List(list)) if *day == model.calendar.day => {
            waits_for_a_frame(model, Pane::Calendar, list, out);
        }
        // The calendar was turned meanwhile.
        (Asked::Agenda(_), Reply::List(list)) => model.send(out, Asked::Nothing, Request::CloseList(list.list)),
        (Asked::Rows { pane, scroll }, Reply::Rows(window)) => rows(model, *pane, window, *scroll, out),
        (Asked::Worst, Reply::Rows(window)) => {
            if let Some((_, _, rows)) = rows_of::<AlertRow>(window) {
                watch(model, &rows, true, out);
            }
        }
        (_, Reply::Answer(answer)) => answered(model, asked, *answer, out),
        (
            Asked::Act(_)
            | Asked::Undo { .. }
            | Asked::Many(_)
            | Asked::Form(..)
            | Asked::Reviewed(_)
            | Asked::Dropped(_)
            | Asked::AcceptPlan(_),
            reply,
        ) => acted(model, asked, reply, out),
        (Asked::SaveDraft(id), Reply::Drafted) => {
            // Only if nothing newer of it is under way.
            if !model.wire.waits_for(asked) {
                model.wire.parked.remove(id);
            }
        }
        (Asked::SaveDraft(_), Reply::Failed(why) | Reply::Denied(why)) => {
            model.toast(Tone::Bad, format!("the draft could not be kept: {why}. It stays here while caseload runs"));
        }
        (Asked::Looking, Reply::Present(present)) => looking::heard(model, present),
        // Whoever may not know of it goes on without, and whoever may not open it looks at nobody.
        (Asked::Meanwhile(_), Reply::Denied(_)) | (Asked::Looking, _) => {}
        (Asked::Leave, Reply::Noted) => outward::noted(model, out),
        (Asked::Leave, reply) => {
            model.wire.leaving = None;
            say(model, reply);
        }
        (Asked::Drafts, Reply::Drafts(list)) => drafts::arrived(model, list, out),
        (Asked::Drafts, _) => drafts::arrived(model, Vec::new(), out),
        (Asked::Looked(person), Reply::Denied(why) | Reply::Failed(why)) => looked::denied(model, *person, why),
        (Asked::Evv, Reply::Denied(why) | Reply::Failed(why)) => evv::denied(model, why),
        (Asked::Page(person), Reply::Denied(why)) => page::denied(model, *person, &why),
        // The page says it, or nothing of hers is on the screen any more.
        (Asked::Card(person), Reply::Denied(_)) if model.card.person == Some(*person) => model.card.card = None,
        (Asked::Open(pane), reply) => {
            *waiting(model, *pane) = false;
            say(model, reply);
        }
        (Asked::Rows { .. }, Reply::Failed(_)) => {
            // The list is not known any more: open it anew.
            if let Asked::Rows { pane, scroll: false } = asked {
                model.open_list(out, *pane);
            }
        }
        (_, reply) => say(model, reply),
    }
}

fn waiting(model: &mut Model, pane: Pane) -> &mut bool {
    match pane {
        Pane::Alerts => &mut model.alerts.waiting,
        Pane::Calendar => &mut model.calendar.waiting,
        Pane::Caseload => &mut model.clients.waiting,
        Pane::Team => &mut model.staff.waiting,
    }
}

/// A reply that nothing else takes: said, never silent.
fn say(model: &mut Model, reply: Reply) {
    match reply {
        Reply::Denied(why) => model.toast(Tone::Bad, format!("not allowed: {why}")),
        Reply::Failed(why) => model.toast(Tone::Bad, why),
        Reply::Problems(problems) => {
            for problem in problems.into_iter().take(2) {
                model.toast(Tone::Bad, problem.text);
            }
        }
        _ => {}
    }
}

/// A list that was opened comes onto the screen with the next frame; one before it that was never shown is not needed.
fn waits_for_a_frame(model: &mut Model, pane: Pane, list: ListOpened, out: &mut Vec<Effect>) {
    if let Some(older) = model.wire.opened[pane.index()].replace(list) {
        model.send(out, Asked::Nothing, Request::CloseList(older.list));
    }
}

/// A list that was asked for comes onto the screen.
pub(crate) fn opened(model: &mut Model, pane: Pane, list: ListOpened, out: &mut Vec<Effect>) {
    fn take<R: Row>(pane: &mut ListPane<R>, list: ListOpened, height: u16) -> Option<u32> {
        let old = pane.list.filter(|l| *l != list.list);
        pane.list = Some(list.list);
        pane.arrived = None;
        pane.waiting = false;
        pane.lens_error = list.lens_error;
        pane.hidden = list.hidden;
        pane.snoozed = list.snoozed;
        if let Some((total, from, rows)) = rows_of::<R>(list.window) {
            // Its order was asked for just now, so the marker may move: on its row, or on the first.
            let stays = pane.selected.is_some_and(|id| rows.iter().any(|r| r.id() == id));
            if !stays && !pane.rows.is_empty() {
                pane.selected = None;
                pane.ghost = None;
                pane.cursor = 0;
                pane.top = 0;
            }
            windows::take(pane, Held { from, total, rows }, height, |_| String::new());
        }
        old
    }
    let height = model.height(pane);
    let old = match pane {
        Pane::Alerts => take(&mut model.alerts, list, height),
        Pane::Caseload => take(&mut model.clients, list, height),
        Pane::Team => take(&mut model.staff, list, height),
        Pane::Calendar => take(&mut model.calendar.agenda, list, height),
    };
    if let Some(old) = old {
        model.send(out, Asked::Nothing, Request::CloseList(old));
    }
    if pane == Pane::Alerts {
        let (rows, whole) = (model.alerts.rows.clone(), model.alerts.from == 0);
        watch(model, &rows, whole, out);
        settle_wanted(model);
    }
    model.fill(out, pane);
}

fn rows(model: &mut Model, pane: Pane, window: Window, scroll: bool, out: &mut Vec<Effect>) {
    fn take<R: Row>(
        pane: &mut ListPane<R>,
        window: Window,
        height: u16,
        scroll: bool,
        words: impl Fn(RowId) -> String,
    ) {
        let Some((total, from, rows)) = rows_of::<R>(window) else { return };
        let new = Held { from, total, rows };
        if windows::same_places(pane, &new) {
            windows::take(pane, new, height, words);
        } else if scroll || pane.rows.is_empty() {
            pane.held = None;
            pane.news = News::default();
            pane.arrived = Some(new);
        } else {
            windows::hold(pane, new);
        }
    }
    let list = match pane {
        Pane::Alerts => model.alerts.list,
        Pane::Caseload => model.clients.list,
        Pane::Team => model.staff.list,
        Pane::Calendar => model.calendar.agenda.list,
    };
    if list != Some(window.list) {
        return;
    }
    if let (Pane::Alerts, Rows::Alerts(rows)) = (pane, &window.rows) {
        let (rows, whole) = (rows.clone(), window.from == 0);
        watch(model, &rows, whole, out);
    }
    let height = model.height(pane);
    let words = gone_words(model);
    match pane {
        Pane::Alerts => take(&mut model.alerts, window, height, scroll, words),
        Pane::Caseload => take(&mut model.clients, window, height, scroll, words),
        Pane::Team => take(&mut model.staff, window, height, scroll, words),
        Pane::Calendar => take(&mut model.calendar.agenda, window, height, scroll, words),
    }
}

/// Why a row is not in its list any more: my own last act, or somebody else.
pub(crate) fn gone_words(model: &Model) -> impl Fn(RowId) -> String + use<> {
    let done = model.wire.done.clone();
    move |id| match &done {
        Some((key, words)) if RowId::Alert(*key) == id => words.clone(),
        _ => "not in this list any more".to_owned(),
    }
}

/// Rows may change places: a second has passed since the last key, and no card is open.
pub(crate) fn may_move(model: &Model) -> bool {
    !model.holds_rows() && model.wire.last_key.is_none_or(|at| !(0..1_000).contains(&model.now.since(at)))
}

/// Stands on the alert that ctrl-g went for, once its row is here.
pub(crate) fn settle_wanted(model: &mut Model) {
    let Some(key) = model.wire.wanted else { return };
    if let Some(index) = model.alerts.rows.iter().position(|r| r.key == key) {
        model.wire.wanted = None;
        model.alerts.ghost = None;
        let (place, height) = (model.alerts.from + index as u32, model.height(Pane::Alerts));
        windows::move_to(&mut model.alerts, place, height);
    }
}

/// Looks for a new or breaching P1 that is mine or nobody's. The first rows announce nothing.
fn watch(model: &mut Model, rows: &[AlertRow], whole: bool, out: &mut Vec<Effect>) {
    let watched = rows.iter().filter(|r| r.tier == 1 || r.summons);
    let now: BTreeSet<(AlertKey, bool)> = watched.map(|r| (r.key, r.breached || r.summons)).collect();
    // Of the first rows only what calls for whoever is asking.
    let first = model.wire.seen.is_none();
    let seen = model.wire.seen.clone().unwrap_or_default();
    let new = rows.iter().find(|r| {
        let mine = r.tier == 1 && !first && !matches!(r.owner, Owner::Other(_));
        (mine || r.summons)
            && r.snoozed.is_none()
            && r.finished.is_none()
            && !seen.contains(&(r.key, r.breached || r.summons))
    });
    if let Some(row) = new {
        let text = format!("{}: {}", row.name, row.cause);
        model.banner = Some(Banner { key: row.key, text, breached: row.breached, summons: row.summons });
        out.push(Effect::Bell);
    }
    // With the head of the list in hand, what is not in it is over, and would be new if it came again.
    model.wire.seen = Some(if whole { now } else { seen.union(&now).copied().collect() });
    if let Some(banner) = &model.banner {
        let row = rows.iter().find(|r| r.key == banner.key);
        let over = match row {
            // What was handed up is announced until somebody takes it.
            Some(r) if banner.summons => !r.summons,
            Some(r) => r.owner != Owner::Nobody && !banner.breached,
            None => whole,
        };
        if over {
            model.banner = None;
        }
    }
}

fn header(model: &mut Model, header: Header, out: &mut Vec<Effect>) {
    let worse = model.header.as_ref().is_some_and(|h| header.tiers[0] > h.tiers[0]);
    model.zone = header.zone;
    model.drafts = header.drafts.max(model.wire.parked.len().min(usize::from(u16::MAX)) as u16);
    let was = model.unsaved().map(str::to_owned);
    model.header = Some(header);
    match (was, model.unsaved().map(str::to_owned)) {
        (None, Some(why)) => model.toast(Tone::Bad, format!("nothing is saved: {why}")),
        (Some(_), None) => model.toast(Tone::Good, "all is saved again"),
        _ => {}
    }
    // The head of the list is not on the screen: a new P1 is looked for there.
    if worse
        && model.alerts.from > 0
        && let Some(list) = model.alerts.list
    {
        model.ask_fresh(out, Asked::Worst, Request::Rows { list, from: 0, count: 40 });
    }
}

fn answered(model: &mut Model, asked: &Asked, answer: Answered, out: &mut Vec<Effect>) {
    match (asked, answer) {
        (Asked::Header, Answered::Header(h)) => header(model, h, out),
        (Asked::Rights, Answered::Rights(rights)) => model.rights = Some(rights),
        (Asked::Board, Answered::Board(board)) => model.calendar.held = Some(board),
        (Asked::Span(ask), Answered::Span(span)) => calendar::span_arrived(model, ask, span),
        (Asked::Why(key), Answered::Why(found)) => why::arrived(model, *key, found.as_ref()),
        (Asked::Card(person), Answered::Card(found)) => card::arrived(model, *person, found),
        (Asked::Codes(client), Answered::Codes(list)) => card::codes(model, *client, list),
        (Asked::Page(person), Answered::Page(found)) => {
            model.wire.pages.insert(*person, found);
        }
        (Asked::CallOut(staff, day), Answered::CallOut(view)) => {
            call_out::arrived(model, out, *staff, *day, view.as_ref());
        }
        (Asked::DayPlan(ask), Answered::DayPlan(plan)) => day_plan::arrived(model, out, *ask, &plan),
        (Asked::GoOn(token), Answered::GoneOn(stands)) => improving::gone_on(model, out, *token, stands),
        (Asked::Candidates(visit), Answered::Candidates(rows)) => {
            call_out::carers(model, *visit, &rows);
            lifted::carers(model, out, *visit, &rows);
        }
        (Asked::Storm, Answered::Storm(view)) => storm::arrived(model, out, &view),
        (Asked::StormClient(client), Answered::StormClient(found)) => storm::known(model, *client, found),
        (Asked::Roster, Answered::Roster(page)) => storm::roster_arrived(model, out, &page),
        (Asked::Tried(visit), Answered::Tried(tried)) => lifted::arrived(model, out, *visit, *tried),
        (Asked::LiftedName(visit, text), Answered::Found(hits)) => lifted::found(model, *visit, text, hits),
        (Asked::Reviews, Answered::Reviews(found)) => review::places(model, out, &found),
        (Asked::ReviewCard(client), Answered::ReviewCard(found)) => review::arrived(model, *client, found.as_ref()),
        (Asked::Find(text), Answered::Found(hits)) => find::arrived(model, text, &hits),
        (Asked::Pick(draft, text), Answered::Found(hits)) => form::picked(model, *draft, text, hits),
        (
            Asked::Numbers(draft)
            | Asked::Outcomes(draft)
            | Asked::Untold(draft)
            | Asked::Coverable(draft)
            | Asked::Ahead(draft)
            | Asked::Who(draft)
            | Asked::Colleagues(draft)
            | Asked::OnDuty(draft)
            | Asked::Call(draft)
            | Asked::Record(draft)
            | Asked::Series(draft)
            | Asked::EvvReasons(draft)
            | Asked::Meanwhile(draft),
            answer,
        ) => {
            form::answered(model, out, *draft, answer);
        }
        (Asked::Asks(draft), Answered::Asks(asks)) => new_issue::asked(model, out, *draft, asks),
        (Asked::WouldBe(draft), Answered::WouldBe(found)) => new_issue::judged(model, *draft, found),
        (Asked::UndoNext(redo), Answered::UndoNext(act)) => undo::arrived(model, *redo, act),
        (Asked::History, Answered::History(lines)) => history::arrived(model, lines),
        (Asked::Initials, Answered::Initials(page)) => privacy::arrived(model, out, page),
        (Asked::Acts, Answered::Acts(acts)) => history::acts_arrived(model, acts),
        (Asked::Sheet(person), Answered::Sheet(found)) => sheet::arrived(model, out, *person, &found),
        (Asked::Looked(person), Answered::Audit(page)) => looked::arrived(model, out, *person, page),
        (Asked::Teams, Answered::Colleagues(people)) => calendar::only::teams_arrived(model, people),
        (Asked::Evv, Answered::EvvExceptions(queue)) => evv::arrived(model, queue),
        _ => {}
    }
}

/// A command was answered.
fn acted(model: &mut Model, asked: &Asked, reply: Reply, out: &mut Vec<Effect>) {
    let refused = match reply {
        Reply::Done(done) => return finished(model, asked, &done, out),
        Reply::Problems(problems) => problems,
        Reply::Denied(why) => vec![whole(format!("not allowed: {why}"))],
        Reply::Failed(why) => vec![whole(why)],
        Reply::Conflict(conflict) => {
            if let Asked::Form(draft, _) = asked
                && form::clashed(model, *draft, &conflict)
            {
                return model.refresh(out);
            }
            let fields: Vec<&str> = conflict.fields.iter().map(|c| c.field.as_str()).collect();
            let time = crate::domain::time::clock(model.zone.civil(conflict.at).1);
            vec![whole(format!("{} changed {} at {time}: look again, then repeat it", conflict.by, fields.join(", ")))]
        }
        _ => vec![whole("the answer was not understood".to_owned())],
    };
    if let Asked::Form(draft, None) = asked {
        model.wire.many.remove(draft);
    }
    match asked {
        Asked::Form(draft, _) => form::refused(model, *draft, &refused),
        Asked::Act(Some(key)) if take::asks(model, *key, &refused) => {}
        Asked::Dropped(visit) => lifted::refused(model, *visit, &refused),
        Asked::AcceptPlan(visits) => day_plan::refused(model, visits, &refused),
        _ => {
            for problem in refused.iter().take(2) {
                model.toast(Tone::Bad, format!("not done: {}", problem.text));
            }
        }
    }
    model.refresh(out);
}

fn whole(text: String) -> Problem {
    Problem { rule: String::new(), field: String::new(), text }
}

fn finished(model: &mut Model, asked: &Asked, done: &Done, out: &mut Vec<Effect>) {
    // What undo did is brought back by redo.
    let back = *asked == Asked::Undo { redo: false };
    let (id, does) = if back { ("redo", "brings it back") } else { ("undo", "undoes") };
    let keys = model.keymap.keys_of(&[super::keymap::Context::Any], id);
    let tail = match keys.first() {
        Some(key) if done.undoable => format!(" · {key} {does}"),
        _ => String::new(),
    };
    let nothing = done.seq == 0 && !done.refused.is_empty();
    model.toast(if nothing { Tone::Bad } else { Tone::Good }, format!("{}{tail}", done.summary));
    model.undoable =
        (done.undoable && !matches!(asked, Asked::Undo { .. } | Asked::Act(None))).then(|| done.summary.clone());
    let key = match asked {
        Asked::Form(_, key) | Asked::Act(key) => *key,
        _ => None,
    };
    if let Some(key) = key {
        model.wire.done = Some((key, format!("done{tail}")));
    }
    if let Asked::Dropped(visit) = asked {
        lifted::done(model, *visit);
    }
    if let Asked::AcceptPlan(visits) = asked {
        day_plan::accepted(model, visits);
    }
    if let Asked::Reviewed(client) = asked {
        review::marked(model, out, *client);
    }
    if let Asked::Form(draft, _) = asked {
        let told = cannot::told(model, *draft);
        form::done(model, out, *draft);
        if let Some((staff, day, name)) = told {
            call_out::open(model, out, staff, day, name);
        }
    }
    let many = match asked {
        Asked::Many(keys) => Some(keys.clone()),
        Asked::Form(draft, None) => model.wire.many.remove(draft),
        _ => None,
    };
    if let Some(keys) = many {
        marks::settle(model, &keys, &done.refused);
    }
    model.refresh(out);
}
