//! Questions: Enter is yes, Esc is no.

use crate::app::allow;
use crate::app::effect::Effect;
use crate::app::layers::{Confirm, Layer, Question};
use crate::app::model::{Model, Tone};
use crate::app::pane::RowId;
use crate::app::wake;
use crate::app::wire::Asked;
use crate::service::api::{Command, ManyAct, Request};

/// `Q`: asks whether to leave.
pub(crate) fn leave(model: &mut Model, _: &mut Vec<Effect>) {
    let lines = vec!["What is typed is kept as drafts.".to_owned()];
    let question = Question::Leave;
    let title = "Leave caseload?".to_owned();
    model.layers.push(Layer::Confirm(Confirm { question, title, who: String::new(), lines, yes: "leave" }));
}

/// Shows what whoever runs the agency is to know; then it is read.
pub(crate) fn notes(model: &mut Model) {
    let notes = model.header.as_ref().map(|h| h.notes.clone()).unwrap_or_default();
    model.wire.read.clone_from(&notes);
    let title = "For whoever runs this agency".to_owned();
    let card = Confirm { question: Question::Notes, title, who: String::new(), lines: notes, yes: "it is read" };
    model.layers.push(Layer::Confirm(card));
}

/// Asks whether the top form's text is to be thrown away.
pub(crate) fn discard(model: &mut Model) {
    let Some(Layer::Form(form)) = model.layers.last() else { return };
    let lines = vec!["Its text is thrown away for good.".to_owned()];
    let question = Question::Discard(form.draft);
    let (title, who) = (format!("Discard · {}", form.title), form.who.clone());
    model.layers.push(Layer::Confirm(Confirm { question, title, who, lines, yes: "discard" }));
}

/// Enter: does what was asked about.
pub(crate) fn commit(model: &mut Model, out: &mut Vec<Effect>) {
    let Some(Layer::Confirm(card)) = model.layers.pop() else { return };
    match card.question {
        Question::Leave => {
            wake::keep_texts(model, out, true);
            model.quitting = true;
            out.push(Effect::Quit);
        }
        Question::Discard(id) => {
            let kept = super::form::find_form(model, id).is_some_and(|f| f.kept);
            model.layers.retain(|l| !matches!(l, Layer::Form(f) if f.draft == id));
            model.wire.parked.remove(&id);
            super::form::forget_left(model, id);
            if kept {
                model.drafts = model.drafts.saturating_sub(1);
                model.send(out, Asked::DropDraft, Request::DropDraft(id));
            }
            model.toast(Tone::Plain, "discarded");
        }
        Question::TakeFromOther(key) => match allow::change(model) {
            Ok(()) => model.act(out, Some(key), Command::Take { key, from_other: true }),
            Err(why) => model.toast(Tone::Bad, why),
        },
        Question::Settle(id) => answer(model, out, Command::SettleCallOut(id)),
        Question::EndStorm(id) => answer(model, out, Command::EndStorm(id)),
        Question::EndPlan(kind, id) => answer(model, out, Command::EndPlan { kind, id }),
        Question::DraftOrder(id) => answer(model, out, Command::DraftOrderChange(id)),
        Question::TakeBackCallOut(id) => answer(model, out, Command::TakeBackCallOut(id)),
        Question::AcceptPlan(visits) => super::day_plan::accept(model, out, &visits),
        Question::Left | Question::Notes => {}
        Question::TakeMarks(ids) => take_marks(model, out, &ids),
    }
}

/// Sends what was asked about a call-out, if it still can be.
fn answer(model: &mut Model, out: &mut Vec<Effect>, command: Command) {
    let key = match model.top() {
        Some(Layer::CallOut(page)) => page.key(),
        _ => None,
    };
    match allow::change(model) {
        Ok(()) => model.act(out, key, command),
        Err(why) => model.toast(Tone::Bad, why),
    }
}

fn take_marks(model: &mut Model, out: &mut Vec<Effect>, ids: &[RowId]) {
    if let Err(why) = allow::change(model) {
        model.toast(Tone::Bad, why);
        return;
    }
    let keys = ids.iter().filter_map(|id| if let RowId::Alert(key) = *id { Some(key) } else { None }).collect();
    model.act_on_many(out, keys, ManyAct::Take { from_other: false });
}
