//! Many coordinators, one agency: the service behind a Unix socket.
//!
//! [`serve`] owns the service for as long as it runs: one committer thread makes commits durable in groups, readers ask
//! beside it, and every connection is one task of one runtime. Who asks is what the kernel says of the peer. [`connect`]
//! is the client's half: it finds the socket, makes sure that it is the right one, and [`link`] connects again when it
//! was lost.

mod committer;
pub mod connect;
pub mod limits;
pub mod link;
mod members;
pub mod place;
pub mod protocol;
pub mod serve;
mod session;
