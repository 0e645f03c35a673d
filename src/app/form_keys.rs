//! What a key does inside a form's field.

use super::form::{Choice, Form, PersonPick, Value};
use super::key::Key;
use super::line::Line;
use crossterm::event::{KeyCode, KeyModifiers};
use tui_textarea::{CursorMove, TextArea};

/// What came of a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// Nothing.
    Ignored,
    /// The cursor moved.
    Moved,
    /// Text or choice changed.
    Changed,
    /// Changed, and done with this field.
    Next,
    /// On to the next field.
    Forward,
    /// Back to the field before.
    Backward,
    /// The button is pressed.
    Press,
}

fn ctrl(key: Key, c: char) -> bool {
    key.mods == KeyModifiers::CONTROL && key.code == KeyCode::Char(c)
}

/// One line of text: what the key did.
pub(crate) fn line(line: &mut Line, key: Key) -> Outcome {
    let word = key.mods.intersects(KeyModifiers::CONTROL | KeyModifiers::ALT);
    let before = line.text().to_owned();
    match key.code {
        KeyCode::Char(c) if key.mods.is_empty() => {
            line.insert(c.encode_utf8(&mut [0; 4]));
        }
        KeyCode::Backspace if word => line.delete_word(),
        KeyCode::Backspace => line.backspace(),
        KeyCode::Delete if word => line.delete_next_word(),
        KeyCode::Delete => line.delete(),
        KeyCode::Left if word => line.left_word(),
        KeyCode::Right if word => line.right_word(),
        KeyCode::Left => line.left(),
        KeyCode::Right => line.right(),
        KeyCode::Home => line.home(),
        KeyCode::End => line.end(),
        _ if ctrl(key, 'a') => line.home(),
        _ if ctrl(key, 'e') => line.end(),
        _ if ctrl(key, 'k') => line.kill(),
        _ if ctrl(key, 'w') => line.delete_word(),
        _ if ctrl(key, 'u') => line.clear(),
        _ if ctrl(key, 'z') => line.undo(),
        _ if ctrl(key, 'y') => line.redo(),
        _ => return Outcome::Ignored,
    }
    if line.text() == before { Outcome::Moved } else { Outcome::Changed }
}

fn long(area: &mut TextArea<'static>, key: Key) -> Outcome {
    let word = key.mods.intersects(KeyModifiers::CONTROL | KeyModifiers::ALT);
    let row = area.cursor().0;
    let changed = match key.code {
        KeyCode::Char(c) if key.mods.is_empty() => {
            area.insert_char(c);
            true
        }
        KeyCode::Enter => {
            area.insert_newline();
            true
        }
        _ if ctrl(key, 'j') => {
            area.insert_newline();
            true
        }
        KeyCode::Backspace if word => area.delete_word(),
        KeyCode::Backspace => area.delete_char(),
        KeyCode::Delete if word => area.delete_next_word(),
        KeyCode::Delete => area.delete_next_char(),
        _ if ctrl(key, 'w') => area.delete_word(),
        _ if ctrl(key, 'k') => area.delete_line_by_end(),
        _ if ctrl(key, 'u') => area.delete_line_by_head(),
        _ if ctrl(key, 'z') => area.undo(),
        _ if ctrl(key, 'y') => area.redo(),
        KeyCode::Up if row == 0 => return Outcome::Backward,
        KeyCode::Down if row + 1 >= area.lines().len() => return Outcome::Forward,
        code => {
            let to = match code {
                KeyCode::Up => CursorMove::Up,
                KeyCode::Down => CursorMove::Down,
                KeyCode::Left if word => CursorMove::WordBack,
                KeyCode::Right if word => CursorMove::WordForward,
                KeyCode::Left => CursorMove::Back,
                KeyCode::Right => CursorMove::Forward,
                KeyCode::PageUp => CursorMove::Top,
                KeyCode::PageDown => CursorMove::Bottom,
                KeyCode::Home if word => {
                    area.move_cursor(CursorMove::Top);
                    CursorMove::Head
                }
                KeyCode::End if word => {
                    area.move_cursor(CursorMove::Bottom);
                    CursorMove::End
                }
                KeyCode::Home => CursorMove::Head,
                KeyCode::End => CursorMove::End,
                _ if ctrl(key, 'a') => CursorMove::Head,
                _ if ctrl(key, 'e') => CursorMove::End,
                _ => return Outcome::Ignored,
            };
            area.move_cursor(to);
            return Outcome::Moved;
        }
    };
    if changed { Outcome::Changed } else { Outcome::Moved }
}

fn choice(choice: &mut Choice, key: Key) -> Outcome {
    let last = choice.options.len().saturating_sub(1);
    if let Some(digit) = key.digit() {
        // 1–9 for the first nine, 0 for the tenth.
        let at = if digit == 0 { 9 } else { digit - 1 };
        if at < choice.options.len() {
            choice.chosen = Some(at);
            choice.cursor = at;
            return Outcome::Next;
        }
        return Outcome::Ignored;
    }
    match key.code {
        KeyCode::Up | KeyCode::Left | KeyCode::Char('k' | 'h') if key.mods.is_empty() => {
            if choice.cursor == 0 || (choice.inline && matches!(key.code, KeyCode::Up | KeyCode::Char('k'))) {
                return Outcome::Backward;
            }
            choice.cursor -= 1;
            Outcome::Moved
        }
        KeyCode::Down | KeyCode::Right | KeyCode::Char('j' | 'l') if key.mods.is_empty() => {
            if choice.cursor >= last || (choice.inline && matches!(key.code, KeyCode::Down | KeyCode::Char('j'))) {
                return Outcome::Forward;
            }
            choice.cursor += 1;
            Outcome::Moved
        }
        KeyCode::Enter | KeyCode::Char(' ') if choice.cursor < choice.options.len() => {
            choice.chosen = Some(choice.cursor);
            Outcome::Next
        }
        KeyCode::Enter => Outcome::Forward,
        KeyCode::Backspace | KeyCode::Delete if choice.chosen.is_some() => {
            choice.chosen = None;
            Outcome::Changed
        }
        _ => Outcome::Ignored,
    }
}

fn person(pick: &mut PersonPick, key: Key) -> Outcome {
    match key.code {
        KeyCode::Up if pick.cursor > 0 => {
            pick.cursor -= 1;
            Outcome::Moved
        }
        KeyCode::Up => Outcome::Backward,
        KeyCode::Down if pick.cursor + 1 < pick.hits.len() => {
            pick.cursor += 1;
            Outcome::Moved
        }
        KeyCode::Down => Outcome::Forward,
        KeyCode::Enter => {
            if pick.line.is_empty() {
                if pick.taken.is_none()
                    && let Some(offered) = pick.offered.clone()
                {
                    pick.taken = Some(offered);
                    return Outcome::Next;
                }
                return Outcome::Forward;
            }
            let Some(hit) = pick.hits.get(pick.cursor) else { return Outcome::Ignored };
            pick.taken = Some((hit.person, hit.name.clone()));
            pick.line = Line::default();
            pick.hits.clear();
            pick.cursor = 0;
            Outcome::Next
        }
        KeyCode::Backspace if pick.line.is_empty() && pick.taken.is_some() => {
            pick.taken = None;
            Outcome::Changed
        }
        _ => line(&mut pick.line, key),
    }
}

/// What a key does in the field that has the focus.
pub(crate) fn key(form: &mut Form, key: Key) -> Outcome {
    let Some(field) = form.fields.get_mut(form.focus) else { return Outcome::Ignored };
    if field.fixed.is_some() {
        return match key.code {
            KeyCode::Enter | KeyCode::Down => Outcome::Forward,
            KeyCode::Up => Outcome::Backward,
            _ => Outcome::Ignored,
        };
    }
    match &mut field.value {
        Value::Line(text) | Value::When(text) => match key.code {
            KeyCode::Enter | KeyCode::Down => Outcome::Forward,
            KeyCode::Up => Outcome::Backward,
            // A new line where there is but one: on, and never onto a button.
            _ if ctrl(key, 'j') => Outcome::Forward,
            _ => line(text, key),
        },
        Value::Long(area) => long(area, key),
        Value::Choice(of) => choice(of, key),
        Value::Both(both) => choice(&mut both.choice, key),
        Value::Person(pick) => person(pick, key),
        Value::Button(_) => match key.code {
            KeyCode::Enter | KeyCode::Char(' ') => Outcome::Press,
            KeyCode::Up | KeyCode::Left => Outcome::Backward,
            KeyCode::Down | KeyCode::Right => Outcome::Forward,
            _ => Outcome::Ignored,
        },
    }
}
