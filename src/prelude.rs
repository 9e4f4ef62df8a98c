//! What a program that uses the library names most: the desk, contexts, ids, and every command and question.
//!
//! ```
//! use aftercare::prelude::*;
//!
//! let desk = Desk::new(MemoryStore::new(), Rulebook::standard(SecretKey::new([7; 16])));
//! let mut deniz = Requests::of(Actor::staff(StaffId::from_u128(1), code!("agent")), 1);
//! let nine = "2026-03-02T09:00:00+03:00".parse()?;
//! let ayse = desk.run(&deniz.at(nine), RegisterCustomer::named("Ayşe Yılmaz"))?;
//! # let _ = ayse;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

pub use crate::calendar::{
    Boundary, BusinessHours, BusinessHoursSpec, Holiday, Recurrence, Rule, Zone,
};
pub use crate::case::{
    AcknowledgeComplaint, AppealComplaint, AskForFact, AssignCase, CallOffCase, Case, ClassifyCase,
    DecideComplaint, FindCase, LinkCases, MakeComplaint, MergeCases, MoveCase, OpenCase, OpenCases,
    Packet, PrioritiseCase, Queue, ReapplyPolicies, RecordFact, ReferCase, ReopenCase, RouteCase,
    Severity, SplitCase, TransferCase, UnlinkCases, UnpinOwner, ViewCase,
};
pub use crate::code;
pub use crate::courier::{AsyncCourier, Courier, Envelope, Receipt, SendError};
pub use crate::customer::{
    AddContactPoint, AddNote, ContactKind, Customer, EraseCustomer, ExportCustomer, FindCustomers,
    FindDuplicates, GiveConsent, MergeCustomers, PreferChannel, ReadConsents, ReadCustomer,
    ReadNotes, ReadProfile, ReferCustomer, RegisterCustomer, RemoveContactPoint, SetSegments,
    SetTier, Tag, Untag, UpdateProfile, VerifyContactPoint, WithdrawConsent,
};
pub use crate::desk::{Desk, Error, Journal, Request};
pub use crate::interaction::{
    AbandonContact, AnswerContact, Attendant, Channel, ClassifyInteraction, CorrectContent,
    EndContact, HoldContact, Interaction, JoinCase, MarkInteraction, Phase, RecordMessage,
    RedactContent, ResumeContact, StartContact, TransferContact,
};
pub use crate::kernel::{
    Actor, By, CaseId, Code, Context, CustomerId, InteractionId, MessageId, Money, OccurrenceId,
    OrderId, Permission, Personal, PlanId, ProductId, ReadingId, RequestId, Requests, ReturnId,
    SecretKey, StaffId, SurveyId, UnitId, VisitId, WarrantyClaimId, WarrantyId,
};
pub use crate::loyalty::{
    AdjustPoints, Basket, BasketLine, CaptureHold, ClaimReward, EarnPoints, EarnRule,
    ExpiringPoints, Expiry, ExtendPoints, GiveBackPoints, HoldPoints, JoinPool, JoinProgramme,
    LeavePool, LetGoHold, Points, PointsHistory, PointsPolicy, ProgrammeSpec, QualifyBy,
    ReadLiability, ReadPoints, RedeemPoints, ReinstatePoints, ReleasePoints, Returned,
    ReverseEarning, SetMemberTier, SimulateBasket, Source, TierScheme, TransferPoints, Vesting,
    Window, Worth,
};
pub use crate::message::{BounceMessage, Message, ReviveMessage, WithdrawMessage};
pub use crate::order::{
    CancelOrder, CancelPieces, CancelReturn, ChangeOrder, CheckReturn, ConfirmOrder, DecideReturn,
    Discount, FindOrder, FindShipments, InspectReturn, Item, Milestone, MoveReturn, Order,
    OrdersOf, OverdueOrders, Pack, PayOut, PersonaliseOrder, PlaceOrder, PrepareShipment, Promise,
    PromiseOrder, ReceiveSurplus, Reception, RecordPayment, RefundKind, RefundReturn,
    RequestReturn, ReturnsOf, Shipping, TrackOrder, TrackShipment,
};
pub use crate::product::{
    CorrectReading, DefineProduct, FindProducts, FindUnit, InstallUnit, PlaceUnit, ReadReadings,
    RecordReading, RecordUnit, RegisterUnit, ReplaceMeter, RetireUnit, Serials, TakeBackUnit,
    TransferUnit, UnitsOf,
};
pub use crate::questions::{Conversation, Timeline, TimelineItem};
pub use crate::record::{Entry, Event, Share};
pub use crate::rulebook::{Reaction, Rulebook, RulebookSpec, Trigger};
pub use crate::service::{
    BeginVisit, BookVisit, CancelVisit, CompleteVisit, DropService, EndPlan, MissVisit,
    OpenServices, OpenVisits, OverdueServices, PausePlan, PlanTerms, PlanVisit, PlansOf,
    PlansOfUnit, PostponeService, ProposeSlots, ReadAgenda, RecordService, RequestService,
    ResumePlan, RetireTechnician, ServicesOf, SetTechnician, StartPlan, TechnicianSpec,
    TransferPlan, VisitsOf, VisitsOfTechnician, VisitsOfUnit, VisitsToBook, WasKept,
};
pub use crate::sla::{Aspect, Metric, Policy, Target, TimeBase};
pub use crate::store::{AsyncStore, Blocking, MemoryStore, Store};
pub use crate::survey::{
    AdvanceFollowUp, AnswerSurvey, CallOffSurvey, ClosedLoop, FollowSurveyLink, FollowUpStage,
    OpenFollowUps, PlanSurvey, ReadSurveyForm, SurveyProgramme, SurveyToken, SurveysOf,
};
pub use crate::warranty::{
    AppealDenial, ApproveClaim, AskForEvidence, AttachUnit, AuthoriseReturn, CancelContract,
    CheckCoverage, ChooseRemedy, ClaimsOf, ClearFlag, CloseClaim, DateWarranty, DenyClaim,
    DiagnoseClaim, ExtendRepair, FileClaim, FulfilClaim, GiveEvidence, GiveUpRemedy, HandBackItem,
    LendItem, ListClaims, OpenClaims, PinTerm, PinWork, ReceiveItem, RecordRepair,
    RecoverFromSupplier, RefuseRemedy, SettleRecovery, StartWarranty, TakeLoanerBack, TriageClaim,
    ViewClaim, WithdrawClaim,
};
