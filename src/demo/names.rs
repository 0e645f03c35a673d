//! Names of people who do not exist, from the many places that a New England town comes from.

use super::dice::Dice;
use crate::domain::person::Name;
use crate::domain::text::Text;

/// Names of one language: a given name stands with what its bearer likes to be called, often in its own script.
pub(super) struct Heritage {
    /// Language at home.
    pub(super) language: &'static str,
    families: &'static [&'static str],
    women: &'static [(&'static str, &'static str)],
    men: &'static [(&'static str, &'static str)],
    /// Former names of women, as callers still say or write them.
    former: &'static [&'static str],
}

/// Which names a person has, small enough to keep ten thousand of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct Coined {
    heritage: u8,
    family: u8,
    given: u8,
    second: u8,
    pub(super) woman: bool,
}

const NO_SECOND: u8 = u8::MAX;

impl Coined {
    /// Throws a name.
    pub(super) fn throw(dice: &mut Dice) -> Self {
        let heritage = dice.below(HERITAGES.len());
        let woman = dice.chance(62);
        let from = &HERITAGES[heritage];
        let given = if woman { from.women } else { from.men };
        Self {
            heritage: heritage as u8,
            family: dice.below(from.families.len()) as u8,
            given: dice.below(given.len()) as u8,
            second: NO_SECOND,
            woman,
        }
    }

    /// The same with a second given name, for when the first alone is taken.
    #[must_use]
    pub(super) fn longer(mut self, dice: &mut Dice) -> Self {
        let from = &HERITAGES[usize::from(self.heritage)];
        self.second = dice.below(if self.woman { from.women.len() } else { from.men.len() }) as u8;
        self
    }

    /// Language at home.
    pub(super) fn language(self) -> &'static str {
        HERITAGES[usize::from(self.heritage)].language
    }

    /// Family name in the form that its bearer has.
    pub(super) fn family(self) -> String {
        let family = HERITAGES[usize::from(self.heritage)].families[usize::from(self.family)];
        if !self.woman {
            return family.to_owned();
        }
        match family {
            f if f.ends_with("ski") || f.ends_with("cki") => format!("{}a", &f[..f.len() - 1]),
            f if f.ends_with("ov") || f.ends_with("ev") || f.ends_with("in") && self.language() == "Russian" => {
                format!("{f}a")
            }
            f => f.to_owned(),
        }
    }

    /// Given name, or both.
    fn given(self) -> String {
        let from = &HERITAGES[usize::from(self.heritage)];
        let list = if self.woman { from.women } else { from.men };
        let (given, _) = list[usize::from(self.given)];
        match list.get(usize::from(self.second)) {
            Some((second, _)) if *second != given => format!("{given} {second}"),
            _ => given.to_owned(),
        }
    }

    /// What must differ between two people.
    pub(super) fn listed(self) -> String {
        format!("{}, {}", self.family(), self.given())
    }

    /// As a record has it.
    pub(super) fn name(self, dice: &mut Dice) -> Name {
        let from = &HERITAGES[usize::from(self.heritage)];
        let list = if self.woman { from.women } else { from.men };
        let (_, liked) = list[usize::from(self.given)];
        let given = self.given();
        let preferred = if dice.chance(55) { liked } else { "" };
        let former = if self.woman && !from.former.is_empty() && dice.chance(25) { dice.pick(from.former) } else { "" };
        Name {
            family: Text::clip(&self.family()),
            given: Text::clip(&given),
            preferred: Text::clip(preferred),
            former: Text::clip(former),
        }
    }
}

/// A relative's name: the family's own or a new one, with a given name of the same language.
pub(super) fn relative(of: Coined, woman: bool, dice: &mut Dice) -> Name {
    let from = &HERITAGES[usize::from(of.heritage)];
    let (given, _) = dice.pick(if woman { from.women } else { from.men });
    let family = if dice.chance(60) {
        Coined { woman, ..of }.family()
    } else {
        Coined { woman, ..Coined::throw(dice) }.family()
    };
    Name { family: Text::clip(&family), given: Text::clip(given), ..Name::default() }
}

pub(super) const HERITAGES: &[Heritage] = &[
    Heritage {
        language: "English",
        families: &[
            "Ashworth",
            "Bell",
            "Carver",
            "Dunn",
            "Ellery",
            "Fairbanks",
            "Greene",
            "Hathaway",
            "Kingsley",
            "Mercer",
            "Prescott",
            "Smith-Tate",
            "St. John",
            "Whitcomb",
            "Young",
        ],
        women: &[
            ("Agnes", "Aggie"),
            ("Barbara", "Babs"),
            ("Dorothy", "Dot"),
            ("Eleanor", "Nell"),
            ("Frances", ""),
            ("Louise", ""),
            ("Marjorie", "Midge"),
            ("Patricia", "Pat"),
            ("Shirley", ""),
            ("Virginia", "Ginny"),
        ],
        men: &[
            ("Albert", "Al"),
            ("Clifford", "Cliff"),
            ("Earl", ""),
            ("George", ""),
            ("Harold", "Hal"),
            ("Leonard", "Len"),
            ("Raymond", "Ray"),
            ("Walter", "Walt"),
        ],
        former: &["Abbott", "Lowell"],
    },
    Heritage {
        language: "English",
        families: &[
            "O'Connell",
            "O'Dwyer",
            "O'Hara",
            "O'Shea",
            "MacLeod",
            "McAllister",
            "McGrath",
            "Kerrigan",
            "Sweeney",
            "Fitzgerald",
            "D'Arcy",
            "Ní Dhomhnaill",
        ],
        women: &[
            ("Bridget", "Bridie"),
            ("Siobhán", ""),
            ("Niamh", ""),
            ("Kathleen", "Kitty"),
            ("Nora", ""),
            ("Gráinne", ""),
        ],
        men: &[
            ("Séamus", "Shay"),
            ("Eoin", ""),
            ("Patrick", "Paddy"),
            ("Brendan", ""),
            ("Cormac", ""),
            ("Pádraig", ""),
        ],
        former: &["O'Keefe", "Ó Briain"],
    },
    Heritage {
        language: "Portuguese",
        families: &[
            "Almeida",
            "Araújo",
            "Conceição",
            "Correia",
            "da Silva",
            "dos Santos",
            "Furtado",
            "Gonçalves",
            "Magalhães",
            "Medeiros",
            "Pacheco",
            "Simões",
            "Tavares",
            "Vieira-Lopes",
        ],
        women: &[
            ("Conceição", "São"),
            ("Fátima", ""),
            ("Graça", ""),
            ("Inês", ""),
            ("Lurdes", ""),
            ("Maria da Luz", "Luz"),
            ("Natércia", ""),
        ],
        men: &[("António", "Tony"), ("Hélder", ""), ("João", ""), ("José", "Zé"), ("Luís", ""), ("Mário", "")],
        former: &["Leitão", "Brandão"],
    },
    Heritage {
        language: "Spanish",
        families: &[
            "Castañeda",
            "De la Cruz",
            "Fernández",
            "Ibáñez",
            "Jiménez",
            "Muñoz",
            "Núñez",
            "Ordóñez",
            "Peña",
            "Quiñones",
            "Rodríguez-Vega",
            "Santibáñez",
        ],
        women: &[
            ("Altagracia", "Alta"),
            ("Begoña", ""),
            ("Consuelo", "Chelo"),
            ("Guadalupe", "Lupe"),
            ("Mercedes", "Meche"),
            ("Socorro", ""),
            ("Ysabel", ""),
        ],
        men: &[("Ángel", ""), ("Efraín", ""), ("Germán", ""), ("Jesús", "Chuy"), ("Ramón", ""), ("Tomás", "")],
        former: &["Zúñiga", "Córdova"],
    },
    Heritage {
        language: "Vietnamese",
        families: &[
            "Bùi", "Đặng", "Đỗ", "Dương", "Hồ", "Hoàng", "Huỳnh", "Lê", "Lý", "Phạm", "Phan", "Trần", "Võ", "Vũ",
        ],
        women: &[
            ("Thị Bích", ""),
            ("Thị Hồng", "Rose"),
            ("Thị Mai", ""),
            ("Thị Ngọc", ""),
            ("Thị Tuyết", "Snow"),
            ("Kim Phượng", ""),
        ],
        men: &[("Văn Bình", ""), ("Văn Đức", ""), ("Quốc Hùng", ""), ("Minh Tâm", ""), ("Hữu Phước", "")],
        former: &["Nguyễn"],
    },
    Heritage {
        language: "Polish",
        families: &[
            "Błaszczyk",
            "Dąbrowski",
            "Grzegorzewski",
            "Jabłoński",
            "Krzyżanowski",
            "Leśniewski",
            "Łukasik",
            "Pawłowski",
            "Wiśniewski",
            "Wójcik",
            "Zieliński",
            "Żebrowski",
        ],
        women: &[
            ("Bożena", ""),
            ("Czesława", ""),
            ("Elżbieta", "Ela"),
            ("Grażyna", ""),
            ("Małgorzata", "Gosia"),
            ("Stanisława", "Stasia"),
            ("Wiesława", ""),
        ],
        men: &[
            ("Bogusław", "Boguś"),
            ("Kazimierz", "Kazik"),
            ("Mieczysław", "Mietek"),
            ("Stanisław", "Staś"),
            ("Zbigniew", "Zbyszek"),
        ],
        former: &["Ściegienna", "Kozioł"],
    },
    Heritage {
        language: "Arabic",
        families: &[
            "Al-Masri",
            "Abu Zayd",
            "Al-Khatib",
            "Bishara",
            "Darwish",
            "El-Amin",
            "Fakhoury",
            "Haidar",
            "Khalil",
            "Mansour",
            "Nasrallah",
            "Sayegh",
        ],
        women: &[
            ("Amal", "أمل"),
            ("Fatima", "فاطمة"),
            ("Huda", "هدى"),
            ("Layla", "ليلى"),
            ("Nadia", "نادية"),
            ("Salma", "سلمى"),
        ],
        men: &[("Elias", "إلياس"), ("Ibrahim", "إبراهيم"), ("Khalil", "خليل"), ("Mahmoud", "محمود"), ("Yusuf", "يوسف")],
        former: &["Haddadin"],
    },
    Heritage {
        language: "Cantonese",
        families: &["Au-Yeung", "Chan", "Cheung", "Fong", "Ho", "Kwok", "Lam", "Leung", "Ng", "Szeto", "Wong", "Yip"],
        women: &[
            ("Mei Ling", "美玲"),
            ("Siu Fong", "小芳"),
            ("Wai Ying", "惠英"),
            ("Yuk Lan", "玉蘭"),
            ("Suk Han", "淑嫻"),
        ],
        men: &[("Chi Keung", "志強"), ("Kam Wing", "錦榮"), ("Wai Man", "偉文"), ("Yiu Cho", "耀祖")],
        former: &["Tse"],
    },
    Heritage {
        language: "Japanese",
        families: &["Fujiwara", "Hoshino", "Kanō", "Matsumoto", "Ōta", "Sakurai", "Takahashi", "Yamashita"],
        women: &[("Fumiko", "文子"), ("Haruko", "春子"), ("Setsuko", "節子"), ("Yoshie", "芳江")],
        men: &[("Hiroshi", "浩"), ("Shōichi", "正一"), ("Takeo", "武雄")],
        former: &["Ishikawa"],
    },
    Heritage {
        language: "Russian",
        families: &[
            "Belov",
            "Fedorov",
            "Gusev",
            "Kuznetsov",
            "Lebedev",
            "Morozov",
            "Nikitin",
            "Orlov",
            "Sokolov",
            "Vorob'ev",
            "Zaitsev",
        ],
        women: &[
            ("Galina", "Галя"),
            ("Lyudmila", "Люда"),
            ("Nadezhda", "Надя"),
            ("Raisa", "Рая"),
            ("Svetlana", "Света"),
            ("Zinaida", "Зина"),
        ],
        men: &[("Arkady", "Аркаша"), ("Boris", ""), ("Gennady", "Гена"), ("Lev", "Лёва"), ("Semyon", "Сеня")],
        former: &["Иванова", "Кузнецова", "Щербакова", "Ковальчук"],
    },
    Heritage {
        language: "Haitian Creole",
        families: &[
            "Baptiste",
            "Célestin",
            "Désir",
            "François",
            "Jean-Baptiste",
            "Jean-Pierre",
            "Louissaint",
            "Pierre-Louis",
            "Saint-Fleur",
            "Théodore",
        ],
        women: &[("Marie-Ange", ""), ("Célimène", ""), ("Mirlande", "Mimi"), ("Rose-Lourdes", ""), ("Yolette", "")],
        men: &[("Frantz", ""), ("Jean-Robert", ""), ("Léonel", ""), ("Wilfrid", "")],
        former: &["Noël"],
    },
    Heritage {
        language: "Igbo",
        families: &["Achebe", "Chukwu", "Eze", "Igwe", "Nnamdi", "Nwosu", "Obi", "Ogbonna", "Okeke", "Uzoma"],
        women: &[("Adaeze", "Ada"), ("Chiọma", ""), ("Ifeoma", "Ify"), ("Ngozi", ""), ("Nkechi", "Kechi")],
        men: &[("Chinedu", ""), ("Emeka", ""), ("Ikechukwu", "Ike"), ("Obinna", "Obi")],
        former: &["Ọkọrọ"],
    },
    Heritage {
        language: "Italian",
        families: &[
            "D'Angelo",
            "D'Amico",
            "De Luca",
            "Di Biase",
            "Esposito",
            "Iannucci",
            "Lo Presti",
            "Marchetti",
            "Nicolò",
            "Petrarca",
            "Scungio",
            "Zompa",
        ],
        women: &[
            ("Assunta", "Susie"),
            ("Carmela", "Millie"),
            ("Concetta", "Connie"),
            ("Filomena", "Phil"),
            ("Rosalia", "Rose"),
        ],
        men: &[("Carmine", ""), ("Domenic", "Dom"), ("Gaetano", "Guy"), ("Niccolò", "Nick"), ("Salvatore", "Sal")],
        former: &["Dell'Orto"],
    },
    Heritage {
        language: "Greek",
        families: &["Anagnostopoulos", "Dimitriou", "Kalogeropoulos", "Kostas", "Pappas", "Stavrou", "Theodorakis"],
        women: &[("Despina", "Δέσποινα"), ("Eleni", "Ελένη"), ("Vasiliki", "Βάσω")],
        men: &[("Athanasios", "Θανάσης"), ("Panagiotis", "Πάνος"), ("Stavros", "")],
        former: &["Papadopoulou"],
    },
    Heritage {
        language: "Khmer",
        families: &["Chea", "Heng", "Keo", "Meas", "Phan", "Sok", "Sovann", "Touch"],
        women: &[("Bopha", "បុប្ផា"), ("Chanthy", ""), ("Sophea", "សុភា")],
        men: &[("Dara", "ដារា"), ("Samnang", ""), ("Veasna", "")],
        former: &["Prak"],
    },
    Heritage {
        language: "Hindi",
        families: &[
            "Agarwal",
            "Bhattacharya",
            "Chaudhary",
            "Iyer",
            "Kulkarni",
            "Mishra",
            "Patil",
            "Raghunathan",
            "Srivastava",
        ],
        women: &[("Kamala", "कमला"), ("Lakshmi", "लक्ष्मी"), ("Savitri", "सावित्री"), ("Usha", "")],
        men: &[("Govind", "गोविंद"), ("Harish", ""), ("Mohan", "मोहन"), ("Raghu", "")],
        former: &["Deshpande"],
    },
    Heritage {
        language: "Swedish",
        families: &["Åkesson", "Bergström", "Hägglund", "Öberg", "Sjögren", "Wåhlin"],
        women: &[("Gunborg", ""), ("Märta", ""), ("Åsa", "")],
        men: &[("Göran", ""), ("Håkan", ""), ("Sören", "")],
        former: &["Ljungström"],
    },
    Heritage {
        language: "Korean",
        families: &["Bae", "Choi", "Hwang", "Jeong", "Kwon", "Ryu", "Yoon"],
        women: &[("Eun-ja", "은자"), ("Soon-ok", "순옥"), ("Young-sook", "영숙")],
        men: &[("Byung-ho", "병호"), ("Dong-il", "동일"), ("Sang-chul", "상철")],
        former: &["Namgung"],
    },
];

/// Towns around the office, with their postal codes.
pub(super) const TOWNS: &[(&str, &str)] = &[
    ("Pawtucket", "02860"),
    ("Central Falls", "02863"),
    ("East Providence", "02914"),
    ("Providence", "02906"),
    ("Cumberland", "02864"),
    ("Lincoln", "02865"),
    ("North Providence", "02911"),
    ("Rumford", "02916"),
];

/// Streets.
pub(super) const STREETS: &[&str] = &[
    "Broad St",
    "Cottage St",
    "Dexter St",
    "East Ave",
    "Fountain St",
    "Grove St",
    "High St",
    "Lonsdale Ave",
    "Main St",
    "Mineral Spring Ave",
    "Newport Ave",
    "Park Pl",
    "Prospect St",
    "School St",
    "Smithfield Ave",
    "Walcott St",
    "Water St",
    "Weeden St",
    "York Ave",
    "Élise Ct",
];

/// Area codes around, without the one that the cast of the day has: a number names one person of the story.
const AREAS: &[&str] = &["508", "774", "860", "959", "203", "475", "339", "978"];

/// A number that reaches nobody: the exchange 555 with 01xx is kept for fiction.
pub(super) fn number(dice: &mut Dice) -> String {
    format!("({}) 555-01{:02}", dice.pick(AREAS), dice.below(100))
}
