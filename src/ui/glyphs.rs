//! The signs on the screen, for UTF-8 terminals and for ASCII ones.

pub use crate::domain::visit::VisitMark;

/// A set of signs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Glyphs {
    /// Only ASCII may be sent.
    pub ascii: bool,
    /// Before the selected row.
    pub marker: &'static str,
    /// Before a marked row.
    pub mark: &'static str,
    /// Where text is missing.
    pub ellipsis: &'static str,
    /// Between two facts.
    pub dot: &'static str,
    /// Behind a name that looks or sounds like another.
    pub alike: &'static str,
    /// Needs care.
    pub warning: &'static str,
    /// Drafts.
    pub draft: &'static str,
    /// The service answers.
    pub live: &'static str,
    /// The service is gone.
    pub gone: &'static str,
    /// Being saved.
    pub saving: &'static str,
    /// Overtime.
    pub over: &'static str,
    /// Called out.
    pub out: &'static str,
    /// The rest of a visit, in the calendar.
    pub rest: &'static str,
    /// More above.
    pub up: &'static str,
    /// More below.
    pub down: &'static str,
    /// A horizontal line.
    pub line: &'static str,
    /// A vertical line.
    pub wall: &'static str,
    /// Corners: top left, top right, bottom left, bottom right.
    pub corners: [&'static str; 4],
    severity: [&'static str; 5],
    visits: [&'static str; 7],
}

/// For terminals that speak UTF-8.
pub const UTF8: Glyphs = Glyphs {
    ascii: false,
    marker: "▌",
    mark: "✓",
    ellipsis: "…",
    dot: "·",
    alike: "≈",
    warning: "⚠",
    draft: "✎",
    live: "●",
    gone: "○",
    saving: "…",
    over: "▲",
    out: "×",
    rest: "·",
    up: "↑",
    down: "↓",
    line: "─",
    wall: "│",
    corners: ["╭", "╮", "╰", "╯"],
    severity: ["!", "▲", "●", "○", "·"],
    visits: ["▶", "■", "□", "×", "◇", "!", "~"],
};

/// For terminals that only know ASCII.
pub const ASCII: Glyphs = Glyphs {
    ascii: true,
    marker: ">",
    mark: "*",
    ellipsis: "..",
    dot: "-",
    alike: "~",
    warning: "!",
    draft: "d",
    live: "*",
    gone: "o",
    saving: "..",
    over: "^",
    out: "x",
    rest: ".",
    up: "^",
    down: "v",
    line: "-",
    wall: "|",
    corners: ["+", "+", "+", "+"],
    severity: ["!", "^", "*", "o", "."],
    visits: [">", "#", "-", "x", "?", "!", "~"],
};

impl Glyphs {
    /// The sign of a tier 1–5.
    pub fn tier(&self, tier: u8) -> &'static str {
        self.severity[usize::from(tier.clamp(1, 5)) - 1]
    }

    /// The sign of a visit.
    pub fn visit(&self, mark: VisitMark) -> &'static str {
        let place = VisitMark::ALL.iter().position(|m| *m == mark).unwrap_or(2);
        self.visits[place]
    }

    /// The name of a key as this terminal can show it.
    pub fn key<'a>(&self, name: &'a str) -> &'a str {
        if self.ascii {
            match name {
                "↵" => "ret",
                "↑" => "up",
                "↓" => "down",
                "←" => "left",
                "→" => "right",
                "↑↓" => "up/down",
                other => other,
            }
        } else {
            match name {
                "enter" | "Enter" => "↵",
                "up" => "↑",
                "down" => "↓",
                "left" => "←",
                "right" => "→",
                other => other,
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::visit::{Answer, VisitState};

    #[test]
    fn presence_needs_a_source() {
        assert_eq!(VisitMark::of(VisitState::InProgress, Answer::Yes, true, true), VisitMark::There);
        assert_eq!(VisitMark::of(VisitState::InProgress, Answer::Yes, true, false), VisitMark::Planned);
        assert_eq!(VisitMark::of(VisitState::Planned, Answer::Nobody, false, false), VisitMark::Nobody);
    }

    #[test]
    fn signs_take_one_cell_and_differ() {
        for glyphs in [UTF8, ASCII] {
            let mut seen = std::collections::BTreeSet::new();
            for mark in VisitMark::ALL {
                assert_eq!(crate::ui::text::width(glyphs.visit(mark)), 1);
                assert!(seen.insert(glyphs.visit(mark)));
            }
        }
    }
}
