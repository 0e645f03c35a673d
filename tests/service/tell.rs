//! Who has not been told: what the policy asks for, minus who was reached.

use crate::office::{Office, monday};
use caseload::domain::attention::{AlertKey, AlertSource};
use caseload::domain::communication::CallResult;
use caseload::domain::fields::Fields;
use caseload::domain::issue::IssueKind;
use caseload::domain::record::Kind;
use caseload::domain::time::{DAY, HOUR};
use caseload::rules::triage::policy::Policy;
use caseload::rules::triage::tell::Audience;
use caseload::service::api::{Answered, Command, LogCall, NewIssue, Query, Untold};

fn untold(office: &mut Office, about: Option<AlertKey>) -> Vec<Untold> {
    let (me, client) = (office.me.clone(), office.clients[0]);
    match office.query(&me, Query::Untold { client, about }) {
        Answered::Untold(list) => list,
        _ => panic!("another answer"),
    }
}

fn who(list: &[Untold]) -> Vec<&str> {
    list.iter().map(|u| u.who.as_str()).collect()
}

fn tell(office: &mut Office, untold: &Untold, result: CallResult) {
    let me = office.me.clone();
    let call = office.call(Some(untold.key), None);
    let call = LogCall { contact: untold.contact, with: untold.who.clone(), result, ..call };
    office.done(&me, Command::LogCall(call));
}

#[test]
fn who_was_reached_is_told_and_nobody_else() {
    let mut office = Office::at(monday());
    let list = untold(&mut office, None);
    assert_eq!(
        who(&list),
        ["M. Manager, supervisor", "no physician recorded", "Adeyemi, Grace, daughter"],
        "soonest first"
    );
    assert!(list.iter().all(|u| u.what.starts_with("fall ")));
    let grace = list[2].clone();
    assert_eq!((grace.number.as_str(), grace.share.as_str()), ("(401) 555-0177", "may hear all"));
    office.pass(HOUR);
    tell(&mut office, &grace, CallResult::LeftMessage);
    assert_eq!(untold(&mut office, None).len(), 3, "a message left is not told");
    tell(&mut office, &grace, CallResult::Reached);
    assert_eq!(who(&untold(&mut office, None)), ["M. Manager, supervisor", "no physician recorded"]);
    tell(&mut office, &list[0], CallResult::Reached);
    assert_eq!(who(&untold(&mut office, Some(grace.key))), ["no physician recorded"]);
}

#[test]
fn who_told_us_needs_no_telling_and_who_may_not_hear_is_not_told() {
    let mut office = Office::at(monday());
    let me = office.me.clone();
    let fall = office.alerts(AlertSource::Issue)[0];
    let daughter = office.ids(Kind::Contact)[0];
    office.edit(&me, Kind::Contact, daughter, Fields::none().with("share", &"Visits"));
    assert!(!who(&untold(&mut office, None)).contains(&"Adeyemi, Grace, daughter"), "she may hear of visits alone");
    office.edit(&me, Kind::Contact, daughter, Fields::none().with("share", &"Health"));
    let id = fall.subject;
    let key = untold(&mut office, None)[0].key;
    assert_eq!(key.subject, id);
    office.edit(&me, Kind::Issue, id, Fields::none().with("reported_by", &"daughter Grace Adeyemi, by phone"));
    assert!(!who(&untold(&mut office, None)).contains(&"Adeyemi, Grace, daughter"), "she told us");
    // Of a suspicion of abuse the family is not told: it may be part of it.
    let harm = NewIssue {
        kind: IssueKind::Abuse,
        summary: "bruises".to_owned(),
        reported_by: "M. Reyes".to_owned(),
        facts: Vec::new(),
        ..office.fall(0)
    };
    office.done(&me, Command::NewIssue(harm));
    let list = untold(&mut office, None);
    assert!(list.iter().all(|u| !(u.what.starts_with("abuse") && u.who.contains("Grace"))));
    assert!(list.iter().any(|u| u.what.starts_with("abuse") && u.who == "M. Manager, supervisor"));
}

#[test]
fn a_finished_issue_is_still_told_of_for_a_week() {
    let mut office = Office::at(monday());
    let me = office.me.clone();
    let key = untold(&mut office, None)[0].key;
    let Answered::Outcomes { untold: shown, .. } = office.query(&me, Query::Outcomes(key)) else { panic!() };
    assert_eq!(shown.len(), 3, "the result card shows who is still to be told");
    let result = Command::Result {
        key,
        outcome: "sent to ED".to_owned(),
        note: "by ambulance".to_owned(),
        disposition: Some((caseload::domain::issue::DispositionKind::SentToEd, "Dr Silva".to_owned())),
    };
    office.done(&me, result);
    assert_eq!(untold(&mut office, None).len(), 3);
    office.pass(8 * DAY);
    assert!(untold(&mut office, None).is_empty());
}

#[test]
fn an_agency_says_whom_it_tells() {
    let with = |tell: &str| Policy::adopted(&format!("version = \"ours\"\n{tell}"), None);
    let ours = with("[[tell]]\nkinds = [\"fall\"]\nwho = \"physician\"\nwithin = \"30m\"\n").unwrap();
    let falls = |p: &Policy| p.tells_of(IssueKind::Fall).iter().map(|t| (t.who, t.within)).collect::<Vec<_>>();
    assert!(falls(&ours).contains(&(Audience::Physician, HOUR / 2)));
    let none = with("[[tell]]\nkinds = [\"fall\"]\nwho = \"family\"\noff = true\n").unwrap();
    assert!(!falls(&none).iter().any(|(who, _)| *who == Audience::Family));
    let all = with("[[tell]]\nwho = \"family\"\nwithin = \"2d\"\n").unwrap();
    assert_eq!(all.tells_of(IssueKind::Equipment).len(), 1, "one for all kinds");
    assert!(falls(&all).contains(&(Audience::Family, DAY)), "the narrower entry counts");
    let said = Policy::diff(&Policy::embedded().unwrap(), &ours).join("\n");
    assert!(said.contains("tell the physician of fall: within 30 min"), "{said}");
    for (wrong, field) in [
        ("[[tell]]\nwho = \"neighbour\"\nwithin = \"1h\"\n", "who"),
        ("[[tell]]\nwho = \"family\"\nwithin = \"soon\"\n", "within"),
        ("[[tell]]\nwho = \"family\"\n", "within"),
        ("[[tell]]\nkinds = [\"dance\"]\nwho = \"family\"\nwithin = \"1h\"\n", "kinds"),
    ] {
        let error = with(wrong).unwrap_err();
        assert_eq!(error.field, field, "{error}");
        assert!(error.line > 1, "{error}");
    }
}

/// What is still to be done, as the alerts say.
fn tasks(office: &Office) -> Vec<String> {
    let mut out: Vec<String> = office
        .alerts(AlertSource::Task)
        .into_iter()
        .map(|k| office.get::<caseload::domain::task::Task>(k.subject).what.as_str().to_owned())
        .collect();
    out.sort();
    out
}

#[test]
fn who_is_untold_when_it_is_finished_stays_on_the_list_until_told() {
    let mut office = Office::at(monday());
    let me = office.me.clone();
    let list = untold(&mut office, None);
    let (grace, key) = (list[2].clone(), list[2].key);
    assert!(tasks(&office).is_empty());
    let finish = Command::Result {
        key,
        outcome: "sent to ED".to_owned(),
        note: "by ambulance".to_owned(),
        disposition: Some((caseload::domain::issue::DispositionKind::SentToEd, "Dr Silva".to_owned())),
    };
    let done = office.done(&me, finish.clone());
    let what = grace.what.clone();
    assert_eq!(
        tasks(&office),
        [
            format!("tell Adeyemi, Grace, daughter: {what}"),
            format!("tell M. Manager, supervisor: {what}"),
            format!("tell no physician recorded: {what}"),
        ]
    );
    // Told by the card of who is untold, and by a call from the task's own row.
    tell(&mut office, &grace, CallResult::NoAnswer);
    assert_eq!(tasks(&office).len(), 3, "nobody was reached");
    tell(&mut office, &grace, CallResult::Reached);
    assert_eq!(tasks(&office).len(), 2);
    let row = *office
        .alerts(AlertSource::Task)
        .iter()
        .find(|k| office.get::<caseload::domain::task::Task>(k.subject).what.contains("Manager"))
        .unwrap();
    let call = LogCall { with: "M. Manager, supervisor".to_owned(), ..office.call(Some(row), None) };
    office.done(&me, Command::LogCall(call));
    assert_eq!(tasks(&office), [format!("tell no physician recorded: {what}")]);
    assert_eq!(who(&untold(&mut office, Some(key))), ["no physician recorded"], "told through the task is told");
    crate::office::same_as_fresh(&office, "telling");
    // Taken back, the tasks go with it; what was told stays told.
    office.done(&me, Command::Undo { seq: done.seq });
    let left = tasks(&office);
    assert!(left.iter().all(|t| t.contains("was taken back")), "{left:?}");
    assert_eq!(left.len(), 2, "who was told since is called back");
}
