//! Everybody else: caregivers and clients that a seed makes. Of ten thousand clients only what their visits need is
//! kept here; their records are made again from the seed when they are entered.

use super::cast::{name as plain, phones, t};
use super::dice::Dice;
use super::names::{Coined, STREETS, TOWNS, number, relative};
use crate::domain::attention::{AlertKey, AlertSource, Handling, Outcome};
use crate::domain::care_plan::CarePlan;
use crate::domain::chart::{AccessCode, Allergy, Diagnosis, Medication};
use crate::domain::client::{Carer, Client, ClientStatus, Directive, DirectiveKind, Living, Need};
use crate::domain::communication::{CallResult, Channel, Communication, Direction, Promise};
use crate::domain::contact::{Contact, ContactKind, Share};
use crate::domain::ids::{ClientId, OfficeId, StaffId, UserId};
use crate::domain::issue::{How, Issue, IssueKind};
use crate::domain::person::{Address, PhoneKind, Sex};
use crate::domain::reassessment::{Reassessment, ReassessmentState};
use crate::domain::staff::{Available, Credential, Discipline, Membership, Staff};
use crate::domain::text::Few;
use crate::domain::time::{DAY, Day, HOUR, Happened, Moment, Zone};
use crate::domain::visit::Stay;
use std::collections::HashSet;

/// What a visit does.
pub(super) struct Service {
    pub(super) discipline: Discipline,
    pub(super) name: &'static str,
    pub(super) minutes: u16,
}

const fn service(discipline: Discipline, name: &'static str, minutes: u16) -> Service {
    Service { discipline, name, minutes }
}

/// What visits do.
pub(super) const SERVICES: &[Service] = &[
    service(Discipline::Hha, "bath and dressing", 60),
    service(Discipline::Hha, "meal and medication reminder", 60),
    service(Discipline::Hha, "housekeeping", 90),
    service(Discipline::Hha, "wash and light meal", 75),
    service(Discipline::Rn, "wound care", 45),
    service(Discipline::Rn, "heart failure check", 45),
    service(Discipline::Rn, "medication teaching", 45),
    service(Discipline::Lpn, "injection", 30),
    service(Discipline::Pt, "gait training", 45),
    service(Discipline::Ot, "kitchen and bath training", 45),
];
const AIDE: [u8; 4] = [0, 1, 2, 3];
const NURSE: [u8; 3] = [4, 5, 6];
const LPN: u8 = 7;
const PT: u8 = 8;
const OT: u8 = 9;

/// The disciplines that visits are given to.
pub(super) const DISCIPLINES: [Discipline; 5] =
    [Discipline::Hha, Discipline::Rn, Discipline::Lpn, Discipline::Pt, Discipline::Ot];

/// One visit a week: on this weekday, counted from the story's Monday.
#[derive(Debug, Clone, Copy)]
pub(super) struct Slot {
    pub(super) weekday: u8,
    pub(super) service: u8,
}

/// What is kept of a client.
pub(super) struct Plan {
    pub(super) index: u64,
    pub(super) id: ClientId,
    pub(super) status: ClientStatus,
    /// Cared for since this day, counted from the story's: with skilled care, the start of care.
    pub(super) soc: i32,
    /// The last day with visits.
    pub(super) until: i32,
    /// Entered on this day.
    pub(super) entered: i32,
    /// On the caseload of J. Alvarez.
    pub(super) mine: bool,
    /// Place of the coordinator among the colleagues.
    pub(super) colleague: usize,
    pub(super) skilled: bool,
    pub(super) slots: Vec<Slot>,
    coined: Coined,
}

impl Plan {
    /// Visits of this day.
    pub(super) fn on(&self, offset: i32) -> impl Iterator<Item = Slot> + '_ {
        let weekday = offset.rem_euclid(7) as u8;
        let cared_for = offset >= self.soc && offset <= self.until;
        self.slots.iter().copied().filter(move |s| cared_for && s.weekday == weekday)
    }
}

/// Weekdays of `n` visits a week: workdays first.
fn weekdays(n: usize, dice: &mut Dice) -> Vec<u8> {
    const SPREAD: [&[u8]; 8] =
        [&[], &[0], &[0, 3], &[0, 2, 4], &[0, 1, 3, 4], &[0, 1, 2, 3, 4], &[0, 1, 2, 3, 4, 5], &[0, 1, 2, 3, 4, 5, 6]];
    let turn = dice.below(5) as u8;
    let days = SPREAD[n.min(7)];
    if n >= 5 { days.to_vec() } else { days.iter().map(|d| (d + turn) % 5).collect() }
}

/// The clients of a seed; the first `mine` are on the caseload.
pub(super) fn plans(seed: u64, clients: u64, mine: u64, colleagues: usize, history: i32) -> Vec<Plan> {
    let mut taken = HashSet::new();
    (0..clients)
        .map(|index| {
            let mut dice = Dice::of(seed, "client", index);
            let mut coined = Coined::throw(&mut dice);
            // Look-alikes are in the cast on purpose; here two people share a name only when names run out.
            for attempt in 0..40 {
                if taken.insert(coined.listed()) {
                    break;
                }
                coined = if attempt % 2 == 0 { coined.longer(&mut dice) } else { Coined::throw(&mut dice) };
            }
            let mine = index < mine;
            let closing = mine && index < 4;
            let skilled = dice.chance(54) || closing;
            let status = match dice.below(100) {
                _ if mine => ClientStatus::Active,
                0..=2 => ClientStatus::Referral,
                3..=5 => ClientStatus::Hold,
                6..=11 => ClientStatus::Discharged,
                _ => ClientStatus::Active,
            };
            let soc = match skilled {
                // Four recertifications of the caseload that this week must see to.
                true if closing => -(53 + (index % 2) as i32),
                true => -(60 * dice.range(0, 2) + dice.range(6, if mine { 47 } else { 58 }) - 1),
                false => -dice.range(125, 900),
            };
            let mut slots = Vec::new();
            let mut book = |services: &[u8], times: usize, dice: &mut Dice| {
                let service = dice.pick(services);
                slots.extend(weekdays(times, dice).into_iter().map(|weekday| Slot { weekday, service }));
            };
            if skilled {
                book(&NURSE, 1 + dice.below(2), &mut dice);
                if dice.chance(50) {
                    book(&AIDE, 2 + dice.below(2), &mut dice);
                }
                if dice.chance(35) {
                    book(&[PT], 1 + dice.below(2), &mut dice);
                }
                if dice.chance(15) {
                    book(&[OT], 1, &mut dice);
                }
                if dice.chance(15) {
                    book(&[LPN], 2, &mut dice);
                }
            } else {
                let times = 3 + dice.below(5);
                book(&AIDE, times, &mut dice);
            }
            let until = match status {
                ClientStatus::Referral => i32::MIN,
                ClientStatus::Hold => (-dice.range(2, 9)).max(soc + 1),
                ClientStatus::Discharged => (-dice.range(1, 40)).max(soc + 1),
                _ => i32::MAX,
            };
            let entered = if status == ClientStatus::Referral { -dice.range(1, 3) } else { soc - 2 };
            Plan {
                index,
                id: ClientId::default(),
                status,
                soc,
                until,
                entered: entered.max(history),
                mine,
                colleague: index as usize % colleagues.max(1),
                skilled,
                slots,
                coined,
            }
        })
        .collect()
}

/// Whom and when the records of a client need to know.
pub(super) struct Around<'a> {
    pub(super) seed: u64,
    pub(super) day: Day,
    pub(super) zone: Zone,
    pub(super) office: OfficeId,
    pub(super) you: UserId,
    pub(super) colleagues: &'a [UserId],
}

impl Around<'_> {
    fn coordinator(&self, plan: &Plan) -> UserId {
        if plan.mine { self.you } else { self.colleague(plan.colleague) }
    }

    fn colleague(&self, place: usize) -> UserId {
        self.colleagues.get(place % self.colleagues.len().max(1)).copied().unwrap_or(self.you)
    }

    /// The client herself.
    pub(super) fn client(&self, plan: &Plan) -> Client {
        let mut dice = Dice::of(self.seed, "person", plan.index);
        let soc = self.day.plus(plan.soc);
        let period = (-plan.soc) / 60 * 60;
        let (town, postcode) = dice.pick(TOWNS);
        let level = match dice.below(100) {
            0..=3 => 1,
            4..=29 => 2,
            30..=74 => 3,
            _ => 4,
        };
        let needs = match level {
            1 => vec![dice.pick(&[Need::Insulin, Need::Oxygen])],
            2 if plan.skilled => vec![dice.pick(&[Need::Wound, Need::MedicationReminder, Need::CognitiveImpairment])],
            _ => Vec::new(),
        };
        let since = match plan.status {
            ClientStatus::Hold | ClientStatus::Discharged => self.day.plus(plan.until + 1),
            ClientStatus::Referral => self.day.plus(plan.entered),
            _ => soc,
        };
        let started = plan.status != ClientStatus::Referral;
        let language = plan.coined.language();
        let alone = dice.chance(38);
        let oxygen = needs.contains(&Need::Oxygen);
        Client {
            born: Day::from_ymd(1928 + dice.range(0, 44), dice.range(1, 12) as u32, dice.range(1, 28) as u32),
            mrn: t(&format!("{:06}", 10_000 + plan.index)),
            sex: if plan.coined.woman { Sex::Female } else { Sex::Male },
            address: Address {
                street: t(&format!("{} {}", dice.range(2, 480), dice.pick(STREETS))),
                town: t(town),
                region: t("RI"),
                postcode: t(postcode),
            },
            phones: phones(&[(PhoneKind::Home, &number(&mut dice))]),
            languages: match (language, dice.chance(30)) {
                ("English", _) => Few::clip(vec![t("English")]),
                (_, true) => Few::clip(vec![t(language)]),
                _ => Few::clip(vec![t(language), t("English")]),
            },
            interpreter: language != "English" && dice.chance(25),
            living: if alone { Living::Alone } else { Living::WithOthers },
            emergency: Some(level),
            transport: Some(dice.range(1, 3) as u8),
            needs: Few::clip(needs),
            payer: t(dice.pick(if plan.skilled { &SKILLED_PAYERS } else { &CARE_PAYERS })),
            directives: if dice.chance(18) { Few::clip(vec![directive(&mut dice)]) } else { Few::default() },
            access: t(dice.pick(&ACCESS)),
            pharmacy: t("Blackstone Pharmacy, (401) 555-0131"),
            hospital: t("St. Brendan Hospital"),
            powered: Few::clip(powered(plan.index, oxygen)),
            hazards: if dice.chance(30) { Few::clip(vec![t(dice.pick(&HAZARDS))]) } else { Few::default() },
            carers: if alone {
                Few::default()
            } else {
                let carer = relative(plan.coined, !plan.coined.woman, &mut dice);
                let named = t(&format!("{} {}", carer.given.as_str(), carer.family.as_str()));
                Few::clip(vec![Carer { name: named, hours: dice.range(5, 60) as u8, able: dice.chance(60) }])
            },
            status: plan.status,
            status_since: Some(since),
            referred: (!started).then(|| self.zone.moment(self.day.plus(plan.entered), 10 * 60)),
            ordered_soc: (!started).then(|| self.day.plus(4)),
            soc: (started && plan.skilled).then_some(soc),
            cert_from: (started && plan.skilled).then(|| soc.plus(period)),
            cert_to: (started && plan.skilled).then(|| soc.plus(period + 59)),
            m1033: plan.skilled.then(|| dice.range(0, 4) as u8),
            mahc10: plan.skilled.then(|| dice.range(1, 6) as u8),
            coordinator: Some(self.coordinator(plan)),
            stand_in: Some(self.colleague(plan.colleague + 1)),
            ..Client::new(self.office, plan.coined.name(&mut dice))
        }
    }

    /// Family and physician.
    pub(super) fn contacts(&self, plan: &Plan) -> Vec<Contact> {
        let mut dice = Dice::of(self.seed, "contacts", plan.index);
        let since = self.day.plus(plan.soc.max(-900));
        let mut all = Vec::new();
        for first in [true, false] {
            if !first && dice.chance(55) {
                continue;
            }
            let woman = dice.chance(60);
            let relation = dice.pick(if woman {
                &["daughter", "wife", "sister", "niece"]
            } else {
                &["son", "husband", "brother", "nephew"]
            });
            all.push(Contact {
                client: plan.id,
                kind: ContactKind::Family,
                name: relative(plan.coined, woman, &mut dice),
                relation: t(relation),
                phones: phones(&[(PhoneKind::Mobile, &number(&mut dice))]),
                share: dice.pick(&[Share::All, Share::All, Share::Health, Share::Visits, Share::Nothing]),
                share_since: Some(since),
                share_word: t("client, at start of care"),
                first,
                npi: t(""),
            });
        }
        let (family, given, practice) = dice.pick(&PHYSICIANS);
        all.push(Contact {
            client: plan.id,
            kind: ContactKind::Physician,
            name: plain(family, given, ""),
            relation: t("PCP"),
            phones: phones(&[(PhoneKind::Work, practice)]),
            share: Share::All,
            share_since: None,
            share_word: t(""),
            first: false,
            npi: t(""),
        });
        all
    }

    /// Medications, diagnoses, allergies, codes and care plan of a client.
    pub(super) fn chart(&self, plan: &Plan) -> Chart {
        let mut dice = Dice::of(self.seed, "chart", plan.index);
        let client = plan.id;
        let from = Some(self.day.plus(plan.soc.max(-900)));
        let some = |from: &mut Dice, most: usize, of: usize| -> Vec<usize> {
            let start = from.below(of);
            (0..=from.below(most)).map(|k| (start + k * 5) % of).collect()
        };
        let (problem, goal, intervention) = dice.pick(&CARE);
        let active = plan.status != ClientStatus::Discharged;
        Chart {
            medications: some(&mut dice, 4, MEDICATIONS.len())
                .into_iter()
                .map(|i| Medication { client, name: t(MEDICATIONS[i].0), dose: t(MEDICATIONS[i].1), from, active })
                .collect(),
            diagnoses: some(&mut dice, 3, DIAGNOSES.len())
                .into_iter()
                .map(|i| Diagnosis { client, code: t(DIAGNOSES[i].0), name: t(DIAGNOSES[i].1), from, active: true })
                .collect(),
            allergy: dice.chance(30).then(|| {
                let (name, reaction) = dice.pick(&ALLERGIES);
                Allergy { client, name: t(name), reaction: t(reaction), active: true }
            }),
            code: dice.chance(15).then(|| AccessCode {
                client,
                kind: t("key box"),
                code: t(&format!("{:04}", dice.below(10_000))),
            }),
            plan: CarePlan {
                client,
                title: t(problem),
                problems: Few::clip(vec![t(problem)]),
                goals: Few::clip(vec![t(goal)]),
                interventions: Few::clip(vec![t(intervention)]),
                from,
                review: Some(self.day.plus(dice.range(15, 58))),
                active,
            },
        }
    }

    /// The assessment of the period before or at the start of this one: due and done.
    pub(super) fn assessed(&self, client: ClientId, soc: i32) -> Reassessment {
        let first = -soc < 60;
        let start = self.day.plus(soc);
        let (source, instrument, opens, closes) = if first {
            (AlertSource::SocAssessment, "SOC assessment", start, start.plus(5))
        } else {
            let last = soc + (-soc) / 60 * 60 - 1;
            (AlertSource::Recert, "Recertification", self.day.plus(last - 4), self.day.plus(last))
        };
        Reassessment {
            client,
            instrument: t(instrument),
            window: Some(AlertKey { source, subject: client.into(), occurrence: i64::from(opens.0) }),
            opens,
            closes,
            state: ReassessmentState::Done,
            visit: None,
            completed: Some(self.zone.moment(opens.plus(2), 14 * 60)),
            result: t("OASIS complete, plan of care sent for signature"),
            waived: t(""),
        }
    }

    /// Why and since when a client on hold is in hospital.
    pub(super) fn stay(&self, plan: &Plan) -> Stay {
        Stay {
            client: plan.id,
            facility: t("St. Brendan Hospital"),
            from: self.zone.moment(self.day.plus(plan.until + 1), 3 * 60 + 20),
            until: None,
            inpatient: true,
            home_at: None,
            history: false,
        }
    }

    /// What is open, or was, about a client: about one in twelve has an open issue, every sixth a closed one.
    pub(super) fn issue(&self, plan: &Plan) -> Option<(i32, Issue)> {
        let mut dice = Dice::of(self.seed, "issue", plan.index);
        let open = !plan.mine && dice.chance(8);
        if plan.status != ClientStatus::Active || !(open || dice.chance(16)) {
            return None;
        }
        let ago = if open { -dice.range(1, 3) } else { -dice.range(4, 12) }.max(plan.entered);
        let at = self.zone.moment(self.day.plus(ago), 9 * 60 + dice.range(0, 420) as u16);
        let (kind, summary, ended) = dice.pick(if open { &OPEN_ISSUES[..] } else { &CLOSED_ISSUES[..] });
        let owner = self.coordinator(plan);
        let outcome = (!open).then(|| Outcome {
            what: t(ended),
            note: t("Family told the same day."),
            by: owner,
            at: at.plus(5 * HOUR),
        });
        Some((
            ago,
            Issue {
                office: self.office,
                client: Some(plan.id),
                staff: None,
                kind,
                summary: t(summary),
                facts: Few::default(),
                happened: Happened { at: at.plus(-HOUR), zone: self.zone },
                reported_by: t(dice.pick(&["family", "caregiver", "client", "nurse"])),
                how: How::Phone,
                due: None,
                disposition: None,
                handling: Handling {
                    owner: Some(owner),
                    acknowledged: Some(at.plus(HOUR / 4)),
                    outcome,
                    ..Handling::default()
                },
                reopened: 0,
            },
        ))
    }

    /// The last call about a client; a few of the colleagues' end in a promise.
    pub(super) fn call(&self, plan: &Plan) -> Option<(i32, Communication)> {
        let mut dice = Dice::of(self.seed, "call", plan.index);
        if plan.status == ClientStatus::Referral || !dice.chance(60) {
            return None;
        }
        let ago = (-dice.range(1, 13)).max(plan.entered);
        let at = self.zone.moment(self.day.plus(ago), 9 * 60 + dice.range(0, 420) as u16);
        let owner = self.coordinator(plan);
        let promised = !plan.mine && ago > -4 && dice.chance(12);
        Some((
            ago,
            Communication {
                office: self.office,
                client: Some(plan.id),
                staff: None,
                contact: None,
                with: t(dice.pick(&["daughter", "son", "client", "PCP's office", "pharmacy"])),
                number: t(&number(&mut dice)),
                direction: dice.pick(&[Direction::Out, Direction::Out, Direction::In]),
                channel: Channel::Phone,
                result: dice.pick(&[
                    CallResult::Reached,
                    CallResult::Reached,
                    CallResult::LeftMessage,
                    CallResult::NoAnswer,
                ]),
                note: t(dice.pick(&CALLS)),
                happened: Happened { at, zone: self.zone },
                about: None,
                promise: promised.then(|| Promise {
                    what: t("call back about the visit times"),
                    due: at.plus(2 * DAY),
                    owner,
                    kept: Some(at.plus(DAY)),
                }),
                amends: None,
            },
        ))
    }
}

/// What lies on a client's chart.
pub(super) struct Chart {
    pub(super) medications: Vec<Medication>,
    pub(super) diagnoses: Vec<Diagnosis>,
    pub(super) allergy: Option<Allergy>,
    pub(super) code: Option<AccessCode>,
    pub(super) plan: CarePlan,
}

/// A caregiver's place on a team.
pub(super) fn membership(
    client: ClientId,
    staff: StaffId,
    discipline: Discipline,
    role: &str,
    lead: bool,
) -> Membership {
    Membership { client, staff, role: t(role), discipline, lead, from: None, until: None }
}

/// Disciplines of the generated caregivers: one of each that visits need, then mostly aides.
pub(super) fn discipline(index: u64) -> Discipline {
    const FIRST: [Discipline; 5] = DISCIPLINES;
    const THEN: [Discipline; 10] = [
        Discipline::Hha,
        Discipline::Hha,
        Discipline::Rn,
        Discipline::Hha,
        Discipline::Hha,
        Discipline::Hha,
        Discipline::Hha,
        Discipline::Rn,
        Discipline::Hha,
        Discipline::Pt,
    ];
    let index = index as usize;
    if index < FIRST.len() { FIRST[index] } else { THEN[(index - FIRST.len()) % THEN.len()] }
}

/// A generated caregiver.
pub(super) fn worker(seed: u64, index: u64, office: OfficeId) -> Staff {
    let mut dice = Dice::of(seed, "worker", index);
    let coined = Coined::throw(&mut dice);
    let (town, postcode) = dice.pick(TOWNS);
    let from = 60 * dice.range(6, 9) as u16;
    Staff {
        skills: Few::clip(if dice.chance(50) { vec![t("lift")] } else { vec![t("dementia care")] }),
        languages: match coined.language() {
            "English" => Few::clip(vec![t("English")]),
            language => Few::clip(vec![t("English"), t(language)]),
        },
        availability: Few::clip((0..6).map(|weekday| Available { weekday, from, to: from + 600 }).collect()),
        base: Address { town: t(town), region: t("RI"), postcode: t(postcode), ..Address::default() },
        phones: phones(&[(PhoneKind::Mobile, &number(&mut dice))]),
        earliest_call: Some(60 * dice.range(6, 8) as u16),
        ..Staff::new(office, coined.name(&mut dice), discipline(index))
    }
}

/// Credentials of a generated caregiver: good for months.
pub(super) fn credentials(seed: u64, index: u64, staff: StaffId, day: Day) -> Vec<Credential> {
    let mut dice = Dice::of(seed, "credentials", index);
    let licence = match discipline(index) {
        Discipline::Hha => "aide registry",
        Discipline::Rn => "RN licence",
        Discipline::Lpn => "LPN licence",
        Discipline::Pt => "PT licence",
        _ => "OT licence",
    };
    [licence, "CPR", "TB education", "driver licence"]
        .into_iter()
        .map(|kind| Credential {
            staff,
            kind: t(kind),
            number: t(&format!("{:06}", dice.below(1_000_000))),
            expires: Some(day.plus(dice.range(70, 700))),
            retired: false,
        })
        .collect()
}

fn directive(dice: &mut Dice) -> Directive {
    let kind =
        dice.pick(&[DirectiveKind::Dnr, DirectiveKind::Molst, DirectiveKind::HealthProxy, DirectiveKind::LivingWill]);
    let place = dice.pick(&["form: fridge", "form: bedroom door", "copy in the office", "with the daughter"]);
    Directive { kind, day: Day::from_ymd(2025, dice.range(1, 12) as u32, dice.range(1, 28) as u32), place: t(place) }
}

const SKILLED_PAYERS: [&str; 3] = ["Medicare", "Medicare Advantage", "private insurance"];
const CARE_PAYERS: [&str; 3] = ["Medicaid waiver", "private pay", "veterans' programme"];
const ACCESS: [&str; 5] = [
    "Ring, then wait.",
    "Side door.",
    "Second floor, no lift.",
    "Key with the neighbour below.",
    "Call five minutes before.",
];
const HAZARDS: [&str; 6] = ["dog", "two cats", "smoker in the home", "steep stairs", "loose rugs", "narrow bathroom"];
const PHYSICIANS: [(&str, &str, &str); 6] = [
    ("Alder", "Susan", "(401) 555-0190"),
    ("Mbeki", "Daniel", "(401) 555-0191"),
    ("Rossi", "Elena", "(401) 555-0192"),
    ("Whitfield", "James", "(401) 555-0193"),
    ("Ekström", "Pia", "(401) 555-0194"),
    ("Raman", "Anil", "(401) 555-0195"),
];
const MEDICATIONS: [(&str, &str); 14] = [
    ("amlodipine 5 mg", "1 tablet in the morning"),
    ("atorvastatin 40 mg", "1 tablet at bedtime"),
    ("carvedilol 6.25 mg", "1 tablet twice a day"),
    ("donepezil 10 mg", "1 tablet at bedtime"),
    ("escitalopram 10 mg", "1 tablet in the morning"),
    ("furosemide 40 mg", "1 tablet in the morning"),
    ("gabapentin 300 mg", "1 capsule at bedtime"),
    ("hydrochlorothiazide 25 mg", "1 tablet in the morning"),
    ("lisinopril 20 mg", "1 tablet in the morning"),
    ("metformin 1000 mg", "1 tablet twice a day with meals"),
    ("omeprazole 20 mg", "1 capsule before breakfast"),
    ("sertraline 50 mg", "1 tablet in the morning"),
    ("tamsulosin 0.4 mg", "1 capsule after supper"),
    ("tiotropium 18 mcg", "1 capsule inhaled in the morning"),
];
const DIAGNOSES: [(&str, &str); 13] = [
    ("I10", "high blood pressure"),
    ("E11.9", "type 2 diabetes"),
    ("I50.9", "heart failure"),
    ("J44.9", "COPD"),
    ("F03.90", "dementia"),
    ("M17.9", "osteoarthritis of the knee"),
    ("I69.351", "right-sided weakness after stroke"),
    ("N18.30", "chronic kidney disease, stage 3"),
    ("G20.A1", "Parkinson's disease"),
    ("M81.0", "osteoporosis"),
    ("Z96.642", "left artificial hip joint"),
    ("L97.919", "leg ulcer"),
    ("F32.A", "depression"),
];
const ALLERGIES: [(&str, &str); 5] = [
    ("penicillin", "rash"),
    ("sulfa drugs", "hives"),
    ("latex", "contact rash"),
    ("codeine", "nausea"),
    ("peanuts", "swelling"),
];
const CARE: [(&str, &str, &str); 5] = [
    ("Risk of falling", "No fall this period", "Walker at every transfer; clear the way to the bath"),
    ("Wound", "Smaller by half in 30 days", "Dressing by protocol; photo weekly"),
    ("Heart failure", "No admission this period", "Daily weight; call at 3 lb in a day"),
    ("Personal care", "Stays safely at home", "Help with washing, dressing and meals"),
    ("Medication", "Takes what is prescribed", "Weekly box filled by the nurse; reminder by the aide"),
];
const OPEN_ISSUES: [(IssueKind, &str, &str); 4] = [
    (IssueKind::Complaint, "different aide every day", ""),
    (IssueKind::Equipment, "shower chair wobbles", ""),
    (IssueKind::Equipment, "gloves below par", ""),
    (IssueKind::Other, "wants the visit an hour later", ""),
];
const CLOSED_ISSUES: [(IssueKind, &str, &str); 4] = [
    (IssueKind::Complaint, "aide came 40 minutes late", "aide spoken to, client content"),
    (IssueKind::Equipment, "walker tip worn", "replaced"),
    (IssueKind::Refusal, "refused the bath", "bath moved to the evening"),
    (IssueKind::Other, "asked for a Portuguese-speaking aide", "aide changed"),
];
const CALLS: [&str; 5] = [
    "Visit times for next week confirmed.",
    "Asked how the week went: eating well, sleeping badly.",
    "Refill will be ready tomorrow.",
    "Appointment with the specialist moved; transport booked.",
    "No change. Will call again after the next visit.",
];

/// The instant at which a client is entered: within office hours.
pub(super) fn entry_time(zone: Zone, day: Day, offset: i32) -> Moment {
    zone.moment(day.plus(offset), 9 * 60 + 30)
}

/// What needs power in a home, and for how long it goes without, where somebody has written that down.
fn powered(index: u64, oxygen: bool) -> Vec<crate::domain::text::Text<80>> {
    let text = match (oxygen, index % 17) {
        (true, n) if n % 2 == 0 => "oxygen concentrator, spare tank 6 h",
        (true, _) => "oxygen concentrator",
        (false, 4) => "hospital bed, hand crank",
        (false, 9) => "feeding pump, battery 8 h",
        (false, 13) => "ventilator at night, battery 4 h",
        _ => return Vec::new(),
    };
    vec![t(text)]
}
