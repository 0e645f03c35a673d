#![allow(clippy::unwrap_used)] // a test that cannot go on has failed

use super::contrast::{LINE, TEXT, faint, painted, ratio, rgb};
use super::*;
use ratatui::style::{Color, Modifier};

fn styles(theme: &Theme) -> Vec<Style> {
    Role::ALL.iter().map(|role| theme.style(*role)).collect()
}

fn design(text: &str) -> Design {
    Design::read("own", "own.toml", text).unwrap()
}

#[test]
fn every_shipped_file_holds() {
    for (name, text) in shipped::NAMES.into_iter().zip(shipped::FILES) {
        let read = Design::read(name, &format!("{name}.toml"), text);
        assert_eq!(read.as_ref().map_err(|faults| faults[0].to_string()), Ok(&shipped(name).unwrap()));
        assert_eq!(Theme::named(name).unwrap().name, name);
        assert!(!read.unwrap().about.is_empty(), "{name} does not say what it is for");
    }
    assert!(Theme::named("pink").is_none());
    assert_eq!(Theme::named("colour-blind").unwrap().name, "deuteranopia");
}

#[test]
fn mono_knows_bold_reverse_and_underline_only() {
    for style in styles(&Theme::mono()) {
        assert_eq!((style.fg, style.bg), (None, None));
        assert!((Modifier::BOLD | Modifier::REVERSED | Modifier::UNDERLINED).contains(style.add_modifier), "{style:?}");
    }
}

#[test]
fn a_terminal_of_sixteen_colours_gets_no_other() {
    for name in Theme::NAMES {
        for style in styles(&shipped(name).unwrap().theme(Depth::Sixteen)) {
            for colour in [style.fg, style.bg].into_iter().flatten() {
                assert!(!matches!(colour, Color::Rgb(..) | Color::Indexed(_)), "{name}");
            }
        }
    }
}

#[test]
fn severity_colours_are_for_severity_only() {
    for name in Theme::NAMES.into_iter().filter(|n| *n != "mono") {
        let theme = Theme::named(name).unwrap();
        for tier in 1..=3 {
            let worn = theme.tier(tier);
            let plain = worn.fg == theme.text.fg && worn.bg == theme.text.bg;
            assert!(plain || (worn.fg, worn.bg) != (theme.accent.fg, theme.accent.bg), "{name} P{tier}");
        }
    }
}

#[test]
fn every_shipped_theme_can_be_read() {
    for name in Theme::NAMES {
        let found: Vec<String> = faint(&shipped(name).unwrap())
            .iter()
            .map(|f| format!("{name}: {} has {:.2}, needs {} ({:?})", f.role.word(), f.ratio, f.needs, f.depth))
            .collect();
        assert!(found.is_empty(), "{}", found.join("\n"));
    }
}

#[test]
fn what_cannot_be_read_is_found() {
    let found = |text: &str| faint(&design(text)).into_iter().map(|f| (f.role, f.depth, f.needs)).collect::<Vec<_>>();
    // Blue on black is what old consoles are known for.
    assert_eq!(found("[roles]\np3 = \"blue/111\""), [(Role::P3, Depth::Sixteen, TEXT)]);
    assert_eq!(found("[roles]\np3 = \"light-cyan/17\"").len(), 2, "on 256 colours, and so on those that have more");
}

#[test]
fn lines_and_backgrounds_are_measured_too() {
    let found = |text: &str| faint(&design(text)).into_iter().map(|f| (f.role, f.needs)).collect::<Vec<_>>();
    assert_eq!(found("[roles]\nborder = \"black\"")[0], (Role::Border, LINE));
    assert!(found("[theme]\nbase = \"light\"\n[roles]\naccent = \"light-yellow\"").contains(&(Role::Accent, TEXT)));
    assert!(found("[roles]\nbanner = \"red on light-red\"").contains(&(Role::Banner, TEXT)));
    // Yellow on white; the other way round it is as bad.
    assert!(found("[theme]\nbase = \"light\"\n[roles]\np2 = \"light-yellow reversed\"").contains(&(Role::P2, TEXT)));
}

#[test]
fn contrast_is_that_of_the_standard() {
    assert!((ratio([0; 3], [255; 3]) - 21.0).abs() < 1e-9);
    assert!((ratio([119; 3], [255; 3]) - 4.478).abs() < 0.001);
    assert_eq!((rgb(Color::Indexed(111)), rgb(Color::Indexed(244))), (Some([135, 175, 255]), Some([128; 3])));
}

/// Machado, Oliveira and Fernandes 2009, severity 1, on linear light.
const EYES: [(&str, [[f64; 3]; 3]); 3] = [
    ("protanopia", [[0.152, 1.053, -0.205], [0.115, 0.786, 0.099], [-0.004, -0.048, 1.052]]),
    ("deuteranopia", [[0.367, 0.861, -0.228], [0.280, 0.673, 0.047], [-0.012, 0.043, 0.969]]),
    ("tritanopia", [[1.256, -0.077, -0.179], [-0.078, 0.931, 0.148], [0.005, 0.691, 0.304]]),
];

/// How such eyes see a colour, in CIE Lab.
#[allow(clippy::many_single_char_names)] // as colours are written
fn seen(rgb: [u8; 3], eyes: &[[f64; 3]; 3]) -> [f64; 3] {
    let linear = rgb.map(|byte| (f64::from(byte) / 255.0).powf(2.2));
    let [r, g, b] = [0, 1, 2].map(|n| (0..3).map(|k| eyes[n][k] * linear[k]).sum::<f64>().clamp(0.0, 1.0));
    let xyz = [
        (0.4124 * r + 0.3576 * g + 0.1805 * b) / 0.9505,
        0.2126 * r + 0.7152 * g + 0.0722 * b,
        (0.0193 * r + 0.1192 * g + 0.9505 * b) / 1.089,
    ];
    let [x, y, z] = xyz.map(|t| if t > 0.008_856 { t.cbrt() } else { 7.787 * t + 16.0 / 116.0 });
    [116.0 * y - 16.0, 500.0 * (x - y), 200.0 * (y - z)]
}

fn apart(a: [f64; 3], b: [f64; 3]) -> f64 {
    (0..3).map(|n| (a[n] - b[n]).powi(2)).sum::<f64>().sqrt()
}

/// Pairs of severities that such eyes take for one another.
fn mixed_up(design: &Design, eyes: &[[f64; 3]; 3]) -> Vec<(Role, Role)> {
    let look = |role| {
        let (ink, behind) = painted(design.style(role, Depth::Sixteen), design.ground);
        (seen(ink, eyes), seen(behind, eyes))
    };
    [(Role::P1, Role::P2), (Role::P1, Role::P3), (Role::P2, Role::P3)]
        .into_iter()
        .filter(|(a, b)| {
            let (a, b) = (look(*a), look(*b));
            // 25 in Lab is told apart at a glance even in thin letters.
            apart(a.0, b.0) < 25.0 && apart(a.1, b.1) < 25.0
        })
        .collect()
}

#[test]
fn severities_differ_for_the_eyes_that_a_theme_is_for() {
    for (eyes, matrix) in &EYES {
        let name = if *eyes == "protanopia" { "deuteranopia" } else { eyes };
        assert_eq!(mixed_up(&shipped(name).unwrap(), matrix), [], "{eyes}");
    }
    // Red and green that such eyes take for one.
    let planted = design("[roles]\np1 = \"red\"\np2 = \"yellow/58\"\np3 = \"green\"");
    assert!(!mixed_up(&planted, &EYES[1].1).is_empty());
}

#[test]
fn what_a_file_leaves_out_falls_back_to_another_role() {
    let blank = Design::blank("none");
    assert!(styles(&blank.theme(Depth::True)).iter().all(|s| *s == Style::new()));
    let own = design("[roles]\nstrong = \"green bold\"\nresting = \"like strong underlined\"\np4 = \"white\"");
    let theme = own.theme(Depth::Sixteen);
    assert_eq!(theme.resting, Style::new().fg(Color::Green).bold().underlined());
    assert_eq!(theme.tier(5), Style::new().fg(Color::White), "P5 is like P4");
    // What it says nothing of is its base's.
    assert_eq!((theme.accent, theme.light), (Theme::dark().accent, false));
    for role in Role::ALL {
        let mut at = *role;
        let steps = std::iter::from_fn(|| {
            at = at.falls_back()?;
            Some(at)
        });
        assert!(steps.take(20).count() < 6, "{} falls back in a circle", role.word());
    }
}

#[test]
fn richer_colours_are_for_terminals_that_have_them() {
    let own = design("[theme]\nbase = \"light\"\n[roles]\ntext = \"white on black\"\np3 = \"blue/111/#87afff\"");
    let p3 = |depth| own.style(Role::P3, depth);
    assert_eq!(p3(Depth::Sixteen).fg, Some(Color::Blue));
    assert_eq!(p3(Depth::Indexed).fg, Some(Color::Indexed(111)));
    assert_eq!(p3(Depth::True).fg, Some(Color::Rgb(0x87, 0xaf, 0xff)));
    assert_eq!(p3(Depth::True).bg, Some(Color::Black), "the background is the text's");
    assert!(own.theme(Depth::True).light);
}

#[test]
fn a_fault_names_its_place_and_how_to_mend_it() {
    let table = [
        ("[roles]\np1 = \"lightred\"", "own.toml:2:7: “lightred” is no colour; colours are default, black"),
        ("[roles]\np1 = \"bold like strnog\"", "own.toml:2:17: no role is called “strnog”; roles are text"),
        ("[roles]\np1 = \"111\"", "own.toml:2:7: a colour is named first; write the nearest"),
        ("[roles]\np1 = \"white on\"", "own.toml:2:13: on which colour?; write one"),
        ("[roles]\np1 = \"red/300\"", "own.toml:2:7: “300” is no colour; behind the name"),
        ("[roles]\np1 = \"cyan//#101010\"", "own.toml:2:7: “” is no colour; behind the name"),
        ("[roles]\nP9 = \"red\"", "own.toml:2:1: no role is called “P9”; roles are text"),
        ("[roles]\np4 = \"like p5\"", "own.toml:2:6: “p4” is like itself"),
        ("[theme]\nbase = \"pink\"", "own.toml:2:8: no theme is called “pink”; base is one of dark, light"),
        ("[theme]\nbackground = \"beige\"", "own.toml:2:14: no background “beige”; it is dark or light"),
        ("[theme]\nfont = \"big\"", "own.toml:2:1: no setting “font”; there are base"),
        ("[colours]\np1 = \"red\"", "own.toml:1:2: no section is called [colours]; there are [theme] and [roles]"),
        ("[roles]\np1 = red", "own.toml:2:6: "),
        ("p1 = \"red\"", "own.toml:1:"),
    ];
    for (text, said) in table {
        let faults = Design::read("own", "own.toml", text).unwrap_err();
        assert!(faults[0].to_string().starts_with(said), "{text:?}: {}", faults[0]);
        assert!(!faults[0].mend.is_empty(), "{text:?} is not mended");
    }
}

#[test]
fn a_theme_suits_its_terminal() {
    use Depth::{Indexed, Sixteen, True};
    assert_eq!(suits(true, True, Some(Ground::Light)), "mono");
    assert_eq!(suits(false, Sixteen, None), "16-colour");
    assert_eq!(suits(false, Indexed, None), "dark");
    assert_eq!(suits(false, True, Some(Ground::of(253, 246, 227))), "light");
    assert_eq!(suits(false, True, Some(Ground::of(0, 43, 54))), "dark");
}
