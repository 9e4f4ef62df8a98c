//! Goods that come back: whether they may, where they are, and what is paid back for them.

mod check;
mod command;
mod event;
mod exception;
mod policy;
mod refund;
mod state;
mod withdrawal;

pub use check::{Check, CheckRule, Finding, OnFailure, accept};
pub use command::{
    CancelReturn, CheckReturn, DecideReturn, InspectReturn, MoveReturn, ReceiveSurplus,
    RefundReturn, RequestReturn, ReturnsOf,
};
pub use event::{ReturnEvent, ReturnRequest, Settlement};
pub use exception::WithdrawalException;
pub use policy::{FirstDay, ReturnPolicy, ShippingRefund};
pub use refund::{LineRefund, RefundChoice, RefundKind, RefundQuote, RefundShare, choose_kind};
pub use state::{Acceptance, LineReturns, Reception, Return, ReturnPage, ReturnUnit, Right};
pub use withdrawal::{CountedFrom, WithdrawalRule};
