//! Plain data and the laws of its own types. No I/O, no clock, no storage: time is an argument.
//!
//! Records hold only bounded types ([`text::Text`], [`text::Few`]), so that every one of them stays under the 32 KiB
//! that the store takes. Whatever grows without bound is a record of its own. A type that holds a person's data prints
//! nothing of it in `Debug`.

pub mod agency;
pub mod appointment;
pub mod attention;
pub mod audit;
pub mod authorization;
pub mod care_plan;
pub mod chart;
pub mod client;
pub mod communication;
pub mod contact;
pub mod coverage;
pub mod editing;
pub mod evv;
pub mod fields;
pub mod hold;
pub mod ids;
pub mod import_source;
pub mod issue;
pub mod kinds;
pub mod order;
pub mod person;
pub mod pin;
pub mod policy;
pub mod reach;
pub mod reassessment;
pub mod record;
pub mod review;
pub mod safe;
pub mod search;
pub mod series;
pub mod staff;
pub mod storm;
pub mod task;
pub mod text;
pub mod time;
pub mod travel;
pub mod user;
pub mod visit;
pub mod words;
