//! The benchmark's files, its checker and its command. Every way a solution can be wrong is planted and must be found.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)] // a test says what is wrong by failing

use caseload::exchange::hhcrsp::check::check;
use caseload::exchange::hhcrsp::instance::Instance;
use caseload::exchange::hhcrsp::solution::{Solution, Stop};
use std::path::Path;
use std::process::Command;

/// Three patients on a line: one service, two at once, and two one after the other.
const INSTANCE: &str = r#"{
  "services": [{"id": "s1", "default_duration": 10}, {"id": "s2", "default_duration": 20}, {"id": "s3"}],
  "caregivers": [{"id": "c1", "abilities": ["s1", "s2"]}, {"id": "c2", "abilities": ["s1", "s3"]}],
  "central_offices": [{"id": "d", "location": [0, 0]}],
  "patients": [
    {"id": "p1", "location": [0, 5], "time_window": [0, 60], "required_caregivers": [{"service": "s1"}]},
    {"id": "p2", "time_window": [100, 160], "required_caregivers": [{"service": "s1"}, {"service": "s2", "duration": 15}],
     "synchronization": {"type": "simultaneous"}},
    {"id": "p3", "time_window": [100, 110], "required_caregivers": [{"service": "s2"}, {"service": "s3", "duration": 5.5}],
     "synchronization": {"type": "sequential", "distance": [10, 30]}}
  ],
  "distances": [[0, 5, 10.5, 15], [5, 0, 5.5, 10], [10.5, 5.5, 0, 5], [15, 10, 5, 0]]
}"#;

fn instance() -> Instance {
    Instance::read(INSTANCE.as_bytes()).unwrap()
}

fn stop(patient: &str, service: &str, arrival_time: f64, departure_time: f64) -> Stop {
    Stop { patient: patient.into(), service: service.into(), arrival_time, departure_time }
}

/// A solution that holds: c1 goes p2 then p3, c2 goes p1, p2, p3.
fn sound() -> Solution {
    let text = r#"{"global_ordering": ["p1", "p2", "p3"], "routes": [
      {"caregiver_id": "c1", "locations": [
        {"patient": "p2", "service": "s2", "arrival_time": 100, "departure_time": 115},
        {"patient": "p3", "service": "s2", "arrival_time": 120, "departure_time": 140}]},
      {"caregiver_id": "c2", "locations": [
        {"patient": "p1", "service": "s1", "arrival_time": 5, "departure_time": 15},
        {"patient": "p2", "service": "s1", "arrival_time": 100, "departure_time": 110},
        {"patient": "p3", "service": "s3", "arrival_time": 130, "departure_time": 135.5}]}]}"#;
    Solution::read(text.as_bytes()).unwrap()
}

#[test]
fn a_solution_that_holds_costs_what_it_costs() {
    let verdict = check(&instance(), &sound());
    assert_eq!(verdict.wrong, Vec::<String>::new());
    // c1: 10.5 + 5 + 15, c2: 5 + 5.5 + 5 + 15; p3 closes at 110.
    assert!((verdict.travel - 61.0).abs() < 1e-9, "{}", verdict.travel);
    assert!((verdict.tardiness - 30.0).abs() < 1e-9 && (verdict.greatest - 20.0).abs() < 1e-9);
    assert!((verdict.cost() - 37.0).abs() < 1e-9);
    let again = Solution::read(&sound().write()).unwrap();
    assert_eq!(again, sound());
}

/// What is done to a solution, and what must be said of it.
type Planted = (&'static str, fn(&mut Solution), &'static str);

const PLANTED: &[Planted] = &[
    (
        "the wrong ability",
        |s| {
            let one = s.routes[0].locations.remove(1);
            let two = s.routes[1].locations.remove(2);
            s.routes[0].locations.push(two);
            s.routes[1].locations.push(one);
        },
        "has not got the ability",
    ),
    ("a service left out", |s| drop(s.routes[1].locations.remove(0)), "p1: s1 is done 0 times, not 1"),
    ("half of two", |s| drop(s.routes[0].locations.remove(0)), "p2: s2 is done 0 times"),
    ("a service twice", |s| s.routes[0].locations.push(stop("p1", "s1", 300.0, 310.0)), "p1: s1 is done 2 times"),
    ("nobody's service", |s| s.routes[0].locations[0].service = "s3".into(), "does not need this service"),
    ("too short", |s| s.routes[1].locations[0].departure_time = 14.0, "takes 9 minutes, not 10"),
    ("too long", |s| s.routes[0].locations[0].departure_time = 115.5, "takes 15.5 minutes, not 15"),
    ("the usual length where another is said", |s| s.routes[0].locations[0].departure_time = 120.0, "takes 20 minutes"),
    (
        "before the window",
        |s| {
            for route in &mut s.routes {
                for at in route.locations.iter_mut().filter(|l| l.patient == "p2") {
                    at.arrival_time -= 1.0;
                    at.departure_time -= 1.0;
                }
            }
        },
        "starts at 99, but the window opens at 100",
    ),
    (
        "there before she can be, from the office",
        |s| {
            s.routes[1].locations[0].arrival_time = 4.9;
            s.routes[1].locations[0].departure_time = 14.9;
        },
        "c2 at p1 for s1: starts at 4.9, but she is there at 5",
    ),
    (
        "there before she can be, from a patient",
        |s| {
            s.routes[0].locations[1].arrival_time = 119.0;
            s.routes[0].locations[1].departure_time = 139.0;
        },
        "c1 at p3 for s2: starts at 119, but she is there at 120",
    ),
    (
        "two at once that are not",
        |s| {
            s.routes[0].locations[0].arrival_time = 100.5;
            s.routes[0].locations[0].departure_time = 115.5;
            s.routes[0].locations[1].arrival_time = 120.5;
            s.routes[0].locations[1].departure_time = 140.5;
        },
        "p2: the second service starts 0.5 minutes after the first, not between 0 and 0",
    ),
    (
        "the second too soon",
        |s| {
            s.routes[1].locations[2].arrival_time = 129.0;
            s.routes[1].locations[2].departure_time = 134.5;
        },
        "p3: the second service starts 9 minutes after the first, not between 10 and 30",
    ),
    (
        "the second too late",
        |s| {
            s.routes[1].locations[2].arrival_time = 150.5;
            s.routes[1].locations[2].departure_time = 156.0;
        },
        "p3: the second service starts 30.5 minutes after",
    ),
    (
        "one caregiver for both",
        |s| {
            let mut one = s.routes[1].locations.remove(1);
            one.arrival_time = 115.0;
            one.departure_time = 125.0;
            s.routes[0].locations.insert(1, one);
        },
        "p2: both services are done by c1",
    ),
    ("a caregiver who is none", |s| s.routes[0].caregiver_id = "c9".into(), "c9: there is no such caregiver"),
    (
        "a caregiver with two routes",
        |s| {
            let last = s.routes[1].locations.split_off(2);
            let mut more = s.routes[1].clone();
            more.locations = last;
            s.routes.push(more);
        },
        "c2: has two routes",
    ),
    ("a patient who is none", |s| s.routes[1].locations[0].patient = "p9".into(), "there is no patient p9"),
    ("a patient missing in the order", |s| drop(s.global_ordering.pop()), "global_ordering: p3 is not in it"),
    ("a patient twice in the order", |s| s.global_ordering.push("p3".into()), "global_ordering: p3 is in it twice"),
    ("an order that is none", |s| s.global_ordering.swap(0, 1), "global_ordering: p1 starts before"),
    ("a stranger in the order", |s| s.global_ordering.push("p9".into()), "global_ordering: there is no patient p9"),
];

#[test]
fn every_planted_wrong_is_found() {
    for (name, plant, expected) in PLANTED {
        let mut solution = sound();
        plant(&mut solution);
        let wrong = check(&instance(), &solution).wrong;
        assert!(wrong.iter().any(|w| w.contains(expected)), "{name}: {wrong:?} does not say “{expected}”");
    }
}

#[test]
fn a_file_that_is_wrong_says_which_field() {
    let says = |from: &str, to: &str, what: &str| {
        let text = INSTANCE.replacen(from, to, 1);
        assert_ne!(text, INSTANCE, "{from} is not in it");
        let said = Instance::read(text.as_bytes()).unwrap_err().to_string();
        assert!(said.contains(what), "{said} does not say “{what}”");
    };
    says("[0, 60]", "[70, 60]", "patients[0].time_window: 60 lies before 70");
    says("[0, 60]", "[0]", "patients[0].time_window: two numbers are expected here, not 1");
    says("[0, 60]", "\"noon\"", "patients[0].time_window: a list is expected");
    says("\"time_window\": [0, 60], ", "", "patients[0]: “time_window” is missing");
    says("\"duration\": 5.5", "\"duration\": -5.5", "patients[2].required_caregivers[1].duration: -5.5 is not between");
    says("{\"service\": \"s1\"}]}", "]}", "patients[0].required_caregivers: 0 services");
    says("[{\"service\": \"s1\"}]}", "[{\"service\": \"s7\", \"duration\": 1}]}", "no caregiver has the ability “s7”");
    says(", \"default_duration\": 20", "", "patients[2].required_caregivers[0]: “duration” is missing");
    says("\"simultaneous\"", "\"sometimes\"", "patients[1].synchronization.type: “sometimes” is neither");
    says("\"distance\": [10, 30]", "\"far\": 1", "patients[2].synchronization: “distance” is missing");
    says("[0, 5, 10.5, 15], ", "", "distances: 3 rows");
    says("[0, 5, 10.5, 15]", "[0, 5, 10.5]", "distances[0]: 3 numbers");
    says("\"id\": \"p2\"", "\"id\": \"p1\"", "patients[1].id: two patients");
    says("\"id\": \"c2\"", "\"id\": \"c1\"", "caregivers[1].id: two caregivers");
    says("\"patients\"", "\"clients\"", "“patients” is missing");
    says("\"services\"", "services", "not JSON");
    assert!(Instance::read(b"").is_err() && Instance::read(b"[]").is_err());
    let solution = |text: &str| Solution::read(text.as_bytes()).unwrap_err().to_string();
    assert!(solution(r#"{"routes": []}"#).contains("global_ordering"));
    assert!(solution(r#"{"global_ordering": [], "routes": [{"caregiver_id": 1}]}"#).contains("routes[0]"));
}

fn caseload(args: &[&str]) -> (Option<i32>, String) {
    let out = Command::new(env!("CARGO_BIN_EXE_caseload")).args(args).output().unwrap();
    (out.status.code(), String::from_utf8_lossy(&out.stdout).into_owned() + &String::from_utf8_lossy(&out.stderr))
}

fn at(dir: &Path, name: &str) -> String {
    dir.join(name).display().to_string()
}

#[test]
fn the_command_solves_writes_and_checks() {
    let home = tempfile::tempdir().unwrap();
    let home = home.path();
    let (given, out) = (at(home, "given"), at(home, "out"));
    std::fs::create_dir(&given).unwrap();
    std::fs::write(home.join("given/line.json"), INSTANCE).unwrap();
    std::fs::write(home.join("best_known.csv"), "instance,distance,cost\nline.json,1,30\n").unwrap();
    let plan = ["bench", "plan", &given, "--out", &out, "--iterations", "3000", "--seed", "5"];
    let (code, said) = caseload(&plan);
    assert_eq!(code, Some(0), "{said}");
    assert!(said.contains("1 of 1 solutions hold") && said.contains("30.000"), "{said}");
    let first = std::fs::read(home.join("out/line.json")).unwrap();
    let (_, again) = caseload(&plan);
    assert_eq!(again, said);
    assert_eq!(std::fs::read(home.join("out/line.json")).unwrap(), first);
    let verdict = check(&instance(), &Solution::read(&first).unwrap());
    assert!(verdict.holds() && verdict.cost() <= 37.0, "{verdict:?}");

    let (code, said) = caseload(&["bench", "check", &given, &out]);
    assert_eq!(code, Some(0), "{said}");
    assert!(said.contains("1 of 1 solutions hold"), "{said}");
    // One bad instance costs one instance, and is named with its field.
    std::fs::write(home.join("given/bad.json"), INSTANCE.replace("[100, 160]", "[100]")).unwrap();
    let (code, said) = caseload(&plan);
    assert_eq!(code, Some(1), "{said}");
    assert!(said.contains("bad.json: patients[1].time_window") && said.contains("1 of 1 solutions hold"), "{said}");
    std::fs::remove_file(home.join("given/bad.json")).unwrap();
    // A solution that is wrong, or is not there.
    std::fs::write(home.join("out/line.json"), String::from_utf8_lossy(&first).replace("\"s3\"", "\"s2\"")).unwrap();
    let (code, said) = caseload(&["bench", "check", &given, &out]);
    assert_eq!(code, Some(1), "{said}");
    assert!(said.contains("0 of 1 solutions hold") && said.contains("ability"), "{said}");
    std::fs::remove_file(home.join("out/line.json")).unwrap();
    assert_eq!(caseload(&["bench", "check", &given, &out]).0, Some(1));

    let (code, said) = caseload(&["bench", "plan", &at(home, "nowhere"), "--out", &out]);
    assert!(code == Some(2) && said.contains("nowhere"), "{said}");
    let (code, said) = caseload(&["bench", "plan", &out, "--out", &out]);
    assert!(code == Some(2) && said.contains("no instance"), "{said}");
    let (code, said) = caseload(&["bench", "plan", &given, "--out", &out, "--seconds", "0"]);
    assert!(code == Some(2) && said.contains("more than none"), "{said}");
    let (code, said) = caseload(&["bench", "plan", &given, "--out", &out, "--seconds", "0.2", "--searches", "1"]);
    assert_eq!(code, Some(0), "{said}");
    std::fs::write(home.join("best_known.csv"), "instance,cost\nline.json,much\n").unwrap();
    let (code, said) = caseload(&["bench", "check", &given, &out]);
    assert!(code == Some(1) && said.contains("best_known.csv: line 2: the cost is no number"), "{said}");
}

#[test]
fn the_published_instances_are_read_and_the_small_ones_solved() {
    let Some(data) = std::env::var_os("CASELOAD_TEST_DATA") else { return };
    let dir = Path::new(&data).join("hhcrsp");
    if !dir.is_dir() {
        return;
    }
    let best = caseload::exchange::hhcrsp::best::read(&std::fs::read(dir.join("best_known.csv")).unwrap()).unwrap();
    let mut read = 0;
    let small = tempfile::tempdir().unwrap();
    for entry in std::fs::read_dir(dir.join("instances")).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        let instance = Instance::read(&std::fs::read(&path).unwrap()).unwrap();
        assert!(best.contains_key(&name), "{name}");
        if instance.patients.len() <= 10 {
            std::fs::copy(&path, small.path().join(&name)).unwrap();
        }
        read += 1;
    }
    assert!(read > 0);
    let out = at(small.path(), "out");
    let best = dir.join("best_known.csv").display().to_string();
    let given = small.path().display().to_string();
    let args = ["bench", "plan", &given, "--out", &out, "--iterations", "60000", "--searches", "1", "--best", &best];
    let (code, said) = caseload(&args);
    assert_eq!(code, Some(0), "{said}");
    let worst = said.lines().find(|l| l.trim_start().starts_with("10 ")).unwrap();
    let worst: f64 = worst.split_whitespace().rev().nth(1).unwrap().parse().unwrap();
    assert!(worst <= 1.0, "{said}");
}
