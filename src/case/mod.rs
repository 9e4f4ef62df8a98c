//! A matter to resolve: status, assignment, hand-over, merging, reopening, complaints, and the clocks of
//! what was promised.
//!
//! | to | command |
//! |---|---|
//! | open one | [`OpenCase`], [`SplitCase`] |
//! | bring it on | [`MoveCase`], [`AssignCase`], [`RouteCase`], [`ReopenCase`], [`CallOffCase`] |
//! | hand it over | [`TransferCase`] with a [`Packet`], [`UnpinOwner`] |
//! | say what it is | [`PrioritiseCase`], [`ClassifyCase`], [`ReferCase`], [`ReapplyPolicies`] |
//! | not ask twice | [`AskForFact`], [`RecordFact`] |
//! | combine cases | [`MergeCases`], [`LinkCases`], [`UnlinkCases`] |
//! | take a complaint seriously | [`MakeComplaint`], [`AcknowledgeComplaint`], [`DecideComplaint`], [`AppealComplaint`] |
//! | look | [`ViewCase`], [`OpenCases`], [`FindCase`] |
//!
//! What is said about a case is an [interaction](crate::interaction) that joins it.

mod command;
mod event;
mod handover;
mod policy;
mod refusal;
mod rules;
mod state;
mod view;

pub use command::{
    AcknowledgeComplaint, AppealComplaint, AskForFact, AssignCase, CallOffCase, ClassifyCase,
    DecideComplaint, FindCase, LinkCases, MakeComplaint, MergeCases, MoveCase, OpenCase, OpenCases,
    PrioritiseCase, Queue, ReapplyPolicies, RecordFact, ReferCase, ReopenCase, RouteCase,
    SplitCase, TransferCase, UnlinkCases, UnpinOwner, ViewCase,
};
pub use event::{CaseEvent, LinkKind, Opening, ReopenedBy, Severity};
pub use handover::{Dossier, HandOver, KnownFact, Packet, Slot, StepTried};
pub(crate) use handover::{check_fact, check_text};
pub use policy::{CasePolicy, Status, StatusTable, TeamPolicy};
pub use refusal::Refusal;
pub use rules::Doing;
pub use state::{Case, Complaint, Route};
pub use view::{CasePage, CaseView};
