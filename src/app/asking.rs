//! How a model asks: each question remembers what it was for, and one that is under way is not asked twice at once.

use super::effect::Effect;
use super::form::FormKind;
use super::layers::Layer;
use super::layout;
use super::model::{Connection, Model, Pane, Toast, Tone};
use super::pane::{ListPane, Row};
use super::screens::{calendar, call_out, form, history, lifted, meanwhile, storm};
use super::wire::Asked;
use crate::domain::attention::AlertKey;
use crate::service::api::{BoardAsk, Command, Execute, ManyAct, OpenList, Query, Request, Ticket, View};

/// Most rows of one window.
const WINDOW: u32 = 400;
/// Columns of the board held on each side of what is shown.
const COLUMNS: u16 = 20;

impl Model {
    pub(crate) fn send(&mut self, out: &mut Vec<Effect>, asked: Asked, request: Request) {
        self.send_off(out, asked, request);
    }

    /// Sends a request and answers its ticket; behind a lock it waits, and has none yet.
    pub(crate) fn send_off(&mut self, out: &mut Vec<Effect>, asked: Asked, request: Request) -> Ticket {
        let own = matches!(request, Request::SaveDraft(_)) || matches!(asked, Asked::Lock(_));
        if !own && self.lock.has_fallen() {
            self.wire.put_behind(asked, request);
            return 0;
        }
        let ticket = self.wire.ticket(asked);
        if !own {
            self.wire.sent.insert(ticket, request.clone());
        }
        out.push(Effect::Send(ticket, request));
        ticket
    }

    pub(crate) fn query(&mut self, out: &mut Vec<Effect>, asked: Asked, query: Query) {
        self.send(out, asked, Request::Query(query));
    }

    /// Asks, unless the same question is under way: then once more when it is answered.
    pub(crate) fn ask_fresh(&mut self, out: &mut Vec<Effect>, asked: Asked, request: Request) {
        if matches!(self.connection, Connection::Offline { .. }) {
            return;
        }
        if self.wire.waits_for(&asked) {
            if !self.wire.again.contains(&asked) {
                self.wire.again.push(asked);
            }
            return;
        }
        self.send(out, asked, request);
    }

    /// Sends a command that has no form.
    pub(crate) fn act(&mut self, out: &mut Vec<Effect>, key: Option<AlertKey>, command: Command) {
        self.send_command(out, Asked::Act(key), command);
    }

    /// Sends a command, and remembers what it was for.
    pub(crate) fn send_command(&mut self, out: &mut Vec<Effect>, asked: Asked, command: Command) {
        let request = self.wire.request();
        self.acted();
        self.send(out, asked, Request::Execute(Execute { request, command }));
    }

    /// Sends one act on several alerts.
    pub(crate) fn act_on_many(&mut self, out: &mut Vec<Effect>, keys: Vec<AlertKey>, act: ManyAct) {
        let request = self.wire.request();
        self.acted();
        let command = Command::OnMany { keys: keys.clone(), act };
        self.send(out, Asked::Many(keys), Request::Execute(Execute { request, command }));
    }

    /// The key being handled acted: a second press within 250 ms is dropped.
    pub(crate) fn acted(&mut self) {
        self.wire.acted = self.wire.key.map(|k| (k, self.now));
    }

    pub(crate) fn toast(&mut self, tone: Tone, text: impl Into<String>) {
        let text = text.into();
        let stays = if tone == Tone::Plain { 4_000 } else { 8_000 };
        self.toasts.retain(|t| t.text != text);
        if self.toasts.len() >= 3 {
            self.toasts.remove(0);
        }
        self.toasts.push(Toast { text, tone, until: self.now.plus(stays) });
    }

    /// Asks again for everything that is on the screen.
    pub(crate) fn refresh(&mut self, out: &mut Vec<Effect>) {
        self.refresh_one(out, &Asked::Header);
        self.wire.stale = [true; 4];
        self.refresh_panes(out);
        if let Some(person) = self.card.person.filter(|_| self.card_shown()) {
            self.refresh_one(out, &Asked::Card(person));
        }
        let on_top: Vec<Asked> = self
            .layers
            .iter()
            .filter_map(|l| match l {
                Layer::Page(p) => Some(Asked::Page(p.person)),
                Layer::Why(w) => Some(Asked::Why(w.key)),
                Layer::Review(_) => Some(Asked::Reviews),
                Layer::CallOut(c) => Some(Asked::CallOut(c.staff, c.day)),
                Layer::Storm(_) => Some(Asked::Storm),
                // Another one is asked for when one was accepted, or none has come; else whoever reads it asks.
                Layer::DayPlan(p) if p.renew || p.plan.is_none() => Some(Asked::DayPlan(p.ask)),
                Layer::Lifted(l) => Some(Asked::Tried(l.id)),
                Layer::Acts(_) => Some(Asked::Acts),
                Layer::Evv(_) => Some(Asked::Evv),
                _ => None,
            })
            .chain(self.layers.iter().filter_map(|l| match l {
                Layer::Form(f) if matches!(f.kind, FormKind::Edit(_)) => Some(Asked::Record(f.draft)),
                Layer::Form(f) => Some(Asked::Meanwhile(f.draft)),
                _ => None,
            }))
            .chain(self.layers.iter().filter_map(|l| match l {
                Layer::Review(r) => r.client().map(Asked::ReviewCard),
                _ => None,
            }))
            .collect();
        for asked in &on_top {
            self.refresh_one(out, asked);
        }
    }

    /// Asks again for the panes on the screen that are not up to date; of the others only the alerts, for a new P1.
    pub(crate) fn refresh_panes(&mut self, out: &mut Vec<Effect>) {
        if self.wire.stale == [false; 4] || matches!(self.connection, Connection::Offline { .. }) {
            return;
        }
        let layout = layout::of(self);
        let covered = self.layers.iter().any(|l| l.page().is_some());
        for pane in Pane::ALL {
            let shown = pane == Pane::Alerts || (!covered && layout.pane(pane).is_some());
            if !shown || !std::mem::take(&mut self.wire.stale[pane.index()]) {
                continue;
            }
            if pane == Pane::Calendar {
                calendar::refresh(self, out);
            } else {
                self.refresh_one(out, &Asked::Rows { pane, scroll: false });
            }
        }
    }

    /// Asks one thing again that is on the screen.
    pub(crate) fn refresh_one(&mut self, out: &mut Vec<Effect>, asked: &Asked) {
        let request = match asked {
            Asked::Header => Request::Query(Query::Header),
            Asked::Rights => Request::Query(Query::Rights { forced: self.forced }),
            Asked::Rows { pane, .. } => match self.rows_request(*pane) {
                Some(request) => request,
                None => return,
            },
            Asked::Board => self.board_request(),
            Asked::Agenda(day) if *day == self.calendar.day => return self.open_list(out, Pane::Calendar),
            Asked::Span(ask) => Request::Query(Query::Span(ask.clone())),
            Asked::Meanwhile(draft) => match form::find_form(self, *draft).and_then(|f| meanwhile::wanted(f)) {
                Some(query) => Request::Query(query),
                None => return,
            },
            Asked::Record(draft) => match form::find_form(self, *draft).and_then(|f| form::wanted(f)) {
                Some((_, query)) => Request::Query(query),
                None => return,
            },
            Asked::Card(person) => Request::Query(Query::Card(*person)),
            Asked::Why(key) => Request::Query(Query::Why(*key)),
            Asked::CallOut(Some(staff), day) => Request::Query(Query::CallOut { staff: *staff, day: *day }),
            Asked::CallOut(None, day) => {
                Request::Query(Query::OpenShifts { day: *day, days: call_out::OPEN_DAYS, mine: self.alerts.mine })
            }
            Asked::DayPlan(ask) => Request::Query(Query::PlanDay(*ask)),
            Asked::Candidates(visit) => Request::Query(Query::Candidates(*visit)),
            Asked::Storm => match storm::wanted(self) {
                Some(request) => request,
                None => return,
            },
            Asked::StormClient(client) => Request::Query(Query::StormClient(*client)),
            Asked::Tried(visit) => match lifted::wanted(self, *visit) {
                Some(request) => request,
                None => return,
            },
            Asked::Reviews => Request::Query(Query::Reviews),
            Asked::ReviewCard(id) => Request::Query(Query::ReviewCard(*id)),
            Asked::Acts => Request::Query(Query::MyActs(history::ACTS)),
            Asked::Evv => Request::Query(Query::EvvExceptions),
            Asked::Page(crate::service::api::Person::Client(id)) => Request::Query(Query::ClientPage(*id)),
            Asked::Page(crate::service::api::Person::Staff(id)) => Request::Query(Query::StaffPage(*id)),
            _ => return,
        };
        self.ask_fresh(out, asked.clone(), request);
    }

    /// Rows that a pane shows, or would show if it were.
    pub(crate) fn height(&self, pane: Pane) -> u16 {
        let layout = layout::of(self);
        match layout.rows(pane) {
            0 => layout.main.h.max(1),
            rows => rows,
        }
    }

    fn rows_request(&self, pane: Pane) -> Option<Request> {
        let height = u32::from(self.height(pane));
        let (list, top) = match pane {
            Pane::Alerts => (self.alerts.list, self.alerts.top),
            Pane::Caseload => (self.clients.list, self.clients.top),
            Pane::Team => (self.staff.list, self.staff.top),
            Pane::Calendar => (self.calendar.agenda.list, self.calendar.agenda.top),
        };
        let from = top.saturating_sub(3 * height);
        let count = (7 * height).clamp(20, WINDOW) as u16;
        Some(Request::Rows { list: list?, from, count })
    }

    fn board_request(&self) -> Request {
        let from = self.calendar.left.saturating_sub(COLUMNS);
        let count = COLUMNS * 2 + self.size.0 / 8;
        let (day, mine, only, by) = (self.calendar.day, self.calendar.mine, self.calendar.only, self.calendar.by);
        let around = self.calendar.wanted.and_then(|w| w.0);
        Request::Query(Query::Board(BoardAsk { day, mine, only, by, from, count, around }))
    }

    pub(crate) fn ask_board(&mut self, out: &mut Vec<Effect>) {
        self.calendar.waiting = true;
        let request = self.board_request();
        self.ask_fresh(out, Asked::Board, request);
    }

    /// Opens a pane's list with its words, lens and order of now.
    pub(crate) fn open_list(&mut self, out: &mut Vec<Effect>, pane: Pane) {
        fn ask<R: Row>(view: View, pane: &mut ListPane<R>) -> OpenList {
            pane.waiting = true;
            OpenList {
                view,
                mine: pane.mine,
                lens: pane.lens.clone(),
                words: crate::domain::search::fold(&pane.words),
                sort: pane.sort,
            }
        }
        let open = match pane {
            Pane::Alerts => ask(View::Alerts, &mut self.alerts),
            Pane::Caseload => ask(View::Clients, &mut self.clients),
            Pane::Team => ask(View::Staff, &mut self.staff),
            Pane::Calendar => {
                let day = self.calendar.day;
                self.calendar.agenda.mine = self.calendar.mine;
                let open =
                    ask(View::Visits { from: day, to: day, only: self.calendar.only }, &mut self.calendar.agenda);
                return self.ask_fresh(out, Asked::Agenda(day), Request::OpenList(open));
            }
        };
        self.ask_fresh(out, Asked::Open(pane), Request::OpenList(open));
    }

    /// Asks for rows that the screen needs and the pane does not hold.
    pub(crate) fn fill(&mut self, out: &mut Vec<Effect>, pane: Pane) {
        fn lacks<R: Row>(pane: &ListPane<R>, height: u32) -> bool {
            if pane.list.is_none() || pane.total == 0 {
                return false;
            }
            let from = pane.top.min(pane.total);
            let to = pane.top.saturating_add(height).min(pane.total);
            let have = pane.from..pane.from.saturating_add(pane.rows.len() as u32);
            from < to && (from < have.start || to > have.end)
        }
        let height = u32::from(self.height(pane));
        let lacking = match pane {
            Pane::Alerts => lacks(&self.alerts, height),
            Pane::Caseload => lacks(&self.clients, height),
            Pane::Team => lacks(&self.staff, height),
            Pane::Calendar => lacks(&self.calendar.agenda, height),
        };
        let asked = Asked::Rows { pane, scroll: true };
        let (top, total) = match pane {
            Pane::Alerts => (self.alerts.top, self.alerts.total),
            Pane::Caseload => (self.clients.top, self.clients.total),
            Pane::Team => (self.staff.top, self.staff.total),
            Pane::Calendar => (self.calendar.agenda.top, self.calendar.agenda.total),
        };
        // A service that gives fewer rows than it counts is asked once for a place, not for ever.
        let this = Some((top, total, height));
        if lacking
            && self.wire.filled[pane.index()] != this
            && !self.wire.waits_for(&asked)
            && !self.wire.waits_for(&Asked::Open(pane))
            && !(pane == Pane::Calendar && self.wire.waits_for(&Asked::Agenda(self.calendar.day)))
            && let Some(request) = self.rows_request(pane)
        {
            self.wire.filled[pane.index()] = this;
            self.ask_fresh(out, asked, request);
        }
    }
}
