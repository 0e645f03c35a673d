//! What was asked and has not been answered, and how tickets and ids are made.

use super::at_once::Offered;
use super::frame::Seen;
use super::key::Key;
use super::layers::DayPlanLayer;
use super::layout::Seam;
use super::lock::LockAsk;
use super::model::Pane;
use super::outward::Outside;
use crate::domain::attention::AlertKey;
use crate::domain::ids::{ClientId, DraftId, RequestId, StaffId, VisitId, uuid_v7};
use crate::domain::time::Day;
use crate::domain::time::Moment;
use crate::service::api::day_plan::PlanAsk;
use crate::service::api::{Ask, Draft, ListOpened, Page, Person, Request, SpanAsk, Ticket, Where};
use std::collections::{BTreeMap, BTreeSet};

/// What a ticket was for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Asked {
    Header,
    /// What may be done here.
    Rights,
    Open(Pane),
    /// Rows around what is on the screen; `scroll` because the user moved there.
    Rows {
        pane: Pane,
        scroll: bool,
    },
    /// The first rows, to learn of a new P1.
    Worst,
    Board,
    /// The visits of this day as a list.
    Agenda(Day),
    Span(SpanAsk),
    Why(AlertKey),
    Card(Person),
    Codes(ClientId),
    Page(Person),
    /// A call-out of somebody, of a day.
    CallOut(Option<StaffId>, Day),
    /// Who could go to a visit.
    Candidates(VisitId),
    /// The storm that runs, or whom one would touch.
    Storm,
    /// One client of it.
    StormClient(ClientId),
    /// The roster, page by page.
    Roster,
    /// A plan of a day or a week.
    DayPlan(PlanAsk),
    /// That a search goes on.
    GoOn(u64),
    /// The command that accepts these visits' lines of a plan.
    AcceptPlan(Vec<VisitId>),
    /// What would come of the visit in the hand, as it is held.
    Tried(VisitId),
    /// A name typed for it.
    LiftedName(VisitId, String),
    /// The command that drops it.
    Dropped(VisitId),
    /// How my clients stand in a review.
    Reviews,
    ReviewCard(ClientId),
    /// The command that marks her reviewed.
    Reviewed(ClientId),
    Find(String),
    /// For a form: numbers, outcomes, the person's identifiers, a name being typed.
    Numbers(DraftId),
    Outcomes(DraftId),
    Untold(DraftId),
    Coverable(DraftId),
    /// What follows when a client is not visited, for a form.
    Ahead(DraftId),
    Who(DraftId),
    Pick(DraftId, String),
    /// For a form: whom to pass it to, who answers for what is handed up, a logged call.
    Colleagues(DraftId),
    OnDuty(DraftId),
    /// For the calendar: who else has a team.
    Teams,
    Call(DraftId),
    /// For a form: what colleagues did about the same.
    Meanwhile(DraftId),
    /// For a form of a series: the series.
    Series(DraftId),
    /// For a form that edits a record: the record.
    Record(DraftId),
    /// For a new issue: its questions, and where it would stand.
    Asks(DraftId),
    WouldBe(DraftId),
    UndoNext(bool),
    Drafts,
    SaveDraft(DraftId),
    DropDraft,
    /// A command without a form.
    Act(Option<AlertKey>),
    /// What takes the last act back, or brings it back.
    Undo {
        redo: bool,
    },
    /// A command on several alerts, without a form.
    Many(Vec<AlertKey>),
    /// A form's command.
    Form(DraftId, Option<AlertKey>),
    History,
    Acts,
    /// Who looked at a chart.
    Looked(Person),
    /// Clock-ins with something wrong.
    Evv,
    /// For a form that resolves some: the agency's reasons.
    EvvReasons(DraftId),
    /// Who else is where this screen is.
    Looking,
    /// A sheet of somebody's visits.
    Sheet(Person),
    /// Everybody's initials.
    Initials,
    /// That something leaves by the user's hand.
    Leave,
    /// The lock itself.
    Lock(LockAsk),
    /// Nobody waits for it.
    Nothing,
}

/// What was asked and has not been answered, and what the screen has to remember between messages.
#[derive(Default)]
pub(crate) struct Wire {
    next: Ticket,
    seed: [u64; 2],
    made: u64,
    pub(crate) open: BTreeMap<Ticket, Asked>,
    /// What was sent with each, until it is answered: what a lock keeps from being answered is sent again behind it.
    pub(crate) sent: BTreeMap<Ticket, Request>,
    /// What waits for the lock to open.
    pub(crate) behind: Vec<(Asked, Request)>,
    /// To be asked again when its answer has come.
    pub(crate) again: Vec<Asked>,
    /// Texts of forms whose keeping has not been confirmed: they live here until it is.
    pub(crate) parked: BTreeMap<DraftId, Draft>,
    /// The draft that was parked last, as it was left.
    pub(crate) left: Option<Draft>,
    /// What a new issue is asked, as last heard.
    pub(crate) asks: Vec<Ask>,
    pub(crate) last_key: Option<Moment>,
    /// The key that acted last.
    pub(crate) acted: Option<(Key, Moment)>,
    /// The key being handled.
    pub(crate) key: Option<Key>,
    /// The marked alerts that a form's command is about.
    pub(crate) many: BTreeMap<DraftId, Vec<AlertKey>>,
    /// How often the next key is meant, typed before it.
    pub(crate) count: Option<u16>,
    /// What `repeat` does once more.
    pub(crate) repeats: Option<&'static str>,
    /// P1 alerts seen, breached or not; none before the first rows.
    pub(crate) seen: Option<BTreeSet<(AlertKey, bool)>>,
    /// What leaves when it is noted that it does.
    pub(crate) leaving: Option<Outside>,
    /// What whoever runs the agency was told and has read.
    pub(crate) read: Vec<String>,
    /// A plan that was left with marks on it.
    pub(crate) plan_left: Option<Box<DayPlanLayer>>,
    /// My last act on an alert, for its ghost.
    pub(crate) done: Option<(AlertKey, String)>,
    /// `header.next_change` that has been answered with a refresh.
    pub(crate) changed: Option<Moment>,
    /// Place, total and height that each pane's rows were last asked for by scrolling.
    pub(crate) filled: [Option<(u32, u32, u32)>; 4],
    /// Panes whose rows have to be asked again once they are on the screen.
    pub(crate) stale: [bool; 4],
    /// Lists that were opened and come onto the screen with the next frame.
    pub(crate) opened: [Option<ListOpened>; 4],
    /// Pages that have come and may not change places yet.
    pub(crate) pages: BTreeMap<Person, Option<Page>>,
    /// What the last frame showed that a key may depend on.
    pub(crate) frame: Seen,
    /// Select this alert when its rows come.
    pub(crate) wanted: Option<AlertKey>,
    /// The seam between panes that is being dragged.
    pub(crate) seam: Option<Seam>,
    /// What came at once and was not run.
    pub(crate) offered: Option<Offered>,
    /// Where the service was told that this screen is, and when.
    pub(crate) looked: Option<(Option<Where>, Moment)>,
    /// Since when somebody else has the focus.
    pub(crate) away: Option<Moment>,
}

impl Wire {
    pub(crate) fn new(seed: [u8; 16]) -> Self {
        let seed = u128::from_le_bytes(seed);
        Self { seed: [seed as u64, (seed >> 64) as u64], ..Self::default() }
    }

    pub(crate) fn ticket(&mut self, asked: Asked) -> Ticket {
        self.next += 1;
        self.open.insert(self.next, asked);
        self.next
    }

    /// Keeps what cannot be answered now. A question that waits already is not asked twice.
    pub(crate) fn put_behind(&mut self, asked: Asked, request: Request) {
        let act = matches!(request, Request::Execute(_) | Request::DropDraft(_) | Request::CloseList(_));
        if !act {
            self.behind.retain(|(waiting, _)| *waiting != asked);
        }
        self.behind.push((asked, request));
    }

    pub(crate) fn waits_for(&self, asked: &Asked) -> bool {
        self.open.values().any(|a| a == asked)
    }

    fn random(&mut self) -> u64 {
        self.made = self.made.wrapping_add(1);
        let mut z = self.seed[0].wrapping_add(self.made.wrapping_mul(0x9e37_79b9_7f4a_7c15));
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (z ^ (z >> 31)) ^ self.seed[1].rotate_left((self.made % 64) as u32)
    }

    pub(crate) fn request(&mut self) -> RequestId {
        let mut id = [0; 16];
        id[..8].copy_from_slice(&self.random().to_le_bytes());
        id[8..].copy_from_slice(&self.random().to_le_bytes());
        RequestId(id)
    }

    pub(crate) fn draft(&mut self, now: Moment) -> DraftId {
        let (a, b) = (self.random().to_le_bytes(), self.random().to_le_bytes());
        let mut random = [0; 10];
        random[..8].copy_from_slice(&a);
        random[8..].copy_from_slice(&b[..2]);
        DraftId(uuid_v7(now.0, random))
    }
}
