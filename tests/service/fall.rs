//! A report before it is saved: what it is asked comes from the adopted rules, and what it is said to be is what the book
//! makes of it.

use crate::config;
use crate::office::{Office, monday, rule, said};
use caseload::domain::attention::{AlertKey, AlertSource};
use caseload::domain::issue::{How, IssueKind};
use caseload::domain::record::Kind;
use caseload::service::api::{Answered, Ask, AskAnswers, Command, NewIssue, Person, Query, Reply, Session, WouldBe};
use proptest::prelude::*;

fn asks(office: &mut Office, me: &Session) -> Vec<Ask> {
    match office.query(me, Query::Asks) {
        Answered::Asks(asks) => asks,
        _ => panic!("other answer"),
    }
}

fn would_be(office: &mut Office, me: &Session, new: &NewIssue) -> WouldBe {
    match office.query(me, Query::WouldBe(new.clone())) {
        Answered::WouldBe(found) => found,
        _ => panic!("other answer"),
    }
}

fn fall(office: &Office, client: usize, facts: &[(&str, &str)]) -> NewIssue {
    let facts = facts.iter().map(|(n, v)| ((*n).to_owned(), (*v).to_owned())).collect();
    NewIssue { facts, ..office.fall(client) }
}

fn would_be_fall(office: &mut Office, me: &Session, client: usize, facts: &[(&str, &str)]) -> WouldBe {
    let new = fall(office, client, facts);
    would_be(office, me, &new)
}

#[test]
fn a_fall_asks_in_the_order_of_a_caller_and_her_list_answers_the_blood_thinner() {
    let mut office = Office::at(monday());
    let me = office.me.clone();
    let asks = asks(&mut office, &me);
    let of_fall: Vec<&str> =
        asks.iter().filter(|a| a.kinds.contains(&IssueKind::Fall)).map(|a| a.name.as_str()).collect();
    let first = ["callback", "breathing_awake", "called_911", "who_with", "head_strike", "blood_thinner", "can_rise"];
    assert_eq!(of_fall[..7], first);
    assert!(asks[0].answers == AskAnswers::Phone);
    let found = would_be_fall(&mut office, &me, 0, &[]);
    let (name, text, answers) = &found.known[0];
    assert!(name == "blood_thinner" && *answers && text == "warfarin, on the list of 23 Feb 2026", "{text}");
    let judged = found.judged.unwrap();
    assert_eq!((judged.tier, judged.rule.as_str()), (1, "triage.fall.head_strike"));
    assert!(judged.headline.contains("on an anticoagulant (warfarin)"), "{}", judged.headline);
    // Of one without a list it is asked.
    let found = would_be_fall(&mut office, &me, 1, &[]);
    assert!(!found.known[0].2 && found.judged.unwrap().tier == 3);
    let told = would_be_fall(&mut office, &me, 1, &[("blood_thinner", "yes")]).judged.unwrap();
    assert!(told.tier == 1 && told.headline.contains("blood thinner"), "{}", told.headline);
    let out = would_be_fall(&mut office, &me, 1, &[("breathing_awake", "no")]).judged.unwrap();
    assert!(out.tier == 1 && out.first.starts_with("call 911") && out.headline.contains("not breathing"));
    let cannot = would_be_fall(&mut office, &me, 1, &[("can_rise", "no")]).judged.unwrap();
    assert_eq!((cannot.tier, cannot.headline.as_str()), (1, "fall: cannot get up"));
}

#[test]
fn an_agencys_own_question_is_asked_and_counts() {
    let mut office = Office::at(monday());
    let (me, manager) = (office.me.clone(), office.manager.clone());
    let text = r#"
version = "riverside v3"
[[fact]]
name = "stairs"
label = "on the stairs"
ask = "On the stairs?"
answers = "yes no"
kinds = ["fall"]
[[rule]]
id = "riverside.stairs"
source = ["issue"]
when = ["kind:fall & stairs:yes"]
tier = 2
text = "fall on the stairs"
headline = "fall on the stairs"
first = "call"
lower = "seen"
citation = "policy"
"#;
    let adopt = Command::AdoptPolicy {
        name: "triage".to_owned(),
        version: "riverside v3".to_owned(),
        text: text.to_owned(),
        signed_by: String::new(),
    };
    office.done(&manager, adopt);
    assert!(asks(&mut office, &me).iter().any(|a| a.name == "stairs" && a.question == "On the stairs?"));
    let judged = would_be_fall(&mut office, &me, 1, &[("stairs", "yes")]).judged.unwrap();
    assert_eq!((judged.tier, judged.rule.as_str()), (2, "riverside.stairs"));
}

#[test]
fn asking_keeps_nothing_and_half_a_report_is_judged() {
    let mut office = Office::at(monday());
    let me = office.me.clone();
    let head = office.store.engine().head().unwrap();
    let long = "x".repeat(5_000);
    let half = NewIssue { person: None, summary: long.clone(), reported_by: long.clone(), ..office.fall(0) };
    assert_eq!(would_be(&mut office, &me, &half).judged.unwrap().tier, 1);
    let nobody = NewIssue { person: Some(Person::Client(caseload::domain::ids::ClientId([9; 16]))), ..office.fall(0) };
    would_be(&mut office, &me, &nobody);
    assert_eq!(office.store.engine().head().unwrap(), head);
    // A number that is none is said beside its question.
    let news = NewIssue { kind: IssueKind::Wound, facts: vec![("news2".into(), "a few".into())], ..office.fall(0) };
    let reply = office.act(&me, Command::NewIssue(news));
    assert_eq!(rule(&reply), "issue.number", "{}", said(&reply));
    assert!(matches!(reply, Reply::Problems(p) if p[0].field == "news2"));
}

/// Answers in any order: which question, which answer.
fn answers() -> impl Strategy<Value = Vec<(usize, usize)>> {
    prop::collection::vec((0_usize..40, 0_usize..6), 0..12)
}

fn answered(ask: &Ask, n: usize) -> String {
    match &ask.answers {
        AskAnswers::Words(words) => words.get(n).cloned().unwrap_or_default(),
        AskAnswers::Number => n.to_string(),
        AskAnswers::Phone | AskAnswers::Text => "401 555 0142".to_owned(),
    }
}

proptest! {
    #![proptest_config(config(60, 2_000))]

    #[test]
    fn what_it_would_be_is_what_the_book_says_of_it_once_saved(
        client in 0_usize..6,
        kind in 0..IssueKind::ALL.len(),
        given in answers(),
        back in 0_i64..300,
    ) {
        let mut office = Office::at(monday());
        let me = office.me.clone();
        let kind = IssueKind::ALL[kind];
        let asks: Vec<Ask> =
            asks(&mut office, &me).into_iter().filter(|a| a.kinds.is_empty() || a.kinds.contains(&kind)).collect();
        let mut facts: Vec<(String, String)> = Vec::new();
        for (which, n) in given {
            let Some(ask) = asks.get(which % asks.len().max(1)) else { break };
            facts.retain(|(name, _)| *name != ask.name);
            let answer = answered(ask, n);
            if !answer.is_empty() {
                facts.push((ask.name.clone(), answer));
            }
        }
        let new = NewIssue {
            person: Some(Person::Client(office.clients[client])),
            kind,
            summary: "words of a caller".to_owned(),
            facts,
            happened: Some(office.now().plus(-back * 60_000)),
            reported_by: "Grace".to_owned(),
            how: How::Phone,
        };
        let said = would_be(&mut office, &me, &new).judged;
        let created = office.done(&me, Command::NewIssue(new)).created;
        let key = AlertKey { source: AlertSource::Issue, subject: created[0], occurrence: 0 };
        let alert = office.alert(key);
        prop_assert_eq!(said.as_ref().map(|j| j.tier), alert.as_ref().map(|a| a.tier));
        prop_assert_eq!(said.as_ref().map(|j| j.rule.clone()), alert.map(|a| a.rule.to_string()));
        if let Answered::Why(Some(why)) = office.query(&me, Query::Why(key)) {
            prop_assert_eq!(said.map(|j| j.headline), Some(why.headline));
        }
        prop_assert!(office.ids(Kind::Issue).contains(&created[0]));
    }

    #[test]
    fn the_tier_in_the_open_form_never_falls_in_whatever_order_it_is_answered(
        client in 0_usize..6,
        given in answers(),
        kind in 0_usize..5,
    ) {
        let mut office = Office::at(monday());
        let me = office.me.clone();
        let kind = IssueKind::ALL[kind];
        let mut report = caseload::app::report::Report::default();
        let asks: Vec<Ask> = asks(&mut office, &me).into_iter().filter(|a| a.kinds.contains(&kind)).collect();
        let mut new = NewIssue { kind, ..fall(&office, client, &[]) };
        let mut worst = 9;
        for (which, n) in given {
            let ask = &asks[which % asks.len()];
            new.facts.retain(|(name, _)| *name != ask.name);
            let answer = answered(ask, n);
            if !answer.is_empty() {
                new.facts.push((ask.name.clone(), answer));
            }
            let found = would_be(&mut office, &me, &new);
            let judged = found.judged.as_ref().map(|j| j.tier);
            report.judged(found);
            let Some(stands) = report.stands().map(|j| j.tier) else { continue };
            prop_assert!(stands <= worst);
            prop_assert!(judged.is_none_or(|now| stands <= now));
            prop_assert_eq!(report.as_answered().is_some(), judged != Some(stands));
            worst = stands;
        }
    }
}
