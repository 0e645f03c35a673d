//! `w`: why an alert stands where it stands, and what would lower it.

use crate::app::effect::Effect;
use crate::app::layers::{Layer, WhyLayer};
use crate::app::model::{Model, Tone};
use crate::app::subject;
use crate::app::wire::Asked;
use crate::domain::attention::AlertKey;
use crate::service::api::Why;

/// Opens it for what is under the marker.
pub(crate) fn start(model: &mut Model, out: &mut Vec<Effect>) {
    if matches!(model.top(), Some(Layer::Why(_))) {
        model.toast(Tone::Plain, "this is why; esc goes back");
        return;
    }
    match subject::alert(model) {
        Ok((key, about)) => {
            model.layers.push(Layer::Why(WhyLayer { key, name: about.name, why: None, gone: false, top: 0 }));
            model.refresh_one(out, &Asked::Why(key));
        }
        Err(why) => model.toast(Tone::Bad, why),
    }
}

/// The answer has come.
pub(crate) fn arrived(model: &mut Model, key: AlertKey, why: Option<&Why>) {
    for layer in &mut model.layers {
        if let Layer::Why(w) = layer
            && w.key == key
        {
            w.gone = why.is_none();
            if why.is_some() {
                w.why = why.cloned();
            }
        }
    }
}
