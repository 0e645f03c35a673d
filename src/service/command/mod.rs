//! What changes data, one file an area. Each plans; the service commits.

pub mod alert;
pub mod amend;
pub mod away;
pub mod call;
pub mod call_out;
pub mod day_plan;
pub mod door;
pub mod emergency;
pub mod erase;
pub mod escalate;
pub mod evv;
pub mod import;
pub mod issue;
pub mod many;
pub mod pass;
pub mod plans;
pub mod policy;
pub mod reassessment;
pub mod record;
pub mod reopen;
pub mod reschedule;
pub mod retier;
pub mod review;
pub mod tell;
pub mod user;
pub mod visit;
