//! The first day: an agency without records says what to do.

use crate::ui::draw::{Canvas, area};
use crate::ui::line::{Line, labelled, scroll};
use crate::ui::widgets::pane::{Title, head};
use ratatui::layout::Rect;

/// What there is to do, and what it does.
pub(in crate::ui) const WAYS: [(&str, &str); 4] = [
    (
        "caseload import FILE",
        "brings in clients, caregivers and visits from a FHIR export, a CSV or an .xlsx list. Try it with --dry-run first: it says what it would do.",
    ),
    ("caseload import --columns", "says which columns a list may have."),
    (
        "caseload demo --tour",
        "opens an agency where nobody is real, with a tour of three minutes. It never touches this one.",
    ),
    ("caseload init", "makes another agency: its name and its time zone."),
];

/// Draws the page.
pub fn draw(canvas: &mut Canvas) {
    let theme = canvas.pen.theme;
    let place = area(canvas.layout.main);
    let inner = if canvas.phone() {
        Rect::new(place.x + 1, place.y + 1, place.width.saturating_sub(2), place.height.saturating_sub(1))
    } else {
        let inner = head(&mut canvas.pen, place, &Title { name: "First day", focused: true, ..Title::default() });
        Rect::new(inner.x + 2, inner.y, inner.width.saturating_sub(4), inner.height)
    };
    let agency = canvas.model.header.as_ref().map(|h| h.agency.clone()).unwrap_or_default();
    let hello = if agency.is_empty() {
        "Nobody is in here yet.".to_owned()
    } else {
        format!("{agency}: nobody is in here yet.")
    };
    let mut lines = vec![Line::blank()];
    lines.extend(labelled(("", theme.text), 0, (&hello, theme.strong), ("", theme.text), inner.width));
    lines.push(Line::blank());
    let column = if inner.width >= 70 { 28 } else { 0 };
    for (command, what) in WAYS {
        if column == 0 {
            lines.push(Line::of(command, theme.accent));
            lines.extend(labelled(("", theme.dim), 2, (what, theme.text), ("", theme.text), inner.width));
        } else {
            lines.extend(labelled((command, theme.accent), column, (what, theme.text), ("", theme.text), inner.width));
        }
    }
    lines.push(Line::blank());
    lines.push(Line::of("What is brought in appears here by itself.", theme.dim));
    scroll(&mut canvas.pen, inner, &lines, 0);
}
