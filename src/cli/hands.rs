//! The screen's own model without a screen: what it asks goes to the desk, and what is answered comes back to it, until
//! nothing is under way.

use super::desk::Desk;
use super::{Stop, outward};
use crate::app::keymap::Keymap;
use crate::app::model::{Capabilities, Start};
use crate::app::spoken::{Answers, settle};
use crate::app::{Effect, Model, start};
use crate::clock::{Clock, SystemClock};
use crate::domain::time::Moment;
use crate::service::api::{Reply, Request};
use crate::service::ids::{Ids, RandomIds};
use std::sync::Arc;

/// Wide and high enough that nothing is left out for want of room.
const SIZE: (u16, u16) = (160, 60);

/// Hands that press no key.
pub struct Hands<'a> {
    desk: &'a mut Desk,
    replies: Vec<Reply>,
    /// Why nobody answers any more.
    stop: Option<Stop>,
}

/// A model that has asked for what a screen asks for first.
pub fn open(desk: &mut Desk) -> Result<(Model, Hands<'_>), Stop> {
    let mut seed = [0; 16];
    seed.copy_from_slice(&RandomIds.make(Moment(0)));
    let mut model = Model::new(Start {
        size: SIZE,
        now: Moment(SystemClock.now_ms()),
        zone: desk.zone(),
        capabilities: Capabilities { suspend: false, clipboard: false, ..Capabilities::default() },
        seed,
        read_only: false,
        keymap: Arc::new(Keymap::standard()),
    });
    model.forced = outward::forced();
    model.linear = true;
    let mut hands = Hands { desk, replies: Vec::new(), stop: None };
    let effects = start(&mut model, None);
    match hands.answer(&mut model, effects) {
        Ok(()) => Ok((model, hands)),
        Err(_) => Err(hands.stopped()),
    }
}

impl Hands<'_> {
    /// Asks past the model.
    pub fn ask(&mut self, request: Request) -> Result<Reply, Stop> {
        self.desk.ask(request)
    }

    /// Why nobody answers any more.
    pub fn stopped(self) -> Stop {
        self.stop.unwrap_or_else(|| Stop::new(super::CLOSED, "the server went away"))
    }
}

impl Answers for Hands<'_> {
    fn answer(&mut self, model: &mut Model, effects: Vec<Effect>) -> Result<(), String> {
        let (replies, ended) = settle(model, effects, |request| self.desk.ask(request));
        self.replies.extend(replies);
        ended.map_err(|stop| {
            self.stop = Some(stop);
            "the server went away".to_owned()
        })
    }

    fn commands(&mut self) -> Vec<Reply> {
        std::mem::take(&mut self.replies)
    }
}
