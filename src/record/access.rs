//! The leave it takes to read a record or an index.

use super::index::Index;
use super::kind::Kind;
use crate::kernel::Permission;

impl Kind {
    /// The leave it takes to read a record of this kind.
    #[must_use]
    pub const fn read_permission(self) -> Permission {
        match self {
            Self::Customer => Permission::CUSTOMER_READ,
            Self::Profile => Permission::CUSTOMER_READ_PROFILE,
            Self::Interaction | Self::Content => Permission::INTERACTION_READ,
            Self::Case | Self::Dossier => Permission::CASE_READ,
            Self::Entry => Permission::JOURNAL_READ,
            Self::Message => Permission::MESSAGE_READ,
            Self::Product => Permission::PRODUCT_READ,
            Self::Unit | Self::Reading => Permission::UNIT_READ,
            Self::Order | Self::Return => Permission::ORDER_READ,
            Self::Account | Self::Movement => Permission::LOYALTY_READ,
            Self::Claim | Self::Lease | Self::Tally | Self::Respondent => Permission::SYSTEM_WORK,
            Self::Plan | Self::Occurrence | Self::Visit => Permission::SERVICE_READ,
            Self::Technician | Self::Agenda => Permission::SERVICE_ROSTER_READ,
            Self::Warranty | Self::WarrantyClaim => Permission::WARRANTY_READ,
            Self::Survey => Permission::SURVEY_READ,
        }
    }
}

impl Index {
    /// The leave it takes to read this index.
    #[must_use]
    pub const fn read_permission(self) -> Permission {
        match self {
            Self::Journal | Self::JournalBySubject | Self::JournalByCustomer => {
                Permission::JOURNAL_READ
            }
            Self::Feed => Permission::JOURNAL_FOLLOW,
            Self::Due | Self::Outbox => Permission::SYSTEM_WORK,
            Self::OutboxByRecipient | Self::MessagesByCustomer => Permission::MESSAGE_READ,
            Self::Timeline
            | Self::PublicTimeline
            | Self::Conversation
            | Self::PublicConversation => Permission::INTERACTION_READ,
            Self::Personal => Permission::CUSTOMER_EXPORT,
            Self::Name | Self::Contact => Permission::CUSTOMER_MATCH,
            Self::CasesByCustomer
            | Self::CasesByTeam
            | Self::CasesByAssignee
            | Self::CasesByReference => Permission::CASE_READ,
            Self::CustomersByTag => Permission::CUSTOMER_READ,
            Self::ProductsByCategory => Permission::PRODUCT_READ,
            Self::PlansByCustomer
            | Self::PlansByUnit
            | Self::OccurrencesByPlan
            | Self::OpenOccurrences
            | Self::OccurrencesByCustomer
            | Self::VisitsByCustomer
            | Self::VisitsByUnit => Permission::SERVICE_READ,
            Self::VisitsByTechnician
            | Self::Technicians
            | Self::OverdueOccurrences
            | Self::VisitsToBook
            | Self::OpenVisits => Permission::SERVICE_ROSTER_READ,
            Self::UnitsByCustomer | Self::UnitsByProduct | Self::ReadingsByMeter => {
                Permission::UNIT_READ
            }
            Self::AccountsByCustomer => Permission::LOYALTY_READ,
            Self::AccountsByProgramme => Permission::LOYALTY_REPORT,
            Self::OrdersByCustomer
            | Self::OrdersByTracking
            | Self::ReturnsByOrder
            | Self::ReturnsByCustomer => Permission::ORDER_READ,
            Self::OverdueOrders => Permission::ORDER_HANDLE,
            Self::ClaimsByUnit | Self::ClaimsByCustomer => Permission::WARRANTY_READ,
            Self::ClaimsToReview | Self::ClaimsBySerial => Permission::WARRANTY_REVIEW,
            Self::OpenClaims => Permission::WARRANTY_HANDLE,
            Self::SurveysByCustomer | Self::SurveysBySubject => Permission::SURVEY_READ,
            Self::FollowUpsByTeam => Permission::SURVEY_FOLLOW_UP,
        }
    }

    /// Whether its scopes are customers, so that a customer may read their own.
    #[must_use]
    pub const fn is_of_customer(self) -> bool {
        match self {
            Self::JournalByCustomer
            | Self::PublicTimeline
            | Self::Personal
            | Self::CasesByCustomer
            | Self::MessagesByCustomer
            | Self::UnitsByCustomer
            | Self::OrdersByCustomer
            | Self::AccountsByCustomer
            | Self::ReturnsByCustomer
            | Self::PlansByCustomer
            | Self::OccurrencesByCustomer
            | Self::VisitsByCustomer
            | Self::ClaimsByCustomer
            | Self::SurveysByCustomer => true,
            Self::Journal
            | Self::JournalBySubject
            | Self::Feed
            | Self::Due
            | Self::Outbox
            | Self::OutboxByRecipient
            | Self::Name
            | Self::Contact
            | Self::Timeline
            | Self::Conversation
            | Self::PublicConversation
            | Self::CasesByTeam
            | Self::CasesByAssignee
            | Self::CasesByReference
            | Self::CustomersByTag
            | Self::ProductsByCategory
            | Self::PlansByUnit
            | Self::OccurrencesByPlan
            | Self::OpenOccurrences
            | Self::VisitsByTechnician
            | Self::Technicians
            | Self::VisitsByUnit
            | Self::OverdueOccurrences
            | Self::VisitsToBook
            | Self::OpenVisits
            | Self::UnitsByProduct
            | Self::ReadingsByMeter
            | Self::OrdersByTracking
            | Self::OverdueOrders
            | Self::AccountsByProgramme
            | Self::ReturnsByOrder
            | Self::ClaimsByUnit
            | Self::ClaimsToReview
            | Self::ClaimsBySerial
            | Self::OpenClaims
            | Self::SurveysBySubject
            | Self::FollowUpsByTeam => false,
        }
    }
}
