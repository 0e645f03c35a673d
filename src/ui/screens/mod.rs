//! One file for each pane, page and card.

pub mod acts;
pub mod alerts;
mod also;
pub mod bottom;
pub mod calendar;
pub mod call_out;
pub mod card;
pub mod caseload;
pub mod day_plan;
pub mod drafts;
pub mod evv;
pub mod find;
pub mod first_day;
pub mod form;
pub mod header;
pub mod history;
pub mod lifted;
pub mod list;
pub mod lock;
pub mod looked;
pub mod menu;
pub mod page;
pub mod question;
pub mod review;
pub mod small;
pub mod storm;
pub mod team;
pub mod terminal;
pub mod themes;
pub mod tour;
pub mod why;

use super::draw::{Canvas, area};
use super::widgets::popup;
use crate::app::layers::Layer;
use crate::app::layout::{Arrangement, SLIVER};
use ratatui::layout::Rect;

/// Draws one layer over what is there.
pub fn layer(canvas: &mut Canvas, layer: &Layer) {
    match layer {
        Layer::Page(page) => page::draw(canvas, layer, page),
        Layer::Review(review) => review::draw(canvas, layer, review),
        Layer::CallOut(page) => call_out::draw(canvas, layer, page),
        Layer::Storm(page) => storm::draw(canvas, layer, page),
        Layer::DayPlan(page) => day_plan::draw(canvas, layer, page),
        Layer::Lifted(lifted) => lifted::draw(canvas, layer, lifted),
        Layer::Why(why) => why::draw(canvas, layer, why),
        Layer::Form(form) => form::draw(canvas, layer, form),
        Layer::Find(find) => find::draw(canvas, layer, find),
        Layer::Menu(menu) => menu::draw(canvas, layer, menu),
        Layer::Undo(undo) => question::undo(canvas, layer, undo),
        Layer::Confirm(confirm) => question::confirm(canvas, layer, confirm),
        Layer::Drafts(drafts) => drafts::draw(canvas, layer, drafts),
        Layer::History(history) => history::draw(canvas, layer, history),
        Layer::Acts(acts) => acts::draw(canvas, layer, acts),
        Layer::Terminal(shown) => terminal::draw(canvas, layer, shown),
        Layer::Looked(looked) => looked::draw(canvas, layer, looked),
        Layer::Evv(list) => evv::draw(canvas, layer, list),
        Layer::Themes(menu) => themes::draw(canvas, layer, menu),
        Layer::Narrow(narrow) => list::narrow(canvas, narrow),
    }
}

/// Opens the card of a layer: its box, or less of it when fewer lines are needed; answers what is inside.
fn open(canvas: &mut Canvas, layer: &Layer, title: &str, right: &str, lines: usize) -> Rect {
    let mut place = area(canvas.layout.layer(layer));
    let framed = canvas.layout.framed(layer);
    let wanted = u16::try_from(lines).unwrap_or(u16::MAX).saturating_add(if framed { 2 } else { 1 });
    if wanted < place.height && !canvas.phone() {
        let spare = place.height - wanted;
        // Where the panes are stacked, the rows that a card is about stay to be seen over it.
        place.y += if canvas.layout.arrangement == Arrangement::Stacked { spare } else { spare / 3 };
        place.height = wanted;
    }
    let main = area(canvas.layout.main);
    if main.width.saturating_sub(place.width) <= SLIVER {
        (place.x, place.width) = (main.x, main.width);
    }
    let air = Rect::new(place.x.saturating_sub(1), place.y, place.width + 2, place.height);
    canvas.pen.clear(air.intersection(main));
    canvas.hits.cover(place);
    if framed {
        popup::open(&mut canvas.pen, place, title, right)
    } else {
        popup::page(&mut canvas.pen, place, title, right)
    }
}
