//! Every command and every question of the crate, one line each, with the default roles that may.

use aftercare::case::*;
use aftercare::code;
use aftercare::customer::*;
use aftercare::desk::Journal;
use aftercare::interaction::{
    AbandonContact, About, AnswerContact, Channel, ClassifyInteraction, CorrectContent, EndContact,
    HoldContact, JoinCase, MarkInteraction, RecordMessage, RedactContent, ResumeContact,
    StartContact, TransferContact,
};
use aftercare::kernel::{
    CaseId, Code, ContactPointId, Currency, CustomerId, HoldId, InteractionId, MessageId, Money,
    MovementId, OccurrenceId, OrderId, Personal, PlanId, ProfileId, ReadingId, RequestId, ReturnId,
    StaffId, SurveyId, UnitId, VisitId, WarrantyClaimId,
};
use aftercare::loyalty::{
    AdjustPoints, Basket, CaptureHold, ClaimReward, EarnPoints, ExpiringPoints, ExtendPoints,
    GiveBackPoints, HoldPoints, JoinPool, JoinProgramme, LeavePool, LetGoHold, Points,
    PointsHistory, ReadLiability, ReadPoints, RedeemPoints, ReinstatePoints, ReleasePoints,
    Returned, ReverseEarning, SetMemberTier, SimulateBasket, Source, TransferPoints,
};
use aftercare::message::{BounceMessage, ReviveMessage, WithdrawMessage};
use aftercare::order::{
    CancelOrder, CancelPieces, CancelReturn, ChangeOrder, CheckReturn, ConfirmOrder, DecideReturn,
    FindOrder, FindShipments, InspectReturn, Item, Milestone, MoveReturn, OrdersOf, OverdueOrders,
    PayOut, PersonaliseOrder, PlaceOrder, PrepareShipment, Promise, PromiseOrder, ReceiveSurplus,
    Reception, RecordPayment, RefundReturn, RequestReturn, ReturnsOf, TrackOrder, TrackShipment,
};
use aftercare::product::*;
use aftercare::questions::{Conversation, Timeline};
use aftercare::record::{Index, Query, Share};
use aftercare::service::*;
use aftercare::sla::Basis;
use aftercare::survey::*;
use aftercare::warranty::*;
use aftercare::warranty::{Dates, Evidence};
use uuid::Uuid;

use super::{Door, ME, NoCourier, command, door, question};
use crate::common::at;

type Roles = &'static [&'static str];

const ALL: Roles = &[
    "customer",
    "bot",
    "agent",
    "technician",
    "supervisor",
    "administrator",
];
const NOT_BOT: Roles = &[
    "customer",
    "agent",
    "technician",
    "supervisor",
    "administrator",
];
const NOT_CUSTOMER: Roles = &["bot", "agent", "technician", "supervisor", "administrator"];
const NOT_TECHNICIAN: Roles = &["customer", "bot", "agent", "supervisor", "administrator"];
const HANDLE: Roles = &["agent", "technician", "supervisor", "administrator"];
const REGISTER: Roles = &["bot", "agent", "supervisor", "administrator"];
const OWN: Roles = &["customer", "agent", "supervisor", "administrator"];
const DESK: Roles = &["agent", "supervisor", "administrator"];
const SENIOR: Roles = &["supervisor", "administrator"];
const ASKED: Roles = &["customer", "bot"];
const EXPORT: Roles = &["customer", "administrator"];
const ADMINISTRATOR: Roles = &["administrator"];
const NOBODY: Roles = &[];

/// Any word.
fn word() -> Code {
    code!("test")
}

/// Any text.
fn text() -> Personal<String> {
    Personal::new("test".to_owned())
}

/// All of them.
pub fn doors() -> Vec<Door> {
    let mut doors = of_customers();
    doors.extend(of_interactions());
    doors.extend(of_cases());
    doors.extend(of_products());
    doors.extend(of_orders());
    doors.extend(of_loyalty());
    doors.extend(of_service());
    doors.extend(of_warranties());
    doors.extend(of_surveys());
    doors.extend(of_the_desk());
    doors
}

#[rustfmt::skip]
fn of_customers() -> Vec<Door> {
    let customer = CustomerId::from_u128(ME);
    let merged = CustomerId::from_u128(2);
    let contact = ContactPointId::from_u128(1);
    let (after, limit) = (None, 10);
    vec![
        command("RegisterCustomer", REGISTER, RegisterCustomer::named("Deniz")),
        command("ReferCustomer", REGISTER, ReferCustomer { referred: customer, by: customer }),
        command("UpdateProfile", OWN, UpdateProfile::new(customer)),
        command("AddContactPoint", OWN, AddContactPoint::email(customer, "deniz@example.org")),
        command("VerifyContactPoint", DESK, VerifyContactPoint { customer, contact }),
        command("RemoveContactPoint", OWN, RemoveContactPoint { customer, contact }),
        command("PreferChannel", OWN, PreferChannel { customer, purpose: word(), order: vec![] }),
        command("GiveConsent", OWN, GiveConsent::new(customer, word(), word())),
        command("WithdrawConsent", OWN, WithdrawConsent::new(customer, word(), word())),
        command("Tag", DESK, Tag { customer, tag: word() }),
        command("Untag", DESK, Untag { customer, tag: word() }),
        command("SetSegments", DESK, SetSegments { customer, segments: [].into() }),
        command("SetTier", DESK, SetTier { customer, tier: None }),
        command("AddNote", DESK, AddNote { customer, text: text() }),
        command("MergeCustomers", SENIOR, MergeCustomers { survivor: customer, merged }),
        command("EraseCustomer", ADMINISTRATOR, EraseCustomer { customer, reason: word() }),
        question("ReadCustomer", ALL, ReadCustomer { customer }),
        question("ReadProfile", NOT_BOT, ReadProfile { customer }),
        question("FindCustomers", ALL, FindCustomers::by_tag(word())),
        question("FindDuplicates", DESK, FindDuplicates { customer, limit }),
        question("ReadConsents", DESK, ReadConsents { customer, after, limit }),
        question("ReadNotes", DESK, ReadNotes { customer, after, limit }),
        question("ExportCustomer", EXPORT, ExportCustomer { customer, after, limit }),
    ]
}

#[rustfmt::skip]
fn of_interactions() -> Vec<Door> {
    let customer = CustomerId::from_u128(ME);
    let interaction = InteractionId::from_u128(1);
    let case = CaseId::from_u128(1);
    let (reason, about) = (None, About::default());
    vec![
        command("RecordMessage", ALL, RecordMessage::from_customer(customer, Channel::Email, "?")),
        command("StartContact", ALL, StartContact::from_customer(customer, Channel::Phone)),
        command("AnswerContact", NOT_CUSTOMER, AnswerContact::new(interaction)),
        command("HoldContact", NOT_CUSTOMER, HoldContact { interaction }),
        command("ResumeContact", NOT_CUSTOMER, ResumeContact { interaction }),
        command("TransferContact", NOT_CUSTOMER, TransferContact { interaction, to: word() }),
        command("EndContact", NOT_CUSTOMER, EndContact::new(interaction)),
        command("AbandonContact", ALL, AbandonContact { interaction, reason: None }),
        command("JoinCase", NOT_CUSTOMER, JoinCase { interaction, case }),
        command("ClassifyInteraction", NOT_CUSTOMER, ClassifyInteraction { interaction, phase: None, about }),
        command("MarkInteraction", NOT_CUSTOMER, MarkInteraction { interaction, mark: None }),
        command("CorrectContent", NOT_CUSTOMER, CorrectContent::new(interaction, "test")),
        command("RedactContent", NOT_CUSTOMER, RedactContent { interaction, reason }),
        question("Timeline", ALL, Timeline::of(customer)),
        question("Conversation", ALL, Conversation::of(case)),
    ]
}

#[rustfmt::skip]
fn of_cases() -> Vec<Door> {
    let customer = CustomerId::from_u128(ME);
    let case = CaseId::from_u128(1);
    let (to, kind, basis) = (CaseId::from_u128(2), LinkKind::Related, Basis::Origin);
    let (topic, product, contract, team, subject) = (None, None, None, None, None);
    vec![
        command("OpenCase", NOT_TECHNICIAN, OpenCase::bare(customer)),
        command("MoveCase", HANDLE, MoveCase { case, to: word() }),
        command("AssignCase", HANDLE, AssignCase { case, to: None }),
        command("RouteCase", NOT_CUSTOMER, RouteCase { case, to: word() }),
        command("TransferCase", NOT_CUSTOMER, TransferCase { case, to: word(), packet: Packet::default() }),
        command("UnpinOwner", SENIOR, UnpinOwner { case, reason: word() }),
        command("PrioritiseCase", DESK, PrioritiseCase { case, to: word(), basis }),
        command("ClassifyCase", DESK, ClassifyCase { case, topic: None, product, contract, basis }),
        command("ReapplyPolicies", DESK, ReapplyPolicies { case, basis }),
        command("AskForFact", HANDLE, AskForFact { case, fact: word() }),
        command("RecordFact", HANDLE, RecordFact { case, fact: word(), value: text(), source: word() }),
        command("ReferCase", HANDLE, ReferCase { case, about: None }),
        command("LinkCases", DESK, LinkCases { case, kind, to }),
        command("UnlinkCases", DESK, UnlinkCases { case, kind, to }),
        command("MergeCases", DESK, MergeCases { survivor: case, merged: to }),
        command("SplitCase", DESK, SplitCase { case, subject, topic, team }),
        command("ReopenCase", OWN, ReopenCase { case, reason: word() }),
        command("CallOffCase", OWN, CallOffCase { case, reason: word() }),
        command("MakeComplaint", HANDLE, MakeComplaint { case, severity: Severity::Minor }),
        command("AcknowledgeComplaint", HANDLE, AcknowledgeComplaint { case }),
        command("DecideComplaint", HANDLE, DecideComplaint { case, decision: word(), remedy: None }),
        command("AppealComplaint", OWN, AppealComplaint { case, reason: word() }),
        question("ViewCase", ALL, ViewCase { case, at: at(0) }),
        question("OpenCases", ALL, OpenCases { of: Queue::Team(word()), after: None, limit: 10 }),
        question("FindCase", ALL, FindCase { reference: word() }),
    ]
}

#[rustfmt::skip]
fn of_products() -> Vec<Door> {
    let customer = CustomerId::from_u128(ME);
    let (unit, reading) = (UnitId::from_u128(1), ReadingId::from_u128(1));
    vec![
        command("DefineProduct", SENIOR, DefineProduct::new(word())),
        command("RecordUnit", DESK, RecordUnit::new(word())),
        command("RegisterUnit", OWN, RegisterUnit::new(customer, word())),
        command("TransferUnit", DESK, TransferUnit::sold(unit, customer)),
        command("TakeBackUnit", DESK, TakeBackUnit { unit, reason: word() }),
        command("RetireUnit", DESK, RetireUnit { unit, reason: word() }),
        command("InstallUnit", HANDLE, InstallUnit::new(unit)),
        command("PlaceUnit", NOT_BOT, PlaceUnit { unit, site: Site::default() }),
        command("RecordReading", NOT_BOT, RecordReading::new(unit, word(), 1)),
        command("CorrectReading", HANDLE, CorrectReading { reading, shows: 1, reason: word() }),
        command("ReplaceMeter", HANDLE, ReplaceMeter::new(unit, word(), 1)),
        question("FindProducts", ALL, FindProducts::new(word())),
        question("FindUnit", ALL, FindUnit::new(word())),
        question("UnitsOf", ALL, UnitsOf::new(customer)),
        question("ReadReadings", ALL, ReadReadings::new(unit, word())),
    ]
}

#[rustfmt::skip]
fn of_orders() -> Vec<Door> {
    let customer = CustomerId::from_u128(ME);
    let order = OrderId::from_u128(1);
    let price = Money::new(100, Currency::TRY);
    let items = || vec![Item::new(word(), 1, price)];
    let rma = ReturnId::from_u128(1);
    vec![
        command("PlaceOrder", DESK, PlaceOrder::new(customer, items())),
        command("ConfirmOrder", DESK, ConfirmOrder { order }),
        command("ChangeOrder", DESK, ChangeOrder::new(order, items())),
        command("CancelOrder", OWN, CancelOrder::for_customer(order, word())),
        command("CancelPieces", OWN, CancelPieces::for_customer(order, word()).with(1, 1)),
        command("RecordPayment", DESK, RecordPayment::new(order, word(), word(), price)),
        command("PayOut", DESK, PayOut { order }),
        command("PersonaliseOrder", OWN, PersonaliseOrder::thanking(order)),
        command("PromiseOrder", DESK, PromiseOrder::new(order, Promise::by(at(9)), word())),
        command("PrepareShipment", DESK, PrepareShipment::of_all(order)),
        command("TrackShipment", DESK, TrackShipment::new(order, 1, Milestone::Lost)),
        command("RequestReturn", OWN, RequestReturn::new(order, word()).with(1, 1)),
        command("CancelReturn", OWN, CancelReturn { rma }),
        command("MoveReturn", HANDLE, MoveReturn::all(rma, Reception::Received)),
        command("ReceiveSurplus", HANDLE, ReceiveSurplus::new(rma).with(1, 1)),
        command("InspectReturn", HANDLE, InspectReturn::all(rma, word())),
        command("DecideReturn", SENIOR, DecideReturn::accept_all(rma, word())),
        command("RefundReturn", DESK, RefundReturn::new(rma)),
        question("CheckReturn", ALL, CheckReturn::new(RequestReturn::new(order, word()), at(0))),
        question("ReturnsOf", ALL, ReturnsOf::new(order)),
        question("TrackOrder", ALL, TrackOrder::new(order, at(0))),
        question("FindOrder", ALL, FindOrder { reference: word() }),
        question("FindShipments", ALL, FindShipments { tracking: word() }),
        question("OrdersOf", ALL, OrdersOf::new(customer)),
        question("OverdueOrders", DESK, OverdueOrders::new()),
    ]
}

#[rustfmt::skip]
fn of_loyalty() -> Vec<Door> {
    let customer = CustomerId::from_u128(ME);
    let other = CustomerId::from_u128(2);
    let movement = MovementId::from_u128(1);
    let hold = HoldId::from_u128(1);
    let (programme, points, reason, reward) = (word(), word(), word(), word());
    let (p, c) = (|| programme.clone(), || points.clone());
    let one = Points::new(1);
    let (from, to, until) = (customer, other, at(10));
    let expired_in = RequestId::from_u128(1);
    let (member, head, by) = (customer, other, one);
    let source = Source::order(word());
    vec![
        command("JoinProgramme", DESK, JoinProgramme { customer, programme: p() }),
        command("EarnPoints", DESK, EarnPoints::for_purchase(customer, p(), Basket::default(), source)),
        command("ReleasePoints", DESK, ReleasePoints { movement, from: None }),
        command("ReverseEarning", DESK, ReverseEarning { movement, returned: Returned::Everything }),
        command("HoldPoints", OWN, HoldPoints { customer, programme: p(), points: c(), amount: one, until, due: None }),
        command("CaptureHold", OWN, CaptureHold { customer, programme: p(), hold, amount: None, source: None }),
        command("LetGoHold", OWN, LetGoHold { customer, programme: p(), hold }),
        command("RedeemPoints", OWN, RedeemPoints::new(customer, p(), c(), one)),
        command("ClaimReward", OWN, ClaimReward::new(customer, p(), reward)),
        command("GiveBackPoints", DESK, GiveBackPoints { movement, amount: None }),
        command("AdjustPoints", SENIOR, AdjustPoints { customer, programme: p(), points: c(), by, reason: reason.clone() }),
        command("ExtendPoints", SENIOR, ExtendPoints { customer, programme: p(), points: c(), until, reason: reason.clone() }),
        command("ReinstatePoints", SENIOR, ReinstatePoints { customer, programme: p(), points: c(), expired_in, reason: reason.clone() }),
        command("TransferPoints", SENIOR, TransferPoints { from, to, programme: p(), points: c(), amount: one }),
        command("JoinPool", SENIOR, JoinPool { member, head, programme: p() }),
        command("LeavePool", SENIOR, LeavePool { member, programme: p() }),
        command("SetMemberTier", SENIOR, SetMemberTier { customer, programme: p(), tier: None, until, reason }),
        question("ReadPoints", ALL, ReadPoints { customer, programme: p(), at: at(0) }),
        question("ExpiringPoints", ALL, ExpiringPoints { customer, programme: p(), points: c(), at: at(0), until }),
        question("PointsHistory", ALL, PointsHistory::of(customer, p())),
        question("SimulateBasket", ALL, SimulateBasket { customer, programme: p(), basket: Basket::default(), at: at(0) }),
        question("ReadLiability", SENIOR, ReadLiability::of(p(), at(0))),
    ]
}

#[rustfmt::skip]
fn of_service() -> Vec<Door> {
    let customer = CustomerId::from_u128(ME);
    let (plan, occurrence) = (PlanId::from_u128(1), OccurrenceId::from_u128(1));
    let (visit, staff) = (VisitId::from_u128(1), StaffId::from_u128(1));
    let (date, reason) = (at(0).date_naive(), word());
    let book = BookVisit { visit, technician: staff, from: at(0), to: at(3_600) };
    let spec = TechnicianSpec::new(word());
    vec![
        command("StartPlan", DESK, StartPlan::new(customer, word())),
        command("PausePlan", DESK, PausePlan { plan, reason: word() }),
        command("ResumePlan", DESK, ResumePlan { plan }),
        command("TransferPlan", DESK, TransferPlan { plan, to: customer }),
        command("EndPlan", DESK, EndPlan { plan, reason: word() }),
        command("RequestService", HANDLE, RequestService { plan, on: None }),
        command("RecordService", HANDLE, RecordService::new(plan)),
        command("PostponeService", HANDLE, PostponeService { occurrence, to: date, reason: word() }),
        command("DropService", HANDLE, DropService { occurrence, reason: word() }),
        command("SetTechnician", SENIOR, SetTechnician { staff, spec }),
        command("RetireTechnician", SENIOR, RetireTechnician { staff }),
        command("PlanVisit", HANDLE, PlanVisit::new(customer, 60)),
        command("BookVisit", ALL, book),
        command("BeginVisit", HANDLE, BeginVisit { visit }),
        command("MissVisit", HANDLE, MissVisit { visit, absent: Absent::Customer }),
        command("CompleteVisit", HANDLE, CompleteVisit::fixed(visit)),
        command("CancelVisit", ALL, CancelVisit { visit, reason }),
        question("PlansOf", ALL, PlansOf::new(customer)),
        question("ServicesOf", ALL, ServicesOf::between(customer, date, date)),
        question("PlansOfUnit", ALL, PlansOfUnit::new(UnitId::from_u128(1))),
        question("OverdueServices", HANDLE, OverdueServices::new(at(0))),
        question("VisitsOf", ALL, VisitsOf::new(customer)),
        question("VisitsOfUnit", ALL, VisitsOfUnit::new(UnitId::from_u128(1))),
        question("VisitsToBook", HANDLE, VisitsToBook::default()),
        question("OpenVisits", HANDLE, OpenVisits::unreported(at(0))),
        question("VisitsOfTechnician", HANDLE, VisitsOfTechnician::within(staff, at(0), at(1))),
        question("OpenServices", ALL, OpenServices::new(plan)),
        question("WasKept", ALL, WasKept { plan, from: date, to: date, today: date }),
        question("ReadAgenda", HANDLE, ReadAgenda { technician: staff, on: date }),
        question("ProposeSlots", HANDLE, ProposeSlots::new(visit, at(0), Vec::new())),
    ]
}

#[rustfmt::skip]
fn of_warranties() -> Vec<Door> {
    let customer = CustomerId::from_u128(ME);
    let (unit, claim) = (UnitId::from_u128(1), WarrantyClaimId::from_u128(1));
    let (on, reason) = (at(0).date_naive(), word());
    let paid = Money::new(1, Currency::TRY);
    let evidence = Evidence { kind: word(), reference: word() };
    vec![
        command("StartWarranty", DESK, StartWarranty::of(unit)),
        command("PinTerm", DESK, PinTerm::new(unit, word())),
        command("PinWork", DESK, PinWork { unit, component: word(), on }),
        command("DateWarranty", DESK, DateWarranty::new(unit, Dates::default())),
        command("CancelContract", DESK, CancelContract { unit, term: word(), on, reason: word() }),
        command("FileClaim", ALL, FileClaim::by_serial(customer, word())),
        command("AttachUnit", SENIOR, AttachUnit { claim, unit }),
        command("TriageClaim", HANDLE, TriageClaim { claim }),
        command("AskForEvidence", HANDLE, AskForEvidence { claim, what: [].into() }),
        command("GiveEvidence", OWN, GiveEvidence { claim, evidence }),
        command("DiagnoseClaim", HANDLE, DiagnoseClaim { claim, diagnosis: Diagnosis::default() }),
        command("AuthoriseReturn", HANDLE, AuthoriseReturn { claim, number: word() }),
        command("ReceiveItem", HANDLE, ReceiveItem { claim, on }),
        command("LendItem", HANDLE, LendItem { claim, item: word(), on }),
        command("TakeLoanerBack", HANDLE, TakeLoanerBack { claim, on }),
        command("ApproveClaim", DESK, ApproveClaim::new(claim, Remedy::Repair)),
        command("DenyClaim", DESK, DenyClaim::because(claim, word())),
        command("AppealDenial", OWN, AppealDenial { claim, reason: word() }),
        command("ChooseRemedy", OWN, ChooseRemedy { claim, remedy: Remedy::Repair }),
        command("RefuseRemedy", DESK, RefuseRemedy { claim, remedy: Remedy::Repair, ground: Ground::Impossible }),
        command("ExtendRepair", DESK, ExtendRepair { claim, until: on, reason: word() }),
        command("HandBackItem", HANDLE, HandBackItem { claim, on }),
        command("GiveUpRemedy", DESK, GiveUpRemedy::because(claim, word())),
        command("RecordRepair", HANDLE, RecordRepair::done(claim, on)),
        command("FulfilClaim", HANDLE, FulfilClaim::given(claim, on)),
        command("CloseClaim", HANDLE, CloseClaim { claim }),
        command("WithdrawClaim", OWN, WithdrawClaim { claim, reason }),
        command("ClearFlag", SENIOR, ClearFlag { claim, flag: word(), finding: word() }),
        command("RecoverFromSupplier", SENIOR, RecoverFromSupplier::of(claim, word())),
        command("SettleRecovery", SENIOR, SettleRecovery { claim, paid }),
        question("CheckCoverage", NOT_BOT, CheckCoverage::new(unit, on)),
        question("ViewClaim", NOT_BOT, ViewClaim { claim, at: at(0) }),
        question("OpenClaims", HANDLE, OpenClaims::all()),
        question("ListClaims", NOT_BOT, ListClaims::of(ClaimsOf::Customer(customer))),
    ]
}

#[rustfmt::skip]
fn of_surveys() -> Vec<Door> {
    let customer = CustomerId::from_u128(ME);
    let survey = SurveyId::from_u128(1);
    let token: SurveyToken = "0".repeat(64).parse().unwrap();
    let to = FollowUpStage::Contacted;
    vec![
        command("PlanSurvey", SENIOR, PlanSurvey::with(customer, word())),
        command("CallOffSurvey", SENIOR, CallOffSurvey { survey, reason: word() }),
        command("FollowSurveyLink", ASKED, FollowSurveyLink { token, score: None }),
        command("AnswerSurvey", ASKED, AnswerSurvey::new(token, 5)),
        command("AdvanceFollowUp", DESK, AdvanceFollowUp { survey, to }),
        question("ReadSurveyForm", ASKED, ReadSurveyForm { token, at: at(0) }),
        question("SurveysOf", OWN, SurveysOf::new(customer)),
        question("OpenFollowUps", DESK, OpenFollowUps::of(word())),
    ]
}

/// What belongs to no noun; the system's own work through the doors that lead to it.
#[rustfmt::skip]
fn of_the_desk() -> Vec<Door> {
    let customer = CustomerId::from_u128(ME);
    let message = MessageId::from_u128(1);
    vec![
        command("WithdrawMessage", SENIOR, WithdrawMessage { message, reason: word() }),
        command("BounceMessage", SENIOR, BounceMessage { message, reason: word() }),
        command("ReviveMessage", SENIOR, ReviveMessage { message }),
        door!("SettleMessage", NOBODY, |desk, context| desk.relay(context, &NoCourier, Share::ALL, 1)),
        door!("Wake", NOBODY, |desk, context| desk.wake(context, Share::ALL, 1)),
        door!("Follow", ADMINISTRATOR, |desk, context| desk.follow(context, 1, |_| Ok::<(), ()>(()))),
        question("Journal", DESK, Journal::of_customer(customer)),
        door!("Get", NOT_BOT, |desk, context| desk.get(&context.actor, ProfileId::from_u128(ME))),
        door!("Find", OWN, |desk, context| {
            desk.find(&context.actor, &Query::new(Index::MessagesByCustomer, Uuid::from_u128(ME)))
        }),
    ]
}
