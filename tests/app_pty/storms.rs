//! Whatever sizes and signals come, in whatever order: no panic, the terminal as it was, nobody left behind, and an end
//! when one is asked for. `CASELOAD_TEST_FULL=1` plays ten times as many.

use super::hands::demo_at;
use super::{App, command};
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

struct Dice(u64);

impl Dice {
    fn below(&mut self, n: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % n as u64) as usize
    }
}

fn rounds(n: usize) -> usize {
    if std::env::var_os("CASELOAD_TEST_FULL").is_some() { n * 10 } else { n }
}

fn signal(pid: u32, name: &str) {
    // It may have ended already; that is looked at behind this.
    let _ = Command::new("kill").args([name, &pid.to_string()]).stderr(std::process::Stdio::null()).status();
}

/// What stands behind the name in a process's line: state, parent, group, session.
fn stat(pid: &str) -> Option<Vec<String>> {
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    Some(stat.rsplit_once(')')?.1.split_whitespace().map(str::to_owned).collect())
}

fn processes() -> Vec<(String, Vec<String>)> {
    let all = std::fs::read_dir("/proc").unwrap().flatten().filter_map(|e| e.file_name().into_string().ok());
    all.filter(|n| n.bytes().all(|b| b.is_ascii_digit())).filter_map(|pid| stat(&pid).map(|s| (pid, s))).collect()
}

/// Everybody in the session of this shell but the shell.
fn others(shell: u32) -> Vec<String> {
    let shell = shell.to_string();
    processes()
        .into_iter()
        .filter(|(pid, s)| *pid != shell && s[3] == shell && s[0] != "Z")
        .map(|(pid, _)| pid)
        .collect()
}

fn until<T>(what: &str, mut found: impl FnMut() -> Option<T>) -> T {
    let end = Instant::now() + Duration::from_secs(30);
    loop {
        if let Some(found) = found() {
            return found;
        }
        assert!(Instant::now() < end, "{what}");
        std::thread::sleep(Duration::from_millis(5));
    }
}

/// A shell with job control: it says the modes before and behind, wakes what stops, and says how it ended.
const SHELL: &str = r#"set -m; stty -g > "$OUT/before"; "$@"; s=$?
while [ $s -eq 147 ] || [ $s -eq 148 ]; do fg > /dev/null; s=$?; done
stty -g > "$OUT/after"; echo $s > "$OUT/code""#;

fn under_a_shell(home: &Path, args: &[&str]) -> App {
    let out = home.join("out");
    let _ = std::fs::remove_dir_all(&out);
    std::fs::create_dir_all(&out).unwrap();
    let program = command(home);
    let mut shell = portable_pty::CommandBuilder::new("/bin/sh");
    shell.args(["-c", SHELL, "sh"]);
    shell.args(program.get_argv());
    shell.args(args);
    shell.env_clear();
    for (name, value) in program.iter_full_env_as_str() {
        shell.env(name, value);
    }
    shell.env("PATH", "/usr/bin:/bin");
    shell.env("OUT", out.to_str().unwrap());
    App::start(shell, 24, 80)
}

const WINDOWS: [(u16, u16); 6] = [(1, 1), (300, 100), (80, 24), (44, 18), (2, 40), (120, 40)];

#[test]
fn storms_of_sizes_and_signals() {
    let (home, args) = demo_at();
    let mut dice = Dice(0x5eed);
    let mut played = 0;
    for round in 0..rounds(5) {
        let mut app = under_a_shell(home.path(), &args);
        let shell = app.child.process_id().unwrap();
        app.until("1 Alerts");
        let pid = until("the program", || others(shell).first().and_then(|p| p.parse::<u32>().ok()));
        for _ in 0..30 {
            match dice.below(10) {
                0..4 => {
                    let (cols, rows) = match dice.below(3) {
                        0 => (1 + dice.below(300) as u16, 1 + dice.below(100) as u16),
                        _ => WINDOWS[dice.below(WINDOWS.len())],
                    };
                    app.resize(cols, rows);
                }
                4 => signal(pid, "-WINCH"),
                5 => signal(pid, "-CONT"),
                6 => signal(pid, "-PIPE"),
                7 => {
                    signal(pid, ["-TSTP", "-STOP"][dice.below(2)]);
                    // Whoever is stopped is woken by the shell, or here.
                    std::thread::sleep(Duration::from_millis(30));
                    signal(pid, "-CONT");
                }
                8 => app.send([&b"\x1a"[..], b"2", b"g", b"w", b"?", b"\x1b"][dice.below(6)]),
                _ => app.send([&b"j"[..], b"\x1b[B", b"ni", b"\t", b"\x0c"][dice.below(5)]),
            }
            played += 1;
            std::thread::sleep(Duration::from_millis(dice.below(25) as u64));
        }
        app.resize(80, 24);
        signal(pid, "-CONT");
        let asked = Instant::now();
        let end = ["-TERM", "-HUP", "-INT"][round % 3];
        signal(pid, end);
        let code = until("it ends", || {
            signal(pid, "-CONT");
            std::fs::read_to_string(home.path().join("out/code")).ok().filter(|c| c.ends_with('\n'))
        });
        // A second is what it gives itself; a machine that is busy is given more.
        assert!(asked.elapsed() < Duration::from_secs(10), "{:?}", asked.elapsed());
        assert!(matches!(code.trim(), "0" | "129" | "130" | "143"), "{end}: {code}");
        app.ended();
        assert!(others(shell).is_empty(), "somebody is left behind");
        let modes = |name: &str| std::fs::read_to_string(home.path().join("out").join(name)).unwrap();
        assert_eq!(modes("before"), modes("after"), "{end}");
        assert!(!modes("before").trim().is_empty());
        app.left_the_terminal_as_it_was();
        let all = String::from_utf8_lossy(&app.bytes.lock().unwrap()).into_owned();
        assert!(!all.contains("stopped unexpectedly"), "{end}: it panicked");
    }
    assert!(played >= 150, "{played}");
}

#[test]
fn a_storm_of_sizes_ends_with_the_last_one() {
    let (home, args) = demo_at();
    let mut program = command(home.path());
    program.args(args);
    let mut app = App::start(program, 24, 80);
    app.until("1 Alerts");
    for n in 0..rounds(60) {
        let (cols, rows) = WINDOWS[n % WINDOWS.len()];
        app.resize(cols, rows);
        if n % 7 == 0 {
            std::thread::sleep(Duration::from_millis(15));
        }
    }
    app.resize(80, 24);
    app.send(b"?");
    app.until("Keys of this screen");
    app.send(b"\x03");
    app.gone("Keys of this screen");
    app.send(b"Q");
    app.until("Leave caseload?");
    app.send(b"\r");
    assert_eq!(app.ended(), 0);
    app.left_the_terminal_as_it_was();
}
