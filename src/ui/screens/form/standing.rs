//! Where a report stands while it is being made: the tier and its reason on lines that never scroll.

use crate::app::form::{Form, FormKind};
use crate::ui::line::{Line, labelled};
use crate::ui::text::{clean, wrap};
use crate::ui::theme::Theme;

/// The lines under the person. Where there is little room what to do first has one line.
pub(super) fn lines(theme: &Theme, form: &Form, room: u16) -> Vec<Line> {
    let FormKind::NewIssue(report) = &form.kind else { return Vec::new() };
    let Some(stands) = report.stands() else { return Vec::new() };
    let style = theme.tier(stands.tier);
    let lead = format!("P{} {} now: ", stands.tier, theme.glyphs.tier(stands.tier));
    let column = crate::ui::text::width(&lead);
    let narrow = room < 60;
    let mut out = Vec::new();
    for (n, row) in
        wrap(&clean(&stands.headline), room.saturating_sub(column + u16::from(narrow))).into_iter().enumerate()
    {
        let lead = if n == 0 { lead.clone() } else { " ".repeat(usize::from(column)) };
        out.push(Line::of(lead, style).then(row, theme.strong));
    }
    if narrow {
        shorten(&mut out, 2);
    }
    if let Some(lower) = report.as_answered() {
        let text = match lower {
            Some(judged) => format!("as answered now P{}: {}", judged.tier, judged.headline),
            None => "as answered now no alert".to_owned(),
        };
        out.push(Line::of(text, theme.dim));
    }
    if !stands.first.is_empty() {
        let mut first = labelled(
            ("First", theme.dim),
            6,
            (&stands.first, theme.text),
            ("", theme.text),
            room.saturating_sub(u16::from(narrow)),
        );
        if narrow {
            shorten(&mut first, 1);
        }
        out.extend(first);
    }
    out
}

/// At most so many lines; the last one says that there was more.
fn shorten(lines: &mut Vec<Line>, most: usize) {
    if lines.len() > most {
        lines.truncate(most);
        if let Some(piece) = lines.last_mut().and_then(|l| l.left.last_mut()) {
            piece.text.push('…');
        }
    }
}
