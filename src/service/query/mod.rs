//! Every question a screen may ask, one file an area. A question changes nothing; the showing of a code is the
//! exception, and says so in the journal.

pub mod agency;
mod ahead;
mod audit;
pub mod board;
pub mod brief;
mod call_out;
pub mod card;
mod change_words;
mod changes;
mod cover_plan;
pub mod coverable;
mod day_plan;
mod dispatch;
mod evv;
mod export;
pub mod find;
pub mod find_index;
pub mod header;
pub mod history;
mod initials;
mod meanwhile;
pub mod names;
pub mod numbers;
pub mod on_duty;
mod order;
pub mod page;
mod plan_draw;
mod plans;
pub mod record;
pub mod review;
pub mod scores;
mod series;
mod sheet;
pub mod span;
pub mod staff_page;
mod storm;
pub mod told;
pub mod untold;
mod users;
pub mod why;
pub mod would_be;

use super::Service;
use super::access::Asked;
use super::api::{Answered, Query, Reply, Session};
use super::plan::Refusal;
use crate::domain::ids::ClientId;

impl Service {
    /// Answers a question.
    pub(super) fn ask(&self, session: &Session, query: Query) -> Reply {
        let session = match self.admit(session, &Asked::Query(&query)) {
            Ok(session) => session,
            Err(denied) => return denied.into(),
        };
        match self.answer(&session, query) {
            Ok(answer) => Reply::Answer(Box::new(answer)),
            Err(refusal) => refusal.into(),
        }
    }

    /// Shows the codes of a home, if this session may see them.
    pub(super) fn show_codes(&mut self, session: &Session, client: ClientId) -> Reply {
        let session = match self.admit(session, &Asked::Query(&Query::Codes(client))) {
            Ok(session) => session,
            Err(denied) => return denied.into(),
        };
        match self.codes(&session, client) {
            Ok(codes) => Reply::Answer(Box::new(Answered::Codes(codes))),
            Err(refusal) => refusal.into(),
        }
    }

    fn answer(&self, session: &Session, query: Query) -> Result<Answered, Refusal> {
        Ok(match query {
            Query::Header => Answered::Header(self.header(session)?),
            Query::Why(key) => Answered::Why(self.why(session, &key)),
            Query::Card(person) => Answered::Card(self.card(session, person)?),
            Query::Codes(_) => return Err(Refusal::Failed("codes are shown one home at a time".to_owned())),
            Query::ClientPage(id) => Answered::Page(self.client_page(session, id)?),
            Query::StaffPage(id) => Answered::Page(self.staff_page(session, id)?),
            Query::Board(ask) => Answered::Board(self.board(session, &ask)?),
            Query::Span(ask) => Answered::Span(self.span(session, &ask)?),
            Query::Find { text, limit } => Answered::Found(self.find(session, &text, usize::from(limit))),
            Query::Numbers { person, about } => Answered::Numbers(self.numbers(session, person, about.as_ref())?),
            Query::OutcomesOfMany(keys) => self.outcomes_of_many(session, &keys)?,
            Query::Colleagues => Answered::Colleagues(self.colleagues(session)),
            Query::OnDuty(key) => Answered::OnDuty(self.on_duty(session, key.as_ref())),
            Query::Call(id) => Answered::Call(self.logged_call(id)?),
            Query::Meanwhile { about, person } => {
                Answered::Meanwhile(self.meanwhile(session, about.as_ref(), person)?)
            }
            Query::Record { kind, id, since } => Answered::Record(self.editable(session, kind, id, since)?),
            Query::Outcomes(key) => self.outcomes(session, &key)?,
            Query::Coverable { client, about } => Answered::Coverable(self.coverable(session, client, about.as_ref())),
            Query::Ahead { client, visit } => Answered::Ahead(self.ahead(session, client, visit)),
            Query::PlanDay(ask) => Answered::DayPlan(Box::new(self.plan_day(session, ask)?)),
            Query::GoOn { token, .. } => Answered::GoneOn(self.plans.of(token).map(|search| search.stands())),
            Query::OpenShifts { day, days, mine } => {
                Answered::CallOut(Some(self.open_shifts(session, day, days, mine)?))
            }
            Query::CallOut { staff, day } => Answered::CallOut(self.call_out_view(session, staff, day)?),
            Query::Candidates(visit) => Answered::Candidates(self.candidates(session, visit)?),
            Query::Series(id) => Answered::Series(self.series_view(id)?.map(Box::new)),
            Query::TryChange { visit, change } => Answered::Tried(Box::new(self.try_change(visit, change.as_ref())?)),
            Query::Untold { client, about } => Answered::Untold(self.untold(client, about.as_ref())?),
            Query::Asks => Answered::Asks(would_be::asks(&self.policy)),
            Query::WouldBe(new) => Answered::WouldBe(self.would_be(session, &new)?),
            Query::Reviews => Answered::Reviews(self.reviews(session)?),
            Query::ReviewCard(id) => Answered::ReviewCard(self.review_card(session, id)?),
            Query::History { kind, id } => Answered::History(self.history(session, kind, id)?),
            Query::MyActs(most) => Answered::Acts(self.my_acts(session, usize::from(most))?),
            Query::UndoNext { redo } => Answered::UndoNext(self.undo_next(session, redo)?),
            Query::Brief => Answered::Brief(self.brief(session)?),
            Query::Agency => Answered::Agency(self.agency_facts(session)?),
            Query::Audit(ask) => Answered::Audit(self.audit_page(session, &ask)?),
            Query::Checkpoint => {
                let made = self.checkpoint().map_err(Refusal::Failed)?;
                Answered::Checkpoint { text: made.text(), code: made.code() }
            }
            Query::Removable { years } => Answered::Removable(self.removable(years)?.map(|(_, r)| r)),
            Query::Export { kind, ids } => Answered::Exported(self.export(kind, &ids)?),
            Query::SourceLines { source, kind, after } => self.source_lines(&source, kind, after)?,
            Query::Initials { from } => Answered::Initials(self.initials(session, from)),
            Query::ColumnMap(name) => Answered::ColumnMaps(self.column_maps(&name)?),
            Query::AdoptedRules(name) => Answered::AdoptedRules(self.adopted_rules(&name)?),
            Query::Rights { forced } => Answered::Rights(self.rights(session, forced)),
            Query::Users => Answered::Users(self.user_lines()),
            Query::EvvExceptions => Answered::EvvExceptions(self.evv_exceptions(session, self.now())?),
            Query::ExportAll { kind, after } => self.export_all(session, kind, after)?,
            Query::Sheet(ask) => Answered::Sheet(self.sheet(session, &ask)?),
            Query::Storm(ask) => Answered::Storm(Box::new(self.storm_view(session, ask))),
            Query::StormClient(id) => Answered::StormClient(self.storm_client(session, id)?.map(Box::new)),
            Query::Roster(ask) => Answered::Roster(Box::new(self.roster(session, ask)?)),
        })
    }
}
