//! An encrypted agency from outside: its key, who may read it, what is said without it, and that no process that opens
//! it can be looked into.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

/// Runs it, and ends the server that it may have started, so that nobody has the agency open afterwards.
fn caseload_with(home: &Path, env: &[(&str, &Path)], args: &[&str]) -> Output {
    let out = run_with(home, env, args);
    if dir(home).exists() {
        run_with(home, &[], &["serve", "--stop"]);
    }
    out
}

fn run_with(home: &Path, env: &[(&str, &Path)], args: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_caseload"))
        .args(args)
        .env_clear()
        .env("HOME", home)
        .env("XDG_DATA_HOME", home.join("data"))
        .env("PATH", std::env::var_os("PATH").unwrap_or_default())
        .envs(env.iter().copied())
        .stdin(Stdio::null())
        .output()
        .unwrap()
}

fn all(out: &Output) -> String {
    String::from_utf8_lossy(&out.stdout).into_owned() + &String::from_utf8_lossy(&out.stderr)
}

fn ok(home: &Path, args: &[&str]) -> String {
    let out = caseload_with(home, &[], args);
    assert!(out.status.success(), "{args:?}: {}", all(&out));
    all(&out)
}

fn fails(home: &Path, args: &[&str], code: i32, says: &str) {
    let out = caseload_with(home, &[], args);
    assert_eq!(out.status.code(), Some(code), "{args:?}: {}", all(&out));
    assert!(all(&out).contains(says), "{args:?} does not say “{says}”: {}", all(&out));
}

fn dir(home: &Path) -> PathBuf {
    home.join("data/caseload/agency")
}

fn key(home: &Path) -> PathBuf {
    home.join("data/caseload/agency.key")
}

const CLIENTS: &str =
    "last_name,first_name,dob,mrn\nZephyrine,Ottoline,06/12/1941,004217\nQuillfeather,Bart,10/02/1935,003117\n";

fn made() -> tempfile::TempDir {
    let home = tempfile::tempdir().unwrap();
    ok(home.path(), &["init", "--name", "Riverside", "--timezone", "America/New_York"]);
    let list = home.path().join("clients.csv");
    std::fs::write(&list, CLIENTS).unwrap();
    ok(home.path(), &["import", list.to_str().unwrap(), "--yes"]);
    std::fs::remove_file(list).unwrap();
    // The agency's server leaves for it; what lies there lies still.
    ok(home.path(), &["verify"]);
    home
}

/// All bytes below a directory, by file.
fn bytes_below(dir: &Path) -> Vec<(PathBuf, Vec<u8>)> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(dir).unwrap().flatten() {
        if entry.file_type().unwrap().is_dir() {
            found.extend(bytes_below(&entry.path()));
        } else if entry.file_type().unwrap().is_file() {
            found.push((entry.path(), std::fs::read(entry.path()).unwrap()));
        }
    }
    found.sort();
    found
}

fn holds(bytes: &[u8], word: &str) -> bool {
    bytes.windows(word.len()).any(|w| w == word.as_bytes())
}

#[test]
fn a_new_agency_is_encrypted_and_its_key_is_private() {
    let home = made();
    let home = home.path();
    assert_eq!(std::fs::metadata(key(home)).unwrap().permissions().mode() & 0o777, 0o600);
    for (path, bytes) in bytes_below(&dir(home)) {
        for word in ["Zephyrine", "Ottoline", "004217", "Riverside"] {
            assert!(!holds(&bytes, word), "{word} stands in {}", path.display());
        }
    }
    assert!(ok(home, &["list", "clients"]).contains("Zephyrine, Ottoline"));
    assert!(ok(home, &["verify"]).contains("all is well"));
    assert!(ok(home, &["verify", "--rebuild"]).contains("all is well"));
    let status = ok(home, &["keyring", "status"]);
    assert!(status.contains("keys in use                   4"), "{status}");
    // The same without encryption shows that the search finds what is there.
    let clear = tempfile::tempdir().unwrap();
    let said = ok(clear.path(), &["init", "--name", "Riverside", "--timezone", "America/New_York", "--no-encryption"]);
    assert!(said.contains("not encrypted"));
    assert!(bytes_below(&dir(clear.path())).iter().any(|(_, bytes)| holds(bytes, "Riverside")));
    assert!(!key(clear.path()).exists());
    fails(clear.path(), &["keyring", "status"], 1, "not encrypted");
}

#[test]
fn a_wrong_missing_or_loose_key_opens_nothing_and_changes_nothing() {
    let home = made();
    let home = home.path();
    let good = std::fs::read(key(home)).unwrap();
    let before = bytes_below(&dir(home));
    let same = |what: &str| assert!(bytes_below(&dir(home)) == before, "{what}: something was changed");
    for args in [&["list", "clients"][..], &["brief"], &["keyring", "status"], &["keyring", "rotate"]] {
        std::fs::set_permissions(key(home), std::fs::Permissions::from_mode(0o640)).unwrap();
        fails(home, args, 3, "chmod 600");
        same("loose");
        std::fs::set_permissions(key(home), std::fs::Permissions::from_mode(0o600)).unwrap();
        std::fs::remove_file(key(home)).unwrap();
        fails(home, args, 3, "--keyfile");
        same("missing");
        std::fs::write(key(home), "not a key").unwrap();
        std::fs::set_permissions(key(home), std::fs::Permissions::from_mode(0o600)).unwrap();
        fails(home, args, 3, "no caseload key");
        std::fs::write(
            key(home),
            String::from_utf8_lossy(&good).replace('a', "b").replace("cbselobd-mbster", "caseload-master"),
        )
        .unwrap();
        fails(home, args, 3, "the keyring wants");
        same("wrong");
        std::fs::write(key(home), &good).unwrap();
    }
    // Without the key the chain is checked all the same, and it is said what was not.
    std::fs::remove_file(key(home)).unwrap();
    let out = caseload_with(home, &[], &["verify"]);
    assert!(out.status.success(), "{}", all(&out));
    assert!(all(&out).contains("the chain and every stored byte of the journal are sound"), "{}", all(&out));
    assert!(all(&out).contains("not checked without the key"), "{}", all(&out));
    same("verify");
    std::fs::write(key(home), &good).unwrap();
    std::fs::set_permissions(key(home), std::fs::Permissions::from_mode(0o600)).unwrap();
    assert!(ok(home, &["list", "clients"]).contains("Zephyrine"));
    ok(home, &["verify"]);
    // A keyring that is gone is missed, and the agency is not taken for a clear one.
    let ring = dir(home).join("keyring");
    let kept = std::fs::read(&ring).unwrap();
    std::fs::remove_file(&ring).unwrap();
    fails(home, &["list", "clients"], 3, "keyring is missing");
    fails(home, &["init", "--name", "R", "--timezone", "America/New_York"], 1, "already");
    std::fs::write(&ring, kept).unwrap();
    assert!(ok(home, &["verify"]).contains("all is well"));
}

#[test]
fn the_key_comes_from_where_it_is_said() {
    let home = made();
    let home = home.path();
    let away = home.join("away");
    std::fs::create_dir(&away).unwrap();
    let named = away.join("caseload.key");
    let leave = || ok(home, &["--keyfile", named.to_str().unwrap(), "verify"]);
    std::fs::rename(key(home), &named).unwrap();
    fails(home, &["brief"], 3, "--keyfile");
    ok(home, &["--keyfile", named.to_str().unwrap(), "brief"]);
    leave();
    assert!(caseload_with(home, &[("CASELOAD_KEYFILE", &named)], &["brief"]).status.success());
    leave();
    // systemd hands it over in a directory of its own, where the group may read.
    std::fs::set_permissions(&named, std::fs::Permissions::from_mode(0o440)).unwrap();
    assert!(caseload_with(home, &[("CREDENTIALS_DIRECTORY", &away)], &["brief"]).status.success());
    let out = caseload_with(home, &[("CREDENTIALS_DIRECTORY", &away)], &["keyring", "rotate"]);
    assert!(all(&out).contains("--to FILE"), "{}", all(&out));
    let to = home.join("fresh.key");
    let rotated =
        caseload_with(home, &[("CREDENTIALS_DIRECTORY", &away)], &["keyring", "rotate", "--to", to.to_str().unwrap()]);
    assert!(rotated.status.success(), "{}", all(&rotated));
    let old = caseload_with(home, &[("CREDENTIALS_DIRECTORY", &away)], &["brief"]);
    assert!(all(&old).contains("the keyring wants"), "{}", all(&old));
    ok(home, &["--keyfile", to.to_str().unwrap(), "brief"]);
    // Never in the agency's own directory.
    let inside = dir(home).join("k.key");
    let out =
        caseload_with(home, &[("CASELOAD_KEYFILE", &to)], &["keyring", "rotate", "--to", inside.to_str().unwrap()]);
    assert!(all(&out).contains("must not lie in the agency's own directory"), "{}", all(&out));
}

#[test]
fn keys_rotate() {
    let home = made();
    let home = home.path();
    let old = std::fs::read(key(home)).unwrap();
    let said = ok(home, &["keyring", "rotate", "--data-keys"]);
    assert!(said.contains("what was sealed before stays readable"), "{said}");
    assert!(std::fs::read(key(home)).unwrap() != old);
    let beside: Vec<PathBuf> = std::fs::read_dir(key(home).parent().unwrap())
        .unwrap()
        .flatten()
        .map(|e| e.path())
        .filter(|p| p.to_string_lossy().contains("agency.key."))
        .collect();
    assert_eq!(beside.len(), 1, "{beside:?}");
    assert!(std::fs::read(&beside[0]).unwrap() == old, "the old one is kept for older backups");
    assert!(ok(home, &["list", "clients"]).contains("Zephyrine"));
    let list = home.join("clients.csv");
    std::fs::write(&list, CLIENTS.replace("Ottoline", "Ottilie")).unwrap();
    ok(home, &["import", list.to_str().unwrap(), "--yes"]);
    assert!(ok(home, &["list", "clients"]).contains("Ottilie"));
    assert!(ok(home, &["verify"]).contains("all is well"));
    let status = ok(home, &["keyring", "status"]);
    assert!(status.contains("older keys, for reading       3"), "{status}");
    // Cut off behind the keyring: the fresh key lies beside and takes its place at the next open.
    ok(home, &["verify"]);
    let fresh = std::fs::read(key(home)).unwrap();
    std::fs::rename(key(home), home.join("data/caseload/agency.key.new")).unwrap();
    std::fs::write(key(home), &old).unwrap();
    std::fs::set_permissions(key(home), std::fs::Permissions::from_mode(0o600)).unwrap();
    ok(home, &["brief"]);
    ok(home, &["verify"]);
    assert!(std::fs::read(key(home)).unwrap() == fresh);
}

const GONE: &str = "last_name,first_name,dob,mrn,status,status_since\nMarchbanks,Ione,06/12/1921,000777,discharged,03/04/2011\nNewlygone,Ada,06/12/1931,000778,discharged,03/04/2024\n";

#[test]
fn a_client_is_erased_for_good_when_nobody_need_keep_her() {
    let home = made();
    let home = home.path();
    let list = home.join("gone.csv");
    std::fs::write(&list, GONE).unwrap();
    ok(home, &["import", list.to_str().unwrap(), "--yes", "--dates", "us"]);
    let why = ["--reason", "retention has ended, asked for by the family"];
    let erase = |mrn: &'static str| ["erase", mrn, why[0], why[1]];
    fails(home, &erase("004217"), 2, "nobody can be asked");
    let sure = |mrn: &'static str| [&erase(mrn)[..], &["--confirm", mrn]].concat();
    fails(home, &sure("004217"), 1, "while they are cared for");
    fails(home, &sure("000778"), 1, "may be erased from 2034-03-04 on");
    fails(home, &sure("999999"), 1, "no client has that record number");
    fails(home, &["erase", "000777", why[0], why[1], "--confirm", "000778"], 1, "nothing was erased");
    let named = ["erase", "000777", "--reason", "Mrs Marchbanks has died", "--confirm", "000777"];
    fails(home, &named, 1, "leave the name and number out");
    assert!(ok(home, &["import", list.to_str().unwrap(), "--yes", "--dates", "us"]).contains("unchanged 2"));
    let before = ok(home, &["verify"]);
    let backup = home.join("before.tar").display().to_string();
    ok(home, &["backup", "--to", &backup]);
    let said = ok(home, &sure("000777"));
    assert!(said.contains("backups made before today still hold the key"), "{said}");
    for _ in 0..2 {
        fails(home, &sure("000777"), 1, "no client has that record number");
        fails(home, &sure("000778"), 1, "may be erased from 2034-03-04 on");
        let verified = ok(home, &["verify"]);
        assert!(verified.contains("all is well"), "{verified}");
        let records = |text: &str| text.lines().find(|l| l.starts_with("records")).unwrap().to_owned();
        assert_eq!(records(&verified), records(&before), "the journal and its chain are as they were");
        // Made anew from the journal she does not come back.
        assert!(ok(home, &["verify", "--rebuild"]).contains("all is well"));
    }
    assert!(ok(home, &["keyring", "status"]).contains("clients erased                1"));
    // A backup still holds her key; what is restored from it does not, beside the agency or away from it.
    let key = key(home).display().to_string();
    let beside = home.join("data/caseload/again").display().to_string();
    let away = home.join("away/again").display().to_string();
    let of = |dir: &str, args: &[&str]| [&["--keyfile", &key, "--agency", dir], args].concat().join("\n");
    let run = |line: &str| run_with(home, &[], &line.split('\n').collect::<Vec<_>>());
    for to in [&beside, &away] {
        let said = ok(home, &["--keyfile", &key, "restore", &backup, "--to", to]);
        assert!(said.contains("1 client stays erased, by the keyring at"), "{said}");
        assert!(all(&run(&of(to, &["keyring", "status"]))).contains("clients erased                1"));
        assert!(all(&run(&of(to, &sure("000777")))).contains("no client has that record number"));
        assert!(all(&run(&of(to, &sure("000778")))).contains("may be erased from 2034-03-04 on"));
        assert!(all(&run(&of(to, &["verify"]))).contains("all is well"));
    }
    // Where nobody is left to say so, that is said, and who must be erased once more.
    let elsewhere = tempfile::tempdir().unwrap();
    std::fs::copy(&backup, elsewhere.path().join("before.tar")).unwrap();
    let to = elsewhere.path().join("again").display().to_string();
    let from = elsewhere.path().join("before.tar").display().to_string();
    let out = run_with(elsewhere.path(), &[], &["--keyfile", &key, "restore", &from, "--to", &to]);
    let said = all(&out);
    assert!(out.status.success() && said.contains("no keyring of this agency stands beside"), "{said}");
    assert!(said.contains("can be read again here: erase them again"), "{said}");
    assert!(all(&run(&of(&to, &["keyring", "status"]))).contains("clients erased                0"));
    // The same list again makes somebody new of her; what was is not read again.
    let again = ok(home, &["import", list.to_str().unwrap(), "--yes", "--dates", "us"]);
    assert!(again.contains("created 1, updated 0, unchanged 1"), "{again}");
    assert!(ok(home, &["verify"]).contains("all is well"));
    // A clear agency has no key to destroy.
    let clear = tempfile::tempdir().unwrap();
    ok(clear.path(), &["init", "--name", "R", "--timezone", "America/New_York", "--no-encryption"]);
    ok(clear.path(), &["import", list.to_str().unwrap(), "--yes", "--dates", "us"]);
    fails(clear.path(), &sure("000777"), 1, "caseload encrypt");
}

fn agency_files(home: &Path) -> Vec<(PathBuf, Vec<u8>)> {
    bytes_below(&home.join("data"))
}

#[test]
fn an_agency_that_was_begun_clear_is_moved_over() {
    let home = tempfile::tempdir().unwrap();
    let home = home.path();
    ok(home, &["init", "--name", "Riverside", "--timezone", "America/New_York", "--no-encryption"]);
    let list = home.join("clients.csv");
    std::fs::write(&list, CLIENTS).unwrap();
    ok(home, &["import", list.to_str().unwrap(), "--yes"]);
    std::fs::write(&list, CLIENTS.replace("Ottoline", "Ottilie")).unwrap();
    ok(home, &["import", list.to_str().unwrap(), "--yes"]);
    std::fs::remove_file(&list).unwrap();
    let clients = ok(home, &["list", "clients", "--format", "json"]);
    let counts = ok(home, &["verify"]);
    let old: Vec<(PathBuf, Vec<u8>)> = bytes_below(&dir(home).join("journal"));
    let said = ok(home, &["encrypt"]);
    assert!(said.contains("move that off this machine"), "{said}");
    assert_eq!(ok(home, &["list", "clients", "--format", "json"]), clients);
    let after = ok(home, &["verify"]);
    let records = |text: &str| text.lines().find(|l| l.starts_with("records")).unwrap().to_owned();
    assert_eq!(records(&after), records(&counts));
    for (path, bytes) in agency_files(home) {
        for word in ["Zephyrine", "Ottilie", "Ottoline", "004217", "Riverside"] {
            assert!(!holds(&bytes, word), "{word} stands in {}", path.display());
        }
    }
    assert!(ok(home, &["encrypt"]).contains("encrypted already"));
    // The first entry says, without any key, which chain it goes on from.
    let journal = std::fs::read(dir(home).join("journal/00000001.log")).unwrap();
    assert!(holds(&journal, "after entry "), "the old chain's end is named");
    // The list finds everybody again, so nothing is made twice.
    std::fs::write(&list, CLIENTS.replace("Ottoline", "Ottilie")).unwrap();
    assert!(ok(home, &["import", list.to_str().unwrap(), "--yes"]).contains("unchanged 2"));
    // What was before is there, with all of its history.
    let (sealed, to) = (home.join("data/caseload/agency.before-encryption"), home.join("opened"));
    ok(home, &["keyring", "unseal", sealed.to_str().unwrap(), to.to_str().unwrap()]);
    let name = |list: &[(PathBuf, Vec<u8>)]| -> Vec<(String, Vec<u8>)> {
        list.iter().map(|(p, b)| (p.file_name().unwrap().to_string_lossy().into_owned(), b.clone())).collect()
    };
    assert!(name(&bytes_below(&to.join("journal"))) == name(&old));
    let opened = ok(home, &["--agency", to.to_str().unwrap(), "list", "clients", "--format", "json"]);
    assert!(opened.starts_with(&clients), "{opened}");
}

/// Stopped behind each of its steps, it is ended by the next call, and the agency opens in between.
#[test]
fn a_move_that_is_cut_off_goes_on() {
    let home = tempfile::tempdir().unwrap();
    let home = home.path();
    ok(home, &["init", "--name", "Riverside", "--timezone", "America/New_York", "--no-encryption"]);
    let agency = dir(home);
    let building = home.join("data/caseload/agency.encrypting");
    let before = home.join("data/caseload/agency.before-encryption");
    // In the middle of building.
    ok(home, &["--agency", building.to_str().unwrap(), "init", "--name", "X", "--timezone", "America/New_York"]);
    ok(home, &["brief"]);
    ok(home, &["encrypt"]);
    assert!(!building.exists() && before.exists());
    ok(home, &["brief"]);
    // Behind the exchange: the old one still has the other's name, and lies clear.
    let opened = home.join("opened");
    ok(home, &["keyring", "unseal", before.to_str().unwrap(), opened.to_str().unwrap()]);
    std::fs::remove_dir_all(&before).unwrap();
    std::fs::rename(&opened, &building).unwrap();
    ok(home, &["brief"]);
    ok(home, &["encrypt"]);
    assert!(!building.exists() && before.exists());
    // In the middle of sealing.
    std::fs::write(before.join("journal/00000009.log"), "Riverside").unwrap();
    std::fs::write(before.join("journal/00000008.log.sealed.new"), "half").unwrap();
    ok(home, &["encrypt"]);
    assert!(
        bytes_below(&before)
            .iter()
            .all(|(path, bytes)| path.extension().unwrap() == "sealed" && !holds(bytes, "Riverside"))
    );
    assert!(ok(home, &["encrypt"]).contains("encrypted already"));
    assert!(ok(home, &["verify"]).contains("all is well"));
    let _ = agency;
}

/// Runs as somebody who is not root, because what is in `/proc` of a process belongs to its user, or to root when it may
/// not be dumped: root could not tell the two apart.
fn as_somebody(command: &mut Command) -> u32 {
    use std::os::unix::fs::MetadataExt;
    use std::os::unix::process::CommandExt;
    let me = std::fs::metadata("/proc/self/fd").unwrap().uid();
    if me == 0 {
        command.uid(65534);
        return 65534;
    }
    me
}

#[test]
fn no_process_can_be_looked_into_or_leaves_a_core() {
    use std::os::unix::fs::MetadataExt;
    let owner = |pid: u32| std::fs::metadata(format!("/proc/{pid}/environ")).unwrap().uid();
    let mut other = Command::new("sleep");
    let user = as_somebody(other.arg("20"));
    let mut other = other.spawn().unwrap();
    // It waits for its list on standard input.
    let mut command = Command::new(env!("CARGO_BIN_EXE_caseload"));
    as_somebody(command.args(["--agency", "/nonexistent/agency", "import", "-"]).env_clear());
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    let until = std::time::Instant::now() + std::time::Duration::from_secs(20);
    while owner(child.id()) != 0 && std::time::Instant::now() < until {
        std::thread::sleep(std::time::Duration::from_millis(5));
    }
    let (its, others) = (owner(child.id()), owner(other.id()));
    let limits = std::fs::read_to_string(format!("/proc/{}/limits", child.id())).unwrap();
    child.kill().unwrap();
    other.kill().unwrap();
    child.wait().unwrap();
    other.wait().unwrap();
    assert_eq!((its, others), (0, user), "the second is a process that may be dumped");
    let core = limits.lines().find(|l| l.starts_with("Max core file size")).unwrap();
    assert_eq!(core.split_whitespace().filter(|w| *w == "0").count(), 2, "{core}");
}
