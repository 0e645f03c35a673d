#![allow(unused_macros)]
//! From a kind to its type, for tests.

/// Calls a generic function for one kind.
macro_rules! of_kind {
    ($kind:expr, $f:ident($($arg:expr),*)) => {
        match $kind {
            caseload::domain::record::Kind::Agency => $f::<caseload::domain::agency::Agency>($($arg),*),
            caseload::domain::record::Kind::Office => $f::<caseload::domain::agency::Office>($($arg),*),
            caseload::domain::record::Kind::User => $f::<caseload::domain::user::User>($($arg),*),
            caseload::domain::record::Kind::Client => $f::<caseload::domain::client::Client>($($arg),*),
            caseload::domain::record::Kind::Contact => $f::<caseload::domain::contact::Contact>($($arg),*),
            caseload::domain::record::Kind::Staff => $f::<caseload::domain::staff::Staff>($($arg),*),
            caseload::domain::record::Kind::Membership => $f::<caseload::domain::staff::Membership>($($arg),*),
            caseload::domain::record::Kind::Credential => $f::<caseload::domain::staff::Credential>($($arg),*),
            caseload::domain::record::Kind::Visit => $f::<caseload::domain::visit::Visit>($($arg),*),
            caseload::domain::record::Kind::Stay => $f::<caseload::domain::visit::Stay>($($arg),*),
            caseload::domain::record::Kind::Issue => $f::<caseload::domain::issue::Issue>($($arg),*),
            caseload::domain::record::Kind::IssueEvent => $f::<caseload::domain::issue::IssueEvent>($($arg),*),
            caseload::domain::record::Kind::Reassessment => $f::<caseload::domain::reassessment::Reassessment>($($arg),*),
            caseload::domain::record::Kind::CarePlan => $f::<caseload::domain::care_plan::CarePlan>($($arg),*),
            caseload::domain::record::Kind::Communication => $f::<caseload::domain::communication::Communication>($($arg),*),
            caseload::domain::record::Kind::Attention => $f::<caseload::domain::attention::Attention>($($arg),*),
            caseload::domain::record::Kind::Medication => $f::<caseload::domain::chart::Medication>($($arg),*),
            caseload::domain::record::Kind::Diagnosis => $f::<caseload::domain::chart::Diagnosis>($($arg),*),
            caseload::domain::record::Kind::Allergy => $f::<caseload::domain::chart::Allergy>($($arg),*),
            caseload::domain::record::Kind::AccessCode => $f::<caseload::domain::chart::AccessCode>($($arg),*),
            caseload::domain::record::Kind::ImportSource => $f::<caseload::domain::import_source::ImportSource>($($arg),*),
            caseload::domain::record::Kind::Policy => $f::<caseload::domain::policy::Policy>($($arg),*),
            caseload::domain::record::Kind::ColumnMap => $f::<caseload::domain::import_source::ColumnMap>($($arg),*),
            caseload::domain::record::Kind::Task => $f::<caseload::domain::task::Task>($($arg),*),
            caseload::domain::record::Kind::Review => $f::<caseload::domain::review::Review>($($arg),*),
            caseload::domain::record::Kind::Emergency => $f::<caseload::domain::reach::Emergency>($($arg),*),
            caseload::domain::record::Kind::Reach => $f::<caseload::domain::reach::Reach>($($arg),*),
            caseload::domain::record::Kind::CallOut => $f::<caseload::domain::coverage::CallOut>($($arg),*),
            caseload::domain::record::Kind::Offer => $f::<caseload::domain::coverage::Offer>($($arg),*),
            caseload::domain::record::Kind::Pairing => $f::<caseload::domain::coverage::Pairing>($($arg),*),
            caseload::domain::record::Kind::TimeOff => $f::<caseload::domain::coverage::TimeOff>($($arg),*),
            caseload::domain::record::Kind::Safety => $f::<caseload::domain::coverage::Safety>($($arg),*),
            caseload::domain::record::Kind::Series => $f::<caseload::domain::series::Series>($($arg),*),
            caseload::domain::record::Kind::FrequencyOrder => $f::<caseload::domain::order::FrequencyOrder>($($arg),*),
            caseload::domain::record::Kind::Hold => $f::<caseload::domain::hold::Hold>($($arg),*),
            caseload::domain::record::Kind::Appointment => $f::<caseload::domain::appointment::Appointment>($($arg),*),
            caseload::domain::record::Kind::Authorization => $f::<caseload::domain::authorization::Authorization>($($arg),*),
            caseload::domain::record::Kind::Position => $f::<caseload::domain::travel::Position>($($arg),*),
            caseload::domain::record::Kind::KnownWay => $f::<caseload::domain::travel::KnownWay>($($arg),*),
            caseload::domain::record::Kind::Clocking => $f::<caseload::domain::evv::Clocking>($($arg),*),
            caseload::domain::record::Kind::Storm => $f::<caseload::domain::storm::Storm>($($arg),*),
            caseload::domain::record::Kind::CallDown => $f::<caseload::domain::storm::CallDown>($($arg),*),
        }
    };
}
