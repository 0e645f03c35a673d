//! How a subcommand asks: through whoever serves the agency, one thing after the other.

use super::agency::Place;
use super::serve;
use super::{CLOSED, PROBLEMS, Stop};
use crate::domain::ids::RequestId;
use crate::domain::time::{Moment, Zone};
use crate::server::connect::{Caller, Entered, NotIn, Way};
use crate::service::api::{Answered, Command, Done, Execute, Query, Reply, Request};
use crate::service::ids::{Ids, RandomIds};

/// A connection of a subcommand.
pub struct Desk {
    way: Way,
    caller: Caller,
    zone: Zone,
}

/// Why a server was not entered, as the end of a subcommand.
pub fn not_in(why: NotIn) -> Stop {
    Stop::new(CLOSED, why.to_string())
}

impl Desk {
    /// Goes in.
    pub fn at(place: &Place) -> Result<Self, Stop> {
        let way = serve::way(place)?;
        let entered = way.enter().map_err(not_in)?;
        let zone = zone(&entered);
        Ok(Self { caller: Caller::over(entered), way, zone })
    }

    /// The time zone on the agency's wall.
    pub fn zone(&self) -> Zone {
        self.zone
    }

    /// Asks. Once more when the server went away meanwhile: a command that was done already answers what it did.
    pub fn ask(&mut self, request: Request) -> Result<Reply, Stop> {
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

    /// Carries out one command.
    pub fn execute(&mut self, command: Command) -> Result<Done, Stop> {
        let request = RequestId(RandomIds.make(Moment(0)));
        answer(self.ask(Request::Execute(Execute { request, command }))?)
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
        _ => Stop::new(CLOSED, "an answer came that was not asked for"),
    }
}
