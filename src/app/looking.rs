//! Whose chart or which alert this screen has open, told to the service when that changes; and who else is there.

use super::effect::Effect;
use super::form::{Form, FormKind};
use super::layers::Layer;
use super::model::{Connection, Model};
use super::wire::Asked;
use crate::domain::time::Moment;
use crate::service::api::{Hand, Person, Present, Request, Where};

/// The service is told at most so often.
const EVERY: i64 = 1_000;

/// Whether a layer is about somebody, so that others can be there too.
pub fn is_somewhere(layer: &Layer) -> bool {
    match layer {
        Layer::Form(form) => of_form(form).is_some(),
        Layer::Why(_) | Layer::CallOut(_) => true,
        Layer::Storm(page) => page.dial.is_some(),
        layer => layer.page().is_some(),
    }
}

/// Where this screen is: the topmost thing on it that is about somebody. Finding and asking go on over it.
pub fn place(model: &Model) -> Option<Where> {
    let of_layer = |layer: &Layer| match layer {
        Layer::Form(form) => of_form(form),
        // Whoever has somebody's number open is seen by all who work on the same call-out.
        Layer::CallOut(page) => {
            let (staff, hand) = page.dial.map_or((page.staff, Hand::Reads), |dial| (Some(dial.staff), Hand::Calls));
            let (person, about) = (staff.map(Person::Staff), page.key());
            (person.is_some() || about.is_some()).then_some(Where { person, about, hand })
        }
        // Whoever has a client's numbers open is seen by all who call down.
        Layer::Storm(page) => {
            page.dial.map(|id| Where { person: Some(Person::Client(id)), about: None, hand: Hand::Calls })
        }
        Layer::Why(why) => {
            let person = super::subject::alert_row(model, why.key).and_then(|row| row.person);
            Some(Where { person, about: Some(why.key), hand: Hand::Reads })
        }
        layer => layer.page().map(|p| Where { person: Some(p.person), about: None, hand: Hand::Reads }),
    };
    let on_top = model.layers.iter().rev().find_map(of_layer);
    // Only a card that was asked for: one that is always open follows the marker and is no chart that somebody opened.
    let card = model.card.person.filter(|_| model.card.on);
    on_top.or_else(|| card.map(|person| Where { person: Some(person), about: None, hand: Hand::Reads }))
}

fn of_form(form: &Form) -> Option<Where> {
    let hand = match form.kind {
        FormKind::Call { .. } | FormKind::Tell { .. } => Hand::Calls,
        _ => Hand::Writes,
    };
    let somewhere = form.person.is_some() || form.about.is_some();
    somewhere.then_some(Where { person: form.person, about: form.about, hand })
}

/// The service knows of another place than this, and can be told.
fn is_due(model: &Model, here: Option<Where>) -> bool {
    let told = model.wire.looked.and_then(|(told, _)| told);
    model.connection == Connection::Live && !model.wire.waits_for(&Asked::Looking) && here != told
}

/// Tells the service where this screen is now, if that changed and it was not told just now.
pub(crate) fn tell(model: &mut Model, out: &mut Vec<Effect>) {
    let here = place(model);
    if model.present.as_ref().is_some_and(|p| p.place != here) {
        // Who was there is not who is here.
        model.present = None;
    }
    if !is_due(model, here) {
        return;
    }
    if model.wire.looked.is_some_and(|(_, at)| (0..EVERY).contains(&model.now.since(at))) {
        return;
    }
    model.wire.looked = Some((here, model.now));
    model.send(out, Asked::Looking, Request::Looking(here));
}

/// When it will be told.
pub(crate) fn tells_at(model: &Model) -> Option<Moment> {
    model.wire.looked.filter(|_| is_due(model, place(model))).map(|(_, at)| at.plus(EVERY))
}

/// Who else is there has come; of another place it says nothing.
pub(crate) fn heard(model: &mut Model, present: Present) {
    if present.place.is_some() && present.place == place(model) {
        model.present = Some(present);
    }
}

/// Who else is here, for a title: `also here: you, on pts/3 · J. Alvarez (calling)`. The shorter forms leave out what
/// they do, then all but the first, and the last says only how many.
pub fn words(model: &Model) -> Vec<String> {
    let Some(present) = model.present.as_ref().filter(|p| !p.others.is_empty()) else { return Vec::new() };
    let name = |also: &crate::service::api::Also, hand: bool| {
        let who = also.you_on.as_ref().map_or_else(|| also.name.clone(), |on| format!("you, on {on}"));
        match also.hand {
            Hand::Calls if hand => format!("{who} (calling)"),
            Hand::Writes if hand => format!("{who} (writing)"),
            _ => who,
        }
    };
    let all = |hand: bool| {
        let mut words: Vec<String> = present.others.iter().map(|o| name(o, hand)).collect();
        if present.more > 0 {
            words.push(format!("{} more", present.more));
        }
        words.join(" · ")
    };
    let rest = present.others.len() - 1 + usize::from(present.more);
    let first = present.others.first().map(|o| name(o, false)).unwrap_or_default();
    let more = if rest > 0 { format!(" +{rest}") } else { String::new() };
    vec![
        format!("also here: {}", all(true)),
        format!("also here: {}", all(false)),
        format!("also here: {first}{more}"),
        format!("+ {first}{more}"),
        format!("+{} here", rest + 1),
    ]
}
