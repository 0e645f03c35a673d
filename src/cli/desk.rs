//! How a subcommand asks: through whoever serves the agency, one thing after the other.

use super::agency::Place;
use super::{CLOSED, PROBLEMS, Stop, pin, print, serve};
use crate::domain::ids::{RequestId, UserId};
use crate::domain::search::fold;
use crate::domain::time::{Moment, Zone};
use crate::server::connect::{Caller, Entered, NotIn, Way};
use crate::service::api::{Answered, Command, Done, Execute, Query, Reply, Request};
use crate::service::ids::{Ids, RandomIds};
use std::time::{Duration, Instant};

/// A connection of a subcommand.
pub struct Desk {
    way: Way,
    caller: Caller,
    zone: Zone,
    /// When it last said that somebody is at work.
    active: Instant,
}

/// A long import is somebody's work although no key is pressed: it says so this often.
const AT_WORK: Duration = Duration::from_mins(1);

/// Why a server was not entered, as the end of a subcommand.
pub fn not_in(why: NotIn) -> Stop {
    Stop::new(CLOSED, why.to_string())
}

impl Desk {
    /// Goes in; whoever is locked is asked for her PIN first.
    pub fn at(place: &Place) -> Result<Self, Stop> {
        let mut desk = Self::at_the_door(place)?;
        pin::open_lock(|request| desk.ask(request))?;
        Ok(desk)
    }

    /// Goes in, locked or not: for what is about the lock itself.
    pub fn at_the_door(place: &Place) -> Result<Self, Stop> {
        let way = serve::way(place)?;
        let entered = way.enter().map_err(not_in)?;
        tell(&entered);
        let zone = zone(&entered);
        Ok(Self { caller: Caller::over(entered), way, zone, active: Instant::now() })
    }

    /// The time zone on the agency's wall.
    pub fn zone(&self) -> Zone {
        self.zone
    }

    /// Asks. Once more when the server went away meanwhile: a command that was done already answers what it did.
    pub fn ask(&mut self, request: Request) -> Result<Reply, Stop> {
        if self.active.elapsed() >= AT_WORK {
            self.active = Instant::now();
            let _ = self.caller.ask(Request::Active { call: false });
        }
        if let Ok(reply) = self.caller.ask(request.clone()) {
            return Ok(reply);
        }
        self.caller = Caller::over(self.way.enter().map_err(not_in)?);
        self.caller.ask(request).map_err(|why| Stop::new(CLOSED, why))
    }

    /// Asks a question.
    pub fn query(&mut self, query: Query) -> Result<Answered, Stop> {
        match self.ask(Request::Query(query))? {
            Reply::Answer(answer) => Ok(*answer),
            other => Err(refusal(other)),
        }
    }

    /// The colleague of this name.
    pub fn colleague(&mut self, name: &str) -> Result<UserId, Stop> {
        let Answered::Colleagues(people) = self.query(Query::Colleagues)? else {
            return Err(Stop::new(CLOSED, "an answer came that was not asked for"));
        };
        let mut found = people.iter().filter(|c| fold(&c.name) == fold(name));
        match (found.next(), found.next()) {
            (Some(one), None) => Ok(one.user),
            (Some(_), Some(_)) => Err(Stop::new(PROBLEMS, format!("several colleagues are called {name}"))),
            (None, _) => {
                let all: Vec<&str> = people.iter().map(|c| c.name.as_str()).collect();
                Err(Stop::new(PROBLEMS, format!("no colleague is called {name}; there are: {}", all.join(", "))))
            }
        }
    }

    /// Carries out one command.
    pub fn execute(&mut self, command: Command) -> Result<Done, Stop> {
        let request = RequestId(RandomIds.make(Moment(0)));
        answer(self.ask(Request::Execute(Execute { request, command }))?)
    }
}

/// Says what a server that was started had to mend.
pub fn tell(entered: &Entered) {
    if !entered.mended.is_empty() {
        print::complain(&entered.mended);
    }
}

/// The zone that a server said.
pub fn zone(entered: &Entered) -> Zone {
    Zone::parse(&entered.zone).unwrap_or(Zone::UTC)
}

/// A command's reply, or why it was not done.
pub fn answer(reply: Reply) -> Result<Done, Stop> {
    match reply {
        Reply::Done(done) => Ok(done),
        other => Err(refusal(other)),
    }
}

/// A reply that is not what was asked for, as the end of a subcommand.
pub fn refusal(reply: Reply) -> Stop {
    match reply {
        Reply::Problems(problems) => {
            Stop::new(PROBLEMS, problems.into_iter().map(|p| p.text).collect::<Vec<_>>().join("\n"))
        }
        Reply::Denied(why) => Stop::new(PROBLEMS, why),
        Reply::Conflict(_) => Stop::new(PROBLEMS, "somebody changed it meanwhile; try again"),
        Reply::Failed(why) => Stop::new(CLOSED, why),
        Reply::Locked(view) => Stop::new(PROBLEMS, pin::shut(&view)),
        _ => Stop::new(CLOSED, "an answer came that was not asked for"),
    }
}
