//! `u` and ctrl-r: what would be taken back or brought back; Enter does it.

use crate::app::allow;
use crate::app::effect::Effect;
use crate::app::layers::{Layer, UndoCard};
use crate::app::model::{Model, Tone};
use crate::app::wire::Asked;
use crate::service::api::{Act, Command, Query};

/// Opens the card.
pub(crate) fn start(model: &mut Model, out: &mut Vec<Effect>, redo: bool) {
    model.layers.push(Layer::Undo(UndoCard { redo, act: None, answered: false, sent: false }));
    model.query(out, Asked::UndoNext(redo), Query::UndoNext { redo });
}

/// What it would be.
pub(crate) fn arrived(model: &mut Model, redo: bool, act: Option<Act>) {
    if let Some(Layer::Undo(card)) = model.layers.last_mut()
        && card.redo == redo
        && !card.answered
    {
        card.act = act;
        card.answered = true;
    }
}

/// Enter.
pub(crate) fn commit(model: &mut Model, out: &mut Vec<Effect>) {
    let allowed = allow::change(model);
    let Some(Layer::Undo(card)) = model.layers.last_mut() else { return };
    if card.sent || !card.answered {
        return;
    }
    if let Err(why) = allowed {
        return model.toast(Tone::Bad, why);
    }
    match &card.act {
        None => {
            model.layers.pop();
        }
        Some(act) => {
            if let Some(why) = act.refused.clone() {
                return model.toast(Tone::Bad, why);
            }
            let (seq, redo) = (act.seq, card.redo);
            model.layers.pop();
            model.send_command(out, Asked::Undo { redo }, Command::Undo { seq });
        }
    }
}
