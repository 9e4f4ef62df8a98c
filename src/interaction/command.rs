//! What can be done.

use serde::{Deserialize, Serialize};

use super::{About, Attendant, Channel, Direction, Mark, Phase, Visibility};
use crate::kernel::{CaseId, Code, CustomerId, InteractionId, Personal};

/// Records a message that was sent or received: an e-mail, a post, a line of a chat, a note.
///
/// Answers with its [`InteractionId`]. A customer records their own inbound public messages; everything
/// else takes the leave to handle interactions.
///
/// # Errors
/// [`NoChannel`](super::Refusal::NoChannel), [`NoteIsInternal`](super::Refusal::NoteIsInternal),
/// [`TooLong`](super::Refusal::TooLong), [`CaseOfAnother`](super::Refusal::CaseOfAnother).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RecordMessage {
    /// With or about whom.
    pub customer: CustomerId,
    /// The case it belongs to.
    #[serde(default)]
    pub case: Option<CaseId>,
    /// Over what; only internal messages may have none.
    #[serde(default)]
    pub channel: Option<Channel>,
    /// From whom to whom.
    pub direction: Direction,
    /// Who may read it.
    pub visibility: Visibility,
    /// How far along the customer is.
    #[serde(default)]
    pub phase: Phase,
    /// The heading, such as the subject of an e-mail.
    #[serde(default)]
    pub subject: Option<Personal<String>>,
    /// The text; nothing is kept of an empty one.
    pub text: Personal<String>,
    /// Whether the customer waits for an answer; "thank you" does not ask.
    pub asks: bool,
    /// The team it is for, or that it comes from.
    #[serde(default)]
    pub team: Option<Code>,
    /// What it is about.
    #[serde(default)]
    pub about: About,
    /// Why measures leave it out; a case is then not told of it either.
    #[serde(default)]
    pub mark: Option<Mark>,
}

impl RecordMessage {
    fn new(
        customer: CustomerId,
        channel: Option<Channel>,
        direction: Direction,
        text: String,
    ) -> Self {
        Self {
            customer,
            case: None,
            channel,
            direction,
            visibility: match direction {
                Direction::Inbound | Direction::Outbound => Visibility::Public,
                Direction::Internal => Visibility::Internal,
            },
            phase: Phase::default(),
            subject: None,
            text: Personal::new(text),
            asks: direction == Direction::Inbound,
            team: None,
            about: About::default(),
            mark: None,
        }
    }

    /// A message of the customer's, who waits for an answer.
    #[must_use]
    pub fn from_customer(customer: CustomerId, channel: Channel, text: impl Into<String>) -> Self {
        Self::new(customer, Some(channel), Direction::Inbound, text.into())
    }

    /// A message to the customer.
    #[must_use]
    pub fn reply(customer: CustomerId, channel: Channel, text: impl Into<String>) -> Self {
        Self::new(customer, Some(channel), Direction::Outbound, text.into())
    }

    /// A note about the customer, for those who serve them.
    #[must_use]
    pub fn note(customer: CustomerId, text: impl Into<String>) -> Self {
        Self::new(customer, None, Direction::Internal, text.into())
    }

    /// As part of a case.
    #[must_use]
    pub const fn with_case(mut self, case: CaseId) -> Self {
        self.case = Some(case);
        self
    }

    /// With the customer this far along.
    #[must_use]
    pub const fn with_phase(mut self, phase: Phase) -> Self {
        self.phase = phase;
        self
    }

    /// With a heading.
    #[must_use]
    pub fn with_subject(mut self, subject: impl Into<String>) -> Self {
        self.subject = Some(Personal::new(subject.into()));
        self
    }

    /// About this.
    #[must_use]
    pub fn with_about(mut self, about: About) -> Self {
        self.about = about;
        self
    }

    /// The customer does not wait for an answer.
    #[must_use]
    pub const fn not_asking(mut self) -> Self {
        self.asks = false;
        self
    }
}

/// Begins a live contact: a call, a chat, a visit, a remote session. It waits until it is answered.
///
/// Answers with its [`InteractionId`]. A customer starts their own inbound public contacts; everything else
/// takes the leave to handle interactions.
///
/// # Errors
/// [`NoteIsInternal`](super::Refusal::NoteIsInternal), [`CaseOfAnother`](super::Refusal::CaseOfAnother).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct StartContact {
    /// With whom.
    pub customer: CustomerId,
    /// The case it belongs to.
    #[serde(default)]
    pub case: Option<CaseId>,
    /// Over what.
    pub channel: Channel,
    /// From whom to whom.
    pub direction: Direction,
    /// Who may read it.
    pub visibility: Visibility,
    /// How far along the customer is.
    #[serde(default)]
    pub phase: Phase,
    /// Whether the customer waits for an answer.
    pub asks: bool,
    /// The team it waits for.
    #[serde(default)]
    pub team: Option<Code>,
    /// Who attends to it from the first moment, when it need not wait.
    #[serde(default)]
    pub answered_by: Option<Attendant>,
    /// What it is about.
    #[serde(default)]
    pub about: About,
    /// Why measures leave it out; a case is then not told of it either.
    #[serde(default)]
    pub mark: Option<Mark>,
}

impl StartContact {
    const fn new(customer: CustomerId, channel: Channel, direction: Direction) -> Self {
        Self {
            customer,
            case: None,
            channel,
            direction,
            visibility: Visibility::Public,
            phase: Phase::AfterSale,
            asks: matches!(direction, Direction::Inbound),
            team: None,
            answered_by: None,
            about: About {
                purpose: None,
                topic: None,
                product: None,
            },
            mark: None,
        }
    }

    /// The customer calls, writes into a chat, comes to the desk.
    #[must_use]
    pub const fn from_customer(customer: CustomerId, channel: Channel) -> Self {
        Self::new(customer, channel, Direction::Inbound)
    }

    /// The customer is called or visited.
    #[must_use]
    pub const fn to_customer(customer: CustomerId, channel: Channel) -> Self {
        Self::new(customer, channel, Direction::Outbound)
    }

    /// As part of a case.
    #[must_use]
    pub const fn with_case(mut self, case: CaseId) -> Self {
        self.case = Some(case);
        self
    }

    /// With the customer this far along.
    #[must_use]
    pub const fn with_phase(mut self, phase: Phase) -> Self {
        self.phase = phase;
        self
    }

    /// Waiting for this team.
    #[must_use]
    pub fn with_team(mut self, team: Code) -> Self {
        self.team = Some(team);
        self
    }

    /// About this.
    #[must_use]
    pub fn with_about(mut self, about: About) -> Self {
        self.about = about;
        self
    }

    /// Attended to from the first moment.
    #[must_use]
    pub fn answered_by(mut self, attendant: Attendant) -> Self {
        self.answered_by = Some(attendant);
        self
    }
}

/// Attends to a waiting contact; for a call to the customer: the customer picked up.
///
/// # Errors
/// [`NotPossible`](super::Refusal::NotPossible), [`NobodyNamed`](super::Refusal::NobodyNamed).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AnswerContact {
    /// Which contact.
    pub interaction: InteractionId,
    /// Who attends to it; otherwise the asking member of staff or bot, or, when the system asks, the one
    /// who started it.
    #[serde(default)]
    pub by: Option<Attendant>,
    /// Of which team, when it is another than the one the contact waits for.
    #[serde(default)]
    pub team: Option<Code>,
}

impl AnswerContact {
    /// Attended to by the one who asks.
    #[must_use]
    pub const fn new(interaction: InteractionId) -> Self {
        Self {
            interaction,
            by: None,
            team: None,
        }
    }
}

/// Asks the customer to hold.
///
/// # Errors
/// [`NotPossible`](super::Refusal::NotPossible).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct HoldContact {
    /// Which contact.
    pub interaction: InteractionId,
}

/// Goes on after a hold.
///
/// # Errors
/// [`NotPossible`](super::Refusal::NotPossible).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ResumeContact {
    /// Which contact.
    pub interaction: InteractionId,
}

/// Passes a contact to a team, where it waits until it is answered. When somebody there takes it at once,
/// answer it in the same moment.
///
/// # Errors
/// [`NotPossible`](super::Refusal::NotPossible).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TransferContact {
    /// Which contact.
    pub interaction: InteractionId,
    /// To which team; its own when it goes back into the queue.
    pub to: Code,
}

/// Ends a contact that somebody attends to.
///
/// # Errors
/// [`NotPossible`](super::Refusal::NotPossible), [`TooLong`](super::Refusal::TooLong).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct EndContact {
    /// Which contact.
    pub interaction: InteractionId,
    /// With which result.
    #[serde(default)]
    pub outcome: Option<Code>,
    /// What was said: a transcript or a summary. It replaces what was written before, and who may read the
    /// contact may read it; write a note for what is not meant for the customer.
    #[serde(default)]
    pub text: Option<Personal<String>>,
}

impl EndContact {
    /// Without a result or words.
    #[must_use]
    pub const fn new(interaction: InteractionId) -> Self {
        Self {
            interaction,
            outcome: None,
            text: None,
        }
    }

    /// With this result.
    #[must_use]
    pub fn with_outcome(mut self, outcome: Code) -> Self {
        self.outcome = Some(outcome);
        self
    }

    /// With what was said.
    #[must_use]
    pub fn with_text(mut self, text: impl Into<String>) -> Self {
        self.text = Some(Personal::new(text.into()));
        self
    }
}

/// The customer leaves a contact to which nobody attends yet, or was not reached by a call. A customer may
/// leave their own.
///
/// # Errors
/// [`NotPossible`](super::Refusal::NotPossible).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AbandonContact {
    /// Which contact.
    pub interaction: InteractionId,
    /// Why, if it is known, such as `no_answer` or `call_back_promised`.
    #[serde(default)]
    pub reason: Option<Code>,
}

/// Makes an interaction part of a case, which hears what was said in it. A reply that was over before the case was opened, or
/// before the question that waits, keeps no promise about it. Nothing happens when it is part
/// of it already.
///
/// # Errors
/// [`HasCase`](super::Refusal::HasCase), [`CaseOfAnother`](super::Refusal::CaseOfAnother).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct JoinCase {
    /// Which interaction.
    pub interaction: InteractionId,
    /// Which case.
    pub case: CaseId,
}

/// Sets what an interaction is about.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClassifyInteraction {
    /// Which interaction.
    pub interaction: InteractionId,
    /// How far along the customer is, when that is to change.
    #[serde(default)]
    pub phase: Option<Phase>,
    /// What it is about.
    pub about: About,
}

/// Has measures leave an interaction out, or count it again. A case that was not told of it because it was marked, hears of it
/// when the mark is taken away.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MarkInteraction {
    /// Which interaction.
    pub interaction: InteractionId,
    /// Why they leave it out; `None` to count it.
    #[serde(default)]
    pub mark: Option<Mark>,
}

/// Writes down what was said, or writes it anew, as with a card number made unreadable. Nothing is kept of
/// the words before.
///
/// # Errors
/// [`TooLong`](super::Refusal::TooLong), [`NoContent`](super::Refusal::NoContent) when nothing is to be
/// written.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CorrectContent {
    /// Of which interaction.
    pub interaction: InteractionId,
    /// The heading.
    #[serde(default)]
    pub subject: Option<Personal<String>>,
    /// The text.
    pub text: Personal<String>,
}

impl CorrectContent {
    /// This text, without a heading.
    #[must_use]
    pub fn new(interaction: InteractionId, text: impl Into<String>) -> Self {
        Self {
            interaction,
            subject: None,
            text: Personal::new(text.into()),
        }
    }
}

/// Erases what was said in an interaction; that it took place stays known.
///
/// # Errors
/// [`NoContent`](super::Refusal::NoContent).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RedactContent {
    /// Of which interaction.
    pub interaction: InteractionId,
    /// Why, as the journal keeps it.
    #[serde(default)]
    pub reason: Option<Code>,
}
