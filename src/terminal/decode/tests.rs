//! The decoder against every key we know, every answer we know, and noise.

use super::*;
use crossterm::event::{KeyEvent, KeyEventKind, MouseButton, MouseEventKind};
use proptest::prelude::*;

fn all(bytes: &[u8]) -> Vec<Input> {
    let mut out = Vec::new();
    let mut decoder = Decoder::new();
    decoder.feed(bytes, 0, &mut out);
    if let Some(due) = decoder.deadline() {
        decoder.tick(due, &mut out);
    }
    out
}

fn k(code: KeyCode, modifiers: KeyModifiers) -> Input {
    Input::Event(Event::Key(KeyEvent::new(code, modifiers)))
}

fn c(letter: char) -> Input {
    k(KeyCode::Char(letter), KeyModifiers::NONE)
}

const NONE: KeyModifiers = KeyModifiers::NONE;
const SHIFT: KeyModifiers = KeyModifiers::SHIFT;
const CTRL: KeyModifiers = KeyModifiers::CONTROL;
const ALT: KeyModifiers = KeyModifiers::ALT;

/// Every answer a terminal may give, with what we make of it.
fn answers() -> Vec<(&'static [u8], Reply)> {
    let mode = |private, mode, state| Reply::ModeReport { private, mode, state };
    vec![
        (b"\x1b[?62;1;6;22c", Reply::DeviceAttributes { level: 1, values: vec![62, 1, 6, 22] }),
        (b"\x1b[?1;2c", Reply::DeviceAttributes { level: 1, values: vec![1, 2] }),
        (b"\x1b[>41;390;0c", Reply::DeviceAttributes { level: 2, values: vec![41, 390, 0] }),
        (b"\x1bP!|7E565445\x1b\\", Reply::DeviceAttributes { level: 3, values: vec![] }),
        (b"\x1bP>|XTerm(390)\x1b\\", Reply::Version("XTerm(390)".into())),
        (b"\x1b[?2026;2$y", mode(true, 2026, ModeState::Reset)),
        (b"\x1b[?2031;1$y", mode(true, 2031, ModeState::Set)),
        (b"\x1b[4;0$y", mode(false, 4, ModeState::Unknown)),
        (b"\x1b[?997;1n", Reply::ColorScheme { dark: true }),
        (b"\x1b[?997;2n", Reply::ColorScheme { dark: false }),
        (
            b"\x1b]4;7;rgb:e5e5/e5e5/e5e5\x1b\\",
            Reply::ColorReport { slot: ColorSlot::Palette(7), rgb: Some((0xe5, 0xe5, 0xe5)) },
        ),
        (
            b"\x1b]10;rgb:ffff/ffff/ffff\x07",
            Reply::ColorReport { slot: ColorSlot::Foreground, rgb: Some((255, 255, 255)) },
        ),
        (
            b"\x1b]11;rgb:0000/2b2b/3636\x1b\\",
            Reply::ColorReport { slot: ColorSlot::Background, rgb: Some((0, 0x2b, 0x36)) },
        ),
        (
            b"\x1b]11;rgba:00/2b/36/ff\x07",
            Reply::ColorReport { slot: ColorSlot::Background, rgb: Some((0, 0x2b, 0x36)) },
        ),
        (b"\x1b]12;odd\x07", Reply::ColorReport { slot: ColorSlot::Cursor, rgb: None }),
        (b"\x1bP1+r524742=382F382F38\x1b\\", Reply::Capability { name: "RGB".into(), value: Some("8/8/8".into()) }),
        (b"\x1bP0+r5463\x1b\\", Reply::Capability { name: "Tc".into(), value: None }),
        (b"\x1b[0n", Reply::StatusOk),
        (b"\x1b[3n", Reply::Other),
        (b"\x1b[12;40R", Reply::CursorPosition { row: 12, column: 40 }),
        (b"\x1b[1;2R", Reply::CursorPosition { row: 1, column: 2 }),
        (b"\x1b[?12;40;1R", Reply::CursorPosition { row: 12, column: 40 }),
        (b"\x1bP1$r0m\x1b\\", Reply::Other),
        (b"\x1bP1$r1;24r\x1b\\", Reply::Other),
        (b"\x1bP0$r\x1b\\", Reply::Other),
        (b"\x1b[?0u", Reply::Keyboard { flags: 0 }),
        (b"\x1b[>4;2m", Reply::Other),
        (b"\x1b[8;24;80t", Reply::Other),
        (b"\x1b]52;c;cXVpdA==\x1b\\", Reply::Other),
        (b"\x1b]lquit q u c\x1b\\", Reply::Other),
        (b"\x1b_Gi=31;OK\x1b\\", Reply::Other),
        (b"\x1b^private q\x1b\\", Reply::Other),
        (b"\x1bXstring q\x1b\\", Reply::Other),
    ]
}

#[test]
fn keys_of_one_byte() {
    assert_eq!(
        all(b"aZ\r\n\t\x7f\x08\x00\x01\x1a"),
        [
            c('a'),
            k(KeyCode::Char('Z'), SHIFT),
            k(KeyCode::Enter, NONE),
            k(KeyCode::Char('j'), CTRL),
            k(KeyCode::Tab, NONE),
            k(KeyCode::Backspace, NONE),
            k(KeyCode::Backspace, NONE),
            k(KeyCode::Char(' '), CTRL),
            k(KeyCode::Char('a'), CTRL),
            k(KeyCode::Char('z'), CTRL),
        ]
    );
    let [fs, us] = [k(KeyCode::Char('\\'), CTRL), k(KeyCode::Char('_'), CTRL)];
    assert_eq!(all(b"\x1c\x1f"), [fs, us]);
}

#[test]
fn letters_beyond_ascii_and_broken_ones() {
    assert_eq!(all("éß漢🙂".as_bytes()), ['é', 'ß', '漢', '🙂'].map(c));
    assert_eq!(all("\u{1b}é".as_bytes()), [k(KeyCode::Char('é'), ALT)]);
    // Overlong, surrogate, stray continuation, C1 in both forms, cut off by a key: only the keys remain.
    assert_eq!(all(b"a\xc0\xafb\xed\xa0\x80c\x9bd\xc2\x9be\xe6\xbcf"), ['a', 'b', 'c', 'd', 'e', 'f'].map(c));
    assert_eq!(all(b"\x1b\xffx"), [k(KeyCode::Esc, NONE), c('x')]);
    assert_eq!(all(b"\xe6\xbc"), []);
}

#[test]
fn keys_of_many_terminals() {
    let table: &[(&[u8], KeyCode, KeyModifiers)] = &[
        (b"\x1b[A", KeyCode::Up, NONE),
        (b"\x1bOA", KeyCode::Up, NONE),
        (b"\x1b[1;5A", KeyCode::Up, CTRL),
        (b"\x1b[5C", KeyCode::Right, CTRL),
        (b"\x1bOd", KeyCode::Left, CTRL),
        (b"\x1b[a", KeyCode::Up, SHIFT),
        (b"\x1b\x1b[A", KeyCode::Up, ALT),
        (b"\x1b[1;3D", KeyCode::Left, ALT),
        (b"\x1b[H", KeyCode::Home, NONE),
        (b"\x1b[1~", KeyCode::Home, NONE),
        (b"\x1b[7~", KeyCode::Home, NONE),
        (b"\x1bOH", KeyCode::Home, NONE),
        (b"\x1b[F", KeyCode::End, NONE),
        (b"\x1b[4~", KeyCode::End, NONE),
        (b"\x1b[8~", KeyCode::End, NONE),
        (b"\x1b[7$", KeyCode::Home, SHIFT),
        (b"\x1b[3^", KeyCode::Delete, CTRL),
        (b"\x1b[3@", KeyCode::Delete, CTRL.union(SHIFT)),
        (b"\x1b[2~", KeyCode::Insert, NONE),
        (b"\x1b[3;5~", KeyCode::Delete, CTRL),
        (b"\x1b[5~", KeyCode::PageUp, NONE),
        (b"\x1b[6~", KeyCode::PageDown, NONE),
        (b"\x1b[Z", KeyCode::BackTab, SHIFT),
        (b"\x1bOP", KeyCode::F(1), NONE),
        (b"\x1bOR", KeyCode::F(3), NONE),
        (b"\x1bO5P", KeyCode::F(1), CTRL),
        (b"\x1b[1;2P", KeyCode::F(1), SHIFT),
        (b"\x1b[[A", KeyCode::F(1), NONE),
        (b"\x1b[[E", KeyCode::F(5), NONE),
        (b"\x1b[11~", KeyCode::F(1), NONE),
        (b"\x1b[13~", KeyCode::F(3), NONE),
        (b"\x1b[15~", KeyCode::F(5), NONE),
        (b"\x1b[17~", KeyCode::F(6), NONE),
        (b"\x1b[21~", KeyCode::F(10), NONE),
        (b"\x1b[23~", KeyCode::F(11), NONE),
        (b"\x1b[24;2~", KeyCode::F(12), SHIFT),
        (b"\x1b[34~", KeyCode::F(20), NONE),
        (b"\x1bOM", KeyCode::Enter, NONE),
        (b"\x1bOp", KeyCode::Char('0'), NONE),
        (b"\x1bx", KeyCode::Char('x'), ALT),
        (b"\x1b\r", KeyCode::Enter, ALT),
        (b"\x1b\x7f", KeyCode::Backspace, ALT),
        (b"\x1b\x01", KeyCode::Char('a'), CTRL.union(ALT)),
        (b"\x1b[105;5u", KeyCode::Char('i'), CTRL),
        (b"\x1b[97:65;2u", KeyCode::Char('A'), SHIFT),
        (b"\x1b[9;5u", KeyCode::Tab, CTRL),
        (b"\x1b[9;2u", KeyCode::BackTab, SHIFT),
        (b"\x1b[27u", KeyCode::Esc, NONE),
        (b"\x1b[57424u", KeyCode::End, NONE),
        (b"\x1b[27;5;9~", KeyCode::Tab, CTRL),
        (b"\x1b[27;6;65~", KeyCode::Char('A'), CTRL.union(SHIFT)),
        // Alone and then silence.
        (b"\x1b", KeyCode::Esc, NONE),
        (b"\x1b[", KeyCode::Char('['), ALT),
        (b"\x1b]", KeyCode::Char(']'), ALT),
        (b"\x1bO", KeyCode::Char('O'), ALT.union(SHIFT)),
        (b"\x1b_", KeyCode::Char('_'), ALT),
    ];
    for (bytes, code, modifiers) in table {
        assert_eq!(all(bytes), [k(*code, *modifiers)], "{}", bytes.escape_ascii());
    }
    // A key let go, and one nobody has, are nothing.
    let held = |code, mods| Input::Event(Event::Key(KeyEvent::new_with_kind(code, mods, KeyEventKind::Repeat)));
    let (o, none) = (KeyCode::Char('o'), KeyModifiers::NONE);
    assert_eq!(all(b"\x1b[111;1:2u\x1b[1;1:2A"), [held(o, none), held(KeyCode::Up, none)]);
    assert_eq!(all(b"\x1b[?0u\x1b[?15u"), [0, 15].map(|flags| Input::Reply(Reply::Keyboard { flags })));
    assert_eq!(all(b"\x1b[?u\x1b[?1;2u"), [Input::Reply(Reply::Other), Input::Reply(Reply::Other)]);
    assert_eq!(all(b"\x1b[97;1:3u\x1b[1;1:3A\x1b[57999u"), []);
}

#[test]
fn esc_twice_and_esc_before_answers() {
    let esc = || k(KeyCode::Esc, NONE);
    assert_eq!(all(b"\x1b\x1b"), [esc(), esc()]);
    assert_eq!(all(b"\x1b\x1b\x1b"), [esc(), esc(), esc()]);
    assert_eq!(all(b"\x1b\x1bx"), [esc(), k(KeyCode::Char('x'), ALT)]);
    for (answer, reply) in answers() {
        let bytes = [b"\x1b", answer].concat();
        assert_eq!(all(&bytes), [esc(), Input::Reply(reply)], "{}", bytes.escape_ascii());
    }
}

#[test]
fn silence_ends_what_is_unfinished() {
    let mut out = Vec::new();
    let mut decoder = Decoder::new();
    assert_eq!(decoder.deadline(), None);
    decoder.feed(b"\x1b", 100, &mut out);
    assert_eq!(decoder.deadline(), Some(100 + ESC_WAIT_MS));
    decoder.tick(100 + ESC_WAIT_MS - 1, &mut out);
    assert_eq!(out, []);
    decoder.tick(100 + ESC_WAIT_MS, &mut out);
    assert_eq!(out, [k(KeyCode::Esc, NONE)]);
    assert_eq!(decoder.deadline(), None);
    out.clear();
    // Half an answer is dropped after a second, and the next key is a key.
    for half in [&b"\x1b[?62;1"[..], b"\x1b]11;rgb:00", b"\x1bP>|XT", b"\x1b_G", b"\x1b[M!", b"\x1bO1;"] {
        decoder.feed(half, 1000, &mut out);
        assert_eq!(decoder.deadline(), Some(1000 + SILENCE_MS));
        decoder.tick(1999, &mut out);
        decoder.tick(2000, &mut out);
        decoder.feed(b"q", 2000, &mut out);
        assert_eq!(std::mem::take(&mut out), [c('q')], "{}", half.escape_ascii());
    }
}

#[test]
fn torn_sequences_keep_the_key_behind_them() {
    assert_eq!(all(b"\x1b[1;\r"), [k(KeyCode::Enter, NONE)]);
    assert_eq!(all(b"\x1b[1;\x1b[B"), [k(KeyCode::Down, NONE)]);
    assert_eq!(all(b"\x1b]11;rg\x1b[B"), [k(KeyCode::Down, NONE)]);
    assert_eq!(all(b"\x1b[x"), [Input::Reply(Reply::Other)]);
    assert_eq!(all(b"\x1b[3$x"), [Input::Reply(Reply::Other)]);
    assert_eq!(all(b"\x1b[3$\x1b[B"), [k(KeyCode::Delete, SHIFT), k(KeyCode::Down, NONE)]);
}

#[test]
fn pastes() {
    let paste = |text: &str| Input::Event(Event::Paste(text.into()));
    assert_eq!(all(b"\x1b[200~a\r\nb\rc\td\x1b[31m\x07q\xff\x1b[201~z"), [paste("a\nb\nc\td[31mq"), c('z')]);
    assert_eq!(all(b"\x1b[200~\x1b\x1b[201~"), []);
    assert_eq!(all(b"\x1b[200~x\x1b[201\x1b[201~"), [paste("x[201")]);
    // No end: delivered after silence.
    assert_eq!(all(b"\x1b[200~lost\x1b[20"), [paste("lost[20")]);
    let mut long = b"\x1b[200~".to_vec();
    long.resize(PASTE_CAP + 5000, b'x');
    long.extend_from_slice(b"\x1b[201~k");
    assert_eq!(all(&long), [paste(&"x".repeat(PASTE_CAP)), c('k')]);
}

#[test]
fn overlong_answers_are_read_to_their_end() {
    for (begin, end) in [("\x1b]", "\x07"), ("\x1bP", "\x1b\\"), ("\x1b[", "c"), ("\x1bX", "\x1b\\")] {
        let fill = if begin == "\x1b[" { "1" } else { "q" };
        let bytes = format!("a{begin}{}{end}b", fill.repeat(3 * SEQUENCE_CAP));
        assert_eq!(all(bytes.as_bytes()), [c('a'), Input::Reply(Reply::Other), c('b')]);
    }
}

#[test]
fn mouse_and_focus() {
    let mouse = |kind, modifiers| {
        Input::Event(Event::Mouse(crossterm::event::MouseEvent { kind, column: 9, row: 4, modifiers }))
    };
    assert_eq!(
        all(b"\x1b[<0;10;5M\x1b[<0;10;5m\x1b[<64;10;5M\x1b[<20;10;5M\x1b[<35;10;5M\x1b[<34;10;5M"),
        [
            mouse(MouseEventKind::Down(MouseButton::Left), NONE),
            mouse(MouseEventKind::Up(MouseButton::Left), NONE),
            mouse(MouseEventKind::ScrollUp, NONE),
            mouse(MouseEventKind::Down(MouseButton::Left), SHIFT | CTRL),
            mouse(MouseEventKind::Moved, NONE),
            mouse(MouseEventKind::Drag(MouseButton::Right), NONE),
        ]
    );
    assert_eq!(all(b"\x1b[I\x1b[O"), [Input::Event(Event::FocusGained), Input::Event(Event::FocusLost)]);
    assert_eq!(all(b"\x1b[Mqqqa"), [Input::Reply(Reply::Other), c('a')]);
    assert_eq!(all(b"\x1b[Mq\x1b[A"), [k(KeyCode::Up, NONE)]);
}

#[test]
fn answers_whole_and_split_at_every_byte() {
    type Keys = fn() -> Vec<Input>;
    let befores: &[(&[u8], Keys)] =
        &[(b"", Vec::new), (b"k", || vec![c('k')]), (b"\x1b[A", || vec![k(KeyCode::Up, NONE)])];
    let mut cases = 0;
    for (answer, reply) in answers() {
        for (before, before_keys) in befores {
            let bytes = [before, answer, b"q\x1b[B"].concat();
            let mut wanted = before_keys();
            wanted.extend([Input::Reply(reply.clone()), c('q'), k(KeyCode::Down, NONE)]);
            for at in 0..=bytes.len() {
                let mut out = Vec::new();
                let mut decoder = Decoder::new();
                let (one, two) = bytes.split_at(at);
                decoder.feed(one, 0, &mut out);
                decoder.tick(ESC_WAIT_MS - 1, &mut out);
                decoder.feed(two, ESC_WAIT_MS - 1, &mut out);
                assert_eq!(out, wanted, "{} cut at {at}", bytes.escape_ascii());
                // Anywhere but behind a lone ESC it may be silent for almost a second.
                let mut slow = Decoder::new();
                out.clear();
                slow.feed(one, 0, &mut out);
                if slow.deadline().is_none_or(|due| due == SILENCE_MS) {
                    slow.tick(SILENCE_MS - 1, &mut out);
                    slow.feed(two, SILENCE_MS - 1, &mut out);
                    assert_eq!(out, wanted, "{} cut slowly at {at}", bytes.escape_ascii());
                }
                cases += 1;
            }
        }
    }
    assert!(cases > 1500, "{cases}");
}

fn piece() -> impl Strategy<Value = Vec<u8>> {
    let known: Vec<Vec<u8>> = answers().into_iter().map(|(bytes, _)| bytes.to_vec()).collect();
    prop_oneof![
        proptest::collection::vec(any::<u8>(), 0..12),
        proptest::sample::select(known),
        "[a-zA-Zé漢 \\r\\t]{0,6}".prop_map(String::into_bytes),
        proptest::sample::select(vec![
            "\x1b",
            "\x1b[",
            "\x1b]",
            "\x1bP",
            "\x1bO",
            "\x1b[200~",
            "\x1b[201~",
            "\x1b[[",
            "\x1b[M",
            "\x1b\\",
            "\x07",
            "\x1b[3$"
        ])
        .prop_map(|text| text.as_bytes().to_vec()),
    ]
}

/// A complete control sequence or string by the grammar of ECMA-48, and what kind of thing it is.
fn complete() -> impl Strategy<Value = Vec<u8>> {
    let csi =
        ("[?>=][0-9:;]{0,12}[ -/]{0,2}", "[@-~]").prop_map(|(body, last)| format!("\x1b[{body}{last}").into_bytes());
    let text = ("[\\]P_^X]", "[ -~é]{0,40}").prop_map(|(kind, body)| format!("\x1b{kind}{body}\x1b\\").into_bytes());
    let osc = "[ -~]{0,40}".prop_map(|body| format!("\x1b]{body}\x07").into_bytes());
    prop_oneof![csi, text, osc]
}

fn keys_of(out: &[Input]) -> Vec<&Input> {
    out.iter().filter(|input| matches!(input, Input::Event(_))).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 512, rng_seed: proptest::test_runner::RngSeed::Fixed(0x5eed), ..ProptestConfig::default() })]

    #[test]
    fn noise_never_panics_and_never_grows(chunks in proptest::collection::vec((piece(), 0_i64..1500), 0..40)) {
        let mut decoder = Decoder::new();
        let (mut out, mut now) = (Vec::new(), 0);
        for (bytes, pause) in chunks {
            decoder.feed(&bytes, now, &mut out);
            now += pause;
            decoder.tick(now, &mut out);
            prop_assert!(decoder.held() <= PASTE_CAP);
        }
        decoder.tick(now + PASTE_SILENCE_MS, &mut out);
        prop_assert_eq!(decoder.deadline(), None);
        prop_assert_eq!(decoder.held(), 0);
    }

    #[test]
    fn reads_may_be_cut_anywhere(pieces in proptest::collection::vec(piece(), 0..12), cuts in proptest::collection::vec(1_usize..9, 1..40)) {
        let bytes = pieces.concat();
        let (mut whole, mut cut) = (Decoder::new(), Decoder::new());
        let (mut out_whole, mut out_cut) = (Vec::new(), Vec::new());
        whole.feed(&bytes, 0, &mut out_whole);
        let (mut rest, mut sizes) = (bytes.as_slice(), cuts.iter().cycle());
        while !rest.is_empty() {
            let (now, later) = rest.split_at(sizes.next().copied().unwrap_or(1).min(rest.len()));
            cut.feed(now, 0, &mut out_cut);
            rest = later;
        }
        prop_assert_eq!(whole.deadline(), cut.deadline());
        whole.tick(PASTE_SILENCE_MS, &mut out_whole);
        cut.tick(PASTE_SILENCE_MS, &mut out_cut);
        prop_assert_eq!(out_whole, out_cut);
    }

    #[test]
    fn what_is_complete_is_never_a_key(sequences in proptest::collection::vec(complete(), 1..8), cut in 1_usize..9) {
        let bytes = sequences.iter().flat_map(|one| [one.as_slice(), b"k"].concat()).collect::<Vec<u8>>();
        let mut decoder = Decoder::new();
        let mut out = Vec::new();
        for part in bytes.chunks(cut) {
            decoder.feed(part, 0, &mut out);
        }
        let key = c('k');
        prop_assert_eq!(keys_of(&out), vec![&key; sequences.len()]);
    }

    #[test]
    fn typed_text_comes_through(text in "[ -~é漢\u{a0}-\u{ff}]{0,60}") {
        let typed: String = all(text.as_bytes()).into_iter().filter_map(|input| match input {
            Input::Event(Event::Key(KeyEvent { code: KeyCode::Char(c), .. })) => Some(c),
            _ => None,
        }).collect();
        prop_assert_eq!(typed, text);
    }
}

#[test]
fn ten_million_bytes_of_noise() {
    let mut decoder = Decoder::new();
    let (mut out, mut seed, mut peak) = (Vec::new(), 0x2545_f491_u32, 0);
    let mut chunk = [0_u8; 4096];
    for _ in 0..(10_000_000 / chunk.len()) {
        for byte in &mut chunk {
            seed ^= seed << 13;
            seed ^= seed >> 17;
            seed ^= seed << 5;
            *byte = seed as u8;
        }
        decoder.feed(&chunk, 0, &mut out);
        peak = peak.max(decoder.held());
        out.clear();
    }
    assert!(peak <= PASTE_CAP);
}

/// Feeds bytes with so much silence before each; what has come is told when its time is over.
fn slowly(decoder: &mut Decoder, now: &mut i64, bytes: &[u8], gap: i64) -> Vec<Input> {
    let mut out = Vec::new();
    for byte in bytes {
        let to = *now + gap;
        while let Some(due) = decoder.deadline().filter(|due| *due <= to) {
            decoder.tick(due, &mut out);
        }
        *now = to;
        decoder.feed(&[*byte], to, &mut out);
    }
    out
}

#[test]
fn the_rest_of_a_torn_key_never_runs() {
    let keys: [&[u8]; 12] = [
        b"\x1b[A",
        b"\x1bOB",
        b"\x1b[1;5C",
        b"\x1b[5~",
        b"\x1b[24;2~",
        b"\x1b[Z",
        b"\x1bOP",
        b"\x1b[[A",
        b"\x1b[105;5u",
        b"\x1b[<0;10;5M",
        b"\x1b[I",
        b"\x1bO5P",
    ];
    for key in keys {
        for gap in [0, 20, 49, 50, 60, 120, 200] {
            let (mut decoder, mut now) = (Decoder::new(), 0);
            let mut out = slowly(&mut decoder, &mut now, key, gap);
            out.extend(slowly(&mut decoder, &mut now, b"q", 300));
            let whole = all(key);
            let esc = k(KeyCode::Esc, NONE);
            let name = format!("{} {gap}", key.escape_ascii());
            assert_eq!(out.pop(), Some(c('q')), "{name}");
            if gap < ESC_WAIT_MS {
                assert_eq!(out, whole, "{name}");
            } else {
                assert_eq!(out.remove(0), esc, "{name}");
                assert!(out.is_empty() || out == [Input::Event(Event::FocusGained)], "{name} {out:?}");
            }
        }
    }
}

#[test]
fn a_torn_report_of_the_mouse_is_that_report_or_nothing() {
    let mut cases = 0;
    for report in [&b"\x1b[<0;60;30M"[..], b"\x1b[<0;60;30m", b"\x1b[<65;3;1M", b"\x1b[<0;1;1M\x1b[<0;1;1m"] {
        let whole = all(report);
        for at in 1..report.len() {
            for gap in [0, 20, 49, 60, 120, 200, 900, 1_100, 3_000, 4_900] {
                // So early in it, nobody knows yet that it is one, and a hand may have pressed Esc or Alt.
                let unclear = report.get(..at).is_some_and(|head| head.ends_with(b"\x1b") || head.ends_with(b"\x1b["));
                if unclear && gap > 900 {
                    continue;
                }
                let (mut decoder, mut now, mut out) = (Decoder::new(), 0, Vec::new());
                let (head, tail) = report.split_at(at);
                decoder.feed(head, now, &mut out);
                out.extend(slowly(&mut decoder, &mut now, &tail[..1], gap));
                decoder.feed(&tail[1..], now, &mut out);
                out.extend(slowly(&mut decoder, &mut now, b"q", 6_000));
                let name = format!("{} {gap} {}", head.escape_ascii(), tail.escape_ascii());
                assert_eq!(out.pop(), Some(c('q')), "{name}");
                let keys = out.iter().filter(|input| matches!(input, Input::Event(Event::Key(_)))).count();
                let torn_esc = head.ends_with(b"\x1b") && gap >= ESC_WAIT_MS;
                assert_eq!(keys, usize::from(torn_esc), "{name}: {out:?}");
                out.retain(|input| !matches!(input, Input::Event(Event::Key(_))));
                assert!(out == whole || (torn_esc && out.len() < whole.len()), "{name}: {out:?}");
                cases += 1;
            }
        }
    }
    assert!(cases > 400, "{cases}");
    // The rest was lost: a letter behind it is a key.
    assert_eq!(all(b"\x1b[<0;60j"), [c('j')]);
}

#[test]
fn a_late_answer_is_an_answer_and_a_late_paste_a_paste() {
    for (answer, reply) in answers() {
        // Nothing we ask is answered by an APC, a PM or a SOS.
        if matches!(answer.get(1), Some(b'_' | b'^' | b'X')) || answer.starts_with(b"\x1b]l") {
            continue;
        }
        let (mut decoder, mut now) = (Decoder::new(), 0);
        let out = slowly(&mut decoder, &mut now, &[answer, b"q"].concat(), 60);
        let wanted = vec![k(KeyCode::Esc, NONE), Input::Reply(reply), c('q')];
        assert_eq!(out, wanted, "{}", answer.escape_ascii());
    }
    let (mut decoder, mut now) = (Decoder::new(), 0);
    let out = slowly(&mut decoder, &mut now, b"\x1b[200~o\rsick", 100);
    assert_eq!(out, [k(KeyCode::Esc, NONE)]);
    let mut out = Vec::new();
    decoder.feed(b"\x1b[201~o", now, &mut out);
    assert_eq!(out, [Input::Event(Event::Paste("o\nsick".into())), c('o')]);
}

#[test]
fn what_a_person_presses_behind_esc_is_a_key() {
    let press = |bytes: &[u8], gap| {
        let (mut decoder, mut now) = (Decoder::new(), 0);
        let mut out = slowly(&mut decoder, &mut now, bytes, gap);
        out.extend(slowly(&mut decoder, &mut now, b"q", 2000));
        out
    };
    let esc = || k(KeyCode::Esc, NONE);
    let (o, a) = (k(KeyCode::Char('O'), SHIFT), k(KeyCode::Char('A'), SHIFT));
    for gap in [260, 400, 1000] {
        assert_eq!(press(b"\x1b[", gap), [esc(), c('['), c('q')]);
        assert_eq!(press(b"\x1bO", gap), [esc(), o.clone(), c('q')]);
        assert_eq!(press(b"\x1b[[[", gap), [esc(), c('['), c('['), c('['), c('q')]);
        assert_eq!(press(b"\x1b[A", gap), [esc(), c('['), a.clone(), c('q')]);
        assert_eq!(press(b"\x1b]", gap), [esc(), c(']'), c('q')]);
    }
    // Turning days fast, and Esc again.
    assert_eq!(press(b"\x1b[[[[", 120), [esc(), c('['), c('['), c('['), c('['), c('q')]);
    assert_eq!(press(b"\x1b]]]", 120), [esc(), c(']'), c(']'), c(']'), c('q')]);
    assert_eq!(press(b"\x1b[\x1b", 120), [esc(), c('['), esc(), c('q')]);
    // Long after it, or behind another key, `[` waits for nothing.
    let (mut decoder, mut now) = (Decoder::new(), 0);
    slowly(&mut decoder, &mut now, b"\x1b", 0);
    assert_eq!(slowly(&mut decoder, &mut now, b"[", LONE_ESC_MS + 60), [esc(), c('[')]);
    assert_eq!(slowly(&mut decoder, &mut now, b"\x1bj[", 100).last(), Some(&c('[')));
}

#[test]
fn how_long_esc_waits_is_said_from_outside() {
    let (mut decoder, mut out) = (Decoder::new(), Vec::new());
    decoder.wait_for_esc(150);
    decoder.feed(b"\x1b", 0, &mut out);
    assert_eq!(decoder.deadline(), Some(150));
    decoder.tick(149, &mut out);
    decoder.feed(b"[A", 149, &mut out);
    assert_eq!(out, [k(KeyCode::Up, NONE)]);
}
