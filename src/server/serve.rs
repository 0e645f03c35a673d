//! The server: one runtime for all connections, a few threads that read, one that writes.

use super::committer::{self, Publish, Queue};
use super::limits::{Limits, Uses};
use super::members::{Member, Members};
use super::session::{self, End};
use crate::domain::ids::{OfficeId, UserId};
use crate::service::Service;
use crate::service::api::{Change, Reply, Session};
use crate::service::locking::LockWatch;
use crate::service::vault::Vault;
use std::os::unix::net::UnixListener as StdListener;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError, RwLock};
use std::time::{Duration, Instant};
use tokio::sync::Notify;

/// Threads that read beside the committer.
const READERS: usize = 2;
/// How long open connections have to take their last words.
const LAST_WORDS: Duration = Duration::from_secs(2);

/// How a server runs.
pub struct Options {
    /// What one Unix user may use.
    pub limits: Limits,
    /// It ends by itself when nobody has been connected for so long.
    pub idle: Option<Duration>,
    /// The journal's epoch.
    pub epoch: u64,
    /// The login name of a Unix user, as the machine has it.
    pub login_of: Box<dyn Fn(u32) -> Option<String> + Send + Sync>,
    /// Takes a line for the server's log. Lines name logins and reasons, never a client of the agency.
    pub log: Box<dyn Fn(&str) + Send + Sync>,
}

/// Why a server ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Ended {
    /// It was asked to.
    Asked,
    /// Nobody was connected any more.
    Idle,
    /// The disk failed, or the committer: what was being saved is known when the agency is opened again.
    Lost(String),
}

/// What connections share.
pub(super) struct Shared {
    pub(super) service: Arc<RwLock<Service>>,
    pub(super) queue: Queue,
    pub(super) uses: Uses,
    pub(super) epoch: u64,
    pub(super) login_of: Box<dyn Fn(u32) -> Option<String> + Send + Sync>,
    watch: LockWatch,
    members: Arc<Members>,
    head: Arc<AtomicU64>,
    stop: Arc<Stop>,
    left: Mutex<Instant>,
}

/// The way to end a server.
#[derive(Default)]
pub struct Stop {
    stopping: AtomicBool,
    why: Mutex<Option<Ended>>,
    notify: Notify,
}

impl Stop {
    /// Ends the server; the first reason holds.
    pub fn stop(&self, why: Ended) {
        self.why.lock().unwrap_or_else(PoisonError::into_inner).get_or_insert(why);
        self.stopping.store(true, Ordering::SeqCst);
        self.notify.notify_one();
    }

    fn why(&self) -> Ended {
        self.why.lock().unwrap_or_else(PoisonError::into_inner).clone().unwrap_or(Ended::Asked)
    }
}

impl Shared {
    /// The newest commit that was published.
    pub(super) fn head(&self) -> u64 {
        self.head.load(Ordering::SeqCst)
    }

    pub(super) fn is_stopping(&self) -> bool {
        self.stop.stopping.load(Ordering::SeqCst)
    }

    /// The zone on the agency's wall.
    pub(super) fn zone(&self) -> String {
        let service = self.service.read().unwrap_or_else(PoisonError::into_inner);
        service.cast().zone(OfficeId::default()).name().to_owned()
    }

    /// What the drafts of a session are sealed with, if they must be left behind.
    pub(super) fn vault(&self, session: &Session) -> Result<Vault, String> {
        self.service.read().unwrap_or_else(PoisonError::into_inner).vault(session.user)
    }

    /// Ends the server for whoever it runs as, when she alone is connected.
    pub(super) fn stop_for(&self, uid: u32) -> bool {
        let stops = uid == rustix::process::geteuid().as_raw() && self.members.count() == 1;
        if stops {
            self.stop.stop(Ended::Asked);
        }
        stops
    }

    fn present(&self) {
        let changed =
            self.service.read().unwrap_or_else(PoisonError::into_inner).set_sessions(&self.members.sessions());
        if changed {
            // No record has changed; what screens say of the agency has, and they ask it anew.
            let change = Change { seq: self.head(), actor: UserId::default(), kinds: Vec::new(), persons: Vec::new() };
            self.members.tell(&[change]);
        }
    }

    pub(super) fn enter(&self, session: Session) -> Arc<Member> {
        let after = self.service.read().unwrap_or_else(PoisonError::into_inner).lock_terms(&session).after;
        let member = self.members.enter(session, after);
        self.present();
        member
    }

    /// Those who have to hear that somebody came or left are told.
    pub(super) fn tell_present(&self) {
        let news = self.service.read().unwrap_or_else(PoisonError::into_inner).news();
        for (session, present) in news {
            self.members.present(session, present);
        }
    }

    /// Whoever is locked out is nowhere until she says again where she is.
    pub(super) fn away(&self, member: &Member) {
        self.service.read().unwrap_or_else(PoisonError::into_inner).away(&member.session);
        self.tell_present();
    }

    /// Whether this connection may be told of changes.
    pub(super) fn may_hear(&self, member: &Member) -> bool {
        self.watch.may_hear(member.session.user, member.after.load(Ordering::SeqCst))
    }

    /// What a reply says of the lock: her other windows are to know of it too.
    pub(super) fn note_lock(&self, member: &Member, request: LockAsked, reply: &Reply) {
        match reply {
            Reply::Open(terms) => {
                member.after.store(terms.after, Ordering::SeqCst);
                member.shut.store(false, Ordering::SeqCst);
            }
            Reply::Locked(view) => {
                member.after.store(view.after, Ordering::SeqCst);
                member.shut.store(true, Ordering::SeqCst);
                self.away(member);
                if request == LockAsked::Now {
                    self.members.look(member.session.user);
                }
            }
            _ => {}
        }
    }

    pub(super) fn leave(&self, member: &Member) {
        self.members.leave(member.session.id);
        self.service.read().unwrap_or_else(PoisonError::into_inner).leave(&member.session);
        self.tell_present();
        *self.left.lock().unwrap_or_else(PoisonError::into_inner) = Instant::now();
        self.present();
    }
}

/// What a request was about, as far as the lock is concerned.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum LockAsked {
    /// To lock now.
    Now,
    /// Anything else.
    Other,
}

/// Tells the connections what the committer has done.
struct Published {
    members: Arc<Members>,
    head: Arc<AtomicU64>,
    stop: Arc<Stop>,
}

impl Publish for Published {
    fn changed(&self, changes: &[Change]) {
        if let Some(last) = changes.last() {
            self.head.store(last.seq, Ordering::SeqCst);
        }
        self.members.tell(changes);
    }

    fn lost(&self, why: &str) {
        self.stop.stop(Ended::Lost(why.to_owned()));
    }
}

/// Serves until it is stopped, and gives the service back, so that its store can be closed.
pub fn serve(
    service: Service,
    listener: StdListener,
    options: Options,
    stop: &Arc<Stop>,
) -> std::io::Result<(Option<Service>, Ended)> {
    listener.set_nonblocking(true)?;
    let head = service.store().engine().head().unwrap_or_default();
    let watch = service.lock_watch();
    let service = Arc::new(RwLock::new(service));
    let (members, head) = (Arc::new(Members::default()), Arc::new(AtomicU64::new(head)));
    let published = Published { members: Arc::clone(&members), head: Arc::clone(&head), stop: Arc::clone(stop) };
    let (queue, committer) = committer::start(Arc::clone(&service), published)?;
    let shared = Arc::new(Shared {
        service: Arc::clone(&service),
        queue: queue.clone(),
        uses: Uses::new(options.limits),
        epoch: options.epoch,
        login_of: options.login_of,
        watch,
        members,
        head,
        stop: Arc::clone(stop),
        left: Mutex::new(Instant::now()),
    });
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_io()
        .enable_time()
        .max_blocking_threads(READERS)
        .thread_name("reader")
        .build()?;
    let marked = runtime.spawn(mark(Arc::clone(&shared)));
    runtime.block_on(accept(listener, &shared, options.idle, &options.log))?;
    marked.abort();
    drop(runtime);
    queue.stop();
    let _ = committer.join();
    drop(shared);
    let service = Arc::try_unwrap(service).ok().map(|s| s.into_inner().unwrap_or_else(PoisonError::into_inner));
    if let Some(Err(why)) = service.as_ref().map(Service::end) {
        (options.log)(&format!("the log could not be marked: {why}"));
    }
    Ok((service, stop.why()))
}

/// How often it is looked whether the chains are to be marked.
const LOOKS: Duration = Duration::from_mins(1);

/// Has both chains marked when that is due, and counts written whose time is over.
async fn mark(shared: Arc<Shared>) {
    loop {
        tokio::time::sleep(LOOKS).await;
        let service = Arc::clone(&shared.service);
        // What fails now is tried again a minute later; whoever is shown nothing for it is told then.
        let _ = tokio::task::spawn_blocking(move || {
            let (log, now) = {
                let service = service.read().unwrap_or_else(PoisonError::into_inner);
                (service.log(), service.now())
            };
            log.checkpoint_if_due(now)
        })
        .await;
    }
}

async fn accept(
    listener: StdListener,
    shared: &Arc<Shared>,
    idle: Option<Duration>,
    log: &(dyn Fn(&str) + Send + Sync),
) -> std::io::Result<()> {
    let listener = tokio::net::UnixListener::from_std(listener)?;
    let mut sessions = tokio::task::JoinSet::new();
    let mut said = Said::default();
    while !shared.is_stopping() {
        let look = idle.map_or(Duration::from_hours(1), |idle| idle / 4).max(Duration::from_millis(50));
        tokio::select! {
            accepted = listener.accept() => match accepted {
                Ok((stream, _)) => {
                    sessions.spawn(session::serve(stream, Arc::clone(shared)));
                }
                // Out of file descriptors, most likely: those who are connected go on.
                Err(e) => {
                    said.say(log, &format!("no connection can be taken: {e}"));
                    tokio::time::sleep(Duration::from_millis(100)).await;
                }
            },
            Some(ended) = sessions.join_next() => {
                if let Some(line) = ended.ok().and_then(|end| words(&end)) {
                    said.say(log, &line);
                }
            }
            () = shared.stop.notify.notified() => {}
            () = tokio::time::sleep(look) => {
                let left = *shared.left.lock().unwrap_or_else(PoisonError::into_inner);
                if sessions.is_empty() && idle.is_some_and(|idle| left.elapsed() >= idle) {
                    shared.stop.stop(Ended::Idle);
                }
            }
        }
    }
    // Nobody new from here on; who is connected is told.
    drop(listener);
    shared.members.wake();
    let _ = tokio::time::timeout(LAST_WORDS, async { while sessions.join_next().await.is_some() {} }).await;
    Ok(())
}

/// What is worth a line in the log: what a client did wrong.
fn words(end: &End) -> Option<String> {
    match end {
        End::Closed | End::Stopped | End::Lost => None,
        End::Refused(why) => Some(format!("refused: {why}")),
        End::Bad(bad) => Some(format!("a connection was ended: {bad}")),
        End::Slow => Some("a connection was ended: it was too slow".to_owned()),
    }
}

/// Keeps a flood out of the log: at most so many lines a minute, and then how many there were.
#[derive(Default)]
struct Said {
    since: Option<Instant>,
    lines: u32,
}

impl Said {
    const MOST: u32 = 60;

    fn say(&mut self, log: &(dyn Fn(&str) + Send + Sync), line: &str) {
        if self.since.is_none_or(|since| since.elapsed() > Duration::from_mins(1)) {
            let more = self.lines.saturating_sub(Self::MOST);
            if more > 0 {
                log(&format!("and {more} more like this"));
            }
            (self.since, self.lines) = (Some(Instant::now()), 0);
        }
        self.lines += 1;
        if self.lines <= Self::MOST {
            log(line);
        }
    }
}
