//! One line of text being typed, with its cursor.

use unicode_segmentation::UnicodeSegmentation;

/// One line of text being typed.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Line {
    text: String,
    /// Byte offset of the cursor, always at a grapheme's edge.
    at: usize,
    before: Vec<(String, usize)>,
    after: Vec<(String, usize)>,
}

/// Most bytes that one line takes.
pub const LONGEST: usize = 2_000;
const UNDOS: usize = 100;

impl Line {
    /// A line with the cursor at its end.
    pub fn new(text: &str) -> Self {
        let mut line = Self::default();
        line.insert(text);
        line.before.clear();
        line
    }

    /// The text.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The text before the cursor.
    pub fn before_cursor(&self) -> &str {
        &self.text[..self.at]
    }

    /// Nothing is typed.
    pub fn is_empty(&self) -> bool {
        self.text.is_empty()
    }

    fn remember(&mut self) {
        self.after.clear();
        self.before.push((self.text.clone(), self.at));
        if self.before.len() > UNDOS {
            self.before.remove(0);
        }
    }

    /// Types text: line breaks and tabs become blanks; what does not fit is left out, and said so by `false`.
    pub fn insert(&mut self, text: &str) -> bool {
        self.remember();
        let mut fits = true;
        for c in text.chars() {
            let c = if matches!(c, '\n' | '\r' | '\t') { ' ' } else { c };
            if c.is_control() {
                continue;
            }
            if self.text.len() + c.len_utf8() > LONGEST {
                fits = false;
                break;
            }
            self.text.insert(self.at, c);
            self.at += c.len_utf8();
        }
        self.settle();
        fits
    }

    /// A combining mark typed after a letter belongs to it: the cursor goes behind both.
    fn settle(&mut self) {
        let edge = self.edges().find(|e| *e >= self.at);
        self.at = edge.unwrap_or(self.text.len());
    }

    fn edges(&self) -> impl Iterator<Item = usize> + '_ {
        self.text.grapheme_indices(true).map(|(i, _)| i).chain(std::iter::once(self.text.len()))
    }

    fn left_edge(&self) -> usize {
        self.edges().take_while(|e| *e < self.at).last().unwrap_or(0)
    }

    fn right_edge(&self) -> usize {
        self.edges().find(|e| *e > self.at).unwrap_or(self.text.len())
    }

    fn word_left(&self) -> usize {
        self.text.unicode_word_indices().map(|(i, _)| i).take_while(|i| *i < self.at).last().unwrap_or(0)
    }

    fn word_right(&self) -> usize {
        self.text.unicode_word_indices().map(|(i, w)| i + w.len()).find(|e| *e > self.at).unwrap_or(self.text.len())
    }

    fn cut(&mut self, from: usize, to: usize) {
        if from < to {
            self.remember();
            self.text.replace_range(from..to, "");
            self.at = from;
            self.settle();
        }
    }

    /// Deletes before the cursor.
    pub fn backspace(&mut self) {
        self.cut(self.left_edge(), self.at);
    }

    /// Deletes after the cursor.
    pub fn delete(&mut self) {
        self.cut(self.at, self.right_edge());
    }

    /// Deletes the word before the cursor.
    pub fn delete_word(&mut self) {
        self.cut(self.word_left(), self.at);
    }

    /// Deletes the word after the cursor.
    pub fn delete_next_word(&mut self) {
        self.cut(self.at, self.word_right());
    }

    /// Deletes to the end.
    pub fn kill(&mut self) {
        self.cut(self.at, self.text.len());
    }

    /// One to the left.
    pub fn left(&mut self) {
        self.at = self.left_edge();
    }

    /// One to the right.
    pub fn right(&mut self) {
        self.at = self.right_edge();
    }

    /// A word to the left.
    pub fn left_word(&mut self) {
        self.at = self.word_left();
    }

    /// A word to the right.
    pub fn right_word(&mut self) {
        self.at = self.word_right();
    }

    /// To the start.
    pub fn home(&mut self) {
        self.at = 0;
    }

    /// To the end.
    pub fn end(&mut self) {
        self.at = self.text.len();
    }

    /// Takes the last change back.
    pub fn undo(&mut self) {
        if let Some((text, at)) = self.before.pop() {
            self.after.push((std::mem::replace(&mut self.text, text), std::mem::replace(&mut self.at, at)));
        }
    }

    /// Brings it back.
    pub fn redo(&mut self) {
        if let Some((text, at)) = self.after.pop() {
            self.before.push((std::mem::replace(&mut self.text, text), std::mem::replace(&mut self.at, at)));
        }
    }

    /// Empties it.
    pub fn clear(&mut self) {
        self.at = 0;
        self.kill();
    }
}
