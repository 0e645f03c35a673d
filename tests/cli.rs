//! The binary as a newcomer and as a script meets it: exit codes, messages, and what a pipe carries.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::io::Write;
use std::path::Path;
use std::process::{Command, Output, Stdio};

fn caseload(home: &Path, args: &[&str], input: Option<&[u8]>) -> Output {
    let mut child = Command::new(env!("CARGO_BIN_EXE_caseload"))
        .args(args)
        .env_clear()
        .env("HOME", home)
        .env("XDG_DATA_HOME", home.join("data"))
        .env("PATH", std::env::var_os("PATH").unwrap_or_default())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut stdin = child.stdin.take().unwrap();
    if let Some(input) = input {
        // The child may end before it has read all of it.
        let _ = stdin.write_all(input);
    }
    drop(stdin);
    child.wait_with_output().unwrap()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

fn ok(home: &Path, args: &[&str]) -> String {
    let out = caseload(home, args, None);
    assert!(out.status.success(), "{args:?}: {}{}", text(&out.stdout), text(&out.stderr));
    text(&out.stdout)
}

fn fails(home: &Path, args: &[&str], code: i32, says: &str) {
    let out = caseload(home, args, None);
    let all = text(&out.stdout) + &text(&out.stderr);
    assert_eq!(out.status.code(), Some(code), "{args:?}: {all}");
    assert!(all.contains(says), "{args:?} does not say “{says}”: {all}");
}

fn made() -> tempfile::TempDir {
    let home = tempfile::tempdir().unwrap();
    ok(home.path(), &["init", "--name", "Riverside", "--timezone", "America/New_York"]);
    home
}

#[test]
fn an_empty_list_stays_a_table_and_says_what_to_do() {
    let home = made();
    let out = caseload(home.path(), &["list", "clients"], None);
    assert!(text(&out.stdout).starts_with("mrn  name"), "{}", text(&out.stdout));
    assert_eq!(text(&out.stdout).lines().count(), 1);
    assert!(text(&out.stderr).contains("caseload import"), "{}", text(&out.stderr));
    let out = caseload(home.path(), &["list", "clients", "--format", "csv"], None);
    assert!(out.stderr.is_empty(), "a program reads this: {}", text(&out.stderr));
    fails(home.path(), &["list", "clients", "level:x"], 2, "write level:1");
    fails(home.path(), &["list", "visits", "state:gone"], 2, "state is one of planned, confirmed");
}

#[test]
fn the_help_of_lists_names_what_a_lens_may_ask() {
    let home = made();
    let help = ok(home.path(), &["list", "--help"]);
    let lists = ["clients", "visits", "staff", "alerts", "issues", "reassessments"];
    let mut told = String::from("A term is field:value, field<value or field>value.");
    for what in lists {
        let out = caseload(home.path(), &["list", what, "zzz"], None);
        let said = text(&out.stderr);
        let fields = said.trim().split_once("there is no zzz here; there is ").unwrap().1;
        told.push_str(&format!(" {what} {}", fields.replace(", ", " ")));
    }
    let help = help.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(help.contains(&format!("{told} Example:")), "{told}\n{help}");
}

#[test]
fn what_is_said_of_the_screen_stands_in_the_help_of_what_draws_alone() {
    let home = tempfile::tempdir().unwrap();
    for (command, drawn) in [("", true), ("demo", true), ("screenshot", true), ("list", false), ("user role", false)] {
        let args: Vec<&str> = command.split_whitespace().chain(["--help"]).collect();
        assert_eq!(ok(home.path(), &args).contains("--low-bandwidth"), drawn, "{command}");
    }
    // It is understood there all the same.
    assert!(ok(home.path(), &["rules", "--mono", "show"]).contains("[[rule]]"));
}

#[test]
fn a_picture_of_a_thrifty_line_has_no_rules() {
    let home = tempfile::tempdir().unwrap();
    let file = home.path().join("a.txt");
    let mut args = vec!["screenshot", file.to_str().unwrap(), "--size", "80x24"];
    ok(home.path(), &args);
    assert!(std::fs::read_to_string(&file).unwrap().contains("──[1 Alerts]──"));
    args.push("--low-bandwidth");
    ok(home.path(), &args);
    let thrifty = std::fs::read_to_string(&file).unwrap();
    assert!(thrifty.contains("[1 Alerts]") && !thrifty.contains("──"), "{thrifty}");
}

#[test]
fn exit_codes_are_as_documented() {
    let home = tempfile::tempdir().unwrap();
    fails(home.path(), &["brief"], 3, "there is no agency");
    fails(home.path(), &["verify"], 3, "there is no agency");
    fails(home.path(), &["--nonsense"], 2, "unexpected argument");
    fails(home.path(), &["init", "--name", "R", "--timezone", "new york"], 2, "America/New_York");
    assert!(ok(home.path(), &["--help"]).contains("Exit codes"));
    for sub in ["demo", "init", "import", "list", "verify", "rules", "screenshot", "audit"] {
        assert!(ok(home.path(), &[sub, "--help"]).contains("Usage"), "{sub}");
    }
}

#[test]
fn the_first_day_from_nothing() {
    let home = made();
    fails(home.path(), &["init", "--name", "R", "--timezone", "America/New_York"], 1, "already");
    assert!(ok(home.path(), &["brief"]).contains("nothing waits"));
    assert!(ok(home.path(), &["list", "clients"]).starts_with("mrn"));
    assert!(ok(home.path(), &["verify"]).contains("all is well"));
    assert!(ok(home.path(), &["verify", "--rebuild"]).contains("all is well"));
    // The screen needs a terminal, and says so.
    fails(home.path(), &[], 2, "terminal");
}

#[test]
fn a_list_comes_in_through_standard_input_and_goes_out_unchanged() {
    let home = made();
    let list = "Patient,DOB,MRN\n\"OKAFOR, RUTH (Ruthie)\",06/12/1941,004217\n\"O'BRIEN, MAEVE\",10/02/1935,003117\n";
    let out = caseload(home.path(), &["import", "-"], Some(list.as_bytes()));
    assert_eq!(out.status.code(), Some(1), "nobody can be asked, so nothing is taken without --yes");
    let out = caseload(home.path(), &["import", "-", "--yes"], Some(list.as_bytes()));
    assert!(out.status.success(), "{}{}", text(&out.stdout), text(&out.stderr));
    let listed = ok(home.path(), &["list", "clients", "--format", "json"]);
    let rows: serde_json::Value = serde_json::from_str(&listed).unwrap();
    let of = |mrn: &str| rows.as_array().unwrap().iter().find(|r| r["mrn"] == mrn).unwrap().clone();
    assert_eq!(of("004217")["name"], "Okafor, Ruth");
    assert_eq!(of("004217")["date_of_birth"], "1941-06-12");
    assert_eq!(of("003117")["name"], "O'Brien, Maeve");
    let csv = ok(home.path(), &["list", "clients", "--format", "csv"]);
    let file = home.path().join("out.csv");
    std::fs::write(&file, csv).unwrap();
    let file = file.to_str().unwrap();
    assert!(ok(home.path(), &["import", file]).contains("created 0, updated 0, unchanged 2"));
    assert!(ok(home.path(), &["import", file]).contains("created 0, updated 0, unchanged 2"));
}

#[test]
fn one_import_is_one_undo() {
    let home = made();
    let file = home.path().join("clients.csv");
    std::fs::write(&file, "mrn,family_name,given_name\n1,Okafor,Ruth\n2,Petrov,Ivan\n").unwrap();
    let said = ok(home.path(), &["import", file.to_str().unwrap(), "--yes"]);
    let number = said.split_whitespace().last().unwrap().to_owned();
    assert!(ok(home.path(), &["list", "clients"]).contains("Petrov"));
    ok(home.path(), &["import", "--undo", &number]);
    assert!(!ok(home.path(), &["list", "clients"]).contains("Petrov"));
    // Imported again after that, they stand again.
    ok(home.path(), &["import", file.to_str().unwrap(), "--yes"]);
    assert!(ok(home.path(), &["list", "clients"]).contains("Petrov"));
    assert!(ok(home.path(), &["verify"]).contains("all is well"));
}

#[test]
fn a_dry_run_on_an_empty_agency_says_what_the_import_then_does() {
    let home = made();
    let file = home.path().join("bulk.ndjson");
    let mut lines = String::new();
    for n in 0..60 {
        lines += &serde_json::json!({"resourceType": "Patient", "id": format!("p{n}"),
            "name": [{"family": format!("Family{n}"), "given": ["Ann"]}]})
        .to_string();
        lines.push('\n');
        lines += &serde_json::json!({"resourceType": "Condition", "id": format!("c{n}"),
            "subject": {"reference": format!("Patient/p{n}")}, "code": {"text": "diabetes"}})
        .to_string();
        lines.push('\n');
    }
    std::fs::write(&file, lines).unwrap();
    let path = file.to_str().unwrap();
    let tried = ok(home.path(), &["import", "--dry-run", path]);
    assert!(tried.contains("created 120") && tried.contains("rejected 0"), "{tried}");
    assert!(!ok(home.path(), &["list", "clients"]).contains("Family1"), "a dry run does nothing");
    let done = ok(home.path(), &["import", path]);
    assert!(done.contains("created 120, updated 0, unchanged 0"), "{done}");
}

#[test]
fn who_is_missing_from_a_newer_list_is_named_and_kept() {
    let home = made();
    let file = home.path().join("clients.csv");
    let path = file.to_str().unwrap();
    std::fs::write(&file, "mrn,family_name,given_name\n1,Okafor,Ruth\n2,Petrov,Ivan\n").unwrap();
    ok(home.path(), &["import", path, "--yes"]);
    std::fs::write(&file, "mrn,family_name,given_name\n1,Okafor,Ruth Ann\n").unwrap();
    let said = ok(home.path(), &["import", path, "--yes"]);
    assert!(said.contains("updated 1") && said.contains("Not in this source any more (1 client"), "{said}");
    assert!(said.contains("Petrov, Ivan"), "{said}");
    assert!(ok(home.path(), &["list", "clients"]).contains("Petrov"));
}

#[test]
fn a_saved_map_is_used_when_the_same_headings_come_again() {
    let home = made();
    let file = home.path().join("odd.csv");
    let path = file.to_str().unwrap();
    std::fs::write(&file, "Nr,Zuname,Vorname\n17,Okafor,Ruth\n").unwrap();
    let maps = ["--map", "Nr=mrn", "--map", "Zuname=family_name", "--map", "Vorname=given_name"];
    let mut args = vec!["import", path, "--yes", "--list", "clients", "--save-map", "west office"];
    args.extend(maps);
    ok(home.path(), &args);
    std::fs::write(&file, "Nr,Zuname,Vorname\n17,Okafor,Ruth\n18,Petrov,Ivan\n").unwrap();
    let out = caseload(home.path(), &["import", path, "--yes"], None);
    assert!(out.status.success(), "{}{}", text(&out.stdout), text(&out.stderr));
    assert!(text(&out.stderr).contains("west office"), "{}", text(&out.stderr));
    assert!(text(&out.stdout).contains("created 1, updated 0, unchanged 1"), "{}", text(&out.stdout));
}

#[test]
fn hostile_bundles_cost_their_entries_and_nothing_else() {
    let home = made();
    let nasty = serde_json::json!({"resourceType": "Patient", "id": "p2",
        "name": [{"family": "Evil\u{1b}[2J\u{202e}name", "given": ["\u{9b}31m"]}]});
    let good =
        serde_json::json!({"resourceType": "Patient", "id": "p1", "name": [{"family": "Plain", "given": ["Ann"]}]});
    let wrong = serde_json::json!({"resourceType": "Patient", "id": 7, "name": {"family": 3}});
    let long = serde_json::json!({"resourceType": "Patient", "id": "p4", "name": [{"family": "x".repeat(10_000_000)}]});
    let entries: Vec<_> = [good, wrong, nasty, long].map(|r| serde_json::json!({ "resource": r })).into();
    let bundle = serde_json::json!({"resourceType": "Bundle", "type": "collection", "entry": entries});
    let mut bytes = serde_json::to_vec(&bundle).unwrap();
    let whole = home.path().join("whole.json");
    std::fs::write(&whole, &bytes).unwrap();
    bytes.truncate(bytes.len() - 40);
    let cut = home.path().join("cut.json");
    std::fs::write(&cut, &bytes).unwrap();
    for file in [&whole, &cut] {
        let out = caseload(home.path(), &["import", file.to_str().unwrap()], None);
        assert_eq!(out.status.code(), Some(1), "{}", text(&out.stdout));
        for stream in [&out.stdout, &out.stderr] {
            let shown = text(stream);
            assert!(shown.chars().all(|c| c == '\n' || !c.is_control()), "a control character got out");
        }
    }
    let clients = ok(home.path(), &["list", "clients"]);
    assert!(clients.contains("Plain, Ann"));
    assert!(clients.contains("<U+001B>[2J<U+202E>"), "{clients}");
    assert!(clients.chars().all(|c| c == '\n' || !c.is_control()));
    let json = ok(home.path(), &["list", "clients", "--format", "json"]);
    assert!(json.is_ascii() || !json.contains('\u{202e}'));
    assert!(ok(home.path(), &["verify"]).contains("all is well"));
}

#[test]
fn a_second_process_gets_a_clear_message() {
    let home = tempfile::tempdir().unwrap();
    ok(home.path(), &["init", "--name", "Riverside", "--timezone", "America/New_York", "--no-encryption"]);
    let dir = home.path().join("data/caseload/agency");
    let held = caseload::store::directory::open(
        &dir,
        std::sync::Arc::new(caseload::store::indexes::Indexes),
        caseload::store::directory::DirectoryOptions::default(),
    )
    .unwrap();
    fails(home.path(), &["brief"], 3, "open in another caseload");
    fails(home.path(), &["verify"], 3, "open in another caseload");
    held.close().unwrap();
    assert!(ok(home.path(), &["verify"]).contains("all is well"));
}

#[test]
fn files_are_private() {
    use std::os::unix::fs::PermissionsExt;
    let home = made();
    fn walk(dir: &Path, seen: &mut u32) {
        for entry in std::fs::read_dir(dir).unwrap().flatten() {
            let meta = entry.metadata().unwrap();
            let mode = meta.permissions().mode() & 0o777;
            *seen += 1;
            if meta.is_dir() {
                assert_eq!(mode, 0o700, "{}", entry.path().display());
                walk(&entry.path(), seen);
            } else {
                assert_eq!(mode, 0o600, "{}", entry.path().display());
            }
        }
    }
    let agency = home.path().join("data/caseload/agency");
    assert_eq!(std::fs::metadata(&agency).unwrap().permissions().mode() & 0o777, 0o700);
    let mut seen = 0;
    walk(&agency, &mut seen);
    assert!(seen > 4, "{seen}");
}

#[test]
fn a_rule_file_is_checked_shown_and_adopted() {
    let home = made();
    let file = home.path().join("rules.toml");
    std::fs::write(&file, "version = \"riverside policy v1\"\n[[rule]]\nid = \"no such\"\ntier = \"x\"\n").unwrap();
    let path = file.to_str().unwrap();
    let out = caseload(home.path(), &["rules", "check", path], None);
    assert_eq!(out.status.code(), Some(1));
    assert!(text(&out.stderr).contains("line "), "{}", text(&out.stderr));
    std::fs::write(&file, "version = \"riverside policy v1\"\n").unwrap();
    ok(home.path(), &["rules", "check", path]);
    assert!(ok(home.path(), &["rules", "show", "--adopted"]).contains("nothing adopted"));
    assert!(ok(home.path(), &["rules", "adopt", path, "--yes"]).contains("riverside policy v1"));
    let adopted = ok(home.path(), &["rules", "show", "--adopted"]);
    assert!(adopted.starts_with("# adopted: riverside policy v1"), "{adopted}");
    assert!(adopted.ends_with(&std::fs::read_to_string(path).unwrap()), "{adopted}");
    assert!(ok(home.path(), &["rules", "show", "--adopted", "--which", "storm"]).contains("nothing adopted"));
    assert!(ok(home.path(), &["verify"]).contains("all is well"));
}

#[test]
fn who_did_and_saw_what_is_listed_exported_and_proven() {
    let home = made();
    let at = home.path();
    let list = "mrn,family_name,given_name,notes\n004217,Okafor,Ruth,x\n3,=cmd,Ivan,y\n";
    let file = at.join("clients.csv");
    std::fs::write(&file, list).unwrap();
    ok(at, &["import", file.to_str().unwrap(), "--yes"]);
    ok(at, &["list", "clients"]);
    let told = ok(at, &["audit", "list"]);
    for what in ["record.create", "import", "log in", "listed  clients", "exported  clients"] {
        assert!(told.contains(what), "{what}:\n{told}");
    }
    assert!(ok(at, &["audit", "list"]).contains("audited"), "who looked into the log stands in it as well");
    assert!(!ok(at, &["audit", "list", "--denied"]).contains("listed"));
    assert!(ok(at, &["audit", "list", "--action", "exported"]).lines().all(|l| l.contains("exported")));
    fails(at, &["audit", "list", "--from", "yesterday"], 2, "not a date");
    fails(at, &["audit", "list", "--user", "nobody-here"], 1, "no user has this login");
    fails(at, &["audit", "who", "xyzzy"], 1, "nobody is found");
    // A dangerous cell comes as text, and a change's values only when asked for.
    ok(at, &["audit", "who", "=cmd"]);
    let csv = ok(at, &["audit", "export", "--client", "=cmd", "--values"]);
    assert!(csv.starts_with("at,chain,number,user"), "{csv}");
    assert_eq!(csv.matches("at,chain,number").count(), 1);
    assert!(csv.contains(",\"'=cmd") && !csv.contains(",\"=cmd"), "{csv}");
    let json = ok(at, &["audit", "export", "--format", "json"]);
    let lines: Vec<serde_json::Value> = json.lines().map(|l| serde_json::from_str(l).unwrap()).collect();
    assert!(lines.iter().any(|l| l["chain"] == "access" && l["saw_change"].as_u64().is_some_and(|n| n > 0)));
    assert!(ok(at, &["audit", "who", "004217"]).lines().all(|l| !l.contains("record.create")));

    // Proven, against a code and against a text from elsewhere.
    let code = ok(at, &["audit", "checkpoint", "--code"]);
    assert_eq!(code.trim().split('-').count(), 8, "{code}");
    let text_file = at.join("mark.txt");
    std::fs::write(&text_file, ok(at, &["audit", "checkpoint"])).unwrap();
    assert!(ok(at, &["audit", "verify"]).contains("sound"));
    assert!(ok(at, &["audit", "verify", "--checkpoint", code.trim()]).contains("proven"));
    assert!(ok(at, &["audit", "verify", "--checkpoint", text_file.to_str().unwrap()]).contains("proven"));
    fails(at, &["audit", "verify", "--checkpoint", "ABCDE"], 2, "eight groups");
    fails(at, &["audit", "purge", "--years", "5"], 1, "45 CFR 164.316");
    assert!(ok(at, &["audit", "purge"]).contains("nothing is older"));

    // A bit of somebody's look is turned: the file, the byte and the entry are named.
    ok(at, &["serve", "--stop"]);
    let path = at.join("data/caseload/agency/access/00000001.log");
    let mut bytes = std::fs::read(&path).unwrap();
    bytes[60] ^= 1;
    std::fs::write(&path, &bytes).unwrap();
    fails(at, &["audit", "verify"], 1, "access/00000001.log at byte 0, entry 1");
    fails(at, &["audit", "verify", "--checkpoint", code.trim()], 1, "NOT SOUND");
}

#[test]
fn a_picture_is_drawn_without_a_terminal() {
    let home = tempfile::tempdir().unwrap();
    let file = home.path().join("day.txt");
    ok(home.path(), &["screenshot", "--size", "80x24", "--keys", "w", file.to_str().unwrap()]);
    let drawn = std::fs::read_to_string(&file).unwrap();
    assert!(drawn.contains("Okafor, Ruth") && drawn.contains("triage.fall.head_strike"), "{drawn}");
    fails(home.path(), &["screenshot", "--size", "0x0", "x.svg"], 2, "120x40");
    fails(home.path(), &["screenshot", "x.doc"], 2, ".svg");
}

#[test]
fn keys_prints_what_holds_and_checks_a_file() {
    let home = tempfile::tempdir().unwrap();
    let home = home.path();
    assert!(ok(home, &["keys"]).contains("| `o` | take it"));
    assert!(ok(home, &["keys", "office"]).contains("| `f2` | take it"));
    assert!(ok(home, &["keys", "--keymap", "vim"]).contains("`g 2`"));
    assert!(ok(home, &["keys", "--actions"]).contains("snooze"));
    let own = home.join("my.toml");
    std::fs::write(&own, "[any]\n\"y\" = \"take\"\n").unwrap();
    assert!(ok(home, &["keys", own.to_str().unwrap()]).contains("`o` `y`"));
    std::fs::write(&own, "[any]\n\"y\" = \"tke\"\n\"hyper-x\" = \"take\"\n").unwrap();
    fails(home, &["keys", own.to_str().unwrap()], 1, "my.toml:2:7: no action is called “tke”; did you mean “take”?");
    fails(home, &["keys", own.to_str().unwrap()], 1, "my.toml:3:1: “hyper-x” is not a key");
    fails(home, &["keys", "emacs"], 2, "neither default, office or vim nor a file");
    // A file of one's own holds without being named; a keymap that is named holds without it.
    let config = home.join(".config/caseload");
    std::fs::create_dir_all(&config).unwrap();
    std::fs::write(config.join("keymap.toml"), "[settings]\nbase = \"office\"\n\n[any]\n\"f7\" = \"snooze\"\n")
        .unwrap();
    if cfg!(target_os = "linux") {
        assert!(ok(home, &["keys"]).contains("`f7`"));
        assert!(!ok(home, &["keys", "default"]).contains("`f7`"));
        std::fs::write(config.join("keymap.toml"), "[any]\n\"f7\" = \"snoose\"\n").unwrap();
        fails(home, &["keys"], 1, "keymap.toml:2:8: no action is called “snoose”; did you mean “snooze”?");
    }
}

#[test]
fn themes_are_listed_printed_and_checked() {
    let home = tempfile::tempdir().unwrap();
    let home = home.path();
    let list = ok(home, &["theme"]);
    for name in caseload::ui::Theme::NAMES {
        assert!(list.contains(name), "{list}");
    }
    assert!(list.contains("resting   strong"), "{list}");
    // A shipped one is where one of your own begins.
    let own = home.join("my.toml");
    std::fs::write(&own, ok(home, &["theme", "dark"])).unwrap();
    assert_eq!(ok(home, &["theme", own.to_str().unwrap()]), "");
    std::fs::write(&own, "[roles]\np1 = \"lightred\"\np4 = \"like p7\"\n").unwrap();
    fails(home, &["theme", own.to_str().unwrap()], 1, "my.toml:2:7: “lightred” is no colour; colours are default");
    fails(home, &["theme", own.to_str().unwrap()], 1, "my.toml:3:12: no role is called “p7”; roles are text");
    std::fs::write(&own, "[roles]\np3 = \"blue\"\n").unwrap();
    fails(
        home,
        &["theme", own.to_str().unwrap()],
        1,
        "p3 is hard to read on terminals of sixteen colours: contrast 2.2",
    );
    fails(home, &["theme", "pink"], 2, "neither auto, dark, light");
    let picture = home.join("a.ansi");
    let drawn = |theme: &str| {
        let wanted = ["screenshot", picture.to_str().unwrap(), "--size", "60x14", "--clients", "20", "--theme", theme];
        ok(home, &wanted);
        std::fs::read_to_string(&picture).unwrap()
    };
    assert!(drawn(own.to_str().unwrap()) != drawn("mono"));
}

#[test]
fn a_backup_is_made_checked_and_restored_as_it_was_at_any_time() {
    let home = made();
    let at = |name: &str| home.path().join(name).display().to_string();
    // What was restored lies elsewhere than the key that was made for the agency.
    let key = at("data/caseload/agency.key");
    let csv = home.path().join("clients.csv");
    std::fs::write(&csv, "mrn,family_name,given_name\n1,Okafor,Ruth\n2,Silva,Ana\n").unwrap();
    ok(home.path(), &["import", "--yes", &csv.display().to_string()]);
    let said = ok(home.path(), &["backup", "--to", &at("one.tar")]);
    assert!(said.contains("backed up to") && said.contains("entries        1 to"), "{said}");
    fails(home.path(), &["backup", "--to", &at("one.tar")], 2, "is there already");
    fails(home.path(), &["backup", "--to", &at("nowhere/one.tar")], 2, "there is no directory");
    assert!(ok(home.path(), &["backup", "--verify", &at("one.tar")]).contains("all is well"));
    let said = ok(home.path(), &["--keyfile", &key, "restore", &at("one.tar"), "--to", &at("again")]);
    assert!(said.contains("restored       entries 1 to") && said.contains("epoch 2"), "{said}");
    assert!(said.contains("newer          what was done after"), "{said}");
    let list = |agency: &str| {
        ok(home.path(), &["--keyfile", &key, "--agency", &at(agency), "list", "clients", "--format", "csv"])
    };
    assert!(list("again").contains("Okafor") && list("again").contains("Silva"));
    assert!(ok(home.path(), &["--keyfile", &key, "--agency", &at("again"), "verify"]).contains("all is well"));
    let said = ok(home.path(), &["--keyfile", &key, "restore", &at("one.tar"), "--to", &at("early"), "--seq", "2"]);
    assert!(said.contains("entries 1 to 2,") && said.contains("left out"), "{said}");
    assert!(!list("early").contains("Okafor"));
    // Without the key the chain is proven all the same, and the message says what is missing.
    let said = ok(home.path(), &["restore", &at("one.tar"), "--to", &at("keyless")]);
    assert!(said.contains("the rest needs the key") && said.contains("keyless.key"), "{said}");
    fails(home.path(), &["--keyfile", &key, "restore", &at("one.tar"), "--to", &at("early")], 1, "there is an agency");
    fails(
        home.path(),
        &["--keyfile", &key, "restore", &at("one.tar"), "--to", &at("x"), "--at", "2001-01-01T00:00"],
        3,
        "as old as that",
    );
    fails(
        home.path(),
        &["--keyfile", &key, "restore", &at("one.tar"), "--to", &at("x"), "--at", "today"],
        2,
        "2026-03-02T08:10",
    );
    // A damaged file is found and nothing is restored from it.
    let mut bytes = std::fs::read(at("one.tar")).unwrap();
    let entry = bytes.windows(4).position(|four| four == b"CLj1").unwrap();
    bytes[entry + 20] ^= 1;
    std::fs::write(at("bad.tar"), bytes).unwrap();
    fails(home.path(), &["backup", "--verify", &at("bad.tar")], 3, "not as it was written");
    fails(home.path(), &["--keyfile", &key, "restore", &at("bad.tar"), "--to", &at("y")], 3, "not as it was written");
    assert!(!home.path().join("y/journal").exists());
    fails(home.path(), &["backup", "--verify", &csv.display().to_string()], 3, "not a whole backup");
}

#[test]
fn a_damaged_journal_is_restored_from_a_backup_and_what_follows_it() {
    let home = made();
    let at = |name: &str| home.path().join(name).display().to_string();
    ok(home.path(), &["backup", "--to", &at("one.tar")]);
    let key = at("data/caseload/agency.key");
    let csv = home.path().join("clients.csv");
    std::fs::write(&csv, "mrn,family_name,given_name\n1,Okafor,Ruth\n").unwrap();
    ok(home.path(), &["import", "--yes", &csv.display().to_string()]);
    let lost = home.path().join("data/caseload/agency");
    let segment = lost.join("journal/00000001.log");
    let mut bytes = std::fs::read(&segment).unwrap();
    bytes[60] ^= 1;
    std::fs::write(&segment, bytes).unwrap();
    std::fs::remove_dir_all(lost.join("working")).unwrap();
    let lost = lost.display().to_string();
    fails(
        home.path(),
        &["--keyfile", &key, "--agency", &lost, "backup", "--to", &at("two.tar")],
        3,
        "the journal is damaged",
    );
    let said =
        ok(home.path(), &["--keyfile", &key, "restore", &at("one.tar"), "--to", &at("again"), "--beyond", &lost]);
    assert!(said.contains("later entries of the lost agency"), "{said}");
    assert!(
        ok(home.path(), &["--keyfile", &key, "--agency", &at("again"), "list", "clients", "--format", "csv"])
            .contains("Okafor")
    );
}

/// Two clients, two caregivers and visits of tomorrow and a day after.
fn with_visits() -> tempfile::TempDir {
    let home = made();
    let files = [
        (
            "clients.csv",
            "mrn,family_name,given_name,street,town,access,level\n1,Okafor,Ruth,12 Elm St,Providence,side door,1\n2,Petrov,Ivan,3 Oak St,Warwick,,2\n",
        ),
        ("staff.csv", "staff_id,family_name,given_name,discipline\nS1,Reyes,Maria,HHA\nS2,Chen,Jo,RN\n"),
        (
            "visits.csv",
            "visit_id,mrn,staff_id,date,start,minutes,discipline,service,status\nV1,1,S1,2031-03-03,07:00,60,HHA,bath,planned\nV2,2,S1,2031-03-03,09:30,45,HHA,\"meal; =1+1\",planned\nV3,1,,2031-03-04,08:00,30,RN,insulin,planned\n",
        ),
    ];
    for (name, text) in files {
        let file = home.path().join(name);
        std::fs::write(&file, text).unwrap();
        ok(home.path(), &["import", file.to_str().unwrap(), "--yes"]);
    }
    home
}

#[test]
fn the_roster_goes_on_paper_and_out_as_csv() {
    let home = with_visits();
    let home = home.path();
    let file = home.join("more.csv");
    let more = "mrn,family_name,given_name,street,town,phone,level\n3,\"=cmd|' /C calc'!A0\",Eve,1 Elm St,Providence,(401) 555-0103,\n";
    std::fs::write(&file, more).unwrap();
    ok(home, &["import", file.to_str().unwrap(), "--yes"]);
    // Without a storm: everybody on service, level 1 first, then who is not rated.
    let paper = ok(home, &["export", "roster"]);
    assert!(paper.lines().all(|l| l.chars().count() <= 80), "{paper}");
    let place = |what: &str| paper.find(what).unwrap_or_else(|| panic!("{what}: {paper}"));
    assert!(place("L1  Okafor, Ruth") < place("L?  "), "{paper}");
    assert!(place("L?  ") < place("L2  Petrov, Ivan"), "{paper}");
    assert!(paper.contains("level not recorded") && paper.contains("[ ] not called"), "{paper}");
    assert!(paper.contains("12 Elm St, Providence") && paper.contains("no storm is declared"), "{paper}");
    let csv = ok(home, &["export", "roster", "--format", "csv"]);
    let lines: Vec<&str> = csv.lines().collect();
    assert!(lines[0].starts_with("order,client,mrn,level,power"), "{csv}");
    assert!(lines.len() == 4 && lines[1].starts_with("1,\"Okafor, Ruth\",1,1,"), "{csv}");
    assert!(!csv.contains("\n2,=cmd") && !csv.contains(",\"=cmd"), "a spreadsheet runs nothing of it: {csv}");
    let wall = ok(home, &["export", "roster", "--privacy"]);
    for word in ["Okafor", "Petrov", "Elm St", "555-0103"] {
        assert!(!wall.contains(word), "{word}: {wall}");
    }
    let who = ok(home, &["audit", "list"]);
    assert!(who.contains("printed  clients") && who.contains("exported  clients"), "{who}");
    fails(home, &["export", "roster", "--format", "pdf"], 2, "possible values");
    // Its rules are checked like the others.
    let rules = home.join("storm.toml");
    std::fs::write(&rules, include_str!("../src/rules/packs/storm.toml").replace("calls = 3", "calls = 2")).unwrap();
    let changes = ok(home, &["rules", "check", rules.to_str().unwrap(), "--which", "storm"]);
    assert!(changes.contains("when nobody answers: 3 calls"), "{changes}");
}

#[test]
fn a_week_is_planned_and_accepted_by_number() {
    let home = with_visits();
    let home = home.path();
    // Any day of it names the week; the nurse's visit of Tuesday has nobody yet.
    let week = ["plan", "--week", "2031-03-05", "--steps", "2000"];
    let found = ok(home, &week);
    assert!(found.contains("2 Mar 2031 – 8 Mar 2031: 3 visits to plan"), "{found}");
    assert!(found.contains("Tue 4 Mar 08:00 Petrov") || found.contains("Tue 4 Mar 08:00 Okafor"), "{found}");
    assert!(found.contains("nobody → Chen, Jo: free then"), "{found}");
    assert!(found.contains("--accept 1,3-5"), "{found}");
    assert_eq!(ok(home, &week), found, "the same each time");
    // One day alone is another plan, and a day without visits says so.
    assert!(ok(home, &["plan", "--date", "2031-03-04", "--steps", "500"]).contains("1 visits to plan"));
    assert!(ok(home, &["plan", "--week", "2031-04-16"]).contains("no visit of these days can be planned any more"));
    let both = caseload(home, &["plan", "--week", "2031-03-05", "--date", "2031-03-05"], None);
    assert_eq!(both.status.code(), Some(2));
    let done = ok(home, &[&week[..], &["--accept", "all"]].concat());
    assert!(done.contains("1 visit given anew, 1 to tell"), "{done}");
    assert!(ok(home, &week).contains("Nothing better was found"), "it is done");
}

#[test]
fn visits_go_out_as_a_calendar_and_on_paper() {
    let home = with_visits();
    let home = home.path();
    let days = ["--from", "2031-03-01", "--to", "2031-03-09"];
    let all = ok(home, &[&["export", "ics"], &days[..]].concat());
    assert_eq!((all.matches("BEGIN:VEVENT\r\n").count(), all.matches("BEGIN:VTIMEZONE").count()), (3, 1), "{all}");
    assert!(all.contains("DTSTART;TZID=America/New_York:20310303T070000\r\n"), "{all}");
    assert_eq!(all, ok(home, &[&["export", "ics"], &days[..]].concat()), "the same each time");
    let hers = ok(home, &[&["export", "ics", "--staff", "reyes"], &days[..]].concat());
    assert!(hers.contains("12 Elm St") && !hers.contains("insulin"), "{hers}");
    let hidden = ok(home, &[&["export", "ics", "--staff", "reyes", "--privacy"], &days[..]].concat());
    assert!(hidden.contains("SUMMARY:R.O.: HHA\r\n"), "{hidden}");
    for word in ["Okafor", "Reyes", "Elm", "bath", "Petrov"] {
        assert!(!hidden.contains(word), "{word}: {hidden}");
    }
    assert_eq!(
        ok(home, &[&["export", "ics", "--client", "okafor"], &days[..]].concat()).matches("BEGIN:VEVENT").count(),
        2
    );
    fails(home, &["export", "ics", "--client", "nobody at all"], 1, "nobody is found");
    fails(home, &["export", "ics", "--client", "okafor", "--mine"], 2, "cannot be used with");
    fails(home, &["export", "ics", "--from", "2031-03-01", "--to", "2029-01-01"], 2, "the first one first");
    fails(home, &["export", "ics", "--team", "nobody"], 1, "no colleague");
    let day = ok(home, &["sheet", "day", "--staff", "reyes", "--date", "2031-03-03"]);
    for part in [
        "Reyes, Maria HHA",
        "07:00-08:00  Okafor, Ruth",
        "12 Elm St",
        "level 1",
        "way in: side door",
        "codes are never on paper",
    ] {
        assert!(day.contains(part), "{part}: {day}");
    }
    assert!(day.lines().all(|l| l.chars().count() <= 80), "{day}");
    let week = ok(home, &["sheet", "week", "--client", "okafor", "--date", "2031-03-03"]);
    for part in ["Sun 2 Mar to Sat 8 Mar 2031", "M. Reyes HHA, HHA bath", "to be named, RN insulin, nobody yet"] {
        assert!(week.contains(part), "{part}: {week}");
    }
    fails(home, &["sheet", "day"], 2, "--staff");
    // A list as CSV is what `list` writes, and a cell that a spreadsheet would run is text.
    let csv = ok(home, &[&["export", "csv", "visits"], &days[..]].concat());
    assert_eq!(csv, ok(home, &[&["list", "visits", "--format", "csv"], &days[..]].concat()));
    assert!(csv.contains("meal; =1+1"), "{csv}");
    // Who was on a file that left is found again.
    let who = ok(home, &["audit", "who", "okafor"]);
    assert!(who.contains("exported") && who.contains("printed"), "{who}");
}

#[test]
fn plans_come_in_as_lists_and_go_out_unchanged() {
    let home = with_visits();
    let home = home.path();
    let lists = [
        (
            "authorizations",
            "mrn,payer,auth number,service,minutes per unit,units authorized,per,start date,end date\n1,Medicaid,A-77,bath,15,240,month,2031-01-01,2031-12-31\n2,Medicaid,A-78,,,12,,2031-01-01,2031-06-30\n",
        ),
        (
            "time-off",
            "time_off_id,staff_id,from,to,kind,note\nT1,S1,2031-03-10,2031-03-14,vacation,\nT2,S2,2031-03-10 08:00,2031-03-10 12:00,in-service,CPR\n",
        ),
        ("holds", "hold_id,mrn,kind,from,to,expected,note\nH1,2,in hospital,2031-03-01 14:00,,2031-03-09,General\n"),
        (
            "pairings",
            "mrn,staff_id,wish,wished by,reason\n1,S1,preferred,client,\n2,S2,do not send,client,asked for somebody else\n",
        ),
        (
            "appointments",
            "appointment_id,mrn,date,start,end,kind,provider,place\nP1,1,2031-03-04,10:00,13:30,dialysis,Kidney Center,1 Main St\n",
        ),
        ("positions", "mrn,staff_id,zip,lat,lon\n1,,,41.823989,-71.412834\n,S1,,41.70,-71.45\n,,02906,41.84,-71.39\n"),
        (
            "ways",
            "from_mrn,from_staff_id,from_postcode,to_mrn,to_staff_id,to_postcode,drive minutes,distance\n1,,,2,,,17,6.4\n,S1,,,,02906,25,\n",
        ),
    ];
    for (list, text) in lists {
        let rows = text.lines().count() - 1;
        let file = home.join(format!("{list}.csv"));
        std::fs::write(&file, text).unwrap();
        let said = ok(home, &["import", file.to_str().unwrap(), "--yes"]);
        assert!(said.contains(&format!("created {rows},")), "{list}: {said}");
        let again = ok(home, &["import", file.to_str().unwrap(), "--yes"]);
        assert!(again.contains(&format!("created 0, updated 0, unchanged {rows}")), "{list}: {again}");
        // What goes out comes in as what it is.
        let csv = ok(home, &["export", "csv", list]);
        assert_eq!(csv.lines().count(), rows + 1, "{csv}");
        let own = home.join("own.csv");
        std::fs::write(&own, &csv).unwrap();
        let back = ok(home, &["import", own.to_str().unwrap()]);
        assert!(back.contains(&format!("created 0, updated 0, unchanged {rows}")), "{list}: {back}\n{csv}");
        assert_eq!(csv, ok(home, &["export", "csv", list]), "{list}");
    }
    assert!(ok(home, &["export", "csv", "positions"]).contains("41.823989,'-71.412834"));
    fails(home, &["export", "csv", "holds", "--mine"], 2, "goes out whole");
    // One bad row costs itself, named by its line, and what is wrong is said.
    let bad = [
        (
            "mrn,payer,auth number,units,from,to\n1,M,B-1,none,2031-01-01,2031-02-01\n1,M,B-2,5,2031-02-01,2031-01-01\n9,M,B-3,5,2031-01-01,2031-02-01\n",
            ["line 2", "last day is before its first", "not in this source"],
        ),
        ("mrn,lat,lon\n1,95,0\n1,x,0\n,41,71\n", ["line 2", "latitude", "one of mrn, staff_id, postcode"]),
    ];
    for (text, says) in bad {
        let file = home.join("bad.csv");
        std::fs::write(&file, text).unwrap();
        for word in says {
            fails(home, &["import", file.to_str().unwrap(), "--yes"], 1, word);
        }
    }
    assert!(ok(home, &["verify"]).contains("all is well"));
}

#[test]
fn a_calendar_comes_in_as_appointments_or_time_off() {
    let home = with_visits();
    let home = home.path();
    let file = home.join("hers.ics");
    let text = |what: &str| {
        format!(
            "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:x\r\nBEGIN:VEVENT\r\nUID:k1\r\nDTSTAMP:20260101T000000Z\r\n{what}\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
        )
    };
    let year = text("DTSTART:20310304T100000\r\nDTEND:20310304T120000\r\nSUMMARY:Dr. Silva\r\nLOCATION:General");
    std::fs::write(&file, &year).unwrap();
    let path = file.to_str().unwrap();
    fails(home, &["import", path], 2, "say whose calendar it is");
    let said = ok(home, &["import", path, "--client", "okafor", "--until", "2031-03-31", "--yes"]);
    assert!(said.contains("created 1"), "{said}");
    let again = ok(home, &["import", path, "--client", "okafor", "--until", "2031-03-31", "--yes"]);
    assert!(again.contains("created 0, updated 0, unchanged 1"), "{again}");
    let csv = ok(home, &["export", "csv", "appointments"]);
    assert!(csv.contains("2031-03-04,10:00,120,America/New_York,physician,Dr. Silva,General"), "{csv}");
    // Moved there, it is moved here; cancelled there, it stands here no more.
    std::fs::write(&file, year.replace("T12", "T13")).unwrap();
    assert!(ok(home, &["import", path, "--client", "okafor", "--until", "2031-03-31", "--yes"]).contains("updated 1"));
    std::fs::write(&file, year.replace("SUMMARY", "STATUS:CANCELLED\r\nSUMMARY")).unwrap();
    ok(home, &["import", path, "--client", "okafor", "--until", "2031-03-31", "--yes"]);
    assert!(!ok(home, &["export", "csv", "appointments"]).contains("Silva"));
    // The same of a caregiver is time off.
    std::fs::write(&file, text("DTSTART;VALUE=DATE:20310310\r\nDTEND;VALUE=DATE:20310315\r\nSUMMARY:Vacation"))
        .unwrap();
    ok(home, &["import", path, "--staff", "reyes", "--until", "2031-03-31", "--yes"]);
    let csv = ok(home, &["export", "csv", "time-off"]);
    assert!(csv.contains("2031-03-10 00:00,2031-03-15 00:00,vacation,Vacation"), "{csv}");
    std::fs::write(&file, "BEGIN:VCALENDAR\r\nnonsense").unwrap();
    fails(home, &["import", path, "--staff", "reyes", "--yes"], 1, "END:VCALENDAR is missing");
}

#[test]
fn an_aggregators_export_comes_in_by_a_map_and_from_a_watched_directory() {
    let home = made();
    let home = home.path();
    let write = |name: &str, text: &str| {
        let file = home.join(name);
        std::fs::write(&file, text).unwrap();
        file.to_str().unwrap().to_owned()
    };
    ok(home, &["import", "--yes", &write("c.csv", "mrn,family_name,given_name\n1,Okafor,Ruth\n2,Petrov,Ivan\n")]);
    ok(home, &["import", "--yes", &write("s.csv", "staff_id,family_name,given_name,discipline\nS1,Reyes,Maria,HHA\n")]);
    let visits = "visit_id,mrn,staff_id,date,start,minutes,discipline,service,status\nV1,1,S1,2026-03-02,07:00,60,HHA,bath,planned\n";
    ok(home, &["import", "--yes", &write("v.csv", visits)]);
    let export = "Txn,Member,Worker,Proc,DOS,In,Out,GPS\nT1,1,S1,T1019,3/2/2026,6:58 AM,8:03 AM,\"41.82, -71.41\"\nT2,2,S1,T1019,3/2/2026,9:00 AM,,\nT3,1,S1,T1019,3/2/2026,later,,\n";
    let file = write("evv.csv", export);
    let map = [
        "Txn=evv_id",
        "Member=mrn",
        "Worker=staff_id",
        "Proc=service",
        "DOS=date",
        "In=clock_in",
        "Out=clock_out",
        "GPS=place",
    ];
    let mut args = vec!["import", "evv", &file, "--yes"];
    args.extend(map.iter().flat_map(|m| ["--map", *m]));
    let out = caseload(home, &args, None);
    let said = text(&out.stdout) + &text(&out.stderr);
    assert_eq!(out.status.code(), Some(1), "one row can't be read: {said}");
    assert!(said.contains("created 2,") && said.contains("line 4") && said.contains("not a time"), "{said}");
    let listed = ok(home, &["list", "visits", "--from", "2026-03-02"]);
    assert!(listed.contains("2026-03-02 06:58") && listed.contains("EVV") && listed.contains("done"), "{listed}");
    let wrong = ok(home, &["list", "evv", "--format", "json"]);
    let rows: serde_json::Value = serde_json::from_str(&wrong).unwrap();
    assert_eq!(
        (rows.as_array().unwrap().len(), &rows[0]["code"], &rows[0]["locks"]),
        (1, &"no-visit".into(), &"2026-04-01".into())
    );
    let id = rows[0]["id"].as_str().unwrap();
    fails(home, &["import", "--resolve", id], 1, "what was done about it?");
    fails(home, &["import", "--resolve", id, "--reason", "dog"], 1, "`dog` is none of the agency's reasons: forgot");
    fails(home, &["import", "--reason", "forgot"], 2, "--resolve");
    ok(home, &["import", "--resolve", id, "--reason", "other", "--because", "not our client that day"]);
    assert_eq!(ok(home, &["list", "evv", "--format", "json"]).trim(), "[]");
    // A directory: whole files alone, what was taken goes aside, what is bad is named and left.
    let dir = home.join("in");
    std::fs::create_dir(&dir).unwrap();
    std::fs::write(dir.join("a.csv"), "mrn,family_name,given_name\n3,Young,Kim\n").unwrap();
    std::fs::write(dir.join("b.csv"), "mrn,family_name,given_name\n,Nobody,At All\n").unwrap();
    std::fs::write(dir.join("c.csv.part"), "mrn,family_name,given_name\n4,Half,Written\n").unwrap();
    let path = dir.to_str().unwrap().to_owned();
    fails(home, &["import", "--watch", &path, "--once"], 1, "b.csv: not all of it was taken");
    let clients = ok(home, &["list", "clients"]);
    assert!(clients.contains("Young") && !clients.contains("Half"), "{clients}");
    assert!(dir.join("taken/a.csv").is_file() && dir.join("b.csv").is_file() && dir.join("c.csv.part").is_file());
    fails(home, &["import", "--watch", "/nowhere at all", "--once"], 1, "not a directory");
}

/// A zone in which it is about noon now, so that no day ends while a test runs; and the wall of that zone.
fn at_noon() -> (String, impl Fn(i64) -> (String, String)) {
    use caseload::domain::time::{MINUTE, Moment, Zone, clock};
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap().as_millis() as i64;
    let ahead = 12 - now / 3_600_000 % 24;
    // The sign of these names is the other way round.
    let name = format!("Etc/GMT{}{}", if ahead > 0 { '-' } else { '+' }, ahead.abs());
    let zone = Zone::parse(&name).unwrap();
    let wall = move |minutes: i64| {
        let (day, minute) = zone.civil(Moment(now + minutes * MINUTE));
        (day.iso(), clock(minute))
    };
    (name, wall)
}

#[test]
fn a_late_visit_stands_on_the_board_until_its_clock_in_comes_from_a_file() {
    let home = tempfile::tempdir().unwrap();
    let home = home.path();
    let (zone, wall) = at_noon();
    ok(home, &["init", "--name", "Riverside", "--timezone", &zone]);
    let write = |path: &Path, text: &str| {
        std::fs::write(path, text).unwrap();
        path.to_str().unwrap().to_owned()
    };
    let people = "mrn,family_name,given_name\n1,Okafor,Ruth\n2,Petrov,Ivan\n3,Young,Kim\n";
    ok(home, &["import", "--yes", &write(&home.join("c.csv"), people)]);
    let staff = "staff_id,family_name,given_name,discipline\nS1,Reyes,Maria,HHA\nS2,Dube,Sam,HHA\nS3,Foss,Lee,HHA\n";
    ok(home, &["import", "--yes", &write(&home.join("s.csv"), staff)]);
    // All three said yes and were to begin 40 minutes ago.
    let (day, start) = wall(-40);
    let mut visits = "visit_id,mrn,staff_id,date,start,minutes,discipline,service,status\n".to_owned();
    for n in 1..=3 {
        visits += &format!("V{n},{n},S{n},{day},{start},60,HHA,bath,confirmed\n");
    }
    ok(home, &["import", "--yes", &write(&home.join("v.csv"), &visits)]);
    let board = || {
        let listed = ok(home, &["list", "alerts", "--format", "json"]);
        let rows: serde_json::Value = serde_json::from_str(&listed).unwrap();
        let rows = rows.as_array().unwrap().clone();
        let text = |row: &serde_json::Value, name: &str| match &row[name] {
            serde_json::Value::String(text) => text.clone(),
            other => other.to_string(),
        };
        let each = rows.iter().map(|r| (text(r, "name"), text(r, "tier"), text(r, "cause")));
        let late = each.filter(|(_, _, cause)| cause.contains("not there since") || cause.contains("is there since"));
        // Alerts that are equal otherwise stand by their ids, which are random.
        let mut late: Vec<_> = late.collect();
        late.sort();
        late
    };
    let row = |n: usize, began: i64| {
        let (day, at) = wall(began);
        format!("T{n},{n},S{n},T1019,{day},{at},,home\n")
    };
    let head = "evv_id,mrn,staff_id,service,date,clock_in,clock_out,place\n";
    // Nothing is heard from the aggregator: an unrated client's late visit is no alert of its own.
    assert!(board().iter().all(|(_, _, cause)| !cause.contains("not there since")), "{:?}", board());
    // One clocked in past grace, five minutes ago; the other two have not: now it is known that they are late.
    let file = write(&home.join("evv.csv"), &format!("{head}{}", row(1, -5)));
    ok(home, &["import", "evv", &file, "--yes"]);
    let late = board();
    let names: Vec<&str> = late.iter().map(|(name, _, _)| name.as_str()).collect();
    assert_eq!((names, late.iter().all(|l| l.1 == "P2")), (vec!["Petrov, Ivan", "Young, Kim"], true), "{late:?}");
    assert!(late.iter().all(|(_, _, cause)| cause.contains(&format!("not there since {start}"))), "{late:?}");
    // From the watched directory the same: hers goes, the other's stays.
    let dir = home.join("in");
    std::fs::create_dir(&dir).unwrap();
    write(&dir.join("evv-2.csv"), &format!("{head}{}", row(2, -3)));
    let watched = dir.to_str().unwrap().to_owned();
    ok(home, &["import", "--watch", &watched, "--once", "--list", "evv", "--yes"]);
    assert!(dir.join("taken/evv-2.csv").is_file());
    let late = board();
    assert_eq!(late.iter().map(|l| l.0.as_str()).collect::<Vec<_>>(), ["Young, Kim"], "{late:?}");
    // The last one came too: nobody is late any more.
    write(&dir.join("evv-3.csv"), &format!("{head}{}", row(3, -2)));
    ok(home, &["import", "--watch", &watched, "--once", "--list", "evv", "--yes"]);
    assert!(board().is_empty(), "{:?}", board());
    assert_eq!(ok(home, &["list", "evv", "--format", "json"]).trim(), "[]");
}

#[test]
fn an_agencys_own_rules_of_verification_are_shown_checked_and_adopted() {
    let home = made();
    let home = home.path();
    let shipped = ok(home, &["rules", "show", "--which", "evv"]);
    assert!(shipped.contains("[[reason]]") && ok(home, &["rules", "show"]).contains("[[rule]]"));
    let file = home.join("ours.toml");
    let path = file.to_str().unwrap().to_owned();
    std::fs::write(&file, &shipped).unwrap();
    assert!(ok(home, &["rules", "check", &path, "--which", "evv"]).contains("changes nothing"));
    std::fs::write(&file, shipped.replace("days = 30", "days = 95")).unwrap();
    let said = ok(home, &["rules", "adopt", &path, "--which", "evv", "--yes"]);
    assert!(said.contains("days until a record locks: 30 → 95") && said.contains("Adopted"), "{said}");
    std::fs::write(&file, shipped.replace("days = 30", "days = thirty")).unwrap();
    let line = 1 + shipped[..shipped.find("days = 30").unwrap()].matches('\n').count();
    fails(home, &["rules", "check", &path, "--which", "evv"], 1, &format!("line {line}: "));
    std::fs::write(&file, shipped.replace("code = \"device\"", "code = \"forgot\"")).unwrap();
    fails(home, &["rules", "adopt", &path, "--which", "evv", "--yes"], 1, "reason `forgot` stands here twice");
}

#[test]
fn the_doctor_works_without_a_terminal_and_says_what_was_forced() {
    let home = tempfile::tempdir().unwrap();
    let said = ok(home.path(), &["doctor"]);
    assert!(said.starts_with("This is no terminal, so nothing was asked"), "{said}");
    assert!(!said.contains('\x1b') && said.contains("TERM is not set"), "{said}");
    let said = ok(home.path(), &["doctor", "--mono", "--ascii", "--low-bandwidth", "--no-mouse"]);
    let line = |what: &str| said.lines().find(|line| line.starts_with(what)).unwrap_or_default().to_owned();
    assert!(line("colours").ends_with("--mono") && line("text").ends_with("--ascii"), "{said}");
    assert!(line("pacing").contains("on") && line("pacing").ends_with("--low-bandwidth"), "{said}");
}

#[test]
fn what_a_key_does_is_done_by_name() {
    let home = made();
    let file = home.path().join("clients.csv");
    std::fs::write(&file, "mrn,family_name,given_name\n1,O'Brien,Maeve\n2,Petrov,Ivan\n").unwrap();
    ok(home.path(), &["import", file.to_str().unwrap(), "--yes"]);
    let json = |args: &[&str]| -> serde_json::Value { serde_json::from_str(&ok(home.path(), args)).unwrap() };
    let handle = json(&["list", "clients", "--format", "json"])[0]["handle"].as_str().unwrap().to_owned();
    // An apostrophe is a letter like others; a handle and a record number name her as well.
    for who in ["O'Brien, Maeve", "obrien", "1", &handle] {
        assert!(ok(home.path(), &["show", who]).contains("O'Brien, Maeve"), "{who}");
    }
    let fields = ok(home.path(), &["act", "new-issue", "O'Brien, Maeve", "--fields"]);
    assert!(fields.contains("--kind") && fields.contains("complaint") && fields.contains("--reported-by"), "{fields}");
    // What is missing is said with its field and the mend, and nothing is done.
    let new = ["act", "new-issue", "O'Brien, Maeve", "--person", "yes"];
    fails(home.path(), &new, 1, "--kind: choose what happened (one of: fall;");
    fails(home.path(), &[&new[..], &["--kind", "joy"]].concat(), 1, "“joy” is none of these");
    fails(home.path(), &[&new[..], &["--colour", "red"]].concat(), 1, "--colour: there is no such field");
    assert!(!ok(home.path(), &["list", "issues"]).contains("complaint"));
    let made = [&new[..], &["--kind=complaint", "--summary", "the aide's car blocks the drive", "--json"]].concat();
    let done = json(&made);
    assert!(done["done"] == true && done["said"][0].as_str().unwrap().contains("O'Brien"), "{done}");
    let alerts = json(&["list", "alerts", "--format", "json"]);
    let alert = alerts[0]["handle"].as_str().unwrap();
    assert!(ok(home.path(), &["act", "--list", alert]).lines().any(|l| l.starts_with("take ")));
    assert!(ok(home.path(), &["act", "take", alert]).contains("Taken: O'Brien, Maeve"));
    fails(home.path(), &["act", "take", alert], 1, "you have it already");
    assert!(ok(home.path(), &["show", alert]).contains("Lower it"));
    // A dangerous one asks first.
    fails(home.path(), &["act", "undo"], 1, "--yes does it");
    assert!(ok(home.path(), &["act", "undo", "--yes"]).contains("Undone: Taken"));
    let problems = caseload(home.path(), &["act", "result", alert, "--json"], None);
    let problems: serde_json::Value = serde_json::from_slice(&problems.stdout).unwrap();
    assert!(problems["done"] == false && problems["problems"][0]["field"] == "outcome", "{problems}");
    // What is not understood, and what is for the screen alone.
    fails(home.path(), &["act", "tkae", alert], 2, "did you mean take?");
    fails(home.path(), &["act", "zoom"], 1, "for the screen alone");
    fails(home.path(), &["act", "take", "a-000000"], 1, "not on any list now");
    fails(home.path(), &["act", "call", "O'Brien, Maeve", "--note"], 2, "--note needs a value");
    fails(home.path(), &["act", "take", "storm", alert], 2, "not said together");
    // Each act is somebody's, and stands in the log as one from the screen does.
    assert!(ok(home.path(), &["show", "acts"]).contains("Taken: O'Brien, Maeve"));
}

#[test]
fn the_key_card_is_a_page_of_eighty_columns() {
    let home = tempfile::tempdir().unwrap();
    for name in ["default", "office", "vim"] {
        let card = ok(home.path(), &["keys", "--print", name]);
        assert!(card.contains(&format!("keys: {name}")) && card.lines().count() <= 60, "{card}");
        assert!(card.lines().all(|l| l.chars().count() <= 80));
    }
}
