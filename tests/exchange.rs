//! Other people's files, read in and written out: hostile ones, real ones, and our own.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests fail loudly")]

#[path = "exchange/calendars.rs"]
mod calendars;
#[path = "exchange/ical.rs"]
mod ical;
#[path = "exchange/sheet.rs"]
mod sheet;

use caseload::domain::client::{Client, ClientStatus, Living};
use caseload::domain::fields::Fields;
use caseload::domain::ids::{BatchId, ClientId, OfficeId};
use caseload::domain::person::{Name, Phone, PhoneKind, Phones, Sex};
use caseload::domain::record::Kind;
use caseload::domain::staff::{Discipline, Staff};
use caseload::domain::text::{Few, Text};
use caseload::domain::time::{Civil, Day, Moment, Zone};
use caseload::domain::visit::{Visit, VisitState};
use caseload::exchange::out::{self, To};
use caseload::exchange::report::{Progress, Report};
use caseload::exchange::run::{self, Options};
use caseload::exchange::source::{Source, gather};
use caseload::exchange::table::{Guess, List, Settings, Table};
use caseload::exchange::{fhir, synthetic};
use caseload::service::api::{Clash, Command, Done, Imported, Incoming};
use std::collections::{BTreeMap, HashMap};
use std::fmt::Write as _;
use std::ops::ControlFlow;
use std::path::PathBuf;

fn zone() -> Zone {
    Zone::parse("America/New_York").unwrap()
}

/// 2 March 2026, 08:00 in New York.
fn now() -> Moment {
    zone().moment(Day::from_ymd(2026, 3, 2).unwrap(), 480)
}

fn options() -> Options {
    Options {
        source: "test".to_owned(),
        batch: BatchId([7; 16]),
        clash: Clash::KeepLocal,
        dry_run: false,
        zone: zone(),
        now: now(),
        keep_seen: true,
    }
}

/// A service that keeps what it is told, finds it again by kind and identifier, and checks what the real one checks.
#[derive(Default)]
struct Agency {
    records: HashMap<(Kind, String), Incoming>,
    commands: usize,
}

impl Agency {
    fn take(&mut self, command: Command) -> Result<Done, String> {
        let Command::Import { records, dry_run, .. } = command else { return Err("not an import".to_owned()) };
        self.commands += 1;
        assert!(!records.is_empty() && records.len() <= run::CHUNK);
        let mut imported = Vec::new();
        let mut made = Vec::new();
        for record in records {
            check(&record);
            let missing: Vec<String> = record
                .refs
                .iter()
                .filter(|(_, kind, id)| !self.records.contains_key(&(*kind, id.clone())))
                .map(|(field, ..)| field.clone())
                .collect();
            let key = (record.kind, record.identifier.clone());
            let before = self.records.get(&key);
            imported.push(match before {
                _ if missing.iter().any(|m| m == "client") && record.kind != Kind::Client => {
                    Imported::Rejected { field: "client".to_owned(), why: "not here".to_owned() }
                }
                _ if !missing.is_empty() => Imported::Dangling { created: before.is_none(), fields: missing },
                None => Imported::Created,
                Some(b) if b.fields == record.fields && b.refs == record.refs => Imported::Unchanged,
                Some(_) => Imported::Updated,
            });
            if !matches!(imported.last(), Some(Imported::Rejected { .. })) {
                made.push((key, record));
            }
        }
        // A dry run sees what it would have made.
        let _ = dry_run;
        self.records.extend(made);
        Ok(Done {
            seq: self.commands as u64,
            summary: String::new(),
            undoable: true,
            created: Vec::new(),
            imported,
            left_alone: Vec::new(),
            refused: Vec::new(),
        })
    }

    fn one(&self, kind: Kind, id: &str) -> &Incoming {
        self.records.get(&(kind, id.to_owned())).unwrap_or_else(|| panic!("no {} {id}", kind.word()))
    }

    fn counts(&self) -> BTreeMap<&'static str, usize> {
        let mut out = BTreeMap::new();
        for (kind, _) in self.records.keys() {
            *out.entry(kind.word()).or_default() += 1;
        }
        out
    }
}

/// Every field fits its record's type.
fn check(record: &Incoming) {
    let office = OfficeId::default();
    let fits = match record.kind {
        Kind::Client => record.fields.applied_to(&Client::new(office, Name::default())).map(|_| ()),
        Kind::Staff => record.fields.applied_to(&Staff::new(office, Name::default(), Discipline::Other)).map(|_| ()),
        Kind::Visit => {
            let start = Civil { day: Day(0), minute: 0, zone: zone() };
            record.fields.applied_to(&Visit::new(ClientId::default(), Discipline::Other, start, 60)).map(|_| ())
        }
        kind => {
            let mut all = whole(kind);
            for (name, value) in &record.fields.0 {
                let value: serde_json::Value = serde_json::from_str(value).unwrap();
                let mut steps = name.split('.').collect::<Vec<_>>();
                let last = steps.pop().unwrap();
                let place = steps.iter().fold(&mut all, |v, s| &mut v[*s]);
                assert!(place.get(last).is_some(), "{}.{name}", kind.word());
                place[last] = value;
            }
            body_fits(kind, all).map_err(|e| panic!("{} {}: {e}", kind.word(), record.place))
        }
    };
    if let Err(e) = fits {
        panic!("{}: {e}", record.place);
    }
}

fn whole(kind: Kind) -> serde_json::Value {
    let id = "01900000-0000-7000-8000-000000000000";
    let name = serde_json::json!({"family": "", "given": "", "preferred": "", "former": ""});
    match kind {
        Kind::Contact => serde_json::json!({"client": id, "kind": "Other", "name": name, "relation": "", "phones": [],
            "share": "Nothing", "share_since": null, "share_word": "", "first": false, "npi": ""}),
        Kind::Membership => serde_json::json!({"client": id, "staff": id, "role": "", "discipline": "Other",
            "lead": false, "from": null, "until": null}),
        Kind::Credential => {
            serde_json::json!({"staff": id, "kind": "", "number": "", "expires": null, "retired": false})
        }
        Kind::Stay => serde_json::json!({"client": id, "facility": "", "from": 0, "until": null, "inpatient": false,
            "home_at": null, "history": false}),
        Kind::CarePlan => serde_json::json!({"client": id, "title": "", "problems": [], "goals": [],
            "interventions": [], "from": null, "review": null, "active": true}),
        Kind::Medication => serde_json::json!({"client": id, "name": "", "dose": "", "from": null, "active": true}),
        Kind::Diagnosis => {
            serde_json::json!({"client": id, "code": "", "name": "", "from": null, "active": true})
        }
        Kind::Allergy => serde_json::json!({"client": id, "name": "", "reaction": "", "active": true}),
        other => panic!("nothing makes {}", other.word()),
    }
}

fn body_fits(kind: Kind, value: serde_json::Value) -> Result<(), serde_json::Error> {
    use caseload::domain::{care_plan, chart, contact, staff, visit};
    match kind {
        Kind::Contact => serde_json::from_value::<contact::Contact>(value).map(|_| ()),
        Kind::Membership => serde_json::from_value::<staff::Membership>(value).map(|_| ()),
        Kind::Credential => serde_json::from_value::<staff::Credential>(value).map(|_| ()),
        Kind::Stay => serde_json::from_value::<visit::Stay>(value).map(|_| ()),
        Kind::CarePlan => serde_json::from_value::<care_plan::CarePlan>(value).map(|_| ()),
        Kind::Medication => serde_json::from_value::<chart::Medication>(value).map(|_| ()),
        Kind::Diagnosis => serde_json::from_value::<chart::Diagnosis>(value).map(|_| ()),
        Kind::Allergy => serde_json::from_value::<chart::Allergy>(value).map(|_| ()),
        _ => Ok(()),
    }
}

fn import(agency: &mut Agency, sources: &[Source]) -> Report {
    run::fhir(sources, &options(), &mut |c| agency.take(c), &mut |_| ControlFlow::Continue(()))
}

fn import_text(text: &str) -> (Agency, Report) {
    let mut agency = Agency::default();
    let report = import(&mut agency, &[Source::bytes("x.json", text.as_bytes().to_vec())]);
    (agency, report)
}

fn settings() -> Settings {
    Settings { list: None, map: Vec::new(), order: None, zone: zone(), now: now() }
}

fn list(name: &str, bytes: &[u8], settings: &Settings) -> (Agency, Report, Guess) {
    let table = Table::open(&Source::bytes(name, bytes.to_vec()), None).unwrap();
    let guess = table.guess(settings).unwrap();
    let mut agency = Agency::default();
    let report =
        run::table(&table, &guess, settings, &options(), &mut |c| agency.take(c), &mut |_| ControlFlow::Continue(()));
    (agency, report, guess)
}

fn real() -> Option<PathBuf> {
    let Some(path) = std::env::var_os("CASELOAD_TEST_DATA") else {
        eprintln!("\n*** NOT TESTED on real files: CASELOAD_TEST_DATA is not set ***\n");
        return None;
    };
    Some(PathBuf::from(path))
}

mod real_files {
    use super::*;

    fn folder(name: &str) -> Option<(Vec<Source>, Vec<String>)> {
        let path = real()?.join("fhir").join(name);
        if !path.is_dir() {
            eprintln!("\n*** NOT TESTED: there is no {name} in CASELOAD_TEST_DATA ***\n");
            return None;
        }
        Some(gather(&[path]).unwrap())
    }

    fn twice(name: &str) -> Option<(Agency, Report)> {
        let (sources, _) = folder(name)?;
        let mut agency = Agency::default();
        let first = import(&mut agency, &sources);
        let counts = agency.counts();
        let second = import(&mut agency, &sources);
        assert_eq!(agency.counts(), counts);
        assert_eq!((second.totals().created, second.totals().updated), (0, 0), "a second import changes nothing");
        Some((agency, first))
    }

    fn kinds(agency: &Agency) -> Vec<(&'static str, usize)> {
        agency.counts().into_iter().collect()
    }

    fn ignored(report: &Report) -> Vec<(&str, u64)> {
        report.reading.ignored.iter().map(|(k, n)| (k.as_str(), *n)).collect()
    }

    #[test]
    fn bulk() {
        let Some((agency, report)) = twice("bulk") else { return };
        let expected = [
            ("allergy", 11),
            ("client", 13),
            ("diagnosis", 555),
            ("medication", 1745),
            ("staff", 3),
            ("stay", 72),
            ("visit", 9),
        ];
        assert_eq!(kinds(&agency), expected);
        let expected = [
            ("Device", 16),
            ("Encounter (class AMB)", 1133),
            ("Encounter (class VR)", 1),
            ("Immunization", 161),
            ("Practitioner (physician outside, named by no client)", 40),
            ("Procedure", 2056),
        ];
        assert_eq!(ignored(&report), expected);
        assert!(!report.has_problems());
        assert_eq!((report.reading.dangling.total, report.dangling.total), (0, 0));
        // Whoever made the visits is found although they are named only by their provider number.
        let visits: Vec<_> = agency.records.values().filter(|r| r.kind == Kind::Visit).collect();
        assert!(visits.iter().all(|v| v.refs.iter().any(|(f, ..)| f == "staff")));
        assert!(visits.iter().all(|v| v.fields.get("history") == Some("true")));
    }

    #[test]
    fn bundles() {
        let Some((agency, report)) = twice("bundles") else { return };
        let expected = [("care_plan", 3), ("client", 8), ("diagnosis", 26), ("medication", 12), ("stay", 5)];
        assert_eq!(kinds(&agency), expected);
        let expected = [
            ("Claim", 95),
            ("DiagnosticReport", 20),
            ("Encounter (class AMB)", 78),
            ("ExplanationOfBenefit", 83),
            ("ImagingStudy", 1),
            ("Immunization", 84),
            ("Observation", 532),
            ("Practitioner (physician outside, named by no client)", 8),
            ("Procedure", 33),
        ];
        assert_eq!(ignored(&report), expected);
        assert!(!report.has_problems());
        assert_eq!((report.reading.dangling.total, report.dangling.total), (0, 0));
        let accented = agency.records.values().any(|r| r.fields.get("name.family") == Some("\"Ordóñez\""));
        assert!(accented);
    }

    #[test]
    fn official_examples() {
        let Some((agency, report)) = twice("hl7-examples") else { return };
        let expected = [
            ("allergy", 3),
            ("care_plan", 1),
            ("client", 22),
            ("contact", 4),
            ("diagnosis", 5),
            ("medication", 23),
            ("staff", 60),
            ("stay", 2),
            ("visit", 2),
        ];
        assert_eq!(kinds(&agency), expected);
        let r = &report.reading;
        assert_eq!((r.files, r.rejected.total, r.repeated.total, r.dangling.total), (348, 1, 4, 2));
        assert_eq!(r.rejected.first[0].place, "Bundle-bundle-example.json entry 1");
        assert!(r.broken.is_empty());
        // About patients who are in none of the files.
        assert_eq!(report.rejected.total, 6);
        assert_eq!(r.ignored["AllergyIntolerance (none known)"], 1);
        assert_eq!(r.ignored["Observation"], 84);
    }

    #[test]
    fn all_at_once_and_every_bundle_cut_short_and_flipped() {
        let Some((all, passed)) = folder("") else { return };
        assert!(passed.iter().any(|n| n == "LICENSE"));
        let mut agency = Agency::default();
        let report = import(&mut agency, &all);
        let expected = [
            ("allergy", 14),
            ("care_plan", 4),
            ("client", 43),
            ("contact", 4),
            ("diagnosis", 586),
            ("medication", 1780),
            ("staff", 63),
            ("stay", 79),
            ("visit", 11),
        ];
        assert_eq!(kinds(&agency), expected);
        assert_eq!((report.reading.files, report.reading.rejected.total, report.rejected.total), (368, 1, 6));
        let again = import(&mut agency, &all);
        assert_eq!((again.totals().created, again.totals().updated), (0, 0));
        let Some((bundles, _)) = folder("bundles") else { return };
        for (n, source) in bundles.iter().enumerate() {
            let bytes = source.read(1 << 30).unwrap();
            let cut = bytes.len() * (n + 1) / 10;
            let mut agency = Agency::default();
            let report = import(&mut agency, &[Source::bytes("cut.json", bytes[..cut].to_vec())]);
            assert_eq!(report.reading.broken.len(), 1, "cut at {cut}");
            assert_eq!(agency.counts()["client"], 1, "the patient comes first and was complete");
            let mut flipped = bytes.clone();
            for at in (n * 997..flipped.len()).step_by(9973) {
                flipped[at] ^= 0x15;
            }
            let _ = import(&mut Agency::default(), &[Source::bytes("flipped.json", flipped)]);
        }
    }
}

mod fhir_files {
    use super::*;

    const BUNDLE: &str = r##"{
      "resourceType": "Bundle", "type": "collection", "entry": [
      {"fullUrl": "https://h/fhir/CareTeam/t", "resource": {"resourceType": "CareTeam", "id": "t", "status": "active",
        "subject": {"reference": "https://h/fhir/Patient/p/_history/2"},
        "participant": [
          {"role": [{"text": "Home health aide"}], "member": {"reference": "Practitioner/aide"}},
          {"role": [{"text": "Cardiologist"}], "member": {"reference": "urn:uuid:0a"}},
          {"member": {"reference": "Patient/p"}}]}},
      {"fullUrl": "urn:uuid:0A", "resource": {"resourceType": "Practitioner", "id": "heart",
        "identifier": [{"system": "http://hl7.org/fhir/sid/us-npi", "value": "1234567893"}],
        "name": [{"family": "Stone", "given": ["Ada"], "prefix": ["Dr."]}],
        "telecom": [{"system": "phone", "value": "555-0199", "use": "work"}]}},
      {"resource": {"resourceType": "Practitioner", "id": "aide",
        "identifier": [{"system": "http://hl7.org/fhir/sid/us-npi", "value": "99"}],
        "name": [{"family": "Reyes", "given": ["Maria"]}],
        "qualification": [{"code": {"text": "CPR"}, "period": {"end": "2027-01-31"}}]}},
      {"resource": {"resourceType": "PractitionerRole", "id": "r",
        "practitioner": {"identifier": {"system": "http://hl7.org/fhir/sid/us-npi", "value": "99"}},
        "code": [{"coding": [{"system": "http://nucc.org/provider-taxonomy", "code": "374U00000X"}]}]}},
      {"resource": {"resourceType": "Patient", "id": "p", "active": true,
        "identifier": [{"value": "x"}, {"type": {"coding": [{"code": "MR"}]}, "value": "004217"}],
        "name": [{"use": "official", "family": "Okafor", "given": ["Ruth", "Ada"]},
                 {"use": "usual", "given": ["Ruthie"]}, {"use": "maiden", "family": "Bello"}],
        "birthDate": "1941-06-12", "gender": "female",
        "extension": [{"url": "http://hl7.org/fhir/StructureDefinition/patient-interpreterRequired", "valueBoolean": true}],
        "telecom": [{"system": "phone", "value": "555-0101", "use": "home"}, {"system": "email", "value": "a@b"},
                    {"system": "phone", "value": "555-0100", "use": "old"}],
        "address": [{"use": "home", "line": ["1 Main St", "Apt 2"], "city": "Albany", "state": "NY", "postalCode": "12203"}],
        "communication": [{"language": {"coding": [{"code": "en-US"}]}},
                          {"language": {"coding": [{"code": "ig"}], "text": "Igbo"}, "preferred": true}],
        "contact": [{"relationship": [{"coding": [{"system": "http://terminology.hl7.org/CodeSystem/v2-0131", "code": "C"}]},
                     {"text": "daughter"}], "name": {"text": "Grace Adeyemi"},
                     "telecom": [{"system": "phone", "value": "555-0102"}]}],
        "generalPractitioner": [{"display": "Dr. Paul Gray"}]}},
      {"resource": {"resourceType": "RelatedPerson", "id": "rp", "patient": {"identifier": {"value": "x"}},
        "name": [{"family": "Okafor", "given": ["Ben"]}], "relationship": [{"coding": [{"code": "SON", "display": "son"}]}]}},
      {"resource": {"resourceType": "Goal", "id": "g", "description": {"text": "Walk to the door"}}},
      {"resource": {"resourceType": "CarePlan", "id": "cp", "status": "active", "subject": {"reference": "Patient/p"},
        "title": "Heart failure", "addresses": [{"reference": "Condition/c"}], "goal": [{"reference": "Goal/g"}],
        "activity": [{"detail": {"code": {"text": "Weigh daily"}}}], "period": {"start": "2026-01-05", "end": "2026-03-05"}}},
      {"resource": {"resourceType": "Condition", "id": "c", "subject": {"reference": "Patient/p"},
        "clinicalStatus": {"coding": [{"code": "remission"}]},
        "code": {"coding": [{"system": "http://snomed.info/sct", "code": "84114007"},
                 {"system": "http://hl7.org/fhir/sid/icd-10-cm", "code": "I50.9"}], "text": "Heart failure"}, "onsetDateTime": "2019-05"}},
      {"resource": {"resourceType": "MedicationRequest", "id": "m", "status": "active", "intent": "order",
        "subject": {"reference": "Patient/p"}, "medicationReference": {"reference": "#d"},
        "contained": [{"resourceType": "Medication", "id": "d", "code": {"text": "Warfarin 5 MG"}}],
        "dosageInstruction": [{"timing": {"repeat": {"frequency": 1, "period": 1, "periodUnit": "d"}},
                               "doseAndRate": [{"doseQuantity": {"value": 1, "unit": "tablet"}}]}]}},
      {"resource": {"resourceType": "MedicationRequest", "id": "not", "status": "active", "intent": "order",
        "doNotPerform": true, "subject": {"reference": "Patient/p"}, "medicationCodeableConcept": {"text": "Aspirin"}}},
      {"resource": {"resourceType": "Encounter", "id": "v", "status": "planned", "class": {"code": "HH"},
        "subject": {"reference": "Patient/p"}, "participant": [{"individual": {"reference": "Practitioner?identifier=http://hl7.org/fhir/sid/us-npi|99"}}],
        "type": [{"text": "Bath"}], "period": {"start": "2026-03-03T09:00:00-05:00", "end": "2026-03-03T09:45:00-05:00"}}},
      {"resource": {"resourceType": "Encounter", "id": "s", "status": "in-progress", "class": {"code": "IMP"},
        "subject": {"reference": "Patient/p"}, "period": {"start": "2026-02-27T09:00:00-05:00"},
        "serviceProvider": {"display": "Albany Med"}}},
      {"resource": {"resourceType": "Encounter", "id": "e", "status": "finished", "class": {"code": "EMER"},
        "subject": {"reference": "Patient/p"}, "period": {"start": "2025-02-27T09:00:00-05:00", "end": "2025-02-27T19:00:00-05:00"}}},
      {"resource": {"resourceType": "Encounter", "id": "o", "status": "finished", "class": {"code": "AMB"}, "subject": {"reference": "Patient/p"}}},
      {"resource": {"resourceType": "Appointment", "id": "a", "status": "booked", "start": "2026-03-04T10:00:00-05:00",
        "minutesDuration": 30, "serviceType": [{"text": "Recert"}],
        "participant": [{"actor": {"reference": "Patient/p"}, "status": "accepted"}, {"actor": {"reference": "Practitioner/aide"}, "status": "accepted"}]}},
      {"resource": {"resourceType": "AllergyIntolerance", "id": "al", "patient": {"reference": "Patient/p"}, "code": {"text": "Penicillin"},
        "reaction": [{"manifestation": [{"text": "Hives"}], "severity": "mild"}]}},
      {"resource": {"resourceType": "Observation", "id": "x"}}
    ]}"##;

    #[test]
    fn a_bundle_in_any_order_becomes_records() {
        let (agency, report) = import_text(BUNDLE);
        assert_eq!(report.reading.rejected.total, 0, "{}", report.text(50));
        assert_eq!(report.rejected.total, 0, "{}", report.text(50));
        let client = agency
            .one(Kind::Client, "Patient/p")
            .fields
            .applied_to(&Client::new(OfficeId::default(), Name::default()))
            .unwrap();
        assert_eq!(client.name.full(), "Okafor, Ruth Ada “Ruthie”");
        assert_eq!(client.name.former.as_str(), "Bello");
        assert_eq!((client.mrn.as_str(), client.sex, client.interpreter), ("004217", Sex::Female, true));
        assert_eq!(client.address.line(), "1 Main St, Apt 2, Albany, NY, 12203");
        assert_eq!(client.phones.len(), 1);
        assert_eq!(client.languages.iter().map(Text::as_str).collect::<Vec<_>>(), ["Igbo", "English"]);
        let staff = agency.one(Kind::Staff, "Practitioner/aide");
        assert_eq!(staff.fields.get("discipline"), Some("\"Hha\""));
        assert!(!agency.records.contains_key(&(Kind::Staff, "Practitioner/heart".to_owned())));
        let contacts: Vec<_> = agency.records.values().filter(|r| r.kind == Kind::Contact).collect();
        let contact = |family: &str| *contacts.iter().find(|c| c.fields.get("name.family") == Some(family)).unwrap();
        assert_eq!(contacts.len(), 4);
        assert_eq!(contact("\"Adeyemi\"").fields.get("first"), Some("true"));
        assert_eq!(contact("\"Adeyemi\"").fields.get("kind"), Some("\"Family\""));
        assert_eq!(contact("\"Stone\"").fields.get("npi"), Some("\"1234567893\""));
        assert_eq!(contact("\"Stone\"").fields.get("relation"), Some("\"Cardiologist\""));
        assert_eq!(contact("\"Gray\"").fields.get("relation"), Some("\"PCP\""));
        assert_eq!(contact("\"Okafor\"").identifier, "RelatedPerson/rp");
        let plan = agency.one(Kind::CarePlan, "CarePlan/cp");
        assert_eq!(plan.fields.get("problems"), Some(r#"["Heart failure"]"#));
        assert_eq!(plan.fields.get("goals"), Some(r#"["Walk to the door"]"#));
        let condition = agency.one(Kind::Diagnosis, "Condition/c");
        assert_eq!((condition.fields.get("code"), condition.fields.get("active")), (Some("\"I50.9\""), Some("false")));
        assert_eq!(condition.fields.get("from"), Some("\"2019-05-01\""));
        let medication = agency.one(Kind::Medication, "MedicationRequest/m");
        assert_eq!(medication.fields.get("dose"), Some("\"1 tablet, 1× a day\""));
        assert_eq!(medication.fields.get("name"), Some("\"Warfarin 5 MG\""));
        let visit = agency.one(Kind::Visit, "Encounter/v");
        assert_eq!((visit.fields.get("history"), visit.fields.get("minutes")), (Some("false"), Some("45")));
        assert_eq!(visit.refs[1], ("staff".to_owned(), Kind::Staff, "Practitioner/aide".to_owned()));
        let booked = agency.one(Kind::Visit, "Appointment/a");
        assert_eq!((booked.fields.get("answer"), booked.fields.get("service")), (Some("\"Yes\""), Some("\"Recert\"")));
        assert_eq!(agency.one(Kind::Stay, "Encounter/s").fields.get("history"), Some("false"), "in hospital now");
        assert_eq!(agency.one(Kind::Stay, "Encounter/e").fields.get("history"), Some("true"));
        assert_eq!(agency.counts()["membership"], 1);
        assert_eq!(agency.counts()["credential"], 1);
        assert_eq!(report.reading.ignored["MedicationRequest (an order not to give)"], 1);
        assert_eq!(report.reading.ignored["Encounter (class AMB)"], 1);
        assert_eq!(report.reading.ignored["Observation"], 1);
        assert_eq!(report.seen.len(), 2, "the client and the caregiver");
        let gone = run::disappeared(&report, Kind::Client, ["Patient/p", "Patient/q"].into_iter());
        assert_eq!(gone, ["Patient/q"]);
    }

    #[test]
    fn a_visit_under_way_is_no_history() {
        for (start, state, history) in [
            ("07:40", "booked", false),
            ("07:29", "booked", true),
            ("07:40", "fulfilled", true),
            ("07:40", "arrived", false),
        ] {
            let text = BUNDLE.replace("2026-03-04T10:00:00-05:00", &format!("2026-03-02T{start}:00-05:00"));
            let (agency, _) = import_text(&text.replace("\"booked\"", &format!("\"{state}\"")));
            let found = agency.one(Kind::Visit, "Appointment/a");
            assert_eq!(found.fields.get("history"), Some(if history { "true" } else { "false" }), "{start} {state}");
        }
    }

    #[test]
    fn what_was_complete_before_a_break_is_taken() {
        let (whole, _) = import_text(BUNDLE);
        for cut in (1..BUNDLE.len()).filter(|n| BUNDLE.is_char_boundary(*n)).step_by(37) {
            let (agency, report) = import_text(&BUNDLE[..cut]);
            assert!(agency.records.len() <= whole.records.len());
            // Within the first line it cannot be known for a bundle; then the line is what is rejected.
            let r = &report.reading;
            let said = if r.broken.is_empty() { &r.rejected.first } else { &r.broken };
            assert_eq!(said.len(), 1, "cut at {cut}");
            assert!(said[0].place.contains("byte") || cut < 10, "{said:?}");
        }
    }

    #[test]
    fn a_wrong_type_costs_one_entry() {
        let text = concat!(
            r#"{"resourceType":"Patient","id":"a","name":[{"family":7}]}"#,
            "\r\n",
            r#"{"resourceType":"Patient","id":"b","birthDate":"1941-13-45"}"#,
            "\n\n",
            r#"{"resourceType":"Patient","id":"c","name":{"family":"One"},"deceasedBoolean":"yes"}"#,
            "\n",
            r#"{"resourceType":"Patient","id":"d","name":[{"family":"Good"}]}"#,
            "\r\n",
            r#"{"resourceType":"Patient","id":"e","birthDate":1e999}"#,
            "\n",
            "{broken\n",
            "[1]\n",
            "\"text\"\n",
            r#"{"resourceType":7}"#,
            "\n",
            r#"{"id":"f"}"#,
            "\n",
            r#"{"resourceType":"Patient","name":[{"family":"Nobody"}]}"#,
            "\n",
            r#"{"resourceType":"Condition","id":"g","code":{"text":"x"}}"#,
            "\n",
            r#"{"resourceType":"Condition","id":"h","code":{"text":"x"},"subject":{"reference":"Group/1"}}"#,
            "\n",
            r#"{"resourceType":"Patient","id":"d","name":[{"family":"Again"}]}"#,
            "\n",
            r#"{"resourceType":"Patient","id":"z","name":[{"family":"Last"}]}"#,
        );
        let (agency, report) = import_text(text);
        assert_eq!(agency.counts(), BTreeMap::from([("client", 2)]));
        assert_eq!(
            agency.one(Kind::Client, "Patient/d").fields.get("name.family"),
            Some("\"Good\""),
            "the first counts"
        );
        let places: Vec<(&str, &str)> =
            report.reading.rejected.first.iter().map(|r| (r.place.as_str(), r.field.as_str())).collect();
        let mut sorted = places.clone();
        sorted.sort_by_key(|(p, _)| p.rsplit(' ').next().unwrap().parse::<u32>().unwrap());
        assert_eq!(
            sorted,
            [
                ("x.json line 1", "name[0].family"),
                ("x.json line 2", "birthDate"),
                ("x.json line 4", "deceasedBoolean"),
                ("x.json line 6", ""),
                ("x.json line 7", "resourceType"),
                ("x.json line 8", "resourceType"),
                ("x.json line 9", "resourceType"),
                ("x.json line 10", "resourceType"),
                ("x.json line 11", "resourceType"),
                ("x.json line 12", "id"),
                ("x.json line 13", "subject"),
            ]
        );
        assert_eq!(report.reading.ignored["Condition (about no patient)"], 1);
        assert_eq!(report.reading.repeated.first[0].place, "x.json line 15");
        let text = report.text(50);
        assert!(!text.contains("Nobody") && !text.contains("1941"), "no value of anybody: {text}");
    }

    #[test]
    fn long_texts_cost_their_entry_and_nothing_else() {
        let long = "x".repeat(10 << 20);
        let text = format!(
            "{{\"resourceType\":\"Patient\",\"id\":\"a\",\"name\":[{{\"family\":\"{long}\"}}]}}\n\
             {{\"resourceType\":\"Patient\",\"id\":\"b\",\"text\":\"{long}{long}\"}}\n\
             {{\"resourceType\":\"Patient\",\"id\":\"c\",\"name\":[{{\"family\":\"Good\"}}]}}\n"
        );
        let (agency, report) = import_text(&text);
        assert_eq!(agency.counts(), BTreeMap::from([("client", 1)]));
        assert_eq!(report.reading.rejected.total, 2);
        assert!(report.text(10).len() < 2000);
        let bundle = format!(
            "{{\"resourceType\":\"Bundle\",\"entry\":[{{\"resource\":{{\"resourceType\":\"Patient\",\"id\":\"b\",\"text\":\"{long}{long}\"}}}},\n\
             {{\"resource\":{{\"resourceType\":\"Patient\",\"id\":\"c\"}}}}]}}"
        );
        let (agency, report) = import_text(&bundle);
        assert_eq!(agency.counts(), BTreeMap::from([("client", 1)]));
        assert_eq!(report.reading.rejected.first[0].place, "x.json entry 1");
    }

    #[test]
    fn escape_sequences_are_harmless() {
        let name = "\\u001b[2J\\u001b]0;own\\u0007\\u202eevil\\u200b";
        let text = format!(
            "{{\"resourceType\":\"Patient\",\"id\":\"\\u001b[31m\",\"name\":[{{\"family\":\"{name}\"}}]}}\n\
             {{\"resourceType\":\"{name}\"}}\n{{\"resourceType\":\"Patient\",\"id\":\"q\",\"{name}\":1,\"name\":[3]}}\n"
        );
        let mut agency = Agency::default();
        let report = import(&mut agency, &[Source::bytes("\u{1b}[2Jx.json", text.into_bytes())]);
        assert_eq!(agency.counts()["client"], 1);
        for shown in [report.text(50), report.json()] {
            assert!(
                !shown.chars().any(|c| c != '\n' && (c.is_control() || c == '\u{202e}' || c == '\u{200b}')),
                "{shown}"
            );
        }
    }

    #[test]
    fn depth_and_emptiness() {
        let deep = format!(
            "{{\"resourceType\":\"Patient\",\"id\":\"a\",\"x\":{}{}}}",
            "[".repeat(200_000),
            "]".repeat(200_000)
        );
        let (agency, report) = import_text(&deep);
        assert!(agency.records.is_empty());
        assert_eq!(report.reading.rejected.total + report.reading.broken.len() as u64, 1);
        let mut nested = r#"{"resourceType":"Patient","id":"in"}"#.to_owned();
        for depth in 0..8 {
            let (agency, _) = import_text(&nested);
            assert_eq!(agency.records.len(), usize::from(depth <= 5), "{depth}");
            nested = format!(r#"{{"resourceType":"Bundle","entry":[{{"resource":{nested}}}]}}"#);
        }
        for empty in [
            "",
            " \n\n",
            "\u{feff}",
            "{}",
            "[]",
            "null",
            "{\"resourceType\":\"Bundle\"}",
            "{}\n{}\n{}",
            "]",
            "}",
            ":",
            "\"",
            "{\"",
            "[{]",
        ] {
            let (agency, _) = import_text(empty);
            assert!(agency.records.is_empty(), "{empty}");
        }
        let many = "{\n}\n".repeat(100_000);
        let (_, report) = import_text(&many);
        assert_eq!(report.reading.rejected.total, 100_000);
    }

    #[test]
    fn marks_and_layouts() {
        let one = r#"{"resourceType":"Patient","id":"a","name":[{"family":"Okafor"}]}"#;
        let pretty =
            "{\n  \"id\": \"a\",\n  \"name\": [ { \"family\": \"Okafor\" } ],\n  \"resourceType\": \"Patient\"\n}\n";
        for text in [
            one.to_owned(),
            format!("\u{feff}{one}\r\n"),
            pretty.to_owned(),
            format!("{pretty}{}", pretty.replace("\"a\"", "\"b\"")),
            format!("[{one},{pretty}]"),
            format!(r#"{{"entry":[{{"resource":{one}}}],"resourceType":"Bundle"}}"#),
            format!("{{\"resourceType\":\"Bundle\",\"entry\":[\n{{\"resource\":{one}}}\n]}}"),
            format!("{{\"resourceType\":\"Pat\n{one}\n"),
            format!(
                "{{\"resourceType\":\"Bundle\",\"entry\":[{{\"resource\":{one}}}]}}\n{{\"resourceType\":\"Bundle\",\"entry\":[]}}\n"
            ),
            format!(
                r#"{{"resourceType":"Bundle","entry":[{{"fullUrl":"urn:uuid:a","resource":{}}}]}}"#,
                one.replace("\"id\":\"a\",", "")
            ),
        ] {
            let (agency, report) = import_text(&text);
            assert_eq!(
                agency.one(Kind::Client, "Patient/a").fields.get("name.family"),
                Some("\"Okafor\""),
                "{text}\n{}",
                report.text(9)
            );
        }
    }

    #[test]
    fn a_failed_command_says_what_landed() {
        let mut text = String::new();
        for n in 0..100 {
            writeln!(text, "{{\"resourceType\":\"Patient\",\"id\":\"{n}\"}}").unwrap();
        }
        let source = [Source::bytes("many.ndjson", text.into_bytes())];
        let mut agency = Agency::default();
        let report = run::fhir(
            &source,
            &options(),
            &mut |c| if agency.commands == 2 { Err("disk full".to_owned()) } else { agency.take(c) },
            &mut |_| ControlFlow::Continue(()),
        );
        let stopped = report.stopped.as_ref().unwrap();
        assert_eq!(
            (stopped.landed, stopped.from.as_str(), stopped.to.as_str()),
            (80, "many.ndjson line 81", "many.ndjson line 100")
        );
        assert_eq!(agency.records.len(), 80);
        assert!(report.has_problems() && report.text(5).contains("disk full"));
        let mut calls = 0;
        let report = run::fhir(&source, &options(), &mut |c| agency.take(c), &mut |_: &Progress| {
            calls += 1;
            if calls > 1 { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
        });
        assert!(report.stopped.is_some());
    }

    #[test]
    fn whoever_is_named_is_sent_before() {
        let mut text = String::new();
        for n in 0..50 {
            writeln!(text, "{{\"resourceType\":\"Condition\",\"id\":\"c{n}\",\"code\":{{\"text\":\"x\"}},\"subject\":{{\"reference\":\"Patient/{}\"}}}}", n % 7).unwrap();
        }
        for n in 0..7 {
            writeln!(text, "{{\"resourceType\":\"Patient\",\"id\":\"{n}\"}}").unwrap();
        }
        let (agency, report) = import_text(&text);
        assert_eq!((agency.counts()["diagnosis"], report.rejected.total), (50, 0));
    }

    #[test]
    fn made_up_lines_of_any_size_come_in() {
        let mut bytes = Vec::new();
        std::io::Read::read_to_end(&mut synthetic::ndjson(30, 4), &mut bytes).unwrap();
        let mut agency = Agency::default();
        let report = import(&mut agency, &[Source::bytes("made-up", bytes)]);
        assert_eq!((agency.counts()["client"], agency.counts()["diagnosis"]), (30, 120));
        assert!(!report.has_problems());
    }
}

mod lists {
    use super::sheet::{row, xlsx};
    use super::*;

    const CLIENTS: &str = "Report of clients,,,\nprinted 03/02/2026,,,\nChart #,Client,DOB,Phone\n\
        4217,\"OKAFOR, Ruth (Ruthie)\",06/12/1941,555-0101\n\
        4218,\"O'BRIEN-SMITH, SEAN\",03/25/38,'+1 555 0102\n\
        ,\"NOBODY, Ann\",01/01/1950,\n\
        4219,\"DE LA CRUZ, Juan\",02/30/1950,\n";

    #[test]
    fn one_column_names_and_us_dates() {
        let mut settings = settings();
        settings.map = vec![("Chart #".to_owned(), "mrn".to_owned())];
        let (agency, report, guess) = list("list.csv", CLIENTS.as_bytes(), &settings);
        assert_eq!((guess.list, guess.header_line, guess.rows), (List::Clients, Some(3), 4));
        let client = |id| {
            let i = agency.one(Kind::Client, id);
            i.fields.applied_to(&Client::new(OfficeId::default(), Name::default())).unwrap()
        };
        assert_eq!(client("4217").name.full(), "Okafor, Ruth “Ruthie”");
        assert_eq!(client("4217").born, Day::from_ymd(1941, 6, 12));
        assert_eq!(client("4218").name.full(), "O'Brien-Smith, Sean");
        assert_eq!(client("4218").born, Day::from_ymd(1938, 3, 25));
        assert_eq!(client("4218").phones[0].number.as_str(), "+1 555 0102");
        assert_eq!(client("4219").name.family.as_str(), "De La Cruz");
        assert_eq!(client("4219").born, None);
        let rejected = &report.reading.rejected.first[0];
        assert_eq!((rejected.place.as_str(), rejected.field.as_str()), ("list.csv line 6", "mrn"));
        assert!(!rejected.mend.is_empty());
        let note = &report.reading.notes.first[0];
        assert_eq!((note.place.as_str(), note.field.as_str()), ("list.csv line 7", "DOB"));
        let table = Table::open(&Source::bytes("list.csv", CLIENTS.into()), None).unwrap();
        let text = guess.text(&table, &settings);
        assert!(text.contains("before") && text.contains("after") && text.contains("REJECTED mrn"), "{text}");
        assert!(guess.map().contains(&("Client".to_owned(), "full_name".to_owned())));
        assert_eq!(guess.missing(), Vec::<&str>::new());
    }

    #[test]
    fn a_list_is_told_by_its_headings_in_any_encoding() {
        let staff = "Employee ID;Last Name;First Name;Title;Cell;CPR Exp;License Number;Expiration Date;Status\r\n\
            E1;Müller;José;Registered Nurse;555-0101;31.12.2026;RN123;30.06.27;Active\r\n\
            E2;Roe;Jane;Home Health Aide;;;;;Terminated\r\n";
        let (latin, _, _) = encoding_rs::WINDOWS_1252.encode(staff);
        let utf16: Vec<u8> = staff.encode_utf16().flat_map(u16::to_le_bytes).collect();
        for bytes in [staff.as_bytes().to_vec(), latin.into_owned(), utf16] {
            let (agency, report, guess) = list("staff.csv", &bytes, &settings());
            assert_eq!((guess.list, guess.delimiter), (List::Staff, Some(';')));
            assert!(!report.has_problems(), "{}", report.text(9));
            let nurse = agency.one(Kind::Staff, "E1");
            assert_eq!(nurse.fields.get("name.family"), Some("\"Müller\""));
            assert_eq!(nurse.fields.get("discipline"), Some("\"Rn\""));
            assert_eq!(agency.one(Kind::Staff, "E2").fields.get("active"), Some("false"));
            assert_eq!(agency.one(Kind::Credential, "E1#cpr").fields.get("expires"), Some("\"2026-12-31\""));
            assert_eq!(agency.one(Kind::Credential, "E1#rn licence").fields.get("expires"), Some("\"2027-06-30\""));
        }
    }

    #[test]
    fn visits_with_times_and_states() {
        let text = "Schedule ID\tClient ID\tCaregiver ID\tVisit Date\tStart Time\tEnd Time\tService\tStatus\n\
            V1\t4217\tE1\t3/3/2026\t8:30 AM\t9:15 AM\tSkilled Nursing\tScheduled\n\
            V2\t4217\t\t3/1/2026\t11:00 PM\t7:00 AM\tPCA\tCompleted\n\
            V3\t4217\tE1\tsoon\t9:00\t\t\t\n";
        let (agency, report, guess) =
            list("visits.tsv", text.as_bytes(), &Settings { list: Some(List::Visits), ..settings() });
        assert_eq!(guess.delimiter, Some('\t'));
        let visit = |id: &str| agency.records.get(&(Kind::Visit, id.to_owned()));
        assert_eq!(report.reading.rejected.first[0].field, "date");
        // Their client is in no list here: the agency would not take them.
        assert!(visit("V1").is_none());
        assert_eq!(report.rejected.total, 2);
        let table = Table::open(&Source::bytes("visits.tsv", text.into()), None).unwrap();
        let settings = settings();
        let mut agency = Agency::default();
        agency
            .take(Command::Import {
                source: String::new(),
                batch: BatchId([0; 16]),
                clash: Clash::KeepLocal,
                dry_run: false,
                records: vec![
                    Incoming {
                        kind: Kind::Client,
                        identifier: "4217".into(),
                        fields: Fields::none(),
                        refs: vec![],
                        place: String::new(),
                    },
                    Incoming {
                        kind: Kind::Staff,
                        identifier: "E1".into(),
                        fields: Fields::none(),
                        refs: vec![],
                        place: String::new(),
                    },
                ],
            })
            .unwrap();
        let report = run::table(&table, &guess, &settings, &options(), &mut |c| agency.take(c), &mut |_| {
            ControlFlow::Continue(())
        });
        assert_eq!(report.totals().created, 2);
        let first = agency.one(Kind::Visit, "V1");
        assert_eq!(
            (first.fields.get("minutes"), first.fields.get("discipline"), first.fields.get("history")),
            (Some("45"), Some("\"Rn\""), Some("false"))
        );
        assert_eq!(first.fields.get("start"), Some(r#"{"day":"2026-03-03","minute":510,"zone":"America/New_York"}"#));
        let second = agency.one(Kind::Visit, "V2");
        assert_eq!(
            (second.fields.get("minutes"), second.fields.get("state"), second.fields.get("history")),
            (Some("480"), Some("\"Done\""), Some("true"))
        );
        assert!(second.refs.iter().all(|(f, ..)| f != "staff"), "open");
    }

    #[test]
    fn maps_that_name_nothing_are_refused() {
        let table = Table::open(&Source::bytes("x.csv", b"mrn,name\n1,A B\n".to_vec()), None).unwrap();
        for (column, field) in [("nowhere", "mrn"), ("mrn", "nothing"), ("99", "mrn")] {
            let settings = Settings { map: vec![(column.to_owned(), field.to_owned())], ..settings() };
            assert_eq!(table.guess(&settings).err().unwrap().len(), 1);
        }
        let by_letter = Settings { map: vec![("B".to_owned(), "preferred_name".to_owned())], ..settings() };
        let guess = table.guess(&by_letter).unwrap();
        assert_eq!(guess.columns[1].field.as_deref(), Some("preferred_name"));
    }

    #[test]
    fn a_spreadsheet_comes_in_through_a_stream() {
        let sheet = row(2, &["MRN", "Patient Name", "DOB", "SOC"])
            + &row(3, &["4217", "OKAFOR, Ruth (Ruthie)", "06/12/1941", "#46082"])
            + &row(5, &["4218", "NGUYEN, Linh", "#14773", ""]);
        let bytes = xlsx(&sheet, None);
        let source = Source::stream("standard input", &bytes[..], 1 << 20).unwrap();
        let table = Table::open(&source, None).unwrap();
        assert_eq!(table.sheets(), ["Census"]);
        let settings = settings();
        let guess = table.guess(&settings).unwrap();
        let mut agency = Agency::default();
        let report = run::table(&table, &guess, &settings, &options(), &mut |c| agency.take(c), &mut |_| {
            ControlFlow::Continue(())
        });
        assert_eq!(report.totals().created, 2, "{}", report.text(9));
        let ruth = agency.one(Kind::Client, "4217");
        assert_eq!(ruth.fields.get("name.family"), Some("\"Okafor\""));
        assert_eq!(ruth.fields.get("born"), Some("\"1941-06-12\""));
        assert_eq!(ruth.fields.get("soc"), Some("\"2026-03-01\""));
        assert_eq!(ruth.place, "standard input row 3");
        assert_eq!(agency.one(Kind::Client, "4218").fields.get("born"), Some("\"1940-06-11\""));
        assert!(Table::open(&source, Some("census")).is_ok());
        assert!(Table::open(&source, Some("other")).unwrap_err().why.contains("Census"));
        assert!(Source::stream("standard input", &bytes[..], 100).is_err());
    }

    #[test]
    fn spreadsheets_that_are_too_much_are_refused() {
        let open = |bytes: Vec<u8>| Table::open(&Source::bytes("x.xlsx", bytes), None).map(|_| ()).map_err(|r| r.why);
        let small = row(1, &["mrn", "name"]);
        assert_eq!(open(xlsx(&small, Some(40 << 20))), Err("unpacks to more than 64 MiB".to_owned()));
        // A cell at the far corner costs nothing.
        let far = small.clone() + r#"<row r="3"><c r="XFD3" t="inlineStr"><is><t>x</t></is></c></row>"#;
        assert_eq!(open(xlsx(&far, None)), Ok(()));
        let below = small.clone() + r#"<row r="1048576"><c r="A1048576" t="inlineStr"><is><t>x</t></is></c></row>"#;
        assert_eq!(open(xlsx(&below, None)), Err("more than 200000 rows".to_owned()));
        let good = xlsx(&small, None);
        for cut in (0..good.len()).step_by(11) {
            let _ = open(good[..cut].to_vec());
            let mut flipped = good.clone();
            flipped[cut] ^= 0x41;
            let _ = open(flipped);
        }
        assert!(open(b"PK\x03\x04".to_vec()).is_err());
        assert!(open(Vec::new()).is_err());
        assert!(open(vec![0x7f, b'E', b'L', b'F', 1, 2, 3, 4]).is_err());
    }

    fn client() -> Client {
        let text = |t: &str| Text::new(t).unwrap();
        let name = Name {
            family: Text::new("van der BERG").unwrap(),
            given: Text::new("=cmd|' /C calc'!A0").unwrap(),
            preferred: Text::new("李").unwrap(),
            former: Text::new("-Bello").unwrap(),
        };
        let mut c = Client::new(OfficeId::default(), name);
        c.mrn = Text::new("0042").unwrap();
        c.born = Day::from_ymd(1941, 2, 3);
        c.sex = Sex::Other;
        c.gender = Text::new("a, \"b\"; c").unwrap();
        c.phones = Phones::new(vec![
            Phone { kind: PhoneKind::Home, number: text40("+1 555") },
            Phone { kind: PhoneKind::Home, number: text40("(555) 01, ext 2") },
            Phone { kind: PhoneKind::Fax, number: text40("7") },
        ])
        .unwrap();
        c.languages = Few::new(vec![text40("Igbo, eastern"), text40("English")]).unwrap();
        c.interpreter = true;
        c.living = Living::Alone;
        c.emergency = Some(1);
        c.transport = Some(3);
        c.status = ClientStatus::NotTaken;
        c.soc = Day::from_ymd(2026, 1, 5);
        c.note = text("two\nlines, and “quotes”");
        c
    }

    fn text40(t: &str) -> Text<40> {
        Text::new(t).unwrap()
    }

    fn id_of(c: &Client) -> String {
        format!("id-{}", c.mrn.as_str())
    }

    #[test]
    fn what_is_written_is_read_back_as_it_was() {
        let office = OfficeId::default();
        let plain = {
            let mut c = Client::new(office, Name::default());
            c.mrn = Text::new("2").unwrap();
            c
        };
        let all = [client(), plain];
        let rows: Vec<Vec<String>> = all.iter().map(|c| out::client_row(&id_of(c), c)).collect();
        let mut bytes = Vec::new();
        out::csv(&out::CLIENT_COLUMNS, &rows, To::File, &mut bytes).unwrap();
        let (agency, report, guess) = list("clients.csv", &bytes, &settings());
        assert!(guess.own && !report.has_problems(), "{}", report.text(9));
        assert_eq!(report.reading.notes.total, 0, "{}", report.text(9));
        for before in &all {
            let i = agency.one(Kind::Client, &id_of(before));
            assert!(i.fields.applied_to(before).unwrap() == *before);
            // And made anew from nothing but the list.
            assert!(i.fields.applied_to(&Client::new(office, Name::default())).unwrap() == *before);
        }
        let mut staff = Staff::new(office, client().name, Discipline::Companion);
        staff.active = false;
        staff.skills = Few::new(vec![text40("Hoyer lift"), text40("wound, simple")]).unwrap();
        let mut bytes = Vec::new();
        out::csv(&out::STAFF_COLUMNS, &[out::staff_row("E1", &staff)], To::File, &mut bytes).unwrap();
        let (agency, _, guess) = list("staff.csv", &bytes, &settings());
        assert!(guess.own);
        assert!(
            agency
                .one(Kind::Staff, "E1")
                .fields
                .applied_to(&Staff::new(office, Name::default(), Discipline::Rn))
                .unwrap()
                == staff
        );
        let start = Civil {
            day: Day::from_ymd(2026, 3, 8).unwrap(),
            minute: 150,
            zone: Zone::parse("America/Chicago").unwrap(),
        };
        let mut visit = Visit::new(ClientId::default(), Discipline::Other, start, 45);
        visit.state = VisitState::CalledOut;
        visit.service = Text::new("bath").unwrap();
        let mut bytes = Vec::new();
        out::csv(&out::VISIT_COLUMNS, &[out::visit_row("V1", "0042", "", "", &visit)], To::File, &mut bytes).unwrap();
        let table = Table::open(&Source::bytes("visits.csv", bytes), None).unwrap();
        let settings = settings();
        let guess = table.guess(&settings).unwrap();
        assert!(guess.own);
        let caseload::exchange::table::Row::Records(records) = table.rows(&guess, &settings).next().unwrap() else {
            panic!("rejected")
        };
        assert!(records[0].fields.applied_to(&visit).unwrap() == visit);
    }
}

mod fuzz {
    use super::*;
    use proptest::prelude::*;

    fn read(bytes: &[u8]) {
        let options = fhir::Options { zone: zone(), now: now() };
        let (reading, taken) = fhir::read_to_nothing(bytes, options);
        assert_eq!(reading.records, taken);
        // Bounded: an entry needs a byte.
        let said = reading.rejected.total + reading.broken.len() as u64 + reading.ignored.values().sum::<u64>();
        assert!(said <= 2 * bytes.len() as u64 + 1);
        for sheet in [None, Some("x")] {
            let Ok(table) = Table::open(&Source::bytes("x", bytes.to_vec()), sheet) else { continue };
            for list in [None, Some(List::Clients), Some(List::Staff), Some(List::Visits)] {
                let mut settings = settings();
                settings.list = list;
                settings.map = list.map(|l| vec![("A".to_owned(), l.key().to_owned())]).unwrap_or_default();
                let Ok(guess) = table.guess(&settings) else { continue };
                assert!(guess.text(&table, &settings).chars().all(|c| c == '\n' || !c.is_control()));
                let mut agency = Agency::default();
                let report =
                    run::table(&table, &guess, &settings, &super::options(), &mut |c| agency.take(c), &mut |_| {
                        ControlFlow::Continue(())
                    });
                assert!(report.text(20).chars().all(|c| c == '\n' || !c.is_control()));
            }
        }
    }

    /// `PROPTEST_CASES` for a long run.
    fn cases() -> u32 {
        std::env::var("PROPTEST_CASES").ok().and_then(|n| n.parse().ok()).unwrap_or(96)
    }

    const SHAPES: [&str; 4] = [
        "{\"resourceType\":\"Bundle\",\"entry\":[{\"fullUrl\":\"urn:uuid:1\",\"resource\":{\"resourceType\":\"Patient\",\"id\":\"1\",\"name\":[{\"family\":\"Okafor\",\"given\":[\"Ruth\"]}],\"birthDate\":\"1941-06-12\",\"contact\":[{\"name\":{\"text\":\"A B\"}}],\"generalPractitioner\":[{\"reference\":\"Practitioner/2\"}]}},{\"resource\":{\"resourceType\":\"Encounter\",\"id\":\"3\",\"class\":{\"code\":\"HH\"},\"subject\":{\"reference\":\"urn:uuid:1\"},\"period\":{\"start\":\"2026-01-01T10:00:00Z\",\"end\":\"2026-01-01T11:00:00Z\"}}}]}",
        "{\"resourceType\":\"Patient\",\"id\":\"1\"}\n{\"resourceType\":\"MedicationRequest\",\"id\":\"2\",\"status\":\"active\",\"subject\":{\"reference\":\"Patient/1\"},\"medicationCodeableConcept\":{\"text\":\"x\"},\"dosageInstruction\":[{\"timing\":{\"repeat\":{\"frequency\":1,\"period\":1,\"periodUnit\":\"d\"}}}]}\n",
        "MRN,Client,DOB,Phone,Status\n1,\"OKAFOR, Ruth (R)\",06/12/41,'+1 555,Active\n2,Ann Lee,1/2/1950,,Discharged\n",
        "visit_id;mrn;date;start;end;cpr exp\n1;2;03.04.26;8:30 pm;9;x\n",
    ];

    proptest! {
        #![proptest_config(ProptestConfig { cases: cases(), failure_persistence: None, rng_seed: proptest::test_runner::RngSeed::Fixed(0x5eed), ..ProptestConfig::default() })]

        #[test]
        fn any_bytes(bytes in proptest::collection::vec(any::<u8>(), 0..600)) {
            read(&bytes);
        }

        #[test]
        fn any_text(text in "[\\PC\n\t,;\"{}\\[\\]:0-9/]{0,300}") {
            read(text.as_bytes());
        }

        #[test]
        fn what_looks_real(which in 0_usize..4, edits in proptest::collection::vec((any::<usize>(), any::<u8>(), 0_u8..4), 1..12)) {
            let mut bytes = SHAPES[which].as_bytes().to_vec();
            for (at, byte, how) in edits {
                let at = at % (bytes.len() + 1);
                match how {
                    0 if at < bytes.len() => bytes[at] = byte,
                    1 if at < bytes.len() => { bytes.remove(at); }
                    2 => bytes.insert(at, byte),
                    _ => { let cut = bytes[..at].to_vec(); bytes.extend(cut.iter().take(200)); }
                }
            }
            read(&bytes);
        }

        #[test]
        fn cells_come_back(cells in proptest::collection::vec("[\\PC'=+@\\t\\r\\n,\"-]{0,12}", 1..6)) {
            let headings: Vec<&str> = ["a", "b", "c", "d", "e", "f"][..cells.len()].to_vec();
            let mut bytes = Vec::new();
            out::csv(&headings, std::slice::from_ref(&cells), To::File, &mut bytes).unwrap();
            let mut reader = csv::Reader::from_reader(&bytes[..]);
            let row = reader.records().next().unwrap().unwrap();
            for (kept, cell) in row.iter().zip(&cells) {
                prop_assert!(!kept.starts_with(['=', '+', '-', '@', '\t', '\r']));
                prop_assert_eq!(out::unguard(kept), cell.as_str());
            }
        }
    }
}
