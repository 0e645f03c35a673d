//! What comes onto the screen with the next frame, and nothing before it: rows, boards and pages that have arrived. A key
//! that is already under way when they arrive means what the frame before them showed.

use super::effect::Effect;
use super::heard;
use super::layers::{Layer, Question};
use super::model::{Model, Pane};
use super::pane::{ListPane, Row, RowId};
use super::screens::{calendar, day_plan, page};
use super::windows;
use crate::domain::attention::AlertKey;

/// What of a frame a later key may depend on.
#[derive(Default)]
pub(crate) struct Seen {
    /// The question on top, which Enter answers.
    question: Option<Asks>,
    /// The alert in the banner, which ctrl-g goes to.
    pub(crate) banner: Option<AlertKey>,
    /// Rows that each pane had: half a page is half of what was seen, though a banner has come since.
    heights: [u16; 4],
}

/// Rows of a pane in the last frame, or what they would be.
pub(crate) fn height(model: &Model, pane: Pane) -> u16 {
    match model.wire.frame.heights[pane.index()] {
        0 => model.height(pane),
        rows => rows,
    }
}

/// A question as it was read.
#[derive(PartialEq)]
enum Asks {
    Confirm(Question, String),
    /// Undo or redo of this commit.
    Undo(bool, Option<u64>),
}

/// Takes in what has arrived, as far as it may change places now.
pub(crate) fn show(model: &mut Model, out: &mut Vec<Effect>) {
    windows::lay(&mut model.alerts);
    windows::lay(&mut model.clients);
    windows::lay(&mut model.staff);
    windows::lay(&mut model.calendar.agenda);
    for pane in Pane::ALL {
        if let Some(list) = model.wire.opened[pane.index()].take() {
            let fresh = pane == Pane::Calendar && model.calendar.agenda.rows.is_empty();
            heard::opened(model, pane, list, out);
            if fresh {
                calendar::to_now(model);
            }
        }
    }
    rows(model);
    board(model);
    if heard::may_move(model) {
        calendar::let_in(model);
    }
    pages(model);
    day_plan::frame(model);
    heard::settle_wanted(model);
    for pane in Pane::ALL {
        model.fill(out, pane);
    }
    model.wire.frame = Seen {
        question: question(model),
        banner: model.banner.as_ref().map(|b| b.key),
        heights: Pane::ALL.map(|p| model.height(p)),
    };
}

fn rows(model: &mut Model) {
    /// Answers whether newer rows of another part of the list were dropped: these have to be asked for again.
    fn take<R: Row>(pane: &mut ListPane<R>, may_move: bool, height: u16, words: impl Fn(RowId) -> String) -> bool {
        if let Some(rows) = pane.arrived.take() {
            let dropped = pane.held.is_some();
            windows::take(pane, rows, height, words);
            return dropped;
        }
        if may_move && let Some(rows) = pane.held.take() {
            windows::take(pane, rows, height, words);
        } else {
            windows::haunt(pane, words);
        }
        false
    }
    let calm = heard::may_move(model);
    // Whoever pressed ctrl-g wants to stand on what has come.
    let wanted = model.wire.wanted.is_some();
    let heights = Pane::ALL.map(|p| model.height(p));
    let words = heard::gone_words(model);
    let dropped = [
        (Pane::Alerts, take(&mut model.alerts, calm || wanted, heights[0], &words)),
        (Pane::Caseload, take(&mut model.clients, calm, heights[2], &words)),
        (Pane::Team, take(&mut model.staff, calm, heights[3], &words)),
        (Pane::Calendar, take(&mut model.calendar.agenda, calm, heights[1], &words)),
    ];
    for (pane, dropped) in dropped {
        model.wire.stale[pane.index()] |= dropped;
    }
}

fn board(model: &mut Model) {
    let Some(held) = &model.calendar.held else { return };
    let standing = model.calendar.board.as_ref().is_some_and(|b| b.day == held.day && b.by == held.by);
    if (!standing || model.calendar.waiting || heard::may_move(model))
        && let Some(board) = model.calendar.held.take()
    {
        calendar::take(&mut model.calendar, board);
    }
}

fn pages(model: &mut Model) {
    let calm = heard::may_move(model);
    for (person, found) in std::mem::take(&mut model.wire.pages) {
        let moves =
            model.layers.iter().any(|l| matches!(l, Layer::Page(p) if p.person == person && p.moves(found.as_ref())));
        if moves && !calm {
            model.wire.pages.insert(person, found);
        } else {
            page::arrived(model, person, found.as_ref());
        }
    }
}

fn question(model: &Model) -> Option<Asks> {
    match model.top()? {
        Layer::Confirm(card) => Some(Asks::Confirm(card.question.clone(), card.who.clone())),
        Layer::Undo(card) if card.answered => Some(Asks::Undo(card.redo, card.act.as_ref().map(|a| a.seq))),
        _ => None,
    }
}

/// Whether the question on top was on the screen when the last frame was drawn. Enter answers no other one.
pub(crate) fn was_asked(model: &Model) -> bool {
    let now = question(model);
    now.is_some() && now == model.wire.frame.question
}
