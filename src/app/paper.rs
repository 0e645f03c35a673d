//! What stands on a page as plain text, for a pager: the same lines in the same order, numbers whole, nothing that is not
//! on the screen. Where names are hidden on the screen they are hidden here.

use super::layers::Layer;
use super::model::Model;
use super::privacy;
use crate::domain::safe::SafeText;
use crate::domain::time::{Moment, clock};
use crate::service::api::{CardLine, Page, Person};

/// A label has this much room before its text, where it is shorter.
const LABEL: usize = 16;
/// A line with a number in it is no longer than this.
const WIDTH: usize = 80;

/// The page that is open, and whom it is about.
pub(crate) fn of(model: &Model) -> Result<(String, Option<Person>), String> {
    let at = |moment: Moment| {
        let (day, minute) = model.zone.civil(moment);
        format!("{} {}", day.iso(), clock(minute))
    };
    let (lines, person) = match model.top() {
        Some(layer @ (Layer::Page(_) | Layer::Review(_))) => {
            let shown = layer.page().ok_or("nothing is open to be read")?;
            if let Some(why) = &shown.denied {
                return Err(why.clone());
            }
            let page = shown.page.as_ref().ok_or("this page has not come yet")?;
            (of_page(page), Some(shown.person))
        }
        Some(Layer::Why(why)) => {
            let found = why.why.as_ref().ok_or("the answer has not come yet")?;
            let mut lines = vec![found.person.clone(), found.headline.clone(), String::new()];
            lines.extend(found.lines.iter().map(|(label, text)| labelled(label, text, "")));
            (lines, super::subject::subject(model).ok().and_then(|s| s.person))
        }
        Some(Layer::History(history)) => {
            let found = history.lines.as_ref().ok_or("the history has not come yet")?;
            let mut lines = vec![history.title.clone(), String::new()];
            for line in found {
                lines.push(format!("{}  {} {}", at(line.at), line.who, line.what));
                lines
                    .extend(line.fields.iter().map(|(name, before, after)| format!("    {name}: {before} -> {after}")));
            }
            let person = model.layers.iter().rev().find_map(Layer::page).map(|p| p.person);
            (lines, person)
        }
        Some(Layer::Looked(looked)) => {
            let mut lines = vec![format!("Who looked: {}", looked.name), String::new()];
            for l in &looked.lines {
                let (who, what) = (format!("{} ({})", l.user, l.role), format!("{} {}", l.action, l.category));
                lines.push(format!("{}  {who}  {what}, {} {}  {}", at(l.at), l.ending, l.detail, l.origin));
            }
            (lines, Some(looked.person))
        }
        Some(Layer::Evv(list)) => {
            let queue = list.queue.as_ref().ok_or("the list has not come yet")?;
            let today = model.zone.day(model.now);
            let mut lines = vec!["EVV exceptions".to_owned(), String::new()];
            for e in &queue.list {
                let when = e.at.map(at).unwrap_or_default();
                lines.push(format!("{}  {}  {when}  {}", super::evv_locks(e, today), e.name, e.staff));
                lines.push(format!("    {}: {}", e.say, e.mend));
            }
            (lines, None)
        }
        Some(Layer::Terminal(shown)) => {
            let line = |f: &super::terminal::Finding| format!("{}: {} ({})", f.what, f.value, f.why);
            (shown.findings.iter().map(line).collect(), None)
        }
        _ => return Err("open a page first: a pager reads pages".to_owned()),
    };
    let mut text = String::new();
    for line in lines.iter().flat_map(|l| l.lines().chain(l.is_empty().then_some(""))) {
        let safe = SafeText::line(line);
        match (model.privacy.on, &model.privacy.names) {
            (false, _) => text.push_str(safe.trim_end()),
            (true, Some(names)) => text.push_str(&privacy::numbers(&names.hide(safe.trim_end()))),
            (true, None) => return Err("names are hidden here, and their initials have not come yet".to_owned()),
        }
        text.push('\n');
    }
    Ok((text, person))
}

fn of_page(page: &Page) -> Vec<String> {
    let mut lines = vec![page.title.clone()];
    lines.extend(page.summary.iter().cloned());
    for section in &page.sections {
        lines.push(String::new());
        lines.push(section.title.clone());
        lines.extend(section.lines.iter().map(|l| of_line(&l.line)));
    }
    lines
}

fn of_line(line: &CardLine) -> String {
    labelled(&line.label, &line.text, &line.number)
}

fn labelled(label: &str, text: &str, number: &str) -> String {
    let fill = " ".repeat(LABEL.saturating_sub(label.chars().count()).max(1));
    let long = LABEL + text.chars().count() + number.chars().count() + 4 > WIDTH;
    let gap = match (text.is_empty() || number.is_empty(), long) {
        (true, _) => String::new(),
        (false, false) => "  ".to_owned(),
        // A pager breaks a line where it likes; a number is whole.
        (false, true) => format!("\n{}", " ".repeat(LABEL + 2)),
    };
    format!("  {label}{fill}{text}{gap}{number}")
}
