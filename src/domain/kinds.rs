//! From a kind to its type: the one place that lists all bodies.

/// Calls a generic function with the body type of a kind: `by_kind!(kind, f::<_>(a, b))`.
macro_rules! by_kind {
    ($kind:expr, $($f:ident).+ ::<_>($($arg:expr),* $(,)?)) => {{
        use $crate::domain as d;
        match $kind {
            d::record::Kind::Agency => $($f).+::<d::agency::Agency>($($arg),*),
            d::record::Kind::Office => $($f).+::<d::agency::Office>($($arg),*),
            d::record::Kind::User => $($f).+::<d::user::User>($($arg),*),
            d::record::Kind::Client => $($f).+::<d::client::Client>($($arg),*),
            d::record::Kind::Contact => $($f).+::<d::contact::Contact>($($arg),*),
            d::record::Kind::Staff => $($f).+::<d::staff::Staff>($($arg),*),
            d::record::Kind::Membership => $($f).+::<d::staff::Membership>($($arg),*),
            d::record::Kind::Credential => $($f).+::<d::staff::Credential>($($arg),*),
            d::record::Kind::Visit => $($f).+::<d::visit::Visit>($($arg),*),
            d::record::Kind::Stay => $($f).+::<d::visit::Stay>($($arg),*),
            d::record::Kind::Issue => $($f).+::<d::issue::Issue>($($arg),*),
            d::record::Kind::IssueEvent => $($f).+::<d::issue::IssueEvent>($($arg),*),
            d::record::Kind::Reassessment => $($f).+::<d::reassessment::Reassessment>($($arg),*),
            d::record::Kind::CarePlan => $($f).+::<d::care_plan::CarePlan>($($arg),*),
            d::record::Kind::Communication => $($f).+::<d::communication::Communication>($($arg),*),
            d::record::Kind::Attention => $($f).+::<d::attention::Attention>($($arg),*),
            d::record::Kind::Medication => $($f).+::<d::chart::Medication>($($arg),*),
            d::record::Kind::Diagnosis => $($f).+::<d::chart::Diagnosis>($($arg),*),
            d::record::Kind::Allergy => $($f).+::<d::chart::Allergy>($($arg),*),
            d::record::Kind::AccessCode => $($f).+::<d::chart::AccessCode>($($arg),*),
            d::record::Kind::ImportSource => $($f).+::<d::import_source::ImportSource>($($arg),*),
            d::record::Kind::Policy => $($f).+::<d::policy::Policy>($($arg),*),
            d::record::Kind::ColumnMap => $($f).+::<d::import_source::ColumnMap>($($arg),*),
            d::record::Kind::Task => $($f).+::<d::task::Task>($($arg),*),
            d::record::Kind::Review => $($f).+::<d::review::Review>($($arg),*),
            d::record::Kind::Emergency => $($f).+::<d::reach::Emergency>($($arg),*),
            d::record::Kind::Reach => $($f).+::<d::reach::Reach>($($arg),*),
            d::record::Kind::CallOut => $($f).+::<d::coverage::CallOut>($($arg),*),
            d::record::Kind::Offer => $($f).+::<d::coverage::Offer>($($arg),*),
            d::record::Kind::Pairing => $($f).+::<d::coverage::Pairing>($($arg),*),
            d::record::Kind::TimeOff => $($f).+::<d::coverage::TimeOff>($($arg),*),
            d::record::Kind::Safety => $($f).+::<d::coverage::Safety>($($arg),*),
            d::record::Kind::Series => $($f).+::<d::series::Series>($($arg),*),
            d::record::Kind::FrequencyOrder => $($f).+::<d::order::FrequencyOrder>($($arg),*),
            d::record::Kind::Hold => $($f).+::<d::hold::Hold>($($arg),*),
            d::record::Kind::Appointment => $($f).+::<d::appointment::Appointment>($($arg),*),
            d::record::Kind::Authorization => $($f).+::<d::authorization::Authorization>($($arg),*),
            d::record::Kind::Position => $($f).+::<d::travel::Position>($($arg),*),
            d::record::Kind::KnownWay => $($f).+::<d::travel::KnownWay>($($arg),*),
            d::record::Kind::Clocking => $($f).+::<d::evv::Clocking>($($arg),*),
            d::record::Kind::Storm => $($f).+::<d::storm::Storm>($($arg),*),
            d::record::Kind::CallDown => $($f).+::<d::storm::CallDown>($($arg),*),
        }
    }};
}
pub(crate) use by_kind;
