//! What can be done with cases.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::event::{LinkKind, Severity};
use super::handover::Packet;
use crate::interaction::Channel;
use crate::kernel::{CaseId, Code, CustomerId, InteractionId, OrderId, Personal, StaffId};
use crate::sla::{Basis, Speaker};

/// Opens a case. Answers with its id.
///
/// Some parts take a leave of their own, which customers do not have: priority, contract and another
/// system's number that to triage cases, the team that to transfer them, a severity above
/// [`Minor`](Severity::Minor) that to handle them. A customer may say that it is a complaint; how bad it is,
/// staff finds out ([`MakeComplaint`]).
///
/// # Errors
/// [`UnknownPriority`](super::Refusal::UnknownPriority);
/// [`OrderOfAnother`](super::Refusal::OrderOfAnother);
/// [`CaseOfAnother`](crate::interaction::Refusal::CaseOfAnother) and
/// [`HasCase`](crate::interaction::Refusal::HasCase) for the interaction;
/// [`Denied`](crate::work::Refusal::Denied) for a part without its leave.
///
/// ```
/// # use aftercare::{case::OpenCase, code, interaction::Channel, kernel::CustomerId};
/// # let customer = CustomerId::from_u128(1);
/// let open = OpenCase::new(customer, Channel::Phone, "The parcel has not come")
///     .with_topic(code!("delivery"))
///     .with_team(code!("support"));
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct OpenCase {
    /// For whom.
    pub customer: CustomerId,
    /// Over what it came in.
    #[serde(default)]
    pub channel: Option<Channel>,
    /// What it is about, in the words of whoever opens it.
    #[serde(default)]
    pub subject: Option<Personal<String>>,
    /// Who began it: the customer, unless staff opens it on its own account. A customer who opens a case
    /// always began it.
    pub begun_by: Speaker,
    /// Whether the customer got a message with the opening; asked only when staff began it.
    #[serde(default)]
    pub with_message: bool,
    /// The priority; the rulebook's default when absent.
    #[serde(default)]
    pub priority: Option<Code>,
    /// What the matter is about.
    #[serde(default)]
    pub topic: Option<Code>,
    /// The product it is about.
    #[serde(default)]
    pub product: Option<Code>,
    /// The contract it falls under.
    #[serde(default)]
    pub contract: Option<Code>,
    /// The team that gets it.
    #[serde(default)]
    pub team: Option<Code>,
    /// Another system's number for it.
    #[serde(default)]
    pub reference: Option<Code>,
    /// The customer's order that it is about. Its number is put on file as the fact `order`, so that nobody asks for it.
    #[serde(default)]
    pub about: Option<OrderId>,
    /// The interaction it comes from, which joins it.
    #[serde(default)]
    pub interaction: Option<InteractionId>,
    /// How bad it is, when it is a complaint.
    #[serde(default)]
    pub complaint: Option<Severity>,
}

impl OpenCase {
    /// A case that the customer began, with a subject.
    pub fn new(customer: CustomerId, channel: Channel, subject: impl Into<String>) -> Self {
        Self {
            subject: Some(Personal::new(subject.into())),
            channel: Some(channel),
            ..Self::bare(customer)
        }
    }

    /// A case that the customer began, about which nothing else is known.
    #[must_use]
    pub const fn bare(customer: CustomerId) -> Self {
        Self {
            customer,
            channel: None,
            subject: None,
            begun_by: Speaker::Customer,
            with_message: false,
            priority: None,
            topic: None,
            product: None,
            contract: None,
            team: None,
            reference: None,
            about: None,
            interaction: None,
            complaint: None,
        }
    }

    /// With this priority.
    #[must_use]
    pub fn with_priority(mut self, priority: Code) -> Self {
        self.priority = Some(priority);
        self
    }

    /// On this topic.
    #[must_use]
    pub fn with_topic(mut self, topic: Code) -> Self {
        self.topic = Some(topic);
        self
    }

    /// About this product.
    #[must_use]
    pub fn with_product(mut self, product: Code) -> Self {
        self.product = Some(product);
        self
    }

    /// Under this contract.
    #[must_use]
    pub fn with_contract(mut self, contract: Code) -> Self {
        self.contract = Some(contract);
        self
    }

    /// For this team.
    #[must_use]
    pub fn with_team(mut self, team: Code) -> Self {
        self.team = Some(team);
        self
    }

    /// Under another system's number.
    #[must_use]
    pub fn with_reference(mut self, reference: Code) -> Self {
        self.reference = Some(reference);
        self
    }

    /// About this order.
    #[must_use]
    pub const fn about(mut self, order: OrderId) -> Self {
        self.about = Some(order);
        self
    }

    /// From this interaction, which joins it.
    #[must_use]
    pub const fn with_interaction(mut self, interaction: InteractionId) -> Self {
        self.interaction = Some(interaction);
        self
    }

    /// As a complaint.
    #[must_use]
    pub const fn as_complaint(mut self, severity: Severity) -> Self {
        self.complaint = Some(severity);
        self
    }
}

/// Gives a case another status. Out of solved or closed this is a reopening. Nothing happens when it has
/// the status already, unless the table lets that status follow itself.
///
/// # Errors
/// [`UnknownStatus`](super::Refusal::UnknownStatus), [`IllegalMove`](super::Refusal::IllegalMove) with the
/// statuses it may go to, [`AlreadyClosed`](super::Refusal::AlreadyClosed) when it was called off.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct MoveCase {
    /// Which case.
    pub case: CaseId,
    /// To which status.
    pub to: Code,
}

impl MoveCase {
    /// To this status.
    #[must_use]
    pub const fn new(case: CaseId, to: Code) -> Self {
        Self { case, to }
    }
}

/// Gives a case to a member of staff, or to nobody.
///
/// # Errors
/// [`AlreadyClosed`](super::Refusal::AlreadyClosed).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct AssignCase {
    /// Which case.
    pub case: CaseId,
    /// To whom.
    pub to: Option<StaffId>,
}

impl AssignCase {
    /// To this member of staff.
    #[must_use]
    pub const fn to(case: CaseId, staff: StaffId) -> Self {
        Self {
            case,
            to: Some(staff),
        }
    }
}

/// Gives a case that no team has to a team. From one team to another it is [`TransferCase`].
///
/// # Errors
/// [`HasTeam`](super::Refusal::HasTeam), [`AlreadyClosed`](super::Refusal::AlreadyClosed).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RouteCase {
    /// Which case.
    pub case: CaseId,
    /// To which team.
    pub to: Code,
}

/// Hands a case from its team to another, with what the other needs to know. No member of staff has it then.
///
/// # Errors
/// [`NoTeam`](super::Refusal::NoTeam), [`SameTeam`](super::Refusal::SameTeam),
/// [`OwnerPinned`](super::Refusal::OwnerPinned),
/// [`HandOverIncomplete`](super::Refusal::HandOverIncomplete) with what is missing,
/// [`AlreadyClosed`](super::Refusal::AlreadyClosed).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TransferCase {
    /// Which case.
    pub case: CaseId,
    /// To which team.
    pub to: Code,
    /// What goes along.
    #[serde(default)]
    pub packet: Packet,
}

impl TransferCase {
    /// To this team, with what it needs to know.
    #[must_use]
    pub const fn new(case: CaseId, to: Code, packet: Packet) -> Self {
        Self { case, to, packet }
    }
}

/// Lets a case be transferred again whose owner was pinned.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct UnpinOwner {
    /// Which case.
    pub case: CaseId,
    /// Why.
    pub reason: Code,
}

/// Changes the priority of a case; the policies that then apply take over its clocks.
///
/// # Errors
/// [`UnknownPriority`](super::Refusal::UnknownPriority),
/// [`AlreadyClosed`](super::Refusal::AlreadyClosed).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PrioritiseCase {
    /// Which case.
    pub case: CaseId,
    /// To which priority.
    pub to: Code,
    /// Whether targets count from the origin, as is usual, or from the change.
    #[serde(default)]
    pub basis: Basis,
}

/// Changes what a case is about, as a whole; the policies that then apply take over its clocks.
///
/// # Errors
/// [`AlreadyClosed`](super::Refusal::AlreadyClosed).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ClassifyCase {
    /// Which case.
    pub case: CaseId,
    /// The topic.
    #[serde(default)]
    pub topic: Option<Code>,
    /// The product.
    #[serde(default)]
    pub product: Option<Code>,
    /// The contract.
    #[serde(default)]
    pub contract: Option<Code>,
    /// Whether targets count from the origin, as is usual, or from the change.
    #[serde(default)]
    pub basis: Basis,
}

/// Says which order of the customer a case is about. Its number is put on file as the fact `order`, so that nobody asks
/// for it.
///
/// # Errors
/// [`OrderOfAnother`](super::Refusal::OrderOfAnother), [`AlreadyClosed`](super::Refusal::AlreadyClosed).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ReferCase {
    /// Which case.
    pub case: CaseId,
    /// Which order; none takes it away.
    #[serde(default)]
    pub about: Option<OrderId>,
}

/// Applies the policies and calendars of today's rulebook to a case that was opened under older ones.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ReapplyPolicies {
    /// Which case.
    pub case: CaseId,
    /// Whether targets count from the origin, as is usual, or from the change.
    #[serde(default)]
    pub basis: Basis,
}

/// Records that the customer is asked for a fact. Answers whether it was on file already.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct AskForFact {
    /// For which case.
    pub case: CaseId,
    /// For which fact, such as `serial_number`.
    pub fact: Code,
}

impl AskForFact {
    /// This fact, for this case.
    #[must_use]
    pub const fn new(case: CaseId, fact: Code) -> Self {
        Self { case, fact }
    }
}

/// Puts a fact on the file of a case.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RecordFact {
    /// Of which case.
    pub case: CaseId,
    /// Which fact, such as `serial_number`.
    pub fact: Code,
    /// What is known.
    pub value: Personal<String>,
    /// Where it comes from, such as `customer`, `invoice`.
    pub source: Code,
}

impl RecordFact {
    /// A fact as the customer stated it.
    #[must_use]
    pub fn from_customer(case: CaseId, fact: Code, value: impl Into<String>) -> Self {
        Self {
            case,
            fact,
            value: Personal::new(value.into()),
            source: Code::known("customer"),
        }
    }
}

/// Links two cases, on both sides.
///
/// # Errors
/// [`Itself`](super::Refusal::Itself), [`SameLink`](super::Refusal::SameLink),
/// [`Merged`](super::Refusal::Merged).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct LinkCases {
    /// The case that says how.
    pub case: CaseId,
    /// How it has to do with the other.
    pub kind: LinkKind,
    /// The other.
    pub to: CaseId,
}

/// Cuts a link, on both sides.
///
/// # Errors
/// [`SameLink`](super::Refusal::SameLink) when it is not there, [`Merged`](super::Refusal::Merged).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct UnlinkCases {
    /// The case that said how.
    pub case: CaseId,
    /// How it had to do with the other.
    pub kind: LinkKind,
    /// The other.
    pub to: CaseId,
}

/// Lets one case go on for another of the same customer. Both histories stay; the clocks of the one that
/// ends, end as merged. What was on its file is known of the other too. A complaint goes on as far as it has come, so that it is
/// still decided, or appealed against; of two, the one that is undecided, and of two undecided ones the worse.
///
/// # Errors
/// [`Itself`](super::Refusal::Itself), [`OtherCustomer`](super::Refusal::OtherCustomer),
/// [`Merged`](super::Refusal::Merged), [`AlreadyClosed`](super::Refusal::AlreadyClosed).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct MergeCases {
    /// The case that goes on.
    pub survivor: CaseId,
    /// The case that ends.
    pub merged: CaseId,
}

impl MergeCases {
    /// This one goes on for that one.
    #[must_use]
    pub const fn new(survivor: CaseId, merged: CaseId) -> Self {
        Self { survivor, merged }
    }
}

/// Cuts a second matter out of a case into one of its own. Answers with the new case's id.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SplitCase {
    /// From which case.
    pub case: CaseId,
    /// What the new one is about, in words.
    #[serde(default)]
    pub subject: Option<Personal<String>>,
    /// What the new one is about; that of the old one when absent.
    #[serde(default)]
    pub topic: Option<Code>,
    /// The team that gets the new one; that of the old one when absent.
    #[serde(default)]
    pub team: Option<Code>,
}

/// Opens a solved case again; a customer may do so as long as an answer would.
///
/// # Errors
/// [`StillOpen`](super::Refusal::StillOpen), [`AlreadyClosed`](super::Refusal::AlreadyClosed).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ReopenCase {
    /// Which case.
    pub case: CaseId,
    /// Why, such as `not_fixed`.
    pub reason: Code,
}

impl ReopenCase {
    /// For this reason.
    #[must_use]
    pub const fn new(case: CaseId, reason: Code) -> Self {
        Self { case, reason }
    }
}

/// Calls a case off: opened by mistake, spam, withdrawn. Its clocks end, and it does not go on.
///
/// # Errors
/// [`AlreadyClosed`](super::Refusal::AlreadyClosed).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CallOffCase {
    /// Which case.
    pub case: CaseId,
    /// Why.
    pub reason: Code,
}

impl CallOffCase {
    /// For this reason.
    #[must_use]
    pub const fn new(case: CaseId, reason: Code) -> Self {
        Self { case, reason }
    }
}

/// Makes a case a complaint, or says anew how bad it is. What policies promise for complaints
/// ([`Aspect::Complaint`](crate::sla::Aspect::Complaint)) counts from then on.
///
/// # Errors
/// [`AlreadyClosed`](super::Refusal::AlreadyClosed).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct MakeComplaint {
    /// Which case.
    pub case: CaseId,
    /// How bad it is.
    pub severity: Severity,
}

/// Tells the customer that the complaint was received. Nothing happens when they were told before.
///
/// # Errors
/// [`NotAComplaint`](super::Refusal::NotAComplaint), [`AlreadyClosed`](super::Refusal::AlreadyClosed).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct AcknowledgeComplaint {
    /// Which case.
    pub case: CaseId,
}

/// Decides a complaint, or an appeal, and tells the customer; one who was not told that it was received
/// knows it by this.
///
/// # Errors
/// [`NotAComplaint`](super::Refusal::NotAComplaint), [`ComplaintStep`](super::Refusal::ComplaintStep) when it
/// is decided, [`AlreadyClosed`](super::Refusal::AlreadyClosed).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct DecideComplaint {
    /// Which case.
    pub case: CaseId,
    /// How, such as `upheld`, `partly_upheld`, `rejected`.
    pub decision: Code,
    /// What is done about it.
    #[serde(default)]
    pub remedy: Option<Code>,
}

/// Appeals against the decision of a complaint: the customer, or staff for them. A case that is over is
/// opened again, however long ago that was.
///
/// # Errors
/// [`NotAComplaint`](super::Refusal::NotAComplaint), [`ComplaintStep`](super::Refusal::ComplaintStep) when
/// nothing is decided, or when it was appealed against already.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct AppealComplaint {
    /// Which case.
    pub case: CaseId,
    /// Why, as a word of the business.
    pub reason: Code,
}

/// What a case looks like at an instant: the case, its file, and what every clock shows and why.
///
/// The case is shown as it stands now; only the clocks go by the instant, which should not lie before the last
/// change. A customer is shown neither the file nor the policies.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ViewCase {
    /// Which case.
    pub case: CaseId,
    /// At which instant, UTC.
    pub at: DateTime<Utc>,
}

impl ViewCase {
    /// At this instant.
    #[must_use]
    pub const fn new(case: CaseId, at: DateTime<Utc>) -> Self {
        Self { case, at }
    }
}

/// The open cases of a team or a member of staff, the oldest first. A customer is told of none; theirs are
/// on their timeline.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct OpenCases {
    /// Whose.
    pub of: Queue,
    /// Behind which one: the end of the page before.
    #[serde(default)]
    pub after: Option<(i64, CaseId)>,
    /// How many at most.
    pub limit: u32,
}

/// A list of open cases.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Queue {
    /// A team's.
    Team(Code),
    /// A member of staff's.
    Assignee(StaffId),
}

/// Finds a case by another system's number.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct FindCase {
    /// The number.
    pub reference: Code,
}
