//! The layers over the dashboard, as values. The last one has the keys.

use super::form::{Form, PersonPick};
use super::improving::Improving;
use super::line::Line;
use super::model::Pane;
use super::pane::RowId;
use super::terminal::Finding;
use super::walk::Walk;
use super::wire::Asked;
use crate::domain::attention::AlertKey;
use crate::domain::ids::{
    CallOutId, ClientId, ClockingId, DraftId, FrequencyOrderId, StaffId, StormId, UserId, VisitId,
};
use crate::domain::record::Kind;
use crate::domain::storm::StormState;
use crate::domain::time::{Day, Moment};
use crate::domain::visit::Answer;
use crate::service::api::coverage::{CallOutView, CandidateRow};
use crate::service::api::day_plan::{DayPlan, PlanAsk};
use crate::service::api::reschedule::Tried;
use crate::service::api::storm::{RosterRow, StormClient, StormView};
use crate::service::api::{Act, AuditLine, Board, Draft, EvvQueue, HistoryLine, Hit, Page, Person, Seq, VisitRow, Why};
use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

/// One layer.
pub enum Layer {
    /// A client's or caregiver's page.
    Page(PageLayer),
    /// A review of my clients, one card each.
    Review(Box<ReviewLayer>),
    /// A call-out being worked through.
    CallOut(Box<CallOutLayer>),
    /// A storm being worked through.
    Storm(Box<StormLayer>),
    /// The plan of a day or a week.
    DayPlan(Box<DayPlanLayer>),
    /// A visit in the hand.
    Lifted(Box<Lifted>),
    /// Why an alert stands where it stands.
    Why(WhyLayer),
    /// A card or form.
    Form(Box<Form>),
    /// Find anyone and anything.
    Find(Find),
    /// Palette, help, or all that can be done here.
    Menu(Menu),
    /// What undo or redo would do.
    Undo(UndoCard),
    /// A question; Enter is yes.
    Confirm(Confirm),
    /// My drafts.
    Drafts(DraftList),
    /// A record's revisions.
    History(History),
    /// What I did.
    Acts(Acts),
    /// Who looked at somebody's chart.
    Looked(Looked),
    /// Clock-ins with something wrong.
    Evv(EvvLayer),
    /// Themes to choose from.
    Themes(ThemeMenu),
    /// What was found out about the terminal.
    Terminal(TerminalLayer),
    /// The words a pane is narrowed by are being typed; shown in the pane's title.
    Narrow(Narrow),
}

/// A page of one person.
#[derive(Clone)]
pub struct PageLayer {
    /// Whose.
    pub person: Person,
    /// The pane it was opened from: `<` and `>` go along its rows.
    pub from: Pane,
    /// The alert that it was opened at.
    pub at: Option<AlertKey>,
    /// The record that it was opened at, where it was no alert: a contact, a visit.
    pub record: Option<(Kind, [u8; 16])>,
    /// The page, when it has come.
    pub page: Option<Page>,
    /// Nobody of this id.
    pub missing: bool,
    /// Her name, as far as the line said it that the page was opened from.
    pub name: String,
    /// Why it may not be seen.
    pub denied: Option<String>,
    /// The selected line, counted over all sections.
    pub line: usize,
    /// The first line shown.
    pub top: usize,
}

/// A review.
#[derive(Clone)]
pub struct ReviewLayer {
    /// Whom she has passed and who comes next.
    pub walk: Walk,
    /// The card.
    pub page: PageLayer,
    /// How my clients stand has come.
    pub come: bool,
    /// The commit that the card showed long enough to be read.
    pub seen: Option<Seq>,
    /// A newer one, and since when it is shown.
    pub newer: Option<(Seq, Moment)>,
}

/// A call-out being worked through.
#[derive(Clone)]
pub struct CallOutLayer {
    /// Who called out; nobody where it is the page of all open visits.
    pub staff: Option<StaffId>,
    /// A day of it.
    pub day: Day,
    /// Their name, until the answer has come.
    pub name: String,
    /// How it stands; the visits in the places they had at first.
    pub view: Option<CallOutView>,
    /// There is no such call-out any more.
    pub gone: bool,
    /// The selected visit.
    pub visit: Option<VisitId>,
    /// Who could go, and to which visit.
    pub carers: Option<(VisitId, Vec<CandidateRow>)>,
    /// The selected one of them.
    pub carer: Option<StaffId>,
    /// The marker is among them.
    pub at_carers: bool,
    /// Whose number is open.
    pub dial: Option<Dial>,
    /// The marker goes on once the visit is closed: somebody has said yes to me.
    pub(crate) moves_on: bool,
    /// The search for the plan for all of them.
    pub improving: Improving,
}

/// The plan of a day or a week.
#[derive(Clone)]
pub struct DayPlanLayer {
    /// What was asked for.
    pub ask: PlanAsk,
    /// The plan shown, when one has come.
    pub plan: Option<DayPlan>,
    /// One that comes in with the next frame.
    pub(crate) arrived: Option<DayPlan>,
    /// Another one that waits until it is asked for.
    pub waiting: Option<DayPlan>,
    /// The search for it.
    pub improving: Improving,
    /// The visit of the line under the marker.
    pub at: Option<VisitId>,
    /// The visits of marked lines.
    pub marks: BTreeSet<VisitId>,
    /// Where a range of marks starts.
    pub(crate) range: Option<VisitId>,
    /// Lines that could not be accepted, and why.
    pub refused: BTreeMap<VisitId, String>,
    /// A key was pressed here: what is shown stays.
    pub touched: bool,
    /// The next plan that comes is shown in any case.
    pub(crate) renew: bool,
    /// Something was changed since.
    pub stale: bool,
    /// Lines are being accepted.
    pub sent: bool,
}

/// A storm being worked through, or none that runs.
#[derive(Clone)]
pub struct StormLayer {
    /// How it stands; the rows in the places they had at first.
    pub view: Option<StormView>,
    /// The selected client.
    pub client: Option<ClientId>,
    /// What is known of her, when it has come.
    pub detail: Option<Box<StormClient>>,
    /// Whose numbers are open.
    pub dial: Option<ClientId>,
    /// Only my clients.
    pub mine: bool,
    /// The place that the marker goes to once its rows have come.
    pub(crate) going: Option<usize>,
    /// The roster, as far as it has come.
    pub(crate) roster: Vec<RosterRow>,
}

/// What a digit says of a client in a storm, in the order of the digits: 3 and 4 are what they are in a call-out.
pub const STORM_SAYS: [(StormState, &str); 6] = [
    (StormState::Safe, "safe"),
    (StormState::NeedsHelp, "needs help"),
    (StormState::NoAnswer, "no answer"),
    (StormState::LeftMessage, "left message"),
    (StormState::Sheltered, "with family or sheltered"),
    (StormState::Evacuated, "evacuated"),
];

/// What a digit says of a call, in the order of the digits.
pub const OUTCOMES: [(Answer, &str); 6] = [
    (Answer::Yes, "yes"),
    (Answer::No, "no"),
    (Answer::NoAnswer, "no answer"),
    (Answer::LeftMessage, "left message"),
    (Answer::Asked, "calls back"),
    (Answer::Told, "told to go, confirms"),
];

/// A telephone that is in the hand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Dial {
    /// For which visit.
    pub visit: VisitId,
    /// Who is called.
    pub staff: StaffId,
}

/// What is done with a visit in the hand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Way {
    /// Moved in time, to another caregiver, to another day.
    Move,
    /// Given to somebody of those who could go.
    Assign,
    /// Exchanged with another visit.
    Swap,
    /// Split in two.
    Split,
    /// Made shorter, or longer.
    Shorten,
}

/// What is being typed while a visit is in the hand.
#[derive(Clone)]
pub enum Writing {
    /// Who is to go.
    Name(Box<PersonPick>),
    /// Why it is done in spite of what speaks against it.
    Reason(Line),
}

/// A visit in the hand: where it would go, and what speaks against that.
#[derive(Clone)]
pub struct Lifted {
    /// What is done with it.
    pub way: Way,
    /// Which.
    pub id: VisitId,
    /// As it stood when it was lifted.
    pub row: Option<VisitRow>,
    /// The day it is held over.
    pub day: Day,
    /// The minute of that day.
    pub minute: u16,
    /// Its length, or that of the first of two.
    pub minutes: u16,
    /// Who would go.
    pub staff: Option<StaffId>,
    /// Their name.
    pub staff_name: String,
    /// The visit it is exchanged with.
    pub with: Option<VisitRow>,
    /// Who could go, when they have come.
    pub carers: Option<Vec<CandidateRow>>,
    /// Digits of a time or a length.
    pub typed: String,
    /// What is being written.
    pub writing: Option<Writing>,
    /// What would come of it, as it was asked last.
    pub tried: Option<Tried>,
    /// The revisions that were seen first.
    pub seen: Vec<(VisitId, u64)>,
    /// The client has been asked already.
    pub agreed: bool,
    /// It is being dropped.
    pub sent: bool,
    /// Why it was not dropped.
    pub error: Option<String>,
    /// The board that it was lifted from.
    pub(crate) board: Option<Board>,
    /// Day and first column of the calendar then.
    pub(crate) from: (Day, u16),
}

/// Why.
#[derive(Clone)]
pub struct WhyLayer {
    /// Which alert.
    pub key: AlertKey,
    /// The person's shortest unique name, until the answer has come.
    pub name: String,
    /// The answer.
    pub why: Option<Why>,
    /// The alert is gone.
    pub gone: bool,
    /// The first line shown.
    pub top: usize,
}

/// Find.
#[derive(Clone, Default)]
pub struct Find {
    /// What is typed.
    pub line: Line,
    /// What was found.
    pub hits: Vec<Hit>,
    /// The text that these hits are for.
    pub of: String,
    /// The marker.
    pub cursor: usize,
}

/// Which menu.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MenuKind {
    /// Every action.
    Palette,
    /// The keys of this screen.
    Help,
    /// All that can be done here, with reasons for what can't.
    Here,
    /// All that can be made new.
    New,
    /// Which visits the calendar shows.
    Only,
}

/// A menu of actions.
#[derive(Clone)]
pub struct Menu {
    /// Which.
    pub kind: MenuKind,
    /// What is typed to narrow it.
    pub line: Line,
    /// What is left of it.
    pub items: Vec<MenuItem>,
    /// The marker.
    pub cursor: usize,
}

/// One line of a menu.
#[derive(Clone, PartialEq, Eq)]
pub struct MenuItem {
    /// The action's name.
    pub action: &'static str,
    /// What it does.
    pub text: Cow<'static, str>,
    /// Whose team the calendar is narrowed to by it.
    pub team: Option<UserId>,
    /// The true keys, or empty.
    pub keys: String,
    /// Why it can't be done right now.
    pub reason: Option<String>,
}

/// What undo or redo would do.
#[derive(Clone)]
pub struct UndoCard {
    /// Redo instead.
    pub redo: bool,
    /// The act, when the answer has come.
    pub act: Option<Act>,
    /// The answer has come.
    pub answered: bool,
    /// Enter was pressed; it is being done.
    pub sent: bool,
}

/// What a question is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Question {
    /// Take what somebody else has.
    TakeFromOther(AlertKey),
    /// Take all marked alerts.
    TakeMarks(Vec<RowId>),
    /// Some of several alerts were left alone: nothing to decide.
    Left,
    /// What whoever runs the agency is to know: nothing to decide.
    Notes,
    /// Settle a call-out.
    Settle(CallOutId),
    /// Make a task of a drafted order change.
    DraftOrder(FrequencyOrderId),
    /// Take a call-out back.
    TakeBackCallOut(CallOutId),
    /// A storm is over.
    EndStorm(StormId),
    /// Accept these visits' lines of a plan.
    AcceptPlan(Vec<VisitId>),
    /// End an appointment, a time off, an authorization or a wish.
    EndPlan(Kind, [u8; 16]),
    /// Leave the program.
    Leave,
    /// Throw a form's text away.
    Discard(DraftId),
}

/// A question; Enter is yes, Esc is no.
#[derive(Clone)]
pub struct Confirm {
    /// What it is about.
    pub question: Question,
    /// Title.
    pub title: String,
    /// For whom, in full; or empty.
    pub who: String,
    /// What will happen.
    pub lines: Vec<String>,
    /// What Enter does: `take it`.
    pub yes: &'static str,
}

/// My drafts.
#[derive(Clone, Default)]
pub struct DraftList {
    /// Newest first, when they have come.
    pub drafts: Option<Vec<Draft>>,
    /// The marker.
    pub cursor: usize,
    /// There was one when it was asked for: straight back into it.
    pub straight: bool,
}

/// A record's revisions.
#[derive(Clone)]
pub struct History {
    /// Of what.
    pub title: String,
    /// The lines, oldest first, when they have come.
    pub lines: Option<Vec<HistoryLine>>,
    /// The first line shown.
    pub top: usize,
}

/// What I did.
#[derive(Clone, Default)]
pub struct Acts {
    /// Newest first, when they have come.
    pub acts: Option<Vec<Act>>,
    /// The marker.
    pub cursor: usize,
}

/// Who looked at somebody's chart.
#[derive(Clone)]
pub struct Looked {
    /// Whose.
    pub person: Person,
    /// Their name.
    pub name: String,
    /// Newest first, as far as they have come.
    pub lines: Vec<AuditLine>,
    /// The access that the next page goes on before.
    pub(crate) next: Seq,
    /// There may be more.
    pub more: bool,
    /// Something has come.
    pub come: bool,
    /// So many pages were asked for at once, because there was little on them.
    pub(crate) followed: u8,
    /// Why it is not shown.
    pub denied: Option<String>,
    /// The marker.
    pub cursor: usize,
}

impl Looked {
    /// One of which nothing has come yet.
    pub(crate) fn blank(person: Person, name: String) -> Self {
        let (next, more, come, followed, cursor) = (0, false, false, 0, 0);
        Self { person, name, lines: Vec::new(), next, more, come, followed, denied: None, cursor }
    }
}

/// What was found out about the terminal.
#[derive(Clone)]
pub struct TerminalLayer {
    /// A line each.
    pub findings: Vec<Finding>,
    /// The first line shown.
    pub top: usize,
}

/// Clock-ins with something wrong, what locks first on top.
#[derive(Clone, Default)]
pub struct EvvLayer {
    /// They, when they have come.
    pub queue: Option<EvvQueue>,
    /// The selected one.
    pub at: Option<ClockingId>,
    /// Its place, so that the marker stays near when it goes.
    pub(crate) place: usize,
    /// The marked ones.
    pub marks: BTreeSet<ClockingId>,
    /// Why it is not shown.
    pub denied: Option<String>,
}

/// Themes to choose from; the screen wears the one under the marker.
#[derive(Clone)]
pub struct ThemeMenu {
    /// The marker.
    pub cursor: usize,
}

/// Words being typed to narrow a pane.
#[derive(Clone)]
pub struct Narrow {
    /// Which pane.
    pub pane: Pane,
    /// What is typed.
    pub line: Line,
    /// What it was before.
    pub before: String,
    /// The list is opened anew at this moment, unless another key comes.
    pub due: Option<Moment>,
}

impl Layer {
    /// The page under its keys: a person's, or the card of a review.
    pub fn page(&self) -> Option<&PageLayer> {
        match self {
            Self::Page(page) => Some(page),
            Self::Review(review) => Some(&review.page),
            _ => None,
        }
    }

    pub(crate) fn page_mut(&mut self) -> Option<&mut PageLayer> {
        match self {
            Self::Page(page) => Some(page),
            Self::Review(review) => Some(&mut review.page),
            _ => None,
        }
    }

    /// The search that goes on on it, and the question whose answer has what it found.
    pub(crate) fn improving(&mut self) -> Option<(&mut Improving, Asked)> {
        match self {
            Self::DayPlan(page) => Some((&mut page.improving, Asked::DayPlan(page.ask))),
            Self::CallOut(page) => Some((&mut page.improving, Asked::CallOut(page.staff, page.day))),
            _ => None,
        }
    }

    /// Rows may not change places under this layer: a card or form is open.
    pub fn holds_rows(&self) -> bool {
        matches!(self, Self::Form(_) | Self::Confirm(_) | Self::Undo(_) | Self::Why(_) | Self::Lifted(_))
    }
}
