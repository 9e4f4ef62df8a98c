//! What everything else stands on: ids, context, money, text, personal data, refusals.
//!
//! | to say | use |
//! |---|---|
//! | when, for which request and by whom | [`Context`], [`Requests`], [`Actor`] |
//! | which one | [`Id`] and its names: [`CustomerId`], [`CaseId`] and others |
//! | a word of the business | [`Code`], [`code!`](crate::code) |
//! | something about a person | [`Personal`] |
//! | who may do what | [`Permission`], [`AccessSpec`] |
//! | an amount | [`Money`], [`BasisPoints`] |
//! | everything that is wrong with a configuration | [`Problems`] |

mod access;
mod code;
mod context;
mod digest;
mod effect;
mod few;
mod id;
mod money;
mod personal;
mod refusal;
mod text;
mod turkish;

pub use access::{Access, AccessSpec, Permission};
pub use code::{Code, NotACode};
pub use context::{Actor, By, Context, Requests, Stamp};
pub use digest::{Digest, SecretKey};
pub use effect::Effect;
pub use few::Few;
pub use id::{
    AccountId, AgendaId, CaseId, ClaimId, ContactPointId, ContentId, CustomerId, DossierId, HoldId,
    Id, InteractionId, LeaseId, MessageId, MovementId, OccurrenceId, OrderId, PlanId, ProductId,
    ProfileId, ReadingId, RequestId, RespondentId, ReturnId, StaffId, SurveyId, TallyId,
    TechnicianId, UnitId, VisitId, WarrantyClaimId, WarrantyId, names,
};
pub use money::{BasisPoints, Currency, Money, MoneyRefusal, Rounding};
pub use personal::Personal;
pub use refusal::{Problem, Problems};
pub use text::{
    CallingCode, EmailRefusal, Language, LanguageRefusal, PhoneRefusal, lower, match_key,
    normalise_email, normalise_phone, search_key, upper,
};
pub use turkish::{TurkishCase, turkish_suffix};
