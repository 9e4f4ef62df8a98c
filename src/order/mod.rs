//! What was bought and promised: an order from placing to delivery, and what comes back of it.
//!
//! | to | command |
//! |---|---|
//! | record an order | [`PlaceOrder`], [`ChangeOrder`], [`PersonaliseOrder`] |
//! | bring it on | [`ConfirmOrder`], [`RecordPayment`], [`CancelOrder`], [`CancelPieces`], [`PayOut`] |
//! | send it | [`PrepareShipment`], [`TrackShipment`] |
//! | keep the customer informed of a delay | [`PromiseOrder`]; [`wake`](crate::desk::Desk::wake) sees it coming, and what is [overdue](OverdueOrders) |
//! | take things back | [`RequestReturn`], [`CheckReturn`], [`MoveReturn`], [`ReceiveSurplus`], [`InspectReturn`], [`DecideReturn`], [`CancelReturn`] |
//! | make them good | [`RefundReturn`], [`Order::refund_quote`] |
//! | look | [`TrackOrder`], [`FindOrder`], [`FindShipments`], [`OrdersOf`], [`OverdueOrders`], [`ReturnsOf`] |
//! | see how well promises were kept | [`Punctuality`] |
//!
//! Amounts are exact: what is charged for each line is fixed when the order is placed ([`Pricing::of`]). A promise
//! is judged against what was promised *first*; revisions are shown apart.

mod called_off;
mod command;
mod event;
mod outlook;
mod owed;
mod policy;
mod price;
mod progress;
mod promise;
mod punctuality;
mod question;
mod refusal;
mod returns;
mod shipment;
mod state;
mod track;

pub use called_off::{LineCancelled, PiecesCancelled};
pub use command::{
    CancelOrder, CancelPieces, Change, ChangeOrder, ConfirmOrder, Pack, PayOut, PersonaliseOrder,
    PlaceOrder, PrepareShipment, PromiseOrder, RecordPayment, TrackShipment,
};
pub use event::{CancelledBy, OrderEvent, Placement};
pub(crate) use outlook::{Outlook, look_at};
pub use policy::{CancelPolicy, FreeUntil, Notice, OrderPolicy};
pub use price::{Charge, Discount, Item, Pricing, Shipping, TaxBasis};
pub use promise::{Due, Judgement, Promise, PromiseDay, Promises, Revision};
pub use punctuality::{Kept, Punctuality};
pub use question::{FindOrder, FindShipments, OrdersOf, OverdueOrders, TrackOrder};
pub use refusal::Refusal;
pub use returns::{
    Acceptance, CancelReturn, Check, CheckReturn, CheckRule, CountedFrom, DecideReturn, Finding,
    FirstDay, InspectReturn, LineRefund, LineReturns, MoveReturn, OnFailure, ReceiveSurplus,
    Reception, RefundChoice, RefundKind, RefundQuote, RefundReturn, RefundShare, RequestReturn,
    Return, ReturnEvent, ReturnPage, ReturnPolicy, ReturnRequest, ReturnUnit, ReturnsOf, Right,
    Settlement, ShippingRefund, WithdrawalException, WithdrawalRule, accept, choose_kind,
};
pub use shipment::{Estimate, Milestone, Shipment};
pub use state::{Cancellation, Line, Order, OrderStatus, Payment, Touches};
pub use track::{Ask, Moment, NextStep, OrderPage, PromiseState, ShipmentView, Tracking};
