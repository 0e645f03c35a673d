//! Cards, pages and calendars: what is drawn from one answer.

use super::{By, Person, Seq, VisitRow};
use crate::domain::attention::{AlertKey, AlertSource};
use crate::domain::ids::ClientId;
use crate::domain::record::Kind;
use crate::domain::time::Day;
use crate::domain::visit::VisitCounts;
use crate::domain::words::opaque;
use serde::{Deserialize, Serialize};

/// Why an alert stands where it stands.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub struct Why {
    /// Which.
    pub key: AlertKey,
    /// Tier now.
    pub tier: u8,
    /// Full identification of the person: name, DOB, MRN tail.
    pub person: String,
    /// What it is, in a sentence.
    pub headline: String,
    /// The rule has a floor.
    pub floor: bool,
    /// Label and text: Rule, Facts, First, Clock, Then, Lower it, Source — in the order to show.
    pub lines: Vec<(String, String)>,
}
opaque!(Why);

/// The info card: what is needed with a phone at the ear, always in this order.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub struct Card {
    /// Whose.
    pub person: Person,
    /// `Okafor, Ruth “Ruthie”`.
    pub title: String,
    /// `DOB 12 Jun 1941  84 F  MRN 004217`.
    pub identifiers: String,
    /// DNR and where the paper is; anticoagulant, insulin, oxygen, allergies.
    pub warnings: Vec<String>,
    /// Label, text, number.
    pub lines: Vec<CardLine>,
    /// People who look or sound alike, with their identifiers.
    pub alike: Vec<String>,
}
opaque!(Card);

/// One line of a card or page.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CardLine {
    /// Label: `Here now`, `Family`.
    pub label: String,
    /// Text.
    pub text: String,
    /// A phone number, never shortened.
    pub number: String,
    /// Severity that colours it (1–5), or 0.
    pub tier: u8,
}
opaque!(CardLine);

/// A page of sections.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub struct Page {
    /// Whose.
    pub person: Person,
    /// `Okafor, Ruth “Ruthie” · 12 Jun 1941 · 84 F · MRN 004217`.
    pub title: String,
    /// Lines under the title: level, living, directives, warnings, SOC and period.
    pub summary: Vec<String>,
    /// Sections.
    pub sections: Vec<Section>,
    /// Revision of the person's record.
    pub rev: u64,
}
opaque!(Page);

/// A section of a page.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub struct Section {
    /// Its heading.
    pub title: String,
    /// Its lines.
    pub lines: Vec<SectionLine>,
}
opaque!(Section);

/// One line of a section.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub struct SectionLine {
    /// What it shows.
    pub line: CardLine,
    /// The alert that acting keys mean here.
    pub key: Option<AlertKey>,
    /// The record whose history it has.
    pub record: Option<(Kind, [u8; 16])>,
    /// Somebody else that it names: Enter opens their page.
    pub person: Option<Person>,
}
opaque!(SectionLine);

/// Where a client stands in a review.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum ReviewStanding {
    /// Reviewed today, and nothing has changed since.
    Done,
    /// Changed since my last review, or never reviewed.
    Changed,
    /// Reviewed before today, and nothing has changed since.
    Rest,
}

/// A client of a review.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReviewPlace {
    /// Who.
    pub client: ClientId,
    /// Where she stands.
    pub standing: ReviewStanding,
    /// The newest commit that brought news of her, or 0.
    pub changed: Seq,
}

/// The review card of a client: changed since my last review, next clocks, uncovered visits, who has not been told,
/// promises.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub struct ReviewCard {
    /// As of this commit.
    pub seen: Seq,
    /// The card.
    pub page: Page,
}
opaque!(ReviewCard);

/// A day's visits by caregiver or client.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub struct Board {
    /// The day.
    pub day: Day,
    /// Whose columns.
    pub by: By,
    /// Visits of the day that the filter shows.
    pub total: u32,
    /// All columns.
    pub columns: u16,
    /// Place of the first column.
    pub from: u16,
    /// The columns; nobody's comes last, whatever part was asked for.
    pub list: Vec<BoardColumn>,
}
opaque!(Board);

/// One caregiver's or client's day.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub struct BoardColumn {
    /// Who; none is nobody.
    pub person: Option<Person>,
    /// Shortest unique name, or `nobody`.
    pub name: String,
    /// Called out, or called out on.
    pub out: bool,
    /// Visits by start.
    pub visits: Vec<VisitRow>,
}
opaque!(BoardColumn);

/// Some days, counted.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub struct Span {
    /// First day.
    pub from: Day,
    /// Each day.
    pub days: Vec<DayCount>,
    /// More visits than are counted in one answer: the counts are the least there are.
    pub cut: bool,
    /// The last day up to which every deadline is known, if they were asked for.
    pub deadlines_to: Option<Day>,
    /// All rows.
    pub total: u32,
    /// Place of the first row.
    pub first: u32,
    /// The rows: nobody's, then who has trouble, then by name.
    pub rows: Vec<SpanRow>,
}
opaque!(Span);

/// One day, counted.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub struct DayCount {
    /// The day.
    pub day: Day,
    /// Its visits.
    pub visits: VisitCounts,
    /// Of these, still to happen without a yes from everybody they need.
    pub uncovered: u32,
    /// What has its last day then, and how often.
    pub deadlines: Vec<(AlertSource, u32)>,
}
opaque!(DayCount);

/// Somebody's days, counted.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub struct SpanRow {
    /// Who; none is nobody.
    pub person: Option<Person>,
    /// Shortest unique name, or `nobody`.
    pub name: String,
    /// Visits of each day.
    pub days: Vec<VisitCounts>,
    /// Minutes that stand of these days (cancelled, missed and called-out visits do not count).
    pub minutes: u32,
}
opaque!(SpanRow);
