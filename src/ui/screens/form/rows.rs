//! A form as rows: each knows its field, where the cursor stands, and what the mouse may hit.

use super::{both, choice, typing};
use crate::app::form::{Button, Field, Form, PersonPick, Value};
use crate::app::model::Target;
use crate::ui::draw::Canvas;
use crate::ui::line::Line;
use crate::ui::pen::Piece;
use crate::ui::text::{clean, width, wrap};
use crate::ui::theme::Theme;
use ratatui::style::Style;
use tui_textarea::TextArea;

/// One row of a form.
pub(super) struct FormRow {
    pub(super) line: Line,
    pub(super) field: Option<usize>,
    /// The column of the cursor.
    pub(super) cursor: Option<u16>,
    /// Offset, cells and meaning of what the mouse may hit in it.
    pub(super) spots: Vec<(u16, u16, Target)>,
}

impl FormRow {
    pub(super) fn of(line: Line, field: usize) -> Self {
        Self { line, field: Some(field), cursor: None, spots: Vec::new() }
    }

    fn free(line: Line) -> Self {
        Self { line, field: None, cursor: None, spots: Vec::new() }
    }

    /// Moved to the right behind a label.
    fn behind(mut self, label: &str, style: Style, column: u16) -> Self {
        let fill = usize::from(column.saturating_sub(width(label)));
        self.line.left.insert(0, Piece::new(format!("{label}{}", " ".repeat(fill)), style));
        self.cursor = self.cursor.map(|c| c + column);
        for spot in &mut self.spots {
            spot.0 += column;
        }
        self
    }
}

/// All rows of a form: notes, fields, buttons.
pub(super) fn of(canvas: &Canvas, form: &Form, room: u16) -> Vec<FormRow> {
    let theme = canvas.pen.theme;
    let mut out = Vec::new();
    for note in &form.notes {
        out.extend(wrap(&clean(note), room).into_iter().map(|row| FormRow::free(Line::of(row, theme.dim))));
    }
    let labels = form.fields.iter().filter(|f| f.shown && !matches!(f.value, Value::Button(_)));
    let most = if room < 60 { 12 } else { 22 };
    // A label that stands above its field needs no room beside the others.
    let column = labels.map(|f| width(&f.label)).filter(|w| *w < most).max().map_or(most, |w| (w + 2).min(most));
    let mut buttons = FormRow::free(Line::blank());
    for (n, field) in form.fields.iter().enumerate().filter(|(_, f)| f.shown) {
        let focused = n == form.focus && form.saving.is_none();
        if let Value::Button(button) = &field.value {
            add_button(theme, &mut buttons, n, *button, focused);
            continue;
        }
        let label_style = if focused { theme.strong } else { theme.dim };
        let tall = matches!(&field.value, Value::Long(_) | Value::Both(_))
            || matches!(&field.value, Value::Choice(c) if !c.inline);
        let both = matches!(&field.value, Value::Both(_));
        let above = both || room < 60 && tall || width(&field.label) >= column;
        let column = if above { 1 } else { column };
        if above {
            let label = Line::of(&*field.label, label_style);
            let who = match &field.value {
                Value::Both(changed) => format!("  {}", changed.who),
                _ => String::new(),
            };
            out.push(FormRow::of(label.then(who, theme.dim), n));
        }
        let rows = match &field.fixed {
            Some(why) => fixed(theme, field, why, n, focused, room.saturating_sub(column)),
            None => value(theme, field, n, focused, room.saturating_sub(column)),
        };
        for (k, row) in rows.into_iter().enumerate() {
            out.push(row.behind(if k == 0 && !above { &field.label } else { "" }, label_style, column));
        }
        if let Some(theirs) = &field.beside {
            let rows = wrap(&clean(theirs), room.saturating_sub(column));
            out.extend(
                rows.into_iter().map(|r| FormRow::of(Line::of(r, theme.accent), n).behind("", theme.text, column)),
            );
        }
        if let Some(error) = &field.error {
            let text = format!("! {error}");
            let rows = wrap(&clean(&text), room.saturating_sub(column));
            out.extend(
                rows.into_iter().map(|r| FormRow::of(Line::of(r, theme.error), n).behind("", theme.text, column)),
            );
        }
    }
    if !buttons.line.left.is_empty() {
        out.push(FormRow::free(Line::blank()));
        out.push(buttons);
    }
    out
}

fn value(theme: &Theme, field: &Field, n: usize, focused: bool, room: u16) -> Vec<FormRow> {
    match &field.value {
        Value::Line(line) => {
            let mut rows = vec![one_line(theme, line, n, focused, room)];
            let said = wrap(&clean(field.echo.as_deref().unwrap_or("")), room);
            rows.extend(said.into_iter().filter(|r| !r.is_empty()).map(|r| FormRow::of(Line::of(r, theme.accent), n)));
            rows
        }
        Value::When(line) => {
            let echo = field.echo.as_deref().unwrap_or("");
            let tail = if echo.is_empty() { 0 } else { width(&clean(echo)) + 2 };
            let wide = if room > tail + 8 { room - tail } else { room };
            let mut row = one_line(theme, line, n, focused, wide.min(24));
            if tail == 0 {
                return vec![row];
            }
            if room > tail + 8 {
                row.line = row.line.then("  ", theme.text).then(echo, theme.accent);
                vec![row]
            } else {
                vec![row, FormRow::of(Line::of(echo, theme.accent), n)]
            }
        }
        Value::Long(area) => long(theme, area, n, focused, room),
        Value::Choice(choice) => choice::rows(theme, choice, n, focused, room),
        Value::Person(pick) => person(theme, pick, n, focused, room),
        Value::Both(changed) => both::rows(theme, changed, n, focused, room),
        Value::Button(_) => Vec::new(),
    }
}

/// What can be read and not be changed, with the reason.
fn fixed(theme: &Theme, field: &Field, why: &str, n: usize, focused: bool, room: u16) -> Vec<FormRow> {
    let text = field.value.text();
    let text = if text.trim().is_empty() { "nothing" } else { text.trim() };
    let mut out: Vec<FormRow> =
        wrap(&clean(text), room).into_iter().map(|row| FormRow::of(Line::of(row, theme.text), n)).collect();
    out.extend(wrap(&clean(why), room).into_iter().map(|row| FormRow::of(Line::of(row, theme.dim), n)));
    if let Some(first) = out.first_mut().filter(|_| focused) {
        first.cursor = Some(0);
    }
    out
}

fn one_line(theme: &Theme, line: &crate::app::line::Line, n: usize, focused: bool, room: u16) -> FormRow {
    let (mut text, column) = typing::visible(line, room);
    if !focused && width(&clean(line.text())) > room {
        // Whoever reads begins at the beginning.
        let start = clean(line.text()).into_owned();
        text = format!("{}…", crate::ui::text::prefix(&start, room.saturating_sub(1)));
    }
    let fill = usize::from(room.saturating_sub(width(&text)));
    let mut row = FormRow::of(Line::of(format!("{text}{}", " ".repeat(fill)), theme.field), n);
    row.cursor = focused.then_some(column);
    row
}

/// Least and most rows of a long text.
const LONG: (usize, usize) = (3, 6);

fn long(theme: &Theme, area: &TextArea, n: usize, focused: bool, room: u16) -> Vec<FormRow> {
    let cursor = area.cursor();
    let (at_line, at_char) = (cursor.0, cursor.1);
    let mut rows: Vec<(String, Option<u16>)> = Vec::new();
    // The last cell is the cursor's.
    let wide = room.saturating_sub(1).max(1);
    for (k, text) in area.lines().iter().enumerate() {
        let safe = clean(text);
        let broken = parts(&safe, wide);
        let here = (k == at_line).then(|| {
            let before: String = text.chars().take(at_char).collect();
            width(&clean(&before))
        });
        let mut passed = 0;
        let count = broken.len();
        for (j, part) in broken.into_iter().enumerate() {
            let cells = width(&part);
            let mine = here.filter(|h| *h >= passed && (*h < passed + cells || j + 1 == count));
            rows.push((part, mine.map(|h| (h - passed).min(wide))));
            passed += cells;
        }
    }
    let at = rows.iter().position(|(_, c)| c.is_some()).unwrap_or(0);
    let height = rows.len().clamp(LONG.0, LONG.1);
    let top = crate::ui::widgets::rows::window(0, at, rows.len(), height);
    let mut out: Vec<FormRow> = Vec::new();
    for k in 0..height {
        let (text, cursor) = rows.get(top + k).cloned().unwrap_or_default();
        let fill = usize::from(room.saturating_sub(width(&text)));
        let mut row = FormRow::of(Line::of(format!("{text}{}", " ".repeat(fill)), theme.field), n);
        row.cursor = cursor.filter(|_| focused);
        out.push(row);
    }
    out
}

/// Broken into parts that together are the text, so that the place of the cursor is plain arithmetic.
fn parts(text: &str, room: u16) -> Vec<String> {
    let mut out = Vec::new();
    let mut rest = text;
    loop {
        let head = crate::ui::text::prefix(rest, room);
        if head.len() == rest.len() || head.is_empty() {
            out.push(crate::ui::text::prefix(rest, room).to_owned());
            return out;
        }
        // Behind the last blank, so that a word stays whole where it can.
        let end = head.rfind(' ').map_or(head.len(), |at| at + 1);
        out.push(rest[..end].to_owned());
        rest = &rest[end..];
    }
}

/// Most hits that a person field shows.
const HITS: usize = 6;

fn person(theme: &Theme, pick: &PersonPick, n: usize, focused: bool, room: u16) -> Vec<FormRow> {
    if let (Some((_, name)), true) = (&pick.taken, pick.line.is_empty()) {
        let mut rows: Vec<FormRow> =
            wrap(&clean(name), room).into_iter().map(|row| FormRow::of(Line::of(row, theme.strong), n)).collect();
        if let Some(first) = rows.first_mut().filter(|_| focused) {
            first.cursor = Some(0);
        }
        return rows;
    }
    let mut first = one_line(theme, &pick.line, n, focused, room);
    if let (true, Some((_, name))) = (pick.line.is_empty(), &pick.offered) {
        let text = format!("for {name}? {} yes, or type a name", theme.glyphs.key("↵"));
        let mut rows = wrap(&clean(&text), room).into_iter();
        first.line = Line::of(rows.next().unwrap_or_default(), theme.text);
        let mut out = vec![first];
        out.extend(rows.map(|row| FormRow::of(Line::of(row, theme.text), n)));
        return out;
    }
    let mut out = vec![first];
    if focused && !pick.line.is_empty() {
        let top = crate::ui::widgets::rows::window(0, pick.cursor, pick.hits.len(), HITS);
        for (k, hit) in pick.hits.iter().enumerate().skip(top).take(HITS) {
            let here = k == pick.cursor;
            let line = Line::of(if here { theme.glyphs.marker } else { " " }, theme.accent)
                .then(hit.name.clone(), if here { theme.selected } else { theme.text })
                .then(format!("  {}", hit.detail), theme.dim)
                .ending(hit.number.clone(), theme.text);
            out.push(FormRow::of(line, n));
        }
    }
    out
}

fn add_button(theme: &Theme, row: &mut FormRow, n: usize, button: Button, focused: bool) {
    let word = match button {
        Button::Save => "Save",
        Button::Discard => "Discard",
        Button::Copy => "Copy into a note",
    };
    let used = crate::ui::pen::pieces_width(&row.line.left);
    let text = format!("[ {word} ]");
    row.spots.push((used, width(&text), Target::Field(n)));
    if focused {
        // Where the eye is expected, though nothing is typed there.
        row.field = Some(n);
        row.cursor = Some(used + 2);
    }
    let style = if focused { theme.selected } else { theme.text };
    row.line.left.push(Piece::new(text, style));
    row.line.left.push(Piece::new("  ", theme.text));
}
