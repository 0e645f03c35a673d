//! Where the agency lies, who is asking, and opening it.

use super::{CLOSED, Stop, keyfile, login, print};
use crate::clock::Clock;
use crate::domain::ids::{OfficeId, UserId};
use crate::domain::time::Moment;
use crate::domain::user::Role;
use crate::server::place::AGENCY;
use crate::service::api::Session;
use crate::service::drafts::FileDrafts;
use crate::service::ids::{Ids, RandomIds};
use crate::service::lock::{LockRule, Locks};
use crate::service::{Service, Unshown};
use crate::store::Store;
use crate::store::directory::{self, DirectoryOptions};
use crate::store::engine::{Derive, Engine, EngineError};
use crate::store::files::DiskFiles;
use crate::store::guard::Room;
use crate::store::indexes::{Indexes, SealedIndexes};
use crate::store::journal;
use crate::store::kept::{JournaledEngine, Options};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

/// How long a server that was asked to leave may take.
const LEAVES: Duration = Duration::from_secs(10);
/// How long a child may take to open a doubtful working copy.
const PROBE_LIMIT: Duration = Duration::from_mins(1);

/// Where the agency lies, and who serves it.
pub struct Place {
    /// As `--agency` or the environment said.
    said: Option<PathBuf>,
    path: Option<PathBuf>,
    socket: Option<PathBuf>,
}

impl Place {
    /// What `--agency` said, else `$CASELOAD_AGENCY`, else the user's own data directory; and what `--server` said, else
    /// `$CASELOAD_SERVER`. Where nobody said anything and the machine has an agency's server, that one.
    pub fn new(agency: Option<PathBuf>, server: Option<PathBuf>) -> Self {
        let var = |name: &str| std::env::var_os(name).filter(|v| !v.is_empty()).map(PathBuf::from);
        let said = agency.or_else(|| if server.is_some() { None } else { var("CASELOAD_AGENCY") });
        let socket = match (&said, server) {
            (Some(_), _) => None,
            (None, Some(server)) => Some(server),
            (None, None) => {
                var("CASELOAD_SERVER").or_else(|| Some(PathBuf::from(AGENCY)).filter(|socket| socket.exists()))
            }
        };
        Self { path: said.clone().or_else(|| data_dir().map(|d| d.join("agency"))), said, socket }
    }

    /// The directory that was asked for, if one was.
    pub fn said(&self) -> Option<&Path> {
        self.said.as_deref()
    }

    /// The socket of the agency's server, where it is not the user's own.
    pub fn socket(&self) -> Option<PathBuf> {
        self.socket.clone()
    }

    /// Its directory.
    pub fn dir(&self) -> Result<&Path, Stop> {
        self.path
            .as_deref()
            .ok_or_else(|| Stop::new(CLOSED, "no home directory is known; say where with --agency PATH"))
    }

    /// Whether an agency was made there.
    pub fn is_made(&self) -> Result<bool, Stop> {
        Ok(is_made(self.dir()?))
    }

    /// Its directory, in which an agency was made; otherwise a clear message.
    pub fn made_dir(&self) -> Result<&Path, Stop> {
        let dir = self.dir()?;
        if is_made(dir) {
            return Ok(dir);
        }
        Err(Stop::new(
            CLOSED,
            format!(
                "there is no agency at {} yet\n  make one:     caseload init --name \"Riverside Home Care\" --timezone America/New_York\n  look around:  caseload demo",
                dir.display()
            ),
        ))
    }

    /// Opens it in this process; its own server is asked to leave first.
    pub fn open(&self, clock: Arc<dyn Clock>) -> Result<Opened, Stop> {
        self.set_free()?;
        open(self.made_dir()?, clock, Box::new(RandomIds))
    }

    /// Makes sure that no server of its own has it open, unless somebody is connected to that.
    pub fn set_free(&self) -> Result<(), Stop> {
        if let Some(socket) = self.socket() {
            return Err(Stop::new(
                CLOSED,
                format!("this is done where the agency lies, not through {}; see --agency", socket.display()),
            ));
        }
        let dir = self.made_dir()?;
        super::serve::stop_if_alone(dir);
        let until = std::time::Instant::now() + LEAVES;
        while std::time::Instant::now() < until && directory::is_open(dir) {
            std::thread::sleep(Duration::from_millis(5));
        }
        Ok(())
    }
}

/// Whether an agency was made in a directory.
pub fn is_made(dir: &Path) -> bool {
    dir.join(journal::DIRECTORY).is_dir()
}

/// The user's data directory for caseload.
pub fn data_dir() -> Option<PathBuf> {
    directories::ProjectDirs::from("", "", "caseload").map(|d| d.data_dir().to_path_buf())
}

/// An open agency.
pub struct Opened {
    /// The service over it.
    pub service: Service,
    engine: Arc<JournaledEngine>,
}

/// Opens a directory and the service over it; a new one is clear.
pub fn open(dir: &Path, clock: Arc<dyn Clock>, ids: Box<dyn Ids>) -> Result<Opened, Stop> {
    open_with(dir, clock, ids, false, Room::PERSONAL)
}

/// Opens a directory that many share: its disk must have more room than one's own.
pub fn open_for_many(dir: &Path, clock: Arc<dyn Clock>, ids: Box<dyn Ids>) -> Result<Opened, Stop> {
    open_with(dir, clock, ids, false, Room::SERVER)
}

/// Opens a new agency's directory, which is encrypted from its first entry on.
pub fn open_encrypted(dir: &Path, clock: Arc<dyn Clock>, ids: Box<dyn Ids>) -> Result<Opened, Stop> {
    open_with(dir, clock, ids, true, Room::PERSONAL)
}

/// What makes the rows of the agency in a directory: with its keys when it is encrypted.
pub fn derive(dir: &Path, begin: bool) -> Result<Arc<dyn Derive>, EngineError> {
    let keys = if begin && !is_made(dir) { keyfile::begin(dir).map(Some) } else { keyfile::keys(dir) };
    Ok(match keys.map_err(keyfile::as_engine_error)? {
        Some(keys) => Arc::new(SealedIndexes(keys)),
        None => Arc::new(Indexes),
    })
}

fn open_with(dir: &Path, clock: Arc<dyn Clock>, ids: Box<dyn Ids>, begin: bool, room: Room) -> Result<Opened, Stop> {
    if let Some(parent) = dir.parent() {
        // Only the agency's own directory is private; those above it are the platform's.
        std::fs::create_dir_all(parent).map_err(|e| Stop::new(CLOSED, format!("{}: {e}", parent.display())))?;
    }
    let probed = dir.to_path_buf();
    let options = DirectoryOptions {
        engine: Options {
            progress: Some(Box::new(|done, total| {
                print::progress(&format!("rebuilding the working copy: {done} of {total}"));
            })),
            ..Options::default()
        },
        cache_bytes: 0,
        prober: Some(Box::new(move |working: &Path| probe_in_child(&probed, working))),
        room,
    };
    let engine = directory::open_by(dir, || derive(dir, begin), options).map_err(stop_of)?;
    print::progress_done();
    tell_recovery(&engine);
    let engine = Arc::new(engine);
    let files = Arc::new(DiskFiles::new(dir));
    let store = Store::over(engine.clone());
    let keys = store.keys().cloned();
    let drafts = FileDrafts::new(files.clone()).sealed_by(keys.clone());
    let mut service =
        Service::open(store, clock, ids, Box::new(drafts)).map_err(|e| Stop::new(CLOSED, e.to_string()))?;
    let recovered = Arc::clone(&engine);
    service.tell_found(move || recovered.recovery().lines());
    service.keep_locks(Locks::new(LockRule::Policy, Some(files)).sealed_by(keys));
    Ok(Opened { service, engine })
}

/// An engine's error as the end of a subcommand.
pub fn stop_of(e: EngineError) -> Stop {
    print::progress_done();
    if matches!(e, EngineError::Busy(_)) { Stop::busy(e.to_string()) } else { Stop::new(CLOSED, e.to_string()) }
}

/// Says what opening had to mend.
fn tell_recovery(engine: &JournaledEngine) {
    for line in engine.recovery().lines() {
        print::complain(&line);
    }
}

/// Tries a working copy in a child process, because opening a damaged one may hang or bring the process down.
fn probe_in_child(dir: &Path, working: &Path) -> Result<(), String> {
    let exe = std::env::current_exe().map_err(|e| e.to_string())?;
    let mut child = std::process::Command::new(exe)
        .arg("--agency")
        .arg(dir)
        .arg("probe")
        .arg(working)
        .stdin(std::process::Stdio::null())
        .stdout(std::process::Stdio::null())
        .stderr(std::process::Stdio::null())
        .spawn()
        .map_err(|e| e.to_string())?;
    let until = std::time::Instant::now() + PROBE_LIMIT;
    loop {
        match child.try_wait() {
            Ok(Some(status)) if status.success() => return Ok(()),
            Ok(Some(status)) => return Err(format!("opening it ended with {status}")),
            Ok(None) if std::time::Instant::now() > until => {
                let _ = child.kill();
                let _ = child.wait();
                return Err(format!("opening it took longer than {} s", PROBE_LIMIT.as_secs()));
            }
            Ok(None) => std::thread::sleep(Duration::from_millis(2)),
            Err(e) => return Err(e.to_string()),
        }
    }
}

impl Opened {
    /// The session of whoever runs this process, who is asked for her PIN first while she is locked.
    pub fn session(&self) -> Result<Session, Stop> {
        let session = self.screen_session()?;
        super::pin::open_lock(|request| {
            let read = self.service.read(&session, request);
            read.map(Unshown::shown).map_err(|_| Stop::new(CLOSED, "the lock does not answer"))
        })?;
        Ok(session)
    }

    /// The session of whoever runs this process, for a screen that asks for the PIN itself.
    pub fn screen_session(&self) -> Result<Session, Stop> {
        let (login, uid) = login::me();
        let user = self.service.recognise(&login, uid).map_err(|why| Stop::new(CLOSED, why))?;
        self.service
            .session(user, &origin())
            .ok_or_else(|| Stop::new(CLOSED, format!("{login} may not log in to this agency any more")))
    }

    /// Closes it, so that the next open is quick.
    pub fn close(self) -> Result<(), Stop> {
        // What could not be marked now is marked by the next close; the chains stand all the same.
        if let Err(why) = self.service.log().checkpoint_if_due(self.service.now()) {
            print::complain(&format!("the log could not be marked: {why}"));
        }
        drop(self.service);
        close(self.engine)
    }

    /// Makes the working copy as small as it can be, after a bulk load.
    pub fn compact(&self) -> Result<(), Stop> {
        self.engine.compact_working().map_err(stop_of)
    }

    /// The instant of the last thing that was done in it.
    pub fn last_act(&self) -> Result<Option<Moment>, Stop> {
        let head = self.engine.head().map_err(stop_of)?;
        Ok(self.engine.entry(head).map_err(stop_of)?.map(|e| Moment(e.commit.at_ms)))
    }

    /// Takes it apart, for a service that moves to its own thread.
    pub fn parts(self) -> (Service, Arc<JournaledEngine>) {
        (self.service, self.engine)
    }
}

/// Closes an engine that nobody else holds.
pub fn close(engine: Arc<JournaledEngine>) -> Result<(), Stop> {
    match Arc::try_unwrap(engine) {
        Ok(engine) => engine.close().map_err(stop_of),
        // Somebody still holds it; dropping the last one closes it as well.
        Err(_) => Ok(()),
    }
}

/// The session of an agency that has no users yet: whoever made the directory sets it up.
pub fn founder() -> Session {
    Session {
        id: 0,
        user: UserId::default(),
        role: Role::Administrator,
        office: OfficeId::default(),
        name: "caseload".to_owned(),
        origin: origin(),
    }
}

/// Where this process is asked from: host and terminal, for the journal.
pub fn origin() -> String {
    let ssh = std::env::var("SSH_CONNECTION").ok().and_then(|c| c.split(' ').next().map(str::to_owned));
    let tty = rustix::termios::ttyname(std::io::stdin(), Vec::new()).ok().map(|t| t.to_string_lossy().into_owned());
    [ssh, tty].into_iter().flatten().collect::<Vec<_>>().join(" ").chars().take(120).collect()
}
