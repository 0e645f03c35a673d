//! `g v`: a review of my clients, one card each. It may be left and taken up again anywhere: what was reviewed is kept by
//! the service, and it begins at the first one not reviewed today.

use super::page;
use crate::app::allow;
use crate::app::effect::Effect;
use crate::app::layers::{Layer, PageLayer, ReviewLayer};
use crate::app::layout;
use crate::app::model::{Model, Tone};
use crate::app::walk::Walk;
use crate::app::wire::Asked;
use crate::domain::ids::ClientId;
use crate::domain::time::Moment;
use crate::service::api::{Command, Person, ReviewCard, ReviewPlace, Seq};

/// What came in so short a time ago may not have been read yet.
const READ: i64 = 1_000;

impl ReviewLayer {
    /// Whose card is shown or waited for.
    pub(crate) fn client(&self) -> Option<ClientId> {
        self.walk.here()
    }

    /// The commit up to which she has seen this card.
    fn seen(&mut self, now: Moment) -> Option<Seq> {
        if let Some((seq, at)) = self.newer
            && now.since(at) >= READ
        {
            self.seen = Some(seq);
            self.newer = None;
        }
        self.seen
    }
}

fn top(model: &mut Model) -> Option<&mut ReviewLayer> {
    match model.layers.last_mut() {
        Some(Layer::Review(review)) => Some(review),
        _ => None,
    }
}

/// Opens the review, or comes back to the one that is open.
pub(crate) fn start(model: &mut Model, out: &mut Vec<Effect>) {
    let open = model.layers.iter().rposition(|l| matches!(l, Layer::Review(_)));
    if let Some(at) = open
        && model.layers.iter().skip(at + 1).all(|l| !matches!(l, Layer::Form(_)))
    {
        model.layers.truncate(at + 1);
        return;
    }
    let page = PageLayer { from: model.focus, ..PageLayer::blank(Person::Client(ClientId::default())) };
    model.layers.push(Layer::Review(Box::new(ReviewLayer {
        walk: Walk::default(),
        page,
        come: false,
        seen: None,
        newer: None,
    })));
    model.refresh_one(out, &Asked::Reviews);
}

/// How my clients stand has come.
pub(crate) fn places(model: &mut Model, out: &mut Vec<Effect>, places: &[ReviewPlace]) {
    let mut wanted = Vec::new();
    for layer in &mut model.layers {
        if let Layer::Review(review) = layer {
            review.walk.take(places);
            review.come = true;
            wanted.extend(show(review));
        }
    }
    for client in wanted {
        model.refresh_one(out, &Asked::ReviewCard(client));
    }
}

/// Makes room for the card of whoever is next; answers whose is to be asked for.
fn show(review: &mut ReviewLayer) -> Option<ClientId> {
    let client = review.walk.here()?;
    if review.page.person == Person::Client(client) && review.page.page.is_some() {
        return None;
    }
    let page = &review.page;
    let (from, at, record) = (page.from, page.at, page.record);
    review.page = PageLayer { from, at, record, ..PageLayer::blank(Person::Client(client)) };
    review.seen = None;
    review.newer = None;
    Some(client)
}

/// A card has come.
pub(crate) fn arrived(model: &mut Model, client: ClientId, card: Option<&ReviewCard>) {
    let layout = layout::of(model);
    let now = model.now;
    for layer in &mut model.layers {
        let height = usize::from(layout.layer_lines(layer).max(1));
        let Layer::Review(review) = layer else { continue };
        if review.client() != Some(client) {
            continue;
        }
        page::take(&mut review.page, card.map(|c| &c.page), height);
        if let Some(card) = card {
            // What is new on a card that is being read counts as seen only when there was time to read it.
            if review.seen(now).is_none() {
                review.seen = Some(card.seen);
            } else if review.seen != Some(card.seen) {
                review.newer = Some((card.seen, now));
            }
        }
    }
}

/// The card before or after it.
pub(crate) fn step(model: &mut Model, out: &mut Vec<Effect>, by: i32) {
    let Some(review) = top(model) else { return };
    let moved = if by < 0 { review.walk.back() } else { review.walk.on() };
    if moved {
        ask(model, out);
    } else {
        model.toast(Tone::Plain, if by < 0 { "this is the first" } else { "this is the last" });
    }
}

fn ask(model: &mut Model, out: &mut Vec<Effect>) {
    let wanted = top(model).and_then(show);
    if let Some(client) = wanted {
        model.refresh_one(out, &Asked::ReviewCard(client));
    }
}

/// Whether the card shown can be marked.
pub(crate) fn can_mark(model: &Model) -> Result<(), String> {
    allow::change(model)?;
    match model.top() {
        Some(Layer::Review(review)) => match review.client() {
            None => Err("there is nobody to review".to_owned()),
            Some(_) if review.seen.is_none() => Err("this card has not come yet".to_owned()),
            Some(client) if model.wire.waits_for(&Asked::Reviewed(client)) => Err("being saved".to_owned()),
            Some(_) => Ok(()),
        },
        _ => Err("no review is open".to_owned()),
    }
}

/// `r`: reviewed as it was seen.
pub(crate) fn mark(model: &mut Model, out: &mut Vec<Effect>) {
    let now = model.now;
    let Some(review) = top(model) else { return };
    let (Some(client), Some(seen)) = (review.client(), review.seen(now)) else { return };
    model.send_command(out, Asked::Reviewed(client), Command::MarkReviewed { client, seen });
}

/// It is kept: on to the next.
pub(crate) fn marked(model: &mut Model, out: &mut Vec<Effect>, client: ClientId) {
    let Some(at) = model.layers.iter().rposition(|l| matches!(l, Layer::Review(_))) else { return };
    let Some(Layer::Review(review)) = model.layers.get_mut(at) else { return };
    let more = review.walk.reviewed(client);
    let wanted = if more { show(review) } else { None };
    let total = review.walk.len();
    if let Some(client) = wanted {
        model.refresh_one(out, &Asked::ReviewCard(client));
    }
    if !more {
        model.toast(Tone::Good, format!("all {total} reviewed today"));
    }
}

/// Enter: her page, at the line under the marker.
pub(crate) fn open_line(model: &mut Model, out: &mut Vec<Effect>) {
    let Some(review) = top(model) else { return };
    let person = review.page.person;
    let line = review.page.page.as_ref().and_then(|p| p.sections.iter().flat_map(|s| &s.lines).nth(review.page.line));
    let (key, record) = line.map_or((None, None), |l| (l.key, l.record));
    if review.client().is_some() {
        page::open_at(model, out, person, key, record);
    }
}
