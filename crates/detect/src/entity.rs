use std::fmt;
use std::str::FromStr;

use serde::de::{Error, Unexpected, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::custom::Custom;

/// Groups of types that can be asked for together (`--only identifiers`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Group {
    /// Numbers, addresses in networks, codes: told by form, checks and labels.
    Identifiers,
    /// Persons, places, organisations, postal addresses.
    Names,
    /// The kinds that the law calls sensitive or special.
    Sensitive,
}

impl Group {
    /// The word of the command line.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Identifiers => "identifiers",
            Self::Names => "names",
            Self::Sensitive => "sensitive",
        }
    }
}

macro_rules! entities {
    ($($(#[$doc:meta])* $variant:ident = $name:literal in $group:ident;)*) => {
        /// A type of personal data. Names are Presidio's where Presidio has one, else `COUNTRY_THING`
        /// or the meaning.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum Entity {
            $($(#[$doc])* $variant,)*
            /// A type that a user's own recognisers declare.
            Custom(Custom),
        }

        /// The places of the types in [`Entity::ALL`], which a type with a value of its own cannot be cast to.
        enum Place { $($variant,)* Custom }

        impl Entity {
            /// All types that the engine knows by itself, in the order of declaration.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)*];

            /// The name in outputs.
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $name,)* Self::Custom(custom) => custom.name() }
            }

            /// The place in [`Entity::ALL`]; one past the end for types of a user's own.
            pub fn index(self) -> usize {
                match self { $(Self::$variant => Place::$variant as usize,)* Self::Custom(_) => Place::Custom as usize }
            }

            /// The group that it belongs to. A type of a user's own is an identifier unless it was declared sensitive.
            pub fn group(self) -> Group {
                match self {
                    $(Self::$variant => Group::$group,)*
                    Self::Custom(custom) if custom.is_sensitive() => Group::Sensitive,
                    Self::Custom(_) => Group::Identifiers,
                }
            }
        }
    };
}

entities! {
    /// Name of a person.
    Person = "PERSON" in Names;
    /// Name of a place.
    Location = "LOCATION" in Names;
    /// Name of an organisation.
    Organization = "ORGANIZATION" in Names;
    /// Postal address or a part of one that points to a house, street, settlement.
    Address = "ADDRESS" in Names;

    /// E-mail address.
    EmailAddress = "EMAIL_ADDRESS" in Identifiers;
    /// Telephone number of any country.
    PhoneNumber = "PHONE_NUMBER" in Identifiers;
    /// Payment card number of an international or national scheme.
    CreditCard = "CREDIT_CARD" in Identifiers;
    /// International bank account number (ISO 13616).
    IbanCode = "IBAN_CODE" in Identifiers;
    /// Bank identifier code (ISO 9362), only with a label.
    SwiftCode = "SWIFT_CODE" in Identifiers;
    /// IPv4 or IPv6 address.
    IpAddress = "IP_ADDRESS" in Identifiers;
    /// MAC address.
    MacAddress = "MAC_ADDRESS" in Identifiers;
    /// URL that carries credentials or points to a personal profile.
    Url = "URL" in Identifiers;
    /// Crypto wallet address.
    Crypto = "CRYPTO" in Identifiers;
    /// Coordinates of a place, precise enough for a building.
    Geolocation = "GEOLOCATION" in Identifiers;
    /// Machine-readable zone of a travel or identity document (ICAO 9303).
    Mrz = "MRZ" in Identifiers;
    /// Vehicle identification number (ISO 3779).
    Vin = "VIN" in Identifiers;
    /// IMEI of a telephone.
    Imei = "IMEI" in Identifiers;
    /// Date of birth.
    DateOfBirth = "DATE_OF_BIRTH" in Identifiers;
    /// Age of a person.
    Age = "AGE" in Identifiers;
    /// Code of a patient or of a medical record.
    PatientCode = "PATIENT_CODE" in Identifiers;
    /// Bank account number, told by its label.
    BankAccount = "BANK_ACCOUNT" in Identifiers;
    /// User name, account in a messenger.
    Username = "USERNAME" in Identifiers;
    /// Password or another secret.
    Password = "PASSWORD" in Identifiers;
    /// Code of an employee, pupil, student or customer, told by its label.
    PersonCode = "PERSON_CODE" in Identifiers;

    /// Vietnamese personal identification number, 12 digits.
    VnCitizenId = "VN_CITIZEN_ID" in Identifiers;
    /// Vietnamese old identity card, 9 digits.
    VnOldId = "VN_OLD_ID" in Identifiers;
    /// Vietnamese tax code.
    VnTaxCode = "VN_TAX_CODE" in Identifiers;
    /// Vietnamese health-insurance card.
    VnHealthInsurance = "VN_HEALTH_INSURANCE" in Identifiers;
    /// Vietnamese social-insurance number.
    VnSocialInsurance = "VN_SOCIAL_INSURANCE" in Identifiers;
    /// Vietnamese passport.
    VnPassport = "VN_PASSPORT" in Identifiers;
    /// Vietnamese driving licence.
    VnDriverLicence = "VN_DRIVER_LICENCE" in Identifiers;
    /// Vietnamese vehicle plate.
    VnPlate = "VN_PLATE" in Identifiers;
    /// Vietnamese household book.
    VnHouseholdBook = "VN_HOUSEHOLD_BOOK" in Identifiers;

    /// Russian internal passport.
    RuPassport = "RU_PASSPORT" in Identifiers;
    /// Russian passport for travel abroad.
    RuForeignPassport = "RU_FOREIGN_PASSPORT" in Identifiers;
    /// Russian insurance number of the personal account.
    RuSnils = "RU_SNILS" in Identifiers;
    /// Russian taxpayer number.
    RuInn = "RU_INN" in Identifiers;
    /// Russian registration number of an organisation or entrepreneur.
    RuOgrn = "RU_OGRN" in Identifiers;
    /// Russian health-insurance policy.
    RuOms = "RU_OMS" in Identifiers;
    /// Russian driving licence.
    RuDriverLicence = "RU_DRIVER_LICENCE" in Identifiers;
    /// Russian birth certificate.
    RuBirthCertificate = "RU_BIRTH_CERTIFICATE" in Identifiers;
    /// Russian military identity card.
    RuMilitaryId = "RU_MILITARY_ID" in Identifiers;
    /// Russian vehicle plate.
    RuPlate = "RU_PLATE" in Identifiers;
    /// Russian bank account, 20 digits.
    RuBankAccount = "RU_BANK_ACCOUNT" in Identifiers;
    /// Russian cadastral number of land or a building.
    RuCadastralNumber = "RU_CADASTRAL_NUMBER" in Identifiers;
    /// Russian unique number of a court case.
    RuCourtCase = "RU_COURT_CASE" in Identifiers;
    /// Russian unique number of a charge or payment.
    RuUin = "RU_UIN" in Identifiers;

    /// Chinese resident identity number, 18 or 15 characters.
    CnResidentId = "CN_RESIDENT_ID" in Identifiers;
    /// Chinese passport.
    CnPassport = "CN_PASSPORT" in Identifiers;
    /// Chinese travel permit for Hong Kong, Macao and Taiwan.
    CnTravelPermit = "CN_TRAVEL_PERMIT" in Identifiers;
    /// Hong Kong identity card.
    HkId = "HK_ID" in Identifiers;
    /// Chinese unified social credit code.
    CnUscc = "CN_USCC" in Identifiers;
    /// Chinese vehicle plate.
    CnPlate = "CN_PLATE" in Identifiers;
    /// Chinese bank card outside the international schemes.
    CnBankCard = "CN_BANK_CARD" in Identifiers;
    /// Chinese military identity document.
    CnMilitaryId = "CN_MILITARY_ID" in Identifiers;

    /// US social-security number.
    UsSsn = "US_SSN" in Identifiers;

    /// State of health, diagnosis, treatment.
    Health = "HEALTH" in Sensitive;
    /// Ethnic or racial origin.
    Ethnicity = "ETHNICITY" in Sensitive;
    /// Religion or belief.
    Religion = "RELIGION" in Sensitive;
    /// Political opinion or party membership.
    PoliticalOpinion = "POLITICAL_OPINION" in Sensitive;
    /// Membership in a trade union.
    TradeUnion = "TRADE_UNION" in Sensitive;
    /// Conviction, offence, prosecution.
    CriminalRecord = "CRIMINAL_RECORD" in Sensitive;
    /// Sex life or orientation.
    SexLife = "SEX_LIFE" in Sensitive;
    /// Biometric data.
    Biometric = "BIOMETRIC" in Sensitive;
    /// Genetic data.
    Genetic = "GENETIC" in Sensitive;
    /// Income, debts, credit history.
    Financial = "FINANCIAL" in Sensitive;
    /// Data of a child.
    Child = "CHILD" in Sensitive;
}

impl fmt::Display for Entity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for Entity {
    type Err = ();

    /// Reads the name of a type that the engine knows or that was declared in this process.
    fn from_str(name: &str) -> Result<Self, ()> {
        let known = Self::ALL
            .iter()
            .copied()
            .find(|e| e.as_str().eq_ignore_ascii_case(name));
        known.or_else(|| Custom::declared(name).map(Self::Custom)).ok_or(())
    }
}

impl Serialize for Entity {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

impl<'de> Deserialize<'de> for Entity {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Name;
        impl Visitor<'_> for Name {
            type Value = Entity;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("the name of a type")
            }

            fn visit_str<E: Error>(self, name: &str) -> Result<Entity, E> {
                let exact = |e: &Entity| e.as_str() == name;
                let entity = Entity::from_str(name).ok().filter(exact);
                entity.ok_or_else(|| E::invalid_value(Unexpected::Str(name), &self))
            }
        }
        deserializer.deserialize_str(Name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_those_of_the_list() {
        for (i, entity) in Entity::ALL.iter().enumerate() {
            assert_eq!(entity.index(), i);
        }
        let own = Entity::Custom(Custom::declare("STAFF_BADGE", false).unwrap());
        assert_eq!(own.index(), Entity::ALL.len());
    }

    #[test]
    fn a_declared_type_is_read_back_and_an_undeclared_one_is_not() {
        assert!(serde_json::from_str::<Entity>("\"LATER_DECLARED\"").is_err());
        let own = Entity::Custom(Custom::declare("LATER_DECLARED", true).unwrap());
        let text = serde_json::to_string(&own).unwrap();
        assert_eq!(text, "\"LATER_DECLARED\"");
        assert_eq!(serde_json::from_str::<Entity>(&text).unwrap(), own);
        assert_eq!(own.group(), Group::Sensitive);
        assert_eq!("person".parse(), Ok(Entity::Person));
        assert!(
            serde_json::from_str::<Entity>("\"person\"").is_err(),
            "files hold exact names"
        );
        let key: std::collections::BTreeMap<Entity, u8> = serde_json::from_str("{\"PERSON\":1}").unwrap();
        assert_eq!(key.get(&Entity::Person), Some(&1));
    }
}
