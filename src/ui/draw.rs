//! One frame: header, panes, card, layers, banner, hints.

use super::hit::HitMap;
use super::pen::{Pen, fold_to_ascii};
use super::screens;
use super::theme::Theme;
use crate::app::Model;
use crate::app::layout::{self, Arrangement, Layout};
use crate::app::model::{Pane, Target, Thrift};
use ratatui::Frame;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

/// Draws the model into a frame; answers what lies where.
pub fn draw(model: &Model, theme: &Theme, frame: &mut Frame) -> HitMap {
    let hits = draw_into(model, theme, frame.buffer_mut());
    if let Some(cursor) = hits.cursor {
        frame.set_cursor_position(cursor);
    }
    hits
}

/// Draws the model into a buffer, whatever its size.
pub fn draw_into(model: &Model, theme: &Theme, buf: &mut Buffer) -> HitMap {
    let mut hits = HitMap::default();
    let all = buf.area;
    let strip = crate::app::tour::rows(model, (all.width, all.height));
    let whole = ratatui::layout::Rect { height: all.height - strip, ..all };
    let layout = layout::within(model, (whole.width, whole.height));
    let _worn = super::mask::wear(model.privacy.names.clone());
    let spares = model.thrift != Thrift::None;
    // A second weight is a dozen bytes a row.
    let mut plainer = theme.clone();
    plainer.dim = theme.text;
    // So is the colour of each key that is named; the gap before it tells it from the word before.
    plainer.key = theme.text;
    let theme = if spares { &plainer } else { theme };
    let mut pen = Pen { buf, theme, rules: !spares };
    pen.buf.set_style(all, theme.text);
    if strip > 0 {
        let place = ratatui::layout::Rect { y: whole.bottom(), height: strip, ..all };
        screens::tour::draw(&mut pen, model, place);
    }
    let hiding = model.privacy.on && model.privacy.names.is_none() && model.lock.screen.is_none();
    if model.linear && !hiding {
        super::linear::draw(&mut pen, &mut hits, model, whole);
    } else if let Some(lock) = &model.lock.screen {
        screens::lock::draw(&mut pen, &mut hits, model, lock, whole);
    } else if hiding {
        screens::small::hiding(&mut pen, whole);
    } else if layout.arrangement == Arrangement::TooSmall {
        screens::small::draw(&mut pen, whole);
    } else {
        let mut canvas = Canvas { pen, model, layout: &layout, hits: &mut hits };
        everything(&mut canvas);
    }
    if theme.glyphs.ascii {
        fold_to_ascii(buf);
    }
    hits
}

/// What a screen draws with.
pub struct Canvas<'a> {
    /// Writes.
    pub pen: Pen<'a>,
    /// What is shown.
    pub model: &'a Model,
    /// Where it goes.
    pub layout: &'a Layout,
    /// What lies where.
    pub hits: &'a mut HitMap,
}

impl Canvas<'_> {
    /// One pane at a time, two lines a row.
    pub fn phone(&self) -> bool {
        self.layout.arrangement == Arrangement::Phone
    }
}

/// An area of the layout as ratatui names it.
pub fn area(rect: layout::Rect) -> Rect {
    Rect::new(rect.x, rect.y, rect.w, rect.h)
}

fn everything(canvas: &mut Canvas) {
    let paged = canvas.model.layers.iter().rposition(|l| l.page().is_some());
    screens::header::draw(canvas);
    if let Some(names) = canvas.layout.names {
        screens::header::names(canvas, area(names));
    }
    if paged.is_none() {
        if canvas.model.first_day() {
            screens::first_day::draw(canvas);
        } else {
            panes(canvas);
        }
    }
    for (n, layer) in canvas.model.layers.iter().enumerate().skip(paged.unwrap_or(0)) {
        screens::layer(canvas, layer);
        if let Some(card) = canvas.layout.card.filter(|_| paged == Some(n)) {
            screens::card::draw(canvas, area(card));
        }
    }
    screens::bottom::draw(canvas);
}

fn panes(canvas: &mut Canvas) {
    for pane in Pane::ALL {
        let Some(place) = canvas.layout.pane(pane).copied() else { continue };
        canvas.hits.add(area(place.rect), Target::Pane(pane));
        match pane {
            Pane::Alerts => screens::alerts::draw(canvas, &place),
            Pane::Calendar => screens::calendar::draw(canvas, &place),
            Pane::Caseload => screens::caseload::draw(canvas, &place),
            Pane::Team => screens::team::draw(canvas, &place),
        }
    }
    if let Some(card) = canvas.layout.card {
        screens::card::draw(canvas, area(card));
    }
}
