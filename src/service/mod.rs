//! The only writer, and the only one who answers: authorise, validate, commit, publish.

pub mod api;
