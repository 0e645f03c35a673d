//! Neighbours who mean harm, and programs that are broken: each ends its own connection, is logged, and nobody else
//! notices.

use crate::agency::{Agency, Chance, STRANGER, execute, full, orders, query, root, said};
use caseload::domain::fields::Fields;
use caseload::domain::record::Kind;
use caseload::server::connect::{Caller, NotIn, Way};
use caseload::server::place::{Place, Unreached};
use caseload::server::protocol::{self, Answer, Ask, Hello, Say};
use caseload::service::api::{Answered, Command, Execute, Query, Reply, Request};
use std::io::{Read, Write};
use std::os::unix::fs::PermissionsExt;
use std::os::unix::net::{UnixListener, UnixStream};
use std::os::unix::process::CommandExt;
use std::time::{Duration, Instant};

/// A connection of somebody who does not use our client.
fn raw(agency: &Agency) -> UnixStream {
    let stream = UnixStream::connect(agency.socket()).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
    stream.set_write_timeout(Some(Duration::from_secs(20))).unwrap();
    stream
}

fn frame(stream: &mut UnixStream) -> Option<Vec<u8>> {
    let mut lead = [0; 4];
    stream.read_exact(&mut lead).ok()?;
    let mut bytes = vec![0; u32::from_le_bytes(lead) as usize];
    stream.read_exact(&mut bytes).ok()?;
    Some(bytes)
}

fn welcomed(agency: &Agency) -> UnixStream {
    let mut stream = raw(agency);
    stream.write_all(&Hello::new("test").frame().unwrap()).unwrap();
    assert!(matches!(Answer::read(&frame(&mut stream).unwrap()), Ok(Answer::Welcome { .. })));
    stream
}

/// Whether the other side has closed it; what it says before does not count.
fn closed(stream: &mut UnixStream) -> bool {
    let mut rest = Vec::new();
    match stream.read_to_end(&mut rest) {
        Ok(_) => true,
        Err(e) => matches!(e.kind(), std::io::ErrorKind::ConnectionReset | std::io::ErrorKind::BrokenPipe),
    }
}

/// Others are served as before.
fn served(agency: &Agency) {
    let mut caller = agency.caller();
    assert!(matches!(query(&mut caller, Query::Agency), Answered::Agency(_)));
}

/// Memory of the server in kB.
fn memory(agency: &Agency) -> u64 {
    let pid = agency.server.as_ref().unwrap().id();
    let status = std::fs::read_to_string(format!("/proc/{pid}/status")).unwrap();
    let line = status.lines().find(|l| l.starts_with("VmRSS:")).unwrap();
    line.split_whitespace().nth(1).unwrap().parse().unwrap()
}

#[test]
fn frames_that_lie_end_their_own_connection() {
    let agency = Agency::with(1, 1);
    let before = memory(&agency);
    let bomb = |body: &[u8]| [&(body.len() as u32).to_le_bytes()[..], body].concat();
    let hello = Hello::new("test").frame().unwrap();
    let bad_hellos: Vec<Vec<u8>> = vec![
        vec![0xff; 4],
        (u32::MAX).to_le_bytes().to_vec(),
        ((protocol::MOST as u32) + 1).to_le_bytes().to_vec(),
        bomb(b""),
        bomb(b"caseload"),
        bomb(b"GET / HTTP/1.1\r\n\r\n"),
        bomb(&hello[4..hello.len() - 1]),
    ];
    for bad in &bad_hellos {
        let mut stream = raw(&agency);
        let _ = stream.write_all(bad);
        let _ = stream.shutdown(std::net::Shutdown::Write);
        assert!(closed(&mut stream), "{bad:?}");
    }
    // Lengths that promise more than there is, counts of things that take no room, deep nests.
    let bombs: Vec<Vec<u8>> = vec![
        bomb(&[0xfd, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff]),
        bomb(&[0; 9]),
        bomb(&[0xff; 64]),
        bomb(&vec![1; 800_000]),
        bomb(&vec![0xfd; 900_000]),
        bomb(&[0, 0, 1, 0xfd, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f]),
        bomb(&[7]),
    ];
    for bad in &bombs {
        let mut stream = welcomed(&agency);
        let _ = stream.write_all(bad);
        let _ = stream.shutdown(std::net::Shutdown::Write);
        assert!(closed(&mut stream), "a bomb of {} bytes", bad.len());
    }
    served(&agency);
    let grown = memory(&agency).saturating_sub(before);
    assert!(grown < 16 * 1024, "the server grew by {grown} kB");
    assert!(agency.log().contains("a connection was ended"), "{}", agency.log());
}

#[test]
fn fuzzed_frames_end_their_own_connection() {
    let agency = Agency::with(1, 1);
    let count = if full() { 200_000 } else { 3_000 };
    let mut chance = Chance(3);
    let sound = protocol::frame(&Ask::Request(1, Box::new(Request::Query(Query::Header)))).unwrap();
    let mut stream = welcomed(&agency);
    let (mut borne, mut ended) = (0, 0);
    for _ in 0..count {
        let mut body = sound[4..].to_vec();
        for _ in 0..=chance.below(6) {
            match chance.below(3) {
                0 => body.push(chance.below(256) as u8),
                1 => _ = body.pop(),
                _ => {
                    let at = chance.below(body.len().max(1) as u64) as usize;
                    if let Some(byte) = body.get_mut(at) {
                        *byte = chance.below(256) as u8;
                    }
                }
            }
        }
        if matches!(protocol::read::<Ask>(&body), Ok(Ask::Stop)) {
            // Well said, and by the administrator: the server would do it.
            continue;
        }
        let bytes = [&(body.len() as u32).to_le_bytes()[..], &body].concat();
        if stream.write_all(&bytes).is_ok() && frame(&mut stream).is_some() {
            borne += 1;
        } else {
            ended += 1;
            stream = welcomed(&agency);
        }
    }
    served(&agency);
    eprintln!("{count} fuzzed frames: {borne} answered, {ended} connections ended, server up");
}

#[test]
fn those_who_are_slow_or_take_nothing_are_given_up() {
    let agency = Agency::with(1, 30);
    // Half a hello, half a frame, and nothing more.
    let mut half_hello = raw(&agency);
    half_hello.write_all(&Hello::new("test").frame().unwrap()[..7]).unwrap();
    let mut half_frame = welcomed(&agency);
    half_frame.write_all(&[200, 0, 0, 0, 1, 2, 3]).unwrap();
    // One byte a second.
    let mut drops = welcomed(&agency);
    let dropper = std::thread::spawn(move || {
        let begun = Instant::now();
        let bytes = [60, 0, 0, 0, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1];
        for byte in bytes {
            if drops.write_all(&[byte]).is_err() {
                break;
            }
            std::thread::sleep(Duration::from_secs(1));
        }
        (closed(&mut drops), begun.elapsed())
    });
    // Asks and never reads.
    let mut deaf = welcomed(&agency);
    let ask = protocol::frame(&Ask::Request(1, Box::new(Request::Query(Query::Brief)))).unwrap();
    let begun = Instant::now();
    while begun.elapsed() < Duration::from_secs(2) && deaf.write_all(&ask).is_ok() {}
    let waited = Instant::now();
    served(&agency);
    assert!(waited.elapsed() < Duration::from_secs(2), "others waited {:?}", waited.elapsed());
    assert!(closed(&mut half_hello) && closed(&mut half_frame));
    let (ended, after) = dropper.join().unwrap();
    assert!(ended && after < Duration::from_secs(20), "{after:?}");
    served(&agency);
}

#[test]
fn ten_thousand_connections_leave_room_for_others() {
    let agency = Agency::with(2, 1);
    let count = if full() { 10_000 } else { 600 };
    let mut kept = Vec::new();
    let mut refused = 0;
    for n in 0..count {
        let Ok(mut stream) = UnixStream::connect(agency.socket()) else { continue };
        stream.set_read_timeout(Some(Duration::from_millis(50))).unwrap();
        let refuses = |f: Vec<u8>| matches!(Answer::read(&f), Ok(Answer::Refused { .. }));
        if n % 16 == 0 && frame(&mut stream).is_some_and(refuses) {
            refused += 1;
        }
        // Held open, in part; the others go at once.
        if kept.len() < 200 {
            kept.push(stream);
        }
    }
    if root() {
        assert!(refused > 0, "one login may have any number of connections");
        // Another login is served while these stand.
        let out = agency.player("hostile::player", 1, "ask").output().unwrap();
        assert!(String::from_utf8_lossy(&out.stdout).contains("answered"), "another login is shut out");
    }
    drop(kept);
    let until = Instant::now() + Duration::from_secs(20);
    loop {
        match agency.way(None).try_once() {
            Ok(entered) => break drop(Caller::over(entered)),
            Err(why) => assert!(Instant::now() < until, "{why}"),
        }
        std::thread::sleep(Duration::from_millis(50));
    }
    eprintln!("{count} connections of one login, {refused} of those looked at refused, server up");
}

/// Not a test of its own: another login.
#[test]
fn player() {
    let Some((orders, way)) = orders() else { return };
    let entered = way.try_once();
    match (orders[0].as_str(), entered) {
        ("ask", Ok(entered)) => {
            query(&mut Caller::over(entered), Query::Agency);
            println!("answered");
        }
        (_, Ok(_)) => println!("let in"),
        (_, Err(NotIn::Refused(why) | NotIn::Away(why) | NotIn::NotStarted(why))) => println!("not let in: {why}"),
    }
}

#[test]
fn a_stranger_is_turned_away_and_logged() {
    if !root() {
        eprintln!("NOT RUN: other Unix users can be played by root alone");
        return;
    }
    let mut agency = Agency::with(1, 1);
    // In the socket's group, but no user of the agency.
    agency.uids = vec![STRANGER];
    let out = agency.player("hostile::player", 0, "ask").output().unwrap();
    let text = String::from_utf8_lossy(&out.stdout).into_owned();
    assert!(text.contains("is not a user of this agency"), "{text}");
    // Not even in the group.
    let mut outside = agency.player("hostile::player", 0, "ask");
    outside.gid(STRANGER);
    let out = outside.output().unwrap();
    let text = String::from_utf8_lossy(&out.stdout).into_owned();
    assert!(text.contains("may not be opened by this login"), "{text}");
    assert!(agency.log().contains("refused: uid64001 (user id 64001) is not a user"), "{}", agency.log());
    // And the agency's files are closed to everybody.
    for entry in walk(&agency.dir()) {
        let mode = std::fs::symlink_metadata(&entry).unwrap().permissions().mode();
        assert_eq!(mode & 0o077, 0, "{} has mode {mode:o}", entry.display());
    }
    served(&agency);
}

fn walk(dir: &std::path::Path) -> Vec<std::path::PathBuf> {
    let mut found = vec![dir.to_path_buf()];
    for entry in std::fs::read_dir(dir).unwrap().flatten() {
        if entry.file_type().unwrap().is_dir() {
            found.extend(walk(&entry.path()));
        } else {
            found.push(entry.path());
        }
    }
    found
}

#[test]
fn a_client_speaks_to_nobody_but_its_server() {
    let home = tempfile::tempdir().unwrap();
    let place = |name: &str| {
        let dir = home.path().join(name);
        std::fs::create_dir(&dir).unwrap();
        std::fs::set_permissions(&dir, std::fs::Permissions::from_mode(0o700)).unwrap();
        (Place::personal(&dir), dir)
    };
    let wrong = |place: &Place, why: &str| match place.connect() {
        Err(Unreached::Wrong(said)) => assert!(said.contains(why), "{said}"),
        Err(other) => panic!("{other:?}"),
        Ok(_) => panic!("it was spoken to"),
    };
    // Nobody there; a socket that nobody listens on.
    let (absent, dir) = place("absent");
    assert_eq!(absent.connect().unwrap_err(), Unreached::Nobody);
    drop(UnixListener::bind(dir.join("socket")).unwrap());
    // A process that another test is just starting may hold the listener for a moment longer.
    let until = Instant::now() + Duration::from_secs(10);
    while absent.connect().is_ok() {
        assert!(Instant::now() < until, "somebody listens");
        std::thread::sleep(Duration::from_millis(5));
    }
    assert_eq!(absent.connect().unwrap_err(), Unreached::Nobody);
    // A file, and a link to somebody's socket.
    let (file, dir) = place("file");
    std::fs::write(dir.join("socket"), "").unwrap();
    wrong(&file, "is not a socket");
    assert!(matches!(file.listen(), Err(Unreached::Wrong(_))), "a file is not replaced");
    let (link, dir) = place("link");
    let elsewhere = UnixListener::bind(home.path().join("elsewhere")).unwrap();
    std::os::unix::fs::symlink(home.path().join("elsewhere"), dir.join("socket")).unwrap();
    wrong(&link, "is not a socket");
    drop(elsewhere);
    // A directory that is a link, or that others may look into.
    std::os::unix::fs::symlink(&dir, home.path().join("dirlink")).unwrap();
    wrong(&Place::personal(&home.path().join("dirlink")), "not a directory of its own");
    let (open, dir) = place("open");
    std::fs::set_permissions(&dir, std::fs::Permissions::from_mode(0o755)).unwrap();
    wrong(&open, "chmod 700");
    // Behind a link, the agency's socket is not looked for either.
    std::os::unix::fs::symlink(home.path(), home.path().join("run")).unwrap();
    wrong(&Place::agency(&home.path().join("run/absent/socket")).unwrap(), "is a link");
    if root() {
        // Somebody else's directory, and somebody else who answers.
        let (theirs, dir) = place("theirs");
        std::os::unix::fs::chown(&dir, Some(STRANGER), Some(STRANGER)).unwrap();
        wrong(&theirs, "belongs to another user");
        // A socket that passes for ours but is answered by another process's user is found by the kernel's word.
        let (fake, dir) = place("fake");
        let listener = UnixListener::bind(dir.join("socket")).unwrap();
        std::os::unix::fs::chown(dir.join("socket"), Some(STRANGER), None).unwrap();
        wrong(&fake, "answers at");
        drop(listener);
    }
}

#[test]
fn a_request_that_comes_again_is_done_once() {
    let agency = Agency::with(1, 1);
    let mut one = agency.caller();
    let fields = Fields::none().with("note", &"once");
    let id = agency.clients[0];
    let request = execute(Command::Edit { kind: Kind::Client, id, base: 1, fields });
    let done = |reply: Reply| match reply {
        Reply::Done(done) => done.seq,
        other => panic!("{}", said(&other)),
    };
    let first = done(one.ask(request.clone()).unwrap());
    let mut chance = Chance(5);
    for _ in 0..30 {
        let mut other = if chance.below(2) == 0 { agency.caller() } else { one };
        assert_eq!(done(other.ask(request.clone()).unwrap()), first);
        one = other;
    }
    let Answered::History(lines) = query(&mut one, Query::History { kind: Kind::Client, id }) else { panic!() };
    assert_eq!(lines.len(), 2, "made and changed once");
    // Another's ids do not help: the command that a request id stands for is the first one's.
    let Request::Execute(Execute { request: known, .. }) = request else { unreachable!() };
    let other = Fields::none().with("note", &"forged");
    let command = Command::Edit { kind: Kind::Client, id, base: 2, fields: other };
    assert_eq!(done(one.ask(Request::Execute(Execute { request: known, command })).unwrap()), first);
    let Answered::Exported(list) = query(&mut one, Query::Export { kind: Kind::Client, ids: vec![id] }) else {
        panic!()
    };
    assert_eq!(list[0].fields.get("note"), Some("\"once\""));
}

#[test]
fn a_server_of_another_version_says_so_plainly() {
    let home = tempfile::tempdir().unwrap();
    std::fs::set_permissions(home.path(), std::fs::Permissions::from_mode(0o700)).unwrap();
    let listener = UnixListener::bind(home.path().join("socket")).unwrap();
    let newer = std::thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let hello = Hello::read(&frame(&mut stream).unwrap()).unwrap();
        assert_eq!(hello.protocol, protocol::PROTOCOL);
        let refused = Answer::Refused { protocol: 99, version: "9.9.9".to_owned(), why: "too old".to_owned() };
        stream.write_all(&refused.frame().unwrap()).unwrap();
    });
    let way = Way { place: Place::personal(home.path()), origin: "test".to_owned(), start: None };
    let Err(NotIn::Refused(why)) = way.try_once() else { panic!("let in") };
    assert!(why.contains("newer") && why.contains("9.9.9") && why.contains("open it again"), "{why}");
    newer.join().unwrap();
    // And the server says it to a client of another protocol.
    let agency = Agency::with(1, 1);
    let mut stream = raw(&agency);
    let hello = Hello { protocol: 77, version: "7.7.7".to_owned(), origin: String::new() };
    stream.write_all(&hello.frame().unwrap()).unwrap();
    let Ok(Answer::Refused { why, .. }) = Answer::read(&frame(&mut stream).unwrap()) else { panic!("let in") };
    assert!(why.contains("7.7.7") && why.contains("open caseload again"), "{why}");
    assert!(protocol::read::<Say>(&[]).is_err());
}
