//! Other people's files: reading them in, writing lists out.
//!
//! A source is read as a stream of [`crate::service::api::Incoming`], in an order in which whoever is referred to comes
//! first, and sent on in small commands by [`run`]. One bad entry, line or cell costs just that, and is in the
//! [`report`]; nothing here panics on any bytes, and memory grows with people and places, never with what happened to
//! them.
//!
//! - [`source`]: what is to be read, opened as often as needed; what it holds is told by its content, not by its name.
//! - [`fhir`]: FHIR R4 bundles, bulk NDJSON and single resources.
//! - [`table`]: CSV, TSV and `.xlsx` lists of clients, staff and visits.
//! - [`ical`]: calendars (RFC 5545).
//! - [`hhcrsp`]: the published routing benchmark that the planner is measured on.
//! - [`run`]: drives an import; [`report`]: says what it did.
//! - [`out`]: CSV, JSON and plain tables.
//! - [`synthetic`]: made-up NDJSON of any size, for measuring.

mod discipline;
pub mod fhir;
pub mod hhcrsp;
pub mod ical;
pub mod out;
pub mod report;
pub mod run;
pub mod source;
pub mod synthetic;
pub mod table;
