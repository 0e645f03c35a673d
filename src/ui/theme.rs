//! Colours: one accent, severity colours only for severity, dim for what can wait. The sixteen named colours, so that
//! the terminal's own palette decides what they look like.

use super::glyphs::{self, Glyphs};
use ratatui::style::{Color, Modifier, Style};

/// How things look. Meaning never hangs on colour alone: letter and glyph say it too.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Theme {
    /// Its name, as a setting names it.
    pub name: &'static str,
    /// The signs.
    pub glyphs: Glyphs,
    /// Made for a light background.
    pub light: bool,
    /// Plain text; also what lies behind everything.
    pub text: Style,
    /// What can wait.
    pub dim: Style,
    /// Names and what matters in a line.
    pub strong: Style,
    /// The one accent: keys, the line of now.
    pub accent: Style,
    /// Borders, always the same.
    pub border: Style,
    /// A title.
    pub title: Style,
    /// The title of what has the focus.
    pub focus: Style,
    /// The name in the selected row of the pane that has the focus.
    pub selected: Style,
    /// The name in the selected row elsewhere.
    pub resting: Style,
    /// A field of a form.
    pub field: Style,
    /// A short word of success.
    pub toast: Style,
    /// Refusals and errors.
    pub error: Style,
    /// Over the hint line of every screen: a new P1.
    pub banner: Style,
    tiers: [Style; 5],
}

const BOLD: Modifier = Modifier::BOLD;
const REVERSED: Modifier = Modifier::REVERSED;
const DIM: Modifier = Modifier::DIM;

impl Theme {
    /// Names of all themes.
    pub const NAMES: [&'static str; 5] = ["dark", "light", "high-contrast", "colour-blind", "mono"];

    /// For a dark background.
    pub fn dark() -> Self {
        let plain = Style::new();
        Self {
            name: "dark",
            glyphs: glyphs::UTF8,
            light: false,
            text: plain,
            dim: plain.add_modifier(DIM),
            strong: plain.add_modifier(BOLD),
            accent: plain.fg(Color::Cyan),
            border: plain.fg(Color::DarkGray),
            title: plain,
            focus: plain.add_modifier(REVERSED),
            selected: plain.add_modifier(REVERSED),
            resting: plain.add_modifier(BOLD),
            field: plain.add_modifier(Modifier::UNDERLINED),
            toast: plain.fg(Color::Cyan),
            error: plain.fg(Color::LightRed),
            banner: plain.fg(Color::LightRed).add_modifier(REVERSED | BOLD),
            tiers: [
                plain.fg(Color::LightRed).add_modifier(BOLD),
                plain.fg(Color::LightYellow),
                plain.fg(Color::LightBlue),
                plain.add_modifier(DIM),
                plain.add_modifier(DIM),
            ],
        }
    }

    /// For a light background: no yellow, no pale colours.
    pub fn light() -> Self {
        let plain = Style::new();
        Self {
            name: "light",
            light: true,
            accent: plain.fg(Color::Blue),
            border: plain.fg(Color::DarkGray),
            toast: plain.fg(Color::Blue),
            error: plain.fg(Color::Red),
            banner: plain.fg(Color::Red).add_modifier(REVERSED | BOLD),
            tiers: [
                plain.fg(Color::Red).add_modifier(BOLD),
                plain.fg(Color::Magenta).add_modifier(BOLD),
                plain.add_modifier(BOLD),
                plain.add_modifier(DIM),
                plain.add_modifier(DIM),
            ],
            ..Self::dark()
        }
    }

    /// White on black, nothing dim, severities as blocks.
    pub fn high_contrast() -> Self {
        let plain = Style::new().fg(Color::White).bg(Color::Black);
        Self {
            name: "high-contrast",
            text: plain,
            dim: plain,
            strong: plain.add_modifier(BOLD),
            accent: plain.fg(Color::LightCyan).add_modifier(BOLD),
            border: plain,
            title: plain.add_modifier(BOLD),
            focus: plain.add_modifier(REVERSED | BOLD),
            selected: plain.add_modifier(REVERSED | BOLD),
            resting: plain.add_modifier(BOLD | Modifier::UNDERLINED),
            field: plain.add_modifier(Modifier::UNDERLINED),
            toast: plain.fg(Color::LightCyan).add_modifier(BOLD),
            error: plain.fg(Color::LightRed).add_modifier(BOLD),
            banner: Style::new().fg(Color::White).bg(Color::Red).add_modifier(BOLD),
            tiers: [
                Style::new().fg(Color::White).bg(Color::Red).add_modifier(BOLD),
                Style::new().fg(Color::Black).bg(Color::LightYellow),
                plain.fg(Color::LightCyan).add_modifier(BOLD),
                plain,
                plain,
            ],
            ..Self::dark()
        }
    }

    /// No two severities differ by red and green; the worst is the brightest.
    pub fn colour_blind() -> Self {
        let plain = Style::new();
        Self {
            name: "colour-blind",
            accent: plain.fg(Color::Cyan),
            toast: plain.fg(Color::Cyan),
            error: plain.fg(Color::LightYellow).add_modifier(BOLD),
            banner: plain.fg(Color::LightYellow).add_modifier(REVERSED | BOLD),
            tiers: [
                plain.fg(Color::LightYellow).add_modifier(REVERSED | BOLD),
                plain.fg(Color::LightYellow),
                plain.fg(Color::LightBlue),
                plain.add_modifier(DIM),
                plain.add_modifier(DIM),
            ],
            ..Self::dark()
        }
    }

    /// No colour at all, for `NO_COLOR` and paper: bold and reverse only.
    pub fn mono() -> Self {
        let plain = Style::new();
        let bold = plain.add_modifier(BOLD);
        Self {
            name: "mono",
            dim: plain,
            accent: bold,
            border: plain,
            focus: plain.add_modifier(REVERSED),
            selected: plain.add_modifier(REVERSED),
            field: plain,
            toast: bold,
            error: bold,
            banner: plain.add_modifier(REVERSED | BOLD),
            tiers: [plain.add_modifier(REVERSED | BOLD), bold, plain, plain, plain],
            ..Self::dark()
        }
    }

    /// The theme of this name.
    pub fn named(name: &str) -> Option<Self> {
        match name.trim().to_ascii_lowercase().as_str() {
            "dark" => Some(Self::dark()),
            "light" => Some(Self::light()),
            "high-contrast" | "contrast" => Some(Self::high_contrast()),
            "colour-blind" | "color-blind" => Some(Self::colour_blind()),
            "mono" | "none" => Some(Self::mono()),
            _ => None,
        }
    }

    /// The same theme with ASCII signs and borders.
    #[must_use]
    pub fn with_ascii(self) -> Self {
        Self { glyphs: glyphs::ASCII, ..self }
    }

    /// The style of a tier 1–5; 0 is plain text.
    pub fn tier(&self, tier: u8) -> Style {
        match tier {
            1..=5 => self.tiers[usize::from(tier) - 1],
            _ => self.text,
        }
    }
}

impl Default for Theme {
    fn default() -> Self {
        Self::dark()
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)] // a test that cannot go on has failed
mod tests {
    use super::*;

    fn styles(t: &Theme) -> Vec<Style> {
        let mut all = vec![t.text, t.dim, t.strong, t.accent, t.border, t.title, t.focus, t.selected, t.resting];
        all.extend([t.field, t.toast, t.error, t.banner]);
        all.extend(t.tiers);
        all
    }

    #[test]
    fn every_name_has_its_theme() {
        for name in Theme::NAMES {
            assert_eq!(Theme::named(name).unwrap().name, name);
        }
        assert!(Theme::named("pink").is_none());
    }

    #[test]
    fn mono_knows_bold_and_reverse_only() {
        for style in styles(&Theme::mono()) {
            assert_eq!((style.fg, style.bg), (None, None));
            assert!((BOLD | REVERSED).contains(style.add_modifier), "{style:?}");
        }
    }

    #[test]
    fn only_the_sixteen_named_colours() {
        for name in Theme::NAMES {
            for style in styles(&Theme::named(name).unwrap()) {
                for colour in [style.fg, style.bg].into_iter().flatten() {
                    assert!(!matches!(colour, Color::Rgb(..) | Color::Indexed(_)));
                }
            }
        }
    }

    #[test]
    fn severity_colours_are_for_severity_only() {
        for theme in [Theme::dark(), Theme::light(), Theme::colour_blind()] {
            for tier in 1..=3 {
                assert!(theme.tier(tier).fg.is_none() || theme.tier(tier).fg != theme.accent.fg, "{}", theme.name);
            }
        }
    }
}
