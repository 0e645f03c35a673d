//! The people of the day: those whom the story of this Monday is about, word for word the same for every seed.

use crate::domain::chart::{AccessCode, Allergy, Diagnosis, Medication};
use crate::domain::client::{Carer, Client, Directive, DirectiveKind, Living, Need};
use crate::domain::contact::{Contact, ContactKind, Share};
use crate::domain::ids::{ClientId, OfficeId, StaffId, UserId};
use crate::domain::person::{Address, Name, Phone, PhoneKind, Phones, Sex};
use crate::domain::staff::{Available, Credential, Discipline, Staff};
use crate::domain::text::{Few, Text};
use crate::domain::time::Day;

// Caregivers, by their place in `STAFF`.
pub(super) const REYES: usize = 0;
pub(super) const CHEN: usize = 1;
pub(super) const COLE: usize = 2;
pub(super) const OSEI: usize = 3;
pub(super) const SILVA: usize = 4;
pub(super) const TRAN: usize = 5;
pub(super) const MARSH: usize = 6;
pub(super) const ITO: usize = 7;
pub(super) const BAPTISTE: usize = 8;
/// The second of two at Petrov's, who is away this Monday.
pub(super) const PIRES: usize = 9;

// Clients, by their place in what `clients` gives.
pub(super) const OKAFOR: usize = 0;
pub(super) const LINDQVIST: usize = 1;
pub(super) const NGUYEN: usize = 2;
pub(super) const HADDAD: usize = 3;
pub(super) const OBRIEN: usize = 4;
pub(super) const ABARA: usize = 5;
pub(super) const GARCIA: usize = 6;
pub(super) const PETROV: usize = 7;
pub(super) const DOYLE: usize = 8;
pub(super) const SUAREZ: usize = 9;
pub(super) const KOWALSKI_ELDER: usize = 10;
pub(super) const KOWALSKI_YOUNGER: usize = 11;
/// The other Nguyen, Thi Lan: a colleague's client.
pub(super) const OTHER_NGUYEN: usize = 12;
/// How many clients the cast has.
pub(super) const CLIENTS: usize = 13;

/// What a caregiver of the cast is.
pub(super) struct CastStaff {
    family: &'static str,
    given: &'static str,
    pub(super) discipline: Discipline,
    languages: &'static [&'static str],
    skills: &'static [&'static str],
    number: &'static str,
    /// On Mondays and Saturdays from this hour.
    from_hour: u16,
    note: &'static str,
    /// Hours booked in the week of the story, in minutes; filled up with visits to the caseload.
    pub(super) week: u32,
}

pub(super) const STAFF: [CastStaff; 10] = [
    CastStaff {
        family: "Reyes",
        given: "Maria",
        discipline: Discipline::Hha,
        languages: &["English", "Spanish"],
        skills: &["lift", "medication reminder"],
        number: "(401) 555-0160",
        from_hour: 7,
        note: "",
        week: 0,
    },
    CastStaff {
        family: "Chen",
        given: "Julia",
        discipline: Discipline::Rn,
        languages: &["English", "Mandarin"],
        skills: &["wound care", "OASIS", "infusion"],
        number: "(401) 555-0177",
        from_hour: 7,
        note: "",
        week: 33 * 60,
    },
    CastStaff {
        family: "Cole",
        given: "Denise",
        discipline: Discipline::Hha,
        languages: &["English"],
        skills: &["lift", "dementia care"],
        number: "(401) 555-0151",
        from_hour: 7,
        note: "Close to 40 hours most weeks: ask before adding.",
        week: 38 * 60 + 30,
    },
    CastStaff {
        family: "Osei",
        given: "Theo",
        discipline: Discipline::Pt,
        languages: &["English", "Twi"],
        skills: &["vestibular", "gait"],
        number: "(401) 555-0158",
        from_hour: 8,
        note: "",
        week: 27 * 60,
    },
    CastStaff {
        family: "Silva",
        given: "Ana",
        discipline: Discipline::Hha,
        languages: &["English", "Spanish", "Portuguese"],
        skills: &["lift"],
        number: "(401) 555-0163",
        from_hour: 12,
        note: "Mondays from noon. Comes earlier when asked the evening before.",
        week: 21 * 60,
    },
    CastStaff {
        family: "Tran",
        given: "Bao",
        discipline: Discipline::Lpn,
        languages: &["English", "Vietnamese"],
        skills: &["insulin", "wound care"],
        number: "(401) 555-0168",
        from_hour: 8,
        note: "",
        week: 18 * 60 + 30,
    },
    CastStaff {
        family: "Marsh",
        given: "Keisha",
        discipline: Discipline::Lpn,
        languages: &["English"],
        skills: &["insulin"],
        number: "(401) 555-0171",
        from_hour: 7,
        note: "",
        week: 0,
    },
    CastStaff {
        family: "Ito",
        given: "Kenji",
        discipline: Discipline::Hha,
        languages: &["English", "Japanese"],
        skills: &["dementia care"],
        number: "(401) 555-0155",
        from_hour: 8,
        note: "Not signed off for the lift.",
        week: 0,
    },
    CastStaff {
        family: "Baptiste",
        given: "Marie-Ange",
        discipline: Discipline::Hha,
        languages: &["English", "Haitian Creole", "French"],
        skills: &["lift"],
        number: "(401) 555-0152",
        from_hour: 7,
        note: "",
        week: 0,
    },
    CastStaff {
        family: "Pires",
        given: "Joana",
        discipline: Discipline::Hha,
        languages: &["English", "Portuguese"],
        skills: &["lift"],
        number: "(401) 555-0159",
        from_hour: 7,
        note: "Second person at Petrov's. Away on Monday: a second for 08:00 is being looked for.",
        week: 0,
    },
];

/// A visit that comes back every week. Weekdays are counted from the story's Monday.
pub(super) struct Regular {
    pub(super) client: usize,
    pub(super) staff: usize,
    pub(super) service: &'static str,
    pub(super) minute: u16,
    pub(super) minutes: u16,
    pub(super) weekdays: &'static [i32],
}

const fn regular(
    client: usize,
    staff: usize,
    service: &'static str,
    at: (u16, u16),
    weekdays: &'static [i32],
) -> Regular {
    Regular { client, staff, service, minute: at.0, minutes: at.1, weekdays }
}

/// Monday to Friday.
const WORKDAYS: &[i32] = &[0, 1, 2, 3, 4];

pub(super) const REGULARS: [Regular; 18] = [
    regular(OKAFOR, CHEN, "INR and wound check", (8 * 60, 45), &[0, 3]),
    regular(OKAFOR, REYES, "bath and dressing", (15 * 60, 60), &[0, 2, 4]),
    regular(LINDQVIST, MARSH, "insulin", (8 * 60, 45), &[0, 1, 2, 3, 4, 5, 6]),
    regular(NGUYEN, REYES, "bath and breakfast", (10 * 60 + 30, 90), &[0, 2, 4]),
    regular(NGUYEN, TRAN, "diabetes teaching", (9 * 60, 45), &[1]),
    regular(HADDAD, CHEN, "heart failure check", (10 * 60, 45), &[3]),
    regular(OBRIEN, COLE, "bath and breakfast", (9 * 60, 90), WORKDAYS),
    regular(OBRIEN, CHEN, "wound care", (11 * 60, 45), &[2]),
    regular(ABARA, REYES, "lunch and medication reminder", (13 * 60, 60), WORKDAYS),
    regular(GARCIA, OSEI, "gait training", (9 * 60 + 30, 60), &[0, 2]),
    regular(GARCIA, SILVA, "housekeeping", (12 * 60 + 30, 60), &[1, 3]),
    regular(PETROV, REYES, "transfer and wash, two people", (8 * 60, 60), WORKDAYS),
    regular(PETROV, CHEN, "wound care", (13 * 60, 45), &[1]),
    regular(DOYLE, REYES, "companionship", (16 * 60 + 30, 60), &[0]),
    regular(SUAREZ, COLE, "wash and dressing", (7 * 60, 60), &[0, 2, 4, 5]),
    regular(KOWALSKI_ELDER, BAPTISTE, "bath and breakfast", (8 * 60, 60), WORKDAYS),
    regular(KOWALSKI_YOUNGER, SILVA, "housekeeping", (14 * 60, 60), &[1, 3]),
    regular(OTHER_NGUYEN, ITO, "bath and dressing", (9 * 60 + 30, 60), &[0, 2]),
];

/// A caregiver of the cast as a record.
pub(super) fn staff(office: OfficeId, cast: &CastStaff) -> Staff {
    let name = name(cast.family, cast.given, "");
    let available = |weekday: u8| Available { weekday, from: cast.from_hour * 60, to: 20 * 60 };
    Staff {
        skills: Few::clip(cast.skills.iter().map(|s| t(s)).collect()),
        languages: Few::clip(cast.languages.iter().map(|l| t(l)).collect()),
        availability: Few::clip((0..6).map(available).collect()),
        base: Address { town: t("Pawtucket"), region: t("RI"), postcode: t("02860"), ..Address::default() },
        phones: phones(&[(PhoneKind::Mobile, cast.number)]),
        earliest_call: Some(6 * 60 + 30),
        note: t(cast.note),
        ..Staff::new(office, name, cast.discipline)
    }
}

/// The credentials of a caregiver of the cast. Those that matter this week are named; the rest have time.
pub(super) fn credentials(who: usize, staff: StaffId, day: Day) -> Vec<Credential> {
    let credential = |kind: &str, number: String, expires: i32| Credential {
        staff,
        kind: t(kind),
        number: t(&number),
        expires: Some(day.plus(expires)),
        retired: false,
    };
    let licence = match STAFF[who].discipline {
        Discipline::Hha => "aide registry",
        Discipline::Rn => "RN licence",
        Discipline::Lpn => "LPN licence",
        _ => "PT licence",
    };
    let far = 160 + 37 * who as i32;
    vec![
        credential(licence, format!("RI-{:05}", 20_417 + 313 * who), far),
        credential("CPR", format!("BLS-{:04}", 4_410 + 27 * who), if who == COLE { 9 } else { far + 90 }),
        credential("TB education", String::new(), if who == OSEI { 12 } else { far - 60 }),
        credential("driver licence", format!("D{:06}", 510_220 + 991 * who), if who == TRAN { 13 } else { far + 400 }),
    ]
}

/// What a client of the cast brings along.
pub(super) struct CastClient {
    /// Entered on this day, counted from the story's.
    pub(super) entered: i32,
    /// Cared for since this day.
    pub(super) since: i32,
    pub(super) client: Client,
    pub(super) contacts: Vec<Contact>,
    /// Name and dose.
    pub(super) medications: &'static [(&'static str, &'static str)],
    /// Code and name.
    pub(super) diagnoses: &'static [(&'static str, &'static str)],
    /// To what, and what happens.
    pub(super) allergies: &'static [(&'static str, &'static str)],
    /// What for, and the code.
    pub(super) codes: &'static [(&'static str, &'static str)],
    /// Caregiver and role; the first leads.
    pub(super) team: &'static [(usize, &'static str)],
    /// Problem, goal, intervention.
    pub(super) plan: (&'static str, &'static str, &'static str),
    /// The comprehensive assessments are due and done.
    pub(super) skilled: bool,
}

impl CastClient {
    pub(super) fn medications(&self, client: ClientId, from: Option<Day>) -> Vec<Medication> {
        let of = |(name, dose): &(&str, &str)| Medication { client, name: t(name), dose: t(dose), from, active: true };
        self.medications.iter().map(of).collect()
    }

    pub(super) fn diagnoses(&self, client: ClientId, from: Option<Day>) -> Vec<Diagnosis> {
        let of = |(code, name): &(&str, &str)| Diagnosis { client, code: t(code), name: t(name), from, active: true };
        self.diagnoses.iter().map(of).collect()
    }

    pub(super) fn allergies(&self, client: ClientId) -> Vec<Allergy> {
        let of =
            |(name, reaction): &(&str, &str)| Allergy { client, name: t(name), reaction: t(reaction), active: true };
        self.allergies.iter().map(of).collect()
    }

    pub(super) fn codes(&self, client: ClientId) -> Vec<AccessCode> {
        self.codes.iter().map(|(kind, code)| AccessCode { client, kind: t(kind), code: t(code) }).collect()
    }
}

/// The facts that tell one client of the cast from another.
struct Sheet {
    name: Name,
    born: (i32, u32, u32),
    mrn: &'static str,
    sex: Sex,
    level: u8,
    /// Cared for since this day, counted from the story's: with skilled care, the start of care.
    soc: i32,
    skilled: bool,
    street: &'static str,
    number: &'static str,
}

/// The clients of the cast, in the order of the constants above.
pub(super) fn clients(office: OfficeId, you: UserId, stand_in: UserId, day: Day) -> Vec<CastClient> {
    let sheet = |s: Sheet| {
        let soc = day.plus(s.soc);
        let period = (-s.soc) / 60 * 60;
        CastClient {
            entered: s.soc - 2,
            since: s.soc,
            client: Client {
                born: Day::from_ymd(s.born.0, s.born.1, s.born.2),
                mrn: t(s.mrn),
                sex: s.sex,
                address: Address { street: t(s.street), town: t("Pawtucket"), region: t("RI"), postcode: t("02860") },
                phones: phones(&[(PhoneKind::Home, s.number)]),
                languages: languages(&["English"]),
                living: Living::WithOthers,
                emergency: Some(s.level),
                transport: Some(3),
                payer: t(if s.skilled { "Medicare" } else { "Medicaid waiver" }),
                pharmacy: t("Blackstone Pharmacy, (401) 555-0131"),
                hospital: t("St. Brendan Hospital"),
                status_since: Some(soc),
                referred: None,
                // Start of care and certification belong to skilled care; personal care has neither.
                soc: s.skilled.then_some(soc),
                cert_from: s.skilled.then(|| soc.plus(period)),
                cert_to: s.skilled.then(|| soc.plus(period + 59)),
                coordinator: Some(you),
                stand_in: Some(stand_in),
                ..Client::new(office, s.name)
            },
            contacts: Vec::new(),
            medications: &[],
            diagnoses: &[],
            allergies: &[],
            codes: &[],
            team: &[],
            plan: ("Personal care", "Stays safely at home", "Help with washing and dressing"),
            skilled: s.skilled,
        }
    };
    let mut all = Vec::with_capacity(CLIENTS);

    let mut c = sheet(Sheet {
        name: name("Okafor", "Ruth", "Ruthie"),
        born: (1941, 6, 12),
        mrn: "004217",
        sex: Sex::Female,
        level: 2,
        soc: -58,
        skilled: true,
        street: "14 Elm St, apt 3",
        number: "(401) 555-0119",
    });
    c.client.living = Living::Alone;
    c.client.transport = Some(2);
    c.client.directives = Few::clip(vec![Directive {
        kind: DirectiveKind::Dnr,
        day: Day::from_ymd(2024, 9, 3),
        place: t("form: fridge"),
    }]);
    c.client.access = t("Key box at the back door. Ring twice: the dog barks, he does not bite.");
    c.client.hazards = Few::clip(vec![t("dog"), t("rug in the hall")]);
    c.client.carers = Few::clip(vec![Carer { name: t("Grace Adeyemi"), hours: 6, able: true }]);
    c.client.hospital_discharge = Some(day.plus(-9));
    c.client.mahc10 = Some(6);
    c.client.m1033 = Some(3);
    c.contacts = vec![
        family("Adeyemi", "Grace", "daughter", "(401) 555-0142", Share::All, day.plus(-58)),
        physician("Alder", "Susan", "PCP", "(401) 555-0190"),
    ];
    c.medications = &[
        ("warfarin 5 mg tablet", "1 tablet at 18:00"),
        ("metoprolol succinate 50 mg", "1 tablet in the morning"),
        ("furosemide 20 mg", "1 tablet in the morning"),
        ("acetaminophen 500 mg", "as needed, at most 3 g a day"),
    ];
    c.diagnoses = &[
        ("I48.20", "chronic atrial fibrillation"),
        ("I50.32", "chronic diastolic heart failure"),
        ("M17.0", "osteoarthritis of both knees"),
    ];
    c.allergies = &[("penicillin", "rash")];
    c.codes = &[("key box", "4471")];
    c.team = &[(CHEN, "case manager"), (REYES, "primary aide")];
    c.plan = (
        "Risk of falling",
        "No fall with injury this period",
        "Walker at every transfer; rug out of the hall; INR weekly",
    );
    all.push(c);

    let mut c = sheet(Sheet {
        name: name("Lindqvist", "Arne", ""),
        born: (1954, 11, 20),
        mrn: "004390",
        sex: Sex::Male,
        level: 1,
        soc: -11,
        skilled: true,
        street: "212 Cottage St",
        number: "(401) 555-0121",
    });
    c.client.living = Living::Alone;
    c.client.needs = Few::clip(vec![Need::Insulin]);
    c.client.languages = languages(&["English", "Swedish"]);
    c.client.note = t("Does not see well enough to draw up insulin himself. No one else in the house can do it.");
    c.contacts = vec![
        family("Lindqvist", "Karin", "sister, in Maine", "(401) 555-0143", Share::Health, day.plus(-11)),
        physician("Mbeki", "Daniel", "PCP", "(401) 555-0191"),
    ];
    c.medications = &[
        ("insulin glargine 100 units/mL", "24 units at 08:00"),
        ("insulin lispro 100 units/mL", "by scale at 08:00"),
        ("lisinopril 10 mg", "1 tablet in the morning"),
    ];
    c.diagnoses = &[("E10.65", "type 1 diabetes with hyperglycaemia"), ("H54.2X12", "low vision of both eyes")];
    c.codes = &[("front door", "1954#")];
    c.team = &[(CHEN, "case manager"), (MARSH, "insulin visits")];
    c.plan = ("Cannot give his own insulin", "Glucose 90–180 before breakfast", "Daily insulin visit; glucose log");
    all.push(c);

    let mut c = sheet(Sheet {
        name: Name { former: t("Lê"), ..name("Nguyen", "Thi Lan", "") },
        born: (1959, 8, 9),
        mrn: "003951",
        sex: Sex::Female,
        level: 3,
        soc: -30,
        skilled: true,
        street: "88 Broad St, apt 12",
        number: "(401) 555-0122",
    });
    c.client.languages = languages(&["Vietnamese"]);
    c.client.interpreter = true;
    c.client.note = t("There are two clients of this name: check the date of birth. Speaks Vietnamese only.");
    c.contacts = vec![
        family("Nguyen", "Van Minh", "husband", "(401) 555-0144", Share::All, day.plus(-30)),
        physician("Mbeki", "Daniel", "PCP", "(401) 555-0191"),
    ];
    c.medications = &[("metformin 500 mg", "1 tablet twice a day"), ("amlodipine 5 mg", "1 tablet in the morning")];
    c.diagnoses = &[("E11.9", "type 2 diabetes"), ("I10", "high blood pressure")];
    c.team = &[(TRAN, "case manager"), (REYES, "primary aide")];
    all.push(c);

    let mut c = sheet(Sheet {
        name: Name { preferred: t("سمير"), ..name("Haddad", "Samir", "") },
        born: (1946, 4, 27),
        mrn: "004102",
        sex: Sex::Male,
        level: 2,
        soc: -23,
        skilled: true,
        street: "5 Walcott St",
        number: "(401) 555-0123",
    });
    c.client.languages = languages(&["English", "Arabic"]);
    c.client.hospital_discharge = Some(day.plus(-2));
    c.client.lace = Some(11);
    c.client.carers = Few::clip(vec![Carer { name: t("Mona Haddad"), hours: 30, able: true }]);
    c.contacts = vec![
        family("Haddad", "Mona", "wife", "(401) 555-0145", Share::All, day.plus(-23)),
        physician("Alder", "Susan", "PCP", "(401) 555-0190"),
    ];
    c.medications =
        &[("sacubitril-valsartan 49/51 mg", "1 tablet twice a day"), ("torsemide 20 mg", "1 tablet in the morning")];
    c.diagnoses =
        &[("I50.23", "acute on chronic systolic heart failure"), ("N18.31", "chronic kidney disease, stage 3a")];
    c.team = &[(CHEN, "case manager")];
    c.plan = ("Heart failure", "Weight within 2 lb of dry weight", "Daily weight; torsemide by protocol");
    all.push(c);

    let mut c = sheet(Sheet {
        name: name("O'Brien", "Maeve", ""),
        born: (1935, 10, 2),
        mrn: "003117",
        sex: Sex::Female,
        level: 3,
        soc: -59,
        skilled: true,
        street: "41 Grove St",
        number: "(401) 555-0124",
    });
    c.client.living = Living::Alone;
    c.client.mahc10 = Some(5);
    c.contacts = vec![
        family("O'Brien", "Declan", "son", "(401) 555-0146", Share::Visits, day.plus(-59)),
        physician("Alder", "Susan", "PCP", "(401) 555-0190"),
    ];
    c.medications =
        &[("levothyroxine 50 mcg", "1 tablet before breakfast"), ("calcium with vitamin D", "1 tablet at noon")];
    c.diagnoses = &[("L89.152", "pressure ulcer of sacral region, stage 2"), ("E03.9", "hypothyroidism")];
    c.allergies = &[("adhesive tape", "blisters")];
    c.team = &[(CHEN, "case manager"), (COLE, "primary aide")];
    c.plan = ("Pressure ulcer", "Closed by the end of the period", "Wound care weekly; turning schedule with the aide");
    all.push(c);

    let mut c = sheet(Sheet {
        name: name("Abara", "Chidi", ""),
        born: (1962, 2, 14),
        mrn: "003875",
        sex: Sex::Male,
        level: 2,
        soc: -128,
        skilled: false,
        street: "9 Fountain St, floor 2",
        number: "(401) 555-0125",
    });
    c.client.needs = Few::clip(vec![Need::MedicationReminder]);
    c.client.languages = languages(&["English", "Igbo"]);
    c.contacts = vec![
        family("Abara", "Nneka", "sister", "(401) 555-0147", Share::Health, day.plus(-128)),
        physician("Rossi", "Elena", "PCP", "(401) 555-0192"),
    ];
    c.medications = &[("levetiracetam 750 mg", "1 tablet at 08:00 and 20:00")];
    c.diagnoses = &[("G40.909", "epilepsy"), ("I69.354", "left-sided weakness after stroke")];
    c.team = &[(REYES, "primary aide")];
    all.push(c);

    let mut c = sheet(Sheet {
        name: name("García-López", "Inés", ""),
        born: (1967, 7, 30),
        mrn: "004055",
        sex: Sex::Female,
        level: 4,
        soc: -21,
        skilled: true,
        street: "130 Lonsdale Ave",
        number: "(401) 555-0126",
    });
    c.client.languages = languages(&["Spanish", "English"]);
    c.contacts = vec![
        family("López", "Lucía", "daughter", "(401) 555-0148", Share::All, day.plus(-21)),
        physician("Rossi", "Elena", "orthopaedics", "(401) 555-0192"),
    ];
    c.medications = &[("ibuprofen 400 mg", "1 tablet with food, at most three a day")];
    c.diagnoses = &[("Z96.651", "right artificial knee joint"), ("Z47.1", "aftercare after joint replacement")];
    c.team = &[(OSEI, "case manager"), (SILVA, "primary aide")];
    c.plan = ("Walking after knee replacement", "Walks 500 ft without a cane", "PT twice a week; home programme");
    all.push(c);

    let mut c = sheet(Sheet {
        name: Name { preferred: t("Ваня"), ..name("Petrov", "Ivan", "") },
        born: (1937, 4, 3),
        mrn: "003640",
        sex: Sex::Male,
        level: 3,
        soc: -44,
        skilled: true,
        street: "77 Smithfield Ave",
        number: "(401) 555-0127",
    });
    c.client.transport = Some(1);
    c.client.needs = Few::clip(vec![Need::TwoPeople]);
    c.client.languages = languages(&["Russian", "English"]);
    c.client.carers = Few::clip(vec![Carer { name: t("Vera Petrova"), hours: 40, able: false }]);
    c.client.note = t("Two people for every transfer. His wife is with him until 09:00 on weekdays.");
    c.contacts = vec![
        family("Petrova", "Vera", "wife", "(401) 555-0149", Share::All, day.plus(-44)),
        physician("Mbeki", "Daniel", "PCP", "(401) 555-0191"),
    ];
    c.medications = &[("carbidopa-levodopa 25/100 mg", "1 tablet at 07:00, 12:00, 17:00")];
    c.diagnoses = &[("G20.A1", "Parkinson's disease"), ("L89.312", "pressure ulcer of right buttock, stage 2")];
    c.team = &[(CHEN, "case manager"), (REYES, "primary aide")];
    all.push(c);

    let mut c = sheet(Sheet {
        name: name("Doyle", "Sean", ""),
        born: (1950, 1, 17),
        mrn: "003222",
        sex: Sex::Male,
        level: 4,
        soc: -210,
        skilled: false,
        street: "3 Park Pl",
        number: "(401) 555-0128",
    });
    c.contacts = vec![family("Doyle", "Aoife", "niece", "(401) 555-0150", Share::Visits, day.plus(-210))];
    c.diagnoses = &[("Z74.2", "no other household member able to help")];
    c.team = &[(REYES, "companion")];
    all.push(c);

    let mut c = sheet(Sheet {
        name: name("Suarez", "Delfina", ""),
        born: (1943, 12, 24),
        mrn: "003409",
        sex: Sex::Female,
        level: 3,
        soc: -152,
        skilled: false,
        street: "26 Weeden St",
        number: "(401) 555-0129",
    });
    c.client.languages = languages(&["Spanish", "English"]);
    c.contacts = vec![family("Suarez", "Rafael", "son", "(401) 555-0153", Share::All, day.plus(-152))];
    c.diagnoses = &[("M05.79", "rheumatoid arthritis")];
    c.team = &[(COLE, "primary aide")];
    all.push(c);

    for (born, mrn, street, number, soc, aide, daughter, her_number) in [
        ((1944, 3, 8), "003508", "19 School St", "(401) 555-0132", -140, BAPTISTE, "Ewa", "(401) 555-0154"),
        ((1951, 9, 21), "003977", "64 York Ave", "(401) 555-0133", -137, SILVA, "Zofia", "(401) 555-0157"),
    ] {
        let mut c = sheet(Sheet {
            name: name("Kowalski", "Jan", if aide == SILVA { "Janek" } else { "" }),
            born,
            mrn,
            sex: Sex::Male,
            level: 3,
            soc,
            skilled: false,
            street,
            number,
        });
        c.client.languages = languages(&["Polish", "English"]);
        c.client.note = t("There are two clients of this name: check the date of birth.");
        c.contacts = vec![family("Kowalska", daughter, "daughter", her_number, Share::Visits, day.plus(soc))];
        c.diagnoses = &[("J44.9", "COPD")];
        c.team = if aide == SILVA { &[(SILVA, "primary aide")] } else { &[(BAPTISTE, "primary aide")] };
        all.push(c);
    }

    let mut c = sheet(Sheet {
        name: name("Nguyen", "Thi Lan", ""),
        born: (1948, 1, 9),
        mrn: "003915",
        sex: Sex::Female,
        level: 3,
        soc: -133,
        skilled: false,
        street: "7 Dexter St",
        number: "(401) 555-0134",
    });
    c.client.coordinator = Some(stand_in);
    c.client.stand_in = None;
    c.client.languages = languages(&["Vietnamese", "English"]);
    c.client.note = t("There are two clients of this name: check the date of birth.");
    c.contacts = vec![family("Tran", "Thu", "daughter", "(401) 555-0156", Share::All, day.plus(-133))];
    c.diagnoses = &[("M81.0", "osteoporosis")];
    c.team = &[(ITO, "primary aide")];
    all.push(c);
    all
}

/// Text of caseload's own making.
pub(super) fn t<const N: usize>(text: &str) -> Text<N> {
    Text::clip(text)
}

pub(super) fn name(family: &str, given: &str, preferred: &str) -> Name {
    Name { family: t(family), given: t(given), preferred: t(preferred), former: Text::default() }
}

pub(super) fn phones(list: &[(PhoneKind, &str)]) -> Phones {
    Few::clip(list.iter().map(|(kind, number)| Phone { kind: *kind, number: t(number) }).collect())
}

fn languages(list: &[&str]) -> Few<Text<40>, 6> {
    Few::clip(list.iter().map(|l| t(l)).collect())
}

/// A contact of the family; the client's id is filled in when she has one.
fn family(family: &str, given: &str, relation: &str, number: &str, share: Share, since: Day) -> Contact {
    Contact {
        client: ClientId::default(),
        kind: ContactKind::Family,
        name: name(family, given, ""),
        relation: t(relation),
        phones: phones(&[(PhoneKind::Mobile, number)]),
        share,
        share_since: Some(since),
        share_word: t("client, at start of care"),
        first: true,
        npi: Text::default(),
    }
}

fn physician(family: &str, given: &str, relation: &str, number: &str) -> Contact {
    Contact {
        client: ClientId::default(),
        kind: ContactKind::Physician,
        name: name(family, given, ""),
        relation: t(relation),
        phones: phones(&[(PhoneKind::Work, number)]),
        share: Share::All,
        share_since: None,
        share_word: Text::default(),
        first: false,
        npi: Text::default(),
    }
}
