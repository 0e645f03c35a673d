//! The client's way in: reaches the server, starts it where that is the client's to do, and says hello. [`Caller`] asks
//! one thing after the other, for the command line.

use super::place::{Place, Unreached};
use super::protocol::{self, Answer, Ask, Hello, PROTOCOL, Say};
use crate::service::api::{Reply, Request, Seq, Ticket};
use crate::service::vault::Vault;
use std::io::{Read, Write};
use std::os::unix::net::UnixStream;
use std::time::{Duration, Instant};

/// How long the server has for its first answer.
const FIRST: Duration = Duration::from_secs(10);
/// How long a server that is being started is waited for.
const STARTED: Duration = Duration::from_mins(2);

/// Why a server was not entered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NotIn {
    /// It can't be reached, or went away: trying again may help.
    Away(String),
    /// It could not be started, and what it said.
    NotStarted(String),
    /// It said no, or is not who it must be: trying again does not help.
    Refused(String),
}

impl std::fmt::Display for NotIn {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Away(why) | Self::NotStarted(why) | Self::Refused(why) => f.write_str(why),
        }
    }
}

/// What starting a server came to.
pub enum Started {
    /// It listens, or will in a moment; and what it said while it was starting, for the user, or nothing.
    Listens(String),
    /// Somebody else is starting it.
    ByAnother,
}

/// Where to go, and how to start a server that is not there.
pub struct Way {
    /// Where it listens.
    pub place: Place,
    /// What is said of where this client sits.
    pub origin: String,
    /// Starts it; none where the machine's administrator does that.
    pub start: Option<StartServer>,
}

/// Starts a server; an error is said to the user as it is.
pub type StartServer = Box<dyn Fn() -> Result<Started, String> + Send>;

/// A connection that was let in.
pub struct Entered {
    /// The stream, blocking.
    pub stream: UnixStream,
    /// The journal's epoch.
    pub epoch: u64,
    /// The newest commit.
    pub seq: Seq,
    /// The time zone on the agency's wall.
    pub zone: String,
    /// What this user's drafts are sealed with, if they must be left behind.
    pub vault: Vault,
    /// What a server that was started for it had to mend, for the user, or nothing.
    pub mended: String,
}

impl Way {
    /// Goes in, starting the server if need be.
    pub fn enter(&self) -> Result<Entered, NotIn> {
        self.enter_within(STARTED)
    }

    /// Goes in within this time, starting the server if need be.
    pub fn enter_within(&self, time: Duration) -> Result<Entered, NotIn> {
        let until = Instant::now() + time;
        let mut nap = Duration::from_millis(5);
        let mut mended = String::new();
        loop {
            let why = match self.try_once() {
                Ok(entered) => return Ok(Entered { mended, ..entered }),
                Err(NotIn::Away(why)) => why,
                Err(why) => return Err(why),
            };
            let Some(start) = &self.start else { return Err(NotIn::Away(why)) };
            if Instant::now() > until {
                return Err(NotIn::Away(format!("the server does not answer: {why}")));
            }
            match start() {
                Err(why) => return Err(NotIn::NotStarted(why)),
                Ok(Started::Listens(said)) => mended = said,
                Ok(Started::ByAnother) => {
                    std::thread::sleep(nap);
                    nap = (nap * 2).min(Duration::from_millis(100));
                }
            }
        }
    }

    /// Goes in, if a server is there.
    pub fn try_once(&self) -> Result<Entered, NotIn> {
        let stream = self.place.connect().map_err(|e| match e {
            Unreached::Wrong(why) => NotIn::Refused(why),
            away => NotIn::Away(away.to_string()),
        })?;
        hello(stream, &self.origin)
    }
}

fn hello(mut stream: UnixStream, origin: &str) -> Result<Entered, NotIn> {
    let away = |e: std::io::Error| NotIn::Away(format!("the server went away ({})", e.kind()));
    stream.set_read_timeout(Some(FIRST)).map_err(away)?;
    stream.set_write_timeout(Some(FIRST)).map_err(away)?;
    let said = Hello::new(origin).frame().map_err(|bad| NotIn::Refused(bad.to_string()))?;
    // A server that is full says no before it is asked.
    let written = stream.write_all(&said);
    let frame = read_frame(&mut stream).map_err(|e| away(written.err().unwrap_or(e)))?;
    match Answer::read(&frame) {
        Ok(Answer::Welcome { epoch, seq, zone, vault }) => {
            stream.set_read_timeout(None).map_err(away)?;
            stream.set_write_timeout(None).map_err(away)?;
            Ok(Entered { stream, epoch, seq, zone, vault, mended: String::new() })
        }
        Ok(Answer::Refused { protocol, version, why }) => {
            let newer = protocol > PROTOCOL;
            let mine = env!("CARGO_PKG_VERSION");
            Err(NotIn::Refused(if newer {
                format!(
                    "the agency's server is newer (caseload {version}, this is {mine}); close caseload and open it again"
                )
            } else {
                why
            }))
        }
        Err(_) => Err(NotIn::Refused("what answers there is no caseload server".to_owned())),
    }
}

/// One frame's bytes.
pub(super) fn read_frame(stream: &mut impl Read) -> std::io::Result<Vec<u8>> {
    let mut lead = [0; 4];
    stream.read_exact(&mut lead)?;
    let length = protocol::length(lead).map_err(|bad| std::io::Error::other(bad.to_string()))?;
    let mut bytes = vec![0; length];
    stream.read_exact(&mut bytes)?;
    Ok(bytes)
}

/// Asks one thing after the other and waits for each answer.
pub struct Caller {
    stream: UnixStream,
    next: Ticket,
}

impl Caller {
    /// Over a connection.
    pub fn over(entered: Entered) -> Self {
        Self { stream: entered.stream, next: 0 }
    }

    /// Over the stream of a connection that is used for something else afterwards.
    pub fn beside(entered: Entered) -> std::io::Result<(Self, Entered)> {
        let stream = entered.stream.try_clone()?;
        // Tickets of its own, so that an answer that comes late is nobody else's.
        Ok((Self { stream, next: u64::MAX / 2 }, entered))
    }

    /// Asks the server to end, if nobody else is connected; whether it does.
    pub fn ask_to_stop(mut self) -> bool {
        let sent = protocol::frame(&Ask::Stop).ok().and_then(|frame| self.stream.write_all(&frame).ok());
        if sent.is_none() {
            return false;
        }
        while let Ok(bytes) = read_frame(&mut self.stream) {
            match protocol::read::<Say>(&bytes) {
                Ok(Say::Stopping(stops)) => return stops,
                Ok(Say::Bye(_)) => return true,
                Ok(_) => {}
                Err(_) => return false,
            }
        }
        true
    }

    /// Asks; an error says that the server is gone, and that it is not known whether what was asked was done.
    pub fn ask(&mut self, request: Request) -> Result<Reply, String> {
        self.next += 1;
        let ticket = self.next;
        let frame = protocol::frame(&Ask::Request(ticket, Box::new(request))).map_err(|bad| bad.to_string())?;
        let gone = |e: std::io::Error| format!("the server went away ({}); ask again", e.kind());
        self.stream.write_all(&frame).map_err(gone)?;
        loop {
            let bytes = read_frame(&mut self.stream).map_err(gone)?;
            match protocol::read::<Say>(&bytes) {
                Ok(Say::Reply(answered, reply)) if answered == ticket => return Ok(reply),
                Ok(Say::Bye(why)) => return Err(why),
                Ok(_) => {}
                Err(bad) => return Err(format!("the server's answer makes no sense: {bad}")),
            }
        }
    }
}
