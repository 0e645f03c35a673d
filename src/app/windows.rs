//! How rows come in: the selection stays on its id, what is gone stays as a ghost, and nothing changes places while it
//! may not.

use super::pane::{Ghost, Held, ListPane, News, Row, RowId};

/// Takes rows in. `words` says why a selected row that is not among them is gone.
pub(crate) fn take<R: Row>(pane: &mut ListPane<R>, new: Held<R>, height: u16, words: impl Fn(RowId) -> String) {
    let before = pane.under_marker().cloned();
    let offset = pane.cursor.saturating_sub(pane.top);
    pane.held = None;
    pane.news = News::default();
    pane.from = new.from;
    pane.total = new.total.max(new.from.saturating_add(new.rows.len() as u32));
    pane.rows = new.rows;
    let found = pane.selected.and_then(|id| pane.rows.iter().position(|r| r.id() == id));
    match (found, before) {
        (Some(index), _) => {
            pane.ghost = None;
            pane.cursor = pane.from + index as u32;
            pane.top = pane.cursor.saturating_sub(offset);
        }
        (None, Some(row)) if !out_of_window(pane) => {
            pane.cursor = pane.cursor.min(pane.total);
            if pane.ghost.is_none() {
                let words = words(row.id());
                pane.ghost = Some(Ghost { at: pane.cursor, row, words });
            }
        }
        (None, _) if pane.ghost.is_none() => settle_on(pane, pane.cursor),
        _ => pane.cursor = pane.cursor.min(pane.total),
    }
    if let Some(ghost) = &mut pane.ghost {
        ghost.at = pane.cursor;
    }
    keep_in_view(pane, height);
}

/// The rows are of another part of the list than the selection.
fn out_of_window<R: Row>(pane: &ListPane<R>) -> bool {
    let end = pane.from.saturating_add(pane.rows.len() as u32);
    pane.cursor < pane.from || (pane.cursor > end && end < pane.total)
}

/// Puts the marker on a place without a ghost; the row may still be on its way.
pub(crate) fn settle_on<R: Row>(pane: &mut ListPane<R>, place: u32) {
    pane.ghost = None;
    pane.cursor = place.min(pane.total.saturating_sub(1));
    pane.selected = pane.at(pane.cursor).map(Row::id);
}

/// Moves the marker to a place as it is shown. A ghost that is left keeps its place until the next frame, so that the keys
/// of a burst all mean the places of the frame before them; the only row there is goes at once.
pub(crate) fn move_to<R: Row>(pane: &mut ListPane<R>, place: u32, height: u16) {
    if pane.ghost.is_some() && pane.places() == 1 {
        settle_on(pane, 0);
    } else {
        pane.cursor = place.min(pane.places().saturating_sub(1));
        pane.selected = pane.at(pane.cursor).map(Row::id);
    }
    keep_in_view(pane, height);
}

/// Forgets a ghost that the marker has left.
pub(crate) fn lay<R: Row>(pane: &mut ListPane<R>) {
    if let Some(left) = pane.ghost.take_if(|g| g.at != pane.cursor) {
        if pane.cursor > left.at {
            pane.cursor -= 1;
        }
        if pane.top > left.at {
            pane.top -= 1;
        }
    }
}

/// A selected row that is not among the rows that wait becomes a ghost where it stands.
pub(crate) fn haunt<R: Row>(pane: &mut ListPane<R>, words: impl Fn(RowId) -> String) {
    let (Some(held), None, Some(id)) = (&pane.held, &pane.ghost, pane.selected) else { return };
    let end = held.from.saturating_add(held.rows.len() as u32);
    // Only where the waiting rows are of the part that the marker is in.
    let known = (held.from == 0 || held.from < pane.cursor) && (end >= held.total || pane.cursor < end);
    if !known || held.rows.iter().any(|r| r.id() == id) {
        return;
    }
    if let Some(index) = pane.rows.iter().position(|r| r.id() == id) {
        let row = pane.rows.remove(index);
        pane.total = pane.total.saturating_sub(1);
        pane.ghost = Some(Ghost { at: pane.cursor, words: words(id), row });
    }
}

/// Scrolls as little as shows the marker.
pub(crate) fn keep_in_view<R: Row>(pane: &mut ListPane<R>, height: u16) {
    let height = u32::from(height.max(1));
    let last = pane.places().saturating_sub(1);
    pane.cursor = pane.cursor.min(last);
    if pane.cursor < pane.top {
        pane.top = pane.cursor;
    }
    if pane.cursor >= pane.top.saturating_add(height) {
        pane.top = pane.cursor + 1 - height;
    }
    pane.top = pane.top.min(pane.places().saturating_sub(height.min(pane.places())));
}

/// The marker has left what was shown by a row: half a page of what lies beyond comes in at once.
pub(crate) fn turn<R: Row>(pane: &mut ListPane<R>, height: u16, down: bool) {
    let height = u32::from(height.max(1));
    let more = (height / 2).saturating_sub(1);
    let last = pane.places().saturating_sub(height.min(pane.places()));
    pane.top = if down { (pane.top + more).min(last) } else { pane.top.saturating_sub(more) };
}

/// Keeps rows back until they may come in: what is on the screen is brought up to date in its place, and the title says
/// what waits.
pub(crate) fn hold<R: Row>(pane: &mut ListPane<R>, new: Held<R>) {
    for row in &mut pane.rows {
        if let Some(fresh) = new.rows.iter().find(|r| r.id() == row.id()) {
            *row = fresh.clone();
        }
    }
    let gone: Vec<RowId> = pane.rows.iter().map(Row::id).filter(|id| !new.rows.iter().any(|r| r.id() == *id)).collect();
    let mut come: Vec<&R> = new.rows.iter().filter(|r| !pane.rows.iter().any(|o| o.id() == r.id())).collect();
    // Where rows have gone, as many from behind the window have moved up into it: these are not new.
    if new.total > new.from.saturating_add(new.rows.len() as u32) || pane.total > new.total {
        come.truncate(come.len().saturating_sub(gone.len()));
    }
    let mut news = News::default();
    for row in come {
        match row.tier() {
            Some(t @ 1..=5) => news.tiers[usize::from(t) - 1] = news.tiers[usize::from(t) - 1].saturating_add(1),
            _ => news.others = news.others.saturating_add(1),
        }
    }
    pane.news = news;
    pane.held = Some(new);
}

/// Whether new rows stand in the same places as the old ones, so that nothing would move.
pub(crate) fn same_places<R: Row>(pane: &ListPane<R>, new: &Held<R>) -> bool {
    pane.ghost.is_none()
        && pane.from == new.from
        && pane.rows.len() == new.rows.len()
        && pane.rows.iter().zip(&new.rows).all(|(a, b)| a.id() == b.id())
}
