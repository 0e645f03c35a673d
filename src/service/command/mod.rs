//! What changes data, one file an area. Each plans; the service commits.

pub mod alert;
pub mod call;
pub mod import;
pub mod issue;
pub mod policy;
pub mod reassessment;
pub mod record;
pub mod review;
pub mod visit;
