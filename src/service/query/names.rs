//! Names, identifiers and numbers as screens show them.

use crate::domain::client::Client;
use crate::domain::contact::Share;
use crate::domain::person::{Phone, Sex};
use crate::domain::record::Record;
use crate::domain::time::{Day, Moment, Zone, clock};
use crate::rules::triage::facts::WindowKind;

/// `DOB 12 Jun 1941  84 F  MRN 004217`.
pub fn identifiers(client: &Client, today: Day) -> String {
    let mut parts = Vec::new();
    match client.born {
        Some(born) => parts.push(format!("DOB {}  {} {}", born.long(), born.age(today), sex_letter(client.sex))),
        None => parts.push(format!("DOB not recorded  {}", sex_letter(client.sex))),
    }
    match client.mrn.some() {
        Some(mrn) => parts.push(format!("MRN {mrn}")),
        None => parts.push("no MRN".to_owned()),
    }
    parts.join("  ").trim_end().to_owned()
}

pub(super) fn sex_letter(sex: Sex) -> &'static str {
    match sex {
        Sex::Female => "F",
        Sex::Male => "M",
        Sex::Other => "X",
        Sex::Unknown => "",
    }
}

/// `Okafor, Ruth “Ruthie” · 12 Jun 1941 · …4217`: two identifiers on every line that names her.
pub fn identified(client: &Record<Client>) -> String {
    let mut out = client.name.full();
    if let Some(born) = client.born {
        out.push_str(" · ");
        out.push_str(&born.long());
    }
    if !client.mrn.is_empty() {
        out.push_str(" · …");
        out.push_str(&client.mrn_tail());
    }
    out
}

/// `may hear all`.
pub fn may_hear(share: Share) -> &'static str {
    match share {
        Share::Nothing => "may hear nothing",
        Share::Visits => "may hear visits",
        Share::Health => "may hear health",
        Share::All => "may hear all",
    }
}

/// The first number to ring; a fax is never one.
pub fn first_number(phones: &[Phone]) -> String {
    use crate::domain::person::PhoneKind;
    phones.iter().find(|p| p.kind != PhoneKind::Fax).map(|p| p.number.as_str().to_owned()).unwrap_or_default()
}

/// `07:58` today, `Sun 1 Mar 07:58` on another day.
pub fn when(at: Moment, zone: Zone, today: Day) -> String {
    let (day, minute) = zone.civil(at);
    if day == today { clock(minute) } else { format!("{} {}", day.short(), clock(minute)) }
}

/// A window's word in a row: `recert`.
pub fn window_word(kind: WindowKind) -> &'static str {
    match kind {
        WindowKind::Recert => "recert",
        WindowKind::SocAssessment => "SOC assessment",
        WindowKind::Roc => "ROC",
        WindowKind::Reassessment => "reassessment",
    }
}

/// A window's name on a form or in a list: `Recertification`, or the instrument.
pub fn window_name(kind: WindowKind, what: &str) -> String {
    match kind {
        WindowKind::Recert => "Recertification".to_owned(),
        WindowKind::SocAssessment => "SOC comprehensive assessment".to_owned(),
        WindowKind::Roc => "ROC assessment".to_owned(),
        WindowKind::Reassessment => what.to_owned(),
    }
}
