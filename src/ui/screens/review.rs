//! The review of my clients: one card each, and how far it is in the title.

use super::page::{Style, draw_as};
use crate::app::layers::{Layer, ReviewLayer};
use crate::service::api::ReviewStanding;
use crate::ui::draw::{Canvas, area};
use crate::ui::widgets::popup;

/// Draws the card.
pub fn draw(canvas: &mut Canvas, layer: &Layer, review: &ReviewLayer) {
    if review.walk.is_empty() {
        let place = area(canvas.layout.layer(layer));
        canvas.hits.cover(place);
        let inner = popup::page(&mut canvas.pen, place, "Review", "");
        let text = if review.come { "No client is on your caseload: there is nobody to review." } else { "…" };
        let style = canvas.pen.theme.dim;
        for (n, row) in crate::ui::text::wrap(text, inner.width).iter().enumerate() {
            canvas.pen.text(inner.x, inner.y + n as u16, inner.width, row, style);
        }
        return;
    }
    let done = review.client().and_then(|c| review.walk.standing(c)) == Some(ReviewStanding::Done);
    let words = if done { "reviewed · " } else { "" };
    let right = format!("{words}{}", review.walk.title());
    draw_as(canvas, layer, &review.page, &Style { name: "Review", right: &right, air: false });
}
