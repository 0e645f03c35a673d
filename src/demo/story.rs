//! The morning itself: what happened between 05:35 and 08:09, entered at the minutes at which it was heard.

use super::cast::{self, ABARA, COLE, DOYLE, GARCIA, LINDQVIST, OBRIEN, OKAFOR, PETROV, REYES, t};
use super::desk::Desk;
use crate::domain::attention::{AlertKey, AlertSource, Handling};
use crate::domain::communication::{CallResult, Direction};
use crate::domain::coverage::{TimeOff, TimeOffKind};
use crate::domain::fields::Fields;
use crate::domain::ids::{ClientId, ContactId, OfficeId, StaffId, StayId, UserId, VisitId};
use crate::domain::issue::{How, Issue, IssueKind};
use crate::domain::text::Few;
use crate::domain::time::{Day, Happened, Moment, Zone, clock};
use crate::domain::visit::{Actual, Answer, NoteStatus, Source, Stay, Visit, VisitState};
use crate::service::api::{Command, LogCall, NewIssue, Person};

/// A visit of the cast that is on today's plan.
pub(super) struct TodayVisit {
    pub(super) client: usize,
    pub(super) staff: usize,
    pub(super) minute: u16,
    pub(super) start: Moment,
    pub(super) id: VisitId,
    pub(super) rev: u64,
}

/// Everybody the story needs.
pub(super) struct Story {
    pub(super) day: Day,
    pub(super) zone: Zone,
    pub(super) office: OfficeId,
    pub(super) you: UserId,
    pub(super) manager: UserId,
    pub(super) billing: UserId,
    pub(super) on_call: UserId,
    pub(super) staff: Vec<StaffId>,
    pub(super) clients: Vec<ClientId>,
    /// The first contact of each client of the cast.
    pub(super) contacts: Vec<Option<ContactId>>,
    pub(super) visits: Vec<TodayVisit>,
    pub(super) stay: Option<StayId>,
    promise: Option<AlertKey>,
    fall: Option<AlertKey>,
    asleep: Vec<AlertKey>,
}

/// One thing that happened this morning.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Step {
    SupervisionDue,
    CallOut,
    TakeCallOut,
    HaddadIsHome,
    TakeRoc,
    AskSilva,
    SuarezBegun,
    TakePromise,
    Snooze,
    ChenArrives,
    FallReported,
    SuarezDone,
    ColeDoesNotAnswer,
    ColeSaysYes,
    NewestClockIn,
    BrokeDown,
    TakeLindqvist,
}

/// The minutes of the morning.
pub(super) const MORNING: [(u16, Step); 17] = [
    (5 * 60 + 35, Step::SupervisionDue),
    (5 * 60 + 52, Step::CallOut),
    (5 * 60 + 54, Step::TakeCallOut),
    (6 * 60 + 5, Step::HaddadIsHome),
    (6 * 60 + 12, Step::TakeRoc),
    (6 * 60 + 40, Step::AskSilva),
    (6 * 60 + 58, Step::SuarezBegun),
    (7 * 60 + 10, Step::TakePromise),
    (7 * 60 + 30, Step::Snooze),
    (7 * 60 + 58, Step::ChenArrives),
    (7 * 60 + 58, Step::FallReported),
    (8 * 60 + 1, Step::SuarezDone),
    (8 * 60 + 2, Step::ColeDoesNotAnswer),
    (8 * 60 + 4, Step::ColeSaysYes),
    (8 * 60 + 5, Step::NewestClockIn),
    (8 * 60 + 6, Step::BrokeDown),
    (8 * 60 + 8, Step::TakeLindqvist),
];

impl Story {
    #[allow(clippy::too_many_arguments)] // each one is somebody of the story
    pub(super) fn new(
        day: Day,
        zone: Zone,
        office: OfficeId,
        you: UserId,
        manager: UserId,
        billing: UserId,
        on_call: UserId,
        staff: Vec<StaffId>,
    ) -> Self {
        Self {
            day,
            zone,
            office,
            you,
            manager,
            billing,
            on_call,
            staff,
            clients: vec![ClientId::default(); cast::CLIENTS],
            contacts: vec![None; cast::CLIENTS],
            visits: Vec::new(),
            stay: None,
            promise: None,
            fall: None,
            asleep: Vec::new(),
        }
    }

    /// A minute of a day, counted from the story's.
    pub(super) fn moment(&self, offset: i32, minute: u16) -> Moment {
        self.zone.moment(self.day.plus(offset), minute)
    }

    fn happened(&self, offset: i32, minute: u16) -> Happened {
        Happened { at: self.moment(offset, minute), zone: self.zone }
    }

    /// What the days before left behind; called once for each of them, in order.
    pub(super) fn earlier(&mut self, desk: &mut Desk<'_>, offset: i32) -> Result<(), String> {
        match offset {
            -6 => {
                desk.at(self.moment(-6, 16 * 60 + 30));
                self.stay = Some(desk.create_one(&Stay {
                    client: self.clients[cast::HADDAD],
                    facility: t("St. Brendan Hospital"),
                    from: self.moment(-6, 11 * 60 + 15),
                    until: None,
                    inpatient: true,
                    home_at: None,
                    history: false,
                })?);
            }
            -4 => {
                desk.at(self.moment(-4, 9 * 60 + 12));
                let opens = self.day.plus(-4);
                let key = self.client_key(AlertSource::Recert, OBRIEN, i64::from(opens.0));
                desk.act(self.manager, "O'Brien's recertification is taken", Command::Take { key, from_other: false });
            }
            -3 => {
                desk.at(self.moment(-3, 7 * 60 + 40));
                self.promise(desk);
            }
            -2 => {
                desk.at(self.moment(-2, 8 * 60 + 2));
                let gloves = self.issue(OKAFOR, IssueKind::Equipment, "gloves below par", -2, 8 * 60, Some(self.you));
                desk.create_one(&gloves)?;
                let chair = "shower chair wobbles, vendor opens at 10:00";
                let chair = self.issue(cast::SUAREZ, IssueKind::Equipment, chair, -2, 8 * 60 + 1, Some(self.you));
                let other =
                    self.issue(DOYLE, IssueKind::Other, "niece asks for another day", -2, 8 * 60 + 1, Some(self.you));
                for issue in desk.create(&[chair, other])? {
                    self.asleep.push(AlertKey { source: AlertSource::Issue, subject: issue.0, occurrence: 0 });
                }
            }
            -1 => {
                desk.at(self.moment(-1, 8 * 60));
                let out = self.day.plus(2);
                let weekday = out.short();
                let summary = format!("11 units = 2 visits, out {}", weekday.split(' ').next().unwrap_or("Wed"));
                let mut issue = self.issue(ABARA, IssueKind::Authorization, &summary, -1, 8 * 60, Some(self.billing));
                issue.due = Some(self.moment(2, 13 * 60));
                desk.create_one(&issue)?;
            }
            _ => {}
        }
        Ok(())
    }

    /// Three days ago: the daughter was promised a call.
    fn promise(&mut self, desk: &mut Desk<'_>) {
        let due = self.moment(0, 15 * 60);
        let call = LogCall {
            about: None,
            person: Some(Person::Client(self.clients[GARCIA])),
            contact: self.contacts[GARCIA],
            with: "Lucía López, daughter".to_owned(),
            number: "(401) 555-0148".to_owned(),
            direction: Direction::In,
            result: CallResult::Reached,
            note: "Asks whether therapy can move to the afternoon. Osei to be asked; answer by Monday 15:00."
                .to_owned(),
            happened: None,
            promise: Some(("call daughter".to_owned(), due)),
        };
        if let Some(done) = desk.act(self.you, "the call with García-López's daughter", Command::LogCall(call)) {
            self.promise = done.created.first().map(|id| AlertKey {
                source: AlertSource::Promise,
                subject: *id,
                occurrence: due.0,
            });
        }
    }

    /// One step of the morning.
    pub(super) fn step(&mut self, desk: &mut Desk<'_>, minute: u16, step: Step) -> Result<(), String> {
        desk.at(self.moment(0, minute));
        match step {
            Step::SupervisionDue => {
                let mut issue = self.issue(
                    PETROV,
                    IssueKind::Supervision,
                    "aide supervision, day 14 is today",
                    0,
                    5 * 60 + 35,
                    Some(self.manager),
                );
                issue.reported_by = t("supervision list");
                issue.due = Some(self.moment(0, 23 * 60 + 59));
                desk.create_one(&issue)?;
            }
            Step::CallOut => self.call_out(desk)?,
            Step::TakeCallOut => {
                let key = self.call_out_key();
                desk.act(self.you, "the call-out is taken", Command::Take { key, from_other: false });
            }
            Step::HaddadIsHome => self.haddad_is_home(desk)?,
            Step::TakeRoc => {
                if let Some(stay) = self.stay {
                    let occurrence = self.moment(-2, 15 * 60).0;
                    let key = AlertKey { source: AlertSource::Roc, subject: stay.0, occurrence };
                    desk.act(
                        self.you,
                        "Haddad's resumption of care is taken",
                        Command::Take { key, from_other: false },
                    );
                }
            }
            Step::AskSilva => {
                let note = "Can be there at 08:10 with her own car. Still needs a second person for the lift.";
                self.call(desk, cast::SILVA, "Ana Silva HHA", CallResult::Reached, Direction::Out, note);
                self.edit(desk, self.you, PETROV, 8 * 60, Fields::none().with("answer", &Answer::Asked))?;
            }
            Step::SuarezBegun => self.arrives(desk, cast::SUAREZ, 7 * 60, minute)?,
            Step::TakePromise => {
                if let Some(key) = self.promise {
                    desk.act(self.you, "the promise is taken", Command::Take { key, from_other: false });
                }
            }
            Step::Snooze => {
                let until = self.moment(0, 10 * 60);
                for key in self.asleep.clone() {
                    let reason = "they open at 10:00".to_owned();
                    desk.act(self.you, "an issue sleeps until 10:00", Command::Snooze { key, until, reason });
                }
            }
            Step::ChenArrives => self.arrives(desk, OKAFOR, 8 * 60, minute)?,
            Step::FallReported => self.fall(desk),
            Step::SuarezDone => {
                let left = Some(Actual { at: self.moment(0, minute), source: Source::Evv });
                let fields = Fields::none()
                    .with("state", &VisitState::Done)
                    .with("left", &left)
                    .with("note", &NoteStatus::Started);
                self.edit_by_feed(desk, cast::SUAREZ, 7 * 60, fields)?;
            }
            Step::ColeDoesNotAnswer => {
                self.call(
                    desk,
                    COLE,
                    "Denise Cole HHA",
                    CallResult::NoAnswer,
                    Direction::Out,
                    "Okafor 15:00: no answer.",
                );
                self.edit(desk, self.you, OKAFOR, 15 * 60, Fields::none().with("answer", &Answer::NoAnswer))?;
            }
            Step::ColeSaysYes => {
                let note = "Calls back: takes Abara at 13:00. Will say about Okafor 15:00 after O'Brien.";
                self.call(desk, COLE, "Denise Cole HHA", CallResult::Reached, Direction::In, note);
                let fields = Fields::none()
                    .with("staff", &Some(self.staff[COLE]))
                    .with("answer", &Answer::Yes)
                    .with("state", &VisitState::Confirmed);
                self.edit(desk, self.you, ABARA, 13 * 60, fields)?;
            }
            Step::NewestClockIn => self.arrives(desk, cast::KOWALSKI_ELDER, 8 * 60, minute)?,
            Step::BrokeDown => self.broke_down(desk, minute)?,
            Step::TakeLindqvist => {
                let visit = self.visits.iter().find(|v| v.client == LINDQVIST && v.minute == 8 * 60);
                if let Some(visit) = visit {
                    let key = AlertKey { source: AlertSource::Visit, subject: visit.id.0, occurrence: visit.start.0 };
                    desk.act(self.you, "Lindqvist's visit is taken", Command::Take { key, from_other: false });
                }
            }
        }
        Ok(())
    }

    /// 05:52. Reyes is ill: her five visits of the day have nobody.
    fn call_out(&mut self, desk: &mut Desk<'_>) -> Result<(), String> {
        let at = self.moment(0, 5 * 60 + 52);
        let call = LogCall {
            about: None,
            person: Some(Person::Staff(self.staff[REYES])),
            contact: None,
            with: "Maria Reyes HHA".to_owned(),
            number: "(401) 555-0160".to_owned(),
            direction: Direction::In,
            result: CallResult::Reached,
            note: "Ill since the night, cannot come today.".to_owned(),
            happened: None,
            promise: None,
        };
        desk.act(self.you, "Reyes calls out", Command::LogCall(call));
        let hers: Vec<(usize, u16)> =
            self.visits.iter().filter(|v| v.staff == REYES).map(|v| (v.client, v.minute)).collect();
        for (client, minute) in hers {
            let fields = Fields::none()
                .with("state", &VisitState::CalledOut)
                .with("answer", &Answer::No)
                .with("reason", &"sick")
                .with("called_out_at", &Some(at))
                .with("called_out_by", &Some(self.staff[REYES]));
            self.edit(desk, self.you, client, minute, fields)?;
        }
        Ok(())
    }

    /// 06:05. The hospital's list of the weekend: Haddad went home on Saturday at 15:00.
    fn haddad_is_home(&mut self, desk: &mut Desk<'_>) -> Result<(), String> {
        let home = Some(self.moment(-2, 15 * 60));
        match self.stay {
            Some(stay) => {
                let fields = Fields::none().with("until", &Some(self.moment(-2, 14 * 60 + 10))).with("home_at", &home);
                desk.edit_as::<Stay>(Some(self.on_call), stay, 1, fields)
            }
            None => Ok(()),
        }
    }

    /// 07:58. Grace calls: her mother fell and hit her head.
    fn fall(&mut self, desk: &mut Desk<'_>) {
        let grace = "Grace Adeyemi, daughter";
        let facts = [
            ("callback", "(401) 555-0142"),
            ("breathing_awake", "yes"),
            ("who_with", "staff"),
            ("head_strike", "yes"),
            ("can_rise", "yes"),
            ("injury", "unknown"),
            ("witnessed", "no"),
        ];
        let issue = NewIssue {
            person: Some(Person::Client(self.clients[OKAFOR])),
            kind: IssueKind::Fall,
            summary: "fall, head strike, warfarin".to_owned(),
            facts: facts.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect(),
            happened: Some(self.moment(0, 7 * 60 + 58)),
            reported_by: grace.to_owned(),
            how: How::Phone,
        };
        if let Some(done) = desk.act(self.you, "Okafor's fall is reported", Command::NewIssue(issue)) {
            self.fall =
                done.created.first().map(|id| AlertKey { source: AlertSource::Issue, subject: *id, occurrence: 0 });
        }
        let call = LogCall {
            about: self.fall,
            person: Some(Person::Client(self.clients[OKAFOR])),
            contact: self.contacts[OKAFOR],
            with: grace.to_owned(),
            number: "(401) 555-0142".to_owned(),
            direction: Direction::In,
            result: CallResult::Reached,
            note: "On the phone with her mother when she fell in the hall and hit her head. Heard the nurse come in."
                .to_owned(),
            happened: Some(self.moment(0, 7 * 60 + 58)),
            promise: None,
        };
        desk.act(self.you, "Grace's call is logged", Command::LogCall(call));
    }

    /// 08:06. The LPN on her way to Lindqvist has broken down: his insulin of 08:00 has nobody.
    fn broke_down(&mut self, desk: &mut Desk<'_>, minute: u16) -> Result<(), String> {
        let call = LogCall {
            about: None,
            person: Some(Person::Client(self.clients[LINDQVIST])),
            contact: None,
            with: "Keisha Marsh LPN".to_owned(),
            number: "(401) 555-0171".to_owned(),
            direction: Direction::In,
            result: CallResult::Reached,
            note: "Car broke down on the bridge, tow truck in an hour. Cannot reach him this morning.".to_owned(),
            happened: None,
            promise: None,
        };
        desk.act(self.you, "Marsh calls", Command::LogCall(call));
        let fields = Fields::none()
            .with("staff", &None::<StaffId>)
            .with("answer", &Answer::Nobody)
            .with("state", &VisitState::Planned)
            .with("reason", &"LPN broke down")
            .with("called_out_at", &Some(self.moment(0, minute)));
        self.edit(desk, self.you, LINDQVIST, 8 * 60, fields)?;
        // Until she has a car again, nobody proposes her.
        let off = TimeOff {
            staff: self.staff[cast::MARSH],
            from: self.moment(0, 8 * 60),
            to: self.moment(0, 12 * 60),
            kind: TimeOffKind::Other,
            note: t("car broke down"),
        };
        desk.create_one(&off).map(|_| ())
    }

    /// A call about the call-out.
    fn call(
        &self,
        desk: &mut Desk<'_>,
        staff: usize,
        with: &str,
        result: CallResult,
        direction: Direction,
        note: &str,
    ) {
        let number = if staff == COLE { "(401) 555-0151" } else { "(401) 555-0163" };
        let call = LogCall {
            about: Some(self.call_out_key()),
            person: Some(Person::Staff(self.staff[staff])),
            contact: None,
            with: with.to_owned(),
            number: number.to_owned(),
            direction,
            result,
            note: note.to_owned(),
            happened: None,
            promise: None,
        };
        desk.act(self.you, &format!("a call with {with}"), Command::LogCall(call));
    }

    /// Somebody clocks in.
    fn arrives(&mut self, desk: &mut Desk<'_>, client: usize, planned: u16, minute: u16) -> Result<(), String> {
        let arrived = Some(Actual { at: self.moment(0, minute), source: Source::Evv });
        let fields = Fields::none().with("state", &VisitState::InProgress).with("arrived", &arrived);
        self.edit_by_feed(desk, client, planned, fields)
    }

    fn edit_by_feed(&mut self, desk: &mut Desk<'_>, client: usize, minute: u16, fields: Fields) -> Result<(), String> {
        let clerk = desk.clerk;
        self.change(desk, clerk, client, minute, fields)
    }

    fn edit(
        &mut self,
        desk: &mut Desk<'_>,
        who: UserId,
        client: usize,
        minute: u16,
        fields: Fields,
    ) -> Result<(), String> {
        self.change(desk, Some(who), client, minute, fields)
    }

    /// Changes today's visit of a client of the cast that is planned for this minute.
    fn change(
        &mut self,
        desk: &mut Desk<'_>,
        who: Option<UserId>,
        client: usize,
        minute: u16,
        fields: Fields,
    ) -> Result<(), String> {
        match self.visits.iter_mut().find(|v| v.client == client && v.minute == minute) {
            Some(visit) => {
                desk.edit_as::<Visit>(who, visit.id, visit.rev, fields)?;
                visit.rev += 1;
                Ok(())
            }
            None => Err(format!("no visit of the cast at {}", clock(minute))),
        }
    }

    fn call_out_key(&self) -> AlertKey {
        AlertKey { source: AlertSource::CallOut, subject: self.staff[REYES].0, occurrence: i64::from(self.day.0) }
    }

    fn client_key(&self, source: AlertSource, client: usize, occurrence: i64) -> AlertKey {
        AlertKey { source, subject: self.clients[client].0, occurrence }
    }

    fn issue(
        &self,
        client: usize,
        kind: IssueKind,
        summary: &str,
        offset: i32,
        minute: u16,
        owner: Option<UserId>,
    ) -> Issue {
        let happened = self.happened(offset, minute);
        Issue {
            office: self.office,
            client: Some(self.clients[client]),
            staff: None,
            kind,
            summary: t(summary),
            facts: Few::default(),
            happened,
            reported_by: t("office"),
            how: How::Other,
            due: None,
            disposition: None,
            handling: Handling { owner, acknowledged: owner.map(|_| happened.at), ..Handling::default() },
            reopened: 0,
        }
    }
}
