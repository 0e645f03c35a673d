//! Where a name ends is where a terminal has its cursor: our widths against a VT parser, and against tmux where there is
//! one. Names are made up, one a script.

use super::drive;
use caseload::terminal::paint::{Abilities, Painter};
use caseload::ui::text::{clean, cut, width};
use caseload::ui::{Theme, draw_into};
use ratatui::buffer::Buffer;
use ratatui::layout::{Rect, Size};
use std::process::Command;
use std::time::{Duration, Instant};

const NAMES: [(&str, &str); 34] = [
    ("Latin", "O'Brien, Maeve"),
    ("Latin with diacritics", "Krzyżanowska, Małgorzata Świętosława"),
    ("combining marks", "Garci\u{301}a-Lo\u{301}pez, Ine\u{301}s"),
    ("Vietnamese", "Nguyễn, Thị Lan Hương"),
    ("Greek", "Παπαδοπούλου, Ελένη"),
    ("Cyrillic", "Петров, Иван Ильич"),
    ("Armenian", "Հարությունյան, Անի"),
    ("Georgian", "მაისურაძე, ნინო"),
    ("Hebrew", "לוי, שָׂרָה"),
    ("Arabic", "الفلاح, علاء لاما"),
    ("Persian", "رضایی, زهرا گل"),
    ("Urdu", "خان, ڈاکٹر نگہت"),
    ("Syriac", "ܡܪܝܡ ܒܪܬ ܝܘܚܢܢ"),
    ("Devanagari", "शर्मा, क्षितिजा"),
    ("Bengali", "চৌধুরী, শ্রীময়ী"),
    ("Gurmukhi", "ਸਿੰਘ, ਗੁਰਪ੍ਰੀਤ"),
    ("Gujarati", "પટેલ, જ્યોત્સ્ના"),
    ("Odia", "ପଟ୍ଟନାୟକ, ସୁଶ୍ରୀ"),
    ("Tamil", "சுப்பிரமணியம், ஸ்ரீதேவி"),
    ("Telugu", "వెంకటేశ్వర్లు, శ్రీ"),
    ("Kannada", "ಕೃಷ್ಣಮೂರ್ತಿ, ಸ್ಮಿತಾ"),
    ("Malayalam", "നമ്പൂതിരി, ശ്രീലക്ഷ്മി"),
    ("Sinhala", "රාජපක්ෂ, ශ්‍රියානි"),
    ("Thai", "ศรีสุวรรณ, น้ำผึ้ง"),
    ("Lao", "ພົມມະວົງ, ນ້ຳຝົນ"),
    ("Khmer", "ស្រីម៉ៅ, សុខា"),
    ("Burmese", "မြင့်မြင့်, အောင်"),
    ("Tibetan", "བསྟན་འཛིན་, པདྨ"),
    ("Ethiopic", "ተስፋዬ, አልማዝ"),
    ("Chinese", "歐陽, 美玲非常長的名字"),
    ("Japanese", "渡辺, 裕子 ガッツ ﾊﾝｶｸ"),
    ("Korean", "김, 영희 \u{1112}\u{1161}\u{11ab}"),
    ("Cherokee and others", "ᏣᎳᎩ, ᠮᠣᠩᠭᠣᠯ ꦗꦮ"),
    ("emoji", "👩\u{200d}👩\u{200d}👧 Family, 👍🏽 ❤\u{fe0f} 🇺🇸 1\u{fe0f}\u{20e3}"),
];

/// What a VT parser shows after these bytes, against what was drawn.
fn same_columns(what: &str, buf: &Buffer) {
    let Rect { width: w, height: h, .. } = buf.area;
    let mut painter = Painter::new(Abilities::XTERM, Size { width: w, height: h });
    for y in 0..h {
        for x in 0..w {
            painter.put(x, y, &buf[(x, y)]);
        }
    }
    let mut terminal = vt100::Parser::new(h, w, 0);
    terminal.process(&painter.frame());
    for y in 0..h {
        let mut x = 0;
        while x < w {
            let symbol = buf[(x, y)].symbol();
            let cells = width(symbol).max(1);
            // A cluster may stand in several cells of the terminal, and takes as many here.
            let there: String = (x..x + cells)
                .filter_map(|x| terminal.screen().cell(y, x))
                .filter(|cell| !cell.is_wide_continuation())
                .map(|cell| if cell.has_contents() { cell.contents() } else { " " })
                .collect();
            assert_eq!(there, symbol, "{what} at {x},{y}");
            x += cells;
        }
    }
}

#[test]
fn a_name_ends_where_a_vt_parser_has_its_cursor() {
    for (script, name) in NAMES {
        let shown = clean(name);
        for max in 1..40 {
            let text = cut(&shown, max, "…");
            let mut terminal = vt100::Parser::new(1, 120, 0);
            terminal.process(text.as_bytes());
            let at = terminal.screen().cursor_position().1;
            assert_eq!(at, width(&text), "{script}: {text:?} cut to {max}");
            assert!(at <= max, "{script}: {text:?} is wider than {max}");
        }
    }
}

#[test]
fn a_screen_of_all_scripts_stands_in_its_columns() {
    for (w, h) in [(40, 12), (44, 18), (80, 24), (120, 40), (200, 60)] {
        for (n, (script, name)) in NAMES.iter().enumerate() {
            let mut model = drive::drawn(w, h);
            let other = |k: usize| NAMES[(n + k) % NAMES.len()].1.to_owned();
            for (k, row) in model.alerts.rows.iter_mut().enumerate() {
                row.name = other(k);
                row.cause = format!("{name}: {name}");
            }
            for (k, row) in model.clients.rows.iter_mut().enumerate() {
                row.name = other(k);
            }
            for (k, row) in model.staff.rows.iter_mut().enumerate() {
                row.name = other(k);
            }
            for theme in [Theme::dark(), Theme::mono().with_ascii()] {
                let mut buf = Buffer::empty(Rect::new(0, 0, w, h));
                draw_into(&model, &theme, &mut buf);
                same_columns(script, &buf);
            }
        }
    }
}

/// Marks that Unicode says take no cell of their own (Grapheme_Extend), and that terminals which go by the C library's
/// tables give one. Nothing can be right on both: a row with one ends a cell further to the right there.
const DISPUTED: [char; 12] = [
    '\u{9be}', '\u{9d7}', '\u{b3e}', '\u{b57}', '\u{bbe}', '\u{bd7}', '\u{cc2}', '\u{cd5}', '\u{cd6}', '\u{d3e}',
    '\u{d57}', '\u{dcf}',
];

/// Prints each line of a file and asks the terminal where its cursor stands then.
const ASKS: &str = r#"stty -icanon -echo
while IFS= read -r name <&3; do
    printf '\r\033[K%s\033[6n' "$name"
    IFS= read -rs -d R reply
    printf '%s\n' "${reply##*;}" >>"$2"
done 3<"$1"
printf 'done\n' >>"$2"
sleep 60
"#;

#[test]
fn a_name_ends_where_tmux_has_its_cursor() {
    let has = |program: &str, flag: &str| Command::new(program).arg(flag).output().is_ok_and(|o| o.status.success());
    if !has("tmux", "-V") || !has("bash", "--version") {
        eprintln!("there is no tmux here to be asked");
        return;
    }
    let home = tempfile::tempdir().unwrap();
    let at = |name: &str| home.path().join(name).display().to_string();
    let shown: Vec<_> = NAMES.iter().map(|(script, name)| (script, clean(name))).collect();
    let lines: String = shown.iter().map(|(_, text)| format!("{text}\n")).collect();
    std::fs::write(at("names"), lines).unwrap();
    std::fs::write(at("asks.sh"), ASKS).unwrap();
    let tmux = |args: &[&str]| {
        let mut command = Command::new("tmux");
        command.args(["-u", "-f", "/dev/null", "-S", &at("socket")]).args(args);
        command.env("LC_ALL", "C.UTF-8").env_remove("TMUX").output().unwrap()
    };
    let script = format!("bash {} {} {}", at("asks.sh"), at("names"), at("columns"));
    let begun = tmux(&["new-session", "-d", "-x", "120", "-y", "10", &script]);
    assert!(begun.status.success(), "{}", String::from_utf8_lossy(&begun.stderr));
    let end = Instant::now() + Duration::from_mins(1);
    let told = loop {
        let told = std::fs::read_to_string(at("columns")).unwrap_or_default();
        if told.ends_with("done\n") {
            break told;
        }
        assert!(Instant::now() < end, "tmux said no more than {told:?}");
        std::thread::sleep(Duration::from_millis(20));
    };
    tmux(&["kill-server"]);
    let wrong: Vec<String> = shown
        .iter()
        .zip(told.lines())
        .filter_map(|((script, text), column)| {
            let there = column.parse::<u16>().unwrap() - 1;
            let disputed = text.chars().filter(|c| DISPUTED.contains(c)).count() as u16;
            let fits = (width(text)..=width(text) + disputed).contains(&there);
            (!fits).then(|| format!("{script}: {text} takes {} here and {there} there", width(text)))
        })
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
