//! What the screen takes: a frame, and a key with the frame that shows it.
//!
//! `cargo bench --bench screen`

#![allow(missing_docs, unused_crate_dependencies)]
#![allow(clippy::unwrap_used, clippy::panic)]

mod support;

use caseload::app::keymap::Keymap;
use caseload::app::model::{Capabilities, Start};
use caseload::app::{Model, Msg, update};
use caseload::cli::screenshot::{keys, press};
use caseload::domain::ids::OfficeId;
use caseload::shot::render;
use caseload::ui::Theme;
use std::sync::Arc;
use support::{criterion, in_memory, many};

fn main() {
    let mut c = criterion();
    let theme = Theme::named("dark").unwrap();
    for clients in [100.min(many() * 5), many()] {
        let (mut service, session, now) = in_memory(clients);
        let mut group = c.benchmark_group(format!("{clients} clients"));
        for (width, height) in [(80, 24), (200, 60)] {
            let mut model = Model::new(Start {
                size: (width, height),
                now,
                zone: service.cast().zone(OfficeId::default()),
                capabilities: Capabilities::default(),
                seed: [7; 16],
                read_only: false,
                keymap: Arc::new(Keymap::standard()),
            });
            press(&mut model, &mut service, &session, now, &[]);
            group.bench_function(format!("a frame at {width}x{height}"), |b| {
                b.iter(|| render(&model, &theme, width, height));
            });
            let rows = keys("j k").ok().unwrap();
            let (mut at, mut n) = (now, 0);
            group.bench_function(format!("a key and its frame at {width}x{height}"), |b| {
                b.iter(|| {
                    // Far enough apart that no press is taken for a bounce of the one before.
                    at = at.plus(2_000);
                    n += 1;
                    update(&mut model, Msg::Key(rows[n % rows.len()]), at);
                    render(&model, &theme, width, height)
                });
            });
        }
        group.finish();
    }
    c.final_summary();
}
