//! Small random days with everything in them: skills, gaps, hard and soft windows, visits for two, what is fixed, what is
//! booked already.

use caseload::plan::{Caregiver, Fixed, Kept, Late, Part, Problem, Second, Skills, Travel, Visit, Weights};

/// The dice of the tests: a linear congruence, nothing of the planner's.
pub(crate) struct Dice(u64);

impl Dice {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x2545_F491_4F6C_DD1D) ^ 0x1234_5678)
    }

    pub(crate) fn roll(&mut self, n: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % n
    }

    fn one_in(&mut self, n: u64) -> bool {
        self.roll(n) == 0
    }
}

/// A day of at most so many visits.
pub(crate) fn problem(seed: u64, most: u64) -> Problem {
    let dice = &mut Dice::new(seed);
    let people = 2 + dice.roll(2) as u32;
    let count = 2 + dice.roll(most - 1) as usize;
    let places = count as u32 + 2;
    let mut ticks = vec![0; (places * places) as usize];
    let points: Vec<(i64, i64)> = (0..places).map(|_| (dice.roll(25) as i64, dice.roll(25) as i64)).collect();
    for (i, a) in points.iter().enumerate() {
        for (j, b) in points.iter().enumerate() {
            ticks[i * places as usize + j] = (a.0 - b.0).abs() + (a.1 - b.1).abs();
        }
    }
    let caregivers: Vec<Caregiver> = (0..people)
        .map(|c| {
            let skills = (0..3).filter(|_| !dice.one_in(4)).fold(Skills::default(), |all, n| all.and(Skills::one(n)));
            let shifts = match dice.roll(3) {
                0 => vec![(0, 100 + dice.roll(100) as i64)],
                1 => vec![(0, 70), (90, 200)],
                _ => vec![(0, 300)],
            };
            Caregiver {
                skills,
                shifts,
                from: (!dice.one_in(3)).then_some((c % 2, 0)),
                to: (!dice.one_in(3)).then_some(c % 2),
                most: dice.one_in(3).then(|| 60 + dice.roll(80) as i64),
                overtime_after: dice.one_in(3).then(|| 40 + dice.roll(60) as i64),
            }
        })
        .collect();
    // Fixed stops of one person lie apart, but may be hard to get to in time.
    let mut taken = vec![0; people as usize];
    let visits: Vec<Visit> = (0..count)
        .map(|i| {
            let open = dice.roll(120) as i64;
            let close = open + dice.roll(60) as i64;
            let aim = close.min(open + if dice.one_in(3) { dice.roll(4) as i64 } else { 0 });
            let two = dice.one_in(3);
            let mut parts: Vec<Part> = (0..=usize::from(two))
                .map(|_| Part {
                    needs: if dice.one_in(3) { Skills::default() } else { Skills::one(dice.roll(3) as usize) },
                    takes: 5 + dice.roll(25) as i64,
                    fixed: None,
                })
                .collect();
            let second = if dice.one_in(2) {
                Second::Together
            } else {
                let least = dice.roll(30) as i64;
                Second::After(least, least + dice.roll(20) as i64)
            };
            if (second == Second::Together || parts.len() == 1) && dice.one_in(6) {
                let part = dice.roll(parts.len() as u64) as usize;
                let who = dice.roll(u64::from(people)) as u32;
                let start = taken[who as usize] + dice.roll(60) as i64;
                taken[who as usize] = start + parts[part].takes + 50;
                parts[part].fixed = Some(Fixed { who, start });
            }
            let kept = dice.one_in(3).then(|| Kept {
                who: [Some(dice.roll(u64::from(people)) as u32), None],
                start: aim,
                person: dice.roll(40) as i64,
                moved: dice.roll(10) as i64,
                tick: dice.roll(3) as i64,
            });
            Visit {
                place: i as u32 + 2,
                open,
                close,
                late: if dice.one_in(2) { Late::Never } else { Late::Costs(dice.roll(4) as i64) },
                aim,
                on_paper: false,
                parts,
                second,
                uncovered: [2_000, 20_000, 200_000][dice.roll(3) as usize],
                never: if dice.one_in(4) { vec![dice.roll(u64::from(people)) as u32] } else { Vec::new() },
                known: if dice.one_in(3) { vec![(dice.roll(u64::from(people)) as u32, 0)] } else { Vec::new() },
                stranger: dice.roll(12) as i64,
                kept,
            }
        })
        .collect();
    let weights =
        Weights { travel: 1 + dice.roll(2) as i64, overtime: dice.roll(3) as i64, greatest_late: dice.roll(2) as i64 };
    Problem::new(visits, caregivers, Travel::Table { places, ticks }, weights).unwrap()
}
