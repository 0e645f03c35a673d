//! The rules themselves: parsed, embedded, overridden by an agency.

use crate::domain::attention::AlertSource;
use crate::domain::issue::{DispositionKind, IssueKind};

/// A triage policy: the embedded rules, or these with an agency's file merged over them.
#[derive(Debug, Clone, PartialEq)]
pub struct Policy {
    /// The word for this version.
    pub version: String,
    /// The clinical lead who signed it, if one did.
    pub signed_by: Option<String>,
}

/// What is wrong with a policy file, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PolicyError {
    /// The rule, if it is about one.
    pub rule: String,
    /// The field.
    pub field: String,
    /// The line, from 1; 0 when it is about the whole file.
    pub line: usize,
    /// What, and the mend.
    pub text: String,
}

impl Policy {
    /// The rules that caseload ships.
    pub fn embedded() -> Result<Self, PolicyError> {
        Ok(Self { version: String::new(), signed_by: None })
    }
}

/// An answer that finishes an alert.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OutcomeChoice {
    /// `seen by nurse, stays home`.
    pub text: String,
    /// The disposition that it records, if it is a practitioner's or an emergency service's decision.
    pub disposition: Option<DispositionKind>,
}

impl Policy {
    /// The embedded rules with an agency's file merged over them.
    pub fn adopted(_text: &str, _signed_by: Option<&str>) -> Result<Self, PolicyError> {
        Self::embedded()
    }

    /// The answers to choose from for this source (and, of an issue, its kind).
    pub fn outcomes(&self, _source: AlertSource, _kind: Option<IssueKind>) -> &[OutcomeChoice] {
        &[]
    }

    /// The severity facts that a new issue of this kind asks for: name, question, answers.
    pub fn facts_of(&self, _kind: IssueKind) -> Vec<&FactAsked> {
        Vec::new()
    }
}

/// A severity fact of an issue, as the form asks for it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FactAsked {
    /// Its name in conditions: `head_strike`.
    pub name: String,
    /// `Did the head hit anything?`
    pub ask: String,
    /// `yes no unknown`, or `number`.
    pub answers: Vec<String>,
    /// The kinds of issue that ask it; empty for all.
    pub kinds: Vec<IssueKind>,
}
