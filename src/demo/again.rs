//! What comes again: the cast's regular visits as series, and the orders that the skilled ones fulfil.

use super::cast::{self, CastClient, REGULARS, Regular, STAFF, t};
use super::{Builder, HORIZON};
use crate::domain::contact::ContactKind;
use crate::domain::fields::Fields;
use crate::domain::ids::{ClientId, FrequencyOrderId, SeriesId};
use crate::domain::order::{FrequencyOrder, OrderState};
use crate::domain::series::{Ends, Series};
use crate::domain::staff::Discipline;
use crate::domain::text::Few;
use crate::domain::time::{Civil, Day};
use crate::domain::visit::{FromSeries, Given, Visit};

/// As RFC 5545 names the weekdays, from Monday on.
const WEEKDAYS: [&str; 7] = ["MO", "TU", "WE", "TH", "FR", "SA", "SU"];
/// Weeks that an order of the story holds for: what is left of a certification period at least.
const WEEKS: usize = 9;

/// A series of the story, and what it stands for.
pub(super) struct Again {
    id: SeriesId,
    body: Series,
}

impl Again {
    /// The visit as this series' own, where it is one.
    pub(super) fn mark(&self, visit: &mut Visit) {
        let same = visit.client == self.body.client
            && visit.discipline == self.body.discipline
            && visit.start.minute == self.body.start.minute
            && visit.service == self.body.service;
        if !same || visit.start.day < self.body.start.day {
            return;
        }
        visit.series = Some(FromSeries {
            series: self.id,
            day: visit.start.day,
            minute: visit.start.minute,
            given: Given {
                start: visit.start,
                minutes: self.body.minutes,
                discipline: self.body.discipline,
                service: self.body.service.clone(),
                staff: self.body.staff,
                second: self.body.second,
            },
        });
    }
}

impl Builder<'_> {
    /// The series of the story, each ended until its visits of the next days are there: they are the story's, and what
    /// comes after them the agency makes itself.
    pub(super) fn make_series(&mut self, cast: &[CastClient]) -> Result<Vec<Again>, String> {
        let mut made = Vec::new();
        for regular in &REGULARS {
            let client = self.story.clients[regular.client];
            let Some(first) = (0..=HORIZON).find(|offset| regular.weekdays.contains(&offset.rem_euclid(7))) else {
                continue;
            };
            let order = self.order(regular, client, &cast[regular.client])?;
            let body = self.series_of(regular, client, self.size.day.plus(first), order);
            let waiting = Series { ends: Ends::On(self.size.day.plus(-1)), ..body.clone() };
            made.push(Again { id: self.desk.create_one(&waiting)?, body });
        }
        Ok(made)
    }

    /// From here on the series go on by themselves.
    pub(super) fn open_series(&mut self, made: &[Again]) -> Result<(), String> {
        for again in made {
            let fields = Fields::none().with("ends", &Ends::Open);
            self.desk.edit_as::<Series>(self.desk.clerk, again.id, 1, fields)?;
        }
        Ok(())
    }

    fn series_of(&self, regular: &Regular, client: ClientId, first: Day, order: Option<FrequencyOrderId>) -> Series {
        let mut days: Vec<usize> = regular.weekdays.iter().map(|d| self.size.day.plus(*d).weekday()).collect();
        days.sort_unstable();
        let days: Vec<&str> = days.into_iter().map(|d| WEEKDAYS[d]).collect();
        Series {
            client,
            discipline: STAFF[regular.staff].discipline,
            service: t(regular.service),
            start: Civil { day: first, minute: regular.minute, zone: self.size.zone },
            minutes: regular.minutes,
            staff: Some(self.story.staff[regular.staff]),
            second: (regular.client == cast::PETROV).then(|| self.story.staff[cast::PIRES]),
            rule: t(&format!("FREQ=WEEKLY;BYDAY={}", days.join(","))),
            ends: Ends::Open,
            left_out: Few::default(),
            moved: Few::default(),
            pauses: Few::default(),
            not_on_holidays: false,
            order,
            since: first,
            follows: None,
            reason: t(""),
        }
    }

    /// Skilled visits stand on an order.
    fn order(
        &mut self,
        regular: &Regular,
        client: ClientId,
        cast: &CastClient,
    ) -> Result<Option<FrequencyOrderId>, String> {
        let discipline = STAFF[regular.staff].discipline;
        let who = match discipline {
            Discipline::Rn => "SN",
            Discipline::Lpn => "LPN",
            Discipline::Pt => "PT",
            _ => return Ok(None),
        };
        let week = self.size.day.week_start().plus(-7);
        let from = week.max(self.size.day.plus(cast.since));
        let physician = cast.contacts.iter().find(|c| c.kind == ContactKind::Physician);
        let order = FrequencyOrder {
            client,
            discipline,
            text: t(&format!("{who} {}w{WEEKS}", regular.weekdays.len())),
            from,
            by: t(&physician.map_or_else(|| "the hospital".to_owned(), |c| format!("Dr. {}", c.name.initialed()))),
            given: Some(from),
            state: OrderState::Active,
            replaces: None,
            last: None,
        };
        self.desk.create_one(&order).map(Some)
    }
}
