//! What grows on a client's chart, each a record of its own: medications, diagnoses, allergies, codes to the home.

use super::ids::ClientId;
use super::record::{Owner, body};
use super::text::Text;
use super::time::Day;
use serde::{Deserialize, Serialize};

/// A line of a medication list, as listed by its source.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Medication {
    /// Client.
    pub client: ClientId,
    /// Name and strength as listed.
    pub name: Text<200>,
    /// Dose and times as listed.
    pub dose: Text<200>,
    /// Since.
    pub from: Option<Day>,
    /// Being taken.
    pub active: bool,
}

/// A diagnosis.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Diagnosis {
    /// Client.
    pub client: ClientId,
    /// Code as given (ICD-10-CM, SNOMED CT).
    pub code: Text<40>,
    /// In words.
    pub name: Text<200>,
    /// Since.
    pub from: Option<Day>,
    /// Active.
    pub active: bool,
}

/// An allergy or intolerance.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Allergy {
    /// Client.
    pub client: ClientId,
    /// To what.
    pub name: Text<160>,
    /// What happens.
    pub reaction: Text<160>,
    /// Active.
    pub active: bool,
}

/// A door, key-box or alarm code: kept apart, each showing is logged.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccessCode {
    /// Client.
    pub client: ClientId,
    /// `key box`, `alarm`.
    pub kind: Text<40>,
    /// The code.
    pub code: Text<60>,
}

body!(
    Medication: MedicationId => |medication, _| Owner::Client(medication.client),
    Diagnosis: DiagnosisId => |diagnosis, _| Owner::Client(diagnosis.client),
    Allergy: AllergyId => |allergy, _| Owner::Client(allergy.client),
    AccessCode: AccessCodeId => |code, _| Owner::Client(code.client),
);
