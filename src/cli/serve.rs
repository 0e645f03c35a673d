//! `caseload serve`: the server of an agency. On a personal agency caseload starts it by itself and it leaves when it is
//! idle; on a machine that many log in to, systemd runs it.

use super::agency::{self, Opened, Place};
use super::{CLOSED, Ended, OK, Stop, keyfile, print};
use crate::clock::{Clock, SystemClock};
use crate::domain::time::Moment;
use crate::server::connect::{StartServer, Started, Way};
use crate::server::limits::Limits;
use crate::server::place::{self, Unreached};
use crate::server::serve::{self, Options, Stop as Ending};
use crate::service::ids::RandomIds;
use crate::store::kept::JournaledEngine;
use crate::store::upkeep;
use rustix::fs::{FlockOperation, Mode, OFlags, flock};
use std::io::{Read, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::os::unix::net::UnixListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{RecvTimeoutError, Sender};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

/// How long a server that was started by a client stays when nobody is connected.
const IDLE: Duration = Duration::from_secs(10);
/// From so many records on that imports have written, the working copy is worth writing anew: a bulk load leaves it
/// several times too large.
const BULK: u64 = 5_000;
/// How long a server waits for one that is just ending.
const BEFORE: Duration = Duration::from_mins(1);
/// How often a server looks after disk and snapshots.
const UPKEEP: Duration = Duration::from_mins(1);
/// What a started server says when it listens.
const READY: &str = "ready";

/// Arguments of `caseload serve`.
#[derive(clap::Args)]
pub struct Args {
    /// Print a systemd service and socket for an agency's server, and end.
    #[arg(long)]
    print_systemd: bool,
    /// Listen at this path (otherwise at the socket that systemd holds, otherwise in the agency's directory).
    #[arg(long, value_name = "PATH")]
    socket: Option<PathBuf>,
    /// Connections that one login may have.
    #[arg(long, default_value_t = Limits::default().connections, value_name = "N")]
    most_per_login: u32,
    /// Ask the server of a personal agency to end, and wait until it has; it does when nobody else is connected.
    #[arg(long)]
    stop: bool,
    /// Started by a client: says when it listens, leaves the terminal and ends when it is idle.
    #[arg(long, hide = true)]
    started: bool,
}

/// Serves until it is asked to end.
pub fn run(place: &Place, args: &Args) -> Ended {
    if args.print_systemd {
        print::lines(&super::systemd::units(place)?)?;
        return Ok(OK);
    }
    if args.stop {
        place.set_free()?;
        let busy = crate::store::directory::is_open(place.made_dir()?);
        return if busy { Err(Stop::new(CLOSED, "others are connected; the server stays")) } else { Ok(OK) };
    }
    // Nothing that it makes is for others to read.
    rustix::process::umask(Mode::from_raw_mode(0o077));
    if args.started {
        // Fails only where this process leads a group, and then it has left the terminal already.
        let _ = rustix::process::setsid();
    }
    let dir = place.dir()?;
    if !place.is_made()? {
        return Err(Stop::new(CLOSED, format!("there is no agency at {}", dir.display())));
    }
    let opened = open_when_free(dir, args.started)?;
    let at = match &args.socket {
        Some(path) => place::Place::agency(path).map_err(unreached)?,
        None => place::Place::personal(dir),
    };
    let given = listenfd::ListenFd::from_env().take_unix_listener(0)?;
    let own = given.is_none();
    let listener = match given {
        Some(listener) => listener,
        None => at.listen().map_err(unreached)?,
    };
    if args.started {
        leave_terminal()?;
    }
    let ended = serve_until_asked(opened, listener, args)?;
    if own {
        at.leave();
    }
    match ended {
        serve::Ended::Asked | serve::Ended::Idle => Ok(OK),
        serve::Ended::Lost(why) => Err(Stop::new(CLOSED, why)),
    }
}

fn serve_until_asked(opened: Opened, listener: UnixListener, args: &Args) -> Result<serve::Ended, Stop> {
    let (service, engine) = opened.parts();
    let ending = Arc::new(Ending::default());
    let mut signals = signal_hook::iterator::Signals::new([
        signal_hook::consts::SIGTERM,
        signal_hook::consts::SIGINT,
        signal_hook::consts::SIGHUP,
    ])?;
    let handle = signals.handle();
    let asked = Arc::clone(&ending);
    let watcher = std::thread::Builder::new().name("signals".to_owned()).spawn(move || {
        for _ in signals.forever() {
            asked.stop(serve::Ended::Asked);
        }
    })?;
    let options = Options {
        limits: limits(args),
        idle: args.started.then_some(IDLE),
        epoch: engine.epoch(),
        login_of: Box::new(super::login::name_of),
        log: Box::new(print::complain),
    };
    let (leave, upkeep) = look_after(&engine)?;
    let served = serve::serve(service, listener, options, &ending);
    drop(leave);
    let _ = upkeep.join();
    let (service, ended) = served?;
    handle.close();
    let _ = watcher.join();
    let bulk = service.is_some_and(|service| service.taken_in() >= BULK);
    if bulk && args.started && !matches!(ended, serve::Ended::Lost(_)) {
        engine.compact_working().map_err(agency::stop_of)?;
    }
    agency::close(engine)?;
    Ok(ended)
}

/// Looks after the agency beside the server, until the sender falls: the disk, the snapshots, the working copy's size.
fn look_after(engine: &Arc<JournaledEngine>) -> Result<(Sender<()>, JoinHandle<()>), Stop> {
    let (leave, left) = std::sync::mpsc::channel();
    let engine = Arc::clone(engine);
    let beside = std::thread::Builder::new().name("upkeep".to_owned()).spawn(move || {
        let mut said = Vec::new();
        while left.recv_timeout(UPKEEP) == Err(RecvTimeoutError::Timeout) {
            let lines = upkeep::run(&engine, Moment(SystemClock.now_ms())).lines();
            // What stays the matter is said once.
            if lines != said {
                for line in &lines {
                    print::complain(line);
                }
            }
            said = lines;
        }
    })?;
    Ok((leave, beside))
}

/// Of a personal agency one login has all there is: many windows and commands of hers are no harm to anybody else.
fn limits(args: &Args) -> Limits {
    let all = Limits::default();
    Limits { connections: if args.started { all.all } else { args.most_per_login }, ..all }
}

fn unreached(why: Unreached) -> Stop {
    Stop::new(CLOSED, why.to_string())
}

/// Opens the agency; one that another server is just leaving is waited for.
fn open_when_free(dir: &Path, started: bool) -> Result<Opened, Stop> {
    let until = Instant::now() + BEFORE;
    loop {
        let open = if started { agency::open } else { agency::open_for_many };
        match open(dir, Arc::new(SystemClock), Box::new(RandomIds)) {
            Err(stop) if started && stop.is_busy() && Instant::now() < until => {
                std::thread::sleep(Duration::from_millis(20));
            }
            other => return other,
        }
    }
}

/// Says that it listens, and lets go of whatever it was started from.
fn leave_terminal() -> Result<(), Stop> {
    let mut out = std::io::stdout();
    // Whoever started it may have gone; others will come.
    let _ = writeln!(out, "{READY}").and_then(|()| out.flush());
    let null =
        rustix::fs::open("/dev/null", OFlags::RDWR | OFlags::CLOEXEC, Mode::empty()).map_err(std::io::Error::from)?;
    rustix::stdio::dup2_stdin(&null).map_err(std::io::Error::from)?;
    rustix::stdio::dup2_stdout(&null).map_err(std::io::Error::from)?;
    rustix::stdio::dup2_stderr(&null).map_err(std::io::Error::from)?;
    Ok(())
}

/// The way to whoever serves this agency: its own server, which is started when it is not there, or the one that the
/// administrator runs.
pub fn way(place: &Place) -> Result<Way, Stop> {
    if let Some(socket) = place.socket() {
        let place = place::Place::agency(&socket).map_err(unreached)?;
        return Ok(Way { place, origin: agency::origin(), start: None });
    }
    let dir = place.made_dir()?.to_path_buf();
    Ok(Way { place: place::Place::personal(&dir), origin: agency::origin(), start: Some(starter(dir)) })
}

/// Starts a server for a personal agency; of many who try at once one does, and the others wait for it.
fn starter(dir: PathBuf) -> StartServer {
    // A server that has ended since is a child that somebody must ask after.
    let children: Mutex<Vec<Child>> = Mutex::default();
    Box::new(move || {
        let mut children = children.lock().unwrap_or_else(PoisonError::into_inner);
        children.retain_mut(|child| matches!(child.try_wait(), Ok(None)));
        let lock = std::fs::OpenOptions::new()
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .mode(0o600)
            .custom_flags((OFlags::NOFOLLOW | OFlags::CLOEXEC).bits() as i32)
            .open(dir.join("start.lock"))
            .map_err(|e| format!("{}: {e}", dir.join("start.lock").display()))?;
        if flock(&lock, FlockOperation::NonBlockingLockExclusive).is_err() {
            return Ok(Started::ByAnother);
        }
        // Whoever held the lock before may have started one.
        if place::Place::personal(&dir).connect().is_ok() {
            return Ok(Started::Listens(String::new()));
        }
        let exe = std::env::current_exe().map_err(|e| e.to_string())?;
        let mut command = Command::new(exe);
        if let Some(key) = keyfile::named() {
            command.arg("--keyfile").arg(std::path::absolute(key).map_err(|e| e.to_string())?);
        }
        let dir = std::path::absolute(&dir).map_err(|e| e.to_string())?;
        let mut child = command
            .arg("--agency")
            .arg(dir)
            .args(["serve", "--started"])
            .current_dir("/")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .map_err(|e| format!("the server could not be started: {e}"))?;
        let mut said = String::new();
        let mut complained = String::new();
        if let Some(mut out) = child.stdout.take() {
            let _ = out.read_to_string(&mut said);
        }
        if let Some(mut err) = child.stderr.take() {
            let _ = err.read_to_string(&mut complained);
        }
        let lines: Vec<&str> = complained.lines().map(|l| l.strip_prefix("caseload: ").unwrap_or(l)).collect();
        let why = lines.join("\n");
        if said.trim_end() == READY {
            children.push(child);
            return Ok(Started::Listens(why));
        }
        let _ = child.wait();
        Err(if why.is_empty() { "the server stopped while it was starting".to_owned() } else { why })
    })
}

/// Asks the server of a personal agency to end, so that the agency can be opened here. Nothing when none runs.
pub fn stop_if_alone(dir: &Path) {
    let way = Way { place: place::Place::personal(dir), origin: agency::origin(), start: None };
    if let Ok(entered) = way.try_once() {
        crate::server::connect::Caller::over(entered).ask_to_stop();
    }
}
