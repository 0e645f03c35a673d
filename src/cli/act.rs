//! `caseload act`: what a key does on the screen, said by name. It goes the very same way: the screen's own model stands on
//! the subject, the table's action is done there, its card is filled in field by field and saved.

use super::agency::Place;
use super::desk::Desk;
use super::hands::{self, Hands};
use super::{Ended, OK, PROBLEMS, Stop, USAGE, print, show, subject};
use crate::app::Model;
use crate::app::action::{self, TABLE};
use crate::app::form::{Field, Form, Value};
use crate::app::layers::Layer;
use crate::app::spoken::{self, Outcome, Reach, Said, Stands, Undone, reach};
use crate::domain::safe::safe_line;
use crate::exchange::out;
use crate::ui::linear::reading;
use serde_json::{Value as Json, json};
use std::fmt::Write;
use std::path::PathBuf;

/// What `act` takes.
#[derive(clap::Args)]
#[command(
    override_usage = "caseload act ACTION [SUBJECT]... [--FIELD VALUE]... [--why TEXT] [--yes] [--json]\n       \
                      caseload act ACTION [SUBJECT]... --fields\n       \
                      caseload act --list [SUBJECT]...",
    after_help = HELP
)]
pub struct Args {
    /// The action, the subject, and fields as --name value or --name=value.
    #[arg(trailing_var_arg = true, allow_hyphen_values = true, value_name = "WORDS")]
    words: Vec<String>,
    /// What can be done with the subject, and why not what can't.
    #[arg(long)]
    list: bool,
    /// Only say which fields the action asks for.
    #[arg(long)]
    fields: bool,
    /// Yes to what is asked first.
    #[arg(long)]
    yes: bool,
    /// Answer as JSON.
    #[arg(long)]
    json: bool,
}

const HELP: &str = "\
A SUBJECT is a handle as `list` and `show` print them, a name, or one of the words below; `caseload show --help` lists \
them all. Fields are those of the card on the screen; one that offers a choice takes its words, their beginning, or the \
digit. --why is the reason or the note of whatever card asks for one. What the screen asks before it is done needs --yes.

Examples:
  caseload act take a-4k2m9x
  caseload act call \"O'Brien, Maeve\" --number 0142 --outcome reached --note \"told of the visit\"
  caseload act result a-4k2m9x --outcome \"seen by nurse\" --note \"no injury, stays home\"
  caseload act move v-260302-4k2m9x --day fri --time 14:30 --agreed yes
  caseload act call call-out a-4k2m9x v-260302-7h3t1p s-9d2k4w --outcome yes
  caseload act undo --yes

Exit codes: 0 done, 1 not done and why, 2 wrong usage, 3 the agency can't be opened";

/// What was said, taken apart.
#[derive(Default)]
struct Spoken {
    words: Vec<String>,
    fields: Vec<(String, String)>,
    list: bool,
    only_fields: bool,
    yes: bool,
    json: bool,
    agency: Option<PathBuf>,
    server: Option<PathBuf>,
}

/// Takes words and `--name value` apart. A name of ours is ours wherever it stands.
fn parse(args: Args) -> Result<Spoken, Stop> {
    let mut said =
        Spoken { list: args.list, only_fields: args.fields, yes: args.yes, json: args.json, ..Spoken::default() };
    let mut words = args.words.into_iter();
    while let Some(word) = words.next() {
        let Some(name) = word.strip_prefix("--") else {
            said.words.push(word);
            continue;
        };
        match name {
            "list" => said.list = true,
            "fields" => said.only_fields = true,
            "yes" => said.yes = true,
            "json" => said.json = true,
            "" => said.words.extend(words.by_ref()),
            _ => {
                let (name, value) = if let Some((name, value)) = name.split_once('=') {
                    (name.to_owned(), value.to_owned())
                } else {
                    let value = words.next().filter(|v| !v.starts_with("--"));
                    let missing =
                        || Stop::new(USAGE, format!("--{name} needs a value: --{name} VALUE or --{name}=VALUE"));
                    (name.to_owned(), value.ok_or_else(missing)?)
                };
                match name.as_str() {
                    "agency" => said.agency = Some(PathBuf::from(value)),
                    "server" => said.server = Some(PathBuf::from(value)),
                    "keyfile" => super::keyfile::said(Some(PathBuf::from(value))),
                    _ => said.fields.push((name, value)),
                }
            }
        }
    }
    Ok(said)
}

/// Acts.
pub fn run(place: &Place, args: Args) -> Ended {
    let mut said = parse(args)?;
    let other =
        (said.agency.is_some() || said.server.is_some()).then(|| Place::new(said.agency.take(), said.server.take()));
    let place = other.as_ref().unwrap_or(place);
    if !said.list && said.words.is_empty() {
        return table(said.json);
    }
    let action = if said.list { String::new() } else { said.words.remove(0) };
    if !said.list && action::find(&action).is_none() {
        let near = action::nearest(&action).map(|id| format!("; did you mean {id}?")).unwrap_or_default();
        return Err(Stop::new(USAGE, format!("there is no action “{action}”{near} (caseload act lists them)")));
    }
    let mut desk = Desk::at(place)?;
    let (stand, line) = subject::place(&mut desk, &said.words)?;
    let with = match said.fields.iter().position(|(name, _)| name == "with").filter(|_| action == "swap") {
        Some(at) => Some(subject::visit(&mut desk, &said.fields.remove(at).1)?),
        None => None,
    };
    let (mut model, mut hands) = hands::open(&mut desk)?;
    if let Err(why) = spoken::stand(&mut model, &mut hands, &stand) {
        return not_done(&mut model, hands, why, &said);
    }
    if let Some(word) = &line {
        let line = subject::line(&model, word)?;
        spoken::on_line(&mut model, line);
    }
    if said.list {
        show::leaves(&mut hands, None)?;
        return here(&mut model, said.json);
    }
    if said.only_fields {
        return match spoken::begin(&mut model, &mut hands, &action) {
            Ok(()) => {
                show::leaves(&mut hands, None)?;
                fields(&model, said.json)
            }
            Err(why) => not_done(&mut model, hands, why, &said),
        };
    }
    let what = Said { action, fields: std::mem::take(&mut said.fields), with, yes: said.yes };
    match spoken::act(&mut model, &mut hands, &what) {
        Ok(Outcome::Done(lines)) => {
            say(said.json, &json!({ "done": true, "said": lines }), &lines)?;
            Ok(OK)
        }
        Ok(Outcome::Asks(mut lines)) => {
            lines.push("Nothing was done: --yes does it.".to_owned());
            say(said.json, &json!({ "done": false, "asks": lines }), &lines)?;
            Ok(PROBLEMS)
        }
        Ok(Outcome::Shows(lines)) => {
            show::leaves(&mut hands, None)?;
            let read = reading(&model);
            let text = lines.iter().map(|l| format!("{}\n", safe_line(l))).collect::<String>() + &show::as_text(&read);
            print::out(&if said.json { format!("{}\n", show::as_json(&read)) } else { text })?;
            Ok(OK)
        }
        Err(why) => not_done(&mut model, hands, why, &said),
    }
}

fn say(json: bool, value: &Json, lines: &[String]) -> Result<(), Stop> {
    if json {
        print::out(&format!("{}\n", out::json_text(value)))?;
    } else {
        print::out(&lines.iter().map(|l| format!("{}\n", safe_line(l))).collect::<String>())?;
    }
    Ok(())
}

/// What stands in the way, with the field and the mend.
fn not_done(model: &mut Model, hands: Hands<'_>, why: Undone, said: &Spoken) -> Ended {
    let stands = match why {
        Undone::Away(_) => return Err(hands.stopped()),
        Undone::Which(lines) => {
            let mend = "say which: behind the name its handle".to_owned();
            let mut out = vec![Stands { field: String::new(), text: "several lines could be meant".to_owned(), mend }];
            for line in lines {
                spoken::on_line(model, line);
                out.push(Stands { field: String::new(), text: show::here(model), mend: String::new() });
            }
            out
        }
        Undone::Not(stands) => stands,
    };
    if said.json {
        let problems: Vec<Json> =
            stands.iter().map(|s| json!({ "field": s.field, "text": s.text, "mend": s.mend })).collect();
        print::out(&format!("{}\n", out::json_text(&json!({ "done": false, "problems": problems }))))?;
        return Ok(PROBLEMS);
    }
    for one in &stands {
        let field = if one.field.is_empty() { String::new() } else { format!("--{}: ", one.field.replace('_', "-")) };
        let mend = if one.mend.is_empty() { String::new() } else { format!(" ({})", one.mend) };
        print::complain(&format!("{field}{}{mend}", one.text));
    }
    if said.words.is_empty() {
        print::complain("no SUBJECT was said; caseload list alerts shows them with their handles");
    }
    Ok(PROBLEMS)
}

/// All actions that can be said, and what there is instead of the others.
fn table(json: bool) -> Ended {
    let wide = TABLE.iter().map(|a| a.id.len()).max().unwrap_or(0);
    let mut text = "caseload act ACTION [SUBJECT]... [--FIELD VALUE]...   (caseload act --help)\n\n".to_owned();
    let mut rows = Vec::new();
    for action in TABLE {
        match reach(action) {
            Reach::Here => {
                let _ = writeln!(text, "{:wide$}  {}", action.id, action.doc);
                rows.push(json!({ "action": action.id, "what": action.doc }));
            }
            Reach::Elsewhere(instead) => {
                rows.push(json!({ "action": action.id, "what": action.doc, "instead": instead }));
            }
        }
    }
    print::out(&if json { format!("{}\n", out::json_text(&Json::Array(rows))) } else { text })?;
    Ok(OK)
}

/// What can be done where the marker stands, then what can't and why.
fn here(model: &mut Model, json: bool) -> Ended {
    let on = show::here(model);
    let found = spoken::here(model);
    let wide = found.iter().map(|(a, _)| a.id.len()).max().unwrap_or(0);
    let mut text = if on.is_empty() { String::new() } else { format!("{}\n\n", safe_line(&on)) };
    let mut rows = Vec::new();
    for (action, reason) in &found {
        match reason {
            None => {
                let _ = writeln!(text, "{:wide$}  {}", action.id, action.doc);
                rows.push(json!({ "action": action.id, "what": action.doc }));
            }
            Some(why) => {
                let _ = writeln!(text, "{:wide$}  not now: {}", action.id, safe_line(why));
                rows.push(json!({ "action": action.id, "what": action.doc, "not_now": why }));
            }
        }
    }
    print::out(&if json { format!("{}\n", out::json_text(&Json::Array(rows))) } else { text })?;
    Ok(OK)
}

/// Which fields the card on top asks for as it stands now.
fn fields(model: &Model, json: bool) -> Ended {
    let Some(Layer::Form(form)) = model.top() else {
        let read = reading(model);
        print::out(&if json { format!("{}\n", show::as_json(&read)) } else { show::as_text(&read) })?;
        return Ok(OK);
    };
    if json {
        let rows: Vec<Json> = asked(form)
            .map(|f| {
                let (name, now) = (f.name.replace('_', "-"), f.value.text());
                json!({ "field": name, "label": f.label, "help": f.help, "now": now, "choices": choices(f) })
            })
            .collect();
        print::out(&format!("{}\n", out::json_text(&json!({ "title": form.title, "who": form.who, "fields": rows }))))?;
        return Ok(OK);
    }
    let mut text = format!("{}\n{}\n", safe_line(&form.title), safe_line(&form.who));
    for note in &form.notes {
        let _ = writeln!(text, "{}", safe_line(note));
    }
    let wide = asked(form).map(|f| f.name.len()).max().unwrap_or(0);
    for field in asked(form) {
        let name = field.name.replace('_', "-");
        let _ = write!(text, "  --{name:wide$}  {}", safe_line(&field.label));
        if !field.help.is_empty() {
            let _ = write!(text, ": {}", safe_line(field.help));
        }
        let now = field.value.text();
        if !now.trim().is_empty() {
            let _ = write!(text, " [now: {}]", safe_line(&now.replace('\n', "; ")));
        }
        text.push('\n');
        let choices = choices(field);
        if !choices.is_empty() {
            let _ = writeln!(text, "    {:wide$}  one of: {}", "", safe_line(&choices.join("; ")));
        }
    }
    print::out(&text)?;
    Ok(OK)
}

fn asked(form: &Form) -> impl Iterator<Item = &Field> {
    form.fields.iter().filter(|f| f.shown && !matches!(f.value, Value::Button(_)))
}

fn choices(field: &Field) -> Vec<String> {
    let choice = match &field.value {
        Value::Choice(choice) => choice,
        Value::Both(both) => &both.choice,
        _ => return Vec::new(),
    };
    let word = |o: &crate::app::form::Opt| {
        if o.number.is_empty() { o.label.clone() } else { format!("{} {}", o.label, o.number) }
    };
    choice.options.iter().map(word).collect()
}
