//! The info card: what is needed with a phone at the ear, always in the same order.

use super::names::{first_number, identifiers, may_hear, when};
use crate::domain::attention::AlertKey;
use crate::domain::chart::{AccessCode, Allergy, Medication};
use crate::domain::client::{Client, Living, Need};
use crate::domain::communication::CallResult;
use crate::domain::contact::{Contact, ContactKind};
use crate::domain::ids::{ClientId, StaffId};
use crate::domain::person::PhoneKind;
use crate::domain::record::{Kind, Record};
use crate::domain::staff::Credential;
use crate::domain::time::{Day, Moment, Zone, clock};
use crate::domain::visit::VisitState;
use crate::rules::medications;
use crate::rules::roles::Group;
use crate::service::Service;
use crate::service::access::Sight;
use crate::service::api::{Card, CardLine, Person, Session};
use crate::service::plan::{Plan, Refusal};
use crate::store::indexes::VisitLine;

impl Service {
    pub(super) fn card(&self, session: &Session, person: Person) -> Result<Option<Card>, Refusal> {
        match person {
            Person::Client(id) => self.client_card(session, id),
            Person::Staff(id) => self.staff_card(session, id),
        }
    }

    fn client_card(&self, session: &Session, id: ClientId) -> Result<Option<Card>, Refusal> {
        let Some(client) = self.cast.clients.get(&id) else { return Ok(None) };
        let sight = self.sight(session, Some(id));
        let now = self.now();
        let zone = self.cast.zone(client.office);
        let today = zone.day(now);
        let mut lines = vec![self.here_or_next(id, zone, now, &sight)];
        lines.push(line("Client", &residence_for(client, &sight), &first_number(&client.phones)));
        // Her other numbers; a fax is none to ring.
        for phone in client.phones.iter().filter(|p| p.kind != PhoneKind::Fax).skip(1) {
            lines.push(line("", phone.kind.word(), &phone.number));
        }
        // Those called first, then everybody else around her, physicians last.
        let mut contacts = self.cast.contacts_for(id);
        contacts.sort_by_key(|c| (c.kind == ContactKind::Physician, !c.first));
        lines.extend(contacts.into_iter().map(|c| contact_line(c)));
        let codes = !self.store.newest_ids_of_client(id, Kind::AccessCode, 1)?.is_empty();
        lines.push(line("Home", &home(client, codes, &sight), ""));
        let said = self.said_of_client(id, 20)?;
        let told = said.iter().filter(|c| c.result == CallResult::Reached).max_by_key(|c| c.happened.at);
        let told = told.map_or_else(
            || "nobody told yet".to_owned(),
            |c| format!("{} {}", c.with.as_str(), when(c.happened.at, zone, today)),
        );
        lines.push(line("Last told", &told, ""));
        Ok(Some(Card {
            person: Person::Client(id),
            title: client.name.full(),
            identifiers: sight.text(Group::Identity, identifiers(client, today)),
            warnings: self.warnings_for(client, &sight)?,
            lines,
            alike: self.look_alikes(session, client),
        }))
    }

    /// Her warnings, as far as they are seen.
    pub(super) fn warnings_for(&self, client: &Record<Client>, sight: &Sight) -> Result<Vec<String>, Refusal> {
        if sight.shows(Group::Clinical) {
            self.warnings(client)
        } else {
            Ok(vec![format!("health: {}", sight.words())])
        }
    }

    /// DNR and where the paper is; anticoagulant, insulin, oxygen; allergies. What is none of them has no sign.
    pub(super) fn warnings(&self, client: &Record<Client>) -> Result<Vec<String>, Refusal> {
        let mut out = Vec::new();
        for d in client.directives.iter() {
            match d.place.some() {
                Some(place) => out.push(format!("⚠ {} ({place})", d.kind.word())),
                None => out.push(format!("⚠ {} (paper: not recorded)", d.kind.word())),
            }
        }
        let list = self.store.of_client::<Medication>(client.id, 400)?;
        let active = || list.iter().filter(|m| m.active);
        out.extend(active().find_map(|m| medications::anticoagulant(&m.name)).map(|a| format!("⚠ {a}")));
        if client.needs.contains(&Need::Insulin) || active().any(|m| medications::insulin(&m.name).is_some()) {
            out.push("⚠ insulin".to_owned());
        }
        if client.needs.contains(&Need::Ventilator) {
            out.push("⚠ ventilator".to_owned());
        }
        let oxygen =
            client.needs.contains(&Need::Oxygen) || client.powered.iter().any(|p| p.to_lowercase().contains("oxygen"));
        out.push(if oxygen { "⚠ oxygen".to_owned() } else { "no oxygen".to_owned() });
        let allergies = self.store.of_client::<Allergy>(client.id, 100)?;
        let names: Vec<&str> = allergies.iter().filter(|a| a.active).map(|a| a.name.as_str()).collect();
        out.push(if names.is_empty() {
            "allergies: none recorded".to_owned()
        } else {
            format!("⚠ allergies: {}", names.join(", "))
        });
        Ok(out)
    }

    /// Other active clients who look or sound like her, with their identifiers.
    fn look_alikes(&self, session: &Session, client: &Record<Client>) -> Vec<String> {
        use crate::domain::search::{fold, sound};
        if !self.cast.client_name(client.id).alike {
            return Vec::new();
        }
        let key = |c: &Client| (sound(&c.name.family), sound(&c.name.given));
        let start = |c: &Client| (fold(&c.name.family), fold(&c.name.given).chars().take(3).collect::<String>());
        let (mine, begins) = (key(client), start(client));
        let reached = self.reached(session);
        let shown = |other: &Record<Client>| {
            if reached.holds(self, other.id) && self.sight(session, Some(other.id)).shows(Group::Identity) {
                super::names::identified(other)
            } else {
                // That there is somebody else is what must not be missed; who she is, is not hers to know.
                "another client of a like name".to_owned()
            }
        };
        self.cast
            .clients
            .values()
            .filter(|c| c.id != client.id && c.on_service() && (key(c) == mine || start(c) == begins))
            .take(5)
            .map(shown)
            .collect()
    }

    /// Who is there now, on what word; or who is due next. Presence is never inferred.
    pub(super) fn here_or_next(&self, id: ClientId, zone: Zone, now: Moment, sight: &Sight) -> CardLine {
        let today = zone.day(now);
        let here = self.window.of_client(id).find(|(_, l)| l.arrived.is_some() && l.left.is_none());
        if let Some((_, l)) = here
            && let (Some(staff), Some(arrived)) = (l.staff, l.arrived)
        {
            let text = format!("{}, {} {}", self.named(staff), arrived.source.word(), when(arrived.at, zone, today));
            return line("Here now", &text, &sight.only(Group::StaffPrivate, self.staff_number(staff)));
        }
        let next = self.window.of_client(id).find(|(_, l)| l.state.is_open() && l.end() > now);
        match next {
            Some((_, l)) => self.next_line(l, zone, today, now, sight),
            None => line("Next", "no visit booked in the coming week", ""),
        }
    }

    fn next_line(&self, l: &VisitLine, zone: Zone, today: Day, now: Moment, sight: &Sight) -> CardLine {
        let start = l.start.moment();
        let at = when(start, zone, today);
        let (who, number) = match l.staff.filter(|_| l.state != VisitState::CalledOut) {
            Some(staff) => (self.named(staff), sight.only(Group::StaffPrivate, self.staff_number(staff))),
            None => (format!("{}: nobody", l.discipline.word()), String::new()),
        };
        let unseen = if start < now { ", not confirmed" } else { "" };
        line(if start < now { "Due" } else { "Next" }, &format!("{at} {who}{unseen}"), &number)
    }

    pub(in crate::service) fn named(&self, staff: StaffId) -> String {
        self.cast
            .staff
            .get(&staff)
            .map_or_else(|| "somebody".to_owned(), |s| format!("{} {}", s.name.initialed(), s.discipline.word()))
    }

    pub(super) fn staff_number(&self, staff: StaffId) -> String {
        self.cast.staff.get(&staff).map(|s| first_number(&s.phones)).unwrap_or_default()
    }

    fn staff_card(&self, session: &Session, id: StaffId) -> Result<Option<Card>, Refusal> {
        let Some(staff) = self.cast.staff.get(&id) else { return Ok(None) };
        let (sight, reached) = (self.sight(session, None), self.reached(session));
        let private = sight.shows(Group::StaffPrivate);
        let now = self.now();
        let zone = self.cast.zone(staff.office);
        let today = zone.day(now);
        let mut lines = Vec::new();
        if !private {
            lines.push(line("Phone", &sight.words(), ""));
        }
        for phone in staff.phones.iter().filter(|_| private) {
            lines.push(line("Phone", phone.kind.word(), &phone.number));
        }
        if let Some(earliest) = staff.earliest_call.filter(|_| private) {
            lines.push(line("Call", &format!("not before {}", clock(earliest)), ""));
        }
        for (_, l) in self.window.of_staff(id).filter(|(_, l)| zone.day(l.start.moment()) == today) {
            let text = format!(
                "{} {}  {}",
                clock(l.start.minute),
                if reached.holds(self, l.client) {
                    self.cast.client_name(l.client).listed
                } else {
                    NOT_YOURS.to_owned()
                },
                if l.staff == Some(id) { l.state.said() } else { "called out" }
            );
            lines.push(line("Today", &text, ""));
        }
        let minutes = self.booked_minutes(id, zone, today);
        lines.push(line("Week", &format!("{}.{} h booked", minutes / 60, (minutes % 60) / 6), ""));
        if let Some(end) = staff.last_shift_end.filter(|_| private) {
            lines.push(line("Last shift", &format!("ended {}", when(end, zone, today)), ""));
        }
        for c in self.store.of_staff::<Credential>(id, 50)?.iter().filter(|c| !c.retired) {
            let text = match c.expires {
                Some(day) => format!("{} good to {}", c.kind.as_str(), day.long()),
                None => format!("{}, does not expire", c.kind.as_str()),
            };
            lines.push(line("Credential", &text, ""));
        }
        let mut warnings = Vec::new();
        if !staff.active {
            warnings.push("not active".to_owned());
        }
        Ok(Some(Card {
            person: Person::Staff(id),
            title: format!("{} {}", staff.name.full(), staff.discipline.word()),
            identifiers: staff.languages.iter().map(|l| l.as_str().to_owned()).collect::<Vec<_>>().join(", "),
            warnings,
            lines,
            alike: Vec::new(),
        }))
    }

    /// Minutes booked in the payroll week (Sunday to Saturday) of a day.
    pub(in crate::service) fn booked_minutes(&self, staff: StaffId, zone: Zone, day: Day) -> u32 {
        let sunday = day.week_start();
        let (from, to) = (zone.midnight(sunday), zone.midnight(sunday.plus(7)));
        self.window
            .of_staff(staff)
            .filter(|(_, l)| {
                let start = l.start.moment();
                l.staff == Some(staff)
                    && start >= from
                    && start < to
                    && !matches!(l.state, VisitState::Cancelled | VisitState::Missed | VisitState::CalledOut)
            })
            .map(|(_, l)| u32::from(l.minutes))
            .sum()
    }

    /// The codes of a home. That they were shown, to whom and when, is journalled before they are answered.
    pub(super) fn codes(&mut self, session: &Session, client: ClientId) -> Result<Vec<(String, String)>, Refusal> {
        let codes = self.store.of_client::<AccessCode>(client, 20)?;
        if codes.is_empty() {
            return Ok(Vec::new());
        }
        let name = self.cast.client_name(client).listed;
        let mut plan = Plan::new("codes.show", format!("Codes shown: {name}"));
        plan.told_outside = true;
        let request = self.ids.make(self.now());
        match self.commit(session, plan, request, Vec::new()).0 {
            crate::service::api::Reply::Done(_) => {
                Ok(codes.iter().map(|c| (c.kind.as_str().to_owned(), c.code.as_str().to_owned())).collect())
            }
            _ => Err(Refusal::Failed("the codes are not shown, because showing them could not be logged".to_owned())),
        }
    }

    /// The alert that stands for a key, in a word or two, for a section line.
    pub(super) fn alert_line(&self, session: &Session, key: AlertKey) -> Option<CardLine> {
        let entry = self.book.get(key)?;
        let alert = entry.alert()?;
        let text = self.cause_for(session, entry, alert);
        let owner = match alert.owner {
            Some(user) if user == session.user => "you".to_owned(),
            Some(user) => self.cast.user_name(user),
            None => "nobody".to_owned(),
        };
        let age = crate::domain::time::span(self.now().since(alert.since));
        Some(CardLine {
            label: format!("P{}", alert.tier),
            text: format!("{text} · {age} · {owner}"),
            number: String::new(),
            tier: alert.tier,
        })
    }
}

/// In place of a client's name, for who does not reach her.
pub(super) const NOT_YOURS: &str = "another client";

pub(super) fn line(label: &str, text: &str, number: &str) -> CardLine {
    CardLine { label: label.to_owned(), text: text.to_owned(), number: number.to_owned(), tier: 0 }
}

pub(super) fn contact_line(contact: &Contact) -> CardLine {
    let label = match contact.kind {
        ContactKind::Family => "Family",
        ContactKind::Physician => "Doctor",
        ContactKind::Other => "Contact",
    };
    let relation = contact.relation.some().map(|r| format!(", {r}")).unwrap_or_default();
    let text = format!("{}{relation}: {}", contact.name.full(), may_hear(contact.share));
    line(label, &text, &first_number(&contact.phones))
}

pub(super) fn residence(client: &Client) -> String {
    let mut parts = vec![client.status.word().to_owned()];
    match client.living {
        Living::Alone => parts.push("lives alone".to_owned()),
        Living::WithOthers => parts.push("lives with others".to_owned()),
        Living::Facility => parts.push("in a facility".to_owned()),
        Living::Unknown => {}
    }
    parts.extend(client.emergency.map(|l| format!("L{l}")));
    parts.extend(client.transport.map(|l| format!("transport {l}")));
    parts.join(", ")
}

/// How she lives, as far as it is seen.
pub(super) fn residence_for(client: &Client, sight: &Sight) -> String {
    if sight.shows(Group::Clinical) { residence(client) } else { client.status.word().to_owned() }
}

/// Address, access, pets and hazards, language.
fn home(client: &Client, codes: bool, sight: &Sight) -> String {
    let mut parts = vec![client.address.line()];
    if sight.shows(Group::Codes) {
        parts.extend(client.access.some().map(str::to_owned));
        if codes {
            parts.push("codes: i shows them".to_owned());
        }
    } else if codes || !client.access.is_empty() {
        parts.push(format!("how to get in: {}", sight.words()));
    }
    parts.extend(client.hazards.iter().map(|h| h.as_str().to_owned()));
    parts.extend(client.languages.iter().map(|l| l.as_str().to_owned()));
    if client.interpreter {
        parts.push("needs an interpreter".to_owned());
    }
    parts.retain(|p| !p.is_empty());
    if parts.is_empty() { "no address recorded".to_owned() } else { parts.join(" · ") }
}
