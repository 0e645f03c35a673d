//! What a lens may ask of each list, so that a field or a value that nothing has is said instead of found nowhere.

use super::api::View;
use super::lens_rows;
use crate::domain::attention::AlertSource;
use crate::domain::client::ClientStatus;
use crate::domain::issue::IssueKind;
use crate::domain::staff::Discipline;
use crate::domain::visit::{Answer, VisitState};
use crate::rules::lens::{Lens, OperandKind, Term, Test};

/// What a field holds.
enum Holds {
    /// Any text.
    Text,
    /// One of these words.
    One(Vec<&'static str>),
    Number,
    Flag,
    Day,
    /// An instant, compared by how far it is.
    Time,
}

/// Reads a lens of a list; the error names the mend.
pub(super) fn read(view: View, text: &str) -> Result<Lens, String> {
    let lens = Lens::parse(text).map_err(|e| e.to_string())?;
    for term in lens.terms() {
        check(&fields(view), term)?;
    }
    Ok(lens)
}

fn check(fields: &[(&'static str, Holds)], term: &Term) -> Result<(), String> {
    let name = &term.field;
    let Some((_, holds)) = fields.iter().find(|(field, _)| field == name) else {
        let all: Vec<&str> = fields.iter().map(|(field, _)| *field).collect();
        return Err(format!("{term}: there is no {name} here; there is {}", all.join(", ")));
    };
    let fits = match (&term.test, holds) {
        (Test::There, _) | (Test::Is(_), Holds::Text) => true,
        (Test::Is(value), Holds::One(words)) => words.iter().any(|word| word.eq_ignore_ascii_case(value.text())),
        (Test::Is(value), Holds::Flag) => ["yes", "true", "no", "false"].iter().any(|word| word == &value.text()),
        (Test::Is(v) | Test::Less(v) | Test::More(v), Holds::Number) => matches!(v.kind(), OperandKind::Number(_)),
        (Test::Is(v) | Test::Less(v) | Test::More(v), Holds::Day) => matches!(v.kind(), OperandKind::Day(_)),
        (Test::Less(value) | Test::More(value), Holds::Time) => matches!(value.kind(), OperandKind::Span(_)),
        _ => false,
    };
    if fits { Ok(()) } else { Err(format!("{term}: {}", mend(name, holds))) }
}

fn mend(name: &str, holds: &Holds) -> String {
    match holds {
        Holds::Text => format!("write {name}:word"),
        Holds::One(words) => {
            let quoted = words.iter().map(|w| if w.contains(' ') { format!("\"{w}\"") } else { (*w).to_owned() });
            format!("{name} is one of {}", quoted.collect::<Vec<_>>().join(", "))
        }
        Holds::Number => format!("write {name}:1, {name}<2 or {name}>2"),
        Holds::Flag => format!("write {name} or !{name}"),
        Holds::Day => format!("write {name}<2026-03-10, with < or > or :"),
        Holds::Time => format!("write {name}<12h or {name}>2d"),
    }
}

macro_rules! words_of {
    ($kind:ty) => {
        Holds::One(<$kind>::ALL.iter().map(|one| one.word()).collect())
    };
}

/// The fields of a list and what they hold.
fn fields(view: View) -> Vec<(&'static str, Holds)> {
    use Holds::{Day, Flag, Number, One, Text, Time};
    match view {
        View::Alerts => vec![
            ("tier", Number),
            ("name", Text),
            ("cause", Text),
            ("owner", Text),
            ("source", words_of!(AlertSource)),
            ("rule", Text),
            ("list", One(lens_rows::lists())),
            ("due", Time),
            ("age", Time),
            ("breached", Flag),
            ("booked", Flag),
            ("escalated", Flag),
            ("about", One(vec!["client", "staff", "office"])),
        ],
        View::Clients => vec![
            ("name", Text),
            ("mrn", Text),
            ("town", Text),
            ("status", words_of!(ClientStatus)),
            ("level", Number),
            ("alone", Flag),
            ("age", Number),
            ("born", Day),
            ("day", Number),
            ("tier", Number),
            ("alerts", Number),
            ("coordinator", Text),
            ("vulnerability", Number),
            ("next", Time),
        ],
        View::Staff => vec![
            ("name", Text),
            ("discipline", words_of!(Discipline)),
            ("doing", One(vec!["out", "with", "due", "free", "off"])),
            ("hours", Number),
            ("overtime", Flag),
            ("language", Text),
            ("active", Flag),
            ("credential", Day),
        ],
        View::Visits { .. } => vec![
            ("client", Text),
            ("staff", Text),
            ("discipline", words_of!(Discipline)),
            ("service", Text),
            ("day", Day),
            ("state", words_of!(VisitState)),
            ("answer", words_of!(Answer)),
            ("start", Time),
            ("minutes", Number),
        ],
        View::Issues => vec![
            ("name", Text),
            ("kind", words_of!(IssueKind)),
            ("summary", Text),
            ("tier", Number),
            ("owner", Text),
            ("open", Flag),
            ("age", Time),
        ],
        View::Reassessments => vec![
            ("name", Text),
            ("what", Text),
            ("state", One(vec!["pending", "scheduled", "overdue"])),
            ("opens", Day),
            ("closes", Day),
        ],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_nothing_has_is_said_with_the_mend() {
        let wrong = |view, text: &str, says: &str| match read(view, text) {
            Ok(_) => panic!("{text} was read"),
            Err(said) => assert!(said.contains(says), "{said}"),
        };
        wrong(View::Clients, "level:x", "write level:1, level<2");
        wrong(View::Clients, "status:gone", "one of");
        wrong(View::Clients, "levle:1", "there is no levle here; there is name, mrn");
        wrong(View::Clients, "alone:maybe", "alone or !alone");
        wrong(View::Clients, "name<3", "name:word");
        wrong(View::Alerts, "due:7d", "due<12h");
        wrong(View::Reassessments, "closes<soon", "closes<2026-03-10");
        wrong(View::Staff, "level", "there is no level here");
        for (view, text) in [
            (View::Clients, "level:1 & !tier>3 & alone & status:active & town:\"Central Falls\""),
            (View::Alerts, "list:open & due<7d & !breached & owner:me"),
            (View::Staff, "discipline:rn & overtime:no & credential<2026-04-01"),
            (View::Reassessments, "state:pending & closes<2026-03-10"),
        ] {
            assert!(read(view, text).is_ok_and(|lens| !lens.is_empty()), "{text}");
        }
    }
}
