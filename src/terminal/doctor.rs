//! Asks a terminal what it is without taking its screen.

use super::answers::hear;
use super::backend::Sent;
use super::guard::Guard;
use super::line::Line;
use super::profile::Profile;
use super::tty;
use crate::app::terminal::Finding;
use std::time::Duration;

/// A terminal that has not answered by then does not.
const LIMIT: Duration = Duration::from_secs(2);

/// What is found out about the terminal of this process; without one, what its variables say.
pub fn findings(profile: Profile, is_terminal: bool) -> Vec<Finding> {
    let mut line = Line::new(profile);
    if is_terminal && !line.profile().batch().is_empty() && Guard::listen().is_ok() {
        // What an old terminal prints of the questions is wiped.
        let questions = [line.asks(), "\r\x1b[K"].concat();
        if tty::write_within(questions.as_bytes(), LIMIT) {
            line.drawn(false);
            hear(LIMIT, |reply| {
                line.heard(reply);
                line.owed().is_nothing()
            });
        }
        Guard::restore();
        line.give_up("it did not answer");
    } else {
        line.give_up("it was not asked");
    }
    line.findings(Sent::default())
}
