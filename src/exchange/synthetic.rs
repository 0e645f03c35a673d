//! Made-up NDJSON of any size, for measuring: nobody in it is real.

use std::fmt::Write as _;
use std::io::{self, Read};

/// NDJSON of `patients` patients, each followed by `conditions` conditions, made as it is read: it holds one patient's
/// lines at a time.
pub fn ndjson(patients: u64, conditions: u64) -> impl Read {
    Lines { next: 0, patients, conditions, ready: Vec::new(), used: 0 }
}

struct Lines {
    next: u64,
    patients: u64,
    conditions: u64,
    ready: Vec<u8>,
    used: usize,
}

impl Read for Lines {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        if self.used == self.ready.len() {
            if self.next == self.patients {
                return Ok(0);
            }
            self.ready = one(self.next, self.conditions).into_bytes();
            self.used = 0;
            self.next += 1;
        }
        let n = out.len().min(self.ready.len() - self.used);
        out[..n].copy_from_slice(&self.ready[self.used..self.used + n]);
        self.used += n;
        Ok(n)
    }
}

fn one(n: u64, conditions: u64) -> String {
    let family = ["Okafor", "Reyes", "Nguyen", "García", "O'Brien", "Kowalski", "Haddad"][(n % 7) as usize];
    let given = ["Ruth", "Maria", "Linh", "Inés", "Sean", "Jan", "Amal", "Grace"][(n % 8) as usize];
    let (year, month, day) = (1925 + n % 60, 1 + n % 12, 1 + n % 28);
    let mut out = format!(
        concat!(
            r#"{{"resourceType":"Patient","id":"p{n}","meta":{{"profile":["http://hl7.org/fhir/us/core/StructureDefinition/us-core-patient"]}},"#,
            r#""text":{{"status":"generated","div":"<div xmlns=\"http://www.w3.org/1999/xhtml\">Made up for measuring.</div>"}},"#,
            r#""identifier":[{{"type":{{"coding":[{{"system":"http://terminology.hl7.org/CodeSystem/v2-0203","code":"MR"}}]}},"value":"{n:08}"}}],"#,
            r#""name":[{{"use":"official","family":"{family}","given":["{given}"]}}],"gender":"female","birthDate":"{year}-{month:02}-{day:02}","#,
            r#""telecom":[{{"system":"phone","value":"555-01{tail:02}","use":"home"}}],"#,
            r#""address":[{{"line":["{n} Main Street"],"city":"Springfield","state":"NY","postalCode":"10001"}}]}}"#,
            "\n"
        ),
        n = n,
        family = family,
        given = given,
        year = year,
        month = month,
        day = day,
        tail = n % 100
    );
    for c in 0..conditions {
        let _ = write!(
            out,
            concat!(
                r#"{{"resourceType":"Condition","id":"p{n}c{c}","meta":{{"profile":["http://hl7.org/fhir/us/core/StructureDefinition/us-core-condition"]}},"#,
                r#""clinicalStatus":{{"coding":[{{"system":"http://terminology.hl7.org/CodeSystem/condition-clinical","code":"active"}}]}},"#,
                r#""verificationStatus":{{"coding":[{{"system":"http://terminology.hl7.org/CodeSystem/condition-ver-status","code":"confirmed"}}]}},"#,
                r#""code":{{"coding":[{{"system":"http://hl7.org/fhir/sid/icd-10-cm","code":"I10","display":"Essential (primary) hypertension"}}],"text":"Essential (primary) hypertension"}},"#,
                r#""subject":{{"reference":"Patient/p{n}"}},"encounter":{{"reference":"Encounter/e{n}"}},"onsetDateTime":"2019-05-04T10:00:00-05:00","recordedDate":"2019-05-04T10:00:00-05:00"}}"#,
                "\n"
            ),
            n = n,
            c = c
        );
    }
    out
}
