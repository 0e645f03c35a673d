//! A personal agency is served by itself: of thirty who come at once over a socket that nobody listens on any more, one
//! starts the server and all are served.

use crate::agency::{Agency, full};
use std::os::unix::net::UnixListener;
use std::process::Stdio;

/// Servers of an agency that run now, by their command lines.
fn servers(dir: &str) -> Vec<u32> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir("/proc").unwrap().flatten() {
        let Ok(pid) = entry.file_name().to_string_lossy().parse::<u32>() else { continue };
        let line = std::fs::read(entry.path().join("cmdline")).unwrap_or_default();
        let line = String::from_utf8_lossy(&line).replace('\0', " ");
        if line.contains(dir) && line.contains(" serve ") {
            found.push(pid);
        }
    }
    found
}

#[test]
fn thirty_who_race_over_a_stale_socket_are_served_by_one() {
    let rounds = if full() { 10 } else { 2 };
    let mut agency = Agency::with(0, 1);
    agency.end_and_verify();
    let dir = agency.dir();
    for round in 0..rounds {
        // What a killed server leaves behind.
        let _ = std::fs::remove_file(dir.join("socket"));
        drop(UnixListener::bind(dir.join("socket")).unwrap());
        let children: Vec<_> = (0..30)
            .map(|_| agency.caseload().arg("brief").stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap())
            .collect();
        for (n, child) in children.into_iter().enumerate() {
            let out = child.wait_with_output().unwrap();
            assert!(out.status.success(), "round {round}, client {n}: {}", String::from_utf8_lossy(&out.stderr));
        }
        let running = servers(dir.to_str().unwrap());
        assert_eq!(running.len(), 1, "round {round}");
        // Whoever opens the agency alone makes it leave.
        let verified = agency.caseload().arg("verify").output().unwrap();
        assert!(verified.status.success(), "{}", String::from_utf8_lossy(&verified.stderr));
        assert_eq!(servers(dir.to_str().unwrap()), Vec::<u32>::new());
    }
    eprintln!("{rounds} rounds of 30 clients: 1 server each, {} served", rounds * 30);
}

#[test]
fn a_server_that_nobody_needs_leaves_and_comes_back() {
    let mut agency = Agency::with(0, 1);
    agency.end_and_verify();
    assert!(agency.caseload().arg("brief").output().unwrap().status.success());
    let dir = agency.dir();
    let until = std::time::Instant::now() + std::time::Duration::from_mins(1);
    while !servers(dir.to_str().unwrap()).is_empty() {
        assert!(std::time::Instant::now() < until, "it stays");
        std::thread::sleep(std::time::Duration::from_millis(100));
    }
    assert!(!dir.join("socket").exists());
    assert!(agency.caseload().arg("brief").output().unwrap().status.success());
}
