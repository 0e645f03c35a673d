//! The server as its clients meet it: real processes, a real socket, several Unix users where the tests run as root.
//! Small counts by default, the full ones with `CASELOAD_TEST_FULL=1`.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests fail loudly")]

#[path = "server/agency.rs"]
#[allow(dead_code, unreachable_pub, reason = "the benchmark of the server uses it too")]
mod agency;
mod flow;
#[path = "server/hostile.rs"]
mod hostile;
#[path = "server/kills.rs"]
mod kills;
#[path = "server/left.rs"]
mod left;
#[path = "server/lock.rs"]
mod lock;
#[path = "server/race.rs"]
mod race;
#[path = "server/screens.rs"]
mod screens;
#[path = "server/shared.rs"]
mod shared;
#[path = "server/together.rs"]
mod together;
