//! Who looked at somebody's chart: when, as what, from where, and what they did. Newest first, a page at a time as the
//! marker comes to the end.

use crate::app::effect::Effect;
use crate::app::layers::{Layer, Looked};
use crate::app::model::{Connection, Model, Tone};
use crate::app::subject;
use crate::app::wire::Asked;
use crate::service::api::{AuditAsk, AuditPage, Person, Query, Request};

/// Lines asked for at a time.
const PAGE: u16 = 100;
/// A page that holds less than this is followed by another at once, a few times: hers may be rare among all the rest.
const FEW: usize = 20;
const FOLLOWED: u8 = 5;
/// More are not held here: whoever needs all of them has `caseload audit who`.
pub const MOST: usize = 2_000;

/// Whose chart is meant.
fn person(model: &Model) -> Result<(Person, String), String> {
    let page = model.top().and_then(Layer::page);
    if let Some(page) = page {
        let name = page.page.as_ref().map_or_else(|| page.name.clone(), |p| p.title.clone());
        return Ok((page.person, name));
    }
    let about = subject::subject(model)?;
    about.person.map(|person| (person, about.name)).ok_or_else(|| "this row is about no one".to_owned())
}

/// Whether there is a chart to ask about.
pub(crate) fn can(model: &Model) -> Result<(), String> {
    if matches!(model.connection, Connection::Offline { .. }) {
        return Err("offline: the log is with the server".to_owned());
    }
    person(model).map(|_| ())
}

/// Opens it.
pub(crate) fn start(model: &mut Model, out: &mut Vec<Effect>) {
    match person(model) {
        Ok((person, name)) => {
            model.layers.push(Layer::Looked(Looked::blank(person, name)));
            ask(model, out);
        }
        Err(why) => model.toast(Tone::Bad, why),
    }
}

fn top(model: &mut Model) -> Option<&mut Looked> {
    model.layers.iter_mut().rev().find_map(|l| if let Layer::Looked(looked) = l { Some(looked) } else { None })
}

fn ask(model: &mut Model, out: &mut Vec<Effect>) {
    let Some(looked) = top(model) else { return };
    let (person, after) = (looked.person, (0, looked.next));
    let ask = AuditAsk { person: Some(person), newest: true, after, limit: PAGE, ..AuditAsk::default() };
    if !model.wire.waits_for(&Asked::Looked(person)) {
        model.send(out, Asked::Looked(person), Request::Query(Query::Audit(ask)));
    }
}

/// The marker is at the end: what came before.
pub(crate) fn further(model: &mut Model, out: &mut Vec<Effect>) {
    let Some(Layer::Looked(looked)) = model.layers.last_mut() else { return };
    if looked.more && looked.cursor + 1 >= looked.lines.len() && looked.lines.len() < MOST {
        looked.followed = 0;
        ask(model, out);
    }
}

/// A part of it has come.
pub(crate) fn arrived(model: &mut Model, out: &mut Vec<Effect>, person: Person, page: AuditPage) {
    let Some(looked) = top(model).filter(|l| l.person == person) else { return };
    let few = page.lines.len() < FEW;
    looked.come = true;
    (looked.next, looked.more) = (page.next.1, page.more);
    looked.lines.extend(page.lines);
    looked.lines.truncate(MOST);
    if few && looked.more && looked.followed < FOLLOWED {
        looked.followed += 1;
        ask(model, out);
    }
}

/// It may not be seen, or could not be read.
pub(crate) fn denied(model: &mut Model, person: Person, why: String) {
    if let Some(looked) = top(model).filter(|l| l.person == person) {
        (looked.come, looked.denied) = (true, Some(why));
    }
}
