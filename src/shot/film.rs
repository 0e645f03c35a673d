//! Screens one after the other: as an asciicast, which a terminal plays back, and as a picture that moves by itself.
//!
//! A row of the picture is drawn once for each of its states and shown while it is so: rows that stay the same, which are
//! most of them, cost nothing.

use super::svg::{self, CELL, EDGE};
use ratatui::buffer::Buffer;
use std::fmt::Write;

/// A screen, and for how long it is shown.
#[derive(Debug, Clone)]
pub struct Scene {
    /// The screen.
    pub screen: Buffer,
    /// What a terminal is sent so that it shows it, after the one before.
    pub bytes: String,
    /// What was pressed for it, as it is written in a keymap; nothing of the first.
    pub keys: String,
    /// What is said of it, below.
    pub caption: String,
    /// For so long, in milliseconds.
    pub hold: u32,
}

/// Screens one after the other.
#[derive(Debug, Clone, Default)]
pub struct Film {
    /// What it shows.
    pub title: String,
    /// The screens; all of one size.
    pub scenes: Vec<Scene>,
}

impl Film {
    /// Columns and rows.
    fn size(&self) -> (u16, u16) {
        self.scenes.first().map_or((0, 0), |scene| (scene.screen.area.width, scene.screen.area.height))
    }

    /// When each scene begins, and when the last one is over.
    fn times(&self) -> Vec<u64> {
        let mut at = 0;
        let mut times = vec![0];
        for scene in &self.scenes {
            at += u64::from(scene.hold);
            times.push(at);
        }
        times
    }

    /// As an asciicast of version 2: a header and a line for each piece of output and each key.
    pub fn asciicast(&self) -> String {
        let (width, height) = self.size();
        let mut out = format!(
            "{{\"version\": 2, \"width\": {width}, \"height\": {height}, \"title\": {}, \"env\": {{\"TERM\": \
             \"xterm-256color\"}}}}\n",
            quoted(&self.title)
        );
        for (scene, at) in self.scenes.iter().zip(self.times()) {
            let at = format!("{}.{:03}", at / 1000, at % 1000);
            if !scene.keys.is_empty() {
                let _ = writeln!(out, "[{at}, \"i\", {}]", quoted(&scene.keys));
            }
            let _ = writeln!(out, "[{at}, \"o\", {}]", quoted(&scene.bytes));
        }
        // A player stops at the last line: the last screen stays as long as it is held.
        let end = self.times().last().copied().unwrap_or(0);
        let _ = writeln!(out, "[{}.{:03}, \"o\", \"\"]", end / 1000, end % 1000);
        out
    }

    /// As a picture that moves.
    pub fn picture(&self, light: bool) -> String {
        let ((width, height), times) = (self.size(), self.times());
        let total = times.last().copied().unwrap_or(0).max(1);
        let palette = svg::palette(light);
        // One row more, for the keys.
        let mut out = svg::head(width, height + 2, palette);
        for y in 0..height {
            let rows = self.scenes.iter().map(|scene| {
                let mut row = String::new();
                svg::row(&mut row, &scene.screen, y, palette);
                row
            });
            states(&mut out, rows, &times, total);
        }
        let y = EDGE + (u32::from(height) + 1) * CELL.1 + CELL.1 / 2;
        let line = EDGE + u32::from(height) * CELL.1 + CELL.1 / 2;
        let end = EDGE + u32::from(width) * CELL.0;
        let _ = writeln!(out, r##"<path d="M{EDGE} {line}H{end}" stroke="#{:06x}" fill="none"/>"##, palette.frame());
        let captions = self.scenes.iter().map(|scene| {
            let mut text = String::new();
            if !scene.keys.is_empty() {
                let keys = svg::escape(&scene.keys);
                let _ = writeln!(
                    text,
                    r##"<text x="{EDGE}" y="{y}" fill="#{:06x}" font-weight="bold">{keys}</text>"##,
                    palette.accent()
                );
            }
            if !scene.caption.is_empty() {
                let at = EDGE + 14 * CELL.0;
                let caption = svg::escape(&scene.caption);
                let _ = writeln!(text, r##"<text x="{at}" y="{y}" fill="#{:06x}">{caption}</text>"##, palette.ink());
            }
            text
        });
        states(&mut out, captions, &times, total);
        out.push_str("</svg>\n");
        out
    }
}

/// What stands in one place, scene by scene: each state once, shown while it is so.
fn states(out: &mut String, contents: impl Iterator<Item = String>, times: &[u64], total: u64) {
    let mut seen: Vec<(String, Vec<(u64, u64)>)> = Vec::new();
    for (n, content) in contents.enumerate() {
        let span = (times[n], times[n + 1]);
        match seen.iter_mut().find(|(known, _)| *known == content) {
            Some((_, spans)) => match spans.last_mut() {
                Some(last) if last.1 == span.0 => last.1 = span.1,
                _ => spans.push(span),
            },
            None => seen.push((content, vec![span])),
        }
    }
    for (content, spans) in seen.iter().filter(|(content, _)| !content.is_empty()) {
        if spans.as_slice() == [(0, total)] {
            out.push_str(content);
            continue;
        }
        let mut turns: Vec<(u64, bool)> = Vec::new();
        if spans.first().is_some_and(|first| first.0 > 0) {
            turns.push((0, false));
        }
        for (from, to) in spans {
            turns.push((*from, true));
            if *to < total {
                turns.push((*to, false));
            }
        }
        let word = |on: bool| if on { "visible" } else { "hidden" };
        let values: Vec<&str> = turns.iter().map(|(_, on)| word(*on)).collect();
        let keys: Vec<String> = turns.iter().map(|(at, _)| fraction(*at, total)).collect();
        let first = turns.first().is_some_and(|(_, on)| *on);
        let _ = writeln!(
            out,
            "<g visibility=\"{}\"><animate attributeName=\"visibility\" calcMode=\"discrete\" dur=\"{}ms\" \
             repeatCount=\"indefinite\" values=\"{}\" keyTimes=\"{}\"/>",
            word(first),
            total,
            values.join(";"),
            keys.join(";")
        );
        out.push_str(content);
        out.push_str("</g>\n");
    }
}

/// A part of the whole, in ten thousandths.
fn fraction(at: u64, total: u64) -> String {
    let part = at * 10_000 / total;
    if part == 0 { "0".to_owned() } else { format!("0.{part:04}").trim_end_matches('0').to_owned() }
}

/// Text as JSON takes it.
fn quoted(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    out.push('"');
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            c if u32::from(c) < 0x20 || c == '\u{7f}' => {
                let _ = write!(out, "\\u{:04x}", u32::from(c));
            }
            c => out.push(c),
        }
    }
    out.push('"');
    out
}

#[cfg(test)]
#[allow(clippy::unwrap_used)] // a test that cannot go on has failed
mod tests {
    use super::*;

    fn film(screens: [&str; 3]) -> Film {
        let scene = |text: &str| Scene {
            screen: Buffer::with_lines([text, "the same"]),
            bytes: format!("\u{1b}[H{text}"),
            keys: "enter".into(),
            caption: "a \"word\" & <more>".into(),
            hold: 500,
        };
        Film { title: "t".into(), scenes: screens.map(scene).to_vec() }
    }

    #[test]
    fn a_row_is_drawn_once_for_each_of_its_states() {
        let svg = film(["one", "two", "one"]).picture(false);
        assert_eq!(svg.matches(">one<").count(), 1, "{svg}");
        assert!(svg.contains(r#"values="visible;hidden;visible" keyTimes="0;0.3333;0.6666""#), "{svg}");
        assert!(svg.contains(r#"values="hidden;visible;hidden" keyTimes="0;0.3333;0.6666""#), "{svg}");
        assert_eq!(svg.matches(">the same<").count(), 1);
        assert_eq!(svg.matches("<animate").count(), 2, "what stays the same is not animated");
        assert!(svg.contains("a &quot;word&quot; &amp; &lt;more&gt;"));
    }

    #[test]
    fn an_asciicast_is_a_json_line_each() {
        let cast = film(["one", "two", "three"]).asciicast();
        let lines: Vec<serde_json::Value> = cast.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        assert_eq!((&lines[0]["version"], &lines[0]["width"], &lines[0]["height"]), (&2.into(), &8.into(), &2.into()));
        assert_eq!(lines[2].as_array().unwrap()[2], "\u{1b}[Hone");
        assert_eq!(lines[3][0], 0.5);
        assert_eq!(lines.last().unwrap()[0], 1.5);
    }
}
