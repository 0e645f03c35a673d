//! # caseload
//!
//! A terminal dashboard for home care coordinators. This page is the house; a line of code knows its room.
//!
//! ```text
//! clock: nothing     domain: clock     rules: domain     store: domain     service: domain rules store clock plan
//! server: domain service store::codec   plan: nothing
//! app: domain rules service::api       ui: domain app service::api    terminal: app ui service::api domain
//! exchange: domain service rules::recurrence   demo: domain service   cli: everything   shot: app ui domain::safe
//! (nothing else; `service::api` alone may be seen from the client's side)
//! ```
//!
//! - [`domain`] is plain data and the laws of its own types: no I/O, no clock, time is an argument.
//! - [`rules`] decide from data alone and return reasons, never only a number.
//! - [`plan`] searches who goes to whom when: pure, stepped from outside, the same for the same seed and steps.
//! - [`store`] keeps bytes: the journal is the record, the working copy under it can be rebuilt from it.
//! - [`service`] is the only writer and answers every question a screen asks.
//! - [`server`] carries service calls over a socket, for many at once, and tells each what the others change.
//! - [`app`] is a state machine from messages to effects; it never draws, blocks or reads a clock.
//! - [`ui`] draws a model and never changes it.
//! - [`terminal`] owns raw mode, the input decoder, the threads and the one channel.
//! - [`exchange`] reads and writes other people's files; [`demo`] makes a believable agency; [`shot`] draws it to a file.
//! - [`cli`] ties them together, one file a subcommand.
//!
//! If it can be decided from data alone it is a rule; if it changes data it is a service command; if it reacts to a key
//! it is an action that returns an effect; if it is seen it is a pure draw; and if you need two of these, write two
//! files. `tests/architecture.rs` holds the table above.

pub mod app;
pub mod cli;
pub mod clock;
pub mod demo;
pub mod domain;
pub mod exchange;
pub mod plan;
pub mod rules;
pub mod server;
pub mod service;
pub mod shot;
pub mod store;
pub mod terminal;
pub mod ui;
