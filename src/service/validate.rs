//! What a record must hold to be kept, beside what its types already hold.

use super::Service;
use super::plan::Refusal;
use crate::domain::appointment::Appointment;
use crate::domain::authorization::Authorization;
use crate::domain::client::Client;
use crate::domain::coverage::TimeOff;
use crate::domain::record::{Body, Kind};
use crate::domain::travel::{KnownWay, Position, WayEnd};
use crate::domain::user::User;
use crate::domain::visit::Visit;
use std::any::Any;

/// Checks a body of any kind, and what it names.
pub(super) fn body<B: Body>(service: &Service, body: &B) -> Result<(), Refusal> {
    shape(body)?;
    let any: &dyn Any = body;
    match any.downcast_ref::<Visit>() {
        Some(visit) if !service.cast.clients.contains_key(&visit.client) => {
            Err(Refusal::problem("visit.client", "client", "that client is not in the agency"))
        }
        _ => match any.downcast_ref() {
            Some(found) => user(service, found),
            None => Ok(()),
        },
    }
}

/// Checks what a body holds by itself.
pub(super) fn shape<B: Body>(body: &B) -> Result<(), Refusal> {
    let any: &dyn Any = body;
    match B::KIND {
        Kind::Client => any.downcast_ref().map_or(Ok(()), client),
        Kind::Visit => any.downcast_ref().map_or(Ok(()), visit),
        Kind::Appointment => any.downcast_ref().map_or(Ok(()), appointment),
        Kind::Authorization => any.downcast_ref().map_or(Ok(()), authorization),
        Kind::TimeOff => any.downcast_ref().map_or(Ok(()), time_off),
        Kind::Position => any.downcast_ref().map_or(Ok(()), position),
        Kind::KnownWay => any.downcast_ref().map_or(Ok(()), known_way),
        _ => Ok(()),
    }
}

fn client(client: &Client) -> Result<(), Refusal> {
    if client.name.family.is_empty() && client.name.given.is_empty() {
        return Err(Refusal::problem("client.name", "name.family", "a client needs a name"));
    }
    if client.emergency.is_some_and(|l| !(1..=4).contains(&l)) {
        return Err(Refusal::problem("client.level", "emergency", "an emergency level is 1, 2, 3 or 4"));
    }
    if client.transport.is_some_and(|l| !(1..=3).contains(&l)) {
        return Err(Refusal::problem("client.transport", "transport", "a transport level is 1, 2 or 3"));
    }
    Ok(())
}

fn visit(visit: &Visit) -> Result<(), Refusal> {
    if visit.minutes == 0 || visit.minutes > 24 * 60 {
        return Err(Refusal::problem("visit.length", "minutes", "a visit lasts between 1 minute and 24 hours"));
    }
    if visit.start.minute >= 24 * 60 {
        return Err(Refusal::problem("visit.start", "start", "a time of day is between 00:00 and 23:59"));
    }
    Ok(())
}

fn appointment(appointment: &Appointment) -> Result<(), Refusal> {
    if appointment.minutes == 0 || appointment.minutes > 7 * 24 * 60 {
        let why = "an appointment lasts between 1 minute and 7 days; what lasts longer is a hold";
        return Err(Refusal::problem("appointment.length", "minutes", why));
    }
    if appointment.start.minute >= 24 * 60 {
        return Err(Refusal::problem("appointment.start", "start", "a time of day is between 00:00 and 23:59"));
    }
    Ok(())
}

fn authorization(a: &Authorization) -> Result<(), Refusal> {
    if a.to < a.from {
        return Err(Refusal::problem("authorization.days", "to", "its last day is before its first"));
    }
    if a.units == 0 {
        return Err(Refusal::problem("authorization.units", "units", "how many units? At least one"));
    }
    if a.unit_minutes == Some(0) {
        let why = "a unit has minutes, 15 often; leave it empty where a unit is a visit";
        return Err(Refusal::problem("authorization.unit", "unit_minutes", why));
    }
    Ok(())
}

fn time_off(off: &TimeOff) -> Result<(), Refusal> {
    if off.to <= off.from {
        return Err(Refusal::problem("time_off.times", "to", "it ends before it begins"));
    }
    Ok(())
}

fn position(position: &Position) -> Result<(), Refusal> {
    let whose = WayEnd { client: position.client, staff: position.staff, postcode: position.postcode.clone() };
    if !whose.is_one() {
        let why = "a position is a client's, a caregiver's or a postal code's: one of them";
        return Err(Refusal::problem("position.whose", "client", why));
    }
    if position.latitude.abs() > 90_000_000 {
        return Err(Refusal::problem("position.latitude", "latitude", "a latitude is between -90 and 90 degrees"));
    }
    if position.longitude.abs() > 180_000_000 {
        return Err(Refusal::problem("position.longitude", "longitude", "a longitude is between -180 and 180 degrees"));
    }
    Ok(())
}

fn known_way(way: &KnownWay) -> Result<(), Refusal> {
    if !way.from.is_one() || !way.to.is_one() || way.from == way.to {
        let why = "a way has two ends, each a client's, a caregiver's or a postal code's";
        return Err(Refusal::problem("known_way.ends", "from", why));
    }
    if way.minutes > 600 {
        return Err(Refusal::problem("known_way.minutes", "minutes", "a way takes at most 600 minutes"));
    }
    Ok(())
}

/// A login and its uid belong together for ever: a uid that comes back under another name is somebody else.
fn user(service: &Service, user: &User) -> Result<(), Refusal> {
    for other in service.cast.users.values() {
        if other.uid == user.uid && other.login != user.login {
            return Err(Refusal::problem(
                "user.uid_reused",
                "uid",
                format!("user id {} belongs to another login; give this one an id of its own", user.uid),
            ));
        }
        if other.login == user.login && other.uid != user.uid {
            return Err(Refusal::problem(
                "user.login_moved",
                "uid",
                "this login had another user id before; an administrator must say whether it is the same person",
            ));
        }
    }
    Ok(())
}
