//! `i`: the info card; a second time the door and alarm codes for 30 s. It follows the selection after 300 ms.

use crate::app::effect::Effect;
use crate::app::model::{Codes, Connection, Model, Tone};
use crate::app::subject;
use crate::app::wire::Asked;
use crate::domain::ids::ClientId;
use crate::domain::time::Moment;
use crate::service::api::{Card, Person, Query};

/// Codes are shown this long.
const SHOWN: i64 = 30_000;
/// The selection has rested this long when the card follows it.
const REST: i64 = 300;

/// On; then the codes; then off.
pub(crate) fn toggle(model: &mut Model, out: &mut Vec<Effect>) {
    if !model.card_shown() {
        match subject::subject(model).map(|s| s.person) {
            Ok(Some(person)) => {
                model.card.on = true;
                show(model, out, person);
            }
            Ok(None) => model.toast(Tone::Plain, "this row is about no one"),
            Err(why) => model.toast(Tone::Plain, why),
        }
        return;
    }
    let codes = model.card.codes.is_some();
    match model.card.person {
        Some(Person::Client(id)) if !codes && model.card.rest.is_none() => {
            if matches!(model.connection, Connection::Offline { .. }) {
                model.toast(Tone::Bad, "offline: codes cannot be shown, because each showing is logged");
                off(model);
            } else if !model.wire.waits_for(&Asked::Codes(id)) {
                model.query(out, Asked::Codes(id), Query::Codes(id));
            }
        }
        _ => off(model),
    }
}

fn off(model: &mut Model) {
    if model.keymap.card_open {
        model.card.codes = None;
        model.card.on = false;
        return;
    }
    model.card = crate::app::model::InfoCard::default();
}

fn show(model: &mut Model, out: &mut Vec<Effect>, person: Person) {
    model.card.rest = None;
    if model.card.person != Some(person) {
        model.card.card = None;
        model.card.codes = None;
        model.card.person = Some(person);
    }
    model.refresh_one(out, &Asked::Card(person));
}

/// A card has come.
pub(crate) fn arrived(model: &mut Model, person: Person, card: Option<Card>) {
    if model.card.person == Some(person) {
        model.card.card = card;
    }
}

/// Codes have come: shown only on the card they were asked for.
pub(crate) fn codes(model: &mut Model, client: ClientId, list: Vec<(String, String)>) {
    let person = Person::Client(client);
    if !model.card_shown() || model.card.person != Some(person) {
        return;
    }
    if list.is_empty() {
        model.toast(Tone::Plain, "no codes are kept for this client");
    } else {
        model.card.codes = Some(Codes { person, list, until: model.now.plus(SHOWN) });
    }
}

/// Follows the selection once that has rested.
pub(crate) fn follow(model: &mut Model, out: &mut Vec<Effect>) {
    if !model.card_shown() {
        return;
    }
    let here = subject::subject(model).ok().and_then(|s| s.person);
    let Some(person) = here.filter(|p| model.card.person != Some(*p)) else {
        model.card.rest = None;
        return;
    };
    match model.card.rest {
        Some((resting, since)) if resting == person => {
            if model.now.since(since) >= REST {
                show(model, out, person);
            }
        }
        _ => model.card.rest = Some((person, model.now)),
    }
}

/// When it will follow.
pub(crate) fn follows_at(model: &Model) -> Option<Moment> {
    model.card.rest.map(|(_, since)| since.plus(REST))
}
