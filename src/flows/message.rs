//! What happens to messages.

use serde::Serialize;

use crate::kernel::{Code, MessageId, Permission};
use crate::message::{
    BounceMessage, MessageEvent, MessageState, Refusal, ReviveMessage, WithdrawMessage,
};
use crate::record::Entry;
use crate::work::{Command, Halt, Work};

impl Command for WithdrawMessage {
    type Output = ();
    const NAME: &'static str = "message.withdraw";
    const PERMISSION: Permission = Permission::MESSAGE_HANDLE;

    fn decide(&self, work: &mut Work<'_>) -> Result<(), Halt> {
        let message = work.need(self.message)?;
        match message.state {
            MessageState::Waiting { .. } | MessageState::Dead { .. } => {}
            MessageState::Sent { .. } | MessageState::Withdrawn { .. } => {
                return Err(Refusal::NotWaiting.into());
            }
        }
        let reason = self.reason.clone();
        work.emit(self.message, MessageEvent::Withdrawn { reason })
    }

    fn output(&self, _: &Entry) {}
}

impl Command for BounceMessage {
    type Output = ();
    const NAME: &'static str = "message.bounce";
    const PERMISSION: Permission = Permission::MESSAGE_HANDLE;

    fn decide(&self, work: &mut Work<'_>) -> Result<(), Halt> {
        let message = work.need(self.message)?;
        if !matches!(message.state, MessageState::Sent { .. }) {
            return Err(Refusal::NotSent.into());
        }
        let reason = self.reason.clone();
        let outcome = MessageEvent::Bounced { reason };
        work.emit(self.message, outcome.clone())?;
        super::survey::handed_over(work, &message, &outcome)
    }

    fn output(&self, _: &Entry) {}
}

impl Command for ReviveMessage {
    type Output = ();
    const NAME: &'static str = "message.revive";
    const PERMISSION: Permission = Permission::MESSAGE_HANDLE;

    fn decide(&self, work: &mut Work<'_>) -> Result<(), Halt> {
        let message = work.need(self.message)?;
        if !matches!(message.state, MessageState::Dead { .. }) {
            return Err(Refusal::NotDead.into());
        }
        work.emit(self.message, MessageEvent::Revived)
    }

    fn output(&self, _: &Entry) {}
}

/// Writes down how handing over a message ended, or that it has to wait for an earlier one.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct SettleMessage {
    /// Which message.
    pub(crate) message: MessageId,
    /// How many attempts had come to an outcome before: each comes to one only.
    pub(crate) attempts: u32,
    /// What happened.
    pub(crate) outcome: MessageEvent,
}

impl Command for SettleMessage {
    type Output = ();
    const NAME: &'static str = "message.settle";
    const PERMISSION: Permission = Permission::SYSTEM_WORK;

    fn decide(&self, work: &mut Work<'_>) -> Result<(), Halt> {
        let message = work.need(self.message)?;
        let is_open = match message.state {
            MessageState::Waiting { .. } => true,
            // It was handed over before it could be held back, and that is the truth.
            MessageState::Withdrawn { .. } => matches!(self.outcome, MessageEvent::Sent { .. }),
            MessageState::Sent { .. } | MessageState::Dead { .. } => false,
        };
        if !is_open || message.attempts != self.attempts {
            return Err(Refusal::NotWaiting.into());
        }
        work.emit(self.message, self.outcome.clone())?;
        super::survey::handed_over(work, &message, &self.outcome)
    }

    fn output(&self, _: &Entry) {}
}

/// Takes back a message that nobody needs any more, if it still waits.
pub(crate) fn withdraw(work: &mut Work<'_>, message: Option<MessageId>) -> Result<(), Halt> {
    let Some(id) = message else { return Ok(()) };
    let Some(message) = work.get(id)? else {
        return Ok(());
    };
    if !matches!(message.state, MessageState::Waiting { .. }) {
        return Ok(());
    }
    let reason = Code::known("no_longer_needed");
    work.emit(id, MessageEvent::Withdrawn { reason })
}
