//! Texts that people write or other programs export: rules, keymaps, lists, FHIR, and what is typed into a field.

use crate::mutate::Chance;
use crate::{MIB, Target, sheet};
use caseload::app::keymap::Keymap;
use caseload::app::{keymap_file, when};
use caseload::domain::client::Client;
use caseload::domain::editing;
use caseload::domain::fields::Fields;
use caseload::domain::record::Kind;
use caseload::domain::safe::{is_unsafe, safe_line};
use caseload::domain::search::{digits, fold, one_error, sound};
use caseload::domain::time::{Day, Moment, Zone};
use caseload::exchange::fhir::{self, read_to_nothing};
use caseload::exchange::out::{guard, unguard};
use caseload::exchange::source::Source;
use caseload::exchange::table::dates::{self, Century, Order};
use caseload::exchange::table::names::{mend_capitals, split_name};
use caseload::exchange::table::{Settings, Table};
use caseload::rules::clocks::Clocks;
use caseload::rules::keeping::Keeping;
use caseload::rules::lens::Lens;
use caseload::rules::roles::Roles;
use caseload::rules::triage::policy::Policy;
use caseload::store::guard::Room;
use std::borrow::Cow;

pub fn targets() -> Vec<Target> {
    vec![
        typed(),
        fields(),
        lenses(),
        times(),
        words(),
        keymaps(),
        roles(),
        triage(),
        clocks(),
        keeping(),
        snapshots_kept(),
        lists(),
        spreadsheets(),
        resources(),
    ]
}

fn text(bytes: &[u8]) -> Cow<'_, str> {
    String::from_utf8_lossy(bytes)
}

fn all(some: &[&str]) -> Vec<Vec<u8>> {
    some.iter().map(|s| s.as_bytes().to_vec()).collect()
}

fn zone() -> Zone {
    Zone::parse("America/New_York").unwrap()
}

fn now() -> Moment {
    zone().moment(Day::from_ymd(2026, 3, 2).unwrap(), 480)
}

// ---- what is typed

fn typed() -> Target {
    let corpus = [
        "12 Jun 1941",
        "6/12/1941",
        "1941-06-12",
        "7:05",
        "13:30",
        "8 Mar 2026 02:30",
        "1 Nov 2026 1:30",
        "3",
        "yes",
        "no",
        "Alone",
        "mobile 401 555 0142",
        "English; Tagalog; ",
        "home (401) 555-0142 ext. 7\nwork 1",
        "daughter",
        "Ünïcode \u{202e}x",
    ];
    let shapes: Vec<_> = Kind::ALL.iter().flat_map(|kind| editing::fields(*kind)).map(|field| &field.shape).collect();
    let mut turn = Chance::new(1);
    let zone = Zone::parse("America/New_York").unwrap();
    Target::new("a field", 350, all(&corpus), move |bytes| {
        let shape = shapes[turn.below(shapes.len())];
        let typed = text(bytes);
        let _ = shape.read(&typed, zone);
        let Ok(json) = shape.write(&typed, zone) else { return true };
        let shown = shape.read(&json, zone);
        assert_eq!(shape.write(&shown, zone).as_ref(), Ok(&json), "shown again it is another value");
        true
    })
    .words(&[b";", b"\n", b"/", b":", b"mobile ", b"29 Feb ", b"9999", b"\"", b"\xef\xbb\xbf"])
}

/// The fields of a record as JSON, as the screen and imports send them.
fn fields() -> Target {
    let name = "{\"family\":\"Okafor\",\"given\":\"Ruth\",\"preferred\":\"\",\"former\":\"\"}";
    let corpus = [
        &format!("name={name}")[..],
        "name.family=\"Okafor\"",
        "phones=[{\"kind\":\"Mobile\",\"number\":\"401\"}]",
        "born=\"1941-06-12\"",
        "needs=[]",
        "emergency=null",
        "interpreter=true",
        "home_expected=null",
    ];
    let base: Client = crate::filler::fill(crate::filler::Mode::Random(5));
    Target::new("fields as JSON", 250, all(&corpus), move |bytes| {
        let text = text(bytes);
        let (field, value) = text.split_once('=').unwrap_or((&text, ""));
        let fields = Fields(vec![(field.to_owned(), value.to_owned())]);
        let Ok(changed) = fields.applied_to(&base) else { return false };
        let whole = Fields::of(&changed);
        assert!(whole.body::<Client>().is_ok_and(|again| again == changed), "taken apart it is another one");
        true
    })
    .words(&[
        b"[",
        b"{",
        b"\"",
        b"null",
        b"1e999",
        b"\\ud800",
        b"-0",
        b".",
        b"name",
        b"address.",
        b"18446744073709551616",
    ])
}

fn lenses() -> Target {
    let corpus = ["tier<3 & !owner:me", "list:issues", "waiting>1h & recert<8d", "level:2 & recert<1d"];
    Target::new("lens", 200, all(&corpus), |bytes| {
        let Ok(lens) = Lens::parse(&text(bytes)) else { return false };
        let again = lens.to_string();
        assert!(Lens::parse(&again).is_ok_and(|l| l == lens), "{again} means something else");
        true
    })
    .words(&[b"&", b"|", b"!", b"(", b")", b"<", b">", b"=", b":", b"owner:me", b"tier", b"9999999999h"])
    .mend(|bytes| bytes.retain(|b| *b != b'|'))
}

fn times() -> Target {
    let corpus = [
        "14:30",
        "tomorrow 9:00",
        "+90m",
        "fri 8",
        "3/9 14:00",
        "2026-03-04T10:00:00-05:00",
        "2026-03-04",
        "noon",
        "2h",
    ];
    Target::new("a time", 250, all(&corpus), |bytes| {
        let text = text(bytes);
        for lean in [when::Lean::Past, when::Lean::Future] {
            if let Ok(at) = when::parse(&text, now(), zone(), lean) {
                let _ = when::echo(at, now(), zone());
            }
        }
        if let Some(at) = Moment::parse_rfc3339(&text) {
            assert_eq!(Moment::parse_rfc3339(&at.rfc3339()), Some(at));
        }
        if let Some(day) = Day::parse_iso(&text) {
            assert_eq!(Day::parse_iso(&day.iso()), Some(day));
        }
        for order in [Order::Iso, Order::Us, Order::European] {
            for century in [Century::Birth, Century::Other] {
                let _ = dates::day(&text, order, century, zone().day(now()));
            }
        }
        let _ =
            (dates::minute(&text), dates::is_date(&text), dates::order_of([&*text].into_iter()), Zone::parse(&text));
        true
    })
    .words(&[
        b"+",
        b"-",
        b":",
        b"T",
        b"Z",
        b"am",
        b"pm",
        b"99999999",
        b"-262144-01-01",
        b"+262143-12-31",
        b"\xc3\xa9",
    ])
}

fn words() -> Target {
    let corpus = [
        "OKAFOR, Ruth \"Ruthie\" (n\u{e9}e Bello)",
        "=cmd|' /C calc'!A0",
        "Dr. Paul Gray MD",
        "555-0142 ext 7",
        "\u{1b}]0;x\u{7}",
    ];
    Target::new("names and cells", 250, all(&corpus), |bytes| {
        let text = text(bytes);
        assert!(!safe_line(&text).chars().any(is_unsafe), "something unsafe is left");
        assert_eq!(unguard(&guard(&text)), &*text);
        let _ = (split_name(&text), mend_capitals(&text), sound(&text), digits(&text));
        let folded = fold(&text);
        assert_eq!(fold(&folded), folded);
        let _ = one_error(&folded, "okafor");
        true
    })
    .words(&[b"=", b"@", b"\t", b"\xe2\x80\xae", b"\xe2\x80\x8d", b"\xef\xb7\xba", b"\xf3\xa0\x81\x81"])
}

// ---- rules

const TOML: &[&[u8]] = &[
    b"[",
    b"]",
    b"[[",
    b"]]",
    b"=",
    b"\"",
    b"'''",
    b"\n",
    b".",
    b"{",
    b"}",
    b"#",
    b"1e9",
    b"1979-05-27T07:32:00Z",
    b"nan",
];

fn keymaps() -> Target {
    let corpus = [
        "[settings]\nbase = \"office\"\n\n[any]\n\"f7\" = \"snooze\"\n",
        include_str!("../../keymaps/office.toml"),
        include_str!("../../keymaps/vim.toml"),
    ];
    let base = Keymap::standard();
    Target::new("keymap", 12, all(&corpus), move |bytes| {
        keymap_file::read("k.toml", &text(bytes), base.clone()).is_ok()
    })
    .words(TOML)
    .most(16 * MIB)
}

fn roles() -> Target {
    let text_of = include_str!("../../src/rules/packs/roles.toml");
    let corpus = vec![text_of.as_bytes().to_vec()];
    Target::new("roles", 3, corpus, |bytes| Roles::adopted(&text(bytes)).is_ok()).words(TOML).most(16 * MIB)
}

fn triage() -> Target {
    let corpus = [
        "version = \"1\"\n\n[lock]\nafter = \"5m\"\n",
        "version = \"2\"\n\n[[rule]]\nid = \"agency.x\"\nsource = [\"issue\"]\nwhen = [\"kind:fall\"]\ntier = 2\ntext = \"a fall\"\nfirst = \"ask\"\nlower = \"never\"\ncitation = \"ours\"\nmark = \"A\"\n",
    ];
    Target::new("triage rules", 2, all(&corpus), |bytes| {
        let _ = Policy::adopted(&text(bytes), None);
        true
    })
    .words(&[
        b"[[rule]]\n",
        b"id = \"",
        b"when = [",
        b"tier = 0\n",
        b"floor = true\n",
        b"clock = \"taken 15m\"\n",
        b"{head}",
        b"[, on {x}]",
        b"kind:",
        b"&",
        b"\n",
        b"9999999h",
    ])
    .most(32 * MIB)
}

fn clocks() -> Target {
    let corpus = vec![include_str!("../../src/rules/packs/clocks.toml").as_bytes().to_vec()];
    Target::new("clocks", 3, corpus, |bytes| Clocks::parse(&text(bytes)).is_ok()).words(TOML).most(16 * MIB)
}

fn keeping() -> Target {
    let corpus = vec![include_str!("../../src/rules/packs/audit.toml").as_bytes().to_vec()];
    Target::new("rules of keeping", 60, corpus, |bytes| {
        let Ok(keeping) = Keeping::parse(&text(bytes)) else { return false };
        let _ = (keeping.together_ms(), keeping.checkpoint_ms(), keeping.removable_before(now(), 6));
        true
    })
    .words(TOML)
}

fn snapshots_kept() -> Target {
    let corpus =
        ["[snapshots]\nhourly = 24\ndaily = 30\nevery_minutes = 60\n\n[disk]\nfree_mb = 256\nballast_mb = 16\n", ""];
    Target::new("keeping.toml", 100, all(&corpus), |bytes| {
        caseload::store::keeping::parse(&text(bytes), Room::PERSONAL).is_ok()
    })
    .words(TOML)
}

// ---- other people's files

fn settings() -> Settings {
    Settings { list: None, map: Vec::new(), order: None, zone: zone(), now: now() }
}

fn read_list(name: &str, bytes: &[u8]) -> bool {
    let Ok(table) = Table::open(&Source::bytes(name, bytes.to_vec()), None) else { return false };
    let settings = settings();
    let Ok(guess) = table.guess(&settings) else { return false };
    let _ = guess.text(&table, &settings);
    let rows = table.rows(&guess, &settings).take(2_000).count();
    assert!(rows <= bytes.len() + 1);
    true
}

fn lists() -> Target {
    let corpus = [
        "last_name,first_name,dob,mrn\nZephyrine,Ottoline,06/12/1941,004217\n\"Quill, O\",Bart,10/02/1935,003117\n",
        "MRN\tPatient Name\tPhone\tSOC\r\n4217\tOKAFOR, Ruth (Ruthie)\t(401) 555-0142\t1/5/2026\r\n",
        "visit_id;mrn;date;start;length\n1;4217;2026-03-02;09:00;60\n2;4217;02.03.2026;9:30 pm;1:15\n",
        "staff_id,name,discipline,cpr expires\n7,\"Reyes, Maria\",HHA,2027-01-31\n",
    ];
    let mut corpus = all(&corpus);
    corpus.push("\u{feff}mrn,name\n1,A\n".encode_utf16().flat_map(u16::to_le_bytes).collect());
    Target::new("list", 15, corpus, |bytes| read_list("x.csv", bytes))
        .words(&[b",", b";", b"\t", b"\"", b"\"\"", b"\r\n", b"mrn", b"dob", b"\xff\xfe", b"\xe9", b"\0"])
        .most(16 * MIB)
}

fn spreadsheets() -> Target {
    let rows = sheet::row(2, &["MRN", "Patient Name", "DOB"]) + &sheet::row(3, &["4217", "OKAFOR, Ruth", "#14773"]);
    let more = rows.clone() + &sheet::row(5, &["4218", "NGUYEN, Linh", "06/12/1951"]);
    let corpus = vec![sheet::xlsx(&rows, None), sheet::xlsx(&more, None)];
    Target::new("spreadsheet", 8, corpus, |bytes| read_list("x.xlsx", bytes))
        .words(&[
            b"PK\x03\x04",
            b"PK\x01\x02",
            b"<c r=\"XFD1048576\">",
            b"<row r=\"4294967295\">",
            b"t=\"s\"",
            b"<v>-1</v>",
            b"&#0;",
        ])
        .mend(|bytes| mend_zip(bytes))
        .most(96 * MIB)
}

/// The sums of a zip of stored files, where they stand before each and in its directory.
fn mend_zip(bytes: &mut [u8]) {
    let number = |bytes: &[u8], at: usize, wide: usize| {
        bytes.get(at..at + wide).map_or(0, |b| b.iter().rev().fold(0_usize, |n, b| n << 8 | usize::from(*b)))
    };
    let (mut at, mut sums) = (0, Vec::new());
    while bytes.get(at..at + 4) == Some(b"PK\x03\x04") {
        let begin = at + 30 + number(bytes, at + 26, 2) + number(bytes, at + 28, 2);
        let Some(data) = bytes.get(begin..begin + number(bytes, at + 18, 4)) else { return };
        let (sum, end) = (crc32fast::hash(data).to_le_bytes(), begin + data.len());
        bytes[at + 14..at + 18].copy_from_slice(&sum);
        sums.push(sum);
        at = end;
    }
    for sum in sums {
        let Some(entry) = bytes.get(at..at + 46).filter(|entry| entry.starts_with(b"PK\x01\x02")) else { return };
        let length = 46 + number(entry, 28, 2) + number(entry, 30, 2) + number(entry, 32, 2);
        bytes[at + 16..at + 20].copy_from_slice(&sum);
        at += length;
    }
}

fn resources() -> Target {
    let corpus = [
        r#"{"resourceType":"Bundle","type":"collection","entry":[{"fullUrl":"urn:uuid:0A","resource":{"resourceType":"Practitioner","id":"heart","name":[{"family":"Stone","given":["Ada"],"prefix":["Dr."]}],"telecom":[{"system":"phone","value":"555-0199","use":"work"}]}},{"resource":{"resourceType":"Patient","id":"p","active":true,"identifier":[{"type":{"coding":[{"code":"MR"}]},"value":"004217"}],"name":[{"use":"official","family":"Okafor","given":["Ruth"]}],"birthDate":"1941-06-12","gender":"female","generalPractitioner":[{"reference":"urn:uuid:0A"}]}}]}"#,
        "{\"resourceType\":\"Patient\",\"id\":\"p\",\"name\":[{\"family\":\"Okafor\"}]}\n{\"resourceType\":\"Encounter\",\"id\":\"v\",\"status\":\"planned\",\"class\":{\"code\":\"HH\"},\"subject\":{\"reference\":\"Patient/p\"},\"period\":{\"start\":\"2026-03-04T10:00:00-05:00\"}}\n{\"resourceType\":\"Condition\",\"id\":\"c\",\"subject\":{\"reference\":\"Patient/p\"},\"code\":{\"text\":\"CHF\"}}\n",
        r##"{"resourceType":"MedicationRequest","id":"m","status":"active","intent":"order","subject":{"reference":"Patient/p"},"medicationReference":{"reference":"#d"},"contained":[{"resourceType":"Medication","id":"d","code":{"text":"Warfarin 5 MG"}}],"dosageInstruction":[{"text":"daily"}]}"##,
    ];
    let options = fhir::Options { zone: zone(), now: now() };
    Target::new("FHIR", 60, all(&corpus), move |bytes| {
        let (_, taken) = read_to_nothing(bytes, options);
        assert!(taken <= bytes.len() as u64);
        true
    })
    .words(&[
        b"{",
        b"}",
        b"[",
        b"]",
        b"\"",
        b",",
        b":",
        b"\\u0000",
        b"\\ud800",
        b"\n",
        b"1e400",
        b"\"resourceType\":\"",
        b"null",
        b"#d",
        b"Patient/p",
    ])
    .most(16 * MIB)
}
