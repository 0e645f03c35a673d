//! What a substitute is told about a visit: one text to read out, or to send by the agency's own means. It names no code of
//! a door: those are shown and noted one home at a time.

use crate::domain::client::Client;
use crate::domain::record::Record;
use crate::domain::time::clock;
use crate::rules::roles::Group;
use crate::service::Service;
use crate::service::access::Sight;
use crate::store::indexes::VisitLine;

/// Longest text, in characters: three messages of a telephone.
pub(super) const LONGEST: usize = 480;

impl Service {
    /// The text for whoever goes in place of another; empty where nobody does.
    pub(super) fn dispatch(&self, line: &VisitLine, sight: &Sight) -> String {
        let Some(client) = self.cast.clients.get(&line.client) else { return String::new() };
        let (_, end) = line.start.zone.civil(line.end());
        let what = [line.discipline.word(), line.service.as_str()].join(" ");
        let when = format!("{} {}–{}", line.start.day.short(), clock(line.start.minute), clock(end));
        let mut parts = vec![format!("{when} {}", client.name.full()), client.address.line(), what.trim().to_owned()];
        if sight.shows(Group::Clinical) {
            let needs: Vec<&str> = client.needs.iter().map(|n| n.word()).collect();
            parts.push(needs.join(", "));
            parts.push(hazards(client));
        }
        let other = line.staff.into_iter().chain(line.second).filter(|_| self.needs_two(line));
        let names: Vec<String> = other.filter_map(|s| self.cast.staff.get(&s)).map(|s| s.name.initialed()).collect();
        if names.len() > 1 {
            parts.push(format!("together: {}", names.join(" and ")));
        }
        if let Some(language) = client.languages.first().filter(|l| !l.eq_ignore_ascii_case("english")) {
            parts.push(format!("speaks {}", language.as_str()));
        }
        if sight.shows(Group::Codes) {
            parts.push(client.access.as_str().to_owned());
        }
        let phone = client.phones.first().map(|p| format!("tel {}", p.number.as_str()));
        parts.extend(phone);
        fitted(&parts)
    }
}

fn hazards(client: &Record<Client>) -> String {
    let all: Vec<&str> = client.hazards.iter().map(crate::domain::text::Text::as_str).collect();
    if all.is_empty() { String::new() } else { format!("mind: {}", all.join(", ")) }
}

/// The parts that fit, in their order; one that does not fit is left out whole, so that no number is cut.
fn fitted(parts: &[String]) -> String {
    let mut text = String::new();
    for part in parts.iter().map(|p| p.trim()).filter(|p| !p.is_empty()) {
        let more = part.chars().count() + if text.is_empty() { 1 } else { 2 };
        if text.chars().count() + more <= LONGEST {
            if !text.is_empty() {
                text.push(' ');
            }
            text.push_str(part);
            text.push('.');
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_does_not_fit_is_left_out_whole() {
        let long = "x".repeat(LONGEST - 20);
        let parts = ["first".to_owned(), String::new(), long.clone(), "0123456789012".to_owned(), "tel 1".to_owned()];
        let text = fitted(&parts);
        assert_eq!(text, format!("first. {long}. tel 1."));
        assert!(text.chars().count() <= LONGEST);
        assert_eq!(fitted(&["y".repeat(LONGEST)]), "");
    }
}
