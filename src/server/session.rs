//! One connection: says hello, then answers one request after the other, and tells what has changed in between. Whatever
//! a client does wrong ends its own connection and touches nobody else.

use super::committer::Job;
use super::members::Member;
use super::protocol::{self, Answer, Ask, Bad, Hello, PROTOCOL, Say};
use super::serve::{LockAsked, Shared};
use crate::domain::audit::{Deed, Ending};
use crate::service::Unshown;
use crate::service::api::{Reply, Request, Session};
use crate::service::locking::PinStep;
use std::sync::atomic::Ordering;
use std::sync::{Arc, PoisonError};
use std::time::{Duration, Instant};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::UnixStream;
use tokio::net::unix::{OwnedReadHalf, OwnedWriteHalf};
use tokio::sync::oneshot;
use tokio::time::timeout;

/// A frame that has begun must be whole by then.
const WHOLE: Duration = Duration::from_secs(5);
/// A client that takes nothing for so long is given up.
const TAKEN: Duration = Duration::from_secs(10);

/// Why a connection ended.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum End {
    /// The client closed it.
    Closed,
    /// The server ends.
    Stopped,
    /// Not let in, and why.
    Refused(String),
    /// Its client does not keep to the protocol.
    Bad(Bad),
    /// A frame was begun and not finished, or nothing was taken.
    Slow,
    /// What was asked could not be answered: the server is ending.
    Lost,
}

/// Reads frames; may be dropped between any two bytes and go on.
struct Frames {
    half: OwnedReadHalf,
    bytes: Vec<u8>,
    begun: Option<Instant>,
}

impl Frames {
    fn new(half: OwnedReadHalf) -> Self {
        Self { half, bytes: Vec::new(), begun: None }
    }

    /// The next frame's bytes.
    async fn next(&mut self) -> Result<Vec<u8>, End> {
        loop {
            if let Some(frame) = self.whole()? {
                return Ok(frame);
            }
            let read = match self.begun {
                None => self.half.read_buf(&mut self.bytes).await,
                Some(begun) => {
                    match timeout(WHOLE.saturating_sub(begun.elapsed()), self.half.read_buf(&mut self.bytes)).await {
                        Ok(read) => read,
                        Err(_) => return Err(End::Slow),
                    }
                }
            };
            match read {
                Ok(0) | Err(_) => return Err(End::Closed),
                Ok(_) => _ = self.begun.get_or_insert_with(Instant::now),
            }
        }
    }

    fn whole(&mut self) -> Result<Option<Vec<u8>>, End> {
        let Some(lead) = self.bytes.first_chunk::<4>() else { return Ok(None) };
        let length = protocol::length(*lead).map_err(End::Bad)?;
        if self.bytes.len() < 4 + length {
            return Ok(None);
        }
        let rest = self.bytes.split_off(4 + length);
        let mut frame = std::mem::replace(&mut self.bytes, rest);
        frame.drain(..4);
        self.begun = if self.bytes.is_empty() { None } else { Some(Instant::now()) };
        Ok(Some(frame))
    }
}

async fn send(half: &mut OwnedWriteHalf, frame: &[u8]) -> Result<(), End> {
    match timeout(TAKEN, half.write_all(frame)).await {
        Ok(Ok(())) => Ok(()),
        Ok(Err(_)) => Err(End::Closed),
        Err(_) => Err(End::Slow),
    }
}

/// Serves one connection to its end.
pub(super) async fn serve(stream: UnixStream, shared: Arc<Shared>) -> End {
    let Ok(peer) = stream.peer_cred() else { return End::Closed };
    let (half, mut out) = stream.into_split();
    let mut frames = Frames::new(half);
    let entered = shared.uses.enter(peer.uid());
    let session = match entered {
        Ok(()) => match timeout(WHOLE, frames.next()).await {
            Ok(Ok(hello)) => admit(&shared, peer.uid(), &hello),
            Ok(Err(end)) => Err(end),
            Err(_) => Err(End::Slow),
        },
        Err(why) => {
            refuse(&mut out, &why).await;
            return End::Refused(why);
        }
    };
    let end = match session {
        Ok(session) => {
            note(&shared, session.clone(), Deed::LogIn).await;
            let member = shared.enter(session);
            let end = talk(&mut frames, &mut out, &shared, peer.uid(), &member).await.err().unwrap_or(End::Closed);
            shared.leave(&member);
            note(&shared, member.session.clone(), Deed::LogOut).await;
            end
        }
        Err(end) => {
            if let End::Refused(why) = &end {
                let (service, origin) = (Arc::clone(&shared.service), format!("uid {}", peer.uid()));
                let _ = tokio::task::spawn_blocking(move || {
                    let noting = service.read().unwrap_or_else(PoisonError::into_inner).note_stranger(&origin);
                    noting.done()
                })
                .await;
                refuse(&mut out, why).await;
            }
            end
        }
    };
    shared.uses.leave(peer.uid());
    end
}

/// Notes that a session began or ended, away from the thread that serves everybody. Where that can't be written nothing
/// is shown either: every answer asks the same log.
async fn note(shared: &Arc<Shared>, session: Session, deed: Deed) {
    let service = Arc::clone(&shared.service);
    let _ = tokio::task::spawn_blocking(move || {
        let noting = service.read().unwrap_or_else(PoisonError::into_inner).note_session(&session, deed, Ending::Done);
        noting.done()
    })
    .await;
}

async fn refuse(out: &mut OwnedWriteHalf, why: &str) {
    if let Ok(frame) = Answer::refused(why).frame() {
        let _ = send(out, &frame).await;
        let _ = out.shutdown().await;
    }
}

/// Who this is, or why not. The kernel said which Unix user; the agency's record says who that is.
fn admit(shared: &Shared, uid: u32, hello: &[u8]) -> Result<Session, End> {
    let hello = Hello::read(hello).map_err(End::Bad)?;
    if hello.protocol != PROTOCOL {
        let (mine, theirs) = (env!("CARGO_PKG_VERSION"), hello.version);
        return Err(End::Refused(format!(
            "the agency's server is caseload {mine} (protocol {PROTOCOL}), this is {theirs} (protocol {}); close this one and open caseload again",
            hello.protocol
        )));
    }
    let login = (shared.login_of)(uid).unwrap_or_else(|| format!("uid{uid}"));
    let service = shared.service.read().unwrap_or_else(PoisonError::into_inner);
    let user = service.recognise(&login, uid).map_err(End::Refused)?;
    let ended = || End::Refused(format!("{login} may not log in to this agency any more; ask its administrator"));
    service.session(user, &hello.origin).ok_or_else(ended)
}

async fn talk(
    frames: &mut Frames,
    out: &mut OwnedWriteHalf,
    shared: &Arc<Shared>,
    uid: u32,
    member: &Arc<Member>,
) -> Result<(), End> {
    let vault = shared.vault(&member.session).map_err(|_| End::Lost)?;
    let welcome = Answer::Welcome { epoch: shared.epoch, seq: shared.head(), zone: shared.zone(), vault };
    send(out, &welcome.frame().map_err(End::Bad)?).await?;
    loop {
        tokio::select! {
            frame = frames.next() => {
                match protocol::read(&frame?).map_err(End::Bad)? {
                    Ask::Request(ticket, request) => {
                        let wait = shared.uses.ask(uid, Instant::now());
                        if !wait.is_zero() {
                            tokio::time::sleep(wait).await;
                        }
                        let looks = matches!(*request, Request::Looking(_));
                        let about = if *request == Request::LockNow { LockAsked::Now } else { LockAsked::Other };
                        let reply = answer(shared, &member.session, *request).await?;
                        shared.note_lock(member, about, &reply);
                        send(out, &said(ticket, reply)?).await?;
                        if looks {
                            shared.tell_present();
                        }
                    }
                    Ask::Stop => {
                        let stops = shared.stop_for(uid);
                        send(out, &protocol::frame(&Say::Stopping(stops)).map_err(End::Bad)?).await?;
                    }
                }
            }
            () = member.notify.notified() => {}
        }
        if shared.is_stopping() {
            let _ = send(out, &protocol::frame(&Say::Bye("the server is ending".to_owned())).map_err(End::Bad)?).await;
            return Err(End::Stopped);
        }
        tell(out, shared, member).await?;
    }
}

/// A reply that is too long for a frame is said to be.
fn said(ticket: u64, reply: Reply) -> Result<Vec<u8>, End> {
    protocol::frame(&Say::Reply(ticket, reply)).or_else(|bad| {
        protocol::frame(&Say::Reply(ticket, Reply::Failed(format!("{bad}; ask for less at a time")))).map_err(End::Bad)
    })
}

/// Tells what has changed since it was told last.
async fn tell(out: &mut OwnedWriteHalf, shared: &Shared, member: &Member) -> Result<(), End> {
    let news = member.take();
    if news.is_some() && !shared.may_hear(member) {
        // What it would have been told it asks for when it is open again.
        let again = member.shut.swap(true, Ordering::SeqCst);
        shared.away(member);
        return if again { Ok(()) } else { send(out, &protocol::frame(&Say::Locked).map_err(End::Bad)?).await };
    }
    if news.is_some() {
        member.shut.store(false, Ordering::SeqCst);
    }
    let epoch = shared.epoch;
    if news.resync {
        let say = Say::Resync { epoch, seq: shared.head() };
        send(out, &protocol::frame(&say).map_err(End::Bad)?).await?;
    }
    let mut bytes = Vec::new();
    if let Some(present) = news.present {
        bytes.extend(protocol::frame(&Say::Present(present)).map_err(End::Bad)?);
    }
    for change in news.changes {
        bytes.extend(protocol::frame(&Say::Change { epoch, change }).map_err(End::Bad)?);
    }
    if bytes.is_empty() { Ok(()) } else { send(out, &bytes).await }
}

/// A PIN: the slow part holds nobody up, neither readers nor the committer.
async fn about_pin(shared: &Arc<Shared>, session: &Session, request: Request) -> Reply {
    let (service, session) = (Arc::clone(&shared.service), session.clone());
    let done = tokio::task::spawn_blocking(move || {
        let held = || service.read().unwrap_or_else(PoisonError::into_inner);
        let begun = held().pin_begin(&session, &request);
        match begun {
            PinStep::Work(work) => {
                let done = work.run();
                held().pin_finish(&session, done)
            }
            PinStep::Answer(reply) => reply,
            PinStep::No => Reply::Failed("that is about no PIN".to_owned()),
        }
    });
    done.await.unwrap_or_else(|_| Reply::Failed("that stopped unexpectedly; nothing was changed".to_owned()))
}

/// Asks a reader, and the committer what a reader gives back.
async fn answer(shared: &Arc<Shared>, session: &Session, request: Request) -> Result<Reply, End> {
    let mut request = request;
    if matches!(request, Request::Unlock(_) | Request::ChoosePin { .. }) {
        return Ok(about_pin(shared, session, request).await);
    }
    if !matches!(request, Request::Execute(_)) {
        let (service, session) = (Arc::clone(&shared.service), session.clone());
        let read = tokio::task::spawn_blocking(move || {
            let read = service.read().unwrap_or_else(PoisonError::into_inner).read(&session, request);
            // Shown when it is on the disk who sees it; the committer goes on meanwhile.
            read.map(Unshown::shown)
        });
        match read.await {
            Ok(Ok(reply)) => return Ok(reply),
            Ok(Err(given_back)) => request = *given_back,
            Err(_) => return Ok(Reply::Failed("that question stopped unexpectedly; nothing was changed".to_owned())),
        }
    }
    let (answer, answered) = oneshot::channel();
    shared.queue.put(Job { session: session.clone(), request, answer });
    answered.await.map_err(|_| End::Lost)
}
