//! Each rule by example, the guard-rails, the policy file, and the demo's day.

use super::book::Book;
use super::facts::*;
use super::policy::{Policy, RuleClock};
use super::*;
use crate::domain::attention::{ByHand, Handling, Outcome, Snooze};
use crate::domain::client::Need;
use crate::domain::ids::{StaffId, VisitId};
use crate::domain::issue::{Disposition, DispositionKind, How, IssueKind};
use crate::domain::staff::Discipline;
use crate::domain::text::Text;
use crate::domain::time::{Day, MINUTE};
use crate::domain::visit::{Answer, NoteStatus, VisitState};
use crate::rules::clocks::window_source;
use std::collections::BTreeSet;

pub(super) fn zone() -> Zone {
    Zone::parse("America/New_York").unwrap()
}

pub(super) fn policy() -> Policy {
    Policy::embedded().unwrap()
}

/// Monday 2 March 2026 at this time, Eastern.
fn mon(time: &str) -> Moment {
    on("2026-03-02", time)
}

fn on(day: &str, time: &str) -> Moment {
    let (h, m) = time.split_once(':').unwrap();
    zone().moment(Day::parse_iso(day).unwrap(), h.parse::<u16>().unwrap() * 60 + m.parse::<u16>().unwrap())
}

const ME: UserId = UserId([9; 16]);

fn client(n: u8, name: &str, level: Option<u8>) -> ClientFacts {
    ClientFacts { level, ..ClientFacts::new(ClientId([n; 16]), name, zone()) }
}

fn staff(n: u8, name: &str, discipline: Discipline) -> StaffFacts {
    StaffFacts { id: StaffId([n; 16]), name: name.to_owned(), discipline }
}

fn thing(source: AlertSource, n: u8, since: Moment, facts: SourceFacts) -> Thing {
    Thing {
        key: AlertKey { source, subject: [n; 16], occurrence: 0 },
        office: OfficeId([1; 16]),
        zone: zone(),
        person: None,
        client: None,
        staff: None,
        handling: Handling::default(),
        handled_fact: None,
        since,
        source: facts,
    }
}

fn about(mut thing: Thing, client: ClientFacts) -> Thing {
    thing.person = Some(Subject::Client(client.id));
    thing.client = Some(client);
    thing
}

fn taken(mut thing: Thing, at: Moment) -> Thing {
    thing.handling.owner = Some(ME);
    thing.handling.acknowledged = Some(at);
    thing
}

fn issue(kind: IssueKind, facts: &[(&str, &str)]) -> IssueFacts {
    IssueFacts {
        kind,
        summary: "words of a caller".to_owned(),
        facts: facts.iter().map(|(n, v)| ((*n).to_owned(), (*v).to_owned())).collect(),
        happened: mon("07:58"),
        reported_by: "daughter Grace".to_owned(),
        how: How::Phone,
        due: None,
        disposition: None,
    }
}

fn issue_thing(kind: IssueKind, facts: &[(&str, &str)]) -> Thing {
    about(
        thing(AlertSource::Issue, 1, mon("07:58"), SourceFacts::Issue(issue(kind, facts))),
        client(1, "Okafor, Ruth", None),
    )
}

fn visit(start: Moment) -> VisitFacts {
    VisitFacts::new(VisitId([5; 16]), Discipline::Hha, "bath", start, start.plus(HOUR))
}

fn yes(start: Moment) -> VisitFacts {
    VisitFacts { answer: Answer::Planned, staff: Some(staff(7, "Cole", Discipline::Hha)), ..visit(start) }
}

fn visit_thing(facts: VisitFacts, level: Option<u8>) -> Thing {
    about(thing(AlertSource::Visit, 2, mon("00:00"), SourceFacts::Visit(facts)), client(2, "Lindqvist, Arne", level))
}

fn window(kind: WindowKind, opens: Moment, due: Moment, booked: Option<BookedVisit>) -> Thing {
    let facts = WindowFacts { kind, what: "PHQ-9".to_owned(), opens, due, booked };
    about(thing(window_source(kind), 3, opens, SourceFacts::Window(facts)), client(3, "O'Brien, Maeve", Some(3)))
}

fn chen(start: Moment) -> BookedVisit {
    BookedVisit {
        visit: VisitId([8; 16]),
        name: "Chen".to_owned(),
        discipline: Discipline::Rn,
        start,
        covered: true,
        arrived: false,
    }
}

fn note(ended: Moment, note: NoteStatus) -> Thing {
    let facts = NoteFacts {
        service: "bath".to_owned(),
        start: ended.plus(-HOUR),
        ended,
        note,
        staff: Some(staff(7, "Cole", Discipline::Hha)),
    };
    about(thing(AlertSource::Note, 8, ended, SourceFacts::Note(facts)), client(8, "Doyle, Sean", None))
}

fn emergency(opened: Moment) -> Thing {
    let facts = EmergencyFacts {
        by: ME,
        by_name: "B. Porter".to_owned(),
        why: "police at the door".to_owned(),
        opened,
        until: opened.plus(HOUR),
    };
    thing(AlertSource::Emergency, 9, opened, SourceFacts::Emergency(facts))
}

fn referral(received: Moment, due: Moment) -> Thing {
    let facts = ReferralFacts { received, basis: InitialBasis::Referral, due, booked: None };
    about(thing(AlertSource::Referral, 4, received, SourceFacts::Referral(facts)), client(4, "Doyle, Sean", None))
}

fn task(due: Moment) -> Thing {
    let facts = TaskFacts { what: "tell the daughter".to_owned(), due };
    about(
        thing(AlertSource::Task, 8, mon("08:00").plus(-DAY), SourceFacts::Task(facts)),
        client(5, "García-López, Inés", Some(4)),
    )
}

fn promise(due: Moment) -> Thing {
    let facts = PromiseFacts {
        what: "call back".to_owned(),
        to: "daughter".to_owned(),
        due,
        owner: ME,
        owner_name: "R. Patel".to_owned(),
    };
    about(
        thing(AlertSource::Promise, 5, mon("08:00").plus(-3 * DAY), SourceFacts::Promise(facts)),
        client(5, "García-López, Inés", Some(4)),
    )
}

fn credential(last_day: &str, after: Vec<VisitAfter>) -> Thing {
    let facts = CredentialFacts { kind: "CPR".to_owned(), last_day: Day::parse_iso(last_day).unwrap(), after };
    let mut t = thing(AlertSource::Credential, 6, mon("00:00").plus(-5 * DAY), SourceFacts::Credential(facts));
    t.staff = Some(staff(6, "Cole", Discipline::Hha));
    t.person = Some(Subject::Staff(StaffId([6; 16])));
    t
}

fn after(level: Option<u8>, start: Moment) -> VisitAfter {
    VisitAfter { client: "Abara, Chidi".to_owned(), level, start }
}

fn call_out(visits: Vec<(ClientFacts, VisitFacts)>) -> Thing {
    let facts = CallOutFacts {
        staff: staff(9, "Reyes, Maria", Discipline::Hha),
        day: Day::parse_iso("2026-03-02").unwrap(),
        called_out_at: mon("05:52"),
        reason: "sick".to_owned(),
        visits,
    };
    let mut t = thing(AlertSource::CallOut, 9, mon("05:52"), SourceFacts::CallOut(facts));
    t.person = Some(Subject::Staff(StaffId([9; 16])));
    t
}

fn out(n: u8, start: Moment) -> VisitFacts {
    VisitFacts {
        visit: VisitId([n; 16]),
        state: VisitState::CalledOut,
        called_out_at: Some(mon("05:52")),
        ..visit(start)
    }
}

fn alert(thing: &Thing, now: Moment) -> Option<Alert> {
    evaluate(thing, &policy(), None, now).alert
}

fn tier(thing: &Thing, now: Moment) -> Option<u8> {
    alert(thing, now).map(|a| a.tier)
}

/// Rule, example, newest clock-in.
fn examples() -> Vec<(&'static str, Thing, Option<Moment>)> {
    use IssueKind as K;
    let i = issue_thing;
    let at = mon;
    let with_due = |kind: K, due: Moment| {
        let mut t = issue_thing(kind, &[]);
        if let SourceFacts::Issue(f) = &mut t.source {
            f.due = Some(due);
        }
        t
    };
    let on_warfarin = |facts: &[(&str, &str)]| {
        let mut t = issue_thing(K::Fall, facts);
        t.client.as_mut().unwrap().anticoagulant = Some("warfarin".to_owned());
        t
    };
    let confused = {
        let mut t = issue_thing(K::Fall, &[]);
        t.client.as_mut().unwrap().needs = vec![Need::CognitiveImpairment];
        t
    };
    let fresh = Some(at("08:05"));
    let missed = VisitFacts { state: VisitState::Missed, ..visit(at("06:00")) };
    let missed_at_home = {
        let mut t = visit_thing(missed.clone(), None);
        t.client.as_mut().unwrap().hospital_discharge = Day::parse_iso("2026-02-21");
        t
    };
    let insulin_unrated = {
        let mut t = visit_thing(visit(at("16:00")), None);
        t.client.as_mut().unwrap().needs = vec![Need::Insulin];
        t
    };
    let called = VisitFacts { state: VisitState::CalledOut, called_out_at: Some(at("07:00")), ..visit(at("11:00")) };
    let today = on("2026-03-03", "00:00");
    let wed = on("2026-03-05", "00:00");
    vec![
        ("triage.emergency.floor", i(K::ChangeInCondition, &[("chest_pain", "yes")]), None),
        ("triage.emergency.floor", i(K::Emergency, &[("stroke_signs", "yes")]), None),
        ("triage.emergency.floor", i(K::Emergency, &[("breathing", "yes")]), None),
        ("triage.fall.head_strike", i(K::Fall, &[("head_strike", "yes")]), None),
        ("triage.fall.head_strike", on_warfarin(&[]), None),
        ("triage.fall.head_strike", on_warfarin(&[("head_strike", "unknown")]), None),
        ("triage.fall.head_strike", confused, None),
        ("triage.self_harm", i(K::SelfHarm, &[]), None),
        ("triage.self_harm", i(K::ChangeInCondition, &[("phq9_item9", "1")]), None),
        ("triage.self_harm", i(K::Complaint, &[("suicidal_remark", "yes")]), None),
        ("triage.emergency", i(K::Emergency, &[]), None),
        ("triage.emergency", i(K::Fall, &[("called_911", "yes")]), None),
        ("triage.fall.injury", i(K::Fall, &[("injury", "yes")]), None),
        ("triage.fall.injury", i(K::Fall, &[("cannot_rise", "yes")]), None),
        ("triage.fall.injury", i(K::Fall, &[("can_rise", "no"), ("breathing_awake", "yes")]), None),
        ("triage.emergency.floor", i(K::Fall, &[("breathing_awake", "no"), ("head_strike", "yes")]), None),
        ("triage.fall.head_strike", i(K::Fall, &[("blood_thinner", "yes")]), None),
        ("triage.abuse", i(K::Abuse, &[]), None),
        ("triage.missing_client", i(K::MissingClient, &[]), None),
        ("triage.equipment.life_support", i(K::Equipment, &[("life_support", "yes")]), None),
        ("triage.news2.emergency", i(K::ChangeInCondition, &[("news2", "7")]), None),
        ("triage.medication.critical", i(K::Medication, &[("critical", "yes"), ("symptoms", "yes")]), None),
        ("triage.incident.major", i(K::Incident, &[("severity", "4")]), None),
        ("triage.visit.level1", visit_thing(visit(at("08:00")), Some(1)), fresh),
        ("triage.visit.level1", visit_thing(visit(at("20:00")), Some(1)), fresh),
        ("triage.visit.called_out", visit_thing(called, Some(3)), fresh),
        ("triage.visit.past_start", visit_thing(visit(at("08:00")), Some(4)), fresh),
        ("triage.visit.level2", visit_thing(visit(at("16:00")), Some(2)), fresh),
        ("triage.visit.level2", visit_thing(visit(at("21:00")), Some(1)), fresh),
        ("triage.visit.level2", insulin_unrated, fresh),
        ("triage.visit.late", visit_thing(yes(at("07:50")), None), fresh),
        ("triage.visit.confirm_late", visit_thing(yes(at("07:50")), Some(2)), None),
        ("triage.visit.missed_after_discharge", missed_at_home, fresh),
        ("triage.roc.near", window(WindowKind::Roc, at("15:00").plus(-2 * DAY), at("15:00"), None), None),
        ("triage.referral.near", referral(at("15:00").plus(-2 * DAY), at("15:00")), None),
        ("triage.hospital_discharge", i(K::HospitalDischarge, &[]), None),
        ("triage.change.confusion", i(K::ChangeInCondition, &[("new_confusion", "yes")]), None),
        ("triage.change.confusion", i(K::ChangeInCondition, &[("change_signs", "2")]), None),
        ("triage.news2.urgent", i(K::ChangeInCondition, &[("news2", "5")]), None),
        ("triage.news2.urgent", i(K::ChangeInCondition, &[("news2", "3"), ("news2_single", "3")]), None),
        ("triage.wound", i(K::Wound, &[]), None),
        ("triage.supply.treatment", i(K::Equipment, &[("needed_in_24h", "yes")]), None),
        ("triage.unsafe_home", i(K::UnsafeHome, &[]), None),
        ("triage.incident.treatment", i(K::Incident, &[("severity", "3")]), None),
        ("triage.credential.level12", credential("2026-03-01", vec![after(Some(2), at("16:00"))]), None),
        ("triage.visit.confirm", visit_thing(yes(at("08:00")), Some(1)), None),
        ("triage.visit.open", visit_thing(visit(at("16:00")), Some(3)), fresh),
        ("triage.visit.missed", visit_thing(missed, None), fresh),
        ("triage.fall.no_injury", i(K::Fall, &[("head_strike", "no"), ("injury", "no")]), None),
        ("triage.fall.no_injury", on_warfarin(&[("head_strike", "no"), ("witnessed", "yes")]), None),
        ("triage.change", i(K::ChangeInCondition, &[("change_signs", "1")]), None),
        ("triage.medication", i(K::Medication, &[("critical", "yes"), ("symptoms", "no")]), None),
        ("triage.complaint", i(K::Complaint, &[]), None),
        ("triage.incident", i(K::Incident, &[("severity", "2")]), None),
        ("triage.refusal", i(K::Refusal, &[]), None),
        ("triage.authorization.near", with_due(K::Authorization, wed), None),
        ("triage.supervision.near", with_due(K::Supervision, today), None),
        ("triage.recert.closing", window(WindowKind::Recert, today.plus(-5 * DAY), today, None), None),
        ("triage.soc.closing", window(WindowKind::SocAssessment, today.plus(-6 * DAY), today, None), None),
        ("triage.roc", window(WindowKind::Roc, at("08:00"), at("08:00").plus(2 * DAY), None), None),
        ("triage.referral.day", referral(at("04:00").plus(-DAY), at("04:00").plus(DAY)), None),
        ("triage.reassessment.closing", window(WindowKind::Reassessment, today.plus(-9 * DAY), today, None), None),
        ("triage.promise.today", promise(at("15:00")), None),
        ("triage.task.today", task(at("15:00")), None),
        ("triage.credential.visits", credential("2026-03-03", vec![after(Some(3), on("2026-03-04", "09:00"))]), None),
        ("triage.credential.lapsed", credential("2026-03-01", vec![]), None),
        ("triage.callout", call_out(vec![(client(1, "Petrov, Ivan", Some(3)), out(1, at("08:00")))]), fresh),
        ("triage.authorization", with_due(K::Authorization, on("2026-03-12", "00:00")), None),
        ("triage.supervision", with_due(K::Supervision, on("2026-03-08", "00:00")), None),
        ("triage.equipment", i(K::Equipment, &[]), None),
        ("triage.other", i(K::Other, &[]), None),
        ("triage.recert.week", window(WindowKind::Recert, at("00:00"), at("00:00").plus(5 * DAY), None), None),
        ("triage.soc.week", window(WindowKind::SocAssessment, at("00:00"), at("00:00").plus(6 * DAY), None), None),
        ("triage.referral.waiting", referral(at("07:00"), at("07:00").plus(2 * DAY)), None),
        (
            "triage.reassessment.week",
            window(WindowKind::Reassessment, at("00:00"), at("00:00").plus(5 * DAY), None),
            None,
        ),
        ("triage.promise.week", promise(on("2026-03-05", "12:00")), None),
        ("triage.task.week", task(on("2026-03-05", "12:00")), None),
        ("triage.credential.7d", credential("2026-03-06", vec![]), None),
        ("triage.credential.14d", credential("2026-03-11", vec![]), None),
        ("triage.chart.emergency", emergency(at("07:30")), None),
        ("triage.note.unsigned", note(at("08:00").plus(-DAY), NoteStatus::Complete), None),
        ("triage.visit.not_confirmed", visit_thing(yes(at("08:00")), Some(3)), None),
        ("triage.credential.30d", credential("2026-03-25", vec![]), None),
        ("triage.credential.60d", credential("2026-04-25", vec![]), None),
    ]
}

#[test]
fn every_rule_is_reached_by_its_example() {
    let policy = policy();
    let now = mon("08:10");
    let mut reached = BTreeSet::new();
    for (n, (rule, thing, clock_in)) in examples().into_iter().enumerate() {
        let alert = evaluate(&thing, &policy, clock_in, now).alert;
        let alert = alert.unwrap_or_else(|| panic!("example {n} of {rule} has no alert"));
        assert_eq!(&*alert.rule, rule, "example {n}");
        reached.insert(rule.to_owned());
    }
    let all: BTreeSet<String> = policy.rules().iter().map(|r| r.id.to_string()).collect();
    assert_eq!(reached, all);
}

#[test]
fn every_cause_fits_and_every_why_is_whole() {
    let policy = policy();
    let now = mon("08:10");
    for (rule, thing, clock_in) in examples() {
        let alert = evaluate(&thing, &policy, clock_in, now).alert.unwrap();
        let cause = cause(&thing, &alert, &policy, now, zone(), ME);
        assert!(!cause.is_empty() && cause.chars().count() <= 72, "{rule}: {cause}");
        assert!(!cause.contains(['{', '[', '}', ']']), "{rule}: {cause}");
        let why = why(&thing, &alert, &policy, now, zone());
        assert!(!why.headline.is_empty() && !why.headline.contains(['{', '[']), "{rule}: {}", why.headline);
        let labels: Vec<&str> = why.lines.iter().map(|(l, _)| l.as_str()).collect();
        for needed in ["Rule", "Facts", "First", "Lower it", "Source"] {
            assert!(labels.contains(&needed), "{rule}: {needed} of {labels:?}");
        }
        assert!(!policy.outcomes(thing.key.source, None).is_empty(), "{rule}");
    }
}

// ------------------------------------------------------------------------------------------------ guard-rails

fn hand(tier: u8, at: Moment) -> ByHand {
    ByHand { tier, reason: Text::clip("because"), by: ME, at }
}

fn outcome(at: Moment) -> Outcome {
    Outcome { what: Text::clip("resolved"), note: Text::default(), by: ME, at }
}

fn disposition(at: Moment) -> Disposition {
    Disposition { kind: DispositionKind::SentToEd, by: Text::clip("Dr. Alder"), at }
}

fn with_disposition(mut thing: Thing, at: Moment) -> Thing {
    if let SourceFacts::Issue(f) = &mut thing.source {
        f.disposition = Some(disposition(at));
    }
    thing
}

#[test]
fn a_floor_is_lowered_by_a_disposition_alone_and_then_to_p2_for_a_day() {
    let mut fall = issue_thing(IssueKind::Fall, &[("head_strike", "yes")]);
    let a = alert(&fall, mon("08:10")).unwrap();
    assert_eq!((a.tier, a.floor), (1, true));
    assert!(needs_disposition(&fall, &a));
    assert!(!needs_disposition(&with_disposition(fall.clone(), mon("08:05")), &a));
    // Not by hand, not by an outcome, not by time.
    fall.handling.by_hand = Some(hand(4, mon("08:05")));
    fall.handling.outcome = Some(outcome(mon("08:06")));
    assert_eq!(tier(&fall, mon("08:10")), Some(1));
    assert_eq!(tier(&fall, mon("08:10").plus(30 * DAY)), Some(1));
    // By a disposition, to P2, however it was finished.
    let seen = with_disposition(taken(fall.clone(), mon("08:00")), mon("09:00"));
    let held = evaluate(&seen, &policy(), None, mon("09:30"));
    assert_eq!(held.alert.map(|a| (a.tier, a.by_hand)), Some((2, false)));
    assert_eq!(held.next, Some(mon("09:00").plus(DAY)));
    assert_eq!(tier(&seen, mon("09:00").plus(DAY - 1)), Some(2));
    // After a day the outcome counts.
    assert_eq!(tier(&seen, mon("09:00").plus(DAY)), None);
    let mut open = seen;
    open.handling.outcome = None;
    open.handling.by_hand = None;
    assert_eq!(tier(&open, mon("09:00").plus(9 * DAY)), Some(2));
}

#[test]
fn the_floors_are_those_of_the_handbook() {
    let floors: Vec<String> = policy().rules().iter().filter(|r| r.floor).map(|r| r.id.to_string()).collect();
    assert_eq!(floors, ["triage.emergency.floor", "triage.fall.head_strike", "triage.self_harm"]);
}

#[test]
fn a_credential_climbs_its_ladder_day_by_day_and_why_says_the_step() {
    let p = policy();
    // Good to the end of Tue 31 Mar: it lapses at the midnight that begins 1 April.
    let t = credential("2026-03-31", vec![]);
    let lapse = on("2026-04-01", "00:00");
    for (left, rule, tier, says) in [
        (60 * DAY + 1, None, 0, ""),
        (60 * DAY - 1, Some("triage.credential.60d"), 5, "within 60 days"),
        (30 * DAY - 1, Some("triage.credential.30d"), 5, "within 30 days"),
        (14 * DAY - 1, Some("triage.credential.14d"), 4, "within 14 days"),
        (7 * DAY - 1, Some("triage.credential.7d"), 4, "within 7 days"),
        (1, Some("triage.credential.7d"), 4, "within 7 days"),
        (-1, Some("triage.credential.lapsed"), 3, "has lapsed"),
        (-90 * DAY, Some("triage.credential.lapsed"), 3, "has lapsed"),
    ] {
        let now = lapse.plus(-left);
        let t = Thing { since: lapse.plus(-60 * DAY), ..t.clone() };
        let found = evaluate(&t, &p, None, now).alert;
        assert_eq!(found.as_ref().map(|a| (&*a.rule, a.tier)), rule.map(|r| (r, tier)), "{left}");
        let Some(found) = found else { continue };
        let why = why(&t, &found, &p, now, zone());
        assert!(why.headline.contains(says), "{left}: {}", why.headline);
        assert!(why.lines[0].1.starts_with(rule.unwrap()), "{left}");
    }
}

#[test]
fn too_many_p1_are_said_to_be_too_many() {
    let p = policy();
    assert_eq!(p.fatigue_note([2, 0, 10, 8, 0]), None, "one in ten");
    let note = p.fatigue_note([3, 0, 10, 8, 0]).unwrap();
    assert!(note.starts_with("14 % of 21 alerts are P1"), "{note}");
    assert_eq!(p.fatigue_note([5, 0, 0, 0, 0]), None, "a short list says nothing");
    assert_eq!(p.fatigue_note([0; 5]), None);
    let strict = Policy::adopted("version = \"x\"\n[fatigue]\np1_percent = 0\nof_at_least = 5\n", None);
    assert_eq!(strict.unwrap_err().field, "p1_percent");
}

#[test]
fn money_is_never_above_p3() {
    let mut t = issue_thing(IssueKind::Authorization, &[]);
    if let SourceFacts::Issue(f) = &mut t.source {
        f.due = Some(mon("08:00"));
    }
    let a = alert(&t, mon("09:00")).unwrap();
    assert_eq!((a.tier, a.breached), (3, true));
    t.handling.by_hand = Some(hand(1, mon("08:30")));
    assert_eq!(tier(&t, mon("09:00")), Some(3));
}

#[test]
fn a_breach_promotes_by_one_tier() {
    let complaint = issue_thing(IssueKind::Complaint, &[]);
    let before = evaluate(&complaint, &policy(), None, mon("16:59"));
    assert_eq!(before.alert.as_ref().map(|a| (a.tier, a.breached)), Some((3, false)));
    assert_eq!(before.next, Some(mon("17:00")));
    let a = alert(&complaint, mon("17:00")).unwrap();
    assert_eq!((a.tier, a.breached), (2, true));
    assert_eq!(tier(&complaint, mon("17:00").plus(10 * DAY)), Some(2));
}

#[test]
fn p1_and_p2_are_to_be_taken() {
    let wound = issue_thing(IssueKind::Wound, &[]);
    assert_eq!(alert(&wound, mon("08:10")).unwrap().due, Some(mon("09:58")));
    assert_eq!(tier(&wound, mon("09:58")), Some(1));
    let wound = taken(wound, mon("08:20"));
    assert_eq!(alert(&wound, mon("12:00")).map(|a| (a.tier, a.due)), Some((2, None)));
    let emergency = issue_thing(IssueKind::Emergency, &[]);
    let a = alert(&emergency, mon("08:13")).unwrap();
    assert_eq!((a.tier, a.breached, a.due), (1, true, Some(mon("08:13"))));
}

#[test]
fn a_clock_runs_from_when_its_rule_began_to_hold() {
    // Open for two days: P3 until the evening before, then P2 because the client is level 2; its 2 h start then.
    let t = visit_thing(visit(on("2026-03-04", "12:00")), Some(2));
    assert_eq!(tier(&t, on("2026-03-03", "11:59")), Some(3));
    let a = alert(&t, on("2026-03-03", "12:00")).unwrap();
    assert_eq!((a.tier, a.breached), (2, false));
    assert_eq!((a.standing, a.due), (on("2026-03-03", "12:00"), Some(on("2026-03-03", "14:00"))));
}

#[test]
fn end_of_business_is_that_of_a_business_day() {
    let mut p = policy();
    let due = |p: &Policy, since: Moment| {
        let t = Thing { since, ..issue_thing(IssueKind::Complaint, &[]) };
        evaluate(&t, p, None, since.plus(MINUTE)).alert.unwrap().due.unwrap()
    };
    let (monday, tuesday) = (mon("17:00"), on("2026-03-03", "17:00"));
    assert_eq!(due(&p, mon("08:00")), monday);
    assert_eq!(due(&p, mon("17:00")), tuesday, "after hours it is the next day's");
    // What comes in over the weekend is Monday's, and on a Monday holiday Tuesday's.
    assert_eq!(due(&p, on("2026-02-27", "17:30")), monday);
    assert_eq!(due(&p, on("2026-02-28", "10:00")), monday);
    p.holidays.insert(Day::parse_iso("2026-03-02").unwrap());
    assert_eq!(due(&p, on("2026-02-27", "17:30")), tuesday);
    assert_eq!(due(&p, mon("08:00")), tuesday);
    assert_eq!(due(&p, on("2026-02-27", "16:00")), on("2026-02-27", "17:00"));
    // An office that is open on Saturdays says so in its file; a table that closes every day closes none.
    let open = Policy::adopted("version = \"x\"\n[business]\ndays = \"mon sat\"\n", None).unwrap();
    assert_eq!(due(&open, on("2026-02-27", "10:00")), on("2026-02-28", "17:00"));
    assert_eq!(Policy::diff(&policy(), &open)[1], "business days: Mon Tue Wed Thu Fri → Mon Sat");
    let wrong = |days: &str| Policy::adopted(&format!("version = \"x\"\n[business]\ndays = \"{days}\"\n"), None);
    assert_eq!(wrong("lundi").unwrap_err().line, 3);
    assert!(wrong("").is_err());
    p.holidays = (0..800).map(|n| Day::parse_iso("2026-01-01").unwrap().plus(n)).collect();
    assert_eq!(due(&p, mon("08:00")), monday);
}

#[test]
fn a_booked_visit_dims_until_it_is_at_risk_or_cannot_do_it() {
    let roc = |booked| window(WindowKind::Roc, mon("15:00").plus(-2 * DAY), mon("15:00"), Some(booked));
    let booked = |t: &Thing, now| alert(t, now).and_then(|a| a.booked);
    let good = roc(chen(mon("09:00")));
    assert_eq!(booked(&good, mon("08:10")).as_deref(), Some("Chen RN 09:00"));
    assert_eq!(evaluate(&good, &policy(), None, mon("08:10")).next, Some(mon("09:15")));
    assert_eq!(booked(&good, mon("09:15")), None, "nobody is there");
    let there = roc(BookedVisit { arrived: true, ..chen(mon("09:00")) });
    assert!(booked(&there, mon("09:15")).is_some());
    assert_eq!(booked(&there, mon("15:00")), None, "its time is over");
    assert_eq!(booked(&roc(BookedVisit { covered: false, ..chen(mon("09:00")) }), mon("08:10")), None);
    assert_eq!(booked(&roc(BookedVisit { discipline: Discipline::Hha, ..chen(mon("09:00")) }), mon("08:10")), None);
    assert_eq!(booked(&roc(chen(mon("15:00"))), mon("08:10")), None, "too late");
    assert_eq!(booked(&roc(chen(mon("09:00").plus(-3 * DAY))), mon("08:10")), None, "before it opens");
}

#[test]
fn presence_counts_only_while_clock_ins_are_heard() {
    let p = policy();
    let judge = |level, clock_in, now| {
        evaluate(&visit_thing(yes(mon("08:00")), level), &p, clock_in, now).alert.map(|a| a.tier)
    };
    let heard = Some(mon("08:20"));
    assert_eq!(judge(None, Some(mon("08:05")), mon("08:14")), None, "within the grace");
    assert_eq!(judge(None, heard, mon("08:30")), Some(2), "late");
    assert_eq!(judge(None, heard, mon("08:35")), Some(5), "not heard for 15 minutes: not confirmed");
    assert_eq!(judge(None, None, mon("08:30")), Some(5), "no source at all");
    assert_eq!(judge(Some(2), None, mon("08:05")), Some(3), "confirm");
    assert_eq!(judge(Some(2), None, mon("08:15")), Some(2), "confirm, past the grace");
    assert_eq!(judge(Some(3), None, mon("08:15")), Some(5));
    let there = VisitFacts { arrived: Some(mon("08:01")), ..yes(mon("08:00")) };
    assert_eq!(tier(&visit_thing(there, Some(1)), mon("09:30")), None);
    let verdict = evaluate(&visit_thing(yes(mon("08:00")), None), &p, heard, mon("08:30"));
    assert!(verdict.presence);
    assert_eq!(verdict.next, Some(mon("08:35")));
}

#[test]
fn two_people_are_two() {
    let pair = VisitFacts { two_people: true, ..yes(mon("16:00")) };
    let t = visit_thing(pair.clone(), Some(3));
    let a = alert(&t, mon("08:10")).unwrap();
    assert_eq!(&*a.rule, "triage.visit.open");
    assert_eq!(cause(&t, &a, &policy(), mon("08:10"), zone(), ME), "bath 16:00: one of two people");
    assert_eq!(tier(&visit_thing(VisitFacts { second: true, ..pair }, Some(3)), mon("08:10")), None);
}

#[test]
fn after_a_call_out_only_a_yes_covers() {
    let planned = VisitFacts { called_out_at: Some(mon("05:52")), ..yes(mon("16:00")) };
    assert!(planned.uncovered());
    assert!(VisitFacts { answer: Answer::Yes, ..planned.clone() }.covered());
    assert!(!VisitFacts { answer: Answer::LeftMessage, ..planned }.covered());
}

#[test]
fn finished_hides_until_the_fact_changes_or_a_rule_begins_that_returns() {
    let mut t = visit_thing(visit(on("2026-03-03", "16:00")), Some(3));
    t.handling.outcome = Some(outcome(mon("08:05")));
    t.handled_fact = Some(fact_digest(&t));
    assert_eq!(tier(&t, mon("08:10")), None);
    let mut moved = t.clone();
    if let SourceFacts::Visit(v) = &mut moved.source {
        v.start = on("2026-03-03", "17:00");
    }
    assert_eq!(tier(&moved, mon("08:10")), Some(3));
    // Finished, and then its start passes with nobody there.
    assert_eq!(tier(&t, on("2026-03-03", "15:59")), None);
    let back = alert(&t, on("2026-03-03", "16:00")).unwrap();
    assert_eq!((&*back.rule, back.tier), ("triage.visit.past_start", 2));
    // A recert that was finished stays finished.
    let mut recert = window(WindowKind::Recert, mon("00:00"), on("2026-03-06", "00:00"), None);
    recert.handling.outcome = Some(outcome(mon("08:05")));
    recert.handled_fact = Some(fact_digest(&recert));
    assert_eq!(tier(&recert, on("2026-03-05", "12:00")), None);
}

#[test]
fn a_digest_leaves_out_handling_and_names() {
    let t = visit_thing(visit(mon("16:00")), Some(3));
    let mut other = taken(t.clone(), mon("08:00"));
    other.client.as_mut().unwrap().name = "Lindqvist, A.".to_owned();
    assert_eq!(fact_digest(&t), fact_digest(&other));
    let mut one = issue_thing(IssueKind::Fall, &[("injury", "no"), ("witnessed", "yes")]);
    let two = issue_thing(IssueKind::Fall, &[("witnessed", "yes"), ("injury", "no")]);
    assert_eq!(fact_digest(&one), fact_digest(&two));
    one = issue_thing(IssueKind::Fall, &[("injury", "yes"), ("witnessed", "yes")]);
    assert_ne!(fact_digest(&one), fact_digest(&two));
    // It is kept in records: it must never become another number.
    assert_eq!(fact_digest(&t), 4_916_498_430_702_258_657);
}

#[test]
fn a_hand_lowers_what_stood_then_and_nothing_that_came_later() {
    let mut t = visit_thing(visit(mon("16:00")), Some(3));
    t.handling.by_hand = Some(hand(5, mon("08:05")));
    assert_eq!(tier(&t, mon("08:10")), Some(5));
    assert_eq!(tier(&t, mon("16:00")), Some(2), "past its start");
    // Nor does it keep a level-1 client down whose visit comes near, or whose start passes.
    let mut insulin = visit_thing(visit(on("2026-03-03", "16:00")), Some(1));
    insulin.handling.by_hand = Some(hand(4, mon("20:00")));
    assert_eq!(tier(&insulin, mon("21:00")), Some(4));
    assert_eq!(tier(&insulin, on("2026-03-03", "04:00")), Some(1), "within 12 h");
    insulin.handling.by_hand = Some(hand(4, on("2026-03-03", "05:00")));
    assert_eq!(tier(&insulin, on("2026-03-03", "15:59")), Some(4));
    assert_eq!(tier(&insulin, on("2026-03-03", "16:00")), Some(1), "past its start");
    t.handling.by_hand = Some(hand(1, mon("08:05")));
    let a = alert(&t, mon("08:10")).unwrap();
    assert_eq!((a.tier, a.by_hand, a.due), (1, true, Some(mon("08:20"))));
}

#[test]
fn p1_and_p2_do_not_sleep_across_their_breach() {
    let snoozed = |mut t: Thing, until| {
        t.handling.snoozed = Some(Snooze { until, reason: Text::clip("later"), by: ME });
        t
    };
    let t = snoozed(issue_thing(IssueKind::Wound, &[]), mon("12:00"));
    assert_eq!(alert(&t, mon("08:10")).unwrap().snoozed, Some(mon("09:58")));
    assert_eq!(alert(&t, mon("09:58")).unwrap().snoozed, None);
    // P3 sleeps, but not past the breach that makes it P2.
    let t = snoozed(issue_thing(IssueKind::Complaint, &[]), mon("12:00").plus(DAY));
    assert_eq!(alert(&t, mon("08:10")).unwrap().snoozed, Some(mon("17:00")));
    assert_eq!(alert(&t, mon("17:00")).map(|a| (a.tier, a.snoozed)), Some((2, None)));
    // P4 sleeps as long as it was told.
    let t = snoozed(issue_thing(IssueKind::Other, &[]), mon("12:00").plus(9 * DAY));
    assert_eq!(alert(&t, mon("08:10").plus(8 * DAY)).unwrap().snoozed, Some(mon("12:00").plus(9 * DAY)));
    let p = policy();
    let wound = alert(&issue_thing(IssueKind::Wound, &[]), mon("08:10")).unwrap();
    assert_eq!(snooze_limit(&wound, &p, mon("08:10")), Some(mon("09:58")));
    let wound = alert(&taken(issue_thing(IssueKind::Wound, &[]), mon("08:00")), mon("08:10")).unwrap();
    assert_eq!(snooze_limit(&wound, &p, mon("08:10")), Some(mon("10:10")));
    let other = alert(&issue_thing(IssueKind::Other, &[]), mon("08:10")).unwrap();
    assert_eq!(snooze_limit(&other, &p, mon("08:10")), None);
}

#[test]
fn vulnerability_adds_up_as_the_handbook_says_and_stops_at_ten() {
    let now = mon("08:10");
    let mut c = client(1, "Okafor, Ruth", Some(2));
    c.able_carer = true;
    c.alone = true;
    c.hospital_discharge = Day::parse_iso("2026-02-21");
    c.mahc10 = Some(6);
    assert_eq!(vulnerability(&c, now), (6, ["level 2", "alone", "home 9 d", "MAHC-10 6"].map(str::to_owned).to_vec()));
    c.level = Some(1);
    c.able_carer = false;
    c.m1033 = Some(4);
    c.lace = Some(10);
    assert_eq!(vulnerability(&c, now).0, 10);
    assert_eq!(vulnerability(&c, on("2026-03-07", "23:59")).0, 10, "day 14 still counts");
    assert_eq!(vulnerability(&c, on("2026-03-08", "00:00")).0, 8);
    assert_eq!(vulnerability(&client(1, "x", Some(4)), now), (1, vec!["no able carer".to_owned()]));
}

#[test]
fn a_call_out_is_one_line_as_bad_as_its_worst_visit() {
    let now = mon("08:10");
    let mut visits = vec![
        (client(1, "Petrov, Ivan", Some(3)), out(1, mon("13:00"))),
        (
            client(2, "Abara, Chidi", Some(4)),
            VisitFacts {
                answer: Answer::Yes,
                state: VisitState::Confirmed,
                staff: Some(staff(4, "Cole", Discipline::Hha)),
                ..out(2, mon("14:00"))
            },
        ),
    ];
    let t = call_out(visits.clone());
    let a = alert(&t, now).unwrap();
    assert_eq!((a.tier, a.through.as_deref()), (3, Some("triage.visit.open")));
    assert_eq!(a.touches, [(ClientId([1; 16]), 3)]);
    visits.push((client(3, "Suarez, Ana", Some(1)), out(3, mon("15:00"))));
    let t = call_out(visits.clone());
    let a = alert(&t, now).unwrap();
    assert_eq!((a.tier, a.through.as_deref()), (1, Some("triage.visit.level1")));
    assert_eq!(cause(&t, &a, &policy(), now, zone(), ME), "out since 05:52: 3 visits, 1 said yes");
    // All settled: nothing to say.
    for (_, v) in &mut visits {
        v.answer = Answer::Yes;
        v.state = VisitState::Confirmed;
        v.staff = Some(staff(4, "Cole", Discipline::Hha));
    }
    assert_eq!(alert(&call_out(visits), now), None);
}

#[test]
fn nothing_can_ask_for_what_must_not_count() {
    for name in super::vocabulary::NEVER {
        assert!(super::vocabulary::FIELDS.iter().all(|f| f.name != name), "{name}");
        assert!(policy().fact(name).is_none(), "{name}");
        let rule = format!("version = \"x\"\n[[rule]]\nid = \"triage.other\"\nwhen = [\"{name}:1\"]\n");
        let e = Policy::adopted(&rule, None).unwrap_err();
        assert!(e.text.contains("neither raise nor lower"), "{e}");
        let fact =
            format!("version = \"x\"\n[[fact]]\nname = \"{name}\"\nlabel = \"x\"\nask = \"x\"\nanswers = \"yes no\"\n");
        assert!(Policy::adopted(&fact, None).is_err(), "{name}");
    }
}

#[test]
fn the_head_of_the_file_lists_the_vocabulary() {
    let text = include_str!("../packs/triage.toml");
    let head = text.split("\nversion").next().unwrap();
    for field in super::vocabulary::FIELDS {
        assert!(
            head.split(|c: char| !c.is_ascii_alphanumeric() && c != '_').any(|w| w == field.name),
            "{} is not in the head of triage.toml",
            field.name
        );
    }
}

// ------------------------------------------------------------------------------------------------ the policy file

#[test]
fn an_agency_changes_tiers_texts_and_minutes_and_adds_rules() {
    let p = Policy::adopted(
        r#"
version = "riverside policy v3"

[presence]
lag = "30m"

[clocks]
p2 = "taken 1h"

[[rule]]
id = "triage.complaint"
tier = 2
clock = "taken 4h"
text = "complaint! {summary}"

[[rule]]
id = "triage.credential.60d"
off = true

[[rule]]
id = "riverside.pets"
source = ["issue"]
when = ["kind:other & dog:yes"]
tier = 5
text = "dog"
headline = "dog"
first = "nothing"
lower = "nothing"
citation = "house rule"

[[fact]]
name = "dog"
label = "dog"
ask = "A dog?"
answers = "yes no"
kinds = ["other"]

[[outcomes]]
for = "promise"
choices = [{ text = "done" }]
"#,
        Some("Dr. Alder"),
    )
    .unwrap();
    assert_eq!((p.version.as_str(), p.signed_by.as_deref()), ("riverside policy v3", Some("Dr. Alder")));
    assert_eq!(p.presence.lag, 30 * MINUTE);
    assert_eq!(p.rule("triage.complaint").map(|r| (r.tier, r.clock)), Some((2, Some(RuleClock::Taken(4 * HOUR)))));
    assert!(p.rule("triage.credential.60d").is_none());
    assert_eq!(p.unsigned_note(), None);
    assert_eq!(p.outcomes(AlertSource::Promise, None).len(), 1);
    let t = issue_thing(IssueKind::Complaint, &[]);
    let a = evaluate(&t, &p, None, mon("08:10")).alert.unwrap();
    assert_eq!((a.tier, a.due), (2, Some(mon("11:58"))));
    assert_eq!(cause(&t, &a, &p, mon("08:10"), zone(), ME), "complaint! words of a caller");
    let diff = Policy::diff(&policy(), &p);
    for line in [
        "version: caseload 2026-11-22 → riverside policy v3",
        "signed by: not signed → Dr. Alder",
        "clock-ins heard for: 15m → 30m",
        "P2 clock: taken 2h → taken 1h",
        "~ triage.complaint tier: P3 → P2",
        "~ triage.complaint clock: the tier's → taken 4h",
        "+ riverside.pets (P5)",
        "- triage.credential.60d (P5)",
        "+ asks dog: A dog?",
        "~ outcomes of promise: done",
    ] {
        assert!(diff.iter().any(|d| d == line), "{line} of {diff:#?}");
    }
    assert!(Policy::diff(&p, &p).is_empty());
}

#[test]
fn a_floor_may_not_be_loosened() {
    for (line, field) in [
        ("off = true", "off"),
        ("tier = 2", "tier"),
        ("floor = false", "floor"),
        ("finance = true", "floor"),
        ("clock = \"taken 1h\"", "clock"),
        ("clock = \"none\"", "clock"),
        ("when = [\"kind:fall & head_strike:yes & anticoagulant\"]", "when"),
        ("source = [\"visit\"]", "source"),
    ] {
        let file = format!("version = \"x\"\n\n[[rule]]\nid = \"triage.fall.head_strike\"\n{line}\n");
        let e = Policy::adopted(&file, None).unwrap_err();
        assert_eq!((e.rule.as_str(), e.field.as_str()), ("triage.fall.head_strike", field), "{e}");
        assert!(e.line == 5 || e.line == 4, "{e}");
    }
    let tighter =
        "version = \"x\"\n[[rule]]\nid = \"triage.fall.head_strike\"\nclock = \"taken 5m\"\ntext = \"FALL\"\n";
    assert!(Policy::adopted(tighter, None).is_ok());
    // Nor may another P1 rule stand before it.
    let before = r#"
version = "x"
[[rule]]
id = "a.falls"
source = ["issue"]
when = ["kind:fall"]
tier = 1
text = "fall"
headline = "fall"
first = "look"
lower = "time"
citation = "us"
"#;
    let p = Policy::adopted(before, None).unwrap();
    let t = issue_thing(IssueKind::Fall, &[("head_strike", "yes")]);
    assert!(evaluate(&t, &p, None, mon("08:10")).alert.unwrap().floor);
    // Nor an answer that calls a nurse's look a practitioner's.
    let door = "version = \"x\"\n[[outcomes]]\nfor = \"issue\"\nkinds = [\"fall\"]\nchoices = [{ text = \"seen by nurse\", disposition = \"seen by practitioner\" }]\n";
    assert_eq!(Policy::adopted(door, None).unwrap_err().field, "disposition");
    // Money stays money.
    let money = "version = \"x\"\n[[rule]]\nid = \"triage.authorization\"\nfinance = false\n";
    assert_eq!(Policy::adopted(money, None).unwrap_err().field, "finance");
}

#[test]
fn errors_name_the_rule_the_field_and_the_line() {
    let file = |line: &str| format!("version = \"x\"\n[[rule]]\nid = \"triage.other\"\n{line}\n");
    for (line, field, says) in [
        ("tier = 9", "tier", "1 to 5"),
        ("when = [\"kind:flal\"]", "when", "not one of"),
        ("when = [\"hat:1\"]", "when", "no known field"),
        ("when = [\"starts<2h\"]", "when", "not known of what comes from: issue"),
        ("when = [\"since>2\"]", "when", "is a time"),
        ("when = [\"news2:high\"]", "when", "is a number"),
        ("when = [\"kind:\"]", "when", "column 6"),
        ("when = [\"\"]", "when", "match everything"),
        ("clock = \"soon\"", "clock", "is no clock"),
        ("text = \"{hat}\"", "text", "not known here"),
        ("mark = \"X\"", "mark", "V, V2 or G"),
        ("source = [\"moon\"]", "source", "not one of"),
        ("worst = true", "worst", "call-out"),
    ] {
        let e = Policy::adopted(&file(line), None).unwrap_err();
        assert_eq!((e.rule.as_str(), e.field.as_str()), ("triage.other", field), "{line}: {e}");
        assert!((3..=4).contains(&e.line), "{line}: {e}");
        assert!(e.text.contains(says), "{line}: {e}");
    }
    let e = Policy::adopted(&file("tire = 2"), None).unwrap_err();
    assert_eq!((e.rule.as_str(), e.line), ("triage.other", 4), "{e}");
    let e = Policy::adopted("[clocks]\n", None).unwrap_err();
    assert_eq!(e.field, "version");
    let e = Policy::adopted("version = \"x\"\n[[rule]]\nid = \"new\"\nsource = [\"issue\"]\n", None).unwrap_err();
    assert_eq!((e.rule.as_str(), e.field.as_str()), ("new", "when"));
}

#[test]
fn each_kind_of_issue_has_its_answers_and_questions() {
    let p = policy();
    for kind in IssueKind::ALL {
        assert!(!p.outcomes(AlertSource::Issue, Some(*kind)).is_empty());
    }
    let fall: Vec<&str> = p.facts_of(IssueKind::Fall).map(|f| f.name.as_str()).collect();
    assert_eq!(
        fall,
        [
            "callback",
            "breathing_awake",
            "called_911",
            "who_with",
            "head_strike",
            "blood_thinner",
            "can_rise",
            "injury",
            "witnessed"
        ]
    );
    assert!(p.outcomes(AlertSource::Issue, Some(IssueKind::Fall)).iter().any(|o| o.disposition.is_some()));
    assert_eq!(p.unsigned_note(), Some("triage: demo policy, not reviewed"));
}

// ------------------------------------------------------------------------------------------------ the demo's day

fn demo() -> Vec<Thing> {
    let key = |t: Thing, n: u8| Thing { key: AlertKey { subject: [n; 16], ..t.key }, ..t };
    let mut okafor = client(1, "Okafor, Ruth", Some(2));
    okafor.alone = true;
    okafor.able_carer = true;
    okafor.anticoagulant = Some("warfarin".to_owned());
    okafor.hospital_discharge = Day::parse_iso("2026-02-21");
    okafor.mahc10 = Some(6);
    let mut fall = about(issue_thing(IssueKind::Fall, &[("head_strike", "yes")]), okafor.clone());
    fall.since = mon("07:58");

    let mut lindqvist = client(2, "Lindqvist, Arne", Some(1));
    lindqvist.needs = vec![Need::Insulin];
    let insulin = VisitFacts {
        service: "insulin".to_owned(),
        state: VisitState::CalledOut,
        called_out_at: Some(mon("08:06")),
        reason: "LPN broke down".to_owned(),
        ..visit(mon("08:00"))
    };
    let mut insulin = taken(about(visit_thing(insulin, Some(1)), lindqvist), mon("08:07"));
    insulin.since = mon("08:06");

    let said_yes = VisitFacts {
        answer: Answer::Yes,
        state: VisitState::Confirmed,
        staff: Some(staff(4, "Cole", Discipline::Hha)),
        ..out(13, mon("13:00"))
    };
    let reyes = taken(
        call_out(vec![
            (client(4, "Petrov, Ivan", Some(3)), VisitFacts { two_people: true, ..out(11, mon("08:00")) }),
            (client(5, "Nguyen, Thi Lan", Some(3)), out(12, mon("10:30"))),
            (client(6, "Abara, Chidi", Some(2)), said_yes),
            (okafor, out(14, mon("15:00"))),
            (client(7, "Doyle, Sean", Some(4)), out(15, mon("16:30"))),
        ]),
        mon("05:54"),
    );
    let haddad = about(
        taken(
            window(WindowKind::Roc, mon("15:00").plus(-2 * DAY), mon("15:00"), Some(chen(mon("09:00")))),
            mon("06:00"),
        ),
        client(8, "Haddad, Samir", Some(2)),
    );
    let recert = window(WindowKind::Recert, on("2026-02-26", "00:00"), on("2026-03-03", "00:00"), None);
    let mut auth = issue_thing(IssueKind::Authorization, &[]);
    let mut supervision = issue_thing(IssueKind::Supervision, &[]);
    if let (SourceFacts::Issue(a), SourceFacts::Issue(s)) = (&mut auth.source, &mut supervision.source) {
        a.summary = "11 units = 2 visits, out Wed".to_owned();
        a.due = Some(on("2026-03-04", "00:00"));
        s.summary = "aide supervision, day 14 is today".to_owned();
        s.due = Some(on("2026-03-03", "00:00"));
    }
    auth.since = mon("08:00").plus(-DAY);
    supervision.since = mon("00:00");
    let after: Vec<VisitAfter> = (12..18).map(|d| after(Some(3), on(&format!("2026-03-{d}"), "09:00"))).collect();
    vec![
        key(fall, 21),
        insulin,
        reyes,
        haddad,
        recert,
        key(about(auth, client(6, "Abara, Chidi", Some(2))), 22),
        promise(mon("15:00")),
        key(about(supervision, client(4, "Petrov, Ivan", Some(3))), 23),
        credential("2026-03-11", after),
    ]
}

#[test]
fn the_demos_day() {
    let p = policy();
    let now = mon("08:10");
    let mut book = Book::new();
    book.clock_in(Some(mon("08:05")), &p, now);
    book.rebuild(demo(), &p, now);
    let rows: Vec<String> = book
        .sorted()
        .map(|e| {
            let a = e.alert().unwrap();
            let name = match &e.thing.source {
                SourceFacts::CallOut(f) => format!("@{}", f.staff.name),
                _ => e
                    .thing
                    .client
                    .as_ref()
                    .map(|c| c.name.clone())
                    .or(e.thing.staff.as_ref().map(|s| format!("@{}", s.name)))
                    .unwrap(),
            };
            let dim = if a.booked.is_some() { " (dim)" } else { "" };
            format!("P{} {name}: {}{dim}", a.tier, cause(&e.thing, a, &p, now, zone(), ME))
        })
        .collect();
    assert_eq!(
        rows,
        [
            "P1 Okafor, Ruth: fall, head strike, on warfarin",
            "P1 Lindqvist, Arne: insulin 08:00: LPN broke down 08:06",
            "P2 @Reyes, Maria: out since 05:52: 5 visits, 1 said yes",
            "P2 Haddad, Samir: ROC by 15:00, Chen booked 09:00 (dim)",
            "P3 García-López, Inés: you call daughter by 15:00",
            "P3 O'Brien, Maeve: recert closes today, no RN booked",
            "P3 Petrov, Ivan: aide supervision, day 14 is today",
            "P3 Abara, Chidi: auth: 11 units = 2 visits, out Wed",
            "P4 @Cole: CPR good to 11 Mar, 6 visits after it",
        ]
    );
    let okafor = ClientId([1; 16]);
    assert_eq!(book.tally(okafor).tiers, [1, 1, 0, 0, 0], "Okafor: the fall, and a visit of the call-out");
    let hers: Vec<(AlertSource, u8)> = book.for_client(okafor).map(|(e, tier)| (e.thing.key.source, tier)).collect();
    assert_eq!(hers, [(AlertSource::Issue, 1), (AlertSource::CallOut, 2)]);
    assert_eq!(book.for_person(Subject::Client(okafor)).count(), 1);
    let fall = book.sorted().next().unwrap();
    let why = why(&fall.thing, fall.alert().unwrap(), &p, now, zone());
    assert_eq!(why.headline, "fall with head strike, on an anticoagulant (warfarin)");
    assert_eq!(
        why.lines,
        [
            ("Rule", "triage.fall.head_strike · caseload 2026-11-22"),
            ("Facts", "fall 07:58, told by daughter Grace (phone) · head strike · warfarin · not asked: breathing and awake, 911, with the client, can get up, injury, witnessed"),
            ("First", "call whoever is in the home, else the client; 911 if drowsy, confused, vomiting or in pain"),
            ("Clock", "take it by 08:13 (3 min left), then the supervisor"),
            ("Then", "vulnerability 6: level 2, alone, home 9 d, MAHC-10 6"),
            ("Lower it", "practitioner told and disposition recorded (ED, or stay with observation plan): P2 for 24 h; never by a score"),
            ("Source", "handbook section 5, P1, P3 and floors; agency policy (G) · triage: demo policy, not reviewed"),
        ]
        .map(|(l, t)| (l.to_owned(), t.to_owned()))
    );
    let other = book.sorted().nth(4).unwrap();
    let theirs = cause(&other.thing, other.alert().unwrap(), &p, now, zone(), UserId([1; 16]));
    assert_eq!(theirs, "R. Patel calls daughter by 15:00");
}

#[test]
fn the_phone_at_five_to_six() {
    let now = mon("05:54");
    let Some(Thing { source: SourceFacts::CallOut(f), .. }) = demo().into_iter().nth(2) else { unreachable!() };
    let visits = f.visits.into_iter().map(|(c, v)| (c, out(v.visit.0[0], v.start))).collect();
    let t = call_out(visits);
    let a = alert(&t, now).unwrap();
    assert_eq!((a.tier, a.through.as_deref()), (2, Some("triage.visit.called_out")));
    assert_eq!(cause(&t, &a, &policy(), now, zone(), ME), "out since 05:52: 5 visits, none said yes");
}

// ------------------------------------------------------------------------------------------------ the book

mod laws {
    use super::*;
    use proptest::prelude::*;

    /// Days around both clock changes of 2026 in the eastern United States, and an ordinary one.
    fn start() -> impl Strategy<Value = Moment> {
        (
            prop_oneof![Just("2026-03-07"), Just("2026-10-31"), Just("2026-03-02"), Just("2026-12-31")],
            0_i64..2 * 24 * 60,
        )
            .prop_map(|(day, minutes)| on(day, "00:00").plus(minutes * MINUTE))
    }

    fn any_client() -> impl Strategy<Value = ClientFacts> {
        (1_u8..6, prop::option::of(1_u8..5), any::<bool>(), prop::option::of(-20_i32..4), any::<bool>()).prop_map(
            |(n, level, alone, discharged, warfarin)| ClientFacts {
                alone,
                hospital_discharge: discharged.map(|d| zone().day(on("2026-03-07", "12:00")).plus(d)),
                anticoagulant: warfarin.then(|| "warfarin".to_owned()),
                needs: if alone { vec![Need::Insulin] } else { vec![] },
                ..client(n, &format!("Client {n}"), level)
            },
        )
    }

    fn any_visit(now: Moment) -> impl Strategy<Value = VisitFacts> {
        (-300_i64..3_500, 0_usize..VisitState::ALL.len(), 0_usize..Answer::ALL.len(), any::<[bool; 4]>()).prop_map(
            move |(minutes, state, said, [somebody, called, there, pair])| VisitFacts {
                state: VisitState::ALL[state],
                answer: Answer::ALL[said],
                staff: somebody.then(|| staff(7, "Cole", Discipline::Hha)),
                called_out_at: called.then(|| now.plus(-HOUR)),
                arrived: there.then_some(now),
                two_people: pair,
                ..visit(now.plus(minutes * MINUTE))
            },
        )
    }

    fn any_booked(now: Moment) -> impl Strategy<Value = Option<BookedVisit>> {
        prop::option::of((-600_i64..4_000, any::<bool>(), any::<bool>(), any::<bool>()).prop_map(
            move |(minutes, nurse, covered, arrived)| BookedVisit {
                discipline: if nurse { Discipline::Rn } else { Discipline::Hha },
                covered,
                arrived,
                ..chen(now.plus(minutes * MINUTE))
            },
        ))
    }

    fn any_source(now: Moment) -> impl Strategy<Value = (AlertSource, SourceFacts)> {
        let soon = -2_000_i64..12_000;
        let kind = prop::sample::select(IssueKind::ALL.to_vec());
        let names = ["head_strike", "injury", "chest_pain", "called_911", "new_confusion", "critical", "symptoms"];
        let facts = prop::collection::vec(
            (prop::sample::select(names.to_vec()), prop::sample::select(vec!["yes", "no", "unknown"])),
            0..3,
        );
        prop_oneof![
            (kind, facts, prop::option::of(soon.clone()), prop::option::of(-2_000_i64..0)).prop_map(
                move |(kind, facts, due, disposed)| {
                    let facts = IssueFacts {
                        due: due.map(|m| now.plus(m * MINUTE)),
                        disposition: disposed.map(|m| disposition(now.plus(m * MINUTE))),
                        ..issue(kind, &facts)
                    };
                    (AlertSource::Issue, SourceFacts::Issue(facts))
                }
            ),
            any_visit(now).prop_map(|v| (AlertSource::Visit, SourceFacts::Visit(v))),
            prop::collection::vec((any_client(), any_visit(now)), 1..4).prop_map(move |visits| {
                let Thing { source: SourceFacts::CallOut(f), .. } = call_out(Vec::new()) else { unreachable!() };
                let facts = CallOutFacts { day: zone().day(now), called_out_at: now.plus(-HOUR), visits, ..f };
                (AlertSource::CallOut, SourceFacts::CallOut(facts))
            }),
            (0_usize..4, soon.clone(), any_booked(now)).prop_map(move |(kind, due, booked)| {
                let kind = WindowKind::ALL[kind];
                let due = now.plus(due * MINUTE);
                let facts = WindowFacts { kind, what: "PHQ-9".to_owned(), opens: due.plus(-5 * DAY), due, booked };
                (window_source(kind), SourceFacts::Window(facts))
            }),
            soon.clone().prop_map(move |due| (AlertSource::Promise, promise(now.plus(due * MINUTE)).source)),
            (-3_i32..70, prop::collection::vec((prop::option::of(1_u8..5), soon.clone()), 0..3)).prop_map(
                move |(days, after_it)| {
                    let last = zone().day(now).plus(days);
                    let visits = after_it
                        .into_iter()
                        .map(|(level, m)| after(level, zone().midnight(last.plus(1)).plus((m.abs()) * MINUTE)))
                        .collect();
                    (AlertSource::Credential, credential(&last.iso(), visits).source)
                }
            ),
            (soon, any_booked(now)).prop_map(move |(due, booked)| {
                let due = now.plus(due * MINUTE);
                let facts = ReferralFacts { received: due.plus(-2 * DAY), basis: InitialBasis::Referral, due, booked };
                (AlertSource::Referral, SourceFacts::Referral(facts))
            }),
        ]
    }

    fn any_handling(now: Moment) -> impl Strategy<Value = Handling> {
        let ago = || prop::option::of(-3_000_i64..1);
        (
            ago(),
            prop::option::of(-100_i64..3_000),
            prop::option::of((1_u8..6, -3_000_i64..1)),
            prop::option::weighted(0.2, -3_000_i64..1),
        )
            .prop_map(move |(acknowledged, asleep, by_hand, finished)| Handling {
                owner: acknowledged.map(|_| ME),
                acknowledged: acknowledged.map(|m| now.plus(m * MINUTE)),
                snoozed: asleep.map(|m| Snooze { until: now.plus(m * MINUTE), reason: Text::default(), by: ME }),
                by_hand: by_hand.map(|(tier, m)| hand(tier, now.plus(m * MINUTE))),
                escalated: None,
                outcome: finished.map(|m| outcome(now.plus(m * MINUTE))),
            })
    }

    fn any_thing(now: Moment) -> impl Strategy<Value = Thing> {
        (0_u8..12, any_source(now), prop::option::of(any_client()), any_handling(now), -4_000_i64..1, any::<bool>())
            .prop_map(move |(n, (source, facts), client, handling, since, digest)| {
                let mut t = thing(source, n, now.plus(since * MINUTE), facts);
                t.person = client.as_ref().map(|c| Subject::Client(c.id));
                t.client = client;
                t.handling = handling;
                t.handled_fact = digest.then(|| fact_digest(&t));
                t
            })
    }

    #[derive(Debug, Clone)]
    enum Step {
        Set(Box<Thing>),
        Handle(usize, Box<Handling>),
        Remove(usize),
        Pass(i64),
        ToNext,
        ClockIn,
    }

    fn steps() -> impl Strategy<Value = (Moment, Vec<Step>)> {
        start().prop_flat_map(|now| {
            let step = prop_oneof![
                6 => any_thing(now).prop_map(|t| Step::Set(Box::new(t))),
                2 => (0_usize..12, any_handling(now)).prop_map(|(i, h)| Step::Handle(i, Box::new(h))),
                1 => (0_usize..12).prop_map(Step::Remove),
                3 => (0_i64..600).prop_map(Step::Pass),
                3 => Just(Step::ToNext),
                1 => Just(Step::ClockIn),
            ];
            (Just(now), prop::collection::vec(step, 1..40))
        })
    }

    /// Everything that a reader of a book sees.
    #[derive(PartialEq)]
    struct Reading {
        awake: Vec<Alert>,
        asleep: Vec<Alert>,
        next: Option<Moment>,
        tallies: Vec<u32>,
        cards: Vec<(AlertKey, u8)>,
        persons: Vec<AlertKey>,
    }

    fn read(book: &Book) -> Reading {
        let clients = || (1..6).map(|n| ClientId([n; 16]));
        Reading {
            awake: book.sorted().filter_map(|e| e.alert().cloned()).collect(),
            asleep: book.snoozed().filter_map(|e| e.alert().cloned()).collect(),
            next: book.next_due(),
            tallies: clients().flat_map(|c| book.tally(c).tiers).collect(),
            cards: clients().flat_map(|c| book.for_client(c).map(|(e, t)| (e.thing.key, t))).collect(),
            persons: clients().flat_map(|c| book.for_person(Subject::Client(c)).map(|e| e.thing.key)).collect(),
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 400, rng_seed: proptest::test_runner::RngSeed::Fixed(0x5eed), ..ProptestConfig::default() })]

        #[test]
        fn a_book_equals_a_full_recomputation((mut now, steps) in steps()) {
            let p = policy();
            let mut book = Book::new();
            let mut clock_in = None;
            for step in steps {
                match step {
                    Step::Set(t) => { book.set(*t, &p, now); }
                    Step::Handle(i, handling) => {
                        let found = book.things().nth(i).map(|e| e.thing.clone());
                        if let Some(t) = found {
                            book.set(Thing { handling: *handling, ..t }, &p, now);
                        }
                    }
                    Step::Remove(i) => {
                        let found = book.things().nth(i).map(|e| e.thing.key);
                        if let Some(key) = found {
                            book.remove(key);
                        }
                    }
                    Step::Pass(minutes) => now = now.plus(minutes * MINUTE),
                    Step::ToNext => now = book.next_due().unwrap_or(now),
                    Step::ClockIn => { clock_in = Some(now); book.clock_in(clock_in, &p, now); }
                }
                book.advance(&p, now);
                let mut anew = Book::new();
                anew.clock_in(clock_in, &p, now);
                anew.rebuild(book.things().map(|e| e.thing.clone()).collect::<Vec<_>>(), &p, now);
                prop_assert!(read(&book) == read(&anew), "at {}", now.rfc3339());
                prop_assert!(book.next_due().is_none_or(|n| n > now));
            }
        }

        #[test]
        fn a_verdict_stands_until_its_next((now, thing) in start().prop_flat_map(|now| (Just(now), any_thing(now))), part in 0.0_f64..1.0) {
            let p = policy();
            let mut now = now;
            for _ in 0..40 {
                let verdict = evaluate(&thing, &p, None, now);
                let Some(next) = verdict.next else {
                    prop_assert!(evaluate(&thing, &p, None, now.plus(400 * DAY)).alert == verdict.alert);
                    return Ok(());
                };
                prop_assert!(next > now);
                let between = now.plus(((next.since(now) - 1) as f64 * part) as i64);
                prop_assert!(evaluate(&thing, &p, None, between).alert == verdict.alert);
                prop_assert!(evaluate(&thing, &p, None, next.plus(-1)).alert == verdict.alert);
                now = next;
            }
            prop_assert!(false, "more than 40 changes");
        }

        #[test]
        fn guard_rails_hold_whatever_happens((now, thing) in start().prop_flat_map(|now| (Just(now), any_thing(now)))) {
            let p = policy();
            let Some(alert) = evaluate(&thing, &p, None, now).alert else { return Ok(()) };
            let rule = p.rule(&alert.rule).unwrap();
            prop_assert!((1..=5).contains(&alert.tier));
            if rule.finance {
                prop_assert!(alert.tier >= 3);
            }
            if let (true, SourceFacts::Issue(f)) = (rule.floor, &thing.source) {
                let held = if f.disposition.is_none() { alert.tier == 1 } else { alert.tier <= 2 || alert.by_hand };
                prop_assert!(held);
            }
            let words = cause(&thing, &alert, &p, now, zone(), ME);
            prop_assert!(!words.is_empty() && words.chars().count() <= 72, "{}: {}", rule.id, words);
            prop_assert!(why(&thing, &alert, &p, now, zone()).lines.len() >= 5);
        }
    }

    #[test]
    fn a_clock_that_is_set_back_is_followed() {
        let p = policy();
        let mut book = Book::new();
        let t = issue_thing(IssueKind::Complaint, &[]);
        book.set(t.clone(), &p, mon("16:00"));
        book.advance(&p, mon("18:00"));
        assert_eq!(book.get(t.key).and_then(|e| e.alert()).map(|a| a.tier), Some(2));
        book.advance(&p, mon("16:30"));
        assert_eq!(book.get(t.key).and_then(|e| e.alert()).map(|a| a.tier), Some(3));
    }

    #[test]
    fn a_large_book_moves_quickly() {
        let p = policy();
        let now = mon("08:10");
        let many: Vec<Thing> = (0..15_000_u32)
            .map(|i| {
                let mut t = if i % 3 == 0 {
                    visit_thing(visit(mon("06:00").plus(i64::from(i % 2_880) * MINUTE)), Some((i % 5) as u8))
                } else {
                    window(WindowKind::Recert, now, now.plus(i64::from(i % 10_000) * MINUTE), None)
                };
                t.key.occurrence = i64::from(i);
                t
            })
            .collect();
        let mut book = Book::new();
        book.rebuild(many.clone(), &p, now);
        assert!(book.len() > 10_000);
        for t in many.into_iter().take(1_000) {
            let t = taken(t, now);
            book.set(t, &p, now);
        }
        let mut at = now;
        for _ in 0..1_000 {
            at = book.next_due().unwrap();
            book.advance(&p, at);
        }
        assert!(at > now);
        let tiers: Vec<u8> = book.sorted().filter_map(|e| e.alert()).map(|a| a.tier).collect();
        assert!(tiers.is_sorted());
    }
}
