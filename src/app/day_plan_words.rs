//! A plan in a few words.

use crate::domain::time::{clock, hours};
use crate::service::api::day_plan::{DayFigures, PlanLine};

/// In what a plan is better than another one, in a few words.
pub fn better_words(plan: &DayFigures, than: &DayFigures) -> String {
    let less = |a: u32, b: u32| b.checked_sub(a).filter(|n| *n > 0);
    let long = |n: u32| if n < 60 { format!("{n} min") } else { format!("{} h", hours(n)) };
    let parts = [
        less(plan.uncovered, than.uncovered).map(|n| format!("{n} more covered")),
        less(plan.twice, than.twice).map(|n| format!("{n} fewer twice at once")),
        less(plan.overtime, than.overtime).map(|n| format!("{} less overtime", long(n))),
        less(plan.late, than.late).map(|n| format!("{} less late", long(n))),
        less(plan.travel, than.travel).map(|n| format!("{} less on the way", long(n))),
        less(than.known, plan.known).map(|n| format!("{n} more who know the client")),
    ];
    let parts: Vec<String> = parts.into_iter().flatten().take(2).collect();
    parts.join(", ")
}

/// `09:00 Okafor, Ruth`, of a line.
pub fn line_words(line: &PlanLine, week: bool) -> String {
    let day = if week { format!("{} ", line.day.short()) } else { String::new() };
    format!("{day}{} {}", clock(line.minute), line.client)
}
