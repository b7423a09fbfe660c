//! English.

use tutela_tagger::Kind;

use super::{Filler, Part, day, digits};
use crate::lexicon::entries;
use crate::random::Random;

pub(super) struct En {
    given: Vec<String>,
    family: Vec<String>,
    places: Vec<String>,
}

const PATTERNS: &[&str] = &[
    "Dear {P},\nThank you for your letter of {D}.",
    "Mr {F} asked for a copy of his file.",
    "Mrs {F} was told on {D} that the request was refused.",
    "Dr. {P} works at {O} in {L}.",
    "My name is {P} and I live in {L}.",
    "{P} was born in {L} on {D}.",
    "Regards,\n{G}",
    "Best regards,\n{P}\n{O}",
    "{G} said the meeting was moved to {L}.",
    "{P} told {P} that {O} would pay.",
    "According to {P}, the head of {O}, prices rose.",
    "The case of {F} v. {F} was heard in {L}.",
    "{O} opened an office in {L}.",
    "{O} and {O} signed a contract.",
    "The {U} of {L} published the report.",
    "Flights from {L} to {L} were cancelled.",
    "{F} and {F} won the match against {L}.",
    "{P}, {N}, of {L}, was arrested on Monday.",
    "Call {G} on {T} after lunch.",
    "Can you ask {G} to send me the file?",
    "hi {G}, are you coming to {L}?",
    "Thanks {G}!",
    "I met {P} in {L} last year.",
    "President {F} met Prime Minister {F} in {L}.",
    "Shares of {O} fell by 3% after {F} resigned.",
    "Please contact {P} ({T}) at {O}.",
    "The patient, {P}, was admitted to {O}.",
    "{L} is the capital of {L}.",
    "Send the parcel to {P}, {N} Oak Street, {L}.",
    "Interviewer: {P}\nSubject: {P}",
    "{P} scored twice as {L} beat {L} 3-1.",
    "By {P}\n{L}, {D}",
    "The new manual describes the Data Protection Policy and the Annual Report.",
    "On Monday the Committee discussed the Budget Act and the Second Reading.",
    "Terms and Conditions apply to All Orders in March and April.",
    "The Quality Assurance Plan for Release Two is in the Project Folder.",
    "Happy Birthday! See you on Friday, the Christmas Party starts at eight.",
];

const ROWS: &[&str] = &[
    "{#}{P}",
    "{#}{P}, {L}",
    "Name;City;Company|{P};{L};{O}",
    "Name,Date,Phone|{P},{D},{T}",
    "{#}{F}, {G}",
    "{#}{F} {I}",
    "Surname\tGiven name\tPhone|{F}\t{G}\t{T}",
    "Attendees:|- {P} ({O})",
    "Name: {P}\nAddress: {N} High Street, {L}\nPhone: {T}",
    "{P} <{E}>",
    "{D} {G}: ok\n{D} {G}: see you in {L}",
    "{#}{O}, {L}",
    "From: {P}\nTo: {P}\nSubject: Meeting in {L}",
];

const COMPANY: &[&str] = &[
    "Ltd",
    "Inc",
    "Inc.",
    "LLC",
    "plc",
    "Corp.",
    "Group",
    "Bank",
    "Holdings",
    "Partners",
    "Systems",
    "Airlines",
    "Industries",
];
const STEMS: &[&str] = &[
    "Northwind",
    "Acme",
    "Blue River",
    "Greenfield",
    "Silverline",
    "Apex",
    "Summit",
    "Global Trade",
    "First National",
    "Pacific",
    "Atlantic",
    "Union",
    "Pioneer",
    "Vertex",
    "Orion",
    "Delta",
    "Crown",
    "Evergreen",
    "Redwood",
    "Stellar",
    "Nova",
    "Quantum",
    "Sunrise",
];
const BODIES: &[&str] = &[
    "Ministry of Finance",
    "Ministry of Health",
    "Department of Justice",
    "Department of Education",
    "Court of Appeal",
    "High Court",
    "Supreme Court",
    "Tax Office",
    "Immigration Service",
    "Central Bank",
    "City Council",
    "Police Department",
    "Red Cross",
    "World Bank",
    "United Nations",
    "European Commission",
    "House of Commons",
    "Senate",
    "Labour Party",
    "Green Party",
    "Football Association",
];
const UNITS: &[&str] = &["University", "Bishop", "Mayor", "City Council", "Bank"];

impl En {
    pub(super) fn new() -> Self {
        let names = entries("en.txt");
        let of =
            |heading: &str| -> Vec<String> { names.iter().filter(|e| e.0 == heading).map(|e| e.1.clone()).collect() };
        let countries = entries("cues.txt")
            .into_iter()
            .filter(|e| e.0 == "country")
            .map(|e| e.1);
        let places = countries.filter(|c| c.is_ascii()).map(title).collect();
        Self {
            given: of("given"),
            family: of("surname"),
            places,
        }
    }

    /// Common names lie at no special place of the list: a square makes some come more often than others.
    fn given(&self, random: &mut Random) -> String {
        title(random.pick(&self.given))
    }

    fn family(&self, random: &mut Random) -> String {
        let one = title(random.pick(&self.family));
        match random.below(40) {
            0 => format!("{one}-{}", title(random.pick(&self.family))),
            1 => format!("O'{one}"),
            2 => format!(
                "{} {one}",
                random.pick(&["van", "de", "von", "Van", "De", "al", "bin", "della"])
            ),
            3 => title(format!(
                "{}{}",
                random.pick(&["mac", "ben", "ab", "el", "ch", "k"]),
                one.to_lowercase()
            )),
            _ => one,
        }
    }

    fn place(&self, random: &mut Random) -> String {
        match random.below(10) {
            0..4 => random.pick(&self.places).clone(),
            4..6 => random
                .pick(&[
                    "London",
                    "Paris",
                    "New York",
                    "Los Angeles",
                    "Berlin",
                    "Tokyo",
                    "Chicago",
                    "Hong Kong",
                    "San Francisco",
                    "St. Louis",
                ])
                .to_string(),
            6 => format!(
                "{} {}",
                random.pick(&["New", "North", "South", "Port", "Mount", "Lake", "Saint"]),
                title(random.pick(&self.family))
            ),
            7 => format!(
                "{}{}",
                title(random.pick(&self.family)),
                random.pick(&["ville", "ton", "burg", "field", " County", " Valley", " Island"])
            ),
            8 => format!(
                "{}, {}",
                random.pick(&["Springfield", "Portland", "Austin", "Bristol", "Leeds"]),
                random.pick(&["TX", "CA", "Ohio", "UK"])
            ),
            _ => random
                .pick(&[
                    "Europe",
                    "Asia",
                    "Africa",
                    "the Middle East",
                    "Texas",
                    "California",
                    "Ontario",
                    "Scotland",
                ])
                .to_string(),
        }
    }

    fn body(&self, random: &mut Random) -> String {
        match random.below(8) {
            0..2 => format!("{} {}", random.pick(STEMS), random.pick(COMPANY)),
            2 => format!("{} {}", title(random.pick(&self.family)), random.pick(COMPANY)),
            3 => format!(
                "{} & {}",
                title(random.pick(&self.family)),
                title(random.pick(&self.family))
            ),
            4 => format!("University of {}", self.place(random).trim_start_matches("the ")),
            5 => format!(
                "{} {}",
                self.place(random).trim_start_matches("the "),
                random.pick(&[
                    "University",
                    "Hospital",
                    "City Council",
                    "Police Department",
                    "United",
                    "High School"
                ])
            ),
            6 => random
                .pick(&[
                    "IBM",
                    "BBC",
                    "NATO",
                    "EU",
                    "UN",
                    "FBI",
                    "CNN",
                    "Microsoft",
                    "Google",
                    "Reuters",
                    "Enron",
                    "WHO",
                    "UNESCO",
                ])
                .to_string(),
            _ => random.pick(BODIES).to_string(),
        }
    }
}

/// A word with a capital at the head of each part.
fn title(word: impl AsRef<str>) -> String {
    let mut out = String::new();
    let mut start = true;
    for c in word.as_ref().chars() {
        if start {
            out.extend(c.to_uppercase());
        } else {
            out.push(c);
        }
        start = c == ' ' || c == '-';
    }
    out
}

impl Filler for En {
    fn fill(&self, slot: &str, random: &mut Random) -> Part {
        let person = Some(Kind::Person);
        let initial = |random: &mut Random| char::from(b'A' + random.below(26) as u8);
        match slot {
            "P" => {
                let (g, f) = (self.given(random), self.family(random));
                let name = match random.below(10) {
                    0 => format!("{g} {}. {f}", initial(random)),
                    1 => format!("{}. {f}", initial(random)),
                    2 => format!("{}. {}. {f}", initial(random), initial(random)),
                    3 => format!("{g} {} {f}", self.given(random)),
                    _ => format!("{g} {f}"),
                };
                (name, person)
            }
            "F" => (self.family(random), person),
            "G" => (self.given(random), person),
            "1" => (
                if random.percent(50) {
                    self.given(random)
                } else {
                    title(random.pick(&self.family))
                },
                person,
            ),
            "2" => (
                format!("{} {}", self.given(random), title(random.pick(&self.family))),
                person,
            ),
            "3" => {
                let middle = if random.percent(50) {
                    self.given(random)
                } else {
                    format!("{}.", initial(random))
                };
                (
                    format!("{} {middle} {}", self.given(random), title(random.pick(&self.family))),
                    person,
                )
            }
            "L" => (self.place(random), Some(Kind::Location)),
            "O" => (self.body(random), Some(Kind::Organization)),
            "U" => (random.pick(UNITS).to_string(), None),
            "I" => (format!("{}.{}.", initial(random), initial(random)), None),
            "D" => (day(random), None),
            "N" => (format!("{}", 18 + random.below(70)), None),
            "T" => (
                format!("{} {} {}", digits(3, random), digits(3, random), digits(4, random)),
                None,
            ),
            "E" => (format!("user{}@example.org", digits(3, random)), None),
            _ => (String::new(), None),
        }
    }

    fn patterns(&self) -> &'static [&'static str] {
        PATTERNS
    }

    fn rows(&self) -> &'static [&'static str] {
        ROWS
    }
}
