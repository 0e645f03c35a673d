//! A call-out as it is worked through: its visits worst first, and for each who could go and why not the others.

use crate::domain::attention::{AlertKey, AlertSource, Handling};
use crate::domain::client::{Client, Need};
use crate::domain::coverage::Safety;
use crate::domain::ids::{ClientId, StaffId, VisitId};
use crate::domain::person::PhoneKind;
use crate::domain::record::Record;
use crate::domain::search::fold;
use crate::domain::staff::{Discipline, Staff};
use crate::domain::time::{DAY, Day, MINUTE, Moment, Zone, clock};
use crate::domain::visit::{Answer, Visit, VisitState};
use crate::rules::coverage::{Booked, Carer, Standing as Judged, VisitNeed, judge, order};
use crate::rules::roles::Group;
use crate::rules::triage::facts::{SourceFacts, Subject, Thing};
use crate::rules::triage::{evaluate, vulnerability};
use crate::service::Service;
use crate::service::access::Sight;
use crate::service::api::Session;
use crate::service::api::coverage::{CallOutView, CandidateRow, Fill, Offers, OutVisit};
use crate::service::api::day_plan::PlanSearch;
use crate::service::facts::{Scope, call_out_scope};
use crate::service::plan::Refusal;
use crate::service::window::VisitWindow;
use crate::store::indexes::VisitLine;

/// Candidates answered; whoever stands behind these is found by name.
const MOST: usize = 60;
/// Open visits on one page.
const OPEN_SHOWN: usize = 200;
/// Of these the plan says whom to call.
const SUGGESTED: usize = 24;
/// Days on one page.
const MOST_DAYS: u8 = 14;
/// Whether she is safe: looked for among so many.
const LOOKED: usize = 12;

impl Service {
    /// A caregiver's call-out that touches a day.
    pub(super) fn call_out_view(
        &self,
        session: &Session,
        staff: StaffId,
        day: Day,
    ) -> Result<Option<CallOutView>, Refusal> {
        let Some(carer) = self.cast.staff.get(&staff) else { return Ok(None) };
        let zone = self.cast.zone(carer.office);
        let (from, to) = (zone.midnight(day), zone.midnight(day.plus(1)));
        let record = self
            .coverage
            .outs_of(staff)
            .filter(|c| c.from < to && from < c.to)
            .max_by_key(|c| (c.is_open(), c.said.at));
        let ids: Vec<VisitId> = if let Some(out) = record {
            out.visits.iter().map(|v| v.visit).collect()
        } else {
            // One that came with the visits: those that hang on it.
            let hang = |l: &VisitLine| call_out_scope(l) == Some(Scope::CallOut(staff, day));
            self.window.of_staff(staff).filter(|(_, l)| hang(l)).map(|(id, _)| id).collect()
        };
        let mut lines = Vec::new();
        for id in ids {
            let line = match self.window.get(id) {
                Some(line) => Some(line.clone()),
                None => self.store.get::<Visit>(id)?.map(|v| VisitLine::of(&v)),
            };
            lines.extend(line.map(|l| (id, l)));
        }
        if record.is_none() && lines.is_empty() {
            return Ok(None);
        }
        let reached = self.reached(session);
        let all = lines.len();
        lines.retain(|(_, l)| reached.holds(self, l.client));
        let beyond = u16::try_from(all - lines.len()).unwrap_or(u16::MAX);
        let sight = self.sight(session, None);

        let now = self.now();
        let mut visits = Vec::new();
        for (id, line) in &lines {
            visits.push((self.harm_rank(*id, line, now), self.out_visit(*id, line, now, &sight)?));
        }
        visits.sort_by_key(|(rank, _)| *rank);
        let search = self.suggest(visits.iter_mut().map(|(_, v)| v), now)?;
        let first = lines.iter().map(|(_, l)| l.start.day).min().unwrap_or(day);
        let called = lines.iter().filter_map(|(_, l)| l.called_out_at).min();
        let reason = match record {
            Some(out) if out.note.is_empty() => out.reason.word().to_owned(),
            Some(out) => format!("{}: {}", out.reason.word(), out.note.as_str()),
            None => lines.iter().map(|(_, l)| l.reason.clone()).find(|r| !r.is_empty()).unwrap_or_default(),
        };
        let name = format!("{} {}", self.cast.staff_name(staff).listed, carer.discipline.word());
        Ok(Some(CallOutView {
            call_out: record.map(|r| r.id),
            staff: Some(staff),
            name,
            day: first,
            from: record.map_or(from, |r| r.from),
            to: record.map_or(to, |r| r.to),
            reason,
            said: record.map(|r| r.said.at).or(called).unwrap_or(from),
            settled: record.is_some_and(|r| r.settled.is_some()),
            visits: visits.into_iter().map(|(_, v)| v).collect(),
            beyond,
            fill: None,
            search,
        }))
    }

    /// The open visits of some days, worst first.
    pub(super) fn open_shifts(
        &self,
        session: &Session,
        day: Day,
        days: u8,
        mine: bool,
    ) -> Result<CallOutView, Refusal> {
        let now = self.now();
        let zone = self.cast.zone(session.office);
        let (from, to) = (zone.midnight(day), zone.midnight(day.plus(i32::from(days.clamp(1, MOST_DAYS)))));
        let reached = self.reached(session);
        let sight = self.sight(session, None);
        let mut fill = Fill { planned: 0, filled: 0 };
        let mut open = Vec::new();
        for (id, line) in self.window.between(from, to) {
            let Some(client) = self.cast.clients.get(&line.client).filter(|c| c.is_visited()) else { continue };
            let hers = !mine || client.is_of(session.user);
            if !hers || line.history || line.state == VisitState::Cancelled || !reached.holds(self, line.client) {
                continue;
            }
            fill.planned += 1;
            let ahead = line.end() > now && line.state != VisitState::Missed;
            if !self.is_uncovered(id, line) {
                fill.filled += 1;
            } else if ahead {
                open.push((self.harm_rank(id, line, now), id));
            }
        }
        open.sort();
        let all = open.len();
        open.truncate(OPEN_SHOWN);
        let mut visits = Vec::new();
        for (_, id) in open {
            if let Some(line) = self.window.get(id) {
                visits.push(self.out_visit(id, line, now, &sight)?);
            }
        }
        let search = self.suggest(visits.iter_mut().take(SUGGESTED), now)?;
        Ok(CallOutView {
            call_out: None,
            staff: None,
            name: if mine { "mine".to_owned() } else { "everybody's".to_owned() },
            day,
            from,
            to,
            reason: String::new(),
            said: now,
            settled: false,
            visits,
            beyond: u16::try_from(all.saturating_sub(OPEN_SHOWN)).unwrap_or(u16::MAX),
            fill: Some(fill),
            search,
        })
    }

    /// How those who were asked for a visit stand.
    fn offers_stand(&self, id: VisitId, now: Moment) -> Offers {
        let mut offers = Offers::default();
        for offer in self.coverage.offers_of(id).filter(|o| o.withdrawn.is_none()) {
            let place = match offer.said {
                Answer::Yes | Answer::Told => &mut offers.accepted,
                Answer::No => &mut offers.declined,
                _ if offer.has_expired(self.covering.expire, now) => &mut offers.expired,
                Answer::Nobody | Answer::Planned => continue,
                _ => &mut offers.pending,
            };
            *place = place.saturating_add(1);
        }
        offers
    }

    /// Whom the plan for all of them together would send, said at each that is still open; and how the search for it
    /// stands.
    fn suggest<'v>(
        &self,
        visits: impl Iterator<Item = &'v mut OutVisit>,
        now: Moment,
    ) -> Result<Option<PlanSearch>, Refusal> {
        let mut shown: Vec<&mut OutVisit> = visits.filter(|v| !v.closed).collect();
        let mut open = Vec::new();
        for visit in &shown {
            open.extend(self.store.get::<Visit>(visit.row.id)?.map(|v| (v, visit.tier)));
        }
        let (picks, search) = self.cover_plan(&open, now);
        for visit in &mut shown {
            let sent = picks.get(&visit.row.id).into_iter().flatten();
            visit.suggested = sent.map(|s| (*s, self.cast.staff_name(*s).listed)).collect();
        }
        Ok(search)
    }

    /// What orders visits by harm: tier, start, vulnerability. One that is closed comes last.
    fn harm_rank(
        &self,
        id: VisitId,
        line: &VisitLine,
        now: Moment,
    ) -> (bool, u8, Moment, std::cmp::Reverse<u8>, VisitId) {
        let vulnerable = self.cast.clients.get(&line.client).map_or(0, |c| vulnerability(&self.client_facts(c), now).0);
        let tier = self.tier_of_visit(id, line, now).unwrap_or(9);
        (!self.is_uncovered(id, line), tier, line.start.moment(), std::cmp::Reverse(vulnerable), id)
    }

    /// The tier of a visit by itself, though it hangs on a call-out.
    fn tier_of_visit(&self, id: VisitId, line: &VisitLine, now: Moment) -> Option<u8> {
        let client = self.cast.clients.get(&line.client).filter(|c| c.is_visited())?;
        let thing = Thing {
            key: AlertKey { source: AlertSource::Visit, subject: id.0, occurrence: line.start.moment().0 },
            office: client.office,
            zone: self.cast.zone(client.office),
            person: Some(Subject::Client(client.id)),
            client: Some(self.client_facts(client)),
            staff: None,
            handling: Handling::default(),
            handled_fact: None,
            since: line.called_out_at.unwrap_or(line.changed),
            source: SourceFacts::Visit(self.visit_facts(id, line)),
        };
        evaluate(&thing, &self.policy, self.window.newest_clock_in(), now).alert.map(|a| a.tier)
    }

    fn out_visit(&self, id: VisitId, line: &VisitLine, now: Moment, sight: &Sight) -> Result<OutVisit, Refusal> {
        let (clinical, identity) = (sight.shows(Group::Clinical), sight.shows(Group::Identity));
        let zone = line.start.zone;
        let client = self.cast.clients.get(&line.client);
        let closed = !self.is_uncovered(id, line);
        let gone_out = line.state == VisitState::CalledOut;
        let offer = line.staff.and_then(|s| self.coverage.offer(id, s)).filter(|_| !gone_out);
        let plan = match line.state {
            VisitState::Cancelled | VisitState::Missed => line.reason.clone(),
            _ if gone_out || line.staff.is_none() => String::new(),
            _ => line.staff.map(|s| self.cast.staff_name(s).listed).unwrap_or_default(),
        };
        let said = match (line.state, offer) {
            (VisitState::Cancelled | VisitState::Missed | VisitState::Done | VisitState::InProgress, _) => {
                line.state.word().to_owned()
            }
            (_, Some(offer)) => {
                let back = offer.back_at.map(|b| format!(", back {}", clock(zone.civil(b).1))).unwrap_or_default();
                let expired = if offer.has_expired(self.covering.expire, now) { ", expired" } else { "" };
                format!("{} {}{back}{expired}", line.answer.word(), clock(zone.civil(offer.at).1))
            }
            _ if plan.is_empty() => "nobody".to_owned(),
            _ => line.answer.word().to_owned(),
        };
        // Of a substitute alone: whoever goes there always needs no telling.
        let instead = closed && line.staff.is_some() && line.called_out_by.is_some() && line.state.is_open();
        let dispatch = if instead { self.dispatch(line, sight) } else { String::new() };
        let level = client.and_then(|c| c.emergency);
        let asks = matches!(level, Some(1 | 2)) && !closed;
        let safe = if asks && clinical {
            let found = self.store.newest_of_client::<Safety>(line.client, LOOKED)?;
            let hers = found.into_iter().filter(|s| s.visit == id).max_by_key(|s| (s.head.created_at, s.id));
            Some(hers.map(|s| s.said.as_str().to_owned()).unwrap_or_default())
        } else {
            asks.then(String::new)
        };
        let two = self.needs_two(line).then(|| {
            let first = matches!(line.answer, Answer::Yes | Answer::Told) && !gone_out && line.staff.is_some();
            u8::from(first) + u8::from(line.second.is_some())
        });
        Ok(OutVisit {
            row: self.visit_row(id, line),
            who: client.map(|c| in_full(self, c, identity)).unwrap_or_default(),
            tier: self.tier_of_visit(id, line, now).unwrap_or(0),
            harm: client.map(|c| harm(c, &line.service, clinical)).unwrap_or_default(),
            plan,
            said,
            closed,
            suggested: Vec::new(),
            dispatch,
            offers: self.offers_stand(id, now),
            two,
            safe,
            least_bad: client.map(|c| least_bad(c, line, zone)).unwrap_or_default(),
        })
    }

    /// Who could go to a visit, the best first; whoever can't, with the reason, last.
    pub(super) fn candidates(&self, session: &Session, id: VisitId) -> Result<Vec<CandidateRow>, Refusal> {
        let gone = || Refusal::problem("visit.gone", "which", "that visit is not there any more");
        let visit = self.store.get::<Visit>(id)?.ok_or_else(gone)?;
        let now = self.now();
        let need = self.need_of(&visit);
        let numbers = self.sight(session, None).shows(Group::StaffPrivate);
        let callers = self.presence.callers(session);
        let mut judged: Vec<(Carer, Judged)> = Vec::new();
        for staff in self.cast.staff.values().filter(|s| s.active) {
            // Whoever could never do it, or called out of it, is not listed: the list is of those between whom there is a choice.
            if !self.covering.may_stand_in(visit.discipline, staff.discipline) || need.out == Some(staff.id) {
                continue;
            }
            let carer = self.carer_of(staff, &visit);
            let standing = judge(&need, &carer, &self.covering, now);
            judged.push((carer, standing));
        }
        judged.sort_by(|a, b| order((&a.0, &a.1), (&b.0, &b.1)));
        judged.truncate(MOST);
        let minute = need.zone.civil(now).1;
        let today = need.zone.day(now);
        let row = |(carer, standing): (Carer, Judged)| {
            let staff = self.cast.staff.get(&carer.staff)?;
            let offer = self.coverage.offer(id, carer.staff);
            let phone = staff.phones.iter().find(|p| p.kind != PhoneKind::Fax).filter(|_| numbers);
            let early = staff.earliest_call.filter(|at| minute < *at && need.zone.day(need.start) >= today);
            Some(CandidateRow {
                staff: carer.staff,
                name: self.cast.staff_name(carer.staff).listed,
                discipline: carer.discipline,
                number: phone.map(|p| p.number.as_str().to_owned()).unwrap_or_default(),
                group: standing.group,
                conflicts: standing.conflicts,
                been: carer.been,
                week: carer.week,
                week_then: standing.week_then,
                travel: standing.travel,
                said: carer.said,
                calls: offer.map_or(0, |o| o.calls),
                back_at: offer.and_then(|o| o.back_at),
                expired: offer.is_some_and(|o| o.has_expired(self.covering.expire, now)),
                not_before: early,
                caller: callers.get(&carer.staff).cloned(),
            })
        };
        Ok(judged.into_iter().filter_map(row).collect())
    }

    /// How a caregiver stands for a visit.
    pub(in crate::service) fn standing_of(&self, visit: &Record<Visit>, staff: &Record<Staff>, now: Moment) -> Judged {
        judge(&self.need_of(visit), &self.carer_of(staff, visit), &self.covering, now)
    }

    pub(in crate::service) fn need_of(&self, visit: &Record<Visit>) -> VisitNeed {
        let client = self.cast.clients.get(&visit.client);
        let languages = client.map(|c| c.languages.to_vec()).unwrap_or_default();
        let out = visit.called_out_by;
        // Whoever called out of it and stands on it still is not on it, nor is who was only asked.
        let first = match visit.answer {
            Answer::Yes | Answer::Told => visit.staff,
            Answer::Planned if visit.called_out_at.is_none() => visit.staff,
            _ => None,
        };
        let first = first.filter(|_| visit.state != VisitState::CalledOut);
        VisitNeed {
            visit: visit.id,
            discipline: visit.discipline,
            service: visit.service.as_str().to_owned(),
            start: visit.start.moment(),
            end: visit.end(),
            zone: visit.start.zone,
            needs: client.map(|c| c.needs.to_vec()).unwrap_or_default(),
            language: languages.first().map(|l| l.as_str().to_owned()).unwrap_or_default(),
            languages: languages.iter().map(|l| fold(l)).collect(),
            interpreter: client.is_some_and(|c| c.interpreter),
            place: client.map(|c| self.home_of(c)).unwrap_or_default(),
            hazards: client.map(|c| c.hazards.iter().map(|h| fold(h)).collect()).unwrap_or_default(),
            away: self.not_home(visit.client),
            taken: first.into_iter().chain(visit.second).collect(),
            out,
        }
    }

    /// When a client is not at home, as holds and appointments say.
    fn not_home(&self, client: ClientId) -> Vec<(Moment, Option<Moment>, String)> {
        let holds = self.coverage.holds_of(client).map(|h| (h.from, h.until, h.kind.word().to_owned()));
        let out = self.coverage.appointments_of(client);
        holds.chain(out.map(|a| (a.start.moment(), Some(a.end()), a.kind.word().to_owned()))).collect()
    }

    pub(super) fn carer_of(&self, staff: &Record<Staff>, visit: &Record<Visit>) -> Carer {
        self.carer_in(&self.window, staff, visit, &[visit.id])
    }

    /// What is known of a caregiver for a visit, among these visits without `own`, which are the ones that change.
    pub(in crate::service) fn carer_in(
        &self,
        window: &VisitWindow,
        staff: &Record<Staff>,
        visit: &Record<Visit>,
        own: &[VisitId],
    ) -> Carer {
        let id = staff.id;
        let zone = visit.start.zone;
        let start = visit.start.moment();
        let day = visit.start.day;
        let theirs = |l: &VisitLine| {
            (l.staff == Some(id) || l.second == Some(id))
                && !matches!(l.state, VisitState::Cancelled | VisitState::CalledOut | VisitState::Missed)
                && l.answer != Answer::No
        };
        let near = window.of_staff_between(id, start.plus(-DAY), visit.end().plus(DAY));
        let booked = near.filter(|(v, l)| !own.contains(v) && theirs(l)).map(|(v, l)| Booked {
            visit: v,
            name: self.cast.client_name(l.client).short,
            start: l.start.moment(),
            end: l.end(),
            place: self.cast.clients.get(&l.client).map(|c| self.home_of(c)).unwrap_or_default(),
        });
        let booked: Vec<Booked> = booked.collect();
        let been = self.window.of_client(visit.client).filter(|(v, l)| *v != visit.id && theirs(l)).count();
        let sunday = day.week_start();
        let of_week = window.of_staff_between(id, zone.midnight(sunday), zone.midnight(sunday.plus(7)));
        let counted = of_week.filter(|(v, l)| !own.contains(v) && l.staff == Some(id) && theirs(l));
        let week: u32 = counted.map(|(_, l)| u32::from(l.minutes)).sum();
        let wish = self.coverage.pairing(visit.client, id).map(|p| (p.wish, p.reason.as_str().to_owned()));
        Carer {
            staff: id,
            name: fold(&staff.name.listed()),
            discipline: staff.discipline,
            skills: staff.skills.iter().map(|s| fold(s)).collect(),
            languages: staff.languages.iter().map(|l| fold(l)).collect(),
            pattern: staff.availability.to_vec(),
            base: self.base_of(staff),
            booked,
            last_shift_end: staff.last_shift_end,
            week,
            most_week: staff.most_week.map(u32::from),
            out: self.coverage.outs_of(id).map(|c| (c.from, c.to)).collect(),
            on_call: self.coverage.on_call_of(id).map(|t| (t.from, t.to)).collect(),
            off: self.coverage.off_of(id).map(|t| (t.from, t.to, t.kind.word().to_owned())).collect(),
            lapsed: self.coverage.lapsed(id, day),
            wish,
            been: u32::try_from(been).unwrap_or(u32::MAX),
            said: self.coverage.offer(visit.id, id).filter(|o| o.withdrawn.is_none()).map(|o| (o.said, o.at)),
        }
    }
}

/// `Okafor, Ruth “Ruthie” · 12 Jun 1941`, the date only for whoever may see it.
fn in_full(service: &Service, client: &Record<Client>, identity: bool) -> String {
    let name = service.cast.client_in_full(client);
    match client.born.filter(|_| identity) {
        Some(born) => format!("{name} · {}", born.long()),
        None => name,
    }
}

/// What a missed visit touches, in a few words: `L3 two people`, `L4 companionship`.
fn harm(client: &Client, service: &str, clinical: bool) -> String {
    let mut parts: Vec<String> = client.emergency.map(|l| format!("L{l}")).into_iter().collect();
    if clinical {
        let need = client.needs.iter().find(|n| **n != Need::CognitiveImpairment).or(client.needs.first());
        parts.extend(need.map(|n| n.word().to_owned()));
    }
    if parts.len() < 2 && !service.is_empty() {
        parts.push(service.to_owned());
    }
    parts.join(" ")
}

/// What is least bad for her if nobody can go. Her level and who is with her decide, nothing else.
fn least_bad(client: &Client, line: &VisitLine, zone: Zone) -> String {
    // What a family does is an aide's work; a nurse's or therapist's visit is moved.
    let aide = matches!(line.discipline, Discipline::Hha | Discipline::Pca | Discipline::Cna | Discipline::Companion);
    let able = client.carers.iter().find(|c| c.able && aide);
    match (client.emergency, able) {
        (_, Some(carer)) => format!("ask {} to do it", carer.name.as_str()),
        (Some(1), None) => "level 1: no visit is no option; call the supervisor".to_owned(),
        _ if !aide => "ask whether a later time today will do".to_owned(),
        (Some(2), None) => format!("shorten it to {} min for what can't wait", (line.minutes / 2).max(15)),
        _ => {
            let next = line.start.moment().plus(24 * 60 * MINUTE);
            let (day, minute) = zone.civil(next);
            format!("ask whether {} {} will do", day.short(), clock(minute))
        }
    }
}
