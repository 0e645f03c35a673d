//! `R`: my drafts; Enter is back in the same field. Where there is just one, `R` alone is.

use super::{edit, form};
use crate::app::effect::Effect;
use crate::app::form_draft;
use crate::app::layering;
use crate::app::layers::{DraftList, Layer};
use crate::app::model::{Connection, Model, Tone};
use crate::app::wire::Asked;
use crate::service::api::{Draft, Request};

/// Opens the list. Texts whose keeping is not confirmed are in it at once.
pub(crate) fn start(model: &mut Model, out: &mut Vec<Effect>) {
    if matches!(model.top(), Some(Layer::Drafts(_))) {
        return;
    }
    let offline = matches!(model.connection, Connection::Offline { .. });
    let straight = model.drafts == 1;
    // The one that was left here last is at hand, so that what is typed next falls into its field.
    if straight && let Some(draft) = model.wire.left.clone() {
        return back_to(model, out, &draft);
    }
    let here: Vec<Draft> = model.wire.parked.values().rev().cloned().collect();
    let drafts = (offline || !here.is_empty()).then_some(here);
    model.layers.push(Layer::Drafts(DraftList { drafts, cursor: 0, straight }));
    if !offline {
        model.ask_fresh(out, Asked::Drafts, Request::Drafts);
    }
}

/// The service's drafts: what is newer here stands before them.
pub(crate) fn arrived(model: &mut Model, kept: Vec<Draft>, out: &mut Vec<Effect>) {
    let mut all: Vec<Draft> = model.wire.parked.values().rev().cloned().collect();
    all.extend(kept.into_iter().filter(|d| !model.wire.parked.contains_key(&d.id)));
    model.drafts = all.len().min(usize::from(u16::MAX)) as u16;
    for layer in &mut model.layers {
        if let Layer::Drafts(list) = layer {
            let on = list.drafts.as_ref().and_then(|d| d.get(list.cursor)).map(|d| d.id);
            list.cursor = on.and_then(|id| all.iter().position(|d| d.id == id)).unwrap_or(0);
            list.drafts = Some(all.clone());
        }
    }
    if all.len() == 1 && matches!(model.layers.last(), Some(Layer::Drafts(list)) if list.straight) {
        reopen(model, out);
    }
}

/// Enter: the form again, as it was left.
pub(crate) fn reopen(model: &mut Model, out: &mut Vec<Effect>) {
    let Some(Layer::Drafts(list)) = model.layers.last() else { return };
    let Some(draft) = list.drafts.as_ref().and_then(|d| d.get(list.cursor)).cloned() else {
        return model.toast(Tone::Plain, "no draft here");
    };
    back_to(model, out, &draft);
}

/// The form of a draft, as it was left.
fn back_to(model: &mut Model, out: &mut Vec<Effect>, draft: &Draft) {
    let open = model.layers.iter().any(|l| matches!(l, Layer::Form(f) if f.draft == draft.id));
    if open {
        // It lies under what is on top: back to it.
        while !matches!(model.layers.last(), None | Some(Layer::Form(_))) {
            layering::back(model, out);
        }
        return;
    }
    let who = draft.fields.iter().find(|(n, _)| n == "who").map(|(_, t)| t.clone()).unwrap_or_default();
    let blank = match draft.form.as_str() {
        "edit" => edit::again(model, draft),
        word => form::blank(model, word, draft.person, draft.about, who),
    };
    let Some(mut form) = blank else {
        return model.toast(Tone::Bad, format!("a newer caseload made this draft (“{}”): it stays kept", draft.form));
    };
    if matches!(model.layers.last(), Some(Layer::Drafts(_))) {
        model.layers.pop();
    }
    form.draft = draft.id;
    form.kept = true;
    form.touched = true;
    if let Some((_, title)) = draft.fields.iter().find(|(n, _)| n == "title") {
        form.title.clone_from(title);
    }
    if draft.form != "edit" {
        form_draft::fill(&mut form, &draft.fields);
    }
    form.focus = usize::from(draft.focus).min(form.fields.len().saturating_sub(1));
    form.resume = draft.fields.iter().find(|(n, _)| n == "focus").map(|(_, name)| name.clone());
    form::show(model, out, form);
}
