//! The planner: who goes to whom, when, on one day.
//!
//! One planner serves the call-out cascade, the plan of a day and the published routing benchmark; what differs between
//! them is a [`Problem`] and its weights, never the search. It knows no clock, no files and no threads: whoever wants an
//! answer calls [`Planner::step`] with a number of iterations as often as there is time, and reads [`Planner::best`]
//! after any of them. The same problem, seed and numbers of iterations give the same answer on every machine.
//!
//! - [`problem`]: visits, caregivers, travel, weights, and what makes a problem whole.
//! - [`answer`]: who is booked where and when, and what that costs by kind.
//! - `schedule`: the routes and the start times they lead to, changed by small undoable steps.
//! - `insert`: the best place for a visit that has none.
//! - `moves`: the neighbourhoods; `nearby`: which visits lie close to a visit in space and time.
//! - [`search`]: simulated annealing over the neighbourhoods, ruin and recreate among them.
//!
//! **How a schedule is held.** Every visit has a key; every caregiver's route is sorted by key; both places of a visit for
//! two share its key. So no two people ever wait for each other in a circle, whatever is moved where, and start times
//! follow from the keys: everyone goes as early as she can, and a visit for two starts when both can. (What this leaves
//! out: two visits with one place after the other that two people pass in opposite orders.) After a move only the visits
//! behind it are looked at again, in the order of keys, until nothing changes.
//!
//! **What is hard** is never broken, at no moment: skills, excluded pairs, shifts, most work, windows that say so, two
//! different people for two places, what is fixed. A move that would break one is taken back. What can't be covered stays
//! uncovered, at the cost the problem gives it.

#![allow(clippy::many_single_char_names)] // p is the problem, s the schedule, a and b the nodes of a gap: everywhere

pub mod answer;
mod insert;
mod moves;
mod nearby;
pub mod problem;
mod random;
mod schedule;
pub mod search;

pub use answer::{Answer, Booked, Figures};
pub use problem::{Caregiver, Fixed, Kept, Late, Part, Problem, Second, Skills, Ticks, Travel, Visit, Weights, Wrong};
pub use search::{Planner, Progress};
