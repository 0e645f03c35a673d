//! The day or week sheet of whoever is under the marker, in a pager: from there it is printed.

use crate::app::effect::Effect;
use crate::app::model::{Model, Tone};
use crate::app::outward::{self, Outside, Reading};
use crate::app::wire::Asked;
use crate::app::{allow, sheet, subject};
use crate::domain::time::Day;
use crate::rules::roles::Right;
use crate::service::api::{Leaving, Person, Query, Request, Sheet, SheetAsk, SheetOf, SheetUse};

/// Whose sheet can be made here, or why none.
fn whose(model: &Model) -> Result<Person, String> {
    let about = subject::subject(model)?;
    about.person.ok_or_else(|| "a sheet is a client's or a caregiver's: stand on one".to_owned())
}

/// Whether one can be made.
pub(crate) fn can(model: &Model) -> Result<(), String> {
    whose(model).map(drop)
}

fn ask(model: &mut Model, out: &mut Vec<Effect>, from: Day, to: Day) {
    let person = match whose(model) {
        Ok(person) => person,
        Err(why) => return model.toast(Tone::Bad, why),
    };
    let of = match person {
        Person::Client(id) => SheetOf::Client(id),
        Person::Staff(id) => SheetOf::Staff(id),
    };
    let ask = SheetAsk { of, from, to, initials: model.privacy.on, to_be: SheetUse::Look };
    model.send(out, Asked::Sheet(person), Request::Query(Query::Sheet(ask)));
}

/// Of the calendar's day.
pub(crate) fn day(model: &mut Model, out: &mut Vec<Effect>) {
    let day = model.calendar.day;
    ask(model, out, day, day);
}

/// Of the week of the calendar's day, Sunday to Saturday.
pub(crate) fn week(model: &mut Model, out: &mut Vec<Effect>) {
    let first = model.calendar.day.week_start();
    ask(model, out, first, first.plus(6));
}

/// It has come: it goes to the pager as soon as it is noted that it does.
pub(crate) fn arrived(model: &mut Model, out: &mut Vec<Effect>, person: Person, found: &Sheet) {
    let only = allow::denial(model, Right::Editor).is_some();
    let text = sheet::text(found);
    outward::ask(model, out, Leaving::Paged(Some(person)), Outside::Read(Reading { text, only }));
}
